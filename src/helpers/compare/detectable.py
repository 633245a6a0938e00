"""How large a difference would have to be for these clusters to show it: looked at before any result.

In: one row an article with group, clusters and either the measure (less its group's mean, so that no difference is
seen) or a supposed rate.  Out: the smallest detectable difference of every pair of groups.

Method: (t_{(1+level)/2} + t_power) times the standard error of the difference (Bloom 1995, Evaluation Review 19(5)).
With a measure that is the error which the comparison itself will have (`clusters.cluster_ols`, both ways of clustering,
its degrees of freedom; of topic shares also the spread between fits, as in `measurement_error.widened`).  A supposed
rate has the variance rate (1 - rate), inflated by the design effect 1 + (m - 1) ICC with m = sum m_c² / sum m_c (Kish
1965, Survey Sampling, section 8.2; Eldridge, Ashby & Kerry 2006, International Journal of Epidemiology 35(5)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import cluster_codes, crossing, ols_by_codes, t_quantile
from helpers.compare.intra_cluster import SUPPOSED_ICC, intra_cluster, typical_size
from helpers.compare.mean_difference import FEWEST

COLUMNS = ["smallest", "n_articles", "n_clusters", "effective_group", "effective_reference"]
COLUMNS += ["level", "power", "note"]


@dataclass(frozen=True)
class _Part:
    """Values of one group, and codes of their clusters in each way."""

    y: np.ndarray
    ways: list[np.ndarray]


@dataclass(frozen=True)
class _Side:
    """One group: its articles, clusters (fewest of the ways), and what its mean rests on."""

    n: int
    n_clusters: int
    effective: float  # articles that would tell as much if they were independent
    variance: float  # of its mean
    dof: float


def smallest_detectable(
    frame: pd.DataFrame,
    *,
    group: str,
    clusters: str | Sequence[str],
    value: str | None = None,
    rate: float | None = None,
    icc: float | None = None,
    fits: Sequence[str] = (),
    stretch: Mapping[tuple[str, str], float] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> pd.DataFrame:
    """Smallest difference between two groups that would be found with the given power.

    Parameters
    ----------
    frame : one row an article.
    group, clusters : columns; one or two ways of clustering.
    value : column of the measure.  What enters is how it varies within each group; rows without value are left out.
    rate : a supposed share instead of `value`; the variance is then rate (1 - rate), and of two ways of clustering the
        one with the larger design effect counts.
    icc : a supposed intra-cluster correlation, 0..1, in place of the clusters' own; 0.1 with `rate` by default.
    fits : columns of the same measure under other fits, as in `differences.differences`.
    stretch : by pair, in either order, how many times as far limits lie for weeks that remember, as `differences` has
        measured it (its column of this name; nan: too few weeks, and nothing can be detected).  1 by default.
    pairs : of groups that have articles; all in sorted order by default.
    level, power : of the interval, and chance to find a difference of that size.

    Returns
    -------
    DataFrame, one row a pair: group, reference, smallest (in the measure's unit; nan = refused),
        n_articles, n_clusters, effective_group, effective_reference (articles that would tell as much if
        they were independent), level, power, note, icc (the largest of the ways, pooled over groups).

    Raises
    ------
    ValueError
        Neither or both of value and rate are given, a column is missing, or a number is out of range.

    >>> frame = pd.DataFrame({"outlet": list("ab") * 200, "week": range(400)})
    >>> table = smallest_detectable(frame, group="outlet", clusters="week", rate=0.5, icc=0.0)
    >>> round(float(table.smallest[0]), 3)  # (1.966 + 0.843) * sqrt(2 * .25 / 200)
    0.14
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    _check(frame, [group, *ways, *fits], value, rate, icc, power)
    if value is not None:
        frame = frame[frame[value].notna()]
    labels, codes = frame[group].to_numpy(dtype=object), cluster_codes(frame[ways])
    y = frame[value].to_numpy(dtype=float) if value is not None else np.zeros(len(frame))
    if value is not None:
        variance, known = _within(y, labels, codes)
    else:
        variance, known = rate * (1 - rate), [SUPPOSED_ICC] * len(ways)
    likeness = known if icc is None else [icc] * len(ways)
    supposed = f"supposes an intra-cluster correlation of {SUPPOSED_ICC}" if value is None and icc is None else ""
    masks = {name: labels == name for name in sorted(set(labels))}
    parts = {name: _Part(y[mask], [way[mask] for way in codes]) for name, mask in masks.items()}
    seen = value is not None and icc is None
    sides = {
        name: (_observed(part) if seen else None) or _supposed(part, likeness, variance) for name, part in parts.items()
    }
    other = frame[list(fits)].to_numpy(dtype=float) if fits else np.empty((len(frame), 0))
    rows = []
    for a, b in combinations(sides, 2) if pairs is None else pairs:
        shared = _shared(parts[a], parts[b]) if seen else 0.0
        between = _between_fits(other[masks[a]], other[masks[b]])
        wider = 1.0 if stretch is None else stretch.get((a, b), stretch.get((b, a), 1.0))
        numbers = _row(sides[a], sides[b], shared, between, wider, level=level, power=power, note=supposed)
        rows.append({"group": a, "reference": b} | numbers)
    table = pd.DataFrame(rows, columns=["group", "reference", *COLUMNS])
    return table.assign(icc=max(likeness))


def _row(
    one: _Side,
    two: _Side,
    shared: float,
    between: tuple[float, int],
    stretch: float,
    *,
    level: float,
    power: float,
    note: str,
) -> dict[str, object]:
    """One pair's smallest detectable difference: the half-length of its interval, and what power asks beyond it."""
    fewer = min(one.n_clusters, two.n_clusters)
    if fewer < FEWEST:
        smallest, note = float("nan"), f"{fewer} clusters on the smaller side; at least {FEWEST} are needed"
    elif np.isnan(stretch):
        smallest, note = float("nan"), "weeks remember for too long"
    else:
        apart = one.variance + two.variance
        dof = _pooled_dof((one.variance, one.dof), (two.variance, two.dof))
        variance, (spread, n_fits) = max(apart - 2 * shared, 0.0) * stretch**2, between
        half, both = t_quantile((1 + level) / 2, dof) * np.sqrt(variance), dof
        if n_fits:
            half = np.hypot(half, t_quantile((1 + level) / 2, n_fits - 1) * np.sqrt(spread))
            both = _pooled_dof((variance, dof), (spread, n_fits - 1.0))
        smallest = float(half + t_quantile(power, both) * np.sqrt(variance + spread))
    counted = (smallest, one.n + two.n, one.n_clusters + two.n_clusters, one.effective, two.effective, level, power)
    return dict(zip(COLUMNS, (*counted, note), strict=True))


def _pooled_dof(*parts: tuple[float, float]) -> float:
    """Degrees of freedom of a sum of variances (Satterthwaite), from each with its own."""
    below = sum(variance**2 / dof for variance, dof in parts)
    return sum(variance for variance, _ in parts) ** 2 / below if below > 0 else 1.0


def _observed(part: _Part) -> _Side | None:
    """A group by the clustered variance of its own mean; None where it is not known, as of a constant."""
    y = part.y
    [mean] = ols_by_codes(y - y.mean(), np.ones((len(y), 1)), cluster_codes(tuple(part.ways)))
    if mean.refused or np.ptp(y) == 0:
        return None
    return _Side(len(y), mean.n_clusters, float(y.var(ddof=1) / mean.se**2), mean.se**2, mean.dof)


def _supposed(part: _Part, likeness: list[float], variance: float) -> _Side:
    """A group by the design effect of its worst way."""
    n, ways = len(part.y), cluster_codes(tuple(part.ways))
    fewest = min(int(codes.max()) + 1 for codes in ways)
    worst = max([1.0, *(1 + (typical_size(codes) - 1) * icc for codes, icc in zip(ways, likeness, strict=True))])
    return _Side(n, fewest, n / worst, variance * worst / n, max(fewest - 1.0, 1.0))


def _shared(one: _Part, two: _Part) -> float:
    """Covariance of two groups' means through clusters that hold articles of both, such as a story that both print."""
    total = 0.0
    for codes in zip(one.ways, two.ways, strict=True):
        n = max(int(way.max()) for way in codes) + 1
        rest = [np.bincount(way, (part.y - part.y.mean()) / len(part.y), n)
                for way, part in zip(codes, (one, two), strict=True)]  # fmt: skip
        total += float(rest[0] @ rest[1])
    return total


def _between_fits(one: np.ndarray, two: np.ndarray) -> tuple[float, int]:
    """Variance of the difference between fits, and their number."""
    n_fits = one.shape[1]
    if not n_fits:
        return 0.0, 0
    return float((one.mean(axis=0) - two.mean(axis=0)).var(ddof=1) * (1 + 1 / n_fits)), n_fits


def _within(y: np.ndarray, labels: np.ndarray, ways: list[np.ndarray]) -> tuple[float, list[float]]:
    """Variance within groups, pooled, and each way's intra-cluster correlation."""
    groups = pd.factorize(labels, sort=True)[0]
    n_groups = int(groups.max()) + 1
    if len(y) <= n_groups:  # nothing varies within a group, and every pair of groups is refused
        return float("nan"), [float("nan")] * len(ways)
    rest = y - (np.bincount(groups, y) / np.bincount(groups))[groups]
    return float((rest**2).sum() / (len(rest) - n_groups)), [
        intra_cluster(rest, crossing([groups, codes])) for codes in ways
    ]


def _check(
    frame: pd.DataFrame,
    needed: list[str],
    value: str | None,
    rate: float | None,
    icc: float | None,
    power: float,
) -> None:
    """Raise when what was asked cannot be answered."""
    if (value is None) == (rate is None):
        raise ValueError("give either value (a column) or rate (a supposed share)")
    for name in needed + ([value] if value is not None else []):
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    for name, number in (("rate", rate), ("power", power)):
        if number is not None and not 0 < number < 1:
            raise ValueError(f"{name} is {number}; it lies between 0 and 1")
    if icc is not None and not 0 <= icc <= 1:
        raise ValueError(f"icc is {icc}; it lies between 0 and 1")
