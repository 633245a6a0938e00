"""Topics on a plane: β in, a point for each topic out, with how much of the distances the plane keeps.

Method: classical scaling (Torgerson 1952, Psychometrika 17; Gower 1966, Biometrika 53) of distances between rows of
β, as in the intertopic distance map of Sievert & Shirley (2014, ILLVI workshop).  They scale Jensen–Shannon
divergences; here it is their square root, which is a metric (Endres & Schindelin 2003, IEEE Transactions on
Information Theory 49), or Hellinger's distance.  Both can be embedded without loss, so what the plane loses is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon, pdist, squareform

from helpers.topics.engine import topic_ids

Measure = Literal["jensen-shannon", "hellinger"]
SAME = 1e-9  # of the largest: below it a coordinate or a dimension is rounding error


@dataclass(frozen=True)
class Plane:
    """Topics on a plane.

    Attributes
    ----------
    points : DataFrame, one row a topic, columns ``topic`` (id), ``x``, ``y``
        In units of the distance, 0 at their mean; ``x`` is the direction in which topics differ most.
    kept : float
        Share of the squared distances between topics that the plane keeps, 0..1.
    stress : float
        Kruskal's (1964) stress-1 of the distances on the plane against the true ones; 0 is faithful.
    """

    points: pd.DataFrame
    kept: float
    stress: float


def distances(topic_term: np.ndarray, *, measure: Measure = "jensen-shannon") -> np.ndarray:
    """Distance between every two topics, 0 for the same words in the same shares, 1 for no word in common.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    measure : 'jensen-shannon' or 'hellinger'
        Root of the Jensen–Shannon divergence in bits, or Hellinger's distance.

    Returns
    -------
    ndarray, shape (n_topics, n_topics), symmetric, 0 on the diagonal

    Raises
    ------
    ValueError
        For a row that is no distribution, named by its number, or another measure.

    >>> distances(np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]))[0].tolist()
    [0.0, 0.0, 1.0]
    """
    beta = _distributions(topic_term)
    if measure == "jensen-shannon":
        apart = pdist(beta, lambda p, q: jensenshannon(p, q, base=2))
    elif measure == "hellinger":
        apart = pdist(np.sqrt(beta)) / np.sqrt(2)
    else:
        raise ValueError(f"measure {measure!r} is not one of 'jensen-shannon', 'hellinger'")
    return squareform(np.clip(np.nan_to_num(apart), 0.0, 1.0))


def coordinates(topic_term: np.ndarray, *, measure: Measure = "jensen-shannon") -> Plane:
    """Places of the topics on a plane whose distances are as near to the true ones as two dimensions allow.

    An axis has no direction of its own: each is turned so that its longest coordinate is positive (the first of
    equally long ones).  Where topics differ equally in several directions the axes are arbitrary.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    measure : 'jensen-shannon' or 'hellinger'

    Returns
    -------
    Plane

    Raises
    ------
    ValueError
        As from `distances`.

    >>> plane = coordinates(np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> plane.points.round(6).to_numpy().tolist(), plane.kept
    ([['00', 0.5, 0.0], ['01', -0.5, 0.0]], 1.0)
    """
    apart = distances(topic_term, measure=measure)
    n_topics = len(apart)
    centring = np.eye(n_topics) - 1 / n_topics
    values, vectors = np.linalg.eigh(-0.5 * centring @ apart**2 @ centring)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    values[values <= SAME * max(values[0], SAME)] = 0.0
    places = np.zeros((n_topics, 2))
    shown = min(2, n_topics)
    places[:, :shown] = vectors[:, :shown] * np.sqrt(values[:shown])
    places = np.column_stack([_turned(axis) for axis in places.T])
    total = values.sum()
    points = pd.DataFrame({"topic": topic_ids(n_topics), "x": places[:, 0], "y": places[:, 1]})
    return Plane(points, float(values[:2].sum() / total) if total else 1.0, _stress(apart, places))


def _distributions(topic_term: np.ndarray) -> np.ndarray:
    beta = np.asarray(topic_term, dtype=float)
    if beta.ndim != 2 or not beta.size:
        raise ValueError(f"topic_term must have topics and terms, not shape {beta.shape}")
    for row, values in enumerate(beta):
        if not np.isfinite(values).all() or values.min() < 0 or abs(values.sum() - 1) > 1e-6:
            raise ValueError(f"row {row} of topic_term is no distribution: it sums to {values.sum():.6g}")
    return beta


def _turned(axis: np.ndarray) -> np.ndarray:
    """The same axis, its longest coordinate positive; -0 written as 0."""
    size = np.abs(axis)
    first = int(np.flatnonzero(size >= size.max() - SAME * max(size.max(), SAME))[0])
    return (axis if axis[first] >= 0 else -axis) + 0.0


def _stress(apart: np.ndarray, places: np.ndarray) -> float:
    true = squareform(apart, checks=False)
    if not true.any():
        return 0.0
    return float(np.sqrt(((true - pdist(places)) ** 2).sum() / (true**2).sum()))
