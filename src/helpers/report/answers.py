"""A notebook's answer, from the cell that computes it to the line under its title."""

from __future__ import annotations

import copy
import re

import nbformat

TAG, EXERCISE = "answer", "exercise"
LINES = re.compile(r"[ \n]+")  # and no no-break space
LINE = re.compile(r"(\*\*Answer\.\*\* ).*?(?=\n\n|\Z)", re.DOTALL)  # to the end of its paragraph


def with_answer(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook whose first cell says what its cell with the tag ``answer`` said when it was run.

    That cell is the first so tagged that answers no exercise; it moves up, for nothing needs saying twice on a page.
    In JupyterLab the line points to the findings.  A notebook without such a cell, whose cell said nothing, or without
    such a line, stays as it is.

    Parameters
    ----------
    notebook : NotebookNode
        After it was run; it is not changed.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
    >>> said = new_output("display_data", {"text/markdown": "Few of 12."})
    >>> cells = [new_markdown_cell("# How many?\\n\\n**Answer.** See below.\\n\\n**Caveat.** None."),
    ...          new_code_cell("…", outputs=[said], metadata={"tags": ["answer"]})]
    >>> filled = with_answer(new_notebook(cells=cells))
    >>> filled.cells[0].source, len(filled.cells)
    ('# How many?\\n\\n**Answer.** Few of 12.\\n\\n**Caveat.** None.', 1)
    """
    first, *rest = notebook.cells or [None]
    place = next((place for place, cell in enumerate(rest) if _answers(cell)), None)
    said = "" if place is None else _said(rest[place])
    if not said or not LINE.search(first.source):
        return notebook
    filled, title = copy.copy(notebook), copy.copy(first)
    title.source = LINE.sub(lambda line: line[1] + said, first.source, count=1)
    filled.cells = [title, *rest[:place], *rest[place + 1 :]]
    return filled


def _answers(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell answers its notebook's question, and no exercise."""
    tags = cell.metadata.get("tags", [])
    return TAG in tags and EXERCISE not in tags and cell.cell_type == "code"


def _said(cell: nbformat.NotebookNode) -> str:
    """The Markdown that a cell shows, in one line."""
    shown = [output.data for output in cell.outputs if output.output_type in ("display_data", "execute_result")]
    return " ".join(LINES.sub(" ", data["text/markdown"]).strip() for data in shown if "text/markdown" in data)
