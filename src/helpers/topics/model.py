"""Term counts in, topics out: non-negative factors of TF-IDF smoothed over nearest neighbours.

Method: Lee & Seung (1999), "Learning the parts of objects by non-negative matrix factorization", Nature 401,
on sublinear TF-IDF in which every document borrows a share `smoothing` of its weights from its nearest
neighbours (`helpers.topics.smooth`).  Measured beside its peers in `benchmarks/topics.md`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import NMF
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from helpers.topics.engine import Engine, rows_to_one
from helpers.topics.smooth import NeighbourSpace, canonical_order, least_squares, row_keys

FEW_DOCUMENTS = 100  # below this topics are mostly a matter of which documents were drawn
NMF_ITERATIONS = 500


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
        Neighbours in G, by cosine.  Verbatim copies are not neighbours: they would add nothing new.
    n_components : int
        Dimensions of the latent semantic space; fewer when the corpus has fewer.
    seed : int
        Start of the decompositions.

    Attributes
    ----------
    components_ : ndarray, shape (n_topics, n_terms)
        H, in units of smoothed TF-IDF; topics in order of prevalence.
    topic_term_ : ndarray, shape (n_topics, n_terms)
        β, rows of H scaled to sum to 1: shares of TF-IDF weight, so telling words outweigh frequent ones.
    doc_topic_ : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.  A document without a term keeps its row, uniform, and is False in `assigned_`.
    assigned_ : ndarray of bool, shape (n_documents,)
        False where nothing in the document speaks for any topic.

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
        smoothing: float = 0.5,
        n_neighbours: int = 10,
        n_components: int = 100,
        seed: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.smoothing = smoothing
        self.n_neighbours = n_neighbours
        self.n_components = n_components
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> TopicModel:
        """Learn topics from a document-term matrix.

        Parameters
        ----------
        X : sparse matrix or array of counts, shape (n_documents, n_terms)
            Never negative.
        y : ignored, present for pipelines

        Raises
        ------
        ValueError
            If a setting is out of range or there are fewer distinct documents or terms than topics.

        Warns
        -----
        SmallCorpusWarning
            Below `FEW_DOCUMENTS` documents, or five documents a topic.
        """
        counts = self._counts(X, reset=True)
        # Threads change the order of floating-point sums, and with it the topics: one thread, same bytes.
        with threadpool_limits(limits=1):
            order = canonical_order(counts)
            self._check(counts[order])
            space = self._space(counts[order])
            return self._factorise(space, space.smooth(counts[order]), order, counts.shape[0])

    def fit_each(self, X: Any, numbers: Iterable[int]) -> dict[int, TopicModel]:
        """One fitted model for each number of topics; what does not depend on that number is computed once.

        Parameters
        ----------
        X : as in `fit`
        numbers : iterable of int
            Values of K, in place of `n_topics`.

        Returns
        -------
        dict of int to TopicModel
            Each equal to ``TopicModel(K, …).fit(X)``.
        """
        models = {number: clone(self).set_params(n_topics=number) for number in numbers}
        shared: tuple[NeighbourSpace, sparse.csr_matrix] | None = None
        with threadpool_limits(limits=1):
            for model in models.values():
                counts = model._counts(X, reset=True)
                order = canonical_order(counts)
                model._check(counts[order])
                if shared is None:
                    space = model._space(counts[order])
                    shared = space, space.smooth(counts[order])
                model._factorise(*shared, order, counts.shape[0])
        return models

    def transform(self, X: Any) -> np.ndarray:
        """Topic shares of documents, new or old, without refitting.

        Parameters
        ----------
        X : sparse matrix or array of counts, shape (n_documents, n_terms)
            Columns as in `fit`.

        Returns
        -------
        ndarray, shape (n_documents, n_topics)
            Rows sum to 1; uniform where `assigned` is False.
        """
        return self._infer(X)[0]

    def assigned(self, X: Any) -> np.ndarray:
        """Whether anything in a document speaks for a topic: bool, shape (n_documents,)."""
        return self._infer(X)[1]

    def _space(self, counts: sparse.csr_matrix) -> NeighbourSpace:
        return NeighbourSpace(
            counts,
            smoothing=self.smoothing,
            n_neighbours=self.n_neighbours,
            n_components=self.n_components,
            seed=self.seed,
        )

    def _factorise(
        self, space: NeighbourSpace, smoothed: sparse.csr_matrix, order: np.ndarray, n_documents: int
    ) -> TopicModel:
        self.space_ = space
        factors = NMF(self.n_topics, init="nndsvda", max_iter=NMF_ITERATIONS, random_state=self.seed)
        self.components_ = factors.fit(smoothed).components_
        self.n_iter_ = factors.n_iter_
        mass = self._mass(smoothed)
        by_prevalence = np.argsort(-rows_to_one(mass)[0].mean(axis=0), kind="stable")
        self.components_ = self.components_[by_prevalence]
        self.topic_term_ = rows_to_one(self.components_)[0]
        self.doc_topic_ = np.full((n_documents, self.n_topics), 1.0 / self.n_topics)
        self.assigned_ = np.zeros(n_documents, dtype=bool)
        self.doc_topic_[order], self.assigned_[order] = rows_to_one(mass[:, by_prevalence])
        return self

    def _infer(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self, "components_")
        counts = self._counts(X, reset=False)
        with threadpool_limits(limits=1):
            return rows_to_one(self._mass(self.space_.smooth(counts)))

    def _mass(self, smoothed: sparse.csr_matrix) -> np.ndarray:
        # W alone depends on how long each row of H happens to be; times the row sums it is weight explained.
        return least_squares(smoothed, self.components_) * self.components_.sum(axis=1)

    def _check(self, counts: sparse.csr_matrix) -> None:
        for name in ("n_topics", "n_neighbours", "n_components"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, not {value!r}")
        if not isinstance(self.smoothing, Real) or not 0 <= self.smoothing < 1:
            raise ValueError(f"smoothing must be at least 0 and below 1, not {self.smoothing!r}")
        n_distinct = len(np.unique(row_keys(counts)))
        n_terms = len(np.unique(counts.indices))
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
                stacklevel=3,
            )
