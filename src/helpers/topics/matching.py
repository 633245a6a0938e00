"""The same topic in two models, and what is left of a model when the documents or the seed change.

Matching: one to one, best total similarity (Kuhn 1955; as in Greene, O'Callaghan & Cunningham 2014, "How many
topics?", ECML-PKDD).  Resamples are drawn without replacement and, given clusters, by whole clusters: a wire
story printed by six outlets must not be in both what a model learned from and what it did not.

Shares under other fits (`refit_shares`): half-samples of whole clusters, whose spread needs no scaling (McCarthy 1969,
Review of the International Statistical Institute 37(3)).  What is done with them:
`helpers.compare.measurement_error`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from sklearn.preprocessing import normalize

from helpers.topics.engine import topic_ids
from helpers.topics.term_ranking import Fitted, top_columns
from helpers.topics.topic_model import SmallCorpusWarning


def match_topics(
    a: np.ndarray, b: np.ndarray, *, n: int = 10, on: Literal["overlap", "cosine"] = "overlap"
) -> pd.DataFrame:
    """Pair the topics of two models over the same vocabulary, one to one.

    Parameters
    ----------
    a, b : ndarray, shapes (n_topics_a, n_terms) and (n_topics_b, n_terms)
        β of either model; numbers of topics may differ, then some stay without a partner.
    n : int
        Top terms compared under ``on="overlap"``.
    on : 'overlap' or 'cosine'
        Similarity of two topics: share of their top `n` terms that both have, or cosine of their rows of β.

    Returns
    -------
    DataFrame, columns ``a``, ``b`` (row numbers), ``similarity`` (0..1), by ``a``

    >>> beta = np.array([[0.5, 0.3, 0.2, 0.0], [0.0, 0.1, 0.4, 0.5]])
    >>> match_topics(beta, beta[::-1], n=2).to_numpy().tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]
    """
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"models over {a.shape[1]} and {b.shape[1]} terms cannot be matched")
    if on == "overlap":
        flags_a, flags_b = _top_flags(a, n), _top_flags(b, n)
        similarity = flags_a @ flags_b.T / min(n, a.shape[1])
    elif on == "cosine":
        similarity = normalize(a) @ normalize(b).T
    else:
        raise ValueError(f"on {on!r} is not one of 'overlap', 'cosine'")
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    return pd.DataFrame({"a": rows, "b": columns, "similarity": similarity[rows, columns]})


def document_sample(
    n_documents: int,
    *,
    share: float = 0.8,
    rng: np.random.Generator,
    clusters: Sequence[str] | None = None,
) -> np.ndarray:
    """Which documents are in one sample, by whole clusters: bool, shape (n_documents,).

    Parameters
    ----------
    n_documents : int
    share : float in (0, 1)
        Of the clusters, rounded, at least one in and one out.
    rng : numpy Generator
    clusters : sequence, length n_documents, optional
        Copy cluster (or outlet-week …) of each document; each document on its own when left out.

    >>> inside = document_sample(6, rng=np.random.default_rng(0), share=0.5, clusters=list("aabbcd"))
    >>> inside[0] == inside[1], inside[2] == inside[3]
    (np.True_, np.True_)
    """
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, not {share!r}")
    labels = np.arange(n_documents) if clusters is None else pd.factorize(np.asarray(clusters))[0]
    if len(labels) != n_documents:
        raise ValueError(f"{len(labels)} cluster labels for {n_documents} documents")
    if labels.min(initial=0) < 0:
        raise ValueError(f"document in row {int(labels.argmin())} has no cluster; give each its own")
    n_clusters = len(np.unique(labels))
    if n_clusters < 2:
        raise ValueError(f"{n_clusters} cluster cannot be sampled from; resampling needs at least two")
    n_in = min(max(1, round(share * n_clusters)), n_clusters - 1)
    return np.isin(labels, rng.choice(n_clusters, size=n_in, replace=False))


def stability(
    fit: Callable[[sparse.csr_matrix, int], Fitted],
    csr: sparse.csr_matrix,
    *,
    seeds: Sequence[int],
    samples: int,
    share: float = 0.8,
    rng: np.random.Generator,
    clusters: Sequence[str] | None = None,
    n: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much of each topic is found again under other seeds and in other documents.

    The reference is the fit of all documents with the first seed; each other fit is matched to it
    (`match_topics`, overlap of the top `n` terms).  A model with a fixed start is stable over seeds by
    construction, so that figure says nothing without the one over samples.

    Parameters
    ----------
    fit : callable (csr, seed) -> fitted model with `topic_term`
    csr : csr matrix, shape (n_documents, n_terms)
    seeds : sequence of int
        The reference's, then at least one other.
    samples : int
        Number of document samples, each fitted with the first seed.
    share, rng, clusters : as in `document_sample`
    n : int, top terms compared
    level : float
        ``low`` and ``high`` enclose this part of the runs: with few runs, nearly their range.

    Returns
    -------
    DataFrame, columns ``source`` ('seeds' or 'samples'), ``topic`` ('all' or an id), ``estimate`` (mean
        overlap), ``low``, ``high``, ``n_runs``

    Raises
    ------
    ValueError : with fewer than two seeds or no sample

    >>> from types import SimpleNamespace
    >>> fixed = lambda csr, seed: SimpleNamespace(topic_term=np.eye(2, 4))
    >>> table = stability(fixed, sparse.csr_matrix(np.eye(4)), seeds=[0, 1], samples=2,
    ...                   rng=np.random.default_rng(0), n=1)
    >>> table.query("topic == 'all'").estimate.tolist()
    [1.0, 1.0]
    """
    if len(seeds) < 2 or samples < 1:
        raise ValueError(f"stability needs two seeds and one sample at least, not {len(seeds)} and {samples}")
    reference = fit(csr, seeds[0]).topic_term
    drawn = [document_sample(csr.shape[0], share=share, rng=rng, clusters=clusters) for _ in range(samples)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)  # the reference has given it, once is enough
        again = [fit(csr, seed).topic_term for seed in seeds[1:]]
        by_seed = found_again(reference, again, n=n)
        again = [fit(csr[inside], seeds[0]).topic_term for inside in drawn]
        by_sample = found_again(reference, again, n=n)
    tables = [_summary("seeds", by_seed, level=level), _summary("samples", by_sample, level=level)]
    return pd.concat(tables, ignore_index=True)


def found_again(reference: np.ndarray, others: Sequence[np.ndarray], *, n: int) -> np.ndarray:
    """Overlap of each reference topic with its partner, 0 without one: shape (n_runs, n_topics).

    >>> found_again(np.eye(2, 4), [np.eye(2, 4)[::-1]], n=1).tolist()
    [[1.0, 1.0]]
    """
    overlap = np.zeros((len(others), len(reference)))
    for run, other in enumerate(others):
        pairs = match_topics(reference, other, n=n)
        overlap[run, pairs["a"]] = pairs["similarity"]
    return overlap


def _summary(source: str, overlap: np.ndarray, *, level: float) -> pd.DataFrame:
    values = np.column_stack([overlap.mean(axis=1), overlap])
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "source": source,
            "topic": ["all", *topic_ids(overlap.shape[1])],
            "estimate": values.mean(axis=0),
            "low": low,
            "high": high,
            "n_runs": len(overlap),
        }
    )


def _top_flags(topic_term: np.ndarray, n: int) -> np.ndarray:
    flags = np.zeros(topic_term.shape)
    np.put_along_axis(flags, top_columns(topic_term, n=n), 1.0, axis=1)
    return flags


def refit_shares(
    fit: Callable[[sparse.csr_matrix], Fitted],
    counts: sparse.csr_matrix,
    topic_term: np.ndarray,
    *,
    clusters: Sequence[str] | None = None,
    fits: int = 5,
    rng: np.random.Generator,
    n: int = 10,
) -> np.ndarray:
    """θ of all documents under each of several fits on half of the clusters, topics matched to those given.

    Parameters
    ----------
    fit : callable (csr) -> fitted model with `topic_term` and `transform`
    counts : csr matrix, shape (n_documents, n_terms)
    topic_term : ndarray, shape (n_topics, n_terms)
        β of the fit that is reported.
    clusters, rng : as in `document_sample`
    fits : int
    n : int
        Top terms by which topics are matched.

    Returns
    -------
    ndarray, shape (fits, n_documents, n_topics)

    >>> class Fixed:
    ...     topic_term = np.eye(2, 4)[::-1]
    ...     def transform(self, csr): return np.tile([0.75, 0.25], (csr.shape[0], 1))
    >>> refit_shares(lambda csr: Fixed(), sparse.csr_matrix(np.ones((10, 4))), np.eye(2, 4),
    ...              rng=np.random.default_rng(0), fits=3, n=1)[:, 0].tolist()
    [[0.25, 0.75], [0.25, 0.75], [0.25, 0.75]]
    """
    shares = np.empty((fits, counts.shape[0], len(topic_term)))
    for place in range(fits):
        inside = document_sample(counts.shape[0], share=0.5, rng=rng, clusters=clusters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallCorpusWarning)  # the fit of all documents has given it
            other = fit(counts[inside])
        pairs = match_topics(topic_term, other.topic_term, n=n)
        shares[place] = other.transform(counts)[:, pairs["b"]]
    return shares
