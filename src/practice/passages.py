"""Passages of the practice study beside what was planted in each."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus

KEY = ["article_id", "position"]
PLACE = ["address", "position"]  # by which the truth knows a passage


def planted_passages(corpus: Corpus) -> pd.DataFrame:
    """Relevant passages of analysed articles with the frames and the indicators that were planted, whoever says them.

    Returns
    -------
    DataFrame: article_id, position, address, language (the article's), frames, indicators (sets of codes)
    """
    articles, passages = corpus.table("articles"), corpus.table("passages")
    articles = articles.loc[articles["analysed"], ["article_id", "address", "language"]]
    known = passages.loc[passages["relevant"], KEY].merge(articles, on="article_id", validate="many_to_one")
    truth = corpus.table("truth_passages").groupby(PLACE)
    both = truth.agg(frames=("frame", _codes), indicators=("indicator", _codes)).reset_index()
    return known.merge(both, on=PLACE, how="inner", validate="one_to_one")


def _codes(values: pd.Series) -> frozenset[str]:
    return frozenset(values.dropna())
