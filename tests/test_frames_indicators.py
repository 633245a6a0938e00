"""Indicators against a plain loop over the same rules, and rates with known answers."""

import numpy as np
import pandas as pd
import pytest

from helpers.frames.codebook import parse_codebook
from helpers.frames.indicators import carried, rates, score

TERMS = ["alpha", "beta", "gamma", "delta", "beta gamma", "@RUS", "@PRK", "other"]
DEFINITION = {"problem": "a", "cause": "b", "judgement": "c", "remedy": "d"}


def frame(**indicators):
    return {
        "name": "n",
        "tier": "issue",
        "definition": DEFINITION,
        "source": "this test",
        "indicators": indicators,
    }


BOOK = parse_codebook(
    {
        "version": 1,
        "frames": {
            "ONE": frame(en=["alpha", {"all": ["beta", "@RUS"], "none": ["delta", "@PRK"]}], ru=["delta"]),
            "TWO": frame(en=["beta gamma", {"all": ["alpha", "gamma", "@RUS"]}]),
        },
    },
    languages=["en", "ru"],
)


def random_counts(seed, n=300):
    rng = np.random.default_rng(seed)
    rows = [
        (f"{number // 4:03d}", number % 4, term, int(rng.integers(1, 4)))
        for number in range(n)
        for term in rng.choice(TERMS, size=rng.integers(1, 6), replace=False)
    ]
    counts = pd.DataFrame(rows, columns=["article_id", "position", "term", "count"])
    articles = sorted(counts["article_id"].unique())
    return counts, pd.Series(rng.choice(["en", "ru"], size=len(articles)), index=articles)


@pytest.mark.parametrize("seed", range(4))
def test_products_of_matrices_answer_as_a_plain_loop_does(seed):
    counts, languages = random_counts(seed)
    expected = []
    for (article, position), part in counts.groupby(["article_id", "position"]):
        here = set(part["term"])
        for code, one in BOOK.indicators(languages[article]):
            if here.issuperset(one.all) and here.isdisjoint(one.none):
                expected.append([article, position, code, one.text])
    found = score(counts, BOOK, languages)
    assert len(expected) > 50
    assert found[["article_id", "position", "frame", "indicator"]].values.tolist() == sorted(expected)
    again = score(counts.sample(frac=1, random_state=seed), BOOK, languages)
    pd.testing.assert_frame_equal(found, again)


def test_rates_have_the_right_denominators_and_unknown_is_not_zero():
    passages = pd.DataFrame(
        [("a", 0, True, 20, 0), ("a", 1, True, 9, 7), ("a", 2, True, 20, 0), ("a", 3, False, 20, 0),
         ("b", 0, True, 20, 0)],
        columns=["article_id", "position", "relevant", "n_words", "n_words_quoted"],
    )  # fmt: skip
    counts = pd.DataFrame(
        [("a", 0, "outlet", "alpha", 2), ("a", 1, "quoted", "beta gamma", 1), ("a", 1, "outlet", "alpha", 1),
         ("b", 0, "outlet", "alpha", 1)],
        columns=["article_id", "position", "voice", "term", "count"],
    )  # fmt: skip
    languages = pd.Series({"a": "en", "b": "ru"})
    table = rates(score(counts, BOOK, languages), passages, codebook=BOOK, languages=languages)
    values = table.set_index(["article_id", "measure", "voice"])["value"].to_dict()
    assert values == {
        ("a", "indicator:ONE", "all"): 2 / 3,
        ("a", "indicator:ONE", "outlet"): 1 / 2,  # two words beside a quotation are no passage in the outlet's voice
        ("a", "indicator:ONE", "quoted"): 0.0,
        ("a", "indicator:TWO", "all"): 1 / 3,
        ("a", "indicator:TWO", "outlet"): 0.0,
        ("a", "indicator:TWO", "quoted"): 1.0,
        ("b", "indicator:ONE", "all"): 0.0,
        ("b", "indicator:ONE", "outlet"): 0.0,
    }
    assert table.query("article_id == 'a' and measure == 'indicator:ONE'")["n_passages"].tolist() == [3, 2, 1]


def test_the_whole_paragraph_is_read_in_all_voices_and_one_voice_by_itself():
    """Terms of one indicator may stand in either voice, and a guard in either holds it back."""
    counts = pd.DataFrame(
        [(0, "outlet", "beta"), (0, "quoted", "@RUS"), (1, "outlet", "beta"), (1, "outlet", "@RUS"),
         (1, "quoted", "delta"), (2, "quoted", "alpha"), (2, "outlet", "alpha")],
        columns=["position", "voice", "term"],
    ).assign(article_id="a", count=1)  # fmt: skip
    fired = score(counts, BOOK, pd.Series({"a": "en"}))
    assert [tuple(row) for row in fired[["position", "voice"]].to_numpy()] == [
        (0, "all"), (1, "outlet"), (2, "all"), (2, "outlet"), (2, "quoted")
    ]  # fmt: skip


def test_nothing_fires_in_nothing():
    counts = pd.DataFrame({"article_id": ["a"], "position": 0, "term": "other", "count": 1})
    assert score(counts, BOOK, pd.Series({"a": "en"})).empty
    assert score(counts.iloc[:0], BOOK, pd.Series({"a": "en"})).empty


def test_tables_that_do_not_belong_together_are_refused():
    counts = pd.DataFrame({"article_id": ["a"], "position": 0, "term": "alpha", "count": 1})
    with pytest.raises(ValueError, match="'a' stands in counts but has no language"):
        score(counts, BOOK, pd.Series({"b": "en"}))
    languages = pd.Series({"a": "en"})
    passages = pd.DataFrame({"article_id": ["a"], "position": 0, "n_words": 9, "n_words_quoted": 0, "relevant": False})
    with pytest.raises(ValueError, match="passage 0 of 'a' fired but is not a relevant passage"):
        rates(score(counts, BOOK, languages), passages, codebook=BOOK, languages=languages)


def test_what_carried_the_number_adds_up():
    counts, languages = random_counts(9)
    fired = score(counts, BOOK, languages)
    table = carried(fired)
    assert table["n_passages"].sum() == len(fired)
    assert (table["n_alone"] <= table["n_passages"]).all()
    assert table["share"].between(0, 1).all()
