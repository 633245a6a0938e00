"""What changed around a dated event.

In: one row an article with its outlet-local day, a value, cluster labels; the day of the event; the days that were
collected.  Out: frames of estimates.  How much is published is another question: see `volume`.  Whether quiet dates
change as much: see `placebo`.  `event_windows` says how far a window may reach before it meets another event.

Method: mean after minus mean before, by `mean_difference`; segmented regression after Wagner, Soumerai, Zhang &
Ross-Degnan (2002, Journal of Clinical Pharmacy and Therapeutics 27(4)) with cluster-robust errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, cluster_codes, cluster_ols, refusal
from helpers.compare.days import SHORTEST, as_day, collected, gap_notes, offsets
from helpers.compare.differences import COLUMNS, block, columns, means, row, within_reach
from helpers.compare.mean_difference import FEWEST, difference
from helpers.compare.memory import INFORMS, Memory, of_columns, widened

MONTH = 30.0  # days: the unit of slopes
FEW = 5  # articles of a bin below which it has no limits

Observed = pd.Series | Mapping[str, pd.Series] | None


def event_study(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    window_days: int,
    clusters: str | Sequence[str],
    by: str | None = None,
    observed: Observed = None,
    memory: bool = False,
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
    observed : days of collection: a Series of bool indexed by day, or with `by` a mapping to one for each value.
        Articles of other days are left out, the note tells how many days are missing, and a side with fewer than
        `days.SHORTEST` of them is refused.
    memory : whether to measure what weeks remember, from all articles of the group, those outside the window too, and
        widen the interval by it (`memory`); without it outlet-weeks are taken as independent.
    level, method, rng : as in `mean_difference.difference`.

    Returns
    -------
    DataFrame sorted by group ('all' without `by`): group, before, after (means), n_before, n_after, then
    the columns of `differences.means`, block_weeks where `memory`.

    >>> days = pd.date_range("2024-06-01", periods=60)
    >>> frame = pd.DataFrame({"day": days, "share": ([0.2, 0.3] * 15) + ([0.5, 0.6] * 15), "week": range(60)})
    >>> options = {"event_day": "2024-07-01", "window_days": 30, "clusters": "week"}
    >>> table = event_study(frame, day="day", value="share", **options)
    >>> round(float(table.estimate[0]), 3), int(table.n_before[0])
    (0.3, 30)
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    offset = offsets(frame, day, event_day, [value, *ways, *([by] if by else [])])
    labels = frame[by] if by else pd.Series("all", index=frame.index)
    inside = offset.between(-window_days, window_days - 1)
    rows = []
    for name in sorted(labels.unique()):
        marks = _marks(observed, name)
        mine = inside & (labels == name) & _masked(offset, marks, event_day, window_days)
        has = mine & frame[value].notna()
        part, after = frame[has], offset[has] >= 0
        options = {"level": level, "method": method, "rng": rng}
        change = _change(part, value, after, ways, **options)
        at = (labels == name, mine, offset, value, day, ways)
        known = _memory(frame, *at) if memory and not change.refused else None
        estimate = _with_gaps(widened(change, known), _gaps(marks, event_day, window_days))
        sides = {"before": part.loc[~after, value].mean(), "after": part.loc[after, value].mean()}
        counted = {"n_before": int((~after).sum()), "n_after": int(after.sum())}
        described = row(estimate, missing=int((mine & ~has).sum()))
        rows.append({"group": name} | sides | counted | described | block(known))
    names = columns(day if memory else None)
    table = pd.DataFrame(rows, columns=["group", "before", "after", "n_before", "n_after", *names])
    return within_reach(table, frame[value])


def _change(part: pd.DataFrame, value: str, after: pd.Series, ways: list[str], **options: object) -> Estimate:
    """The difference, or a refusal when one side is empty."""
    if after.all() or not after.any():
        side = "before" if after.all() else "after"
        note = f"no article {side} the event in the window" if len(after) else "no article in the window"
        return refusal(float("nan"), note, level=options["level"], n_units=len(part), n_clusters=0)
    return difference(part[value].to_numpy(), after.to_numpy(), clusters=part[ways], **options)


def _memory(
    frame: pd.DataFrame, mine: pd.Series, window: pd.Series, offset: pd.Series, value: str, day: str, ways: list[str]
) -> Memory | None:
    """The memory of one group's weeks: one series, of which the window is compared and the rest informs.

    Weeks before and after the window have means of their own, else a change that lasts would pass for memory.
    """
    used = (mine & frame[value].notna() & offset.notna()).to_numpy(bool)
    inside = window.fillna(False).to_numpy(bool)[used]
    past = (offset[used] < 0).to_numpy(bool)
    side = np.where(inside, past.astype(int), np.where(past, INFORMS, INFORMS - 1))
    return of_columns(frame[used], value=value, side=side, day=day, ways=ways, series=np.zeros(used.sum(), int))


def _marks(observed: Observed, name: str) -> pd.Series | None:
    """The days of collection of one group."""
    if observed is None or isinstance(observed, pd.Series):
        return observed
    if name not in observed:
        raise ValueError(f"group {name!r} has no days of collection; known: {', '.join(map(str, observed))}")
    return observed[name]


def _masked(offset: pd.Series, observed: pd.Series | None, event_day: object, window_days: int) -> pd.Series:
    """Whether each row's day was collected; rows outside the window are not asked about."""
    days = collected(observed, event_day, -window_days, window_days - 1)
    inside = offset.between(-window_days, window_days - 1).fillna(False).to_numpy(bool)
    seen = np.ones(len(offset), dtype=bool)
    seen[inside] = days[offset[inside].to_numpy(dtype=int) + window_days]
    return pd.Series(seen, index=offset.index)


def _gaps(observed: pd.Series | None, event_day: object, window_days: int) -> tuple[str, str]:
    """What was not collected, and why no change can be told from the rest; blank where all was."""
    return ("", "") if observed is None else gap_notes(observed, event_day, window_days)


def _with_gaps(estimate: Estimate, notes: tuple[str, str]) -> Estimate:
    """The same estimate with what was not collected in its note, and no interval where too little was."""
    gaps, short = notes
    if short:
        size = {"level": estimate.level, "n_units": estimate.n_units, "n_clusters": estimate.n_clusters}
        return refusal(estimate.estimate, short, **size)
    return replace(estimate, note="; ".join(filter(None, [estimate.note, gaps]))) if gaps else estimate


def segmented(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    clusters: str | Sequence[str],
    window_days: int | None = None,
    observed: pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Change of level and of slope at an event, with what the slope was before (the pre-trend).

    value = a + b t + c [t >= 0] + d t [t >= 0], with t the days since the event.  `observed` as in `event_study`,
    for one outlet; it needs `window_days`.

    Returns
    -------
    DataFrame, three rows: quantity ('level change', 'slope before', 'slope change'; slopes a 30 days), then
    the columns of `differences.means`.  Without interval when a side has fewer than three clusters or days.

    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=80), "week": range(80)})
    >>> frame["rate"] = [t / 30 + 2.0 * (t >= 40) + (t % 2) / 10 for t in range(80)]
    >>> table = segmented(frame, day="day", value="rate", event_day="2024-02-10", clusters="week")
    >>> table.estimate.round(1).tolist()
    [2.0, 1.0, -0.0]
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    offset = offsets(frame, day, event_day, [value, *ways])
    used = offset.notna() if window_days is None else offset.between(-window_days, window_days - 1)
    if observed is not None and window_days is None:
        raise ValueError("observed needs window_days: without a window there is no span to look for gaps in")
    if observed is not None:
        used &= _masked(offset, observed, event_day, window_days)
    has = used & frame[value].notna()
    part, t = frame[has], offset[has].to_numpy(dtype=float) / MONTH
    names = ["level change", "slope before", "slope change"]
    refused = _too_few(part[ways], t, level)
    if refused is not None:
        estimates = [refused] * 3
    else:
        after = (t >= 0).astype(float)
        design = np.column_stack([after, t, t * after, np.ones(len(t))])
        estimates = cluster_ols(part[value].to_numpy(), design, clusters=part[ways], level=level)[:3]
    if observed is not None:
        notes = _gaps(observed, event_day, window_days)
        estimates = [_with_gaps(one, notes) for one in estimates]
    missing = int((used & ~has).sum())
    rows = [{"quantity": name} | row(one, missing=missing) for name, one in zip(names, estimates, strict=True)]
    return pd.DataFrame(rows, columns=["quantity", *COLUMNS])


def _too_few(clusters: pd.DataFrame, t: np.ndarray, level: float) -> Estimate | None:
    """A refusal when one side of the event cannot carry a line."""
    for name, side in (("before", t < 0), ("after", t >= 0)):
        n_clusters = min((len(np.unique(codes)) for codes in cluster_codes(clusters[side])), default=0)
        if n_clusters < FEWEST or len(np.unique(t[side])) < FEWEST:
            note = f"{n_clusters} clusters on {len(np.unique(t[side]))} days {name}; {FEWEST} of each are needed"
            return refusal(float("nan"), note, level=level, n_units=len(t), n_clusters=n_clusters)
    return None


def event_profile(
    frame: pd.DataFrame,
    *,
    day: str,
    value: str,
    event_day: object,
    window_days: int,
    clusters: str | Sequence[str],
    by: str,
    observed: Observed = None,
    bin_days: int = 7,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of a measure in bins of days around an event, by group: what an event-study picture shows.

    Bins are counted from the event: bin 0 begins on its day.  A bin of which no day was collected is a gap.  Limits
    are those of `differences.means` over the articles of the bin, and absent below 5 articles or 3 clusters.  Within
    one bin of one outlet the weeks cannot vary, so its limits hold only what differs between stories: whether there
    was a change is told by `event_study`.

    Returns
    -------
    DataFrame sorted by group and bin: group, bin, middle (days since the event), estimate, low, high, n, gap

    >>> frame = pd.DataFrame({"day": pd.date_range("2024-06-05", periods=28), "outlet": "kcna", "story": range(28)})
    >>> frame["share"] = [0.2, 0.4] * 7 + [0.6, 0.8] * 7
    >>> options = {"event_day": "2024-06-19", "window_days": 14, "clusters": "story", "by": "outlet"}
    >>> event_profile(frame, day="day", value="share", **options)[["bin", "estimate", "n"]].round(2).values.tolist()
    [[-2.0, 0.29, 7.0], [-1.0, 0.31, 7.0], [0.0, 0.69, 7.0], [1.0, 0.71, 7.0]]
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    offset = offsets(frame, day, event_day, [value, by, *ways])
    reach = -(-window_days // bin_days)
    rows = []
    for name in sorted(frame[by].unique()):
        marks = _marks(observed, name)
        seen = collected(marks, event_day, -reach * bin_days, reach * bin_days - 1).reshape(-1, bin_days)
        mine = frame[by].eq(name) & frame[value].notna() & _masked(offset, marks, event_day, reach * bin_days)
        places = (offset[mine] // bin_days).astype("Int64")
        for place in range(-reach, reach):
            part = frame.loc[places.index[places.eq(place).fillna(False)]]
            place_of = {"group": name, "bin": place, "middle": (place + 0.5) * bin_days, "n": len(part)}
            limits = {"estimate": part[value].mean(), "low": np.nan, "high": np.nan}
            if len(part) >= FEW:
                mean = means(part, value=value, group=by, clusters=ways, level=level).iloc[0]
                limits = {key: mean[key] for key in limits}
            rows.append(place_of | limits | {"gap": not seen[place + reach].any()})
    columns = ["group", "bin", "middle", "estimate", "low", "high", "n", "gap"]
    return pd.DataFrame(rows, columns=columns)


def event_windows(event_days: Mapping[str, object], window_days: int, *, shortest: int = SHORTEST) -> pd.DataFrame:
    """The window of each event, cut where another event begins; events too close for that are one run.

    Events that follow one another in fewer than `shortest` days are a run.  What changed at a run is estimated once,
    from its first event's day on, and stands for all of them.  No window reaches over an event of another run.

    Parameters
    ----------
    event_days : name to day.
    window_days : days wanted on each side.
    shortest : days on each side below which no window is given.

    Returns
    -------
    DataFrame sorted by day, then name: event, day, run (its first event), n_run (events in it), window_days (0 for
    those that have no window of their own), note.

    Raises
    ------
    ValueError
        `window_days` is below 1, or `shortest` is.

    >>> days = {"visit": "2024-06-18", "treaty": "2024-06-19", "troops": "2024-07-10", "talks": "2024-12-01"}
    >>> table = event_windows(days, 28)
    >>> table[["event", "run", "window_days"]].values.tolist()
    [['visit', 'visit', 22], ['treaty', 'visit', 0], ['troops', 'troops', 21], ['talks', 'talks', 28]]
    >>> table.note.tolist()[1:3]
    ["told together with 'visit', 1 day before", "window cut to 21 days: 'treaty' comes before"]
    """
    if window_days < 1 or shortest < 1:
        raise ValueError(f"window_days {window_days} and shortest {shortest} must be at least 1")
    ordered = sorted((as_day(day), name) for name, day in event_days.items())
    runs: list[list[tuple[pd.Timestamp, str]]] = []
    for one in ordered:
        if runs and (one[0] - runs[-1][-1][0]).days < shortest:
            runs[-1].append(one)
        else:
            runs.append([one])
    rows = []
    for place, run in enumerate(runs):
        first, name = run[0]
        reach, note = _reach(runs, place, window_days)
        others = [other for _, other in run[1:]]
        others_note = f"one run with {_quoted(others)}: the change is that of all" if others else ""
        rows.append((name, first, name, len(run), reach, "; ".join(filter(None, [others_note, note]))))
        for day, other in run[1:]:
            apart = (day - first).days
            when = "on the same day" if not apart else f"{apart} day{'s' if apart > 1 else ''} before"
            rows.append((other, day, name, len(run), 0, f"told together with {name!r}, {when}"))
    return pd.DataFrame(rows, columns=["event", "day", "run", "n_run", "window_days", "note"])


def _reach(runs: list[list[tuple[pd.Timestamp, str]]], place: int, window_days: int) -> tuple[int, str]:
    """Days to the nearest event of another run, at most those wanted, and what cut them."""
    first = runs[place][0][0]
    limits = []
    if place:
        day, name = runs[place - 1][-1]
        limits.append(((first - day).days, f"{name!r} comes before"))
    if place + 1 < len(runs):
        day, name = runs[place + 1][0]
        limits.append(((day - first).days, f"{name!r} follows"))
    nearest, why = min(limits, default=(window_days, ""))
    if nearest >= window_days:
        return window_days, ""
    return nearest, f"window cut to {nearest} days: {why}"


def _quoted(names: list[str]) -> str:
    """Names in quotation marks, the first three of many."""
    shown = ", ".join(repr(name) for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
