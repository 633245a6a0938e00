"""How much of each outlet a topic takes up, over the whole period and month by month."""

from __future__ import annotations

import pandas as pd

from helpers.compare.differences import means
from helpers.data.corpus import CLUSTERS, load_corpus, observed_months
from helpers.pipeline.indicator_measures import fits_of, topic_fits, topic_shares
from helpers.study import Study

FEW = 5  # articles, below which a month's mean is noise: it has no limits


def topic_levels(study: Study, language: str) -> pd.DataFrame:
    """Mean share of each topic by outlet, with an interval on copy clusters, outlet-weeks and other fits.

    Returns
    -------
    DataFrame: topic, outlet, and the columns of `helpers.compare.differences.means`
    """
    options = {"value": "share", "group": "outlet", "clusters": CLUSTERS, "level": study.analysis.coverage_level}
    frames = topic_frames(study, language)
    tables_ = [means(frame, fits=fits_of(frame), **options).assign(topic=topic) for topic, frame in frames]
    return pd.concat(tables_, ignore_index=True).rename(columns={"group": "outlet"})


def topic_months(study: Study, language: str) -> pd.DataFrame:
    """Mean share of each topic by outlet and month, with an interval where a month has articles enough, and gaps.

    Returns
    -------
    DataFrame: topic, outlet, month (its middle), estimate, low, high, n, gap (nothing was collected)
    """
    options = {"value": "share", "group": "outlet", "clusters": "copy_cluster", "level": study.analysis.coverage_level}
    observed = observed_months(study)
    blocks = []
    for topic, frame in topic_frames(study, language):
        cells = frame.assign(month=frame["day"].dt.strftime("%Y-%m")).groupby(["outlet", "month"])
        table = pd.DataFrame({"estimate": cells["share"].mean(), "n": cells.size()})
        limits = [
            means(rows, **options).rename(columns={"group": "outlet"}).assign(month=month)
            for (_, month), rows in cells
            if len(rows) >= FEW
        ]
        if limits:
            table = table.join(pd.concat(limits).set_index(["outlet", "month"])[["low", "high"]])
        grid = observed[observed["outlet"].isin(frame["outlet"])].set_index(["outlet", "month"])["observed"]
        table = table.reindex(index=grid.index, columns=["estimate", "low", "high", "n"])
        gap = ~grid.to_numpy(bool) & table["n"].isna().to_numpy()
        blocks.append(table.assign(topic=topic, gap=gap, n=table["n"].fillna(0).astype(int)).reset_index())
    table = pd.concat(blocks, ignore_index=True)
    return table.assign(month=pd.to_datetime(table["month"] + "-15"))


def topic_frames(study: Study, language: str) -> list[tuple[str, pd.DataFrame]]:
    """The articles of one language with their share of each of its topics, and that under other fits."""
    shares = topic_shares(study)
    shares = shares[[column for column in shares if column.startswith(f"topic:{language}-")]].dropna()
    about = load_corpus(study, relevant_only=True).set_index("article_id").loc[shares.index]
    fits = topic_fits(study)
    return [
        (column.removeprefix("topic:"), about.assign(share=shares[column]).join(fits.xs(column, level="measure")))
        for column in shares
    ]
