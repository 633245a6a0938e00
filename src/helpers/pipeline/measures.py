"""All measures of articles in one table, with their names; and joined with what comparisons need of the articles."""

from __future__ import annotations

import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles
from helpers.pipeline.names import measure_name

FIT = "fit "
OF_ARTICLES = [
    "article_id",
    "outlet",
    "language",
    "day",
    "month",
    "n_words",
    "genre",
    "is_original",
    "doubtful",
    *CLUSTERS,
]


def make(corpus: Corpus) -> pd.DataFrame:
    """``measures``: indicator rates and topic shares of every analysed article."""
    rows = pd.concat([corpus.table("indicator_measures"), corpus.table("topic_measures")], ignore_index=True)
    topics = corpus.table("topics").set_index("topic")["topic_name"]
    keys = rows[["kind", "measure"]].drop_duplicates()
    names = {key: measure_name(corpus.study, *key, topics) for key in keys.itertuples(index=False, name=None)}
    rows["measure_name"] = [names[key] for key in zip(rows["kind"], rows["measure"], strict=True)]
    return rows


def with_articles(corpus: Corpus, measures: pd.DataFrame | None = None) -> pd.DataFrame:
    """Measures with outlet, language, day and clusters of their articles.

    Parameters
    ----------
    corpus : Corpus
    measures : DataFrame, optional
        The rows of ``measures`` that are wanted; all by default.
    """
    measures = corpus.table("measures") if measures is None else measures
    joined = tables.join(measures, analysed_articles(corpus)[OF_ARTICLES], "article_id")
    for way in CLUSTERS:  # whole numbers in the order of the labels: nothing downstream reads names
        joined[way] = pd.factorize(joined[way], sort=True)[0]
    return joined


def largest_topics(measures: pd.DataFrame) -> pd.Series:
    """The topic of which each article holds most, by article; none where its language has no topics.

    >>> rows = pd.DataFrame({"article_id": ["a", "a", "b"], "kind": ["topic", "topic", "indicator"],
    ...                      "measure": ["en-01", "en-02", "AID"], "value": [0.3, 0.7, 1.0]})
    >>> largest_topics(rows).to_dict()
    {'a': 'en-02'}
    """
    shares = measures[measures["kind"] == "topic"].sort_values(["value", "measure"], ascending=[False, True])
    return shares.drop_duplicates("article_id").set_index("article_id")["measure"]


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


def with_fits(measures: pd.DataFrame, topic_fits: pd.DataFrame) -> pd.DataFrame:
    """Measures with the values of topic shares under the other fits, in the columns that `fits_of` names.

    >>> with_fits(pd.DataFrame({"measure": ["AID"]}), pd.DataFrame({"fit": []})).columns.tolist()
    ['measure']
    """
    if measures.empty or topic_fits.empty:
        return measures
    wide = topic_fits.pivot(index=["article_id", "measure"], columns="fit", values="value")
    return measures.join(wide.rename(columns=lambda number: f"{FIT}{number}"), on=["article_id", "measure"])


def fits_of(rows: pd.DataFrame) -> list[str]:
    """Columns of the values under other fits, for measures that are fitted; none for what is counted."""
    return [name for name in rows if str(name).startswith(FIT) and rows[name].notna().all()]
