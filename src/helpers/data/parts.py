"""A long table in the making: numbered parts that outlive a run that is killed, then one file sorted by page_id.

Each part is written whole or not at all, and its rows are sorted, as those of the file are.  Whatever of these files
cannot be read is left out: its rows are made again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 500  # rows of a table that are in memory at a time
GROUP = 16_000_000  # characters of text after which rows are written
SECONDS = 10.0  # of work that a run that is killed may lose
UNREADABLE = (pa.ArrowException, OSError)

Row = dict[str, Any]


def open_file(path: Path) -> pq.ParquetFile:
    """A file to read group by group, its check sums looked at: read ahead, it would stand in memory whole by the end."""
    return pq.ParquetFile(path, pre_buffer=False, page_checksum_verification=True)


class Parts:
    """A folder of numbered parts beside the file that they become.

    Parameters
    ----------
    folder : Path
        Made when there is something to write, gone when all of it is in the file.
    schema : Schema
        With a column page_id, and text, whose length decides when a group of rows is full.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self.schema = folder, schema

    def write(self, rows: Iterable[Row]) -> None:
        """Write sorted rows in parts as they come; those that came before an error are written too."""
        waiting: list[Row] = []
        number, begun, size = 0, time.monotonic(), 0
        try:
            for row in rows:
                waiting.append(row)
                size += len(row["text"])
                if len(waiting) >= BATCH or size > GROUP or time.monotonic() > begun + SECONDS:
                    full, waiting, number = waiting, [], number + 1
                    self._write_part(number, full)
                    begun, size = time.monotonic(), 0
        finally:
            if waiting:
                self._write_part(number + 1, waiting)

    def take_in(self, path: Path) -> None:
        """Put the rows of all parts into the file, in place of those it had of the same pages."""
        written = sorted(self.folder.glob("part-*.parquet"))
        if written or not path.exists():
            self.replace(path, _merged(Rows([path] if path.exists() else []), Rows(written)))
        if self.folder.exists():
            shutil.rmtree(self.folder)  # with what a killed run had not finished

    def mend(self, path: Path) -> None:
        """Leave out of a file what cannot be read of it: groups of rows, or all of it if it is of another kind."""
        if not path.exists():
            return
        try:
            file = open_file(path)
            if file.schema_arrow == self.schema and all(_is_sound(file, group) for group in range(file.num_row_groups)):
                return
            known = file.schema_arrow == self.schema
        except UNREADABLE:
            known = False
        if known:
            self.replace(path, iter(Rows([path])))
        else:
            path.unlink()

    def replace(self, path: Path, rows: Iterable[Row]) -> None:
        """Write a file anew, whole or not at all."""
        unfinished = path.with_name(f".{path.name}.unfinished")
        try:
            with pq.ParquetWriter(
                unfinished, self.schema, compression="zstd", version="2.6", write_page_checksum=True
            ) as writer:
                for group in _groups(rows):
                    writer.write_table(pa.Table.from_pylist(group, schema=self.schema))
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _write_part(self, number: int, rows: list[Row]) -> None:
        self.folder.mkdir(exist_ok=True)
        self.replace(self.folder / f"part-{number:06}.parquet", rows)


class Rows:
    """Rows of files that together are sorted by page_id, asked for in that order."""

    def __init__(self, paths: Iterable[Path], columns: list[str] | None = None) -> None:
        self._rows = (row for path in paths for row in _rows_of(path, columns))
        self._next = next(self._rows, None)

    def __iter__(self) -> Iterator[Row]:
        while self._next is not None:
            row, self._next = self._next, next(self._rows, None)
            yield row

    def take(self, page_id: str) -> Row | None:
        """The row of a page."""
        while self._next is not None and self._next["page_id"] < page_id:
            self._next = next(self._rows, None)
        return self._next if self._next is not None and self._next["page_id"] == page_id else None


def _rows_of(path: Path, columns: list[str] | None) -> Iterator[Row]:
    """Rows of a file, without those groups that cannot be read."""
    try:
        file = open_file(path)
    except UNREADABLE:
        return
    for group in range(file.num_row_groups):
        try:
            rows = file.read_row_group(group, columns).to_pylist()
        except UNREADABLE:
            continue
        yield from rows


def _is_sound(file: pq.ParquetFile, group: int) -> bool:
    try:
        file.read_row_group(group)
    except UNREADABLE:
        return False
    return True


def _merged(old: Rows, new: Rows) -> Iterator[Row]:
    """Rows of both, the new one where both have a page."""
    before = iter(old)
    waiting = next(before, None)
    for row in new:
        while waiting is not None and waiting["page_id"] < row["page_id"]:
            yield waiting
            waiting = next(before, None)
        if waiting is not None and waiting["page_id"] == row["page_id"]:
            waiting = next(before, None)
        yield row
    if waiting is not None:
        yield waiting
    yield from before


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in pieces that memory can hold."""
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row["text"])
        if len(group) >= BATCH or size > GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group
