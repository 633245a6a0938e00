"""A difference of means where one side does not vary: 0 of 111 articles beside 74 of 159.

In: values, sides, cluster labels.  Out: one `Estimate`, always with p, with limits wherever values have a floor.

A side without variance has a standard error of 0, which says nothing of how high its rate could be.  Two tests judge
the difference, and the larger p counts:

* whole clusters are permuted, each way of clustering on its own (`randomisation.permuted_p`): right however few they
  are, wrong where one side's clusters are much larger than the other's, since then they are not exchangeable;
* the score test of Miettinen & Nurminen (1985, Statistics in Medicine 4(2)), whose variance is that of the supposed
  difference, not of the observed one, with articles counted for what they are worth: those of the side that varies by
  its clustered variance, those of the other by the same variance and likeness within clusters at its own cluster sizes
  (effective size as for complex surveys: Korn & Graubard 1998, Survey Methodology 24(2)).

The limits are the inversion of the score test; where permuting alone leaves zero possible, the limit towards zero is
moved beyond it, so that zero lies inside exactly when p is above 1 - level.  Shifting the values of one side, as
`randomisation` does, would not do: a shifted 0 is no longer a 0, and any shift tells the sides apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.compare.clusters import Estimate, ols_by_codes, t_quantile, t_tail
from helpers.compare.intra_cluster import SUPPOSED_ICC, intra_cluster, typical_size
from helpers.compare.randomisation import SEED, counted, permuted_p, randomised_difference

METHOD = "permuted clusters, score limits"
ASSUMED_PAIRS = 30  # articles whose weight the supposed likeness has beside that of the data
FAR = 1000.0  # counts are divided by this many times their maximum: shares so small that no ceiling is near
STEPS = 60  # halvings of each limit and of each constrained rate: far below rounding of any table


def is_constant(values: np.ndarray, first: np.ndarray) -> bool:
    """Whether a side has one value only.

    >>> is_constant(np.array([0.0, 0.0, 0.0, 1.0]), np.array([True, True, False, False]))
    True
    """
    return bool(np.ptp(values[first]) == 0 or np.ptp(values[~first]) == 0)


def constant_side_difference(
    values: np.ndarray,
    first: np.ndarray,
    ways: Sequence[np.ndarray],
    *,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Mean of the first side minus mean of the second, of which one at least is constant.

    Parameters
    ----------
    values : float, shape (n,); a constant 0 or 1 of shares, or a constant 0 of what is never negative, has limits by
        the score test; any other constant those of shifted values.
    first : bool, shape (n,); True = first side.  Both sides have at least three clusters.
    ways : codes of clusters, one array a way.
    level : of the interval.
    rng : used when the arrangements are too many to list; a fixed seed by default.

    Returns
    -------
    Estimate.  `se` is what the interval implies.

    >>> y, side = np.r_[np.zeros(20), np.tile([0.0, 1.0], 10)], np.arange(40) < 20
    >>> estimate = constant_side_difference(y, side, [np.arange(40)])
    >>> round(estimate.low, 2), round(estimate.high, 2), estimate.p < 0.01
    (-0.72, -0.27, True)
    """
    rng = np.random.default_rng(SEED) if rng is None else rng
    estimate = float(values[first].mean() - values[~first].mean())
    by_permuting = [permuted_p(values, first, codes, rng=rng) for codes in ways]
    p, n_arrangements = max(by_permuting)
    unit = _unit(values, first)
    if not unit:
        return _shifted(values, first, ways, p, level=level, rng=rng)
    test = _score_test(values / unit, first, ways)
    z = test.statistic(0.0)
    by_score = float(2 * t_tail(abs(z), test.dof))
    reach = float(t_quantile((1 + level) / 2, test.dof))
    towards = reach  # zero: what permuting says is said of "no difference", not of a larger one
    if by_score <= 1 - level < p:
        towards *= abs(z) / float(t_quantile(1 - min(p, 0.5) / 2, test.dof))
    low = unit * test.limit(-1.0, towards if estimate > 0 else reach)
    high = unit * test.limit(1.0, towards if estimate < 0 else reach)
    n_clusters = min(int(codes.max()) + 1 for codes in ways)
    se = (high - low) / 2 / float(t_quantile((1 + level) / 2, test.dof))
    note = f"{_what(values, first)}; {counted(n_arrangements)}"
    kind = (level, test.dof, len(values), n_clusters, METHOD, note)
    return Estimate(estimate, low, high, *kind, min(1.0, max(p, by_score)), se)


def _unit(values: np.ndarray, first: np.ndarray) -> float:
    """What values are divided by to lie in 0..1 with the constant side at an end of it; 0 where there is no end."""
    constants = [part[0] for part in (values[first], values[~first]) if np.ptp(part) == 0]
    if values.min() >= 0 and values.max() <= 1 and {0.0, 1.0} & set(constants):
        return 1.0
    return FAR * float(values.max()) if values.min() >= 0 and 0.0 in constants else 0.0


def _shifted(
    values: np.ndarray, first: np.ndarray, ways: Sequence[np.ndarray], p: float, **options: object
) -> Estimate:
    """Limits by shifting one side, the widest of the ways: for values without a natural end."""
    each = [randomised_difference(values, first, codes, **options) for codes in ways]
    widest = max(each, key=lambda one: np.inf if one.refused else one.high - one.low)
    return replace(widest, p=p, note="; ".join(filter(None, ["one side is constant", widest.note])))


def _what(values: np.ndarray, first: np.ndarray) -> str:
    """Which value stands on the side, or sides."""
    constants = [f"{part[0]:g}" for part in (values[first], values[~first]) if np.ptp(part) == 0]
    if len(constants) == 1:
        return f"one side is all {constants[0]}"
    alike = len(set(constants)) == 1
    return f"both sides are all {constants[0]}" if alike else f"all {' against all '.join(constants)}"


@dataclass(frozen=True)
class _ScoreTest:
    """Two shares, the number of independent units that each is worth, and the degrees of freedom of that number."""

    shares: tuple[float, float]
    worth: tuple[float, float]
    dof: float

    def statistic(self, difference: float) -> float:
        """Observed less supposed difference over its error under the supposed one."""
        two = self._constrained(difference)
        supposed = two + difference, two
        variance = sum(max(q * (1 - q), 0.0) / n for q, n in zip(supposed, self.worth, strict=True))
        off = self.shares[0] - self.shares[1] - difference
        return off / np.sqrt(variance) if variance > 1e-30 else (0.0 if abs(off) < 1e-12 else np.sign(off) * np.inf)

    def _constrained(self, difference: float) -> float:
        """The second side's likeliest rate if the first's is higher by `difference`: where the slope changes sign."""
        (p, r), (n, m) = self.shares, self.worth
        low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
        for _ in range(STEPS):
            two = (low + high) / 2
            one = two + difference
            slope = n * _pull(p, one) + m * _pull(r, two)
            if slope > 0:
                low = two
            else:
                high = two
        return (low + high) / 2

    def limit(self, sign: float, reach: float) -> float:
        """The difference, on one side of the observed one, that is `reach` errors away."""
        near, far = self.shares[0] - self.shares[1], sign
        for _ in range(STEPS):
            middle = (near + far) / 2
            near, far = (middle, far) if abs(self.statistic(middle)) <= reach else (near, middle)
        return (near + far) / 2


def _pull(share: float, rate: float) -> float:
    """How the likelihood of an observed share grows with its rate, a unit's worth; at an end it has no slope."""
    if not 0 < rate < 1:
        return 0.0
    return (share / rate if share else 0.0) - ((1 - share) / (1 - rate) if share < 1 else 0.0)


def _score_test(shares: np.ndarray, first: np.ndarray, ways: Sequence[np.ndarray]) -> _ScoreTest:
    """The test, articles counted for what they are worth; a cluster for one where nothing shows how articles vary."""
    sides = [(shares[side], [_recoded(codes[side]) for codes in ways]) for side in (first, ~first)]
    fewest = [min(int(codes.max()) + 1 for codes in mine) for _, mine in sides]
    means = (float(sides[0][0].mean()), float(sides[1][0].mean()))
    varies = [np.ptp(y) > 0 for y, _ in sides]
    if any(varies):
        one, two = (0, 1) if varies[0] else (1, 0)
        y, mine = sides[one]
        [known] = ols_by_codes(y, np.ones((len(y), 1)), mine, contrasts=np.ones(1))
        if not known.refused:
            worth = np.zeros(2)
            worth[one] = means[one] * (1 - means[one]) / known.se**2
            design = _design_effects(y, mine, sides[two][1])
            worth[two] = len(sides[two][0]) * worth[one] / len(y) * design[0] / design[1]
            return _ScoreTest(means, tuple(worth.tolist()), known.dof)
    return _ScoreTest(means, (float(fewest[0]), float(fewest[1])), float(sum(fewest) - 2))


def _design_effects(y: np.ndarray, mine: list[np.ndarray], others: list[np.ndarray]) -> tuple[float, float]:
    """How much clusters cost on the side that varies, and on the other if its articles are as alike.

    Each is that of the worst way.  Likeness is drawn towards a supposed one where few articles share a cluster.
    """
    costs = [[1.0], [1.0]]
    for codes, other in zip(mine, others, strict=True):
        pairs = len(y) - (int(codes.max()) + 1)
        likeness = (pairs * intra_cluster(y, codes) + ASSUMED_PAIRS * SUPPOSED_ICC) / (pairs + ASSUMED_PAIRS)
        for side, cost in zip((codes, other), costs, strict=True):
            cost.append(1 + (typical_size(side) - 1) * likeness)
    return max(costs[0]), max(costs[1])


def _recoded(codes: np.ndarray) -> np.ndarray:
    """Codes without gaps."""
    return np.unique(codes, return_inverse=True)[1].ravel()
