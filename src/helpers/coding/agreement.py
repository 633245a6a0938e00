"""How far coders agree: Krippendorff's alpha, with an interval.

Alpha = 1 - D_o / D_e: the disagreement observed within units over the disagreement expected if values were
paired at random, each coder and unit weighted by the values it gave, so that missing values need no filling.
Formulas and the four-coder table in the tests: Krippendorff (2011), "Computing Krippendorff's
Alpha-Reliability", https://repository.upenn.edu/asc_papers/43 (sections C and D, unequal numbers of coders).
Interval: percentile bootstrap that draws whole units with replacement, as Zapf et al. (2016), "Measuring
inter-rater reliability for nominal data", BMC Medical Research Methodology 16:93, recommend.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEVELS = ("nominal", "ordinal", "interval")
RELIABLE = 0.800  # Krippendorff (2004), Content Analysis
TENTATIVE = 0.667


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
        """``reliable`` (alpha >= .800), ``tentative`` (>= .667) or ``unreliable``, by the point estimate.

        >>> Agreement(0.7, 0.6, 0.8, "nominal", 10, 20).verdict
        'tentative'
        """
        if self.alpha >= RELIABLE:
            return "reliable"
        return "tentative" if self.alpha >= TENTATIVE else "unreliable"


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
    counts, values = _unit_counts(codes, level=level, order=order)
    return float(_alpha(counts[None], values, level)[0])


def agreement(
    codes: pd.DataFrame,
    *,
    rng: np.random.Generator,
    level: str = "nominal",
    order: Sequence | None = None,
    n_draws: int = 1000,
    coverage: float = 0.95,
) -> Agreement:
    """Alpha with a bootstrap interval over units.

    Parameters
    ----------
    codes, level, order : as `krippendorff_alpha`
    rng : numpy Generator
    n_draws : int
        Bootstrap samples. Draws in which only one value is left have no alpha and are counted as 1 when they
        agree, as they do by necessity.
    coverage : float in (0, 1)

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        As `krippendorff_alpha`, or fewer than two units with two values.

    >>> codes = pd.DataFrame({"ann": [1, 2] * 20, "ben": [1, 2] * 20})
    >>> found = agreement(codes, rng=np.random.default_rng(1))
    >>> found.alpha, found.low, found.high, found.n_units, found.verdict
    (1.0, 1.0, 1.0, 40, 'reliable')
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}; give a share between 0 and 1, for example 0.95")
    counts, values = _unit_counts(codes, level=level, order=order)
    n_units = len(counts)
    if n_units < 2:
        raise ValueError("one unit coded twice gives no interval; have at least two units coded by two coders")
    draws = np.concatenate(
        [_resampled(counts, values, level, rng, size) for size in _batches(n_draws, n_units * counts.shape[1])]
    )
    low, high = np.quantile(draws, [(1 - coverage) / 2, (1 + coverage) / 2])
    alpha = float(_alpha(counts[None], values, level)[0])
    return Agreement(alpha, float(low), float(high), level, n_units, int(counts.sum()))


def by_frame(
    codes: pd.DataFrame, *, rng: np.random.Generator, n_draws: int = 1000, coverage: float = 0.95
) -> pd.DataFrame:
    """Agreement on each frame of a multi-label coding.

    Parameters
    ----------
    codes : DataFrame, columns ``article_id``, ``position``, ``frame``, ``coder``, ``value``
        Value 1 where the coder saw the frame, 0 where not, missing for "can't tell".
    rng, n_draws, coverage : as `agreement`

    Returns
    -------
    DataFrame, one row a frame: ``frame``, ``alpha``, ``low``, ``high``, ``n_units``, ``n_values``,
    ``verdict``

    Raises
    ------
    ValueError
        A coder judged one passage twice for one frame.

    >>> rows = [("a", i, "LEGALITY", coder, i % 2) for i in range(10) for coder in ("ann", "ben")]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> by_frame(codes, rng=np.random.default_rng(1))[["frame", "alpha", "verdict"]].values.tolist()
    [['LEGALITY', 1.0, 'reliable']]
    """
    key = ["article_id", "position", "frame", "coder"]
    if codes.duplicated(key).any():
        row = codes.loc[codes.duplicated(key), key].iloc[0].to_dict()
        raise ValueError(f"{row} is coded twice; keep the coder's last judgement")
    rows = []
    for frame, part in codes.groupby("frame", sort=True):
        table = part.pivot(index=["article_id", "position"], columns="coder", values="value")
        found = agreement(table, rng=rng, n_draws=n_draws, coverage=coverage)
        rows.append((frame, found.alpha, found.low, found.high, found.n_units, found.n_values, found.verdict))
    return pd.DataFrame(rows, columns=["frame", "alpha", "low", "high", "n_units", "n_values", "verdict"])


def _unit_counts(codes: pd.DataFrame, *, level: str, order: Sequence | None) -> tuple[np.ndarray, list[Hashable]]:
    """How often each value was given to each unit, shape (units of two values or more, n_values)."""
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
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        raise ValueError("no unit has two values; agreement needs units that two coders judged")
    return counts, values


def _alpha(counts: np.ndarray, values: list[Hashable], level: str) -> np.ndarray:
    """Alpha of each sample from counts of shape (n_samples, n_units, n_values); nan if nothing varies."""
    per_unit = counts.sum(axis=2)
    weighted = counts / (per_unit - 1)[:, :, None]
    coincidence = np.einsum("suc,suk->sck", weighted, counts)
    diagonal = np.arange(counts.shape[2])
    coincidence[:, diagonal, diagonal] -= weighted.sum(axis=1)
    totals = coincidence.sum(axis=2)
    n = totals.sum(axis=1)
    distance = _distance(totals, values, level)
    observed = (coincidence * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2)) / (n - 1)
    out = np.full(len(counts), np.nan)
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


def _resampled(
    counts: np.ndarray, values: list[Hashable], level: str, rng: np.random.Generator, size: int
) -> np.ndarray:
    drawn = _alpha(counts[rng.integers(0, len(counts), size=(size, len(counts)))], values, level)
    return np.where(np.isnan(drawn), 1.0, drawn)


def _batches(n_draws: int, cells: int) -> list[int]:
    """Sizes of batches that keep a batch below some 20 million cells."""
    size = max(1, min(n_draws, 20_000_000 // max(cells, 1)))
    return [size] * (n_draws // size) + ([n_draws % size] if n_draws % size else [])
