"""Runs, sequences, clusters and origins, counted by hand and by plain loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.copies.alignment import aligner, common_subsequence, copied_share
from helpers.copies.bearing import bearing, belongs
from helpers.copies.near_duplicates import find_copies, repeated_bodies
from helpers.copies.pairs import postings, shared_pairs
from helpers.copies.repeats import first_of_same, teasers
from helpers.copies.reprints import reprints
from helpers.copies.shingles import hashed_words
from helpers.copies.stories import in_order, stories

LETTERS = "alder birch cedar".split()


def random_texts(seed, n=3, most=14):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(LETTERS, rng.integers(1, most))) for _ in range(n)]


def by_loops(own, others, size=3):
    """Words of a text that lie in a run of three that another text holds as well."""
    own, others = own.split(), [one.split() for one in others]
    if len(own) < size:
        return float(own in others)
    runs = {tuple(one[k : k + size]) for one in others for k in range(len(one) - size + 1)}
    inside = {k + i for k in range(len(own) - size + 1) if tuple(own[k : k + size]) in runs for i in range(size)}
    return len(inside) / len(own)


def test_copied_words_are_those_in_shared_runs():
    seen = set()
    for seed in range(60):
        texts = random_texts(seed)
        share = copied_share(hashed_words(texts), 0, [1, 2])
        assert share == pytest.approx(by_loops(texts[0], texts[1:]))
        seen.add(0 < share < 1)
    assert seen == {True, False}
    words = hashed_words(
        [
            "alder birch",
            "alder birch",
            "",
            "\u6771\u4eac\u5927\u5b66\u6821\u9580",
            "\u6771\u4eac\u5927\u5b66\u6821\u9580\u524d",
        ]
    )
    assert (
        copied_share(words, 0, [1]) == 1.0 and copied_share(words, 0, []) == 0.0 and copied_share(words, 2, [1]) == 0.0
    )
    assert copied_share(words, 4, [3]) == pytest.approx(6 / 7) and copied_share(words, 4, [3], characters=7) == 0.0
    assert copied_share(words, 0, [1], length=2) == 1.0


def test_the_longest_sequence_is_that_of_the_table():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        one, two = (rng.integers(0, 4, rng.integers(0, 12)).tolist() for _ in range(2))
        table = np.zeros((len(one) + 1, len(two) + 1), int)
        for i, a in enumerate(one):
            for j, b in enumerate(two):
                table[i + 1, j + 1] = table[i, j] + 1 if a == b else max(table[i, j + 1], table[i + 1, j])
        assert common_subsequence(one, two) == common_subsequence(two, one) == table[-1, -1]


def test_order_is_of_the_shorter_text_and_signs_go_two_by_two():
    words = hashed_words(
        ["a b c d e", "c b a x y z d", "\u4e00\u4e8c\u4e09\u56db", "\u4e00\u4e8c\u56db\u4e09\u56db", ""]
    )
    align = aligner(words)
    assert align.in_order(0, 1) == align.in_order(1, 0) == pytest.approx(2 / 5)  # c d of five
    assert align.in_order(2, 3) == pytest.approx(2 / 3)  # 12 and 34 of three
    assert align.in_order(0, 4) == 0.0 and np.isnan(align.rare(2, 3)) and align.rare(0, 1) == 0.4


def prints(n, *, last, window=2.0):
    """A sentence of six words in `n` texts over `last` days, each with words of its own; runs that tell, by text."""
    texts = [f"alder birch cedar dogwood elder fir own{k}a own{k}b own{k}c own{k}d own{k}e" for k in range(n)]
    days = np.linspace(0, last, n)
    index = postings(hashed_words(texts), days, window)
    return index, shared_pairs(index, days, window, least=1)


def test_a_set_phrase_has_five_texts_and_lasts_longer_than_three_windows():
    for n, last, phrase in ((5, 6.0, False), (5, 6.1, True), (4, 60.0, False)):
        index, _ = prints(n, last=last)
        assert (len(index.runs) == 0) == phrase
        full, own = postings(hashed_words(["x y z u v w"]), np.zeros(1), 2.0).telling[0], index.telling[0]
        assert full > 0 and own > 0
    assert prints(5, last=6.0)[0].telling[0] > prints(5, last=6.1)[0].telling[0]
    short = prints(5, last=3.1, window=0.5)[0]  # a window is a day at least
    assert len(short.runs) == 0 and len(prints(5, last=3.0, window=0.5)[0].runs) > 0


def test_pairs_lie_within_the_window_and_the_undated_beside_all():
    text = "alder birch cedar dogwood elder fir grape hazel"
    words, days = hashed_words([text] * 4), np.array([0.0, 2.0, 2.5, np.nan])
    index = postings(words, days, 2.0)
    frame = shared_pairs(index, days, 2.0)
    assert frame[["first", "second"]].values.tolist() == [[0, 1], [0, 3], [1, 2], [1, 3], [2, 3]]
    n = index.telling[0]
    assert (frame["shared"] == n).all() and (index.telling == n).all()
    assert shared_pairs(index, days, 2.0, least=n + 1).empty and len(shared_pairs(index, days, 2.0, least=n)) == 5
    assert shared_pairs(postings(hashed_words([]), np.empty(0), 1.0), np.empty(0), 1.0).columns.tolist() == [
        "first",
        "second",
        "shared",
    ]


def told(texts, days, pairs, *, outlets=None, bylines=None, containment=0.5):
    """Stories of pairs that are given by hand."""
    index = list("abcdefgh")[: len(texts)]
    outlets = pd.Series(outlets or [f"paper {one}" for one in index], index)
    when = pd.Series(
        [None if day is None else pd.Timestamp("2031-01-01") + pd.Timedelta(days=day) for day in days], index
    )
    articles = in_order(pd.Series(texts, index), when, outlets, pd.Series(bylines or [None] * len(index), index))
    both = {}
    for (one, two), share in pairs.items():
        i, j = articles.ids.index(one), articles.ids.index(two)
        both.setdefault(i, {})[j] = both.setdefault(j, {})[i] = share
    return stories(articles, both, containment=containment).set_index("article_id")


LONG = "alder birch cedar dogwood elder fir grape hazel iris juniper"


def test_the_best_original_wins_and_a_chain_leads_to_one():
    texts = [LONG] * 4
    table = told(texts, [0, 1, 2, 3], {("a", "c"): 0.7, ("b", "c"): 0.8, ("c", "d"): 0.6})
    assert table["copy_cluster"].to_dict() == {"a": "a", "b": "b", "c": "b", "d": "b"}
    tie = told(texts[:3], [0, 1, 2], {("a", "c"): 0.8, ("b", "c"): 0.8})
    assert tie.loc["c", "copy_cluster"] == "a"  # the first of two that are as good
    weak = told(texts, [0, 1, 2, 3], {("b", "c"): 0.8, ("c", "d"): 0.59})
    assert weak.loc["d", "copy_cluster"] == "d"  # a copy of a copy needs .6 of it


def test_two_stories_of_a_round_up_stay_two():
    apart = told([LONG] * 3, [0, 1, 2], {("a", "b"): 0.55, ("a", "c"): 0.55})
    assert apart["copy_cluster"].to_dict() == {"a": "a", "b": "a", "c": "c"}
    one = told([LONG] * 3, [0, 1, 2], {("a", "b"): 0.55, ("a", "c"): 0.55, ("b", "c"): 0.3})
    assert set(one["copy_cluster"]) == {"a"}
    much = told([LONG] * 3, [0, 1, 2], {("a", "b"): 0.55, ("a", "c"): 0.6})
    assert set(much["copy_cluster"]) == {"a"}


def test_originals_share_less_than_the_line_and_shares_are_of_own_words():
    half = "alder birch cedar dogwood elder one two three four five"  # five of ten stand in the first
    less = "alder birch cedar dogwood six one two three four five"
    table = told([LONG, half, less], [0, 1, 1], {("a", "b"): 0.9, ("a", "c"): 0.9, ("b", "c"): 0.1})
    assert table["share_copied"].tolist() == [0.0, 0.5, pytest.approx(0.9)]  # four of the first's, five of b's
    assert table["is_original"].tolist() == [True, False, False]
    alone = told([LONG, half, less], [0, 1, 1], {("a", "b"): 0.9, ("a", "c"): 0.9})
    assert alone.loc["c", "share_copied"] == pytest.approx(0.4) and alone.loc["c", "is_original"]


def test_who_is_first_goes_by_time_then_credit_then_length():
    pair = {("a", "b"): 0.9}
    assert set(told([LONG, LONG], [1, 0], pair)["copy_cluster"]) == {"b"}
    assert set(told([LONG, LONG], [None, 5], pair)["copy_cluster"]) == {"b"}
    assert set(told([LONG, LONG + " more"], [0, 0], pair)["copy_cluster"]) == {"b"}
    assert set(told([LONG + " more", LONG], [0, 0], pair, bylines=[None, "Reuters"])["copy_cluster"]) == {"b"}
    assert set(told([LONG, LONG], [0, 0], pair)["copy_cluster"]) == {"a"}


def test_origins_are_own_credited_or_unknown_with_their_evidence():
    pair = {("a", "b"): 0.9, ("a", "c"): 0.9, ("b", "c"): 0.9}
    plain = told([LONG] * 3, [0, 1, 2], pair)
    assert plain["origin"].tolist() == ["own", "unknown", "unknown"]
    assert plain["evidence"].tolist() == ["first seen here", "first seen in a (paper a)", "first seen in a (paper a)"]
    credited = told([LONG] * 3, [0, 1, 2], pair, bylines=[None, None, "Reuters"])
    assert credited["origin"].tolist() == ["Reuters"] * 3
    assert credited.loc["a", "evidence"].startswith("same story in c (paper c), ")
    alone = told([LONG] * 3, [0, 1, 2], pair, outlets=["x"] * 3)
    assert (alone["origin"] == "own").all() and (alone["evidence"] == "").all()


def test_reprints_weigh_each_pair_of_outlets():
    rows = [("a", "a", 0.0, True, "own"), ("b", "a", 0.8, False, "unknown"), ("c", "a", 0.6, False, "unknown"),
            ("d", "d", 0.0, True, "Reuters"), ("e", "d", 0.9, False, "Reuters"), ("f", "a", 0.2, True, "unknown"),
            ("g", "a", 0.9, False, "unknown")]  # fmt: skip
    copies = pd.DataFrame(rows, columns=["article_id", "copy_cluster", "share_copied", "is_original", "origin"])
    outlets = pd.Series(dict(zip("abcdefg", ["x", "y", "y", "x", "y", "y", "x"], strict=True)))
    table = reprints(copies, outlets)
    assert table[["source", "kind", "outlet", "n_articles"]].values.tolist() == [
        ["x", "first seen", "y", 2], ["Reuters", "agency", "x", 1], ["Reuters", "agency", "y", 1]]  # fmt: skip
    assert table["share_copied"].tolist() == [pytest.approx(0.7), pytest.approx(np.nan, nan_ok=True), 0.9]
    with pytest.raises(ValueError, match="article 'c' has no outlet"):
        reprints(copies, outlets.drop("c"))


def test_repeats_are_held_against_the_first_half_of_the_shorter():
    body = "alder birch cedar dogwood elder fir"  # four runs of three
    half = "alder birch cedar dogwood one two"  # two of four
    less = "alder birch cedar one two three"
    assert first_of_same([body, half]) == [0, 0] and first_of_same([body, less]) == [0, 1]
    assert first_of_same([less, body, half]) == [0, 1, 1]
    assert first_of_same(["one two", "one two", "two one", ""]) == [0, 0, 2, 0]
    when = pd.Series({"a": None, "b": None, "c": "2031-01-01", "d": None, "e": None})
    same = pd.Series({"b": "One story.", "a": "One story.", "c": "One story."})
    assert repeated_bodies(same, pd.Series("x", index=same.index)) == {"a": "b", "c": "b"}
    assert repeated_bodies(same, pd.Series("x", index=same.index), published=when) == {"a": "c", "b": "c"}


def test_a_teaser_needs_three_titles_that_are_unlike():
    text = "Read all of it in our app."
    titles = ["Bridge opens at noon", "Wheat is dear again", "Choir sings for envoys"]

    def of(titles, texts=None):
        rows = pd.Series(texts or [text] * len(titles))
        return teasers(rows, pd.Series("x", index=rows.index), pd.Series(titles)).to_dict()

    assert of(titles) == {0: 3, 1: 3, 2: 3} and of(titles[:2]) == {} and of([*titles[:2], "Bridge opens late"]) == {}
    assert of([*titles, None]) == {k: 4 for k in range(4)}
    assert of([*titles[:2], None]) == {}
    borne = "The bridge opens at noon, wheat is dear again and the choir sings for envoys."
    assert of(titles, [borne] * 3) == {}


def test_a_run_bears_by_its_uncommon_words():
    stories = [f"The harbour of {town} was shelled. Subscribe to bulletins." for town in ("Quay", "Pier", "Moor")]
    run = "Subscribe to bulletins."
    assert bearing(run, stories) == (0.0, 0.0) and not belongs(run, stories, stories)
    bulletins = [f"{one} Our bulletins say more." for one in stories]
    assert bearing(run, bulletins) == (0.5, 0.5) and belongs(run, bulletins, ["A quay."] * 9 + bulletins[:1])
    assert bearing(run, bulletins, bulletins) == (0.0, 0.5)  # a word that all have tells nothing
    assert np.isnan(bearing("of it", stories)).all() and belongs("of it", stories, stories)


def test_options_out_of_range_and_ids_twice_are_named():
    one = pd.Series({"a": "x"})
    for containment in (0.0, 1.01):
        with pytest.raises(ValueError, match="containment must be above 0 and at most 1"):
            find_copies(one, one, one, one, window_days=1, containment=containment)
    twice = pd.Series(["x", "y"], index=["a", "a"])
    with pytest.raises(ValueError, match="article 'a' occurs twice"):
        in_order(twice, twice, twice, twice)
