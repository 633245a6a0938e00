"""The one form of every topic model here, ours and the peers': what it gives once it is fitted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class Engine(TransformerMixin, BaseEstimator):
    """What all engines share.  A document nothing is known about keeps a uniform row and is False in `assigned_`.

    Attributes
    ----------
    topic_term_ : ndarray, shape (n_topics, n_terms)
        Rows sum to 1: probabilities, or the engine's own weights scaled.
    doc_topic_ : ndarray, shape (n_documents, n_topics)
        Rows sum to 1.
    assigned_ : ndarray of bool, shape (n_documents,)
    """

    def fit_transform(self, X: Any, y: Any = None, **metadata: Any) -> np.ndarray:
        """Fit and return `doc_topic`, shape (n_documents, n_topics)."""
        return self.fit(X, y, **metadata).doc_topic_

    @property
    def doc_topic(self) -> np.ndarray:
        """θ of the fitted documents, shape (n_documents, n_topics), rows sum to 1."""
        check_is_fitted(self, "doc_topic_")
        return self.doc_topic_

    @property
    def topic_term(self) -> np.ndarray:
        """β, shape (n_topics, n_terms), rows sum to 1."""
        check_is_fitted(self, "topic_term_")
        return self.topic_term_

    @property
    def topic_ids(self) -> list[str]:
        """``"00"``, ``"01"``, … by falling prevalence; as many as the engine found."""
        return topic_ids(len(self.topic_term))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Column names of `transform`: ``"topic:00"``, …; shape (n_topics,)."""
        return np.array([f"topic:{topic}" for topic in self.topic_ids], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    def _counts(self, X: Any, *, reset: bool) -> sparse.csr_matrix:
        checked = validate_data(
            self, X, reset=reset, accept_sparse="csr", dtype=np.float64, ensure_non_negative=True,
            ensure_min_samples=2 if reset else 1, ensure_min_features=2 if reset else 1,
        )  # fmt: skip
        counts = sparse.csr_matrix(checked, copy=True)
        counts.sum_duplicates()
        counts.eliminate_zeros()
        return counts

    def _keep(self, mass: np.ndarray, weights: np.ndarray) -> Engine:
        """Take an engine's topics over, most prevalent first; rows of `mass` without anything are unassigned."""
        shares, assigned = rows_to_one(mass)
        self._order = np.argsort(-shares[assigned].sum(axis=0), kind="stable")
        self.doc_topic_, self.assigned_ = shares[:, self._order], assigned
        self.topic_term_ = rows_to_one(np.asarray(weights, dtype=float))[0][self._order]
        return self


def column_texts(counts: sparse.csr_matrix) -> Iterable[str]:
    """Each document as its column numbers, as often as counted, for engines that take words."""
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        yield " ".join(np.repeat(counts.indices[start:end], counts.data[start:end].astype(int)).astype(str))


def one_each(values: Any, n_documents: int, name: str) -> Any:
    """Texts or labels as a list of str, or an array of vectors, refused unless there is one for each document."""
    if values is None or len(values) != n_documents:
        raise ValueError(f"{name} must have one entry for each of {n_documents} documents, not {np.shape(values)}")
    return values if isinstance(values, np.ndarray) and values.ndim > 1 else [str(value) for value in values]


def only_where_words(shares: np.ndarray, counts: sparse.csr_matrix) -> np.ndarray:
    """Shares with rows of zeros where a document has no word: a prior alone assigns nothing."""
    return shares * (np.diff(counts.indptr) > 0)[:, None]


def rows_to_one(mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows scaled to sum to 1, uniform where nothing is there to scale, and which rows had something."""
    total = mass.sum(axis=1)
    filled = total > 0
    shares = np.full(mass.shape, 1.0 / mass.shape[1])
    shares[filled] = mass[filled] / total[filled, None]
    return shares, filled


def topic_ids(n_topics: int) -> list[str]:
    """Ids of the topics of any model, in its order: ``"00"``, ``"01"``, …

    >>> topic_ids(2), topic_ids(101)[100]
    (['00', '01'], '100')
    """
    width = max(2, len(str(n_topics - 1)))
    return [f"{topic:0{width}d}" for topic in range(n_topics)]
