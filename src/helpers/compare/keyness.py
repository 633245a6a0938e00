"""Which terms set one group of documents apart from another, knowing that documents come in clusters.

In: a document-term matrix, two groups, cluster labels.  Out: one row a term.

Method: log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words",
Political Analysis 16(4), eqs. 15–22).  Their variance treats every token as drawn on its own; words come in
bursts, so document-level variation must enter (Lijffijt et al. 2016, Digital Scholarship in the Humanities
31(2)).  Here the variance is a sandwich over clusters (`term_variance`), never taken below the model's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from helpers.compare.clusters import cluster_codes
from helpers.compare.prevalence import benjamini_hochberg
from helpers.compare.term_variance import Side, sandwich, side_of

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
    counts, target, reference = _checked(counts, target, reference, terms)
    sides = _sides(counts, target, reference, clusters)
    alpha = _prior(sides[0], prior, alpha0)
    delta, se_model = _model(*sides[0], alpha)
    variance, dof = _variance([sandwich(*pair, alpha) for pair in sides], se_model**2)
    table = _table(delta, se_model, np.sqrt(variance), dof)
    held = np.array([np.where(delta >= 0, one.holds, two.holds) for one, two in sides[:2]]).min(axis=0)
    fewest = min(side.n_clusters for pair in sides[:2] for side in pair)
    table["tested"] = (held >= min_clusters) & (fewest >= min_clusters) & np.isfinite(table["p"])
    return _finish(table, sides, terms)


def _sides(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, clusters: object
) -> list[tuple[Side, Side]]:
    """Both groups summed to clusters: once for one way; for two, by each way and by both crossed."""
    ways = cluster_codes(clusters)
    if len(ways[0]) != counts.shape[0]:
        raise ValueError(f"{len(ways[0])} cluster labels for {counts.shape[0]} documents; give one each")
    if len(ways) == 2:
        ways.append(np.unique(np.column_stack(ways), axis=0, return_inverse=True)[1].ravel())
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


def permutation(
    counts: sparse.csr_matrix,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    terms: Sequence[str],
    clusters: object,
    rng: np.random.Generator,
    prior: np.ndarray | None = None,
    alpha0: float | None = None,
    min_clusters: int = 3,
    n_permutations: int = 999,
) -> pd.DataFrame:
    """As `log_odds`, with p from moving whole clusters between groups: for few clusters or unequal groups.

    The statistic is |z_model|; p = (1 + arrangements at least as extreme) / (1 + n_permutations).  Exact
    when clusters are exchangeable between the groups.  One way of clustering; no cluster may lie in both
    groups.

    Raises
    ------
    ValueError
        As `log_odds`; also when a cluster has documents in both groups, or two ways are given.

    >>> counts = sparse.csr_matrix(np.r_[np.tile([[5, 1]], (6, 1)), np.tile([[1, 5]], (6, 1))])
    >>> side, rng = np.arange(12) < 6, np.random.default_rng(1)
    >>> table = permutation(counts, side, ~side, terms=["a", "b"], clusters=range(12), rng=rng)
    >>> bool(table.p.max() < 0.02)
    True
    """
    options = {"terms": terms, "clusters": clusters, "prior": prior, "alpha0": alpha0}
    table = log_odds(counts, target, reference, min_clusters=min_clusters, **options)
    counts, target, reference = _checked(counts, target, reference, terms)
    [codes] = _one_way(clusters)
    one, two = side_of(counts, target, codes), side_of(counts, reference, codes)
    if ((one.tokens > 0) & (two.tokens > 0)).any():
        raise ValueError("a cluster has documents in both groups; cluster otherwise, or use log_odds")
    alpha = _prior((one, two), prior, alpha0)
    used = (one.tokens + two.tokens) > 0
    everything, tokens = (one.table + two.table)[used], (one.tokens + two.tokens)[used]
    observed = np.abs(_z(one.term_total, two.term_total, one.total, two.total, alpha))
    total, n_target = everything.sum(axis=0).A1, int((one.tokens[used] > 0).sum())
    extreme = np.zeros(len(terms))
    for _ in range(n_permutations):
        chosen = np.zeros(len(tokens))
        chosen[rng.permutation(len(tokens))[:n_target]] = 1.0
        y, n = everything.T @ chosen, float(tokens @ chosen)
        extreme += np.abs(_z(y, total - y, n, tokens.sum() - n, alpha)) >= observed - 1e-12
    p = pd.Series((1 + extreme) / (1 + n_permutations), index=list(terms))
    table["p"] = p.reindex(table.index).to_numpy()
    table["dof"] = np.nan
    table["q"] = benjamini_hochberg(np.where(table["tested"], table["p"], np.nan))
    return table


def _one_way(clusters: object) -> list[np.ndarray]:
    """The cluster codes, of one kind only."""
    ways = cluster_codes(clusters)
    if len(ways) != 1:
        raise ValueError("permutation moves clusters of one kind; give one column of labels")
    return ways


def _z(y: np.ndarray, z: np.ndarray, n_y: float, n_z: float, alpha: np.ndarray) -> np.ndarray:
    """Monroe's z of each term from the totals of the two sides."""
    a, b = y + alpha, z + alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a / (n_y + alpha.sum() - a)) - np.log(b / (n_z + alpha.sum() - b))
        return np.nan_to_num(delta / np.sqrt(1 / a + 1 / b))


def _checked(
    counts: sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, terms: Sequence[str]
) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Counts as float CSR and groups as masks, or an error that names the fault."""
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


def _prior(pair: tuple[Side, Side], prior: np.ndarray | None, alpha0: float | None) -> np.ndarray:
    """Pseudo-counts of each term."""
    if prior is None:
        shape = pair[0].term_total + pair[1].term_total
        alpha0 = PRIOR_SHARE * min(side.total for side in pair) if alpha0 is None else alpha0
    else:
        shape = np.asarray(prior, dtype=float)
    if shape.shape != pair[0].term_total.shape or (shape < 0).any() or shape.sum() <= 0:
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
