"""JupyterLab saves the project's notebooks as they are committed, whatever was run in them, with git or without."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from helpers.report.lab import COPIES, OPENED, before_saving, lab_command


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """The notebooks and reports of this checkout in a place of their own."""
    shutil.copytree(root / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(root / ".gitignore", tmp_path)
    for path in root.glob("studies/*/report.ipynb"):
        (tmp_path / path.relative_to(root)).parent.mkdir(parents=True)
        shutil.copy(path, tmp_path / path.relative_to(root))
    return tmp_path


def run_and_save(checkout: Path, path: Path) -> None:
    """What a server does when a notebook that was run is saved."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = number, [nbformat.v4.new_output("stream", text="seen\n")]
            cell.metadata["execution"] = {"iopub.execute_input": "2031-01-10T00:00:00Z"}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.2", "file_extension": ".py"}
    notebook.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    hook = f"{before_saving.__module__}.{before_saving.__name__}"
    manager = AsyncLargeFileManager(root_dir=str(checkout), pre_save_hook=hook)
    model = {"type": "notebook", "format": "json", "content": notebook}
    asyncio.run(manager.save(model, path.relative_to(checkout).as_posix()))


def test_running_and_saving_all_leaves_every_notebook_as_it_was(checkout: Path) -> None:
    paths = [*sorted(checkout.glob("notebooks/*.ipynb")), *sorted(checkout.glob("studies/*/report.ipynb"))]
    assert len(paths) >= 12
    for path in paths:
        before = path.read_bytes()
        run_and_save(checkout, path)
        assert path.read_bytes() == before, path.name
        copy = nbformat.read(checkout / COPIES / path.relative_to(checkout), as_version=4)
        assert any(cell.get("outputs") for cell in copy.cells)


def test_git_is_clean_after_all(checkout: Path) -> None:
    git = ["git", "-C", str(checkout), "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "as it is"]):
        subprocess.run([*git, *words], check=True)
    for path in sorted(checkout.glob("notebooks/*.ipynb")):
        run_and_save(checkout, path)
    assert subprocess.run([*git, "status", "--short"], capture_output=True, text=True, check=True).stdout == ""


def test_a_notebook_of_ones_own_keeps_its_outputs(checkout: Path) -> None:
    own = checkout / "notebooks" / "mine.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), own)
    run_and_save(checkout, own)
    assert nbformat.read(own, as_version=4).cells[0].outputs


def test_lab_opens_the_whole_checkout(root: Path) -> None:
    command = lab_command(root)
    assert f"--ServerApp.root_dir={root}" in command and f"--LabApp.default_url={OPENED}" in command
    assert (root / OPENED.removeprefix("/lab/tree/").split("?")[0]).exists()
