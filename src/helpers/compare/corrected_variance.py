"""How much a share of coded and predicted units varies: over clusters, or over the draw of what was coded.

In: one or two `Side`s and the weight that each gives its predictions.  Out: variance and degrees of freedom.

Method: linearised Hájek means (Särndal, Swensson & Wretman 1992, ch. 5), summed by cluster.  A side has two parts, the
mean prediction of all units and the mean of what coders saw beyond it in the coded ones; each part's cluster sums are
divided by the root of one less the cluster's leverage in that part, so that without predictions this is CR2 on the
coded units, and with perfect ones CR2 on all.  Degrees of freedom by Satterthwaite's rule from both parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.compare.clusters import FULL_LEVERAGE, added, crossing

__all__ = ["ENOUGH", "Side", "Spread", "cluster_spread", "coded_clusters", "draw_spread"]

ENOUGH = 10  # clusters a side from which the variance of the draw counts as known from single units


@dataclass(frozen=True)
class Side:
    """The units of one group: all arrays of shape (n,), or (n_coded,) where said.

    `prediction` and `weight` are of all units; `coded` marks those with a code; `code` and `chance` (of having been
    drawn) are of the coded.  `ways` holds one or two arrays of cluster codes, `stratum` codes of what was drawn from
    apart; `week`, where it is known, numbers the week of each unit.
    """

    prediction: np.ndarray
    weight: np.ndarray
    coded: np.ndarray
    code: np.ndarray
    chance: np.ndarray
    ways: tuple[np.ndarray, ...]
    stratum: np.ndarray
    week: np.ndarray | None = None

    @property
    def load(self) -> np.ndarray:
        """Weight over chance of each coded unit, adding up to 1."""
        load = self.weight[self.coded] / self.chance
        return load / load.sum()

    @property
    def part(self) -> np.ndarray:
        """Weight of each unit, adding up to 1."""
        return self.weight / self.weight.sum()

    def tuning(self, power: float) -> float:
        """Root of the widening for the degree of freedom that a tuned λ takes from the coded units."""
        n = len(self.code)
        return float(np.sqrt((n - 1) / (n - 2))) if power and n > 2 else 1.0

    def beyond(self, power: float) -> np.ndarray:
        """What coders saw beyond `power` times the prediction, about its mean, shape (n_coded,)."""
        rest = self.code - power * self.prediction[self.coded]
        return rest - self.load @ rest

    def influence(self, power: float) -> np.ndarray:
        """What each unit adds to the share, in units of its mean, shape (n,): their mean is 0."""
        added = power * self.part * (self.prediction - self.part @ self.prediction)
        added[self.coded] += self.load * self.beyond(power)
        return added * len(added)


@dataclass(frozen=True)
class Spread:
    """A variance, its degrees of freedom, and whether one cluster alone decides."""

    variance: float
    dof: float
    alone: bool = False


def cluster_spread(sides: Sequence[Side], powers: Sequence[float], signs: Sequence[float] = (1.0, -1.0)) -> Spread:
    """Variance over clusters of a share, or of a signed sum of shares, one or two ways.

    Parameters
    ----------
    sides : one or two `Side`s; their cluster codes name the same clusters.
    powers : the factor of each side's predictions.
    signs : of each side in the sum.

    Three coded units of nine, each a cluster, without predictions: the usual variance of a mean of three.

    >>> coded = np.arange(9) < 3
    >>> side = Side(np.zeros(9), np.ones(9), coded, np.array([0.0, 0.0, 1.0]), np.full(3, 1 / 3), (np.arange(9),),
    ...             np.zeros(9, int))
    >>> spread = cluster_spread([side], [0.0])
    >>> round(spread.variance, 6), round(spread.dof, 6)
    (0.111111, 2.0)
    """
    ways = [np.concatenate([side.ways[way] for side in sides]) for way in range(len(sides[0].ways))]
    parts = [_one_way(sides, powers, signs, codes) for codes in ways]
    if len(parts) == 1:
        return parts[0]
    crossed = _one_way(sides, powers, signs, crossing(ways))
    variance = float(added(*(np.float64(one.variance) for one in (*parts, crossed))))
    fewest = float(np.nanmin([one.dof for one in parts] + [np.inf]))
    few = min(coded_clusters(side) for side in sides) < ENOUGH
    dof = fewest if few and np.isfinite(fewest) else _of_the_sum(variance, crossed, fewest)
    return Spread(variance, dof, any(one.alone for one in parts))


def _of_the_sum(variance: float, crossed: Spread, fewest: float) -> float:
    """Degrees of freedom of a two-way variance that is never below that of the crossings.

    Coded units are thin among the clusters, so most of the variance is often that of the draw, which the crossings
    know from many; only what clusters add to it rests on few.  Satterthwaite's rule for the sum of the two.  With fewer
    than ten clusters a side it is not used: what they add is then too poorly known (strong outlet-weeks, six a side:
    .89 of 300 draws held the truth, nominal .95).
    """
    beyond = variance - crossed.variance
    below = crossed.variance**2 / crossed.dof + beyond**2 / fewest
    return float(max(variance**2 / below, fewest)) if below > 0 and np.isfinite(fewest) else float("nan")


def coded_clusters(side: Side) -> int:
    """Clusters that hold coded units, of the way that has fewer."""
    return min(len(np.unique(codes[side.coded])) for codes in side.ways)


def _one_way(sides: Sequence[Side], powers: Sequence[float], signs: Sequence[float], codes: np.ndarray) -> Spread:
    n_clusters, start = int(codes.max()) + 1, 0
    all_part, coded_part, alone = _Part(n_clusters), _Part(n_clusters), False
    for side, power, sign in zip(sides, powers, signs, strict=False):
        mine = codes[start : start + len(side.weight)]
        start += len(side.weight)
        if power != 0:
            from_mean = power * (side.prediction - side.part @ side.prediction)
            alone |= all_part.add(sign * from_mean, side.part, mine)
        alone |= coded_part.add(sign * side.tuning(power) * side.beyond(power), side.load, mine[side.coded])
    scores = all_part.scores + coded_part.scores
    return Spread(float(scores @ scores), _satterthwaite(all_part, coded_part), alone)


class _Part:
    """Adjusted cluster sums of one part of an estimate, and what the working model expects of them."""

    def __init__(self, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self.scores, self.own = np.zeros(n_clusters), np.zeros(n_clusters)
        self.shared: list[np.ndarray] = []

    def add(self, values: np.ndarray, load: np.ndarray, codes: np.ndarray) -> bool:
        """Add one side's values; True when one cluster alone decides that side."""
        leverage = np.bincount(codes, load, self.n_clusters)
        full = 1 - leverage < FULL_LEVERAGE
        adjust = np.where(full, 0.0, 1 / np.sqrt(np.maximum(1 - leverage, FULL_LEVERAGE)))
        self.scores += adjust * np.bincount(codes, load * values, self.n_clusters)
        # one variance a unit of load: the side's own, so that a side that varies more decides more
        scale = float(load @ values**2) / (1 / np.sum(load**2))
        self.own += scale * adjust**2 * leverage
        self.shared.append(np.sqrt(scale) * adjust * leverage)
        return bool(full.any())


def _satterthwaite(*parts: _Part) -> float:
    """tr(K)² / tr(K²), K the covariance of cluster sums, each part scaled to what it was seen to contribute."""
    own, shared = np.zeros(parts[0].n_clusters), []
    for part in parts:
        if not part.shared:
            continue
        expected = (part.own - (np.array(part.shared) ** 2).sum(axis=0)).sum()
        scale = part.scores @ part.scores / expected if expected > 0 else 0.0
        own += scale * part.own
        shared += [np.sqrt(scale) * column for column in part.shared]
    columns = np.array(shared)
    taken = (columns**2).sum(axis=0)
    below = (own**2).sum() - 2 * (own * taken).sum() + ((columns @ columns.T) ** 2).sum()
    return float((own - taken).sum() ** 2 / below) if below > 0 else float("nan")


def draw_spread(side: Side, power: float) -> Spread:
    """Variance over draws of the coded units, all other things fixed: units drawn without replacement by stratum.

    Strata with one coded unit are taken together, which can only widen.

    Half of four units, two strata of one draw each:

    >>> side = Side(np.zeros(4), np.ones(4), np.array([True, False, True, False]), np.array([0.0, 1.0]),
    ...             np.full(2, 0.5), (np.arange(4),), np.array([0, 0, 1, 1]))
    >>> draw_spread(side, 0.0).variance
    0.125
    """
    z, left = side.load * side.tuning(power) * side.beyond(power), 1 - side.chance
    strata = np.unique(side.stratum[side.coded], return_inverse=True)[1].ravel()
    sizes = np.bincount(strata)
    strata = np.where(sizes[strata] < 2, len(sizes), strata)
    sizes = np.bincount(strata).astype(float)
    if len(z) > 1 and sizes[-1] == 1 and len(sizes) > 1:  # one lone stratum has nobody to be taken with
        strata = np.zeros(len(z), int)
        sizes = np.array([float(len(z))])
    means = np.bincount(strata, z) / np.maximum(sizes, 1)
    factor = sizes / np.maximum(sizes - 1, 1)
    variance = float((factor[strata] * left * (z - means[strata]) ** 2).sum())
    return Spread(variance, float(max(np.maximum(sizes - 1, 0).sum(), 1)))
