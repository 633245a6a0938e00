"""News archives of a study, read file by file into one small database: what is the study's, a sample, and counts.

A file is known by its content.  Files are read in a fixed order, and an item counts where it stands first; so what was
read stays as long as no file before it changed, and reading goes on at the first that did.  Memory is that of one file
that is read whole (`archive_rows.LARGEST`); the keys of all items lie on the disk.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.collect.archive_items import (
    BACKGROUND,
    BAD_FILE,
    COUNTED,
    DUPLICATE,
    FAULTY,
    NAMED,
    OUTSIDE,
    UNKNOWN,
    Item,
    ItemReader,
    Reading,
    stands_in,
)
from helpers.collect.archive_rows import FileFault, Layout, archive_rows
from helpers.collect.imports import ImportFault
from helpers.collect.manifest import file_hash
from helpers.data.provenance import code_hash

FIRST = 100  # rows in which every column that no item can do without must stand
SECONDS = 2.0  # after which what was read is safe from being killed
WAIT = 600.0  # seconds for another process that reads the same archives
MOST_FAULTS = 200  # faults of an archive that are told one by one
SCHEMA = """
CREATE TABLE IF NOT EXISTS hashes (path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (place INTEGER PRIMARY KEY, archive TEXT, path TEXT, sha256 TEXT, version TEXT);
CREATE TABLE IF NOT EXISTS seen (key INTEGER PRIMARY KEY, place INTEGER);
CREATE TABLE IF NOT EXISTS tally (place INTEGER, outlet TEXT, day TEXT, outcome TEXT, value TEXT, n INTEGER);
CREATE TABLE IF NOT EXISTS records (place INTEGER, row INTEGER, outcome TEXT, record TEXT);
CREATE TABLE IF NOT EXISTS columns (place INTEGER, name TEXT);
CREATE TABLE IF NOT EXISTS faults (place INTEGER, row INTEGER, outlet TEXT, outcome TEXT, value TEXT, detail TEXT);
"""
USABLE = (NAMED, BACKGROUND, COUNTED, DUPLICATE, OUTSIDE)
OF_FILES = ("files", "seen", "tally", "records", "columns", "faults")


@dataclass(frozen=True)
class Archive:
    """A folder with its files, and how they are read.

    Attributes
    ----------
    folder : Path
        Nothing outside it is read, wherever a link in it leads.
    pattern : str
        Of the files, below the folder.
    layout : Layout
    reading : Reading
    obtained : str
        Address from which it can be cloned.
    """

    folder: Path
    pattern: str
    layout: Layout
    reading: Reading
    obtained: str = ""

    @property
    def name(self) -> str:
        """What messages and tables call it."""
        return self.reading.name


def archive_files(archive: Archive) -> tuple[dict[str, Path], list[str]]:
    """Files by their path below the folder, in order, and those that a link leads out of it.

    Raises
    ------
    ImportFault
        No such folder, or no file in it.
    """
    if not archive.folder.is_dir():
        clone = f"clone {archive.obtained} there" if archive.obtained else "put it there"
        raise ImportFault(
            f"{archive.name}: no folder {'/'.join(archive.folder.parts[-4:])}; {clone}, or check `path` in study.yml"
        )
    root, files, outside = archive.folder.resolve(), {}, []
    for path in archive.folder.glob(archive.pattern):
        name = path.relative_to(archive.folder).as_posix()
        if ".git" in name.split("/") or not path.is_file():
            continue
        if path.resolve().is_relative_to(root):
            files[name] = path
        else:
            outside.append(name)
    if not files and not outside:
        held = ", ".join(sorted(path.name for path in archive.folder.iterdir())[:10]) or "nothing"
        raise ImportFault(f"{archive.name}: no file fits the glob {archive.pattern!r}; the folder holds {held}")
    return dict(sorted(files.items())), sorted(outside)


Listed = tuple[Archive, str, Path, str]  # archive, path below its folder, file, hash


class ArchiveStore:
    """What was read of a study's archives; a context manager.

    Parameters
    ----------
    path : Path
        Of the database, made if absent; it can be deleted at any time.
    archives : sequence of Archive
        In an order that decides which of two same items is the first.
    entities : mapping of code to mapping of language to names
    """

    def __init__(
        self, path: Path, archives: Sequence[Archive], entities: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.archives, self.entities = path, archives, entities
        self._outside: list[tuple[str, str]] = []
        self._file = sqlite3.connect(path, timeout=WAIT, isolation_level=None)

    def __enter__(self) -> ArchiveStore:
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.executescript(SCHEMA)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def manifest(self) -> Path:
        """A file beside the database that names every file of the archives with its SHA-256, brought up to date.

        A file whose size and time are as they were is not read again.
        """
        lines = [f"{sha256}  {archive.name}/{name}\n" for archive, name, _, sha256 in self._hashed()]
        lines += [f"outside the folder  {archive}/{name}\n" for archive, name in self._outside]
        path, text = self.path.with_suffix(".files"), "".join(lines)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            unfinished = path.with_name(f".{path.name}.{os.getpid()}")
            unfinished.write_text(text, encoding="utf-8")
            os.replace(unfinished, path)
        return path

    def read(self) -> None:
        """Read what was not read yet, and nothing else.

        Raises
        ------
        ImportFault
            An archive or a file in it is not there, a column is in none of the first rows, or of all if items can do
            without it, or nothing is anybody's.
        """
        wanted = self._hashed()
        versions = {archive.name: _version(archive, self.entities) for archive in self.archives}
        now = [(archive.name, name, sha256, versions[archive.name]) for archive, name, _, sha256 in wanted]
        self._file.execute("BEGIN IMMEDIATE")
        try:
            held = self._file.execute("SELECT archive, path, sha256, version FROM files ORDER BY place").fetchall()
            same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(held, now, strict=False)))
            for table in OF_FILES:
                self._file.execute(f"DELETE FROM {table} WHERE place >= ?", (same,))
            self._read_from(same, wanted, now)
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
        self._check_any()
        self._check_columns()

    def _read_from(self, start: int, wanted: list[Listed], now: list[tuple[str, str, str, str]]) -> None:
        """Read files from a place on, in pieces that stay whatever happens after them."""
        readers = {archive.name: ItemReader(archive.reading, self.entities) for archive in self.archives}
        checked: set[str] = set()
        safe = time.monotonic()
        for place in range(start, len(wanted)):
            archive, name, path, _ = wanted[place]
            if self._read_file(place, archive, readers[archive.name], name, path, archive.name not in checked):
                checked.add(archive.name)
            self._file.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?)", (place, *now[place]))
            if time.monotonic() - safe > SECONDS:
                self._file.execute("COMMIT")
                self._file.execute("BEGIN IMMEDIATE")
                safe = time.monotonic()
                _progress(place + 1, len(wanted))

    def totals(self) -> pd.DataFrame:
        """Items by archive, outlet, day and outcome: every item that was read is in one row's number.

        Returns
        -------
        DataFrame, columns archive, outlet, day (text, None where unknown), outcome, n_items
        """
        rows = self._file.execute(
            "SELECT archive, outlet, day, outcome, SUM(n) FROM tally JOIN files USING (place) "
            "GROUP BY archive, outlet, day, outcome ORDER BY archive, outlet, day, outcome"
        )
        return pd.DataFrame(rows.fetchall(), columns=["archive", "outlet", "day", "outcome", "n_items"])

    def records(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Archive, outcome and record of each item that was kept, in order."""
        rows = self._file.execute(
            "SELECT archive, outcome, record FROM records JOIN files USING (place) ORDER BY place, row"
        )
        return ((archive, outcome, json.loads(record)) for archive, outcome, record in rows)

    def faults(self) -> pd.DataFrame:
        """What may be mended, in order: at most `MOST_FAULTS` of an archive and outcome, and how many more there are.

        Returns
        -------
        DataFrame, columns archive, path, row, outlet, outcome, value, detail
        """
        linked = "a link that leads out of the archive's folder; it is not read"
        rows = [(archive, name, 0, UNKNOWN, BAD_FILE, "", linked) for archive, name in self._outside]
        seen: Counter[tuple[str, str]] = Counter()
        listed = self._file.execute(
            "SELECT archive, path, row, outlet, outcome, value, detail FROM faults JOIN files USING (place) "
            "ORDER BY place, row"
        )
        for fault in listed:
            seen[fault[0], fault[4]] += 1
            if seen[fault[0], fault[4]] <= MOST_FAULTS:
                rows.append(fault)
        for (archive, outcome), n in sorted(seen.items()):
            if n > MOST_FAULTS:
                rows.append((archive, "", 0, UNKNOWN, outcome, "", f"{n - MOST_FAULTS:,} more like those listed"))
        return pd.DataFrame(rows, columns=["archive", "path", "row", "outlet", "outcome", "value", "detail"])

    def uncounted(self) -> pd.DataFrame:
        """Items that became neither records nor faults, by archive, outlet and outcome, with the values met most often.

        Returns
        -------
        DataFrame, columns archive, outlet, outcome, n_items, often
        """
        rows = self._file.execute(
            "SELECT archive, outlet, outcome, value, SUM(n) AS n FROM tally JOIN files USING (place) "
            "GROUP BY archive, outlet, outcome, value ORDER BY archive, outlet, outcome, n DESC, value"
        )
        grouped: list[tuple[Any, ...]] = []
        skip = (NAMED, BACKGROUND, *FAULTY)
        kept = (row for row in rows if row[2] not in skip)
        for key, group in itertools.groupby(kept, lambda row: row[:3]):
            values, n_items = [], 0
            for *_, value, n in group:
                n_items += n
                if value and len(values) < 5:
                    values.append(f"{value} ({n:,})")
            grouped.append((*key, n_items, ", ".join(values)))
        return pd.DataFrame(grouped, columns=["archive", "outlet", "outcome", "n_items", "often"])

    def _hashed(self) -> list[Listed]:
        """Every file of every archive in order, with its hash."""
        self._outside = []
        listed: list[Listed] = []
        known = {path: row for path, *row in self._file.execute("SELECT path, size, changed, sha256 FROM hashes")}
        fresh: dict[str, tuple[str, int, int, str]] = {}
        for archive in self.archives:
            files, outside = archive_files(archive)
            self._outside += [(archive.name, name) for name in outside]
            for name, path in files.items():
                stat, where = path.stat(), str(path)
                size, changed, sha256 = known.get(where, (None, None, ""))
                if (size, changed) != (stat.st_size, stat.st_mtime_ns):
                    sha256 = file_hash(path)
                    fresh[where] = (where, stat.st_size, stat.st_mtime_ns, sha256)
                listed.append((archive, name, path, sha256))
        if fresh:
            self._file.executemany("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?)", fresh.values())
        return listed

    def _read_file(self, place: int, archive: Archive, reader: ItemReader, name: str, path: Path, check: bool) -> bool:
        """Read one file; whether it had a row."""
        tally: Counter[tuple[str, str | None, str, str]] = Counter()
        records: list[tuple[int, int, str, str]] = []
        faults: list[tuple[Any, ...]] = []
        has_rows, unseen = False, set(reader.columns)
        try:
            rows: Iterable = archive_rows(path, archive.layout)
            if check:
                first = list(itertools.islice(rows, FIRST))
                reader.check(first, name)
                rows = itertools.chain(first, rows)
            for row in rows:
                has_rows = has_rows or not row.fault
                if unseen:
                    unseen = {column for column in unseen if not stands_in(column, row.values)}
                item = reader.item(row, name)
                if not item.outcome:
                    if self._is_new(item, place):
                        reader.settle(item, row)
                    else:
                        item.outcome = DUPLICATE
                day = item.day.isoformat() if item.day else None
                tally[item.outlet, day, item.outcome, "" if item.outcome in FAULTY else item.value] += 1
                if item.record:
                    records.append((place, row.number, item.outcome, json.dumps(item.record, ensure_ascii=False)))
                if item.outcome in FAULTY:
                    faults.append((place, row.number, item.outlet, item.outcome, item.value, item.detail))
        except FileFault as error:
            faults.append((place, 0, UNKNOWN, BAD_FILE, "", str(error)))
        self._file.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?)", [(place, *key, n) for key, n in tally.items()]
        )
        seen = [(place, column) for column in sorted(set(reader.columns) - unseen)]
        self._file.executemany("INSERT INTO columns VALUES (?, ?)", seen)
        self._file.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", records)
        self._file.executemany("INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?)", faults)
        return has_rows

    def _is_new(self, item: Item, place: int) -> bool:
        added = self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (item.key, place))
        return added.rowcount == 1

    def _check_columns(self) -> None:
        """Raise if a column that is mapped is in no item of its archive: its name is wrong, and nobody would see."""
        held = self._file.execute("SELECT DISTINCT archive, name FROM columns JOIN files USING (place)").fetchall()
        for archive in self.archives:
            for column, name in ItemReader(archive.reading, self.entities).columns.items():
                if (archive.name, column) not in held and any(row[0] == archive.name for row in held):
                    raise ImportFault(
                        f"{archive.name}: no item has {column!r} (for {name}); say under `columns` in study.yml which "
                        "it is, or take it out"
                    )

    def _check_any(self) -> None:
        """Raise if not one item of an archive is anybody's: its map is then wrong, not its items."""
        totals = self.totals()
        for archive in self.archives:
            rows = totals[totals["archive"] == archive.name]
            by = rows.groupby("outcome")["n_items"].sum().sort_values(ascending=False, kind="stable")
            if not len(by) or by.index.isin(USABLE).any():
                continue
            outcome, n = by.index[0], int(by.iloc[0])
            places = self.uncounted().query("archive == @archive.name and outcome == @outcome")["often"]
            often = f": {places.iloc[0]}" if len(places) and places.iloc[0] else ""
            faults = self.faults().query("archive == @archive.name and outcome == @outcome")
            first = f": {_first(faults.iloc[0])}" if len(faults) else ""
            raise ImportFault(
                f"{archive.name}: none of {int(by.sum()):,} items can be used, {n:,} for {outcome}{often or first}; "
                f"check outlets and columns of this source in study.yml"
            )


def _first(fault: pd.Series) -> str:
    return f"{fault['path']}, {fault['row']}: {fault['detail']}"


def _version(archive: Archive, entities: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """What decides what is read of a file, but for the file."""
    settings = {"reading": asdict(archive.reading), "layout": asdict(archive.layout), "entities": entities}
    text = json.dumps(settings, sort_keys=True, default=str) + code_hash("helpers.collect.archive_items")
    text += code_hash("helpers.collect.archive_rows")
    return hashlib.sha256(text.encode()).hexdigest()


def _progress(n_done: int, n_all: int) -> None:
    """Progress on a terminal; a notebook's output would differ from run to run."""
    if sys.stderr.isatty():
        print(f"\rarchives: {n_done:,} of {n_all:,} files   ", end="\n" if n_done == n_all else "", file=sys.stderr)
