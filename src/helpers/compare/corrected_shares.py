"""Shares of a frame from a classifier's predictions for all units and people's codes of some, drawn by chance.

In: a frame with one row a unit: prediction, code where coded, chance of having been drawn, group, cluster labels.
Out: three estimates of each share and difference, beside each other: `raw` (predictions alone, biased as the classifier
is), `coded` (codes alone) and `corrected` (both).

Method: design-based supervised learning (Egami, Hinck, Stewart & Wei 2023) with the power tuning of PPI++
(Angelopoulos, Duchi & Zrnic 2023).  With Hájek means over the coded units,

    share = λ · mean prediction of all + mean of (code − λ · prediction) in the coded

which is unbiased whatever the classifier is worth, as long as the draw was by chance and no unit's prediction saw its
own code.  λ = 0 is the coded share, λ = 1 the plain correction.  λ of a group is the slope of codes on predictions in
its coded units, within 0 and 1; it is 0 where predictions explain no more than chance would.  Limits are Wilson's with
the effective number of units that the variance implies (Korn & Graubard 1998), and those of a difference put together
from its two shares by Newcombe (1998), with their covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import FEW_DOF, Estimate, cluster_codes, refusal, t_quantile
from helpers.compare.corrected_variance import Side, Spread, cluster_spread, coded_clusters, draw_spread
from helpers.compare.memory import FEWEST as FEWEST_BLOCKS
from helpers.compare.memory import Memory, measure, stretched, too_few, week_numbers

TARGETS = ("process", "corpus")  # what an interval is about: what outlets do, or the units at hand
METHODS = ("raw", "coded", "corrected")
COLUMNS = [
    "group", "reference", "method", "estimate", "low", "high", "level", "se", "dof", "n_units", "n_coded",
    "n_clusters", "power", "power_reference", "r2", "note",
]  # fmt: skip
FEWEST = 3  # clusters with codes (about the corpus: codes; for raw: clusters) below which there is no interval
FEWEST_CODED = 10  # coded units of a group below which predictions are not tuned, and λ is 0
BIASED = "predictions alone: biased by as much as the classifier errs"
WIDER = 1.02  # a corrected interval wider than this many times the coded one is not given


def corrected_shares(
    frame: pd.DataFrame,
    *,
    group: str,
    clusters: str | Sequence[str],
    code: str = "code",
    prediction: str = "prediction",
    probability: str = "probability",
    stratum: str | None = None,
    weight: str | None = None,
    day: str | None = None,
    target: str = "process",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of each group: raw, coded and corrected.

    Parameters
    ----------
    frame : one row a unit (passage), those without code too.
    group : column of labels.
    clusters : name of one or two columns of labels, such as copy cluster and outlet-week.
    code : column of values in 0..1, empty where not coded.
    prediction : column of numbers, of every unit; of a coded one by a model that did not see its code.
    probability : column of chances of having been drawn, above 0 and at most 1 where coded; not read elsewhere.
    stratum : column of what was drawn from apart; without one, units of a group were drawn from together.
    weight : column of positive numbers; with 1 / units of its article, each article counts once.  1 by default.
    day : column of outlet-local days.  With it the memory of weeks is measured on what each unit adds to the estimate,
        and intervals over clusters are widened by it (`memory`); without it outlet-weeks are taken as independent.
    target : ``process`` (what outlets do: units come in clusters and others could have come; the variance is over
        clusters) or ``corpus`` (the units at hand: only the draw of the coded ones varies).  `raw` has no interval
        about the corpus, so it keeps that of the process.
    level : of the intervals.

    Returns
    -------
    DataFrame, three rows a group: columns of `COLUMNS`; `power` is λ (1 for raw, 0 for coded), `r2` the squared
    correlation of predictions and codes, `n_clusters` the smaller count of clusters that the estimate rests on.
    `low` and `high` are nan where the interval is refused, and `note` tells why.  With `day` also block_weeks: how
    many weeks say as much as one that is independent (nan: not measured).

    Raises
    ------
    ValueError
        A column is missing, or a value is not what it must be: one line with the row.

    The classifier says .5 of everything, so that the coded share is all there is to know:

    >>> units = pd.DataFrame({"outlet": "a", "week": range(40), "prediction": 0.5,
    ...                       "code": [0.0, 0.0, 0.0, 1.0] * 5 + [np.nan] * 20, "probability": 0.5})
    >>> table = corrected_shares(units, group="outlet", clusters="week")
    >>> table[["method", "estimate", "power", "n_coded"]].round(6).values.tolist()
    [['raw', 0.5, 1.0, 20], ['coded', 0.25, 0.0, 20], ['corrected', 0.25, 0.0, 20]]
    """
    units = _read(frame, [group, code, prediction, probability], clusters, stratum, weight, target, day)
    rows = []
    for name in sorted(units.labels.unique()):
        rows += _rows(name, "", three(units.side(name), target), None, target=target, level=level)
    return pd.DataFrame(rows, columns=[*COLUMNS, "block_weeks"] if day else COLUMNS)


def corrected_differences(
    frame: pd.DataFrame,
    *,
    group: str,
    clusters: str | Sequence[str],
    pairs: Sequence[tuple[str, str]] | None = None,
    code: str = "code",
    prediction: str = "prediction",
    probability: str = "probability",
    stratum: str | None = None,
    weight: str | None = None,
    day: str | None = None,
    target: str = "process",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of one group minus share of another, for pairs of groups: raw, coded and corrected.

    Parameters
    ----------
    pairs : (group, reference) names; all pairs in sorted order by default.  A pair of which a group has no unit is
        three rows without estimate, and their note says so.
    frame, group, clusters, code, prediction, probability, stratum, weight, day, target, level : as in
        `corrected_shares`.

    Returns
    -------
    DataFrame, three rows a pair: columns of `COLUMNS`.  A difference is that of the two shares, each with its own λ,
    since classifiers err differently from outlet to outlet; counts of clusters are those of the smaller side.

    >>> units = pd.DataFrame({"outlet": ["a", "b"] * 40, "week": range(80), "prediction": [0.9, 0.1] * 40,
    ...                       "code": [1.0, 0.0, 0.0, 0.0] * 10 + [np.nan] * 40, "probability": 0.5})
    >>> table = corrected_differences(units, group="outlet", clusters="week")
    >>> table[["method", "estimate"]].round(6).values.tolist()
    [['raw', 0.8], ['coded', 0.5], ['corrected', 0.5]]
    """
    units = _read(frame, [group, code, prediction, probability], clusters, stratum, weight, target, day)
    known = sorted(units.labels.unique())
    rows = []
    for one, two in combinations(known, 2) if pairs is None else pairs:
        if lacking := [name for name in (one, two) if name not in known]:
            note = f"{' and '.join(map(repr, lacking))} without a unit; groups: {', '.join(map(str, known))}"
            rows += [_absent(one, two, method, level, note) for method in METHODS]
            continue
        first, second = (three(units.side(name), target) for name in (one, two))
        rows += _rows(one, two, first, second, target=target, level=level)
    return pd.DataFrame(rows, columns=[*COLUMNS, "block_weeks"] if day else COLUMNS)


def _absent(one: str, two: str, method: str, level: float, note: str) -> dict[str, object]:
    """A row for a pair of which a group has no unit."""
    counted = {"level": level, "n_units": 0, "n_coded": 0, "n_clusters": 0, "note": note}
    blank = dict.fromkeys([*COLUMNS, "block_weeks"], float("nan"))
    return blank | {"group": one, "reference": two, "method": method} | counted


def _rows(
    name: str, reference: str, first: dict[str, Share], second: dict[str, Share] | None, *, target: str, level: float
) -> list[dict[str, object]]:
    """Raw, coded and corrected; the coded in place of a corrected one that would be wider."""
    rows = [
        {"group": name, "reference": reference, "method": method}
        | _row(first[method], second[method] if second else None, target=target, level=level)
        for method in METHODS
    ]
    coded, corrected = rows[1], rows[2]
    if corrected["high"] - corrected["low"] > WIDER * (coded["high"] - coded["low"]):
        note = "; ".join(filter(None, ["predictions would widen the interval: not used", coded["note"]]))
        rows[2] = coded | {"method": "corrected", "note": note}
    return rows


def _row(one: Share, two: Share | None, *, target: str, level: float) -> dict[str, object]:
    """One estimate as a row: a share, or the difference of two."""
    both = [one] if two is None else list(borrowed(one, two))
    estimate = one.estimate - (two.estimate if two else 0.0)
    n_clusters = min(share.n_clusters for share in both)
    counted = min(share.n_clusters if share.over_clusters else len(share.side.code) for share in both)
    spread, correlation = together(both)
    notes = list(dict.fromkeys(share.note for share in both if share.note))
    memory = _memory(both)
    stretch = stretched(memory, _dof(spread.dof, n_clusters), level) if memory else 1.0
    low, high = float("nan"), float("nan")
    if counted < FEWEST:
        what = "clusters with codes" if one.over_clusters else "coded units"
        notes.append(f"{counted} {what}{' on the smaller side' if two else ''}; at least {FEWEST} are needed")
    elif spread.alone:
        notes.append("one cluster alone determines this estimate")
    elif memory and memory.n_blocks < FEWEST_BLOCKS:
        notes.append(too_few(memory))
    else:
        limits = [wilson(share, spread.dof, level, stretch) for share in both]
        low, high = limits[0] if two is None else put_together(*both, limits, correlation)
        if spread.dof < FEW_DOF:
            notes.append(f"rests on {spread.dof:.1f} degrees of freedom: read with care")
    return {
        "estimate": estimate, "low": low, "high": high, "level": level, "se": float(np.sqrt(spread.variance)) * stretch,
        "dof": spread.dof, "n_units": sum(len(share.side.weight) for share in both),
        "n_coded": sum(len(share.side.code) for share in both), "n_clusters": n_clusters,
        "power": one.power, "power_reference": two.power if two else float("nan"), "r2": explained(both),
        "note": "; ".join(notes), "block_weeks": memory.block_weeks if memory else float("nan"),
    }  # fmt: skip


def _memory(both: list[Share]) -> Memory | None:
    """What the weeks of the estimate remember; not asked where an interval is about the draw alone."""
    if any(share.side.week is None or not share.over_clusters or not len(share.used.code) for share in both):
        return None
    added = np.concatenate([share.used.influence(share.factor) for share in both])
    sides = np.repeat(range(len(both)), [len(share.used.weight) for share in both])
    week = np.concatenate([share.side.week for share in both])
    stories = np.concatenate([share.side.ways[0] for share in both]) if len(both[0].side.ways) == 2 else None
    return measure(added, sides, week, stories=stories)


def _dof(dof: float, n_clusters: int) -> float:
    """Degrees of freedom, those of the clusters where none could be had."""
    return dof if np.isfinite(dof) else max(n_clusters - 1.0, 1.0)


@dataclass(frozen=True)
class _Units:
    """The checked columns."""

    labels: pd.Series
    prediction: np.ndarray
    weight: np.ndarray
    code: np.ndarray
    chance: np.ndarray
    ways: tuple[np.ndarray, ...]
    stratum: np.ndarray
    week: np.ndarray | None

    def side(self, name: object) -> Side:
        """The units of one group."""
        mine = (self.labels == name).to_numpy()
        coded = np.isfinite(self.code[mine])
        return Side(
            self.prediction[mine], self.weight[mine], coded, self.code[mine][coded], self.chance[mine][coded],
            tuple(codes[mine] for codes in self.ways), self.stratum[mine],
            None if self.week is None else self.week[mine],
        )  # fmt: skip


def _read(
    frame: pd.DataFrame, names: list[str], clusters: str | Sequence[str], stratum: str | None, weight: str | None,
    target: str, day: str | None = None,
) -> _Units:  # fmt: skip
    """The columns that were named, checked."""
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    if target not in TARGETS:
        raise ValueError(f"target {target!r} is not one of {', '.join(TARGETS)}")
    for name in [*names, *ways, *(column for column in (stratum, weight, day) if column)]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    group, code, prediction, probability = names
    values = {name: frame[name].to_numpy(dtype=float) for name in names[1:]}
    coded = np.isfinite(values[code])
    _refuse(frame, group, frame[group].isna().to_numpy(), "is empty")
    _refuse(frame, prediction, ~np.isfinite(values[prediction]), "is no number")
    _refuse(frame, code, coded & ((values[code] < 0) | (values[code] > 1)), "is not within 0 and 1")
    chance = values[probability]
    _refuse(frame, probability, coded & ~((chance > 0) & (chance <= 1)), "is not above 0 and at most 1")
    load = frame[weight].to_numpy(dtype=float) if weight else np.ones(len(frame))
    _refuse(frame, weight or "", ~(np.isfinite(load) & (load > 0)), "is not positive")
    strata = pd.factorize(frame[stratum].astype(str), sort=True)[0] if stratum else np.zeros(len(frame), int)
    kept = (frame[group].reset_index(drop=True), values[prediction], load, values[code], chance)
    week = week_numbers(frame[day]) if day else None
    return _Units(*kept, tuple(cluster_codes(frame[ways])), strata, week)


def _refuse(frame: pd.DataFrame, name: str, wrong: np.ndarray, what: str) -> None:
    """One line with the first row that is wrong."""
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"column {name!r} {what} in row {frame.index.tolist()[row]!r}: {frame[name].tolist()[row]!r}")


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
    every = replace(side, coded=np.ones(n, bool), code=side.prediction, chance=np.ones(n))
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
    effective = (_effective(coded, one_spread, alike) for one_spread in (spread, plain))
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


def wilson(share: Share, dof: float, level: float, stretch: float = 1.0) -> tuple[float, float]:
    """Wilson's score limits, t in place of z, for as many independent units as the variance implies."""
    z2 = float(t_quantile((1 + level) / 2, _dof(dof, share.n_clusters))) ** 2
    p, n = share.estimate, share.n_effective / stretch**2
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

    >>> share = weighted_share(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4), [1, 2, 3, 4])
    >>> share.estimate, round(share.low, 2), round(share.high, 2)
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
    how = ("CR2, Wilson", "", float("nan"), float(np.sqrt(one.spread.variance)))
    return Estimate(one.estimate, low, high, level, one.spread.dof, n, kind["n_clusters"], *how)
