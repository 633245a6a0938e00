"""``ledger``: where every page and article went, stage by stage, from collecting to what is analysed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import ledger
from helpers.data.corpus import Corpus
from helpers.pipeline.passing import FLAG


def make(corpus: Corpus) -> pd.DataFrame:
    """The ledgers of collecting and cleaning, and every clean article as analysed or with the reason why not.

    An undated article is analysed too, with an outcome of its own, since nothing over time can hold it.
    """
    rows = corpus.table("articles").rename(columns={"article_id": "id"})
    undated, genres = rows["day"].isna(), corpus.study.analysis.leave_out_genres
    in_passing = rows["flags"].str.split().map(lambda names: FLAG in names).astype(bool)
    reasons = {
        FLAG: ~rows["relevant"] & in_passing,
        "not_relevant": ~rows["relevant"],
        "outside_period": ~rows["in_period"] & ~undated,
        "genre": rows["genre"].isin(genres),
        "flagged": rows["left_out"],
        ledger.UNDATED: undated,
    }
    rows["outcome"] = np.select(list(reasons.values()), list(reasons), ledger.KEPT)
    counted = ledger.entries("count", rows)
    return pd.concat([corpus.collect_ledger, corpus.clean_ledger, counted], ignore_index=True)
