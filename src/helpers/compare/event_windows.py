"""How far a window around each event may reach before it meets another event.

In: the days of all listed events.  Out: a window for each, or the reason why it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from helpers.compare.days import SHORTEST, as_day


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
    >>> found = event_windows(days, 28)
    >>> found[["event", "run", "window_days"]].values.tolist()
    [['visit', 'visit', 22], ['treaty', 'visit', 0], ['troops', 'troops', 21], ['talks', 'talks', 28]]
    >>> found.note.tolist()[1:3]
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
        told = f"one run with {_quoted(others)}: the change is that of all" if others else ""
        rows.append((name, first, name, len(run), reach, "; ".join(filter(None, [told, note]))))
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
    ordered = sorted(((as_day(day), name) for name, day in event_days.items()), key=lambda pair: pair)
    rows = []
    for (day, name), (later, other) in combinations(ordered, 2):
        apart = (later - day).days
        if apart < 2 * window_days:
            rows.append((name, other, apart, "no" if apart < window_days else "partly"))
    return pd.DataFrame(rows, columns=["event", "other", "days_apart", "told_apart"])
