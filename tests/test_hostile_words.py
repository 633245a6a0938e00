"""Words of others stay words: every payload in every field, on every page, opened in a browser at a phone's width."""

from __future__ import annotations

from pathlib import Path

import cells
import hostile_words
import pytest
from browser import chromium
from IPython.display import display  # noqa: F401  cells use it
from markupsafe import Markup
from some import some

from helpers.pipeline import open_corpus
from helpers.report.build import _statement, facts, pair_of
from helpers.report.check import check_outputs, check_page
from helpers.report.codebook import codebook_page
from helpers.report.explorer import EVENTS, EXPLORER, events_page, explorer_page
from helpers.report.first_page import first_page
from helpers.report.page import body, contents, markdown_renderer, page, title_of
from helpers.show.markup import as_html, as_markdown, as_text

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
ARMED = "window.happened = []; window.ran = () => happened.push('ran'); for (const act of ['alert', 'confirm', 'prompt', 'open']) window[act] = () => happened.push(act); addEventListener('error', e => happened.push('error ' + e.message), true)"  # fmt: skip
LIVE = """(() => {
  const wrong = [...happened];
  for (const entry of performance.getEntriesByType('resource')) wrong.push('asked for ' + entry.name);
  for (const a of document.links) {
    if (!['file:', 'https:', 'http:', 'data:', 'mailto:'].includes(a.protocol)) wrong.push('link ' + a.href.slice(0, 80));
    if (a.hostname.endsWith('evil.invalid')) wrong.push('link ' + a.href.slice(0, 80));
    if (a.protocol == 'data:' && !a.href.startsWith('data:text/csv')) wrong.push('link ' + a.href.slice(0, 80));
  }
  const own = document.querySelectorAll('script:is(#explorer-data[type="application/json"], [type=module])').length;
  if (own > 2) wrong.push(own + ' scripts');
  for (const one of document.querySelectorAll('img, script, iframe, object, embed, [onload], [onerror]'))
    if (!(one.matches('#explorer-data, [type=module]')) && !(one.src || '').startsWith('data:image/')) wrong.push('element ' + one.outerHTML.slice(0, 80));
  for (const one of document.querySelectorAll('.output math, td math')) wrong.push('formula ' + one.textContent.slice(0, 80));
  for (const one of document.querySelectorAll('.output :is(h1, h2, h3, hr)')) if (!one.closest('details.audit, .card')) wrong.push('block ' + one.outerHTML.slice(0, 80));
  if (/[\\u202a-\\u202e]/.test(document.body.innerText)) wrong.push('direction turned');
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode())
    if (words.currentNode.data.includes('\\u0633\\u0644\\u0627\\u0645') && !/\\u2068/.test(words.currentNode.data) && !words.currentNode.parentElement.closest('bdi, svg, pre, style'))
      wrong.push('direction not kept: ' + words.currentNode.parentElement.outerHTML.slice(0, 120));
  document.querySelectorAll('details').forEach(one => one.open = true);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) {
    const over = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.sideways, pre, thead'));
    wrong.push('page is ' + wide + ' wide: ' + (over[0] ? over[0].outerHTML.slice(0, 120) : ''));
  }
  return [...new Set(wrong)];
})()"""


def tags(page: str) -> set[str]:
    return {tag.split(">")[0].split(" ")[0].strip("/") for tag in page.split("<")[1:]}


@pytest.mark.parametrize("sentence", ["{}", "- {}", "- **{}**: 5 % of *{}*", "1. `{}`", "An outlet ({}) wrote."])
def test_a_sentence_takes_only_its_own_marks(sentence: str) -> None:
    ours, read = {"p", "ul", "ol", "li", "strong", "em", "code", "bdi"}, markdown_renderer()
    for words in hostile_words.PAYLOADS:
        said = [sentence.replace("{}", words)]
        shown, marked, text = as_html(said), as_markdown(said), as_text(said)
        assert tags(shown) <= ours and len(shown) < 4000
        assert tags(read(marked)) <= ours, words
        assert "\n" not in marked + text and "\u202e" not in shown + marked + text


def pages_of(study: object, root: Path) -> dict[str, str]:
    """Every page of a study: each notebook run and set, and the frame around it."""
    written = {}
    for path in some(sorted((root / "notebooks").glob("*.ipynb"))):
        notebook = cells.run(path, study.name)
        assert check_outputs(notebook) == [], path.stem
        inside = body(notebook, root / "templates", with_code=False)
        written[path.stem] = page(
            root / "templates", "page.html.j2", study=study, chapters=[], here=path.stem, source=path.name, standalone=True,
            title=title_of(notebook), inside=Markup(inside), contents=contents(inside), before=None, after=None,
            with_code=None,
        )  # fmt: skip
    first = first_page(open_corpus(study))
    said = {name: Markup(as_html(getattr(first, name))) for name in ("answer", "cannot")}
    written["facts"] = page(
        root / "templates", "contents.html.j2", study=study, chapters=[], here="index", title=study.title,
        facts=facts(study), statement=Markup(_statement(study, markdown_renderer())), contents=[], lead=Markup(""), report=False, pair=pair_of(study),
        cards=Markup(first.cards), citation=first.citation, **said,
    )  # fmt: skip
    corpus = open_corpus(study)
    written |= {"codebook": codebook_page(study, with_indicators=True), EVENTS: events_page(corpus)[0]}
    return written | {EXPLORER: explorer_page(corpus)[0]}


def test_every_payload_in_every_field_stays_words(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.setenv("HELPERS_QUIET", "1")
    (tmp_path / "templates").symlink_to(root / "templates")
    study = hostile_words.write_study(tmp_path)
    pages = pages_of(study, root)
    scripted = {EXPLORER: ["<script> is in it"], EVENTS: ["<script> is in it"]}  # their own, named by hash
    assert {name: faults for name, text in pages.items() if (faults := check_page(text))} == scripted
    with chromium(tmp_path, "about:blank") as browser:
        browser.ask("Page.enable")
        browser.ask("Page.addScriptToEvaluateOnNewDocument", source=ARMED)
        browser.ask("Emulation.setDeviceMetricsOverride", **PHONE)
        wrong = {}
        for name, text in pages.items():
            path = tmp_path / f"{name}.html"
            path.write_text(text, encoding="utf-8")
            browser.ask("Page.navigate", url=path.as_uri())
            browser.wait(f"document.readyState == 'complete' && location.pathname.endsWith('{name}.html')")
            if faults := browser.run(LIVE):
                wrong[name] = faults
    assert not wrong, "\n".join(f"{name}: {fault}" for name, faults in wrong.items() for fault in faults)
