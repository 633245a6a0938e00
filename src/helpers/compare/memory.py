"""How long the weeks of an outlet remember one another, and how much wider that makes an interval.

In: values, sides, weeks and stories of articles.  Out: a `Memory`, by which `widened` stretches an `Estimate` that took
outlet-weeks as independent; or labels of blocks of weeks.

Method: an article is its side's mean, a shock of its week and what its story adds; shocks follow AR(1).  The likelihood
of the memory ρ and of the shocks' share of a week's variance is restricted (Harville 1977, Journal of the American
Statistical Association 72), by a Kalman filter over weeks, so that weeks may be missing and of any size.  Few weeks
cannot tell ρ, and an interval with the best ρ put in is too short; so every ρ and share of a grid is kept, weighted by
its likelihood and by the reference prior of ρ, 1 / √(1 − ρ²) (Berger & Yang 1994, Econometric Theory 10), and the
interval is that of the mixture of t distributions (Box & Tiao 1973, ch. 2).  Under each, the factor is what the mean's
variance is over what the sandwich by outlet-week shows of it on average, which memory makes too small twice:
neighbours' covariance is not in it, and the mean follows the shocks.  Blocks of weeks, or the cosines of Lazarus,
Lewis, Stock & Watson (2018), need more weeks than outlets have (`benchmarks/memory.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, refusal, t_quantile, t_tail

RHO = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])  # of neighbouring weeks
SHARE = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])  # of a week's variance that is its shock; as likely
FEWEST = 2  # blocks a side below which an interval is refused; a higher line keeps the draws that hide their memory
STEPS, EXACT = 60, 1e-9  # of the search for a limit
MONDAY = pd.Timestamp("1970-01-05")
INFORMS = -1  # sides up to this one are of articles that tell of memory and are not compared


@dataclass(frozen=True)
class Memory:
    """What is known of the memory of weeks: a grid of possible ones.

    `weight`, `factor` and `fewer`, shape (n_grid,), are the posterior, the variance of the estimate in units of what
    outlet-weeks show, and the degrees of freedom that are left as a share.  `rho` and `share` are posterior means;
    `block_weeks` is how many weeks say as much as one that is independent; `n_weeks` is of the smaller side.
    """

    rho: float
    share: float
    block_weeks: float
    n_weeks: int
    weight: np.ndarray
    factor: np.ndarray
    fewer: np.ndarray

    @property
    def n_blocks(self) -> float:
        """Independent weeks that the smaller side is worth."""
        return self.n_weeks / self.block_weeks


@dataclass(frozen=True)
class _Cells:
    """Weeks of each side in order: mean, articles, stories that they are worth, and the weeks passed since the last."""

    mean: np.ndarray
    side: np.ndarray
    articles: np.ndarray
    stories: np.ndarray
    gap: np.ndarray  # nan where a series begins
    within: float  # squares about the weeks' means, a story
    dof_within: float


def week_numbers(day: pd.Series) -> np.ndarray:
    """Weeks, from Monday on, since 1970; nan for no day.

    >>> week_numbers(pd.Series(pd.to_datetime(["2024-06-16", "2024-06-17", None]))).tolist()
    [2840.0, 2841.0, nan]
    """
    return np.floor((pd.to_datetime(day) - MONDAY).dt.days.to_numpy(dtype=float) / 7)


def measure(
    values: np.ndarray,
    side: np.ndarray,
    week: np.ndarray,
    *,
    series: np.ndarray | None = None,
    stories: np.ndarray | None = None,
) -> Memory | None:
    """The memory of the weeks of one mean, or of two that are compared.

    Parameters
    ----------
    values : float, shape (n,)
    side : int, shape (n,): 0, 1, or `INFORMS` and below for articles of other days, each number with a mean of its own.
    week : float, shape (n,), whole numbers; articles without week (nan) tell nothing.
    series : labels, shape (n,): articles of one series have shocks in common (an outlet before and after an event).
        By default each side is its own.
    stories : labels, shape (n,): articles of one week with the same label count as one for the noise.

    Returns
    -------
    Memory; None where a side has fewer than two weeks, or no value differs from its side's mean.

    >>> y = np.repeat(np.repeat([0.0, 1.0], 6).tolist() * 4, 3) + np.tile([-0.1, 0.0, 0.1], 48)
    >>> memory = measure(y, np.zeros(144, int), np.repeat(np.arange(48.0), 3))
    >>> memory.rho > 0.5, memory.block_weeks > 2
    (True, True)
    """
    values, side = np.asarray(values, dtype=float), np.asarray(side)
    seen = np.isfinite(week) & np.isfinite(values)
    series = side if series is None else pd.factorize(series)[0]
    stories = np.arange(len(values)) if stories is None else pd.factorize(np.asarray(stories))[0]
    cells = _cells(values[seen], side[seen], np.asarray(week)[seen], series[seen], stories[seen])
    compared = [number for number in np.unique(side) if number > INFORMS]
    n_weeks = [int((cells.side == number).sum()) for number in compared]
    if min(n_weeks) < 2:
        return None
    rho, share = (grid.ravel() for grid in np.meshgrid(RHO, SHARE, indexing="ij"))
    ratio = share / (1 - share) * np.mean(1 / cells.stories)  # variance of shocks, in units of a story's
    likelihood = _likelihood(cells, rho, ratio)
    if likelihood is None:
        return None
    weight = np.exp(likelihood - likelihood.max()) / np.sqrt(1 - rho**2)
    weight /= weight.sum()
    variance, shown, fewer = _factors(cells, compared, rho, ratio)
    factor = np.maximum(variance / shown, 1e-3)
    block = max(float(weight @ factor), 1.0)
    return Memory(float(weight @ rho), float(weight @ share), block, min(n_weeks), weight, factor, fewer)


def _cells(
    values: np.ndarray, side: np.ndarray, week: np.ndarray, series: np.ndarray, stories: np.ndarray
) -> _Cells:  # fmt: skip
    """Articles to weeks of sides, each series in the order of its weeks."""
    keys = [np.unique(labels, return_inverse=True)[1].ravel() for labels in (series, week, side)]
    label = (keys[0] * (keys[1].max(initial=0) + 1) + keys[1]) * (keys[2].max(initial=0) + 1) + keys[2]
    place, code = np.unique(label, return_index=True, return_inverse=True)[1:]
    code = code.ravel()
    articles = np.bincount(code).astype(float)
    mean = np.bincount(code, values) / articles
    story = np.unique(code * (int(stories.max(initial=0)) + 1) + stories, return_inverse=True)[1].ravel()
    sizes = np.bincount(story).astype(float)
    own = code[np.unique(story, return_index=True)[1]]
    squares = np.bincount(own, sizes**2)
    beyond = np.bincount(story, values) / sizes - mean[own]
    left = np.bincount(own) - 1.0
    spread = np.bincount(own, sizes * beyond**2)
    can = left > 0
    within = float((spread[can] * left[can] / (articles - squares / articles)[can]).sum())
    first, weeks = series[place], week[place]
    gap = np.r_[np.nan, np.where(np.diff(first) == 0, np.diff(weeks), np.nan)]
    return _Cells(mean, side[place], articles, articles**2 / squares, gap, within, float(left.sum()))


def _places(gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Step and series of each cell: series are run side by side, and shorter ones end before."""
    starts = ~np.isfinite(gap)
    series = np.cumsum(starts) - 1
    return np.arange(len(gap)) - np.flatnonzero(starts)[series], series


def _laid_out(values: np.ndarray, places: tuple[np.ndarray, np.ndarray], ended: float = 0.0) -> np.ndarray:
    """Values of cells as (n_steps, n_series, ...), filled where a series has ended."""
    step, series = places
    laid = np.full((int(step.max()) + 1, int(series.max()) + 1, *values.shape[1:]), ended)
    laid[places] = values
    return laid


def _likelihood(cells: _Cells, rho: np.ndarray, ratio: np.ndarray) -> np.ndarray | None:
    """Restricted log-likelihood of each point of the grid, the scale integrated out."""
    sides, places = np.unique(cells.side), _places(cells.gap)
    columns = np.column_stack([cells.mean, *(cells.side == number for number in sides)]).astype(float)
    rows = _laid_out(columns, places)[..., None]  # (n_steps, n_series, 1 + n_sides, 1)
    noise = _laid_out(1 / cells.stories, places, ended=1.0)[..., None]
    kept = _laid_out(_power(rho, cells.gap), places)
    news, sizes = np.empty((*rows.shape[:3], len(rho))), np.empty(kept.shape)
    state, variance = np.zeros(news.shape[1:]), np.zeros(kept.shape[1:])
    for step in range(len(rows)):
        fade = kept[step]
        state *= fade[:, None]
        variance = ratio + fade**2 * (variance - ratio)
        sizes[step] = size = variance + noise[step]
        gain = variance / size
        news[step] = new = rows[step] - state
        state += gain[:, None] * new
        variance = gain * noise[step]
    sizes = sizes[places]
    scaled = (news[places] / np.sqrt(sizes)[:, None]).transpose(2, 1, 0)  # (n_grid, 1 + n_sides, n_cells)
    gram = scaled @ scaled.transpose(0, 2, 1)
    inner, cross = gram[:, 1:, 1:], gram[:, 1:, 0]
    rest = gram[:, 0, 0] - np.einsum("gk,gk->g", cross, np.linalg.solve(inner, cross[:, :, None])[:, :, 0])
    rest = rest + cells.within
    if not rest.min() > 1e-12 * max(float((cells.mean**2).sum()), 1e-300):
        return None
    dof = len(cells.mean) - len(sides) + cells.dof_within
    return -0.5 * (np.log(sizes).sum(axis=0) + np.linalg.slogdet(inner)[1] + dof * np.log(rest))


def _power(rho: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """ρ to the weeks passed since the last cell, 0 where a series begins, shape (n_cells, n_grid)."""
    starts = ~np.isfinite(gap)
    weeks, place = np.unique(np.where(starts, 1.0, gap), return_inverse=True)
    kept = (rho ** weeks[:, None])[place.ravel()]
    kept[starts] = 0.0
    return kept


def _factors(
    cells: _Cells, compared: list[int], rho: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance of the estimate; what the sandwich by week shows of it; the share of its degrees of freedom left."""
    noise = 1 / cells.stories[:, None]
    part = np.column_stack([np.where(cells.side == number, cells.articles, 0.0) for number in compared])
    part /= part.sum(axis=0)
    load = part**2 / np.maximum(1 - part, 1e-8)
    carried, doubly = _carried(part, load, cells.gap, rho)
    own = ratio + noise
    shown, squares, all_squares, variance = np.zeros((4, len(rho)))
    for side in range(len(compared)):
        reach = ratio * carried[:, side] + part[:, [side]] * noise  # covariance with the mean
        total = part[:, side] @ reach
        shown += load[:, side] @ (own - 2 * reach + total)
        squares += load[:, side] ** 2 @ own**2
        all_squares += load[:, side] ** 2 @ (own**2 - ratio**2) + ratio**2 * (load[:, side] @ doubly[:, side])
        variance += total
    if len(compared) == 2:
        variance -= 2 * ratio * (part[:, 0] @ carried[:, 1])
    return variance, np.maximum(shown, 1e-300), np.minimum(squares / all_squares, 1.0)


def _carried(part: np.ndarray, load: np.ndarray, gap: np.ndarray, rho: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At each week the sum over its series of ρ^distance times their part, and of ρ^(2 distance) times their load.

    Each of shape (n_cells, n_sides, n_grid).
    """
    once, back = np.unique(rho, return_inverse=True)
    places, n_sides = _places(gap), part.shape[1]
    power = _power(once, gap)
    kept = _laid_out(np.stack([power] * n_sides + [power**2] * n_sides, axis=1), places)
    own = np.repeat(_laid_out(np.hstack([part, load]), places)[..., None], len(once), axis=3)
    ahead, behind = own.copy(), np.zeros_like(own)
    for step in range(1, len(own)):
        ahead[step] += kept[step] * ahead[step - 1]
    for step in range(len(own) - 1, 0, -1):
        behind[step - 1] = kept[step] * (behind[step] + own[step])
    both = (ahead + behind)[places][:, :, back.ravel()]
    return both[:, :n_sides], both[:, n_sides:]


def widened(estimate: Estimate, memory: Memory | None) -> Estimate:
    """The estimate with limits and p of the mixture over what its weeks may remember; never narrower.

    Limits of a share stretch on the log-odds, those of a ratio on the logarithm, as its method says.

    >>> plain = Estimate(1.0, 0.0, 2.0, 0.95, 30.0, 200, 32, "CR2", p=0.05, se=0.49)
    >>> memory = Memory(0.5, 1.0, 4.0, 16, np.ones(1), np.array([4.0]), np.ones(1))
    >>> wide = widened(plain, memory)
    >>> round(wide.low, 3), round(wide.high, 3), round(wide.p, 2)
    (-1.0, 3.0, 0.32)
    """
    if memory is None or estimate.refused:
        return estimate
    if memory.n_blocks < FEWEST:
        size = {"level": estimate.level, "n_units": estimate.n_units, "n_clusters": estimate.n_clusters}
        return refusal(estimate.estimate, "; ".join(filter(None, [estimate.note, too_few(memory)])), **size)
    dof = estimate.dof if np.isfinite(estimate.dof) else max(2.0 * (memory.n_weeks - 1), 1.0)
    stretch = stretched(memory, dof, estimate.level)
    low, high = _further(estimate, stretch)
    p = estimate.p
    if np.isfinite(p) and 0 < p < 1:
        p = max(tail(memory, float(t_quantile(1 - p / 2, dof)), dof), p)
    method = f"{estimate.method}, weeks that remember"
    return replace(estimate, low=low, high=high, p=p, se=estimate.se * stretch, method=method)


def too_few(memory: Memory) -> str:
    """Why no interval is given.

    >>> too_few(Memory(0.5, 1.0, 4.0, 6, np.ones(1), np.array([4.0]), np.ones(1)))
    'weeks remember: the 6 of the smaller side count as 1.5; at least 2 are needed'
    """
    side = f"the {memory.n_weeks} of the smaller side count as {memory.n_blocks:.1f}"
    return f"weeks remember: {side}; at least {FEWEST} are needed"


def stretched(memory: Memory, dof: float, level: float) -> float:
    """How many times as far as outlet-weeks say the limits lie.

    >>> round(stretched(Memory(0.5, 1.0, 4.0, 16, np.ones(1), np.array([4.0]), np.ones(1)), 30.0, 0.95), 6)
    2.0
    """
    base = float(t_quantile((1 + level) / 2, dof))

    def over(t: float) -> float:
        return float(np.log(max(tail(memory, t, dof), 1e-300) / (1 - level)))

    near, far, at_near, at_far = 0.0, base, float(np.log(1 / (1 - level))), over(base)
    if at_far <= 0:
        return 1.0
    while at_far > 0:
        near, far, at_near, at_far = far, 2 * far, at_far, over(2 * far)
    moved = 0
    for _ in range(STEPS):  # false position, an end that stays twice weighing half (the Illinois rule)
        middle = (near * at_far - far * at_near) / (at_far - at_near)
        at_middle = over(middle)
        if abs(at_middle) < EXACT:
            return middle / base
        if at_middle > 0:
            near, at_near, at_far, moved = middle, at_middle, at_far / 2 if moved > 0 else at_far, 1
        else:
            far, at_far, at_near, moved = middle, at_middle, at_near / 2 if moved < 0 else at_near, -1
    return far / base


def tail(memory: Memory, t: float, dof: float) -> float:
    """Two-sided probability of a t, by outlet-week, as far from zero.

    >>> round(tail(Memory(0.5, 1.0, 4.0, 16, np.ones(1), np.array([4.0]), np.ones(1)), 4.0, 30.0), 3)
    0.055
    """
    return float(memory.weight @ (2 * t_tail(t / np.sqrt(memory.factor), np.maximum(dof * memory.fewer, 1.0))))


def _further(estimate: Estimate, stretch: float) -> tuple[float, float]:
    """Both limits `stretch` times as far, on the scale on which they were taken."""
    value, limits = estimate.estimate, np.array([estimate.low, estimate.high])
    if estimate.method.endswith("logit") and 0 < value < 1:
        middle = np.log(value / (1 - value))
        odds = np.log(limits / (1 - limits))
        low, high = 1 / (1 + np.exp(-(middle + stretch * (odds - middle))))
    elif estimate.method.endswith(", log"):
        low, high = value * (limits / value) ** stretch
    else:
        low, high = value + stretch * (limits - value)
    return float(low), float(high)


def blocks(
    frame: pd.DataFrame, *, value: str, outlet: str, day: str, stories: str | None = None
) -> tuple[pd.Series, pd.DataFrame]:
    """Labels of blocks of an outlet's weeks, as long as their memory, in place of outlet-weeks.

    For who permutes whole blocks.  A block is `block_weeks` rounded up; a block does not reach from one outlet to
    another.  Articles without day are one block.

    Parameters
    ----------
    frame : one row an article.
    value, outlet, day : names of columns; day of outlet-local days.
    stories : column of copy clusters.

    Returns
    -------
    labels : Series of text, index of `frame`.
    facts : DataFrame, one row an outlet: outlet, rho, share, block_weeks, n_weeks, n_blocks.

    >>> days = pd.date_range("2024-01-01", periods=56)
    >>> frame = pd.DataFrame({"outlet": "kcna", "day": days, "rate": [0.0, 1.0, 0.5, 0.2] * 14})
    >>> labels, facts = blocks(frame, value="rate", outlet="outlet", day="day")
    >>> labels.iloc[0], int(facts.n_weeks.iloc[0])
    ('kcna block 0', 8)
    """
    labels, rows = pd.Series("", index=frame.index, dtype=object), []
    week = pd.Series(week_numbers(frame[day]), index=frame.index)
    for name in sorted(frame[outlet].unique()):
        mine = frame[outlet] == name
        story = frame.loc[mine, stories].to_numpy() if stories else None
        nobody = np.zeros(int(mine.sum()), int)
        memory = measure(frame.loc[mine, value].to_numpy(dtype=float), nobody, week[mine].to_numpy(), stories=story)
        length = int(np.ceil(memory.block_weeks)) if memory else 1
        number = ((week[mine] - week[mine].min()) // length).astype("Int64").astype("string")
        labels[mine] = f"{name} block " + number.fillna("undated")
        n_weeks = week[mine].nunique()
        facts = (memory.rho, memory.share, memory.block_weeks) if memory else (np.nan, np.nan, np.nan)
        rows.append((name, *facts, n_weeks, labels[mine].nunique()))
    return labels, pd.DataFrame(rows, columns=["outlet", "rho", "share", "block_weeks", "n_weeks", "n_blocks"])


def of_columns(
    part: pd.DataFrame, *, value: str, side: np.ndarray, day: str, ways: Sequence[str], series: np.ndarray | None = None
) -> Memory | None:  # fmt: skip
    """`measure` for the columns of a frame; of two ways of clustering the first tells the stories.

    >>> frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=70), "rate": [0.0, 1.0] * 35, "week": 0})
    >>> of_columns(frame, value="rate", side=np.zeros(70, int), day="day", ways=["week"]).n_weeks
    10
    """
    stories = part[ways[0]].to_numpy() if len(ways) == 2 else None
    return measure(
        part[value].to_numpy(dtype=float), side, week_numbers(part[day]), series=series, stories=stories
    )  # fmt: skip
