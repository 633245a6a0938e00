"""WARC 1.1 archive of one outlet: one record a response, one gzip member a record, appended and never edited.

ISO 28500:2017.  A run that was killed leaves at most one incomplete member at the end, which is cut off when
the file is opened again.  Outcomes without a response are kept as metadata records, so that the archive alone
tells what was asked.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import os
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

from helpers.collect.answers import REDIRECTS, Answer, redirect_target

PAGES = ["page_id", "outlet", "address", "final_address", "retrieved", "status", "sha256", "archive", "offset"]
OUTCOME, DETAIL = "X-Outcome", "X-Outcome-Detail"  # extension fields, allowed by section 5 of the standard
_NAMESPACE = uuid.UUID("6f1c1f5e-5f0a-5e0c-9a52-7a4a0c1d2b3e")
_BLOCK = 1 << 20
_DROPPED = frozenset(
    {"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive", "set-cookie"}
)


class ArchiveError(ValueError):
    """An archive that cannot be written or read; one line with the file and what to do."""


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
    cut : int
        Bytes of an incomplete record that opening removed.
    """

    def __init__(self, folder: Path, outlet: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.outlet, self.path = outlet, folder / f"{outlet}.warc.gz"
        self.entries: dict[str, Entry] = {}
        self.cut = 0
        self._resume()
        self._file = self.path.open("ab")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, answer: Answer) -> Entry:
        """Append one answer.

        Raises
        ------
        ArchiveError
            The disk is full or the file cannot be written; what was there before is intact.
        """
        member = _member(answer)
        start = self._file.tell()
        try:
            self._file.write(member)
            self._file.flush()
        except OSError as error:
            os.truncate(self.path, start)
            raise ArchiveError(
                f"{self.path.name}: {error.strerror}; nothing was lost, make room and run again"
            ) from error
        entry = next(_entries([(start, member)], self.path.name))
        self._keep(entry)
        return self.entries[answer.address]

    def pages(self) -> pd.DataFrame:
        """Rows of the ``pages`` table, sorted by page_id; offsets are of the record that holds the body."""
        rows = []
        for entry in self.entries.values():
            key = hashlib.sha256(f"{self.outlet}\n{entry.address}".encode()).hexdigest()[:16]
            held = entry.offset is not None
            final = entry.location or (entry.address if entry.status else None)
            rows.append((key, self.outlet, entry.address, final, entry.retrieved, entry.status, entry.sha256,
                         self.path.name if held else None, entry.offset))  # fmt: skip
        frame = pd.DataFrame(rows, columns=PAGES).sort_values("page_id", ignore_index=True)
        frame["retrieved"] = pd.to_datetime(frame["retrieved"], utc=True).astype("datetime64[us, UTC]")
        return frame.astype({"offset": "Int64", "status": "int64"})

    def _resume(self) -> None:
        """Read what is there; cut off a record that was being written when the run was killed."""
        if not self.path.exists():
            return
        end = 0
        with self.path.open("rb") as file:
            for start, member in _members(file):
                for entry in _entries([(start, member[1])], self.path.name):
                    self._keep(entry)
                end = start + member[0]
        size = self.path.stat().st_size
        if size > end:
            self.cut = size - end
            os.truncate(self.path, end)

    def _keep(self, entry: Entry) -> None:
        before = self.entries.get(entry.address)
        if entry.outcome == "not_modified" and before is not None and before.offset is not None:
            entry = Entry(
                entry.address, before.outcome, before.detail, before.status, entry.retrieved, before.offset,
                before.sha256, before.etag, before.modified, before.location,
            )  # fmt: skip
        self.entries[entry.address] = entry


def read_page(path: Path, offset: int) -> Answer:
    """One archived response.

    Parameters
    ----------
    path : Path
        The WARC file.
    offset : int
        Where its record starts.

    Returns
    -------
    Answer

    Raises
    ------
    ArchiveError
        No whole record stands there, or its bytes do not match its digest.
    """
    with path.open("rb") as file:
        file.seek(offset)
        found = next(_members(file), None)
    if found is None:
        raise ArchiveError(f"{path.name}: no record at {offset}; rebuild the pages table from the archive")
    record, body = _record(found[1][1], f"{path.name} at {offset}")
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if digest and digest != _sha1(body):
        raise ArchiveError(f"{path.name} at {offset}: the page does not match its digest; restore the file")
    headers = tuple(record.http_headers.headers) if record.http_headers else ()
    return Answer(
        record.rec_headers.get_header("WARC-Target-URI"), record.rec_headers.get_header(OUTCOME) or "ok",
        _instant(record.rec_headers.get_header("WARC-Date")), _status(record), headers, body,
    )  # fmt: skip


def _member(answer: Answer) -> bytes:
    """An answer as one compressed WARC record; the same answer gives the same bytes."""
    writer = BufferWARCWriter(gzip=True, warc_version="1.1")
    date = answer.retrieved.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    sha256 = hashlib.sha256(answer.body).hexdigest()
    name = uuid.uuid5(_NAMESPACE, "\n".join([answer.address, date, answer.outcome, str(answer.status), sha256]))
    fields = {"WARC-Date": date, "WARC-Record-ID": f"<urn:uuid:{name}>", OUTCOME: answer.outcome}
    if answer.detail:
        fields[DETAIL] = " ".join(answer.detail.split())[:500]
    if not answer.status:
        payload = f"outcome: {answer.outcome}\r\n".encode()
        record = writer.create_warc_record(
            answer.address, "metadata", payload=io.BytesIO(payload), warc_content_type="application/warc-fields",
            warc_headers_dict=fields,
        )  # fmt: skip
    else:
        kind = "revisit" if answer.outcome == "not_modified" else "response"
        if kind == "revisit":
            fields["WARC-Profile"] = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        # The body is kept as read, decompressed; the headers that spoke of its packing go, the coding is noted.
        kept = [(k, v) for k, v in answer.headers if k.lower() not in _DROPPED]
        kept += [("X-Archive-Orig-Content-Encoding", v) for k, v in answer.headers if k.lower() == "content-encoding"]
        kept += [("Content-Length", str(len(answer.body)))]
        headers = StatusAndHeaders(f"{answer.status} {answer.outcome}", kept, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            answer.address, kind, payload=io.BytesIO(answer.body), http_headers=headers, warc_headers_dict=fields
        )
    writer.write_record(record)
    return writer.get_contents()


def _members(file: io.BufferedReader) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """(start, (compressed length, content)) of each whole gzip member from where the file stands; stops at a
    broken one."""
    start, held = file.tell(), b""
    while True:
        inflate, content, used = zlib.decompressobj(31), bytearray(), 0
        try:
            while not inflate.eof:
                held = held or file.read(_BLOCK)
                if not held:
                    return
                content += inflate.decompress(held)
                used += len(held) - len(inflate.unused_data)
                held = inflate.unused_data
        except zlib.error:
            return
        yield start, (used, bytes(content))
        start += used


def _entries(members: list[tuple[int, bytes]], name: str) -> Iterator[Entry]:
    for start, content in members:
        record, body = _record(content, f"{name} at {start}")
        kind, fields = record.rec_type, record.rec_headers
        if kind not in ("response", "revisit", "metadata") or not fields.get_header("WARC-Target-URI"):
            continue
        http = record.http_headers
        held = kind == "response"
        yield Entry(
            address=fields.get_header("WARC-Target-URI"),
            outcome=fields.get_header(OUTCOME) or "ok",
            detail=fields.get_header(DETAIL) or "",
            status=_status(record),
            retrieved=_instant(fields.get_header("WARC-Date")),
            offset=start if held else None,
            sha256=hashlib.sha256(body).hexdigest() if held else None,
            etag=(http.get_header("ETag") or "") if http else "",
            modified=(http.get_header("Last-Modified") or "") if http else "",
            location=_location(record),
        )


def _record(content: bytes, place: str) -> tuple[ArcWarcRecord, bytes]:
    """A record and its body, from its bytes as written or from one compressed member."""
    raw = content if content[:2] != b"\x1f\x8b" else zlib.decompress(content, 31)
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(raw))))
        return record, record.content_stream().read()
    except (ArchiveLoadFailed, StopIteration, ValueError) as error:
        raise ArchiveError(
            f"{place}: not a WARC record ({error}); restore the file or delete it to collect again"
        ) from error


def _status(record: ArcWarcRecord) -> int:
    code = record.http_headers.get_statuscode() if record.http_headers else None
    return int(code) if code and code.isdigit() else 0


def _location(record: ArcWarcRecord) -> str:
    """Where an archived redirect leads, empty for any other record."""
    if _status(record) not in REDIRECTS or not record.http_headers.get_header("Location"):
        return ""
    headers = tuple(record.http_headers.headers)
    address = record.rec_headers.get_header("WARC-Target-URI")
    return redirect_target(Answer(address, "redirected", dt.datetime.min, headers=headers))


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def _sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
