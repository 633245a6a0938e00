"""How much of each outlet a topic takes up, over the whole period and month by month."""

from __future__ import annotations

import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import means
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.measures import fits_of, with_articles, with_fits

FEW = 5  # articles, below which a month's mean is noise: it has no limits


def topic_shares(topic_measures: pd.DataFrame) -> pd.DataFrame:
    """Topic shares, a row an article and a column a topic; those of an article's language add up to 1.

    Raises
    ------
    ValueError
        They do not.

    >>> rows = pd.DataFrame({"article_id": ["a", "a"], "measure": ["en-01", "en-02"], "value": [0.25, 0.75]})
    >>> topic_shares(rows).loc["a"].tolist()
    [0.25, 0.75]
    """
    wide = topic_measures.pivot(index="article_id", columns="measure", values="value")
    off = (wide.sum(axis=1) - 1).abs() > 1e-9
    if off.any():
        raise ValueError(f"topic shares of article {wide.index[off][0]!r} do not add up to 1; refit the topics")
    return wide


def topic_levels(corpus: Corpus, language: str) -> pd.DataFrame:
    """Mean share of each topic by outlet, with an interval on copy clusters, outlet-weeks and other fits.

    Returns
    -------
    DataFrame: topic, topic_name, outlet, outlet_name, and the columns of `helpers.compare.differences.means`
    """
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS}
    level, blocks = corpus.study.analysis.coverage_level, []
    for topic, rows in topic_articles(corpus, language).groupby("measure", sort=True):
        blocks.append(means(rows, fits=fits_of(rows), level=level, **options).assign(topic=topic))
    return _named(corpus, pd.concat(blocks, ignore_index=True).rename(columns={"group": "outlet"}))


def topic_months(corpus: Corpus, language: str) -> pd.DataFrame:
    """Mean share of each topic by outlet and month, with an interval where a month has articles enough, and gaps.

    Returns
    -------
    DataFrame: topic, topic_name, outlet, outlet_name, month (its middle), estimate, low, high, n, gap (nothing was
        collected)
    """
    options = {"value": "value", "group": "outlet", "clusters": "copy_cluster"}
    level, observed = corpus.study.analysis.coverage_level, observed_months(corpus.table("daily_volume"))
    blocks = []
    for topic, rows in topic_articles(corpus, language).groupby("measure", sort=True):
        cells = rows.groupby(["outlet", "month"])
        table = pd.DataFrame({"estimate": cells["value"].mean(), "n": cells.size()})
        limits = [
            means(part, level=level, **options).rename(columns={"group": "outlet"}).assign(month=month)
            for (_, month), part in cells
            if len(part) >= FEW
        ]
        if limits:
            table = table.join(pd.concat(limits).set_index(["outlet", "month"])[["low", "high"]])
        grid = observed[observed["outlet"].isin(rows["outlet"])].set_index(["outlet", "month"])["observed"]
        table = table.reindex(index=grid.index, columns=["estimate", "low", "high", "n"])
        gap = ~grid.to_numpy(bool) & table["n"].isna().to_numpy()
        blocks.append(table.assign(topic=topic, gap=gap, n=table["n"].fillna(0).astype(int)).reset_index())
    table = _named(corpus, pd.concat(blocks, ignore_index=True))
    return table.assign(month=pd.to_datetime(table["month"] + "-15"))


def observed_months(daily_volume: pd.DataFrame) -> pd.DataFrame:
    """Whether collection of each outlet worked on any day of each month of the period: outlet, month, observed."""
    month = daily_volume["day"].dt.strftime("%Y-%m").rename("month")
    return daily_volume.groupby(["outlet", month], sort=True)["observed"].any().reset_index()


def topic_articles(corpus: Corpus, language: str) -> pd.DataFrame:
    """The articles of one language with their share of each of its topics, and that under other fits, long."""
    rows = corpus.table("topic_measures")
    rows = rows[rows["measure"].str.startswith(f"{language}-")]
    rows = tables.join(rows, corpus.table("topics")[["topic", "topic_name"]].rename(columns={"topic": "measure"}),
                       "measure")  # fmt: skip
    return with_fits(with_articles(corpus, rows), corpus.table("topic_fits"))


def _named(corpus: Corpus, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with what their topics and outlets are called."""
    outlets, topics = corpus.study.outlets, corpus.table("topics").set_index("topic")["topic_name"]
    return rows.assign(
        topic_name=rows["topic"].map(topics), outlet_name=[outlets[outlet].name for outlet in rows["outlet"]]
    )
