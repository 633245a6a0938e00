"""What changed in outlets that took a subject up, beside those that did not, or not yet.

In: a panel, one row an outlet and period (week); the period in which each outlet took the subject up.  Out: a
`DifferenceInDifferences`: the effect with its interval and p, cohort by cohort and by time since, and a test of whether
both were on their way before.

Method: group-time effects of Callaway & Sant'Anna (2021, Journal of Econometrics 225(2)): a cohort is the outlets that
began in one period; its change from its own weeks before is held against that of outlets that never began, or had not
yet.  Outlets that began earlier are never a comparison, so that no effect enters with a negative weight, as it does in
a regression with outlet and week effects where outlets begin at different times and effects grow (Goodman-Bacon 2021,
Journal of Econometrics 225(2)).  Every outlet-week after a beginning counts once.  Inference: whole outlets, with all
their weeks, change beginnings, which leaves levels of outlets, shocks in common and weeks that remember as they are;
studentised (Chung & Romano 2013, Annals of Statistics 41(2)), interval by test inversion (Ernst 2004, Statistical
Science 19(4)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import factorial, prod

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, refusal
from helpers.compare.randomisation import DRAWS, LIST_ALL, SEED, counted, crossing

METHOD = "permutation of beginnings"
FAR = 1e6  # spreads away, a shift that any arrangement but those like the given one contradicts


@dataclass(frozen=True)
class DifferenceInDifferences:
    """The effect on outlets that began, and what it is made of.

    `effect` has outlets as clusters and outlet-periods as units.  `pretrend_p` is of all `n_leads` periods before
    together, nan where there is none.  `cohorts`: start, n_outlets, n_cells (outlet-periods), estimate.  `profile`:
    since (periods since the beginning, negative before), n_cells, estimate, p (of this period alone).
    """

    effect: Estimate
    pretrend_p: float
    n_leads: int
    n_began: int
    n_never: int
    cohorts: pd.DataFrame
    profile: pd.DataFrame


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    outlet: str,
    period: str,
    value: str,
    start: str,
    base: int | None = 1,
    comparison: str = "not yet",
    clusters: str | None = None,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> DifferenceInDifferences:
    """The mean effect of having begun, over the periods after.

    Parameters
    ----------
    panel : one row an outlet and period; periods without an article may lack, rows without value are left out.
    outlet, period, value : columns; periods are whole numbers.
    start : column of the period in which the outlet began, the same in all its rows; missing where it never did.
    base : how many periods before its beginning an outlet is measured from; 1 as in Callaway & Sant'Anna, None for all
        that the panel has, which needs parallel ways in all of them and is what thin panels can bear.
    comparison : 'not yet' (outlets that never began or had not by then), or 'never'.
    clusters : column of what outlets share, such as an owner; whole clusters change beginnings, and all outlets of one
        must have begun together.
    level : of the interval.
    rng : used only where there are too many arrangements to list; a fixed seed by default.

    Returns
    -------
    DifferenceInDifferences; its effect without interval, and with p, where no arrangement could be clear at the level.

    Raises
    ------
    ValueError
        An outlet has two beginnings or two rows of a period, a cluster two beginnings, or a column lacks.

    With two periods it is the change of one side minus that of the other:

    >>> panel = pd.DataFrame({"outlet": list("aabbccddeeff"), "week": [0, 1] * 6, "start": [1.0] * 6 + [np.nan] * 6})
    >>> panel["rate"] = [0.1, 0.6, 0.3, 0.7, 0.2, 0.8, 0.2, 0.3, 0.5, 0.5, 0.4, 0.6]
    >>> answer = difference_in_differences(panel, outlet="outlet", period="week", value="rate", start="start")
    >>> round(answer.effect.estimate, 3), answer.effect.note
    (0.4, 'these outlets: 3 that began beside 3 cannot show p ≤ .05, the smallest p of 20 arrangements is .10')
    """
    if comparison not in ("not yet", "never"):
        raise ValueError(f"comparison {comparison!r} must be 'not yet' or 'never'")
    grid = _grid(panel, outlet, period, value, start, clusters)
    began = np.isfinite(grid.start)
    n_began, n_never = int(began.sum()), int((~began).sum())
    size = {"level": level, "n_units": int(grid.seen.sum()), "n_clusters": len(np.unique(grid.cluster))}
    starts = _arrangements(grid, np.random.default_rng(SEED) if rng is None else rng)
    design = _Design(grid, starts, base, comparison == "never")
    parts = design.parts(grid.values)
    if not np.isfinite(parts.effect[0]):
        note = "no outlet to compare with in the same periods" if n_began else "no outlet began"
        if n_began and not n_never and len(np.unique(grid.start)) == 1:
            note = f"all {n_began} outlets began in the same period" if n_began > 1 else "1 outlet began"
            note += ": none is left to compare with"
        effect = refusal(float("nan"), note, **size)
    else:
        shifted = design.parts((grid.periods >= grid.start[:, None]).astype(float))
        effect = _effect(_Shifted(parts, shifted), size, f"{n_began} that began beside {n_never}")
    pretrend, n_leads = _pretrend(parts)
    tables = {"cohorts": design.cohorts(parts), "profile": _profile(parts)}
    return DifferenceInDifferences(effect, pretrend, n_leads, n_began, n_never, **tables)


@dataclass(frozen=True)
class _Grid:
    """Outlets by periods: values (0 where none), whether there is one, beginnings (inf for never), clusters."""

    values: np.ndarray
    seen: np.ndarray
    periods: np.ndarray
    start: np.ndarray
    cluster: np.ndarray


def _grid(panel: pd.DataFrame, outlet: str, period: str, value: str, start: str, clusters: str | None) -> _Grid:
    """The panel as arrays, checked."""
    for name in filter(None, [outlet, period, value, start, clusters]):
        if name not in panel.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, panel.columns))}")
    used = panel[panel[value].notna()]
    twice = used.duplicated([outlet, period])
    if twice.any():
        one = used[twice].iloc[0]
        raise ValueError(f"outlet {str(one[outlet])!r} has two rows of period {one[period]}; take their mean first")
    begins = used.assign(**{start: pd.to_numeric(used[start]).fillna(np.inf)})
    for key in filter(None, [outlet, clusters]):
        many = begins.groupby(key)[start].nunique()
        if (many > 1).any():
            raise ValueError(f"{key} {str(many.idxmax())!r} has {many.max()} beginnings; give one, or leave it out")
    wide = used.pivot(index=outlet, columns=period, values=value).sort_index().sort_index(axis=1)
    first = begins.drop_duplicates(outlet).set_index(outlet).loc[wide.index]
    label = first.index if clusters is None else first[clusters]
    seen = wide.notna().to_numpy()
    values = wide.fillna(0.0).to_numpy(dtype=float)
    return _Grid(values, seen, wide.columns.to_numpy(float), first[start].to_numpy(float), pd.factorize(label)[0])


def _arrangements(grid: _Grid, rng: np.random.Generator) -> np.ndarray:
    """Beginnings of all outlets in every arrangement, the observed one first, shape (n_arrangements, n_outlets)."""
    of_cluster = grid.start[np.unique(grid.cluster, return_index=True)[1]]
    kinds, sizes = np.unique(of_cluster, return_counts=True)
    if factorial(len(of_cluster)) // prod(map(factorial, sizes.tolist())) <= LIST_ALL:
        rows = kinds[np.array(list(_orders(sizes.tolist())))]
        given = (rows == of_cluster).all(axis=1)
        rows = np.vstack([rows[given], rows[~given]])
    else:
        rows = np.vstack([of_cluster, rng.permuted(np.tile(of_cluster, (DRAWS, 1)), axis=1)])
    return rows[:, grid.cluster]


def _orders(sizes: list[int]) -> Iterator[list[int]]:
    """All orders of kinds of which there are so many each.

    >>> list(_orders([1, 2]))
    [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    if not any(sizes):
        yield []
    for kind, left in enumerate(sizes):
        if left:
            rest = [size - (place == kind) for place, size in enumerate(sizes)]
            yield from ([kind, *order] for order in _orders(rest))


@dataclass(frozen=True)
class _Parts:
    """What values give in each arrangement: the effect, each outlet's part in its error, and effects by time since."""

    effect: np.ndarray  # (n_arrangements,)
    error: np.ndarray  # (n_arrangements, n_outlets)
    since: dict[int, np.ndarray]  # periods since the beginning to effects, (n_arrangements,)
    spread: dict[int, np.ndarray]  # their standard errors
    cells: dict[int, int]  # outlet-periods that the observed effect of each rests on
    cohort: dict[float, tuple[float, int]]  # beginning to observed effect and outlet-periods


class _Design:
    """Group-time effects of every arrangement, all at once; linear in the values."""

    def __init__(self, grid: _Grid, starts: np.ndarray, base: int | None, never: bool) -> None:
        self.grid, self.starts, self.base, self.never = grid, starts, base, never
        self.begins = np.unique(grid.start[np.isfinite(grid.start)])

    def parts(self, values: np.ndarray) -> _Parts:
        """Effects, every outlet-period after a beginning counting once."""
        n = len(self.starts)
        total, weight, error = np.zeros(n), np.zeros(n), np.zeros(self.starts.shape)
        sums: dict[int, np.ndarray] = {}
        errors: dict[int, np.ndarray] = {}
        cohort = {}
        for begin in self.begins:
            mine = np.zeros((2, n))
            for since, gap, size, part in self._group_times(values, begin):
                both = sums.setdefault(since, np.zeros((2, n)))
                both += [size * gap, size]
                errors[since] = errors.get(since, 0.0) + part
                if since >= 0:
                    mine += [size * gap, size]
                    error += part
            total, weight = total + mine[0], weight + mine[1]
            cohort[begin] = (float(_ratio(*mine)[0]), int(mine[1][0]))
        effects = {since: _ratio(*sums[since]) for since in sorted(sums)}
        spread = {since: np.sqrt((errors[since] ** 2).sum(axis=1)) / np.maximum(sums[since][1], 1) for since in sums}
        cells = {since: int(sums[since][1][0]) for since in sums}
        return _Parts(_ratio(total, weight), error / np.maximum(weight, 1.0)[:, None], effects, spread, cells, cohort)

    def _group_times(
        self, values: np.ndarray, begin: float
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
        """Of one beginning, each period: time since, effect, outlets that began, outlets' parts in the error."""
        grid = self.grid
        before = (grid.periods < begin) & (grid.periods >= begin - (self.base or np.inf))
        n_base = (grid.seen & before).sum(axis=1)
        level = (values * (grid.seen & before)).sum(axis=1) / np.maximum(n_base, 1)
        usable = grid.seen & (n_base > 0)[:, None]
        change = np.where(usable, values - level[:, None], 0.0)
        began = self.starts == begin
        for place, period in enumerate(grid.periods):
            if before[place] and self.base == 1:  # where it is measured from
                continue
            border = np.inf if self.never else max(period, begin - 1)
            others = np.isinf(self.starts) if self.never else (self.starts > border) & ~began
            ones, zeros = began * usable[:, place], others * usable[:, place]
            one, zero = ones.sum(axis=1), zeros.sum(axis=1)
            can = (one > 0) & (zero > 0)
            means = [ones @ change[:, place] / np.maximum(one, 1), zeros @ change[:, place] / np.maximum(zero, 1)]
            size = np.where(can, one, 0.0)
            part = ones * (change[:, place] - means[0][:, None]) * _small(one)[:, None]
            part = (
                part
                - zeros * (change[:, place] - means[1][:, None]) * (_small(zero) * one / np.maximum(zero, 1))[:, None]
            )
            yield int(period - begin), np.where(can, means[0] - means[1], 0.0), size, part * can[:, None]

    def cohorts(self, parts: _Parts) -> pd.DataFrame:
        """The effect of each beginning."""
        rows = [
            (begin, int((self.grid.start == begin).sum()), cells, estimate)
            for begin, (estimate, cells) in parts.cohort.items()
        ]
        return pd.DataFrame(rows, columns=["start", "n_outlets", "n_cells", "estimate"])


def _ratio(total: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Their ratio; nan for no weight."""
    return np.where(weight > 0, total / np.maximum(weight, 1e-300), np.nan)


def _small(n: np.ndarray) -> np.ndarray:
    """Root of n/(n-1): the usual correction of a mean's standard error."""
    return np.sqrt(n / np.maximum(n - 1, 1))


class _Shifted:
    """t² of every arrangement, given a shift taken off every outlet-period after its observed beginning."""

    def __init__(self, parts: _Parts, shifted: _Parts) -> None:
        self.effect, self.moved = parts.effect, shifted.effect
        pairs = [(parts.error, parts.error), (parts.error, shifted.error), (shifted.error, shifted.error)]
        self.square = [np.einsum("ag,ag->a", *pair) for pair in pairs]
        self.spread = float(np.nanstd(parts.effect))

    def p_value(self, shift: float) -> float:
        """Share of arrangements as extreme as the observed one when `shift` is the true effect."""
        top = (self.effect - shift * self.moved) ** 2
        below = self.square[0] - 2 * shift * self.square[1] + shift**2 * self.square[2]
        tiny = 1e-18 * max(self.spread**2, 1e-300)
        t2 = np.where(top <= tiny, 0.0, top / np.maximum(below, tiny))
        t2[np.isnan(top)] = np.inf  # an arrangement without comparison speaks for none
        return float((t2 >= t2[0] * (1 - 1e-9)).mean())


def _effect(test: _Shifted, size: dict, sides: str) -> Estimate:
    """The effect with its interval, or why there is none."""
    estimate, n = float(test.effect[0]), len(test.effect)
    if test.spread <= 1e-12 * max(float(np.nanmax(np.abs(test.effect))), 1e-300):
        return refusal(estimate, f"these outlets: {sides} do not vary", **size)
    p, alpha = test.p_value(0.0), 1 - size["level"]
    least = test.p_value(estimate + FAR * test.spread)
    if least > alpha + 1e-12:
        why = f"cannot show p ≤ {_short(alpha)}, the smallest p of {n:,} arrangements is {_short(least)}"
        return replace(refusal(estimate, f"these outlets: {sides} {why}", **size, method=METHOD), p=p)
    limits = [crossing(test.p_value, estimate, sign * test.spread, alpha + 1e-12) for sign in (-1.0, 1.0)]
    if p > alpha + 1e-12 and (limits[0] > 0 or limits[1] < 0):
        # A side that changed all alike: p falls at once beside the estimate and rises again.
        why = f"one side changed all alike, and an interval would leave out zero though p is {_short(p)}"
        return replace(refusal(estimate, f"{sides}: {why}", **size, method=METHOD), p=p)
    note = f"{sides}; {counted(n)}"
    return Estimate(
        estimate, *limits, size["level"], float("nan"), size["n_units"], size["n_clusters"], METHOD, note, p
    )


def _short(p: float) -> str:
    """A p as a sentence has it: .05, .0079."""
    return f"{p:.2f}"[1:] if round(p, 2) >= 0.02 else f"{p:.4f}"[1:] if p < 1 else "1"


def _pretrend(parts: _Parts) -> tuple[float, int]:
    """p of all periods before a beginning together, and how many they are.

    Wald's statistic of effects in units of their own errors, a period that can be compared, with the covariance over
    arrangements, half way to its diagonal, so that many periods and few arrangements do no harm.  It is the same
    function of every arrangement, so p is exact where outlets could have changed places.
    """
    leads = [since for since in parts.since if since < 0]
    if not any(np.isfinite(parts.since[since][0]) for since in leads):
        return float("nan"), 0
    effects = np.column_stack([parts.since[since] for since in leads])
    spread = np.column_stack([parts.spread[since] for since in leads])
    rough = 1e-9 * max(float(np.nanmax(np.abs(effects))), 1e-300)
    t = np.where(np.isfinite(effects) & (spread > rough), effects / np.maximum(spread, rough), 0.0)
    known = (t != 0).sum(axis=1)
    t = t[:, t.std(axis=0) > 0]
    if not known[0] or not t.size:
        return float("nan"), 0
    covariance = np.atleast_2d(np.cov(t.T))
    inverse = np.linalg.pinv((covariance + np.diag(np.diag(covariance))) / 2)
    wald = np.einsum("ai,ij,aj->a", t, inverse, t) / np.maximum(known, 1)
    return float((wald >= wald[0] * (1 - 1e-9)).mean()), int(known[0])


def _profile(parts: _Parts) -> pd.DataFrame:
    """Effects by time since the beginning, each with its own p."""
    rows = []
    for since, effect in parts.since.items():
        p = float((np.abs(np.nan_to_num(effect, nan=np.inf)) >= abs(effect[0]) * (1 - 1e-9)).mean())
        known = np.isfinite(effect[0])
        rows.append((since, parts.cells[since], float(effect[0]), p if known else float("nan")))
    return pd.DataFrame(rows, columns=["since", "n_cells", "estimate", "p"])
