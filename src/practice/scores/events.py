"""Changes of shares beside the planted ones; what was found where none was planted; bursts beside the flood."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from practice import world
from practice.scores.rows import GOOD, frame, interval, retrieval, row, table

PLACE = ["kind", "measure", "group", "event"]


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_events``."""
    changed, shifted = corpus.table("event_estimates"), shifts()
    volume = changed["kind"] == "volume"
    outlet, day, _ = world.FLOOD
    floods = {(outlet, str(day))} if outlet in corpus.study.outlets else set()
    blocks = [changes(changed[~volume], corpus.table("truth_effects"))]
    for name, part in (("emphasis", changed[~volume]), ("volume", changed[volume])):
        rows = non_effects(part, shifted)
        blocks.append(rows.assign(quantity=f"{name}, " + rows["quantity"]))
    compared = contrasts(corpus.table("event_contrasts"), corpus.table("truth_effects"))
    return table("08-events", *blocks, compared, bursts(corpus.table("bursts"), floods))


def shifts() -> set[tuple[str, ...]]:
    """Kind, measure, outlet or group, and event of every change that was planted."""
    return {
        ("indicator", event.frame, group, event.id)
        for event in world.EVENTS
        if event.shift
        for group in (event.bloc, *(o for o, outlet in world.OUTLETS.items() if outlet.bloc == event.bloc))
    }


def changes(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Changes around events beside the planted ones."""
    there = (effects["span"] == "change") & (effects["voice"] == "all") & (effects["scope"] == "all")
    truth = effects[there].set_index(PLACE)["indicator_planted"]
    rows = []
    for _, change in estimates.iterrows():
        key = tuple(change[PLACE])
        if key in truth.index and not np.isnan(change["estimate"]):
            rows.append(interval(f"{key[0]}: {', '.join(key[1:])}", truth[key], change, n=change["n_articles"]))
    return frame(rows)


def contrasts(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Changes in carriers of an event less those in other outlets, beside the mean planted change of both.

    Parameters
    ----------
    estimates, effects : the tables ``event_contrasts`` and ``truth_effects``.
    """
    there = (effects["span"] == "change") & (effects["voice"] == "all") & (effects["scope"] == "all")
    truth = effects[there & (effects["side"] == "outlet")].set_index(["measure", "event", "group"])["indicator_planted"]
    rows = []
    for _, one in estimates[estimates["low"].notna()].iterrows():
        planted = [
            np.mean([truth.get((one["measure"], one["event"], outlet), np.nan) for outlet in one[side].split()])
            for side in ("carriers", "others")
        ]
        if one["others"] and not np.isnan(planted).any():
            named = f"carriers less others: {one['measure']}, {one['event']}"
            rows.append(interval(named, planted[0] - planted[1], one, n=one["n_articles"]))
    return frame(rows)


def non_effects(estimates: pd.DataFrame, shifted: set[tuple[str, ...]]) -> pd.DataFrame:
    """What was found where nothing was planted: intervals clear of zero, and changes told once all are counted.

    Parameters
    ----------
    estimates : the table ``event_estimates``.
    shifted : (kind, measure, group, event) of every planted change; all others were planted as none.

    >>> rows = pd.DataFrame({"kind": "volume", "measure": "volume", "group": list("ab"), "event": "x", "level": 0.95,
    ...                      "low": [-1.0, 0.5], "high": [1.0, 2.0], "q": [0.9, 0.04]})
    >>> recovered = non_effects(rows, {("volume", "volume", "b", "x")})
    >>> recovered[["recovered", "n", "verdict"]].values.tolist()
    [[0.0, 1, 'at its level'], [0.0, 1, 'none'], [1.0, 1, 'recovered']]
    """
    known = estimates[estimates["low"].notna()]
    keys = known[PLACE].itertuples(index=False, name=None)
    planted = pd.Series([key in shifted for key in keys], index=known.index, dtype=bool)
    clear, named = (known["low"] > 0) | (known["high"] < 0), known["q"] <= 1 - known["level"]
    rows = []
    if (~planted).any():
        level, wrong = 1 - float(known["level"].iloc[0]), float(clear[~planted].mean())
        verdict = "at its level" if wrong <= 2 * level else "too often"
        rows.append(row("none planted: intervals clear of zero", level, wrong, n=(~planted).sum(), verdict=verdict))
        n = int(named[~planted].sum())
        verdict = "none" if not n else "found where none is"
        rows.append(row("none planted: changes told (q)", 0, n, n=(~planted).sum(), verdict=verdict))
    if planted.any():
        recovered = float(clear[planted].mean())
        verdict = "recovered" if recovered >= GOOD else "missed in part"
        rows.append(row("planted: intervals clear of zero", 1, recovered, n=planted.sum(), verdict=verdict))
    return frame(rows)


def bursts(spells: pd.DataFrame, floods: set[tuple[str, str]]) -> pd.DataFrame:
    """Bursts beside the days on which an outlet was flooded, (outlet, day); relevant items have no burst.

    >>> spells = pd.DataFrame({"outlet": ["a"], "counted": "collected", "kind": "burst",
    ...                        "first_day": ["2030-03-11"], "last_day": ["2030-03-17"]})
    >>> bursts(spells, {("a", "2030-03-14")})["recovered"].tolist()
    [1.0, 1.0, 0.0]
    """
    seen = spells[spells["kind"] == "burst"]
    relevant = int((seen["counted"] == "relevant").sum())
    n = int((spells["counted"] == "relevant").sum())
    hits = set()
    for one in seen[seen["counted"] == "collected"].itertuples():
        inside = [flood for flood in floods if flood[0] == one.outlet and one.first_day <= flood[1] <= one.last_day]
        hits.add(inside[0] if inside else (one.outlet, one.first_day))
    rows = retrieval("bursts of all originals", floods, hits)
    verdict = "none" if not relevant else "found where none is"
    rows.append(row("none planted: bursts of relevant originals", 0, relevant, n=n, verdict=verdict))
    return frame(rows)
