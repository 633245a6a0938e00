"""Changes around events and what was asked of them, as tables and sentences made from what stages write."""

from __future__ import annotations

import math
import re

import pandas as pd

from helpers.data import tables
from helpers.pipeline.estimates import load_measures
from helpers.pipeline.event_estimates import windows
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.views.measures import name_of

SHOWN = 8  # findings a list holds
CLEAR = 0.05  # q at most, for a change to be told as one
PANELS = 4  # events side by side in a picture
_DEALT = re.compile(r"[\d,]+ arrangements, (?:all|drawn)(?:; )?")
MOST_OUTLETS = 6  # rows of a picture; a study with more is drawn by groups


def events(study: Study) -> pd.DataFrame:
    """The register of events, each with its source and the window it is given."""
    register = windows(study).set_index("event")
    rows = [
        {
            "day": str(e.day),
            "event": e.title,
            "kind": e.kind,
            "window, days": int(register.loc[e.id, "window_days"]),
            "note": _titled(study, register.loc[e.id, "note"]),
            "source": f"{e.publisher}: {e.source_title}",
        }
        for e in study.events
    ]
    return pd.DataFrame(rows, columns=["day", "event", "kind", "window, days", "note", "source"])


def _titled(study: Study, note: str) -> str:
    """A note with events named by their days' titles instead of their keys."""
    for event in study.events:
        note = note.replace(repr(event.id), f"“{event.title}”")
    return note


def event_overlaps(study: Study) -> list[str]:
    """How many events have a whole window, a shorter one, or none of their own."""
    register, wanted = windows(study), study.analysis.event_window_days
    if register.empty:
        return ["The register lists no event."]
    own = register[register["window_days"] > 0]
    cut, runs = own[own["window_days"] < wanted], own[own["n_run"] > 1]
    inside = len(register) - len(own)
    told = [f"{len(own) - len(cut)} of {prose.count(len(register), 'event')} have the whole window of {wanted} days."]
    if len(cut):
        told.append(f"{len(cut)} have a shorter one, cut where another event begins.")
    if inside:
        told.append(
            f"{inside} follow another too closely to be told apart from it: with the event before them they make "
            f"{prose.count(len(runs), 'run')}, and what changed is told once for the run."
        )
    return told


def event_rows(study: Study, changes: pd.DataFrame, *, quantity: str) -> pd.DataFrame:
    """Changes around events of the volume, or of the indicators, in the order of the events; refusals left out."""
    rows = changes[changes["quantity"].str.startswith(quantity) & changes["window"].str.startswith("event:")]
    place = {f"event:{event.id}": number for number, event in enumerate(study.events)}
    order = rows["window"].map(place).rename("place").to_frame().join(rows[["group", "quantity"]])
    return rows.loc[order.sort_values(["place", "group", "quantity"]).index].dropna(subset=["low"])


def event_table(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Changes around events with interval, sample and note; an event is named where it begins.

    How many arrangements a randomisation dealt is left to `estimates`: it says nothing of the change.
    """
    days = {f"event:{event.id}": str(event.day) for event in study.events}
    titles = {f"event:{event.id}": event.title for event in study.events}
    scale = 1 if rows["quantity"].eq("volume").all() else 100
    again = rows["window"].eq(rows["window"].shift()).tolist()
    table = pd.DataFrame(
        {
            "day": ["" if told else days[window] for window, told in zip(rows["window"], again, strict=True)],
            "event": ["" if told else titles[window] for window, told in zip(rows["window"], again, strict=True)],
            "outlet": [study.called(group) for group in rows["group"]],
            "measure": [name_of(study, quantity) for quantity in rows["quantity"]],
            "change (interval)": [_limits(row["estimate"], row, scale) for _, row in rows.iterrows()],
            "q": [prose.chance(q) for q in rows["q"]],
            "articles": rows["n_articles"].to_numpy(),
            "note": [_titled(study, _DEALT.sub("", note)) for note in rows["note"]],
        }
    )
    idle = ["measure"] * (scale == 1) + ["note"] * (not table["note"].any())
    return table.drop(columns=idle)


def claims(changes: pd.DataFrame, n: int = SHOWN) -> pd.DataFrame:
    """The changes that are clear once all are counted; where none is, the nearest to it."""
    known = changes[changes["low"].notna()].sort_values(["q", "p", "window", "group", "quantity"], kind="stable")
    clear = known[known["q"] <= CLEAR]
    return (clear if len(clear) else known.head(3)).head(n)


def claim_checks(study: Study, rows: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Each claim beside what a sceptic asks: pre-trend, level change once trends are allowed for, placebo rank."""
    found = []
    for _, row in rows.iterrows():
        mine = _checks_of(checks, row)
        scale = 1 if row["quantity"] == "volume" else 100
        found.append(
            {
                "claim": _claim(study, row),
                "change": _limits(row["estimate"], row, scale),
                "slope before, a month": _limits(mine["slope before"]["value"], mine["slope before"], scale),
                "change beside the trend": _limits(mine["level change"]["value"], mine["level change"], scale),
                "placebo rank": _rank(mine["placebo"]),
                "so": verdict(row, checks),
            }
        )
    columns = ["claim", "change", "slope before, a month", "change beside the trend", "placebo rank", "so"]
    return pd.DataFrame(found, columns=columns)


def _checks_of(checks: pd.DataFrame, row: pd.Series) -> dict[str, pd.Series]:
    event = row["window"].removeprefix("event:")
    same = (checks["quantity"] == row["quantity"]) & (checks["group"] == row["group"]) & (checks["event"] == event)
    return {line["check"]: line for _, line in checks[same].iterrows()}


def _claim(study: Study, row: pd.Series) -> str:
    title = {f"event:{event.id}": event.title for event in study.events}[row["window"]]
    return f"{title}; {study.called(row['group'])}: {_what(study, row['quantity'])}"


def _what(study: Study, quantity: str) -> str:
    return "relevant originals a day" if quantity == "volume" else name_of(study, quantity)


def _number(value: float, scale: int) -> str:
    return f"{scale * value:+.{2 if scale == 1 else 1}f}".replace("-", prose.MINUS)


def _limits(value: float, row: pd.Series, scale: int) -> str:
    if math.isnan(value):
        return "–"
    if pd.isna(row["low"]):
        return f"{_number(value, scale)} (no interval)"
    return f"{_number(value, scale)} ({_number(row['low'], scale)} to {_number(row['high'], scale)})"


def _rank(line: pd.Series) -> str:
    if not line["rank"]:
        return f"none: {line['note']}"
    days = f", {line['note'].split(';')[0]}" if "a side" in line["note"] else ""
    return f"{line['rank']} of {line['n_placebos'] + 1} ({line['n_apart']} quiet windows apart{days})"


def verdict(row: pd.Series, checks: pd.DataFrame) -> str:
    """What is left of a change after the checks, by rule.

    Not clear of zero once all are counted: that alone.  Else what speaks against it: a slope before whose interval is
    clear of zero, a level change beside the trend that is of the other sign or not clear of zero, one quiet date in
    ten or more that changes as much; or that nothing does, and how much of that could be asked.
    """
    if not row["q"] <= CLEAR:
        return "not clear of zero once all changes are counted"
    mine, against, unasked = _checks_of(checks, row), [], []
    before, level, quiet = mine["slope before"], mine["level change"], mine["placebo"]
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
    elif quiet["p"] > 0.1:
        against.append(f"quiet dates change as much in {prose.share(quiet['p'])}")
    if against:
        return f"doubtful: {prose.listing(against)}"
    return f"stands; could not be asked: {prose.listing(unasked)}" if unasked else "stands"


def claim_articles(study: Study, row: pd.Series, n: int = 4) -> pd.DataFrame:
    """The articles a claim rests on, `n` a side: those with the highest values; for a volume, the nearest in time."""
    event = windows(study).set_index("event").loc[row["window"].removeprefix("event:")]
    rows = load_measures(study)
    group = row["group"]
    outlets = study.groups[group.removeprefix("group:")] if group.startswith("group:") else (group,)
    measure = row["quantity"] if row["quantity"] != "volume" else rows["measure"].min()
    rows = rows[(rows["measure"] == measure) & (rows["voice"] == "all") & rows["outlet"].isin(outlets)]
    offset = (rows["day"] - event["day"]).dt.days
    rows = rows.assign(days=offset)[offset.between(-event["window_days"], event["window_days"] - 1)]
    articles = tables.read(study.processed, "articles")[["article_id", "title", "address"]]
    rows = tables.join(rows, articles, "article_id")
    rows["far"] = rows["days"].abs() if row["quantity"] == "volume" else -rows["value"]
    order = rows.sort_values(["far", "day", "article_id"], kind="stable")
    sides = [order[order["days"] < 0].head(n), order[order["days"] >= 0].head(n)]
    shown = pd.concat(sides).sort_values("day", kind="stable")
    table = pd.DataFrame(
        {
            "day": shown["day"].dt.strftime("%Y-%m-%d"),
            "days since": shown["days"].astype(int),
            "outlet": [study.outlets[outlet].name for outlet in shown["outlet"]],
            "title": shown["title"].fillna("–"),
            "value, %": 100 * shown["value"],
            "address": shown["address"],
        }
    )
    return table.drop(columns="value, %") if row["quantity"] == "volume" else table


def volume_title(study: Study, volume: pd.DataFrame) -> str:
    """How many event-outlet changes in volume are clear of zero."""
    known = volume[volume["low"].notna()]
    clear = int((known["q"] <= CLEAR).sum())
    n = prose.count(len(known), "event window")
    return f"Volume changed clearly in {clear} of {n} that could be observed (q ≤ .05)"


def profile_title(study: Study, row: pd.Series) -> str:
    """The change that leads a picture, told by rule."""
    return _sentence(study, row).removeprefix("- ").rstrip(".")


def profile_groups(study: Study) -> list[str]:
    """Whom a picture around events shows: every outlet, or the groups where outlets are many."""
    if len(study.outlets) <= MOST_OUTLETS:
        return list(study.outlets)
    return [f"group:{name}" if len(outlets) > 1 else outlets[0] for name, outlets in study.groups.items()]


def profile_events(study: Study, rows: pd.DataFrame) -> list[str]:
    """The events that a picture shows: those around which most articles lie, in the order of the register."""
    size = rows.groupby("window")["n_articles"].sum().sort_values(ascending=False, kind="stable").head(PANELS)
    chosen = {window.removeprefix("event:") for window in size.index}
    return [event.id for event in study.events if event.id in chosen]


def _sentence(study: Study, row: pd.Series) -> str:
    """One change by rule: a direction only when it is clear, else the largest change its interval leaves possible."""
    volume = row["quantity"] == "volume"
    unit, scale = ("", 1) if volume else (" points", 100)
    n = prose.count(int(row["n_articles"]), "article")
    if row["low"] <= 0 <= row["high"]:
        most = max(abs(row["low"]), abs(row["high"]))
        size = f"{most:.2f}" if volume else prose.points(most, sign=False)
        return f"- {_claim(study, row)}: no change larger than {size} either way ({n})."
    limits = f"{_number(row['low'], scale)} to {_number(row['high'], scale)}"
    level = f"{100 * row['level']:.0f} % interval {limits}"
    return f"- {_claim(study, row)} {_number(row['estimate'], scale)}{unit} ({level}; q {prose.chance(row['q'])}; {n})."


def event_findings(study: Study, estimates: pd.DataFrame) -> list[str]:
    """Changes clear of zero once all are counted; how large the others could be; and what could not be observed."""
    rows = estimates[estimates["window"].str.startswith("event:")]
    known, refused = rows[rows["low"].notna()], rows[rows["low"].isna()]
    clear = known[known["q"] <= CLEAR].sort_values(["q", "window", "group", "quantity"])
    sentences = [_sentence(study, row) for _, row in clear.head(SHOWN).iterrows()]
    if clear.empty:
        sentences.append(
            f"- None of {prose.count(len(known), 'change')} is clear of zero once all are counted (q at most .05)."
        )
    sentences += _left_open(known[~(known["q"] <= CLEAR)])
    if len(refused):
        sentences.append(
            f"- {prose.count(len(refused), 'change')} could not be estimated: too few observed days or articles on a "
            "side, or an event too close to another."
        )
    return sentences


def _left_open(rows: pd.DataFrame) -> list[str]:
    """How large a change the intervals of the others leave possible, volume and shares apart."""
    told = []
    for volume, part in rows.groupby(rows["quantity"] == "volume"):
        most = part[["low", "high"]].abs().max(axis=1)
        named = ("relevant originals a day", "{:.2f}") if volume else ("indicator rates", "{:.1f} points")
        half, widest = (named[1].format(value * (1 if volume else 100)) for value in (most.median(), most.max()))
        told.append(
            f"- {named[0].capitalize()}: in {prose.count(len(part), 'window')} no change was clear; half of the "
            f"intervals rule out one larger than {half}, the widest leaves room for {widest}."
        )
    return told
