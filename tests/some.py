"""What a test goes through, of which there must be some: a loop over nothing asserts nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

One = TypeVar("One")


def some(ones: Iterable[One]) -> list[One]:
    """All of them, where there are any.

    >>> some(range(2))
    [0, 1]
    >>> some([])
    Traceback (most recent call last):
    AssertionError: nothing to look at
    """
    listed = list(ones)
    if not listed:
        raise AssertionError("nothing to look at")
    return listed
