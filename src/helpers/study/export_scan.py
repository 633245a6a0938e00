"""What an export holds: its outlets, their languages and hosts, its period, and how its dates are written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from helpers.extract.dates import parse_date
from helpers.extract.language import detect_language
from helpers.study.export_rows import Export
from helpers.study.yaml_lines import StudyError

SAMPLED = 20  # texts of an outlet by which its language is told
MANY = 500  # outlets; more are authors, or addresses
TEXT, HEADLINE = ("text",), ("title", "standfirst")  # fields that hold an item's words
FAULTY = 0.2  # share of rows whose date cannot be read before the column, or its form, is taken to be wrong
OTHERS = ("ja", "de", "fr", "es", "it", "pt", "pl", "tr", "ar")  # told apart from the languages of a study
DATE_FORMATS = tuple(
    f"{order.replace('-', mark)}{time}"
    for order in ("%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%Y%m%d")
    for mark in "/.-"
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)
Values = Mapping[Any, tuple[int, int]]  # value of a date column: the first row that has it, and how many have it


@dataclass
class Speaker:
    """What the file calls an outlet, and what was seen of it."""

    called: str
    n_rows: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)


@dataclass
class Scan:
    """What an export holds.

    Attributes
    ----------
    speakers : dict of str to Speaker
        By what the file calls them; one that is called nothing where no column names outlets.
    start, end : date
    date_format : str
        A `strptime` form; blank where dates need none.
    lost : dict of str to (int, str)
        Reason → how many rows, and the first of them.
    """

    n_rows: int
    speakers: dict[str, Speaker]
    start: dt.date
    end: dt.date
    date_format: str
    lost: dict[str, tuple[int, str]]
    ids_unique: bool


def scan(export: Export, columns: Mapping[str, str], languages: tuple[str, ...], date_format: str = "") -> Scan:
    """Read an export once, from its first row to its last.

    Parameters
    ----------
    export : Export
    columns : mapping of field to column
    languages : tuple of str
        Those that a study can have.
    date_format : str, optional
        A `strptime` form, where the dates do not tell it by themselves.

    Raises
    ------
    StudyError
        An outlet without name, too many of them, or dates that cannot be read; with file, row and value.
    """
    speakers: dict[str, Speaker] = {}
    dates: dict[Any, tuple[int, int]] = {}
    lost: dict[str, tuple[int, str]] = {}
    ids: set[int] = set()
    n_rows = n_ids = 0
    words, lacking = (TEXT, "without text") if "text" in columns else (HEADLINE, "without a headline")
    for number, row in export.rows():
        n_rows += 1
        text = " ".join(filter(None, (_cell(row, columns.get(field, "")) for field in words)))
        if not row or not text:
            reason = lacking if row else "of another length than the header"
            lost[reason] = (lost.get(reason, (0, ""))[0] + 1, lost.get(reason, (0, f"row {number}"))[1])
        if not row:
            continue
        speaker = _speaker(speakers, row, columns, f"{export.path.name}, row {number}")
        speaker.n_rows += 1
        if host := _host(_cell(row, columns.get("address", ""))):
            speaker.hosts[host] += 1
        if text and speaker.languages.total() < SAMPLED:
            speaker.languages[detect_language(text, among=(*languages, *OTHERS)) or ""] += 1
        value = _countable(row.get(columns["published"]))
        value = value.strip() if isinstance(value, str) else value
        first, n = dates.get(value, (number, 0))
        dates[value] = (first, n + 1)
        if "id" in columns and (named := _cell(row, columns["id"])):
            ids.add(hash(named))
            n_ids += 1
    start, end, written = _period(export.path.name, columns["published"], dates, date_format, lost)
    return Scan(n_rows, speakers, start, end, written, lost, n_ids == len(ids))


def _countable(value: Any) -> Any:
    """A value as a key; a list or a mapping, which is no date, as its text."""
    return str(value) if isinstance(value, list | dict) else value


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None or value != value else str(value).strip()


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # urlsplit's, of a bracket that never closes
        return ""


def _speaker(speakers: dict[str, Speaker], row: Mapping[str, Any], columns: Mapping[str, str], place: str) -> Speaker:
    called = _cell(row, columns["outlet"]) if "outlet" in columns else ""
    if not called and "outlet" in columns:
        raise StudyError(f"{place}: column {columns['outlet']!r} names no outlet; fill it in, or take the row out")
    if called not in speakers:
        if len(speakers) == MANY:
            raise StudyError(
                f"{place}: more than {MANY} outlets in column {columns['outlet']!r} ({called!r} is one more); say "
                "which column holds the outlet with --column outlet=NAME"
            )
        speakers[called] = Speaker(called)
    return speakers[called]


def _period(
    name: str, column: str, dates: Values, date_format: str, lost: dict[str, tuple[int, str]]
) -> tuple[dt.date, dt.date, str]:
    """First day, last day, and how dates are written where that must be said."""
    stated = {value: where for value, where in dates.items() if value is not None and value == value and value != ""}
    n_blank = sum(n for value, (_, n) in dates.items() if value not in stated)
    if n_blank:
        first = min(first for value, (first, _) in dates.items() if value not in stated)
        lost["without a date, which stay undated"] = (n_blank, f"row {first}")
    if not stated:
        raise StudyError(
            f"{name}: column {column!r} is empty in every row; say which holds the date with --column published=NAME"
        )
    days = {value: day for value in stated if (day := _day(value, date_format)) is not None}
    if len(days) < len(stated) and not date_format:
        date_format = _format(name, column, stated, days)
        days = {value: day for value in stated if (day := _day(value, date_format)) is not None}
    bad = {value: where for value, where in stated.items() if value not in days}
    if bad:
        value, (first, _) = next(iter(bad.items()))
        n_bad = sum(n for _, n in bad.values())
        if n_bad > FAULTY * sum(n for _, n in stated.values()):
            form = f"not written as {date_format!r} says" if date_format else "not a date in a known form"
            raise StudyError(
                f"{name}, row {first}, column {column!r}: {value!r} is {form}; write dates as 2024-06-19, or say "
                "their form with --date-format, such as '%d.%m.%Y'"
            )
        lost["with a date that cannot be read"] = (n_bad, f"row {first}: {value!r}")
    return min(days.values()), max(days.values()), date_format


def _day(value: Any, date_format: str) -> dt.date | None:
    """The day that is written there."""
    try:
        return parse_date(value, "UTC", date_format=date_format or None)[0].date()
    except (ValueError, OverflowError):
        return None


def _format(name: str, column: str, stated: Values, days: Mapping[Any, dt.date]) -> str:
    """The one form in which every date is written; blank where most need none.

    Raises
    ------
    StudyError
        Day first or month first cannot be told, or there are several forms.
    """
    left = DATE_FORMATS
    for value in stated:  # most forms go at the first value
        left = tuple(one for one in left if _day(value, one) is not None)
    readings = {one: [_day(value, one) for value in stated] for one in left}
    if left and all(reading == readings[left[0]] for reading in readings.values()):
        return left[0]
    unread = next(value for value in stated if value not in days)
    place = f"{name}, row {stated[unread][0]}, column {column!r}: {unread!r}"
    if left:
        other = next(one for one in left if readings[one] != readings[left[0]])
        raise StudyError(
            f"{place} can be read in two ways, and no row tells which; say so with --date-format {left[0]!r} or "
            f"{other!r}"
        )
    fitting = [one for one in DATE_FORMATS if _day(unread, one) is not None]
    other = next((value for value in stated if fitting and all(_day(value, one) is None for one in fitting)), None)
    if other is not None:
        raise StudyError(
            f"{place} is written in another form than {other!r} in row {stated[other][0]}; write all dates in one, "
            "best 2024-06-19"
        )
    return ""
