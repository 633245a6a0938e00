"""Which sections a page leaves out: what only a reader at a kernel, or only the invented study, can use."""

from __future__ import annotations

import copy
from collections.abc import Collection

from nbformat import NotebookNode

EXERCISES, QUESTION, PLANTED = "Exercises", "Your question", "Recovered against planted"


def left_out(*, practice: bool, with_code: bool) -> set[str]:
    """Headings of sections that a page of a study has no use for.

    >>> sorted(left_out(practice=False, with_code=True)), sorted(left_out(practice=True, with_code=False))
    (['Exercises', 'Recovered against planted'], ['Exercises', 'Your question'])
    """
    of_practice = set() if practice else {EXERCISES, PLANTED}
    return of_practice if with_code else of_practice | {EXERCISES, QUESTION}


def without(notebook: NotebookNode, headings: Collection[str]) -> NotebookNode:
    """The notebook without these sections: each from its heading of second level to the next one.

    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> cells = [new_markdown_cell(text) for text in ("# Title", "## Words", "one", "## Exercises", "two", "## Limits")]
    >>> [cell.source for cell in without(new_notebook(cells=cells), {"Exercises"}).cells]
    ['# Title', '## Words', 'one', '## Limits']
    """
    kept, dropped = [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            dropped = cell.source.splitlines()[0].removeprefix("## ").strip() in headings
        if not dropped:
            kept.append(cell)
    page = copy.copy(notebook)
    page.cells = kept
    return page
