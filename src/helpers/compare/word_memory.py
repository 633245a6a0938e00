"""How long the weeks of words remember one another, measured of all words of a contrast together.

In: counts of terms, sides, weeks, outlets and stories of documents.  Out: a `WordMemory`, by which p of permuted
outlet-weeks grow, and how many weeks of each word count as one that is independent.

Method: that of `memory`, a word's rate in a week being its side's mean, a shock that follows AR(1), and what stories
add.  One word in few weeks cannot tell the memory ρ; so ρ is one for all words of a contrast and has the product of
their restricted likelihoods (Harville 1977, Journal of the American Statistical Association 72), while the shocks'
share of a week's variance is each word's own.  Every ρ and share of a grid is kept, weighted by its likelihood, and p
is that of the mixture.  Eigenvectors of the weeks' correlations turn the likelihood of every share into sums, so that
thousands of words take seconds.  Blocks of weeks, permuted, would have to be longer than a corpus allows
(`benchmarks/atlas.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from helpers.compare.clusters import t_quantile, t_tail

RHO = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])  # of neighbouring weeks
SHARE = np.array([0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])  # of a week's variance that is its shock
FEWEST = 2  # independent weeks a side below which nothing is judged, as in `memory`
EVIDENCE = 4.0  # log-likelihood of the best ρ above that of none, from which on memory is measured
NEGLIGIBLE = 1e-6  # a memory less likely than this is left out
DIGITS, P_DIGITS = 6, 10  # kept, so that the number of threads moves nothing


@dataclass(frozen=True)
class WordMemory:
    """What is known of the memory of a contrast's weeks: a grid of possible ones, as `memory.Memory`.

    `weight`, shape (n_grid, n_terms), is each word's posterior; `factor` and `fewer`, shape (n_grid,), are the variance
    in units of what outlet-weeks show, and the degrees of freedom that are left as a share.  `rho` is a posterior mean,
    `n_weeks` of the smaller side.
    """

    rho: float
    n_weeks: int
    weight: np.ndarray
    factor: np.ndarray
    fewer: np.ndarray

    @property
    def block_weeks(self) -> np.ndarray:
        """How many weeks say as much as one that is independent, shape (n_terms,)."""
        return np.maximum(self.factor @ self.weight, 1.0).round(DIGITS)

    @property
    def left(self) -> np.ndarray:
        """The share of the degrees of freedom that is left, shape (n_terms,)."""
        return (self.fewer @ self.weight).round(DIGITS)

    @property
    def refusal(self) -> str:
        """Why nothing is judged, or nothing: the median word has too few independent weeks."""
        count = self.n_weeks / float(np.median(self.block_weeks))
        if count >= FEWEST:
            return ""
        side = f"the {self.n_weeks} of the smaller side count as {count:.1f}"
        return f"weeks remember: {side} for the median word; at least {FEWEST} are needed"

    @property
    def note(self) -> str:
        """What is said of words that are judged."""
        weeks = float(np.median(self.block_weeks))
        return f"weeks remember (ρ {self.rho:.1f}): of the median word {weeks:.1f} count as one that is independent"

    def judged(self, p: np.ndarray, dof: np.ndarray) -> np.ndarray:
        """p as if weeks were independent, taken as a t with `dof`, for what they may remember; never smaller.

        >>> memory = WordMemory(0.5, 20, np.eye(2), np.array([1.0, 4.0]), np.ones(2))
        >>> memory.judged(np.array([0.05, 0.05]), np.array([38.0, 38.0])).round(3).tolist()
        [0.05, 0.318]
        """
        t, mixed = -t_quantile(p / 2, dof), np.zeros(len(p))
        for weight, factor, fewer in zip(self.weight, np.maximum(self.factor, 1.0), self.fewer, strict=True):
            mixed += weight * 2 * t_tail(t / np.sqrt(factor), np.maximum(dof * fewer, 1.0))
        return np.maximum(mixed.round(P_DIGITS), p)


@dataclass(frozen=True)
class _Weeks:
    """Weeks of each outlet and side: rates (n_cells, n_terms), tokens, and what stories add, in their mean's unit."""

    rate: np.ndarray
    tokens: np.ndarray
    noise: np.ndarray
    side: np.ndarray
    outlet: np.ndarray
    week: np.ndarray
    within: np.ndarray  # (n_terms,) squares about the weeks' rates, in the unit of noise
    dof_within: float


def word_memory(
    counts: scipy.sparse.csr_matrix,
    tokens: np.ndarray,
    side: np.ndarray,
    week: np.ndarray,
    *,
    outlets: np.ndarray | None = None,
    stories: np.ndarray | None = None,
) -> WordMemory | None:
    """The memory of the weeks of words that two sides use.

    Parameters
    ----------
    counts : sparse, shape (n_documents, n_terms), of the terms that are judged.
    tokens : float, shape (n_documents,), all words of each.
    side : int, shape (n_documents,), 0 or 1.
    week : float, shape (n_documents,), whole numbers; documents without week (nan) tell nothing.
    outlets : labels: documents of one outlet have shocks in common.  By default each side is one outlet.
    stories : labels: documents of one week with the same label count as one for the noise.

    Returns
    -------
    WordMemory; None where a side has fewer than three weeks, or where words do not clearly remember (`EVIDENCE`).

    >>> rate = np.repeat([9, 1], 6).tolist() * 4 + [5] * 48
    >>> counts = scipy.sparse.csr_matrix(np.column_stack([rate, rate[::-1]]))
    >>> memory = word_memory(counts, np.full(96, 50.0), np.repeat([0, 1], 48), np.tile(np.arange(48.0), 2))
    >>> memory.rho > 0.5, bool(memory.block_weeks.min() > 2)
    (True, True)
    """
    seen = np.isfinite(week) & (tokens > 0)
    outlets = side if outlets is None else np.unique(np.asarray(outlets).astype(str), return_inverse=True)[1]
    stories = np.arange(len(side)) if stories is None else np.unique(np.asarray(stories), return_inverse=True)[1]
    if not seen.any() or counts.shape[1] == 0:
        return None
    labels = [np.asarray(one)[seen] for one in (outlets, side, week, stories)]
    weeks = _weeks(counts[seen], tokens[seen], *labels)
    n_weeks = min(len(np.unique(weeks.week[weeks.side == number])) for number in (0, 1))
    if n_weeks < 3:
        return None
    ratio = SHARE / (1 - SHARE)
    likelihood = np.stack([_likelihood(weeks, rho, ratio) for rho in RHO])  # (n_rho, n_share, n_terms)
    by_rho = scipy.special.logsumexp(likelihood, axis=1)
    pooled = by_rho.sum(axis=1) - 0.5 * np.log(1 - RHO**2)
    pooled = np.exp(pooled - pooled.max()) / np.exp(pooled - pooled.max()).sum()
    profile = likelihood.max(axis=1).sum(axis=1)  # each word's best share: of words without shocks ρ says nothing
    if profile[1:].max() - profile[0] < EVIDENCE:
        return None
    likely = pooled > NEGLIGIBLE
    weight = np.exp(likelihood - by_rho[:, None])[likely] * (pooled[likely] / pooled[likely].sum())[:, None, None]
    factor, fewer = np.hstack([_factors(weeks, rho, ratio) for rho in RHO[likely]])
    return WordMemory(float(pooled @ RHO), n_weeks, weight.reshape(len(factor), -1), factor, fewer)


def _weeks(
    counts: scipy.sparse.csr_matrix,
    tokens: np.ndarray,
    outlet: np.ndarray,
    side: np.ndarray,
    week: np.ndarray,
    story: np.ndarray,
) -> _Weeks:
    """Documents summed to stories of a week, and those to weeks."""
    keys, cell = np.unique(np.column_stack([outlet, side, week]), axis=0, return_inverse=True)
    units, unit = np.unique(np.column_stack([cell.ravel(), story]), axis=0, return_inverse=True)
    cell, unit = units[:, 0].astype(int), unit.ravel()
    copies, length = np.bincount(unit).astype(float), np.bincount(unit, tokens)
    uses = _summed(unit, len(units)) @ counts
    whole, alike = np.bincount(cell, length), np.bincount(cell, length * copies)
    total = (_summed(cell, len(keys)) @ uses).toarray()
    squares = uses.multiply(uses).T @ (1 / length) - (total**2 / whole[:, None]).sum(axis=0)
    noise, left = alike / whole**2, float(len(units) - len(keys))
    unit_of = noise.mean()
    spread = float((np.bincount(cell, copies) - alike / whole).sum())
    within = np.maximum(squares, 0.0) * unit_of * (left / spread if left and spread > 0 else 0.0)
    rate = total / whole[:, None]
    return _Weeks(rate, whole, noise / unit_of, keys[:, 1].astype(int), keys[:, 0], keys[:, 2], within, left)


def _summed(code: np.ndarray, n: int) -> scipy.sparse.csr_matrix:
    """The matrix that adds up rows of one code, shape (n, n_rows)."""
    return scipy.sparse.csr_matrix((np.ones(len(code)), (code, np.arange(len(code)))), shape=(n, len(code)))


def _series(weeks: _Weeks) -> list[np.ndarray]:
    """The cells of each outlet."""
    return [np.flatnonzero(weeks.outlet == name) for name in np.unique(weeks.outlet)]


def _alike(weeks: _Weeks, cells: np.ndarray, rho: float) -> np.ndarray:
    """Correlation of the shocks of these cells."""
    return rho ** np.abs(weeks.week[cells, None] - weeks.week[cells])


def _likelihood(weeks: _Weeks, rho: float, ratio: np.ndarray) -> np.ndarray:
    """Restricted log-likelihood of each share and term, shape (n_share, n_terms), the scale integrated out.

    Each outlet has a mean of its own on each side.
    """
    determinants = np.zeros(len(ratio))
    rest, dof = np.tile(weeks.within, (len(ratio), 1)), weeks.dof_within
    for cells in _series(weeks):
        root = 1 / np.sqrt(weeks.noise[cells])
        values, vectors = np.linalg.eigh(_alike(weeks, cells, rho) * np.outer(root, root))
        means = (weeks.side[cells, None] == np.unique(weeks.side[cells])).astype(float)
        x, y = (vectors.T @ (root[:, None] * one) for one in (means, weeks.rate[cells]))
        dof += len(cells) - means.shape[1]
        for number, size in enumerate(1 / (ratio[:, None] * np.maximum(values, 0.0) + 1)):
            inner, cross = (x.T * size) @ x, (x.T * size) @ y
            rest[number] += size @ y**2 - (cross * np.linalg.solve(inner, cross)).sum(axis=0)
            determinants[number] += np.linalg.slogdet(inner)[1] - np.log(size).sum()
    least = 1e-12 * np.maximum((weeks.rate**2).sum(axis=0), 1e-300)
    return -0.5 * (determinants[:, None] + dof * np.log(np.maximum(rest, least)))


def _factors(weeks: _Weeks, rho: float, ratio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance of a difference over what the sandwich by week shows of it, and the share of its freedom left.

    Each of shape (n_share,), as `memory` has them.
    """
    part = np.column_stack([np.where(weeks.side == number, weeks.tokens, 0.0) for number in (0, 1)])
    part /= part.sum(axis=0)
    load = part**2 / np.maximum(1 - part, 1e-8)
    carried, doubly = np.zeros_like(part), np.zeros_like(part)
    for cells in _series(weeks):
        alike = _alike(weeks, cells, rho)
        carried[cells], doubly[cells] = alike @ part[cells], alike**2 @ load[cells]
    noise, ratio = weeks.noise[:, None], ratio[None, :]
    own = ratio + noise
    variance, shown, squares, all_squares = np.zeros((4, ratio.shape[1]))
    for side in (0, 1):
        reach = ratio * carried[:, [side]] + part[:, [side]] * noise
        total = part[:, side] @ reach
        variance += total
        shown += load[:, side] @ (own - 2 * reach + total)
        squares += load[:, side] ** 2 @ own**2
        all_squares += load[:, side] ** 2 @ (own**2 - ratio**2) + ratio[0] ** 2 * (load[:, side] @ doubly[:, side])
    variance -= 2 * ratio[0] * (part[:, 0] @ carried[:, 1])
    return np.maximum(variance / np.maximum(shown, 1e-300), 1e-3), np.minimum(squares / all_squares, 1.0)
