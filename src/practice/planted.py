"""``truth_articles`` and the other tables of what was planted: to score notebooks with, and for nothing else."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.build import build


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """The truth about the press that speaks the study's languages."""
    return dict(build(languages=corpus.study.languages).truth)
