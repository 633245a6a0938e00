"""Whether quiet dates change as much as a dated event.

In: one row an article (or a day) with its outlet-local day and a value; the days of all events; the days that were
collected.  Out: the rank of the real change among placebo changes.

Method: placebo dates in the manner of Abadie, Diamond & Hainmueller (2010, Journal of the American Statistical
Association 105).  Windows of neighbouring days share most of their days, so that dates that change much come in runs.
Where the event's own neighbours are left out, its run stands against fewer than there are, and p comes out too small
(≤ .05 in .05 to .12 of draws).  So p is the event's rank among all dates, its own neighbours with them, as with the
moving-block permutations of Chernozhukov, Wüthrich & Zhu (2021, Journal of the American Statistical Association 116):
wherever the event falls in a series that is the same throughout, each rank is as likely, however long its weeks
remember.  Means of few articles vary more than those of many, so p is the larger of two: of the change, and of the
change in units of √(1/articles before + 1/articles after).  Counts are ranked on the root scale of Anscombe (1948,
Biometrika 35), on which they vary alike in busy and in slow times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.compare.days import as_day, collected, offsets

ENOUGH_PLACEBOS = 19  # placebos below which a shorter window is looked at
FEWEST_ARTICLES = 3  # a placebo needs so many articles before and after


@dataclass(frozen=True)
class Placebo:
    """Where a real change stands among changes at quiet dates.

    `changes` is indexed by placebo day; `rank` is 1 when no placebo changes as much, in either direction, and 0 when
    there is nothing to rank; `n_apart` counts placebo windows that share no day.  `p` counts the event's neighbours
    with the placebos, and is the larger of two scales.
    """

    change: float
    rank: int
    n_placebos: int
    n_apart: int
    p: float
    changes: pd.Series
    note: str


def placebo_rank(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    window_days: int,
    listed: Sequence[object],
    observed: pd.Series | None = None,
    counts: bool = False,
    spacing: int = 1,
) -> Placebo:
    """The change at an event beside those at every quiet date.

    A quiet date is one whose window shares no day with the window of any listed event, lies within the days that
    the frame covers, and was collected on every day.  p is the share, among these dates, the event's and its
    neighbours', of those that change at least as much in absolute value.  A neighbour's window shares days with the
    event's, and holds no day of another event that the event's own does not hold.

    Parameters
    ----------
    frame, day, value, event_day, window_days : as in `events.window_change`.
    listed : days of all known events; the event itself is added.
    observed : Series of bool indexed by day, optional
        Days of collection; a window that holds a day without it is no placebo, and an event with such a window has no
        rank.
    counts : bool
        `frame` has one row a day and `value` is a count: changes are compared as differences of 2 √(items + 3/8).
    spacing : days between placebos that are tried.

    >>> days = pd.date_range("2023-01-01", periods=700)
    >>> frame = pd.DataFrame({"day": days, "rate": [t % 3 + 5.0 * (t >= 600) for t in range(700)]})
    >>> placebo = placebo_rank(frame, day="day", value="rate", event_day=days[600], window_days=14, listed=[])
    >>> placebo.rank, round(placebo.change, 1), placebo.p < 0.02
    (1, 4.9, True)
    """
    offset = offsets(frame, day, event_day, [value])
    known = frame[value].notna() & offset.notna()
    if not known.any():
        raise ValueError("no article has both a day and a value; nothing to rank")
    base = as_day(event_day)
    at, values = offset[known].to_numpy(dtype=int), frame.loc[known, value].to_numpy(dtype=float)
    first, last = int(at.min()), int(at.max())
    if observed is not None and observed.any():
        marked = pd.DatetimeIndex(observed.index[np.asarray(observed, dtype=bool)]).normalize()
        first, last = int((marked.min() - base).days), int((marked.max() - base).days)
    tried = np.arange(first + window_days, last - window_days + 2, spacing)
    away = np.r_[0, (pd.DatetimeIndex(listed).normalize() - base).days.to_numpy()]
    quiet = tried[(np.abs(away[None, :] - tried[:, None]) >= 2 * window_days).all(axis=1)]
    own = _neighbours(away, first, last, window_days, spacing)
    days = np.r_[0, quiet, own]
    change, scores = _changes(days, at, values, window_days, counts)
    whole = _whole(days, observed, base, window_days)
    usable = whole & ~np.isnan(change)
    is_quiet = np.r_[False, np.ones(len(quiet), bool), np.zeros(len(own), bool)] & usable
    changes = pd.Series(change[is_quiet], index=base + pd.to_timedelta(days[is_quiet], unit="D"), dtype=float)
    as_much = np.abs(scores) >= np.abs(scores[:, :1]) - 1e-12
    n_apart = _disjoint(days[is_quiet], 2 * window_days)
    note = _lacking(whole[0], change[0], len(changes))
    if note:
        return Placebo(float(change[0]), 0, len(changes), n_apart, float("nan"), changes, note)
    rank, p = int(as_much[0, is_quiet].sum()) + 1, float(as_much[:, usable].mean(axis=1).max())
    note = f"{len(changes)} quiet dates, {n_apart} with windows of their own"
    return Placebo(float(change[0]), rank, len(changes), n_apart, p, changes, note)


def _neighbours(away: np.ndarray, first: int, last: int, window_days: int, spacing: int) -> np.ndarray:
    """Days whose windows share days with the event's and hold no event that its own window does not."""
    steps = np.arange(spacing, 2 * window_days, spacing)
    near = np.r_[-steps[::-1], steps]
    near = near[(near >= first + window_days) & (near <= last - window_days + 1)]
    others = away[np.abs(away) >= window_days]
    return near[(np.abs(others[None, :] - near[:, None]) >= window_days).all(axis=1)]


def _changes(
    at_days: np.ndarray, offset: np.ndarray, values: np.ndarray, window_days: int, counts: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Change of the mean at each of some days, and what it is ranked by on two scales; nan with too few on a side."""
    start = int(offset.min())
    sums = np.r_[0.0, np.cumsum(np.bincount(offset - start, values))]
    sizes = np.r_[0, np.cumsum(np.bincount(offset - start))]
    ends = np.clip(at_days[:, None] + np.array([-window_days, 0, window_days]) - start, 0, len(sums) - 1)
    total, size = np.diff(sums[ends], axis=1), np.diff(sizes[ends], axis=1)
    enough = size.min(axis=1) >= FEWEST_ARTICLES
    means = np.divide(total, size, out=np.full(total.shape, np.nan), where=enough[:, None])
    change = means[:, 1] - means[:, 0]
    if counts:
        roots = 2 * np.sqrt(total + 3 / 8)
        return change, np.where(enough, roots[:, 1] - roots[:, 0], np.nan)[None]
    return change, np.stack([change, change / np.sqrt((1 / np.maximum(size, 1)).sum(axis=1))])


def _whole(at_days: np.ndarray, observed: pd.Series | None, base: pd.Timestamp, window_days: int) -> np.ndarray:
    """Whether every day of the window around each of some days was collected."""
    if observed is None:
        return np.ones(len(at_days), dtype=bool)
    first = int(at_days.min()) - window_days
    seen = np.r_[0, np.cumsum(collected(observed, base, first, int(at_days.max()) + window_days))]
    return seen[at_days + window_days - first] - seen[at_days - window_days - first] == 2 * window_days


def _lacking(whole: bool, change: float, n_quiet: int) -> str:
    """Why there is no rank; blank where there is one."""
    if not whole:
        return "the event's own window was not collected on every day"
    if np.isnan(change):
        return "too few articles around the event"
    return "" if n_quiet else "no quiet date has enough articles"


def _disjoint(days: np.ndarray, length: int) -> int:
    """How many windows of a length, begun at some of these days, share no day."""
    n, end = 0, None
    for one in days:
        if end is None or one >= end:
            n, end = n + 1, one + length
    return n
