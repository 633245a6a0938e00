"""Records of a WARC file of others, one after another, and the stretches of it that cannot be read.

Records stand as they are, each in a gzip member or zstandard frame of its own, or in a ``.wacz``, which is a zip file
that holds such files unpacked; every record has one place in the file that is on disk.  Where bytes are damaged,
reading goes on at the next place at which a record begins, and what lies between is named.  Memory is that of one
record, and of one that nobody wants a few kilobytes.

ISO 28500:2017; IIPC, Web Archive Collection Zipped 1.1 and Zstandard compression in WARC 1.0 (drafts).
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import zstandard

from helpers.collect.records import LARGEST

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".wacz")
GZIP, ZSTD, PLAIN = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
DICTIONARY = b"\x5d\x2a\x4d\x18"  # a frame that zstandard skips and that holds the dictionary of all others
_HEAD = 1 << 20  # bytes of a record's own fields
_BLOCK = 1 << 15
_SCANNED = 1 << 20
_FED = 1 << 10  # bytes; zstandard makes at most 32,768 of one, whatever is asked
_WINDOW = 1 << 27  # bytes that a frame may look back
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

Fields = Mapping[str, str]


class NotWarc(ValueError):
    """A file that cannot be read as a whole; one line that says why."""


class _Fault(ValueError):
    """A record that cannot be read to its end."""


class _CutOff(_Fault):
    """The file ends within a record."""


@dataclass(frozen=True)
class WarcRecord:
    """A record as far as it could be read.

    Attributes
    ----------
    start, end : int
        Bytes of the file.
    fields : mapping
        Its own fields, names in lower case.
    block : bytes
        Empty where nobody wanted it, or it is larger than `LARGEST`.
    length : int
        Bytes of the block as the record states them.
    fault : str
        Why the block is not whole; empty if it is.
    is_cut : bool
        The file, or the member that holds it, ends within the record.
    """

    start: int
    end: int
    fields: Fields
    block: bytes
    length: int
    fault: str = ""
    is_cut: bool = False


@dataclass(frozen=True)
class Unread:
    """Bytes from `start` to before `end` in which no record could be read."""

    start: int
    end: int
    reason: str


def warc_records(path: Path, wants: Callable[[Fields], bool]) -> Iterator[WarcRecord | Unread]:
    """Everything that a file holds, in order.

    Parameters
    ----------
    path : Path
    wants : function of a record's fields
        Whether its block is to be held.

    Yields
    ------
    WarcRecord or Unread

    Raises
    ------
    NotWarc
        It is packed as one piece, or a ``.wacz`` that is no zip file or holds no WARC file as it is.
    """
    with path.open("rb") as file:
        for begin, end in _parts(file, path):
            kind = _kind(file, begin, path.name)
            if kind == PLAIN:
                yield from _plain(file, begin, end, wants)
            else:
                yield from _packed(file, begin, end, kind, wants)


def frame_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """What the zstandard frame at a place of a ``.warc.zst`` holds, up to `size` bytes.

    Raises
    ------
    ValueError
        No whole frame stands there.
    """
    member, content = _Zstd(file, offset, _file_end(file), _dictionary(file, 0)), bytearray()
    while len(content) < size and (piece := member.read(size - len(content))):
        content += piece
    return bytes(content)


def next_member(file: BinaryIO, at: int, end: int) -> int | None:
    """Where the next gzip member begins that unpacks to a record; None where there is none before `end`."""
    place = _next_packed(file, at, end, GZIP, None)
    return None if place == end else place


def _parts(file: BinaryIO, path: Path) -> list[tuple[int, int]]:
    """From where to where WARC files stand in a file."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04" and not path.name.lower().endswith(".wacz"):
        return [(0, _file_end(file))]
    try:
        with zipfile.ZipFile(file) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(SUFFIXES)]
    except (zipfile.BadZipFile, NotImplementedError, struct.error) as error:
        raise NotWarc(f"this .wacz cannot be opened as a zip file ({error}); export it again") from error
    if not inside:
        raise NotWarc("this .wacz holds no WARC file; take it out of the source")
    spans = []
    for one in sorted(inside, key=lambda one: one.header_offset):
        if one.compress_type != zipfile.ZIP_STORED or one.filename.lower().endswith((".wacz", ".zst")):
            raise NotWarc(f"{one.filename} in this .wacz is packed once more; unzip it and name the folder as `path`")
        file.seek(one.header_offset + 26)
        n_name, n_extra = struct.unpack("<HH", file.read(4))
        begin = one.header_offset + 30 + n_name + n_extra
        spans.append((begin, begin + one.file_size))
    return spans


def _kind(file: BinaryIO, begin: int, name: str) -> bytes:
    """How records are packed, by the first bytes, or by the name where these say nothing."""
    file.seek(begin)
    first = file.read(5)
    if first.startswith(PLAIN) or first.startswith(GZIP[:2]):
        return PLAIN if first.startswith(PLAIN) else GZIP
    if first.startswith(ZSTD) or _is_skipped(first):
        return ZSTD
    return {"gz": GZIP, "zst": ZSTD, "wacz": GZIP}.get(name.lower().rpartition(".")[2], PLAIN)


def _packed(
    file: BinaryIO, begin: int, end: int, kind: bytes, wants: Callable[[Fields], bool]
) -> Iterator[WarcRecord | Unread]:
    """Records that are packed one by one."""
    at, dictionary = begin, _dictionary(file, begin) if kind == ZSTD else None
    while at < end:
        file.seek(at)
        first = file.read(8)
        if kind == ZSTD and _is_skipped(first):
            at += 8 + int.from_bytes(first[4:8], "little")
            continue
        if not first.strip(b"\x00\r\n") and _is_blank(file, at, end):
            return
        member = _Zstd(file, at, end, dictionary) if kind == ZSTD else _Gzip(file, at, end)
        try:
            record = _of_member(member, at, wants)
        except _Fault as fault:
            after = _next_packed(file, at + 1, end, kind, dictionary)
            yield Unread(at, after, str(fault))
        else:
            after = member.at if member.whole else _next_packed(file, at + 1, end, kind, dictionary)
            yield replace(record, end=after, is_cut=record.is_cut and (member.whole or after == end))
        at = after


def _of_member(member: _Gzip | _Zstd, start: int, wants: Callable[[Fields], bool]) -> WarcRecord:
    """The record of a member, as far as it can be unpacked.

    Raises
    ------
    _Fault
        Not even its own fields.
    NotWarc
        Another record follows in the same member.
    """
    head = bytearray()
    while b"\r\n\r\n" not in head and len(head) < _HEAD and (piece := member.read(_BLOCK)):
        head += piece
    fields, length, rest = _head(bytes(head))
    keep = wants(fields) and length <= LARGEST
    block, n, after = bytearray(rest[:length] if keep else b""), min(len(rest), length), bytearray(rest[length:])
    try:
        while piece := member.read(_BLOCK):
            inside = piece[: length - n]
            n += len(inside)
            if keep:
                block += inside
            after += piece[len(inside) : len(inside) + 16] if len(after) < 16 else b""
    except _Fault as fault:
        is_cut = isinstance(fault, _CutOff)
        return WarcRecord(start, start, fields, bytes(block), length, f"{n} of {length} bytes; {fault}", is_cut)
    if bytes(after).lstrip(b"\r\n").startswith(PLAIN):
        raise NotWarc("this file is packed as one piece, so no record can be found again")
    fault = f"{n} of {length} bytes" if n < length else ""
    return WarcRecord(start, start, fields, bytes(block), length, fault, bool(fault))


def _plain(file: BinaryIO, begin: int, end: int, wants: Callable[[Fields], bool]) -> Iterator[WarcRecord | Unread]:
    """Records that are not packed."""
    at = begin
    while at < end:
        at, head = _plain_head(file, at, end)
        if not head:
            return
        try:
            fields, length, _ = _head(head)
        except _Fault as fault:
            after = _next_plain(file, at + 1, end)
            yield Unread(at, after, str(fault))
            at = after
            continue
        body, fault, is_cut = at + len(head), "", False
        after = body + length
        if not _ends_well(file, after, end):
            after, stated = _next_plain(file, at + 1, end), after
            is_cut = after == end < stated
            fault = f"{end - body} of {length} bytes" if is_cut else "it does not end where it says"
        file.seek(body)
        block = file.read(min(length, after - body)) if length <= LARGEST and wants(fields) else b""
        yield WarcRecord(at, after, fields, block, length, fault, is_cut)
        at = after


def _plain_head(file: BinaryIO, at: int, end: int) -> tuple[int, bytes]:
    """Where the next line begins that is not blank, and what stands from there to the next blank one."""
    file.seek(at)
    head = bytearray()
    while b"\r\n\r\n" not in head and len(head) < _HEAD and file.tell() < end and (line := file.readline(_HEAD)):
        if head or line.strip(b"\x00\r\n"):
            head += line
        else:
            at += len(line)
    return at, bytes(head)


def _head(content: bytes) -> tuple[dict[str, str], int, bytes]:
    """A record's own fields, the length of its block, and what follows."""
    head, parted, rest = content.partition(b"\r\n\r\n")
    version, _, lines = head.partition(b"\r\n")
    length = _LENGTH.search(lines)
    if not version.startswith(PLAIN) or not parted or not length:
        raise _Fault("no record begins here")
    fields: dict[str, str] = {}
    for line in lines.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n"):
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields, int(length.group(1)), rest


def _ends_well(file: BinaryIO, stop: int, end: int) -> bool:
    """Whether another record, or the end of the file, follows a record that is not packed."""
    if stop > end:
        return False
    file.seek(stop)
    follows = file.read(min(64, end - stop))
    bare = follows.lstrip(b"\r\n\x00")  # some tools write fewer line ends than the standard asks for, or more
    return follows.startswith(b"\r\n") or not bare or bare.startswith(PLAIN)


def _next_plain(file: BinaryIO, at: int, end: int) -> int:
    """Where the next record begins that is not packed, else the end."""
    place = _find(file, b"\nWARC/1.", at, end)
    return end if place is None else place + 1


def _next_packed(file: BinaryIO, at: int, end: int, kind: bytes, dictionary: _Dictionary) -> int:
    """Where the next member begins that unpacks to a record, else the end."""
    while (place := _find(file, kind, at, end)) is not None and not _is_record(file, place, end, kind, dictionary):
        at = place + 1
    return end if place is None else place


def _is_record(file: BinaryIO, at: int, end: int, kind: bytes, dictionary: _Dictionary) -> bool:
    """Whether bytes that look like the beginning of a member unpack to that of a record."""
    member = _Zstd(file, at, end, dictionary) if kind == ZSTD else _Gzip(file, at, end)
    try:
        return member.read(len(PLAIN)) == PLAIN
    except _Fault:
        return False


def _find(file: BinaryIO, mark: bytes, at: int, end: int) -> int | None:
    """The first place of some bytes, the file read piece by piece."""
    while at < end:
        file.seek(at)
        piece = file.read(min(_SCANNED, end - at))
        if (place := piece.find(mark)) >= 0:
            return at + place
        if len(piece) < len(mark):
            return None
        at += max(1, len(piece) - len(mark) + 1)
    return None


def _is_blank(file: BinaryIO, at: int, end: int) -> bool:
    while at < end:
        file.seek(at)
        piece = file.read(min(_SCANNED, end - at))
        if not piece or piece.strip(b"\x00\r\n"):
            return not piece
        at += len(piece)
    return True


def _file_end(file: BinaryIO) -> int:
    return file.seek(0, 2)


class _Gzip:
    """One gzip member, unpacked piece by piece; its check sum is held against what came out."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self.at, self.whole = start, False
        self._file, self._end, self._read_to, self._held = file, end, start, b""
        self._inflate = zlib.decompressobj(31)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end of the member."""
        while not self._inflate.eof:
            if not self._held:
                self._file.seek(self._read_to)
                self._held = self._file.read(min(_BLOCK, self._end - self._read_to))
                self._read_to += len(self._held)
            if not self._held:
                raise _CutOff("the file ends here")
            try:
                piece = self._inflate.decompress(self._held, size)
            except zlib.error as error:
                raise _Fault(str(error)) from error
            self._held = self._inflate.unconsumed_tail or self._inflate.unused_data
            self.at = self._read_to - len(self._held)
            if piece:
                return piece
        self.whole = True
        return b""


_Dictionary = zstandard.ZstdCompressionDict | None


class _Zstd:
    """The same of one zstandard frame."""

    def __init__(self, file: BinaryIO, start: int, end: int, dictionary: _Dictionary) -> None:
        self.at, self.whole = start, False
        self._file, self._end, self._read_to, self._ready = file, end, start, b""
        options = {"dict_data": dictionary} if dictionary else {}
        self._inflate = zstandard.ZstdDecompressor(max_window_size=_WINDOW, **options).decompressobj()

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end of the frame."""
        while not self._ready and not self._inflate.eof:
            self._file.seek(self._read_to)
            held = self._file.read(min(_FED, self._end - self._read_to))
            self._read_to += len(held)
            if not held:
                raise _CutOff("the file ends here")
            try:
                self._ready = self._inflate.decompress(held)
            except zstandard.ZstdError as error:
                raise _Fault(str(error)) from error
            self.at = self._read_to - len(self._inflate.unused_data)
        piece, self._ready = self._ready[:size], self._ready[size:]
        self.whole = not piece
        return piece


def _is_skipped(first: bytes) -> bool:
    """Whether a frame is one that zstandard skips."""
    return first[1:4] == DICTIONARY[1:] and 0x50 <= first[0] <= 0x5F


def _dictionary(file: BinaryIO, begin: int) -> _Dictionary:
    """The dictionary with which a ``.warc.zst`` begins, itself packed or not; None where it has none."""
    file.seek(begin)
    head = file.read(8)
    if head[:4] != DICTIONARY or len(head) < 8:
        return None
    content = file.read(min(int.from_bytes(head[4:], "little"), LARGEST))
    try:
        if content.startswith(ZSTD):
            content = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompress(content, max_output_size=LARGEST)
        return zstandard.ZstdCompressionDict(content)
    except zstandard.ZstdError as error:
        raise NotWarc(f"the dictionary at its beginning is damaged ({error}); no record can be read") from error
