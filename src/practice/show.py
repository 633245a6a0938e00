"""Recovered against planted, as a notebook shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.show.sentences import count, say
from helpers.show.tables import table
from helpers.text.languages import codes, name_of
from practice.schemas import NOTEBOOKS
from practice.scores.rows import summary

MANY = 20  # rows of scores above which a table of verdicts stands before the misses
TOPIC = re.compile(r"topic [a-z]{2}-\d\d \((.+?)\)")
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
    names = {key: outlet.name for key, outlet in corpus.study.outlets.items()}
    names |= {code: frame.name for code, frame in corpus.study.codebook.frames.items()}
    rows = in_words(corpus.table(next(name for name, stem in NOTEBOOKS.items() if stem == notebook)), names)
    if len(rows) > MANY:
        table(summary(rows), f"Recovered against planted: {count(len(rows), 'quantity', 'quantities')} by verdict")
        rows = rows[~rows["verdict"].isin(FINE)]
    table(rows.drop(columns="notebook"), "Recovered against planted", digits=3)


def in_words(rows: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Scores whose quantities name outlets, frames, topics and languages instead of their ids.

    >>> quantity = "main estimate, topic en-01 (trade), post \u2212 daily, in (uk)"
    >>> in_words(pd.DataFrame({"quantity": [quantity]}), {"post": "The Post", "daily": "The Daily"})["quantity"].item()
    'main estimate, topic of trade, The Post \u2212 The Daily, in (Ukrainian)'
    """
    words = {rf"(?<![\w-]){re.escape(key)}(?![\w-])": name for key, name in names.items()}
    words |= {rf"\({code}\)": f"({name_of(code)})" for code in codes()}
    flags = rows["quantity"].str.startswith("flag ")
    quantities = (
        rows["quantity"]
        .where(~flags, rows["quantity"].str.replace("_", " "))
        .str.replace(TOPIC, r"topic of \1", regex=True)
    )
    return rows.assign(quantity=quantities.replace(words, regex=True))
