"""What several test files share: the checkout, and a matplotlib without a window."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that is being tested."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def coverage_data(root) -> Path:
    """The folder of source texts, for the tests that need them; those skip where it is absent."""
    folder = Path(os.environ.get("COVERAGE_DATA", root.parent / "shared" / "data"))
    if not (folder / "coverage").is_dir():
        pytest.skip(f"no source texts at {folder}; set COVERAGE_DATA to the folder that holds coverage/")
    return folder


@pytest.fixture(scope="module")
def workshop(root, tmp_path_factory) -> Path:
    """A copy of what a report is built from, so that a test never writes into the checkout."""
    copy = tmp_path_factory.mktemp("workshop")
    for name in ("studies", "notebooks", "templates"):
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(root / "data" / "raw" / "official-voices", copy / "data" / "raw" / "official-voices")
    return copy
