"""The linter: every kind of remark is made where it is due, and not where it is not."""

from __future__ import annotations

import copy

import pandas as pd
import pytest

from helpers.frames.codebook import parse_codebook
from helpers.frames.indicators import score
from helpers.frames.lint import lint

ENTITIES = {"RUS": {"en": ("Russia",)}, "PRK": {"en": ("DPRK",)}}
DEFINITION = {"problem": "a", "cause": "b", "judgement": "c", "remedy": "d"}
FRAME = {"name": "n", "tier": "issue", "definition": DEFINITION, "source": "this test"}
EXAMPLES = {"positive": ["They signed treaties."], "negative": ["Rain fell."]}


def remarks(indicators, language="en", *, examples=EXAMPLES, second=(), **given):
    """Kind and detail of every remark on a codebook of one frame, or of two."""
    frame = {**FRAME, "indicators": {language: indicators}, "examples": {language: examples}}
    frames = {"ONE": frame}
    if second:
        frames["TWO"] = {**frame, "indicators": {language: list(second)}}
    book = parse_codebook({"version": 1, "frames": copy.deepcopy(frames)}, languages=[language])
    table = lint(book, languages=[language], entities=ENTITIES, **given)
    return list(table[["kind", "detail"]].itertuples(index=False, name=None))


def kinds(*args, **given):
    return [kind for kind, _ in remarks(*args, **given)]


def test_a_sound_book_passes():
    rules = ["treaty", "strategic partnership", {"all": ["ally", "@PRK"], "none": ["exercise"]}]
    assert remarks(rules) == []


def test_examples_that_come_out_wrong_are_named():
    found = remarks(["treaty"], examples={"positive": ["Rain fell."], "negative": ["A treaty came."]})
    assert [detail for _, detail in found] == [
        "negative example is found: A treaty came.",
        "positive example is not found: Rain fell.",
    ]


@pytest.mark.parametrize(
    ("examples", "told"),
    [
        ({}, "no positive and no negative example: add one"),
        ({"positive": ["A treaty."]}, "no negative example: add one"),
        ({"negative": ["Rain."]}, "no positive example: add one"),
    ],
)
def test_a_language_without_examples_is_named(examples, told):
    assert remarks(["treaty"], examples=examples) == [("missing example", told)]


@pytest.mark.parametrize("key", ["include", "exclude", "boundary"])
def test_a_rule_that_was_cut_at_a_comma_is_named(key):
    frame = {**FRAME, "indicators": {"en": ["treaty"]}, "examples": {"en": EXAMPLES}}
    for rules, told in ((["Grief", "sympathy or comfort is shown."], 1), (["Grief, sympathy or comfort is shown."], 0)):
        book = parse_codebook({"version": 1, "frames": {"ONE": {**frame, key: rules}}}, languages=["en"])
        table = lint(book, languages=["en"], entities=ENTITIES)
        assert list(table["kind"]) == ["cut rule"] * told


def test_a_language_without_indicators_is_named_once():
    book = parse_codebook(
        {"version": 1, "frames": {"ONE": {**FRAME, "indicators": {"en": ["treaty"]}, "examples": {"en": EXAMPLES}}}},
        languages=["en", "ko"],
    )
    table = lint(book, languages=["en", "ko"], entities=ENTITIES)
    assert table[["language", "kind"]].values.tolist() == [["ko", "missing language"]]


def test_the_same_rule_twice_is_told_apart_from_the_same_rule_in_two_frames():
    assert remarks(["treaty", "treaties"]) == [("repeated", "'treaties' is already an indicator of ONE")]
    assert remarks(["treaty"], second=["treaties"]) == [("in two frames", "'treaties' is already an indicator of ONE")]
    assert kinds(["treaty"], second=[{"all": ["treaty"], "none": ["rain"]}]) == []


@pytest.mark.parametrize(
    ("rules", "needless"),
    [
        (["treaty", {"all": ["treaty", "@RUS"]}], "treaty + @RUS"),
        (["treaty", "peace treaty"], "peace treaty"),  # a phrase holds its words
        (["peace treaty", {"all": ["treaty", "peace"]}], "peace treaty"),
        (["treaty", {"all": ["peace treaty", "@RUS"], "none": ["rain"]}], "peace treaty + @RUS − rain"),
        (
            [{"all": ["treaty"], "none": ["rain"]}, {"all": ["treaty", "@RUS"], "none": ["rain", "snow"]}],
            "treaty + @RUS − rain − snow",
        ),
        # where "heavy rain" stands, rain does: the narrower guard forbids what the wider one does
        (
            [{"all": ["treaty"], "none": ["heavy rain"]}, {"all": ["treaty", "@RUS"], "none": ["rain"]}],
            "treaty + @RUS − rain",
        ),
    ],
)
def test_an_indicator_that_another_implies_is_named(rules, needless):
    [detail] = [detail for kind, detail in remarks(rules) if kind == "implied"]
    assert detail.startswith(f"{needless!r} fires only where")


@pytest.mark.parametrize(
    "rules",
    [
        ["treaty", "pact"],
        [{"all": ["treaty"], "none": ["rain"]}, {"all": ["treaty", "@RUS"]}],  # fires in the rain, the other does not
        [{"all": ["treaty"], "none": ["rain"]}, {"all": ["treaty", "@RUS"], "none": ["heavy rain"]}],
        [{"all": ["treaty", "@RUS"]}, {"all": ["treaty", "@PRK"]}],
    ],
)
def test_indicators_that_differ_are_let_be(rules):
    assert "implied" not in kinds(rules)


def test_a_word_whose_forms_are_counted_as_two_is_named():
    examples = {"positive": ["Отправили боеприпас."], "negative": ["Шёл снег."]}
    [(kind, detail)] = remarks(["боеприпас"], "ru", examples=examples)
    assert kind == "word form" and "'боеприпас': ask for both" in detail
    assert remarks(["боеприпас", "боеприпасы"], "ru", examples=examples) == []


def corpus(n, language="en", text=None, n_words_quoted=0):
    about = {"n_words": 10, "n_words_quoted": n_words_quoted, "text": text}
    return pd.DataFrame({"article_id": "a", "position": range(n), "language": language, **about})


def test_idle_indicators_are_named():
    counts = pd.DataFrame({"article_id": ["a"], "position": 0, "term": "treaty", "count": 1})
    book = parse_codebook(
        {"version": 1, "frames": {"ONE": {**FRAME, "indicators": {"en": ["treaty", "pact"]}}}}, languages=["en"]
    )
    fired = score(counts, book, pd.Series({"a": "en"}))
    assert ("never fires", "pact") in remarks(["treaty", "pact"], fired=fired)
    assert ("never fires", "treaty") not in remarks(["treaty", "pact"], fired=fired)


def quoted_remarks(n_quoted, n_fired, passages):
    places = [("all", n) for n in range(n_fired)] + [("quoted", n) for n in range(n_quoted)]
    fired = pd.DataFrame(places, columns=["voice", "position"])
    fired = fired.assign(article_id="a", frame="ONE", language="en", indicator="treaty")
    return [kind for kind, _ in remarks(["treaty"], fired=fired, passages=passages)]


def test_an_indicator_of_quoted_speech_is_named():
    assert quoted_remarks(5, 6, corpus(40, n_words_quoted=1)) == ["mostly quoted"]
    assert quoted_remarks(3, 4, corpus(40)) == []  # too few passages
    assert quoted_remarks(2, 6, corpus(40)) == []  # mostly the outlet's own
    assert quoted_remarks(36, 40, corpus(40, n_words_quoted=9)) == []  # a transcript: everything in it is quoted


@pytest.mark.parametrize(
    ("language", "rule", "inside", "alone"),
    [("zh", "核", "核武器", "核"), ("ko", "동맹", "동맹국", "동맹"), ("ko", "핵", "핵심", "핵")],
)
def test_letters_that_stand_inside_other_words_are_named(language, rule, inside, alone):
    passages = corpus(8, language, text=f"。{inside}。")
    counts = passages[["article_id", "position"]].assign(term=inside, count=1)
    examples = {"positive": [f"{alone}."], "negative": ["12."]}
    [(kind, detail)] = remarks([rule], language, examples=examples, passages=passages, counts=counts)
    assert kind == "inside words" and f"counts have {inside} (8)" in detail
    own = counts.assign(term=alone)
    assert remarks([rule], language, examples=examples, passages=passages, counts=own) == []
    untold = passages.assign(text=None)
    assert remarks([rule], language, examples=examples, passages=untold, counts=counts) == []


def test_letters_inside_words_are_no_matter_where_words_are_spaced():
    passages = corpus(8, text="The army.")
    counts = passages[["article_id", "position"]].assign(term="army", count=1)
    examples = {"positive": ["An arm."], "negative": ["Rain."]}
    assert remarks(["arm"], examples=examples, passages=passages, counts=counts) == []
