"""Other people's topic models behind the interface of `helpers.topics.topic_model.TopicModel`: counts in, topics out.

Here to be compared with, in one table, by the same scores; see `benchmarks/topics.md`.  Each engine keeps its makers'
way of fitting; only what comes out is brought into one form: rows that sum to 1, topics by falling prevalence.
tomotopy and BERTopic are extras: an engine whose library is absent says which one to install.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from helpers.topics.engine import Engine, column_texts, one_each, only_where_words, rows_to_one


class Encoder(Protocol):
    """Anything that turns texts into vectors, as a sentence-transformers model does."""

    def encode(self, texts: list[str]) -> np.ndarray: ...


class ScikitNMF(Engine):
    """scikit-learn's NMF on sublinear TF-IDF, `nndsvda` start.

    Parameters
    ----------
    n_topics : int
    max_iter : int
    seed : int

    >>> counts = np.repeat([[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]], [8, 4], axis=0)
    >>> ScikitNMF(2).fit(counts).doc_topic.round(1)[[0, -1]].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, n_topics: int = 20, *, max_iter: int = 500, seed: int = 0) -> None:
        self.n_topics = n_topics
        self.max_iter = max_iter
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> ScikitNMF:
        """Learn topics from counts, shape (n_documents, n_terms)."""
        counts = self._counts(X, reset=True)
        self.weigh_ = TfidfTransformer(sublinear_tf=True)
        self.model_ = NMF(self.n_topics, init="nndsvda", max_iter=self.max_iter, random_state=self.seed)
        with threadpool_limits(limits=1):
            loads = self.model_.fit_transform(self.weigh_.fit_transform(counts))
        # W alone depends on how long each row of H happens to be; times the row sums it is weight explained.
        return self._keep(loads * self.model_.components_.sum(axis=1), self.model_.components_)

    def transform(self, X: Any) -> np.ndarray:
        """Topic shares of documents, shape (n_documents, n_topics), rows sum to 1."""
        check_is_fitted(self, "topic_term_")
        with threadpool_limits(limits=1):
            loads = self.model_.transform(self.weigh_.transform(self._counts(X, reset=False)))
        return rows_to_one(loads * self.model_.components_.sum(axis=1))[0][:, self._order]


class ScikitLDA(Engine):
    """scikit-learn's latent Dirichlet allocation, online variational Bayes (Hoffman, Blei & Bach 2010).

    Parameters
    ----------
    n_topics : int
    max_iter : int
        Passes over the documents.
    seed : int
    """

    def __init__(self, n_topics: int = 20, *, max_iter: int = 20, seed: int = 0) -> None:
        self.n_topics = n_topics
        self.max_iter = max_iter
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> ScikitLDA:
        """Learn topics from counts, shape (n_documents, n_terms)."""
        counts = self._counts(X, reset=True)
        # n_jobs stays 1: with two the same seed gives other topics.
        self.model_ = LatentDirichletAllocation(
            self.n_topics, learning_method="online", max_iter=self.max_iter, random_state=self.seed, n_jobs=1
        )
        with threadpool_limits(limits=1):
            shares = self.model_.fit_transform(counts)
        return self._keep(only_where_words(shares, counts), self.model_.components_)

    def transform(self, X: Any) -> np.ndarray:
        """Topic shares of documents, shape (n_documents, n_topics), rows sum to 1."""
        check_is_fitted(self, "topic_term_")
        counts = self._counts(X, reset=False)
        with threadpool_limits(limits=1):
            shares = self.model_.transform(counts)
        return rows_to_one(only_where_words(shares, counts))[0][:, self._order]


class TomotopyLDA(Engine):
    """tomotopy's latent Dirichlet allocation by collapsed Gibbs sampling, one worker, its own priors.

    Parameters
    ----------
    n_topics : int
    iterations : int
        Sweeps over the corpus.
    seed : int
    """

    _engine = "LDAModel"

    def __init__(self, n_topics: int = 20, *, iterations: int = 1000, seed: int = 0) -> None:
        self.n_topics = n_topics
        self.iterations = iterations
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> TomotopyLDA:
        """Learn topics from counts, shape (n_documents, n_terms)."""
        return self._sample(self._counts(X, reset=True), None)

    def transform(self, X: Any) -> np.ndarray:
        """Topic shares of documents, shape (n_documents, n_topics), rows sum to 1."""
        return self._infer(self._counts(X, reset=False), None)

    def _sample(self, counts: sparse.csr_matrix, labels: Sequence[str] | None) -> Any:
        model = getattr(_tomotopy(type(self).__name__), self._engine)(k=self.n_topics, seed=self.seed)
        texts = list(column_texts(counts))
        filled = [place for place, text in enumerate(texts) if text]
        for place in filled:
            model.add_doc(texts[place].split(), **({} if labels is None else {"metadata": labels[place]}))
        model.train(self.iterations, workers=1)
        mass = np.zeros((counts.shape[0], self.n_topics))
        mass[filled] = [document.get_topic_dist() for document in model.docs]
        weights = np.zeros((self.n_topics, counts.shape[1]))
        columns = [int(word) for word in model.used_vocabs]
        weights[:, columns] = [model.get_topic_word_dist(topic) for topic in range(self.n_topics)]
        self.saved_ = model.saves(full=False)  # bytes can be pickled, the model cannot
        return self._keep(mass, weights)

    def _infer(self, counts: sparse.csr_matrix, labels: Sequence[str] | None) -> np.ndarray:
        check_is_fitted(self, "topic_term_")
        engine = getattr(_tomotopy(type(self).__name__), self._engine)
        known = set(engine.loads(self.saved_).used_vocabs)
        mass = np.zeros((counts.shape[0], self.n_topics))
        for place, text in enumerate(column_texts(counts)):
            words = [word for word in text.split() if word in known]
            if words:
                # Loaded anew for each document: what is inferred must not depend on who was asked about before.
                model = engine.loads(self.saved_)
                document = model.make_doc(words, **({} if labels is None else {"metadata": labels[place]}))
                mass[place] = model.infer(document, workers=1)[0]
        return rows_to_one(mass)[0][:, self._order]


class TomotopyDMR(TomotopyLDA):
    """tomotopy's Dirichlet-multinomial regression (Mimno & McCallum 2008): topic priors that depend on a label.

    Parameters
    ----------
    n_topics, iterations, seed : as in `TomotopyLDA`

    Attributes
    ----------
    labels_ : list of str
        Labels met in fitting.
    """

    _engine = "DMRModel"

    def fit(self, X: Any, y: Any = None, *, metadata: Sequence[str] | None = None) -> TomotopyDMR:
        """Learn topics from counts, and from `metadata`: one label (outlet, year …) a document."""
        counts = self._counts(X, reset=True)
        labels = one_each(metadata, counts.shape[0], "metadata")
        self.labels_ = sorted(set(labels))
        return self._sample(counts, labels)

    def transform(self, X: Any, *, metadata: Sequence[str] | None = None) -> np.ndarray:
        """Topic shares of documents whose labels were met in fitting, shape (n_documents, n_topics)."""
        counts = self._counts(X, reset=False)
        labels = one_each(metadata, counts.shape[0], "metadata")
        strange = sorted(set(labels) - set(self.labels_))
        if strange:
            raise ValueError(f"label {strange[0]!r} was not met in fitting, only {self.labels_}")
        return self._infer(counts, labels)


class BERTopicModel(Engine):
    """BERTopic (Grootendorst 2022): embeddings, UMAP, HDBSCAN, class-based TF-IDF.

    Each document belongs to one topic or to none; those of none are unassigned, their rows uniform.

    Parameters
    ----------
    n_topics : int
        Clusters are merged down to it.  Where HDBSCAN finds fewer there are fewer topics, with a warning.
    encoder : object with ``encode(texts)``, optional
        Needed unless embeddings are given to `fit`.
    min_topic_size : int
        Documents in the smallest cluster.
    seed : int
        Of UMAP; one thread.

    Attributes
    ----------
    outlier_share_ : float
        Share of fitted documents that belong to no topic.
    topic_term_ : c-TF-IDF over the columns of the counts, rows scaled to sum to 1
    """

    def __init__(
        self, n_topics: int = 20, *, encoder: Encoder | None = None, min_topic_size: int = 10, seed: int = 0
    ) -> None:
        self.n_topics = n_topics
        self.encoder = encoder
        self.min_topic_size = min_topic_size
        self.seed = seed

    def fit(
        self, X: Any, y: Any = None, *, texts: Sequence[str] | None = None, embeddings: np.ndarray | None = None
    ) -> BERTopicModel:
        """Learn topics from counts and either `texts` for the encoder or `embeddings`, shape (n_documents, n_dims)."""
        counts = self._counts(X, reset=True)
        vectors = self._embed(texts, embeddings, counts.shape[0])
        self.model_ = _bertopic_model(counts.shape[1], min_topic_size=self.min_topic_size, seed=self.seed)
        words = list(column_texts(counts))  # so that c-TF-IDF has the columns of the counts
        with threadpool_limits(limits=1):
            self.model_.fit(words, vectors)
            n_found = len(set(self.model_.topics_) - {-1})
            if n_found > self.n_topics:
                self.model_.reduce_topics(words, self.n_topics + (-1 in self.model_.topics_))
        if n_found < self.n_topics:
            warnings.warn(f"BERTopic found {n_found} topics, not {self.n_topics}", stacklevel=2)
        if not n_found:
            raise ValueError(f"BERTopic called all {counts.shape[0]} documents outliers; lower min_topic_size")
        members = self._members(self.model_.topics_)
        self.outlier_share_ = float(1 - members.sum(axis=1).mean())
        return self._keep(members, self.model_.c_tf_idf_.toarray()[-members.shape[1] :])

    def transform(
        self, X: Any, *, texts: Sequence[str] | None = None, embeddings: np.ndarray | None = None
    ) -> np.ndarray:
        """One topic a document, uniform for outliers; shape (n_documents, n_topics)."""
        check_is_fitted(self, "topic_term_")
        counts = self._counts(X, reset=False)
        vectors = self._embed(texts, embeddings, counts.shape[0])
        with threadpool_limits(limits=1):
            topics, _ = self.model_.transform(list(column_texts(counts)), vectors)
        return rows_to_one(self._members(topics, len(self.topic_term_)))[0][:, self._order]

    def _embed(self, texts: Sequence[str] | None, embeddings: np.ndarray | None, n_documents: int) -> np.ndarray:
        if embeddings is None:
            if self.encoder is None:
                raise ValueError("BERTopicModel needs an encoder, or embeddings given to fit and transform")
            embeddings = self.encoder.encode(list(one_each(texts, n_documents, "texts")))
        return np.asarray(one_each(embeddings, n_documents, "embeddings"))

    @staticmethod
    def _members(topics: Iterable[int], n_topics: int | None = None) -> np.ndarray:
        chosen = np.asarray(list(topics))
        return (chosen[:, None] == np.arange(n_topics or chosen.max() + 1)).astype(float)


def _bertopic_model(n_terms: int, *, min_topic_size: int, seed: int) -> Any:
    try:
        from bertopic import BERTopic
        from umap import UMAP
    except ModuleNotFoundError as absent:
        raise ImportError(f"BERTopicModel needs {absent.name}; install the extra 'bertopic' of this project") from None
    # BERTopic's own settings, with a seed: without one UMAP differs on every run.
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    columns = CountVectorizer(analyzer=str.split, vocabulary=[str(column) for column in range(n_terms)])
    return BERTopic(
        embedding_model=None, umap_model=umap, vectorizer_model=columns, min_topic_size=min_topic_size, verbose=False
    )


def _tomotopy(who: str) -> ModuleType:
    try:
        import tomotopy
    except ModuleNotFoundError:
        raise ImportError(f"{who} needs tomotopy; install the extra 'tomotopy' of this project") from None
    return tomotopy
