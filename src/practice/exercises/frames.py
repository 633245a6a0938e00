"""Exercises of 05-frames: a rate, the share behind it, and whose voice it is."""

from __future__ import annotations

from helpers.data.corpus import Corpus
from practice import world
from practice.exercises.answers import RATIO, SHARE, Exercise, Slip
from practice.exercises.tables import HERALD, rates, truth

FRAME = "KINSHIP"


def rate(corpus: Corpus) -> float:
    """Mean over the Herald's articles of the share of passages in which the frame's indicators fire."""
    return truth(corpus, "indicator", "indicator_articles", FRAME, HERALD)


def pooled(corpus: Corpus) -> float:
    """The same over all its passages together."""
    return truth(corpus, "indicator", "indicator_realised", FRAME, HERALD)


def own_voice(corpus: Corpus) -> float:
    """The same rate in the outlet's own voice."""
    return truth(corpus, "indicator", "indicator_articles", FRAME, HERALD, voice="outlet")


def share(corpus: Corpus) -> float:
    """Share of the Herald's passages that carry the frame, seen by an indicator or not."""
    return truth(corpus, "indicator", "realised_articles", FRAME, HERALD)


def measured(corpus: Corpus) -> float:
    """The rate as the study's table has it."""
    rows = rates(corpus, FRAME)
    return float(rows.loc[rows["outlet"] == HERALD, "value"].mean())


def error(corpus: Corpus, quantity: str) -> float:
    """Precision or recall of the frame's English indicators."""
    checks = corpus.measure_checks.query(f"measure == {FRAME!r} and language == 'en' and quantity == {quantity!r}")
    return float(checks["value"].iloc[0])


def only_false(corpus: Corpus) -> float:
    """The rate less its false alarms, what was missed left out."""
    return measured(corpus) * error(corpus, "precision")


def upside_down(corpus: Corpus) -> float:
    """Precision and recall in each other's place."""
    return measured(corpus) * error(corpus, "recall") / error(corpus, "precision")


def factor(corpus: Corpus) -> float:
    """How many times as often the frame was planted in quotations as in the outlet's own words."""
    return world.QUOTE_FACTOR[world.FRAMES.index(FRAME)]


def upside_down_factor(corpus: Corpus) -> float:
    """The outlet's own over the quoted."""
    return 1 / factor(corpus)


def points_apart(corpus: Corpus) -> float:
    """A difference where a ratio is asked."""
    own, quoted = (rates(corpus, FRAME, voice=voice)["value"].mean() for voice in ("outlet", "quoted"))
    return float(quoted - own)


EXERCISES = (
    Exercise(
        SHARE,
        rate,
        within=0.006,
        slips=(
            Slip("That is the share of all its passages: take it article by article, then the mean.", pooled),
            Slip("That is the outlet's own voice: the rate in `all` voices is asked.", own_voice),
        ),
    ),
    Exercise(
        SHARE,
        share,
        within=0.03,
        slips=(
            Slip("That is the rate itself: some passages are missed, some fire by mistake.", measured),
            Slip("You took away false alarms and did not give back what was missed.", only_false),
            Slip("Precision multiplies, recall divides.", upside_down),
        ),
    ),
    Exercise(
        RATIO,
        factor,
        within=0.25,
        slips=(
            Slip("That is the outlets' own over the quoted.", upside_down_factor),
            Slip("That is a difference: how many times as often?", points_apart),
        ),
    ),
)
