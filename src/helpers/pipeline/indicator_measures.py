"""Counts to indicator rates: the share of an article's passages in which each frame's indicators fire."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.frames.indicators import rates, score
from helpers.pipeline.analysed import analysed_counts, analysed_passages

PREFIX = "indicator:"


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """``indicator_measures``, the rates by article and voice, and ``indicator_hits``, what fired where."""
    codebook = corpus.study.codebook
    languages = corpus.table("articles").query("analysed").set_index("article_id")["language"]
    hits = score(analysed_counts(corpus), codebook, languages)
    values = rates(hits, analysed_passages(corpus), codebook=codebook, languages=languages)
    values["measure"] = values["measure"].str.removeprefix(PREFIX)
    hits = hits[hits["fired"]].rename(columns={"frame": "measure"})
    return {
        "indicator_measures": values.assign(kind="indicator"),
        "indicator_hits": hits[["article_id", "position", "voice", "measure", "indicator"]],
    }


def fired(corpus: Corpus) -> pd.DataFrame:
    """``indicator_hits`` with the columns that `helpers.frames.indicators` and `helpers.frames.lint` read.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``voice``, ``indicator``, ``frame``, ``language``, ``fired``
    """
    languages = corpus.table("articles").set_index("article_id")["language"]
    hits = corpus.table("indicator_hits").rename(columns={"measure": "frame"})
    return hits.assign(language=hits["article_id"].map(languages), fired=True)
