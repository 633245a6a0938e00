"""``daily_volume``: items of each outlet on each day of the period, and whether collection worked that day.

A day without collection is no day without items: a gap is not a silence.
"""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.study import Study


def make(corpus: Corpus) -> pd.DataFrame:
    """One row an outlet and day, in the outlet's own zone: all items and relevant ones, with and without copies."""
    study, articles = corpus.study, corpus.table("articles")
    missing = corpus.volume[~corpus.volume["observed"]].groupby("outlet")["month"].agg(set)
    blocks = []
    for key, outlet in study.outlets.items():
        mine = articles[articles["outlet"] == key]
        observed = _observed(study, key, missing.get(key, set()))
        table = pd.DataFrame({"outlet": key, "outlet_name": outlet.name, "day": observed.index})
        table["observed"] = observed.to_numpy()
        chosen = {"collected": mine, "relevant": mine[mine["analysed"]]}
        for name, rows in chosen.items():
            table[f"n_{name}"] = _by_day(rows, observed.index)
            table[f"n_{name}_originals"] = _by_day(rows[rows["is_original"]], observed.index)
        blocks.append(table)
    return tables.stack("daily_volume", blocks)


def _by_day(rows: pd.DataFrame, days: pd.DatetimeIndex) -> pd.Series:
    return rows["day"].value_counts().reindex(days, fill_value=0).to_numpy()


def _observed(study: Study, outlet: str, missing: set[str]) -> pd.Series:
    """For each day of the period, whether collection of an outlet worked."""
    days = pd.date_range(study.start, study.end, freq="D")
    observed = pd.Series(False, index=days)
    for start, end in study.outlets[outlet].collected or ((study.start, study.end),):
        observed |= (days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))
    return observed & ~pd.Series(days.strftime("%Y-%m"), index=days).isin(missing)
