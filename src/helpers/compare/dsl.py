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
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import FEW_DOF, cluster_codes
from helpers.compare.corrected_shares import FEWEST, Share, borrowed, explained, put_together, three, together, wilson
from helpers.compare.corrected_variance import Side

TARGETS = ("process", "corpus")  # what an interval is about: what outlets do, or the units at hand
METHODS = ("raw", "coded", "corrected")
COLUMNS = [
    "group", "reference", "method", "estimate", "low", "high", "level", "se", "dof", "n_units", "n_coded",
    "n_clusters", "power", "power_reference", "r2", "note",
]  # fmt: skip
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
    target : ``process`` (what outlets do: units come in clusters and others could have come; the variance is over
        clusters) or ``corpus`` (the units at hand: only the draw of the coded ones varies).  `raw` has no interval
        about the corpus, so it keeps that of the process.
    level : of the intervals.

    Returns
    -------
    DataFrame, three rows a group: columns of `COLUMNS`; `power` is λ (1 for raw, 0 for coded), `r2` the squared
    correlation of predictions and codes, `n_clusters` the smaller count of clusters that the estimate rests on.
    `low` and `high` are nan where the interval is refused, and `note` tells why.

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
    units = _read(frame, [group, code, prediction, probability], clusters, stratum, weight, target)
    rows = []
    for name in sorted(units.labels.unique()):
        rows += _rows(name, "", three(units.side(name), target), None, target=target, level=level)
    return pd.DataFrame(rows, columns=COLUMNS)


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
    target: str = "process",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of one group minus share of another, for pairs of groups: raw, coded and corrected.

    Parameters
    ----------
    pairs : (group, reference) names; all pairs in sorted order by default.
    frame, group, clusters, code, prediction, probability, stratum, weight, target, level : as in `corrected_shares`.

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
    units = _read(frame, [group, code, prediction, probability], clusters, stratum, weight, target)
    known = sorted(units.labels.unique())
    rows = []
    for one, two in combinations(known, 2) if pairs is None else pairs:
        for name in (one, two):
            if name not in known:
                raise ValueError(f"group {name!r} has no unit; groups: {', '.join(map(str, known))}")
        first, second = (three(units.side(name), target) for name in (one, two))
        rows += _rows(one, two, first, second, target=target, level=level)
    return pd.DataFrame(rows, columns=COLUMNS)


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
    low, high = float("nan"), float("nan")
    if counted < FEWEST:
        what = "clusters with codes" if one.over_clusters else "coded units"
        notes.append(f"{counted} {what}{' on the smaller side' if two else ''}; at least {FEWEST} are needed")
    elif spread.alone:
        notes.append("one cluster alone determines this estimate")
    else:
        limits = [wilson(share, spread.dof, level) for share in both]
        low, high = limits[0] if two is None else put_together(*both, limits, correlation)
        if spread.dof < FEW_DOF:
            notes.append(f"rests on {spread.dof:.1f} degrees of freedom: read with care")
    return {
        "estimate": estimate, "low": low, "high": high, "level": level, "se": float(np.sqrt(spread.variance)),
        "dof": spread.dof, "n_units": sum(len(share.side.weight) for share in both),
        "n_coded": sum(len(share.side.code) for share in both), "n_clusters": n_clusters,
        "power": one.power, "power_reference": two.power if two else float("nan"), "r2": explained(both),
        "note": "; ".join(notes),
    }  # fmt: skip


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

    def side(self, name: object) -> Side:
        """The units of one group."""
        mine = (self.labels == name).to_numpy()
        coded = np.isfinite(self.code[mine])
        return Side(
            self.prediction[mine], self.weight[mine], coded, self.code[mine][coded], self.chance[mine][coded],
            tuple(codes[mine] for codes in self.ways), self.stratum[mine],
        )  # fmt: skip


def _read(
    frame: pd.DataFrame, names: list[str], clusters: str | Sequence[str], stratum: str | None, weight: str | None,
    target: str,
) -> _Units:  # fmt: skip
    """The columns that were named, checked."""
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    if target not in TARGETS:
        raise ValueError(f"target {target!r} is not one of {', '.join(TARGETS)}")
    for name in [*names, *ways, *(column for column in (stratum, weight) if column)]:
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
    return _Units(*kept, tuple(cluster_codes(frame[ways])), strata)


def _refuse(frame: pd.DataFrame, name: str, wrong: np.ndarray, what: str) -> None:
    """One line with the first row that is wrong."""
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"column {name!r} {what} in row {frame.index[row]!r}: {frame[name].iloc[row]!r}")
