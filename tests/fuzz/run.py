"""One target: inputs that hypothesis makes, what must hold of each, and the bounds within which it must.

A quick run draws the same inputs everywhere; a long one draws new ones.  What ever failed is kept in `kept` and is
tried first, in both.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

SECONDS = 5.0  # of this process' own time for one input; most take a hundredth


class TooSlow(AssertionError):
    """An input took more than its seconds."""


@dataclass(frozen=True)
class Target:
    """What is tried.

    Attributes
    ----------
    name : str
    inputs : SearchStrategy
    check : callable
        Raises where something does not hold.
    quick : int
        How many inputs a run of every day draws.
    kept : sequence
        Inputs that failed once, or nearly.
    seconds : float
    """

    name: str
    inputs: SearchStrategy[Any]
    check: Callable[[Any], None]
    quick: int = 20
    kept: Sequence[Any] = ()
    seconds: float = SECONDS


def run(target: Target, examples: int, *, start: int | None = None) -> int:
    """Try a target; how many inputs it had.

    Parameters
    ----------
    target : Target
    examples : int
    start : int, optional
        Where the inputs begin; the same inputs every time without it.
    """
    tried = 0

    def once(value: Any) -> None:
        nonlocal tried
        tried += 1
        with bounded(target.seconds):
            target.check(value)

    for value in target.kept:
        once(value)
    fuzzed = settings(
        max_examples=examples, derandomize=start is None, database=None, deadline=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )(given(target.inputs)(once))  # fmt: skip
    (fuzzed if start is None else seed(start)(fuzzed))()
    return tried


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise in what takes longer: at once in Python and in a pattern, afterwards in a library that cannot be stopped."""

    late = False

    def stop(*_: object) -> None:
        nonlocal late
        late = True  # whoever was interrupted may have caught it
        raise TooSlow(f"takes more than {seconds:g} s")

    before, begun = signal.signal(signal.SIGVTALRM, stop), time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    if (took := time.process_time() - begun) > seconds or late:
        raise TooSlow(f"takes {took:.1f} s, more than {seconds:g}")


def one_line(error: Exception) -> None:
    """A complaint is one line that says something."""
    message = str(error)
    assert message.strip(), f"{type(error).__name__} without a word"
    assert "\n" not in message and "\r" not in message, f"more than one line: {message!r}"
