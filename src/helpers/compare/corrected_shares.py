"""One share from predictions and codes, and the limits of it and of the difference of two.

In: `Side`s.  Out: `Share`s, and limits.  The estimator, its sources and its limits stand in `correct`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from helpers.compare.clusters import Estimate, cluster_codes, refusal
from helpers.compare.corrected_variance import Side, Spread, cluster_spread, coded_clusters, draw_spread

FEWEST = 3  # clusters with codes (about the corpus: codes; for raw: clusters) below which there is no interval
FEWEST_CODED = 10  # coded units of a group below which predictions are not tuned, and λ is 0
BIASED = "predictions alone: biased by as much as the classifier errs"


@dataclass(frozen=True)
class Share:
    """One share: estimate, variance, and the number of independent units that carry as much."""

    side: Side
    used: Side  # the same, or for `raw` with every prediction in place of a code
    power: float
    estimate: float
    spread: Spread
    n_effective: float
    n_clusters: int
    over_clusters: bool
    plain_effective: float = float("nan")  # the same number without predictions
    note: str = ""

    @property
    def factor(self) -> float:
        """What predictions are multiplied by next to codes: nothing in `raw`, where they are the codes."""
        return 0.0 if self.used is not self.side else self.power


def tuned_power(side: Side, target: str = "process") -> float:
    """λ of a group: slope of codes on predictions among the coded, within 0 and 1, and 0 where it is worth nothing.

    The slope is the best factor where units are independent (PPI++), both over clusters and over the draw.  It is kept
    where the variance that the interval rests on is no larger with it, else lowered to where that is least.

    >>> coded = np.arange(24) < 12
    >>> side = Side(np.tile([0.0, 1.0], 12), np.ones(24), coded, np.tile([0.0, 1.0, 0.0, 1.0, 0.0, 0.0], 2),
    ...             np.full(12, 0.5), (np.arange(24),), np.zeros(24, int))
    >>> round(tuned_power(side), 3)
    0.667
    """
    if len(side.code) < FEWEST_CODED or np.ptp(side.code) == 0 or np.ptp(side.prediction[side.coded]) == 0:
        return 0.0
    guess = side.prediction[side.coded] - side.load @ side.prediction[side.coded]
    slope = float(np.clip(side.load @ (guess * side.beyond(0.0)) / (side.load @ guess**2), 0, 1))
    if slope == 0 or 1 - side.load @ side.beyond(slope) ** 2 / (side.load @ side.beyond(0.0) ** 2) <= _by_chance(side):
        return 0.0
    none, whole = (_spread(side, power, target).variance for power in (0.0, slope))
    if whole <= none:
        return slope
    at = none, _spread(side, slope / 2, target).variance, whole
    bend = 2 * (at[0] + at[2] - 2 * at[1])  # the variance is a parabola in λ
    least = slope * (at[0] - at[2] + bend) / (2 * bend) if bend > 0 else 0.0
    least = float(np.clip(least, 0, slope))
    return least if _spread(side, least, target).variance <= none else 0.0


def _spread(side: Side, power: float, target: str) -> Spread:
    """Over clusters, or over the draw."""
    return cluster_spread([side], [power]) if target == "process" else draw_spread(side, power)


def _by_chance(side: Side) -> float:
    """What a slope on noise explains on average."""
    return 1 / (len(side.code) - 1)


def three(side: Side, target: str) -> dict[str, Share]:
    """The three estimates of one side."""
    power = tuned_power(side, target)
    return {"raw": _raw(side), "coded": _with_codes(side, 0.0, target), "corrected": _with_codes(side, power, target)}


def _raw(side: Side) -> Share:
    """Predictions as if they were codes of every unit."""
    n = len(side.weight)
    every = Side(side.prediction, side.weight, np.ones(n, bool), side.prediction, np.ones(n), side.ways, side.stratum)
    share = float(every.load @ every.code)
    spread = cluster_spread([every], [0.0])
    return Share(
        side, every, 1.0, share, spread, _effective(share, spread, n), coded_clusters(every), True, note=BIASED
    )


def _with_codes(side: Side, power: float, target: str) -> Share:
    """Codes, and what predictions of all units add to them."""
    over_clusters = target == "process"
    if not len(side.code):
        nan = float("nan")
        return Share(side, side, 0.0, nan, Spread(nan, nan), nan, 0, over_clusters, note="no coded unit")
    coded = float(side.load @ side.code)
    estimate = coded + power * float(side.part @ side.prediction - side.load @ side.prediction[side.coded])
    estimate = min(max(estimate, 0.0), 1.0)  # a rare frame may be corrected below nothing
    n_clusters = coded_clusters(side)
    alike = n_clusters if over_clusters else len(side.code) / max(1 - float(side.chance.mean()), 1e-9)
    spread, plain = (_spread(side, factor, target) for factor in (power, 0.0))
    effective = (_effective(coded, found, alike) for found in (spread, plain))
    return Share(side, side, power, estimate, spread, next(effective), n_clusters, over_clusters, next(effective),
                 _why_coded(side))  # fmt: skip


def _why_coded(side: Side) -> str:
    """Why predictions can add nothing."""
    if len(side.code) < FEWEST_CODED:
        return f"{len(side.code)} coded units, fewer than {FEWEST_CODED}: predictions not used"
    return "all codes are alike: predictions not used" if np.ptp(side.code) == 0 else ""


def _effective(share: float, spread: Spread, alike: float) -> float:
    """Independent units with the same variance; the number given where all values are 0 or all 1."""
    if not 0 < share < 1 or not spread.variance > 0:
        return float(alike)
    return share * (1 - share) / spread.variance


def together(both: list[Share]) -> tuple[Spread, float]:
    """Variance of the share or difference, and the correlation of the two shares through clusters of both."""
    if len(both) == 1:
        return both[0].spread, 0.0
    if not all(len(share.used.code) for share in both):
        return Spread(float("nan"), float("nan")), 0.0
    one, two = (share.spread for share in both)
    apart = one.variance + two.variance
    if not (apart > 0 and both[0].over_clusters):
        below = sum(spread.variance**2 / spread.dof for spread in (one, two) if spread.variance > 0)
        return Spread(apart, apart**2 / below if below > 0 else float("nan"), one.alone or two.alone), 0.0
    joint = cluster_spread([share.used for share in both], [share.factor for share in both])
    reach = np.sqrt(one.variance * two.variance)
    correlation = float(np.clip((apart - joint.variance) / 2 / reach, -1, 1)) if reach > 0 else 0.0
    return joint, correlation


def wilson(share: Share, dof: float, level: float) -> tuple[float, float]:
    """Wilson's score limits, t in place of z, for as many independent units as the variance implies."""
    dof = dof if np.isfinite(dof) else max(share.n_clusters - 1, 1)
    z2 = float(stats.t.ppf((1 + level) / 2, dof)) ** 2
    p, n = share.estimate, share.n_effective
    middle, half = (p + z2 / (2 * n)) / (1 + z2 / n), np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def put_together(one: Share, two: Share, limits: list[tuple[float, float]], r: float) -> tuple[float, float]:
    """Limits of a difference from those of its shares: Newcombe's method 10, with their correlation."""
    (low1, high1), (low2, high2) = limits
    first, second = one.estimate, two.estimate
    down, up = (first - low1, high2 - second), (high1 - first, second - low2)
    reach = [np.sqrt(max(a**2 + b**2 - 2 * r * a * b, 0.0)) for a, b in (down, up)]
    return float(first - second - reach[0]), float(first - second + reach[1])


def explained(both: list[Share]) -> float:
    """Squared correlation of predictions and codes in the coded units, within sides."""
    sides = [share.side for share in both if len(share.side.code)]
    sums = np.zeros(3)
    for side in sides:
        y, load = side.beyond(0.0), side.load * len(side.code)
        f = side.prediction[side.coded] - side.load @ side.prediction[side.coded]
        sums += load @ (y * f), load @ y**2, load @ f**2
    return float(sums[0] ** 2 / (sums[1] * sums[2])) if sums[1] * sums[2] > 0 else float("nan")


def borrowed(one: Share, two: Share) -> tuple[Share, Share]:
    """Where one side's codes are all 0 or all 1, it borrows the other's design effect: units a coded one is worth.

    Alone it would count each cluster as one unit, which is what a share by itself has to do.
    """
    alike = [len(share.side.code) > 0 and np.ptp(share.side.code) == 0 for share in (one, two)]
    if sum(alike) != 1 or one.used is not one.side:
        return one, two
    lender, borrower = (two, one) if alike[0] else (one, two)
    plain = len(lender.side.code)
    worth = min(lender.plain_effective / plain, 1.0)
    known = replace(borrower, n_effective=max(worth * len(borrower.side.code), borrower.n_effective))
    return (known, two) if alike[0] else (one, known)


def weighted_share(values: np.ndarray, weights: np.ndarray, clusters: object, *, level: float = 0.95) -> Estimate:
    """Weighted mean of values within 0 and 1, with the limits of a coded share over clusters.

    Parameters
    ----------
    values, weights : float, shape (n,); weights positive.
    clusters : labels, shape (n,), or a DataFrame of one or two label columns.

    >>> found = weighted_share(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4), [1, 2, 3, 4])
    >>> found.estimate, round(found.low, 2), round(found.high, 2)
    (0.5, 0.06, 0.94)
    """
    y, n = np.asarray(values, dtype=float), len(values)
    ways = tuple(cluster_codes(clusters))
    kind = {"level": level, "n_units": n, "n_clusters": min(int(codes.max()) + 1 for codes in ways)}
    load = np.asarray(weights, dtype=float)
    if kind["n_clusters"] < FEWEST:
        note = f"{kind['n_clusters']} clusters; at least {FEWEST} are needed"
        return refusal(float(load @ y / load.sum()), note, **kind)
    one = _with_codes(Side(np.zeros(n), load, np.ones(n, bool), y, np.ones(n), ways, np.zeros(n, int)), 0.0, "process")
    if one.spread.alone:
        return refusal(one.estimate, "one cluster alone determines this estimate", **kind)
    low, high = wilson(one, one.spread.dof, level)
    told = ("CR2, Wilson", "", float("nan"), float(np.sqrt(one.spread.variance)))
    return Estimate(one.estimate, low, high, level, one.spread.dof, n, kind["n_clusters"], *told)
