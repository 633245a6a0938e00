"""What several test files share: the checkout, studies that are built once, and the order in which files are run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import built
import pytest
from loopback import Site

from helpers.pipeline import Corpus
from helpers.study import Study

os.environ.setdefault("MPLBACKEND", "Agg")

FIRST = ["test_study_practice.py", "test_study_press.py", "test_study_official.py", "test_practice_small.py"]
LAST = ["test_order.py"]  # reads what another file builds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that build studies are begun first, one on each worker; those that only read them come at the end."""

    def place(item: pytest.Item) -> int:
        name = item.path.name
        return FIRST.index(name) if name in FIRST else len(FIRST) + (name in LAST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that is being tested."""
    return built.ROOT


@pytest.fixture(scope="session")
def coverage_data(root) -> Path:
    """The folder of source texts, for the tests that need them; those skip where it is absent."""
    folder = Path(os.environ.get("COVERAGE_DATA", root.parent / "shared" / "data"))
    if not (folder / "coverage").is_dir():
        pytest.skip(f"no source texts at {folder}; set COVERAGE_DATA to the folder that holds coverage/")
    return folder


@pytest.fixture(scope="module")
def workshop(tmp_path_factory) -> Path:
    """A copy of what a report is built from, so that a test never writes into the checkout."""
    return built.workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def site() -> Iterator[Site]:
    """An invented site on loopback, for one test."""
    made = Site()
    yield made
    made.close()


@pytest.fixture(scope="session")
def press() -> Corpus:
    """The default study, with all its tables and pages: to be read."""
    return built.corpus_of(built.built("press"))


@pytest.fixture(scope="session")
def official() -> Corpus:
    """official-voices, with all its tables, its own report and the first page: to be read."""
    return built.corpus_of(built.written("official-voices"))


@pytest.fixture(scope="session")
def practice() -> Corpus:
    """The practice study, with all its tables and pages: to be read."""
    return built.corpus_of(built.built("practice"))


@pytest.fixture(scope="session")
def small_practice() -> Study:
    """The practice study with the press of two languages and all its tables: to be read, or copied."""
    return built.small_practice()
