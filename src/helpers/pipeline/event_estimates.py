"""Measures and volumes to changes around dated events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.differences import benjamini_hochberg
from helpers.compare.event_study import event_study, event_windows
from helpers.compare.volume import volume_change
from helpers.data import tables
from helpers.data.corpus import CLUSTERS, load_corpus, observed_days
from helpers.pipeline.estimates import load_measures, pooled
from helpers.pipeline.measure_checks import check_state
from helpers.study import Study

COLUMNS = ["group", "estimate", "low", "high", "p", "method", "note", "n_articles", "n_clusters"]


def windows(study: Study) -> pd.DataFrame:
    """The window of each event of the register: cut where another begins, none for those told with another.

    Returns
    -------
    DataFrame as from `helpers.compare.event_study.event_windows`
    """
    return event_windows({event.id: event.day for event in study.events}, study.analysis.event_window_days)


def daily_volumes(study: Study, *, relevant_only: bool = True, originals_only: bool = True) -> dict[str, pd.DataFrame]:
    """Items of each outlet on each day of the period (relevant originals), and whether collection worked that day.

    Returns
    -------
    Outlet to DataFrame, one row a day: day (in the outlet's own zone), count, observed
    """
    corpus, found = load_corpus(study, relevant_only=relevant_only), {}
    corpus = corpus[corpus["is_original"]] if originals_only else corpus
    for outlet in study.outlets:
        observed = observed_days(study, outlet)
        counts = corpus.loc[corpus["outlet"] == outlet, "day"].value_counts().reindex(observed.index, fill_value=0)
        columns = {"day": observed.index, "count": counts.to_numpy(), "observed": observed.to_numpy()}
        found[outlet] = pd.DataFrame(columns)
    return found


def collected_days(study: Study) -> dict[str, pd.Series]:
    """Days of collection of each outlet, and of each group of several: those on which all its outlets were collected.

    A day on which one outlet of a group is missing would change who speaks for the group.
    """
    days = {outlet: observed_days(study, outlet) for outlet in study.outlets}
    for name, outlets in study.groups.items():
        if len(outlets) > 1:
            days[f"group:{name}"] = pd.concat([days[outlet] for outlet in outlets], axis=1).all(axis=1)
    return days


def indicator_values(study: Study) -> pd.DataFrame:
    """Indicator rates of articles in all voices, by outlet and by group of several outlets that may be compared."""
    measures = load_measures(study)
    measures = measures[(measures["voice"] == "all") & measures["measure"].str.startswith("indicator:")]
    groups = [part for measure, rows in measures.groupby("measure") for part in pooled(study, str(measure), rows)]
    return pd.concat([measures, *groups], ignore_index=True)


def events(study: Study) -> pd.DataFrame:
    """Add to ``estimates`` what changed around each event: relevant originals a day, and each indicator's rate.

    Windows are those of `windows`, in the outlet's own days; days without collection are masked.

    Returns
    -------
    DataFrame: the rows of ``estimates`` whose window is an event, as written
    """
    volumes = daily_volumes(study)
    blocks = [_volumes(study, outlet, volumes[outlet]) for outlet in study.outlets] + [_shares(study)]
    blocks = [block for block in blocks if len(block)]
    if not blocks:  # a study without events has nothing to look around
        return tables.read(study.processed, "estimates").head(0)
    rows = pd.concat(blocks, ignore_index=True)
    level = study.analysis.coverage_level
    blank = dict.fromkeys(("smallest", "ratio", "ratio_low", "ratio_high", "q"), np.nan)
    rows = rows.assign(reference="", level=level, planned=False, items="all", **blank)
    states = {quantity: check_state(study, quantity, study.languages) for quantity in rows["quantity"].unique()}
    rows["checks"] = rows["quantity"].map(states)
    rows["items"] = np.where(rows["quantity"] == "volume", "originals", "all")
    rows["voice"] = "all"
    for _, family in rows.groupby([rows["quantity"] == "volume", "window"]):  # each event is a question of its own
        rows.loc[family.index, "q"] = benjamini_hochberg(family["p"].to_numpy())
    old = tables.read(study.processed, "estimates")
    kept = old[~old["window"].str.startswith("event:")]
    tables.write(study.processed, "estimates", pd.concat([kept, rows[kept.columns]], ignore_index=True))
    estimates = tables.read(study.processed, "estimates")
    return estimates[estimates["window"].str.startswith("event:")].reset_index(drop=True)


def _volumes(study: Study, outlet: str, daily: pd.DataFrame) -> pd.DataFrame:
    """Change in relevant originals a day around every event, for one outlet; a refusal where it has no window."""
    rows, nan = [], float("nan")
    for event in windows(study).itertuples():
        place = {"group": outlet, "quantity": "volume", "window": f"event:{event.event}"}
        if not event.window_days:
            blank = {"estimate": nan, "low": nan, "high": nan, "p": nan, "method": "none", "note": event.note}
            rows.append(blank | {"n_articles": 0, "n_originals": 0, "n_clusters": 0} | place)
            continue
        rng = np.random.default_rng(study.analysis.seed)
        found = volume_change(
            daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), event_day=event.day,
            window_days=event.window_days, level=study.analysis.coverage_level, rng=rng,
        ).iloc[0]  # fmt: skip
        offset = (daily["day"] - event.day).dt.days
        inside = offset.between(-event.window_days, event.window_days - 1) & daily["observed"]
        n = int(daily.loc[inside, "count"].sum())
        told = {name: found[name] for name in ("estimate", "low", "high", "p", "method", "n_clusters")}
        told["note"] = "; ".join(filter(None, [found["note"], event.note]))
        rows.append(told | {"n_articles": n, "n_originals": n} | place)
    return pd.DataFrame(rows)


def _shares(study: Study) -> pd.DataFrame:
    """Change in every indicator's rate around every event, by outlet and by group of several outlets."""
    collected, blocks, register = collected_days(study), [], windows(study).query("window_days > 0")
    for measure, rows in indicator_values(study).groupby("measure", sort=True):
        for event in register.itertuples():
            offset = (rows["day"] - event.day).dt.days
            near = rows[offset.between(-event.window_days, event.window_days - 1)]
            if near.empty:
                continue
            found = event_study(
                near, day="day", value="value", event_day=event.day, window_days=event.window_days, clusters=CLUSTERS,
                by="outlet", observed=collected, level=study.analysis.coverage_level,
                rng=np.random.default_rng(study.analysis.seed),
            )  # fmt: skip
            originals = near.groupby("outlet")["is_original"].sum()
            found["n_originals"] = found["group"].map(originals).fillna(0).astype(int)
            found["n_originals"] = found[["n_originals", "n_articles"]].min(axis=1)
            found["note"] = ["; ".join(filter(None, [note, event.note])) for note in found["note"]]
            place = {"quantity": str(measure), "window": f"event:{event.event}"}
            blocks.append(found[[*COLUMNS, "n_originals"]].assign(**place))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
