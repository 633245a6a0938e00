"""The near side of a pool: processes to which items are handed, each within bounds of time and memory.

Each worker is a Python of its own, started by name and never forked, so that it serves a notebook, a test and
``python -m`` alike.  What takes too long or too much is killed with its process, costs one `Outcome`, and the next
item gets a fresh process.  What a worker prints goes nowhere.  For Linux and macOS; how much memory a process
holds is seen on Linux only, elsewhere that bound does not hold.
"""

from __future__ import annotations

import os
import pickle
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.pool.worker import READY, receive, send

MOST_PROCESSES = 8
START = 120.0  # seconds that a worker may take to import what it needs
TICK = 0.02  # seconds between two looks at a busy worker
RECYCLE = 1000  # items after which a worker is replaced, so that what parsers keep does not pile up
AHEAD = 4  # items in hand for each process
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)

Stopped = Callable[[], bool]


class PoolError(RuntimeError):
    """Workers cannot be started, or were stopped; one line with the cause."""


@dataclass(frozen=True)
class Outcome:
    """What became of one item.

    Attributes
    ----------
    value : Any
        What the function returned; None if it failed.
    failure : str
        Empty, or ``timed_out``, ``too_much_memory``, ``crashed`` (the process ended) or ``failed`` (it raised).
    detail : str
        What is known of the failure; holds no measured figure.
    seconds : float
        How long it took.
    """

    value: Any = None
    failure: str = ""
    detail: str = ""
    seconds: float = 0.0


def default_processes() -> int:
    """How many processes work side by side: the processors this process may use, at most `MOST_PROCESSES`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_PROCESSES)


class Pool:
    """Processes that apply one function, each item within bounds; a context manager.

    Parameters
    ----------
    function : callable
        Of one argument and importable by name.  Items and values are pickled.
    processes : int, optional
        `default_processes` if not given.  Workers start when the first items come.
    seconds : float
        Time for one item; the start of a process does not count.
    memory : int, optional
        Bytes that a process may take on top of the most it had held when it was ready.
    recycle : int
        Items after which a process is replaced.

    Raises
    ------
    ValueError
        The function cannot be found by name, or a bound is not positive.

    >>> with Pool(len, processes=1, seconds=10) as pool:
    ...     [(item, outcome.value, outcome.failure) for item, outcome in pool.map(["a", "bc", 3])]
    [('a', 1, ''), ('bc', 2, ''), (3, None, 'failed')]
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        *,
        processes: int | None = None,
        seconds: float,
        memory: int | None = None,
        recycle: int = RECYCLE,
    ) -> None:
        self.processes = default_processes() if processes is None else processes
        if self.processes < 1 or seconds <= 0 or recycle < 1 or (memory is not None and memory <= 0):
            raise ValueError(
                f"processes {processes}, seconds {seconds}, memory {memory}, recycle {recycle}: each must be positive"
            )
        if getattr(function, "__module__", None) == "__main__":
            raise ValueError(f"{function.__qualname__} is defined in a notebook or script; move it to a module")
        self._task = pickle.dumps((function, seconds, memory))
        self._seconds, self._memory, self._recycle = seconds, memory, recycle
        self._slots: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # the warm ones first
        for _ in range(self.processes):
            self._slots.put(None)
        self._closed = threading.Event()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process; items in hand are given up."""
        self._closed.set()
        workers = [self._slots.get() for _ in range(self.processes)]  # a busy one comes back within a tick
        for worker in workers:
            if worker is not None:
                worker.end()
            self._slots.put(None)

    def run(self, item: Any) -> Outcome:
        """Apply the function to one item; may be called from several threads.

        Raises
        ------
        PoolError
            No process could be started, or the pool is closed.
        """
        return self._run(item, self._closed.is_set)

    def map(self, items: Iterable[Any]) -> Iterator[tuple[Any, Outcome]]:
        """Each item with its outcome, in the order of the items, few of which are held at a time."""
        stop = threading.Event()
        threads = ThreadPoolExecutor(self.processes, thread_name_prefix="pool")
        hand: deque[tuple[Any, Future[Outcome]]] = deque()
        try:
            for item in items:
                hand.append((item, threads.submit(self._run, item, lambda: stop.is_set() or self._closed.is_set())))
                if len(hand) >= AHEAD * self.processes:
                    first, future = hand.popleft()
                    yield first, future.result()
            while hand:
                first, future = hand.popleft()
                yield first, future.result()
        finally:
            stop.set()  # a reader that stops early, or is interrupted, waits for nothing
            threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, item: Any, stopped: Stopped) -> Outcome:
        worker = self._slots.get()
        try:
            if stopped():
                raise PoolError("the pool was closed")
            worker = worker or _Worker(self._task)
            worker.wait_until_ready(stopped)
            outcome = worker.ask(item, self._seconds, self._memory, stopped)
            if worker.is_spent or worker.n_items >= self._recycle:
                worker.end()
                worker = _Worker(self._task)  # starts while others work
            return outcome
        except BaseException:
            if worker is not None:
                worker.end()
            worker = None
            raise
        finally:
            self._slots.put(worker)


class _Worker:
    """One process: its pipes, and what it held when it was ready."""

    def __init__(self, task: bytes) -> None:
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"from helpers.pool.worker import serve; serve({os.getpid()})"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | one_thread | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}, start_new_session=True,
        )  # fmt: skip
        self._began = time.monotonic()
        self._is_ready = False
        self._held = 0
        self.n_items = 0
        self.is_spent = False
        self._put(task)

    def wait_until_ready(self, stopped: Stopped) -> None:
        """Until it has imported what it needs."""
        while not self._is_ready:
            if self._has_answered():
                answer = receive(self._process.stdout)
                if answer != READY:
                    raise PoolError(f"a worker process cannot start: {answer or self._end_of()}")
                self._is_ready, self._held = True, _peak(self._process.pid)
            elif time.monotonic() > self._began + START:
                raise PoolError(f"a worker process was not ready within {START:g} s; is the machine overloaded?")
            elif stopped():
                raise PoolError("the pool was closed")

    def ask(self, item: Any, seconds: float, memory: int | None, stopped: Stopped) -> Outcome:
        """The outcome of one item; spent if the process did not survive it."""
        began = time.monotonic()
        self.n_items += 1
        value, failure = None, ""
        message = pickle.dumps(item)
        self._put(message)
        while not (failure or self._has_answered()):
            if stopped():
                raise PoolError("the pool was closed")
            if time.monotonic() > began + seconds:
                failure = "timed_out"
            elif self._holds_more_than(memory):
                failure = "too_much_memory"
        detail = ""
        if not failure:
            value, failure, detail = receive(self._process.stdout) or self._post_mortem()
            if self._holds_more_than(memory):  # also between two looks
                value, failure = None, "too_much_memory"
        self.is_spent = failure not in ("", "failed")
        return Outcome(value, failure, _bound(failure, seconds, memory) or detail, time.monotonic() - began)

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # the rest of an item that nobody will read

    def _has_answered(self) -> bool:
        """Whether there is something to read, an answer or the end of the process; waits a tick for it."""
        return bool(select.select([self._process.stdout], [], [], TICK)[0])

    def _holds_more_than(self, memory: int | None) -> bool:
        return memory is not None and _peak(self._process.pid) > self._held + memory

    def _put(self, message: bytes) -> None:
        try:
            send(self._process.stdin, message)
        except BrokenPipeError:
            self.is_spent = True  # it has ended; reading its answer tells how

    def _post_mortem(self) -> tuple[None, str, str]:
        """The outcome that a process which ended by itself leaves."""
        return None, "timed_out" if self._process.wait() == -signal.SIGALRM else "crashed", self._end_of()

    def _end_of(self) -> str:
        code = self._process.wait()
        return f"the process left with code {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"


def _bound(failure: str, seconds: float, memory: int | None) -> str:
    """The bound that was overstepped, in words."""
    if failure == "timed_out":
        return f"longer than {seconds:g} s"
    return f"more than {memory / 2**20:g} MB" if failure == "too_much_memory" and memory is not None else ""


def _peak(pid: int) -> int:
    """The most bytes of memory that a process ever held; 0 where that cannot be seen."""
    try:
        match = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(match[1]) * 1024 if match else 0
