"""JupyterLab on this checkout: studies, notebooks and README in sight, and running all of them leaves git clean.

Notebooks that are committed are saved without outputs; as they look on the screen they are saved beside, in
``data/interim/lab/``.  A git filter would not do: git calls a file changed whose size differs before it asks a filter.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

from helpers.report.without_outputs import without_outputs

COMMITTED = re.compile(r"notebooks/\d\d-[\w-]+\.ipynb|studies/[\w-]+/report\.ipynb")
COPIES = Path("data", "interim", "lab")
OPENED = "/lab/tree/README.md"
QUIET = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # asks nobody


def lab_command(root: Path) -> list[str]:
    """The command that opens JupyterLab at the checkout's folder, with the README."""
    return [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--LabApp.default_url={OPENED}",
        f"--FileContentsManager.pre_save_hook={__name__}.before_saving", *QUIET,
    ]  # fmt: skip


def open_lab(root: Path) -> None:
    """Become JupyterLab."""
    command = lab_command(root)
    os.execv(command[0], command)


def before_saving(model: dict[str, Any], path: str, contents_manager: Any, **_: object) -> None:
    """What JupyterLab calls before it writes a file: a committed notebook goes into its copy whole, and on bare.

    Parameters
    ----------
    model : dict
        The file as the server has it; changed in place.
    path : str
        Below the server's folder.
    contents_manager : of the server
    """
    name = path.strip("/")
    if model["type"] == "notebook" and COMMITTED.fullmatch(name):
        copy = Path(contents_manager.root_dir) / COPIES / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(nbformat.writes(nbformat.from_dict(model["content"])), encoding="utf-8")
        without_outputs(model["content"])
