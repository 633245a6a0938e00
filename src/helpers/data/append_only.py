"""Files that people's answers are appended to: a line in, the same line on the disk when this returns."""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def append(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Append rows to a CSV file in one write that is on the disk when this returns; a new file gets its head first.

    Raises
    ------
    OSError
        The disk did not take the rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = b"".join(_line(row) for row in rows)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        if not size:
            packed = _line(columns) + packed
        elif _last_byte(handle) != b"\n":  # a line that a power cut left unfinished stays a line of its own
            packed = b"\n" + packed
        if os.write(handle, packed) != len(packed):
            raise OSError(f"{path.name}: the disk took only a part of the answer")
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


def read(path: Path) -> list[list[str]]:
    """Rows below the head; each line is read alone, so that an unfinished one spoils no other."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[1:]
    return [row for line in lines for row in csv.reader([line])]


def moment(judged: datetime.datetime) -> str:
    """A time as the files have it.

    Raises
    ------
    ValueError
        It has no zone.

    >>> moment(datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC))
    '2026-01-05T12:00:00Z'
    """
    if judged.tzinfo is None:
        raise ValueError(f"judged {judged} has no zone; give UTC")
    return judged.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def coder_name(name: str) -> str:
    """A coder's name as files have it, so that two ways to write it are one coder.

    Raises
    ------
    ValueError
        It is more than one word, or has signs that a file's name may not have.

    >>> coder_name(" Anna ")
    'anna'
    """
    plain = unicodedata.normalize("NFC", name.strip()).casefold()
    if not re.fullmatch(r"\w[\w-]{0,39}", plain):
        raise ValueError(f"coder {name!r} must be one word of letters, digits, - and _, at most 40")
    return plain


def _last_byte(handle: int) -> bytes:
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1)


def _line(fields: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()
