"""Web sources to an archive, and the archive to records."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Iterator

import pandas as pd

from helpers import ledger, tables
from helpers.clean.encoding import decode
from helpers.clean.extract import extract
from helpers.collect.archive import read_page
from helpers.collect.fetch import WebSource, collect_web
from helpers.collect.imports import RECORDS
from helpers.collect.manifest import write_manifest
from helpers.collect.session import Limits
from helpers.practice import NOW, TIMEOUT, build, serve, write_truth
from helpers.study import Study


def fetch(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the study's web sources into ``warc/`` below its raw data; ask for nothing that is there.

    The practice study brings its own web: it is served on loopback while this runs, at its own clock.

    Returns
    -------
    (DataFrame, DataFrame)
        ``pages``, and the ledger rows of this stage.
    """
    with _web(study) as options:
        found = collect_web(
            _sources(study), study.raw / "warc", contact=study.contact, period=(study.start, study.end),
            progress=_told, **options,
        )  # fmt: skip
    rows = found.ledger
    rows["published"] = pd.to_datetime(rows["published"], utc=True)
    rows["month"] = _months(study, rows)
    _manifest(study, found.pages)
    return found.pages[list(tables.SCHEMAS["pages"].columns)], ledger.entries("collect", rows)


@contextlib.contextmanager
def _web(study: Study) -> Iterator[dict[str, object]]:
    """Options of the collector: none for the real web, the invented one's address book for practice."""
    if not study.practice:
        yield {}
        return
    world = build()
    write_truth(world, study.processed)
    with serve(world) as site:
        limits = Limits(pace=0.0, seconds=TIMEOUT, wait=0.01)
        yield {"practice": True, "resolver": site.resolve, "clock": lambda: NOW, "limits": limits}


def _sources(study: Study) -> list[WebSource]:
    return [
        WebSource(
            source.outlet, home=study.outlets[source.outlet].home, feeds=source.feeds, sitemaps=source.sitemaps,
            front=source.front, timezone=study.outlets[source.outlet].timezone,
        )
        for source in study.sources
        if source.kind == "web"
    ]  # fmt: skip


def _months(study: Study, rows: pd.DataFrame) -> pd.Series:
    """The month that a list states for each address, else the one that its neighbours in the list have.

    A page that could not be fetched has no date of its own, and a gap has to lie somewhere: feeds, archives and
    sitemaps list by date, so the nearest dated address of the outlet tells the month.
    """
    stated = ledger.local_months(rows, study.timezones)
    return stated.groupby(rows["outlet"]).transform(lambda months: months.ffill().bfill())


def _told(outlet: str, done: int, every: int) -> None:
    """Progress on a terminal; a notebook's output would differ from run to run."""
    if sys.stderr.isatty():
        print(f"\r{outlet}: {done} of {every}   ", end="\n" if done == every else "", file=sys.stderr)


def _manifest(study: Study, pages: pd.DataFrame) -> None:
    """One row a file of the archive: which outlet's, and when its last page was asked for."""
    licences = {source.outlet: source.licence for source in study.sources if source.kind == "web"}
    last = pages.groupby("archive")["retrieved"].max()
    owner = pages.groupby("archive")["outlet"].first()
    rows = [
        {
            "file": f"warc/{name}", "address": study.outlets[owner[name]].home, "retrieved": last[name].isoformat(),
            "licence": licences.get(owner[name], ""),
        }
        for name in owner.index
    ]  # fmt: skip
    write_manifest(study.raw, pd.DataFrame(rows, columns=["file", "address", "retrieved", "licence"]))


def read_archive(study: Study) -> pd.DataFrame:
    """Records of every archived page that the ledger calls kept, extracted.

    Returns
    -------
    DataFrame, columns of `RECORDS` and ``refused``: why a page gave no text (paywalled, consent_page, …), or empty
    """
    pages, books = tables.read(study.processed, "pages"), tables.read(study.processed, "ledger")
    kept = books.loc[(books["stage"] == "collect") & (books["outcome"] == ledger.KEPT), "id"]
    pages = pages[pages["page_id"].isin(kept)]
    rows = [_record(study, page) for page in pages.itertuples(index=False)]
    records = pd.DataFrame(rows, columns=[*RECORDS, "refused"])
    records["published"] = pd.to_datetime(records["published"], utc=True).astype("datetime64[us, UTC]")
    return records


def _record(study: Study, page: tuple) -> dict[str, object]:
    """One page extracted."""
    answer = read_page(study.raw / "warc" / page.archive, int(page.offset))
    address = page.final_address or page.address
    found = extract(
        decode(answer.body, content_type=answer.header("Content-Type")), address=address,
        extractor=study.analysis.extractor, timezone=study.outlets[page.outlet].timezone,
        now=page.retrieved.to_pydatetime().astimezone(datetime.UTC),
    )  # fmt: skip
    record = {name: getattr(found, name, None) for name in RECORDS}
    flagged = " ".join(sorted({flag for flag, _ in found.flags}))
    told = {"page_id": page.page_id, "outlet": page.outlet, "address": found.canonical or address, "flags": flagged}
    return record | told | {"refused": found.refused}
