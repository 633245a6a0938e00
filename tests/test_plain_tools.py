"""The notebooks with the tools that everybody has: nbconvert to HTML, slides and Markdown, and papermill.

Their cells run in `built`, notebook by notebook; here one of them runs under each tool, and what was run is converted.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import built
import nbformat
import pytest

FIGURES, SHORT = "03-describe.ipynb", "06-validate.ipynb"
FORMATS = {"html": ".html", "slides": ".slides.html", "markdown": ".md"}


def run(module: str, *arguments: str, inside: Path) -> str:
    """One command of this Python, as a reader types it in the project's folder; its complaints."""
    path = os.pathsep.join([str(built.ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=inside, env=os.environ | {"PYTHONPATH": path}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-2000:]
    return ended.stdout


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook with figures that papermill ran, for a study that is not the notebook's own."""
    pytest.importorskip("papermill", reason="papermill is not installed")
    root, out = built.built("practice").root, tmp_path_factory.mktemp("papermill") / FIGURES
    run("papermill", "-p", "study", "practice", "--cwd", "notebooks", f"notebooks/{FIGURES}", str(out), inside=root)
    return out


def alts(notebook: nbformat.NotebookNode) -> list[str]:
    """Alt texts of the figures that its cells showed: their plain text, where there is a drawing beside it."""
    data = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    return [one["text/plain"] for one in data if "<svg" in one.get("text/html", "") or "image/png" in one]


def test_papermill_sets_the_study(executed: Path) -> None:
    notebook = nbformat.read(executed, as_version=4)
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells if cell.cell_type == "code"]
    assert tags[0].count("parameters") == 1 and tags[1] == ["injected-parameters"]
    assert "practice" in str([cell.get("outputs") for cell in notebook.cells]) and alts(notebook)


@pytest.mark.parametrize("kind", FORMATS)
def test_nbconvert_keeps_alt_text(executed: Path, kind: str, tmp_path: Path) -> None:
    run("nbconvert", "--to", kind, "--output-dir", str(tmp_path), str(executed), inside=tmp_path)
    text = (tmp_path / f"{executed.stem}{FORMATS[kind]}").read_text(encoding="utf-8")
    known = re.sub(r"\s+", " ", html.unescape(text))
    missing = [alt for alt in alts(nbformat.read(executed, as_version=4)) if re.sub(r"\s+", " ", alt) not in known]
    assert not missing


def test_nbconvert_runs_a_notebook_as_it_is(tmp_path: Path) -> None:
    root = built.built("press").root  # the study of the parameters cell
    run("nbconvert", "--execute", "--to", "html", "--output-dir", str(tmp_path), f"notebooks/{SHORT}", inside=root)
    assert "<h1" in (tmp_path / "06-validate.html").read_text(encoding="utf-8")
