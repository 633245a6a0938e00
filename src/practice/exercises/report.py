"""Exercises of 10-report: what reached the analysis, what chance alone would give, and what may be claimed."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.exercises.answers import COUNT, NAMES, SHARE, Exercise, Slip

LEAD = "common window, one rule"
LEVEL = 0.05


def reached(corpus: Corpus) -> float:
    """Share of listed items that are analysed in the end."""
    items = corpus.collect_ledger[~corpus.collect_ledger["outcome"].str.startswith("list_failed")]
    return float(corpus.articles["analysed"].sum() / len(items))


def of_articles(corpus: Corpus) -> float:
    """The share of articles that are."""
    return float(corpus.articles["analysed"].mean())


def asked(corpus: Corpus) -> pd.DataFrame:
    """Differences of indicators between two outlets in the leading window, that were tested."""
    return corpus.estimates.query(
        f"kind == 'indicator' and window == {LEAD!r} and reference != '' and side == 'outlet' and voice == 'all' "
        "and items == 'all' and estimand == 'these outlets'"
    ).dropna(subset="p")


def by_chance(corpus: Corpus) -> float:
    """How many exploratory ones would have a p of at most a twentieth if no outlet differed from any other."""
    return LEVEL * float((~asked(corpus)["planned"]).sum())


def small_p(corpus: Corpus) -> int:
    """How many have one."""
    rows = asked(corpus)
    return int((~rows["planned"] & (rows["p"] <= LEVEL)).sum())


def all_asked(corpus: Corpus) -> int:
    """How many were asked."""
    return int((~asked(corpus)["planned"]).sum())


def clear(corpus: Corpus) -> set[str]:
    """First outlets of the planned differences that stay clear of zero once all planned ones are counted."""
    rows = asked(corpus).query("planned")
    return set(rows.loc[rows["q"] <= LEVEL, "group_name"])


def large(corpus: Corpus) -> set[str]:
    """First outlets of those that are large, whatever their interval."""
    rows = asked(corpus).query("planned")
    return set(rows.loc[rows["estimate"].abs() > LEVEL, "group_name"])


EXERCISES = (
    Exercise(
        SHARE,
        reached,
        within=0.005,
        slips=(
            Slip("That is the share of articles: what is lost before an item becomes one counts too.", of_articles),
        ),
    ),
    Exercise(
        COUNT,
        by_chance,
        within=0.5,
        slips=(
            Slip("That is how many there are: how many would there be if nothing differed?", small_p),
            Slip("That is how many were asked: one in twenty of them falls below by chance.", all_asked),
        ),
    ),
    Exercise(
        NAMES,
        clear,
        slips=(Slip("A large difference with a wide interval is not yet one.", large),),
    ),
)
