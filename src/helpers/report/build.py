"""Run a study's notebooks in their order and write its pages, each whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markupsafe import Markup

from helpers.report.check import PageError, check_page
from helpers.report.execute import execute
from helpers.report.page import body, contents, markdown_renderer, page, title_of
from helpers.report.pdf import print_pdf
from helpers.show import sentences as prose
from helpers.show.style import set_style
from helpers.study import Study

REPORT = "report"
PATTERN = "[0-9][0-9]-*.ipynb"
LANGUAGES = {"en": "English", "ru": "Russian", "uk": "Ukrainian", "ko": "Korean", "zh": "Chinese"}
Say = Callable[..., None]


@dataclass(frozen=True)
class Chapter:
    """One notebook of the collection and the page it becomes."""

    path: Path
    question: str

    @property
    def stem(self) -> str:
        """File name of the page without its ending."""
        return self.path.stem


def build(study: Study, *, say: Say) -> list[Path]:
    """Run every notebook for `study` and write its pages, the index, ``report.html`` and ``report.pdf``.

    Parameters
    ----------
    study : Study
    say : callable
        Told about progress, a line at a time; seconds go there and never into a page.

    Raises
    ------
    NotebookError
        A notebook failed; the pages of those before it are written, the rest is as it was.
    PageError
        A page has an image without alt text or evidence, loads something remote, or shows a failure.
    """
    chapters = find_chapters(study)
    set_style(study.outlets)  # builds matplotlib's font cache here, where its announcement lands in no page
    study.reports.mkdir(parents=True, exist_ok=True)
    begun, written = time.monotonic(), []
    for place, chapter in enumerate(chapters):
        started = time.monotonic()
        head = f"[{place + 1}/{len(chapters)}] {chapter.stem}"
        notebook = execute(chapter.path, study.name, on_cell=_counter(head, say))
        written.append(_write_chapter(study, chapters, place, notebook))
        if chapter.stem.endswith(f"-{REPORT}"):
            written.append(_write_chapter(study, chapters, place, notebook, name=REPORT, with_code=False))
        say(f"\r{head}: {time.monotonic() - started:.1f} s" + " " * 20)
    written.append(_write_index(study, chapters))
    report = study.reports / f"{REPORT}.html"
    if report in written:
        say(print_pdf(report))
    say(f"{written[-1].relative_to(study.root)} written in {time.monotonic() - begun:.0f} s")
    return written


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


def _counter(head: str, say: Say) -> Callable[[int, int], None] | None:
    """Tell cells as they begin, on a terminal; a log gets one line a notebook."""
    if not sys.stdout.isatty():
        return None
    return lambda cell, cells: say(f"\r{head}: cell {cell + 1} of {cells} ", end="")


def _write_chapter(
    study: Study,
    chapters: list[Chapter],
    place: int,
    notebook: nbformat.NotebookNode,
    *,
    name: str | None = None,
    with_code: bool = True,
) -> Path:
    chapter = chapters[place]
    inside = body(notebook, study.root / "templates", with_code=with_code)
    text = page(
        study.root / "templates",
        "page.html.j2",
        study=study,
        chapters=chapters,
        here=chapter.stem,
        title=chapter.question,
        inside=Markup(inside),
        contents=contents(inside),
        before=chapters[place - 1] if place else None,
        after=chapters[place + 1] if place + 1 < len(chapters) else None,
        standalone=not with_code,
    )
    return publish(study.reports / f"{name or chapter.stem}.html", text)


def _write_index(study: Study, chapters: list[Chapter]) -> Path:
    readme = study.folder / "README.md"
    statement = (
        readme.read_text(encoding="utf-8") if readme.exists() else "This study has no data statement (README.md)."
    )
    inside = markdown_renderer()(_below_title(statement))
    text = page(
        study.root / "templates",
        "contents.html.j2",
        study=study,
        chapters=chapters,
        here="index",
        title=study.title,
        facts=facts(study),
        statement=Markup(inside),
        contents=contents(inside),
        report=(study.reports / f"{REPORT}.html").exists(),
    )
    return publish(study.reports / "index.html", text)


def _below_title(statement: str) -> str:
    """Markdown without its own H1, for the page has one."""
    lines = statement.splitlines()
    return "\n".join(lines[1:] if lines and lines[0].startswith("# ") else lines)


def facts(study: Study) -> list[tuple[str, str]]:
    """What a reader should know of the study before anything else."""
    outlets = [f"{outlet.name} ({outlet.country})" for outlet in study.outlets.values()]
    return [
        ("Relationship", " and ".join(study.pair)),
        ("Outlets", prose.listing(outlets)),
        ("Languages", prose.listing([LANGUAGES[language] for language in study.languages])),
        ("Period", f"{prose.day(study.start)} – {prose.day(study.end)}"),
        ("Events", prose.count(len(study.events), "dated event")),
        ("Codebook", prose.count(len(study.codebook.frames), "frame")),
    ]


def publish(path: Path, text: str) -> Path:
    """Check a page and put it in its place, whole.

    Raises
    ------
    PageError
        With the first thing that is wrong; the page that was there before stays.
    """
    found = check_page(text)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise PageError(f"{path.name}: {found[0]}{more}")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".page-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
    return path
