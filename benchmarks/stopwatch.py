"""How long a stranger waits: clone to report, clone to first figure in JupyterLab, CSV file to own report.

    .venv/bin/python benchmarks/stopwatch.py        # some ten minutes; writes stopwatch.md and the README's block

Each way is gone in a fresh clone of this checkout's last commit, with the commands that the README names, and counted:
commands typed, files edited, seconds.  Packages come from wherever this machine has them from, a cache included.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_suffix(".md")
BEGIN, END = "<!-- stopwatch: benchmarks/stopwatch.py -->", "<!-- end of stopwatch -->"
READY = re.compile(r"is running at")
FIGURE = """
import sys, time
import nbformat
from nbclient import NotebookClient
begun = time.monotonic()
notebook = nbformat.read(sys.argv[1], as_version=4)
def seen(cell, cell_index, execute_reply):
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" in data or "image/svg+xml" in data or "<svg" in str(data.get("text/html", "")):
            print(f"first figure: {time.monotonic() - begun:.1f}", flush=True)
            raise KeyboardInterrupt
try:
    NotebookClient(notebook, on_cell_executed=seen, resources={"metadata": {"path": "notebooks"}}).execute()
except KeyboardInterrupt:
    pass
"""
SENTENCES = (
    "Russia and North Korea signed an agreement on grain and timber, a spokesman said on day {day}.",
    "Moscow and Pyongyang traded containers of shells by rail, an official of the ministry said on day {day}.",
    "Rain fell on the valley, and the choir sang for an hour on day {day}.",
    "The ambassador of Russia spoke of trust with North Korea at the opening of a bridge on day {day}.",
)


@dataclass(frozen=True)
class Way:
    """One way through: what for, the commands in order, and how many files were edited by hand."""

    name: str
    commands: tuple[str, ...]
    edits: int
    seconds: float


def main() -> None:
    """Go every way and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="an empty folder for the clones, which stay there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.keep or Path(place)
        ways = [clone_to_report(folder / "report"), clone_to_figure(folder / "lab"), csv_to_report(folder / "report")]
    PAGE.write_text(page(ways), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_block(readme.read_text(encoding="utf-8"), block(ways)), encoding="utf-8")
    print("\n".join(table(ways)))


def clone_to_report(folder: Path) -> Way:
    """A bare clone, until the report of `press` is there."""
    seconds = timed(lambda: (clone(folder), run(folder, "make", "report")))
    assert (folder / "reports" / "press" / "index.html").exists()
    return Way("clone to report", (f"git clone … {folder.name}", "make report"), 0, seconds)


def clone_to_figure(folder: Path) -> Way:
    """A bare clone, until JupyterLab is up and a notebook that runs from its top has shown a figure."""
    seconds = timed(lambda: (clone(folder), run(folder, "make", "install"), wait_for_lab(folder)))
    ended = run(folder, ".venv/bin/python", "-c", FIGURE, "notebooks/01-collect.ipynb")
    shown = re.search(r"first figure: ([\d.]+)", ended)
    if shown is None:
        raise SystemExit("stopwatch: notebooks/01-collect.ipynb shows no figure")
    seconds += float(shown[1])
    return Way("clone to first figure in JupyterLab", (f"git clone … {folder.name}", "make lab", "Run All"), 0, seconds)


def csv_to_report(folder: Path) -> Way:
    """A CSV file and an installed project, until there is a report of it; nothing is edited on the way."""
    export = folder / "articles.csv"
    write_export(export)
    draft = (".venv/bin/python", "-m", "helpers", "draft-study", "mine", export.name)
    seconds = timed(lambda: (run(folder, *draft), run(folder, "make", "report", "STUDY=mine")))
    assert (folder / "reports" / "mine" / "index.html").exists()
    return Way("CSV file to own report", (" ".join(draft), "make report STUDY=mine"), 0, seconds)


def write_export(path: Path) -> None:
    """Sixty invented articles of two outlets."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["url", "outlet", "date", "headline", "text"])
        for number in range(60):
            day = f"2024-{number % 12 + 1:02}-{number % 27 + 1:02}"
            text = "\n\n".join(SENTENCES[(number + step) % 4].format(day=number * 3 + step) for step in range(3))
            outlet = ("daily", "herald")[number % 2]
            rows.writerow([f"https://{outlet}.example/{number}", outlet, day, f"Item {number}", text])


def clone(folder: Path) -> None:
    """The last commit, without the history of this machine's checkout."""
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), str(folder)], check=True)


def run(folder: Path, *words: str) -> str:
    """One command as a stranger types it: without what this process was given for itself."""
    ended = subprocess.run(words, cwd=folder, env=plain(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ended.returncode:
        raise SystemExit(f"stopwatch: {' '.join(words[:4])} ended with {ended.returncode}: {ended.stdout[-400:]}")
    return ended.stdout


def wait_for_lab(folder: Path) -> None:
    """Start JupyterLab without a browser, and end it when it says that it is up."""
    command = [".venv/bin/python", "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0", "--allow-root"]
    with subprocess.Popen(command, cwd=folder, env=plain(), text=True, stderr=subprocess.PIPE) as server:
        for line in server.stderr:
            if READY.search(line):
                break
        server.terminate()


def plain() -> dict[str, str]:
    """The environment without this process's own paths."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS")}


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def spoken(seconds: float) -> str:
    """Seconds as a person says them.

    >>> spoken(42.4), spoken(130)
    ('42 s', '2 min 10 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def table(ways: list[Way]) -> list[str]:
    """Rows of Markdown.

    >>> table([Way("clone to report", ("git clone", "make report"), 0, 61.2)])[-1]
    '| clone to report | 2 | 0 | 1 min 1 s |'
    """
    rows = [f"| {way.name} | {len(way.commands)} | {way.edits} | {spoken(way.seconds)} |" for way in ways]
    return ["| | commands | edits | time |", "|---|---:|---:|---:|", *rows]


def block(ways: list[Way]) -> str:
    """What stands between the README's marks."""
    return "\n".join([BEGIN, *table(ways), "", f"On {os.cpu_count()} cores, installation included.", END])


def with_block(readme: str, text: str) -> str:
    """A README with another block between its marks."""
    return readme[: readme.index(BEGIN)] + text + readme[readme.index(END) + len(END) :]


def page(ways: list[Way]) -> str:
    """The whole page."""
    commands = "\n".join(f"- {way.name}: {'; '.join(f'`{command}`' for command in way.commands)}" for way in ways)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"""# How long a stranger waits

`.venv/bin/python benchmarks/stopwatch.py` writes this page.

{chr(10).join(table(ways))}

{commands}

Measured on {machine}. Each way in a fresh clone; the third begins where the first ended, for whoever has a CSV file has
installed before. Packages came from where this machine has them from, a cache included: over a slow line, add their
download.
"""


if __name__ == "__main__":
    sys.exit(main())
