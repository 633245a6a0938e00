"""Files that one run alone appends to: locked while they are open, and written in whole pieces or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from helpers.collect.records import ArchiveError

try:  # absent on Windows, where two runs at once are the researcher's to avoid
    import fcntl
except ImportError:
    fcntl = None


def locked(path: Path) -> BinaryIO:
    """A file to append to, made if absent; it is locked until it is closed, or the run ends in whatever way.

    Raises
    ------
    ArchiveError
        It cannot be opened, or another run has it: two that append at once would cut off each other's records.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab", buffering=0)
    except OSError as error:
        raise ArchiveError(f"{path.name}: {error.strerror}; make room, or make {path.parent.name} writable") from error
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if isinstance(error, BlockingIOError):  # any other error: a file system without locks
            file.close()
            raise ArchiveError(f"{path.name}: another run is collecting this outlet; wait until it has ended") from None
    return file


def append(file: BinaryIO, path: Path, packed: bytes) -> int:
    """Append bytes, all or none of them; where they start.

    Raises
    ------
    ArchiveError
        The disk is full or the file cannot be written; what was there before is intact.
    """
    start = file.seek(0, os.SEEK_END)
    try:
        rest = memoryview(packed)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        os.truncate(path, start)
        raise full(path, error) from error
    return start


def rewrite(path: Path, content: bytes) -> None:
    """Replace a file, whole or not at all.

    Raises
    ------
    ArchiveError
        As of `append`.
    """
    partial = path.with_suffix(".part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise full(path, error) from error


def full(path: Path, error: OSError) -> ArchiveError:
    """What to tell when a file cannot be written."""
    return ArchiveError(f"{path.name}: {error.strerror}; nothing was lost, make room and run again")
