"""The day an article appeared where its outlet is, days counted from an event, and which of them were collected.

In: times and zones, frames with outlet-local days, marks of collection by day.  Out: days, whole numbers, masks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

SHORTEST = 14  # days of collection that a side needs, unless its window is shorter: two of every weekday


def local_days(published: pd.Series, outlet: pd.Series, timezone: Mapping[str, str] | str) -> pd.Series:
    """The day on which each article appeared where its outlet is.

    Parameters
    ----------
    published : Series of tz-aware timestamps, shape (n,); may hold NaT.
    outlet : Series of str, same index.
    timezone : one IANA name for all, or a mapping from outlet to name.

    Returns
    -------
    Series of naive midnights (datetime64), same index; NaT where `published` is.

    Raises
    ------
    ValueError
        Times without zone, or an outlet without time zone.

    >>> when = pd.Series(pd.to_datetime(["2024-06-18T16:00:00Z"]))
    >>> local_days(when, pd.Series(["kcna"]), {"kcna": "Asia/Pyongyang"}).dt.strftime("%Y-%m-%d").tolist()
    ['2024-06-19']
    """
    if getattr(published.dtype, "tz", None) is None:
        raise ValueError("published has no time zone; store times as UTC with zone")
    days = pd.Series(pd.NaT, index=published.index, dtype="datetime64[ns]")
    for name in sorted(outlet.unique()):
        if not isinstance(timezone, str) and name not in timezone:
            raise ValueError(f"outlet {name!r} has no time zone; known: {', '.join(sorted(timezone))}")
        zone = timezone if isinstance(timezone, str) else timezone[name]
        mine = (outlet == name).to_numpy()
        local = published[mine].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
        days[mine] = local.astype("datetime64[ns]")
    return days


def as_day(value: object) -> pd.Timestamp:
    """One day as a naive midnight.

    >>> as_day("2024-06-19")
    Timestamp('2024-06-19 00:00:00')
    """
    stamp = pd.Timestamp(value)
    if stamp.tzinfo is not None:
        raise ValueError(f"day {value} has a time zone; give the day itself, as the outlet dates it")
    return stamp.normalize()


def daily(days: Sequence, counts: np.ndarray, observed: np.ndarray) -> pd.DataFrame:
    """Counts by day, checked: one row a day, in order.

    Parameters
    ----------
    days, counts, observed : shape (n_days,); a day that was not observed may have any count.

    Returns
    -------
    DataFrame: day, count, observed

    Raises
    ------
    ValueError
        Lengths differ, a day comes twice, or an observed day has no count of zero or more.

    >>> daily(["2024-06-19", "2024-06-18"], np.array([3, 1]), np.array([True, False]))["count"].tolist()
    [1, 3]
    """
    table = pd.DataFrame({"day": pd.to_datetime(pd.Series(list(days)))})
    if len(counts) != len(table) or len(observed) != len(table):
        raise ValueError(f"{len(table)} days, {len(counts)} counts, {len(observed)} marks; give one each a day")
    if table["day"].duplicated().any():
        twice = table["day"][table["day"].duplicated()].iloc[0]
        raise ValueError(f"day {twice:%Y-%m-%d} comes twice; add its counts up first")
    table = table.assign(count=np.asarray(counts), observed=np.asarray(observed, dtype=bool))
    wrong = table["observed"] & ~(table["count"] >= 0)
    if wrong.any():
        bad = table[wrong].iloc[0]
        raise ValueError(f"day {bad['day']:%Y-%m-%d} is observed but its count is {bad['count']}; mark it unobserved")
    return table.sort_values("day").reset_index(drop=True)


def offsets(frame: pd.DataFrame, day: str, event_day: object, needed: list[str]) -> pd.Series:
    """Days since the event, every column checked; undated articles are <NA> and fall outside all windows.

    >>> frame = pd.DataFrame({"day": pd.to_datetime(["2024-06-18", None])})
    >>> offsets(frame, "day", "2024-06-19", []).tolist()
    [-1, <NA>]
    """
    for name in [day, *needed]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    days = pd.to_datetime(frame[day])
    if days.dt.tz is not None:
        raise ValueError(f"column {day!r} has a time zone; take outlet-local days first (local_days)")
    return (days.dt.normalize() - as_day(event_day)).dt.days.astype("Int64")


def collected(observed: pd.Series | None, event_day: object, first: int, last: int) -> np.ndarray:
    """Whether each day from `first` to `last` (days since the event, both inclusive) was collected.

    Parameters
    ----------
    observed : Series of bool indexed by day, or None
        Days it does not hold were not collected; None says that all were.

    Raises
    ------
    ValueError
        A day comes twice.

    >>> marks = pd.Series(True, index=pd.date_range("2024-06-18", "2024-06-20"))
    >>> collected(marks, "2024-06-19", -2, 1).tolist()
    [False, True, True, True]
    """
    marks = np.full(last - first + 1, observed is None)
    if observed is None:
        return marks
    days = pd.DatetimeIndex(observed.index).to_numpy().astype("datetime64[D]")
    if (days[1:] <= days[:-1]).any() and len(np.unique(days)) < len(days):  # days in order need no sorting
        twice = pd.Series(days)[pd.Series(days).duplicated()].iloc[0]
        raise ValueError(f"day {twice:%Y-%m-%d} is marked twice; mark each day once")
    place = (days - np.datetime64(as_day(event_day), "D")).astype(int) - first
    inside = (place >= 0) & (place < len(marks))
    marks[place[inside]] = np.asarray(observed, dtype=bool)[inside]
    return marks


def gap_notes(observed: pd.Series | None, event_day: object, window_days: int) -> tuple[str, str]:
    """What of a window was not collected, in words, and why no change can be told from the rest, or ''.

    >>> marks = pd.Series(True, index=pd.date_range("2024-06-10", "2024-07-30"))
    >>> gap_notes(marks, "2024-06-19", 28)
    ('19 of 28 days before not collected', '9 days collected before; 14 are needed')
    """
    gaps, short = [], ""
    for side, first, last in (("before", -window_days, -1), ("after", 0, window_days - 1)):
        n = int(collected(observed, event_day, first, last).sum())
        if n < window_days:
            gaps.append(f"{window_days - n} of {window_days} days {side} not collected")
        if n < min(SHORTEST, window_days) and not short:
            short = f"{n} days collected {side}; {min(SHORTEST, window_days)} are needed"
    return "; ".join(gaps), short
