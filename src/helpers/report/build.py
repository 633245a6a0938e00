"""Run a study's notebooks in their order and write its pages, each whole or not at all."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbformat.v4 import new_markdown_cell

from helpers.pipeline import Corpus, open_corpus
from helpers.pipeline.all_tables import make_tables
from helpers.pipeline.analysed import without_articles
from helpers.pipeline.pages import collect
from helpers.report.answers import with_answer
from helpers.report.check import PageError, check_outputs, check_page
from helpers.report.execute import NotebookError, execute
from helpers.report.explorer import write_pages
from helpers.report.first_page import first_page
from helpers.report.glossary import SOURCE, write_glossary
from helpers.report.links import Links
from helpers.report.page import body, contents, markdown_renderer, page, title_of
from helpers.report.pdf import print_pdf
from helpers.report.sections import left_out, without
from helpers.report.stage import Stage, publish
from helpers.show import sentences
from helpers.show.markup import as_html
from helpers.show.names import entity_name
from helpers.show.style import set_style
from helpers.study import Study
from helpers.text.languages import name_of

REPORT, README = "report", "README.md"
WITH_CODE = "report-with-code"  # the page of a written report beside which its code stands
LEAD = "lead"
PATTERN = "[0-9][0-9]-*.ipynb"
SIDE_BY_SIDE = 2  # processes that make tables, and kernels at a time
Say = Callable[[str], None]
Publish = Callable[[Path, str], Path]


@dataclass(frozen=True)
class Chapter:
    """One notebook and the page it becomes: of the collection, or the study's own report."""

    path: Path
    question: str

    @property
    def stem(self) -> str:
        """File name of the page without its ending."""
        return self.path.stem

    @property
    def source(self) -> str:
        """Where the notebook is, below the project's folder."""
        above = 2 if self.path.parent.parent.name == "studies" else 1
        return "/".join(self.path.parts[-above - 1 :])


def build(study: Study, *, say: Say, only_written: bool = False) -> list[Path]:
    """Make every table of `study`, run its notebooks, and write their pages, the index, ``report.html`` and its PDF.

    Tables that do not need one another are made side by side; then every notebook finds what it asks for, so that
    kernels run side by side as well.  Where the web has to be asked, 01-collect asks it first.

    Parameters
    ----------
    study : Study
    say : callable
        Told about progress, a line at a time; seconds go there and never into a page.
    only_written : bool
        Run the study's own report alone, as whoever writes it does again and again; the notebooks' pages stay.

    Raises
    ------
    NotebookError
        A notebook failed; the pages of those before it are written, the rest is as it was.
    PageError
        A page has an image without alt text or evidence, loads something remote, shows a failure, or links within the
        report to what is not there; all pages are as they were.
    TableError
        A table could not be made.
    StudyError
        There is no article to analyse.
    """
    chapters, own = find_chapters(study), find_report(study)
    if only_written and not own:
        raise PageError(f"studies/{study.name}/{REPORT}.ipynb: not there; write it, or build all pages")
    _check_statement(study, chapters)
    corpus = open_corpus(study, say=say)
    set_style()  # builds matplotlib's font cache here, where its announcement lands in no page
    study.reports.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    if corpus.recipes["pages"].notebook:
        collect(corpus)
    made = make_tables(corpus, workers=SIDE_BY_SIDE)
    say(article_sentence(corpus))
    say(f"tables: {len(made)} made, {len(corpus.recipes) - len(made)} fresh, {time.monotonic() - begun:.0f} s")
    stage = Stage(study.reports)
    there = [one for one in chapters if not only_written or (study.reports / f"{one.stem}.html").exists()]
    lead = ""
    try:
        for chapter, notebook in _executed(study, [*([own] if own else []), *(() if only_written else chapters)], say):
            if chapter is own:
                _write_chapter(study, there, chapter, notebook, name=WITH_CODE, publish=stage.publish)
            else:
                _write_chapter(study, there, chapter, notebook, publish=stage.publish)
            if chapter is own or (not own and chapter.stem.endswith(f"-{REPORT}")):
                shown = notebook if chapter is own else _by_rule(study, notebook)
                _write_chapter(study, there, chapter, shown, name=REPORT, with_code=False, publish=stage.publish)
                lead = _lead_html(study, there, chapter, notebook)
    except NotebookError:
        stage.settle(whole=False)
        raise
    glossary = markdown_renderer(_links(study, there, study.root / SOURCE), used={"main": 1})
    write_glossary(study, there, render=glossary, publish=stage.publish)
    write_pages(corpus, stage.publish)
    _write_index(study, there, lead, publish=stage.publish)
    written = stage.settle()
    report = study.reports / f"{REPORT}.html"
    if report in written:
        say(print_pdf(report))
    say(f"{written[-1].relative_to(study.root)} written in {time.monotonic() - begun:.0f} s")
    return written


def article_sentence(corpus: Corpus) -> str:
    """How much there is to analyse, and of whom there is nothing."""
    articles, silent = corpus.articles, without_articles(corpus)
    n = int(articles["analysed"].sum())
    return f"{n:,} of {sentences.count(len(articles), 'article')} to analyse" + (f"; {silent}" if silent else "")


def _check_statement(study: Study, chapters: list[Chapter]) -> None:
    """Refuse a data statement that cannot be on a page, before an hour goes into tables."""
    readme = study.folder / README
    faults = check_page(_statement(study, markdown_renderer(_links(study, chapters, readme))))
    if faults:
        raise PageError(f"{study.name}/{README}: {faults[0]}; a data statement is words, tables and links")


def _statement(study: Study, render: Callable[[str], str]) -> str:
    """The study's data statement as HTML."""
    readme = study.folder / README
    if not readme.exists():
        return render("This study has no data statement (README.md).")
    try:
        return render(_below_title(readme.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as error:
        raise PageError(f"{study.name}/{README}: not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _executed(study: Study, chapters: list[Chapter], say: Say) -> Iterator[tuple[Chapter, nbformat.NotebookNode]]:
    """Every notebook after it was run, in their order, some at a time; the first that fails ends it."""

    def run(place: int) -> nbformat.NotebookNode:
        started, head = time.monotonic(), f"[{place + 1}/{len(chapters)}] {chapters[place].stem}"
        notebook = execute(chapters[place].path, study.name)
        say(f"{head}: {time.monotonic() - started:.1f} s")
        return notebook

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        waiting = [pool.submit(run, place) for place in range(len(chapters))]
        try:
            for chapter, future in zip(chapters, waiting, strict=True):
                yield chapter, future.result()
        finally:
            for future in waiting:
                future.cancel()


def find_chapters(study: Study) -> list[Chapter]:
    """The numbered notebooks in order.

    Raises
    ------
    PageError
        There is none.
    """
    paths = sorted((study.root / "notebooks").glob(PATTERN))
    if not paths:
        raise PageError("notebooks/: no numbered notebook (01-….ipynb) to run")
    return [Chapter(path, title_of(nbformat.read(path, as_version=4))) for path in paths]


def find_report(study: Study) -> Chapter | None:
    """The study's own report, ``report.ipynb`` in its folder, where a person wrote one."""
    path = study.folder / f"{REPORT}.ipynb"
    return Chapter(path, title_of(nbformat.read(path, as_version=4))) if path.exists() else None


def _lead(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What of a report stands on the first page as well: its cells with the tag ``lead``."""
    short = copy.copy(notebook)
    short.cells = [cell for cell in notebook.cells if LEAD in cell.metadata.get("tags", [])]
    return short


def _by_rule(study: Study, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The last notebook as a study's report: it begins with the study's question, as its first page does."""
    report = copy.copy(notebook)
    report.cells = [new_markdown_cell(f"# {study.title}\n\n*{study.question}*"), *notebook.cells[1:]]
    return report


def _write_chapter(
    study: Study,
    chapters: list[Chapter],
    chapter: Chapter,
    notebook: nbformat.NotebookNode,
    *,
    name: str | None = None,
    with_code: bool = True,
    publish: Publish = publish,
) -> Path:
    place = chapters.index(chapter) if chapter in chapters else None
    links = _links(study, chapters, chapter.path)
    shown = without(with_answer(notebook), left_out(practice=study.practice, with_code=with_code))
    inside = body(shown, study.root / "templates", with_code=with_code, links=links)
    text = page(
        study.root / "templates",
        "page.html.j2",
        study=study,
        chapters=chapters,
        here=chapter.stem,
        source=chapter.source,
        title=chapter.question,
        inside=Markup(inside),
        contents=contents(inside),
        before=chapters[place - 1] if place else None,
        after=_after(chapters, place),
        standalone=not with_code,
        with_code=None if with_code or place is not None else WITH_CODE,
    )
    page_name = f"{name or chapter.stem}.html"
    for fault in check_outputs(notebook):
        raise PageError(f"{page_name}: {fault}")
    return publish(study.reports / page_name, text)


def _after(chapters: list[Chapter], place: int | None) -> Chapter | None:
    """The chapter to turn to; after the study's own report, the first."""
    following = chapters[0 if place is None else place + 1 :]
    return following[0] if following else None


def _links(study: Study, chapters: list[Chapter], source: Path) -> Links:
    """Where links of a notebook or a data statement may lead: to pages that this report has."""
    made = {"index.html", *(f"{chapter.stem}.html" for chapter in chapters)}
    report = {f"{REPORT}.html"} if _has_report(study, chapters) else set()
    report |= {f"{SOURCE.stem}.html"} if (study.root / SOURCE).exists() else set()
    there = {path.name for path in study.reports.glob("*.html")}
    return Links(frozenset(made | report | there), source=source, root=study.root)


def _has_report(study: Study, chapters: list[Chapter]) -> bool:
    return find_report(study) is not None or any(chapter.stem.endswith(f"-{REPORT}") for chapter in chapters)


def _lead_html(study: Study, chapters: list[Chapter], chapter: Chapter, notebook: nbformat.NotebookNode) -> str:
    """The lead as it stands on the first page, whose links to headings lead to those of the report."""
    links = replace(_links(study, chapters, chapter.path), home=f"{REPORT}.html")
    return body(_lead(notebook), study.root / "templates", with_code=False, links=links)


def _write_index(study: Study, chapters: list[Chapter], lead: str, *, publish: Publish = publish) -> Path:
    render = markdown_renderer(_links(study, chapters, study.folder / README))
    first, inside = first_page(open_corpus(study)), _statement(study, render)
    text = page(
        study.root / "templates",
        "contents.html.j2",
        study=study,
        chapters=chapters,
        here="index",
        title=study.title,
        facts=facts(study),
        pair=pair_of(study),
        statement=Markup(inside),
        contents=contents(inside),
        lead=Markup(lead.strip()),
        answer=Markup(as_html(line for paragraph in first.answer for line in (paragraph, ""))),
        cards=Markup(first.cards),
        cannot=Markup(as_html(first.cannot)),
        citation=first.citation,
        report=_has_report(study, chapters),
    )
    return publish(study.reports / "index.html", text)


def _below_title(statement: str) -> str:
    """Markdown without its own H1, for the page has one."""
    lines = statement.splitlines()
    return "\n".join(lines[1:] if lines and lines[0].startswith("# ") else lines)


def facts(study: Study) -> list[tuple[str, str]]:
    """What a reader should know of the study before anything else."""
    outlets = [outlet.name for outlet in study.outlets.values()]
    return [
        ("Relationship", " and ".join(pair_of(study))),
        ("Outlets", sentences.listing(outlets)),
        ("Languages", sentences.listing([name_of(language) for language in study.languages])),
        ("Period", f"{sentences.day(study.start)} – {sentences.day(study.end)}"),
        ("Events", sentences.count(len(study.events), "dated event")),
        ("Codebook", sentences.count(len(study.codebook.frames), "frame")),
    ]


def pair_of(study: Study) -> list[str]:
    """What the two states are called."""
    return [entity_name(study.entities, code) for code in study.pair]
