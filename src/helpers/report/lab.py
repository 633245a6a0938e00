"""JupyterLab on this checkout: studies, notebooks and README in sight, and outputs kept out of git in this clone alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.report import without_outputs

FILTER = "notebooks-without-outputs"
ATTRIBUTES = f"*.ipynb filter={FILTER}"
OPENED = "/lab/tree/notebooks/01-collect.ipynb?file-browser-path=/"


def lab_command(root: Path) -> list[str]:
    """The command that opens JupyterLab at the checkout's folder, with the first notebook."""
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--LabApp.default_url={OPENED}"]


def keep_outputs_out(root: Path) -> str:
    """Have git leave outputs of notebooks out of what it compares and commits, in this clone; the line to tell.

    Nothing that is committed changes: the filter stands in the clone's own configuration, and the attribute in
    ``.git/info/attributes``.
    """
    if not shutil.which("git") or _git(root, "rev-parse", "--git-dir") is None:
        return "git is not here, so outputs of notebooks stay in their files"
    if _git(root, "check-attr", "filter", "notebooks/01-collect.ipynb") != _set("notebooks/01-collect.ipynb"):
        path = root / (_git(root, "rev-parse", "--git-path", "info/attributes") or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + "\n" * (bool(before) and not before.endswith("\n")) + f"{ATTRIBUTES}\n")
    clean = f'"{sys.executable}" "{Path(without_outputs.__file__)}"'
    _git(root, "config", f"filter.{FILTER}.clean", clean)
    _git(root, "config", f"filter.{FILTER}.smudge", "cat")
    return "git leaves outputs of notebooks out, in this clone"


def open_lab(root: Path) -> None:
    """Become JupyterLab."""
    command = lab_command(root)
    os.execv(command[0], command)


def _set(path: str) -> str:
    return f"{path}: filter: {FILTER}"


def _git(root: Path, *words: str) -> str | None:
    """What git answers; None where it fails."""
    ended = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    return ended.stdout.strip() if ended.returncode == 0 else None
