"""Every page of a study as people meet it: by day and night, at a desk and on a phone, with code folded and open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe
import built
import lxml.html
import pytest
from browser import Page, chromium
from some import some

from helpers.report.links import dead

# device, scheme, whether all is unfolded, and what is asked: contrasts depend on day and night alone, all else on the rest
STATES = {
    "desk by day, open": ("desktop", "light", True, {}),
    "desk by night, open": ("desktop", "dark", True, {"rest": False}),
    "phone, open": ("phone", "light", True, {"contrast": False}),
    "phone, folded": ("phone", "light", False, {"contrast": False}),
}
KINDS = ("index.html", "report.html", "03-describe.html", "05-frames.html", "glossary.html")
NAMING = {"measure", "outlet", "event", "topic", "beside", "frame", "claim", "word"}  # heads of columns of names
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEADING = "document.querySelector('h1').getBoundingClientRect().top"
WITHOUT_LANGUAGE = r"""(() => {
  const found = [], script = /[\u0400-\u052f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u4e00-\u9fff\uac00-\ud7a3]/;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, inside = text.parentElement;
    if (!script.test(text.data) || inside.closest("svg, style, script")) continue;
    const told = inside.closest("[lang]");
    if (!told || told.lang === "en") found.push(text.data.trim().slice(0, 40));
  }
  return found;
})()"""


@pytest.fixture(scope="module")
def pages() -> list[Path]:
    """Of the invented study, which writes in five languages; those with a script have tests of their own."""
    scripted = ("explorer.html", "events.html")
    return sorted(path for path in built.built("practice").reports.glob("*.html") if path.name not in scripted)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One Chromium for all pages."""
    with chromium(tmp_path_factory.mktemp("chromium"), "about:blank") as opened:
        yield opened


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["each kind of page", pytest.param("all pages", marks=pytest.mark.long)])
def test_axe_finds_nothing(pages: list[Path], page: Page, state: str, kind: str) -> None:
    axe.script()
    device, scheme, unfolded, asked = STATES[state]
    found = []
    for path in pages:
        if kind == "each kind of page" and path.name not in KINDS:  # a page of many tables takes half a minute
            continue
        axe.look(page, path, device=device, scheme=scheme, unfolded=unfolded)
        found += [(path.name, *one) for one in axe.violations(page, **asked)]
    assert not found, "\n".join(map(str, found))


def test_axe_would_find_something(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text('<!DOCTYPE html><html><title>t</title><p style="color:#ccc">Pale</p><img src="x.png"></html>')
    axe.look(page, wrong)
    assert {"color-contrast", "html-has-lang", "image-alt"} <= {rule for rule, *_ in axe.violations(page)}


def test_a_phone_shows_the_text_first_and_nothing_sideways(pages: list[Path], page: Page) -> None:
    wide, low = [], []
    for path in pages:
        axe.look(page, path, device="phone")
        if page.run(SIDEWAYS) > 0:
            wide.append(path.name)
        if page.run(HEADING) > axe.WIDTHS["phone"][1] / 3:
            low.append(path.name)
    assert not wide, f"wider than a phone: {wide}"
    assert not low, f"something stands before the text: {low}"


def test_every_word_of_another_script_has_its_language(pages: list[Path], page: Page) -> None:
    found = []
    for path in pages:
        axe.look(page, path)
        found += [(path.name, words) for words in page.run(WITHOUT_LANGUAGE)]
    assert not found
    assert 'lang="ko"' in pages[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["practice", "press"])
def test_no_link_is_dead_and_none_leads_to_this_machine(name: str) -> None:
    study = built.built(name)
    texts = {path.name: path.read_text(encoding="utf-8") for path in study.reports.glob("*.html")}
    assert dead(texts, {path.name: None for path in study.reports.iterdir() if path.suffix != ".html"}) == []
    assert not [page for page, text in texts.items() if str(study.root) in text or 'href="file:' in text]


@pytest.mark.parametrize("name", ["practice", "press"])
def test_no_name_is_lost_on_the_way_to_a_page(name: str) -> None:
    for path in some(sorted(built.built(name).reports.glob("*.html"))):
        tree = lxml.html.fromstring(path.read_text(encoding="utf-8"))
        assert not tree.xpath(
            "//*[local-name()='text' or local-name()='td' or local-name()='th'][normalize-space()='nan']"
        ), path.name
        for table in tree.xpath("//table[.//tbody/tr[3]]"):
            heads = [cell.text_content().strip() for cell in table.xpath("./thead/tr[1]/th")]
            for place, head in enumerate(heads, start=1):
                cells = {cell.text_content().strip() for cell in table.xpath(f"./tbody/tr/*[{place}]")}
                assert head not in NAMING or cells != {"–"}, (path.name, heads)


def test_the_pdf_has_an_outline_tags_and_no_path_of_this_machine() -> None:
    study = built.built("practice")
    printed = study.reports / "report.pdf"
    if not printed.exists():
        pytest.skip("no report.pdf: Chromium is not installed")
    content = printed.read_bytes()
    assert b"/Outlines" in content and b"/StructTreeRoot" in content and b"/Dest" in content
    assert b"file:" not in content and str(study.root).encode() not in content
