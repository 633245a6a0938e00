"""How much was published around an event, and who reported it first; days without collection are no zeros.

In: counts by day with a mask of the days that were collected, or articles with their outlet-local days.
Out: frames.

Method: mean items a day after and before, with days clustered by ISO week, which lets counts vary more than
a Poisson model has it and lets days of one week resemble each other; weeks of their own have the exact Poisson limits
of Garwood (1936, Biometrika 28), widened by the quasi-likelihood of Wedderburn (1974, Biometrika 61(3)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from helpers.compare.clusters import Estimate, refusal
from helpers.compare.days import SHORTEST, as_day, daily
from helpers.compare.differences import COLUMNS, row
from helpers.compare.mean_difference import FEWEST, difference, ratio

DAY_COLUMNS = ["n_days" if name == "n_articles" else name for name in COLUMNS]


def volume_change(
    days: Sequence,
    counts: np.ndarray,
    observed: np.ndarray,
    *,
    event_day: object,
    window_days: int,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Items a day from an event on beside items a day before.

    Parameters
    ----------
    days, counts : outlet-local days, each once, and items on each, shape (n_days,)
    observed : bool, shape (n_days,); False = collection did not work: masked, not zero.
    event_day : the first of the days after.
    window_days : days on each side; a side with fewer than `days.SHORTEST` collected days is refused.
    level : of the intervals.
    rng : for the randomisation over weeks when they are few.

    Returns
    -------
    DataFrame, two rows: quantity ('items a day', 'ratio'), before, after (items a day), n_before, n_after
    (observed days), then the columns of `differences.means` with n_days for n_articles.  The ratio's
    interval is taken on its logarithm, by the sandwich; it is refused when a side has no item.

    Raises
    ------
    ValueError
        Lengths differ, a day comes twice, or an observed count is negative.

    >>> days = pd.date_range("2024-01-01", periods=200)
    >>> counts = np.where(np.arange(200) < 100, 2, 6) + np.arange(200) % 2
    >>> table = volume_change(days, counts, np.ones(200, bool), event_day=days[100], window_days=90)
    >>> table.estimate.round(2).tolist()
    [4.0, 2.6]
    """
    table = daily(days, counts, observed)
    offset = (table["day"] - pd.Timestamp(event_day)).dt.days
    inside = offset.between(-window_days, window_days - 1)
    masked = int((inside & ~table["observed"]).sum())
    used = table[inside & table["observed"]]
    after = (offset[used.index] >= 0).to_numpy()
    y = used["count"].to_numpy(dtype=float)
    iso = used["day"].dt.isocalendar()
    week = (iso["year"].astype(str) + "-" + iso["week"].astype(str)).to_numpy(dtype=object)
    needed = min(SHORTEST, window_days)
    n_before, n_after = int((~after).sum()), int(after.sum())
    sides = {"before": float("nan"), "after": float("nan"), "n_before": n_before, "n_after": n_after}
    if n_before and n_after:
        few = "before" if n_before < needed else "after" if n_after < needed else ""
        sides |= {"before": float(y[~after].mean()), "after": float(y[after].mean())}
        plain = difference(y, after, clusters=week, level=level, rng=rng)
        estimates = [("items a day", plain), ("ratio", ratio(y, after, clusters=week, level=level, fewest=FEWEST))]
        if few:
            note = f"{min(n_before, n_after)} days collected {few}; {needed} are needed"
            size = {"level": level, "n_units": len(y), "n_clusters": plain.n_clusters}
            estimates = [(name, refusal(one.estimate, note, **size)) for name, one in estimates]
    else:
        where = "before" if n_after else "after" if n_before else "at all"
        none = refusal(float("nan"), f"no observed day {where}", level=level, n_units=len(y), n_clusters=0)
        estimates = [("items a day", none), ("ratio", none)]
    gap = f"{masked} days without collection masked" if masked else ""
    rows = [{"quantity": name} | sides | _row(one, gap) for name, one in estimates]
    return pd.DataFrame(rows, columns=["quantity", "before", "after", "n_before", "n_after", *DAY_COLUMNS])


def _row(estimate: Estimate, gap: str) -> dict[str, object]:
    """An estimate as a row whose units are days."""
    columns = row(replace(estimate, note="; ".join(filter(None, [estimate.note, gap]))))
    return {"n_days": columns.pop("n_articles")} | columns


def volume_profile(
    days: Sequence,
    counts: np.ndarray,
    observed: np.ndarray,
    *,
    event_day: object,
    window_days: int,
    bin_days: int = 7,
    level: float = 0.95,
) -> pd.DataFrame:
    """Items a day in bins of days around an event: what an event-study picture of volume shows.

    Limits are those of a Poisson count (Garwood 1936) of S / φ items, times φ, with φ the variance of the bins beside
    their mean before or after the event, at least 1 (quasi-Poisson).  A bin of which no day was collected is a gap.

    Returns
    -------
    DataFrame sorted by bin: bin, middle (days since the event), estimate, low, high, n (items), gap

    >>> days = pd.date_range("2024-06-05", periods=28)
    >>> table = volume_profile(days, np.repeat([1, 2], 14), np.ones(28, bool), event_day=days[14], window_days=14)
    >>> table[["bin", "estimate", "low", "high"]].round(2).values.tolist()[::3]
    [[-2.0, 1.0, 0.4, 2.06], [1.0, 2.0, 1.09, 3.36]]
    """
    table = daily(days, counts, observed)
    place = (table["day"] - as_day(event_day)).dt.days // bin_days
    reach = -(-window_days // bin_days)
    used = table[table["observed"]].groupby(place[table["observed"]])
    bins = pd.DataFrame({"n": used["count"].sum(), "n_days": used.size()})
    bins = bins.reindex(range(-reach, reach), fill_value=0).rename_axis("bin").reset_index()
    phi = _dispersion(bins)
    total, size, tail = bins["n"] / phi, bins["n_days"].where(bins["n_days"] > 0), (1 - level) / 2
    low = np.where(total > 0, special.gammaincinv(np.maximum(total, 1e-9), tail), 0.0)
    high = special.gammaincinv(total + 1, 1 - tail)
    bins = bins.assign(middle=(bins["bin"] + 0.5) * bin_days, estimate=bins["n"] / size, gap=bins["n_days"] == 0)
    bins = bins.assign(low=low * phi / size, high=high * phi / size)
    return bins[["bin", "middle", "estimate", "low", "high", "n", "gap"]]


def _dispersion(bins: pd.DataFrame) -> float:
    """Pearson's variance of counts beside the rate of their side of the event, a unit of mean; at least 1."""
    sides = bins[bins["n_days"] > 0].groupby(bins["bin"] >= 0)
    squares, free = 0.0, 0
    for _, side in sides:
        fitted = side["n_days"] * side["n"].sum() / side["n_days"].sum()
        if len(side) > 1 and fitted.min() > 0:
            squares += float(((side["n"] - fitted) ** 2 / fitted).sum())
            free += len(side) - 1
    return max(1.0, squares / free) if free else 1.0


def first_report(
    frame: pd.DataFrame,
    *,
    day: str,
    group: str,
    event_day: object,
    window_days: int,
    reports: str | None = None,
    observed: Mapping[str, Sequence[tuple]] | None = None,
) -> pd.DataFrame:
    """Days from an event to each outlet's first report of it.

    Parameters
    ----------
    frame : one row an article.
    day, group : columns of outlet-local day and outlet.
    event_day, window_days : a report counts from the event's day to `window_days` later, inclusive.
    reports : bool column, True where the article reports the event; all rows count by default.
    observed : outlet to (first, last) days when collection worked; every outlet named there gets a row.
        Without it all days count as collected.

    Returns
    -------
    DataFrame sorted by outlet: group, first_day (NaT = none), lag_days (nan = none), status ('reported',
    'none in the window', 'not collected'), at_most (True when days before the report were not collected, so
    it may have come earlier), n_reports (in the window), n_missing_days (of the window, not collected).

    >>> frame = pd.DataFrame({"day": pd.to_datetime(["2024-06-21", "2024-06-19"]), "outlet": ["kcna", "wh"]})
    >>> table = first_report(frame, day="day", group="outlet", event_day="2024-06-19", window_days=14)
    >>> table[["group", "lag_days"]].values.tolist()
    [['kcna', 2.0], ['wh', 0.0]]
    """
    for name in [day, group, *([reports] if reports else [])]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    start = pd.Timestamp(event_day)
    lag = (pd.to_datetime(frame[day]).dt.normalize() - start).dt.days
    hits = lag.between(0, window_days) & (frame[reports].astype(bool) if reports else True)
    rows = []
    for name in sorted({*frame[group].unique(), *(observed or {})}):
        mine = lag[hits & (frame[group] == name)]
        gaps = _gaps(start, window_days, None if observed is None else observed.get(name, ()))
        first = float(mine.min()) if len(mine) else float("nan")
        status = "reported" if len(mine) else "not collected" if gaps.all() else "none in the window"
        at_most = bool(len(mine) and gaps[: int(first)].any())
        reported = start + pd.Timedelta(days=first) if len(mine) else pd.NaT
        rows.append((name, reported, first, status, at_most, len(mine), int(gaps.sum())))
    columns = ["group", "first_day", "lag_days", "status", "at_most", "n_reports", "n_missing_days"]
    return pd.DataFrame(rows, columns=columns)


def _gaps(start: pd.Timestamp, window_days: int, spans: Sequence[tuple] | None) -> np.ndarray:
    """True for each day of the window that was not collected."""
    missing = np.full(window_days + 1, spans is not None)
    for first, last in spans or ():
        low, high = ((pd.Timestamp(one) - start).days for one in (first, last))
        missing[max(low, 0) : max(high + 1, 0)] = False
    return missing


def as_soon(
    days: Sequence,
    counts: np.ndarray,
    observed: np.ndarray,
    *,
    lag_days: int,
    listed: Sequence[object],
    window_days: int,
) -> tuple[float, int]:
    """How often the next item comes within some days when nothing is listed: what a lag is worth.

    Parameters
    ----------
    days, counts, observed : as in `volume_change`.
    lag_days : the wait to be judged.
    listed : days of all events; a day with one in the wait, or in the `window_days` before, is not quiet.

    Returns
    -------
    Share of quiet days whose next item came in `lag_days` or fewer, and the number of quiet days all of whose wait
    was collected; nan and 0 without such a day.

    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> counts = (np.arange(40) % 4 == 0).astype(int)                # an item every fourth day
    >>> as_soon(days, counts, np.ones(40, bool), lag_days=1, listed=[], window_days=14)
    (0.48717948717948717, 39)
    """
    table = daily(days, counts, observed)
    if lag_days < 0:
        raise ValueError(f"lag_days {lag_days} is negative; a wait begins on the event's day")
    hits = np.where(table["observed"], table["count"].to_numpy(float), 0) > 0
    start = table["day"].iloc[0] if len(table) else pd.NaT
    place = (table["day"] - start).dt.days.to_numpy()
    at = np.array([(as_day(one) - start).days for one in listed], dtype=int)
    first = place[: max(len(table) - lag_days, 0)]  # where a wait may begin
    whole = (place[lag_days:] - first == lag_days) & (_in_wait(table["observed"].to_numpy(), lag_days) == lag_days + 1)
    near = (at[None, :] >= first[:, None] - window_days) & (at[None, :] <= first[:, None] + lag_days)
    quiet = whole & ~near.any(axis=1)
    n, as_quick = int(quiet.sum()), int((_in_wait(hits, lag_days)[quiet] > 0).sum())
    return (as_quick / n if n else float("nan")), n


def _in_wait(marks: np.ndarray, lag_days: int) -> np.ndarray:
    """How many of the days of each wait are marked."""
    sums = np.r_[0, np.cumsum(marks)]
    return sums[lag_days + 1 :] - sums[: max(len(sums) - lag_days - 1, 0)]
