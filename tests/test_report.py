"""The report: notebooks run in order, pages that can be published, and failures that are one line."""

from __future__ import annotations

import os
import shutil
import stat
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.__main__ import main
from helpers.report import NotebookError, build, check_page, execute
from helpers.report.build import find_chapters
from helpers.report.check import PageError, check_outputs
from helpers.report.first_page import FirstPage
from helpers.report.page import body, contents, markdown_renderer
from helpers.report.pdf import print_pdf
from helpers.study import Study, load_study

ALT = "Bar chart of two outlets and their articles; the first bar is three times as long as the second."
FIGURE = f"""
import datetime
import matplotlib.pyplot as plt
import pandas as pd
from helpers.show import Evidence, rests_on, set_style, show
set_style()
day = pd.Timestamp("2024-08-01")
articles = pd.DataFrame({{"outlet": "a", "outlet_name": "A", "language": "ko", "day": [day], "is_original": True}})
ledger = pd.DataFrame({{"stage": ["clean"], "outcome": ["kept"]}})
rests_on(articles, ledger, articles.assign(observed=True), source="made up")
figure, axis = plt.subplots()
axis.bar(["조선중앙통신", "Первый канал"], [3, 1])
day = datetime.date(2024, 8, 1)
evidence = Evidence(4, 4, 2, day, day, ("ko", "ru"), "none", "described", "count")
show(figure, alt="{ALT}", evidence=evidence, title="Pyongyang writes more")
"""


def write_notebook(folder: Path, name: str, title: str, *sources: str) -> Path:
    """A small notebook with a title, a parameters cell, and code."""
    cells = [
        new_markdown_cell(f"# {title}\n\nБуквы и 한글.\n\n## A part"),
        new_code_cell('study = "none"', metadata={"tags": ["parameters", "remove-cell"]}),
        *(new_code_cell(source) for source in sources),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    path = folder / name
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def study(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A checkout with one study, our templates, and room for notebooks."""
    shutil.copytree(root / "studies" / "practice", tmp_path / "studies" / "practice")
    shutil.copytree(root / "templates", tmp_path / "templates")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(root / "src"))
    monkeypatch.setattr("helpers.report.pdf.find_browser", lambda: None)
    # These notebooks ask for no table, and making all of a study's takes minutes; test_study_*.py do it.
    instead = {
        "make_tables": lambda corpus, workers: [],
        "collect": lambda corpus: None,
        "article_sentence": lambda corpus: "",
        "first_page": lambda corpus: FirstPage(("Much.", "Clear."), "<p>A card.</p>", ("- Why.",), "2031", "Us."),
    }
    for name, stub in instead.items():
        monkeypatch.setattr(import_module("helpers.report.build"), name, stub)
    shown = {"explorer_payload": lambda corpus, findings: {}, "event_reports": lambda corpus: []}
    for name, stub in shown.items():
        monkeypatch.setattr(import_module("helpers.report.explorer"), name, stub)
    monkeypatch.setattr("helpers.data.corpus.Corpus.table", lambda corpus, name: None)
    return load_study("practice")


def told(lines: list[str]) -> object:
    """A `say` that collects what it is told."""
    return lambda line, end="\n": lines.append(line)


def test_pages_are_whole_and_the_same_twice(study: Study) -> None:
    notebooks = study.root / "notebooks"
    write_notebook(notebooks, "01-collect.ipynb", "What was published?", "print(study)", "2 + 2")
    write_notebook(notebooks, "10-report.ipynb", "What was found?", FIGURE)
    lines: list[str] = []
    names = [path.name for path in build(study, say=told(lines))]
    assert names == ["01-collect.html", "10-report.html", "report.html", "explorer.html", "events.html", "index.html"]
    assert any("01-collect" in line and " s" in line for line in lines)
    assert any("Chromium is not installed" in line for line in lines)
    first = {name: (study.reports / name).read_bytes() for name in names}
    pages = {name: text.decode() for name, text in first.items()}
    assert "practice" in pages["01-collect.html"] and 'href="10-report.html"' in pages["01-collect.html"]
    assert "<summary>Code</summary>" in pages["10-report.html"]
    assert "<summary>Code</summary>" not in pages["report.html"]
    assert f'aria-label="{ALT}"' in pages["report.html"] and 'class="evidence"' in pages["report.html"]
    assert pages["report.html"].index('class="basis"') < pages["report.html"].index(f'aria-label="{ALT}"')
    assert "What was published?" in pages["index.html"] and 'href="report.html"' in pages["index.html"]
    assert study.question in pages["index.html"]
    assert study.question in pages["report.html"] and "What was found?</h1>" not in pages["report.html"]
    parts = ["Much.", "A card.", 'href="report.html"', "Why.", "make report STUDY=practice", "Us."]
    assert all(part in pages["index.html"] for part in parts)
    assert pages["index.html"].index("A card.") < pages["index.html"].index("Data statement</h2>")
    for name, text in pages.items():  # two pages have a script, each its own and no other
        assert check_page(text) == (["<script> is in it"] if name in ("explorer.html", "events.html") else [])
    build(study, say=told([]))
    assert {name: (study.reports / name).read_bytes() for name in names} == first


def test_a_report_of_the_studys_own_is_the_report_and_leads_the_first_page(study: Study) -> None:
    notebooks = study.root / "notebooks"
    write_notebook(notebooks, "01-collect.ipynb", "What was published?", "print(study)")
    write_notebook(notebooks, "10-report.ipynb", "What was found by rule?", "2 + 2")
    with pytest.raises(PageError, match=r"studies/practice/report\.ipynb: not there"):
        build(study, say=told([]), only_written=True)
    own = write_notebook(
        study.folder, "report.ipynb", "What was found?", "x = 1", "from helpers.show import say\nsay('Seen.')"
    )
    notebook = nbformat.read(own, as_version=4)
    notebook.cells[-1].metadata["tags"] = ["lead"]
    nbformat.write(notebook, own)
    names = [path.name for path in build(study, say=told([]))]
    assert names == [
        "report-with-code.html",
        "report.html",
        "01-collect.html",
        "10-report.html",
        "explorer.html",
        "events.html",
        "index.html",
    ]
    pages = {name: (study.reports / name).read_text() for name in names}
    assert "What was found?" in pages["report.html"] and "studies/practice/report.ipynb" in pages["report.html"]
    assert "x = " not in pages["report.html"] and 'href="report-with-code.html"' in pages["report.html"]
    assert "<summary>Code</summary>" in pages["report-with-code.html"]
    assert "Seen." in pages["index.html"] and "Буквы" not in pages["index.html"]
    assert "A card." in pages["index.html"] and "Much." not in pages["index.html"]  # its own lead answers
    again = build(study, say=told([]), only_written=True)
    explored = ["explorer.html", "events.html"]
    assert [path.name for path in again] == ["report-with-code.html", "report.html", *explored, "index.html"]
    assert again[-1].read_text() == pages["index.html"]


def test_a_sentence_that_the_estimate_no_longer_bears_out_stops_the_report(study: Study) -> None:
    source = "import pandas as pd\nfrom helpers.show.claims import more\nmore(pd.Series({'estimate': .1, 'low': -.2, 'high': .4}), 'oftener')"
    path = write_notebook(study.folder, "report.ipynb", "What was found?", source)
    with pytest.raises(
        NotebookError, match=r"^report\.ipynb, cell 2: 'oftener' claims more, but the estimate is 0\.100, -0"
    ):
        execute(path, "practice")


def test_a_failing_notebook_stops_the_run_and_leaves_earlier_pages(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    notebooks = study.root / "notebooks"
    write_notebook(notebooks, "01-collect.ipynb", "One?", "1")
    write_notebook(notebooks, "02-clean.ipynb", "Two?", "x = 1", "{}['no such outlet']")
    write_notebook(notebooks, "03-describe.ipynb", "Three?", "1")
    study.reports.mkdir(parents=True)
    (study.reports / "02-clean.html").write_text("the page of the run before")
    assert main(["report", "practice"]) == 1
    error = capsys.readouterr().err.splitlines()
    assert error == ["report: 02-clean.ipynb, cell 3: KeyError: 'no such outlet'"]
    assert "One?" in (study.reports / "01-collect.html").read_text()
    assert (study.reports / "02-clean.html").read_text() == "the page of the run before"
    assert sorted(path.name for path in study.reports.iterdir()) == ["01-collect.html", "02-clean.html"]


def test_the_projects_own_errors_speak_for_themselves(study: Study) -> None:
    source = "from helpers.study import load_study\nload_study('practise')"
    path = write_notebook(study.root / "notebooks", "01-collect.ipynb", "One?", source)
    with pytest.raises(NotebookError, match=r"^01-collect\.ipynb, cell 2: study 'practise' has no folder") as raised:
        execute(path, "practice")
    assert len(str(raised.value).splitlines()) == 1


def test_a_kernel_that_dies_is_told_with_its_cell(study: Study) -> None:
    path = write_notebook(study.root / "notebooks", "01-collect.ipynb", "One?", "x = 1", "import os; os._exit(1)")
    with pytest.raises(NotebookError, match=r"^01-collect\.ipynb, cell 3: the kernel died \("):
        execute(path, "practice")


def test_an_unknown_study_is_one_line(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "practise"]) == 1
    assert capsys.readouterr().err.startswith("report: study 'practise' has no folder")


def test_no_notebook_and_no_parameters_cell_are_told(study: Study) -> None:
    with pytest.raises(PageError, match="no numbered notebook"):
        find_chapters(study)
    path = study.root / "notebooks" / "01-collect.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), path)
    with pytest.raises(NotebookError, match=r"01-collect\.ipynb: 0 cells have the tag 'parameters'"):
        execute(path, "practice")


def test_a_page_without_evidence_is_not_published(study: Study) -> None:
    source = "import matplotlib.pyplot as plt\nplt.figure()\nplt.plot([1, 2])\nNone"
    write_notebook(study.root / "notebooks", "01-collect.ipynb", "One?", source)
    with pytest.raises(PageError, match=r"01-collect\.html: an image has no alt text"):
        build(study, say=told([]))
    assert not list(study.reports.iterdir())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('<img src="data:,">', "no alt text"),
        ('<img src="data:," alt=" ">', "no alt text"),
        ('<img src="data:," alt="A"><p class="evidence">x</p>', "before what the page's figures rest on"),
        ('<img src="data:," alt="A"><p>text</p>', "no evidence beside it"),
        ('<img src="data:," alt="A"><img src="data:," alt="B"><p class="evidence">x</p>', "image 'A' has no evidence"),
        ('<svg role="img"></svg>', "no alt text"),
        (
            '<figure class="chart"><svg role="img" aria-label="A"></svg><p class="evidence">',
            "before what the page's figures",
        ),
        ('<figure class="chart">' + 2 * '<svg role="img" aria-label="A"></svg>', "image 'A' has no evidence"),
        ('<script src="https://example.org/x.js"></script>', "<script>"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "loads //example.org"),
        ("<style>@import 'x.css'</style>", "style sheet loads"),
        ("<style>p { background: url(https://example.org/a) }</style>", "style sheet loads"),
        ('<p onclick="go()">x</p>', "onclick"),
        ('<figure class="chart"><svg role="img"></svg></figure>', "no alt text"),
        ('<figure class="chart"><svg role="img" aria-label="A"></svg></figure>', "no evidence beside it"),
        ('<a href="file:///home/me/x.html">x</a>', "not of the web"),
        ('<a href="javascript:go()">x</a>', "not of the web"),
    ],
)
def test_checks_catch(text: str, wrong: str) -> None:
    assert any(wrong in found for found in check_page(text)), check_page(text)


ADDRESS = "<Axes at 0x7f3a12345678>"
TRACE = 'Traceback (most recent call last):\n  File "x.py", line 1, in f'


def shown(**data: str) -> list:
    return [new_output("execute_result", data={name.replace("_", "/"): text for name, text in data.items()})]


@pytest.mark.parametrize(
    ("outputs", "wrong"),
    [
        ([new_output("error", ename="KeyError", evalue="x", traceback=[])], "failed with KeyError"),
        ([new_output("stream", name="stderr", text=f"thread 1\n{TRACE}")], "a traceback"),
        (shown(text_plain=ADDRESS), "memory address"),
    ],
)
def test_failures_are_sought_in_outputs(outputs: list, wrong: str) -> None:
    (found,) = check_outputs(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    assert wrong in found


@pytest.mark.parametrize("words", [ADDRESS, TRACE, "a wallet at 0x7f3a12345678"])
def test_an_article_about_a_failure_is_no_failure(root: Path, words: str) -> None:
    outputs = [
        *shown(text_plain=repr(words)), *shown(text_plain=repr([words, words + "'"])),
        new_output("stream", name="stdout", text=words), *shown(text_plain=words, text_html=words),
        new_output("display_data", data={"text/plain": words, "text/markdown": words}),
    ]  # fmt: skip
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    assert check_outputs(notebook) == [] and check_page(body(notebook, root / "templates")) == []


def test_links_are_no_loads() -> None:
    assert check_page('<p><a href="https://example.org/story">source</a></p>') == []


HOSTILE = '<script>alert(1)</script><img src="https://example.org/x.png" onerror="go()">'


def test_what_an_outlet_wrote_cannot_become_markup(root: Path) -> None:
    outputs = [
        new_output("stream", name="stdout", text=HOSTILE),
        new_output("display_data", data={"text/markdown": f"said: {HOSTILE}\n\n{HOSTILE}"}),
        new_output("execute_result", data={"text/plain": HOSTILE}, execution_count=1),
    ]
    notebook = new_notebook(cells=[new_markdown_cell(HOSTILE), new_code_cell("x", outputs=outputs)])
    inside = body(notebook, root / "templates")
    assert "<script" not in inside and "<img" not in inside
    assert check_page(inside) == []


def test_an_output_that_a_notebook_came_with_is_not_shown(study: Study) -> None:
    """An empty cell is not run: what somebody saved below it would stand on the page as if it had been computed."""
    path = write_notebook(study.root / "notebooks", "01-collect.ipynb", "One?", "print(6 * 7)", "")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells[2:]:
        cell.outputs = [new_output("display_data", data={"text/html": "<b>forged</b>"})]
    nbformat.write(notebook, path)
    shown = execute(path, "practice")
    assert "42" in str(shown.cells[2].outputs) and shown.cells[3].outputs == []
    assert "forged" not in body(shown, study.root / "templates")


def test_tags_hide_and_fold(root: Path) -> None:
    output = new_output("stream", name="stdout", text="seen")
    cells = [
        new_code_cell("hidden_cell", metadata={"tags": ["remove-cell"]}),
        new_code_cell("hidden_input", metadata={"tags": ["remove-input"]}, outputs=[output]),
        new_markdown_cell("Count them.", metadata={"tags": ["exercise"]}),
        new_markdown_cell(
            "<details><summary>Solution</summary>\n\nTwo.\n\n</details>", metadata={"tags": ["solution"]}
        ),
    ]
    inside = body(new_notebook(cells=cells), root / "templates")
    assert "hidden_cell" not in inside and "hidden_input" not in inside and "seen" in inside
    assert (
        inside.count("<summary>The exercises, with solutions</summary>")
        == inside.count("<summary>Solution</summary>")
        == 1
    )
    assert "&lt;details" not in inside and inside.count("<details") == inside.count("</details>")


def test_headings_make_contents_with_ids_that_differ() -> None:
    render = markdown_renderer()
    inside = render("# Title\n\n## Данные\n\n### A & B") + render("## Данные")
    assert contents(inside) == [(2, "данные", "Данные"), (3, "a-b", "A & B"), (2, "данные-2", "Данные")]


def test_formulas_are_mathml_and_prices_are_prices() -> None:
    render = markdown_renderer()
    assert (
        "<math" in render(r"$\theta_{dk}$") and "<math" in render("$$\n\\frac{1}{n}\n$$") and "<math" in render("$n$")
    )
    assert render("$5 billion and $6 million") == "<p>$5 billion and $6 million</p>\n"


def browser(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Chromium."""
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_pdf_is_printed_when_chromium_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'for a in "$@"; do case $a in --print-to-pdf=*) cat "$FONTCONFIG_FILE" > "${a#*=}";; esac; done'
    browser(tmp_path, script, monkeypatch)
    page = tmp_path / "report.html"
    page.write_text("<p>x</p>")
    assert print_pdf(page) == "report.pdf printed with chromium"
    assert "noto_cjk_sans_otc" in (tmp_path / "report.pdf").read_text()


def test_a_pdf_that_could_not_be_made_is_told_and_leaves_no_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(tmp_path, "echo no space left >&2; exit 1", monkeypatch)
    page = tmp_path / "report.html"
    page.write_text("<p>x</p>")
    (tmp_path / "report.pdf").write_text("old")
    assert print_pdf(page) == "no report.pdf: chromium failed (no space left)"
    assert not (tmp_path / "report.pdf").exists()
