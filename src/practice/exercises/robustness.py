"""Exercises of 09-robustness: how many agree, how far one could have gone by choosing, and which choice decides."""

from __future__ import annotations

import json

import pandas as pd

from helpers.data.corpus import Corpus
from practice.exercises.answers import INTERVAL, NAMES, SHARE, Exercise, Slip

FRAME = "LEGALITY"


def universes(corpus: Corpus) -> pd.DataFrame:
    """Universes of one comparison that have an estimate, brought to one scale, with a column a choice."""
    rows = corpus.multiverse.query(f"measure == {FRAME!r}").dropna(subset="estimate").reset_index(drop=True)
    ends = ["estimate", "low", "high"]
    rows = rows.assign(**rows[ends].mul(rows["scale"], axis=0))
    return rows[[*ends, "main"]].join(pd.DataFrame(rows["universe"].map(json.loads).tolist()))


def agreeing(corpus: Corpus) -> float:
    """Share with a difference above zero."""
    return float((universes(corpus)["estimate"] > 0).mean())


def clear(corpus: Corpus) -> float:
    """Share whose interval holds no zero."""
    rows = universes(corpus)
    return float(((rows["low"] > 0) | (rows["high"] < 0)).mean())


def reach(corpus: Corpus) -> tuple[float, float]:
    """Smallest and largest difference that a choice could give."""
    estimates = universes(corpus)["estimate"]
    return float(estimates.min()), float(estimates.max())


def unscaled(corpus: Corpus) -> tuple[float, float]:
    """The same with counts and shares mixed up."""
    estimates = corpus.multiverse.query(f"measure == {FRAME!r}")["estimate"]
    return float(estimates.min()), float(estimates.max())


def main_limits(corpus: Corpus) -> tuple[float, float]:
    """The interval of the main analysis."""
    row = universes(corpus).query("main").iloc[0]
    return float(row["low"]), float(row["high"])


def swings(corpus: Corpus) -> pd.Series:
    """How far apart the options of each choice lie, as means over all that is chosen beside them."""
    rows = universes(corpus)
    choices = [name for name in json.loads(corpus.multiverse["universe"].iloc[0]) if rows[name].nunique() > 1]
    return pd.Series({name: rows.groupby(name)["estimate"].mean().agg(lambda means: means.max() - means.min())
                      for name in choices})  # fmt: skip


EXERCISES = (
    Exercise(
        SHARE,
        agreeing,
        within=0.005,
        slips=(Slip("Those are the universes whose interval holds no zero: how many have the sign?", clear),),
    ),
    Exercise(
        INTERVAL,
        reach,
        within=0.002,
        slips=(
            Slip("Some universes count words or articles: multiply by `scale` first.", unscaled),
            Slip("That is the interval of the main analysis: it knows nothing of other choices.", main_limits),
        ),
    ),
    Exercise(
        NAMES,
        lambda corpus: {str(swings(corpus).idxmax())},
        slips=(Slip("That choice moves the answer least.", lambda corpus: {str(swings(corpus).idxmin())}),),
    ),
)
