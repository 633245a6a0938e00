"""Exercises of 08-events: a change in its window, what others changed, and which events changed anything."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice import world
from practice.exercises.answers import NAMES, SHARE, Exercise, Slip
from practice.exercises.tables import rates

EVENT = world.EVENTS[0]
PARTNERS, NEIGHBOURS = "partners", "neighbours"
LEVEL = 0.05


def planted_change(corpus: Corpus) -> float:
    """What was planted in the partners around the event."""
    effects = corpus.table("truth_effects").query(
        f"span == 'change' and event == {EVENT.id!r} and measure == {EVENT.frame!r} and side == 'group' "
        "and voice == 'all' and scope == 'all'"
    )
    return float(effects.set_index("group")["indicator_planted"][PARTNERS])


def sides(corpus: Corpus, groups: tuple[str, ...] = (PARTNERS,)) -> pd.Series:
    """Mean rate before the event (False) and from it on (True), in the study's window."""
    rows, days = rates(corpus, EVENT.frame).dropna(subset="day"), corpus.study.analysis.event_window_days
    since = (rows["day"] - pd.Timestamp(EVENT.day)).dt.days
    rows = rows[since.between(-days, days - 1) & rows["groups"].isin(groups)]
    return rows.groupby(since[rows.index] >= 0)["value"].mean()


def level_after(corpus: Corpus) -> float:
    """The partners' rate from the event on, of which nothing was taken away."""
    return float(sides(corpus)[True])


def change_of_all(corpus: Corpus) -> float:
    """The change of both blocs together."""
    before, after = sides(corpus, (PARTNERS, NEIGHBOURS))
    return float(after - before)


def in_table(corpus: Corpus, group: str) -> float:
    """A group's change as the study's table has it."""
    rows = corpus.event_estimates.query(
        f"event == {EVENT.id!r} and measure == {EVENT.frame!r} and side == 'group' and group == {group!r}"
    )
    return float(rows["estimate"].iloc[0])


def beyond_others(corpus: Corpus) -> float:
    """The partners' change less the neighbours'."""
    return in_table(corpus, PARTNERS) - in_table(corpus, NEIGHBOURS)


def changing(corpus: Corpus) -> set[str]:
    """Events that changed a frame's share."""
    return {event.id for event in world.EVENTS if event.shift}


def surviving(corpus: Corpus) -> set[str]:
    """Events with a change of a group's indicator that survives the count of all."""
    rows = corpus.event_estimates.query("kind == 'indicator' and side == 'group'")
    return set(rows.loc[rows["q"] <= LEVEL, "event"])


EXERCISES = (
    Exercise(
        SHARE,
        planted_change,
        within=0.05,
        slips=(
            Slip("That is the level after: how much was it before?", level_after),
            Slip("Those are all outlets: keep the group `partners`.", change_of_all),
        ),
    ),
    Exercise(
        SHARE,
        beyond_others,
        within=0.015,
        slips=(
            Slip(
                "That is the partners' change alone: what did the others change in the same weeks?",
                lambda corpus: in_table(corpus, PARTNERS),
            ),
            Slip(
                "You added what the others changed: take it away.",
                lambda corpus: in_table(corpus, PARTNERS) + in_table(corpus, NEIGHBOURS),
            ),
        ),
    ),
    Exercise(
        NAMES,
        changing,
        slips=(
            Slip(
                "What does not survive the count of all is not shown to be nothing: look at its interval too.",
                surviving,
            ),
            Slip(
                "Every event moves some number a little: which changes are clear of zero before all are counted?",
                lambda corpus: {event.id for event in world.EVENTS},
            ),
        ),
    ),
)
