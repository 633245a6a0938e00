"""One run a study at a time, and whoever comes second is told who is at work.

A file of the study's interim folder is locked, by fcntl or, on Windows, msvcrt, so that the lock ends with the process
that holds it, however it ends.  A file system without locks gives none; then runs are the researcher's to keep apart.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

LOCK, HOLDER = ".run.lock", ".run.json"
WIDTH = 60  # characters of what a file says of its holder


class RunError(RuntimeError):
    """Another run is at work on the study; one line that says which and what to do."""


@contextlib.contextmanager
def one_run(folder: Path, study: str, command: str, *, say: Callable[[str], None]) -> Iterator[None]:
    """Alone at work on a study.

    Parameters
    ----------
    folder : Path
        The study's interim folder, which is the key: the same study of another checkout is another one.
    study, command : str
        For the message to whoever comes second.
    say : callable
        Told, in one line, that the run before did not end by itself, or that there are no locks here.

    Raises
    ------
    RunError
        Another run holds the study.
    """
    folder = folder.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, blocking=False)
        lock.acquire()
    except Timeout:
        raise RunError(
            f"{study}: {_holder(folder) or 'another run'} is at work; wait until it has ended, or end it first"
        ) from None
    except NotImplementedError:
        say(f"{study}: the disk of {folder.name} knows no locks; take care that no other run is at work")
        yield
        return
    except OSError as error:
        raise RunError(f"{folder}: {os.strerror(error.errno or 0)}; make room, or make it writable") from error
    with lock:
        if before := _holder(folder):
            say(f"{study}: {before} did not come to its end; this run goes on from what it finished")
        _write(folder, {"command": command, "process": os.getpid(), "host": platform.node(), "since": _now()})
        try:
            yield
        finally:
            (folder / HOLDER).unlink(missing_ok=True)


def _now() -> str:
    return dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S %z")


def _holder(folder: Path) -> str:
    """Who holds, or held, the lock; blank where nobody says."""
    try:
        said = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        words = {name: " ".join(str(said[name]).split())[:WIDTH] for name in ("command", "process", "host", "since")}
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    return "`{command}` (process {process} on {host}, since {since})".format(**words)


def _write(folder: Path, holder: dict[str, object]) -> None:
    """Say who is at work; a disk that is full does not keep a run from telling so at its first table."""
    with contextlib.suppress(OSError):
        unfinished = folder / f"{HOLDER}.{os.getpid()}"
        unfinished.write_text(json.dumps(holder), encoding="utf-8")
        os.replace(unfinished, folder / HOLDER)
