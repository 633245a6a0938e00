"""What the universes of the practice study found beside what was planted.

Only universes that estimate a planted quantity are held against it: a truth of all articles says nothing about those
of one half of the period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from practice.score import COLUMNS, row

NOTHING = 0.02  # planted differences smaller than this, in shares, are none
PLAIN = {"flagged": "in", "min_passages": 1, "period": "whole", "measure": "share of passages"}
SCOPES = {"in": "all", "originals only": "first"}  # which planted level a way to count copies is about


def differences(universes: pd.DataFrame, choices: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """How many universes hold the difference planted in what they look at; a planted zero must not be found by most.

    Parameters
    ----------
    universes : DataFrame
        Rows of ``universes`` that are of indicators.
    choices : DataFrame
        Their choices, one column each.
    effects : DataFrame
        ``truth_effects``.
    """
    whole = effects[effects["window"] == "all"].set_index(["quantity", "voice", "scope", "group"])["indicator_planted"]
    fair = (choices[list(PLAIN)] == pd.Series(PLAIN)).all(axis=1) & choices["copies"].isin(SCOPES)
    about = universes[fair].assign(voice=choices.loc[fair, "voice"], scope=choices.loc[fair, "copies"].map(SCOPES))
    about["planted"] = [
        whole.get((r.quantity, r.voice, r.scope, r.group), np.nan)
        - whole.get((r.quantity, r.voice, r.scope, r.reference), np.nan)
        for r in about.itertuples()
    ]
    about = about.dropna(subset=["planted", "low", "high"])
    rows = []
    for (quantity, group, reference), part in about.groupby(["quantity", "group", "reference"], sort=True):
        pair = f"{quantity}, {group} − {reference}"
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
    return pd.DataFrame(rows, columns=COLUMNS)


def topics(universes: pd.DataFrame, planted: pd.Series, effects: pd.DataFrame) -> pd.DataFrame:
    """How many universes in which a topic is found are sure of a sign that is not the planted one.

    Only what is clear of zero counts: a small difference has the other sign in many a draw.

    Parameters
    ----------
    universes : DataFrame
        Rows of ``universes`` in which the topic was found.
    planted : Series, indexed by topic
        Which planted topic each topic of the main analysis is nearest to.
    effects : DataFrame
        ``truth_effects``.
    """
    whole = effects[(effects["window"] == "all") & (effects["voice"] == "all") & (effects["scope"] == "all")]
    level = whole.set_index(["quantity", "group"])["planted"]
    rows = []
    for (quantity, group, reference), part in universes.groupby(["quantity", "group", "reference"], sort=True):
        topic = quantity.removeprefix("topic:")
        sides = [level.get((f"topic:{planted.get(topic)}", outlet), np.nan) for outlet in (group, reference)]
        size, known = sides[0] - sides[1], part.dropna(subset="estimate")
        if not abs(size) >= NOTHING or known.empty:
            continue
        against = float(((known["low"] > 0) if size < 0 else (known["high"] < 0)).mean())
        verdict = "not against it in most" if against < 0.5 else "against it in most"
        name = f"universes clearly against the planted sign, topic {topic} ({planted[topic]}), {group} − {reference}"
        rows.append(row(name, 0.0, against, n=len(known), verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)
