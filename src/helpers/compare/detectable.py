"""How large a difference would have to be for these clusters to show it: looked at before any result.

In: one row an article with group, clusters and either the measure (pooled, never by group) or a supposed
rate. Out: the smallest detectable difference of every pair of groups.

Method: (t_{(1+level)/2} + t_power) times the standard error of a difference (Bloom 1995, Evaluation Review
19(5)), the variance of each group's mean inflated by the design effect 1 + (m - 1) ICC with m = sum m_c² /
sum m_c (Kish 1965, Survey Sampling, section 8.2; Eldridge, Ashby & Kerry 2006, International Journal of
Epidemiology 35(5)).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import t_quantile
from helpers.compare.mean_difference import FEWEST

SUPPOSED_ICC = 0.1  # likeness of articles of one cluster when no measure is given: assumed, and said in the note
COLUMNS = ["smallest", "n_articles", "n_clusters", "effective_group", "effective_reference"]
COLUMNS += ["level", "power", "note"]


def smallest_detectable(
    frame: pd.DataFrame,
    *,
    group: str,
    clusters: str | Sequence[str],
    value: str | None = None,
    rate: float | None = None,
    icc: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> pd.DataFrame:
    """Smallest difference between two groups that would be found with the given power.

    Parameters
    ----------
    frame : one row an article.
    group, clusters : columns; with two ways of clustering the one with the larger design effect counts.
    value : column of the measure; variance and intra-cluster correlation are taken from it within groups,
    pooled, so
        that no difference between groups is looked at.  Rows without value are left out.
    rate : a supposed share instead of `value`; the variance is then rate (1 - rate).
    icc : intra-cluster correlation, 0..1; from `value`, or 0.1 with `rate`, by default.
    level, power : of the interval, and chance to find a difference of that size.

    Returns
    -------
    DataFrame, one row a pair in sorted order: group, reference, smallest (in the measure's unit; nan =
    refused),
        n_articles, n_clusters, effective_group, effective_reference (articles that would tell as much if
        they were independent), level, power, note, icc.

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
    _check(frame, [group, *ways], value, rate, icc, power)
    if value is not None:
        frame = frame[frame[value].notna()]
        variance, known = _within(frame, value, group, ways)
    else:
        variance, known = rate * (1 - rate), dict.fromkeys(ways, SUPPOSED_ICC)
    likeness = known if icc is None else dict.fromkeys(ways, icc)
    supposed = f"supposes an intra-cluster correlation of {SUPPOSED_ICC}" if value is None and icc is None else ""
    sizes = {name: _effective(part, ways, likeness) for name, part in frame.groupby(group, sort=True)}
    options = {"variance": variance, "level": level, "power": power, "note": supposed}
    pairs = combinations(sorted(sizes), 2)
    rows = [{"group": a, "reference": b} | _row(sizes[a], sizes[b], **options) for a, b in pairs]
    table = pd.DataFrame(rows, columns=["group", "reference", *COLUMNS])
    return table.assign(icc=max(likeness.values()))


def _row(
    one: tuple[int, int, float],
    two: tuple[int, int, float],
    *,
    variance: float,
    level: float,
    power: float,
    note: str,
) -> dict[str, object]:
    """One pair's smallest detectable difference, from articles, clusters and effective articles of each."""
    fewer, dof = min(one[1], two[1]), one[1] + two[1] - 2
    if fewer < FEWEST:
        smallest, note = float("nan"), f"{fewer} clusters on the smaller side; at least {FEWEST} are needed"
    else:
        reach = t_quantile((1 + level) / 2, dof) + t_quantile(power, dof)
        smallest = float(reach * np.sqrt(variance / one[2] + variance / two[2]))
    counted = (smallest, one[0] + two[0], one[1] + two[1], one[2], two[2], level, power, note)
    return dict(zip(COLUMNS, counted, strict=True))


def _effective(part: pd.DataFrame, ways: list[str], likeness: dict[str, float]) -> tuple[int, int, float]:
    """Articles, clusters (fewest of the ways) and effective articles (by the worst way) of one group."""
    n, fewest, worst = len(part), len(part), 1.0
    for way in ways:
        size = part[way].value_counts().to_numpy(dtype=float)
        fewest = min(fewest, len(size))
        worst = max(worst, 1 + ((size**2).sum() / size.sum() - 1) * likeness[way])
    return n, fewest, n / worst


def _within(frame: pd.DataFrame, value: str, group: str, ways: list[str]) -> tuple[float, dict[str, float]]:
    """Variance within groups, pooled, and each way's intra-cluster correlation."""
    rest = frame[value].astype(float) - frame.groupby(group)[value].transform("mean").astype(float)
    n_groups = frame[group].nunique()
    if len(rest) <= n_groups:
        raise ValueError(f"{len(rest)} values in {n_groups} groups; give a rate instead")
    variance = float((rest**2).sum() / (len(rest) - n_groups))
    cells = {way: frame.groupby([group, way], sort=True).ngroup().to_numpy() for way in ways}
    return variance, {way: intra_cluster(rest.to_numpy(), codes) for way, codes in cells.items()}


def intra_cluster(values: np.ndarray, codes: np.ndarray) -> float:
    """Intra-cluster correlation from one-way analysis of variance, at least 0.

    (B - W) / (B + (m0 - 1) W), with mean squares between and within clusters and
    m0 = (n - sum m_c² / n) / (G - 1).

    >>> intra_cluster(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    size = np.bincount(codes).astype(float)
    n, g = len(values), len(size)
    if g < 2 or n == g:
        return 0.0
    center = np.bincount(codes, values) / size
    between = float((size * (center - values.mean()) ** 2).sum() / (g - 1))
    inside = float(((values - center[codes]) ** 2).sum() / (n - g))
    typical = (n - (size**2).sum() / n) / (g - 1)
    below = between + (typical - 1) * inside
    return float(np.clip((between - inside) / below, 0.0, 1.0)) if below > 0 else 0.0


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
