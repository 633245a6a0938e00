"""The course is of this house: its notebooks, sections and exercises are there, its minutes add up, its links lead somewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from some import some

SESSIONS = ["1-counts", "2-copies", "3-topics", "4-frames", "5-comparing"]
PARTS = ["Plan", "Activity", "Exercises", "Common wrong answers", "When somebody says …", "Homework", "Further reading"]
EXERCISE = re.compile(
    r"^\| \[(\d\d-\w+)\]\(\S+\) (\d) \| (.+) \| (\d) \| (\d+) \| (in class|homework) \|$", re.MULTILINE
)
ASKED = re.compile(r"\*\*Exercise (\d)\. ([^*]+?)\.?\*\* \*Level (\d) of 3, (\d+) minutes\.\*")


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (root / "docs" / "course").glob("*.md")}


def prose(root: Path, notebook: str) -> str:
    cells = json.loads((root / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def test_there_are_five_sessions_and_an_index_that_leads_to_them(pages: dict[str, str]) -> None:
    assert sorted(pages) == [*SESSIONS, "README"]
    assert all(f"({name}.md)" in pages["README"] for name in SESSIONS)
    for part in ("Set-up", "Assessment", "For who teaches"):
        assert f"## {part}\n" in pages["README"]


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_has_its_parts_and_ninety_minutes(pages: dict[str, str], name: str) -> None:
    assert re.findall(r"^## (.+)$", pages[name], re.MULTILINE) == PARTS
    assert "**Aims.**" in pages[name] and "**Prerequisites.**" in pages[name]
    minutes = [int(n) for n in re.findall(r"^\| (\d+) \| ", pages[name].split("## Activity")[0], re.MULTILINE)]
    assert sum(minutes) == 90
    in_class = [
        (f"{notebook} {n}", int(m))
        for notebook, n, _, _, m, when in EXERCISE.findall(pages[name])
        if when == "in class"
    ]
    planned = re.findall(r"^\| (\d+) \| Exercise in pairs[^|]*\| (\d\d-\w+ \d) \|$", pages[name], re.MULTILINE)
    assert in_class == [(exercise, int(m)) for m, exercise in planned]


def test_every_exercise_of_the_notebooks_is_in_one_session_as_it_stands_there(
    root: Path, pages: dict[str, str]
) -> None:
    used = [row[:5] for name in SESSIONS for row in EXERCISE.findall(pages[name])]
    there = [
        (path.stem, n, title, level, minutes)
        for path in (root / "notebooks").glob("*.ipynb")
        for n, title, level, minutes in ASKED.findall(prose(root, path.stem))
    ]
    assert Counter(used) == Counter(there) and len(used) >= 30


def test_links_lead_to_files_headings_and_sections_of_notebooks(root: Path, pages: dict[str, str]) -> None:
    for name, links in some((name, re.findall(r"\]\(([^)\s]+)\)", text)) for name, text in pages.items()):
        for link in some(links):
            file, _, anchor = link.partition("#")
            path = (root / "docs" / "course" / file).resolve()
            assert path.exists(), f"{name}: {link}"
            if anchor:
                heads = re.findall(
                    r"^#+ (.+)$", prose(root, path.stem) if path.suffix == ".ipynb" else path.read_text("utf-8"), re.M
                )
                slugs = {head.replace(" ", "-") for head in heads} | {
                    re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads
                }
                assert anchor in slugs, f"{name}: {link}"


def test_no_number_of_the_studies_is_typed_into_the_course(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        told = text.split("## Further reading")[0]
        assert not re.search(r"\d+(?:\.\d+)? ?(?:%|points|articles|passages|per cent)", told), name


def test_the_set_up_is_made_of_commands_that_are_there(root: Path, pages: dict[str, str]) -> None:
    commands = re.search(r"```console\n(.*?)```", pages["README"], re.DOTALL).group(1).splitlines()
    targets = re.findall(r"^([a-z][\w-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for command in some(commands):
        words = command.split()
        assert words[0] == "make" and words[1] in targets
        assert all((root / "studies" / word.removeprefix("STUDY=")).is_dir() for word in words[2:])
