"""What changes around events are asked of: the windows of the register, days of collection, volumes and rates."""

from __future__ import annotations

import pandas as pd

from helpers.compare.event_study import event_windows
from helpers.data.corpus import Corpus
from helpers.pipeline.measure_checks import Gate
from helpers.pipeline.measures import with_articles
from helpers.pipeline.names import GROUP
from helpers.pipeline.pooled_groups import pooled
from helpers.study import Study

MOST_OF_A_GROUP = 0.5  # of its outlets, collected on a day on which rates of groups are compared


def windows(study: Study) -> pd.DataFrame:
    """The window of each event of the register: cut where another begins, none for those told with another.

    Returns
    -------
    DataFrame as from `helpers.compare.event_study.event_windows`, with ``event_name``
    """
    register = event_windows({event.id: event.day for event in study.events}, study.analysis.event_window_days)
    return register.assign(event_name=register["event"].map({event.id: event.title for event in study.events}))


def daily_counts(daily_volume: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """One count of ``daily_volume`` by outlet: day, count, observed; a row a day of the period."""
    rows = daily_volume[["outlet", "day", column, "observed"]].rename(columns={column: "count"})
    return {str(outlet): part.drop(columns="outlet").reset_index(drop=True) for outlet, part in rows.groupby("outlet")}


def collected_days(study: Study, daily_volume: pd.DataFrame, *, least: float = 1.0) -> dict[str, pd.Series]:
    """Days of collection of each outlet, and of each group of several.

    Parameters
    ----------
    study : Study
    daily_volume : DataFrame
    least : float
        The share of a group's outlets that must have been collected on a day of the group's.  A count of items needs
        all of them; a rate of items bears that a few are missing, and a group of thirty feeds would have no day else.

    Returns
    -------
    Outlet, or group under its key of `helpers.pipeline.names`, to Series of bool indexed by day
    """
    wide = daily_volume.pivot(index="day", columns="outlet", values="observed")
    days = {outlet: wide[outlet] for outlet in study.outlets}
    for name, outlets in study.groups.items():
        if len(outlets) > 1:
            days[f"{GROUP}{name}"] = wide[list(outlets)].mean(axis=1) >= least
    return days


def indicator_values(corpus: Corpus) -> pd.DataFrame:
    """Indicator rates of articles in all voices, by outlet and by group of several outlets that may be compared."""
    study, measures, gate = corpus.study, corpus.table("measures"), Gate(corpus.table("measure_checks"))
    rows = with_articles(corpus, measures[(measures["voice"] == "all") & (measures["kind"] == "indicator")])
    groups = [part for _, one in rows.groupby("measure") for part in pooled(study, gate, one)]
    return pd.concat([rows, *groups], ignore_index=True)
