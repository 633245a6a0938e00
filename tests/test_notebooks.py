"""Notebooks as they are committed: no outputs, parameters and links in order, cells short."""

import ast
import importlib
import json
import re

import pytest

from helpers.text.languages import either

NAMES = ["01-collect", "02-clean", "03-describe", "04-topics", "05-frames", "06-validate", "07-compare", "08-events",
         "09-robustness", "10-report"]  # fmt: skip

VERBS = {
    "agg", "apply", "assign", "concat", "crosstab", "drop_duplicates", "explode", "filter", "groupby", "join", "map", "melt",
    "merge", "nlargest", "nsmallest", "pivot", "pivot_table", "query", "sort_values", "transform", "unstack",
    "value_counts", "where",
}  # fmt: skip
"""What a DataFrame is asked for in an analysis: filter, join, group, reshape, sum up."""
ROOMS = ("helpers.compare", "helpers.topics", "helpers.frames", "helpers.text", "helpers.coding", "helpers.copies",
         "helpers.extract", "sklearn", "scipy")  # fmt: skip
LONGEST = 15  # lines of a cell


@pytest.fixture(scope="module")
def notebooks(root):
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (root / "notebooks").glob("*.ipynb")}


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_there_are_the_ten(notebooks):
    assert sorted(notebooks) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_has_outputs(notebooks, name):
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code(notebooks[name]))


@pytest.mark.parametrize("name", NAMES)
def test_one_cell_has_the_parameters_and_holds_literals_only(notebooks, name):
    tagged = [cell for cell in code(notebooks[name]) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert all(re.match(r'\w+ = ("[^"]*"|[\d.]+|True|False) +# ', line) for line in tagged[0]["source"])


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_notebook_imports_is_there(notebooks, name):
    nodes = [node for cell in code(notebooks[name]) for node in ast.walk(ast.parse("".join(cell["source"])))]
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in ("helpers", "practice"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                assert hasattr(module, alias.name), f"{node.module} has no {alias.name}"


def working(notebook):
    """The sources of the cells in which something is done: neither parameters nor imports."""
    return ["".join(cell["source"]) for cell in code(notebook) if "remove-cell" not in cell["metadata"].get("tags", [])]


def instruments(notebook):
    """Names that a notebook imports from the rooms of instruments."""
    trees = [ast.parse("".join(cell["source"])) for cell in code(notebook)]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports if node.module.startswith(ROOMS) for alias in node.names}


def analyses(source, known):
    """Whether a cell does analysis of its own: a verb of DataFrames, a filter, an instrument, a chart.

    >>> analyses("table(planned_differences(corpus), 'x')", set()), analyses("rows[rows['q'] < 0.05]", set())
    (False, True)
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in VERBS or getattr(node.func.value, "id", "") == "charts":
                return True
        if isinstance(node, ast.Name) and node.id in known:
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Compare | ast.BinOp | ast.UnaryOp):
            return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_half_of_the_cells_or_more_do_analysis_of_their_own(notebooks, name):
    cells, known = working(notebooks[name]), instruments(notebooks[name])
    own = [analyses(cell, known) for cell in cells]
    assert sum(own) >= len(own) / 2, f"{sum(own)} of {len(own)}"


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_define_no_logic(notebooks, name):
    for cell in code(notebooks[name]):
        source = "".join(cell["source"])
        if "remove-cell" not in cell["metadata"].get("tags", []):
            assert len(source.splitlines()) <= LONGEST, source
        assert not re.search(r"^\s*(def|class|while|try)\b|^!|^%", source, re.MULTILINE), source


@pytest.mark.parametrize("name", NAMES)
def test_the_title_asks_a_question_and_links_lead_somewhere(notebooks, name):
    first = "".join(notebooks[name]["cells"][0]["source"])
    assert re.match(r"# [^\n]+\?\n", first)
    for part in ("**Question.**", "**Data"):
        assert part in first
    text = "".join("".join(cell["source"]) for cell in notebooks[name]["cells"])
    assert set(re.findall(r"\]\((\d\d-\w+)\.ipynb\)", text)) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_typed_into_prose(notebooks, name):
    words = ["".join(cell["source"]) for cell in notebooks[name]["cells"] if cell["cell_type"] == "markdown"]
    for text in words:
        bare = re.sub(r"\(\S+\)|`[^`]*`|\d\d-\w+|Entman \d{4}|\d\d minutes", "", text)
        assert not re.search(r"\d+(\.\d+)? ?%|\d{2,}", bare), bare


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_ends_with_its_limits_a_free_cell_and_exercises(notebooks, name):
    heads = re.findall(r"^## (.+)$", "\n\n".join("".join(c["source"]) for c in notebooks[name]["cells"]
                                                if c["cell_type"] == "markdown"), re.MULTILINE)  # fmt: skip
    assert heads[-3:] == ["Limits", "Your question", "Exercises"]
    sources = ["".join(cell["source"]) for cell in notebooks[name]["cells"]]
    last = notebooks[name]["cells"][next(i for i, text in enumerate(sources) if text.startswith("## Exercises")) - 1]
    assert last["cell_type"] == "code" and analyses("".join(last["source"]), instruments(notebooks[name]))
    first = "".join(notebooks[name]["cells"][0]["source"])
    for part in ("**Question.**", "**Data.**", "**Method.**", "**Answer.**", "**Caveat.**"):
        assert part in first


@pytest.mark.parametrize("name", NAMES)
def test_every_merge_is_followed_by_an_assert(notebooks, name):
    """None lost, none doubled: checked in the cell itself, or by pandas' `validate`."""
    for source in working(notebooks[name]):
        if ".merge(" in source:
            assert "assert " in source or "validate=" in source, source


@pytest.mark.parametrize("name", NAMES)
def test_what_the_figures_rest_on_is_said_before_the_first_of_them(notebooks, name):
    source = "\n".join(working(notebooks[name]))
    figure = re.search(r"\bshow\(", source)
    assert not figure or "rests_on(" in source[: figure.start()]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_shown_in_the_cell_that_makes_it(notebooks, name):
    """Else the kernel shows it at the cell's end, without alt text and without its evidence."""
    for source in working(notebooks[name]):
        assert len(re.findall(r"= (?:charts\.\w+|plt\.subplots)\(", source)) <= len(re.findall(r"\bshow\(", source)), (
            source
        )


REPORTS = ["official-voices", "press"]  # studies with a report that a person wrote
FIGURE = re.compile(r"\d[\d.,]*\s?(?:%|points|articles|items|percent)")


def written(root, name):
    path = root / "studies" / name / "report.ipynb"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@pytest.mark.parametrize("name", REPORTS)
def test_no_figure_in_a_written_report_was_typed(root, name):
    notebook = written(root, name)
    prose = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    strings = [
        part.value
        for cell in code(notebook)
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    allowed = {"95 %", "1,000 items"}  # the level of the intervals, the unit of a rate
    assert [found for text in [*prose, *strings] for found in FIGURE.findall(text) if found not in allowed] == []
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code(notebook))


@pytest.mark.parametrize("name", REPORTS)
def test_a_written_report_leads_with_a_sentence_and_a_picture_and_says_what_it_does_not_show(root, name):
    notebook = written(root, name)
    lead = ["".join(cell["source"]) for cell in notebook["cells"] if "lead" in cell["metadata"].get("tags", [])]
    assert lead[0].find("say(") >= 0 and any("show(" in source for source in lead)
    heads = [text for cell in notebook["cells"] if (text := "".join(cell["source"])).startswith("## ")]
    assert [head.splitlines()[0] for head in heads[:3]] == [
        "## Findings",
        "## What cannot be said",
        "## How it was counted",
    ]


def test_a_title_calls_frames_only_what_was_coded(notebooks):
    """Names that a title holds may have the word; what a notebook itself writes may not, unless frames were coded."""
    word, seen = re.compile(either("words", "frame"), re.IGNORECASE), 0
    for name, notebook in notebooks.items():
        for cell in code(notebook):
            source = "".join(cell["source"])
            calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
            titles = [one.value for call in calls for one in call.keywords if one.arg == "title"]
            written = [part.value for title in titles for part in ast.walk(title) if isinstance(part, ast.Constant)]
            if any(word.search(text) for text in written if isinstance(text, str) and " " in text):
                seen += 1
                assert 'measure_type="frame"' in source, f"{name}: {written}"
    assert seen  # 05 has one
