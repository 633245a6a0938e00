"""Topic shares of the same documents under fits on halves of them: how far the shares rest on who was in the fit.

Method: half-samples of whole clusters, whose spread needs no scaling (McCarthy 1969, Review of the International
Statistical Institute 37(3)).  What is done with them: `helpers.compare.measurement_error`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

from helpers.topics.matching import document_sample, match_topics
from helpers.topics.term_ranking import Fitted
from helpers.topics.topic_model import SmallCorpusWarning


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
