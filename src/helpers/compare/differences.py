"""How much of a measure each group has, how groups differ, and how it moves over time.

In: a frame with one row an article: a value, a group, one or two columns of cluster labels.  Out: a frame
with one row an estimate, always with interval, numbers of articles and clusters, method and note.

Method: see `mean_difference`; Benjamini & Hochberg (1995, Journal of the Royal Statistical Society B 57(1)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.balance import balanced_difference
from helpers.compare.clusters import Estimate, cluster_codes, cluster_ols, refusal
from helpers.compare.columns import Columns, read
from helpers.compare.mean_difference import FEWEST, difference, mean, plain_difference, ratio, side_means
from helpers.compare.measurement_error import widened
from helpers.compare.memory import Memory, measure
from helpers.compare.memory import widened as remembering
from helpers.compare.outlet_permutation import outlet_permutation, plain_outlet_differences
from helpers.compare.support import NO_OVERLAP, WINDOWS, shared_time, support_of

YEAR = 365.25  # days
COLUMNS = ["estimate", "low", "high", "level", "n_articles", "n_clusters", "dof", "method", "note", "p"]
BALANCED = ["effective_group", "effective_reference", "max_weight"]
SUPPORT = ["n_group", "n_reference", "clusters_group", "clusters_reference"]
THESE, KIND = ESTIMANDS = ("these outlets", "kind of outlet")


def means(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    clusters: str | Sequence[str],
    fits: Sequence[str] = (),
    day: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of a measure in each group.

    Parameters
    ----------
    frame : one row an article; rows without value are left out, and the note says how many.
    value, group : names of columns.
    clusters : name of one or two columns of labels, such as copy cluster and outlet-week.
    fits : columns of the same measure under other fits, where it is fitted and not observed (topic shares); their
        variance is added to each interval (`measurement_error.widened`).
    day : column of outlet-local days: with it intervals are widened for weeks that remember (`memory`).
    level : of the intervals.

    Returns
    -------
    DataFrame sorted by `group`: group, estimate, low, high, level, n_articles (rows of `frame` that have a value,
    whatever a row is: of passages they are passages), n_clusters (the smaller count of two ways), dof, method, note, p
    (nan: no mean is tested against zero); with `day` also block_weeks.

    Raises
    ------
    ValueError
        A column is missing, no row has a value, or a label is missing.

    >>> articles = pd.DataFrame({"outlet": list("aaaabbbb"), "share": [0, 1, 0, 1, 1, 1, 0, 1]})
    >>> table = means(articles.assign(week=range(8)), value="share", group="outlet", clusters="week")
    >>> table[["group", "estimate", "n_articles"]].values.tolist()
    [['a', 0.5, 4], ['b', 0.75, 4]]
    """
    kept, dropped = read(frame, value=value, group=group, clusters=clusters, fits=fits, day=day)
    rows = []
    for name in sorted(set(kept.group)):
        part = kept.of(kept.group == name)
        estimate = mean(part.value, clusters=part.ways, level=level)
        asked = day is not None and not estimate.refused
        memory = measure(part.value, np.zeros(len(part), int), part.week, stories=part.stories) if asked else None
        estimate = remembering(estimate, memory)
        estimate = widened(estimate, part.fits.mean(axis=0)) if fits else estimate
        described = row(estimate, missing=int(dropped.get(name, 0))) | {"p": float("nan")}
        rows.append({"group": name} | described | block(memory))
    return pd.DataFrame(rows, columns=["group", *columns(day)])


def differences(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    clusters: str | Sequence[str],
    pairs: Sequence[tuple[str, str]] | None = None,
    within: str | Sequence[str] | None = None,
    balance: str | Sequence[str] | None = None,
    fits: Sequence[str] = (),
    window: str = "period",
    day: str | None = None,
    collected: Mapping[str, pd.Series] | None = None,
    memory: bool = False,
    estimand: str = THESE,
    unit: str | None = None,
    originals: str | None = None,
    level: float = 0.95,
    method: str = "auto",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Mean of one group minus the mean of another, for pairs of groups.

    Parameters
    ----------
    frame, value, group, clusters, fits, level : as in `means`.
    pairs : (group, reference) names; all pairs in sorted order by default.  A pair of which a group has no article with
        a value is a row without estimate, and its note says so.
    within : column, or columns, of strata, such as topic and month: articles are compared only with those of the other
        group in the same stratum (a constant for each, by least squares).  Articles whose stratum lacks the other group
        have no comparison and are left out; the note says how many.
    balance : column, or columns, of traits in which both sides are made alike by weights (`balance`): of numbers the
        means, of anything else the share of each category; articles of a category that only one side has are left out.
    window : 'period', all articles; or 'common', those of the time that both sides share (`support.in_common`).
    day : column of days, for the common window and for the memory of weeks.
    collected : for the common window: the days on which each group was collected.
    memory : whether intervals are widened for weeks that remember (`memory`), as in `means` wherever `day` is given.
    estimand : 'these outlets', whose articles vary by cluster; or 'kind of outlet', of which these are some: each
        outlet counts once and whole outlets are permuted (`outlet_permutation`), whatever the clusters.
    unit : for a kind of outlet: the column of outlets, where `group` is their kind.
    originals : column of yes or no; how many of the articles that are compared have it becomes n_originals.
    method, rng : as in `mean_difference.difference`.

    Returns
    -------
    DataFrame, one row a pair: group, reference, the columns of `means` (limits of shares end at -1 and 1), support
    (n_group, n_reference, clusters_group, clusters_reference: articles and clusters a side), and q: p adjusted by
    Benjamini & Hochberg over the pairs that have one.  Method 'no overlap' where the sides share no time.  With
    `memory` also block_weeks, and stretch: how many times as far the limits lie for weeks that remember (nan: too few
    weeks, refused).  With `balance` also effective_group, effective_reference (articles that the weights leave a side
    worth) and max_weight (the largest part that one article has of its side).

    Raises
    ------
    ValueError
        A column is missing, a pair names one group twice, a label is missing, or what was asked does not fit together.

    >>> articles = pd.DataFrame({"outlet": list("ab") * 12, "rate": [1.0, 2, 3, 4] * 6})
    >>> table = differences(articles.assign(week=range(24)), value="rate", group="outlet", clusters="week")
    >>> table[["group", "reference", "estimate", "n_clusters"]].round(6).values.tolist()
    [['a', 'b', -1.0, 24]]
    """
    strata, traits = column_names(within), column_names(balance)
    _check_asked(window, day, estimand, unit, strata, traits, memory)
    named = {"fits": fits, "unit": unit, "day": day, "originals": originals, "balance": traits}
    kept, dropped = read(frame, value=value, group=group, clusters=clusters, within=strata, **named)
    options, rows = {"level": level, "method": method, "rng": rng}, []
    for pair in _pairs(kept, pairs):
        part = kept.of(_either(kept.group, pair))
        absent = _absent(kept, pair, level, len(part))
        if window == "common" and not absent:
            part = part.of(shared_time(part.day, part.group, pair, collected))
        first = part.group == pair[0]
        if (refused := absent or _apart(first, level)) is not None:
            compared = _Compared(refused, part)
        elif estimand == KIND:
            compared = _Compared(_kinds(part, first, level, rng), part)
        else:
            compared = (_balanced_pair if traits else _pair)(part, first, memory, options)
        missing = sum(int(dropped.get(side, 0)) for side in pair)
        rows.append({"group": pair[0], "reference": pair[1]} | compared.row(pair, missing=missing, total=len(part)))
    more = [
        *(["n_originals"] if originals else []),
        *(["stretch"] if memory else []),
        *(BALANCED if traits else []),
    ]
    table = pd.DataFrame(rows, columns=["group", "reference", *columns(day if memory else None), *SUPPORT, *more])
    table = within_reach(table, kept.value)
    return table.assign(q=benjamini_hochberg(table["p"].to_numpy(dtype=float)))


@dataclass(frozen=True)
class _Compared:
    """The difference of one pair, the articles behind it, and what their weeks remember."""

    estimate: Estimate
    used: Columns
    memory: Memory | None = None
    stretch: float = 1.0  # how many times as far limits lie for weeks that remember; nan where these are too few
    weighed: tuple[float, ...] = (float("nan"),) * 3  # as the columns of `BALANCED`

    def row(self, pair: tuple[str, str], *, missing: int, total: int) -> dict[str, object]:
        """As a row of `differences`."""
        described = row(self.estimate, missing=missing, unmatched=total - len(self.used), total=total)
        beside = support_of(self.used.group, pair, self.used.ways)
        if self.used.original is not None:
            beside["n_originals"] = int(self.used.original.sum())
        weighed = dict(zip(BALANCED, self.weighed, strict=True))
        return described | beside | block(self.memory) | {"stretch": self.stretch} | weighed


def within_reach(table: pd.DataFrame, values: np.ndarray | pd.Series) -> pd.DataFrame:
    """Limits of a difference of shares, which cannot be farther apart than 1; of other values as they are.

    >>> table = pd.DataFrame({"low": [-0.2], "high": [1.3]})
    >>> within_reach(table, np.array([0.0, 1.0])).values.tolist(), within_reach(table, np.array([5.0])).values.tolist()
    ([[-0.2, 1.0]], [[-0.2, 1.3]])
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if not len(known) or known.min() < 0 or known.max() > 1:
        return table
    return table.assign(**{end: np.clip(table[end].to_numpy(dtype=float), -1.0, 1.0) for end in ("low", "high")})


def column_names(names: str | Sequence[str] | None) -> list[str]:
    """Names of columns as a list; one may be given alone.

    >>> column_names("year"), column_names(("topic", "month")), column_names(None)
    (['year'], ['topic', 'month'], [])
    """
    return [names] if isinstance(names, str) else list(names or [])


def _check_asked(
    window: str,
    day: str | None,
    estimand: str,
    unit: str | None,
    within: list[str],
    balance: list[str],
    memory: bool,
) -> None:
    """Raise where what is asked of `differences` does not fit together."""
    if window not in WINDOWS:
        raise ValueError(f"window {window!r} is not one of {', '.join(WINDOWS)}")
    if window == "common" and day is None:
        raise ValueError("a common window needs `day`, the column that says when an article came out")
    if memory and day is None:
        raise ValueError("the memory of weeks needs `day`, the column that says when an article came out")
    if estimand not in ESTIMANDS:
        raise ValueError(f"estimand {estimand!r} is not one of {', '.join(ESTIMANDS)}")
    if estimand == KIND and (unit is None or within or balance):
        raise ValueError("a kind of outlet needs `unit`, the column of outlets, and has no strata or weights")
    if within and balance:
        raise ValueError("give either strata or what to balance; a column of strata may be balanced like any other")


def _pairs(kept: Columns, pairs: Sequence[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """The pairs that were asked for, or all in sorted order."""
    asked = list(combinations(sorted(set(kept.group)), 2) if pairs is None else pairs)
    for one, two in asked:
        if one == two:
            raise ValueError(f"group {one!r} is compared with itself; give two groups")
    return [(one, two) for one, two in asked]


def _either(group: np.ndarray, pair: tuple[str, str]) -> np.ndarray:
    """Which articles are of one of two groups."""
    return (group == pair[0]) | (group == pair[1])


def _absent(kept: Columns, pair: tuple[str, str], level: float, n_units: int) -> Estimate | None:
    """A refusal where a group has no article with a value."""
    lacking = [name for name in pair if not (kept.group == name).any()]
    if not lacking:
        return None
    known = ", ".join(map(str, sorted(set(kept.group))))
    note = f"{' and '.join(map(repr, lacking))} without an article that has a value; groups: {known}"
    return refusal(float("nan"), note, level=level, n_units=n_units, n_clusters=0)


def _apart(first: np.ndarray, level: float) -> Estimate | None:
    """A refusal where only one side, or none, has an article left."""
    if first.any() and not first.all():
        return None
    side = "either side" if not len(first) else "the second side" if first.all() else "the first side"
    note = f"no article of {side} in the time that both share"
    counted = {"level": level, "n_units": len(first), "n_clusters": 0}
    return refusal(float("nan"), note, **counted, method=NO_OVERLAP)


def _kinds(part: Columns, first: np.ndarray, level: float, rng: np.random.Generator | None) -> Estimate:
    """The difference of two kinds of outlet, widened by other fits."""
    estimate = outlet_permutation(part.value, first, part.unit, level=level, rng=rng)
    if not part.fits.shape[1]:
        return estimate
    return widened(estimate, plain_outlet_differences(part.fits, first, part.unit))


def _pair(part: Columns, first: np.ndarray, memory: bool, options: dict) -> _Compared:
    """The difference of one pair, widened by its weeks' memory and by other fits."""
    if part.strata is not None:
        both = _in_both(part.strata, first)
        part, first = part.of(both), first[both]
        if not len(part):
            note = "no stratum holds both groups"
            return _Compared(refusal(float("nan"), note, level=options["level"], n_units=0, n_clusters=0), part)
    plain = difference(part.value, first, clusters=part.ways, strata=part.strata, **options)
    remembered = _memory_of_pair(part, part.value, first) if memory and not plain.refused else None
    estimate = remembering(plain, remembered)
    stretch = 1.0 if remembered is None else (estimate.high - estimate.low) / (plain.high - plain.low)
    if part.fits.shape[1]:
        estimate = widened(estimate, plain_difference(part.fits, first, part.strata))
    return _Compared(estimate, part, remembered, stretch)


def _balanced_pair(part: Columns, first: np.ndarray, memory: bool, options: dict) -> _Compared:
    """The difference of one pair under weights, widened likewise; articles count alike where weeks are measured."""
    made = balanced_difference(part.value, first, part.traits, part.ways, level=options["level"])
    part, first, plain = part.of(made.kept), first[made.kept], made.estimate
    asked = memory and not plain.refused
    remembered = measure(made.rest, (~first).astype(int), part.week, stories=part.stories) if asked else None
    estimate = remembering(plain, remembered)
    stretch = 1.0 if remembered is None else (estimate.high - estimate.low) / (plain.high - plain.low)
    if part.fits.shape[1] and not plain.refused:
        means = [np.average(part.fits[side], axis=0, weights=made.weights[side]) for side in (first, ~first)]
        estimate = widened(estimate, means[0] - means[1])
    return _Compared(estimate, part, remembered, stretch, (*made.effective, made.largest))


def _in_both(strata: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Which articles stand in a stratum that holds both sides."""
    n = int(strata.max(initial=0)) + 1
    return ((np.bincount(strata[first], minlength=n) > 0) & (np.bincount(strata[~first], minlength=n) > 0))[strata]


def _memory_of_pair(part: Columns, values: np.ndarray, first: np.ndarray) -> Memory | None:
    """The memory of two sides' weeks, each side a series; what strata differ by is taken off first."""
    if part.strata is not None:
        n = np.bincount(part.strata)
        values = values - (np.bincount(part.strata, values) / np.maximum(n, 1))[part.strata]
    return measure(values, (~first).astype(int), part.week, stories=part.stories)


def ratios(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    clusters: str | Sequence[str],
    pairs: Sequence[tuple[str, str]] | None = None,
    within: str | Sequence[str] | None = None,
    day: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of one group over the mean of another, for pairs of groups: how many times as much.

    Parameters
    ----------
    frame, value, group, clusters, pairs, within, level : as in `differences`.
    day : column of days: with it intervals are widened for weeks that remember.

    Returns
    -------
    DataFrame, one row a pair: group, reference, the columns of `means`; p is against a ratio of 1.

    >>> articles = pd.DataFrame({"outlet": list("ab") * 12, "rate": [1.0, 2, 3, 4] * 6})
    >>> table = ratios(articles.assign(week=range(24)), value="rate", group="outlet", clusters="week")
    >>> table[["group", "reference", "estimate"]].round(3).values.tolist()
    [['a', 'b', 0.667]]
    """
    named = {"within": column_names(within), "day": day}
    kept, dropped = read(frame, value=value, group=group, clusters=clusters, **named)
    rows = []
    for pair in _pairs(kept, pairs):
        part, memory = kept.of(_either(kept.group, pair)), None
        total, estimate = len(part), _absent(kept, pair, level, len(part))
        if estimate is None:
            estimate, part, memory = _ratio(part, part.group == pair[0], level)
        missing = sum(int(dropped.get(side, 0)) for side in pair)
        described = row(estimate, missing=missing, unmatched=total - len(part), total=total) | block(memory)
        rows.append({"group": pair[0], "reference": pair[1]} | described)
    return pd.DataFrame(rows, columns=["group", "reference", *columns(day)])


def _ratio(part: Columns, first: np.ndarray, level: float) -> tuple[Estimate, Columns, Memory | None]:
    """The ratio of one pair, widened by its weeks' memory where weeks are known; its articles; its memory."""
    if part.strata is not None:
        both = _in_both(part.strata, first)
        part, first = part.of(both), first[both]
        if not len(part):
            note = "no stratum holds both groups"
            return refusal(float("nan"), note, level=level, n_units=0, n_clusters=0), part, None
    estimate = ratio(part.value, first, clusters=part.ways, strata=part.strata, level=level)
    if part.week is None or estimate.refused:
        return estimate, part, None
    # to first order the logarithm of a ratio varies as the values do in units of their side's mean
    scaled = part.value / np.where(first, *side_means(part.value, first, part.strata))
    memory = _memory_of_pair(part, scaled, first)
    return remembering(estimate, memory), part, memory


def trend(
    frame: pd.DataFrame,
    *,
    value: str,
    time: str,
    clusters: str | Sequence[str],
    group: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Slope of a measure over time, by least squares, for all articles or each group.

    Parameters
    ----------
    frame, value, clusters, level : as in `means`.
    time : column of times (slope a year of 365.25 days) or of numbers (slope a unit).
    group : a column; one slope for each of its values.

    Returns
    -------
    DataFrame sorted by group ('all' without one), columns of `means`.

    >>> articles = pd.DataFrame({"year": range(12), "rate": [2.0 * t + (t % 2) for t in range(12)]})
    >>> table = trend(articles, value="rate", time="year", clusters="year")
    >>> round(float(table.estimate[0]), 3), table.group[0]
    (2.021, 'all')
    """
    by = group or "all"
    labelled = frame if group else frame.assign(**{by: "all"})
    kept, dropped = read(labelled, value=value, group=by, clusters=clusters)
    clock = _clock(labelled.loc[labelled[value].notna(), _known(labelled, time)])
    rows = []
    for name in sorted(set(kept.group)):
        mine = kept.group == name
        part = kept.of(mine)
        estimate = _slope(part.value, clock[mine], part.ways, level)
        rows.append({"group": name} | row(estimate, missing=int(dropped.get(name, 0))))
    return pd.DataFrame(rows, columns=["group", *COLUMNS])


def _known(frame: pd.DataFrame, time: str) -> str:
    """The name of a column of times, if it is there and nowhere empty."""
    if time not in frame.columns:
        raise ValueError(f"no column {time!r}; columns: {', '.join(map(str, frame.columns))}")
    if frame[time].isna().any():
        where = frame.index[frame[time].isna()].tolist()[0]
        raise ValueError(f"column {time!r} is empty in row {where!r}; fill it or leave the row out")
    return time


def _slope(y: np.ndarray, t: np.ndarray, clusters: tuple[np.ndarray, ...], level: float) -> Estimate:
    """The slope, refused where too few clusters or moments exist."""
    n_clusters = min(int(codes.max()) + 1 for codes in cluster_codes(clusters))
    if n_clusters < FEWEST or len(np.unique(t)) < FEWEST:
        note = f"{n_clusters} clusters at {len(np.unique(t))} moments; at least {FEWEST} of each are needed"
        return refusal(float("nan"), note, level=level, n_units=len(y), n_clusters=n_clusters)
    design = np.column_stack([t - t.mean(), np.ones(len(t))])
    return cluster_ols(y, design, clusters=clusters, contrasts=np.array([1.0, 0.0]), level=level)[0]


def _clock(time: pd.Series) -> np.ndarray:
    """Times in years since the first, or numbers as they are."""
    if pd.api.types.is_numeric_dtype(time):
        return time.to_numpy(dtype=float)
    return ((time - time.min()).dt.total_seconds() / 86_400 / YEAR).to_numpy()


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """False-discovery adjusted p values; nan stays nan and is not counted.

    q of the i-th smallest of m is the least of m p_j / j over j >= i.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = np.asarray(p, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    raw = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return adjusted


def row(estimate: Estimate, *, missing: int = 0, unmatched: int = 0, total: int = 0) -> dict[str, object]:
    """An `Estimate` as a row of a table, its note telling what was left out.

    >>> estimate = Estimate(0.2, 0.1, 0.3, 0.95, 18.0, 120, 20, "CR2")
    >>> row(estimate, missing=3)["note"]
    '3 articles without a value left out'
    """
    notes = [estimate.note]
    if unmatched:
        notes.append(f"{unmatched} of {total} articles have no comparison in their stratum")
    if missing:
        notes.append(f"{missing} article{'s' if missing > 1 else ''} without a value left out")
    kept = {name: getattr(estimate, name) for name in COLUMNS if name not in ("n_articles", "note")}
    return kept | {"n_articles": estimate.n_units, "note": "; ".join(filter(None, notes))}


def columns(day: str | None) -> list[str]:
    """The columns of a table of estimates; where days were given, the weeks of a block too.

    >>> columns("day")[-1]
    'block_weeks'
    """
    return [*COLUMNS, "block_weeks"] if day else COLUMNS


def block(memory: Memory | None) -> dict[str, float]:
    """How many weeks say as much as one that is independent, as the last column of a row.

    >>> block(None)
    {'block_weeks': nan}
    """
    return {"block_weeks": memory.block_weeks if memory else float("nan")}
