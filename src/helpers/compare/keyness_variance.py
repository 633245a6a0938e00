"""How much the log-odds of a term would move if other clusters of documents had been drawn.

In: a document-term matrix summed to clusters on two sides, the prior.  Out: variance and degrees of freedom
a term.

With Y, N the counts of a term and of all terms on one side, cluster c adds psi_c = h (y_c - n_c Y / N) to
the log-odds of Monroe, Colaresi & Quinn (2008), with h = 1 / (Y + alpha) + 1 / (N + alpha_0 - Y - alpha).
The variance is the sum of psi_c² / (1 - n_c / N), the last being the leverage correction of HC2 (MacKinnon
& White 1985, Journal of Econometrics 29(3)).  A cluster on both sides enters once, with the difference of
its two parts.  Only sparse products are formed, so no term is looped over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Side:
    """One group summed to clusters: `table` (G, V) counts, with the same G clusters for both groups."""

    table: sparse.csr_matrix
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


def side_of(counts: sparse.csr_matrix, mask: np.ndarray, codes: np.ndarray) -> Side:
    """One group's counts added up within clusters.

    `counts` (n_documents, n_terms), `mask` bool (n_documents,), `codes` int (n_documents,), shared by both
    groups.

    >>> counts = sparse.csr_matrix([[2, 0], [1, 1], [0, 5]])
    >>> one = side_of(counts, np.array([True, True, False]), np.array([0, 0, 1]))
    >>> one.table.toarray().tolist(), one.total, one.n_clusters
    ([[3.0, 1.0], [0.0, 0.0]], 4.0, 1)
    """
    rows = counts[mask]
    shape = (int(codes.max()) + 1, len(rows.indptr) - 1)
    belongs = sparse.csr_matrix((np.ones(shape[1]), (codes[mask], np.arange(shape[1]))), shape=shape)
    table = sparse.csr_matrix(belongs @ rows)
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

    >>> counts, codes = sparse.csr_matrix([[3, 1], [1, 3], [2, 2], [2, 2]]), np.arange(4)
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
    found = (first + second) ** 2 / np.where(sure, below, 1.0)
    return np.where(sure, found, np.minimum(dof_first, dof_second))


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
    found = rest + share**2 * float(weight @ side.tokens**2)
    return np.maximum(found, 0.0) * h**2, root, h


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
    found = np.asarray(a.multiply(b).T @ weight).ravel()
    found = found - share_b * (a.T @ (weight * n_b)) - share_a * (b.T @ (weight * n_a))
    return (found + share_a * share_b * float(weight @ (n_a * n_b))) * h_one * h_two
