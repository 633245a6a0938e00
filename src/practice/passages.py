"""Passages of the practice study beside what was planted in each."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus

KEY = ["article_id", "position"]
PLACE = ["address", "paragraph", "voice"]  # by which the truth knows a passage


def planted_passages(corpus: Corpus) -> pd.DataFrame:
    """Relevant passages of analysed articles with the frame and the indicator that were planted, empty where none was.

    Returns
    -------
    DataFrame: article_id, position, address, paragraph, voice, language (the article's), frame, indicator
    """
    articles, passages = corpus.table("articles"), corpus.table("passages")
    articles = articles.loc[articles["analysed"], ["article_id", "address", "language"]]
    passages = passages.loc[passages["relevant"], [*KEY, "paragraph", "voice"]]
    known = passages.merge(articles, on="article_id", validate="many_to_one")
    truth = corpus.table("truth_passages")[[*PLACE, "frame", "indicator"]]
    return known.merge(truth, on=PLACE, how="inner", validate="many_to_one")
