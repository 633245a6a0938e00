"""What several test files share: the checkout, and a matplotlib without a window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that is being tested."""
    return Path(__file__).resolve().parents[1]
