"""Weeks that remember: articles of outlets that do not differ, and the intervals of several methods.

An article is a share of its passages.  On the log-odds it is the outlet's level, a shock that its outlet's week has in
common, AR(1) from week to week, and what the story adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.compare.clusters import t_quantile
from helpers.compare.corrected_shares import corrected_differences
from helpers.compare.differences import means, ratios
from helpers.compare.event_study import event_study
from helpers.compare.mean_difference import difference
from helpers.compare.memory import Memory, measure, week_numbers, widened

STORY, PASSAGES, LEVEL, PER_WEEK = 1.0, 8, 0.2, 6.0
START = pd.Timestamp("2024-01-01")
SERIES = 100  # weeks of the outlet whose event is looked at
MONTH = 4
Limits = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class World:
    """What is drawn: kind of question, standard deviation of the shocks, how much of it is new each week."""

    kind: str  # 'own' shocks a side, 'common' to both, 'mean', 'ratio', 'corrected', 'event'
    shocks: float = 0.5
    white: float = 0.0  # share of the shocks' variance that no other week remembers
    tails: bool = False  # shocks with heavy tails


def shocks(world: World, n: int, rho: float, rng: np.random.Generator) -> np.ndarray:
    """AR(1) of one series, of the world's size."""
    step = rng.standard_t(4, n + 30) / np.sqrt(2) if world.tails else rng.standard_normal(n + 30)
    for place in range(1, n + 30):
        step[place] = rho * step[place - 1] + np.sqrt(1 - rho**2) * step[place]
    remembered = np.sqrt(1 - world.white) * step[30:]
    return world.shocks * (remembered + np.sqrt(world.white) * rng.standard_normal(n))


def draw(world: World, n_weeks: int, rho: float, rng: np.random.Generator) -> pd.DataFrame:
    """Articles of two outlets (one for a mean and an event), with day, outlet-week and share."""
    n = SERIES if world.kind == "event" else n_weeks
    parts, common = [], shocks(world, n, rho, rng)
    for outlet in ("a",) if world.kind in ("event", "mean") else ("a", "b"):
        shock = common if world.kind == "common" else shocks(world, n, rho, rng)
        sizes = np.maximum(rng.poisson(PER_WEEK * rng.lognormal(-0.18, 0.6, n)), 1)
        week = np.repeat(np.arange(n), sizes)
        eta = np.log(LEVEL / (1 - LEVEL)) + shock[week] + rng.normal(0, STORY, len(week))
        part = {"outlet": outlet, "week": week, "eta": eta, "share": rng.binomial(PASSAGES, expit(eta)) / PASSAGES}
        parts.append(pd.DataFrame(part))
    frame = pd.concat(parts, ignore_index=True)
    frame["day"] = START + pd.to_timedelta(frame["week"] * 7 + rng.integers(0, 7, len(frame)), unit="D")
    return frame.assign(outlet_week=frame["outlet"] + " " + frame["week"].astype(str), story=np.arange(len(frame)))


def truth(world: World) -> float:
    """The share that the level, shocks and stories make of one article."""
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    spread = np.sqrt(world.shocks**2 + STORY**2)
    return float(weights @ expit(np.log(LEVEL / (1 - LEVEL)) + spread * points) / np.sqrt(2 * np.pi))


def limits(
    world: World, n_weeks: int, rho: float, rng: np.random.Generator, *, peers: bool = False
) -> tuple[float, Limits, float]:
    """The truth, each method's limits, and the measured weeks of a block."""
    frame = draw(world, n_weeks, rho, rng)
    options = {"value": "share", "clusters": "outlet_week"}
    if world.kind == "event":
        middle = START + pd.Timedelta(days=7 * (SERIES // 2))
        asked = {"event_day": middle, "window_days": 7 * n_weeks, **options}
        rows = [event_study(frame, day="day", memory=memory, **asked) for memory in (False, True)]
        return 0.0, *_answers(*rows)
    if world.kind == "mean":
        return truth(world), *_answers(*(means(frame, group="outlet", day=day, **options) for day in (None, "day")))
    if world.kind == "ratio":
        return 1.0, *_answers(*(ratios(frame, group="outlet", day=day, **options) for day in (None, "day")))
    if world.kind == "corrected":
        return 0.0, *_corrected(frame, rng)
    y, first = frame["share"].to_numpy(), (frame["outlet"] == "a").to_numpy()
    plain = difference(y, first, clusters=2 * frame["week"].to_numpy() + first)
    memory = measure(y, (~first).astype(int), week_numbers(frame["day"]))
    ours = widened(plain, memory)
    answers = {"outlet-weeks": (plain.low, plain.high), "ours": (ours.low, ours.high)}
    return 0.0, answers | (_peers(y, first, frame["week"].to_numpy(), memory) if peers else {}), memory.block_weeks


def _answers(plain: pd.DataFrame, ours: pd.DataFrame) -> tuple[Limits, float]:
    """Limits of one row under both."""
    both = {"outlet-weeks": plain, "ours": ours}
    answers = {name: (float(table["low"].iloc[-1]), float(table["high"].iloc[-1])) for name, table in both.items()}
    return answers, float(ours["block_weeks"].iloc[-1])


def _corrected(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[Limits, float]:
    """A passage of each article, predicted by a middling classifier and coded in three of ten."""
    code = rng.binomial(1, expit(frame["eta"]))
    coded = rng.random(len(frame)) < 0.3
    guess = expit(frame["eta"] + rng.normal(0, 1, len(frame)) + 1.5 * (code - 0.3))
    frame = frame.assign(code=np.where(coded, code, np.nan), prediction=guess, probability=0.3)
    tables = [corrected_differences(frame, group="outlet", clusters="outlet_week", day=day) for day in (None, "day")]
    return _answers(*tables)


def _peers(y: np.ndarray, first: np.ndarray, week: np.ndarray, memory: Memory) -> Limits:
    """Other ways to allow for memory, on the same articles."""
    lengths = {
        "months": MONTH,
        "blocks, measured": int(np.ceil(memory.block_weeks)),
        "blocks, twice that": int(np.ceil(2 * memory.block_weeks)),
        "blocks, Andrews": _andrews(y, first, week),
    }
    answers = {}
    for name, length in lengths.items():
        one = difference(y, first, clusters=2 * (week // length) + first)
        answers[name] = (one.low, one.high)
    return answers | {"EWC": _ewc(y, first, week), "pre-whitened": _whitened(y, first, week)}


def _scores(y: np.ndarray, week: np.ndarray) -> np.ndarray:
    """What each week adds to the mean, in units of the mean."""
    return np.bincount(week, y - y.mean()) * (int(week.max()) + 1) / len(y)


def _slope(scores: np.ndarray) -> float:
    return float(np.clip(scores[1:] @ scores[:-1] / max(scores[:-1] @ scores[:-1], 1e-12), 0, 0.97))


def _andrews(y: np.ndarray, first: np.ndarray, week: np.ndarray) -> int:
    """Andrews (1991): length of a Bartlett window from the AR(1) of weekly scores, the longer of both sides."""
    alpha = [
        4 * r**2 / ((1 - r) ** 2 * (1 + r) ** 2) for r in (_slope(_scores(y[s], week[s])) for s in (first, ~first))
    ]
    return max(1, int(np.ceil(1.1447 * (max(alpha) * (int(week.max()) + 1)) ** (1 / 3))))


def _ewc(y: np.ndarray, first: np.ndarray, week: np.ndarray) -> tuple[float, float]:
    """Equal-weighted cosines of each side, as many as Lazarus et al. (2018) advise."""
    return _welch(y, first, *zip(*(_cosines(_scores(y[s], week[s])) for s in (first, ~first)), strict=True))


def _cosines(scores: np.ndarray) -> tuple[float, float]:
    n = len(scores)
    many = max(int(0.41 * n ** (2 / 3)), 1)
    waves = np.cos(np.pi * np.outer(np.arange(1, many + 1), np.arange(n) + 0.5) / n) * np.sqrt(2 / n)
    return float(((waves @ scores) ** 2).mean() / n), float(many)


def _whitened(y: np.ndarray, first: np.ndarray, week: np.ndarray) -> tuple[float, float]:
    """AR(1) by least squares on weekly scores, put in as if known."""
    return _welch(y, first, *zip(*(_one_whitened(_scores(y[s], week[s])) for s in (first, ~first)), strict=True))


def _one_whitened(scores: np.ndarray) -> tuple[float, float]:
    slope, n = _slope(scores), len(scores)
    rest = scores[1:] - slope * scores[:-1]
    return float(rest.var(ddof=1) / (1 - slope) ** 2 / n), float(n - 2)


def _welch(y: np.ndarray, first: np.ndarray, variance: tuple, dof: tuple) -> tuple[float, float]:
    total = sum(variance)
    freedom = total**2 / sum(v**2 / d for v, d in zip(variance, dof, strict=True))
    value = float(y[first].mean() - y[~first].mean())
    reach = float(t_quantile(0.975, freedom)) * np.sqrt(total)
    return value - reach, value + reach
