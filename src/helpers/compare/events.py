"""What changed around a dated event, and whether quiet dates change as much.

In: one row an article with its outlet-local day, a value, cluster labels; the day of the event.  Out:
frames of estimates.  How much is published is another question: see `volume`.

Method: mean after minus mean before, by `contrast`; placebo dates in the manner of Abadie, Diamond &
Hainmueller (2010, Journal of the American Statistical Association 105); segmented regression after Wagner,
Soumerai, Zhang & Ross-Degnan (2002, Journal of Clinical Pharmacy and Therapeutics 27(4)) with
cluster-robust errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, cluster_codes, cluster_ols, refusal
from helpers.compare.contrast import FEWEST, difference
from helpers.compare.prevalence import COLUMNS, row

MONTH = 30.0  # days: the unit of slopes
ENOUGH_PLACEBOS = 19  # disjoint placebo windows below which p cannot honestly reach .05
FEWEST_ARTICLES = 3  # a placebo needs so many articles before and after


def window_change(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    window_days: int,
    clusters: str | Sequence[str],
    by: str | None = None,
    level: float = 0.95,
    method: str = "auto",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Mean of a measure in the days from an event on, minus its mean in the days before.

    Parameters
    ----------
    frame : one row an article; rows without value are left out and told.
    day : column of outlet-local days (dates or naive timestamps).
    value : column of the measure.
    event_day : the day; it is the first of the days after.
    window_days : days on each side.
    clusters : name of one or two columns of labels.
    by : a column, such as the outlet, to do it for each of its values.
    level, method, rng : as in `contrast.difference`.

    Returns
    -------
    DataFrame sorted by group ('all' without `by`): group, before, after (means), n_before, n_after, then
    the columns of `prevalence.means`.

    >>> days = pd.date_range("2024-06-01", periods=60)
    >>> frame = pd.DataFrame({"day": days, "share": ([0.2, 0.3] * 15) + ([0.5, 0.6] * 15), "week": range(60)})
    >>> options = {"event_day": "2024-07-01", "window_days": 30, "clusters": "week"}
    >>> table = window_change(frame, day="day", value="share", **options)
    >>> round(float(table.estimate[0]), 3), int(table.n_before[0])
    (0.3, 30)
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    offset = _offsets(frame, day, event_day, [value, *ways, *([by] if by else [])])
    labels = frame[by] if by else pd.Series("all", index=frame.index)
    inside = offset.between(-window_days, window_days - 1)
    rows = []
    for name in sorted(labels.unique()):
        mine = inside & (labels == name)
        has = mine & frame[value].notna()
        part, after = frame[has], offset[has] >= 0
        options = {"level": level, "method": method, "rng": rng}
        found = _change(part, value, after, ways, **options)
        sides = {"before": part.loc[~after, value].mean(), "after": part.loc[after, value].mean()}
        counted = {"n_before": int((~after).sum()), "n_after": int(after.sum())}
        told = row(found, missing=int((mine & ~has).sum()))
        rows.append({"group": name} | sides | counted | told)
    return pd.DataFrame(rows, columns=["group", "before", "after", "n_before", "n_after", *COLUMNS])


def _change(part: pd.DataFrame, value: str, after: pd.Series, ways: list[str], **options: object) -> Estimate:
    """The difference, or a refusal when one side is empty."""
    if after.all() or not after.any():
        side = "before" if after.all() else "after"
        note = f"no article {side} the event in the window" if len(after) else "no article in the window"
        return refusal(float("nan"), note, level=options["level"], n_units=len(part), n_clusters=0)
    return difference(part[value].to_numpy(), after.to_numpy(), clusters=part[ways], **options)


@dataclass(frozen=True)
class Placebo:
    """Where a real change stands among changes at quiet dates.

    `changes` is indexed by placebo day; `rank` is 1 when no placebo changes as much, in either direction;
    `n_apart` counts placebo windows that share no day, the honest measure of how many trials these are.
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
    spacing: int = 1,
) -> Placebo:
    """The change at an event beside those at every quiet date.

    A quiet date is one whose window shares no day with the window of any listed event, and lies within the
    days that the frame covers.  p = (1 + placebos that change at least as much) / (1 + placebos), in
    absolute value.

    Parameters
    ----------
    frame, day, value, event_day, window_days : as in `window_change`.
    listed : days of all known events; the event itself is added.
    spacing : days between placebos that are tried.

    >>> days = pd.date_range("2023-01-01", periods=700)
    >>> frame = pd.DataFrame({"day": days, "rate": [t % 3 + 5.0 * (t >= 600) for t in range(700)]})
    >>> found = placebo_rank(frame, day="day", value="rate", event_day=days[600], window_days=14, listed=[])
    >>> found.rank, round(found.change, 1), found.p < 0.01
    (1, 4.9, True)
    """
    offset = _offsets(frame, day, event_day, [value])
    known = frame[value].notna() & offset.notna()
    change_at = _Daily(offset[known].to_numpy(dtype=int), frame.loc[known, value].to_numpy(dtype=float), window_days)
    base = _day(event_day)
    away = np.array([0] + [(_day(one) - base).days for one in listed])
    tried = np.arange(change_at.first + window_days, change_at.last - window_days + 2, spacing)
    quiet = [int(t) for t in tried if (np.abs(away - t) >= 2 * window_days).all()]
    changes = pd.Series([change_at(t) for t in quiet], index=[base + pd.Timedelta(days=t) for t in quiet], dtype=float)
    changes = changes.dropna()
    real, n = change_at(0), len(changes)
    n_apart = _disjoint([(one - base).days for one in changes.index], 2 * window_days)
    if not n or np.isnan(real):
        note = "too few articles around the event" if np.isnan(real) else "no quiet date has enough articles"
        return Placebo(real, 0, n, n_apart, float("nan"), changes, note)
    as_much = int((changes.abs() >= abs(real) - 1e-12).sum())
    note = f"{n} quiet dates, {n_apart} with windows of their own"
    if n_apart < ENOUGH_PLACEBOS:
        note += f"; fewer than {ENOUGH_PLACEBOS} of those, so p is a rank and no more"
    return Placebo(real, as_much + 1, n, n_apart, (1 + as_much) / (1 + n), changes, note)


class _Daily:
    """Change of the mean at any day, from running sums over days."""

    def __init__(self, offset: np.ndarray, values: np.ndarray, window_days: int) -> None:
        if not len(offset):
            raise ValueError("no article has both a day and a value; nothing to rank")
        self.first, self.last, self.window = int(offset.min()), int(offset.max()), window_days
        self.sums = np.r_[0.0, np.cumsum(np.bincount(offset - self.first, values))]
        self.sizes = np.r_[0, np.cumsum(np.bincount(offset - self.first))]

    def __call__(self, day: int) -> float:
        """Mean of the window from a day on minus mean of the window before; nan with too few articles."""
        ends = np.clip(np.array([day - self.window, day, day + self.window]) - self.first, 0, len(self.sums) - 1)
        total, size = np.diff(self.sums[ends]), np.diff(self.sizes[ends])
        if size.min() < FEWEST_ARTICLES:
            return float("nan")
        return float(total[1] / size[1] - total[0] / size[0])


def _disjoint(days: list[int], length: int) -> int:
    """How many windows of a length, begun at some of these days, share no day."""
    n, end = 0, None
    for one in days:
        if end is None or one >= end:
            n, end = n + 1, one + length
    return n


def segmented(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    clusters: str | Sequence[str],
    window_days: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Change of level and of slope at an event, with what the slope was before (the pre-trend).

    value = a + b t + c [t >= 0] + d t [t >= 0], with t the days since the event.

    Returns
    -------
    DataFrame, three rows: quantity ('level change', 'slope before', 'slope change'; slopes a 30 days), then
    the columns of `prevalence.means`.  Without interval when a side has fewer than three clusters or days.

    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=80), "week": range(80)})
    >>> frame["rate"] = [t / 30 + 2.0 * (t >= 40) + (t % 2) / 10 for t in range(80)]
    >>> table = segmented(frame, day="day", value="rate", event_day="2024-02-10", clusters="week")
    >>> table.estimate.round(1).tolist()
    [2.0, 1.0, -0.0]
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    offset = _offsets(frame, day, event_day, [value, *ways])
    used = offset.notna() if window_days is None else offset.between(-window_days, window_days - 1)
    has = used & frame[value].notna()
    part, t = frame[has], offset[has].to_numpy(dtype=float) / MONTH
    names = ["level change", "slope before", "slope change"]
    refused = _too_few(part[ways], t, level)
    if refused is not None:
        found = [refused] * 3
    else:
        after = (t >= 0).astype(float)
        design = np.column_stack([after, t, t * after, np.ones(len(t))])
        found = cluster_ols(part[value].to_numpy(), design, clusters=part[ways], level=level)[:3]
    missing = int((used & ~has).sum())
    rows = [{"quantity": name} | row(one, missing=missing) for name, one in zip(names, found, strict=True)]
    return pd.DataFrame(rows, columns=["quantity", *COLUMNS])


def _too_few(clusters: pd.DataFrame, t: np.ndarray, level: float) -> Estimate | None:
    """A refusal when one side of the event cannot carry a line."""
    for name, side in (("before", t < 0), ("after", t >= 0)):
        n_clusters = min((len(np.unique(codes)) for codes in cluster_codes(clusters[side])), default=0)
        if n_clusters < FEWEST or len(np.unique(t[side])) < FEWEST:
            note = f"{n_clusters} clusters on {len(np.unique(t[side]))} days {name}; {FEWEST} of each are needed"
            return refusal(float("nan"), note, level=level, n_units=len(t), n_clusters=n_clusters)
    return None


def overlapping(event_days: Mapping[str, object], window_days: int) -> pd.DataFrame:
    """Pairs of events whose windows share days.

    Returns
    -------
    DataFrame sorted by day: event, other (the later), days_apart, told_apart: 'no' when the later lies in the
    window of the earlier, 'partly' when only their windows overlap.  Pairs further apart are not listed.

    >>> found = overlapping({"treaty": "2024-06-19", "visit": "2024-06-18", "troops": "2024-07-30"}, 28)
    >>> found.values.tolist()[0]
    ['visit', 'treaty', 1, 'no']
    >>> found.told_apart.tolist()
    ['no', 'partly', 'partly']
    """
    ordered = sorted(((_day(day), name) for name, day in event_days.items()), key=lambda pair: pair)
    rows = []
    for (day, name), (later, other) in combinations(ordered, 2):
        apart = (later - day).days
        if apart < 2 * window_days:
            rows.append((name, other, apart, "no" if apart < window_days else "partly"))
    return pd.DataFrame(rows, columns=["event", "other", "days_apart", "told_apart"])


def _day(value: object) -> pd.Timestamp:
    """One day as a naive midnight."""
    found = pd.Timestamp(value)
    if found.tzinfo is not None:
        raise ValueError(f"day {value} has a time zone; give the day itself, as the outlet dates it")
    return found.normalize()


def _offsets(frame: pd.DataFrame, day: str, event_day: object, needed: list[str]) -> pd.Series:
    """Days since the event, every column checked; undated articles are <NA> and fall outside all windows."""
    for name in [day, *needed]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    days = pd.to_datetime(frame[day])
    if days.dt.tz is not None:
        raise ValueError(f"column {day!r} has a time zone; take outlet-local days first (weeks.local_days)")
    return (days.dt.normalize() - _day(event_day)).dt.days.astype("Int64")
