"""Term counts in, TF-IDF weights and the graph of nearest neighbours out.

T is sublinear TF-IDF with rows of length 1, G the row-normalised graph of nearest neighbours by cosine in a latent
semantic space (Deerwester et al. 1990, JASIS 41(6)) learned from T, or among vectors that an encoder gave.  In
`S = (1 - a) T + a G T` a short text borrows the words of texts on the same matter.  Where neighbours are sought, words
that always stand together count as one: a signature of ten rare words would else outweigh what its sender writes about.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from helpers.topics.factors import Product

FEWEST_NEIGHBOURS = 5
HASHES, BANDS = 4, 16  # orders that two terms must agree in, and how often that is tried
SMOOTHEST = 0.9  # share borrowed where learning begins
SAME = 1e-5  # distance between unit vectors below which two documents say the same


class NeighbourSpace:
    """A fixed vocabulary weighting, and the distinct documents that others borrow from.

    Parameters
    ----------
    counts : csr matrix, shape (n_documents, n_terms)
        Training documents, each with at least one term.
    n_neighbours, n_components : int
        Width of G and dimensions of the latent space; fewer where the corpus has fewer, and never more neighbours
        than half the root of the number of distinct documents (five at least): in a small corpus the 25th
        neighbour is on another matter.  Without neighbours (0) nothing is borrowed.
    seed : int
        Start vector of the decomposition.
    vectors : ndarray, shape (n_documents, n_dimensions), optional
        Neighbours are sought among these, from any encoder, instead of the latent space.

    Attributes
    ----------
    lenders : csr matrix, shape (n_lenders, n_terms)
        T of each distinct document; copies add nothing new, so each text is lent from once.  That also makes a
        document's neighbours the same whether it is met in training or as a stranger.
    of_lender : ndarray of int, shape (n_documents,)
        Which lender each training document is.

    >>> space = NeighbourSpace(sparse.csr_matrix([[1, 1, 0], [0, 1, 1], [0, 1, 1]]))
    >>> space.of_lender.tolist(), space.weigh(sparse.csr_matrix([[0, 3, 0]])).toarray().round(2).tolist()
    ([0, 1, 1], [[0.0, 1.0, 0.0]])
    """

    def __init__(
        self,
        counts: sparse.csr_matrix,
        *,
        n_neighbours: int = 25,
        n_components: int = 100,
        seed: int = 0,
        vectors: np.ndarray | None = None,
    ) -> None:
        self._idf = TfidfTransformer().fit(_sublinear(counts))
        first, self.of_lender = _distinct(counts)
        self.lenders = self.weigh(counts[first])
        self.n_neighbours = min(n_neighbours, max(FEWEST_NEIGHBOURS, int(np.sqrt(len(first)) / 2)))
        self._axes = self._index = None
        n_components = min(n_components, min(self.lenders.shape) - 1)
        if not n_neighbours or (vectors is None and n_components < 1):
            return
        if vectors is None:
            self._once = sparse.diags_array(1 / standing_together(counts[first]) ** 2)
            svd = TruncatedSVD(n_components, algorithm="arpack", random_state=seed)
            self._axes = svd.fit(normalize(self.lenders @ self._once)).components_
        n_asked = min(self.n_neighbours + 1, len(first))
        self._index = NearestNeighbors(n_neighbors=n_asked, algorithm="brute")
        self._places = self._place(self.lenders, None if vectors is None else vectors[first])
        self._index.fit(self._places)

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """T of any documents over the same terms: sublinear TF-IDF, rows of length 1."""
        return sparse.csr_matrix(self._idf.transform(_sublinear(counts)))

    def graph(self, weights: sparse.csr_matrix, vectors: np.ndarray | None = None) -> sparse.csr_matrix:
        """G: which lenders each document is nearest to, shape (n_documents, n_lenders), rows sum to 1 or to 0."""
        filled = np.flatnonzero(np.diff(weights.indptr))
        if self._index is None or not filled.size:
            return sparse.csr_matrix((weights.shape[0], self.lenders.shape[0]))
        places = self._place(weights[filled], None if vectors is None else vectors[filled])
        return self._nearest(places, filled, weights.shape[0])

    def lent(self) -> sparse.csr_matrix:
        """G of the lenders among themselves."""
        n_lenders = self.lenders.shape[0]
        if self._index is None:
            return sparse.csr_matrix((n_lenders, n_lenders))
        return self._nearest(self._places, np.arange(n_lenders), n_lenders)

    def _nearest(self, places: np.ndarray, rows: np.ndarray, n_rows: int) -> sparse.csr_matrix:
        distance, lender = self._index.kneighbors(places)
        wanted = distance > SAME
        wanted &= np.cumsum(wanted, axis=1) <= self.n_neighbours
        row, column = np.nonzero(wanted)
        links = (np.ones(len(row)), (rows[row], lender[row, column]))
        return normalize(sparse.csr_matrix(links, shape=(n_rows, self.lenders.shape[0])), norm="l1")

    def _place(self, weights: sparse.csr_matrix, vectors: np.ndarray | None) -> np.ndarray:
        if vectors is None and self._axes is None:
            raise ValueError("this model found neighbours among vectors; give vectors of the new documents too")
        if vectors is not None and self._axes is not None:
            raise ValueError("this model found neighbours by words; leave vectors out, or fit it with vectors")
        return normalize(weights @ self._once @ self._axes.T if vectors is None else vectors)


def standing_together(counts: sparse.csr_matrix) -> np.ndarray:
    """With how many terms each term shares its documents, itself among them: ``Σ_j J_ij ** 4``, J the Jaccard index.

    Estimated by minima of random orders of the documents (Broder 1997): two terms agree in `HASHES` of them with
    probability J to that power, so the time is linear in the counts and no pair of terms is looked at.  Orders are of
    hashes of the documents' content, so that a sample of documents is ordered as all of them are.

    Parameters
    ----------
    counts : csr matrix, shape (n_documents, n_terms)

    Returns
    -------
    ndarray, shape (n_terms,), at least 1

    >>> standing_together(sparse.csr_matrix([[1, 1, 0], [2, 1, 0], [0, 0, 1], [0, 0, 3]])).tolist()
    [2.0, 2.0, 1.0]
    """
    columns = sparse.csc_matrix(counts)
    filled = np.flatnonzero(np.diff(columns.indptr))
    keys = np.array([int(key[:16], 16) for key in row_keys(sparse.csr_matrix(counts))], dtype=np.uint64)
    rng = np.random.default_rng(0)
    share = np.zeros(len(filled))
    for _ in range(BANDS):
        band = np.zeros(len(filled), dtype=np.uint64)
        for odd, shift in rng.integers(2**63, size=(HASHES, 2), dtype=np.uint64) * 2 + 1:
            order = keys * odd + shift  # multiply-add modulo 2**64
            least = np.minimum.reduceat(order[columns.indices], columns.indptr[filled])
            band = (band ^ least) * odd
        same = np.unique(band, return_inverse=True)[1]
        share += np.bincount(same)[same]
    together = np.ones(counts.shape[1])
    together[filled] = share / BANDS
    return together


def mixing(own: sparse.csr_matrix, graph: sparse.csr_matrix, share: float) -> sparse.csr_matrix:
    """(1 − a) of what a document has itself and a of its neighbours'; one without neighbours keeps all.

    >>> own, graph = sparse.csr_matrix(np.eye(2)), sparse.csr_matrix([[0.0, 1.0], [0.0, 0.0]])
    >>> mixing(own, graph, 0.25).toarray().tolist()
    [[0.75, 0.25], [0.0, 1.0]]
    """
    borrowed = borrowed_share(graph, share)
    return sparse.csr_matrix(sparse.diags_array(1 - borrowed) @ own + sparse.diags_array(borrowed) @ graph)


def borrowed_share(graph: sparse.csr_matrix, share: float) -> np.ndarray:
    """`share` for each document with a neighbour, 0 for one without: shape (n_documents,)."""
    return np.where(np.diff(graph.indptr) > 0, share, 0.0)


def selection(columns: np.ndarray, n_columns: int) -> sparse.csr_matrix:
    """A matrix with a single 1 a row, in the given column.

    >>> selection(np.array([1, 0]), 2).toarray().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    ends = np.arange(len(columns) + 1)
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(columns), n_columns))


class Ground:
    """What topics of any number are learned from: smoothed weights, and weights smoothed most, to begin with."""

    def __init__(self, space: NeighbourSpace, smoothing: float) -> None:
        self.space = space
        n_lenders = space.lenders.shape[0]
        own, lent = selection(space.of_lender, n_lenders), space.lent()
        graph = lent[space.of_lender]
        self.product = Product(space.lenders, mixing(own, graph, smoothing))
        # Neighbours' neighbours too: the same two steps for every document.
        steps = mixing(own, graph, SMOOTHEST), mixing(selection(np.arange(n_lenders), n_lenders), lent, SMOOTHEST)
        self.smoothest = Product(space.lenders, *steps)


def checked_vectors(vectors: Any, n_documents: int) -> np.ndarray:
    """Vectors as float64, refused unless there is one, finite, for each document.

    >>> checked_vectors([[1.0, 0.0]], 2)
    Traceback (most recent call last):
    ValueError: vectors must have one row for each of 2 documents, not shape (1, 2)
    """
    array = np.asarray(vectors, dtype=np.float64)
    if array.ndim != 2 or len(array) != n_documents:
        raise ValueError(f"vectors must have one row for each of {n_documents} documents, not shape {array.shape}")
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise ValueError(f"vectors of document in row {int(bad.argmax())} are not finite; encode it again")
    return array


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


def distinct_rows(counts: sparse.csr_matrix, most: int) -> np.ndarray:
    """One row of each content that has a term, those with the smallest hashes: a random sample whatever the order.

    >>> sorted(distinct_rows(sparse.csr_matrix([[1, 2], [3, 0], [1, 2], [0, 0]]), 5).tolist())
    [0, 1]
    """
    filled = np.flatnonzero(np.diff(counts.indptr))
    return filled[np.unique(row_keys(counts[filled]), return_index=True)[1]][:most]


def _distinct(counts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are the first of their content, in order, and for each row which of those it equals."""
    _, first, same = np.unique(row_keys(counts), return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[same]


def _sublinear(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    weights = sparse.csr_matrix(counts, dtype=np.float64, copy=True)
    # 1 + log(count); below one (weights instead of counts) linear, so that nothing turns negative.
    weights.data = np.where(weights.data >= 1, 1 + np.log(np.maximum(weights.data, 1)), weights.data)
    return weights
