"""Outlets that carried an event beside those that did not: a table and sentences, made by rule.

A contrast is a row of ``event_contrasts``.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.compare.verdict import MOST_Q
from helpers.show.differences import with_limits
from helpers.show.event_study import SHOWN, named_events, shorter_notes
from helpers.show.sentences import NBSP, about, chance, count, listing


def contrast_table(rows: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Change in carriers of an event less change in the others, with interval, the weeks before, and how many each.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``event_contrasts`` with p.
    names : mapping
        Id of an event to its name, for the notes.
    """
    table = {
        "event": rows["event_name"],
        "measure": rows["measure_name"].map(about),
        "difference (interval)": with_limits(rows, sign="+"),
        "p": rows["p"].map(chance),
        "q": rows["q"].map(chance),
        "p before": rows["pretrend_p"].map(chance),
        "carried it": rows["n_carriers"],
        "did not": rows["n_others"],
        "note": named_events(shorter_notes(rows["note"]), names),
    }
    return pd.DataFrame(table)


def contrast_sentences(contrasts: pd.DataFrame) -> list[str]:
    """How many events could be looked at in this way, what is clear, and one line for each reason why others could not.

    Parameters
    ----------
    contrasts : DataFrame
        All rows of ``event_contrasts``.

    >>> contrast_sentences(pd.DataFrame({"event": [], "p": []}))
    ['No event has a window in which outlets could be held against one another.']
    """
    if contrasts.empty:
        return ["No event has a window in which outlets could be held against one another."]
    known, judged = contrasts[contrasts["low"].notna()], contrasts[contrasts["p"].notna()]
    n_events = count(contrasts["event"].nunique(), "event")
    n_known = known["event"].nunique() or "none"
    sentences = [f"Of {n_events} with a window, {n_known} let outlets that carried it be held against others."]
    clear = known[known["q"] <= MOST_Q].sort_values(["q", "event", "measure"])
    for _, row in clear.head(SHOWN).iterrows():
        before = "; the weeks before differ, too" if row["pretrend_p"] <= MOST_Q else ""
        sides = f"{row['n_carriers']} carried it, {row['n_others']} did not"
        limits = with_limits(row.to_frame().T.infer_objects(), sign="+").iloc[0]
        sentences.append(
            f"{row['event_name']}: {about(row['measure_name'])} {limits}{NBSP}points ({sides}; "
            f"q{NBSP}={NBSP}{chance(row['q'])}{before})."
        )
    if len(known) and clear.empty:
        sentences.append(f"None of {count(len(known), 'contrast')} is clear of zero once all are counted.")
    few = judged[judged["low"].isna() & ~judged["event"].isin(known["event"])]
    if len(few):
        sentences.append(
            f"{_events(few)}: so few outlets that their difference has no interval, and nothing follows beyond them."
        )
    rest = contrasts[contrasts["p"].isna() & ~contrasts["event"].isin(judged["event"])]
    for why, part in rest.groupby(_reason(rest["note"]), sort=True):
        sentences.append(f"{_events(part)}: {why}.")
    return sentences


def _reason(notes: pd.Series) -> pd.Series:
    """The first thing that a note says, which is why there is no contrast."""
    first = notes.str.split("; ").str[0]
    return first.str.replace("give it names in events.yml", "its names are missing from the register", regex=False)


def _events(rows: pd.DataFrame) -> str:
    """Names of the events of some rows, the first three of many."""
    names = rows["event_name"].drop_duplicates().tolist()
    return listing(names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} others"])
