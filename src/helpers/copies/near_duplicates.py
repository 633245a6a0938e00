"""Which articles are copies: pairs that share runs of words, or words in order, joined to stories (`stories`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.copies.alignment import Aligner, aligner
from helpers.copies.pairs import postings, shared_pairs
from helpers.copies.recurring_lines import line_key
from helpers.copies.shingles import Words
from helpers.copies.stories import CHAIN, Pairs, in_order, stories

CERTAIN = 0.75  # share of runs that needs no other check
MIN_RUN = 16  # shingles; a delegation's full name and title fill fewer, and short reports name it again each day
FAINT = 0.04  # share of runs from which a pair is aligned: a third of the words exchanged leaves .17 on average
IN_ORDER, RARE_IN_ORDER = 0.6, 0.5  # of the shorter text's words, in a pair that shares few runs
SIGNS_IN_ORDER = 0.4  # of letters two by two; chance gives about .15
RARE_AT_LEAST = 0.4  # of rare words, and of all, in a pair that shares enough runs
LONGER = 2  # times; in a much longer text much stands in the same order by chance


def find_copies(
    texts: pd.Series,
    published: pd.Series,
    outlets: pd.Series,
    bylines: pd.Series,
    *,
    window_days: float,
    containment: float,
    agencies: Mapping[str, tuple[str, ...]] | None = None,
) -> pd.DataFrame:
    """Copy clusters, their originals and their origins.

    Parameters
    ----------
    texts, outlets, bylines : Series of str, indexed by article_id
        Texts normalised, with datelines and credit lines; bylines may be missing.
    published : Series of timestamps, same index
        An undated article is compared with all, and is never taken for the first while another has a date.
    window_days : float
        Copies appear within so many days of each other.
    containment : float, in (0, 1]
        Share of the shorter article's runs of words that must be in the other, or, where words were exchanged
        throughout, at least of its words in order.
    agencies : mapping of name to forms, optional
        Added to those known.

    Returns
    -------
    DataFrame with columns article_id, copy_cluster, share_copied, is_original, origin, evidence, sorted by
    article_id
        `copy_cluster` is the id of the first article of its story.  `share_copied` is the share of this article's
        own words that stand in runs of three or more (six letters in Chinese, Japanese or Korean script) found in
        that one or in another earlier article of the story; 0 for the first.  `is_original`: it is the first, or
        shares less than `containment` of its own words, as a long report that holds a short bulletin does.

    Raises
    ------
    ValueError
        An option is out of range or an id occurs twice.
    """
    if not 0 < containment <= 1:
        raise ValueError(f"containment must be above 0 and at most 1, not {containment}")
    articles = in_order(texts, published, outlets, bylines, agencies=agencies)
    return stories(articles, _pairs(articles.words, articles.days, window_days, containment), containment=containment)


def repeated_bodies(texts: pd.Series, outlets: pd.Series, *, published: pd.Series | None = None) -> dict[str, str]:
    """Articles whose body the same outlet also has under another address.

    Such a repeat is no copy between outlets and no second story; the clean stage drops it.

    Parameters
    ----------
    texts, outlets : Series of str, indexed by article_id
    published : Series of timestamps, optional
        Then the earliest is kept, else the first in order.

    Returns
    -------
    dict
        Repeat to the article that is kept.

    >>> repeated_bodies(pd.Series({"a": "One story.", "b": "One  story"}), pd.Series({"a": "x", "b": "x"}))
    {'b': 'a'}
    """
    order = list(texts.index)
    if published is not None:
        when = pd.to_datetime(published.reindex(order), utc=True)
        order = sorted(
            order, key=lambda key: (when[key] if pd.notna(when[key]) else pd.Timestamp.max.tz_localize("UTC"), key)
        )
    kept: dict[tuple[str, str], str] = {}
    repeats = {}
    for key in order:
        body = line_key(texts[key]) if isinstance(texts[key], str) else ""
        if body:
            first = kept.setdefault((outlets[key], body), key)
            if first != key:
                repeats[key] = first
    return repeats


def _pairs(words: Words, days: np.ndarray, window_days: float, containment: float) -> Pairs:
    """For each article, those it shares enough with, and what share of the shorter one, both ways.

    Enough telling runs and enough of the rare words in order; or, with few runs, so many words in order that one was
    written over the other.  Short reports that share little beside set phrases and names are no copies.
    """
    index = postings(words, days, window_days)
    frame = shared_pairs(index, days, window_days)
    align = _Check(aligner(words), containment)
    pairs: Pairs = defaultdict(dict)
    shorter = np.minimum(index.telling[frame["first"]], index.telling[frame["second"]])
    shares = frame["shared"].to_numpy() / np.maximum(shorter, 1)
    near = shares >= min(FAINT, containment)
    for (first, second, shared), share in zip(frame[near].to_numpy().tolist(), shares[near].tolist(), strict=True):
        strength = share if share >= max(containment, CERTAIN) else align(first, second, shared, share)
        if strength:
            pairs[first][second] = pairs[second][first] = strength
    return pairs


@dataclass(frozen=True)
class _Check:
    """The second look at a pair, word by word: what share of the shorter text is in the other, 0 if it is no copy."""

    align: Aligner
    containment: float

    def __call__(self, first: int, second: int, shared: int, share: float) -> float:
        lengths = [len(self.align.words.of(i)) for i in (first, second)]
        enough = share >= self.containment and (shared >= MIN_RUN or share >= CHAIN)
        if not enough and max(lengths) > LONGER * min(lengths):
            return 0.0
        rare, in_order = self.align.rare(first, second), self.align.in_order
        if enough:
            return 0.0 if rare < RARE_AT_LEAST or in_order(first, second) < RARE_AT_LEAST else share
        if self.align.words.signs[first]:
            strength = in_order(first, second)
            return strength if strength >= max(SIGNS_IN_ORDER, self.containment) else 0.0
        if not rare >= RARE_IN_ORDER or in_order(first, second) < max(IN_ORDER, self.containment):
            return 0.0
        return rare  # and not of all words, many of which stand in order by chance
