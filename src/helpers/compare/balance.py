"""A difference of two sides under weights that make them alike in what is known of their articles.

In: values, sides, clusters, and traits of articles: categories such as month, numbers such as length.  Out: an
`Estimate` with the weights' effective number of articles a side, or a refusal with its reason.

Method: entropy balancing (Hainmueller 2012, Political Analysis 20(1)): of all weights under which the means of the
traits hit a target, those nearest to equal ones.  Both sides are weighted to the mean of the two sides' means, so that
the difference only changes sign when the sides change places.  The weights solve a convex problem in as many unknowns
as there are traits, here by Newton's method on its dual.  The traits stand in the weighted least squares, too: the
estimate is the same, for they are balanced, and what they explain is not taken for noise (Zhao & Percival 2017, Journal
of Causal Inference 5(1)).  Weights count as given: that they were fitted leaves intervals, if anything, too wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.compare.clusters import Estimate, checked, ols_by_codes, refusal
from helpers.compare.mean_difference import ENOUGH, FEWEST

STEPS = 100  # of Newton's method
EXACT = 1e-9  # distance from the target, in standard deviations, at which weights are taken to hit it
FEWEST_EFFECTIVE = 10.0  # articles that a side must be worth after weighing
METHOD = "balanced, "


@dataclass(frozen=True)
class Balanced:
    """A balanced difference: the articles that have a counterpart, their weights (mean 1 a side), what they are worth.

    `effective` is (Σw)²/Σw² of each side, `largest` the largest part that one article has of its side.
    """

    estimate: Estimate
    kept: np.ndarray
    weights: np.ndarray
    rest: np.ndarray  # values of the kept less what the traits explain
    effective: tuple[float, float] = (float("nan"), float("nan"))
    largest: float = float("nan")


def entropy_weights(traits: np.ndarray, target: np.ndarray) -> np.ndarray | None:
    """Weights adding up to 1 under which each trait has the target for its mean, nearest to equal ones.

    Parameters
    ----------
    traits : float, shape (n, k)
    target : float, shape (k,)

    Returns
    -------
    Weights, shape (n,); None where no weights hit the target.

    Of dice that show 4.5 on average, the likeliest faces (Jaynes 1963, Brandeis Lectures):

    >>> entropy_weights(np.arange(1.0, 7.0)[:, None], np.array([4.5])).round(5).tolist()
    [0.05435, 0.07877, 0.11416, 0.16545, 0.23977, 0.34749]
    >>> entropy_weights(np.array([[0.0], [1.0]]), np.array([2.0])) is None
    True
    """
    spread = traits.std(axis=0)
    varies = spread > 1e-12
    if (np.abs(traits[0] - target)[~varies] > 1e-9).any():
        return None
    off = (traits - target)[:, varies] / spread[varies]
    slope, weights, height = np.zeros(off.shape[1]), np.full(len(off), 1 / len(off)), 0.0
    for _ in range(STEPS):
        gap = weights @ off
        if not len(gap) or np.abs(gap).max() < EXACT:
            return weights
        curve = (off * weights[:, None]).T @ off - np.outer(gap, gap)
        step, length = np.linalg.lstsq(curve, gap, rcond=1e-12)[0], 1.0
        while length > 1e-8:
            trial, trial_height = _tilted(off, slope - length * step)
            if trial_height <= height - 1e-4 * length * float(gap @ step):
                break
            length /= 2
        else:
            return None
        slope, weights, height = slope - length * step, trial, trial_height
    return None


def _tilted(off: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights in proportion to exp(off · slope), and the logarithm of the mean of these: what the dual makes least."""
    power = off @ slope
    top = power.max()
    raw = np.exp(power - top)
    return raw / raw.sum(), float(top + np.log(raw.mean()))


def balanced_difference(
    values: np.ndarray,
    first: np.ndarray,
    traits: Sequence[np.ndarray],
    ways: Sequence[np.ndarray],
    *,
    level: float = 0.95,
) -> Balanced:
    """Mean of the first side minus mean of the second, both weighted to the same traits.

    Parameters
    ----------
    values : float, shape (n,)
    first : bool, shape (n,); both sides hold an article.
    traits : arrays of shape (n,): whole numbers are codes of categories, of which each must stand on both sides
        (articles of others are left out), floats are numbers, of which the mean is balanced.
    ways : codes of clusters, one array a way.
    level : of the interval.

    Two sides alike in each month, one of them mostly in the month when all are high:

    >>> month = np.repeat([0, 1, 0, 1], [30, 10, 10, 30]); side = np.arange(80) < 40
    >>> made = balanced_difference(1.0 * month + np.tile([0.0, 0.2], 40), side, [month], [np.arange(80)])
    >>> bool(abs(made.estimate.estimate) < 1e-9), [round(n) for n in made.effective], round(made.largest, 3)
    (True, [30, 30], 0.05)
    """
    kept = _with_counterpart(traits, first)
    y, side = np.asarray(values, dtype=float)[kept], first[kept]
    ways = [np.unique(codes[kept], return_inverse=True)[1].ravel() for codes in ways]
    size = {"level": level, "n_units": len(y), "n_clusters": min((int(c.max(initial=-1)) + 1 for c in ways), default=0)}
    if not len(y):
        note = "no article of either side has a counterpart"
        return Balanced(refusal(float("nan"), note, **size), kept, np.empty(0), np.empty(0))
    design = _columns([trait[kept] for trait in traits])
    weights = _both_sides(design, side)
    if weights is None:
        note = "no weights make the two sides alike: they do not overlap"
        return Balanced(refusal(float("nan"), note, **size), kept, np.ones(len(y)), y)
    effective = tuple(float(weights[one].sum() ** 2 / (weights[one] ** 2).sum()) for one in (side, ~side))
    largest = max(float(weights[one].max() / weights[one].sum()) for one in (side, ~side))
    estimate, rest = _weighted(y, side, design, weights, ways, size)
    if min(effective) < FEWEST_EFFECTIVE and not estimate.refused:
        note = f"weights leave the smaller side worth {min(effective):.1f} articles; {FEWEST_EFFECTIVE:.0f} are needed"
        estimate = refusal(estimate.estimate, note, **size)
    return Balanced(estimate, kept, weights, rest, effective, largest)


def _with_counterpart(traits: Sequence[np.ndarray], first: np.ndarray) -> np.ndarray:
    """Which articles are of categories that stand on both sides, among the articles that are left."""
    kept = np.ones(len(first), dtype=bool)
    while True:
        before = kept.sum()
        for codes in traits:
            if np.issubdtype(codes.dtype, np.integer):
                n = int(codes.max(initial=0)) + 1
                sides = [np.bincount(codes[kept & side], minlength=n) > 0 for side in (first, ~first)]
                kept = kept & (sides[0] & sides[1])[codes]
        if kept.sum() == before:
            return kept


def _columns(traits: Sequence[np.ndarray]) -> np.ndarray:
    """Traits as columns: one a category, the last of each trait left out beside a constant; numbers standardised."""
    columns = [np.ones(len(traits[0]))]
    for values in traits:
        if np.issubdtype(values.dtype, np.integer):
            once, codes = np.unique(values, return_inverse=True)
            columns += list(np.eye(len(once))[codes.ravel()].T[:-1])
        elif np.ptp(values) > 0:
            columns.append((values - values.mean()) / values.std())
    matrix = np.column_stack(columns)
    return matrix[:, _independent(matrix)]


def _independent(matrix: np.ndarray) -> np.ndarray:
    """Columns that do not follow from those before them."""
    return np.abs(np.diag(np.linalg.qr(matrix, mode="r"))) > 1e-8 * np.sqrt(len(matrix))


def _both_sides(design: np.ndarray, side: np.ndarray) -> np.ndarray | None:
    """Weights of both sides, of mean 1 each, to the mean of the sides' means; None where there are none."""
    target = (design[side].mean(axis=0) + design[~side].mean(axis=0)) / 2
    weights = np.empty(len(side))
    for one in (side, ~side):
        mine = entropy_weights(design[one], target)
        if mine is None:
            return None
        weights[one] = np.maximum(mine * one.sum(), 1e-12)
    return weights


def _weighted(
    y: np.ndarray, side: np.ndarray, design: np.ndarray, weights: np.ndarray, ways: list[np.ndarray], size: dict
) -> tuple[Estimate, np.ndarray]:
    """The weighted difference with its interval, and what the traits leave of the values."""
    plain = float(np.average(y[side], weights=weights[side]) - np.average(y[~side], weights=weights[~side]))
    rest = y - design @ np.linalg.lstsq(design * np.sqrt(weights)[:, None], y * np.sqrt(weights), rcond=None)[0]
    fewer = min(min(len(np.unique(codes[one])) for one in (side, ~side)) for codes in ways)
    if fewer < FEWEST:
        return refusal(plain, f"{fewer} clusters on the smaller side; at least {FEWEST} are needed", **size), rest
    outcome, columns = checked(y, np.column_stack([side, design]), weights)
    [estimate] = ols_by_codes(outcome, columns, ways, contrasts=np.eye(columns.shape[1])[0], level=size["level"])
    note = "" if fewer >= ENOUGH else f"{fewer} clusters on the smaller side, too few to permute within strata"
    note = "; ".join(filter(None, [note, estimate.note]))
    method = estimate.method if estimate.refused else METHOD + estimate.method
    return replace(estimate, estimate=plain, method=method, note=note), rest
