"""Which three to five findings a reader meets first, by rule; and of every other candidate why it was passed over.

What was planned goes before what was not, what is clear before what is not, and one place is kept for a planned
comparison that shows nothing.  A tiny difference that is merely clear, a handful of items, and a topic that is one
outlet, one story or furniture do not lead; no measure is shown twice, and unplanned ones show no outlet a third time.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from helpers.compare.verdict import CANNOT, CLEAR, HANGS, SURE

MOST_CARDS, FEWEST_CARDS = 5, 3
MOST_PLANNED, MOST_UNPLANNED, MOST_UNCLEAR = 3, 2, 2  # of clear ones, and of those that tell no direction
SMALLEST = 0.05  # difference of shares that was not planned and is shown
FEWEST_ITEMS = 10  # a side
MOST_OF_AN_OUTLET = 2  # findings in which the same outlet or group stands
BREADTH = {"period": 0, "measure": 1, "group": 2, "rest": 3, "outlet": 4}  # what says something of many goes first
NEVER = ("no interval", "no overlap", "held back")  # reasons for which there is nothing to show


def chosen(rows: pd.DataFrame, called: dict[str, str] | None = None) -> pd.DataFrame:
    """Candidates with ``place`` (1 for the first card, 0 for none) and ``passed_over`` (why it has none).

    Parameters
    ----------
    rows : DataFrame
        Candidates: about, kind, measure, side, group, reference, event, unit, estimate, low, high, n_group,
        n_reference, planned, sure, why.
    called : mapping from topic to what it is called where it is no subject
    """
    if rows.empty:
        return rows.assign(place=0, passed_over="")
    reasons = pd.Series([_unfit(row, called or {}) for row in rows.itertuples()], index=rows.index, dtype=object)
    ordered = _ordered(rows[reasons == ""])
    picked: list[object] = []
    for part, most in _pools(ordered):
        for key in part.index:
            if len(picked) < MOST_CARDS and most > 0 and not _repeats(rows.loc[key], rows.loc[picked]):
                picked.append(key)
                most -= 1
    for key in _unplanned_unclear(rows, ordered) if len(picked) < FEWEST_CARDS else ():
        if len(picked) < FEWEST_CARDS and rows.loc[key, "measure"] not in set(rows.loc[picked, "measure"]):
            picked.append(key)
    shown = rows.loc[picked].assign(order=lambda part: part["sure"].map(SURE.index), turn=range(len(picked)))
    shown = shown.sort_values(["order", "turn"])
    places = pd.Series(range(1, len(shown) + 1), index=shown.index)
    left = {key: reasons[key] or _left(rows.loc[key], rows.loc[picked]) for key in rows.index}
    passed = pd.Series(left, dtype=object).where(~rows.index.isin(picked), "")
    return rows.assign(place=places.reindex(rows.index).fillna(0).astype(int), passed_over=passed)


def _pools(ordered: pd.DataFrame) -> list[tuple[pd.DataFrame, int]]:
    """Candidates in the order in which they are picked, with how many of each sort at most."""
    planned, sure = ordered["planned"].astype(bool), ordered["sure"]
    unclear = ordered[planned & (sure == CANNOT)]
    kept = min(len(unclear), 1)
    return [
        (ordered[planned & (sure == CLEAR)], MOST_PLANNED),
        (unclear, kept),
        (ordered[~planned & (sure == CLEAR)], MOST_UNPLANNED),
        (ordered[planned & (sure == HANGS)], MOST_PLANNED),
        (ordered[~planned & (sure == HANGS) & (ordered["about"] == "commonest")], 1),
        (unclear, MOST_UNCLEAR - kept),
    ]


def _unplanned_unclear(rows: pd.DataFrame, ordered: pd.DataFrame) -> list[object]:
    """Where little else is there: what was not planned and is not clear, of most items first."""
    others = ordered[~ordered["planned"].astype(bool) & (ordered["sure"] != CLEAR) & (ordered["about"] == "difference")]
    sizes = rows.loc[others.index, ["n_group", "n_reference"]].min(axis=1)
    return list(sizes.sort_values(ascending=False, kind="stable").index)


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Broad ones first, then the largest; of those that tell no direction the narrowest interval first."""
    size = rows["estimate"].abs().where(rows["sure"] != CANNOT, -(rows["high"] - rows["low"]))
    keys = rows.assign(breadth=rows["side"].map(BREADTH), size=-size)
    by = ["breadth", "size", "kind", "measure", "group", "reference", "event"]
    planned = keys["planned"].astype(bool)
    return pd.concat([keys[planned].sort_values(by[1:]), keys[~planned].sort_values(by)])


def _unfit(row: object, called: dict[str, str]) -> str:
    """Why a candidate may not be shown whatever the others are; blank where it may."""
    if row.why in NEVER:
        return row.why
    if row.kind == "topic" and called.get(row.measure):
        return f"the topic is no subject ({called[row.measure].split(':')[0]})"
    if row.kind == "topic" and not row.planned and row.sure != CLEAR:
        return "not planned, and not clear"
    if min(row.n_group, row.n_reference) < FEWEST_ITEMS and not row.planned and row.about != "attention":
        return f"fewer than {FEWEST_ITEMS} items on a side"
    if row.unit == "share" and abs(row.estimate) < SMALLEST and not row.planned and row.sure == CLEAR:
        return f"smaller than {100 * SMALLEST:.0f} points"
    return ""


def _repeats(row: pd.Series, picked: pd.DataFrame) -> bool:
    """Whether a candidate says what a picked one says: the same sort of thing of the same measure or sides."""
    if picked.empty:
        return False
    same = picked[picked["about"] == row["about"]]
    if row["about"] != "difference":
        return bool(len(same))
    sides = Counter([*same["group"], *same["reference"]])
    worn = not row["planned"] and any(sides[side] >= MOST_OF_AN_OUTLET for side in (row["group"], row["reference"]))
    pair = {row["group"], row["reference"]}
    twice = any({one, two} == pair for one, two in zip(same["group"], same["reference"], strict=True))
    topic = row["kind"] == "topic" and (same["kind"] == "topic").any()
    return bool(worn or topic or (twice and not row["planned"]) or row["measure"] in set(same["measure"]))


def _left(row: pd.Series, picked: pd.DataFrame) -> str:
    """Why a candidate that may be shown is not."""
    if _repeats(row, picked):
        return "its measure, its sides or its event are shown already"
    if not row["planned"] and row["sure"] != CLEAR:
        return "not planned, and not clear"
    return "others of its sort go before it"
