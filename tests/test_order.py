"""Notebooks alone, twice and in any order: the same tables and the same pages, byte for byte."""

from __future__ import annotations

from pathlib import Path

import built
import pytest

from helpers.report.build import _write_chapter as write_chapter
from helpers.report.build import find_chapters, find_report
from helpers.report.execute import execute
from helpers.study import Study

ORDER = ["08-events", "10-report", "03-describe", "10-report"]  # backwards, and one twice


@pytest.fixture(scope="module")
def study(press, tmp_path_factory) -> Study:
    """The default study with its tables as they were built, where a notebook may write."""
    return built.copied(press.study, tmp_path_factory.mktemp("order"))


@pytest.fixture(scope="module")
def tables(study) -> dict[str, bytes]:
    """Every file of the study's tables before a notebook runs."""
    return files(study)


@pytest.fixture(scope="module")
def run(study, tables) -> list[tuple[str, str]]:
    """Name and text of the page of each notebook in `ORDER`, and of the study's own report."""
    chapters, shown = find_chapters(study), []

    def keep(path: Path, text: str) -> Path:
        shown.append((path.name, text))
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVERAGE_ROOT", str(study.root))
        for name in ORDER:
            chapter = next(one for one in chapters if one.stem == name)
            write_chapter(study, chapters, chapter, execute(chapter.path, study.name), publish=keep)
        own = find_report(study)
        notebook = execute(own.path, study.name)
        write_chapter(study, chapters, own, notebook, name="report-with-code", publish=keep)
        write_chapter(study, chapters, own, notebook, name="report", with_code=False, publish=keep)
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
    for name, text in run:
        assert text == (press.study.reports / name).read_text(encoding="utf-8"), name


def test_the_report_counts_its_changes_whatever_was_run_before(run) -> None:
    reports = [text for name, text in run if name == "10-report.html"]
    assert len(reports) == 2 and reports[0] == reports[1]
    assert "None of 0" not in reports[0]
