"""Rows of an export whatever its format, with the number by which its owner finds them again."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.collect.extraction import Page, extract_pages
from helpers.extract.article import Extractor
from helpers.extract.encoding import decode

KINDS = ("jsonl", "csv", "parquet", "html")
LARGEST = 2_000_000_000  # bytes of a text file, unpacked
BATCH = 1000  # rows of a Parquet file in memory at a time
CELL = 50_000_000  # characters of one CSV cell
END = "\x00end of file\x00"  # a last line of our own: it stands alone unless a quotation mark never closes
_SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")


@dataclass
class Row:
    """One row: its number, its values, and for a saved page what it says.

    Attributes
    ----------
    number : int
        Of the line in which it begins, as an editor counts; in files without lines of the row, the first being 1.
    counted : {"row", "line", "page"}
        What the number counts.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    fault: tuple[str, str, str] | None = None
    refused: str = ""
    flags: tuple[str, ...] = ()
    dated: dict[str, Any] | None = None
    counted: str = "row"

    @property
    def place(self) -> str:
        """How its owner finds it again.

        >>> Row(950, counted="line").place
        'line 950'
        """
        if self.counted == "page":
            return f"page {self.values.get('id') or (self.fault or ('', '?'))[1]}"
        return f"{self.counted} {self.number}"


def read_rows(
    path: Path, kind: str, *, wanted: Collection[str] = (), error: type[ValueError] = ValueError
) -> Iterator[Row]:
    """Rows of a file, made one after the other.

    Parameters
    ----------
    path : Path
        Gzipped or not, whatever its name says.
    kind : {"jsonl", "csv", "parquet"}
    wanted : collection of str
        Columns that will be read, so must not stand twice.
    error : type of ValueError
        What to raise when the file as a whole cannot be read.

    Returns
    -------
    iterator of Row
    """
    if kind not in KINDS:
        raise error(f"{path.name}: kind {kind!r} is not one of {', '.join(KINDS)}")
    if path.is_dir():
        raise error(
            f"{path.name}: a folder, where kind {kind!r} needs a file; use kind html for a folder of saved pages"
        )
    if kind == "parquet":
        return _parquet(path, wanted, error)
    text = decode(_plain(path, error))
    return _jsonl(text) if kind == "jsonl" else csv_rows(_lines(text), path.name, wanted=wanted, error=error)


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
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(_SUFFIXES)]
    linked = sorted(path for path in paths if not path.resolve().is_relative_to(folder.resolve()))
    paths, pages = [path for path in paths if path not in linked], []
    for name in sorted(path.relative_to(folder).as_posix() for path in paths):
        said = outlet or name.split("/")[0]
        pages.append(Page(name, said, folder / name, None, name, outlets.get(said, "UTC"), extractor))
    rows = [_page(number, record, read) for number, (_, record, read) in enumerate(extract_pages(pages), 1)]
    return rows + [_linked(len(rows) + turn, path, folder) for turn, path in enumerate(linked, 1)]


def _linked(number: int, path: Path, folder: Path) -> Row:
    """A saved page that is a link out of its folder; what it leads to is none of the study's."""
    detail = "a link that leads out of the folder; it is not read: copy the page there"
    return Row(number, fault=("bad_row", path.relative_to(folder).as_posix(), detail), counted="page")


def _page(number: int, record: dict[str, Any], is_read: bool) -> Row:
    if not is_read:
        reason = record["refused"].replace("unreadable", "bad_row")
        return Row(number, fault=(reason, record["page_id"], record["refusal_detail"]), counted="page")
    values = {name: record[name] for name in ("address", "outlet", "title", "byline", "section", "language", "text")}
    dated = {name: record[name] for name in ("published", "date_source", "date_precision", "date_conflict")}
    flags = tuple(record["flags"].split("\n")) if record["flags"] else ()
    return Row(
        number, {"id": record["page_id"]} | values, refused=record["refused"], flags=flags, dated=dated, counted="page"
    )


def _plain(path: Path, error: type[ValueError]) -> bytes:
    body = path.read_bytes()
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        for _ in range(2):  # packed once by whoever exported, once more by whoever sent it
            if body[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                    body = _within(file)
    except (EOFError, OSError, zlib.error) as cause:
        raise error(f"{path.name}: the gzip file is cut off or damaged ({cause}); fetch or export it again") from cause
    if len(body) > LARGEST:  # what is read stops there
        raise error(f"{path.name}: more than {LARGEST:,} bytes unpacked; cut it into several files")
    return body


def _within(file: gzip.GzipFile) -> bytes:
    content = bytearray()
    while len(content) <= LARGEST and (block := file.read(1 << 20)):
        content += block
    return bytes(content)


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, without a copy of the whole."""
    end = "\n" if "\n" in text else "\r"
    at = len(text) - len(text.lstrip("\ufeff"))
    while at < len(text):
        to = text.find(end, at) + 1 or len(text)
        yield text[at:to]
        at = to


def _jsonl(text: str) -> Iterator[Row]:
    for number, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = f"not JSON ({type(error).__name__})"
            yield Row(number, fault=("bad_row", line.rstrip("\n")[:80], reason), counted="line")
            continue
        if isinstance(value, dict):
            yield Row(number, value, counted="line")
        else:
            reason = "not a JSON object"
            yield Row(number, fault=("bad_row", line.rstrip("\n")[:80], reason), counted="line")


def csv_rows(
    lines: Iterable[str], name: str, *, wanted: Collection[str] = (), error: type[ValueError] = ValueError
) -> Iterator[Row]:
    """Rows of a CSV file, whose header shows how it separates.

    >>> [row.values for row in csv_rows(["a;b\\n", "1;2\\n"], "rows.csv")]
    [{'a': '1', 'b': '2'}]
    """
    csv.field_size_limit(CELL)
    first, lines = [], iter(lines)
    while not first or not first[-1].strip("\ufeff\r\n "):
        if (line := next(lines, None)) is None:
            break
        first.append(line)
    head = first[-1].strip("\ufeff\r\n") if first else ""
    separator = re.fullmatch(r'"?sep=(.)"?', head, re.IGNORECASE)  # a spreadsheet's own note on how it separates
    delimiter = separator.group(1) if separator else max(",;\t|", key=head.count)
    reader = csv.reader(itertools.chain(first, lines, [END]), delimiter=delimiter)
    number, header = 0, []
    try:
        for cells in reader:
            start, number = number + 1, reader.line_num
            if cells == [END]:
                return
            if cells and cells[-1].endswith(END):
                raise error(
                    f"{name}, line {start}: a quotation mark opens in the row {cells[0][:40]!r} and never closes "
                    f"in the {number - start} lines to the end; close or double it, or export the file again"
                )
            if not header:
                header = [] if separator and start == 1 else [column.strip() for column in cells if any(cells)]
                _check_twice(header, wanted, name, error)
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = f"{len(cells)} cells where the header has {len(header)}"
                yield Row(start, fault=("bad_row", delimiter.join(cells)[:80], reason), counted="line")
            else:
                yield Row(start, dict(zip(header, cells, strict=True)), counted="line")
    except csv.Error as cause:
        raise error(f"{name}, line {reader.line_num}: not CSV ({cause}); save it again as CSV in UTF-8") from cause


def _check_twice(header: list[str], wanted: Collection[str], name: str, error: type[ValueError]) -> None:
    """Raise if a column that will be read stands twice: which one is meant?"""
    for column in wanted:
        if header.count(column) > 1:
            raise error(
                f"{name}: column {column!r} stands {header.count(column)} times; rename all but the one to read"
            )


def _parquet(path: Path, wanted: Collection[str], error: type[ValueError]) -> Iterator[Row]:
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            _check_twice(file.schema_arrow.names, wanted, path.name, error)
            for batch in file.iter_batches(BATCH):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(number, values)
    except error:
        raise
    except (pa.ArrowException, OSError, LookupError, OverflowError, ValueError) as cause:  # also dates out of range
        reason = f"{type(cause).__name__}: {' '.join(str(cause).split())[:120]}"
        raise error(f"{path.name}: not a Parquet file that can be read ({reason}); export it again") from cause
