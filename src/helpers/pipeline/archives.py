"""News archives of a study: what its sources of kind ``archive`` say, and what reading them gave."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pandas as pd

from helpers.collect.archive_items import BACKGROUND, Reading
from helpers.collect.archive_rows import Layout
from helpers.collect.archive_store import Archive, ArchiveStore
from helpers.collect.imports import RECORDS
from helpers.data import ledger
from helpers.study import Source, Study

KIND = "archive"
FILE = "archives.sqlite"

LINES = re.compile(r"\.(?:csv|tsv|jsonl|ndjson)(?:\.gz)?$")  # files whose rows are counted by lines


def has_archives(study: Study) -> bool:
    """Whether the study has a source of kind ``archive``."""
    return any(source.kind == KIND for source in study.sources)


def open_archives(study: Study) -> ArchiveStore:
    """The database of what was read of the study's archives; a context manager."""
    return ArchiveStore(study.interim / FILE, _archives(study), study.entities)


def archive_manifest(study: Study) -> list[Path]:
    """A file with the hash of every file of the study's archives, brought up to date; none without archives."""
    if not has_archives(study):
        return []
    with open_archives(study) as store:
        return [store.manifest()]


def read_archives(study: Study) -> pd.DataFrame:
    """Records of the study's items and of the sample of the others, in the order of the archives.

    Returns
    -------
    DataFrame, columns `RECORDS`, ``archive`` and ``sampled``
    """
    with open_archives(study) as store:
        store.read()
        rows = [
            record | {"archive": archive, "sampled": outcome == BACKGROUND}
            for archive, outcome, record in store.records()
        ]
    records = pd.DataFrame(rows, columns=[*RECORDS, "archive", "sampled"])
    records["published"] = pd.to_datetime(records["published"], utc=True, format="ISO8601").astype(
        "datetime64[us, UTC]"
    )
    return records.assign(flags="", date_conflict=False)


def archive_ledger(study: Study) -> pd.DataFrame:
    """Ledger rows of what gave no record: one a fault, and one an outlet and reason for all that was only counted.

    Returns
    -------
    DataFrame, columns id, outlet, month, outcome, detail
    """
    with open_archives(study) as store:
        store.read()
        faults, uncounted = store.faults(), store.uncounted()
    rows = [
        (_key(f.archive, f.path, f.row, f.outcome), f.outlet, f.outcome, _place(f)) for f in faults.itertuples()
    ] + [
        (_key(u.archive, u.outlet, u.outcome), u.outlet, u.outcome, _number(u)) for u in uncounted.itertuples()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "outlet", "outcome", "detail"]).assign(month=None)


def archive_pages(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pages and ledger rows of the study's archives."""
    records = read_archives(study)
    pages = records[["page_id", "outlet", "address", "archive"]].assign(
        final_address=None, retrieved=pd.Series(pd.NaT, index=records.index, dtype="datetime64[us, UTC]"), status=200,
        sha256=None, offset=records.groupby("archive").cumcount(),
    )  # fmt: skip
    kept = records.rename(columns={"page_id": "id"}).assign(outcome=ledger.KEPT)
    kept["month"] = ledger.local_months(kept, study.timezones)
    shares = {archive.name: archive.reading.background for archive in _archives(study)}
    kept["detail"] = [
        f"background: drawn from the rest with a share of {shares[archive]:g}" if sampled else ""
        for archive, sampled in zip(kept["archive"], kept["sampled"], strict=True)
    ]
    rows = [ledger.entries("collect", part) for part in (kept, archive_ledger(study)) if len(part)]
    return pages, pd.concat(rows, ignore_index=True)


def _archives(study: Study) -> list[Archive]:
    """The study's archives in the order of study.yml, each with a name of its own."""
    names: Counter[str] = Counter()
    archives = []
    for source in study.sources:
        if source.kind != KIND:
            continue
        names[source.path.name] += 1
        turn = names[source.path.name]
        name = source.path.name + (f" ({turn})" if turn > 1 else "")
        layout = Layout(source.records, source.heading)
        reading = _reading(study, source, name)
        archives.append(Archive(source.path, source.glob, layout, reading, source.address))
    return archives


def _reading(study: Study, source: Source, name: str) -> Reading:
    outlets = study.outlets
    homes = {_site(outlet.home): key for key, outlet in outlets.items() if outlet.home}
    places = dict(source.outlets) or homes
    return Reading(
        name=name,
        columns=source.fields,
        covariates=study.covariate_columns(source),
        outlets={key: key for key in outlets} | study.outlets_by_name | places,
        outlet=source.outlet,
        zones=study.timezones,
        languages={key: outlet.language for key, outlet in outlets.items()},
        speaks_for={key: outlet.speaks_for for key, outlet in outlets.items() if outlet.speaks_for},
        headlines=study.headlines,
        pair=study.pair,
        period=(study.start, study.end),
        path_date=source.path_date,
        timezone=source.timezone,
        keep=source.keep or "both",
        background=source.background_share,
    )


def _site(home: str) -> str:
    """Host and path of a home page, as the keys of ``outlets`` are written."""
    host, _, path = home.partition("://")[2].partition("/")
    return f"{host.lower().removeprefix('www.')}/{path}".rstrip("/")


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def _place(fault: tuple) -> str:
    where = f"{fault.archive}/{fault.path}" if fault.path else fault.archive
    counted = "line" if LINES.search(fault.path.lower()) else "item"
    row = f", {counted} {fault.row}" if fault.row else ""
    return f"{where}{row}: {fault.detail or 'its date cannot be read'}" + (f" ({fault.value!r})" if fault.value else "")


def _number(row: tuple) -> str:
    items = f"{row.n_items:,} item{'s'[: row.n_items != 1]} of {row.archive}"
    return items + (f", most often {row.often}" if row.often else "")
