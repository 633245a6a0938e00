"""``volume``: how much each outlet ran each month, and in which months anybody could know."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.pipeline.archive_volume import collected_days, published
from helpers.pipeline.known_volume import known_volume
from helpers.study import Study

FAILED_SHARE = 0.5  # of a month's pages lost to errors of the server or the network: collection did not work
UNDATED_SHARE = 0.5  # of an outlet's articles: what is dated then says little of when it wrote
FAILURES = ("damaged", "server_error", "timed_out", "unreachable")


def make(corpus: Corpus) -> pd.DataFrame:
    """Items collected and relevant by outlet and month, and the true number where known.

    A month is observed when it overlaps the outlet's `collected` spans and less than `FAILED_SHARE` of its pages
    were lost to failures; none is of an outlet most of whose articles are undated.  An outlet whose items were all
    collected is its own denominator; the items of one that is read from an archive were counted on the way, or stand in
    a file that the study brings, and a month without a day on which any were kept is not observed.
    """
    study, articles = corpus.study, corpus.table("articles")
    collected = articles.groupby(["outlet", "month"]).size()
    relevant = articles[articles["relevant"]].groupby(["outlet", "month"]).size()
    months = months_of(study.start, study.end)
    grid = pd.MultiIndex.from_product([list(study.outlets), months], names=["outlet", "month"])
    table = pd.DataFrame({"n_collected": collected, "n_relevant": relevant}).reindex(grid).fillna(0).astype(int)
    table = table.reset_index()
    known = known_volume(study)
    counted = counted_days(study, corpus.table("archive_volume"), known.days)
    failed = _failed(corpus.collect_ledger) | _unkept(counted)
    places = list(zip(table["outlet"], table["month"], strict=True))
    worked = np.array([_expected(study, *place) and place not in failed for place in places], dtype=bool)
    table["observed"] = worked & ~table["outlet"].isin(mostly_undated(articles))
    table["n_published"] = _published(study, table, counted, known.months)
    table["outlet_name"] = table["outlet"].map({key: outlet.name for key, outlet in study.outlets.items()})
    return table[list(SCHEMAS["volume"].columns)]


def counted_days(study: Study, archive_volume: pd.DataFrame, known: dict[str, pd.Series]) -> dict[str, pd.DataFrame]:
    """Items, and whether any were kept, by day of the period, of each outlet all of whose items were counted by day.

    Parameters
    ----------
    study : Study
    archive_volume : DataFrame
        The table of that name.
    known : dict of outlet id to Series of int, indexed by day
        Numbers that the study brings; they go before those of an archive.

    Returns
    -------
    dict of outlet id to DataFrame, columns n_items and kept, indexed by every day of the period
    """
    days = pd.date_range(study.start, study.end, freq="D")
    by_day = {outlet: items.droplevel("outlet") for outlet, items in published(archive_volume).groupby("outlet")}
    counted = {}
    for outlet, items in (by_day | known).items():
        n_items = items.reindex(days, fill_value=0)
        counted[outlet] = pd.DataFrame({"n_items": n_items, "kept": collected_days(n_items)})
    return counted


def mostly_undated(articles: pd.DataFrame) -> set[str]:
    """Outlets more than half of whose articles have no date: their months are unknown, not empty.

    >>> rows = pd.DataFrame({"outlet": ["a", "a", "b"], "day": pd.to_datetime([None, None, "2024-06-19"])})
    >>> mostly_undated(rows)
    {'a'}
    """
    share = articles["day"].isna().groupby(articles["outlet"]).mean()
    return set(share[share > UNDATED_SHARE].index)


def months_of(start: datetime.date, end: datetime.date) -> list[str]:
    """Every month from `start` to `end` as ``2024-08``.

    >>> months_of(datetime.date(2024, 11, 30), datetime.date(2025, 1, 1))
    ['2024-11', '2024-12', '2025-01']
    """
    return [str(month) for month in pd.period_range(start, end, freq="M")]


def _expected(study: Study, outlet: str, month: str) -> bool:
    spans = study.outlets[outlet].collected or ((study.start, study.end),)
    return any(str(start)[:7] <= month <= str(end)[:7] for start, end in spans)


def _failed(ledger: pd.DataFrame) -> set[tuple[str, str]]:
    """Outlet-months most of whose pages could not be fetched."""
    dated = ledger[ledger["month"].notna()]
    share = dated["outcome"].isin(FAILURES).groupby([dated["outlet"], dated["month"]]).mean()
    return set(share[share >= FAILED_SHARE].index)


def _unkept(counted: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """Outlet-months without a day on which items were kept."""
    kept = {outlet: days["kept"].groupby(days.index.strftime("%Y-%m")).any() for outlet, days in counted.items()}
    return {(outlet, str(month)) for outlet, months in kept.items() for month in months.index[~months]}


def _published(
    study: Study, table: pd.DataFrame, counted: dict[str, pd.DataFrame], months: dict[str, pd.Series]
) -> pd.Series:
    """The true number of items: of what was collected whole, of what was counted on days on which it was kept."""
    published = table["n_collected"].where(table["outlet"].map(lambda o: study.outlets[o].sampling == "census"))
    for outlet, days in counted.items():
        kept = days["n_items"].where(days["kept"], 0)
        by_month = kept.groupby(days.index.strftime("%Y-%m")).sum()
        published = published.where(table["outlet"] != outlet, table["month"].map(by_month))
    for outlet, by_month in months.items():
        published = published.where(table["outlet"] != outlet, table["month"].map(by_month))
    return published.where(table["observed"]).astype("Int64")
