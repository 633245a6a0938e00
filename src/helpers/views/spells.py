"""Bursts beside the register of events, and first reports, as tables and sentences made from what stages write."""

from __future__ import annotations

import pandas as pd

from helpers.compare.bursts import NEAR_DAYS, share_near
from helpers.show import sentences as prose
from helpers.study import Study


def first_reports(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Days to the next relevant item; how often it comes as soon when nothing is listed.

    An outlet a column, or an event a column where that makes the narrower table.
    """
    known = table.set_index(["event", "outlet"])
    outlets = [outlet for outlet in study.outlets if outlet in set(table["outlet"])]

    def told(event: str, outlet: str) -> str:
        return _wait(known.loc[event, outlet]) if (event, outlet) in known.index else "–"

    if len(outlets) > len(study.events):
        rows = [
            {"outlet": study.outlets[outlet].name}
            | {f"{event.day} {event.title}": told(event.id, outlet) for event in study.events}
            for outlet in outlets
        ]
    else:
        rows = [
            {"day": str(event.day), "event": event.title}
            | {study.outlets[outlet].name: told(event.id, outlet) for outlet in outlets}
            for event in study.events
        ]
    return pd.DataFrame(rows)


def _wait(row: pd.Series) -> str:
    if row["status"] != "reported":
        gap = row["n_missing_days"] and row["status"] != "not collected"
        return f"none ({row['n_missing_days']} days not collected)" if gap else row["status"]
    lag = prose.count(int(row["lag_days"]), "day")
    if row["at_most"]:
        return f"at most {lag}"
    return lag if pd.isna(row["usual"]) else f"{lag} ({prose.share(row['usual'])})"


def bursts(study: Study, spells: pd.DataFrame) -> pd.DataFrame:
    """Bursts with what stands around them and the events that go with them."""
    found = spells[spells["kind"] == "burst"]
    titles = {event.id: event.title for event in study.events}
    named = [prose.listing([titles[name] for name in names.split()]) for names in found["events"]]
    told = {"relevant": "relevant originals", "collected": "all originals"}
    return pd.DataFrame(
        {
            "outlet": [study.outlets[outlet].name for outlet in found["outlet"]],
            "counted": [told[counted] for counted in found["counted"]],
            "first": found["first_day"].to_numpy(),
            "last": found["last_day"].to_numpy(),
            "items": found["n_items"].to_numpy(),
            "a day": found["level"].to_numpy(),
            "around": found["around"].to_numpy(),
            "listed events": ["none listed" if name == "none" else name for name in named],
        }
    )


def burst_findings(study: Study, spells: pd.DataFrame, reports: pd.DataFrame) -> list[str]:
    """Bursts beside the register: events nobody listed, and listed events nobody covered."""
    mine = spells[spells["counted"] == "relevant"]
    found = mine[mine["kind"] == "burst"]
    searched = mine[mine["kind"] != "not searched"]
    weeks = prose.count(int(searched["n_weeks"].sum()), "outlet-week")
    days = {event.id: event.day for event in study.events}
    starts = searched.assign(first_day=pd.to_datetime(searched["first_day"]), n_bins=searched["n_weeks"])
    near = int((found["events"] != "").sum())
    sentences = [f"- {prose.count(len(found), 'burst')} of relevant originals in {weeks} that were searched."]
    if len(found):
        chance = prose.share(share_near(starts, days))
        sentences.append(
            f"- {near} of them within {NEAR_DAYS} days of a listed event, as are {chance} of all weeks searched; "
            f"{len(found) - near} near none: something nobody listed."
        )
    collected = spells[(spells["counted"] == "collected") & (spells["kind"] == "burst")]
    if len(collected):
        sentences.append(
            f"- {prose.count(len(collected), 'burst')} of all originals collected: the outlet's or the collection's, "
            "not yet the subject's."
        )
    return [*sentences, *_uncovered(study, found, reports)]


def _uncovered(study: Study, found: pd.DataFrame, reports: pd.DataFrame) -> list[str]:
    """Listed events with no relevant item in their window, and those that no collection could have seen."""
    with_burst = {name for names in found["events"] for name in names.split()}
    silent, blind, covered = [], [], 0
    for event in study.events:
        mine = reports[reports["event"] == event.id]
        if (mine["status"] == "not collected").all():
            blind.append(event.title)
        elif not (mine["status"] == "reported").any():
            silent.append(event.title)
        else:
            covered += event.id not in with_burst
    told = [f"- {prose.count(covered, 'listed event')} had relevant items in the window and no burst."]
    if silent:
        told.append(f"- No outlet that was collected had a relevant item: {prose.listing(silent)}.")
    if blind:
        told.append(f"- No outlet was collected at the time: {prose.listing(blind)}.")
    return told
