"""What every later stage and notebook loads first: articles with their copies, clusters and local days."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pandas as pd

from helpers.compare.clusters import CLUSTERS, outlet_weeks
from helpers.compare.days import local_days
from helpers.data import tables
from helpers.study import Study


def load_corpus(study: Study, *, relevant_only: bool = False) -> pd.DataFrame:
    """Articles with copy columns, `day` (in the outlet's zone), `outlet_week`, `doubtful` and `left_out`.

    Parameters
    ----------
    study : Study
        Its clean stage has run.
    relevant_only : bool
        Keep only articles with a relevant passage inside the study's period, without those that the study leaves
        out for a flag.

    Returns
    -------
    DataFrame, one row an article, sorted by article_id
    """
    articles = tables.join(
        tables.read(study.processed, "articles"), tables.read(study.processed, "copies"), "article_id"
    )
    zones = study.timezones
    articles["day"] = local_days(articles["published"], articles["outlet"], zones)
    articles["outlet_week"] = outlet_weeks(articles["published"], articles["outlet"], zones)
    articles["in_period"] = in_period(articles["day"], study)
    articles["doubtful"] = _carries(articles["flags"], study.analysis.doubtful)
    articles["left_out"] = _carries(articles["flags"], study.analysis.leave_out)
    if relevant_only:
        articles = articles[articles["relevant"] & articles["in_period"] & ~articles["left_out"]]
    return articles.reset_index(drop=True)


def _carries(flags: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    """Whether an article carries any of the wanted flags."""
    return flags.str.split().map(lambda names: not set(wanted).isdisjoint(names)).astype(bool)


def in_period(days: pd.Series, study: Study) -> pd.Series:
    """Whether each local day lies in the study's period; an undated article does not."""
    inside = (days >= pd.Timestamp(study.start)) & (days <= pd.Timestamp(study.end))
    return inside & days.notna()


def observed_days(study: Study, outlet: str) -> pd.Series:
    """For each day of the period, whether collection of an outlet worked: a gap is not a silence.

    Returns
    -------
    Series of bool, indexed by day
    """
    days = pd.date_range(study.start, study.end, freq="D")
    spans = study.outlets[outlet].collected or ((study.start, study.end),)
    observed = pd.Series(False, index=days)
    for start, end in spans:
        observed |= (days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))
    missing = _failed_months(study, outlet)
    return observed & ~pd.Series(days.strftime("%Y-%m"), index=days).isin(missing)


def observed_months(study: Study) -> pd.DataFrame:
    """Whether collection of each outlet worked on any day of each month of the period: outlet, month, observed."""
    months = months_of(study.start, study.end)
    blocks = []
    for outlet in study.outlets:
        days = observed_days(study, outlet)
        worked = set(days.index[days].strftime("%Y-%m"))
        observed = [month in worked for month in months]
        blocks.append(pd.DataFrame({"outlet": outlet, "month": months, "observed": observed}))
    return pd.concat(blocks, ignore_index=True)


def gap_share(study: Study, outlets: Iterable[str]) -> float:
    """Share of the outlets' months in the period in which nothing was collected: what a figure cannot know."""
    months = observed_months(study)
    return float(1 - months.loc[months["outlet"].isin(list(outlets)), "observed"].mean())


def _failed_months(study: Study, outlet: str) -> set[str]:
    """Months that the volume table marks as not observed although the study expected them."""
    if not tables.exists(study.processed, "volume"):
        return set()
    volume = tables.read(study.processed, "volume")
    return set(volume.loc[(volume["outlet"] == outlet) & ~volume["observed"], "month"])


def months_of(start: datetime.date, end: datetime.date) -> list[str]:
    """Every month from `start` to `end` as ``2024-08``.

    >>> months_of(datetime.date(2024, 11, 30), datetime.date(2025, 1, 1))
    ['2024-11', '2024-12', '2025-01']
    """
    return [str(month) for month in pd.period_range(start, end, freq="M")]


def voices(study: Study) -> pd.DataFrame:
    """Words of relevant passages in the outlet's own voice and in quotation, by outlet."""
    corpus = load_corpus(study, relevant_only=True)
    passages = tables.read(study.processed, "passages")
    passages = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    passages = tables.join(passages, corpus[["article_id", "outlet"]], "article_id")
    words = passages.pivot_table(index="outlet", columns="voice", values="n_words", aggfunc="sum", fill_value=0)
    words = words.reindex(columns=["outlet", "quoted"], fill_value=0).rename(columns={"outlet": "own"})
    words.columns.name = None
    words["share quoted"] = words["quoted"] / words[["own", "quoted"]].sum(axis=1)
    passages_by = passages.groupby("outlet").agg(articles=("article_id", "nunique"), passages=("position", "size"))
    return passages_by.join(words).reset_index()
