"""Least squares with a variance that lets articles of one cluster resemble each other.

In: outcome, design and cluster labels of each unit.  Out: `Estimate`s.

Method: CR2, the bias-reduced sandwich of Bell & McCaffrey (2002, Survey Methodology 28(2)), in the
generalised form of Pustejovsky & Tipton (2018, Journal of Business & Economic Statistics 36(4)), with their
Satterthwaite degrees of freedom; two ways by Cameron, Gelbach & Miller (2011, same journal, 29(2)).

With X = QR the hat matrix of cluster g is Q_g Q_g'.  Since (I - Q_g Q_g')^(-1/2) Q_g equals Q_g (I -
Q_g'Q_g)^(-1/2), all that CR2 needs is one k × k matrix a cluster, k the number of columns: nothing of n × n
is ever formed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.compare.days import local_days

CLUSTERS = ["copy_cluster", "outlet_week"]  # the two ways in which articles resemble one another
FULL_LEVERAGE = 1e-8  # 1 - leverage below this: the cluster alone fits that direction
BATCH_COLUMNS = 16  # up to here the k × k matrices of all clusters are decomposed in one call
FEW_DOF = 4.0  # below about 4 the t approximation may mislead (Tipton 2015, Psychological Methods 20(3))


@dataclass(frozen=True)
class Estimate:
    """One number with its interval, and what the interval rests on.

    `low` and `high` are nan when an interval was refused; `note` then gives the reason.  `n_clusters` is the
    smaller count when clustering goes two ways.  `p` is two-sided, against zero; `se` in the estimate's unit.

    >>> Estimate(0.2, 0.1, 0.3, 0.95, 18.0, 120, 20, "CR2").refused
    False
    """

    estimate: float
    low: float
    high: float
    level: float
    dof: float
    n_units: int
    n_clusters: int
    method: str
    note: str = ""
    p: float = float("nan")
    se: float = float("nan")

    @property
    def refused(self) -> bool:
        """True when no interval could be given."""
        return not (np.isfinite(self.low) and np.isfinite(self.high))


def refusal(
    estimate: float, note: str, *, level: float, n_units: int, n_clusters: int, method: str = "none"
) -> Estimate:
    """An `Estimate` without interval, with the reason.

    >>> refusal(0.4, "2 clusters", level=0.95, n_units=9, n_clusters=2).refused
    True
    """
    nan = float("nan")
    return Estimate(float(estimate), nan, nan, level, nan, n_units, n_clusters, method, note)


def outlet_weeks(published: pd.Series, outlet: pd.Series, timezone: Mapping[str, str] | str) -> pd.Series:
    """Label of the outlet and ISO week (of the outlet's own day) of each article.

    Undated articles of an outlet share one label, since nothing shows that they are independent.

    >>> when = pd.Series(pd.to_datetime(["2024-12-29T16:00:00Z", "2024-12-29T16:00:00Z", None]))
    >>> zones = {"kcna": "Asia/Pyongyang", "wh": "America/New_York"}
    >>> outlet_weeks(when, pd.Series(["kcna", "wh", "wh"]), zones).tolist()
    ['kcna 2025-W01', 'wh 2024-W52', 'wh undated']
    """
    iso = local_days(published, outlet, timezone).dt.isocalendar()
    week = iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
    return (outlet.astype("string") + " " + week.fillna("undated")).astype(object)


def cluster_codes(clusters: object) -> list[np.ndarray]:
    """Labels to integer codes, one array a way of clustering (one or two).

    Parameters
    ----------
    clusters : array-like or Series, shape (n,), or DataFrame with one or two columns
        Any labels; units with the same label are one cluster.  Or a tuple of arrays of whole numbers, one a way.

    Raises
    ------
    ValueError
        A label is missing, or there are more than two ways.

    >>> [codes.tolist() for codes in cluster_codes(["b", "a", "b"])]
    [[1, 0, 1]]
    """
    if isinstance(clusters, tuple):
        return [np.unique(codes, return_inverse=True)[1].ravel() for codes in clusters]
    table = (
        clusters if isinstance(clusters, pd.DataFrame) else pd.DataFrame({"cluster": pd.Series(clusters).to_numpy()})
    )
    if not 1 <= table.shape[1] <= 2:
        raise ValueError(f"clusters has {table.shape[1]} columns; give one or two ways of clustering")
    ways = []
    for name in table.columns:
        missing = table[name].isna().to_numpy()
        if missing.any():
            raise ValueError(f"cluster column {name!r} has no label in row {int(missing.argmax())}; label every unit")
        ways.append(_ordered(table[name]))
    return ways


def crossing(ways: Sequence[np.ndarray]) -> np.ndarray:
    """Codes of the pairs of clusters that occur together, in the order of the first way.

    >>> crossing([np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])]).tolist()
    [0, 1, 2, 2]
    """
    one, two = (codes.astype(np.int64) for codes in ways)
    return np.unique(one * (int(two.max()) + 1) + two, return_inverse=True)[1].ravel()


def _ordered(labels: pd.Series) -> np.ndarray:
    """Codes in the order of the labels; whole numbers are taken as such, which is fast."""
    if pd.api.types.is_integer_dtype(labels.dtype):
        return np.unique(labels.to_numpy(), return_inverse=True)[1].ravel()
    return pd.factorize(labels.astype(str), sort=True)[0]


def cluster_ols(
    outcome: np.ndarray,
    design: np.ndarray,
    *,
    clusters: object,
    contrasts: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    level: float = 0.95,
) -> list[Estimate]:
    """Least-squares contrasts with CR2 variance and Satterthwaite degrees of freedom.

    Parameters
    ----------
    outcome : float, shape (n,)
    design : float, shape (n, k), of full column rank; include the constant yourself.
    clusters : labels, shape (n,), or a DataFrame of two label columns.
        Two ways add up as V1 + V2 - V12, each CR2, never below V12 (`added`), with the smaller degrees of
        freedom of the two.
    contrasts : float, shape (m, k), optional
        One estimate a row; the k coefficients themselves by default.
    weights : float, shape (n,), optional
        Precision weights, positive; the working model is then variance 1 / weight.
    level : of the interval.

    Returns
    -------
    list of m `Estimate`; one without interval when fewer than two clusters exist, when a single cluster
    determines the contrast, or when the outcome does not vary.

    Raises
    ------
    ValueError
        Lengths differ, a value is not finite, a weight is not positive, or the design is rank deficient.

    With one cluster a unit this is HC2; for a mean, the usual standard error:

    >>> [mean] = cluster_ols(np.array([1.0, 2.0, 3.0, 4.0]), np.ones((4, 1)), clusters=[1, 2, 3, 4])
    >>> round(mean.estimate, 3), round(mean.se, 4), round(mean.dof, 3)
    (2.5, 0.6455, 3.0)
    """
    y, x = checked(outcome, design, weights)
    return ols_by_codes(y, x, cluster_codes(clusters), contrasts=contrasts, level=level)


def ols_by_codes(
    y: np.ndarray,
    x: np.ndarray,
    ways: Sequence[np.ndarray],
    *,
    contrasts: np.ndarray | None = None,
    level: float = 0.95,
) -> list[Estimate]:
    """`cluster_ols` for who has the codes of clusters already: outcome and design finite, weights in both.

    >>> [mean] = ols_by_codes(np.array([1.0, 2.0, 3.0, 4.0]), np.ones((4, 1)), [np.arange(4)])
    >>> round(mean.se, 4)
    0.6455
    """
    if len(ways[0]) != len(y):
        raise ValueError(f"{len(ways[0])} cluster labels for {len(y)} units; give one label a unit")
    q, r = np.linalg.qr(x)
    _check_rank(r)
    c = np.eye(x.shape[1]) if contrasts is None else np.atleast_2d(np.asarray(contrasts, dtype=float))
    d = np.linalg.solve(r.T, c.T)
    projection = q.T @ y
    residuals = y - q @ projection
    parts = two_way(q, residuals, ways, d)
    n_clusters = min(int(codes.max()) + 1 for codes in ways)
    kind = {"level": level, "n_units": len(y), "n_clusters": n_clusters}
    # below this share of the outcome's size a variance is rounding, and the values do not vary
    least = (1e-12 * max(float(np.abs(y).max()), 1e-300)) ** 2 * (d**2).sum(axis=0)
    method = "CR2" if len(ways) == 1 else "CR2 two-way"
    return [_with_interval(*one, method=method, **kind) for one in zip(d.T @ projection, *parts, least, strict=True)]


def _with_interval(
    estimate: float, variance: float, dof: float, alone: bool, least: float, *, method: str, **kind: float
) -> Estimate:
    """The interval of one contrast, or the reason why there is none."""
    if kind["n_clusters"] < 2:
        return refusal(estimate, "1 cluster: nothing shows how clusters vary", **kind)
    if alone:
        return refusal(estimate, "one cluster alone determines this estimate", **kind)
    if variance <= least:
        return refusal(estimate, "the values do not vary", **kind)
    return interval(estimate, np.sqrt(variance), dof, method=method, **kind)


def interval(
    estimate: float,
    se: float,
    dof: float,
    *,
    level: float,
    n_units: int,
    n_clusters: int,
    method: str,
    note: str = "",
) -> Estimate:
    """The t interval and two-sided p of an estimate, noting when the degrees of freedom are few.

    >>> estimate = interval(1.0, 0.5, 10.0, level=0.95, n_units=50, n_clusters=12, method="CR2")
    >>> round(estimate.low, 3), round(estimate.high, 3), round(estimate.p, 3)
    (-0.114, 2.114, 0.073)
    """
    half = float(t_quantile((1 + level) / 2, dof) * se)
    p = float(2 * t_tail(abs(estimate) / se, dof)) if se > 0 else float("nan")
    if dof < FEW_DOF:
        note = "; ".join(filter(None, [note, f"rests on {dof:.1f} degrees of freedom: read with care"]))
    low, high = float(estimate) - half, float(estimate) + half
    return Estimate(float(estimate), low, high, level, float(dof), n_units, n_clusters, method, note, p, float(se))


# Both are what `scipy.stats.t` calls and equal to its last digit; importing that takes longer than all else here.
def t_quantile(q: np.ndarray | float, dof: np.ndarray | float) -> np.ndarray | float:
    """The value that t stays below with probability `q`.

    >>> round(float(t_quantile(0.975, 10.0)), 3)
    2.228
    """
    return special.stdtrit(dof, q)


def t_tail(t: np.ndarray | float, dof: np.ndarray | float) -> np.ndarray | float:
    """The probability of a value above `t`.

    >>> round(float(t_tail(2.228, 10.0)), 3)
    0.025
    """
    return special.stdtr(dof, -t)


def two_way(
    q: np.ndarray, residuals: np.ndarray, ways: Sequence[np.ndarray], d: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance, degrees of freedom and "one cluster alone decides" of m contrasts, over one or two ways.

    `q` (n, k) has orthonormal columns, `d` (k, m) holds R'^-1 c; returns three arrays of shape (m,).

    >>> q = np.full((4, 1), 0.5)
    >>> v, dof, alone = two_way(q, np.array([-1.5, -0.5, 0.5, 1.5]), [np.arange(4)], np.array([[0.5]]))
    >>> round(float(v[0]), 4), bool(alone[0])
    (0.4167, False)
    """
    parts = [_one_way(q, residuals, codes, d) for codes in ways]
    if len(parts) == 1:
        return parts[0]
    crossed = _one_way(q, residuals, crossing(ways), d)[0]
    variance = added(parts[0][0], parts[1][0], crossed)
    return variance, np.minimum(parts[0][1], parts[1][1]), parts[0][2] | parts[1][2]


def added(one: np.ndarray, two: np.ndarray, crossed: np.ndarray) -> np.ndarray:
    """Two-way variance V1 + V2 - V12, never below V12, which takes units of different crossings as independent.

    Stories that both sides of a difference print make V2 smaller than V12: what the sides share cancels.  A floor at
    the larger of V1 and V2 would throw that away: with 60 % copies intervals then held the truth in .960 to .972 of
    800 draws, nominal .95, instead of .951 to .962.  Without a floor the sum can be negative.

    >>> added(4.0, 3.0, 2.0), added(4.0, 1.0, 2.0), added(2.0, 1.0, 2.0)
    (np.float64(5.0), np.float64(3.0), np.float64(2.0))
    """
    return np.maximum(one + two - crossed, crossed)


def _one_way(
    q: np.ndarray, residuals: np.ndarray, codes: np.ndarray, d: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """CR2 variance, Satterthwaite dof and "alone" of the contrasts for one set of cluster codes."""
    n_clusters, k, m = int(codes.max()) + 1, q.shape[1], d.shape[1]
    adjusted = _batched if k <= BATCH_COLUMNS else _looped
    gram_w, w, alone = adjusted(q, codes, n_clusters, d)  # (G, k, m), (G, k, m), (m,)
    scores = np.column_stack([np.bincount(codes, q[:, j] * residuals, n_clusters) for j in range(k)])
    variance = (np.einsum("gkm,gk->gm", w, scores) ** 2).sum(axis=0)
    own = np.einsum("gkm,gkm->gm", w, gram_w)  # a_g'a_g
    shared = (gram_w**2).sum(axis=1)  # |u_g|^2, what the fit takes from cluster g
    dof = np.empty(m)
    for j in range(m):
        cross = gram_w[:, :, j].T @ gram_w[:, :, j]
        below = (own[:, j] ** 2).sum() - 2 * (own[:, j] * shared[:, j]).sum() + (cross**2).sum()
        dof[j] = (own[:, j] - shared[:, j]).sum() ** 2 / below if below > 0 else np.nan
    return variance, dof, alone


def _batched(q: np.ndarray, codes: np.ndarray, n_clusters: int, d: np.ndarray) -> tuple[np.ndarray, ...]:
    """All k × k cluster matrices at once: few columns, many clusters."""
    k = q.shape[1]
    gram = np.empty((n_clusters, k, k))
    for i in range(k):
        for j in range(i, k):
            gram[:, i, j] = gram[:, j, i] = np.bincount(codes, q[:, i] * q[:, j], n_clusters)
    values, vectors = _decomposed(gram)
    inside = np.einsum("gik,im->gkm", vectors, d)
    w = np.einsum("gik,gkm->gim", vectors, _inverse_root(values)[:, :, None] * inside)
    lost = ((1 - values < FULL_LEVERAGE)[:, :, None] * inside**2).sum(axis=1).max(axis=0)
    return np.einsum("gij,gjm->gim", gram, w), w, lost > 1e-6 * (d**2).sum(axis=0)


def _decomposed(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and vectors; at once where all matrices are diagonal, as those of two sides are."""
    diagonal = np.einsum("gkk->gk", gram)
    if np.count_nonzero(gram) == np.count_nonzero(diagonal):
        return diagonal, np.broadcast_to(np.eye(gram.shape[1]), gram.shape)
    return np.linalg.eigh(gram)


def _looped(q: np.ndarray, codes: np.ndarray, n_clusters: int, d: np.ndarray) -> tuple[np.ndarray, ...]:
    """Cluster by cluster through a thin decomposition: many columns (strata), small clusters."""
    order = np.argsort(codes, kind="stable")
    gram_w, w = np.empty((n_clusters, *d.shape)), np.empty((n_clusters, *d.shape))
    lost = np.zeros(d.shape[1])
    for g, rows in enumerate(np.split(order, np.cumsum(np.bincount(codes, minlength=n_clusters))[:-1])):
        _, singular, right = np.linalg.svd(q[rows], full_matrices=False)
        inside = right @ d
        w[g] = right.T @ (_inverse_root(singular**2)[:, None] * inside)
        gram_w[g] = right.T @ ((singular**2 * _inverse_root(singular**2))[:, None] * inside)
        lost = np.maximum(lost, ((1 - singular**2 < FULL_LEVERAGE)[:, None] * inside**2).sum(axis=0))
    return gram_w, w, lost > 1e-6 * (d**2).sum(axis=0)


def _inverse_root(leverage: np.ndarray) -> np.ndarray:
    """(1 - leverage)^(-1/2), and 0 where leverage is full (their Moore–Penrose root)."""
    left = 1.0 - leverage
    return np.where(left < FULL_LEVERAGE, 0.0, 1.0 / np.sqrt(np.maximum(left, FULL_LEVERAGE)))


def checked(outcome: np.ndarray, design: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Outcome and design as floats, scaled by the root of the weights."""
    y, x = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    if x.ndim != 2 or len(x) != len(y):
        raise ValueError(f"design has shape {x.shape} for {len(y)} outcomes; give one row a unit")
    bad = ~np.isfinite(y) | ~np.isfinite(x).all(axis=1)
    if bad.any():
        raise ValueError(f"unit {int(bad.argmax())} has a value that is not finite; leave it out and say so")
    if weights is None:
        return y, x
    w = np.asarray(weights, dtype=float)
    if w.shape != y.shape or not (w > 0).all():
        raise ValueError("weights must be positive, one a unit")
    return y * np.sqrt(w), x * np.sqrt(w)[:, None]


def _check_rank(r: np.ndarray) -> None:
    """Raise when a column of the design follows from the others."""
    size = np.abs(np.diag(r))
    if r.shape[0] < r.shape[1] or size.min() <= 1e-10 * size.max():
        raise ValueError(f"design column {int(size.argmin())} depends on the others; drop it or the constant")
