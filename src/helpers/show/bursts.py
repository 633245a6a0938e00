"""Bursts beside the register of events, and first reports, in words made by rule."""

from __future__ import annotations

import pandas as pd

from helpers.show.sentences import count, listing, share


def waits(reports: pd.DataFrame) -> pd.Series:
    """Days to each outlet's next relevant item; in brackets how often it comes as soon when nothing is listed.

    Parameters
    ----------
    reports : DataFrame
        Rows of ``first_reports``.

    >>> rows = pd.DataFrame({"status": ["reported", "reported", "silent"], "lag_days": [1, 3, None],
    ...     "at_most": [False, True, False], "usual": [0.4, None, None], "n_missing_days": 0})
    >>> waits(rows).tolist()
    ['1 day (40\xa0%)', 'at most 3 days', 'silent']
    """

    def wait(row: pd.Series) -> str:
        if row["status"] != "reported":
            gap = row["n_missing_days"] and row["status"] != "not collected"
            return f"none ({count(int(row['n_missing_days']), 'day')} not collected)" if gap else row["status"]
        lag = count(int(row["lag_days"]), "day")
        if row["at_most"]:
            return f"at most {lag}"
        return lag if pd.isna(row["usual"]) else f"{lag} ({share(row['usual'])})"

    return pd.Series([wait(row) for _, row in reports.iterrows()], index=reports.index, dtype=object)


def burst_sentences(bursts: pd.DataFrame, *, near_by_chance: float, near_days: int) -> list[str]:
    """How many bursts there were in what was searched, and how many of them go with a listed event.

    Parameters
    ----------
    bursts : DataFrame
        The ``bursts`` table: spells of every kind.
    near_by_chance : float
        Share of all weeks searched that begin within `near_days` of a listed event.
    near_days : int
        Days between a burst and an event that is said to go with it.
    """
    spells, bursting = bursts[bursts["counted"] == "relevant"], bursts["kind"] == "burst"
    mine = spells[spells["kind"] == "burst"]
    weeks = count(int(spells.loc[spells["kind"] != "not searched", "n_weeks"].sum()), "outlet-week")
    near = int((mine["events"] != "").sum())
    sentences = [f"- {count(len(mine), 'burst')} of relevant originals in {weeks} that were searched."]
    if len(mine):
        sentences.append(
            f"- {near} of them within {near_days} days of a listed event, as are {share(near_by_chance)} of all weeks "
            f"searched; {len(mine) - near} near none: something nobody listed."
        )
    collected = int((bursting & (bursts["counted"] == "collected")).sum())
    if collected:
        sentences.append(
            f"- {count(collected, 'burst')} of all originals collected: the outlet's or the collection's, "
            "not yet the subject's."
        )
    return sentences


def uncovered_sentences(events: pd.DataFrame) -> list[str]:
    """Listed events without a burst, without any relevant item, and those that no collection could have seen.

    Parameters
    ----------
    events : DataFrame
        One row an event: ``event_name``, ``collected`` and ``reported`` (by any outlet), ``burst`` (of any outlet).

    >>> rows = pd.DataFrame({"event_name": ["treaty", "visit"], "collected": True, "reported": [True, False],
    ...                      "burst": False})
    >>> uncovered_sentences(rows)[1]
    '- No outlet that was collected had a relevant item: visit.'
    """
    covered = events[events["reported"] & ~events["burst"]]
    silent, blind = events[events["collected"] & ~events["reported"]], events[~events["collected"]]
    sentences = [f"- {count(len(covered), 'listed event')} had relevant items in the window and no burst."]
    if len(silent):
        sentences.append(f"- No outlet that was collected had a relevant item: {listing(silent['event_name'])}.")
    if len(blind):
        sentences.append(f"- No outlet was collected at the time: {listing(blind['event_name'])}.")
    return sentences
