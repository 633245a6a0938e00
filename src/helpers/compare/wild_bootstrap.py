"""The wild cluster bootstrap, for some forty clusters and fewer.

In: outcome, design, one contrast, one or two ways of clustering.  Out: an `Estimate` whose interval inverts the
bootstrap test.

Method: restricted wild cluster bootstrap-t of Cameron, Gelbach & Miller (2008, Review of Economics and
Statistics 90(3)) with Rademacher or six-point weights (Webb 2023, Canadian Journal of Economics 56(3)),
computed from cluster sums as in Roodman, Nielsen, MacKinnon & Webb (2019, Stata Journal 19(1)).  With two ways of
clustering the weights go by the way with fewer clusters, and every t has the two-way error (MacKinnon, Nielsen & Webb
2021, Journal of Business & Economic Statistics 39(2)).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.compare.clusters import Estimate, added, crossing

DRAWS = 1999
STEPS = 40
AT_ONCE = 256  # draws held at a time: memory is this by clusters
SEED = 20240619  # used when the caller gives no generator
SIX_POINTS = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


def wild_bootstrap(
    outcome: np.ndarray,
    design: np.ndarray,
    contrast: np.ndarray,
    ways: Sequence[np.ndarray],
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    kind: str = "webb",
    rng: np.random.Generator | None = None,
) -> Estimate:
    """Interval of one contrast of a least-squares fit, by bootstrap under the tested value.

    Parameters
    ----------
    outcome : float, shape (n,)
    design : float, shape (n, k), full column rank.
    contrast : float, shape (k,)
    ways : one or two int arrays of shape (n,); cluster of each unit, 0 … G - 1.
    level : of the interval.
    draws : bootstrap samples.
    kind : 'webb' (better below about ten clusters) or 'rademacher'.
    rng : a fixed seed by default.

    Raises
    ------
    ValueError
        `kind` is unknown.

    >>> y = np.tile([1.0, 2.0, 3.0, 2.5], 10); side = np.arange(40) < 20
    >>> x = np.column_stack([side, np.ones(40)])
    >>> estimate = wild_bootstrap(y + side, x, np.array([1.0, 0.0]), [np.arange(40) // 2])
    >>> round(estimate.estimate, 3), estimate.low > 0
    (1.0, True)
    """
    if kind not in ("webb", "rademacher"):
        raise ValueError(f"kind {kind!r} is neither 'webb' nor 'rademacher'")
    rng = np.random.default_rng(SEED) if rng is None else rng
    y, x, c = (np.asarray(part, dtype=float) for part in (outcome, design, contrast))
    n_clusters = min(int(codes.max()) + 1 for codes in ways)
    points = SIX_POINTS if kind == "webb" else np.array([-1.0, 1.0])
    test = _Restricted(y, x, c, list(ways), rng.choice(points, size=(draws, n_clusters)))
    low, high = (test.limit(sign, 1 - level) for sign in (-1.0, 1.0))
    method, note = f"wild cluster bootstrap ({kind})", f"{draws:,} draws"
    dof = float(n_clusters - 1)
    return Estimate(test.estimate, low, high, level, dof, len(y), n_clusters, method, note, test.p_value(0.0))


class _Restricted:
    """Bootstrap t of every draw as a function of the tested value; residuals under it are linear in it.

    Every quantity a draw is a polynomial in the distance of the tested value from the estimate: its top is of degree
    one, each way's sum of squared scores of degree two.
    """

    def __init__(
        self, y: np.ndarray, x: np.ndarray, c: np.ndarray, ways: list[np.ndarray], weights: np.ndarray
    ) -> None:
        bread = np.linalg.inv(x.T @ x)
        beta = bread @ (x.T @ y)
        reach = x @ bread @ c  # the contrast's estimate is reach'y
        along = x @ (bread @ c) / (c @ bread @ c)  # moving the contrast by 1 under restriction moves the fit by this
        self.estimate = float(c @ beta)
        free = y - x @ beta
        drawn = min(ways, key=lambda codes: int(codes.max()))
        crossed = [crossing(ways)] if len(ways) == 2 else []
        groups = [_Scores(x, bread, reach, drawn, codes) for codes in (*ways, *crossed)]
        self.top = [weights @ np.bincount(drawn, reach * part, weights.shape[1]) for part in (free, along)]
        self.squares = [group.squares(weights, free, along) for group in groups]
        own = [(np.bincount(codes, reach * free) ** 2).sum() for codes in (*ways, *crossed)]
        self.se = float(np.sqrt(_added(own)))

    def p_value(self, tested: float) -> float:
        """Share of draws whose |t| reaches the observed one when the contrast truly is `tested`."""
        gap = self.estimate - tested
        top = (self.top[0] + gap * self.top[1]) ** 2
        below = _added([square[0] + 2 * gap * square[1] + gap**2 * square[2] for square in self.squares])
        t2 = top / np.maximum(below, 1e-300)
        return float((t2 >= (gap / self.se) ** 2 * (1 - 1e-9)).mean())

    def limit(self, sign: float, alpha: float) -> float:
        """Where p crosses alpha on one side of the estimate."""
        near, far = 0.0, 2 * self.se
        while self.p_value(self.estimate + sign * far) > alpha and far < 1e6 * self.se:
            near, far = far, 2 * far
        for _ in range(STEPS):
            middle = (near + far) / 2
            near, far = (middle, far) if self.p_value(self.estimate + sign * middle) > alpha else (near, middle)
        return self.estimate + sign * far


class _Scores:
    """Scores of the clusters of one way in each draw, the fit taken out; weights go by another way's clusters."""

    def __init__(
        self, x: np.ndarray, bread: np.ndarray, reach: np.ndarray, drawn: np.ndarray, codes: np.ndarray
    ) -> None:
        n = int(codes.max()) + 1
        self.x, self.reach, self.drawn, self.codes, self.n = x, reach, drawn, codes, n
        self.back = np.column_stack([np.bincount(codes, reach * column, n) for column in x.T]) @ bread

    def squares(self, weights: np.ndarray, free: np.ndarray, along: np.ndarray) -> list[np.ndarray]:
        """Sums over clusters of the squares and the product of two residuals' scores, each of shape (draws,)."""
        one, two = self._linear(weights.shape[1], free), self._linear(weights.shape[1], along)
        sums = [np.empty(len(weights)) for _ in range(3)]
        for start in range(0, len(weights), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            a, b = weights[rows] @ one, weights[rows] @ two
            for place, pair in enumerate([(a, a), (a, b), (b, b)]):
                sums[place][rows] = np.einsum("bg,bg->b", *pair)
        return sums

    def _linear(self, n_drawn: int, residual: np.ndarray) -> np.ndarray:
        """What one unit of each drawn cluster's weight adds to each cluster's score, shape (n_drawn, n)."""
        place = self.drawn * self.n + self.codes
        own = np.bincount(place, self.reach * residual, n_drawn * self.n).reshape(n_drawn, self.n)
        sums = np.column_stack([np.bincount(self.drawn, column * residual, n_drawn) for column in self.x.T])
        return own - sums @ self.back.T


def _added(squares: Sequence) -> np.ndarray:
    """V of one way, or V1 + V2 - V12, never below V12 (`clusters.added`, without its small-sample correction)."""
    return squares[0] if len(squares) == 1 else added(*squares)
