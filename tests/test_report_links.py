"""Links of a report: what a notebook links to is there in the folder, or is text; a dead one stops the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.report.check import PageError
from helpers.report.execute import without_places
from helpers.report.links import Links
from helpers.report.page import body, markdown_renderer
from helpers.report.stage import Stage

WEB = ' rel="noopener noreferrer nofollow"'


@pytest.fixture
def links(tmp_path: Path) -> Links:
    """A project with two notebooks, of which one has a page, and two studies."""
    for name in ("notebooks/01-collect.ipynb", "notebooks/07-compare.ipynb", "docs/methods.md",
                 "studies/mine/PLAN.md", "studies/mine/report.ipynb", "studies/other/report.ipynb"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    pages = frozenset({"01-collect.html", "report.html", "index.html"})
    return Links(pages, source=tmp_path / "notebooks" / "01-collect.ipynb", root=tmp_path)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("01-collect.ipynb", '<a href="01-collect.html">x</a>'),
        ("01-collect.ipynb#What-was-lost", '<a href="01-collect.html#what-was-lost">x</a>'),
        ("#Findings", '<a href="#findings">x</a>'),
        ("#%D0%94%D0%B0%D0%BD%D0%BD%D1%8B%D0%B5", '<a href="#данные">x</a>'),
        ("../studies/mine/report.ipynb", "x (<code>report.ipynb</code>)"),  # may be another study's
        ("07-compare.ipynb", "x (<code>07-compare.ipynb</code>)"),  # has no page here
        ("../docs/methods.md#copies", "x (<code>methods.md</code>)"),
        ("../docs/method.md", '<a href="../docs/method.md">x</a>'),  # not there: found by the check below
        ("https://post.invalid/a?b=1", f'<a href="https://post.invalid/a?b=1"{WEB}>x</a>'),
        ("javascript:alert(1)", "x"),
        ("file:///etc/passwd", "x"),
        ("//post.invalid/a", "x"),
        ("mailto:a@post.invalid", "x"),
    ],
)
def test_a_link_of_a_notebook_works_in_the_report(links: Links, address: str, shown: str) -> None:
    assert markdown_renderer(links)(f"[x]({address})") == f"<p>{shown}</p>\n"


@pytest.mark.parametrize("address", ["#nowhere", "nowhere.html", "../docs/method.md", "/etc/passwd", "javascript:go()"])
def test_no_output_of_a_cell_can_make_a_dead_link(links: Links, root: Path, tmp_path: Path, address: str) -> None:
    said = new_output("display_data", data={"text/markdown": f"[x]({address}) [y](01-collect.ipynb#nowhere)"})
    notebook = new_notebook(cells=[new_markdown_cell("# One?"), new_code_cell("say()", outputs=[said])])
    inside = body(notebook, root / "templates", links=links)
    assert inside.count("<a ") == 1 and '<a href="01-collect.html">y</a>' in inside
    stage = Stage(tmp_path)
    stage.publish(tmp_path / "01-collect.html", inside)
    assert stage.settle() == [tmp_path / "01-collect.html"]


def test_a_dead_link_stops_all_pages_and_names_page_and_link(tmp_path: Path) -> None:
    (tmp_path / "01-collect.html").write_text("the page of the run before")
    stage = Stage(tmp_path)
    stage.publish(tmp_path / "01-collect.html", '<h1 id="top">One</h1><a href="02-clean.html#what">on</a>')
    stage.publish(tmp_path / "02-clean.html", '<h1 id="top">Two</h1><a href="report.pdf">print</a>')
    with pytest.raises(PageError) as stopped:
        stage.settle()
    assert str(stopped.value) == (
        "01-collect.html: its link to '02-clean.html#what' leads to no heading of 02-clean.html (and 1 more)"
    )
    assert (tmp_path / "01-collect.html").read_text() == "the page of the run before"
    assert not (tmp_path / "02-clean.html").exists()


def test_a_link_to_a_file_that_is_in_the_folder_is_alive(tmp_path: Path) -> None:
    (tmp_path / "codebook.html").write_text('<h3 id="aid">Aid</h3>')
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    stage = Stage(tmp_path)
    stage.publish(tmp_path / "index.html", '<a href="report.pdf">print</a> <a href="codebook.html#aid">aid</a>')
    stage.settle()
    stage.publish(tmp_path / "index.html", '<a href="codebook.html#law">law</a>')
    with pytest.raises(PageError, match=r"^index\.html: its link to 'codebook\.html#law' leads to no heading"):
        stage.settle()


def test_no_output_shows_a_folder_of_this_machine_and_no_address_is_cut() -> None:
    here, web = "/srv/project/src/a.py", "https://post.invalid/srv/project/1"
    outputs = [
        new_output("stream", name="stderr", text=f"{here}:3: few"),
        new_output("execute_result", data={"text/plain": f"PosixPath('{here}')", "text/html": f"<p>{here} {web}</p>"}),
    ]
    cleaned = without_places(new_notebook(cells=[new_code_cell("x", outputs=outputs)]), Path("/srv/project"))
    first, second = cleaned.cells[0].outputs
    assert first.text == "src/a.py:3: few"
    assert second.data == {"text/plain": "PosixPath('src/a.py')", "text/html": f"<p>src/a.py {web}</p>"}
