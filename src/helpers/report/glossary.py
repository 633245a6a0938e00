"""The glossary as a page of the report: ``docs/glossary.md``, a heading a word, so that any page can link to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from markupsafe import Markup

from helpers.report.page import contents, page
from helpers.study import Study

NAME = "glossary"
SOURCE = Path("docs", f"{NAME}.md")


def write_glossary(
    study: Study, chapters: Sequence[object], *, render: Callable[[str], str], publish: Callable[[Path, str], Path]
) -> list[Path]:
    """Write ``glossary.html`` among the study's reports.

    Parameters
    ----------
    study : Study
    chapters : sequence of Chapter
        For the list of pages beside it.
    render : callable
        From Markdown to HTML, ids of headings and links included.
    publish : callable
        Checks a page and puts it in its place.

    Returns
    -------
    list of Path
        The page; none in a checkout that has notebooks and no documents.
    """
    if not (study.root / SOURCE).exists():
        return []
    inside = render((study.root / SOURCE).read_text(encoding="utf-8"))
    text = page(
        study.root / "templates",
        "page.html.j2",
        study=study,
        chapters=chapters,
        here=NAME,
        source=str(SOURCE),
        title="Glossary",
        inside=Markup(inside),
        contents=[heading for heading in contents(inside) if heading[0] == 2],
        before=None,
        after=None,
        standalone=False,
        with_code=None,
    )
    return [publish(study.reports / f"{NAME}.html", text)]
