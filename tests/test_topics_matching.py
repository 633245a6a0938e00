"""Shares under fits on half of the documents."""

import numpy as np
from scipy import sparse

from helpers.topics.matching import refit_shares
from helpers.topics.topic_model import TopicModel


def corpus(n: int = 160) -> sparse.csr_matrix:
    rng = np.random.default_rng(4)
    rates = np.kron(np.eye(4), np.full((1, 6), 3.0)) + 0.2
    return sparse.csr_matrix(rng.poisson(rates[np.arange(n) % 4]))


def fit(counts: sparse.csr_matrix) -> TopicModel:
    return TopicModel(4, seed=1).fit(counts)


def test_plain_topics_are_found_again_in_their_own_places():
    counts = corpus()
    model = fit(counts)
    shares = refit_shares(fit, counts, model.topic_term, fits=3, rng=np.random.default_rng(5), n=6)
    assert shares.shape == (3, 160, 4)
    assert np.allclose(shares.sum(axis=2), 1)
    assert (shares.argmax(axis=2) == model.doc_topic.argmax(axis=1)).mean() > 0.98


def test_the_same_generator_gives_the_same_shares_and_another_other_ones():
    counts = corpus()
    beta = fit(counts).topic_term
    one, same, other = (
        refit_shares(fit, counts, beta, fits=2, rng=np.random.default_rng(seed), n=6) for seed in (6, 6, 7)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)
