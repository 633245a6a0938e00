"""Run one notebook from top to bottom in a fresh kernel, for one study."""

from __future__ import annotations

import asyncio
import builtins
import copy
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from helpers.report.without_outputs import without_outputs

PARAMETERS = "parameters"
LONGEST_CELL = 1800  # seconds; a cell that needs more should be a stage with its own progress
ENVIRONMENT = {
    "HELPERS_QUIET": "1",  # no line of progress on a page
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as in JupyterLab, whatever the caller uses
}


class NotebookError(RuntimeError):
    """A notebook that did not run to its end; one line with its name, the cell and the error."""


def execute(path: Path, study: str) -> NotebookNode:
    """Run the notebook at `path` with ``study`` set in its parameters cell; the file itself is left alone.

    Outputs that the file holds are thrown away first: nothing is shown that no cell has made just now.

    Parameters
    ----------
    path : Path
        The working directory is the notebook's folder, as in JupyterLab.
    study : str
        Value for the parameter ``study``.

    Raises
    ------
    NotebookError
        No parameters cell, a cell raised, took too long, or the kernel died.
    """
    notebook = without_outputs(with_parameter(nbformat.read(path, as_version=4), study, path.name))
    begun = [0]

    def begin(cell: NotebookNode, cell_index: int) -> None:
        begun[0] = cell_index

    with tempfile.TemporaryDirectory() as profile:
        client = NotebookClient(
            notebook,
            km=_manager(profile),
            timeout=LONGEST_CELL,
            record_timing=False,
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_start=begin,
        )
        try:
            _run(client, profile)
        except _Stopped as stopped:
            raise NotebookError(f"{path.name}, cell {_number(notebook, begun[0])}: {stopped}") from None
    return without_places(notebook, _project(path.resolve()))


def _project(path: Path) -> Path:
    """The folder of the project that a notebook belongs to: of the collection, or in a study's folder."""
    return next((folder for folder in path.parents if (folder / "studies").is_dir()), path.parent.parent)


class _Stopped(Exception):
    """Why a run ended early."""


def _manager(profile: str) -> AsyncKernelManager:
    """A kernel of this very Python, whatever kernels the user has, that opens no port."""
    return AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True),
        transport="ipc",
        connection_file=f"{profile}/kernel.json",
    )


def _run(client: NotebookClient, profile: str) -> None:
    """Run all cells; what the kernel's process itself complains of is kept to explain its death."""
    # An empty profile: no start-up file or history of this user's may change what a notebook shows.
    environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": profile}
    with open(f"{profile}/complaints", "w+", encoding="utf-8", errors="replace") as complaints:
        try:
            # The manager is ours, so the kernel's end has to be asked for.
            client.execute(env=environment, stderr=complaints, cleanup_kc=True)
        except CellExecutionError as error:
            raise _Stopped(_first_line(error)) from None
        except CellTimeoutError:
            raise _Stopped(f"still running after {LONGEST_CELL} s") from None
        except DeadKernelError:
            complaints.seek(0)
            last = (complaints.read().strip().splitlines() or ["is there enough memory?"])[-1]
            raise _Stopped(f"the kernel died ({last[:120]})") from None
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def _number(notebook: NotebookNode, index: int) -> int:
    """Number of a code cell as JupyterLab shows it in brackets: empty ones do not count.

    >>> cells = [nbformat.v4.new_markdown_cell("a"), *(nbformat.v4.new_code_cell(source) for source in ("x", "", "y"))]
    >>> _number(nbformat.v4.new_notebook(cells=cells), 3)
    2
    """
    return sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells[: index + 1])


def _first_line(error: CellExecutionError) -> str:
    """The error in one line; the project's own errors name what is wrong themselves, others need their class."""
    first = next((line for line in str(error.evalue).splitlines() if line.strip()), "no message")
    return f"{error.ename}: {first}" if hasattr(builtins, error.ename) else first


def with_parameter(notebook: NotebookNode, study: str, name: str) -> NotebookNode:
    """A copy whose parameters cell ends by setting ``study``, so that cell numbers stay those of the file.

    Raises
    ------
    NotebookError
        There is not exactly one cell with the tag ``parameters``.

    >>> notebook = nbformat.v4.new_notebook(cells=[
    ...     nbformat.v4.new_code_cell('study = "press"', metadata={"tags": ["parameters"]})])
    >>> with_parameter(notebook, "practice", "01-collect.ipynb").cells[0].source.splitlines()[-1]
    "study = 'practice'"
    """
    notebook = copy.deepcopy(notebook)
    tagged = [cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise NotebookError(f"{name}: {len(tagged)} cells have the tag {PARAMETERS!r}; tag exactly one")
    tagged[0].source += f"\nstudy = {study!r}"
    return notebook


def without_places(notebook: NotebookNode, root: Path) -> NotebookNode:
    """Take this machine's folders and process numbers out of outputs, so that pages are the same anywhere.

    >>> output = nbformat.v4.new_output("stream", name="stderr", text="/home/me/x/src/a.py:3: UserWarning: few")
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("f()", outputs=[output])])
    >>> without_places(notebook, Path("/home/me/x")).cells[0].outputs[0].text
    'src/a.py:3: UserWarning: few'
    """
    # Part of an address of the web is no folder of ours, whatever its name.
    folders = [re.compile(rf"(?<![\w.~-]){re.escape(folder)}/") for folder in (sys.prefix, str(root))]
    process = re.compile(r"\S{0,300}/ipykernel_\d+/\d+\.py")
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = _without(process.sub("cell", output.text), folders)
            for kind, text in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(text, str):
                    output.data[kind] = _without(text, folders)
    return notebook


def _without(text: str, folders: list[re.Pattern[str]]) -> str:
    for folder in folders:
        text = folder.sub("", text)
    return text
