"""What the explorer's script gets of a study: frames in, one dict of names, addresses and packed columns out.

An item is a row of `articles`.  Items are in the order of their days, so that a period is a run of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.show.explorer.packing import numbers, whole
from helpers.show.plain import isolated, plain, shortened, straight
from helpers.show.units import words
from helpers.text.languages import name_of
from helpers.text.tokens import is_content

MOST_ENTRIES = 600_000  # of the matrix of terms and items, some 2 MB: beyond it the rarest terms stay out
UNDATED = 2**32 - 1
TOPIC = re.compile(r"topic \S+ \((.*)\)", re.DOTALL)


def payload(
    articles: pd.DataFrame,
    measures: pd.DataFrame,
    counts: pd.DataFrame,
    daily: pd.DataFrame,
    events: pd.DataFrame,
    *,
    about: Mapping[str, object],
    passages: pd.DataFrame | None = None,
    entities: Mapping[str, str] | None = None,
    most_entries: int = MOST_ENTRIES,
) -> dict[str, object]:
    """Everything that the explorer may show of a study, as JSON can hold it.

    Parameters
    ----------
    articles : one row an item, as the table ``articles`` has it: the items that may be chosen from.
    measures : rows of the table ``measures``.
    counts : rows of the table ``counts``; positions are added up.
    daily : ``outlet``, ``outlet_name``, ``day``, ``observed``: which days of the period were collected.
    events : ``id``, ``name``, ``day``.
    about : ``title`` and ``level`` (of intervals); further keys are handed on.
    passages : ``article_id``, ``position``, ``text``, where a study has texts.
    entities : names of the terms that stand for entities (``@RUS``).
    most_entries : terms and items in the matrix of counts; beyond it the rarest terms stay out, and the page says so.

    Returns
    -------
    dict; the same frames give the same.
    """
    items = _in_order(articles)
    days = pd.DatetimeIndex(sorted(daily["day"].unique()))
    outlets, groups = _outlets(items, daily)
    views = sorted(Counter(_keys(items)).items(), key=lambda one: (-one[1], one[0]))
    views, genres = [view for view, _ in views], sorted(items["genre"].unique())
    place = pd.Series(range(len(items)), index=items["article_id"])
    dated = events.itertuples(index=False) if len(days) else ()
    return {
        **about,
        "title": _named(about["title"]),
        "start": int((days[0] - pd.Timestamp(0)).days) if len(days) else 0,
        "n_days": int((days[-1] - days[0]).days) + 1 if len(days) else 0,
        "views": [_view(items, view) for view in views],
        "outlets": outlets,
        "groups": [_named(group) for group in groups],
        "genres": genres,
        "events": [{"id": row.id, "name": _named(row.name), "day": int((row.day - days[0]).days)} for row in dated],
        "items": _columns(items, views, outlets, genres, days),
        "measures": _measures(measures, place),
        "terms": _terms(counts, place, items, views, entities or {}, most_entries),
        "passages": _texts(passages, place),
    }


def _named(name: object) -> str:
    """A name or a title as the script may show it: one line, its direction its own."""
    return isolated(shortened(plain(name)))


def as_json(made: Mapping[str, object]) -> str:
    """A payload as JSON that may stand inside a script element: nothing in it can end the element.

    >>> as_json({"title": "</script><b>"})
    '{"title":"\\\\u003c/script>\\\\u003cb>"}'
    """
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def plain_name(kind: str, measure: str, name: str) -> str:
    """What a reader calls a measure beside the heading of its kind: without id and kind.

    >>> plain_name("topic", "en-03", "topic en-03 (fish, quota)"), plain_name("indicator", "AID", "Aid (indicator)")
    ('fish, quota', 'Aid')
    """
    inside = TOPIC.fullmatch(name) if kind == "topic" else None
    return (inside[1] if inside else name).removesuffix(f"({kind})").removeprefix(measure).strip() or name


def _in_order(articles: pd.DataFrame) -> pd.DataFrame:
    """By day, undated ones last; then by time, outlet and id."""
    columns = ["day", "published", "outlet", "article_id"]
    return articles.sort_values(columns, na_position="last", kind="stable").reset_index(drop=True)


def _keys(items: pd.DataFrame) -> list[tuple[str, str]]:
    """Language and unit of each item."""
    return list(items[["language", "unit"]].itertuples(index=False, name=None))


def _view(items: pd.DataFrame, view: tuple[str, str]) -> dict[str, str]:
    """What may stand in one picture: outlets of one language, counted in one unit."""
    language, unit = view
    mine = items[(items["language"] == language) & (items["unit"] == unit)]
    called, shared = words(mine), items.loc[items["language"] == language, "unit"].nunique() > 1
    name = name_of(language) + (f", {unit}s" if shared else "")
    id = f"{language}-{unit}" if shared else language
    return {"id": id, "name": name, "language": language, "unit": unit, "item": called.item, "passage": called.passage}


def _outlets(items: pd.DataFrame, daily: pd.DataFrame) -> tuple[list[dict[str, object]], list[str]]:
    """Every outlet that was observed or has an item, with its groups and the runs of days on which it was collected."""
    named = pd.concat([items[["outlet", "outlet_name"]], daily[["outlet", "outlet_name"]]]).drop_duplicates("outlet")
    grouped = items.drop_duplicates("outlet").set_index("outlet")["groups"]
    groups = sorted({one for text in grouped for one in text.split("; ") if one})
    seen = dict(iter(daily.sort_values("day").groupby("outlet")["observed"]))
    made = []
    for key, name in sorted(named.itertuples(index=False, name=None), key=lambda one: (one[1].casefold(), one[0])):
        mine = [groups.index(one) for one in grouped.get(key, "").split("; ") if one]
        observed = seen[key].to_numpy(dtype=bool) if key in seen else np.zeros(0, bool)
        turns = np.flatnonzero(np.diff(np.r_[0, observed.astype(int), 0])).tolist()
        made.append({"id": key, "name": _named(name), "groups": mine, "observed": turns})
    return made, groups


def _columns(
    items: pd.DataFrame, views: list[tuple[str, str]], outlets: list[dict[str, object]], genres: list[str],
    days: pd.DatetimeIndex,
) -> dict[str, object]:  # fmt: skip
    """What is known of each item, a packed column each."""
    number = {outlet["id"]: place for place, outlet in enumerate(outlets)}
    first = days[0] if len(days) else pd.Timestamp(0)
    day = (pd.to_datetime(items["day"]) - first).dt.days
    titles = items["title"].astype(object).where(items["title"].notna(), "")
    return {
        "n": len(items),
        "view": whole(np.array([views.index(key) for key in _keys(items)])),
        "outlet": whole(items["outlet"].map(number).to_numpy()),
        "day": whole(day.where((day >= 0) & (day < max(len(days), 1)), UNDATED).fillna(UNDATED).to_numpy(np.int64)),
        "story": whole(pd.factorize(items["copy_cluster"], sort=True)[0]),
        "week": whole(pd.factorize(items["outlet_week"], sort=True)[0]),
        "copied": whole((~items["is_original"]).to_numpy(np.int64)),
        "genre": whole(np.array([genres.index(one) for one in items["genre"]])),
        "address": items["address"].tolist(),
        "title": titles.map(_named).tolist() if (titles != "").any() else None,
    }  # fmt: skip


def _measures(measures: pd.DataFrame, place: pd.Series) -> list[dict[str, object]]:
    """One entry a measure with a column a voice; nan where an item has no value."""
    made = []
    known = measures[measures["article_id"].isin(place.index)]
    for (kind, measure), rows in known.groupby(["kind", "measure"], sort=True):
        voices = {}
        for voice, part in rows.groupby("voice", sort=True):
            values = np.full(len(place), np.nan)
            values[place[part["article_id"]].to_numpy()] = part["value"].to_numpy()
            voices[voice] = numbers(values)
        name = _named(plain_name(kind, measure, rows["measure_name"].iloc[0]))
        made.append({"key": f"{kind}:{measure}", "kind": kind, "name": name, "voices": voices})
    return made


def _terms(
    counts: pd.DataFrame,
    place: pd.Series,
    items: pd.DataFrame,
    views: list[tuple[str, str]],
    entities: Mapping[str, str],
    most_entries: int,
) -> dict[str, object]:
    """The terms of each view and the items that hold them, by voice; the rarest are left out beyond the limit.

    In `said` and `voiced` 1 stands for the outlet's words, 2 for quoted ones, 3 for both.
    """
    known = counts[counts["article_id"].isin(place.index)]
    codes, terms = pd.factorize(known["term"], sort=True)
    about = {"term": codes, "item": place[known["article_id"]].to_numpy(), "said": 1 + (known["voice"] == "quoted")}
    heard = pd.DataFrame(about).drop_duplicates()
    entries = heard.groupby(["term", "item"], sort=True)["said"].sum().reset_index()
    view = np.array([views.index(key) for key in _keys(items)], dtype=int)
    entries["view"] = view[entries["item"].to_numpy(int)]
    entries["n"] = entries.groupby(["view", "term"])["item"].transform("size")
    least = 1
    while (entries["n"] >= least).sum() > most_entries:
        least += 1
    dropped = entries.loc[entries["n"] < least, ["view", "term"]].drop_duplicates()
    kept = entries[entries["n"] >= least].sort_values(["view", "term", "item"], kind="stable")
    sizes = kept.groupby(["view", "term"], sort=True).size()
    voiced = heard[["item", "said"]].drop_duplicates().groupby("item")["said"].sum()
    listed = [str(terms[code]) for code in sizes.index.get_level_values("term")]
    spoken = [views[number][0] for number in sizes.index.get_level_values("view")]
    content = [
        " " in term or term.startswith("@") or is_content(term, one) for term, one in zip(listed, spoken, strict=True)
    ]
    return {
        "content": whole(np.array(content, dtype=int)),  # function words are counted, and never stand out
        "view": whole(sizes.index.get_level_values("view").to_numpy()),
        "term": listed,
        "name": {term: _named(entities[term]) for term in sorted({*listed} & {*entities})},
        "n": whole(sizes.to_numpy()),
        "item": whole(kept["item"].to_numpy()),
        "said": whole(kept["said"].to_numpy()),
        "voiced": whole(voiced.reindex(range(len(items)), fill_value=0).to_numpy()),
        "least": least,
        "dropped": len(dropped),
    }


def _texts(passages: pd.DataFrame | None, place: pd.Series) -> dict[str, object] | None:
    """The relevant passages, for whoever looks a word up; None for a study that ships none."""
    if passages is None or passages.empty:
        return None
    known = passages[passages["article_id"].isin(place.index) & passages["text"].notna()]
    known = known.assign(item=place[known["article_id"]].to_numpy()).sort_values(["item", "position"])
    return (
        {"item": whole(known["item"].to_numpy()), "text": known["text"].map(straight).tolist()} if len(known) else None
    )
