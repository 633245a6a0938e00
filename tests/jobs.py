"""What a worker process is asked to do in tests; `act` does as the item says."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import threading
import time


def act(item: tuple[str, object]) -> object:
    """One way to behave, good or bad."""
    kind, value = item
    if kind == "twice":
        return value * 2
    if kind == "sleep":
        time.sleep(value)
    elif kind == "spin":
        while True:
            value += 1
    elif kind == "never give way":  # one regular expression that keeps the interpreter for itself
        return re.match(r"(a+)+$", "a" * 60 + "b")
    elif kind == "allocate":
        held = [bytearray(b"x") * (8 << 20) for _ in range(value)]
        return len(held)
    elif kind == "reserve":
        return len(bytes(value))
    elif kind == "leave":
        os._exit(value)
    elif kind == "exit":
        sys.exit(value)
    elif kind == "crash":
        ctypes.string_at(0)
    elif kind == "signal":
        os.kill(os.getpid(), signal.Signals[value])
    elif kind == "raise":
        raise ValueError(value)
    elif kind == "print":
        print(value, flush=True)
        os.write(1, b"noise" * 1000)
    elif kind == "unpicklable":
        return threading.Lock()
    elif kind == "who":
        return os.getpid()
    return value
