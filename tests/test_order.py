"""Notebooks alone, twice and in any order: the same tables and the same pages, byte for byte."""

from __future__ import annotations

import built
import pytest

from helpers.report.execute import execute
from helpers.report.page import body
from helpers.study import Study

ORDER = ["07-compare", "03-describe", "10-report", "07-compare", "08-events", "10-report"]


@pytest.fixture(scope="module")
def study(press, tmp_path_factory) -> Study:
    """The default study with its tables as they were built, where a notebook may write."""
    return built.copied(press.study, tmp_path_factory.mktemp("order"))


@pytest.fixture(scope="module")
def tables(study) -> dict[str, bytes]:
    """Every file of the study's tables before a notebook runs."""
    return files(study)


@pytest.fixture(scope="module")
def run(study, tables) -> list[tuple[str, str, str]]:
    """Name of each notebook in `ORDER`, and what its page shows with code and without."""
    templates, shown = study.root / "templates", []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVERAGE_ROOT", str(study.root))
        for name in ORDER:
            notebook = execute(study.root / "notebooks" / f"{name}.ipynb", study.name)
            shown.append((name, *(body(notebook, templates, with_code=code) for code in (True, False))))
        own = execute(study.folder / "report.ipynb", study.name)
        shown.append(("report-with-code", *(body(own, templates, with_code=code) for code in (True, False))))
    return shown


def files(study: Study) -> dict[str, bytes]:
    return {
        path.relative_to(study.processed).as_posix(): path.read_bytes()
        for path in sorted(study.processed.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def test_no_table_is_changed_for_another(run, study, tables) -> None:
    after = files(study)
    assert list(after) == list(tables) and len([name for name in after if name.endswith(".parquet")]) > 30
    assert [name for name in after if after[name] != tables[name]] == []


def test_every_page_shows_what_it_shows_in_the_ordinary_order(run, press) -> None:
    pages = press.study.reports
    for name, inside, without_code in run:
        assert inside in (pages / f"{name}.html").read_text(encoding="utf-8"), name
        if name == "report-with-code":
            assert without_code in (pages / "report.html").read_text(encoding="utf-8")


def test_the_report_counts_its_changes_whatever_was_run_before(run) -> None:
    reports = [inside for name, inside, _ in run if name == "10-report"]
    assert len(reports) == 2 and reports[0] == reports[1]
    assert "None of 0" not in reports[0]
