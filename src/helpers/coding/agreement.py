"""How far coders agree: Krippendorff's alpha, with an interval; and by frame, language and pair of coders.

Alpha = 1 - D_o / D_e: the disagreement observed within units over the disagreement expected if values were
paired at random, each coder and unit weighted by the values it gave, so that missing values need no filling.
Formulas and the four-coder table in the tests: Krippendorff (2011), "Computing Krippendorff's
Alpha-Reliability", https://repository.upenn.edu/asc_papers/43 (sections C and D, unequal numbers of coders).
Interval: percentile bootstrap that draws whole units with replacement, as Zapf et al. (2016), "Measuring
inter-rater reliability for nominal data", BMC Medical Research Methodology 16:93, recommend; or whole clusters of
units, since passages of one story are easy or hard together (Field & Welsh 2007, Journal of the Royal Statistical
Society B 69(3)). The coincidences of a sample are the sum of its units', so a draw only weights what was counted once.

A passage can carry several frames, so each frame is a yes/no question of its own (`by_frame`, `by_pair`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEVELS = ("nominal", "ordinal", "interval")
RELIABLE = 0.800  # Krippendorff (2004), Content Analysis
TENTATIVE = 0.667
LIKENESS = 0.1  # of the disagreements within a story where there is none to tell by: assumed


@dataclass(frozen=True)
class Agreement:
    """Alpha with its interval and what it rests on."""

    alpha: float
    low: float
    high: float
    level: str
    n_units: int  # units with at least two values: the only ones that can show agreement
    n_values: int

    @property
    def verdict(self) -> str:
        """What `verdict` says of the lower limit.

        >>> Agreement(0.9, 0.7, 0.95, "nominal", 40, 80).verdict
        'tentative'
        """
        return verdict(self.low)


def verdict(low: float) -> str:
    """What the lower limit of alpha's interval allows to be shown.

    By the point, a frame whose true alpha is just below a line would pass it in every other sample of passages.

    Returns
    -------
    str : ``reliable`` (low >= .800), ``tentative`` (>= .667), ``unreliable``, or ``not known`` where there is none.

    >>> [verdict(low) for low in (0.8, 0.7999, 0.6669, float("nan"))]
    ['reliable', 'tentative', 'unreliable', 'not known']
    """
    if math.isnan(low):
        return "not known"
    if low >= RELIABLE:
        return "reliable"
    return "tentative" if low >= TENTATIVE else "unreliable"


def guarded(number: str, alpha: float, low: float) -> str:
    """A number that rests on coders as it may be shown: whole, marked tentative, or hidden with the reason.

    The lower limit of alpha's interval decides.  Numbers are cut, never rounded up, to three digits.

    >>> guarded("21 %", 0.91, 0.84), guarded("21 %", 0.81, 0.7199)
    ('21 %', '21 % (tentative, α = .81, at least .719)')
    >>> guarded("21 %", 0.72, 0.6669), guarded("21 %", float("nan"), float("nan"))
    ('hidden (α = .72, at least .666 only; .667 is needed)', 'hidden (α not known)')
    """
    said = verdict(low)
    if said == "not known":
        return "hidden (α not known)"
    point, least = (
        f"{math.floor(value * 1000 + 1e-9) / 1000:.3f}".replace("0.", ".", 1).rstrip("0").rstrip(".")
        for value in (alpha, low)
    )
    return {
        "reliable": number,
        "tentative": f"{number} (tentative, α = {point}, at least {least})",
        "unreliable": f"hidden (α = {point}, at least {least} only; .667 is needed)",
    }[said]


def krippendorff_alpha(codes: pd.DataFrame, *, level: str = "nominal", order: Sequence | None = None) -> float:
    """Krippendorff's alpha of a table of codes.

    Parameters
    ----------
    codes : DataFrame, shape (n_units, n_coders)
        One value a cell; missing where a coder gave none. Numbers for ``interval``.
    level : {'nominal', 'ordinal', 'interval'}
        How far apart two values are.
    order : sequence, optional
        The values from lowest to highest, for ``ordinal``; by default they are sorted.

    Returns
    -------
    float
        1 is perfect, 0 what chance gives; nan when every value is the same, for then nothing can disagree.

    Raises
    ------
    ValueError
        An unknown level, no unit with two values, or values that the level or `order` does not fit.

    >>> codes = pd.DataFrame({"ann": [1, 1, 2, 2], "ben": [1, 1, 2, 1]})
    >>> round(krippendorff_alpha(codes), 3)
    0.533
    """
    counts, values, _ = _unit_counts(codes, level=level, order=order)
    return float(_alpha(_coincidences(counts).sum(axis=0, keepdims=True), values, level)[0])


def agreement(
    codes: pd.DataFrame,
    *,
    rng: np.random.Generator,
    level: str = "nominal",
    order: Sequence | None = None,
    clusters: pd.Series | None = None,
    n_draws: int = 1000,
    coverage: float = 0.95,
) -> Agreement:
    """Alpha with a bootstrap interval over units, or over clusters of them.

    Parameters
    ----------
    codes, level, order : as `krippendorff_alpha`
    rng : numpy Generator
    clusters : Series, optional
        A label for each row of `codes`, in its order; units with the same label are drawn together.
    n_draws : int
        Bootstrap samples. Draws in which only one value is left have no alpha and are counted as 1 when they
        agree, as they do by necessity.  Where coders never disagree no sample does: the lower limit is then that of
        the share of units on which they might.
    coverage : float in (0, 1)

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        As `krippendorff_alpha`, or fewer than two units (clusters) with two values.

    >>> codes = pd.DataFrame({"ann": [1, 2] * 20, "ben": [1, 2] * 20})
    >>> agreed = agreement(codes, rng=np.random.default_rng(1))
    >>> agreed.alpha, round(agreed.low, 3), agreed.high, agreed.n_units, agreed.verdict
    (1.0, 0.826, 1.0, 40, 'reliable')
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}; give a share between 0 and 1, for example 0.95")
    counts, values, rows = _unit_counts(codes, level=level, order=order)
    each, size = _coincidences(counts), np.ones(len(counts))
    if clusters is not None:
        labels = pd.factorize(clusters.iloc[rows], sort=True)[0]
        size = np.bincount(labels).astype(float)
        together = np.zeros((labels.max() + 1, *each.shape[1:]))
        np.add.at(together, labels, each)
        each = together
    if len(each) < 2:
        what = "unit" if clusters is None else "cluster"
        raise ValueError(f"one {what} coded twice gives no interval; have at least two coded by two coders")
    low, high = np.quantile(_bootstrapped(each, values, level, rng, n_draws), [(1 - coverage) / 2, (1 + coverage) / 2])
    alpha = float(_alpha(each.sum(axis=0, keepdims=True), values, level)[0])
    if math.isnan(alpha):
        low = high = math.nan
    elif alpha == 1:
        low = _least(each.sum(axis=(0, 2)), size, coverage)
    return Agreement(alpha, float(low), float(high), level, len(counts), int(counts.sum()))


def _least(totals: np.ndarray, size: np.ndarray, coverage: float) -> float:
    """Lower limit of alpha where nobody disagreed: n units without a disagreement do not show that there is none.

    The share of units on which coders disagree is at most 1 - ((1 - coverage) / 2)^(1 / n) (Clopper & Pearson 1934),
    n the units less what their clusters, of these sizes, cost; disagreement by chance is that of values paired at
    random.
    """
    n = size.sum() / (1 + ((size**2).sum() / size.sum() - 1) * LIKENESS)
    by_chance = 1 - (totals * (totals - 1)).sum() / (totals.sum() * (totals.sum() - 1))
    return 1 - (1 - ((1 - coverage) / 2) ** (1 / n)) / by_chance


def _unit_counts(
    codes: pd.DataFrame, *, level: str, order: Sequence | None
) -> tuple[np.ndarray, list[Hashable], np.ndarray]:
    """How often each value was given to each unit, shape (units of two values or more, n_values); and their rows."""
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is not one of {', '.join(LEVELS)}")
    long = codes.reset_index(drop=True).melt(ignore_index=False, value_name="value")["value"].dropna()
    values = list(pd.unique(long)) if order is None else list(order)
    if order is None:
        values.sort()
    elif unknown := sorted(set(long) - set(values)):
        raise ValueError(f"value {unknown[0]!r} is not in the order {values}; add it or correct the code")
    if level == "interval" and not all(isinstance(value, int | float | np.number) for value in values):
        raise ValueError("interval needs numbers; use ordinal with an order, or nominal")
    units = long.index.to_numpy()
    counts = np.zeros((len(codes), len(values)))
    np.add.at(counts, (units, pd.Index(values).get_indexer(long)), 1)
    rows = np.flatnonzero(counts.sum(axis=1) >= 2)
    if not len(rows):
        raise ValueError("no unit has two values; agreement needs units that two coders judged")
    return counts[rows], values, rows


def _coincidences(counts: np.ndarray) -> np.ndarray:
    """Pairs of values within each unit, a unit of m values weighted by 1 / (m - 1): (n_units, n_values, n_values)."""
    weighted = counts / (counts.sum(axis=1) - 1)[:, None]
    pairs = weighted[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= weighted
    return pairs


def _alpha(coincidence: np.ndarray, values: list[Hashable], level: str) -> np.ndarray:
    """Alpha of each sample from coincidences of shape (n_samples, n_values, n_values); nan if nothing varies."""
    totals = coincidence.sum(axis=2)
    n = totals.sum(axis=1)
    distance = _distance(totals, values, level)
    observed = (coincidence * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2)) / (n - 1)
    out = np.full(len(coincidence), np.nan)
    np.divide(observed, expected, out=out, where=expected > 0)
    return 1 - out


def _distance(totals: np.ndarray, values: list[Hashable], level: str) -> np.ndarray:
    """Squared distance between values, shape (n_samples or 1, n_values, n_values)."""
    size = totals.shape[1]
    if level == "nominal":
        return (1 - np.eye(size))[None]
    if level == "interval":
        points = np.asarray(values, dtype=float)
        return ((points[:, None] - points[None, :]) ** 2)[None]
    middle = np.cumsum(totals, axis=1) - totals / 2  # ranks: everything below, and half of the value's own
    return (middle[:, :, None] - middle[:, None, :]) ** 2


def _bootstrapped(
    each: np.ndarray, values: list[Hashable], level: str, rng: np.random.Generator, n_draws: int
) -> np.ndarray:
    """Alpha of samples of whole units or clusters; 1 where only one value was drawn, which agrees by necessity."""
    n, flat = len(each), each.reshape(len(each), -1)
    drawn_alphas = []
    for size in _batches(n_draws, n):
        drawn = rng.integers(0, n, size=(size, n)) + np.arange(size)[:, None] * n
        times = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        drawn_alphas.append(_alpha((times @ flat).reshape(size, *each.shape[1:]), values, level))
    alphas = np.concatenate(drawn_alphas)
    return np.where(np.isnan(alphas), 1.0, alphas)


def _batches(n_draws: int, n: int) -> list[int]:
    """Sizes of batches that keep a batch below some 5 million numbers."""
    size = max(1, min(n_draws, 5_000_000 // n))
    return [size] * (n_draws // size) + ([n_draws % size] if n_draws % size else [])


def by_frame(
    codes: pd.DataFrame,
    *,
    rng: np.random.Generator,
    by: Sequence[str] = (),
    clusters: str | None = None,
    n_draws: int = 1000,
    coverage: float = 0.95,
) -> pd.DataFrame:
    """Agreement on each frame of a multi-label coding: a frame is a yes/no question of its own.

    Parameters
    ----------
    codes : DataFrame, columns ``article_id``, ``position``, ``frame``, ``coder``, ``value``
        Value 1 where the coder saw the frame, 0 where not, missing for "can't tell".
    by : sequence of str
        Further columns, such as ``language``: a row for each of their values.
    clusters : str, optional
        A column by which passages are drawn together, such as the story that their article tells.
    rng, n_draws, coverage : as `agreement`

    Returns
    -------
    DataFrame, one row a frame: ``frame``, the columns `by`, ``alpha``, ``low``, ``high``, ``n_units``, ``n_values``,
    ``share`` (of the values that are 1), ``verdict`` (on ``low``); nan where nothing was judged twice or no value
    differs

    Raises
    ------
    ValueError
        A coder judged one passage twice for one frame.

    >>> rows = [("a", i, "LEGALITY", coder, i % 2) for i in range(40) for coder in ("ann", "ben")]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> by_frame(codes, rng=np.random.default_rng(1))[["frame", "alpha", "share", "verdict"]].values.tolist()
    [['LEGALITY', 1.0, 0.5, 'reliable']]
    """
    key = ["article_id", "position", "frame", "coder"]
    if codes.duplicated(key).any():
        row = codes.loc[codes.duplicated(key), key].iloc[0].to_dict()
        raise ValueError(f"{row} is coded twice; keep the coder's last judgement")
    rows = []
    for group, part in codes.groupby(["frame", *by], sort=True):
        unit = ["article_id", "position", *([clusters] if clusters else [])]
        table = part.pivot(index=unit, columns="coder", values="value")
        twice = table[table.notna().sum(axis=1) >= 2]
        labels = twice.index.get_level_values(clusters).to_series() if clusters else None
        known = _known(twice, labels, rng=rng, n_draws=n_draws, coverage=coverage)
        share = float(np.nanmean(twice)) if len(twice) else np.nan
        size = (known.n_units, known.n_values, share, known.verdict)
        rows.append((*group, known.alpha, known.low, known.high, *size))
    return pd.DataFrame(rows, columns=["frame", *by, "alpha", "low", "high", "n_units", "n_values", "share", "verdict"])


def by_pair(
    codes: pd.DataFrame, *, rng: np.random.Generator, by: Sequence[str] = (), **options: object
) -> pd.DataFrame:
    """Agreement on each frame of every two coders, so that one who reads otherwise than the rest is seen.

    Parameters
    ----------
    codes, rng, by, options : as `by_frame`

    Returns
    -------
    DataFrame as `by_frame`, with the columns ``coder`` and ``other`` first; no rows of pairs who share no passage

    >>> rows = [("a", i, "LEGALITY", coder, i % 2) for i in range(10) for coder in ("ann", "ben", "eve")]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> by_pair(codes, rng=np.random.default_rng(1))[["coder", "other", "alpha"]].values.tolist()
    [['ann', 'ben', 1.0], ['ann', 'eve', 1.0], ['ben', 'eve', 1.0]]
    """
    blocks = [by_frame(codes.iloc[:0], rng=rng, by=by).assign(coder="", other="")]
    for coder, other in itertools.combinations(sorted(codes["coder"].unique()), 2):
        pair = by_frame(codes[codes["coder"].isin([coder, other])], rng=rng, by=by, **options)
        blocks.append(pair[pair["n_units"] > 0].assign(coder=coder, other=other))
    table = pd.concat(blocks[1:] or blocks, ignore_index=True)
    return table[["coder", "other", *(name for name in table if name not in ("coder", "other"))]]


def _known(twice: pd.DataFrame, clusters: pd.Series | None, **options: object) -> Agreement:
    """Agreement, or as much of it as there is."""
    enough = len(twice) if clusters is None else clusters.nunique()
    if enough >= 2:
        return agreement(twice, clusters=clusters, **options)
    alpha = krippendorff_alpha(twice) if len(twice) else np.nan
    return Agreement(alpha, np.nan, np.nan, "nominal", len(twice), int(twice.notna().sum().sum()))


def settled(codes: pd.DataFrame, *, adjudicated: str) -> pd.DataFrame:
    """One value a passage and frame: what was adjudicated, else what every coder says who could tell.

    Parameters
    ----------
    codes : as `by_frame`
    adjudicated : str
        The coder's name under which disagreements are settled.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``frame``, ``value`` (nan: open, nobody has settled it),
    ``n_coders`` who could tell, ``settled``: ``adjudicated``, ``agreed``, ``one coder`` or ``open``

    >>> rows = [("a", 0, "LEGALITY", "ann", 1), ("a", 0, "LEGALITY", "ben", 0), ("a", 1, "LEGALITY", "ann", 1)]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> settled(codes, adjudicated="adjudicated")[["value", "settled"]].values.tolist()
    [[nan, 'open'], [1.0, 'one coder']]
    """
    unit = ["article_id", "position", "frame"]
    last = codes["coder"] == adjudicated
    people = codes[~last].groupby(unit)["value"].agg(["min", "max", "count"])
    judge = codes[last].groupby(unit)["value"].first()
    table = people.join(judge.rename("judge"), how="outer")
    alike = table["value"] = table["min"].where(table["min"] == table["max"])
    table["value"] = table["judge"].fillna(alike)
    table["settled"] = np.select(
        [table["judge"].notna(), alike.notna() & (table["count"] > 1), alike.notna()],
        ["adjudicated", "agreed", "one coder"],
        "open",
    )
    table["n_coders"] = table["count"].fillna(0).astype("int64")
    return table.reset_index()[[*unit, "value", "n_coders", "settled"]]
