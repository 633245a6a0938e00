"""What arrives from outside, is mistyped or breaks: nothing of it is more than one line, a loss that is told, or words.

A few inputs of each target, the same everywhere; many with ``make test-long``, new ones with `fuzz.__main__`.
"""

from __future__ import annotations

import pytest
from fuzz.run import run
from fuzz.targets import TARGETS

MANY = 20  # times as many inputs in a long run


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_of_every_day(name: str) -> None:
    assert run(TARGETS[name], TARGETS[name].quick) >= len(TARGETS[name].kept)


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_many_inputs(name: str) -> None:
    assert run(TARGETS[name], MANY * TARGETS[name].quick) >= len(TARGETS[name].kept)
