"""Clean articles to ``copies``: which are one story, which is the original, and whose it is."""

from __future__ import annotations

import pandas as pd

from helpers.copies.near_duplicates import find_copies
from helpers.data.corpus import Corpus


def make(corpus: Corpus) -> pd.DataFrame:
    """Copy clusters of all articles, in the window and by the share of words that the study sets."""
    rows, analysis = corpus.cleaned.set_index("article_id"), corpus.study.analysis
    return find_copies(
        rows["text"], rows["published"], rows["outlet"], rows["byline"],
        window_days=analysis.copies_window_days, containment=analysis.copies_containment,
        agencies=analysis.agencies or None,
    )  # fmt: skip
