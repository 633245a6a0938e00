"""How much each outlet ran each month, and in which months anybody could know."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus, months_of
from helpers.study import Study, StudyError

FAILED_SHARE = 0.5  # of a month's pages lost to errors of the server or the network: collection did not work
FAILURES = ("server_error", "timed_out", "unreachable")


def volume(study: Study) -> pd.DataFrame:
    """The ``volume`` table: items collected and relevant by outlet and month, and the true number where known.

    A month is observed when it overlaps the outlet's `collected` spans and less than `FAILED_SHARE` of its pages
    were lost to failures.  An outlet whose items were all collected is its own denominator.
    """
    corpus = load_corpus(study)
    month = corpus["day"].dt.strftime("%Y-%m")
    collected = corpus.groupby([corpus["outlet"], month]).size()
    relevant = corpus[corpus["relevant"]].groupby([corpus["outlet"], month]).size()
    months = months_of(study.start, study.end)
    grid = pd.MultiIndex.from_product([list(study.outlets), months], names=["outlet", "month"])
    table = pd.DataFrame({"n_collected": collected, "n_relevant": relevant}).reindex(grid).fillna(0).astype(int)
    table = table.rename_axis(["outlet", "month"]).reset_index()
    failed = _failed(study)
    places = list(zip(table["outlet"], table["month"], strict=True))
    table["observed"] = [_expected(study, *place) and place not in failed for place in places]
    table["n_published"] = _published(study, table)
    return table[list(tables.SCHEMAS["volume"].columns)]


def _expected(study: Study, outlet: str, month: str) -> bool:
    spans = study.outlets[outlet].collected or ((study.start, study.end),)
    return any(str(start)[:7] <= month <= str(end)[:7] for start, end in spans)


def _failed(study: Study) -> set[tuple[str, str]]:
    """Outlet-months most of whose pages could not be fetched."""
    books = tables.read(study.processed, "ledger")
    books = books[(books["stage"] == "collect") & books["month"].notna()]
    share = books["outcome"].isin(FAILURES).groupby([books["outlet"], books["month"]]).mean()
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
