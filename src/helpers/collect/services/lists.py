"""An address list of one's own: a text file with an address a line, or a CSV file with a column `address`."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from helpers.collect.addresses import RefusedAddress, canonical, check_address
from helpers.collect.services.model import Listed
from helpers.extract.dates import parse_date


def read_list(path: Path, *, timezone: str = "UTC", practice: bool = False) -> tuple[Listed, ...]:
    """Addresses of a file, with their dates where it gives them.

    Parameters
    ----------
    path : Path
        ``.csv``: columns `address` and, if there are any, `published` and `title`.  Any other: one address a line,
        then, if wanted, a tab and a date; what follows ``#`` at the start of a line or after a space is a comment.
    timezone : str
        IANA zone of dates without one.
    practice : bool
        Addresses of invented hosts are taken.

    Returns
    -------
    tuple of Listed
        In the order of the file, each address once.

    Raises
    ------
    ValueError
        With file, line and value: not UTF-8, no column `address`, an address or a date that is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"{path.name}: there is no such file; put the address list there") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    rows = _csv(path, text) if path.suffix.lower() == ".csv" else _lines(text)
    listed: dict[str, Listed] = {}
    for number, address, stated, words in rows:
        place = f"{path.name}, line {number}"
        try:
            check_address(address, practice=practice)
            known = canonical(address)
        except (RefusedAddress, ValueError) as error:
            raise ValueError(f"{place}: {error}; write it with http:// or https://") from None
        listed.setdefault(known, Listed(known, _date(stated, timezone, place), words))
    return tuple(listed.values())


def _lines(text: str) -> Iterator[tuple[int, str, str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        line = "" if line.lstrip().startswith("#") else line.split(" #")[0].strip()
        if line:
            address, _, stated = line.partition("\t")
            yield number, address.strip(), stated.strip(), ""


def _csv(path: Path, text: str) -> Iterator[tuple[int, str, str, str]]:
    reader = csv.DictReader(text.splitlines())
    if "address" not in (reader.fieldnames or ()):
        raise ValueError(f"{path.name}, line 1: no column 'address' among {list(reader.fieldnames or ())}; name one so")
    end = reader.line_num
    for row in _read(reader, path.name):
        start, end = end + 1, reader.line_num
        values = {name: (row.get(name) or "").strip() for name in ("address", "published", "title")}
        if any(values.values()):
            yield start, values["address"], values["published"], values["title"]


def _read(reader: csv.DictReader, name: str) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise ValueError(f"{name}, line {reader.line_num + 1}: not CSV ({error}); save it again as CSV") from None


def _date(stated: str, timezone: str, place: str) -> dt.datetime | None:
    try:
        date = parse_date(stated, timezone)[0] if stated else None
    except ValueError:
        date = None
    if stated and date is None:
        raise ValueError(f"{place}: {stated!r} is not a date; write it YYYY-MM-DD, or with time and zone")
    return date
