"""The plane keeps distances that fit on it, says what it lost of the others, and does not depend on chance."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from helpers.topics.topic_map import coordinates, distances

MEASURES = ("jensen-shannon", "hellinger")


def beta(n_topics: int, seed: int = 0, n_terms: int = 60) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(n_terms, 0.1), n_topics)


def on_the_plane(plane) -> np.ndarray:
    return squareform(pdist(plane.points[["x", "y"]]))


@pytest.mark.parametrize("measure", MEASURES)
def test_distances_run_from_the_same_to_nothing_in_common(measure):
    apart = distances(np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]), measure=measure)
    np.testing.assert_allclose(apart, [[0, 0, 1], [0, 0, 1], [1, 1, 0]], atol=1e-12)


def test_distances_are_those_of_the_books():
    p, q = np.array([0.25, 0.75]), np.array([0.75, 0.25])
    hellinger = np.sqrt(1 - np.sqrt(p * q).sum())  # by the Bhattacharyya coefficient
    entropy = -(p * np.log2(p)).sum()
    both = np.array([p, q])
    assert distances(both, measure="hellinger")[0, 1] == pytest.approx(hellinger)
    assert distances(both)[0, 1] == pytest.approx(np.sqrt(1 - entropy))  # the mean of p and q has 1 bit


@pytest.mark.parametrize("measure", MEASURES)
def test_three_topics_fit_without_loss(measure):
    plane = coordinates(beta(3), measure=measure)
    np.testing.assert_allclose(on_the_plane(plane), distances(beta(3), measure=measure), atol=1e-9)
    assert plane.kept == pytest.approx(1.0)
    assert plane.stress == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("n_topics", [5, 8, 12])
def test_more_topics_lose_something_and_it_is_told(measure, n_topics):
    plane = coordinates(beta(n_topics), measure=measure)
    true = distances(beta(n_topics), measure=measure)
    squared = (on_the_plane(plane) ** 2).sum() / (true**2).sum()
    assert 0 < plane.kept < 1 and 0 < plane.stress < 1
    assert plane.kept == pytest.approx(squared)  # of the squared distances, as the docstring says
    assert (on_the_plane(plane) <= true + 1e-9).all()  # a projection never lengthens


def test_near_topics_stay_near():
    rows = beta(4)
    rows = np.vstack([rows, 0.95 * rows[0] + 0.05 * rows[1]])
    apart = on_the_plane(coordinates(rows))
    assert apart[0].argsort()[1] == 4


def test_axes_are_turned_by_rule_and_spread_most_first():
    for seed in range(6):
        points = coordinates(beta(7, seed)).points
        for axis in (points["x"], points["y"]):
            assert axis.abs().max() == axis.max()
            assert axis.mean() == pytest.approx(0, abs=1e-12)
        assert points["x"].var() >= points["y"].var()


def test_the_order_of_terms_and_topics_changes_no_place():
    rows = beta(6)
    points = coordinates(rows).points
    rng = np.random.default_rng(1)
    order = rng.permutation(6)
    again = coordinates(rows[order][:, rng.permutation(rows.shape[1])]).points
    np.testing.assert_allclose(again[["x", "y"]], points[["x", "y"]].iloc[order], atol=1e-9)
    assert coordinates(rows).points.equals(points)


@pytest.mark.parametrize("n_topics", [1, 2, 4])
def test_topics_without_a_difference_lie_at_one_place(n_topics):
    plane = coordinates(np.full((n_topics, 5), 0.2))
    assert not plane.points[["x", "y"]].to_numpy().any()
    assert (plane.kept, plane.stress) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[0.5, 0.5], [0.5, 0.4]], "row 1 .* sums to 0.9"),
        ([[1.5, -0.5]], "row 0"),
        ([[np.nan, 1.0]], "row 0"),
        ([0.5, 0.5], "shape"),
        (np.empty((0, 3)), "shape"),
    ],
)
def test_what_is_no_distribution_is_refused(rows, told):
    with pytest.raises(ValueError, match=told):
        coordinates(np.array(rows))


def test_an_unknown_measure_is_refused():
    with pytest.raises(ValueError, match="'cosine' is not one of"):
        distances(beta(2), measure="cosine")
