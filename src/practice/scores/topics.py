"""Topics beside what was planted: their terms, each article's subject, shares by outlet with intervals, and names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import differences, means
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles
from helpers.pipeline.measures import fits_of, with_fits
from practice.scores.nearest import planted_for
from practice.scores.rows import frame, interval, planted, row, share, table
from practice.uncleaned import uncleaned

FOUND = 3  # of a topic's first ten terms must be planted ones
NEAR = 0.8  # a slope of differences below this is told as shrunken


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_topics``."""
    terms = corpus.table("topic_terms")
    if terms.empty:
        return table("04-topics")
    nearest = planted_for(terms, corpus.table("truth_topics"))
    shares = _shares(corpus).merge(nearest[["topic", "planted"]], left_on="measure", right_on="topic")
    effects, level = corpus.table("truth_effects"), corpus.study.analysis.coverage_level
    return table(
        "04-topics",
        topics(nearest, shares, corpus.table("truth_articles"), corpus.table("truth_topics")),
        topic_shares(_compared(means, shares, level), _compared(differences, shares, level), effects),
        artefacts(uncleaned(corpus)),
    )


def _shares(corpus: Corpus) -> pd.DataFrame:
    """Topic shares of analysed articles, with those under other fits, and outlet, address and clusters."""
    measures = corpus.table("topic_measures")
    shares = with_fits(measures[measures["voice"] == "all"], corpus.table("topic_fits"))
    about = analysed_articles(corpus)[["article_id", "outlet", "address", "language", *CLUSTERS]]
    return tables.join(shares.sort_values(["measure", "article_id"]).reset_index(drop=True), about, "article_id")


def _compared(instrument, shares: pd.DataFrame, level: float) -> pd.DataFrame:
    """Levels of each topic by outlet, or differences between outlets, language by language."""
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": level}
    return pd.concat(
        [
            instrument(part, fits=fits_of(part), **options).assign(planted=name)
            for (_, _, name), part in shares.groupby(["language", "measure", "planted"], sort=True)
        ],
        ignore_index=True,
    )


def topics(
    nearest: pd.DataFrame, shares: pd.DataFrame, truth_articles: pd.DataFrame, truth_topics: pd.DataFrame
) -> pd.DataFrame:
    """Planted topics found by their terms, and articles given to the right one.

    Parameters
    ----------
    nearest : as from `planted_for`
    shares : topic shares, a row an article and topic: ``article_id``, ``address``, ``language``, ``value``, ``planted``
    truth_articles, truth_topics : tables of what was planted
    """
    rows, subject = [], truth_articles.set_index("address")["topic"]
    for language, part in nearest.groupby("language", sort=True):
        n_planted = truth_topics.loc[truth_topics["language"] == language, "topic"].nunique()
        n_found = part.loc[part["hits"] >= FOUND, "planted"].nunique()
        rows.append(row(f"planted topics found ({language})", n_planted, n_found, n=len(part),
                        verdict="recovered" if n_found == n_planted else "missed in part"))  # fmt: skip
        mine = shares[shares["language"] == language]
        largest = mine.loc[mine.groupby("article_id")["value"].idxmax()]
        truth = largest["address"].map(subject)
        right = (largest["planted"] == truth)[truth.notna()]
        rows += share(f"articles whose largest topic is the planted one ({language})", right)
    return frame(rows)


def topic_shares(levels: pd.DataFrame, differences: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Shares of planted topics by outlet, and differences between outlets, beside what was planted.

    Parameters
    ----------
    levels : columns ``planted``, ``group``, estimate, low, high, n_articles
    differences : the same and ``reference``
    effects : ``truth_effects``

    Returns
    -------
    DataFrame
        A level is held against the share of articles realised, a difference against that of the planted parameters;
        and the slope of estimated on realised differences, 1 where shares are neither shrunken nor stretched.
    """
    drawn, realised = (planted(effects, "topic", column) for column in ("planted", "realised_articles"))
    rows, points = [], []
    for estimate in levels.to_dict("records"):
        key = (estimate["planted"], estimate["group"])
        if key in realised.index:
            name = f"topic share, {', '.join(key)}"
            rows.append(interval(name, realised[key], pd.Series(estimate), n=estimate["n_articles"]))
    for estimate in differences.to_dict("records"):
        one, other = ((estimate["planted"], estimate[side]) for side in ("group", "reference"))
        if one in drawn.index and other in drawn.index:
            name = f"topic difference, {', '.join(one)} − {estimate['reference']}"
            rows.append(interval(name, drawn[one] - drawn[other], pd.Series(estimate), n=estimate["n_articles"]))
            points.append((realised[one] - realised[other], estimate["estimate"]))
    if points:
        x, y = np.array(points).T
        slope = float((x @ y) / (x @ x))
        verdict = "recovered" if slope >= NEAR else "shrunken"
        rows.append(row("slope of topic differences on the realised ones", 1.0, slope, n=len(points), verdict=verdict))
    return frame(rows)


def artefacts(called: pd.DataFrame) -> pd.DataFrame:
    """Topics that were put back on purpose and called by name; and subjects that were called so by mistake.

    Parameters
    ----------
    called : DataFrame
        One row a topic: ``language``, ``put_back`` ('boilerplate', 'wire story' or ''), ``called``.
    """
    rows = []
    for language, part in called.groupby("language", sort=True):
        for kind in ("boilerplate", "wire story"):
            mine = part[part["put_back"] == kind]
            rows += share(f"{kind} topics called by name ({language})", mine["called"].str.startswith(kind))
        others = part[part["put_back"] == ""]
        wrong = int(others["called"].str.startswith(("boilerplate", "wire story")).sum())
        verdict = "recovered" if wrong == 0 else "missed in part"
        rows.append(row(f"subjects called boilerplate or a wire story ({language})", 0, wrong, n=len(others),
                        verdict=verdict))  # fmt: skip
    return frame(rows)
