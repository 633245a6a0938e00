"""Exercises of 01-collect: what a gap is, and what it hides."""

from __future__ import annotations

from helpers.data.corpus import Corpus
from helpers.pipeline.volume import FAILURES
from practice.exercises.answers import COUNT, NAMES, Exercise, Slip
from practice.exercises.tables import outlet_names


def failed_month(corpus: Corpus) -> set[str]:
    """The outlet whose server failed, and the month."""
    failed = corpus.table("truth_articles").query("not reachable")
    return outlet_names(corpus, failed["outlet"]) | set(failed["published"].dt.strftime("%Y-%m"))


def thinnest_month(corpus: Corpus) -> set[str]:
    """The outlet and month with fewest items that were collected, of those with any."""
    kept = corpus.collect_ledger.query("outcome == 'kept'")
    outlet, month = kept.groupby(["outlet", "month"]).size().idxmin()
    return outlet_names(corpus, [outlet]) | {month}


def failures(corpus: Corpus) -> set[str]:
    """Reasons among the losses that are the server's or the network's, whatever the page."""
    return set(corpus.collect_ledger["outcome"]) & set(FAILURES)


def losses(corpus: Corpus) -> set[str]:
    """All reasons."""
    return set(corpus.collect_ledger["outcome"]) - {"kept"}


def unreachable(corpus: Corpus) -> int:
    """Articles that the failed month held."""
    return int((~corpus.table("truth_articles")["reachable"]).sum())


def typical_year(corpus: Corpus) -> float:
    """What the same outlet ran in all its other months together."""
    articles = corpus.table("truth_articles")
    outlet = articles.loc[~articles["reachable"], "outlet"].iloc[0]
    return float((articles["outlet"] == outlet).sum() - unreachable(corpus))


EXERCISES = (
    Exercise(
        NAMES,
        failed_month,
        slips=(Slip("Few items are not a failure: look for reasons of loss, not for small numbers.", thinnest_month),),
    ),
    Exercise(
        NAMES,
        failures,
        slips=(
            Slip(
                "A page behind a paywall, or one that robots.txt forbids, is lost while collection works.",
                losses,
            ),
        ),
    ),
    Exercise(
        COUNT,
        unreachable,
        within=3,
        slips=(
            Slip("A month in which nobody could look is no month without articles.", lambda corpus: 0),
            Slip("That is the year: how many are they a month?", typical_year),
        ),
    ),
)
