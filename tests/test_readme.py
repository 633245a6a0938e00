"""The README opens with what the tables say: its sentences, figure and times are those of the last build."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from helpers.data.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """docs/readme.py as a module."""
    spec = importlib.util.spec_from_file_location("readme", ROOT / "docs" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_answer_is_the_first_pages(maker: ModuleType, press: Corpus) -> None:
    """Where this fails after a change of the report: make report, then .venv/bin/python docs/readme.py."""
    assert maker.with_block(README, maker.block(press)) == README


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figure_is_what_the_tables_say(maker: ModuleType, press: Corpus, theme: str) -> None:
    held = (ROOT / "docs" / f"answer-{theme}.svg").read_text(encoding="utf-8")
    assert maker.drawing(*maker.weeks(press), theme) == held


def test_the_figure_says_what_it_shows(maker: ModuleType) -> None:
    import pandas as pd

    weeks = pd.date_range("2023-08-28", periods=6, freq="7D")
    table = pd.DataFrame({"n_relevant": [1, 20, 30, 1, 0, 2], "n_published": 1000.0}, index=weeks)
    title, _, alt = maker.words(table.assign(share=table["n_relevant"]), 3)
    assert title.endswith("two weeks of September 2023") and "20.0 and 30.0 items" in alt
    with pytest.raises(ValueError, match="no fortnight stands out"):
        maker.words(table.assign(share=[20, 1, 1, 1, 30, 2]), 3)


def test_links_and_pictures_of_the_readme_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)|(?:src|srcset)=\"([^\"]+)\"", README)
    places = {one or other for one, other in links}
    assert len(places) > 15 and all((ROOT / place).exists() for place in places if "://" not in place), places


def test_the_figure_comes_first_and_the_page_is_short() -> None:
    assert README.index("<picture>") < README.index("```") < README.index("## ")
    assert len(README.split()) < 1100


def test_what_a_first_page_answers_is_read_from_it(maker: ModuleType) -> None:
    import doctest

    assert doctest.testmod(maker).failed == 0
