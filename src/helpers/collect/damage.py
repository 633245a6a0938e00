"""What can still be known of a record whose bytes are damaged: mostly its head, and so the address that it was of."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from pathlib import Path

from helpers.collect.records import ArchiveError, head_fields, instant

HEAD = 1 << 16  # bytes, packed, in which a record's own fields stand
STEP = 16  # bytes that are unpacked at a time: what stands before the damage comes out


@dataclass(frozen=True)
class Damage:
    """A stretch of an archive that cannot be read.

    Attributes
    ----------
    start, end : int
        Bytes of the file.
    reason : str
    address : str
        Which page it held; blank where its head is damaged too.
    retrieved : datetime, optional
        When that was asked for.
    """

    start: int
    end: int
    reason: str
    address: str = ""
    retrieved: dt.datetime | None = None


def damage_at(path: Path, start: int, end: int, reason: str) -> Damage:
    """The damage between two places of a file, with what the record's head still tells."""
    with path.open("rb") as file:
        file.seek(start)
        fields = head_fields(_unpacked(file.read(min(HEAD, end - start))))
    address = fields.get("warc-target-uri", "").strip("<>")
    try:
        retrieved = instant(fields, path.name)
    except ArchiveError:
        return Damage(start, end, reason)
    if not address.isascii() or not address.startswith(("http://", "https://")):
        return Damage(start, end, reason)
    return Damage(start, end, reason, address, retrieved)


def _unpacked(packed: bytes) -> bytes:
    """What comes out of a gzip member before it cannot be read any further."""
    inflate, content = zlib.decompressobj(31), bytearray()
    try:
        for at in range(0, len(packed), STEP):
            content += inflate.decompress(packed[at : at + STEP], HEAD)
            if b"\r\n\r\n" in content:
                break
    except zlib.error:
        return bytes(content)
    return bytes(content)
