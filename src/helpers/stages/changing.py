"""Measures and volumes to changes around dated events."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.compare.events import placebo_rank, window_change
from helpers.compare.prevalence import benjamini_hochberg
from helpers.compare.volume import volume_change
from helpers.stages.comparing import gate, load_measures
from helpers.stages.corpus import CLUSTERS, load_corpus, observed_days
from helpers.study import Event, Study

COLUMNS = ["group", "estimate", "low", "high", "p", "method", "note", "n_articles", "n_clusters"]


def daily_volume(study: Study, outlet: str) -> pd.DataFrame:
    """Relevant originals of an outlet on each day of the period, and whether collection worked that day."""
    corpus = load_corpus(study, relevant_only=True)
    rows = corpus[(corpus["outlet"] == outlet) & corpus["is_original"]]
    observed = observed_days(study, outlet)
    counts = rows["day"].value_counts().reindex(observed.index, fill_value=0)
    return pd.DataFrame({"day": observed.index, "count": counts.to_numpy(), "observed": observed.to_numpy()})


def events(study: Study) -> pd.DataFrame:
    """Add to ``estimates`` what changed around each event: relevant originals a day, and each indicator's rate.

    Windows are `event_window_days` on each side, in the outlet's own days; days without collection are masked.

    Returns
    -------
    DataFrame: the rows of ``estimates`` whose window is an event, as written
    """
    blocks = [_volumes(study, outlet) for outlet in study.outlets] + [_shares(study)]
    blocks = [block for block in blocks if len(block)]
    if not blocks:  # a study without events has nothing to look around
        return tables.read(study.processed, "estimates").head(0)
    rows = pd.concat(blocks, ignore_index=True)
    level = study.analysis.coverage_level
    rows = rows.assign(
        reference="", level=level, checks="described", planned=False, smallest=np.nan, items="all", q=np.nan
    )
    rows["items"] = np.where(rows["quantity"] == "volume", "originals", "all")
    rows["voice"] = "all"
    for _, family in rows.groupby([rows["quantity"] == "volume", "window"]):  # each event is a question of its own
        rows.loc[family.index, "q"] = benjamini_hochberg(family["p"].to_numpy())
    old = tables.read(study.processed, "estimates")
    kept = old[~old["window"].str.startswith("event:")]
    tables.write(study.processed, "estimates", pd.concat([kept, rows[kept.columns]], ignore_index=True))
    estimates = tables.read(study.processed, "estimates")
    return estimates[estimates["window"].str.startswith("event:")].reset_index(drop=True)


def _volumes(study: Study, outlet: str) -> pd.DataFrame:
    """Change in relevant originals a day around every event, for one outlet."""
    daily, rows = daily_volume(study, outlet), []
    days = study.analysis.event_window_days
    for event in study.events:
        rng = np.random.default_rng(study.analysis.seed)
        found = volume_change(
            daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), event_day=event.day,
            window_days=days, level=study.analysis.coverage_level, rng=rng,
        ).iloc[0]  # fmt: skip
        inside = (daily["day"] - pd.Timestamp(event.day)).dt.days.between(-days, days - 1) & daily["observed"]
        n = int(daily.loc[inside, "count"].sum())
        told = {name: found[name] for name in ("estimate", "low", "high", "p", "method", "note", "n_clusters")}
        rows.append(told | {"group": outlet, "n_articles": n, "n_originals": n, **_place("volume", event)})
    return pd.DataFrame(rows)


def _shares(study: Study) -> pd.DataFrame:
    """Change in every indicator's rate around every event, by outlet and by group of several outlets."""
    measures = load_measures(study)
    measures = measures[(measures["voice"] == "all") & measures["measure"].str.startswith("indicator:")]
    pooled = {
        outlet: f"group:{name}" for name, outlets in study.groups.items() if len(outlets) > 1 for outlet in outlets
    }
    together = measures[measures["outlet"].isin(list(pooled))]
    measures = pd.concat([measures, together.assign(outlet=together["outlet"].map(pooled))], ignore_index=True)
    days, blocks = study.analysis.event_window_days, []
    for measure, rows in measures.groupby("measure", sort=True):
        for event in study.events:
            offset = (rows["day"] - pd.Timestamp(event.day)).dt.days
            near = rows[offset.between(-days, days - 1)]
            if near.empty:
                continue
            found = window_change(
                near, day="day", value="value", event_day=event.day, window_days=days, clusters=CLUSTERS, by="outlet",
                level=study.analysis.coverage_level, rng=np.random.default_rng(study.analysis.seed),
            )  # fmt: skip
            originals = near.groupby("outlet")["is_original"].sum()
            found["n_originals"] = found["group"].map(originals).fillna(0).astype(int)
            blocks.append(found[[*COLUMNS, "n_originals"]].assign(**_place(str(measure), event)))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _pooled(study: Study, measure: str, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The articles of each group of several outlets under the group's name, where the language gate allows."""
    pooled = []
    for name, outlets in study.groups.items():
        spoken = sorted({study.outlets[outlet].language for outlet in outlets})
        if len(outlets) > 1 and not any(gate(study, measure, pair) for pair in combinations(spoken, 2)):
            pooled.append(rows[rows["outlet"].isin(outlets)].assign(outlet=f"group:{name}"))
    return pooled


def _place(quantity: str, event: Event) -> dict[str, str]:
    return {"quantity": quantity, "window": f"event:{event.id}"}


def placebos(study: Study) -> pd.DataFrame:
    """Where each event's change in volume stands among changes at quiet dates.

    Returns
    -------
    DataFrame: event, outlet, change, rank, n_placebos, n_apart, p, note; observed outlets only
    """
    rows = []
    listed = [event.day for event in study.events]
    for outlet in study.outlets:
        daily = daily_volume(study, outlet)
        daily = daily[daily["observed"]].assign(count=lambda table: table["count"].astype(float))
        for event in study.events if len(daily) else ():
            found = placebo_rank(
                daily, day="day", value="count", event_day=event.day,
                window_days=study.analysis.event_window_days, listed=listed,
            )  # fmt: skip
            told = {name: getattr(found, name) for name in ("change", "rank", "n_placebos", "n_apart", "p", "note")}
            rows.append({"event": event.id, "outlet": outlet} | told)
    return pd.DataFrame(rows)
