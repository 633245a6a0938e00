"""Notebooks as they are committed: no outputs, parameters and links in order, cells short."""

import json
import re

import pytest

NAMES = ["01-collect", "02-clean", "03-describe", "04-topics", "05-frames", "06-validate", "07-compare", "08-events",
         "09-robustness", "10-report"]  # fmt: skip

# What a student came to see: filter, join, group, reshape, fit.
VERBS = re.compile(
    r"\.(groupby|merge|join|query|agg|pivot|pivot_table|melt|stack|unstack|explode|value_counts|assign|fillna|reindex"
    r"|sort_values|nlargest|nsmallest|quantile|describe|mean|sum|isin|between|fit|fit_transform|transform|concat)\("
    r"|crosstab\(|\w\[~?\w+[.\[][^\]]*\]? ?(==|!=|<|>|&)|idxmax|idxmin"
)
OPEN = [name for name in NAMES if name[:2] in ("01", "02", "03")]  # whose analysis stands in the cells
LONGEST = 15


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
def test_cells_are_short_and_define_no_logic(notebooks, name):
    for cell in code(notebooks[name]):
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 20, source
        assert not re.search(r"^\s*(def|class|while|try)\b|^!|^%", source, re.MULTILINE), source


@pytest.mark.parametrize("name", NAMES)
def test_the_title_asks_a_question_and_links_lead_somewhere(notebooks, name):
    first = "".join(notebooks[name]["cells"][0]["source"])
    assert re.match(r"# [^\n]+\?\n", first)
    for part in ("**Question.**", "**Data"):
        assert part in first
    text = "".join("".join(cell["source"]) for cell in notebooks[name]["cells"])
    for linked in re.findall(r"\]\((\d\d-\w+)\.ipynb\)", text):
        assert linked in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_typed_into_prose(notebooks, name):
    words = ["".join(cell["source"]) for cell in notebooks[name]["cells"] if cell["cell_type"] == "markdown"]
    for text in words:
        bare = re.sub(r"\(\S+\)|`[^`]*`|\d\d-\w+|Entman \d{4}", "", text)
        assert not re.search(r"\d+(\.\d+)? ?%|\d{2,}", bare), bare


def worked(notebook):
    """Code cells that are neither parameters nor imports."""
    return [cell for cell in code(notebook) if "remove-cell" not in cell["metadata"].get("tags", [])]


@pytest.mark.parametrize("name", OPEN)
def test_half_of_the_cells_do_analysis_of_their_own(notebooks, name):
    cells = worked(notebooks[name])
    own = [cell for cell in cells if VERBS.search("".join(cell["source"]))]
    assert len(own) >= len(cells) / 2, f"{len(own)} of {len(cells)}"
    assert all(len(cell["source"]) <= LONGEST for cell in cells)


@pytest.mark.parametrize("name", OPEN)
def test_a_notebook_ends_with_its_limits_and_a_free_cell(notebooks, name):
    heads = re.findall(r"^## (.+)$", "\n\n".join("".join(c["source"]) for c in notebooks[name]["cells"]
                                                if c["cell_type"] == "markdown"), re.MULTILINE)  # fmt: skip
    assert heads[-2:] == ["Limits", "Your question"]
    assert notebooks[name]["cells"][-1]["cell_type"] == "code"
    first = "".join(notebooks[name]["cells"][0]["source"])
    for part in ("**Question.**", "**Data.**", "**Method.**", "**Answer.**", "**Caveat.**"):
        assert part in first


@pytest.mark.parametrize("name", OPEN)
def test_every_merge_is_followed_by_an_assert(notebooks, name):
    """None lost, none doubled: checked in the cell itself, or by pandas' `validate`."""
    for cell in worked(notebooks[name]):
        source = "".join(cell["source"])
        if ".merge(" in source:
            assert "assert " in source or "validate=" in source, source


@pytest.mark.parametrize("name", OPEN)
def test_what_the_figures_rest_on_is_said_before_the_first_of_them(notebooks, name):
    source = "\n".join("".join(cell["source"]) for cell in worked(notebooks[name]))
    assert re.search(r"\brests_on\(", source).start() < re.search(r"\bshow\(", source).start()
