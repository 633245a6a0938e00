"""A difference of means tested by moving whole clusters from one side to the other.

In: values, sides and clusters of each unit.  Out: an `Estimate` whose interval comes from inverting the test.

Method: randomisation test with a studentised statistic, which stays valid in large samples when the two
sides vary unequally (Chung & Romano 2013, Annals of Statistics 41(2)); interval by test inversion (Ernst
2004, Statistical Science 19(4)).  Exact, for any number of clusters, when clusters are exchangeable between
the sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np

from helpers.compare.clusters import Estimate, refusal

DRAWS = 1999  # arrangements drawn when there are too many to list them all
LIST_ALL = 5000  # list them all up to this many
STEPS = 60  # halvings of each limit: far below rounding of any table
BATCH = 2_000_000  # numbers in one batch of arrangements
SEED = 20240619  # used when the caller gives no generator, so that the same input gives the same bytes


def arrangements(n_first: int, n_second: int, n_spanning: int, *, rng: np.random.Generator) -> np.ndarray:
    """Ways to permute clusters to two sides: the observed one first.

    Rows are arrangements; columns the clusters of the first side, of the second, then for each cluster that
    lies on both sides its part on the first and its part on the second (these two may only change places).

    Returns
    -------
    bool, shape (n_arrangements, n_first + n_second + 2 * n_spanning), True = first side.  All of them when
    there are at most 5,000, otherwise 1,999 drawn beside the observed one.

    >>> arrangements(1, 2, 0, rng=np.random.default_rng(0)).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    """
    n = n_first + n_second
    observed = np.r_[np.ones(n_first), np.zeros(n_second), np.tile([1, 0], n_spanning)].astype(bool)
    total = comb(n, n_first) * 2**n_spanning
    if total <= LIST_ALL:
        chosen = _subsets(n, n_first)
        permuted = np.array([[i in one for i in range(n)] for one in chosen], dtype=bool).reshape(len(chosen), n)
        bits = (np.arange(2**n_spanning)[:, None] >> np.arange(n_spanning)) & 1 == 0
        pairs = np.stack([bits, ~bits], axis=2).reshape(len(bits), -1)
        return np.hstack([np.repeat(permuted, len(pairs), axis=0), np.tile(pairs, (len(permuted), 1))])
    permuted = np.tile(observed[:n], (DRAWS, 1))
    permuted = rng.permuted(permuted, axis=1)
    bits = rng.random((DRAWS, n_spanning)) < 0.5
    drawn = np.hstack([permuted, np.stack([bits, ~bits], axis=2).reshape(DRAWS, -1)])
    return np.vstack([observed, drawn])


def _subsets(n: int, size: int) -> list[frozenset[int]]:
    """All subsets of range(n) of one size, the first `size` numbers first."""
    return [frozenset(chosen) for chosen in combinations(range(n), size)]


def randomised_difference(
    values: np.ndarray,
    first: np.ndarray,
    codes: np.ndarray,
    *,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Mean of the first side minus mean of the second, with a randomisation interval over clusters.

    Parameters
    ----------
    values : float, shape (n,)
    first : bool, shape (n,); True = first side.
    codes : int, shape (n,); cluster of each unit, one way.
    level : of the interval.
    rng : used only when the arrangements are too many to list; a fixed seed by default.

    Returns
    -------
    Estimate; without interval when the arrangements are too few to reject anything at this level (it then has its p
    all the same), or the values do not vary.

    >>> y = np.array([5.0, 6, 7, 6, 5, 1, 2, 1, 2, 3])
    >>> estimate = randomised_difference(y, np.arange(10) < 5, np.arange(10))
    >>> round(estimate.estimate, 2), round(estimate.p, 4), estimate.low > 0
    (4.0, 0.0079, True)
    """
    rng = np.random.default_rng(SEED) if rng is None else rng
    pieces, n_clusters, kinds = _pieces(np.asarray(values, dtype=float), first, codes)
    estimate = float(values[first].mean() - values[~first].mean())
    kind = {"level": level, "n_units": len(values), "n_clusters": n_clusters}
    permuted = arrangements(*kinds, rng=rng)
    statistic = _Studentised(pieces, kinds[0] + kinds[1], permuted)
    if statistic.flat:
        return refusal(estimate, "cluster means do not vary", **kind)
    least = statistic.p_value(estimate + 1e6 * statistic.spread)
    if least > 1 - level:
        note = f"{len(permuted)} arrangements of {n_clusters} clusters are too few for a {level:.0%} interval"
        return replace(refusal(estimate, note, **kind), p=statistic.p_value(0.0))
    low, high = (crossing(statistic.p_value, estimate, sign * 2 * statistic.spread, 1 - level) for sign in (-1.0, 1.0))
    return Estimate(
        estimate,
        low,
        high,
        level,
        float("nan"),
        len(values),
        n_clusters,
        "randomisation of clusters",
        counted(len(permuted)),
        statistic.p_value(0.0),
    )


def crossing(p_value: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """Where p falls to alpha on one side of an estimate, by doubling and then halving: a limit by inverting a test.

    Parameters
    ----------
    p_value : p of a supposed value, which falls with its distance from the estimate.
    estimate : float
    step : float, the first distance that is tried; its sign is the side.
    alpha : float

    >>> round(crossing(lambda value: 1 / (1 + abs(value - 2)), 2.0, -0.5, 0.25), 6)
    -1.0
    """
    near, far = 0.0, step
    while p_value(estimate + far) > alpha:
        near, far = far, 2 * far
    for _ in range(STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if p_value(estimate + middle) > alpha else (near, middle)
    return estimate + far


def counted(n_arrangements: int) -> str:
    """How many arrangements were looked at, and whether that is all there are.

    >>> counted(70), counted(DRAWS + 1)
    ('70 arrangements, all', '2,000 arrangements, drawn')
    """
    return f"{n_arrangements:,} arrangements, {'drawn' if n_arrangements == DRAWS + 1 else 'all'}"


def permuted_p(
    values: np.ndarray, first: np.ndarray, codes: np.ndarray, *, rng: np.random.Generator | None = None
) -> tuple[float, int]:
    """Two-sided p of "no difference" by permuting whole clusters, however many, and the number of arrangements.

    The statistic is that of `randomised_difference`; a side may be constant, since an arrangement that mixes the sides
    is not.

    Parameters
    ----------
    values, first, codes, rng : as in `randomised_difference`.

    >>> y = np.array([0.0, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    >>> p, n = permuted_p(y, np.arange(10) < 5, np.arange(10))
    >>> round(p, 3), n
    (0.048, 252)
    """
    rng = np.random.default_rng(SEED) if rng is None else rng
    pieces, _, kinds = _pieces(np.asarray(values, dtype=float), first, codes)
    total, size, _ = pieces.T
    permuted = arrangements(*kinds, rng=rng)
    least = (1e-12 * max(float(np.abs(total / size).max()), 1e-140)) ** 2  # rounding: nothing varies
    t2 = []
    for batch in np.array_split(permuted, -(-permuted.size // BATCH)):
        shift, spread = _parts(batch, total, size, kinds[0] + kinds[1])
        t2.append(shift**2 / np.maximum(np.einsum("ag,ag->a", spread, spread), least))
    t2 = np.concatenate(t2)
    return float((t2 >= t2[0] * (1 - 1e-9)).mean()), len(permuted)


def _pieces(values: np.ndarray, first: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, int, tuple[int, int, int]]:
    """Sum, size and side of each cluster part, in the column order of `arrangements`; and the number of clusters."""
    n = int(codes.max()) + 1
    size = np.column_stack([np.bincount(codes, first, n), np.bincount(codes, ~first, n)])
    total = np.column_stack([np.bincount(codes, values * first, n), np.bincount(codes, values * ~first, n)])
    spans = (size > 0).all(axis=1)
    one, two = np.flatnonzero((size[:, 0] > 0) & ~spans), np.flatnonzero((size[:, 1] > 0) & ~spans)
    both = np.repeat(np.flatnonzero(spans), 2)
    cluster = np.r_[one, two, both]
    side = np.r_[np.zeros(len(one)), np.ones(len(two)), np.tile([0, 1], spans.sum())].astype(int)
    table = np.column_stack([total[cluster, side], size[cluster, side], side == 0])
    return table, len(one) + len(two) + int(spans.sum()), (len(one), len(two), int(spans.sum()))


def _parts(permuted: np.ndarray, total: np.ndarray, size: np.ndarray, n_apart: int) -> tuple[np.ndarray, np.ndarray]:
    """Difference of means of each arrangement, and each cluster's part in its error (n_arrangements, G).

    The first `n_apart` columns are clusters of one side; the others pairs, the two parts of a cluster on both.
    """
    a, b = permuted.astype(float), (~permuted).astype(float)
    size_a, size_b = a @ size, b @ size
    mean_a, mean_b = (a @ total) / size_a, (b @ total) / size_b
    rest = a * (total - np.outer(mean_a, size)) * (_small(a) / size_a)[:, None]
    rest -= b * (total - np.outer(mean_b, size)) * (_small(b) / size_b)[:, None]
    pairs = rest[:, n_apart:]
    return mean_a - mean_b, np.hstack([rest[:, :n_apart], pairs[:, ::2] + pairs[:, 1::2]])


class _Studentised:
    """t² of every arrangement, given the shift taken off the first side (its parts are linear in it)."""

    def __init__(self, pieces: np.ndarray, n_apart: int, permuted: np.ndarray) -> None:
        total, size, was_first = pieces.T
        self.shift0, spread0 = _parts(permuted, total, size, n_apart)
        self.shift1, spread1 = _parts(permuted, size * was_first, size, n_apart)
        # the error's square is a quadratic in the shift: its three parts, one value an arrangement
        pairs = [(spread0, spread0), (spread0, spread1), (spread1, spread1)]
        self.square = [np.einsum("ag,ag->a", *pair) for pair in pairs]
        self.spread = float(np.sqrt(self.square[0][0]))
        rough = max(float(np.abs(total / size).max()), 1e-300)
        self.flat = self.spread <= 1e-12 * rough

    def p_value(self, shift: float) -> float:
        """Share of arrangements as extreme as the observed one when `shift` is the true difference."""
        top = (self.shift0 - shift * self.shift1) ** 2
        below = self.square[0] - 2 * shift * self.square[1] + shift**2 * self.square[2]
        t2 = top / np.maximum(below, 1e-300)
        return float((t2 >= t2[0] * (1 - 1e-9)).mean())


def _small(side: np.ndarray) -> np.ndarray:
    """Root of G/(G-1), G the parts on the side: the usual correction of a mean's standard error."""
    parts = side.sum(axis=1)
    return np.sqrt(parts / np.maximum(parts - 1, 1))
