"""What an export holds: its outlets, their languages and hosts, its period, and how its dates are written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from helpers.extract.date_forms import MixedForms, UndecidedForm, common_form, day_as
from helpers.extract.language import detect_language
from helpers.study.export_rows import Export
from helpers.study.yaml_lines import StudyError

SAMPLED = 20  # texts of an outlet by which its language is told
MANY = 500  # outlets; more are authors, or addresses
TEXT, HEADLINE = ("text",), ("title", "standfirst")  # fields that hold an item's words
FAULTY = 0.2  # share of rows whose date cannot be read before the column, or its form, is taken to be wrong
OTHERS = ("ja", "de", "fr", "es", "it", "pt", "pl", "tr", "ar")  # told apart from the languages of a study
Values = Mapping[Any, tuple[str, int]]  # value of a date column: where it stands first, and how many rows have it


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
    dates: dict[Any, tuple[str, int]] = {}
    lost: dict[str, tuple[int, str]] = {}
    ids: set[int] = set()
    n_rows = n_ids = 0
    words, lacking = (TEXT, "without text") if "text" in columns else (HEADLINE, "without a headline")
    for number, row in export.rows():
        place = f"{export.counted} {number}"
        n_rows += 1
        text = " ".join(filter(None, (_cell(row, columns.get(field, "")) for field in words)))
        if not row or not text:
            reason = lacking if row else "of another length than the header"
            lost[reason] = (lost.get(reason, (0, ""))[0] + 1, lost.get(reason, (0, place))[1])
        if not row:
            continue
        speaker = _speaker(speakers, row, columns, f"{export.path.name}, {place}")
        speaker.n_rows += 1
        if host := _host(_cell(row, columns.get("address", ""))):
            speaker.hosts[host] += 1
        if text and speaker.languages.total() < SAMPLED:
            speaker.languages[detect_language(text, among=(*languages, *OTHERS)) or ""] += 1
        value = _countable(row.get(columns["published"]))
        value = value.strip() if isinstance(value, str) else value
        first, n = dates.get(value, (place, 0))
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
        first = next(first for value, (first, _) in dates.items() if value not in stated)
        lost["without a date, which stay undated"] = (n_blank, first)
    if not stated:
        raise StudyError(
            f"{name}: column {column!r} is empty in every row; say which holds the date with --column published=NAME"
        )
    days = {value: day for value in stated if (day := day_as(value, date_format)) is not None}
    if len(days) < len(stated) and not date_format:
        date_format = _format(name, column, stated, days)
        days = {value: day for value in stated if (day := day_as(value, date_format)) is not None}
    bad = {value: where for value, where in stated.items() if value not in days}
    if bad:
        value, (first, _) = next(iter(bad.items()))
        n_bad = sum(n for _, n in bad.values())
        if n_bad > FAULTY * sum(n for _, n in stated.values()):
            form = f"not written as {date_format!r} says" if date_format else "not a date in a known form"
            raise StudyError(
                f"{name}, {first}, column {column!r}: {value!r} is {form}; write dates as 2024-06-19, or say "
                "their form with --date-format, such as '%d.%m.%Y'"
            )
        lost["with a date that cannot be read"] = (n_bad, f"{first}: {value!r}")
    return min(days.values()), max(days.values()), date_format


def _format(name: str, column: str, stated: Values, days: Mapping[Any, dt.date]) -> str:
    """The one form in which every date is written; blank where most need none.

    Raises
    ------
    StudyError
        Day first or month first cannot be told, or there are several forms.
    """
    unread = next(value for value in stated if value not in days)
    try:
        return common_form(stated)
    except UndecidedForm as error:
        raise StudyError(
            f"{name}, {stated[unread][0]}, column {column!r}: {unread!r} can be read in two ways, and no date of the "
            f"file tells which; say so with --date-format {error.forms[0]!r} or {error.forms[1]!r}"
        ) from None
    except MixedForms as error:
        value, other = error.values
        raise StudyError(
            f"{name}, {stated[value][0]}, column {column!r}: {value!r} is written in another form than {other!r} in "
            f"{stated[other][0]}; write all dates in one, best 2024-06-19"
        ) from None
