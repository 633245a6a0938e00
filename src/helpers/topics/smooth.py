"""Term counts in, TF-IDF smoothed over nearest neighbours out.

`S = (1 - a) T + a G T`: T is sublinear TF-IDF with rows of length 1, G the row-normalised graph of nearest
neighbours by cosine in a latent semantic space (Deerwester et al. 1990, JASIS 41(6)) learned from T.
A short text thereby borrows the words of texts on the same matter.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

SAME = 1e-5  # distance between unit vectors below which two documents say the same


class NeighbourSpace:
    """A fixed vocabulary weighting and a set of documents to borrow from.

    Parameters
    ----------
    counts : csr matrix, shape (n_documents, n_terms)
        Training documents, each with at least one term.
    smoothing : float in [0, 1)
        The share `a` that is borrowed.
    n_neighbours, n_components : int
        Width of G and dimensions of the latent space; fewer where the corpus has fewer.
    seed : int
        Start vector of the decomposition.

    >>> space = NeighbourSpace(sparse.csr_matrix([[1, 1, 0], [0, 1, 1]]), smoothing=0.0)
    >>> space.smooth(sparse.csr_matrix([[0, 3, 0]])).toarray().round(2).tolist()
    [[0.0, 1.0, 0.0]]
    """

    def __init__(
        self,
        counts: sparse.csr_matrix,
        *,
        smoothing: float = 0.5,
        n_neighbours: int = 10,
        n_components: int = 100,
        seed: int = 0,
    ) -> None:
        self.smoothing = smoothing
        self.n_neighbours = n_neighbours
        self._idf = TfidfTransformer().fit(_sublinear(counts))
        # Copies add nothing new, so each text is lent from once; that also makes a document's neighbours
        # the same whether it is met in training or as a stranger.
        first = np.unique(row_keys(counts), return_index=True)[1]
        self._lenders = self._weigh(counts[np.sort(first)])
        n_components = min(n_components, min(self._lenders.shape) - 1)
        self._axes: np.ndarray | None = None
        if smoothing > 0 and n_components > 0:
            svd = TruncatedSVD(n_components, algorithm="arpack", random_state=seed)
            self._axes = svd.fit(self._lenders).components_
            n_asked = min(n_neighbours + 1, self._lenders.shape[0])
            self._index = NearestNeighbors(n_neighbors=n_asked, algorithm="brute")
            self._index.fit(self._place(self._lenders))

    def smooth(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Smoothed weights S of any documents over the same terms, shape (n_documents, n_terms)."""
        weights = self._weigh(counts)
        if self._axes is None:
            return weights
        filled = np.flatnonzero(np.diff(weights.indptr))
        own, borrowed = weights[filled], self._graph(weights[filled]) @ self._lenders
        alone = np.diff(borrowed.indptr) == 0
        share = np.where(alone, 0.0, self.smoothing)
        mixed = sparse.diags_array(1 - share) @ own + sparse.diags_array(share) @ borrowed
        back = sparse.csr_matrix(
            (np.ones(len(filled)), (filled, np.arange(len(filled)))), shape=(counts.shape[0], len(filled))
        )
        return sparse.csr_matrix(back @ mixed)

    def _graph(self, weights: sparse.csr_matrix) -> sparse.csr_matrix:
        n_rows = weights.shape[0]
        if not n_rows:
            return sparse.csr_matrix((0, self._lenders.shape[0]))
        distance, lender = self._index.kneighbors(self._place(weights))
        wanted = distance > SAME
        wanted &= np.cumsum(wanted, axis=1) <= self.n_neighbours
        row, place = np.nonzero(wanted)
        links = (np.ones(len(row)), (row, lender[row, place]))
        return normalize(sparse.csr_matrix(links, shape=(n_rows, self._lenders.shape[0])), norm="l1")

    def _place(self, weights: sparse.csr_matrix) -> np.ndarray:
        return normalize(weights @ self._axes.T)

    def _weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        return sparse.csr_matrix(self._idf.transform(_sublinear(counts)))


def row_keys(counts: sparse.csr_matrix) -> np.ndarray:
    """One key a document, equal for equal rows whatever their place: bytes, shape (n_documents,).

    >>> keys = row_keys(sparse.csr_matrix([[1, 2], [3, 0], [1, 2]]))
    >>> bool(keys[0] == keys[2]), bool(keys[0] == keys[1])
    (True, False)
    """
    terms, values, ends = counts.indices.astype(np.int64), counts.data.astype(np.float64), counts.indptr
    keys = [
        blake2b(terms[start:end].tobytes() + values[start:end].tobytes(), digest_size=16).hexdigest()
        for start, end in pairwise(ends)
    ]
    return np.array(keys, dtype="S32")


def canonical_order(counts: sparse.csr_matrix) -> np.ndarray:
    """Rows with a term, in the order of their content, so that no result depends on how a file was sorted.

    >>> rows = sparse.csr_matrix([[0, 2], [0, 0], [1, 1]])
    >>> sorted(canonical_order(rows).tolist())
    [0, 2]
    """
    filled = np.flatnonzero(np.diff(counts.indptr))
    return filled[np.argsort(row_keys(counts[filled]), kind="stable")]


def least_squares(weights: sparse.csr_matrix, topics: np.ndarray, *, sweeps: int = 300) -> np.ndarray:
    """Non-negative W, shape (n_documents, n_topics), nearest to ``weights ≈ W @ topics``.

    Cyclic coordinate descent (Hsieh & Dhillon 2011, KDD), each row from zero until it stands still, so that
    a document's answer does not depend on which others are asked about.

    >>> least_squares(sparse.csr_matrix([[2.0, 0.0], [0.0, 3.0]]), np.eye(2)).tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    gram, target = topics @ topics.T, np.asarray(weights @ topics.T)
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


def _sublinear(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    weights = sparse.csr_matrix(counts, dtype=np.float64, copy=True)
    # 1 + log(count); below one (weights instead of counts) linear, so that nothing turns negative.
    weights.data = np.where(weights.data >= 1, 1 + np.log(np.maximum(weights.data, 1)), weights.data)
    return weights
