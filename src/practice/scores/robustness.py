"""What the universes of the practice study found beside what was planted.

Only universes that estimate a planted quantity are held against it: a truth of all articles says nothing about those
of one half of the time, or within a topic or month.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.topic_multiverse import AGAIN
from practice.scores.nearest import planted_for
from practice.scores.rows import frame, planted, row, table

NOTHING = 0.02  # planted differences smaller than this, in shares, are none
PLAIN = {"flagged": "in", "min_passages": 1, "window": "whole period", "adjustment": "none",
         "measure": "share of passages"}  # fmt: skip
SCOPES = {"in": "all", "originals only": "first"}  # which planted level a way to count copies is about


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_robustness``."""
    universes, of_topics = corpus.table("multiverse"), corpus.table("topic_multiverse")
    effects = corpus.table("truth_effects")
    held = differences(universes[universes["side"] == "outlet"], effects)
    if of_topics.empty:
        return table("09-robustness", held)
    nearest = planted_for(corpus.table("topic_terms"), corpus.table("truth_topics")).set_index("topic")["planted"]
    again = of_topics[(of_topics["overlap"] >= AGAIN) & (of_topics["side"] == "outlet")]
    return table("09-robustness", held, topics(again, nearest, effects))


def differences(universes: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """How many universes hold the difference planted in what they look at; a planted zero must not be found by most.

    Parameters
    ----------
    universes : DataFrame
        The table ``multiverse``.
    effects : DataFrame
        ``truth_effects``.
    """
    if universes.empty:
        return frame([])
    choices = pd.DataFrame([json.loads(universe) for universe in universes["universe"]], index=universes.index)
    fair = (choices[list(PLAIN)] == pd.Series(PLAIN)).all(axis=1) & choices["copies"].isin(SCOPES)
    about = universes[fair].assign(voice=choices.loc[fair, "voice"], scope=choices.loc[fair, "copies"].map(SCOPES))
    truths = {
        place: planted(effects, "indicator", "indicator_planted", voice=place[0], scope=place[1])
        for place in about[["voice", "scope"]].drop_duplicates().itertuples(index=False, name=None)
    }
    about["planted"] = [
        truths[r.voice, r.scope].get((r.measure, r.group), np.nan)
        - truths[r.voice, r.scope].get((r.measure, r.reference), np.nan)
        for r in about.itertuples()
    ]
    about = about.dropna(subset=["planted", "low", "high"])
    rows = []
    for (measure, group, reference), part in about.groupby(["measure", "group", "reference"], sort=True):
        pair = f"indicator: {measure}, {group} − {reference}"
        held = (part["low"] <= part["planted"]) & (part["planted"] <= part["high"])
        verdict = "inside in most" if held.mean() >= 0.5 else "outside in most"
        name = f"universes that hold the planted difference, {pair}"
        rows.append(row(name, 1.0, held.mean(), n=len(held), verdict=verdict))
        none = part[part["planted"].abs() < NOTHING]
        if len(none):
            clear = max(float((none["low"] > 0).mean()), float((none["high"] < 0).mean()))
            verdict = "not found by most" if clear < 0.5 else "found by most"
            name = f"universes with a clear sign where none was planted, {pair}"
            rows.append(row(name, 0.0, clear, n=len(none), verdict=verdict))
    return frame(rows)


def topics(universes: pd.DataFrame, nearest: pd.Series, effects: pd.DataFrame) -> pd.DataFrame:
    """How many universes in which a topic is found are sure of a sign that is not the planted one.

    Only what is clear of zero counts: a small difference has the other sign in many a draw.

    Parameters
    ----------
    universes : DataFrame
        Rows of ``topic_multiverse`` in which the topic was found.
    nearest : Series, indexed by topic
        Which planted topic each topic of the main analysis is nearest to.
    effects : DataFrame
        ``truth_effects``.
    """
    level, rows = planted(effects, "topic", "planted"), []
    for (topic, group, reference), part in universes.groupby(["measure", "group", "reference"], sort=True):
        sides = [level.get((nearest.get(topic), outlet), np.nan) for outlet in (group, reference)]
        size, known = sides[0] - sides[1], part.dropna(subset="estimate")
        if not abs(size) >= NOTHING or known.empty:
            continue
        against = float(((known["low"] > 0) if size < 0 else (known["high"] < 0)).mean())
        verdict = "not against it in most" if against < 0.5 else "against it in most"
        name = f"universes clearly against the planted sign, topic {topic} ({nearest[topic]}), {group} − {reference}"
        rows.append(row(name, 0.0, against, n=len(known), verdict=verdict))
    return frame(rows)
