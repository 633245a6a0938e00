"""Ordinary studies that are small or odd: every notebook runs, says in a line what cannot be done, and goes on."""

from __future__ import annotations

import cells
import odd_studies
import pytest

from helpers.pipeline import open_corpus
from helpers.report import build
from helpers.report.build import article_sentence
from helpers.report.check import check_page
from helpers.report.page import body

PLAN = {"dated": "2030-12-01", "comparisons": [{"measure": "BOND", "groups": ["o0", "o1"]}]}
LONG = pytest.mark.long
STUDIES = [
    pytest.param({"n": 1, "empty": True}, id="no article"),
    pytest.param({"about": False, "events": ("2019-03-01",)}, id="none about the pair, event outside the period"),
    pytest.param({"plan": PLAN}, id="twenty articles, a plan, no event"),
    pytest.param({"n": 1}, id="one article", marks=LONG),
    pytest.param({"n": 1, "plan": PLAN, "events": ("2031-06-01",)}, id="one article, a plan", marks=LONG),
    pytest.param({"n": 40, "outlets": 1, "events": ("2031-06-01",)}, id="one outlet", marks=LONG),
    pytest.param({"n": 40, "events": ("2019-03-01", "2035-01-01")}, id="events outside the period", marks=LONG),
    pytest.param({"n": 60, "events": ("2031-06-01", "2031-09-01")}, id="sixty articles, two events", marks=LONG),
    pytest.param({"n": 60, "outlets": 4, "languages": ("en", "ko")}, id="a language without indicators", marks=LONG),
    pytest.param({"n": 40, "languages": ("ko",)}, id="no indicator at all", marks=LONG),
]


@pytest.fixture
def notebooks(root, tmp_path, monkeypatch):
    """Runs all notebooks on a study that is written for it."""
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.setenv("HELPERS_QUIET", "1")

    def of(**given):
        odd_studies.write_study(tmp_path, **given)
        return {path.stem: cells.run(path, "odd") for path in sorted((root / "notebooks").glob("*.ipynb"))}

    return of


@pytest.mark.parametrize("given", STUDIES)
def test_every_notebook_of_a_small_or_odd_study_becomes_a_page(root, notebooks, given):
    for name, notebook in notebooks(**given).items():
        page = body(notebook, root / "templates", with_code=True)
        assert check_page(page) == [], name
        assert "nan" not in cells.said(notebook).replace("Korean", "").split(), name
        if name != "01-collect" and given.get("empty"):
            assert "There is no article to show." in cells.said(notebook)
            assert not cells.pictures(notebook)


def test_a_language_without_indicators_is_named(root, tmp_path, monkeypatch):
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    odd_studies.write_study(tmp_path, n=4, languages=("en", "ko"))
    words = cells.said(cells.run(root / "notebooks" / "05-frames.ipynb", "odd"))
    assert "No frame has an indicator in Korean" in words


def test_what_there_is_to_analyse_is_said_in_one_line(tmp_path):
    study = odd_studies.write_study(tmp_path, n=18, about=False)
    line = article_sentence(open_corpus(study, say=lambda text: None))
    assert "of 18 articles 0 bear on XAV and XBO, and 18 lie in the period" in line and "\n" not in line


@pytest.mark.long
def test_a_report_of_no_article_is_built(root, tmp_path):
    import built

    built.workshop(tmp_path)
    study = odd_studies.write_study(tmp_path, n=1, empty=True)
    said = []
    pages = build(study, say=said.append)
    assert len(pages) == 12 and any(line.startswith("no article to analyse") for line in said)
