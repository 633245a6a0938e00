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

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import cluster_codes, ols_by_codes, t_quantile
from helpers.compare.intra_cluster import SUPPOSED_ICC, intra_cluster, typical_size
from helpers.compare.mean_difference import FEWEST

COLUMNS = ["smallest", "n_articles", "n_clusters", "effective_group", "effective_reference"]
COLUMNS += ["level", "power", "note"]


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
    level, power : of the interval, and chance to find a difference of that size.

    Returns
    -------
    DataFrame, one row a pair in sorted order: group, reference, smallest (in the measure's unit; nan = refused),
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
        variance, known = _within(frame, value, group, ways)
    else:
        variance, known = rate * (1 - rate), dict.fromkeys(ways, SUPPOSED_ICC)
    likeness = known if icc is None else dict.fromkeys(ways, icc)
    supposed = f"supposes an intra-cluster correlation of {SUPPOSED_ICC}" if value is None and icc is None else ""
    parts = {name: part for name, part in frame.groupby(group, sort=True)}
    sides = {name: _supposed(part, ways, likeness, variance) for name, part in parts.items()}
    if value is not None and icc is None:
        sides = {name: _observed(part, value, ways) or sides[name] for name, part in parts.items()}
    rows = []
    for a, b in combinations(sides, 2):
        shared = _shared(parts[a], parts[b], value, ways) if value is not None and icc is None else 0.0
        between = _between_fits(parts[a], parts[b], fits)
        numbers = _row(sides[a], sides[b], shared, between, level=level, power=power, note=supposed)
        rows.append({"group": a, "reference": b} | numbers)
    table = pd.DataFrame(rows, columns=["group", "reference", *COLUMNS])
    return table.assign(icc=max(likeness.values()))


def _row(
    one: _Side, two: _Side, shared: float, between: tuple[float, int], *, level: float, power: float, note: str
) -> dict[str, object]:
    """One pair's smallest detectable difference: the half-length of its interval, and what power asks beyond it."""
    fewer = min(one.n_clusters, two.n_clusters)
    if fewer < FEWEST:
        smallest, note = float("nan"), f"{fewer} clusters on the smaller side; at least {FEWEST} are needed"
    else:
        apart = one.variance + two.variance
        dof = _pooled_dof((one.variance, one.dof), (two.variance, two.dof))
        variance, (spread, n_fits) = max(apart - 2 * shared, 0.0), between
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


def _observed(part: pd.DataFrame, value: str, ways: list[str]) -> _Side | None:
    """A group by the clustered variance of its own mean; None where it is not known, as of a constant."""
    y, codes = part[value].to_numpy(dtype=float), cluster_codes(part[ways])
    [mean] = ols_by_codes(y - y.mean(), np.ones((len(y), 1)), codes)
    if mean.refused or np.ptp(y) == 0:
        return None
    return _Side(len(y), mean.n_clusters, float(y.var(ddof=1) / mean.se**2), mean.se**2, mean.dof)


def _supposed(part: pd.DataFrame, ways: list[str], likeness: dict[str, float], variance: float) -> _Side:
    """A group by the design effect of its worst way."""
    n, codes = len(part), dict(zip(ways, cluster_codes(part[ways]), strict=True))
    fewest = min(int(one.max()) + 1 for one in codes.values())
    worst = max([1.0, *(1 + (typical_size(one) - 1) * likeness[way] for way, one in codes.items())])
    return _Side(n, fewest, n / worst, variance * worst / n, max(fewest - 1.0, 1.0))


def _shared(one: pd.DataFrame, two: pd.DataFrame, value: str, ways: list[str]) -> float:
    """Covariance of two groups' means through clusters that hold articles of both, such as a story that both print."""
    total = 0.0
    for way in ways:
        rest = [((part[value] - part[value].mean()) / len(part)).groupby(part[way]).sum() for part in (one, two)]
        total += float((rest[0] * rest[1]).sum())  # labels of one side only give nan, which the sum leaves out
    return total


def _between_fits(one: pd.DataFrame, two: pd.DataFrame, fits: Sequence[str]) -> tuple[float, int]:
    """Variance of the difference between fits, and their number."""
    if not fits:
        return 0.0, 0
    contrast = one[list(fits)].mean() - two[list(fits)].mean()
    return float(contrast.var(ddof=1) * (1 + 1 / len(fits))), len(fits)


def _within(frame: pd.DataFrame, value: str, group: str, ways: list[str]) -> tuple[float, dict[str, float]]:
    """Variance within groups, pooled, and each way's intra-cluster correlation."""
    rest = frame[value].astype(float) - frame.groupby(group)[value].transform("mean").astype(float)
    n_groups = frame[group].nunique()
    if len(rest) <= n_groups:
        raise ValueError(f"{len(rest)} values in {n_groups} groups; give a rate instead")
    variance = float((rest**2).sum() / (len(rest) - n_groups))
    cells = {way: frame.groupby([group, way], sort=True).ngroup().to_numpy() for way in ways}
    return variance, {way: intra_cluster(rest.to_numpy(), codes) for way, codes in cells.items()}


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
