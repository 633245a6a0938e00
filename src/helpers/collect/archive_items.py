"""Rows of a news archive to items: whose, when, the same as which, and whether it is one of the study's.

An item has exactly one outcome.  Whether it was read before (`key`) is for whoever holds all items to say, before it is
looked at what it names, because that takes the time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from helpers.collect.files import Row
from helpers.collect.imports import ImportFault, as_json, as_text
from helpers.extract.dates import parse_date
from helpers.extract.headlines import one_line, without_invitation
from helpers.extract.markup import markup_text
from helpers.extract.onpage import address_date
from helpers.study.sources import BOTH, EITHER
from helpers.study.yaml_lines import nearest
from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

NAMED, BACKGROUND, COUNTED = "kept", "background", "counted"
DUPLICATE, OTHER_OUTLET, OTHER_LANGUAGE = "duplicate", "other_outlet", "other_language"
NO_DATE, BAD_DATE, EMPTY, BAD_ROW, BAD_FILE = "no_date", "bad_date", "empty_text", "bad_row", "bad_file"
OUTSIDE = "outside_period"
PUBLISHED = (NAMED, BACKGROUND, COUNTED, EMPTY)
"""Outcomes of what an outlet published, where it has a day: together its true number of items."""
FAULTY = (BAD_ROW, BAD_DATE, BAD_FILE)
"""Outcomes that somebody may want to mend, so that each is listed with its place."""
UNKNOWN = "unknown"  # outlet
LONGEST_TEXT = 2_000_000  # characters of one item
SHOWN = 60  # characters of a value that is told


@dataclass(frozen=True)
class Reading:
    """What a study says of an archive, in plain values: how a row becomes an item.

    Attributes
    ----------
    name : str
        What to call the archive in messages and keys.
    columns, covariates : mapping of field, or covariate, to column
        A point in a column leads into a mapping: ``source.name``.
    path_date : str
        ``%Y``, ``%m`` and ``%d`` as they stand in a file's path; its day is that of items without a date.
    outlets : mapping of host, host with path, or name to outlet id
    outlet : str, optional
        Whose all items are.
    zones, languages, speaks_for : mapping of outlet id to time zone, language, entity
    headlines : frozenset of outlet ids
        Whose items are headline and standfirst: an item's ``text`` is its standfirst.
    timezone : str, optional
        Of times that carry none; the outlet's own by default.
    pair, keep, background, period
        An item is the study's if it names what `keep` says: both states of the pair, either, or one; of the others
        `background` is the share that is sampled.
    """

    name: str
    columns: Mapping[str, str]
    outlets: Mapping[str, str]
    zones: Mapping[str, str]
    languages: Mapping[str, str]
    pair: tuple[str, str]
    period: tuple[dt.date, dt.date]
    outlet: str | None = None
    covariates: Mapping[str, str] = field(default_factory=dict)
    speaks_for: Mapping[str, str] = field(default_factory=dict)
    headlines: frozenset[str] = frozenset()
    path_date: str = ""
    timezone: str | None = None
    keep: str = BOTH
    background: float = 0.0


@dataclass
class Item:
    """One row of an archive, and what became of it; `outcome` is blank while that is open."""

    outcome: str = ""
    outlet: str = UNKNOWN
    value: str = ""
    detail: str = ""
    page_id: str = ""
    published: dt.datetime | None = None
    precision: str = "day"
    date_source: str = ""
    day: dt.date | None = None
    title: str = ""
    text: str = ""
    address: str = ""
    record: dict[str, Any] | None = None

    @property
    def key(self) -> int:
        """Outlet, address and title as a signed integer of 64 bits: the same for the same item."""
        return int.from_bytes(bytes.fromhex(self.page_id), signed=True)


class ItemReader:
    """Rows of one archive to items.

    Parameters
    ----------
    reading : Reading
    entities : mapping of code to mapping of language to names

    >>> reading = Reading("a", {"title": "t", "address": "u", "published": "d"}, {"quay.invalid": "quay"},
    ...                   {"quay": "UTC"}, {"quay": "en"}, ("XAA", "XBB"), (dt.date(2030, 1, 1), dt.date(2030, 12, 31)),
    ...                   headlines=frozenset({"quay"}))
    >>> reader = ItemReader(reading, {"XAA": {"en": ("Borland",)}, "XBB": {"en": ("Tarvia",)}})
    >>> row = {"t": "Borland meets Tarvia", "u": "http://www.quay.invalid/1", "d": "2030-05-01"}
    >>> item = reader.item(Row(1, row), "2030.json")
    >>> reader.settle(item, Row(1, row))
    >>> item.outcome, item.outlet, item.day.isoformat()
    ('kept', 'quay', '2030-05-01')
    """

    def __init__(self, reading: Reading, entities: Mapping[str, Mapping[str, Collection[str]]]) -> None:
        self.reading = reading
        self._hosts, self._names = _places(reading.outlets)
        self._entities = entities
        self._aliases: dict[str, Aliases] = {}
        self._path_date = _path_form(reading.path_date) if reading.path_date else None
        self._path_days: dict[str, str | None] = {}

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is mapped, with what it is mapped to."""
        mapped = [*self.reading.columns.items(), *self.reading.covariates.items()]
        return {column: name for name, column in mapped if name != "date_format"}

    def check(self, rows: Collection[Row], path: str) -> None:
        """Look whether the columns that no item can do without stand in the first rows of an archive.

        Others may stand in few items: whether any has them is known when all are read.

        Raises
        ------
        ImportFault
            One does not, with the nearest that does.
        """
        present = list(dict.fromkeys(str(column) for row in rows for column in row.values))
        dated_otherwise = {"published"} if self.reading.path_date else set()
        needed = {"address", "title", "text", "published", "outlet"} - dated_otherwise
        for column, name in self.columns.items():
            if present and name in needed and not stands_in(column, present):
                raise ImportFault(
                    f"{self.reading.name}: no item of {path} has {column!r} (for {name}): say under `columns` in "
                    f"study.yml which it is; {nearest(column, present)}"
                )

    def item(self, row: Row, path: str) -> Item:
        """What a row says, `outcome` set if it can be no item of the study."""
        if row.fault:
            return Item(row.fault[0], value=row.fault[1][:SHOWN], detail=row.fault[2])
        item = Item(title=one_line(as_text(self._cell(row, "title"))), address=as_text(self._cell(row, "address")))
        self._place(item, row)
        if item.outcome:
            return item
        item.text = self._text(row, item.outlet)
        if not item.text and not item.title:
            item.outcome = EMPTY
            return item
        if len(item.text) > LONGEST_TEXT:
            item.outcome, item.detail = BAD_ROW, f"a text of more than {LONGEST_TEXT:,} characters"
            return item
        self._date(item, row, path)
        said = as_text(self._cell(row, "language"))
        if not item.outcome and said and not _same_language(said, self.reading.languages[item.outlet]):
            item.outcome, item.value = OTHER_LANGUAGE, said[:SHOWN]
        where = item.address or f"{item.day}"
        title = item.title or item.text[:200]
        item.page_id = hashlib.sha256(f"{item.outlet}\n{where}\n{title}".encode()).hexdigest()[:16]
        item.address = item.address or f"{self.reading.name}/{path}#{row.number}"
        return item

    def settle(self, item: Item, row: Row) -> None:
        """Give an item that was not read before its outcome, and its record if it is to be kept."""
        start, end = self.reading.period
        if not start <= item.day <= end:
            item.outcome = OUTSIDE
            return
        if not item.text and item.outlet not in self.reading.headlines:  # published, and nothing to read
            item.outcome = EMPTY
            return
        item.outcome = NAMED if self._is_named(item) else BACKGROUND if self._is_sampled(item) else COUNTED
        if item.outcome == COUNTED:
            return
        values = {name: as_text(_of(row.values, column)) for name, column in self.reading.covariates.items()}
        item.record = {
            "page_id": item.page_id, "outlet": item.outlet, "address": item.address,
            "published": item.published.isoformat(), "date_source": item.date_source,
            "date_precision": item.precision, "title": item.title or None,
            **{name: as_text(self._cell(row, name)) or None for name in ("byline", "section", "language")},
            "text": item.text, "covariates": as_json({name: value for name, value in values.items() if value}),
        }  # fmt: skip

    def _cell(self, row: Row, name: str) -> Any:
        column = self.reading.columns.get(name)
        return None if column is None else _of(row.values, column)

    def _text(self, row: Row, outlet: str) -> str:
        if outlet in self.reading.headlines:
            return without_invitation(one_line(as_text(self._cell(row, "standfirst"))))
        cell = self._cell(row, "text")
        return "" if isinstance(cell, dict) else markup_text(as_text(cell, "\n\n"))

    def _place(self, item: Item, row: Row) -> None:
        """Whose item it is; another one's keeps the name by which that was told."""
        if self.reading.outlet:
            item.outlet = self.reading.outlet
            return
        said = as_text(self._cell(row, "outlet"))
        outlet = self._names.get(said) if said else None
        host, path = _host(item.address)
        if not said or (outlet is None and self._hosts):
            outlet = outlet or self._by_host(host, path)
        if outlet is None:
            item.outcome, item.value = OTHER_OUTLET, (said or host or "no host")[:SHOWN]
        else:
            item.outlet = outlet

    def _by_host(self, host: str, path: str) -> str | None:
        while host:
            for below, outlet in self._hosts.get(host, ()):
                if not below or path == below or path.startswith(below + "/"):
                    return outlet
            host = host.partition(".")[2]
        return None

    def _date(self, item: Item, row: Row, path: str) -> None:
        """When it appeared: its own date, else its file's, else its address's."""
        zone = self.reading.zones[item.outlet]
        value = self._cell(row, "published")
        if not (value is None or value != value or not str(value).strip()):
            form = self.reading.columns.get("date_format")
            try:
                dated, item.date_source = _parsed(value, self.reading.timezone or zone, form), "export"
                if dated[1] == "day":  # a day is a day, wherever it was written down
                    dated = _parsed(value, zone, form)
            except (ValueError, OverflowError) as error:
                item.outcome, item.value, item.detail = BAD_DATE, str(value)[:SHOWN], str(error)[:200]
                return
        elif day := self._day_of(path):
            dated, item.date_source = parse_date(day, zone), "path"
        elif filed := address_date(item.address, zone):
            dated, item.date_source = filed, "address"
        else:
            item.outcome = NO_DATE
            return
        item.published, item.precision = dated
        item.day = item.published.astimezone(ZoneInfo(zone)).date()

    def _day_of(self, path: str) -> str | None:
        """The day in a file's path, the last if there are several."""
        if self._path_date is None:
            return None
        if path not in self._path_days:
            days = [match for match in self._path_date.finditer(path) if _is_day(match)]
            self._path_days = {path: f"{days[-1]['Y']}-{days[-1]['m']}-{days[-1]['d']}" if days else None}
        return self._path_days[path]

    def _is_named(self, item: Item) -> bool:
        language = self.reading.languages[item.outlet]
        if language not in self._aliases:
            self._aliases[language] = Aliases(self._entities, language)
        named = self._aliases[language].names(lemmas(f"{item.title}\n{item.text}", language, breaks=True))
        named |= {self.reading.speaks_for.get(item.outlet, "")}
        if self.reading.keep == BOTH:
            return named >= set(self.reading.pair)
        return bool(named & (set(self.reading.pair) if self.reading.keep == EITHER else {self.reading.keep}))

    def _is_sampled(self, item: Item) -> bool:
        """By the hash of outlet, address and title: the same items in every run, whatever else is read."""
        return int(item.page_id, 16) / 2**64 < self.reading.background


def stands_in(column: str, present: Collection[str]) -> bool:
    """Whether a column, or the mapping that a point in it leads into, is among some.

    >>> stands_in("source.name", ["title", "source"]), stands_in("lead", ["title"])
    (True, False)
    """
    return column in present or column.split(".")[0] in present


def _of(values: Mapping[str, Any], column: str) -> Any:
    """A value, or one in a mapping of them: ``source.name``."""
    if column in values or "." not in column:
        return values.get(column)
    value: Any = values
    for key in column.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _places(outlets: Mapping[str, str]) -> tuple[dict[str, list[tuple[str, str]]], dict[str, str]]:
    """Outlets by host, with the paths below it, longest first; and by any name."""
    hosts: dict[str, list[tuple[str, str]]] = {}
    for place, outlet in outlets.items():
        host, _, path = place.partition("/")
        if "." in host:
            hosts.setdefault(host, []).append((f"/{path}".rstrip("/"), outlet))
    return {host: sorted(below, reverse=True) for host, below in hosts.items()}, dict(outlets)


def _host(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removeprefix("www."), parts.path
    except ValueError:  # urlsplit's, of a bracket that never closes
        return "", ""


@cache
def _path_form(form: str) -> re.Pattern[str]:
    pattern = re.escape(form)
    for sign, digits in (("Y", r"(?:19|20)\d\d"), ("m", r"\d\d"), ("d", r"\d\d")):
        pattern = pattern.replace(f"%{sign}", f"(?P<{sign}>{digits})")
    return re.compile(rf"(?<!\d){pattern}(?!\d)")


def _is_day(match: re.Match[str]) -> bool:
    try:
        dt.date(int(match["Y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return False
    return True


def _parsed(value: Any, zone: str, date_format: str | None) -> tuple[dt.datetime, str]:
    """As `parse_date`; times that are written whole, of which a year has hundreds of thousands, without its detours."""
    if not date_format and isinstance(value, str) and len(value) >= 19 and value[4:5] == "-":
        try:
            moment = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return parse_date(value, zone)
        if not 1 < moment.year < dt.MAXYEAR:
            return parse_date(value, zone)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC), "time"
    return parse_date(value, zone, date_format=date_format)


def _same_language(said: str, spoken: str) -> bool:
    return re.split("[-_]", said.lower())[0] == re.split("[-_]", spoken.lower())[0]
