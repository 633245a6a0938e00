"""``scores``: what every notebook of the practice study recovered, held against what was planted.

One file a notebook, each with a table of its own, so that scoring the first needs none of the later ones' tables; this
one lays them together.
"""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.schemas import NOTEBOOKS


def make(corpus: Corpus) -> pd.DataFrame:
    """The scores of all notebooks."""
    return pd.concat([corpus.table(name) for name in NOTEBOOKS], ignore_index=True)
