"""Measures and volumes to changes around dated events.

Windows are those of `helpers.pipeline.event_windows.windows`, in the outlet's own days; days without collection are
masked.  Rates are widened by what the outlet's weeks remember over the whole period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import benjamini_hochberg
from helpers.compare.event_study import event_study
from helpers.compare.volume import volume_change
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import collected_days, daily_counts, indicator_values, windows
from helpers.pipeline.measure_checks import check_state
from helpers.pipeline.names import VOLUME, sided
from helpers.study import Study

COLUMNS = ["group", "estimate", "low", "high", "p", "method", "note", "n_articles", "n_clusters", "block_weeks"]


def make(corpus: Corpus) -> pd.DataFrame:
    """``event_estimates``: relevant originals a day and each indicator's rate, after every event minus before it."""
    study, daily = corpus.study, corpus.table("daily_volume")
    counts = daily_counts(daily, "n_relevant_originals")
    volumes = [_volumes(study, outlet, counts[outlet]) for outlet in study.outlets]
    blocks = [*volumes, _rates(study, indicator_values(corpus), daily)]
    blocks = [block for block in blocks if len(block)]
    if not blocks:  # a study without events has nothing to look around
        return tables.empty("event_estimates")
    rows = sided(pd.concat(blocks, ignore_index=True), study, ("group",))
    checks, shares = corpus.table("measure_checks"), corpus.table("frame_shares")
    keys = list(zip(rows["kind"], rows["measure"], strict=True))
    states = {key: check_state(checks, shares, *key, study.languages) for key in set(keys)}
    rows = rows.assign(level=study.analysis.coverage_level, checks=[states[key] for key in keys], q=np.nan, family="")
    for (kind, side, event), family in rows.groupby(["kind", "side", "event"]):  # each event is a question of its own
        measures = "volume" if kind == "volume" else f"{kind}s{' of groups' if side == 'group' else ''}"
        rows.loc[family.index, "family"] = f"{measures} around {event}"
        rows.loc[family.index, "q"] = benjamini_hochberg(family["p"].to_numpy())
    return tables.stack("event_estimates", [rows])


def _place(event: object) -> dict[str, object]:
    """What a row says of its event."""
    named = {"event": event.event, "event_name": event.event_name, "event_day": event.day}
    return named | {"window_days": event.window_days}


def _volumes(study: Study, outlet: str, daily: pd.DataFrame) -> pd.DataFrame:
    """Change in relevant originals a day around every event, for one outlet; a refusal where it has no window."""
    rows, nan = [], float("nan")
    for event in windows(study).itertuples():
        place = {"group": outlet, "kind": "volume", "measure": "volume", "measure_name": VOLUME} | _place(event)
        if not event.window_days:
            blank = {"estimate": nan, "low": nan, "high": nan, "p": nan, "method": "none", "note": event.note}
            blank["block_weeks"] = nan
            rows.append(blank | {"n_articles": 0, "n_originals": 0, "n_clusters": 0} | place)
            continue
        change = volume_change(
            daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), event_day=event.day,
            window_days=event.window_days, level=study.analysis.coverage_level,
            rng=np.random.default_rng(study.analysis.seed),
        ).iloc[0]  # fmt: skip
        offset = (daily["day"] - event.day).dt.days
        inside = offset.between(-event.window_days, event.window_days - 1) & daily["observed"]
        n = int(daily.loc[inside, "count"].sum())
        row = {name: change[name] for name in ("estimate", "low", "high", "p", "method", "n_clusters")}
        row |= {"note": "; ".join(filter(None, [change["note"], event.note])), "block_weeks": nan}
        rows.append(row | {"n_articles": n, "n_originals": n} | place)
    return pd.DataFrame(rows)


def _rates(study: Study, values: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """Change in every indicator's rate around every event, by outlet and by group of several outlets."""
    collected, blocks, register = collected_days(study, daily), [], windows(study).query("window_days > 0")
    for (measure, name), rows in values.groupby(["measure", "measure_name"], sort=True):
        rows = rows[["day", "outlet", "value", "is_original", *CLUSTERS]]
        for event in register.itertuples():
            offset = (rows["day"] - event.day).dt.days
            near = rows[offset.between(-event.window_days, event.window_days - 1)]
            if near.empty:
                continue
            change = event_study(  # articles of other days tell what the outlet's weeks remember
                rows[rows["outlet"].isin(near["outlet"])], day="day", value="value", event_day=event.day,
                window_days=event.window_days, clusters=CLUSTERS, by="outlet", observed=collected, memory=True,
                level=study.analysis.coverage_level, rng=np.random.default_rng(study.analysis.seed),
            )  # fmt: skip
            originals = change["group"].map(near.groupby("outlet")["is_original"].sum()).fillna(0).astype(int)
            change["n_originals"] = np.minimum(originals, change["n_articles"])
            change["note"] = ["; ".join(filter(None, [note, event.note])) for note in change["note"]]
            place = {"kind": "indicator", "measure": measure, "measure_name": name} | _place(event)
            blocks.append(change[[*COLUMNS, "n_originals"]].assign(**place))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
