"""Studies that are built once for all tests, workers and runs of one checkout; tests read them, or copy what they need.

A build lies in a temporary folder that is named after everything it was made from, and is made under a lock by whoever
asks first.  A test that writes works on `copied`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import yaml

from helpers.pipeline import Corpus, open_corpus
from helpers.study import Study, load_study

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = Path("docs", "glossary.md")
MADE_FROM = ("src", "studies", "notebooks", "templates", str(GLOSSARY), "requirements.lock")
COUNTS = [Path("data", "raw", name) for name in ("press", "official-voices")]  # what these studies are shipped with
OLD = 24 * 3600  # seconds, after which the build of another state of the checkout is removed
SKIPPED = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
SMALL = ("en", "ko")  # languages of the smaller practice press


def built(name: str) -> Study:
    """A shipped study with all its tables and the pages of its report.

    Parameters
    ----------
    name : str
        A folder below ``studies/``.
    """
    return load_study(name, root=_once(f"report-{name}", lambda folder: _report(folder, name)))


def written(name: str) -> Study:
    """A shipped study with all its tables, its own report and the first page; without the notebooks' pages."""
    return load_study(name, root=_once(f"written-{name}", lambda folder: _report(folder, name, "--written")))


def corpus_of(study: Study) -> Corpus:
    """The tables of a study that was built."""
    return open_corpus(study, say=lambda line: None)


def small_practice() -> Study:
    """The practice study with the press of two languages, few universes, and all its tables; without pages.

    Its outlets print what they print in the whole press, so that what was planted holds; there are 380 articles for 816.
    """
    return load_study("practice", root=_once("small-practice", _small))


def copied(study: Study, folder: Path) -> Study:
    """A study with its data in a folder of the test's own."""
    workshop(folder)
    for kind in ("raw", "processed"):
        place = Path("data", kind, study.name)
        if (study.root / place).exists():
            shutil.copytree(study.root / place, folder / place, dirs_exist_ok=True)
    shutil.copytree(study.folder, folder / "studies" / study.name, dirs_exist_ok=True)
    return load_study(study.name, root=folder)


def workshop(folder: Path) -> Path:
    """A copy of what a report is built from, so that a test never writes into the checkout."""
    for name in ("studies", "notebooks", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=SKIPPED, dirs_exist_ok=True)
    for counts in COUNTS:
        shutil.copytree(ROOT / counts, folder / counts, dirs_exist_ok=True)
    shutil.copytree(ROOT / GLOSSARY.parent, folder / GLOSSARY.parent, ignore=SKIPPED, dirs_exist_ok=True)
    return folder


def make_small(folder: Path, languages: tuple[str, ...] = SMALL) -> None:
    """Cut a workshop's practice study down to the outlets of some languages, and to few universes."""
    path = folder / "studies" / "practice" / "study.yml"
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    outlets = {key: outlet for key, outlet in given["outlets"].items() if outlet["language"] in languages}
    given |= {"languages": list(languages), "outlets": outlets, "universes": {"most": 8}}
    given["sources"] = [source for source in given["sources"] if source["outlet"] in outlets]
    given["labels"] = [label for label in given["labels"] if label["language"] in languages]
    planned = given["plan"]["comparisons"]
    given["plan"]["comparisons"] = [one for one in planned if set(one["groups"]) <= set(outlets)]
    given["analysis"] |= {"topic_range": [5, 6]}
    path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _report(folder: Path, name: str, *options: str) -> None:
    workshop(folder)
    _run(folder, "-m", "helpers", "report", name, *options)


def _small(folder: Path) -> None:
    workshop(folder)
    make_small(folder)
    _run(folder, "-c", TABLES)


TABLES = """
from helpers.pipeline import open_corpus
from helpers.pipeline.all_tables import make_tables
if __name__ == "__main__":
    make_tables(open_corpus("practice"))
"""


def _run(folder: Path, *arguments: str) -> None:
    """Run this Python in a workshop, as `make` does, on this checkout's source."""
    path = os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    fixed = {"COVERAGE_ROOT": str(folder), "PYTHONPATH": path, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1",
             "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
    ended = subprocess.run([sys.executable, *arguments], env=os.environ | fixed, cwd=folder, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    (folder / "log").write_text(ended.stdout, encoding="utf-8")
    if ended.returncode:
        raise RuntimeError(f"building {' '.join(arguments)[:80]!r} failed:\n{ended.stdout[-4000:]}")


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of a build, made where it is not there; what was left half made is removed first."""
    home = Path(tempfile.gettempdir(), f"helpers-tests-{os.getuid()}")
    folder = home / _state() / name
    done = folder / "done"
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder.parent / f"{name}.lock"):
        if not done.exists():
            _sweep(home)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    os.utime(home / _state())
    return folder


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(home: Path) -> None:
    """Remove builds of other states of the checkout that nobody asked for lately."""
    for folder in home.iterdir():
        if folder.name != _state() and time.time() - folder.stat().st_mtime > OLD:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _state() -> str:
    """Sixteen hexadecimal digits of everything that a build is made from, and of this Python."""
    digest = hashlib.sha256(f"{sys.version} {sys.prefix}".encode())
    for name in (*MADE_FROM, *COUNTS):
        place = ROOT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
