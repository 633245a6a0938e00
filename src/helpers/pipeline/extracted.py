"""Archived pages to records, as a stream: what is in memory does not grow with the number of pages.

``extracted.parquet`` holds one row a page.  It is also what makes a second run quick: a page is extracted again only
if its bytes, the study's choices, or the code and libraries that extract have changed, or if its extraction failed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers import collect
from helpers.collect.extraction import Page, extract_pages
from helpers.collect.imports import RECORDS
from helpers.collect.imports_warc import warc_files
from helpers.data import ledger, schemas
from helpers.extract import newspaper3k
from helpers.study import Study, StudyError

FILE = "extracted.parquet"
BATCH = 500  # rows of a table that are in memory at a time
GROUP = 16_000_000  # characters of text after which rows are written
EXTRA = ("refused", "refusal_detail")
WARC = ("web", "warc")  # kinds of source whose pages lie in WARC files
LIBRARIES = ("trafilatura", "beautifulsoup4", "justext", "htmldate", "courlan", "lxml",
             "lxml-html-clean", "charset-normalizer", "py3langid", "pandas", "python-dateutil")  # fmt: skip
READERS = ("answers.py", "archive.py", "extraction.py", "records.py", "warc_files.py")  # of `helpers.collect`
_TYPES = {"published": schemas.INSTANT, "date_conflict": schemas.YES_NO}
SCHEMA = pa.schema([(name, _TYPES.get(name, schemas.TEXT)) for name in ("key", *RECORDS, *EXTRA)])

Row = dict[str, Any]


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
    """Extract what is not extracted yet; an interrupted run goes on from where it was.

    Returns
    -------
    Path
        ``extracted.parquet``, one row a page, by page_id.

    Raises
    ------
    StudyError
        A WARC file that the pages table names is not there.
    """
    path, version = study.interim / FILE, code_version()
    study.interim.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=study.interim, prefix=".extracting-") as folder:
        fresh, whole = Path(folder) / "fresh.parquet", Path(folder) / FILE
        if not path.exists():
            _write(path, ())
        n_fresh, n_all = None, None
        try:
            n_fresh, n_all = _extract(_jobs(study), path, fresh, version)
        finally:  # interrupted or not, what was extracted is kept
            if fresh.exists() and (n_fresh != 0 or n_all != pq.read_metadata(path).num_rows):
                _merge(_jobs(study), path, fresh, whole, version)
                os.replace(whole, path)
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
    for batch in _file(study.processed / "pages.parquet").iter_batches(BATCH):
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


def _extract(jobs: Iterable[tuple[Page, str]], before: Path, fresh: Path, version: str) -> tuple[int, int]:
    """Extract into `fresh` the pages that `before` has not; how many those are, and how many there are in all."""
    held, n_all, keys = _Rows(before, ["page_id", "key"]), 0, {}

    def missing() -> Iterator[Page]:
        nonlocal n_all
        for page, content in jobs:
            n_all += 1
            key = _key(page, content, version)
            if held.take(page.page_id, key) is None:
                keys[page.page_id] = key
                yield page

    def rows() -> Iterator[Row]:
        for page, record, lasting in extract_pages(missing()):
            key = keys.pop(page.page_id)
            yield record | {"key": key if lasting else "", "covariates": "{}"}

    return _write(fresh, rows()), n_all


def _merge(jobs: Iterable[tuple[Page, str]], path: Path, fresh: Path, whole: Path, version: str) -> None:
    """Rows of the pages, as far as there are any, into `whole`: the fresh ones, and those of `path` that still hold."""
    before, after = _Rows(path), _Rows(fresh)
    rows = ((after.take(page.page_id), before.take(page.page_id, _key(page, c, version))) for page, c in jobs)
    _write(whole, (new or old for new, old in rows if new or old))


def _file(path: Path) -> pq.ParquetFile:
    """A file to read group by group: read ahead, it would stand in memory whole by the end."""
    return pq.ParquetFile(path, pre_buffer=False)


class _Rows:
    """Rows of a file that is sorted by page_id, asked for in that order."""

    def __init__(self, path: Path, columns: list[str] | None = None) -> None:
        file = _file(path)
        known = file.schema_arrow.names == SCHEMA.names
        batches = file.iter_batches(BATCH, columns=columns) if known else ()
        self._rows = (row for batch in batches for row in batch.to_pylist())
        self._next = next(self._rows, None)

    def take(self, page_id: str, key: str | None = None) -> Row | None:
        """The row of a page, made of `key` if that is given."""
        while self._next is not None and self._next["page_id"] < page_id:
            self._next = next(self._rows, None)
        row = self._next if self._next is not None and self._next["page_id"] == page_id else None
        return row if row is None or key is None or (key and row["key"] == key) else None


def _write(path: Path, rows: Iterable[Row]) -> int:
    """Write rows group by group; a file that can be read also when they end in an error."""
    n_rows, waiting, size = 0, [], 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", version="2.6") as writer:
        try:
            for row in rows:
                waiting.append(row)
                n_rows, size = n_rows + 1, size + len(row["text"])
                if len(waiting) >= BATCH or size > GROUP:
                    writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
                    waiting, size = [], 0
        finally:
            writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
    return n_rows
