"""Remarks on a study's codebook, with what its texts show of its indicators."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.frames.lint import lint
from helpers.pipeline.analysed import analysed_counts, analysed_passages
from helpers.pipeline.indicator_measures import fired


def lint_codebook(corpus: Corpus) -> pd.DataFrame:
    """Remarks on the codebook, as `helpers.frames.lint.lint` gives them over the analysed articles."""
    study = corpus.study
    return lint(
        study.codebook,
        languages=study.languages,
        entities=study.entities,
        fired=fired(corpus),
        passages=analysed_passages(corpus),
        counts=analysed_counts(corpus),
    )
