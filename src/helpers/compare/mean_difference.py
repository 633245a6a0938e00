"""The mean of one group, or the difference or ratio of two, by the method that the number of clusters allows.

In: values, sides, cluster labels.  Out: one `Estimate` with its method, or a refusal with its reason.

Ten clusters or more a side: CR2 with Satterthwaite degrees of freedom (`clusters`).  Three to nine: whole
clusters are permuted (`randomisation`).  A side without variance, such as all 0: `constant_side`, at any number of
clusters from three on.  Fewer: refused, since nothing then shows how clusters vary.  The wild cluster
bootstrap (`wild_bootstrap`) is there on request: between ten and forty clusters it covers no better than CR2 with its
degrees of freedom, and below ten too little (docs/methods.md; `benchmarks/coverage_intervals.py` measures it).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.compare.clusters import (
    Estimate,
    checked,
    cluster_codes,
    ols_by_codes,
    refusal,
    t_quantile,
    t_tail,
)
from helpers.compare.constant_side import constant_side_difference, is_constant
from helpers.compare.randomisation import randomised_difference
from helpers.compare.wild_bootstrap import wild_bootstrap

FEWEST = 3  # clusters a side below which every interval is refused
ENOUGH = 10  # clusters a side from which the sandwich is used
METHODS = ("auto", "sandwich", "randomise", "wild")


def mean(values: np.ndarray, *, clusters: object, level: float = 0.95, scale: str = "auto") -> Estimate:
    """Mean of units that cluster.

    Parameters
    ----------
    values : float, shape (n,)
    clusters : labels, shape (n,), or a DataFrame of one or two label columns.
    level : of the interval.
    scale : 'linear' (t interval), 'logit' (the same on the log-odds, so that a share's interval stays
    within 0 and
        1), or 'auto': logit when all values lie in 0..1.

    Returns
    -------
    Estimate.  When all values are 0, or all 1, the exact binomial interval over clusters (Clopper & Pearson
    1934), as if each cluster were one trial.

    >>> estimate = mean(np.zeros(40), clusters=np.repeat(range(20), 2))
    >>> estimate.estimate, estimate.low, round(estimate.high, 3)
    (0.0, 0.0, 0.168)
    """
    y = np.asarray(values, dtype=float)
    ways = cluster_codes(clusters)
    n_clusters = min(int(codes.max()) + 1 for codes in ways)
    kind = {"level": level, "n_units": len(y), "n_clusters": n_clusters}
    if n_clusters < FEWEST:
        return refusal(y.mean(), f"{n_clusters} clusters; at least {FEWEST} are needed", **kind)
    if (y == y[0]).all() and y[0] in (0.0, 1.0):
        return _all_alike(float(y[0]), **kind)
    y, constant = checked(y, np.ones((len(y), 1)), None)
    [estimate] = ols_by_codes(y, constant, ways, level=level)
    share = scale == "logit" or (scale == "auto" and y.min() >= 0 and y.max() <= 1)
    return _on_logit(estimate) if share and not estimate.refused and 0 < estimate.estimate < 1 else estimate


def _all_alike(value: float, *, level: float, n_units: int, n_clusters: int) -> Estimate:
    """Clopper–Pearson over clusters for a share of exactly 0 or 1."""
    reach = 1 - ((1 - level) / 2) ** (1 / n_clusters)
    low, high = (0.0, reach) if value == 0 else (1 - reach, 1.0)
    nan, note = float("nan"), f"all {n_units} values are {value:.0f}"
    return Estimate(value, low, high, level, nan, n_units, n_clusters, "binomial over clusters", note)


def _on_logit(estimate: Estimate) -> Estimate:
    """The same estimate with its limits taken on the log-odds (delta method)."""
    share = estimate.estimate
    half = t_quantile((1 + estimate.level) / 2, estimate.dof) * estimate.se / (share * (1 - share))
    middle = np.log(share / (1 - share))
    low, high = (float(1 / (1 + np.exp(-(middle + sign * half)))) for sign in (-1, 1))
    method = estimate.method + ", logit"
    kind = (estimate.level, estimate.dof, estimate.n_units, estimate.n_clusters, method, estimate.note)
    return Estimate(share, low, high, *kind, estimate.p, estimate.se)


def difference(
    values: np.ndarray,
    first: np.ndarray,
    *,
    clusters: object,
    strata: np.ndarray | None = None,
    level: float = 0.95,
    method: str = "auto",
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Mean of the first side minus mean of the second.

    Parameters
    ----------
    values : float, shape (n,)
    first : bool, shape (n,); the other units are the second side.
    clusters : labels, shape (n,), or a DataFrame of one or two label columns.
    strata : labels, shape (n,), optional
        Compare only within strata, by a constant for each (the strata that hold both sides decide).
    level : of the interval.
    method : 'auto', 'sandwich' (CR2), 'randomise' or 'wild' (wild cluster bootstrap); 'auto' goes by the
    number
        of clusters on the smaller side.
    rng : for the methods that draw.

    Raises
    ------
    ValueError
        The method is unknown, or a side is empty.

    >>> y, side = np.tile([1.0, 2.0, 3.0], 8), np.arange(24) < 12
    >>> estimate = difference(y + side, side, clusters=np.arange(24))
    >>> round(estimate.estimate, 3), estimate.method, estimate.low > 0
    (1.0, 'CR2', True)
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r} is not one of {', '.join(METHODS)}")
    y, first = np.asarray(values, dtype=float), np.asarray(first, dtype=bool)
    ways, sides = _clustered(first, clusters)
    kind = {"level": level, "n_units": len(y), "n_clusters": min(int(codes.max()) + 1 for codes in ways)}
    if min(sides) < FEWEST:
        note = f"{min(sides)} clusters on the smaller side; at least {FEWEST} are needed"
        return refusal(float(plain_difference(y, first, strata)), note, **kind)
    design, contrast = _design(first, strata)
    y, design = checked(y, design, None)
    if method == "auto" and is_constant(y, first) and (strata is None or np.ptp(y) == 0):
        return constant_side_difference(y, first, ways, level=level, rng=rng)
    [estimate] = ols_by_codes(y, design, ways, contrasts=contrast, level=level)
    if estimate.refused or method == "sandwich":
        return estimate
    if method == "wild":
        return wild_bootstrap(y, design, contrast, ways, level=level, rng=rng)
    if min(sides) >= ENOUGH and method == "auto":
        return estimate
    if strata is not None:
        return _noted(estimate, f"{min(sides)} clusters on the smaller side, too few to permute within strata")
    return randomised_difference(y, first, ways[int(np.argmin(sides))], level=level, rng=rng)


def _clustered(first: np.ndarray, clusters: object) -> tuple[list[np.ndarray], list[int]]:
    """Codes of each way of clustering, and of each way the clusters on the smaller side."""
    if not (first.any() and (~first).any()):
        raise ValueError(f"{int(first.sum())} of {len(first)} units on the first side; both sides need units")
    ways = cluster_codes(clusters)
    return ways, [min(int((np.bincount(codes[side]) > 0).sum()) for side in (first, ~first)) for codes in ways]


def _design(first: np.ndarray, strata: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """A column a side; or the side, then one column a stratum.  And the contrast that is the difference."""
    if strata is None:
        return np.column_stack([first, ~first]).astype(float), np.array([1.0, -1.0])
    codes = pd.factorize(pd.Series(strata), sort=True)[0]
    design = np.column_stack([first.astype(float), np.eye(int(codes.max()) + 1)[codes]])
    return design, np.eye(design.shape[1])[0]


def plain_difference(y: np.ndarray, first: np.ndarray, strata: np.ndarray | None = None) -> np.ndarray | float:
    """The estimate of `difference` alone; of values in columns, one a column.

    >>> round(float(plain_difference(np.array([1.0, 2.0, 3.0]), np.array([True, False, False]))), 6)
    -1.5
    """
    design, contrast = _design(np.asarray(first, dtype=bool), strata)
    return contrast @ np.linalg.lstsq(design, y, rcond=None)[0]


def _noted(estimate: Estimate, note: str) -> Estimate:
    """The same estimate, with a remark before its own."""
    return replace(estimate, note="; ".join(filter(None, [note, estimate.note])))


def ratio(
    values: np.ndarray,
    first: np.ndarray,
    *,
    clusters: object,
    strata: np.ndarray | None = None,
    level: float = 0.95,
    fewest: int = ENOUGH,
) -> Estimate:
    """Mean of the first side over mean of the second, both positive.

    To first order the logarithm varies as the difference of values / (own side's mean) does: that difference has a CR2
    variance, and the limits are taken on the logarithm.  `p` is against a ratio of 1.  Within strata both means weigh a
    stratum by n1 n2 / (n1 + n2), as `difference` does: the ratio of Mantel & Haenszel (1959, Journal of the National
    Cancer Institute 22(4)).

    Parameters
    ----------
    values : float, shape (n,), not negative.
    first, clusters, level : as in `difference`.
    strata : labels, shape (n,), of which each holds both sides.
    fewest : clusters a side below which there is no interval: a randomised difference is no ratio.

    >>> y, side = np.tile([1.0, 2.0, 3.0], 8), np.arange(24) < 12
    >>> estimate = ratio(y * (1 + side), side, clusters=np.arange(24))
    >>> round(estimate.estimate, 3), round(estimate.low, 2), round(estimate.high, 2), estimate.method
    (2.0, 1.39, 2.87, 'CR2, log')
    """
    y, first = np.asarray(values, dtype=float), np.asarray(first, dtype=bool)
    ways, sides = _clustered(first, clusters)
    kind = {"level": level, "n_units": len(y), "n_clusters": min(int(codes.max()) + 1 for codes in ways)}
    means = side_means(y, first, strata)
    if min(means) <= 0:
        return refusal(float("nan"), "a side has no item: no ratio", **kind)
    value = float(means[0] / means[1])
    if min(sides) < fewest:
        return refusal(value, f"{min(sides)} clusters on the smaller side; a ratio needs {fewest}", **kind)
    options = {"clusters": tuple(ways), "strata": strata, "level": level, "method": "sandwich"}
    scaled = difference(y / np.where(first, *means), first, **options)
    if scaled.refused:
        return replace(scaled, estimate=value)
    reach = float(t_quantile((1 + level) / 2, scaled.dof) * scaled.se)
    p = float(2 * t_tail(abs(np.log(value)) / scaled.se, scaled.dof))
    low, high = value * float(np.exp(-reach)), value * float(np.exp(reach))
    return replace(scaled, estimate=value, low=low, high=high, p=p, method="CR2, log", se=scaled.se * value)


def side_means(y: np.ndarray, first: np.ndarray, strata: np.ndarray | None = None) -> tuple[float, float]:
    """The mean of each side; within strata, each stratum weighing n1 n2 / (n1 + n2) on both.

    >>> side_means(np.array([1.0, 3.0, 5.0]), np.array([True, True, False]))
    (2.0, 5.0)
    """
    if strata is None:
        return float(y[first].mean()), float(y[~first].mean())
    codes = pd.factorize(pd.Series(strata), sort=True)[0]
    sides = [(np.bincount(codes[side], minlength=codes.max() + 1), side) for side in (first, ~first)]
    weight = sides[0][0] * sides[1][0] / (sides[0][0] + sides[1][0])
    sums = [np.bincount(codes[side], y[side], len(n)) / np.maximum(n, 1) for n, side in sides]
    return float(weight @ sums[0] / weight.sum()), float(weight @ sums[1] / weight.sum())
