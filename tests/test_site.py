"""A site is one folder for any host: relative links that lead somewhere, an index of studies, a page for what is not there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from helpers.release.site import dead_links, make_site, with_plain_ids
from helpers.report.check import check_page
from helpers.study import StudyError


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """Some documents of this checkout, and two reports of one page each."""
    whole(root, tmp_path)
    for path in (tmp_path / "docs" / "methods.md", tmp_path / "docs" / "data.md"):  # formulas and tables take a while
        headings = [line for line in path.read_text().splitlines() if line.startswith("#")]
        path.write_text("\n\n".join(headings))
    return tmp_path


def whole(root: Path, tmp_path: Path) -> Path:
    """All documents of this checkout, and two reports of one page each."""
    for name in ("studies", "docs", "templates", "benchmarks"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("*.csv", "*.gz", "__pycache__"))
    shutil.copy(root / "studies" / "press" / "items-by-day.csv.gz", tmp_path / "studies" / "press")
    shutil.copytree(root / "studies" / "official-voices", tmp_path / "studies" / "official-voices", dirs_exist_ok=True)
    for study in ("practice", "press"):
        folder = tmp_path / "reports" / study
        folder.mkdir(parents=True)
        (folder / "index.html").write_text('<h1 id="top">A</h1><a href="explorer.html">e</a><a href="#top">t</a>')
        (folder / "explorer.html").write_text('<a href="index.html#top">back</a>')
    return tmp_path


def test_a_site_holds_studies_documents_and_a_page_for_what_is_missing(root: Path, tmp_path: Path) -> None:
    checkout = whole(root, tmp_path)
    lines: list[str] = []
    site = make_site(checkout, say=lines.append)
    assert site is not None and "every link within it was followed" in lines[-1]
    names = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    documents = {f"docs/{path.stem}.html" for path in (checkout / "docs").glob("*.md")}
    assert names >= {"index.html", "404.html", "press/explorer.html", "practice/index.html", *documents}
    index = (site / "index.html").read_text()
    assert 'href="press/index.html"' in index and 'href="docs/methods.html"' in index
    for name in ("index.html", "404.html", "docs/methods.html", "docs/data.html"):
        text = (site / name).read_text()
        assert not [fault for fault in check_page(text) if "image" not in fault]  # pictures of documents are no figures
        assert not list(re.findall(r'(?:href|src)="(?:/|file:)', text)), name
    assert not list(dead_links(site))


def test_a_dead_link_stops_the_site_and_leaves_the_old_one(checkout: Path) -> None:
    chosen = make_site(checkout, ["practice"], say=lambda line: None)
    assert chosen is not None and not (chosen / "press").exists()
    before = (checkout / "site" / "index.html").read_bytes()
    page = checkout / "reports" / "press" / "explorer.html"
    for link, why in (("02-clean.ipynb", "not there"), ("index.html#nowhere", "not on that page"), ("file:///a", "one machine"),
                      ("/etc/a.html", "one machine"), ("../../reports/a.html", "not there")):  # fmt: skip
        page.write_text(f'<a href="{link}">x</a>')
        with pytest.raises(
            StudyError, match=f"^site: press/explorer.html leads to {re.escape(link)}, which is .*{why}"
        ):
            make_site(checkout, say=lambda line: None)
    assert (checkout / "site" / "index.html").read_bytes() == before


def test_what_is_not_built_is_one_line_and_a_dry_run_writes_nothing(checkout: Path) -> None:
    with pytest.raises(StudyError, match=r"^reports/world-press: no page there; make report STUDY=world-press first$"):
        make_site(checkout, ["world-press"], say=lambda line: None)
    lines: list[str] = []
    assert make_site(checkout, say=lines.append, dry_run=True) is None and not (checkout / "site").exists()
    assert lines[0].startswith("site/ would hold practice, press and")


def test_ids_of_headings_are_those_that_documents_link_to() -> None:
    twice = with_plain_ids('<h2 id="a">Same `x.y`</h2><h2 id="b">Same <code>x.y</code></h2>')
    assert re.findall(r'id="([^"]+)"', twice) == ["same-xy", "same-xy-1"]
