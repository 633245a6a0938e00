"""``volume``: how much each outlet ran each month, and in which months anybody could know."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.study import Study, StudyError

FAILED_SHARE = 0.5  # of a month's pages lost to errors of the server or the network: collection did not work
UNDATED_SHARE = 0.5  # of an outlet's articles: what is dated then says little of when it wrote
FAILURES = ("server_error", "timed_out", "unreachable")


def make(corpus: Corpus) -> pd.DataFrame:
    """Items collected and relevant by outlet and month, and the true number where known.

    A month is observed when it overlaps the outlet's `collected` spans and less than `FAILED_SHARE` of its pages
    were lost to failures; none is of an outlet most of whose articles are undated.  An outlet whose items were all
    collected is its own denominator.
    """
    study, articles = corpus.study, corpus.table("articles")
    collected = articles.groupby(["outlet", "month"]).size()
    relevant = articles[articles["relevant"]].groupby(["outlet", "month"]).size()
    months = months_of(study.start, study.end)
    grid = pd.MultiIndex.from_product([list(study.outlets), months], names=["outlet", "month"])
    table = pd.DataFrame({"n_collected": collected, "n_relevant": relevant}).reindex(grid).fillna(0).astype(int)
    table = table.reset_index()
    failed = _failed(corpus.collect_ledger)
    places = list(zip(table["outlet"], table["month"], strict=True))
    worked = np.array([_expected(study, *place) and place not in failed for place in places], dtype=bool)
    table["observed"] = worked & ~table["outlet"].isin(mostly_undated(articles))
    table["n_published"] = _published(study, table)
    table["outlet_name"] = table["outlet"].map({key: outlet.name for key, outlet in study.outlets.items()})
    return table[list(SCHEMAS["volume"].columns)]


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


def _published(study: Study, table: pd.DataFrame) -> pd.Series:
    """The true number of items, where a file tells it or everything was collected."""
    published = table["n_collected"].where(table["outlet"].map(lambda o: study.outlets[o].sampling == "census"))
    for outlet, path in study.known_volume.items():
        known = pd.read_csv(path)
        if list(known.columns) != ["month", "n_items"]:
            raise StudyError(f"{path.name}: columns {list(known.columns)} must be month, n_items")
        mine = table["outlet"] == outlet
        published = published.where(~mine, table["month"].map(known.set_index("month")["n_items"]))
    return published.where(table["observed"]).astype("Int64")
