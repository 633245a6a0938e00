"""WARC files of others, a whole CC-NEWS file included, to the pages of the study's outlets; record by record.

A file is read once and never held: memory is that of one record.  What is damaged has a row, and reading goes on
behind it.  Bodies stay where they are; a page is named by its
file and the offset at which its record begins.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.collect.addresses import canonical
from helpers.collect.answers import TooLarge, outcome_of
from helpers.collect.archive import page_key
from helpers.collect.imports import ImportFault
from helpers.collect.records import LARGEST, ArchiveError, Record, answer_of, location_of, matches
from helpers.collect.turns import FETCHED, KEPT, judged
from helpers.collect.warc_files import SUFFIXES, NotWarc, Unread, WarcRecord, warc_records

LARGEST_PAGE = 20_000_000  # bytes of a page, unpacked
OTHER_SITES, NO_PAGE, CUT_OFF, DAMAGED, REPEAT = "other_sites", "no_page", "cut_off", "damaged", "repeat_of_address"
_PREFIX = re.compile(r"^(?:www|m|amp)\d?\.")


@dataclass(frozen=True)
class WarcPage:
    """One record of an outlet, or one row for all records of a file that are no page of any.

    Attributes
    ----------
    page_id : str
        As of `archive.page_key`; of a row for a file, or a repeat, the hash of file and place.
    offset : int or None
        Where the record begins in `file`; None for a row that has no page to read.
    file : str
        Below the folder that was read, or the file's own name.
    outcome : str
        ``kept``, a reason of `session.Session.get` or `barriers.barrier`, ``revisit``, ``cut_off``, ``damaged``,
        ``repeat_of_address``, ``outside_period``; for a file ``other_sites`` or ``no_page``, with the number in
        `detail`, and ``damaged`` for each stretch that cannot be read, with its bytes.
    """

    page_id: str
    address: str
    retrieved: dt.datetime | None
    status: int
    sha256: str | None
    offset: int | None
    file: str
    outlet: str
    outcome: str
    detail: str = ""
    location: str = ""


def read_warc(
    path: Path,
    *,
    homes: Mapping[str, str],
    outlet: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
) -> Iterator[WarcPage]:
    """Pages of the study's outlets in a WARC file, or in every one of a folder.

    Parameters
    ----------
    path : Path
        Packed record by record (gzip, zstandard) or not at all, or a ``.wacz`` of such; a folder is read in the
        order of names.
    homes : mapping of outlet id to home address
        A record belongs to the outlet on whose host, and below whose path, its address lies.
    outlet : str, optional
        Whose records they all are.
    period : (date, date), optional
        A page that was fetched before it began cannot have been published in it.

    Yields
    ------
    WarcPage

    Raises
    ------
    ImportFault
        No such file, none in the folder, no WARC file, or one packed as a whole.
    """
    seen: set[str] = set()
    whose = (lambda _: outlet) if outlet else Sites(homes).outlet
    for name, file in warc_files(path).items():
        for page in _pages(file, name, whose, period):
            if page.offset is not None and page.outcome == KEPT:
                if page.page_id in seen:
                    page = _without_page(page, REPEAT, "the same address stands earlier in these files")
                seen.add(page.page_id)
            yield page


def warc_files(path: Path) -> dict[str, Path]:
    """Files of a source by the name that the pages table has for them: a file's own, or its path below the folder.

    Raises
    ------
    ImportFault
        There is none.
    """
    if not path.exists():
        raise ImportFault(f"{path.name}: no such file; check `path` in study.yml")
    if path.is_file():
        return {path.name: path}
    files = sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES))
    if not files:
        raise ImportFault(f"{path.name}: no file ending in {' or '.join(SUFFIXES)} in this folder")
    return {file.relative_to(path).as_posix(): file for file in files}


class Sites:
    """Which outlet an address belongs to.

    >>> Sites({"quay": "http://www.quay.invalid/", "quay-ru": "http://quay.invalid/ru/"}).outlet("http://quay.invalid/ru/1")
    'quay-ru'
    """

    def __init__(self, homes: Mapping[str, str]) -> None:
        parts = {outlet: urlsplit(home) for outlet, home in homes.items() if home}
        places = [
            (_PREFIX.sub("", (part.hostname or "").lower()), part.path.rpartition("/")[0] + "/", outlet)
            for outlet, part in parts.items()
        ]
        self._places = sorted(places, key=lambda place: (-len(place[0]), -len(place[1]), place[2]))

    def outlet(self, address: str) -> str | None:
        """The outlet with the longest host and path that hold an address, None if it is another site's."""
        try:
            part = urlsplit(address)
        except ValueError:
            return None
        host = _PREFIX.sub("", (part.hostname or "").lower())
        for site, path, outlet in self._places:
            if (host == site or host.endswith("." + site)) and (part.path or "/").startswith(path):
                return outlet
        return None


def _pages(file: Path, name: str, whose: Any, period: tuple[dt.date, dt.date] | None) -> Iterator[WarcPage]:
    """Pages of one file, then rows for the rest of it."""
    rest: Counter[str] = Counter()
    unread: list[Unread] = []
    n_records = 0
    try:
        for record in warc_records(file, lambda fields: not isinstance(_of(fields, whose), str)):
            if isinstance(record, Unread):
                unread.append(record)
                continue
            n_records += 1
            page = _page(record, name, whose, period)
            if not isinstance(page, str):
                yield page
                continue
            rest[page] += 1
            if record.fault:
                unread.append(Unread(record.start, record.end, record.fault))
    except NotWarc as error:
        raise ImportFault(f"{name}: {error}") from error
    if not n_records:
        raise ImportFault(f"{name}: no record in this file; take it out of the source")
    for part in unread:
        yield _row(name, DAMAGED, f"{_range(part)} cannot be read ({part.reason})", part.start)
    for reason, what in ((OTHER_SITES, "records of other sites"), (NO_PAGE, "records that are no answer of a site")):
        if rest[reason]:
            yield _row(name, reason, f"{rest[reason]} {what}")


def _range(part: Unread | WarcRecord) -> str:
    return f"bytes {part.start} to {part.end - 1}"


def _of(fields: Mapping[str, str], whose: Any) -> tuple[str, str] | str:
    """Outlet and address of a record that may hold a page, or the reason for which it is only counted."""
    target = fields.get("warc-target-uri", "").strip("<>")
    if fields.get("warc-type") not in ("response", "revisit") or not target:
        return NO_PAGE
    outlet = whose(target)
    if outlet is None:
        return OTHER_SITES
    try:
        address = canonical(target)
    except ValueError:
        return NO_PAGE
    # The answer of a name service, which some crawlers archive too, is none.
    return (outlet, address) if address.startswith(("http://", "https://")) else NO_PAGE


def _page(record: WarcRecord, name: str, whose: Any, period: tuple[dt.date, dt.date] | None) -> WarcPage | str:
    """One record as a page, or the reason for which it is only counted."""
    fields, of = record.fields, _of(record.fields, whose)
    if isinstance(of, str):
        return of
    outlet, address = of
    page = WarcPage(page_key(outlet, address), address, _when(fields), 0, None, record.start, name, outlet, KEPT)
    if record.fault:
        return _without_page(page, CUT_OFF if record.is_cut else DAMAGED, f"{_range(record)}: {record.fault}")
    if fields["warc-type"] == "revisit":
        return _without_page(page, "revisit", "the page itself stands in another file")
    if record.length > LARGEST:
        return _without_page(page, "too_large", f"more than {LARGEST} bytes")
    if page.retrieved is None or not matches(fields.get("warc-block-digest", ""), record.block):
        return _without_page(page, DAMAGED, "no date" if page.retrieved is None else "does not match its digest")
    if period and page.retrieved.date() < period[0]:
        return _without_page(page, "outside_period", f"fetched on {page.retrieved.date()}, before it began")
    return _judged(page, Record(fields["warc-type"], dict(fields), record.block))


def _judged(page: WarcPage, record: Record) -> WarcPage:
    """A page with what its response says."""
    try:
        answer = answer_of(record, f"{page.file} at {page.offset}", size=LARGEST_PAGE)
    except TooLarge as error:
        return _without_page(page, "too_large", str(error))
    except ArchiveError as error:
        return _without_page(page, DAMAGED, str(error))
    if not answer.status:
        return _without_page(page, DAMAGED, "no status")
    said = outcome_of(answer.status, answer.headers)
    answer = judged(
        replace(answer, address=page.address, outcome=said, detail="" if said == "ok" else str(answer.status))
    )
    page = replace(
        page, status=answer.status, sha256=hashlib.sha256(answer.body).hexdigest(), location=location_of(answer)
    )
    return page if answer.outcome == FETCHED else _without_page(page, answer.outcome, answer.detail)


def _without_page(page: WarcPage, outcome: str, detail: str) -> WarcPage:
    """A record that gives no page: it has a key of its own, so that another record may have the page's."""
    key = hashlib.sha256(f"{page.file}\n{page.offset}".encode()).hexdigest()[:16]
    return replace(page, page_id=key, offset=None, sha256=None, outcome=outcome, detail=detail)


def _row(name: str, outcome: str, detail: str, start: int | None = None) -> WarcPage:
    place = outcome if start is None else f"{outcome}\n{start}"
    key = hashlib.sha256(f"{name}\n{place}".encode()).hexdigest()[:16]
    return WarcPage(key, name, None, 0, None, None, name, "", outcome, detail)


def _when(fields: Mapping[str, str]) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(fields.get("warc-date", "")).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # the latter: outside the calendar
        return None
