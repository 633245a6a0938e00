"""A corpus of stories told several times, in which nothing differs: what tests of keyness split and judge."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def corpus(n_units=60, vocabulary=120, seed=1, burst=1.0, copies=3):
    """Stories told up to `copies` times; rates of words vary from story to story, the same for both sides."""
    rng = np.random.default_rng(seed)
    base = 1 / np.arange(2, vocabulary + 2)
    rates = rng.gamma(1 / burst, burst, (n_units, vocabulary)) * base
    codes = np.repeat(np.arange(n_units), rng.integers(1, copies + 1, n_units))
    counts = np.array([rng.multinomial(rng.integers(40, 160), rates[c] / rates[c].sum()) for c in codes])
    return sparse.csr_matrix(counts), codes, [f"t{i:03d}" for i in range(vocabulary)]


def split(codes, share, seed):
    names = np.random.default_rng(seed).permutation(np.unique(codes))
    return np.isin(codes, names[: round(share * len(names))])
