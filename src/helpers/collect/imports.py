"""Exports in: JSON lines, CSV, Parquet and folders of saved pages to records that the clean stage reads.

A fault of a row is reported and the rest goes on; a fault of the file, or of most rows, stops with one line
that says what to change.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.collect.files import Row, html_rows, read_rows
from helpers.collect.imports_dates import form_of
from helpers.extract.article import Extractor
from helpers.extract.dates import UnclearDate, parse_date
from helpers.extract.encoding import decode
from helpers.extract.headlines import one_line, without_invitation
from helpers.extract.markup import is_markup, markup_text
from helpers.extract.onpage import address_date
from helpers.study.workbooks import workbook

__all__ = ["FAULTS", "FIELDS", "RECORDS", "ImportFault", "Imported", "parse_date", "read_source"]

FIELDS = ("id", "address", "published", "title", "standfirst", "text", "outlet", "byline", "section", "language")
OPTIONS = ("date_format",)
RECORDS = ["page_id", "outlet", "address", "published", "date_source", "date_precision", "date_conflict", "title",
           "byline", "section", "language", "text", "flags", "covariates"]  # fmt: skip
FAULTS = ["id", "file", "row", "place", "outlet", "reason", "value", "detail", "published"]
MAX_FAULTY = 0.2  # share of rows that may fail before the file, or the column map, is taken to be wrong
MAX_EMPTY = 0.9  # share of rows without text: many an export holds headlines whose body was never saved


MANY = 25  # outlets that a line can still list


class ImportFault(ValueError):
    """An export that cannot be read as the study says; one line with file, row, column, value and what to
    do."""


@dataclass(frozen=True)
class Imported:
    """What a file gave: records, one row for each record that could not be used, and what was done to others.

    Attributes
    ----------
    markup : frozenset of page_id
        Whose text was markup.
    deduced : frozenset of page_id
        Whose date was read in a form that other dates of the file tell.
    form_said : str
        That form, and which date tells it, in words.
    """

    records: pd.DataFrame
    faults: pd.DataFrame
    markup: frozenset[str] = frozenset()
    deduced: frozenset[str] = frozenset()
    form_said: str = ""


def read_source(
    path: Path,
    kind: str,
    columns: Mapping[str, str],
    *,
    outlets: Mapping[str, str],
    outlet: str | None = None,
    extractor: Extractor = "trafilatura",
    name: str | None = None,
    covariates: Mapping[str, str] | None = None,
    called: Mapping[str, str] | None = None,
    headlines: frozenset[str] = frozenset(),
) -> Imported:
    """Read one export.

    Parameters
    ----------
    path : Path
        A file, gzipped or not, or a folder of saved pages.
    kind : {"jsonl", "csv", "parquet", "html"}
    columns : mapping of field to column
        Fields are `FIELDS`; ``date_format`` may hold a `strptime` form.  Empty for kind html.
    outlets : mapping of outlet id to IANA time zone
        Those of the study.
    outlet : str, optional
        Whose file it is; else `columns` maps ``outlet``, or saved pages lie in a folder named after the
        outlet.
    extractor : {"trafilatura", "newspaper3k"}
        For saved pages.
    name : str, optional
        What to call the file in messages and keys; its own name by default.
    covariates : mapping of covariate to column, optional
        The study's own columns, carried along; saved pages have none.
    called : mapping of name to outlet id, optional
        Names by which the file may also call an outlet.
    headlines : frozenset of outlet id, optional
        Outlets whose items are headline and standfirst: a record's ``text`` is its standfirst, which may be blank.

    Returns
    -------
    Imported
        `records` with columns `RECORDS`, in the order of the file; `faults` with columns `FAULTS`.  A record's
        ``covariates`` are a JSON object of texts, its keys sorted; a covariate that the row leaves empty has no key.

    Raises
    ------
    ImportFault
        File, column, outlet or id is wrong, or more than a fifth of the rows are.
    """
    name = name or path.name
    if not path.exists():
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ImportFault(
            f"{name}: no such file at {_short(path)}; {_hint(path.name, beside)}check `path` in study.yml"
        )
    if what := workbook(path):
        raise ImportFault(f"{name}: {what}")
    covariates = covariates or {}
    if kind == "html":
        rows = html_rows(path, extractor=extractor, outlets=outlets, outlet=outlet)
        columns, covariates = {field: field for field in FIELDS}, {}
    else:
        rows = read_rows(path, kind, wanted=[*columns.values(), *covariates.values()], error=ImportFault)
        first = list(itertools.islice(rows, 1000))
        bodies = outlet not in headlines if outlet else not headlines  # whether every item has one
        needed = [*(["text"] if bodies else []), "published", *([] if outlet else ["outlet"])]
        _check_columns(columns, covariates, first, name, needed)
        rows = itertools.chain(first, rows)
    reader = _Reader(name, columns, outlets, outlet, covariates, called or {}, headlines)
    for row in rows:
        reader.take(row)
    return reader.result()


def as_json(covariates: Mapping[str, str]) -> str:
    """Covariates of one record as the records have them.

    >>> as_json({"section": "World", "event": "e7"})
    '{"event": "e7", "section": "World"}'
    """
    return json.dumps(dict(covariates), ensure_ascii=False, sort_keys=True)


def _named(columns: list[str]) -> str:
    """The first columns of a file as a line of a message has them, whatever they are called."""
    return ", ".join(" ".join(column.split())[:60] for column in columns[:20])


def _short(path: Path) -> str:
    """The end of a path: enough to find it, without telling whose machine it is."""
    return "/".join(path.parts[-4:])


def _check_columns(
    columns: Mapping[str, str], covariates: Mapping[str, str], rows: list[Row], name: str, needed: list[str]
) -> None:
    """Every mapped column must be in the file, and the fields that nothing can replace must be mapped."""
    for field in columns:
        if field not in FIELDS + OPTIONS:
            near = get_close_matches(field, FIELDS + OPTIONS, 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(FIELDS)}"
            raise ImportFault(f"{name}: columns has no field {field!r}; {hint}")
    for field in needed:
        if field not in columns:
            raise ImportFault(
                f"{name}: columns says nothing of {field!r}; add `{field}: <column>` to this source in study.yml"
            )
    present = list(dict.fromkeys(column for row in rows for column in row.values))
    if not present and rows and rows[0].fault:
        raise ImportFault(
            f"{name}, {rows[0].place}: {rows[0].fault[2]}, and so everywhere below; check that `kind` is right"
        )
    if not present:
        raise ImportFault(f"{name}: no rows in this file; export it again or take the source out of study.yml")
    for field, column in [*columns.items(), *covariates.items()]:
        if field not in OPTIONS and column not in present:
            hint = _hint(column, present) or _hint(field, present)
            none = f", or `{field}: null` if it has none" if field in covariates else ""
            raise ImportFault(
                f"{name}: no column {column!r} (for {field}); {hint}the file has {_named(present)}: "
                f"say under `columns` in study.yml which it is{none}"
            )


def _hint(name: str, present: Collection[str]) -> str:
    """What the file, or the study, has that is written almost so."""
    plain = {one.casefold().strip(): one for one in reversed(list(present))}
    near = get_close_matches(name.casefold().strip(), plain, 1, 0.75)
    return f"did you mean {plain[near[0]]!r}? " if near else ""


@dataclass(frozen=True)
class _Waiting:
    """A date that waits for the others of its file, and the record that it belongs to."""

    row: Row
    outlet: str
    value: str
    record: dict[str, Any]


class _Reader:
    """Rows to records, one after the other, keeping what went wrong."""

    def __init__(
        self,
        name: str,
        columns: Mapping[str, str],
        outlets: Mapping[str, str],
        outlet: str | None,
        covariates: Mapping[str, str],
        called: Mapping[str, str],
        headlines: frozenset[str],
    ) -> None:
        self.name, self.columns, self.outlets, self.outlet = name, columns, outlets, outlet
        self.covariates, self.called, self.headlines = covariates, called, headlines
        self.records: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.seen: dict[str, tuple[str, str]] = {}
        self.waiting: dict[str, _Waiting] = {}
        self.times: dict[tuple[str, str], int] = {}
        self.markup: set[str] = set()
        self.n_rows = 0

    def take(self, row: Row) -> None:
        """Read one row into a record or a fault."""
        self.n_rows += 1
        if row.fault:
            self._lose(row, "", *row.fault)
            return
        outlet = self._outlet(row)
        title, text, was_markup = self._words(row, outlet)
        body = f"{title}\n{text}".strip() if outlet in self.headlines else text
        named = as_text(self._cell(row, "id"))
        address = as_text(self._cell(row, "address")) or f"{self.name}#{named or row.number}"
        page_id = self._page_id(named, outlet, address)
        if isinstance(self._cell(row, "standfirst" if outlet in self.headlines else "text"), dict):
            detail = "a mapping where text should be; name the column of the text itself"
            self._lose(row, outlet, "bad_row", text, detail, page_id=page_id)
            return
        if not body:
            said = f"no {'headline' if outlet in self.headlines else 'text'}"
            self._lose(row, outlet, row.refused or "empty_text", "", said, page_id=page_id)
            return
        if named and self._is_repeat(row, named, body, outlet):
            return
        waiting = False
        try:
            dated = self._date(row, outlet, address)
        except UnclearDate:
            dated = self._undated("export")
            waiting = True
        except ValueError as error:
            self._lose(row, outlet, "bad_date", as_text(self._cell(row, "published")), str(error), page_id=page_id)
            return
        if was_markup:
            self.markup.add(page_id)
        strings = {field: as_text(self._cell(row, field)) or None for field in ("byline", "section", "language")} | {
            "title": title or None
        }
        self.records.append({"page_id": page_id, "outlet": outlet, "address": address, **dated, **strings, "text": text,
                             "flags": "\n".join(row.flags), "covariates": self._covariates(row)})  # fmt: skip
        if waiting:
            value = as_text(self._cell(row, "published"))
            self.waiting[page_id] = _Waiting(row, outlet, value, self.records[-1])

    def result(self) -> Imported:
        """Everything read; raises if too much was lost for one cause."""
        deduced, form_said = self._settle()
        faults = pd.DataFrame(self.faults, columns=FAULTS)
        faults["published"] = pd.to_datetime(faults["published"], utc=True).astype("datetime64[us, UTC]")
        for reason, most, remedy in (
            ("bad_date", MAX_FAULTY, ""),
            ("bad_row", MAX_FAULTY, "; check that `kind` is right"),
            ("empty_text", MAX_EMPTY, "; check which column holds the text"),
        ):
            bad = faults[faults["reason"] == reason]
            if len(bad) > max(most * self.n_rows, 1):
                first = bad.iloc[0]
                column = self.columns.get({"bad_date": "published", "empty_text": "text"}.get(reason, ""), "")
                at = first["place"] + (f", column {column!r}" if column else "")
                raise ImportFault(
                    f"{self.name}, {at}: {first['detail']}; so in {len(bad)} of {self.n_rows} rows{remedy}"
                )
        records = pd.DataFrame(self.records, columns=RECORDS)
        records["published"] = pd.to_datetime(records["published"], utc=True).astype("datetime64[us, UTC]")
        records["date_conflict"] = records["date_conflict"].astype(bool)
        return Imported(records, faults, frozenset(self.markup), deduced, form_said)

    def _cell(self, row: Row, field: str) -> Any:
        return row.values.get(self.columns[field]) if field in self.columns else None

    def _words(self, row: Row, outlet: str) -> tuple[str, str, bool]:
        """Title and text of a row, and whether the text was markup, whose paragraphs are kept.

        The text of a headline is its standfirst, in one line; a saved page was read before.
        """
        title = as_text(self._cell(row, "title"))
        if outlet in self.headlines:
            return one_line(title), without_invitation(one_line(as_text(self._cell(row, "standfirst")))), False
        text = as_text(self._cell(row, "text"), "\n\n")
        markup = row.dated is None and is_markup(text)
        return title, (markup_text(text) if markup else text), markup

    def _covariates(self, row: Row) -> str:
        values = {name: as_text(row.values.get(column)) for name, column in self.covariates.items()}
        return as_json({name: value for name, value in values.items() if value})

    def _outlet(self, row: Row) -> str:
        said = self.outlet or as_text(self._cell(row, "outlet"))
        said = self.called.get(said, said) if said not in self.outlets else said
        if said in self.outlets:
            return said
        at = f"{self.name}, {row.place}, column {self.columns.get('outlet', 'outlet')!r}"
        known = [*self.outlets, *self.called]
        if not said:
            raise ImportFault(f"{at}: names no outlet; fill it in, or take the row out")
        raise ImportFault(
            f"{at}: outlet {said[:80]!r} is not in study.yml; {_hint(said, known)}it has "
            f"{', '.join(list(self.outlets)[:MANY])}"
        )

    def _page_id(self, named: str, outlet: str, address: str) -> str:
        """A key that stays when rows are added: the file's own id, or outlet, address and its turn among equals."""
        times = self.times[outlet, address] = self.times.get((outlet, address), 0) + 1
        key = f"{self.name}\n{named}" if named else f"{self.name}\n{outlet}\n{address}\n{times}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    def _is_repeat(self, row: Row, named: str, text: str, outlet: str) -> bool:
        if named not in self.seen:
            self.seen[named] = (row.place, text)
            return False
        before, body = self.seen[named]
        if body != text:
            raise ImportFault(
                f"{self.name}, {row.place}, column {self.columns['id']!r}: id {named!r} stands for another text "
                f"in {before}; give each article its own id, or take `id` out of columns"
            )
        key = hashlib.sha256(f"{self.name}\n{named}\n{row.number}".encode()).hexdigest()[:16]
        self._lose(row, outlet, "duplicate_id", named, f"same id and text as {before}", page_id=key)
        return True

    def _date(self, row: Row, outlet: str, address: str = "") -> dict[str, Any]:
        if row.dated is not None:
            return row.dated
        value = self._cell(row, "published")
        if value is None or value != value or not str(value).strip():
            filed = address_date(address, self.outlets[outlet])
            if filed:
                known = {"published": filed[0], "date_source": "address", "date_precision": filed[1]}
                return known | {"date_conflict": False}
            return self._undated("none")
        try:
            moment, precision = parse_date(value, self.outlets[outlet], date_format=self.columns.get("date_format"))
        except OverflowError as error:
            raise ValueError(f"{value!r} is no time that a calendar has") from error
        return {"published": moment, "date_source": "export", "date_precision": precision, "date_conflict": False}

    @staticmethod
    def _undated(source: str) -> dict[str, Any]:
        return {"published": None, "date_source": source, "date_precision": "day", "date_conflict": False}

    def _settle(self) -> tuple[frozenset[str], str]:
        """Dates that only the file as a whole makes certain: which records have one now, and what told their form."""
        places = {one.value: one.row.place for one in reversed(self.waiting.values())}
        form, said = form_of({one.value: places[one.value] for one in self.waiting.values()}) if places else ("", "")
        lost = set()
        for page_id, one in self.waiting.items():
            try:
                if not form:
                    raise UnclearDate(said)
                dated = parse_date(one.value, self.outlets[one.outlet], date_format=form)
                one.record["published"], one.record["date_precision"] = dated
            except ValueError as error:
                self._lose(one.row, one.outlet, "bad_date", one.value, str(error), page_id=page_id)
                lost.add(page_id)
        self.records = [record for record in self.records if record["page_id"] not in lost]
        read = frozenset(self.waiting) - lost
        return read, said if read else ""

    def _lose(self, row: Row, outlet: str, reason: str, value: str, detail: str, *, page_id: str = "") -> None:
        key = page_id or hashlib.sha256(f"{self.name}\nrow {row.number}".encode()).hexdigest()[:16]
        owner = outlet or self.outlet or ""
        self.faults.append({"id": key, "file": self.name, "row": row.number, "place": row.place, "outlet": owner,
                            "reason": reason, "value": value[:200], "detail": detail,
                            "published": self._stated(row, owner)})  # fmt: skip

    def _stated(self, row: Row, outlet: str) -> Any:
        """When a lost row says that it appeared, so that the loss has a month; None where it does not say."""
        try:
            return self._date(row, outlet)["published"] if outlet else None
        except ValueError:
            return None


def as_text(value: Any, between: str = ", ") -> str:
    """A cell as text, a list put together; empty for what stands for nothing.

    >>> as_text(["Ada", None, " Ben "]), as_text(float("nan"))
    ('Ada, Ben', '')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, (list, tuple)):
        return between.join(part for part in (as_text(one, between) for one in value) if part)
    if isinstance(value, bytes):
        value = decode(value)
    return str(value).encode("utf-8", "replace").decode().strip()  # half of a surrogate pair is no text
