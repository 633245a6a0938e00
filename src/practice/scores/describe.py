"""Share of words that are quoted, by outlet, beside the planted one."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.scores.rows import frame, row, table

NEAR = 0.05


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_describe``."""
    passages = corpus.passages
    passages = passages[passages["relevant"] & passages["analysed"]]
    about = corpus.table("truth_articles")
    truth = corpus.table("truth_passages").merge(
        about.loc[about["reachable"], ["address", "outlet"]], on="address", validate="many_to_one"
    )
    words = truth[truth["relevant"]].pivot_table(index="outlet", columns="voice", values="n_words", aggfunc="sum")
    planted = words["quoted"] / words.sum(axis=1)
    words = passages.groupby("outlet")[["n_words", "n_words_quoted"]].sum()
    recovered = words["n_words_quoted"] / words["n_words"]
    rows = []
    for outlet, n in passages.groupby("outlet").size().items():
        near = abs(recovered[outlet] - planted[outlet]) <= NEAR
        verdict = "recovered" if near else "off by more than 5 points"
        rows.append(row(f"share quoted, {outlet}", planted[outlet], recovered[outlet], n=n, verdict=verdict))
    return table("03-describe", frame(rows))
