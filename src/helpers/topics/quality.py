"""What a topic is worth: β, θ and counts in, scores and warnings by name out.

Every score has a scale of its own and none is truth: they are to be read together (`helpers.topics.topic_number`).
Matching and stability live in `helpers.topics.matching`, rankings of words in `helpers.topics.term_ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.metrics import normalized_mutual_info_score

from helpers.topics.engine import topic_ids
from helpers.topics.matching import document_sample, match_topics, stability
from helpers.topics.term_ranking import top_columns, top_terms, topic_shares_of_terms
from helpers.topics.topic_model import TopicModel

__all__ = [
    "coherence",
    "concentration",
    "diversity",
    "document_sample",
    "exclusivity",
    "heldout_fit",
    "match_topics",
    "normalised_mutual_information",
    "stability",
    "top_terms",
]

NPMI_EPSILON = 1e-12  # added to a pair's probability, as in Röder et al.'s reference code and in gensim
BACKGROUND = 0.05  # of every document's words in `heldout_fit` come from the corpus at large


def coherence(topic_terms: np.ndarray, counts: sparse.csr_matrix, *, n: int = 10) -> np.ndarray:
    """NPMI of each topic's words: do they occur in the same documents?

    For words i, j with p the share of documents that contain the word (or both, ``p_ij``)::

        NPMI(i, j) = log((p_ij + ε) / (p_i p_j)) / −log(p_ij + ε),   ε = 1e-12

    averaged over the pairs of the topic's top words (Bouma 2009; Röder, Both & Hinneburg 2015, WSDM: C_NPMI
    with the window as wide as the document).  For another window give one row of `counts` a window.  A pair
    scores 0 when one of its words occurs nowhere, or both are in every document: NPMI is not defined there.

    Parameters
    ----------
    topic_terms : ndarray
        β, float, shape (n_topics, n_terms); or columns of chosen words, int, shape (n_topics, n_words).
    counts : csr matrix, shape (n_documents, n_terms)
        Only whether a count is positive is used.
    n : int
        Words taken from each row of β.

    Returns
    -------
    ndarray, shape (n_topics,)
        −1 never together, 0 as by chance, 1 always together.

    >>> counts = sparse.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]])
    >>> coherence(np.array([[0, 1], [0, 2]]), counts).round(2).tolist()
    [1.0, -0.95]
    """
    columns = _columns(topic_terms, n)
    if columns.shape[1] < 2:
        raise ValueError(f"coherence needs two words a topic, not {columns.shape[1]}")
    words, place = np.unique(columns, return_inverse=True)
    place = place.reshape(columns.shape)
    present = sparse.csr_matrix(counts)[:, words].astype(bool).astype(float)
    together = (present.T @ present).toarray() / counts.shape[0]
    alone = np.diag(together)
    defined = (np.outer(alone, alone) > 0) & (together < 1)
    expected = np.where(defined, np.outer(alone, alone), 1.0)
    observed = np.where(defined, together, 0.5) + NPMI_EPSILON
    npmi = np.where(defined, np.log(observed / expected) / -np.log(observed), 0.0)
    first, second = np.triu_indices(columns.shape[1], k=1)
    return npmi[place[:, first], place[:, second]].mean(axis=1)


def diversity(topic_terms: np.ndarray, *, n: int = 10) -> float:
    """Share of distinct words among all topics' top words (Dieng, Ruiz & Blei 2020, TACL 8), 1/K..1.

    Parameters
    ----------
    topic_terms : ndarray
        β, or columns of chosen words, as in `coherence`.
    n : int
        Words taken from each row of β; the paper takes 25.

    >>> diversity(np.array([[0, 1], [0, 2]]))
    0.75
    """
    columns = _columns(topic_terms, n)
    return len(np.unique(columns)) / columns.size


def exclusivity(topic_term: np.ndarray, *, n: int = 10) -> np.ndarray:
    """How far each topic's top words are its own: mean over its top `n` of ``β_kv / Σ_j β_jv``.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    n : int
        Words a topic.

    Returns
    -------
    ndarray, shape (n_topics,)
        About 1/K when all topics are alike, 1 when no word is shared.

    >>> exclusivity(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]), n=2).tolist()
    [0.75, 0.75]
    """
    own = topic_shares_of_terms(topic_term)
    return np.take_along_axis(own, top_columns(topic_term, n=n), axis=1).mean(axis=1)


def normalised_mutual_information(doc_topic: np.ndarray, labels: Sequence[str]) -> float:
    """Agreement of each document's largest topic with known labels, 0..1 (arithmetic normalisation).

    >>> normalised_mutual_information(np.array([[0.9, 0.1], [0.2, 0.8]]), ["trade", "war"])
    1.0
    """
    return float(normalized_mutual_info_score(labels, np.asarray(doc_topic).argmax(axis=1)))


def heldout_fit(
    model: TopicModel, train: sparse.csr_matrix, heldout: sparse.csr_matrix, *, rng: np.random.Generator
) -> float:
    """Does half a new document foretell its other half?  Nats a word gained over word frequencies alone.

    Document completion (Wallach et al. 2009, ICML): each token of a held-out document falls into either half
    by a fair coin, shares come from the first half, ``p(v|d) = .95 Σ_k θ_dk φ_kv + .05 p(v)`` is asked of the
    second.  φ is estimated from training counts by the model's own shares, so that any engine can be asked.

    Parameters
    ----------
    model : fitted model with `doc_topic` (of `train`) and `transform`
    train, heldout : csr matrices of counts, shapes (n_train, n_terms) and (n_heldout, n_terms)
    rng : numpy Generator

    Returns
    -------
    float
        0 when topics tell nothing, nan when the held-out documents have no second half.

    >>> rng = np.random.default_rng(3)
    >>> words = rng.poisson(np.repeat([[4, 4, 4, 0, 0, 0], [0, 0, 0, 4, 4, 4]], 150, axis=0))
    >>> train, heldout = sparse.csr_matrix(words[::2]), sparse.csr_matrix(words[1::2])
    >>> with_two = TopicModel(n_topics=2).fit(train)
    >>> round(heldout_fit(with_two, train, heldout, rng=rng), 1)     # log 2 is all there is to know
    0.7
    """
    heldout = sparse.csr_matrix(heldout)
    seen, unseen = heldout.astype(float), heldout.astype(float)
    seen.data = rng.binomial(heldout.data.astype(np.int64), 0.5).astype(float)
    unseen.data = heldout.data - seen.data
    total = np.asarray(train.sum(axis=0)).ravel() + 1.0
    overall = total / total.sum()
    words = np.asarray(train.T @ model.doc_topic).T
    words /= np.maximum(words.sum(axis=1, keepdims=True), 1e-300)
    row, column = unseen.nonzero()
    if not row.size:
        return float("nan")
    topical = (model.transform(seen)[row] * words.T[column]).sum(axis=1)
    gained = np.log((1 - BACKGROUND) * topical + BACKGROUND * overall[column]) - np.log(overall[column])
    n_words = np.asarray(unseen[row, column]).ravel()
    return float(np.average(gained, weights=n_words))


def concentration(
    doc_topic: np.ndarray, labels: pd.Series | Sequence[str], *, share: float = 0.5, lift: float = 2.0
) -> pd.DataFrame:
    """Which topics are really one outlet, one week or one wire story.

    Parameters
    ----------
    doc_topic : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.
    labels : sequence, length n_documents
        Outlet, ISO week or copy cluster of each document; the name of a Series is used in ``verdict``.
    share, lift : float
        A topic is called after a label that carries at least `share` of it and at least `lift` times what the
        label carries of the corpus.

    Returns
    -------
    DataFrame, one row a topic: ``topic`` (id), ``label`` that carries most, ``share`` of the topic it
        carries, ``base`` (share of the corpus), ``lift``, ``verdict`` ('' or e.g. 'outlet: kcna')

    >>> theta = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    >>> concentration(theta, pd.Series(["a", "a", "a", "b", "c"], name="outlet"), lift=1.5).verdict.tolist()
    ['outlet: a', '']
    """
    theta = np.asarray(doc_topic, dtype=float)
    codes, names = pd.factorize(np.asarray(labels), sort=True)
    if len(codes) != len(theta):
        raise ValueError(f"{len(codes)} labels for {len(theta)} documents")
    if (codes < 0).any():
        raise ValueError(f"document in row {int(codes.argmin())} has no label; name it or leave it out")
    carried = np.zeros((len(names), theta.shape[1]))
    np.add.at(carried, codes, theta)
    of_topic = carried / np.maximum(carried.sum(axis=0), 1e-300)
    most = of_topic.argmax(axis=0)
    topic_share = of_topic[most, np.arange(theta.shape[1])]
    base = (np.bincount(codes, minlength=len(names)) / len(codes))[most]
    called = (topic_share >= share) & (topic_share >= lift * base)
    kind = getattr(labels, "name", None) or "label"
    verdict = [f"{kind}: {name}" if yes else "" for name, yes in zip(names[most], called, strict=True)]
    return pd.DataFrame(
        {
            "topic": topic_ids(theta.shape[1]),
            "label": names[most],
            "share": topic_share,
            "base": base,
            "lift": topic_share / base,
            "verdict": verdict,
        }
    )


def _columns(topic_terms: np.ndarray, n: int) -> np.ndarray:
    array = np.asarray(topic_terms)
    return array if np.issubdtype(array.dtype, np.integer) else top_columns(array, n=n)
