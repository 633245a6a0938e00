"""Term counts in, topics out: non-negative factors of TF-IDF smoothed over nearest neighbours.

Method: Lee & Seung (1999), "Learning the parts of objects by non-negative matrix factorization", Nature 401,
on sublinear TF-IDF in which every document borrows a share `smoothing` of its weights from its nearest
neighbours (`helpers.topics.smoothing`, `helpers.topics.factors`).  Measured beside its peers in `benchmarks/topics.md`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from helpers.topics.engine import Engine, rows_to_one
from helpers.topics.factors import factorise, non_negative, start
from helpers.topics.smoothing import (
    Ground,
    NeighbourSpace,
    borrowed_share,
    canonical_order,
    checked_vectors,
    distinct_rows,
    row_keys,
)

FEW_DOCUMENTS = 100  # below this topics are mostly a matter of which documents were drawn
BLOCK = 10_000  # strangers that are given their shares at a time
ROUGH_STEPS = 30  # the beginning need not come to rest


class SmallCorpusWarning(UserWarning):
    """The corpus is so small that another draw of documents would give other topics."""


@dataclass(frozen=True)
class Topic:
    """One topic of one model: words that go together.  Not a frame: no codebook defines it.

    Attributes
    ----------
    id : str
        As in `TopicModel.topic_ids`; ``"00"`` is the most prevalent topic.
    terms : tuple of str
        Display terms, best first.
    weights : tuple of float
        Score of each term under the ranking that chose it.
    share : float
        Mean topic share over documents that could be assigned, 0..1.
    """

    id: str
    terms: tuple[str, ...]
    weights: tuple[float, ...]
    share: float


class TopicModel(Engine):
    """Neighbour-smoothed NMF.  Same counts and seed give the same bytes, in any order of documents.

    Parameters
    ----------
    n_topics : int
        K, at least 1 and at most the number of distinct documents that have a term.
    smoothing : float in [0, 1)
        Share `a` of a document's weights borrowed from neighbours: ``S = (1 - a) T + a G T``; 0 is plain NMF.
    n_neighbours : int
        Neighbours in G, by cosine; fewer in a small corpus (`NeighbourSpace`).  Verbatim copies are not neighbours:
        they would add nothing new.
    n_components : int
        Dimensions of the latent semantic space; fewer when the corpus has fewer.
    exclusivity : float in [0, 1]
        How far β prefers words that other topics lack: ``β_kv ∝ h_kv (h_kv / Σ_j h_jv) ** exclusivity``.
    fit_on : int
        Distinct documents that topics are learned from at most, drawn by a hash of their content; the others are
        given their shares as strangers are.  Bounds the cost, which would grow with the square.
    seed : int
        Start of the decompositions.

    Attributes
    ----------
    components_ : ndarray, shape (n_topics, n_terms)
        H, in units of smoothed TF-IDF; topics in order of prevalence.
    topic_term_ : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1: shares of TF-IDF weight, so telling words outweigh frequent ones, turned towards exclusive
        ones by `exclusivity`.
    doc_topic_ : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.  A document without a term keeps its row, uniform, and is False in `assigned_`.  Not there
        after `fit_batches`.
    assigned_ : ndarray of bool, shape (n_documents,)
        False where nothing in the document speaks for any topic.
    n_fitted_ : int
        Documents that the topics were learned from.

    >>> rng = np.random.default_rng(1)
    >>> sport = rng.poisson([3, 3, 3, 3, 0, 0, 0, 0], (90, 8))
    >>> trade = rng.poisson([0, 0, 0, 0, 3, 3, 3, 3], (60, 8))
    >>> model = TopicModel(n_topics=2).fit(np.vstack([sport, trade]))
    >>> model.doc_topic.mean(axis=0).round(2).tolist()
    [0.6, 0.4]
    >>> [np.flatnonzero(row > 0.01).tolist() for row in model.topic_term]
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    """

    def __init__(
        self,
        n_topics: int = 20,
        *,
        smoothing: float = 0.65,
        n_neighbours: int = 25,
        n_components: int = 100,
        exclusivity: float = 0.25,
        fit_on: int = 10_000,
        seed: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.smoothing = smoothing
        self.n_neighbours = n_neighbours
        self.n_components = n_components
        self.exclusivity = exclusivity
        self.fit_on = fit_on
        self.seed = seed

    def fit(self, X: Any, y: Any = None, *, vectors: np.ndarray | None = None) -> TopicModel:
        """Learn topics from a document-term matrix.

        Parameters
        ----------
        X : sparse matrix or array of counts, shape (n_documents, n_terms)
            Never negative.
        y : ignored, present for pipelines
        vectors : ndarray, shape (n_documents, n_dimensions), optional
            From any encoder: neighbours are sought among these.  For titles and other very short texts, whose own
            words seldom meet; `transform` then needs the new documents' vectors too.

        Raises
        ------
        ValueError
            If a setting is out of range or there are fewer distinct documents or terms than topics.

        Warns
        -----
        SmallCorpusWarning
            Below `FEW_DOCUMENTS` documents, or five documents a topic.
        """
        _fit_all([self], X, vectors)
        return self

    def fit_each(self, X: Any, numbers: Iterable[int], *, vectors: np.ndarray | None = None) -> dict[int, TopicModel]:
        """One fitted model for each number of topics; what does not depend on that number is computed once.

        Parameters
        ----------
        X, vectors : as in `fit`
        numbers : iterable of int
            Values of K, in place of `n_topics`.

        Returns
        -------
        dict of int to TopicModel
            Each equal to ``TopicModel(K, …).fit(X)``.
        """
        models = {number: clone(self).set_params(n_topics=number) for number in numbers}
        if models:
            _fit_all(list(models.values()), X, vectors)
        return models

    def fit_batches(self, batches: Callable[[], Iterable[Any]]) -> TopicModel:
        """Learn topics from more documents than memory holds; `transform` gives shares, block by block.

        Parameters
        ----------
        batches : callable without arguments
            Gives blocks of counts, each as `X` in `fit` and over the same terms; read once.  The `fit_on` distinct
            documents with the smallest hashes are kept, so neither the size nor the order of blocks matters.

        Raises
        ------
        ValueError
            As `fit`; or blocks of unequal width, or none.
        """
        self._check_settings()
        kept: sparse.csr_matrix | None = None
        for block in batches():
            counts = self._counts(block, reset=kept is None)
            both = counts if kept is None else sparse.vstack([kept, counts], format="csr")
            kept = both[distinct_rows(both, self.fit_on)]
        if kept is None:
            raise ValueError("there was no block to learn topics from")
        with threadpool_limits(limits=1):
            self._check_enough(kept.shape[0], len(np.unique(kept.indices)))
            self._learn(Ground(self._space(kept, None), self.smoothing))
        return self

    def transform(self, X: Any, vectors: np.ndarray | None = None) -> np.ndarray:
        """Topic shares of documents, new or old, without refitting.

        Parameters
        ----------
        X : sparse matrix or array of counts, shape (n_documents, n_terms)
            Columns as in `fit`.
        vectors : ndarray, shape (n_documents, n_dimensions), optional
            If and only if `fit` was given vectors.

        Returns
        -------
        ndarray, shape (n_documents, n_topics)
            Rows sum to 1; uniform where `assigned` is False.
        """
        return self._infer(X, vectors)[0]

    def assigned(self, X: Any, vectors: np.ndarray | None = None) -> np.ndarray:
        """Whether anything in a document speaks for a topic: bool, shape (n_documents,)."""
        return self._infer(X, vectors)[1]

    def _space(self, counts: sparse.csr_matrix, vectors: np.ndarray | None) -> NeighbourSpace:
        n_neighbours = self.n_neighbours if self.smoothing else 0
        return NeighbourSpace(
            counts, n_neighbours=n_neighbours, n_components=self.n_components, seed=self.seed, vectors=vectors
        )

    def _learn(self, ground: Ground) -> np.ndarray:
        """Factors of the smoothed weights, begun where everything is smoothed most: there are fewer wrong turns.

        Gives back the weight of each topic in each document learned from.
        """
        w, h = start(ground.smoothest, self.n_topics, seed=self.seed)
        w, h, _ = factorise(ground.smoothest, w, h, most_steps=ROUGH_STEPS)
        _, h, self.n_iter_ = factorise(ground.product, w, h)
        self.space_, self.components_, self.n_fitted_ = ground.space, h, ground.product.shape[0]
        mass = self._mass(ground.product.times(h.T))
        by_prevalence = np.argsort(-rows_to_one(mass)[0].mean(axis=0), kind="stable")
        self.components_ = h[by_prevalence]
        own = self.components_ / np.maximum(self.components_.sum(axis=0), 1e-300)
        self.topic_term_ = rows_to_one(self.components_ * own**self.exclusivity)[0]
        return mass[:, by_prevalence]

    def _settle(
        self, counts: sparse.csr_matrix, vectors: np.ndarray | None, rows: np.ndarray, mass: np.ndarray
    ) -> None:
        """Shares of every document; those learned from are no strangers to themselves."""
        self.doc_topic_ = np.full((counts.shape[0], self.n_topics), 1.0 / self.n_topics)
        self.assigned_ = np.zeros(counts.shape[0], dtype=bool)
        self.doc_topic_[rows], self.assigned_[rows] = rows_to_one(mass)
        others = np.setdiff1d(np.arange(counts.shape[0]), rows)
        self.doc_topic_[others], self.assigned_[others] = self._shares(
            counts[others], None if vectors is None else vectors[others]
        )

    def _infer(self, X: Any, vectors: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self, "components_")
        counts = self._counts(X, reset=False)
        if vectors is not None:
            vectors = checked_vectors(vectors, counts.shape[0])
        with threadpool_limits(limits=1):
            return self._shares(counts, vectors)

    def _shares(self, counts: sparse.csr_matrix, vectors: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Shares of strangers, a block at a time, so that memory does not grow with their number."""
        lent = self.space_.lenders @ self.components_.T
        mass = np.zeros((counts.shape[0], self.n_topics))
        for begin in range(0, counts.shape[0], BLOCK):
            block = slice(begin, begin + BLOCK)
            weights = self.space_.weigh(counts[block])
            graph = self.space_.graph(weights, None if vectors is None else vectors[block])
            borrowed = borrowed_share(graph, self.smoothing)[:, None]
            mass[block] = self._mass((1 - borrowed) * (weights @ self.components_.T) + borrowed * (graph @ lent))
        return rows_to_one(mass)

    def _mass(self, target: np.ndarray) -> np.ndarray:
        # W alone depends on how long each row of H happens to be; times the row sums it is weight explained.
        return non_negative(target, self.components_ @ self.components_.T) * self.components_.sum(axis=1)

    def _check_settings(self) -> None:
        for name in ("n_topics", "n_neighbours", "n_components", "fit_on"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, not {value!r}")
        if not isinstance(self.smoothing, Real) or not 0 <= self.smoothing < 1:
            raise ValueError(f"smoothing must be at least 0 and below 1, not {self.smoothing!r}")
        if not isinstance(self.exclusivity, Real) or not 0 <= self.exclusivity <= 1:
            raise ValueError(f"exclusivity must be from 0 to 1, not {self.exclusivity!r}")

    def _check_enough(self, n_distinct: int, n_terms: int) -> None:
        if min(n_distinct, n_terms) < max(2, self.n_topics):
            raise ValueError(
                f"{self.n_topics} topics cannot be learned from {n_distinct} distinct documents with a term "
                f"and {n_terms} terms; ask for fewer topics or collect more text"
            )
        if n_distinct < max(FEW_DOCUMENTS, 5 * self.n_topics):
            warnings.warn(
                f"{self.n_topics} topics from {n_distinct} distinct documents: another draw of documents "
                "would give other topics; look at their stability before reading any of them",
                SmallCorpusWarning,
                stacklevel=4,
            )


def _fit_all(models: list[TopicModel], X: Any, vectors: Any) -> None:
    """Fit models that differ in their number of topics alone."""
    for model in models:
        counts = model._counts(X, reset=True)
        model._check_settings()
    if vectors is not None:
        vectors = checked_vectors(vectors, counts.shape[0])
    # Threads change the order of floating-point sums, and with it the topics: one thread, same bytes.
    with threadpool_limits(limits=1):
        rows = canonical_order(counts)
        if len(rows) > models[0].fit_on:
            rows = distinct_rows(counts, models[0].fit_on)
        known = counts[rows]
        n_distinct, n_terms = len(np.unique(row_keys(known))), len(np.unique(known.indices))
        for model in models:
            model._check_enough(n_distinct, n_terms)
        space = models[0]._space(known, None if vectors is None else vectors[rows])
        ground = Ground(space, models[0].smoothing)
        for model in models:
            model._settle(counts, vectors, rows, model._learn(ground))
