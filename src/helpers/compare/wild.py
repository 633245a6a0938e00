"""The wild cluster bootstrap, for some forty clusters and fewer.

In: outcome, design, one contrast, cluster codes.  Out: an `Estimate` whose interval inverts the bootstrap
test.

Method: restricted wild cluster bootstrap-t of Cameron, Gelbach & Miller (2008, Review of Economics and
Statistics 90(3)) with Rademacher or six-point weights (Webb 2023, Canadian Journal of Economics 56(3)),
computed from cluster sums as in Roodman, Nielsen, MacKinnon & Webb (2019, Stata Journal 19(1)).
"""

from __future__ import annotations

import numpy as np

from helpers.compare.clusters import Estimate

DRAWS = 1999
STEPS = 40
SEED = 20240619  # used when the caller gives no generator
SIX_POINTS = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


def wild_bootstrap(
    outcome: np.ndarray,
    design: np.ndarray,
    contrast: np.ndarray,
    codes: np.ndarray,
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
    codes : int, shape (n,); cluster of each unit, 0 … G - 1.
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
    >>> found = wild_bootstrap(y + side, x, np.array([1.0, 0.0]), np.arange(40) // 2)
    >>> round(found.estimate, 3), found.low > 0
    (1.0, True)
    """
    if kind not in ("webb", "rademacher"):
        raise ValueError(f"kind {kind!r} is neither 'webb' nor 'rademacher'")
    rng = np.random.default_rng(SEED) if rng is None else rng
    y, x, c = (np.asarray(part, dtype=float) for part in (outcome, design, contrast))
    n_clusters = int(codes.max()) + 1
    points = SIX_POINTS if kind == "webb" else np.array([-1.0, 1.0])
    test = _Restricted(y, x, c, codes, rng.choice(points, size=(draws, n_clusters)))
    low, high = (test.limit(sign, 1 - level) for sign in (-1.0, 1.0))
    method, note = f"wild cluster bootstrap ({kind})", f"{draws:,} draws"
    dof = float(n_clusters - 1)
    return Estimate(test.estimate, low, high, level, dof, len(y), n_clusters, method, note, test.p_value(0.0))


class _Restricted:
    """Bootstrap t of every draw as a function of the tested value; residuals under it are linear in it."""

    def __init__(self, y: np.ndarray, x: np.ndarray, c: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> None:
        bread = np.linalg.inv(x.T @ x)
        beta = bread @ (x.T @ y)
        reach = x @ bread @ c  # the contrast's estimate is reach'y
        along = x @ (bread @ c) / (c @ bread @ c)  # moving the contrast by 1 under restriction moves the fit by this
        self.estimate = float(c @ beta)
        free = y - x @ beta
        n = int(codes.max()) + 1
        columns = range(x.shape[1])
        back = np.column_stack([np.bincount(codes, reach * x[:, j], n) for j in columns]) @ bread
        parts = [self._draws(part, x, reach, back, codes, weights) for part in (free, along)]
        self.top = [part.sum(axis=1) for part, _ in parts]
        rest = [part for _, part in parts]
        pairs = [(rest[0], rest[0]), (rest[0], rest[1]), (rest[1], rest[1])]
        self.square = [np.einsum("bg,bg->b", *pair) for pair in pairs]
        self.se = float(np.sqrt((np.bincount(codes, reach * free, n) ** 2).sum()))

    @staticmethod
    def _draws(
        residual: np.ndarray,
        x: np.ndarray,
        reach: np.ndarray,
        back: np.ndarray,
        codes: np.ndarray,
        weights: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Cluster scores (draws, G) of a reweighted residual: before and after the fit is taken out."""
        n = weights.shape[1]
        sums = [np.bincount(codes, x[:, j] * residual, n) for j in range(x.shape[1])]
        scores = weights * np.bincount(codes, reach * residual, n)
        return scores, scores - (weights @ np.column_stack(sums)) @ back.T

    def p_value(self, tested: float) -> float:
        """Share of draws whose |t| reaches the observed one when the contrast truly is `tested`."""
        gap = self.estimate - tested
        top = (self.top[0] + gap * self.top[1]) ** 2
        below = self.square[0] + 2 * gap * self.square[1] + gap**2 * self.square[2]
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
