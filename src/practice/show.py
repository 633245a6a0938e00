"""Recovered against planted, as a notebook shows it."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.show.sentences import count, say
from helpers.show.tables import table
from practice.schemas import NOTEBOOKS
from practice.scores.rows import summary

MANY = 20  # rows of scores above which a table of verdicts stands before the misses
FINE = ("inside the interval", "recovered")


def show_scores(corpus: Corpus, notebook: str | None = None) -> None:
    """Recovered against planted, for an invented study; a sentence that says why not, for any other.

    Parameters
    ----------
    corpus : Corpus
    notebook : str, optional
        Such as ``07-compare``; left out, how all of them did.
    """
    if not corpus.study.practice:
        say('The truth of this study is unknown; run the notebook with `study = "practice"` to see it scored.')
        return
    if notebook is None:
        rows = corpus.table("scores")
        verdicts = pd.crosstab(rows["notebook"], rows["verdict"]).reset_index()
        verdicts.columns.name = None
        table(verdicts, "Verdicts by notebook")
        return
    rows = corpus.table(next(name for name, stem in NOTEBOOKS.items() if stem == notebook))
    if len(rows) > MANY:
        table(summary(rows), f"Recovered against planted: {count(len(rows), 'quantity', 'quantities')} by verdict")
        rows = rows[~rows["verdict"].isin(FINE)]
    table(rows.drop(columns="notebook"), "Recovered against planted", digits=3)
