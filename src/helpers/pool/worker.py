"""The far side of a pool: a process that answers one item after the other until it is killed or left alone."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

READY = "ready"
LOOK = 0.25  # seconds between two looks whether the parent is alive
ROOM = 256 << 20  # bytes of address space that threads reserve and never fill
_LENGTH = struct.Struct("<Q")


def send(pipe: BinaryIO, message: bytes) -> None:
    """Write one message, its length before it."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """The next message, unpickled; None at the end, also amid a message.

    >>> import io
    >>> pipe = io.BytesIO()
    >>> send(pipe, pickle.dumps("page")); _ = pipe.seek(0)
    >>> receive(pipe), receive(pipe)
    ('page', None)
    """
    body = _body(pipe)
    return None if body is None else pickle.loads(body)


def _body(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = pipe.read(length)
    return body if len(body) == length else None


def serve(parent: int) -> None:
    """Read a function and its bounds, then items, and answer each with (value, failure, detail)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    asked, answers = _pipes()
    try:
        function, seconds, memory = receive(asked)
    except Exception as error:  # whatever the import of the function raised is the answer
        send(answers, pickle.dumps(_told(error)))
        return
    _limit(memory)
    send(answers, pickle.dumps(READY))
    while (item := _body(asked)) is not None:
        # Kills even a parser that never gives way, should nobody be there to do it.
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 1)
        answer = _answer(function, item)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(answers, answer)


def _answer(function: Callable[[Any], Any], item: bytes) -> bytes:
    """The pickled outcome of one item."""
    try:
        return pickle.dumps((function(pickle.loads(item)), "", ""))
    except MemoryError:
        return pickle.dumps((None, "too_much_memory", ""))
    except (Exception, SystemExit) as error:  # any failure of an item is that item's outcome
        return pickle.dumps((None, "failed", _told(error)))


def _told(error: BaseException) -> str:
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}"[:300] if lines else type(error).__name__


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The parent's pipes under other numbers, so that nothing a parser reads or prints can disturb them."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return asked, answers


def _limit(memory: int | None) -> None:
    """A wall for one huge request; the parent watches what is really filled."""
    sizes = Path("/proc/self/statm")
    if memory is not None and sizes.exists():
        reserved = int(sizes.read_text().split()[0]) * resource.getpagesize()
        most = reserved + 4 * memory + ROOM
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave_with(parent: int) -> None:
    """End this process once its parent has ended."""
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
