"""Which headlines are copies: the same words under them, in order, by how rare each word is.

A headline with what stands under it has thirty words, and two of one event share names and a verb without a copy.  So
words weigh by their rarity, a pair is judged by how much of the shorter's weight stands in the other in the same order,
or by one long run of words, and an item without a standfirst is compared by its headline alone.  Own rule;
`benchmarks/headlines_copies.md` has what was read and measured.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.copies.pairs import postings, shared_pairs
from helpers.copies.shingles import Words, hashed_words
from helpers.copies.stories import Pairs, in_order, stories

WINDOW_DAYS = 3.0  # a headline's copy appears within so many days
RUN, RUN_OF_SIGNS = 3, 6  # words, or letters of a script without spaces; runs of so many, set phrases apart, tell
ALIGNED, TELLING = 0.75, 0.3  # of the shorter's weight in order, and of its telling runs, where both have standfirsts
HEADLINE, TELLING_HEADLINE, MUTUAL = 0.77, 0.14, 0.6  # the same of two headlines alone; and of the longer's weight
LEAST = 1.8  # weight in order without which a pair tells nothing: "X fires missile" is written anew each time
LONG_RUN, OF_ALL = 3.7, 0.28  # weight and share of one run that is as good; not in signs, where names fill a run
CONTAINMENT = 0.3  # of its own words in runs, below which a copy is an original too
_RELAYED = re.compile(r"^\s*[(\[（【][^()\[\]]{0,40}[=＝][^()\[\]]{0,20}[)\]）】]\s*(?:[^=＝.!?。]{2,60}[=＝]\s*)?")
_OPENED = re.compile(r"^\s*[\[【〈<(][^\[\]【】〈〉<>()]{1,12}[\]】〉>)]\s*")
_CLOSED = re.compile(r"(?<!\s)\s*[(\[][^()\[\]]{1,8}[)\]]\s*$")


def find_headline_copies(
    titles: pd.Series,
    standfirsts: pd.Series,
    published: pd.Series,
    outlets: pd.Series,
    bylines: pd.Series,
    *,
    window_days: float = WINDOW_DAYS,
    agencies: Mapping[str, tuple[str, ...]] | None = None,
) -> pd.DataFrame:
    """Copy clusters of headlines, their originals and their origins; one outlet's updated headline is a copy, too.

    Parameters
    ----------
    titles, standfirsts, outlets, bylines : Series of str, indexed by article_id
        Standfirsts and bylines may be blank or missing.
    published : Series of timestamps, same index
    window_days : float
        Copies appear within so many days of each other; at most `WINDOW_DAYS`.
    agencies : mapping of name to forms, optional
        Added to those known.

    Returns
    -------
    DataFrame
        As from `helpers.copies.near_duplicates.find_copies`.

    >>> titles = pd.Series({"a": "Two ports of Ruritania open to grain ships again",
    ...                     "b": "Two Ports of Ruritania Open to Grain Ships Again", "c": "A bridge opens"})
    >>> none, day = pd.Series("", index=titles.index), pd.Series("2024-06-01T08:00Z", index=titles.index)
    >>> find_headline_copies(titles, none, day, pd.Series({"a": "x", "b": "y", "c": "y"}), none).copy_cluster.tolist()
    ['a', 'a', 'c']
    """
    titles, standfirsts = titles.fillna(""), standfirsts.reindex(titles.index).fillna("")
    heads, feet = titles.map(bare_headline), standfirsts.map(bare_standfirst)
    texts = standfirsts.where(standfirsts != titles, "")  # "… — KCNA" over an item says who said it, not whose it is
    articles = in_order(texts, published, outlets, bylines, agencies=agencies, compared=heads + "\n" + feet)
    pairs = _pairs(
        articles.words,
        hashed_words(heads.reindex(articles.ids).tolist()),
        (feet.reindex(articles.ids) != "").to_numpy(),
        articles.days,
        min(window_days, WINDOW_DAYS),
    )
    return stories(articles, pairs, containment=CONTAINMENT)


def bare_headline(title: str) -> str:
    """A headline without a short mark in brackets at either end.

    >>> bare_headline("[Update] Two ports open (2nd)")
    'Two ports open'
    """
    bare = _CLOSED.sub("", _OPENED.sub("", title)).strip()
    return bare or title


def bare_standfirst(standfirst: str) -> str:
    """A standfirst without a dateline that names who relays it, and the reporter; blank if no word is left.

    >>> bare_standfirst("(Strelsau=Herald) Ada Byron = Two ports opened.")
    'Two ports opened.'
    """
    bare = _RELAYED.sub("", standfirst)
    return bare if any(letter.isalnum() for letter in bare) else ""


@dataclass(frozen=True)
class _Weights:
    """How rare each word is, 0 to 1: 1 in one text alone."""

    codes: np.ndarray
    rarities: np.ndarray

    def of(self, codes: np.ndarray) -> np.ndarray:
        return self.rarities[np.searchsorted(self.codes, codes)]


def _weights(words: Words) -> _Weights:
    n = len(words)
    texts = np.repeat(np.arange(n), np.diff(words.bounds))
    once = pd.DataFrame({"code": words.codes, "text": texts}).drop_duplicates()
    codes, holders = np.unique(once["code"].to_numpy(), return_counts=True)
    return _Weights(codes, np.log((n + 1) / holders) / np.log(n + 1))


def _pairs(words: Words, heads: Words, has_standfirst: np.ndarray, days: np.ndarray, window_days: float) -> Pairs:
    """For each headline those that it is a copy of, or that are copies of it, and how much they share."""
    index = postings(words, days, window_days, length=RUN, characters=RUN_OF_SIGNS)
    frame = shared_pairs(index, days, window_days, least=1)
    weights, pairs = _weights(words), defaultdict(dict)
    telling = np.minimum(index.telling[frame["first"]], index.telling[frame["second"]])
    runs = frame["shared"].to_numpy() / np.maximum(telling, 1)
    for first, second, share in zip(frame["first"].tolist(), frame["second"].tolist(), runs.tolist(), strict=True):
        if words.signs[first] == words.signs[second]:
            whole = bool(has_standfirst[first] and has_standfirst[second])
            strength = _strength(words if whole else heads, first, second, weights, share, whole=whole)
            if strength:
                pairs[first][second] = pairs[second][first] = strength
    return pairs


def _strength(words: Words, first: int, second: int, weights: _Weights, runs: float, *, whole: bool) -> float:
    """What share of the shorter's weight stands in the other in the same order; 0 if the two are no copies."""
    one, other = sorted((words.of(first), words.of(second)), key=len)
    in_order, run = aligned(one, other, weights.of(one))
    shorter, longer = sorted((weights.of(one).sum(), weights.of(other).sum()))
    if not shorter:
        return 0.0
    if run >= max(LONG_RUN, OF_ALL * shorter) and not words.signs[first]:
        return max(in_order / shorter, ALIGNED)
    if in_order < LEAST:
        return 0.0
    if whole:
        return in_order / shorter if in_order >= ALIGNED * shorter and runs >= TELLING else 0.0
    enough = in_order >= max(HEADLINE * shorter, MUTUAL * longer) and runs >= TELLING_HEADLINE
    return in_order / shorter if enough else 0.0


def aligned(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The most weight that stands in both in the same order, with gaps and without.

    Parameters
    ----------
    first, second : array of int
        Words as numbers.
    weights : array of float, as long as `first`

    Returns
    -------
    (float, float)
        Weight of the heaviest common subsequence, and of the heaviest common run.

    >>> aligned(np.array([1, 2, 3, 4]), np.array([1, 9, 3, 4]), np.ones(4))
    (3.0, 2.0)
    """
    best = np.zeros(len(second) + 1)
    run = np.zeros(len(second) + 1)
    longest = 0.0
    for word, weight in zip(first, weights, strict=True):
        same = second == word
        best[1:] = np.maximum(best[1:], np.where(same, best[:-1] + weight, 0.0))
        best = np.maximum.accumulate(best)
        run[1:] = np.where(same, run[:-1] + weight, 0.0)
        longest = max(longest, run.max())
    return float(best[-1]), float(longest)
