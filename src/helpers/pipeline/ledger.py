"""``ledger``: where every page and article went, stage by stage, from collecting to what is analysed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import ledger
from helpers.data.corpus import Corpus


def make(corpus: Corpus) -> pd.DataFrame:
    """The ledgers of collecting and cleaning, and every clean article as analysed or with the reason why not."""
    rows = corpus.table("articles").rename(columns={"article_id": "id"})
    rows["outcome"] = np.select(
        [~rows["relevant"], ~rows["in_period"], rows["left_out"]],
        ["not_relevant", "outside_period", "flagged"],
        ledger.KEPT,
    )
    counted = ledger.entries("count", rows)
    return pd.concat([corpus.collect_ledger, corpus.clean_ledger, counted], ignore_index=True)
