"""A study as a folder and a zip that may be handed to anybody: made, looked through for text, and refused if any is in.

What may leave is a list of what is allowed (`helpers.release.contents`).  Then every file is compared with the texts
that this checkout has (`helpers.release.scan`).  A page of the report that quotes an item is left out and named; any
other file that holds words of one stops the release.
"""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.data.corpus import Corpus
from helpers.pipeline import open_corpus
from helpers.pipeline.all_tables import make_tables
from helpers.release.contents import write_counts, write_project, write_study, write_tables
from helpers.release.papers import about, write_papers
from helpers.release.scan import Fault, fault_of, faults
from helpers.study import Study, StudyError
from helpers.text.word_runs import WordRuns

EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip can hold
TEXTS = {"cleaned": ("title", "text"), "boilerplate": ("line",)}
Say = Callable[[str], None]


class ReleaseError(ValueError):
    """A study that may not be shared as it is; one line with file, row and what."""


def make_release(
    study: Study, *, say: Say, date: datetime.date | None = None, dry_run: bool = False, with_text: bool | None = None
) -> Path | None:
    """Write ``release/<study>/`` and ``release/<study>.zip``; the same study gives the same bytes.

    Parameters
    ----------
    study : Study
        With its report built.
    say : callable
    date : date, optional
        Of publication; the last day of the study's period when left out.
    dry_run : bool
        Make and look through everything, and write nothing.
    with_text : bool, optional
        Whether texts go along: only those of an invented study may, and do when this is left out.

    Returns
    -------
    Path of the zip; None after a dry run

    Raises
    ------
    ReleaseError
        A file holds words of an item, a key, or cannot be read.
    StudyError
        The report was not built.
    """
    with_text = study.practice if with_text is None else with_text
    if with_text and not study.practice:
        raise ReleaseError(f"{study.name}: texts of outlets are not this project's to share")
    if not (study.reports / "index.html").exists():
        raise StudyError(f"reports/{study.name}: no page there; make report STUDY={study.name} first")
    corpus = open_corpus(study, say=say)
    made = make_tables(corpus)
    say(f"tables: {len(made)} made, the rest was fresh")
    runs = WordRuns([]) if with_text else texts_of(corpus)
    home = study.root / "release"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=f".{study.name}-") as workshop:
        folder = Path(workshop) / study.name
        left_out = _fill(corpus, folder, runs, with_text=with_text)
        say(_looked_for(runs, with_text))
        _refuse(list(faults(folder, runs)), study.name)
        said = about(study.root, date or study.end)
        write_papers(study, folder, said, left_out=left_out, text_shared=with_text)
        papers = [(path.name, fault_of(path, runs)) for path in sorted(folder.iterdir()) if path.is_file()]
        _refuse([Fault(name, *fault) for name, fault in papers if fault], study.name)
        for line in left_out:
            say(f"left out: {line}")
        n_files = sum(path.is_file() for path in folder.rglob("*"))
        if dry_run:
            say(f"release/{study.name}: {n_files} files would be written; nothing was")
            return None
        path = _zipped(folder, home / f"{study.name}.zip")
        target = home / study.name
        shutil.rmtree(target, ignore_errors=True)
        os.replace(folder, target)
    say(f"release/{study.name}.zip: {n_files} files, {path.stat().st_size / 1e6:.1f} MB")
    return path


def texts_of(corpus: Corpus) -> WordRuns:
    """Runs of words of every text that a study has: titles, articles, and lines that were taken out of them."""
    study = corpus.study
    names = [name for by_language in study.entities.values() for spoken in by_language.values() for name in spoken]
    names += [outlet.name for outlet in study.outlets.values()]
    for event in study.events:
        names += [event.title, event.source_title, *(name for spoken in event.names.values() for name in spoken)]
    return WordRuns(_texts(corpus), names=names)


def _texts(corpus: Corpus) -> Iterator[str]:
    if any(source.kind == "counts" for source in corpus.study.sources):
        return  # what it came with holds none
    for name, columns in TEXTS.items():
        for column in columns:
            yield from corpus.table(name)[column].dropna().unique()


def _fill(corpus: Corpus, folder: Path, runs: WordRuns, *, with_text: bool) -> list[str]:
    """Write what may be shared; what was left out, a line each."""
    study = corpus.study
    left_out = [f"studies/{study.name}/{name}" for name in write_study(study, folder, with_text=with_text)]
    write_project(study.root, folder)
    if not with_text:
        write_counts(corpus, folder)
    emptied = write_tables(corpus, folder, with_text=with_text)
    left_out += [f"of tables: {', '.join(emptied)}"] if emptied else []
    return left_out + _copy_pages(study, folder, runs)


def _copy_pages(study: Study, folder: Path, runs: WordRuns) -> list[str]:
    """The report's pages; those that quote an item are left out, and so are prints of them."""
    target, left = folder / "reports" / study.name, []
    target.mkdir(parents=True)
    for path in sorted(study.reports.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        fault = fault_of(path, runs)
        name = path.relative_to(study.reports)
        if fault:
            left.append(f"reports/{study.name}/{name} ({fault[0] or 'the whole file'})")  # the words stay here
        else:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name)
    return left


def _looked_for(runs: WordRuns, with_text: bool) -> str:
    if with_text:
        return "texts: shared, for the practice study's were written for this project"
    if not runs:
        return "texts: this study holds none; looked for keys, links and files that cannot be read"
    return f"texts: every file was searched for runs of {runs.length} words of the study's items"


def _refuse(listed: list[Fault], name: str) -> None:
    if listed:
        more = f" (and {len(listed) - 1} more)" if len(listed) > 1 else ""
        raise ReleaseError(f"{name} is not released: {listed[0]}{more}")


def _zipped(folder: Path, path: Path) -> Path:
    """The folder as a zip whose bytes follow from its files alone, whole or not at all."""
    temporary = path.with_name(f".{path.name}")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", EPOCH)
                entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
                packed.writestr(entry, file.read_bytes())
    os.replace(temporary, path)
    return path
