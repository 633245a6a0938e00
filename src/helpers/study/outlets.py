"""Outlets as a study file has them: who speaks, from where, and on what each of these facts rests."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Mapping

from helpers.study.model import Outlet
from helpers.study.yaml_lines import Entry

SAMPLING = ("census", "keyword", "random", "unknown")
ACCESS = ("open", "metered", "paywalled", "mirror", "unknown")
NEEDED = ("name", "country", "language", "timezone")
FACTS = ("country", "city", "language", "timezone", "home", "ownership", "access", "feeds", "sitemaps", "front")
UNVERIFIED = "unverified"


def read_outlet(key: str, entry: Entry, languages: tuple[str, ...], entities: Mapping[str, object]) -> Outlet:
    """One entry of ``outlets:``, checked.

    Raises
    ------
    StudyError
        With file, line, value and the nearest valid value.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", key):
        raise entry.error(f"outlet id {key!r}: lower-case letters, digits and hyphens only")
    readers = {
        "name": Entry.text,
        "country": _country,
        "language": lambda e: e.choice(languages, "language"),
        "timezone": _timezone,
        "edition": Entry.text,
        "home": _home,
        "city": Entry.text,
        "ownership": Entry.text,
        "access": lambda e: e.choice(ACCESS, "access"),
        "speaks_for": lambda e: e.choice(entities, "entity"),
        "sampling": lambda e: e.choice(SAMPLING, "sampling"),
        "collected": lambda e: tuple(_span(child) for child in e.children()),
        "colour": _colour,
        "group": Entry.text,
        "strip": _patterns,
        "keep": Entry.texts,
        "transcript_voices": _voices,
        "facts": lambda e: {name: child.text() for name, child in e.mapping((), FACTS).items()},
        "verified": _verified,
    }
    entries = entry.mapping(NEEDED, [name for name in readers if name not in NEEDED])
    values = {name: readers[name](child) for name, child in entries.items()}
    return Outlet(id=key, **{"edition": values["language"], **values})


def _home(entry: Entry) -> str:
    return entry.web_address()


def _colour(entry: Entry) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", entry.text()):
        raise entry.error(f"colour {entry.value!r} must look like '#0072B2'")
    return entry.text()


def _verified(entry: Entry) -> datetime.date | None:
    """The day on which the outlet's addresses were seen to answer; none for ``unverified``."""
    return None if entry.value == UNVERIFIED else entry.date()


def _country(entry: Entry) -> str:
    if not re.fullmatch(r"[A-Z]{3}", entry.text()):
        raise entry.error(f"country {entry.value!r} is not an ISO 3166 code of three capitals, like RUS")
    return entry.value


def _timezone(entry: Entry) -> str:
    return entry.choice(sorted(zoneinfo.available_timezones()), "time zone")


def _voices(entry: Entry) -> dict[str, str]:
    voices = {}
    for label, value in entry.items():
        try:
            re.compile(label)
        except re.error as error:
            raise value.error(f"transcript label {label!r} is not a regular expression: {error}") from None
        voices[label] = value.choice(("outlet", "quoted"), "voice")
    return voices


def _patterns(entry: Entry) -> tuple[str, ...]:
    for child in entry.children():
        try:
            re.compile(child.text().replace("{title}", ""))
        except re.error as error:
            raise child.error(f"strip {child.value!r} is not a regular expression: {error}") from None
    return entry.texts()


def _span(entry: Entry) -> tuple[datetime.date, datetime.date]:
    parts = entry.mapping(["start", "end"])
    start, end = parts["start"].date(), parts["end"].date()
    if end < start:
        raise parts["end"].error(f"collected ends {end} before it starts {start}; swap them")
    return start, end
