"""Words in context: found as counts find them, in every language, bounded, and nothing that could hide in a line."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.text.contexts import MOST, WIDTH, contexts
from helpers.text.counts import count_terms


def passages(*texts, language="en"):
    return pd.DataFrame(
        {"article_id": [f"a{i}" for i in range(len(texts))], "position": 0, "language": language, "text": list(texts)}
    )


@pytest.mark.parametrize(
    ("language", "text", "term", "written"),
    [
        ("en", "Late on Monday the treaties were signed.", "treaty", "treaties"),
        ("en", "They shipped arms deals' worth of shells.", "arm deal", "arms deals"),
        ("ru", "Вчера войска перешли реку, и еще раз.", "войско", "войска"),
        ("uk", "Учора війська перейшли річку.", "військо", "війська"),
        ("ko", "북한이 러시아와 조약을 체결했다.", "조약", "조약"),
        ("zh", "两国签署了条约。", "条约", "条约"),
    ],
)
def test_the_form_as_written_is_shown_where_the_counts_found_it(language, text, term, written):
    table = passages(text, language=language)
    assert term in set(count_terms(table, entities={}, phrases=[term] if " " in term else []).term)
    [row] = contexts(table, term).to_dict("records")
    assert row["keyword"] == written
    assert row["left"] in text and row["right"] in text


def test_a_phrase_is_not_read_across_punctuation():
    assert contexts(passages("They bought arms, deals followed."), "arm deal").empty


def test_the_second_use_is_not_taken_for_the_first_word_like_it():
    [row] = contexts(passages("The art of war and the part of a wart is art."), "wart").to_dict("records")
    assert row["left"].endswith("part of a") and row["keyword"] == "wart"


def test_what_cannot_be_placed_is_still_shown():
    [row] = contexts(passages("兩國簽署了條約。", language="zh"), "条约").to_dict("records")
    assert row["keyword"] == "条约" and "條約" in row["right"]


def test_rows_and_sizes_are_bounded():
    table = passages(*["x " * 500 + "treaty " + "y " * 500] * 50)
    found = contexts(table, "treaty", limit=1000)
    assert len(found) == MOST
    assert found.left.str.len().max() <= WIDTH + 1 and found.right.str.len().max() <= WIDTH + 1


def test_control_and_direction_signs_do_not_get_through():
    [row] = contexts(passages("A \u202etreaty\x07 and\nmore <b>here</b>."), "treaty").to_dict("records")
    assert not any(sign in row["left"] + row["keyword"] + row["right"] for sign in "\u202e\x07\n")


def test_without_text_there_is_nothing_and_a_bad_term_is_named():
    table = passages("x").assign(text=None)
    assert contexts(table, "treaty").empty
    for term in ("", "@RUS", "two  words"):
        with pytest.raises(ValueError, match="is no lemma and no phrase"):
            contexts(table, term)
