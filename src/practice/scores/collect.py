"""Pages fetched beside articles that could be reached."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.scores.rows import frame, retrieval, table


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_collect``."""
    pages, articles = corpus.table("pages"), corpus.table("truth_articles")
    reachable = set(articles.loc[articles["reachable"], "address"])
    fetched = set(pages.loc[pages["status"] == 200, "final_address"]) & set(articles["address"])
    return table("01-collect", frame(retrieval("articles fetched", reachable, fetched)))
