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
    planted, recovered = _shares_quoted(truth[truth["relevant"]]), _shares_quoted(passages)
    rows = []
    for outlet, n in passages.groupby("outlet").size().items():
        near = abs(recovered[outlet] - planted[outlet]) <= NEAR
        verdict = "recovered" if near else "off by more than 5 points"
        rows.append(row(f"share quoted, {outlet}", planted[outlet], recovered[outlet], n=n, verdict=verdict))
    return table("03-describe", frame(rows))


def _shares_quoted(passages: pd.DataFrame) -> pd.Series:
    words = passages.pivot_table(index="outlet", columns="voice", values="n_words", aggfunc="sum", fill_value=0)
    return words["quoted"] / words.sum(axis=1)
