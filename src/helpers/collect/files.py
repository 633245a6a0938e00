"""Rows of an export whatever its format, with the number by which its owner finds them again."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.clean.extract import Extractor, decode, extract

KINDS = ("jsonl", "csv", "parquet", "html")
CELL = 50_000_000  # characters of one CSV cell
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")


@dataclass
class Row:
    """One row: its number (first is 1; in text files the line), its values, and for a saved page what it
    says."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    fault: tuple[str, str, str] | None = None
    refused: str = ""
    flags: tuple[str, ...] = ()
    dated: dict[str, Any] | None = None


def read_rows(path: Path, kind: str, *, error: type[ValueError] = ValueError) -> list[Row]:
    """All rows of a file.

    Parameters
    ----------
    path : Path
        Gzipped or not, whatever its name says.
    kind : {"jsonl", "csv", "parquet"}
    error : type of ValueError
        What to raise when the file as a whole cannot be read.

    Returns
    -------
    list of Row
    """
    if kind not in KINDS:
        raise error(f"{path.name}: kind {kind!r} is not one of {', '.join(KINDS)}")
    if path.is_dir():
        raise error(
            f"{path.name}: a folder, where kind {kind!r} needs a file; use kind html for a folder of saved pages"
        )
    if kind == "parquet":
        return _parquet(path, error)
    text = decode(_plain(path, error))
    return _jsonl(text) if kind == "jsonl" else _csv(text, path.name, error)


def html_rows(folder: Path, *, extractor: Extractor, outlets: Mapping[str, str], outlet: str | None) -> list[Row]:
    """Saved pages of a folder in the order of their names, extracted.

    Parameters
    ----------
    folder : Path
        ``<folder>/….html``, or ``<folder>/<outlet>/….html`` if `outlet` is None.
    extractor : {"trafilatura", "newspaper3k"}
    outlets : mapping of outlet id to time zone
    outlet : str, optional

    Returns
    -------
    list of Row
    """
    found = [path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(_SUFFIXES)]
    names = sorted(path.relative_to(folder).as_posix() for path in found)
    return [_page(folder, name, i, extractor, outlets, outlet) for i, name in enumerate(names, 1)]


def _page(
    folder: Path, name: str, number: int, extractor: Extractor, outlets: Mapping[str, str], outlet: str | None
) -> Row:
    said = outlet or name.split("/")[0]
    try:
        html = decode(_plain(folder / name, ValueError))
    except ValueError as error:
        return Row(number, fault=("bad_row", name, str(error)))
    saved = _SAVED_FROM.search(html[:3000])
    address = saved.group(1) if saved else name
    page = extract(html, address=address, extractor=extractor, timezone=outlets.get(said, "UTC"))
    if not saved and page.canonical:
        address = page.canonical
    values = {"id": name, "address": address, "outlet": said, "title": page.title, "byline": page.byline,
              "section": page.section, "language": page.language, "text": page.text}  # fmt: skip
    dated = {"published": page.published, "date_source": page.date_source, "date_precision": page.date_precision,
             "date_conflict": page.date_conflict}  # fmt: skip
    return Row(number, values, refused=page.refused, flags=tuple(sorted(flag for flag, _ in page.flags)), dated=dated)


def _plain(path: Path, error: type[ValueError]) -> bytes:
    body = path.read_bytes()
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return gzip.decompress(body)
    except (EOFError, OSError, zlib.error) as cause:
        raise error(f"{path.name}: the gzip file is cut off or damaged ({cause}); fetch or export it again") from cause


def _jsonl(text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            rows.append(
                Row(number, fault=("bad_row", line[:80], f"line {number} is not JSON ({type(error).__name__})"))
            )
            continue
        if isinstance(value, dict):
            rows.append(Row(number, value))
        else:
            rows.append(Row(number, fault=("bad_row", line[:80], f"line {number} is not a JSON object")))
    return rows


def _csv(text: str, name: str, error: type[ValueError]) -> list[Row]:
    csv.field_size_limit(CELL)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    rows, number = [], 1
    try:
        header = [column.strip() for column in next(reader, [])]
        for cells in reader:
            start, number = number + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                told = f"line {start} has {len(cells)} cells where the header has {len(header)}"
                rows.append(Row(start, fault=("bad_row", delimiter.join(cells)[:80], told)))
            else:
                rows.append(Row(start, dict(zip(header, cells, strict=True))))
    except csv.Error as cause:
        raise error(f"{name}, line {reader.line_num}: not CSV ({cause}); save it again as CSV in UTF-8") from cause
    return rows


def _parquet(path: Path, error: type[ValueError]) -> list[Row]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as cause:
        raise error(f"{path.name}: not a Parquet file ({str(cause).splitlines()[0]})") from cause
    return [Row(i, values) for i, values in enumerate(table.to_pylist(), 1)]
