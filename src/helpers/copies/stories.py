"""Pairs of copies to stories: which is the original of each, and whose story it is.

An article joins the story of an original that it shares words with, not of any copy that it happens to
resemble, so that two stories do not chain into one.  Times decide who was first; a credit decides whose it
is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.copies.agencies import credit, is_agency
from helpers.copies.alignment import copied_share
from helpers.copies.shingles import Words, hashed_words

COLUMNS = ["article_id", "copy_cluster", "share_copied", "is_original", "origin", "evidence"]
CHAIN = 0.6  # share in another copy that is as good as a share in the original
OWN, UNKNOWN = "own", "unknown"

Pairs = dict[int, dict[int, float]]


@dataclass(frozen=True)
class Articles:
    """Articles in order of appearance, the undated last.

    ids, outlets : list of str
    days : array of float, shape (n_articles,)
        Days since 1970, NaN where unknown.
    words : Words
    credits : list of (str, str)
        Agency and evidence, blank where none is credited.
    agencies : mapping of name to forms, or None
    """

    ids: list[str]
    outlets: list[str]
    days: np.ndarray
    words: Words
    credits: list[tuple[str, str]]
    agencies: Mapping[str, tuple[str, ...]] | None


def in_order(
    texts: pd.Series,
    published: pd.Series,
    outlets: pd.Series,
    bylines: pd.Series,
    *,
    agencies: Mapping[str, tuple[str, ...]] | None = None,
    compared: pd.Series | None = None,
) -> Articles:
    """Articles in order, with their words and credits.

    Parameters
    ----------
    texts, published, outlets, bylines : Series, indexed by article_id
        As in `helpers.copies.near_duplicates.find_copies`.
    agencies : mapping of name to forms, optional
    compared : Series of str, same index, optional
        Words that are compared, where they are not those in which credits are looked for.

    Raises
    ------
    ValueError
        An id occurs twice.

    >>> rows = pd.Series({"b": "A bridge.", "a": "A quay."})
    >>> in_order(rows, pd.Series({"b": "2024-06-02", "a": "2024-06-01"}), rows, rows).ids
    ['a', 'b']
    """
    if texts.index.has_duplicates:
        raise ValueError(f"article {texts.index[texts.index.duplicated()][0]!r} occurs twice in texts")
    when = pd.to_datetime(published.reindex(texts.index), utc=True)
    days = ((when - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)).to_numpy(dtype=float)
    names = texts.index.to_numpy(dtype=object)
    order = np.lexsort((names.astype(str), days))  # undated last
    ids = names[order].tolist()
    bodies = texts.fillna("").astype(object).to_numpy()[order].tolist()
    words = hashed_words(bodies if compared is None else compared.reindex(ids).tolist())
    credits = _credits(bodies, bylines.reindex(ids).tolist(), agencies)
    return Articles(ids, outlets.reindex(ids).tolist(), days[order], words, credits, agencies)


def stories(articles: Articles, pairs: Pairs, *, containment: float) -> pd.DataFrame:
    """Copy clusters, their originals and their origins.

    Parameters
    ----------
    articles : Articles
    pairs : mapping of article to mapping of article to float
        For each article, by its number, those that it is a copy of or that are copies of it, and how much they share.
    containment : float
        A copy that shares less of its own words is an original.

    Returns
    -------
    DataFrame
        As from `helpers.copies.near_duplicates.find_copies`.
    """
    uncredited = np.array([not agency for agency, _ in articles.credits], dtype=bool)
    # at the same time a credit is first, then the longer: copies are trimmed more often than extended
    keys = (-np.diff(articles.words.bounds), uncredited, np.nan_to_num(articles.days, nan=np.inf))
    first_seen = np.lexsort(keys).tolist()
    leader = _clusters(first_seen, pairs)
    shares = _shares(articles.words, first_seen, leader, pairs)
    rows = _rows(articles, leader, shares, containment)
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("article_id", ignore_index=True)


def _credits(
    bodies: list[str], bylines: list[str | None], agencies: Mapping[str, tuple[str, ...]] | None
) -> list[tuple[str, str]]:
    return [
        credit(body, None if pd.isna(byline) else byline, agencies=agencies)
        for body, byline in zip(bodies, bylines, strict=True)
    ]


def _clusters(first_seen: list[int], pairs: Pairs) -> dict[int, int]:
    """Each article's original, itself if it is one; in order of appearance.

    The best original within reach wins; failing that, a copy that holds most of the article leads to its original.
    Articles that share only a part with their original must share with one another: two stories that a round-up
    quotes stay two.
    """
    leader: dict[int, int] = {}
    partial: dict[int, list[int]] = defaultdict(list)
    for article in first_seen:
        known = pairs.get(article, {})
        earlier = {other: share for other, share in known.items() if other in leader}
        originals = {
            other: share
            for other, share in earlier.items()
            if leader[other] == other and (share >= CHAIN or all(third in known for third in partial[other]))
        }
        pool = originals or {other: share for other, share in earlier.items() if share >= CHAIN}
        best = max(pool, key=lambda other: (pool[other], -other)) if pool else article
        leader[article] = leader.get(best, article)
        if pool and pool[best] < CHAIN:
            partial[leader[article]].append(article)
    return leader


def _shares(words: Words, first_seen: list[int], leader: dict[int, int], pairs: Pairs) -> list[float]:
    """Share of each article's words that stand in its original or in another earlier article of the story."""
    place = {article: k for k, article in enumerate(first_seen)}
    shares = [0.0] * len(first_seen)
    for article, head in leader.items():
        if article != head:
            earlier = [k for k in pairs[article] if leader[k] == head and place[k] < place[article]]
            shares[article] = copied_share(words, article, sorted({head, *earlier}))
    return shares


def _rows(
    story: Articles, leader: dict[int, int], shares: list[float], containment: float
) -> list[tuple[str, str, float, bool, str, str]]:
    members: dict[int, list[int]] = defaultdict(list)
    for article, head in leader.items():
        members[head].append(article)
    rows = []
    for i, name in enumerate(story.ids):
        head = leader[i]
        original = head == i or shares[i] < containment
        origin, evidence = _origin(story, i, head, members[head])
        rows.append((name, story.ids[head], shares[i], original, origin, evidence))
    return rows


def _origin(story: Articles, i: int, head: int, group: list[int]) -> tuple[str, str]:
    """Own, an agency or unknown; with the credit, or the copy of the story that bears it, or who was first."""
    outlets, ids = story.outlets, story.ids
    name, words = story.credits[i]
    if name:
        return (OWN if is_agency(outlets[i], name, agencies=story.agencies) else name), words
    credited = [other for other in sorted(group, key=lambda k: (k != head, ids[k])) if story.credits[other][0]]
    if credited:
        agency, words = story.credits[credited[0]]
        return agency, f"same story in {ids[credited[0]]} ({outlets[credited[0]]}), {words}"
    if len({outlets[other] for other in group}) == 1:
        return OWN, ""
    return (OWN, "first seen here") if i == head else (UNKNOWN, f"first seen in {ids[head]} ({outlets[head]})")
