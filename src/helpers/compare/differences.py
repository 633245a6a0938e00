"""How much of a measure each group has, how groups differ, and how it moves over time.

In: a frame with one row an article: a value, a group, one or two columns of cluster labels.  Out: a frame
with one row an estimate, always with interval, numbers of articles and clusters, method and note.

Method: see `mean_difference`; Benjamini & Hochberg (1995, Journal of the Royal Statistical Society B 57(1)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import Estimate, cluster_codes, cluster_ols, refusal
from helpers.compare.mean_difference import FEWEST, difference, mean, plain_difference, ratio
from helpers.compare.measurement_error import widened
from helpers.compare.memory import Memory, of_columns
from helpers.compare.memory import widened as remembering
from helpers.compare.outlet_permutation import outlet_permutation, plain_outlet_difference
from helpers.compare.support import NO_OVERLAP, WINDOWS, in_common, support

YEAR = 365.25  # days
COLUMNS = ["estimate", "low", "high", "level", "n_articles", "n_clusters", "dof", "method", "note", "p"]
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
    level : of the intervals.

    Returns
    -------
    DataFrame sorted by `group`: group, estimate, low, high, level, n_articles, n_clusters (the smaller
    count of two ways), dof, method, note, p (nan: no mean is tested against zero).

    Raises
    ------
    ValueError
        A column is missing, no row has a value, or a label is missing.

    >>> articles = pd.DataFrame({"outlet": list("aaaabbbb"), "share": [0, 1, 0, 1, 1, 1, 0, 1]})
    >>> table = means(articles.assign(week=range(8)), value="share", group="outlet", clusters="week")
    >>> table[["group", "estimate", "n_articles"]].values.tolist()
    [['a', 0.5, 4], ['b', 0.75, 4]]
    """
    kept, ways, dropped = _rows(frame, value, [group], clusters, fits=fits, day=day)
    rows = []
    for name in sorted(kept[group].unique()):
        part = kept[kept[group] == name]
        estimate = mean(part[value].to_numpy(), clusters=part[ways], level=level)
        memory = of_columns(part, value=value, side=np.zeros(len(part), int), day=day, ways=ways) if day else None
        estimate = remembering(estimate, memory)
        estimate = widened(estimate, part[list(fits)].mean().to_numpy()) if fits else estimate
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
    within: Sequence[str] | None = None,
    fits: Sequence[str] = (),
    window: str = "period",
    day: str | None = None,
    collected: Mapping[str, pd.Series] | None = None,
    memory: bool = False,
    estimand: str = THESE,
    unit: str | None = None,
    level: float = 0.95,
    method: str = "auto",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Mean of one group minus the mean of another, for pairs of groups.

    Parameters
    ----------
    frame, value, group, clusters, fits, level : as in `means`.
    pairs : (group, reference) names; all pairs in sorted order by default.
    within : columns of strata, such as topic and month: articles are compared only with those of the other group in
        the same stratum (a constant for each, by least squares).  Articles whose stratum lacks the other group have no
        comparison and are left out; the note says how many.
    window : 'period', all articles; or 'common', those of the time that both sides share (`support.in_common`).
    day : column of days, for the common window and for the memory of weeks.
    collected : for the common window: the days on which each group was collected.
    memory : whether intervals are widened for weeks that remember (`memory`), as in `means` wherever `day` is given.
    estimand : 'these outlets', whose articles vary by cluster; or 'kind of outlet', of which these are some: each
        outlet counts once and whole outlets are permuted (`outlet_permutation`), whatever the clusters.
    unit : for a kind of outlet: the column of outlets, where `group` is their kind.
    method, rng : as in `mean_difference.difference`.

    Returns
    -------
    DataFrame, one row a pair: group, reference, the columns of `means`, support (n_group, n_reference, clusters_group,
    clusters_reference: articles and clusters a side), and q: p adjusted by Benjamini & Hochberg over the pairs that
    have one.  Method 'no overlap' where the sides share no time.

    Raises
    ------
    ValueError
        A column is missing, a pair names an unknown group, a label is missing, or what was asked does not fit together.

    >>> articles = pd.DataFrame({"outlet": list("ab") * 12, "rate": [1.0, 2, 3, 4] * 6})
    >>> table = differences(articles.assign(week=range(24)), value="rate", group="outlet", clusters="week")
    >>> table[["group", "reference", "estimate", "n_clusters"]].round(6).values.tolist()
    [['a', 'b', -1.0, 24]]
    """
    within = list(within or [])
    _check_asked(window, day, estimand, unit, within, memory)
    more = [unit] if unit else []
    kept, ways, dropped = _rows(frame, value, [group, *within, *more], clusters, of=group, fits=fits, day=day)
    known, rows = sorted(kept[group].unique()), []
    for one, two in combinations(known, 2) if pairs is None else pairs:
        _check_pair(one, two, known)
        part = kept[kept[group].isin([one, two])]
        if window == "common":
            part = in_common(part, group=group, pair=(one, two), day=str(day), collected=collected)
        first, measured = part[group] == one, None
        if estimand == KIND:
            estimate, used = _kinds(part, [value, *fits], first, str(unit), level, rng), part
        else:
            options = {"level": level, "method": method, "rng": rng}
            estimate, used, measured = _pair(
                part, [value, *fits], first, ways, within, day if memory else None, options
            )
        missing = int(dropped.get(one, 0) + dropped.get(two, 0))
        described = row(estimate, missing=missing, unmatched=len(part) - len(used), total=len(part))
        beside = support(used, group=group, pair=(one, two), clusters=ways)
        rows.append({"group": one, "reference": two} | described | beside | block(measured))
    table = pd.DataFrame(rows, columns=["group", "reference", *columns(day if memory else None), *SUPPORT])
    return table.assign(q=benjamini_hochberg(table["p"].to_numpy()))


def _check_asked(
    window: str, day: str | None, estimand: str, unit: str | None, within: list[str], memory: bool
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
    if estimand == KIND and (unit is None or within):
        raise ValueError("a kind of outlet needs `unit`, the column of outlets, and has no strata")


def _check_pair(one: str, two: str, known: list[str]) -> None:
    """Raise where a pair names a group that has no article, or one group twice."""
    for name in (one, two):
        if name not in known:
            raise ValueError(f"group {name!r} has no article with a value; groups: {', '.join(map(str, known))}")
    if one == two:
        raise ValueError(f"group {one!r} is compared with itself; give two groups")


def _apart(first: pd.Series, level: float) -> Estimate | None:
    """A refusal where only one side, or none, has an article left."""
    if first.any() and not first.all():
        return None
    side = "either side" if first.empty else "the second side" if first.all() else "the first side"
    note = f"no article of {side} in the time that both share"
    counted = {"level": level, "n_units": len(first), "n_clusters": 0}
    return refusal(float("nan"), note, **counted, method=NO_OVERLAP)


def _kinds(
    part: pd.DataFrame, values: list[str], first: pd.Series, unit: str, level: float, rng: np.random.Generator | None
) -> Estimate:
    """The difference of two kinds of outlet, widened by other fits."""
    if (refused := _apart(first, level)) is not None:
        return refused
    side, outlets = first.to_numpy(), part[unit].to_numpy()
    estimate = outlet_permutation(part[values[0]].to_numpy(), side, outlets, level=level, rng=rng)
    if len(values) == 1:
        return estimate
    return widened(estimate, [plain_outlet_difference(part[name].to_numpy(), side, outlets) for name in values[1:]])


def _pair(
    part: pd.DataFrame,
    values: list[str],
    first: pd.Series,
    ways: list[str],
    within: list[str],
    day: str | None,
    options: dict,
) -> tuple[Estimate, pd.DataFrame, Memory | None]:
    """The difference of one pair by the first of the values, widened by the others; its articles; its memory."""
    if (refused := _apart(first, options["level"])) is not None:
        return refused, part, None
    strata = None
    if within:
        strata = part.groupby(within, sort=True, observed=True).ngroup()
        both = first.groupby(strata).transform("nunique") == 2
        part, first, strata = part[both], first[both], strata[both].to_numpy()
        if part.empty:
            note = "no stratum holds both groups"
            return refusal(float("nan"), note, level=options["level"], n_units=0, n_clusters=0), part, None
    estimate = difference(part[values[0]], first, clusters=part[ways], strata=strata, **options)
    side = first.to_numpy()
    memory = _memory_of_pair(part, values[0], side, strata, day, ways) if day else None
    estimate = remembering(estimate, memory)
    if len(values) > 1:
        estimate = widened(estimate, [plain_difference(part[name].to_numpy(), side, strata) for name in values[1:]])
    return estimate, part, memory


def _memory_of_pair(
    part: pd.DataFrame, value: str, first: np.ndarray, strata: np.ndarray | None, day: str, ways: list[str]
) -> Memory | None:
    """The memory of two sides' weeks, each side a series; what strata differ by is taken off first."""
    if strata is not None:
        part = part.assign(**{value: part[value] - part[value].groupby(strata).transform("mean")})
    return of_columns(part, value=value, side=(~first).astype(int), day=day, ways=ways)


def ratios(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    clusters: str | Sequence[str],
    pairs: Sequence[tuple[str, str]] | None = None,
    day: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of one group over the mean of another, for pairs of groups: how many times as much.

    Parameters
    ----------
    frame, value, group, clusters, pairs, day, level : as in `differences`.

    Returns
    -------
    DataFrame, one row a pair: group, reference, the columns of `means`; p is against a ratio of 1.

    >>> articles = pd.DataFrame({"outlet": list("ab") * 12, "rate": [1.0, 2, 3, 4] * 6})
    >>> table = ratios(articles.assign(week=range(24)), value="rate", group="outlet", clusters="week")
    >>> table[["group", "reference", "estimate"]].round(3).values.tolist()
    [['a', 'b', 0.667]]
    """
    kept, ways, dropped = _rows(frame, value, [group], clusters, day=day)
    rows = []
    for one, two in combinations(sorted(kept[group].unique()), 2) if pairs is None else pairs:
        part = kept[kept[group].isin([one, two])]
        first = (part[group] == one).to_numpy()
        estimate = ratio(part[value].to_numpy(), first, clusters=part[ways], level=level)
        # to first order the logarithm of a ratio varies as the values do in units of their side's mean
        scaled = part.assign(**{value: part[value] / part[value].groupby(first).transform("mean")}) if day else part
        memory = None if day is None or estimate.refused else _memory_of_pair(scaled, value, first, None, day, ways)
        missing = int(dropped.get(one, 0) + dropped.get(two, 0))
        described = row(remembering(estimate, memory), missing=missing) | block(memory)
        rows.append({"group": one, "reference": two} | described)
    return pd.DataFrame(rows, columns=["group", "reference", *columns(day)])


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
    kept, ways, dropped = _rows(frame, value, [time, *([group] if group else [])], clusters, of=group)
    labels = kept[group] if group else pd.Series("all", index=kept.index)
    rows = []
    for name in sorted(labels.unique()):
        part = kept[labels == name]
        estimate = _slope(part[value].to_numpy(dtype=float), _clock(part[time]), part[ways], level)
        missing = int(dropped.get(name, 0)) if group else int(sum(dropped.values()))
        rows.append({"group": name} | row(estimate, missing=missing))
    return pd.DataFrame(rows, columns=["group", *COLUMNS])


def _slope(y: np.ndarray, t: np.ndarray, clusters: pd.DataFrame, level: float) -> Estimate:
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


def _rows(
    frame: pd.DataFrame,
    value: str,
    needed: list[str],
    clusters: str | Sequence[str],
    of: str | None = None,
    fits: Sequence[str] = (),
    day: str | None = None,
) -> tuple[pd.DataFrame, list[str], dict]:
    """Rows that have a value, without columns that nobody asked for; the cluster columns; and rows lost by group."""
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    days = [day] if day else []
    for name in [value, *needed, *ways, *fits, *days]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    of = of or needed[0]
    for name in needed:
        if frame[name].isna().any():
            where = frame.index[frame[name].isna()][0]
            raise ValueError(f"column {name!r} is empty in row {where!r}; fill it or leave the row out")
    has = frame[value].notna()
    if not has.any():
        raise ValueError(f"no row has a value in {value!r}; nothing to compare")
    names = list(dict.fromkeys([value, *needed, *ways, *fits, *days, *([of] if of in frame else [])]))
    return frame.loc[has, names], ways, frame.loc[~has, of].value_counts().to_dict()
