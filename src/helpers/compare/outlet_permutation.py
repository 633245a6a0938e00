"""Whether one kind of outlet differs from another: whole outlets are moved from one side to the other.

In: values, sides and outlets of articles.  Out: an `Estimate` whose units are outlets, or a refusal with its reason.

A claim about these outlets (their articles) takes their articles and weeks as what varies.  A claim about a kind of
outlet takes the outlets as drawn from more of their kind, and outlets have levels of their own: however many articles
each has, there are only as many units as outlets.  Each outlet's mean counts once, for an outlet five times as large is
no five outlets of its kind.

Method: means of the groups are the data (Donald & Lang 2007, Review of Economics and Statistics 89(2)); randomisation
test with a studentised statistic (Chung & Romano 2013, Annals of Statistics 41(2)); interval by test inversion (Ernst
2004, Statistical Science 19(4)).
"""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, refusal
from helpers.compare.randomisation import LIST_ALL, SEED, arrangements, crossing

FEWEST_OUTLETS = 2  # a side, below which nothing shows how outlets of its kind differ
METHOD = "permutation of outlets"


def outlet_permutation(
    values: np.ndarray,
    first: np.ndarray,
    outlets: np.ndarray,
    *,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Mean of the outlets of the first side minus mean of those of the second, each outlet counting once.

    Parameters
    ----------
    values : float, shape (n,)
        A measure of each article.
    first : bool, shape (n,)
        Whether its outlet is of the first kind.
    outlets : labels, shape (n,)
    level : float
        Of the interval.
    rng : numpy Generator, optional
        Used only when there are too many arrangements to list; a fixed seed by default.

    Returns
    -------
    Estimate with numbers of articles and, as clusters, of outlets.  Without interval where no arrangement could be
    clear at the level; p is given all the same, from two outlets a side on.

    Raises
    ------
    ValueError
        An outlet stands on both sides.

    >>> y, outlets = np.array([5.0, 6, 7, 6, 1, 2, 1, 2]), np.arange(8)
    >>> estimate = outlet_permutation(y, outlets < 4, outlets)
    >>> round(estimate.estimate, 2), round(estimate.p, 4), estimate.low > 0, estimate.note
    (4.5, 0.0286, True, '4 and 4 outlets, 70 arrangements, all')
    >>> outlet_permutation(y[1:7], outlets[1:7] < 4, outlets[1:7]).note
    '3 outlets a side cannot show p ≤ .05: the smallest p of their 20 arrangements is .10'
    """
    means = _outlet_means(values, first, outlets)
    side, y = means["first"].to_numpy(bool), means["value"].to_numpy(float)
    one, two = int(side.sum()), int((~side).sum())
    estimate = float(y[side].mean() - y[~side].mean())
    kind = {"level": level, "n_units": len(np.asarray(values)), "n_clusters": len(y)}
    if min(one, two) < FEWEST_OUTLETS:
        note = f"{min(one, two)} outlet on the smaller side says nothing of its kind; {FEWEST_OUTLETS} are needed"
        return refusal(estimate, note, **kind)
    order = np.argsort(~side, kind="stable")
    permuted = arrangements(one, two, 0, rng=np.random.default_rng(SEED) if rng is None else rng)
    test = _Studentised(y[order], side[order], permuted)
    p, least = test.p_value(0.0), smallest_p(one, two)
    if least > 1 - level + 1e-12:
        sides = f"{one} outlets a side" if one == two else f"{one} beside {two} outlets"
        ways = f"the smallest p of their {comb(one + two, one)} arrangements is {_short(least)}"
        note = f"{sides} cannot show p ≤ {_short(1 - level)}: {ways}"
        return replace(refusal(estimate, note, **kind, method=METHOD), p=p)
    if np.ptp(y) == 0:
        return replace(refusal(estimate, "all outlets have the same mean", **kind, method=METHOD), p=p)
    low, high = (crossing(test.p_value, estimate, sign * test.spread, 1 - level + 1e-12) for sign in (-1.0, 1.0))
    how = "all" if comb(one + two, one) <= LIST_ALL else "drawn"
    note = f"{one} and {two} outlets, {len(permuted):,} arrangements, {how}"
    nan = float("nan")
    return Estimate(estimate, low, high, level, nan, kind["n_units"], len(y), METHOD, note, p)


def plain_outlet_differences(fits: np.ndarray, first: np.ndarray, outlets: np.ndarray) -> np.ndarray:
    """The estimate of `outlet_permutation` alone, for each column of values, shape (n, n_fits).

    >>> y = np.array([[1.0], [1.0], [4.0], [0.0]])
    >>> plain_outlet_differences(y, np.array([True, True, True, False]), np.array(list("aabc"))).tolist()
    [2.5]
    """
    side = pd.Series(np.asarray(first, dtype=bool)).groupby(np.asarray(outlets), sort=True).first()
    means = pd.DataFrame(fits).groupby(np.asarray(outlets), sort=True).mean()
    return (means[side].mean() - means[~side].mean()).to_numpy()


def smallest_p(n_first: int, n_second: int) -> float:
    """The smallest two-sided p that moving whole outlets can give.

    With equally many a side each arrangement has a mirror image that is as extreme.

    >>> [round(smallest_p(*sides), 3) for sides in [(3, 3), (3, 4), (4, 4), (5, 5)]]
    [0.1, 0.029, 0.029, 0.008]
    """
    return (2 if n_first == n_second else 1) / comb(n_first + n_second, n_first)


def _outlet_means(values: np.ndarray, first: np.ndarray, outlets: np.ndarray) -> pd.DataFrame:
    """Mean and side of each outlet, in the order of their labels."""
    given = {"value": np.asarray(values, dtype=float), "first": np.asarray(first, dtype=bool)}
    by_outlet = pd.DataFrame(given | {"outlet": np.asarray(outlets)}).groupby("outlet", sort=True)
    spans = by_outlet["first"].nunique() > 1
    if spans.any():
        raise ValueError(f"outlet {spans.index[spans].tolist()[0]!r} stands on both sides; leave it out of one")
    return by_outlet.agg(value=("value", "mean"), first=("first", "first"))


class _Studentised:
    """t² of every arrangement, given the shift taken off the first side."""

    def __init__(self, y: np.ndarray, side: np.ndarray, permuted: np.ndarray) -> None:
        y, f = y - y.mean(), side.astype(float)
        self.spread = float(y.std())
        mean, square = np.zeros((2, len(permuted))), np.zeros((3, len(permuted)))
        for sign, chosen in ((1.0, permuted), (-1.0, ~permuted)):
            a, n = chosen.astype(float), int(chosen[0].sum())
            zero, one = a @ y, a @ f
            mean += sign * np.stack([zero, one]) / n
            parts = np.stack([a @ y**2 - zero**2 / n, a @ (y * f) - zero * one / n, one - one**2 / n])
            square += parts / (n * (n - 1))
        self.mean, self.square = mean, square  # linear, and quadratic, in the shift

    def p_value(self, shift: float) -> float:
        """Share of arrangements as extreme as the observed one when `shift` is the true difference."""
        top = (self.mean[0] - shift * self.mean[1]) ** 2
        below = self.square[0] - 2 * shift * self.square[1] + shift**2 * self.square[2]
        tiny = 1e-18 * max(self.spread**2, 1e-300)
        t2 = np.where(top <= tiny, 0.0, top / np.maximum(below, tiny))
        return float((t2 >= t2[0] * (1 - 1e-9)).mean())


def _short(p: float) -> str:
    """A p as a sentence has it: .05, .0079."""
    return f"{p:.2f}"[1:] if round(p, 2) >= 0.02 else f"{p:.4f}"[1:]
