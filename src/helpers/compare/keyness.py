"""Which terms set one group of documents apart from another, knowing that documents come in clusters.

In: a document-term matrix, two groups, cluster labels.  Out: one row a term.

Method: log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words",
Political Analysis 16(4), eqs. 15–22).  Their variance treats every token as drawn on its own; words come in
bursts, so document-level variation must enter (Lijffijt et al. 2016, Digital Scholarship in the Humanities
31(2)).  Here the variance is a sandwich over clusters (`term_variance`), never taken below the model's.
`term_permutation` judges the same score by dealing clusters anew: what a study uses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from helpers.compare.clusters import cluster_codes, crossing
from helpers.compare.differences import benjamini_hochberg
from helpers.compare.keyness_variance import Side, sandwich, side_of

PRIOR_SHARE = 0.05  # weight of the pooled prior by default, as a share of the shorter side's tokens


def log_odds(
    counts: sparse.csr_matrix,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    terms: Sequence[str],
    clusters: object,
    prior: np.ndarray | None = None,
    alpha0: float | None = None,
    min_clusters: int = 3,
) -> pd.DataFrame:
    """Log-odds of every term in `target` against `reference`, with cluster-robust errors.

    Parameters
    ----------
    counts : sparse, shape (n_documents, n_terms), non-negative.
    target, reference : bool, shape (n_documents,); a document may be in neither, none in both.
    terms : the n_terms names.
    clusters : labels, shape (n_documents,), or a frame of two label columns (V1 + V2 - V12, never below
    either).
    prior : float, shape (n_terms,), positive where used; proportions or counts of a background corpus.  By
    default the
        two groups pooled.
    alpha0 : pseudo-tokens the prior is scaled to; by default 5 % of the shorter group for the pooled prior,
    and
        the sum of `prior` when one is given.
    min_clusters : a term is tested when at least so many clusters on the side that uses it more hold it;
    both groups
        need so many clusters at all.

    Returns
    -------
    DataFrame indexed by term, largest |z| first: delta (log-odds ratio, natural log), z_model and se_model
    (Monroe et al.), se, dof, z, p, q (Benjamini–Hochberg among the tested), n_target and n_reference
    (tokens), documents_target, documents_reference, clusters_target, clusters_reference (holding the term),
    tested.

    Raises
    ------
    ValueError
        Shapes disagree, a group is empty, a document is in both, or the prior is negative.

    >>> counts = sparse.csr_matrix(np.tile([[3, 1], [2, 2]], (8, 1)))
    >>> side = np.arange(16) < 8
    >>> table = log_odds(counts, side, ~side, terms=["ally", "sanction"], clusters=range(16))
    >>> table.delta.abs().max() < 1e-12, table.tested.all()
    (np.True_, np.True_)
    """
    counts, target, reference = checked_groups(counts, target, reference, terms)
    sides = sides_of(counts, target, reference, clusters)
    one, two = sides[0]
    alpha = pseudo_counts(one.term_total + two.term_total, (one.total, two.total), prior, alpha0)
    delta, se_model = _model(*sides[0], alpha)
    variance, dof = _variance([sandwich(*pair, alpha) for pair in sides], se_model**2)
    table = _table(delta, se_model, np.sqrt(variance), dof)
    held = np.array([np.where(delta >= 0, one.holds, two.holds) for one, two in sides[:2]]).min(axis=0)
    fewest = min(side.n_clusters for pair in sides[:2] for side in pair)
    table["tested"] = (held >= min_clusters) & (fewest >= min_clusters) & np.isfinite(table["p"])
    return _finish(table, sides, terms)


def sides_of(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, clusters: object
) -> list[tuple[Side, Side]]:
    """Both groups summed to clusters: once for one way; for two, by each way and by both crossed.

    >>> len(sides_of(sparse.eye(2, format="csr"), np.array([True, False]), np.array([False, True]), [1, 2]))
    1
    """
    ways = cluster_codes(clusters)
    if len(ways[0]) != counts.shape[0]:
        raise ValueError(f"{len(ways[0])} cluster labels for {counts.shape[0]} documents; give one each")
    if len(ways) == 2:
        ways.append(crossing(ways))
    return [(side_of(counts, target, codes), side_of(counts, reference, codes)) for codes in ways]


def _variance(parts: list[tuple[np.ndarray, ...]], model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One or two ways put together, never below the model's; degrees of freedom by what decided."""
    variance, by_use, by_length = parts[0]
    if len(parts) == 3:
        larger = np.maximum(parts[0][0], parts[1][0])
        variance = np.maximum(parts[0][0] + parts[1][0] - parts[2][0], larger)
        by_use, by_length = (np.minimum(parts[0][i], parts[1][i]) for i in (1, 2))
    return np.maximum(variance, model), np.where(variance > model, by_use, by_length)


def _table(delta: np.ndarray, se_model: np.ndarray, se: np.ndarray, dof: np.ndarray) -> pd.DataFrame:
    """Statistics of every term, in vocabulary order."""
    with np.errstate(invalid="ignore"):
        z = delta / se
        table = pd.DataFrame({"delta": delta, "z_model": delta / se_model, "se_model": se_model, "se": se})
    return table.assign(dof=dof, z=z, p=2 * stats.t.sf(np.abs(z), dof))


def _finish(table: pd.DataFrame, sides: list[tuple[Side, Side]], terms: Sequence[str]) -> pd.DataFrame:
    """Add q and counts, name the rows, largest |z| first (ties by name)."""
    table["q"] = benjamini_hochberg(np.where(table["tested"], table["p"], np.nan))
    for name, index in (("target", 0), ("reference", 1)):
        side = sides[0][index]
        table[f"n_{name}"] = np.rint(side.term_total).astype(np.int64)
        table[f"documents_{name}"] = side.n_documents
        table[f"clusters_{name}"] = np.min([pair[index].holds for pair in sides[:2]], axis=0)
    table.index = pd.Index(terms, name="term", dtype=object)
    order = np.lexsort((table.index.to_numpy().astype(str), -table["z"].abs().fillna(-1).round(12)))
    columns = ["delta", "z_model", "se_model", "se", "dof", "z", "p", "q", "n_target", "n_reference"]
    columns += [f"{kind}_{side}" for kind in ("documents", "clusters") for side in ("target", "reference")]
    return table.iloc[order][[*columns, "tested"]]


def checked_groups(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, terms: Sequence[str]
) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Counts as float CSR and groups as masks, or an error that names the fault.

    >>> checked_groups(sparse.eye(2, format="csr"), [1, 0], [0, 1], ["a", "b"])[1].tolist()
    [True, False]
    """
    counts = sparse.csr_matrix(counts, dtype=float)
    target, reference = np.asarray(target, dtype=bool), np.asarray(reference, dtype=bool)
    if counts.shape != (len(target), len(terms)) or len(reference) != len(target):
        shapes = f"{len(target)} and {len(reference)} documents in the masks, {len(terms)} terms"
        raise ValueError(f"counts has shape {counts.shape} for {shapes}; they must agree")
    if (target & reference).any():
        where = int((target & reference).argmax())
        raise ValueError(f"document {where} is in target and in reference; it can be in one only")
    for name, mask in (("target", target), ("reference", reference)):
        if counts[mask].sum() == 0:
            raise ValueError(f"{name} holds no counts in {int(mask.sum())} documents; nothing to compare")
    if counts.nnz and counts.data.min() < 0:
        raise ValueError(f"counts holds {counts.data.min():g}; counts cannot be negative")
    return counts, target, reference


def pseudo_counts(
    total: np.ndarray, lengths: tuple[float, float], prior: np.ndarray | None = None, alpha0: float | None = None
) -> np.ndarray:
    """Pseudo-counts of each term: `total` (counts of both groups) or `prior`, scaled to `alpha0` tokens.

    >>> pseudo_counts(np.array([30.0, 10.0]), (20.0, 20.0)).tolist()  # 5 % of the shorter group
    [0.75, 0.25]
    """
    if prior is None:
        shape, alpha0 = total, PRIOR_SHARE * min(lengths) if alpha0 is None else alpha0
    else:
        shape = np.asarray(prior, dtype=float)
    if shape.shape != total.shape or (shape < 0).any() or shape.sum() <= 0:
        raise ValueError(f"prior has shape {shape.shape} and least value {shape.min():g}; give a positive one a term")
    if alpha0 is not None and alpha0 <= 0:
        raise ValueError(f"alpha0 is {alpha0:g}; the prior needs a positive weight")
    return shape if alpha0 is None else shape * (alpha0 / shape.sum())


def _model(one: Side, two: Side, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratio and the model's standard error (Monroe et al., eqs. 16, 20); nan if unknown."""
    y, z = one.term_total + alpha, two.term_total + alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(y / (one.total + alpha.sum() - y)) - np.log(z / (two.total + alpha.sum() - z))
        known = (y > 0) & (z > 0)
        return np.where(known, delta, np.nan), np.where(known, np.sqrt(1 / y + 1 / z), np.nan)
