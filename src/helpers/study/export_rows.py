"""Rows of an export as they come, one at a time, and which of its columns holds what."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.extract.dates import parse_date
from helpers.study.workbooks import workbook
from helpers.study.yaml_lines import StudyError, nearest
from helpers.text.languages import LANGUAGES, language

KINDS = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
CELL = 50_000_000  # characters of one CSV cell
LONG = 100  # characters: no column is called so
END = "\x00end of file\x00"  # a last line of our own: it stands alone unless a quotation mark never closes
# What columns are called, the likeliest first: exports of Media Cloud, LexisNexis and Factiva, spreadsheets by hand.
_ENGLISH: dict[str, tuple[str, ...]] = {
    "text": ("text", "full_text", "fulltext", "article_text", "body", "body_text", "content", "article", "article_body",
             "maintext", "story_text", "story", "td"),
    "published": ("publish_date", "published", "published_date", "publication_date", "published_at", "pubdate",
                  "pub_date", "date", "date_published", "datetime", "day", "load_date", "pd", "timestamp"),
    "outlet": ("outlet", "media_name", "outlet_name", "newspaper", "publication", "publication_name", "source",
               "source_name", "media", "publisher", "sn", "so", "domain"),
    "title": ("title", "headline", "hd", "article_title"),
    "standfirst": ("standfirst", "description", "summary", "lead", "lede", "deck", "dek", "excerpt", "abstract",
                   "subtitle", "subheadline", "teaser"),
    "address": ("url", "address", "link", "article_url", "web_url", "source_url", "permalink", "uri"),
    "byline": ("byline", "author", "authors", "by"),
    "section": ("section", "se", "desk", "category"),
    "id": ("id", "stories_id", "article_id", "an", "accession_number", "document_id", "guid"),
}  # fmt: skip
DAMAGED = (EOFError, OSError, zlib.error)  # what gzip raises
NEEDED = {"text": "the text", "published": "the date"}


@cache
def headers() -> dict[str, tuple[str, ...]]:
    """Names of columns by field, in any language of the house.

    >>> headers()["title"][0], "заголовок" in headers()["title"]
    ('title', True)
    """
    return {
        field: (*names, *(name for code in LANGUAGES for name in language(code).columns.get(field, ())))
        for field, names in _ENGLISH.items()
    }


class Export:
    """An export, opened.

    Parameters
    ----------
    path : Path
        CSV (comma, semicolon or tab), JSON lines, either gzipped or not, or Parquet.

    Attributes
    ----------
    kind : {"csv", "jsonl", "parquet"}
    columns : tuple of str
        In the order of the file; of JSON lines those of the first 1,000 rows.
    twice : set of str
        Columns whose name stands more than once.
    counted : {"line", "row"}
        What the number of a row counts.

    Raises
    ------
    StudyError
        The file is not there, is empty, is of another kind, or has no header.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: tuple[str, ...] = ()
        self.twice: set[str] = set()
        if not path.is_file():
            raise StudyError(f"{path.name}: no such file; give the path of your export")
        if what := workbook(path):
            raise StudyError(f"{path.name}: {what}")
        ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
        if ending not in KINDS:
            raise StudyError(f"{path.name}: files that end in {ending!r} cannot be read; {nearest(ending, KINDS)}")
        self.kind = KINDS[ending]
        self.counted = "row" if self.kind == "parquet" else "line"
        rows = self.rows()
        first = list(itertools.islice(rows, 1000 if self.kind == "jsonl" else 1))
        if not first:
            raise StudyError(f"{path.name}: no rows in this file; export it again")
        self.columns = self.columns or tuple(dict.fromkeys(str(column) for _, row in first for column in row))

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Number and values of each row; a row of another length has no values.

        In text files the number is that of the line in which the row begins, as an editor counts.
        """
        if self.kind == "parquet":
            yield from self._parquet()
            return
        with self._open() as file:
            yield from self._csv(file) if self.kind == "csv" else self._jsonl(file)

    def _bytes(self) -> IO[bytes]:
        with self.path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        return gzip.open(self.path) if packed else self.path.open("rb")

    def _open(self) -> IO[str]:
        with self._bytes() as file:
            try:
                mark = file.read(2)
            except DAMAGED as error:
                raise self._damaged(error) from None
        encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        return io.TextIOWrapper(self._bytes(), encoding=encoding, newline="")

    def _lines(self, file: IO[str]) -> Iterator[str]:
        try:
            yield from file
        except UnicodeDecodeError as error:
            byte = f"0x{error.object[error.start]:02x}"
            raise StudyError(
                f"{self.path.name}, line {self._undecodable()}: byte {byte} is not {error.encoding.upper()}; save the "
                "file as UTF-8"
            ) from None
        except DAMAGED as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> StudyError:
        return StudyError(f"{self.path.name}: the file is cut off or damaged ({error}); export it again")

    def _undecodable(self) -> int:
        """The line that is no UTF-8."""
        with self._bytes() as file:
            return next((n for n, line in enumerate(file, 1) if "\ufffd" in line.decode("utf-8", "replace")), 1)

    def _csv(self, file: IO[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        csv.field_size_limit(CELL)
        lines, skipped = self._lines(file), 0
        head = next(lines, "")
        separator = re.fullmatch(r'"?sep=(.)"?', head.strip(), re.IGNORECASE)  # a spreadsheet's own note
        while head and ((separator and not skipped) or not head.strip()):
            head, skipped = next(lines, ""), skipped + 1
        delimiter = separator.group(1) if separator else max(",;\t|", key=head.count)
        reader = csv.reader(itertools.chain([head] if head else [], lines, [END]), delimiter=delimiter)
        header: list[str] = []
        end = skipped
        try:
            for cells in reader:
                number, end = end + 1, reader.line_num + skipped
                if cells == [END]:
                    return
                if cells and cells[-1].endswith(END):
                    raise StudyError(
                        f"{self.path.name}, line {number}: a quotation mark opens in the row {cells[0][:40]!r} and "
                        "never closes; close or double it, or export the file again"
                    )
                if not header:
                    header = self._header([cell.strip() for cell in cells])
                    self.columns = tuple(dict.fromkeys(header))
                    self.twice = {column for column in header if header.count(column) > 1}
                elif any(cell.strip() for cell in cells):
                    yield number, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else {}
        except csv.Error as error:
            raise StudyError(
                f"{self.path.name}, line {reader.line_num + skipped}: not CSV ({error}); save it again as CSV in UTF-8"
            ) from None

    def _header(self, cells: list[str]) -> list[str]:
        for cell in cells:
            if len(cell) > LONG or "://" in cell or _is_date(cell):
                raise StudyError(
                    f"{self.path.name}, line 1: {cell[:60]!r} looks like a value, not like the name of a column; put a "
                    "first line with the names of the columns"
                )
        return cells

    def _jsonl(self, file: IO[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, line in enumerate(self._lines(file), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if number == 1 and not isinstance(row, dict):
                raise StudyError(f"{self.path.name}, line 1: {line[:40]!r} is not a JSON object; write one a line")
            yield number, row if isinstance(row, dict) else {}

    def _parquet(self) -> Iterator[tuple[int, dict[str, Any]]]:
        number = 0
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(1000):
                    for row in batch.to_pylist():
                        number += 1
                        yield number, row
        except (pa.ArrowException, OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:120]
            raise StudyError(
                f"{self.path.name}: not a Parquet file that can be read ({reason}); export it again"
            ) from None


def _is_date(cell: str) -> bool:
    try:
        return not cell.isdigit() and bool(parse_date(cell, "UTC"))
    except ValueError:
        return False


def guess_columns(export: Export, given: Mapping[str, str], *, headlines: bool = False) -> dict[str, str]:
    """Which column holds what, by its name; `given` says so where the names do not.

    An export without a column for the text, but with one for the headline, holds headlines: it may have a standfirst,
    which is passed over where there is a text.

    Parameters
    ----------
    export : Export
    given : mapping of field to column
    headlines : bool
        That it holds headlines, though there is a column for the text.

    Raises
    ------
    StudyError
        No column for the text nor the headline, or none for the date; a column that is given and not there, or stands
        twice.
    """
    shaped = {re.sub(r"[\W_]+", "_", column.lower()).strip("_"): column for column in reversed(export.columns)}
    for field, column in given.items():
        if field not in headers():
            raise StudyError(f"column {field}={column}: no field {field!r}; {nearest(field, headers())}")
        if column not in export.columns:
            raise StudyError(
                f"{export.path.name}: no column {column!r} (for {field}); {nearest(column, export.columns)}"
            )
    columns: dict[str, str] = {}
    for field, names in headers().items():
        taken = {*columns.values(), *(column for other, column in given.items() if other != field)}
        free = [shaped[name] for name in names if name in shaped and shaped[name] not in taken]
        if field in given or free:
            columns[field] = given.get(field) or free[0]
    if headlines or ("text" not in columns and "title" in columns):
        columns.pop("text", None)
    else:
        columns.pop("standfirst", None)
    for field, what in NEEDED.items():
        if field not in columns and (field != "text" or "title" not in columns):
            raise StudyError(
                f"{export.path.name}: no column for {what} (looked for {', '.join(headers()[field][:6])}, …); the file "
                f"has {', '.join(export.columns[:20])}: say which with --column {field}=NAME"
            )
    if again := export.twice & set(columns.values()):
        raise StudyError(f"{export.path.name}: column {min(again)!r} stands twice; rename all but the one to read")
    return columns
