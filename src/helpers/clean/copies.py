"""Which articles are copies, of which original, and whose story it is.

An article joins the cluster of an original that it shares words with, not of any copy that it happens to
resemble, so that two stories do not chain into one.  Times decide who was first; a credit decides whose it
is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.clean.agencies import credit, is_agency
from helpers.clean.boilerplate import line_key
from helpers.clean.shingles import shared_pairs, shingle_table, without_set_phrases

COLUMNS = ["article_id", "copy_cluster", "share_copied", "is_original", "origin", "evidence"]
CHAIN = 0.6  # containment in another copy that is as good as containment in the original
MIN_RUN = 16  # shingles; a delegation's full name and title fill fewer, and short reports name it again each day
OWN, UNKNOWN = "own", "unknown"

Pairs = dict[int, dict[int, float]]


@dataclass(frozen=True)
class _Stories:
    """Articles in order with their originals, credits and outlets."""

    ids: list[str]
    leader: dict[int, int]
    credits: list[tuple[str, str]]
    outlets: list[str]
    agencies: Mapping[str, tuple[str, ...]] | None


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
        Share of the shorter article's shingles that must be in the other.
    agencies : mapping of name to forms, optional
        Added to those known.

    Returns
    -------
    DataFrame with columns article_id, copy_cluster, share_copied, is_original, origin, evidence, sorted by
    article_id
        `copy_cluster` is the id of its original; `share_copied` the share of an article's shingles that the
        original holds, 0 for an original.

    Raises
    ------
    ValueError
        An option is out of range or an id occurs twice.
    """
    if not 0 < containment <= 1:
        raise ValueError(f"containment must be above 0 and at most 1, not {containment}")
    if texts.index.has_duplicates:
        raise ValueError(f"article {texts.index[texts.index.duplicated()][0]!r} occurs twice in texts")
    texts = texts.sort_index()
    ids = list(texts.index)
    when = pd.to_datetime(published.reindex(ids), utc=True)
    days = ((when - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)).to_numpy(dtype=float)
    marks = bylines.reindex(ids)
    credits = [
        credit(text or "", None if pd.isna(byline) else byline, agencies=agencies)
        for text, byline in zip(texts.fillna(""), marks, strict=True)
    ]
    table = shingle_table(list(texts.fillna("")))
    telling = without_set_phrases(table, days, window_days)
    pairs = _pairs(table, telling, days, window_days, containment)
    first_seen = sorted(range(len(ids)), key=lambda i: (np.nan_to_num(days[i], nan=np.inf), not credits[i][0], ids[i]))
    leader = _clusters(first_seen, pairs, containment)
    story = _Stories(ids, leader, credits, outlets.reindex(ids).tolist(), agencies)
    rows = _rows(story, _shares(table, leader))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("article_id", ignore_index=True)


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


def _pairs(
    table: sparse.csr_matrix, telling: sparse.csr_matrix, days: np.ndarray, window_days: float, containment: float
) -> Pairs:
    """For each article, those it shares enough with and how much, both ways.

    Enough of all its words and enough of the telling ones: two short reports that share little beside an outlet's set
    phrases are no copies, nor are two that differ in all but a phrase.
    """
    frame = shared_pairs(telling, days, window_days)
    frame = frame[frame["shared"] >= containment * frame["smaller"]]
    sizes = np.diff(table.indptr)
    found: Pairs = defaultdict(dict)
    for first, second in frame[["first", "second"]].itertuples(index=False):
        shared = np.intersect1d(_row(table, first), _row(table, second), assume_unique=True).size
        share = shared / min(sizes[first], sizes[second])
        if share >= containment and (shared >= MIN_RUN or share >= CHAIN):
            found[first][second] = found[second][first] = float(share)
    return found


def _row(table: sparse.csr_matrix, i: int) -> np.ndarray:
    """The shingles of one article."""
    return table.indices[table.indptr[i] : table.indptr[i + 1]]


def _clusters(first_seen: list[int], pairs: Pairs, containment: float) -> dict[int, int]:
    """Each article's original, itself if it is one; in order of appearance.

    The best original within reach wins; failing that, a copy that holds nearly all of the article leads to
    its original.
    """
    leader: dict[int, int] = {}
    for article in first_seen:
        earlier = {other: share for other, share in pairs.get(article, {}).items() if other in leader}
        originals = {
            other: share for other, share in earlier.items() if leader[other] == other and share >= containment
        }
        near = {other: share for other, share in earlier.items() if share >= max(CHAIN, containment)}
        pool = originals or near
        best = max(pool, key=lambda other: (pool[other], -other)) if pool else article
        leader[article] = leader.get(best, article)
    return leader


def _shares(table: sparse.csr_matrix, leader: dict[int, int]) -> list[float]:
    """Share of each article's shingles that its original holds."""
    shares = []
    for i in range(table.shape[0]):
        own, head = _row(table, i), leader[i]
        shared = 0 if head == i else np.intersect1d(own, _row(table, head), assume_unique=True).size
        shares.append(shared / len(own) if len(own) else 0.0)
    return shares


def _rows(story: _Stories, shares: list[float]) -> list[tuple[str, str, float, bool, str, str]]:
    members: dict[int, list[int]] = defaultdict(list)
    for article, head in story.leader.items():
        members[head].append(article)
    rows = []
    for i, name in enumerate(story.ids):
        head = story.leader[i]
        origin, evidence = _origin(story, i, members[head])
        rows.append((name, story.ids[head], shares[i], head == i, origin, evidence))
    return rows


def _origin(story: _Stories, i: int, group: list[int]) -> tuple[str, str]:
    """Own, an agency or unknown; with the credit, or the copy of the story that bears it, or who was first."""
    head, outlets, ids = story.leader[i], story.outlets, story.ids
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
