"""Archived pages to records, as a stream: what is in memory does not grow with the number of pages.

``extracted.parquet`` holds one row a page.  It is also what makes a second run quick: a page is extracted again only
if its bytes, the study's choices, or the code and libraries that extract have changed, or if its extraction failed.
Rows go into numbered parts as they come (`helpers.data.parts`), so that a run that is killed loses seconds of work.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import platform
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from helpers import collect
from helpers.collect.extraction import Page, extract_pages
from helpers.collect.imports import RECORDS
from helpers.collect.imports_warc import warc_files
from helpers.data import ledger, schemas
from helpers.data.parts import BATCH, Parts, Row, Rows, open_file
from helpers.extract import newspaper3k
from helpers.study import Study, StudyError

FILE = "extracted.parquet"
EXTRA = ("refused", "refusal_detail")
WARC = ("web", "warc")  # kinds of source whose pages lie in WARC files
LIBRARIES = ("trafilatura", "beautifulsoup4", "justext", "htmldate", "courlan", "lxml",
             "lxml-html-clean", "charset-normalizer", "py3langid", "pandas", "python-dateutil")  # fmt: skip
READERS = ("answers.py", "archive.py", "extraction.py", "records.py", "warc_files.py")  # of `helpers.collect`
_TYPES = {"published": schemas.INSTANT, "date_conflict": schemas.YES_NO}
SCHEMA = pa.schema([(name, _TYPES.get(name, schemas.TEXT)) for name in ("key", *RECORDS, *EXTRA)])


def read_archive(study: Study) -> pd.DataFrame:
    """Records of every archived page that the ledger calls kept, extracted where that was not done yet.

    Returns
    -------
    DataFrame, columns of `RECORDS` and `EXTRA`
        ``refused``: why a page gave no text (paywalled, consent_page, timed_out, too_much_memory, crashed,
        unreadable, …), or empty; ``refusal_detail``: what is known of that.
    """
    return pq.read_table(extract_archive(study), columns=[*RECORDS, *EXTRA]).to_pandas()


def extract_archive(study: Study) -> Path:
    """Extract what is not extracted yet; a run that was stopped in whatever way goes on from where it was.

    Returns
    -------
    Path
        ``extracted.parquet``, one row a page, by page_id.

    Raises
    ------
    StudyError
        A WARC file that the pages table names is not there, or a file cannot be written.
    """
    path, version = study.interim / FILE, code_version()
    parts = Parts(study.interim / "extracting", SCHEMA)
    try:
        study.interim.mkdir(parents=True, exist_ok=True)
        with FileLock(study.interim / ".extracting.lock"):
            parts.mend(path)
            parts.take_in(path)  # of a run that was killed
            try:
                n_all = _extract(_jobs(study), path, parts, version)
            finally:  # interrupted or not, what was extracted is kept
                parts.take_in(path)
            if n_all != pq.read_metadata(path).num_rows:
                _keep_only(_jobs(study), path, parts)
    except OSError as error:
        raise StudyError(
            f"{path.name}: {error.strerror or error}; what was extracted is kept, make room and run again"
        ) from error
    return path


def code_version() -> str:
    """A digest of everything but the page that decides what extraction gives: our code, libraries, Python."""
    house = Path(collect.__file__).parents[1]
    sources = [*sorted((house / "extract").glob("*.py")), *(house / "collect" / name for name in READERS)]
    sources += [house / "text" / "lengths.py", *sorted((house / "text" / "languages").glob("*.[py][ym]*"))]
    digest = hashlib.sha256(platform.python_version().encode())
    for source in sources:
        digest.update(source.read_bytes())
    for name in LIBRARIES:
        try:
            digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
        except importlib.metadata.PackageNotFoundError:
            digest.update(f"{name} absent\n".encode())
    digest.update(f"newspaper3k {newspaper3k.version()}\n".encode())
    return digest.hexdigest()


def _jobs(study: Study) -> Iterator[tuple[Page, str]]:
    """Each page to extract, by page_id, with what identifies its content: empty if nothing does."""
    entries = pq.read_table(study.processed / "collect_ledger.parquet", columns=["id", "outcome"])
    kept = entries.filter(pc.field("outcome") == ledger.KEPT)["id"].combine_chunks()
    find = _archives(study)
    for batch in open_file(study.processed / "pages.parquet").iter_batches(BATCH):
        for row in batch.filter(pc.is_in(batch["page_id"], value_set=kept)).to_pylist():
            path = find(row["archive"], row["outlet"])
            if path is not None:
                yield _page(study, row, path), f"{row['archive']}\n{row['offset']}\n{row['sha256'] or ''}"


def archived_pages(study: Study, page_ids: Iterable[str]) -> dict[str, Page]:
    """Where the named pages lie in the archive; one that came as a row of an export is left out."""
    wanted, find = set(page_ids), _archives(study)
    rows = pq.read_table(study.processed / "pages.parquet").to_pylist()
    places = ((row, find(row["archive"], row["outlet"])) for row in rows if row["page_id"] in wanted)
    return {row["page_id"]: _page(study, row, path) for row, path in places if path is not None}


def _page(study: Study, row: Row, path: Path) -> Page:
    return Page(
        row["page_id"], row["outlet"], path, row["offset"], row["final_address"] or row["address"],
        study.outlets[row["outlet"]].timezone, study.analysis.extractor, row["retrieved"].astimezone(dt.UTC),
    )  # fmt: skip


def _archives(study: Study) -> Callable[[str | None, str], Path | None]:
    """Where a WARC file lies by the name that the pages table has for it; None for an export."""
    sources = [source.path for source in study.sources if source.kind == "warc"]
    imported = {name: file for path in sources for name, file in warc_files(path).items()}
    exports = {source.path.name for source in study.sources if source.path and source.kind not in WARC}

    def find(name: str | None, outlet: str) -> Path | None:
        own = study.raw / "warc" / f"{name}"
        if name == f"{outlet}.warc.gz" and own.exists():
            return own
        if name in imported:
            return imported[name]
        if name is None or name in exports:
            return None
        raise StudyError(f"study {study.name!r}: {name} is not in {study.raw.name}/warc; put it back, or collect again")

    return find


def _key(page: Page, content: str, version: str) -> str:
    """What a row was made of; empty, and so never taken again, where the content is not known."""
    if content.endswith("\n"):
        return ""
    parts = [version, content, page.outlet, page.address, page.timezone, page.extractor, f"{page.retrieved}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _extract(jobs: Iterable[tuple[Page, str]], before: Path, parts: Parts, version: str) -> int:
    """Extract into `parts` the pages that `before` has not; how many pages there are in all."""
    held, n_all, keys = Rows([before], ["page_id", "key"]), 0, {}

    def missing() -> Iterator[Page]:
        nonlocal n_all
        for page, content in jobs:
            n_all += 1
            key, row = _key(page, content, version), held.take(page.page_id)
            if row is None or not key or row["key"] != key:
                keys[page.page_id] = key
                yield page

    def rows() -> Iterator[Row]:
        for page, record, lasting in extract_pages(missing()):
            key = keys.pop(page.page_id)
            yield record | {"key": key if lasting else "", "covariates": "{}"}

    parts.write(rows())
    return n_all


def _keep_only(jobs: Iterable[tuple[Page, str]], path: Path, parts: Parts) -> None:
    """Rows of the pages that there still are."""
    held = Rows([path])
    parts.replace(path, (row for page, _ in jobs if (row := held.take(page.page_id))))
