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
        [("a", 0, "outlet", True), ("a", 1, "quoted", True), ("a", 2, "outlet", True),
         ("a", 3, "outlet", False),
         ("b", 0, "outlet", True)],
        columns=["article_id", "position", "voice", "relevant"],
    )  # fmt: skip
    counts = pd.DataFrame(
        [("a", 0, "alpha", 2), ("a", 1, "beta gamma", 1), ("b", 0, "alpha", 1)],
        columns=["article_id", "position", "term", "count"],
    )
    languages = pd.Series({"a": "en", "b": "ru"})
    table = rates(score(counts, BOOK, languages), passages, codebook=BOOK, languages=languages)
    values = table.set_index(["article_id", "measure", "voice"])["value"].to_dict()
    assert values == {
        ("a", "indicator:ONE", "all"): 1 / 3,
        ("a", "indicator:ONE", "outlet"): 1 / 2,
        ("a", "indicator:ONE", "quoted"): 0.0,
        ("a", "indicator:TWO", "all"): 1 / 3,
        ("a", "indicator:TWO", "outlet"): 0.0,
        ("a", "indicator:TWO", "quoted"): 1.0,
        ("b", "indicator:ONE", "all"): 0.0,
        ("b", "indicator:ONE", "outlet"): 0.0,
    }


def test_nothing_fires_in_nothing():
    counts = pd.DataFrame({"article_id": ["a"], "position": 0, "term": "other", "count": 1})
    assert score(counts, BOOK, pd.Series({"a": "en"})).empty
    assert score(counts.iloc[:0], BOOK, pd.Series({"a": "en"})).empty


def test_tables_that_do_not_belong_together_are_refused():
    counts = pd.DataFrame({"article_id": ["a"], "position": 0, "term": "alpha", "count": 1})
    with pytest.raises(ValueError, match="'a' stands in counts but has no language"):
        score(counts, BOOK, pd.Series({"b": "en"}))
    languages = pd.Series({"a": "en"})
    passages = pd.DataFrame({"article_id": ["a"], "position": 0, "voice": "outlet", "relevant": False})
    with pytest.raises(ValueError, match="passage 0 of 'a' fired but is not a relevant passage"):
        rates(score(counts, BOOK, languages), passages, codebook=BOOK, languages=languages)


def test_what_carried_the_number_adds_up():
    counts, languages = random_counts(9)
    fired = score(counts, BOOK, languages)
    table = carried(fired)
    assert table["n_passages"].sum() == len(fired)
    assert (table["n_alone"] <= table["n_passages"]).all()
    assert table["share"].between(0, 1).all()
