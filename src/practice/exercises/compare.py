"""Exercises of 07-compare: a difference that copies made, its interval, and which claims hold."""

from __future__ import annotations

import pandas as pd

from helpers.compare.differences import differences
from helpers.data.corpus import Corpus
from practice.exercises.answers import INTERVAL, NAMES, SHARE, Exercise, Slip
from practice.exercises.tables import GAZETTE, POST, gap, rates, truth

FRAME = "LEGALITY"
CLAIMS = {
    "A": ("LEGALITY", "sundrel-gazette", "brack-strait-post"),
    "B": ("SHIELD", "karvosk-herald", "sundrel-gazette"),
    "C": ("KINSHIP", "tarvenia-ribao", "peltarin-wanbao"),
    "D": ("DANGER", "karvosk-herald", "brack-strait-post"),
}
"""What the exercise claims: the first outlet frames so more often than the second, each story counted once."""
SMALL = 0.02  # a planted difference below this is none


def once(corpus: Corpus) -> float:
    """The difference that was planted where each story counts once."""
    return truth(corpus, "indicator", "indicator_planted", FRAME, GAZETTE, POST, scope="first")


def every_printing(corpus: Corpus) -> float:
    """The difference with every printing counted."""
    return gap(rates(corpus, FRAME), GAZETTE, POST)


def limits(corpus: Corpus) -> tuple[float, float]:
    """Its interval by copy cluster and outlet-week, as the study's table has it."""
    row = corpus.estimates.query(
        f"measure == {FRAME!r} and group == {GAZETTE!r} and reference == {POST!r} and window == 'period' "
        "and voice == 'all' and items == 'all' and estimand == 'these outlets'"
    ).iloc[0]
    return float(row["low"]), float(row["high"])


def limits_by(corpus: Corpus, clusters: str) -> tuple[float, float]:
    """The interval where only one kind of cluster, or none, is minded."""
    given = {"value": "value", "group": "outlet", "pairs": [(GAZETTE, POST)], "clusters": clusters}
    row = differences(rates(corpus, FRAME), **given).iloc[0]
    return float(row["low"]), float(row["high"])


def holding(corpus: Corpus) -> set[str]:
    """The claims that were planted."""
    return {
        letter
        for letter, (measure, *sides) in CLAIMS.items()
        if truth(corpus, "indicator", "indicator_planted", measure, *sides, scope="first") > SMALL
    }


def seeming(corpus: Corpus) -> set[str]:
    """The claims that hold where copies are counted."""
    means = {measure: rates(corpus, measure) for measure, *_ in CLAIMS.values()}
    return {letter for letter, (measure, *sides) in CLAIMS.items() if gap(means[measure], *sides) > SMALL}


def turned(corpus: Corpus) -> set[str]:
    """The claims that hold the other way round."""
    return set(CLAIMS) - seeming(corpus)


def naive(corpus: Corpus) -> tuple[float, float]:
    """The interval as if articles were independent of one another."""
    sides = [rows["value"] for rows in _sides(corpus)]
    middle, error = sides[0].mean() - sides[1].mean(), sum(side.var() / len(side) for side in sides) ** 0.5
    return float(middle - 1.96 * error), float(middle + 1.96 * error)


def _sides(corpus: Corpus) -> list[pd.DataFrame]:
    rows = rates(corpus, FRAME)
    return [rows[rows["outlet"] == outlet] for outlet in (GAZETTE, POST)]


EXERCISES = (
    Exercise(
        SHARE,
        once,
        within=0.03,
        slips=(Slip("Did you count copies? Three printings of one story are not three stories.", every_printing),),
    ),
    Exercise(
        INTERVAL,
        limits,
        within=0.004,
        slips=(
            Slip("You took articles for independent: copies of one story, and articles of one week, are not.", naive),
            Slip(
                "Weeks are minded, copies are not: give both clusters.", lambda corpus: limits_by(corpus, "outlet_week")
            ),
            Slip(
                "Copies are minded, weeks are not: give both clusters.",
                lambda corpus: limits_by(corpus, "copy_cluster"),
            ),
        ),
    ),
    Exercise(
        NAMES,
        holding,
        slips=(
            Slip("One of these is made by copies alone: ask each again with `is_original`.", seeming),
            Slip("Which side is taken from which?", turned),
        ),
    ),
)
