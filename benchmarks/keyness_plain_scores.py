"""Scores of keyness that treat words or documents as drawn one by one: to be compared with, not to be reported.

In: as `keyness.log_odds`, without clusters.  Out: one row a term.  All share one signature, so that a benchmark or a
notebook can put them side by side.  Each says in `method` that it is a comparison and what it supposes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from helpers.compare.log_odds import checked_groups, pseudo_counts

__all__ = ["g_squared", "plain_z", "welch"]


def plain_z(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, *, terms: Sequence[str]
) -> pd.DataFrame:
    """Fightin' Words as published (Monroe, Colaresi & Quinn 2008): every word a draw of its own.

    Parameters
    ----------
    counts : sparse, shape (n_documents, n_terms), non-negative.
    target, reference : bool, shape (n_documents,)
    terms : the n_terms names.

    Returns
    -------
    DataFrame indexed by term in the given order: score (z), p (two-sided normal), method.

    >>> counts = sparse.csr_matrix([[8, 2], [2, 8]])
    >>> table = plain_z(counts, [True, False], [False, True], terms=["a", "b"])
    >>> bool(table.score["a"] == -table.score["b"] > 1.96)
    True
    """
    (y, n), (z, m) = _totals(*checked_groups(counts, target, reference, terms))
    alpha = pseudo_counts(y + z, (n, m))
    a, b = y + alpha, z + alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a / (n + alpha.sum() - a)) - np.log(b / (m + alpha.sum() - b))
        score = delta / np.sqrt(1 / a + 1 / b)
    return _table(score, 2 * stats.norm.sf(np.abs(score)), terms, "comparison: words as independent draws")


def g_squared(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, *, terms: Sequence[str]
) -> pd.DataFrame:
    """Log-likelihood ratio of the 2 × 2 table of a term and all others in two groups (Dunning 1993).

    Parameters and returns as `plain_z`; the score carries the sign of the difference of shares.

    >>> counts = sparse.csr_matrix([[10, 10], [5, 15]])
    >>> round(float(g_squared(counts, [True, False], [False, True], terms=["a", "b"]).score["a"]), 3)
    2.706
    """
    (y, n), (z, m) = _totals(*checked_groups(counts, target, reference, terms))
    both = y + z
    score = np.zeros(len(both))
    for seen, size in ((y, n), (z, m)):
        for cell, share in ((seen, both / (n + m)), (size - seen, 1 - both / (n + m))):
            with np.errstate(divide="ignore", invalid="ignore"):
                score += np.where(cell > 0, 2 * cell * np.log(cell / (size * share)), 0.0)
    score = np.maximum(score, 0.0)
    signed = np.where(y / n >= z / m, score, -score)
    return _table(signed, stats.chi2.sf(score, 1), terms, "comparison: words as independent draws")


def welch(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, *, terms: Sequence[str]
) -> pd.DataFrame:
    """Welch's t of the shares that a term has in each document (Welch 1947): every document a draw of its own.

    Parameters and returns as `plain_z`.  Documents without words are left out; a term that varies on neither side has
    no score.

    >>> counts = sparse.csr_matrix([[1, 3], [2, 2], [3, 1], [3, 1]])
    >>> side = np.array([True, True, False, False])
    >>> round(float(welch(counts, side, ~side, terms=["a", "b"]).score["a"]), 3)
    -3.0
    """
    counts, target, reference = checked_groups(counts, target, reference, terms)
    length = np.asarray(counts.sum(axis=1)).ravel()
    shares = sparse.csr_matrix(sparse.diags_array(1 / np.maximum(length, 1)) @ counts)
    parts = []
    for mask in (target, reference):
        rows = shares[mask & (length > 0)]
        n = rows.shape[0]
        mean = np.asarray(rows.sum(axis=0)).ravel() / n
        square = np.asarray(rows.power(2).sum(axis=0)).ravel()
        parts.append((mean, np.maximum(square - n * mean**2, 0.0) / max(n - 1, 1) / n, n))
    (one, v, n), (two, w, m) = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (one - two) / np.sqrt(v + w)
        dof = (v + w) ** 2 / (v**2 / max(n - 1, 1) + w**2 / max(m - 1, 1))
    return _table(score, 2 * stats.t.sf(np.abs(score), dof), terms, "comparison: documents as independent draws")


def _totals(counts: sparse.csr_matrix, *masks: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Counts of each term and of all terms, on each side."""
    totals = [np.asarray(counts[mask].sum(axis=0)).ravel() for mask in masks]
    return [(total, float(total.sum())) for total in totals]


def _table(score: np.ndarray, p: np.ndarray, terms: Sequence[str], method: str) -> pd.DataFrame:
    """Score and p by term."""
    index = pd.Index(terms, name="term", dtype=object)
    return pd.DataFrame({"score": score, "p": p, "method": method}, index=index)
