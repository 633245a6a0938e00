"""Exercises: starts run and are open, solutions are right, typical slips get their hint; other studies are told so."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import built
import pytest

from helpers.pipeline import Corpus
from helpers.show.style import set_style
from practice.exercises import ELSEWHERE, NOTEBOOKS, check, exercises, sentence
from practice.exercises.answers import NUMBERS, OPEN, verdict

CELLS = {
    name: json.loads((built.ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    for name in NOTEBOOKS
}
TITLE = re.compile(r"\*\*Exercise (\d)\. [^*]+\*\* \*Level ([123]) of 3, (\d\d) minutes\.\*\n\n")
EACH = [(name, number) for name in NOTEBOOKS for number in exercises(name)]


def tagged(name: str, tag: str, kind: str) -> list[str]:
    """The sources of a notebook's cells of one kind that carry a tag."""
    return [
        "".join(cell["source"])
        for cell in CELLS[name]
        if cell["cell_type"] == kind and tag in cell["metadata"].get("tags", [])
    ]


def begun(name: str, corpus: Corpus) -> dict[str, Any]:
    """What a notebook's cells find: the imports, the corpus, and nothing else."""
    names: dict[str, Any] = {"corpus": corpus, "study": corpus.study.name}
    for cell in CELLS[name]:
        if "remove-cell" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
            exec(compile(tree, name, "exec"), names)
    return names


def run(source: str, names: dict[str, Any]) -> str:
    """What an exercise's cell says."""
    said: list[str] = []
    exec(source, names | {"check": lambda *given: said.append(sentence(*given))})
    return said[0]


def solution(name: str, number: int) -> str:
    fence = re.search(r"```python\n(.*?)\n```", tagged(name, "solution", "markdown")[number - 1], re.DOTALL)
    assert fence, f"{name}: solution {number} holds no code"
    return fence.group(1)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_notebook_has_three_to_five_exercises_each_with_level_minutes_start_and_solution(name: str) -> None:
    asked, starts = tagged(name, "exercise", "markdown"), tagged(name, "exercise", "code")
    marks = [TITLE.match(text) for text in asked]
    assert 3 <= len(asked) == len(starts) == len(tagged(name, "solution", "markdown")) == len(exercises(name)) <= 5
    assert [int(mark.group(1)) for mark in marks if mark] == list(exercises(name))
    assert all(20 <= int(mark.group(3)) <= 40 for mark in marks if mark)
    for number, start in enumerate(starts, 1):
        call = f'check(corpus, "{name}", {number}, answer)'
        assert start.splitlines()[-1] == solution(name, number).splitlines()[-1] == call
    kinds = [set(cell["metadata"].get("tags", [])) & {"exercises", "exercise", "solution"} for cell in CELLS[name]]
    first = next(place for place, kind in enumerate(kinds) if kind)
    assert all(kinds[first:]) and "## Exercises" in "".join(CELLS[name][first - 1]["source"])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_starts_run_in_any_study_and_are_open(name: str, practice: Corpus, press: Corpus) -> None:
    for corpus, told in ((practice, OPEN), (press, ELSEWHERE)):
        for start in tagged(name, "exercise", "code"):
            assert run(start, begun(name, corpus)) == told


@pytest.mark.parametrize(("name", "number"), EACH)
def test_a_solution_passes_its_own_check(name: str, number: int, practice: Corpus) -> None:
    told = run(solution(name, number), begun(name, practice))
    assert told.startswith("Right"), told


@pytest.mark.parametrize(("name", "number"), EACH)
def test_typical_slips_get_their_hint_and_nothing_else_passes(name: str, number: int, practice: Corpus) -> None:
    exercise = exercises(name)[number]
    for slip in exercise.slips:
        told = verdict(exercise, practice, slip.gives(practice))
        assert slip.hint in told and not told.startswith("Right"), told
    assert exercise.slips or exercise.kind == "labels"
    for nonsense in ("?", -9.9, [], {}, (9.0, 9.5), {"?"}, float("nan"), True):
        assert not verdict(exercise, practice, nonsense).startswith("Right")


def test_percent_signs_ids_and_capitals_are_seen(practice: Corpus) -> None:
    for name, number in EACH:
        exercise = exercises(name)[number]
        if exercise.kind == "share":
            assert "not a percentage" in verdict(exercise, practice, 100 * exercise.right(practice))
    gap = exercises("01-collect")[1]
    outlet, month = sorted(gap.right(practice), reverse=True)
    key = next(key for key, one in practice.study.outlets.items() if one.name == outlet)
    assert "ids" in verdict(gap, practice, {key, month})
    assert "capitals" in verdict(gap, practice, {outlet.upper(), month})


def test_what_is_right_is_computed_and_not_stored() -> None:
    """No number that could be an answer stands in the files of the exercises, but tolerances and levels."""
    for name in NOTEBOOKS:
        path = Path(built.ROOT, "src", "practice", "exercises", f"{name[3:]}.py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tolerances = {id(word.value) for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords
                      if word.arg == "within"}  # fmt: skip
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        numbers = [part.value for node in functions for part in ast.walk(node) if isinstance(part, ast.Constant)
                   and isinstance(part.value, float) and id(part) not in tolerances]  # fmt: skip
        assert set(numbers) <= {0.0, 0.5, 1.96}, f"{path.name}: {numbers}"


def test_a_notebook_that_has_none_is_named() -> None:
    with pytest.raises(ValueError, match="'11-more' has no exercises; one of 01-collect"):
        exercises("11-more")


def test_check_shows_what_is_said(practice: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    set_style()
    check(practice, "07-compare", 1, None)
    assert "Not answered yet" in capsys.readouterr().out
    assert NUMBERS
