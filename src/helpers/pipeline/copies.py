"""Clean articles to ``copies``: which are one story, which is the original, and whose it is."""

from __future__ import annotations

import pandas as pd

from helpers.copies.near_duplicates import find_copies
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.study import Analysis


def make(corpus: Corpus) -> pd.DataFrame:
    """Copy clusters of all articles, in the window and by the share of words that the study sets.

    Headlines are looked for among headlines, articles among articles: that an article holds another's headline tells
    nothing.
    """
    study, rows = corpus.study, corpus.cleaned.set_index("article_id")
    by_unit = [part for _, part in rows.groupby(rows["outlet"].map(study.unit_of), sort=True)]
    return tables.stack("copies", [_of_unit(part, study.analysis) for part in by_unit])


def _of_unit(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    return find_copies(
        rows["text"], rows["published"], rows["outlet"], rows["byline"],
        window_days=analysis.copies_window_days, containment=analysis.copies_containment,
        agencies=analysis.agencies or None,
    )  # fmt: skip
