"""Changes around events and what was asked of them: tables, titles and sentences, made by rule.

A change is a row of ``event_estimates``; what was asked of it are rows of ``event_checks``.  Volumes are originals a
day, everything else is told in points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import pandas as pd

from helpers.compare.verdict import CANNOT, CLEAR, HANGS, MOST_Q
from helpers.show.differences import with_limits
from helpers.show.sentences import NBSP, about, chance, count, interval, listing, points

SHOWN = 8  # findings a list holds
KEYS = ["kind", "measure", "side", "group", "event"]
RUN = re.compile(r"one run with ('.*?): the change is that of all")
ARRANGEMENTS = r"(?:^|; )[\d,]+ arrangements, (?:all|drawn)"


def shorter_notes(notes: pd.Series) -> pd.Series:
    """Notes without how many arrangements were permuted.

    >>> shorter_notes(pd.Series(["one side is all 0; 2,000 arrangements, drawn", "70 arrangements, all; few"])).tolist()
    ['one side is all 0', 'few']
    """
    return notes.str.replace(ARRANGEMENTS, "", regex=True).str.removeprefix("; ")


def named_events(notes: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Notes with events called by their names instead of their ids, and a run by its length.

    >>> names = {"treaty": "The treaty is signed", "visit": "A visit"}
    >>> named_events(pd.Series(["told together with 'treaty'"]), names).tolist()
    ['told together with “The treaty is signed”']
    >>> run = "one run with 'treaty', 'visit' and 6 more: the change is that of all"
    >>> named_events(pd.Series([run]), names).tolist()
    ['the change is that of a run of 9 events']
    """
    notes = notes.str.replace(RUN, _run, regex=True)
    for event, name in names.items():
        notes = notes.str.replace(repr(event), f"“{name}”", regex=False)
    return notes


def _run(note: re.Match[str]) -> str:
    """How many events a run holds, instead of their names."""
    more = re.search(r" and (\d+) more$", note[1])
    others = note[1].count("', '") + 1 + (int(more[1]) if more else " and '" in note[1])
    return f"the change is that of a run of {others + 1} events"


def window_sentences(windows: pd.DataFrame, *, wanted: int) -> list[str]:
    """How many events have a whole window, a shorter one, or none of their own.

    Parameters
    ----------
    windows : DataFrame
        As from `helpers.compare.event_windows`.
    wanted : int
        Days on each side that were asked for.

    >>> window_sentences(pd.DataFrame({"window_days": [28, 14], "n_run": 1}), wanted=28)
    ['1 of 2 events have the whole window of 28 days.', '1 have a shorter one, cut where another event begins.']
    """
    if windows.empty:
        return ["The register lists no event, so nothing can be said of changes around events."]
    own = windows[windows["window_days"] > 0]
    cut, runs = own[own["window_days"] < wanted], own[own["n_run"] > 1]
    inside = len(windows) - len(own)
    sentences = [f"{len(own) - len(cut)} of {count(len(windows), 'event')} have the whole window of {wanted} days."]
    if len(cut):
        sentences.append(f"{len(cut)} have a shorter one, cut where another event begins.")
    if inside:
        sentences.append(
            f"{inside} follow another too closely to be told apart from it: with the event before them they make "
            f"{count(len(runs), 'run')}, and what changed is told once for the run."
        )
    return sentences


def change_limits(rows: pd.DataFrame, *, value: str = "estimate") -> pd.Series:
    """Changes with their intervals as text: volumes to two digits, everything else in points."""
    volume = rows["kind"] == "volume"
    texts = [with_limits(rows[volume], value=value, scale=1, digits=2, sign="+"),
             with_limits(rows[~volume], value=value, sign="+")]  # fmt: skip
    return pd.concat(texts).reindex(rows.index)


def change_table(rows: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Changes around events with interval, sample and note; an event is named where it begins.

    How many arrangements a randomisation tried is left to the table: it says nothing of the change.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``event_estimates``, those of one event together.
    names : mapping
        Id of an event to its name, for the notes.
    """
    begins = rows["event"] != rows["event"].shift()
    table = pd.DataFrame(
        {
            "day": rows["event_day"].dt.strftime("%Y-%m-%d").where(begins, ""),
            "event": rows["event_name"].where(begins, ""),
            "outlet": rows["group_name"],
            "measure": rows["measure_name"].map(about),
            "change (interval)": change_limits(rows),
            "q": rows["q"].map(chance),
            "articles": rows["n_articles"],
            "note": named_events(shorter_notes(rows["note"]), names),
        }
    )
    idle = ["measure"] * bool(rows["kind"].eq("volume").all()) + ["note"] * (not table["note"].any())
    return table.drop(columns=idle)


def claims(changes: pd.DataFrame, n: int = SHOWN) -> pd.DataFrame:
    """The changes that are clear once all are counted; where none is, the nearest to it."""
    known = changes[changes["low"].notna()].sort_values(["q", "p", "event", "group", "kind", "measure"], kind="stable")
    clear = known[known["q"] <= MOST_Q]
    return (clear if len(clear) else known.head(3)).head(n)


def claim_table(rows: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Each claim beside what a sceptic asks: pre-trend, level change once trends are allowed for, placebo rank.

    Parameters
    ----------
    rows, checks : DataFrame
        Rows of ``event_estimates``, and ``event_checks``.
    """
    asked = rows[KEYS].merge(checks, on=KEYS, how="left").set_index("check")
    before, level, quiet = (
        asked.loc[asked.index == check].set_index(KEYS).reindex(pd.MultiIndex.from_frame(rows[KEYS])).reset_index()
        for check in ("slope before", "level change", "placebo")
    )
    table = {
        "claim": [_claim(row) for _, row in rows.iterrows()],
        "change": change_limits(rows).to_numpy(),
        "slope before, a month": change_limits(before, value="value"),
        "change beside the trend": change_limits(level, value="value"),
        "placebo rank": [_rank(line) for _, line in quiet.iterrows()],
        "so": [verdict(row, checks) for _, row in rows.iterrows()],
    }
    return pd.DataFrame(table)


def _rank(line: pd.Series) -> str:
    if not line["rank"] > 0:
        return f"none: {line['note']}"
    days = f", {line['note'].split(';')[0]}" if "a side" in line["note"] else ""
    return f"{line['rank']:.0f} of {line['n_placebos'] + 1:.0f} ({line['n_apart']:.0f} quiet windows apart{days})"


def verdict(row: pd.Series, checks: pd.DataFrame) -> str:
    """What is left of a change after the checks, by rule.

    The word is that of `verdict_of_change`, as on the cards; after it everything that speaks against the change, or
    what could not be asked.
    """
    if not row["q"] <= MOST_Q:
        return f"{CANNOT}: not clear of zero once all changes are counted"
    mine = checks[(checks[KEYS] == row[KEYS]).all(axis=1)].set_index("check")
    before, level, quiet = (mine.loc[check] for check in ("slope before", "level change", "placebo"))
    against, unasked = [], []
    if pd.isna(before["low"]):
        unasked.append("trend")
    elif before["low"] > 0 or before["high"] < 0:
        against.append("it was under way before")
    if level["value"] * row["estimate"] < 0:
        against.append("beside the trend it turns round")
    elif level["low"] <= 0 <= level["high"]:
        against.append("beside the trend it is not clear of zero")
    if not quiet["rank"]:
        unasked.append("quiet dates")
    elif quiet["p"] > MOST_Q:
        against.append(f"other dates change as much (p{NBSP}={NBSP}{chance(quiet['p'])})")
    if against:
        return f"{HANGS}: {listing(against)}"
    return f"{HANGS}: could not be asked: {listing(unasked)}" if unasked else CLEAR


def volume_title(volume: pd.DataFrame) -> str:
    """How many changes in volume are clear of zero.

    >>> volume_title(pd.DataFrame({"low": [0.1, -0.1, None], "q": [0.01, 0.6, None]}))
    'How much was published changed clearly in 1 of 2 event windows that could be observed'
    """
    known = volume[volume["low"].notna()]
    clear = int((known["q"] <= MOST_Q).sum())
    windows = count(len(known), "event window")
    return f"How much was published changed clearly in {clear} of {windows} that could be observed"


def change_sentence(row: pd.Series, *, item: str = "article") -> str:
    """One change by rule: up or down only where it is clear of zero, and the interval as it is.

    >>> row = pd.Series({"kind": "indicator", "measure_name": "Alliance (indicator)", "group_name": "KCNA", "low": 0.1,
    ...                  "event_name": "The treaty is signed", "high": 0.3, "q": 0.01, "n_articles": 40})
    >>> change_sentence(row).replace(NBSP, " ")
    'After “The treaty is signed”, Alliance rose at KCNA (+10.0 to +30.0 points; q = .010; 40 articles).'
    >>> change_sentence(pd.concat([row.drop("low"), pd.Series({"low": -0.1})])).replace(NBSP, " ")
    'After “The treaty is signed”, Alliance at KCNA: cannot tell (−10.0 to +30.0 points; q = .010; 40 articles).'
    """
    volume = row["kind"] == "volume"
    what = f"relevant {item}s" if volume else about(row["measure_name"])
    if volume:
        size = f"{interval(row['low'], row['high'], scale=1, digits=2)} a day"
    else:
        size = f"{interval(row['low'], row['high'])}{NBSP}points"
    rests = f"{size}; q{NBSP}={NBSP}{chance(row['q'])}; {count(int(row['n_articles']), item)}"
    way = "rose" if row["low"] > 0 else "fell" if row["high"] < 0 else ""
    said = f"{what} {way} at {row['group_name']}" if way else f"{what} at {row['group_name']}: cannot tell"
    return f"After “{row['event_name']}”, {said} ({rests})."


def _claim(row: pd.Series) -> str:
    what = "relevant originals a day" if row["kind"] == "volume" else about(row["measure_name"])
    return f"{row['event_name']}; {row['group_name']}: {what}"


def change_answer(changes: pd.DataFrame, *, item: str = "article") -> str:
    """How many changes are clear once all are counted, with the clearest; or that none is.

    Parameters
    ----------
    changes : DataFrame
        All rows of ``event_estimates``.
    item : str
        What is counted.

    >>> change_answer(pd.DataFrame({"kind": [], "low": []}))
    'No change around an event was looked for: the register lists none.'
    """
    if changes.empty:
        return "No change around an event was looked for: the register lists none."
    known = changes[changes["low"].notna()]
    if known.empty:
        return "No change around an event could be observed: too few collected days or articles beside each."
    clear = known[known["q"] <= MOST_Q].sort_values(["q", "event", "group", "kind", "measure"])
    if clear.empty:
        return (
            f"Of {count(len(known), 'change')} around events that could be looked at, none is clear once all are "
            "counted: these data cannot tell an event's mark from the usual ups and downs."
        )
    n = f"{len(clear):,} of {count(len(known), 'change')} around events {'is' if len(clear) == 1 else 'are'} clear"
    return f"{n} once all are counted. {change_sentence(clear.iloc[0], item=item)}"


def change_sentences(changes: pd.DataFrame, *, item: str = "article") -> list[str]:
    """Changes clear of zero once all are counted; how large the others could be; and what could not be observed.

    Parameters
    ----------
    changes : DataFrame
        All rows of ``event_estimates``.
    item : str
        What is counted.

    >>> change_sentences(pd.DataFrame({"kind": [], "low": []}))
    ['- No change around an event was looked for: the register lists none.']
    """
    if changes.empty:
        return ["- No change around an event was looked for: the register lists none."]
    known, refused = changes[changes["low"].notna()], changes[changes["low"].isna()]
    clear = known[known["q"] <= MOST_Q].sort_values(["q", "event", "group", "kind", "measure"])
    sentences = [f"- {change_sentence(row, item=item)}" for _, row in clear.head(SHOWN).iterrows()]
    if clear.empty and len(known):
        sentences.append(f"- None of {count(len(known), 'change')} is clear of zero once all are counted.")
    sentences += _left_open(known[~(known["q"] <= MOST_Q)])
    if len(refused):
        sentences.append(
            f"- {count(len(refused), 'change')} could not be estimated: too few observed days or {item}s on a "
            "side, or an event too close to another."
        )
    return sentences


def _left_open(rows: pd.DataFrame) -> list[str]:
    """How large a change the intervals of the others leave possible, volume and shares apart."""
    sentences = []
    for volume, part in rows.groupby(rows["kind"] == "volume"):
        most = part[["low", "high"]].abs().max(axis=1)
        name = "Relevant originals" if volume else "Words of the codebook"
        form = (lambda value: f"{value:.2f} a day") if volume else partial(points, sign=False)
        half, widest = map(form, (most.median(), most.max()))
        sentences.append(
            f"- {name}: in {count(len(part), 'window')} no change was clear. Half of them rule out a change of more "
            f"than {half}; the vaguest leaves room for {widest}."
        )
    return sentences
