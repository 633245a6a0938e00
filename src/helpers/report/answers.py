"""A notebook's answer, from the cell that computes it to the line under its title."""

from __future__ import annotations

import copy
import re

import nbformat

TAG = "answer"
LINE = re.compile(r"(\*\*Answer\.\*\* ).*?(?=\n\n|\Z)", re.DOTALL)  # to the end of its paragraph


def with_answer(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook whose first cell says what its cell with the tag ``answer`` said when it was run.

    In JupyterLab the line points to the findings.  A notebook without such a cell, or whose cell said nothing, stays as
    it is.

    Parameters
    ----------
    notebook : NotebookNode
        After it was run; it is not changed.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
    >>> said = new_output("display_data", {"text/markdown": "Few of 12."})
    >>> cells = [new_markdown_cell("# How many?\\n\\n**Answer.** See below.\\n\\n**Caveat.** None."),
    ...          new_code_cell("…", outputs=[said], metadata={"tags": ["answer"]})]
    >>> with_answer(new_notebook(cells=cells)).cells[0].source
    '# How many?\\n\\n**Answer.** Few of 12.\\n\\n**Caveat.** None.'
    """
    answer = " ".join(_said(notebook))
    if not answer or not notebook.cells:
        return notebook
    filled = copy.copy(notebook)
    first = copy.copy(notebook.cells[0])
    first.source = LINE.sub(lambda line: line[1] + answer, first.source, count=1)
    filled.cells = [first, *notebook.cells[1:]]
    return filled


def _said(notebook: nbformat.NotebookNode) -> list[str]:
    """The Markdown that the answer's cell shows, as one line each."""
    outputs = [
        output
        for cell in notebook.cells
        if TAG in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if output.output_type in ("display_data", "execute_result")
    ]
    return [" ".join(output.data["text/markdown"].split()) for output in outputs if "text/markdown" in output.data]
