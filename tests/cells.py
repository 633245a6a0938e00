"""A notebook's cells run in this process, one after the other: seconds where a kernel of its own takes ten."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from nbformat import NotebookNode
from nbformat.v4 import new_output

from helpers.report.execute import with_parameter


def run(path: Path, study: str) -> NotebookNode:
    """The notebook with its outputs; what a cell raises is raised, with the cell's number.

    The study is sought where ``COVERAGE_ROOT`` says.
    """
    notebook = with_parameter(nbformat.read(path, as_version=4), study, path.name)
    InteractiveShell.instance()  # what `display` publishes to
    names: dict[str, object] = {"__name__": path.stem}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            try:
                cell.outputs = _outputs(cell.source, names, f"{path.name}, cell {place}")
            except Exception as error:
                error.add_note(f"{path.name}, cell {place}:\n{cell.source}")
                raise
    return notebook


def said(notebook: NotebookNode) -> str:
    """All that a reader of the notebook is shown in words."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(str(output.data.get("text/markdown") or output.data.get("text/html", "")) for output in outputs)


def pictures(notebook: NotebookNode) -> int:
    """How many figures it shows."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return sum('<figure class="chart">' in output.data.get("text/html", "") for output in outputs)


def _outputs(source: str, names: dict[str, object], called: str) -> list[NotebookNode]:
    tree, last = ast.parse(source), None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    with capture_output() as captured:
        exec(compile(tree, called, "exec"), names)
        value = eval(compile(last, called, "eval"), names) if last else None
        if value is not None:
            display(value)
    shown = [(copy.copy(output.data), output.metadata or {}) for output in captured.outputs]
    return [new_output("display_data", data=data, metadata=metadata) for data, metadata in shown]
