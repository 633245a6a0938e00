"""``daily_volume``: items of each outlet on each day of the period, and whether collection worked that day.

A day without collection is no day without items: a gap is not a silence.
"""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.known_volume import known_volume
from helpers.pipeline.volume import counted_days
from helpers.study import Outlet, Study


def make(corpus: Corpus) -> pd.DataFrame:
    """One row an outlet and day, in the outlet's own zone: all items and relevant ones, with and without copies.

    On a day on which no items were kept, an outlet whose items were counted by day was not observed.
    """
    study, articles = corpus.study, corpus.table("articles")
    counted = counted_days(study, corpus.table("archive_volume"), known_volume(study).days)
    missing = corpus.volume[~corpus.volume["observed"]].groupby("outlet")["month"].agg(set)
    blocks = []
    for key, outlet in study.outlets.items():
        mine = articles[articles["outlet"] == key]
        observed = _observed(study, key, missing.get(key, set()))
        observed &= counted[key]["kept"] if key in counted else True
        table = pd.DataFrame({"outlet": key, "outlet_name": outlet.name, "day": observed.index})
        table["observed"] = observed.to_numpy()
        table["n_published"] = _published(outlet, mine, observed, counted.get(key))
        chosen = {"collected": mine, "relevant": mine[mine["analysed"]]}
        for name, rows in chosen.items():
            table[f"n_{name}"] = _by_day(rows, observed.index)
            table[f"n_{name}_originals"] = _by_day(rows[rows["is_original"]], observed.index)
        blocks.append(table)
    return tables.stack("daily_volume", blocks)


def _published(
    outlet: Outlet, articles: pd.DataFrame, observed: pd.Series, counted: pd.DataFrame | None
) -> pd.arrays.IntegerArray:
    """All items that the outlet published, on days on which somebody could know; missing where nobody does."""
    known = outlet.sampling == "census" or counted is not None
    n_items = counted["n_items"].to_numpy() if counted is not None else _by_day(articles, observed.index)
    return pd.Series(n_items).where(observed.to_numpy() & known).astype("Int64").array


def _by_day(rows: pd.DataFrame, days: pd.DatetimeIndex) -> pd.Series:
    return rows["day"].value_counts().reindex(days, fill_value=0).to_numpy()


def _observed(study: Study, outlet: str, missing: set[str]) -> pd.Series:
    """For each day of the period, whether collection of an outlet worked."""
    days = pd.date_range(study.start, study.end, freq="D")
    observed = pd.Series(False, index=days)
    for start, end in study.outlets[outlet].collected or ((study.start, study.end),):
        observed |= (days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))
    return observed & ~pd.Series(days.strftime("%Y-%m"), index=days).isin(missing)
