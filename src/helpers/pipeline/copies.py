"""Clean articles to ``copies``: which are one story, which is the original, and whose it is."""

from __future__ import annotations

import pandas as pd

from helpers.copies.headlines import find_headline_copies
from helpers.copies.near_duplicates import find_copies
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.extract.headlines import standfirst_of
from helpers.study import Analysis


def make(corpus: Corpus) -> pd.DataFrame:
    """Copy clusters of all articles, in the window and by the share of words that the study sets.

    Headlines are looked for among headlines, articles among articles: that an article holds another's headline tells
    nothing.
    """
    study, rows = corpus.study, corpus.cleaned.set_index("article_id")
    headline = rows["outlet"].isin(study.headlines)
    parts = [_of_articles(rows[~headline], study.analysis), _of_headlines(rows[headline], study.analysis)]
    return tables.stack("copies", parts)


def _of_headlines(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    titles = rows["title"].fillna("")
    standfirsts = [standfirst_of(*pair) for pair in zip(titles, rows["text"], strict=True)]
    return find_headline_copies(
        titles, pd.Series(standfirsts, index=rows.index, dtype=object), rows["published"], rows["outlet"],
        rows["byline"], window_days=analysis.copies_window_days, agencies=analysis.agencies or None,
    )  # fmt: skip


def _of_articles(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    return find_copies(
        rows["text"], rows["published"], rows["outlet"], rows["byline"],
        window_days=analysis.copies_window_days, containment=analysis.copies_containment,
        agencies=analysis.agencies or None,
    )  # fmt: skip
