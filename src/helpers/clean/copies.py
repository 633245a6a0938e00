"""Which articles are copies, of which original, and whose story it is.

An article joins the cluster of an original that it shares words with, not of any copy that it happens to
resemble, so that two stories do not chain into one.  Times decide who was first; a credit decides whose it
is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.clean.agencies import credit, is_agency
from helpers.clean.boilerplate import line_key
from helpers.clean.shingles import shared_pairs, shingle_table, without_set_phrases

COLUMNS = ["article_id", "copy_cluster", "share_copied", "is_original", "origin", "evidence"]
CHAIN = 0.6  # containment in another copy that is as good as containment in the original
OWN, UNKNOWN = "own", "unknown"

Pairs = dict[int, dict[int, float]]


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
    pairs = _pairs(telling, days, window_days, containment)
    first_seen = sorted(range(len(ids)), key=lambda i: (np.nan_to_num(days[i], nan=np.inf), not credits[i][0], ids[i]))
    leader = _clusters(first_seen, pairs, containment)
    rows = _rows(ids, leader, _shares(table, leader), credits, outlets.reindex(ids).tolist(), marks.tolist(), agencies)
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


def _pairs(table, days: np.ndarray, window_days: float, containment: float) -> Pairs:
    """For each article, those it shares enough with and how much, both ways."""
    frame = shared_pairs(table, days, window_days)
    frame["containment"] = frame["shared"] / frame["smaller"]
    found: Pairs = defaultdict(dict)
    for first, second, share in frame.loc[
        frame["containment"] >= containment, ["first", "second", "containment"]
    ].values:
        found[int(first)][int(second)] = found[int(second)][int(first)] = float(share)
    return found


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


def _shares(table, leader: dict[int, int]) -> list[float]:
    """Share of each article's shingles that its original holds."""
    shares = []
    for i in range(table.shape[0]):
        own = table[i]
        if leader[i] == i or not own.nnz:
            shares.append(0.0)
        else:
            shares.append(float(own.multiply(table[leader[i]]).sum() / own.nnz))
    return shares


def _rows(ids, leader, shares, credits, outlets, bylines, agencies) -> list[tuple]:
    members: dict[int, list[int]] = defaultdict(list)
    for article, head in leader.items():
        members[head].append(article)
    rows = []
    for i, name in enumerate(ids):
        head, group = leader[i], members[leader[i]]
        origin, evidence = _origin(i, head, group, credits, outlets, ids, agencies)
        rows.append((name, ids[head], shares[i], head == i, origin, evidence))
    return rows


def _origin(i, head, group, credits, outlets, ids, agencies) -> tuple[str, str]:
    """Own, an agency or unknown; with the credit, or the copy of the story that bears it, or who was
    first."""
    name, words = credits[i]
    if name:
        return (OWN if is_agency(outlets[i], name, agencies=agencies) else name), words
    credited = [other for other in sorted(group, key=lambda k: (k != head, ids[k])) if credits[other][0]]
    if credited:
        other = credited[0]
        return credits[other][0], f"same story in {ids[other]} ({outlets[other]}), {credits[other][1]}"
    if len({outlets[other] for other in group}) == 1:
        return OWN, ""
    first = f"first seen in {ids[head]} ({outlets[head]})"
    return (OWN, "first seen here") if i == head else (UNKNOWN, first)
