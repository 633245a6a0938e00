"""``archive_volume``: every item that was read of the study's archives, by outlet, day and what became of it."""

from __future__ import annotations

import pandas as pd

from helpers.collect.archive_items import PUBLISHED
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.pipeline.archives import has_archives, open_archives

USUAL_SHARE = 0.05  # of an outlet's usual day: a day with fewer items was not collected, but for a stray
EXPECTED = 5.0  # items at the outlet's rate: a run of empty days with so many has a chance of 0.7 % of being true


def make(corpus: Corpus) -> pd.DataFrame:
    """Items by archive, outlet, day and outcome: what is in no row was not read."""
    if not has_archives(corpus.study):
        return tables.empty("archive_volume")
    with open_archives(corpus.study) as store:
        store.read()
        totals = store.totals()
    totals["day"] = pd.to_datetime(totals["day"]).astype("datetime64[ns]")
    return totals[list(SCHEMAS["archive_volume"].columns)]


def published(archive_volume: pd.DataFrame) -> pd.Series:
    """Items that each outlet published by day: indexed by outlet and day.

    >>> rows = pd.DataFrame({"outlet": "a", "day": pd.Timestamp("2030-05-01"), "n_items": [2, 3, 1],
    ...                      "outcome": ["kept", "counted", "duplicate"]})
    >>> published(rows).tolist()
    [5]
    """
    rows = archive_volume[archive_volume["outcome"].isin(PUBLISHED)]
    return rows.groupby(["outlet", "day"])["n_items"].sum()


def collected_days(n_items: pd.Series) -> pd.Series:
    """On which days an archive was kept, told from how many items it has of each.

    A day counts as empty when it has fewer than `USUAL_SHARE` of the items of a usual day.  A run of empty days is a
    gap when at least `EXPECTED` items would be expected in it, at the rate of the months in which there are any.

    Parameters
    ----------
    n_items : Series of int, indexed by day, every day once

    Returns
    -------
    Series of bool, same index

    >>> days = pd.date_range("2030-01-01", periods=60)
    >>> kept = collected_days(pd.Series([3] * 20 + [0] + [3] * 9 + [0] * 30, index=days))
    >>> kept.iloc[[0, 20, 40]].tolist()
    [True, True, False]
    """
    usual = n_items[n_items > 0].median()
    if not usual > 0:
        return pd.Series(False, index=n_items.index)
    empty = n_items < max(USUAL_SHARE * usual, 1)
    months = n_items.index.to_period("M")
    busy = months.isin(months[~empty])
    rate = n_items[busy].sum() / busy.sum()
    runs = (empty != empty.shift()).cumsum()
    long = runs.map(runs.value_counts()) * rate >= EXPECTED
    return ~(empty & long)
