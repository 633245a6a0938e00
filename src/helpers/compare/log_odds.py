"""Which terms set one group of documents apart from another, knowing that documents come in clusters.

In: a document-term matrix, two groups, cluster labels.  Out: one row a term.

Method: log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words",
Political Analysis 16(4), eqs. 15–22).  Their variance treats every token as drawn on its own; words come in
bursts, so document-level variation must enter (Lijffijt et al. 2016, Digital Scholarship in the Humanities
31(2)).  Here the variance is a sandwich over clusters, never taken below the model's.  `keyness` judges the same
score by permuting whole clusters: what a study uses.

With Y, N the counts of a term and of all terms on one side, cluster c adds psi_c = h (y_c - n_c Y / N) to
the log-odds, with h = 1 / (Y + alpha) + 1 / (N + alpha_0 - Y - alpha).  The variance is the sum of
psi_c² / (1 - n_c / N), the last being the leverage correction of HC2 (MacKinnon & White 1985, Journal of
Econometrics 29(3)).  A cluster on both sides enters once, with the difference of its two parts.  Only sparse products
are formed, so no term is looped over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from helpers.compare.clusters import cluster_codes, crossing, t_tail
from helpers.compare.differences import benjamini_hochberg

PRIOR_SHARE = 0.05  # weight of the pooled prior by default, as a share of the shorter side's tokens


def log_odds(
    counts: scipy.sparse.csr_matrix,
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

    >>> counts = scipy.sparse.csr_matrix(np.tile([[3, 1], [2, 2]], (8, 1)))
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
    counts: scipy.sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, clusters: object
) -> list[tuple[Side, Side]]:
    """Both groups summed to clusters: once for one way; for two, by each way and by both crossed.

    >>> len(sides_of(scipy.sparse.eye(2, format="csr"), np.array([True, False]), np.array([False, True]), [1, 2]))
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
    return table.assign(dof=dof, z=z, p=2 * t_tail(np.abs(z), dof))


def _finish(table: pd.DataFrame, sides: list[tuple[Side, Side]], terms: Sequence[str]) -> pd.DataFrame:
    """Add q and counts, name the rows, largest |z| first (ties by name)."""
    table["q"] = benjamini_hochberg(np.where(table["tested"], table["p"], np.nan))
    for name, index in (("target", 0), ("reference", 1)):
        side = sides[0][index]
        table[f"n_{name}"] = np.rint(side.term_total).astype(np.int64)
        table[f"documents_{name}"] = side.n_documents
        table[f"clusters_{name}"] = np.min([pair[index].holds for pair in sides[:2]], axis=0)
    table.index = pd.Index(terms, name="term", dtype=object)
    columns = ["delta", "z_model", "se_model", "se", "dof", "z", "p", "q", "n_target", "n_reference"]
    columns += [f"{kind}_{side}" for kind in ("documents", "clusters") for side in ("target", "reference")]
    return ranked(table)[[*columns, "tested"]]


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Terms with the largest |z| first, ties by name.

    >>> ranked(pd.DataFrame({"z": [1.0, -2.0]}, index=["ally", "sanction"])).index.tolist()
    ['sanction', 'ally']
    """
    return table.iloc[np.lexsort((table.index.to_numpy().astype(str), -table["z"].abs().fillna(-1).round(12)))]


def checked_groups(
    counts: scipy.sparse.csr_matrix, target: np.ndarray, reference: np.ndarray, terms: Sequence[str]
) -> tuple[scipy.sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Counts as float CSR and groups as masks, or an error that names the fault.

    >>> checked_groups(scipy.sparse.eye(2, format="csr"), [1, 0], [0, 1], ["a", "b"])[1].tolist()
    [True, False]
    """
    counts = scipy.sparse.csr_matrix(counts, dtype=float)
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


@dataclass(frozen=True)
class Side:
    """One group summed to clusters: `table` (G, V) counts, with the same G clusters for both groups."""

    table: scipy.sparse.csr_matrix
    tokens: np.ndarray  # (G,) all terms
    term_total: np.ndarray  # (V,)
    n_documents: np.ndarray  # (V,) documents that hold the term
    holds: np.ndarray  # (V,) clusters that hold it

    @property
    def total(self) -> float:
        """Tokens on this side."""
        return float(self.tokens.sum())

    @property
    def n_clusters(self) -> int:
        """Clusters that hold any token."""
        return int((self.tokens > 0).sum())


def side_of(counts: scipy.sparse.csr_matrix, mask: np.ndarray, codes: np.ndarray) -> Side:
    """One group's counts added up within clusters.

    `counts` (n_documents, n_terms), `mask` bool (n_documents,), `codes` int (n_documents,), shared by both
    groups.

    >>> counts = scipy.sparse.csr_matrix([[2, 0], [1, 1], [0, 5]])
    >>> one = side_of(counts, np.array([True, True, False]), np.array([0, 0, 1]))
    >>> one.table.toarray().tolist(), one.total, one.n_clusters
    ([[3.0, 1.0], [0.0, 0.0]], 4.0, 1)
    """
    rows = counts[mask]
    shape = (int(codes.max()) + 1, len(rows.indptr) - 1)
    belongs = scipy.sparse.csr_matrix((np.ones(shape[1]), (codes[mask], np.arange(shape[1]))), shape=shape)
    table = scipy.sparse.csr_matrix(belongs @ rows)
    table.eliminate_zeros()
    n_terms = counts.shape[1]
    positive = rows.indices[rows.data > 0]
    tokens = np.asarray(table.sum(axis=1)).ravel()
    total = np.asarray(table.sum(axis=0)).ravel()
    holds = np.bincount(table.indices, minlength=n_terms)
    return Side(table, tokens, total, np.bincount(positive, minlength=n_terms), holds)


def sandwich(one: Side, two: Side, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance over clusters of every term's log-odds ratio, with its degrees of freedom.

    Degrees of freedom are Welch's over the two sides.  A side has as many as Y² / sum y_c² clusters of
    equal use of the term would give (Kish's effective number, less one): a word in few bursts has a
    variance that is itself poorly known.  The third array counts clusters by length instead of use, for
    terms whose variance is the model's. `alpha` is the prior, shape (n_terms,); returns three arrays of
    that shape.

    >>> counts, codes = scipy.sparse.csr_matrix([[3, 1], [1, 3], [2, 2], [2, 2]]), np.arange(4)
    >>> one, two = (side_of(counts, mask, codes) for mask in (codes < 2, codes >= 2))
    >>> variance, dof, by_length = sandwich(one, two, np.zeros(2))
    >>> variance.tolist(), by_length.tolist()  # psi = ±(1/4 + 1/4), each over 1 - 1/2
    ([1.0, 1.0], [1.0, 1.0])
    """
    parts = [_score_squares(side, alpha) for side in (one, two)]
    crossed = _cross(one, two, *(part[1] for part in parts), *(part[2] for part in parts))
    first, second = parts[0][0], parts[1][0]
    variance = np.maximum(first + second - 2 * crossed, 0.0)
    lengths = [np.full(alpha.shape, _effective(side.tokens)) for side in (one, two)]
    uses = [np.minimum(_of_term(side), length) for side, length in zip((one, two), lengths, strict=True)]
    return variance, _welch(first, second, *uses), _welch(first, second, *lengths)


def _welch(first: np.ndarray, second: np.ndarray, dof_first: np.ndarray, dof_second: np.ndarray) -> np.ndarray:
    """Welch–Satterthwaite degrees of freedom of a sum; the smaller of the two where the sum is 0."""
    below = first**2 / dof_first + second**2 / dof_second
    sure = below > 0
    dof = (first + second) ** 2 / np.where(sure, below, 1.0)
    return np.where(sure, dof, np.minimum(dof_first, dof_second))


def _effective(tokens: np.ndarray) -> float:
    """Clusters of equal length that would tell as much, less one, at least 1."""
    return max(float(tokens.sum() ** 2 / (tokens**2).sum()) - 1, 1.0)


def _of_term(side: Side) -> np.ndarray:
    """The same for each term: clusters of equal use."""
    squares = np.asarray(side.table.power(2).sum(axis=0)).ravel()
    return np.maximum(side.term_total**2 / np.where(squares > 0, squares, 1.0) - 1, 1.0)


def _score_squares(side: Side, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum over clusters of psi² with leverage correction; the corrections; and h."""
    left = 1 - side.tokens / side.total
    root = np.where(left > 1e-12, 1 / np.sqrt(np.maximum(left, 1e-12)), 0.0)
    weight, share = root**2, side.term_total / side.total
    squares = side.table.copy()
    squares.data = squares.data**2
    y = side.term_total + alpha
    others = side.total + alpha.sum() - y
    known = (y > 0) & (others > 0)
    h = np.where(known, 1 / np.where(known, y, 1.0) + 1 / np.where(known, others, 1.0), np.nan)
    rest = squares.T @ weight - 2 * share * (side.table.T @ (weight * side.tokens))
    sums = rest + share**2 * float(weight @ side.tokens**2)
    return np.maximum(sums, 0.0) * h**2, root, h


def _cross(
    one: Side, two: Side, root_one: np.ndarray, root_two: np.ndarray, h_one: np.ndarray, h_two: np.ndarray
) -> np.ndarray:
    """Sum over clusters that lie on both sides of the product of their two scores."""
    both = np.flatnonzero((one.tokens > 0) & (two.tokens > 0))
    if not both.size:
        return np.zeros(one.term_total.shape)
    weight = (root_one * root_two)[both]
    a, b, n_a, n_b = one.table[both], two.table[both], one.tokens[both], two.tokens[both]
    share_a, share_b = one.term_total / one.total, two.term_total / two.total
    products = np.asarray(a.multiply(b).T @ weight).ravel()
    products = products - share_b * (a.T @ (weight * n_b)) - share_a * (b.T @ (weight * n_a))
    return (products + share_a * share_b * float(weight @ (n_a * n_b))) * h_one * h_two
