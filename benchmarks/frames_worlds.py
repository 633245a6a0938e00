"""Passages of two outlets whose true shares are known, a classifier that errs, and a draw of some for coding.

A passage has the frame with a chance that its outlet, a shock of its outlet-week and its story decide; copies have
their story, their code and their prediction in common.  The classifier's score is the code and noise, put through a
slope and a level of each outlet, so that it may be worth much or nothing, and err in one outlet more than in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, roots_hermite

WIRES = 6  # stories of an agency that a week's copies are of
STORY = 0.8  # standard deviation of what a story adds, log-odds


@dataclass(frozen=True)
class World:
    """What is drawn."""

    weeks: tuple[int, int]
    per_week: float = 20.0  # passages
    coded: float = 0.10  # share of passages
    level: tuple[float, float] = (0.30, 0.20)
    signal: float = 2.0  # distance of the scores of passages with and without the frame, in standard deviations
    offset: tuple[float, float] = (0.0, 0.0)  # of each outlet's scores
    shocks: float = 0.4
    copies: float = 0.0
    uneven: bool = False  # strata of each outlet coded at half and at one and a half times the share

    def truth(self) -> float:
        """Difference of the expected shares; copies, the same in both outlets, differ in nothing."""
        points, weights = roots_hermite(80)
        spread = np.sqrt(2 * (self.shocks**2 + STORY**2))
        means = [weights @ expit(np.log(p / (1 - p)) + spread * points) / np.sqrt(np.pi) for p in self.level]
        return float((1 - self.copies) * (means[0] - means[1]))


def draw(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One corpus: outlet, week, story, every passage's frame, prediction, and code where coded."""
    most = max(world.weeks)
    sizes = [np.maximum(rng.poisson(world.per_week * rng.lognormal(-0.08, 0.4, n)), 1) for n in world.weeks]
    side = np.repeat([0, 1], [part.sum() for part in sizes])
    week = np.concatenate([np.repeat(np.arange(len(part)), part) for part in sizes])
    n = len(side)
    copied = rng.random(n) < world.copies
    story = np.where(copied, week * WIRES + rng.integers(0, WIRES, n), most * WIRES + np.arange(n))
    story = np.unique(story, return_inverse=True)[1].ravel()
    first = np.unique(story, return_index=True)[1]
    level = np.array(world.level)
    # a copied story is no outlet's own: it is told at the mean of the two levels
    base = np.where(copied, np.log(level.mean() / (1 - level.mean())), np.log(level / (1 - level))[side])
    shock = np.where(copied, 0.0, rng.normal(0, world.shocks, (2, most))[side, week])
    odds = base + shock + rng.normal(0, STORY, story.max() + 1)[story]
    frame = (rng.random(story.max() + 1)[story] < expit(odds[first][story])).astype(float)
    noise = rng.normal(0, 1, story.max() + 1)[story]
    score = world.signal * (frame - 0.5) + noise + np.array(world.offset)[side]
    prediction = expit(max(world.signal, 1.0) * score - 1.0)
    stratum = side * 2 + (rng.random(n) < 0.5)
    rate = world.coded * (np.array([0.5, 1.5])[stratum % 2] if world.uneven else 1.0)
    code, chance = np.full(n, np.nan), np.full(n, np.nan)
    for one in range(4) if world.uneven else (0, 1):
        mine = np.flatnonzero(stratum == one if world.uneven else side == one)
        take = round(len(mine) * (rate[mine][0] if world.uneven else world.coded))
        taken = rng.choice(mine, take, replace=False)
        code[taken], chance[taken] = frame[taken], take / len(mine)
    return pd.DataFrame({
        "outlet": np.array(["a", "b"])[side], "outlet_week": side * most + week, "copy_cluster": story,
        "frame": frame, "prediction": prediction, "code": code, "probability": chance,
        "stratum": stratum if world.uneven else side,
    })  # fmt: skip
