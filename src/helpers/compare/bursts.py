"""Spells in which an outlet ran more than before and after, found without dates.

In: counts by day with a mask of the days that were collected.  Out: frames of spells, and which events stand near.

Method: days are added up to weeks, so that no weekday counts; 2 √(c + 3/8) makes counts vary alike (Anscombe 1948,
Biometrika 35); change-points minimise squared error plus a penalty a change, by PELT (Killick, Fearnhead & Eckley
2012, Journal of the American Statistical Association 107) as `ruptures` has it (Truong, Oudre & Vayatis 2020, Signal
Processing 167).  The penalty is drawn, not chosen: so large that of series without change, of the same weeks, of such a
mean, overdispersion and memory from week to week, one in twenty has a change-point.  What is such a series is found by
drawing (Beaumont, Zhang & Balding 2002, Genetics 162).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.compare.days import as_day, daily

BIN_DAYS = 7
FEWEST_BINS = 8  # of a stretch without gap, below which nothing is searched
DRAWS = 999
TRIMMED = 0.1  # of the bins, the highest, that do not count for what is usual
LEAST = 0.1  # variance on the root scale, below which a series says too little about how it varies
CANDIDATES = 10  # series drawn for each that is kept, to find what an unchanged one is like
MOST_SHOCK, MOST_MEMORY = 1.0, 0.85  # of a bin's log-rate: largest standard deviation, largest AR(1) coefficient
MEANS = (-0.3, 0.9)  # logarithm of the mean of all bins over that of the lower nine tenths
LAGS = (1, 3)  # bins between two that are compared, to see how long they remember
NEAR_DAYS = 7  # between a burst and an event that is said to go with it
COLUMNS = ["kind", "first_day", "last_day", "n_bins", "items", "level", "around", "note"]


def bursts(
    days: Sequence,
    counts: np.ndarray,
    observed: np.ndarray,
    *,
    false_rate: float = 0.05,
    bin_days: int = BIN_DAYS,
    draws: int = DRAWS,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Spells of steady volume, from one change-point to the next; no spell reaches over a gap.

    Parameters
    ----------
    days, counts : outlet-local days, each once, and items on each, shape (n_days,)
    observed : bool, shape (n_days,); False = collection did not work.  A week with such a day is left out, and weeks
        on either side of one are searched apart.
    false_rate : share of series without change in which a change-point may be found.
    bin_days : days added up; 7 from a Monday on.
    draws : series without change that set the penalty.
    rng : for the draws; a fixed seed by default.

    Returns
    -------
    DataFrame sorted by first_day: kind ('burst': above the spells on both sides; 'lull': below both; 'between';
    'high edge', 'low edge': above or below the one spell beside it, where collection begins or ends, so that nothing
    shows how long it lasts; 'steady': the whole stretch; 'not searched': a stretch too short), first_day, last_day,
    n_bins, items, level (items a day), around (the same of the spells beside it), note.

    Raises
    ------
    ValueError
        Lengths differ, a day comes twice, an observed count is negative, or `false_rate` is not between 0 and 1.

    >>> days = pd.date_range("2024-01-01", periods=280)
    >>> counts = 1 + (np.arange(280) % 7 == 0) + 5 * ((np.arange(280) >= 140) & (np.arange(280) < 161))
    >>> spells = bursts(days, counts, np.ones(280, bool))
    >>> [(row.kind, f"{row.first_day:%d %b}", row.n_bins, round(row.level, 1)) for row in spells.itertuples()]
    [('low edge', '01 Jan', 20, 1.1), ('burst', '20 May', 3, 6.1), ('low edge', '10 Jun', 17, 1.1)]
    """
    if not 0 < false_rate < 1:
        raise ValueError(f"false_rate {false_rate} is not between 0 and 1")
    stretches = _stretches(days, counts, observed, bin_days)
    searched = [weeks for weeks in stretches if len(weeks) >= FEWEST_BINS]
    rng = np.random.default_rng(0) if rng is None else rng
    penalty = _penalty([weeks["count"].to_numpy(float) for weeks in searched], false_rate, draws, rng)
    rows = []
    for weeks in stretches:
        if len(weeks) < FEWEST_BINS:
            note = f"{len(weeks)} whole bins without a gap; {FEWEST_BINS} are needed"
            rows.append(_spell(weeks, "not searched", [], bin_days, note=note))
        else:
            rows += _described(weeks, _cuts(_root(weeks["count"].to_numpy(float)), penalty), bin_days)
    return pd.DataFrame(rows, columns=COLUMNS)


def _stretches(days: Sequence, counts: np.ndarray, observed: np.ndarray, bin_days: int) -> list[pd.DataFrame]:
    """Whole bins of collected days (first, count), in runs without a gap."""
    table = daily(days, counts, observed)
    monday = pd.Timestamp("1970-01-05")
    table = table[table["observed"]].assign(bin=lambda t: (t["day"] - monday).dt.days // bin_days)
    bins = table.groupby("bin")["count"].agg(["sum", "size"])
    whole = bins.loc[bins["size"] == bin_days, "sum"].rename("count").reset_index()
    whole["first"] = monday + pd.to_timedelta(whole["bin"] * bin_days, unit="D")
    return [part.reset_index(drop=True) for _, part in whole.groupby((whole["bin"].diff() != 1).cumsum())]


def _root(counts: np.ndarray) -> np.ndarray:
    """Counts on the scale on which they vary alike."""
    return 2 * np.sqrt(counts + 3 / 8)


def _cuts(signal: np.ndarray, penalty: float) -> list[int]:
    """Where spells end (the last is the length); with the linear kernel the cost is the squared error."""
    if signal.min() == signal.max():
        return [len(signal)]
    import ruptures  # slow to import, and needed by nobody else

    return ruptures.KernelCPD(kernel="linear", min_size=1, jump=1).fit(signal).predict(pen=penalty)


def _described(weeks: pd.DataFrame, cuts: list[int], bin_days: int) -> list[dict[str, object]]:
    """The spells of one stretch, each beside its neighbours."""
    parts = [weeks.iloc[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
    rows = []
    for place, part in enumerate(parts):
        beside = [parts[k] for k in (place - 1, place + 1) if 0 <= k < len(parts)]
        own, others = part["count"].mean(), [one["count"].mean() for one in beside]
        kind = "steady" if not beside else "between"
        if beside and own > max(others):
            kind = "burst" if len(beside) > 1 else "high edge"
        elif beside and own < min(others):
            kind = "lull" if len(beside) > 1 else "low edge"
        rows.append(_spell(part, kind, beside, bin_days))
    return rows


def _spell(
    part: pd.DataFrame, kind: str, beside: list[pd.DataFrame], bin_days: int, *, note: str = ""
) -> dict[str, object]:
    """One row of `spells`."""
    around = pd.concat(beside)["count"].mean() / bin_days if beside else float("nan")
    last = part["first"].iloc[-1] + pd.Timedelta(days=bin_days - 1)
    size = {"n_bins": len(part), "items": int(part["count"].sum()), "level": part["count"].mean() / bin_days}
    return {"kind": kind, "first_day": part["first"].iloc[0], "last_day": last, "around": around,
            "note": note, **size}  # fmt: skip


def _penalty(stretches: list[np.ndarray], false_rate: float, draws: int, rng: np.random.Generator) -> float:
    """The penalty that `false_rate` of series without change would pay for a change.

    Each drawn series is judged in units of its own variance, as the real one is: a variance estimated too small
    then misleads the draws as often as it misleads here.
    """
    if not stretches:
        return float("nan")
    stretch = np.repeat(range(len(stretches)), [len(one) for one in stretches])
    real = np.concatenate(stretches)[None, :]
    drawn = _alike(real, stretch, draws, rng)
    needed = np.max([_dearest(_root(drawn[:, stretch == place])) for place in range(len(stretches))], axis=0)
    variance, own = _spread(drawn, stretch)[1], _spread(real, stretch)[1]
    return float(np.quantile(needed / variance, 1 - false_rate) * own[0])


def _alike(real: np.ndarray, stretch: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Series without change that look like the real one: those of many, of every memory, that come nearest to it.

    How much weeks vary and remember cannot be told from one year of small counts, so neither is put in as one number:
    series are drawn for all that they may be, and each is kept or not for itself (approximate Bayesian computation).
    """
    n, many = real.shape[1], CANDIDATES * draws
    least = max(float(_spread(real, stretch)[0][0]), float(real.mean()) / 2)
    mean = least * np.exp(rng.uniform(*MEANS, many))
    size, rho = rng.uniform(0, MOST_SHOCK, many), rng.uniform(0, MOST_MEMORY, many)
    noise = rng.standard_normal((n, many))
    for place in range(1, n):
        noise[place] = rho * noise[place - 1] + np.sqrt(1 - rho**2) * noise[place]
    counts = rng.poisson(mean * np.exp(size * noise - size**2 / 2)).T.astype(float)
    theirs, ours = _looks(counts, stretch), _looks(real, stretch)
    away = (((theirs - ours) / theirs.std(axis=0).clip(1e-9)) ** 2).sum(axis=1)
    return counts[np.argsort(away, kind="stable")[:draws]]


def _kept(counts: np.ndarray) -> np.ndarray:
    """All but the highest tenth of the bins of each series (row): a burst is in the tenth."""
    n_out = int(np.ceil(TRIMMED * counts.shape[1]))
    kept = np.ones(counts.shape, dtype=bool)
    np.put_along_axis(kept, np.argsort(-counts, axis=1, kind="stable")[:, :n_out], False, axis=1)
    return kept


def _steps(signal: np.ndarray, kept: np.ndarray, stretch: np.ndarray, lag: int) -> np.ndarray:
    """Half the mean squared step over `lag` bins: the variance, were bins independent."""
    steps = kept[:, lag:] & kept[:, :-lag] & (stretch[lag:] == stretch[:-lag])
    moved = (signal[:, lag:] - signal[:, :-lag]) ** 2
    return (steps * moved).sum(axis=1) / (2 * np.maximum(steps.sum(axis=1), 1))


def _spread(counts: np.ndarray, stretch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean, and variance on the root scale from steps between neighbours, which a slow change hardly moves."""
    kept = _kept(counts)
    variance = _steps(_root(counts), kept, stretch, 1)
    return (kept * counts).sum(axis=1) / kept.sum(axis=1), np.maximum(variance, LEAST)


def _looks(counts: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """By what series are held against each other: level, variance, its share in steps over a few bins, (n_series, 4).

    A share tells memory whatever the variance; with the steps themselves a planted burst was found in .48 of 25 years,
    with shares in .68.
    """
    kept, signal = _kept(counts), _root(counts)
    level = (kept * signal).sum(axis=1) / kept.sum(axis=1)
    variance = LEAST + (kept * (signal - level[:, None]) ** 2).sum(axis=1) / kept.sum(axis=1)
    steps = [np.log((LEAST + _steps(signal, kept, stretch, lag)) / variance) for lag in LAGS]
    return np.column_stack([level, np.log(variance), *steps])


def _dearest(drawn: np.ndarray) -> np.ndarray:
    """For each series (row) the largest penalty at which one change, or a spell between two, would still pay."""
    n = drawn.shape[1]
    sums = np.concatenate([np.zeros((len(drawn), 1)), np.cumsum(drawn, axis=1)], axis=1)
    total = sums[:, -1:]
    at = np.arange(1, n)
    flat = total[:, 0] ** 2 / n
    best = (sums[:, 1:n] ** 2 / at + (total - sums[:, 1:n]) ** 2 / (n - at)).max(axis=1) - flat
    for length in range(1, n - 1):  # a spell from start to start + length, with something on either side
        start = np.arange(1, n - length)
        left, upto = sums[:, 1 : n - length], sums[:, 1 + length : n]
        two = left**2 / start + (upto - left) ** 2 / length + (total - upto) ** 2 / (n - start - length)
        best = np.maximum(best, (two.max(axis=1) - flat) / 2)
    return best


def near_events(
    bursts: pd.DataFrame, event_days: Mapping[str, object], *, near_days: int = NEAR_DAYS
) -> list[list[str]]:
    """For each burst the events that fall in it, or at most `near_days` before it begins or after it ends.

    >>> table = pd.DataFrame({"first_day": pd.to_datetime(["2024-06-24"]), "last_day": pd.to_datetime(["2024-07-07"])})
    >>> near_events(table, {"treaty": "2024-06-19", "veto": "2024-03-28"})
    [['treaty']]
    """
    reach = pd.Timedelta(days=near_days)
    known = sorted((as_day(day), name) for name, day in event_days.items())
    return [
        [name for day, name in known if first - reach <= day <= last + reach]
        for first, last in bursts[["first_day", "last_day"]].itertuples(index=False)
    ]


def share_near(
    stretches: pd.DataFrame, event_days: Mapping[str, object], *, near_days: int = NEAR_DAYS, bin_days: int = BIN_DAYS
) -> float:
    """Share of all searched bins that stand as near to an event: what a match is worth.

    `stretches` are rows of `spells`, all kinds; those not searched do not count.

    >>> table = pd.DataFrame({"kind": ["steady"], "first_day": pd.to_datetime(["2024-01-01"]), "n_bins": [10]})
    >>> share_near(table, {"treaty": "2024-01-17"})
    0.3
    """
    searched = stretches[stretches["kind"] != "not searched"]
    starts = [
        first + pd.Timedelta(days=place * bin_days)
        for first, n in searched[["first_day", "n_bins"]].itertuples(index=False)
        for place in range(n)
    ]
    if not starts:
        return float("nan")
    starts = pd.DatetimeIndex(starts)
    bins = pd.DataFrame({"first_day": starts, "last_day": starts + pd.Timedelta(days=bin_days - 1)})
    return float(np.mean([bool(near) for near in near_events(bins, event_days, near_days=near_days)]))
