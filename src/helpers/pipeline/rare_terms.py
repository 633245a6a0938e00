"""``rare_terms``: words of headlines that are too rare to be shared headline by headline, added up over several."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.text.rare_terms import cell_totals, cells, common_terms, is_sentence


def make(corpus: Corpus) -> pd.DataFrame:
    """Totals of rare single terms of relevant headlines, by outlet and week where that holds enough of them.

    Phrases are in no row, nor are names of pages and files: they would tell in which order words stand.
    """
    rows = _headline_counts(corpus)
    if rows.empty:
        return tables.empty("rare_terms")
    texts = rows.drop_duplicates("article_id").set_index("article_id")
    single = ~rows["term"].str.contains(" ", regex=False) & ~is_sentence(rows["term"])
    rare = rows[~_common(corpus, rows) & single]
    totals = cell_totals(rare[["article_id", "term", "count"]], cells(texts))
    return totals[list(SCHEMAS["rare_terms"].columns)]


def shared_counts(corpus: Corpus) -> pd.DataFrame:
    """``counts`` without what may not be shared passage by passage: rare terms of headlines."""
    counts, rows = corpus.table("counts"), _headline_counts(corpus)
    if rows.empty:
        return counts
    return counts.drop(rows.index[~_common(corpus, rows)])


def _headline_counts(corpus: Corpus) -> pd.DataFrame:
    """Counts of headlines with what decides on them; the index is that of ``counts``."""
    counts, articles = corpus.table("counts"), corpus.table("articles")
    articles = articles.loc[articles["outlet"].isin(list(corpus.study.headlines))].set_index("article_id")
    mine = counts[counts["article_id"].isin(articles.index)]
    return mine.join(articles[["outlet", "language", "copy_cluster", "day"]], on="article_id")


def _common(corpus: Corpus, rows: pd.DataFrame) -> pd.Series:
    """Common terms, and those of the codebook: indicators must come out the same from what is shared."""
    codebook = corpus.study.codebook
    listed = {
        term
        for language in corpus.study.languages
        for _, one in codebook.indicators(language)
        for term in (*one.all, *one.none)
    }
    return common_terms(rows, always=listed)
