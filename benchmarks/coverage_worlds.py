"""Articles of two outlets whose true difference is known, and the methods that give it an interval.

An article is a share of its passages.  On the scale of log-odds it is the outlet's level, a shock that its outlet-week
has in common, and what the story adds; copies have their story in common.  An outlet-week's number of articles varies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit, roots_hermite

from helpers.compare.clusters import Estimate, cluster_ols
from helpers.compare.mean_difference import difference
from helpers.compare.randomisation import randomised_difference
from helpers.compare.wild_bootstrap import wild_bootstrap

WIRES = 3  # stories of an agency that a week's copies are of
STANDING = 6  # standing texts an outlet prints week after week
STORY = 1.0  # standard deviation of what a story adds, log-odds
BOOTSTRAPS = 399


@dataclass(frozen=True)
class World:
    """What is drawn: outlet-weeks a side, share of copies and of what kind, size of the shocks, level and lengths."""

    weeks: tuple[int, int]
    copies: float = 0.0
    kind: str = "wire"  # of the agency's stories of a week, in both outlets; or 'standing' texts of one outlet
    shocks: float = 0.5
    level: float = 0.20
    per_week: tuple[float, float] = (6.0, 6.0)
    passages: tuple[int, int] = (8, 8)  # an article's, in the first outlet and in the second
    effect: float = 0.0  # log-odds, on the first outlet

    def truth(self) -> float:
        """Difference of the two expected shares, by Gauss–Hermite quadrature."""
        points, weights = roots_hermite(80)
        spread = np.sqrt(2 * (self.shocks**2 + STORY**2))
        base = np.log(self.level / (1 - self.level))
        means = [weights @ expit(base + step + spread * points) / np.sqrt(np.pi) for step in (self.effect, 0.0)]
        return float(means[0] - means[1])


@dataclass(frozen=True)
class Articles:
    """One draw: values, the first outlet's, codes of outlet-week and of copy cluster."""

    y: np.ndarray
    first: np.ndarray
    week: np.ndarray
    story: np.ndarray


def draw(world: World, rng: np.random.Generator) -> Articles:
    """One corpus of a world."""
    sizes = [
        np.maximum(rng.poisson(mean * rng.lognormal(-0.18, 0.6, n)), 1)
        for n, mean in zip(world.weeks, world.per_week, strict=True)
    ]
    side = np.repeat([0, 1], [part.sum() for part in sizes])
    week = np.concatenate([np.repeat(np.arange(len(part)), part) for part in sizes])
    n, most = len(side), max(world.weeks)
    copied = rng.random(n) < world.copies
    if world.kind == "wire":
        shared = week * WIRES + rng.integers(0, WIRES, n)
    else:
        shared = side * STANDING + rng.integers(0, STANDING, n)
    story = np.unique(np.where(copied, n + shared, np.arange(n)), return_inverse=True)[1]
    base = np.log(world.level / (1 - world.level))
    shock = rng.normal(0, world.shocks, (2, most))[side, week]
    eta = base + world.effect * (side == 0) + shock + rng.normal(0, STORY, story.max() + 1)[story]
    passages = np.asarray(world.passages)[side]
    y = rng.binomial(passages, expit(eta)) / passages
    return Articles(y, side == 0, np.unique(side * most + week, return_inverse=True)[1], story)


Interval = tuple[float, float]
Method = Callable[[Articles, np.random.Generator], Interval]


def independent(one: Articles, rng: np.random.Generator) -> Interval:
    """Least squares with articles taken as independent and of one variance."""
    found = stats.ttest_ind(one.y[one.first], one.y[~one.first]).confidence_interval(0.95)
    return float(found.low), float(found.high)


def welch(one: Articles, rng: np.random.Generator) -> Interval:
    """Welch's t on the articles' shares."""
    found = stats.ttest_ind(one.y[one.first], one.y[~one.first], equal_var=False).confidence_interval(0.95)
    return float(found.low), float(found.high)


def hc3(one: Articles, rng: np.random.Generator) -> Interval:
    """Least squares with the HC3 variance."""
    found = sm.OLS(one.y, sm.add_constant(one.first.astype(float))).fit(cov_type="HC3", use_t=True).conf_int()[1]
    return float(found[0]), float(found[1])


def document_bootstrap(one: Articles, rng: np.random.Generator) -> Interval:
    """Percentiles of differences between documents drawn again."""
    means = []
    for part in (one.y[one.first], one.y[~one.first]):
        means.append(part[rng.integers(0, len(part), (BOOTSTRAPS, len(part)))].mean(axis=1))
    low, high = np.quantile(means[0] - means[1], [0.025, 0.975])
    return float(low), float(high)


def cr1_normal(one: Articles, rng: np.random.Generator) -> Interval:
    """The usual cluster-robust error by outlet-week, against the normal: no correction for few clusters."""
    x = sm.add_constant(one.first.astype(float))
    found = sm.OLS(one.y, x).fit(cov_type="cluster", cov_kwds={"groups": one.week, "use_correction": True}).conf_int()
    return float(found[1][0]), float(found[1][1])


def _limits(found: Estimate) -> Interval:
    return found.low, found.high


def _design(one: Articles) -> np.ndarray:
    return np.column_stack([one.first, np.ones(len(one.y))]).astype(float)


def by_week(one: Articles, rng: np.random.Generator) -> Interval:
    """CR2 by outlet-week alone: copies count as news."""
    return _limits(cluster_ols(one.y, _design(one), clusters=one.week, contrasts=np.array([1.0, 0.0]))[0])


def two_way(one: Articles, rng: np.random.Generator) -> Interval:
    """CR2 on outlet-week and copy cluster, whatever their number."""
    return _limits(difference(one.y, one.first, clusters=_clusters(one), method="sandwich"))


def wild(one: Articles, rng: np.random.Generator) -> Interval:
    """Wild cluster bootstrap, two-way."""
    return _limits(wild_bootstrap(one.y, _design(one), np.array([1.0, 0.0]), [one.week, one.story], draws=399, rng=rng))


def randomised(one: Articles, rng: np.random.Generator) -> Interval:
    """Outlet-weeks dealt anew to the two sides."""
    return _limits(randomised_difference(one.y, one.first, one.week, rng=rng))


def ours(one: Articles, rng: np.random.Generator) -> Interval:
    """The house's rule."""
    return _limits(difference(one.y, one.first, clusters=_clusters(one), rng=rng))


def _clusters(one: Articles):

    return pd.DataFrame({"story": one.story, "week": one.week})


METHODS: dict[str, Method] = {
    "i.i.d. OLS": independent,
    "Welch": welch,
    "HC3": hc3,
    "document bootstrap": document_bootstrap,
    "CR1, normal, outlet-week": cr1_normal,
    "CR2, outlet-week": by_week,
    "CR2, two-way": two_way,
    "wild, two-way": wild,
    "randomisation": randomised,
    "ours": ours,
}
