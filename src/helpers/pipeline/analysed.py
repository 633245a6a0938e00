"""What every measure begins with: the articles that comparisons are about, their relevant passages, and the counts."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus


def analysed_articles(corpus: Corpus) -> pd.DataFrame:
    """Articles with a relevant passage, in the period, not left out for a flag."""
    articles = corpus.table("articles")
    return articles[articles["analysed"]].reset_index(drop=True)


def nothing_to_analyse(corpus: Corpus) -> str:
    """Why no article is analysed, in a line that says what to mend; blank where there is one."""
    articles, study = corpus.table("articles"), corpus.study
    if articles["analysed"].any():
        return ""
    n_relevant, pair = articles["relevant"].sum(), " and ".join(study.pair)
    if articles.empty:
        return f"{study.name}: nothing to analyse: not one article was read; the ledger (table ledger) says why"
    days = articles["day"].dropna()
    span = f" (theirs are {days.min().date()} to {days.max().date()})" if len(days) else " (none has a date)"
    return (
        f"{study.name}: nothing to analyse: of {len(articles):,} articles {articles['in_period'].sum():,} lie in the "
        f"period {study.start} to {study.end}{span}, and {n_relevant:,} bear on {pair}; "
        f"look at period, pair and entities in studies/{study.name}/study.yml"
    )


def without_articles(corpus: Corpus) -> str:
    """Which outlets have no article to analyse, in a line; blank where each has one."""
    analysed = set(analysed_articles(corpus)["outlet"])
    silent = [outlet.name for key, outlet in corpus.study.outlets.items() if key not in analysed]
    return f"without an article to analyse: {', '.join(silent)}" if silent else ""


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
