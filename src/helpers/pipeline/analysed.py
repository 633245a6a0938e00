"""What every measure begins with: the articles that comparisons are about, their relevant passages, and the counts."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus


def analysed_articles(corpus: Corpus) -> pd.DataFrame:
    """Articles with a relevant passage, in the period, not left out for a flag."""
    articles = corpus.table("articles")
    return articles[articles["analysed"]].reset_index(drop=True)


def analysed_passages(corpus: Corpus) -> pd.DataFrame:
    """Relevant passages of analysed articles; ``language`` is the article's."""
    articles, passages = analysed_articles(corpus), corpus.table("passages")
    passages = passages[passages["relevant"] & passages["article_id"].isin(articles["article_id"])]
    spoken = articles.set_index("article_id")["language"]
    return passages.assign(language=passages["article_id"].map(spoken)).reset_index(drop=True)


def analysed_counts(corpus: Corpus) -> pd.DataFrame:
    """Counts of analysed articles, with language and outlet of the article."""
    articles, counts = analysed_articles(corpus), corpus.table("counts")
    counts = counts[counts["article_id"].isin(articles["article_id"])]
    return tables.join(counts, articles[["article_id", "language", "outlet"]], "article_id")


def counts_for_topics(corpus: Corpus) -> pd.DataFrame:
    """Counts of analysed articles, of each language in one unit: the study's own where the language has it.

    Topics of headlines and topics of articles are learned from words of another kind; one model of both would tell the
    two apart.
    """
    counts, study = analysed_counts(corpus), corpus.study
    unit = counts["outlet"].map(study.unit_of)
    own = unit == study.unit
    return counts[own | ~own.groupby(counts["language"]).transform("any")].reset_index(drop=True)
