"""Sources to an archive that every later stage reads, with every item found in the ledger."""

from __future__ import annotations

import pandas as pd

from helpers.data import ledger, tables
from helpers.pipeline.counts import import_counts
from helpers.pipeline.fetched import check_archive_names, fetch, import_warc
from helpers.pipeline.records import FILES, read_file
from helpers.study import Source, Study


def collect(study: Study, *, refresh: bool = False) -> pd.DataFrame:
    """Collect what the study's sources name; write ``pages`` and the ledger of this stage.

    What is in the archive is not asked for again, unless `refresh` asks whether it changed.  A study of shared counts
    is read back whole, its ledger included.

    Returns
    -------
    DataFrame: the ``pages`` table, as written
    """
    counts = [source for source in study.sources if source.kind == "counts"]
    if counts:
        for source in counts:
            import_counts(study, source.path)
        tables.write(study.processed, "pages", tables.empty("pages"))
        return tables.read(study.processed, "pages")
    check_archive_names(study)
    files = [_from_file(study, source) for source in study.sources if source.kind in FILES]
    pages, rows = [tables.empty("pages"), *(p for p, _ in files)], [r for _, r in files]
    if any(source.kind == "web" for source in study.sources):
        fetched, entered = fetch(study, refresh=refresh)
        pages.append(fetched)
        rows.append(entered)
    taken = {page_id for block in pages for page_id in block["page_id"]}
    for source in study.sources:
        if source.kind == "warc":
            imported, entered = import_warc(study, source, taken)
            pages.append(imported)
            rows.append(entered)
    held = [block for block in pages if len(block)] or pages[:1]
    tables.write(study.processed, "pages", pd.concat(held, ignore_index=True))
    tables.write(study.processed, "ledger", pd.concat(rows, ignore_index=True))
    return tables.read(study.processed, "pages")


def _from_file(study: Study, source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pages and ledger rows of one export."""
    found = read_file(study, source)
    records, faults = found.records, found.faults
    pages = records[["page_id", "outlet", "address"]].assign(
        final_address=None, retrieved=pd.Series(pd.NaT, index=records.index, dtype="datetime64[us, UTC]"), status=200,
        sha256=None, archive=source.path.name, offset=range(len(records)),
    )  # fmt: skip
    kept = records.rename(columns={"page_id": "id"}).assign(outcome=ledger.KEPT)
    kept["month"] = ledger.local_months(kept, study.timezones)
    lost = faults.rename(columns={"reason": "outcome"})
    lost["detail"] = [_told(row) for row in faults.itertuples()]
    lost["outlet"] = lost["outlet"].replace("", "unknown")
    lost["month"] = ledger.local_months(lost, {**study.timezones, "unknown": "UTC"})
    rows = [ledger.entries("collect", part) for part in (kept, lost) if len(part)]
    return pages, pd.concat(rows, ignore_index=True)


def _told(fault: tuple) -> str:
    return f"{fault.file}, row {fault.row}: {fault.detail}" + (f" ({fault.value!r})" if fault.value else "")
