"""WARC 1.1 archive of one outlet: one record a response, one gzip member a record, appended and never edited.

Records stand in the order of discovery.  An answer that comes before its turn is kept in a second file,
``<outlet>.ahead``, until its turn comes, so that a run that is killed loses and repeats nothing but the requests that
were under way.  A run that was killed leaves at most one incomplete member at the end of either file, which is cut off
when it is opened again.  A member that was damaged later (a flipped byte, a bad block) stays where it is and is passed
over: the others are kept, at the places that tables have for them, and the page it held is to be asked for again.
Outcomes without a response are kept as metadata records, so that the archive alone tells what was asked.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from helpers.collect.answers import Answer
from helpers.collect.appending import append, locked, rewrite
from helpers.collect.damage import Damage, damage_at
from helpers.collect.records import (
    LARGEST,
    ArchiveError,
    Record,
    answer_of,
    location_of,
    members,
    one_line,
    pack,
    parse,
    plain,
)  # fmt: skip
from helpers.collect.warc_files import PLAIN, ZSTD, frame_at, next_member

__all__ = ["DAMAGED", "PAGES", "PASSING", "Archive", "ArchiveError", "Entry", "page_key", "read_page"]

PAGES = ["page_id", "outlet", "address", "final_address", "retrieved", "status", "sha256", "archive", "offset"]
DAMAGED = "damaged"
PASSING = frozenset({"server_error", "timed_out", "unreachable", DAMAGED})  # may be otherwise another day
# Tells how we are met today, and nothing of the article that was had before.
WITHHELD = frozenset({
    "robots_refused", "refused_address", "too_large", "forbidden", "paywalled", "consent_page", "challenge", "not_html",
    "partial", "no_content",
})  # fmt: skip
_COMPACT = 64_000_000  # bytes of answers that came early, most of them since moved, after which the file is rewritten


def page_key(outlet: str, address: str) -> str:
    """The stable name of an address of an outlet: 16 hexadecimal digits.

    >>> page_key("quay", "http://www.quay.invalid/1")
    '83ca230e09dffde8'
    """
    return hashlib.sha256(f"{outlet}\n{address}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Entry:
    """What the archive knows of one address: the last answer, and where it stands."""

    address: str
    outcome: str
    detail: str
    status: int
    retrieved: dt.datetime
    offset: int | None
    sha256: str | None
    etag: str = ""
    modified: str = ""
    location: str = ""


class Archive:
    """One outlet's file, ``<folder>/<outlet>.warc.gz``; a context manager.

    Parameters
    ----------
    folder : Path
        Made if absent.
    outlet : str

    Attributes
    ----------
    entries : dict of address to Entry
        The latest answer for every address asked so far, in this run or another.
    early : dict of address to (Entry, bytes)
        Answers that came before their turn, packed.
    cut : int
        Bytes of an incomplete record that opening removed.
    damaged : list of Damage
        Stretches that cannot be read and that no later record stands for: what they held has to be asked for again.
    """

    def __init__(self, folder: Path, outlet: str) -> None:
        self.outlet, self.path = outlet, folder / f"{outlet}.warc.gz"
        self._ahead_path = folder / f"{outlet}.ahead"
        self.entries: dict[str, Entry] = {}
        self.early: dict[str, tuple[Entry, bytes]] = {}
        self.cut = 0
        self.damaged: list[Damage] = []
        self._file, self._ahead = locked(self.path), None
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> None:
        """Learn what the files hold."""
        for start, length, content in self._resume(self.path):
            try:
                for entry in _entries(start, content, f"{self.path.name} at {start}"):
                    self._keep(entry)
            except ArchiveError as error:
                self._pass_over(start, start + length, str(error))
        for start, length, content in self._resume(self._ahead_path):
            with contextlib.suppress(ArchiveError):  # it is not in `early`, so it is asked for again
                for entry in _entries(start, content, f"{self._ahead_path.name} at {start}"):
                    self._expect(entry, _slice(self._ahead_path, start, length))

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._ahead is not None:
            self._ahead.close()
        if not self.early:
            self._ahead_path.unlink(missing_ok=True)

    def add(self, answer: Answer) -> Entry:
        """Append one answer.

        Raises
        ------
        ArchiveError
            The disk is full or the file cannot be written; what was there before is intact.
        """
        return self._append(_entry(answer, 0), pack(answer))

    def add_early(self, answer: Answer) -> None:
        """Keep an answer whose turn has not come; `take` puts it in its place.

        Raises
        ------
        ArchiveError
            As of `add`.
        """
        packed = pack(answer)
        if self._ahead is None:
            self._ahead = self._ahead_path.open("ab", buffering=0)
        append(self._ahead, self._ahead_path, packed)
        self.early[answer.address] = _entry(answer, 0), packed

    def take(self, address: str) -> Entry:
        """Append the answer that came early for an address.

        Raises
        ------
        ArchiveError
            As of `add`; the early answer is still held.
        """
        entry = self._append(*self.early[address])
        del self.early[address]
        if self._ahead is not None and self._ahead.tell() > _COMPACT:
            self._compact()
        return entry

    def is_damaged(self, address: str) -> bool:
        """Whether the last record of an address cannot be read."""
        return any(one.address == address for one in self.damaged)

    def pages(self) -> pd.DataFrame:
        """Rows of the ``pages`` table, sorted by page_id; offsets are of the record that holds the body."""
        rows = []
        for entry in self.entries.values():
            held = entry.offset is not None
            final = entry.location or (entry.address if entry.status else None)
            rows.append((page_key(self.outlet, entry.address), self.outlet, entry.address, final, entry.retrieved,
                         entry.status, entry.sha256, self.path.name if held else None, entry.offset))  # fmt: skip
        frame = pd.DataFrame(rows, columns=PAGES).sort_values("page_id", ignore_index=True)
        frame["retrieved"] = pd.to_datetime(frame["retrieved"], utc=True).astype("datetime64[us, UTC]")
        return frame.astype({"offset": "Int64", "status": "int64"})

    def _append(self, entry: Entry, packed: bytes) -> Entry:
        start = append(self._file, self.path, packed)
        self._keep(replace(entry, offset=None if entry.offset is None else start))
        return self.entries[entry.address]

    def _resume(self, path: Path) -> Iterator[tuple[int, int, bytes]]:
        """The whole members of a file; a record that was being written when the run was killed is cut off."""
        if not path.exists():
            return
        end, size = 0, path.stat().st_size
        with path.open("rb") as file:
            while end < size:
                file.seek(end)
                reason = ""
                try:
                    for start, length, content in members(file):
                        yield start, length, content
                        end = start + length
                except ArchiveError as error:
                    reason = str(error)
                after = next_member(file, end + 1, size)
                if after is None and (not reason or _is_blank(path, end)):
                    break
                # What looks cut off is damaged, if a sound member follows it.
                self._pass_over(end, after or size, reason or f"damaged at {end} (it does not end)", path)
                end = after or size
        if size > end:
            self.cut += size - end
            os.truncate(path, end)

    def _pass_over(self, start: int, end: int, reason: str, path: Path | None = None) -> None:
        """Note a stretch of the archive that cannot be read; of answers that came early none needs to be."""
        if path in (None, self.path):
            damage = damage_at(self.path, start, end, reason)
            self.damaged.append(damage)
            if damage.address:
                self._keep(Entry(damage.address, DAMAGED, reason, 0, damage.retrieved, None, None))

    def _keep(self, entry: Entry) -> None:
        if entry.outcome != DAMAGED:
            self.damaged = [one for one in self.damaged if one.address != entry.address]
        before = self.entries.get(entry.address)
        if before is not None and before.offset is not None:
            if entry.outcome == "not_modified":
                entry = replace(before, retrieved=entry.retrieved)
            elif entry.outcome in PASSING and before.outcome not in PASSING:
                return  # the page that is held is better than today's failure
            elif entry.outcome in WITHHELD and before.outcome == "fetched":
                return
        self.entries[entry.address] = entry

    def _expect(self, entry: Entry, packed: bytes) -> None:
        """An answer that had come early when a run was killed; one that has been put in its place is no news."""
        held = self.entries.get(entry.address)
        if held is None or held.retrieved < entry.retrieved:
            self.early[entry.address] = entry, packed

    def _compact(self) -> None:
        self._ahead.close()
        rewrite(self._ahead_path, b"".join(packed for _, packed in self.early.values()))
        self._ahead = self._ahead_path.open("ab", buffering=0)


def read_page(path: Path, offset: int) -> Answer:
    """One archived response, of our archive or of another's.

    Parameters
    ----------
    path : Path
        The WARC file, packed record by record or not at all; or the ``.wacz`` that holds it.
    offset : int
        Where its record starts.

    Returns
    -------
    Answer
        The body out of every packing.

    Raises
    ------
    ArchiveError
        No whole record stands there, or its bytes do not match its digest.
    """
    place = f"{path.name} at {offset}"
    with path.open("rb") as file:
        file.seek(offset)
        mark = file.read(5)
        if mark == PLAIN:
            file.seek(offset)
            content = plain(file)
        elif mark.startswith(ZSTD):
            content = _frame(file, path.name, offset)
        else:
            file.seek(offset)
            content = _first(file, path.name, offset)
    return answer_of(parse(content, place), place)


def _first(file: BinaryIO, name: str, offset: int) -> bytes:
    try:
        first_content, cause = next((content for _, _, content in members(file)), b""), None
    except ArchiveError as error:
        first_content, cause = b"", error
    if not first_content:
        raise ArchiveError(f"{name}: no record at {offset}; rebuild the pages table from the archive") from cause
    return first_content


def _frame(file: BinaryIO, name: str, offset: int) -> bytes:
    try:
        return frame_at(file, offset, LARGEST)
    except ValueError as error:
        raise ArchiveError(f"{name}: no record at {offset} ({error}); take it out of the source") from error


def _is_blank(path: Path, start: int) -> bool:
    """Whether a file holds nothing but zeros from a place on, as a machine that lost its power leaves it."""
    with path.open("rb") as file:
        file.seek(start)
        return not any(block.strip(b"\x00") for block in iter(lambda: file.read(1 << 20), b""))


def _slice(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _entries(start: int, content: bytes, place: str) -> Iterator[Entry]:
    record = parse(content, place)
    if record.kind in ("response", "revisit", "metadata") and record.fields.get("warc-target-uri"):
        yield _entry(answer_of(record, place), start, record)


def _entry(answer: Answer, start: int, record: Record | None = None) -> Entry:
    """What is known of an answer, from itself or from its record; the two are the same."""
    kind = record.kind if record else "response" if answer.status and answer.outcome != "not_modified" else ""
    held = kind == "response"
    return Entry(
        address=answer.address,
        outcome=answer.outcome,
        detail=one_line(answer.detail),
        status=answer.status,
        retrieved=answer.retrieved.astimezone(dt.UTC),
        offset=start if held else None,
        sha256=hashlib.sha256(answer.body).hexdigest() if held else None,
        etag=answer.header("ETag"),
        modified=answer.header("Last-Modified"),
        location=location_of(answer),
    )
