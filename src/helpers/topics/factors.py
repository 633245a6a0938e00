"""A product of matrices in, its non-negative factors out: ``mixing @ weights ≈ W @ H``, without ever forming it.

Method: hierarchical alternating least squares (Cichocki & Phan 2009, IEICE Transactions E92-A(3)), several sweeps
a product (Gillis & Glineur 2012, Neural Computation 24(4)), from the start of Boutsidis & Gallopoulos (2008, Pattern
Recognition 41(4)).  scikit-learn's NMF solves the same problem but needs the product itself, which smoothing over
neighbours makes some ten times as dense as the counts; both come to the same error (`benchmarks/topics.md`).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, svds

SWEEPS = 4  # over the topics before the products are taken again
FEWEST_STEPS, MOST_STEPS = 5, 100
STILL = 1e-4  # share of the first step's movement below which the factors have come to rest
EMPTY = 1e-6  # entries of the start below this are lifted to the mean, or they could never grow (nndsvda)


class Product:
    """``mixing @ … @ weights`` as an operator: what smoothing, once or more, makes of term weights.

    Parameters
    ----------
    weights : csr matrix, shape (n_lenders, n_terms)
    mixings : csr matrices, the last with n_lenders columns
        What each document takes of each lender; before it, what it takes of other documents, and so on.

    >>> halves = Product(sparse.csr_matrix([[2.0, 0.0], [0.0, 4.0]]), sparse.csr_matrix([[0.5, 0.5]]))
    >>> halves.times(np.eye(2)).tolist(), halves.transposed_times(np.ones((1, 1))).ravel().tolist()
    ([[1.0, 2.0]], [1.0, 2.0])
    """

    def __init__(self, weights: sparse.csr_matrix, *mixings: sparse.csr_matrix) -> None:
        self._factors = [*mixings, weights]
        self._turned = [factor.T.tocsr() for factor in self._factors]
        self.shape = (self._factors[0].shape[0], weights.shape[1])

    def times(self, columns: np.ndarray) -> np.ndarray:
        """``mixing @ … @ weights @ columns``."""
        for factor in reversed(self._factors):
            columns = factor @ columns
        return columns

    def transposed_times(self, columns: np.ndarray) -> np.ndarray:
        """``(mixing @ … @ weights).T @ columns``."""
        for factor in self._turned:
            columns = factor @ columns
        return columns

    def mean(self) -> float:
        """Mean of all entries."""
        return float(self.times(np.ones(self.shape[1])).sum() / np.prod(self.shape, dtype=float))


def start(product: Product, n_factors: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """First W and H from singular vectors, shapes (n_documents, n_factors) and (n_factors, n_terms), all positive.

    >>> product = Product(sparse.csr_matrix([[3.0, 0.0], [0.0, 1.0]]))
    >>> w, h = start(product, 2)
    >>> (w @ h).round(1).tolist()
    [[4.0, 2.7], [2.7, 2.0]]
    """
    left, sizes, right = _singular(product, n_factors, seed)
    w, h = np.zeros((product.shape[0], n_factors)), np.zeros((n_factors, product.shape[1]))
    for k in range(len(sizes)):
        halves = [(np.maximum(sign * left[:, k], 0), np.maximum(sign * right[k], 0)) for sign in (1, -1)]
        # The half of each pair of vectors that explains more; equal halves keep the first.
        u, v = max(halves, key=lambda half: np.linalg.norm(half[0]) * np.linalg.norm(half[1]))
        length = np.linalg.norm(u) * np.linalg.norm(v)
        if length > 0:
            scale = np.sqrt(sizes[k] * length)
            w[:, k], h[k] = scale * u / np.linalg.norm(u), scale * v / np.linalg.norm(v)
    mean = product.mean()
    w[w < EMPTY], h[h < EMPTY] = mean, mean
    return w, h


def factorise(
    product: Product, w: np.ndarray, h: np.ndarray, *, still: float = STILL, most_steps: int = MOST_STEPS
) -> tuple[np.ndarray, np.ndarray, int]:
    """W and H of least squares near a start, and the steps it took.

    Parameters
    ----------
    product : Product, shape (n_documents, n_terms)
    w, h : ndarray, shapes (n_documents, n_topics) and (n_topics, n_terms)
    still : float
        Stop when a step moves the factors by less than this share of what the first step moved them.
    most_steps : int

    Returns
    -------
    (ndarray, ndarray, int)

    >>> product = Product(sparse.csr_matrix([[3.0, 0.0], [0.0, 1.0]]))
    >>> w, h, _ = factorise(product, *start(product, 2), still=0)
    >>> (w @ h).round(3).tolist()
    [[3.0, 0.0], [0.0, 1.0]]
    """
    w, h_t = np.asfortranarray(w), np.asfortranarray(h.T)
    first = None
    for step in range(1, most_steps + 1):
        moved = _sweep(w, h_t.T @ h_t, product.times(h_t)) / max(float((w * w).sum()), 1e-300)
        moved += _sweep(h_t, w.T @ w, product.transposed_times(w)) / max(float((h_t * h_t).sum()), 1e-300)
        first = moved if first is None else first
        if step >= FEWEST_STEPS and moved <= still * first:
            break
    return np.ascontiguousarray(w), np.ascontiguousarray(h_t.T), step


def non_negative(target: np.ndarray, gram: np.ndarray, *, sweeps: int = 300) -> np.ndarray:
    """Non-negative W of least squares, shape (n_documents, n_topics), given H.

    For ``X ≈ W @ H`` give ``X @ H.T`` and ``H @ H.T``.  Cyclic coordinate descent (Hsieh & Dhillon 2011, KDD), each
    row from zero until it stands still, so that a document's answer does not depend on which others are asked about.

    >>> non_negative(np.array([[4.0, -1.0], [0.0, 6.0]]), 2 * np.eye(2)).tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    answer = np.zeros_like(target)
    moving = np.arange(len(target))
    for _ in range(sweeps):
        if not moving.size:
            break
        now, before, aim = answer[moving], answer[moving], target[moving]
        for topic in np.flatnonzero(np.diag(gram) > 0):
            slope = now @ gram[:, topic] - aim[:, topic]
            now[:, topic] = np.maximum(0.0, now[:, topic] - slope / gram[topic, topic])
        answer[moving] = now
        moved = np.abs(now - before).max(axis=1) > 1e-10 * np.maximum(now.max(axis=1), 1e-12)
        moving = moving[moved]
    return answer


def _sweep(factor: np.ndarray, gram: np.ndarray, cross: np.ndarray) -> float:
    """Better columns of `factor` in place, one after the other; squared movement of the first sweep."""
    first = 0.0
    for sweep in range(SWEEPS):
        moved = 0.0
        for k in np.flatnonzero(np.diag(gram) > 0):
            new = np.maximum(0.0, factor[:, k] - (factor @ gram[:, k] - cross[:, k]) / gram[k, k])
            change = new - factor[:, k]
            moved += float(change @ change)
            factor[:, k] = new
        if sweep == 0:
            first = moved
        elif moved <= 0.01 * first:  # the products are worth more than another sweep
            break
    return first


def _singular(product: Product, n_factors: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The largest singular vectors and values, largest first."""
    if n_factors >= min(product.shape):
        left, sizes, right = np.linalg.svd(product.times(np.eye(product.shape[1])), full_matrices=False)
        return left[:, :n_factors], sizes[:n_factors], right[:n_factors]
    operator = LinearOperator(
        product.shape, matvec=product.times, rmatvec=product.transposed_times, matmat=product.times,
        rmatmat=product.transposed_times, dtype=np.float64,
    )  # fmt: skip
    begin = np.random.default_rng(seed).uniform(0.5, 1.5, size=min(product.shape))
    left, sizes, right = svds(operator, k=n_factors, v0=begin, tol=1e-4)
    order = np.argsort(-sizes, kind="stable")
    return left[:, order], sizes[order], right[order]
