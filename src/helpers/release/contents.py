"""What of a study goes into a release: which tables and columns, and which files of the study and the project."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from helpers.coding.intrusion import KEY
from helpers.data import coding_files, tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS, TEXT
from helpers.pipeline import coding_sample
from helpers.pipeline.recipes import SHARED
from helpers.pipeline.shared import export_counts
from helpers.report.without_outputs import bare_file
from helpers.study import Study, StudyError
from helpers.study.sharing import read_chain

COLUMNS = frozenset(
    "address archive article_id called carriers check checks coder concepts copy_cluster counted country covariates "
    "date_precision date_source draw edition estimand event event_name events family fingerprint first_day flag flags "
    "frame frame_name genre group group_name groups indicator items kind label language language_a language_b last_day "
    "measure measure_name method month note origin others outcome outlet outlet_name outlet_week package period phrase "
    "position quantity reason reference reference_name side source status strand stratum target target_name term topic "
    "topic_a topic_b topic_name unit universe verdict voice window".split()
)
"""Text columns of derived tables that are shared; every other one is emptied, one that is new as well."""
LEFT_OUT = frozenset({*SHARED, "pages", "ledger", "address_checks"})  # counts stand elsewhere; the rest is for makers
OF_HEADLINES = frozenset({"indicator_hits"})  # says of one headline what only totals may say
STUDY_FILES = ("study.yml", "codebook.yml", "events.yml", "README.md", "PLAN.md", "build.py", "report.ipynb")
CODED = frozenset({*coding_files.LINE, *coding_files.JUDGEMENTS, *coding_files.ANSWERS, *coding_sample.COLUMNS, *KEY})
"""Columns of files in ``coding/`` that are shared: no note of a coder is among them."""
PROJECT = ("LICENSE", "Makefile", "pyproject.toml", "requirements.lock", "build.lock", "newspaper3k.lock",
           "environment.yml", "install.py", "lock.py", "src", "templates", "notebooks",
           "docs/data.md", "docs/methods.md", "docs/glossary.md", "docs/architecture.md")  # fmt: skip
SKIPPED = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "*.pyc")
SOURCES = re.compile(r"^sources:[ \t]*(?:#.*)?\n", re.MULTILINE)
COUNTS = '{kind: counts, path: counts, licence: "facts; see README.md"}'


def write_counts(corpus: Corpus, folder: Path) -> None:
    """The counts that tables are made from, into ``data/raw/<study>/counts``: as they came, or written anew."""
    study = corpus.study
    given = [source.path for source in study.sources if source.kind == "counts"]
    target = folder / "data" / "raw" / study.name / "counts"
    if given:
        for path in given:
            shutil.copytree(path, folder / path.relative_to(study.root), ignore=SKIPPED, dirs_exist_ok=True)
    else:
        export_counts(corpus, target, sources=_origins(study))


def _origins(study: Study) -> list[dict[str, str]]:
    """Where the texts are that were counted: files of the raw data by their manifest, or the exports by name."""
    path = study.raw / "manifest.csv"
    if path.exists():
        rows = pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
        return [row | {"note": "counted, not shared"} for row in rows]
    return [
        {"file": source.path.name, "address": source.address, "licence": source.licence, "note": "counted, not shared"}
        for source in study.sources
        if source.path
    ]


def write_tables(corpus: Corpus, folder: Path, *, with_text: bool = False) -> list[str]:
    """Codes, estimates and the other derived tables into ``tables``; what was emptied or left out."""
    emptied = []
    for name in sorted(corpus.recipes):
        if with_text:
            tables.write(folder / "tables", name, corpus.table(name))
        elif name in LEFT_OUT or (corpus.study.headlines and name in OF_HEADLINES):
            continue
        elif not keyed_by_allowed(name):
            emptied.append(f"{name}, whole")
        else:
            frame, hidden = without_text(name, corpus.table(name))
            if name == "articles":  # the hash of a headline tells it to whoever guesses
                frame["sha256"] = corpus.table("articles")["sha256"]
                frame.loc[frame["outlet"].isin(list(corpus.study.headlines)), "sha256"] = ""
            emptied += [f"{name}.{column}" for column in hidden]
            tables.write(folder / "tables", name, frame)
    return emptied


def keyed_by_allowed(name: str) -> bool:
    """Whether a table's rows are told apart without text.

    >>> keyed_by_allowed("estimates"), keyed_by_allowed("boilerplate")
    (True, False)
    """
    schema = SCHEMAS[name]
    return all(schema.columns[column] != TEXT or column in COLUMNS for column in schema.key)


def without_text(name: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """A table with every text column emptied that is not in `COLUMNS`; and their names.

    >>> flags = pd.DataFrame({"article_id": ["a"], "flag": ["template"], "evidence": ["its first line"]})
    >>> without_text("flags", flags)[0].to_dict("records")
    [{'article_id': 'a', 'flag': 'template', 'evidence': ''}]
    """
    schema = SCHEMAS[name]
    hidden = [column for column, kind in schema.columns.items() if kind == TEXT and column not in COLUMNS]
    blank = {column: None if column in schema.nullable else "" for column in hidden}
    return frame.assign(**blank), hidden


def write_study(study: Study, folder: Path, *, with_text: bool = False) -> list[str]:
    """The study's folder as it may be shared, and the names of its files that were left out."""
    target = folder / "studies" / study.name
    target.mkdir(parents=True)
    left, known = [], {volume.path.resolve() for volume in study.known_volume}
    for path in sorted(study.folder.rglob("*")):
        name = path.relative_to(study.folder)
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink():
            left.append(f"{name} (a link)")
        elif name.as_posix() in STUDY_FILES or path.resolve() in known:
            _copy(path, target / name)
        elif name.parts[0] == "coding" and path.suffix == ".csv":
            _copy_codes(path, target / name)
        else:
            left.append(name.as_posix())
    if not with_text:
        path = target / "study.yml"
        path.write_text(from_counts(path.read_text(encoding="utf-8"), study), encoding="utf-8")
    for document in read_chain(study.folder).documents[1:]:  # names and events that it shares with others
        for name in ("study.yml", "codebook.yml", "events.yml", "README.md"):
            path = document.path.parent / name
            if path.exists():
                _copy(path, folder / "studies" / path.parent.name / name)
    return left


def from_counts(text: str, study: Study) -> str:
    """A study.yml that reads the counts; what it read before stands below as comment."""
    if any(source.kind == "counts" for source in study.sources):
        return text
    head = SOURCES.search(text)
    if head is None:
        raise StudyError(f"studies/{study.name}/study.yml: write 'sources:' on a line of its own, entries below it")
    rest = text[head.end() :]
    stop = re.search(r"^(?=[^\s#-])", rest, re.MULTILINE)
    block = rest[: stop.start() if stop else len(rest)]
    before = "".join(f"  # {line}\n" if line.strip() else "\n" for line in block.rstrip().splitlines())
    return f"{text[: head.end()]}  - {COUNTS}\n  # Counted from, and not shared:\n{before}\n{rest[len(block) :]}"


def write_project(root: Path, folder: Path) -> None:
    """Programs, notebooks without outputs, templates and the lock: what makes the tables and the report again."""
    for name in PROJECT:
        path = root / name
        if path.is_dir():
            shutil.copytree(path, folder / name, ignore=SKIPPED, dirs_exist_ok=True)
        elif path.exists():
            _copy(path, folder / name)
    for path in sorted((folder / "notebooks").rglob("*.ipynb")):
        path.write_text(bare_file(path.read_text(encoding="utf-8")), encoding="utf-8")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".ipynb":
        target.write_text(bare_file(path.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(path, target)


def _copy_codes(path: Path, target: Path) -> None:
    """A file of coders' work with the columns that are shared; a cell of another one is emptied."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    shared = [name in CODED for name in rows[0]] if rows else []
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, lineterminator="\n").writerows(_shared_cells(rows, shared))


def _shared_cells(rows: Iterable[list[str]], shared: list[bool]) -> Iterator[list[str]]:
    for number, cells in enumerate(rows):
        yield [cell if number == 0 or keep else "" for cell, keep in zip(cells, shared, strict=False)]
