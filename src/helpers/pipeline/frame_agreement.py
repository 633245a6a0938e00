"""How far coders agree on each frame in each language."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.coding.agreement import by_frame, by_pair
from helpers.coding.judgement import ADJUDICATED
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.codes import current_codes
from helpers.pipeline.names import frame_name


def make(corpus: Corpus) -> pd.DataFrame:
    """``frame_agreement`` of all coders, over codes that count; intervals draw whole stories."""
    people = _people(corpus)
    agreement = by_frame(people, rng=_rng(corpus), **_options(corpus))
    n_coders = people.groupby(["frame", "language"])["coder"].nunique()
    keys = agreement[["frame", "language"]].itertuples(index=False, name=None)
    names = [frame_name(corpus.study, code) for code in agreement["frame"]]
    n_coders = pd.Series([int(n_coders[key]) for key in keys], index=agreement.index, dtype="int64")
    return tables.stack("frame_agreement", [agreement.assign(frame_name=names, n_coders=n_coders)])


def pair_agreement(corpus: Corpus) -> pd.DataFrame:
    """The same for every two coders, by name: for those who train them, not for a report."""
    return by_pair(_people(corpus), rng=_rng(corpus), **_options(corpus))


def _people(corpus: Corpus) -> pd.DataFrame:
    table = current_codes(corpus)
    return table[table["coder"] != ADJUDICATED]


def _options(corpus: Corpus) -> dict[str, object]:
    return {"by": ["language"], "clusters": "copy_cluster", "coverage": corpus.study.analysis.coverage_level}


def _rng(corpus: Corpus) -> np.random.Generator:
    return np.random.default_rng([corpus.study.analysis.seed, 6])
