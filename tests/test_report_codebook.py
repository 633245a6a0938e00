"""The codebook as a page: whole, safe, readable in every script, and without the words that would bias a coder."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.report.check import check_page
from helpers.report.codebook import codebook_page
from helpers.study import Study, load_study

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def world() -> Study:
    return load_study("world-press", root=ROOT)


@pytest.fixture(scope="module")
def page(world: Study) -> str:
    return codebook_page(world)


def test_a_coder_reads_every_rule_example_and_version(world: Study, page: str) -> None:
    text = html.unescape(page)
    assert f"14 frames, version {world.codebook.version}." in text
    for frame in world.codebook.frames.values():
        told = [frame.name, frame.code, frame.fingerprint, frame.source, *frame.definition.values()]
        told += [*frame.include, *frame.exclude, *frame.boundary]
        for examples in frame.examples.values():
            told += [*examples.positive, *examples.negative]
        assert [one for one in told if one not in text] == []
    assert all(f'lang="{language}"' in page for language in world.languages)


def test_the_page_may_be_published_and_prints(page: str) -> None:
    assert check_page(page) == []
    assert "<script" not in page and not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "@media print" in page


def test_indicators_are_shown_to_authors_only(world: Study, page: str) -> None:
    rules = [one.text for _, one in world.codebook.indicators("en") if " + " in one.text]
    assert rules and not [rule for rule in rules if rule in html.unescape(page)]
    full = html.unescape(codebook_page(world, with_indicators=True))
    assert [rule for rule in rules if rule not in full] == []
    assert "Do not give this page to coders" in full and "Do not give this page to coders" not in page


def test_what_a_codebook_says_is_shown_and_never_run(world: Study) -> None:
    frame = world.codebook.frames["CONFLICT"]
    evil = "<script>alert(1)</script><img src=//x.invalid/a onerror=alert(2)>"
    changed = dataclasses.replace(frame, name=evil, include=(evil,), source=evil)
    book = dataclasses.replace(world.codebook, frames={"CONFLICT": changed})
    made = codebook_page(dataclasses.replace(world, codebook=book))
    assert check_page(made) == [] and "<script" not in made and made.count("&lt;script&gt;") >= 3


def test_an_edited_rule_changes_the_version_on_the_page(world: Study, page: str) -> None:
    frame = world.codebook.frames["CONFLICT"]
    edited = dataclasses.replace(frame, boundary=(*frame.boundary, "One more."))
    book = dataclasses.replace(world.codebook, frames={**world.codebook.frames, "CONFLICT": edited})
    made = codebook_page(dataclasses.replace(world, codebook=book))
    assert frame.fingerprint in page and frame.fingerprint not in made and edited.fingerprint in made


@pytest.mark.parametrize(("options", "name"), [([], "codebook"), (["--indicators"], "codebook-indicators")])
def test_the_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], name: str
) -> None:
    shutil.copytree(ROOT / "studies" / "template", tmp_path / "studies" / "template")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.setattr("helpers.report.pdf.find_browser", lambda: None)
    assert main(["report", "template", "--codebook", *options]) == 0
    assert f"reports/template/{name}.html written; no {name}.pdf" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "reports" / "template").iterdir()] == [f"{name}.html"]


def test_indicators_without_the_codebook_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "template", "--indicators"]) == 2
    assert "--indicators: it goes with --codebook" in capsys.readouterr().err
