"""Which lines of the rooms each test reaches, and in how many seconds: one run of the tests as they stand."""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import types
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

LONGEST = 2.0  # processor seconds of one test, while traced


class Lines:
    """Lines of the rooms that a test reaches, fixtures that it shares with others included."""

    def __init__(self, folders: list[Path]) -> None:
        paths = sorted(path for folder in folders for path in folder.glob("*.py"))
        self.files = {str(path) for path in paths}
        self.now, self.of_fixture, self.whole = set(), {}, {}
        self.sources = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]

    def reached(self, items: list[pytest.Item]) -> dict[str, tuple[set[tuple[str, int]], float, bool]]:
        """By test its lines, seconds, and whether it passed; what is known of an unchanged file is not run again."""
        kept = Path(tempfile.gettempdir()) / f"mutants-lines-{self.sources}.pickle"
        known = pickle.loads(kept.read_bytes()) if kept.exists() else {}
        keys = {item: (item.nodeid, hashlib.sha256(item.path.read_bytes()).hexdigest()) for item in items}
        new = [item for item in items if keys[item] not in known]
        for number, (item, following) in enumerate(zip(new, [*new[1:], None], strict=False), start=1):
            known[keys[item]] = self.of(item, following)
            if number % 50 == 0 or following is None:
                part = kept.with_suffix(f".{os.getpid()}")
                part.write_bytes(pickle.dumps(known))
                part.replace(kept)
        return {item.nodeid: known[keys[item]] for item in items}

    def trace(self, frame: types.FrameType, event: str, argument: object) -> object:
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        all_lines = self.whole.get(code)
        if all_lines is None:
            all_lines = self.whole[code] = {(code.co_filename, line) for *_, line in code.co_lines() if line}
        return None if all_lines <= self.now else self.line

    def line(self, frame: types.FrameType, event: str, argument: object) -> object:
        self.now.add((frame.f_code.co_filename, frame.f_lineno))
        return self.line

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: object) -> object:
        before, self.now = self.now, set()
        yield
        self.of_fixture.setdefault(fixturedef, set()).update(self.now)
        self.now = before

    def of(self, item: pytest.Item, following: pytest.Item | None) -> tuple[set[tuple[str, int]], float, bool]:
        """The lines of a test, its seconds, and whether it passed."""
        self.now, start = set(), time.process_time()
        forget()
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        signal.signal(signal.SIGVTALRM, _stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            passed = succeeds(item, following)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            sys.settrace(None)
            threading.settrace(None)
        for defs in getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).values():
            self.now.update(*(self.of_fixture.get(one, ()) for one in defs))
        return self.now, time.process_time() - start, passed


def _stop(*_: object) -> None:
    pytest.fail("too long to be run for every mutant")


def succeeds(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, as pytest does."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def forget() -> None:
    """What functions remember from earlier calls would hide a mutant."""
    for one in memories():
        one.cache_clear()


@functools.cache
def memories() -> list:
    """The memories of functions that were loaded."""
    every = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    rooms = ("helpers.compare", "helpers.copies", "helpers.frames", "helpers.coding", "helpers.data", "test_")
    return [one for one in every if str(one.__module__).startswith(rooms)]
