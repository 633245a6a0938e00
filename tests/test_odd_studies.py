"""Ordinary studies that are small or odd: every notebook runs, says in a line what cannot be done, and goes on."""

from __future__ import annotations

import cells
import odd_studies
import pytest

from helpers.__main__ import main
from helpers.pipeline import open_corpus
from helpers.report import build
from helpers.report.build import article_sentence
from helpers.report.check import check_page
from helpers.report.page import body
from helpers.study import StudyError

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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"about": False}, "of 4 articles 4 lie in the period 2031-01-01 to 2031-12-31 (theirs are 2031-"),
        ({"period": {"start": "2019-01-01", "end": "2019-12-31"}}, "of 4 articles 0 lie in the period 2019-01-01 to"),
    ],
    ids=["no name", "no day"],
)
def test_a_study_without_an_article_to_analyse_stops_with_one_line(given, said, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    corpus = open_corpus(odd_studies.write_study(tmp_path, n=4, **given), say=lambda text: None)
    assert corpus.articles["analysed"].sum() == 0
    assert main(["run", "odd", "estimates"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"run: odd: nothing to analyse: {said}")
    assert not corpus.study.processed.joinpath("counts.parquet").exists()  # nothing below is made


def test_an_outlet_without_an_article_is_named(tmp_path):
    study = odd_studies.write_study(tmp_path, n=1, outlets=2)
    assert article_sentence(open_corpus(study, say=lambda text: None)) == (
        "1 of 1 article to analyse; without an article to analyse: Outlet 1"
    )


@pytest.mark.long
@pytest.mark.parametrize("given", [{"n": 1}, {"n": 2, "outlets": 3}, {"n": 20, "outlets": 1}], ids=str)
def test_a_report_of_very_little_is_built(given, root, tmp_path):
    import built

    built.workshop(tmp_path)
    study = odd_studies.write_study(tmp_path, **given)
    assert len(build(study, say=lambda line, end="": None)) == 12


@pytest.mark.long
def test_a_report_of_no_article_stops_and_leaves_nothing(root, tmp_path, monkeypatch):
    import built

    built.workshop(tmp_path)
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    study = odd_studies.write_study(tmp_path, n=1, empty=True)
    with pytest.raises(StudyError, match="nothing to analyse: not one article was read"):
        build(study, say=lambda line, end="": None)
    assert not list(study.reports.glob("*"))
