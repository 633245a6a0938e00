"""Factors: as near as the library's, from the product or without it."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.decomposition import NMF

from helpers.topics.factors import Product, factorise, non_negative, start


def product(n_documents: int = 120, n_terms: int = 40, seed: int = 2) -> tuple[Product, np.ndarray]:
    rng = np.random.default_rng(seed)
    weights = sparse.random_array((n_documents, n_terms), density=0.2, rng=rng, format="csr")
    blur = sparse.random_array((n_documents, n_documents), density=0.05, rng=rng, format="csr")
    mixing = sparse.csr_matrix(sparse.eye_array(n_documents) + blur)
    return Product(sparse.csr_matrix(weights), mixing, mixing.T.tocsr()), (mixing @ mixing.T @ weights).toarray()


def test_the_product_is_never_formed_and_still_the_same():
    operator, whole = product()
    rng = np.random.default_rng(0)
    for n_columns in (1, 5):
        right, left = rng.normal(size=(40, n_columns)), rng.normal(size=(120, n_columns))
        np.testing.assert_allclose(operator.times(right), whole @ right)
        np.testing.assert_allclose(operator.transposed_times(left), whole.T @ left)
    assert operator.mean() == pytest.approx(whole.mean())


@pytest.mark.parametrize("n_topics", [2, 5, 12])
def test_error_is_that_of_the_library(n_topics):
    operator, whole = product()
    w, h, steps = factorise(operator, *start(operator, n_topics), still=1e-9, most_steps=400)
    peer = NMF(n_topics, init="nndsvda", random_state=0, max_iter=3000, tol=1e-5)
    peer_w = peer.fit_transform(whole)
    ours, theirs = (np.linalg.norm(whole - a @ b) for a, b in ((w, h), (peer_w, peer.components_)))
    assert ours <= 1.01 * theirs and steps > 1
    assert w.min() >= 0 and h.min() >= 0


def test_the_start_is_better_than_nothing_and_the_steps_better_than_the_start():
    operator, whole = product()
    w, h = start(operator, 4)
    assert w.min() > 0 and h.min() > 0
    better = factorise(operator, w.copy(), h.copy(), most_steps=5)
    assert np.linalg.norm(whole - better[0] @ better[1]) < np.linalg.norm(whole - w @ h)


def test_as_many_topics_as_terms_can_be_asked_for():
    operator, whole = product(12, 6)
    w, h, _ = factorise(operator, *start(operator, 6), most_steps=2000, still=0)
    assert np.linalg.norm(whole - w @ h) < 0.1 * np.linalg.norm(whole)


def test_non_negative_least_squares_agree_with_scipy():
    from scipy.optimize import nnls

    rng = np.random.default_rng(5)
    topics, documents = rng.uniform(size=(4, 30)), rng.uniform(size=(7, 30)) - 0.2
    found = non_negative(documents @ topics.T, topics @ topics.T, sweeps=5000)
    for row, document in zip(found, documents, strict=True):
        np.testing.assert_allclose(row, nnls(topics.T, document)[0], atol=1e-6)
