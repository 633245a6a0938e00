"""Which planted topic each topic of the study is nearest to."""

from __future__ import annotations

import pandas as pd


def planted_for(terms: pd.DataFrame, truth_topics: pd.DataFrame) -> pd.DataFrame:
    """The planted topic that each fitted one is nearest to by its first ten terms.

    Returns
    -------
    DataFrame: language, topic, planted, hits (terms that both have)
    """
    rows = []
    for (language, topic), part in terms.groupby(["language", "topic"], sort=True):
        words = truth_topics[truth_topics["language"] == language].groupby("topic")["term"].agg(set)
        first = set(part.sort_values("rank")["term"].head(10))
        hits = {planted: len(first & theirs) for planted, theirs in words.items()}
        best = max(sorted(hits), key=lambda name: hits[name])
        rows.append((language, topic, best, hits[best]))
    return pd.DataFrame(rows, columns=["language", "topic", "planted", "hits"])
