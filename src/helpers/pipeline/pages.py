"""What was collected: ``pages``, and ``collect_ledger`` with a row for everything that was found, or failed.

Exports are read where they lie, and news archives file by file (`archives`).  Web sources are asked politely
(`helpers.collect`), and only for what is not held.  WARC files of others give the pages of the study's outlets.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from helpers.collect.archive import PAGES
from helpers.collect.discover import WebSource
from helpers.collect.fetch import collect_web
from helpers.collect.imports_warc import read_warc, warc_files
from helpers.collect.manifest import write_manifest
from helpers.collect.services import Listed, read_list
from helpers.data import ledger, store, tables
from helpers.data.corpus import Corpus
from helpers.pipeline.archives import archive_pages, has_archives
from helpers.pipeline.records import FILES, read_file
from helpers.study import Source, Study, StudyError

WIDTH = 100  # of a line of progress, so that a short one covers a long one
WAS_MARKUP = "its text was HTML, read as paragraphs"

Collected = dict[str, pd.DataFrame]


def collect(corpus: Corpus, *, refresh: bool = False) -> pd.DataFrame:
    """The ``pages`` table, after asking the web for what is not in the archive yet, where the study has web sources.

    Parameters
    ----------
    corpus : Corpus
    refresh : bool
        Ask also whether pages that are there have changed.

    Raises
    ------
    StudyError
        No list of any outlet gave an address; what was archived before is left as it is.
    """
    recipe = corpus.recipes["pages"]
    if recipe.notebook or refresh:
        asking = Corpus(corpus.study, corpus.recipes, may_ask=True, refresh=refresh, say=corpus.say)
        store.remake(asking, recipe)
        corpus.renew()
    return corpus.pages


def make(corpus: Corpus) -> Collected:
    """``pages`` and ``collect_ledger`` from the study's sources."""
    return collected(corpus)


def collected(corpus: Corpus, web: Mapping[str, object] | None = None) -> Collected:
    """Pages and ledger rows of every source.

    Parameters
    ----------
    corpus : Corpus
    web : mapping, optional
        Options of `helpers.collect.fetch.collect_web`: an address book, a clock, limits.
    """
    study = corpus.study
    check_archive_names(study)
    files = [_from_file(corpus, source) for source in study.sources if source.kind in FILES]
    files += [archive_pages(study)] if has_archives(study) else []
    pages, rows = [p for p, _ in files], [r for _, r in files]
    if any(source.kind == "web" for source in study.sources):
        fetched, entered = fetch(study, refresh=corpus.refresh, **(web or {}))
        pages.append(fetched)
        rows.append(entered)
    taken = {page_id for block in pages for page_id in block["page_id"]}
    for source in study.sources:
        if source.kind == "warc":
            imported, entered = import_warc(study, source, taken)
            pages.append(imported)
            rows.append(entered)
    return {"pages": tables.stack("pages", pages), "collect_ledger": tables.stack("collect_ledger", rows)}


def _from_file(corpus: Corpus, source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pages and ledger rows of one export; what was lost of it, or deduced, is told in a line."""
    study = corpus.study
    export = read_file(study, source)
    records, faults = export.records, export.faults
    if export.form_said:
        corpus.say(f"{source.path.name}: {export.form_said}")
    if len(faults):
        first = faults.iloc[0]
        corpus.say(
            f"{source.path.name}: {len(faults):,} of {len(faults) + len(records):,} rows cannot be used (first: "
            f"{first['place']}: {first['detail']}); the ledger has each"
        )
    pages = records[["page_id", "outlet", "address"]].assign(
        final_address=None, retrieved=pd.Series(pd.NaT, index=records.index, dtype="datetime64[us, UTC]"), status=200,
        sha256=None, archive=source.path.name, offset=range(len(records)),
    )  # fmt: skip
    kept = records.rename(columns={"page_id": "id"}).assign(outcome=ledger.KEPT)
    kept["month"] = ledger.local_months(kept, study.timezones)
    kept["detail"] = [
        "; ".join([WAS_MARKUP] * (one in export.markup) + [export.form_said] * (one in export.deduced))
        for one in kept["id"]
    ]
    lost = faults.rename(columns={"reason": "outcome"})
    lost["detail"] = [_fault(row) for row in faults.itertuples()]
    lost["outlet"] = lost["outlet"].replace("", "unknown")
    lost["month"] = ledger.local_months(lost, {**study.timezones, "unknown": "UTC"})
    rows = [ledger.entries("collect", part) for part in (kept, lost) if len(part)]
    return pages, pd.concat(rows, ignore_index=True)


def _fault(fault: tuple) -> str:
    return f"{fault.file}, {fault.place}: {fault.detail}" + (f" ({fault.value!r})" if fault.value else "")


def fetch(study: Study, *, refresh: bool = False, **options: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the study's web sources into ``warc/`` below its raw data; ask for nothing that is there.

    Parameters
    ----------
    study : Study
    refresh : bool
        Ask also for pages that are there, on condition that they changed.
    options : of `helpers.collect.fetch.collect_web`

    Returns
    -------
    (DataFrame, DataFrame)
        ``pages``, and the ledger rows of this stage.

    Raises
    ------
    StudyError
        No list of any outlet gave an address; what was archived before is left as it is.
    """
    collection = collect_web(
        _sources(study), study.raw / "warc", contact=study.contact, period=(study.start, study.end),
        terms=_terms(study), progress=_progress, refresh=refresh, **options,
    )  # fmt: skip
    if len(collection.files):  # the same for every outlet that asks for them
        files = (
            collection.files.drop(columns="outlet").drop_duplicates("address").rename(columns={"published": "begun"})
        )
        files.to_csv(study.raw / "ccnews.csv", index=False, lineterminator="\n")
    for line in damage_lines(collection.summary):
        store.to_standard_error(line)
    if collection.ledger.empty:
        raise StudyError(_nothing_found(study, collection.failed))
    rows = collection.ledger
    rows["published"] = pd.to_datetime(rows["published"], utc=True)
    rows["month"] = _months(study, rows)
    _manifest(study, collection.pages)
    if sys.stderr.isatty():
        print(summary_text(collection.summary), file=sys.stderr)
        if n_cut := int((collection.failed["outcome"] == "cut").sum()):
            print(
                f"{n_cut} sitemaps were not read, for there were too many; collect_ledger names each", file=sys.stderr
            )
    entered = [ledger.entries("collect", part) for part in (rows, failed_lists(collection.failed)) if len(part)]
    return collection.pages[PAGES], pd.concat(entered, ignore_index=True)


def failed_lists(failed: pd.DataFrame) -> pd.DataFrame:
    """Ledger rows of lists and services that could not be read: what they would have named is missing, month unknown.

    Parameters
    ----------
    failed : DataFrame with columns outlet, address, outcome, detail

    Returns
    -------
    DataFrame with columns id (the list's address), outlet, month, outcome (``list_failed:<reason>``), detail
    """
    rows = failed.drop_duplicates(["outlet", "address"]).reset_index(drop=True)
    shared = rows["address"].duplicated(keep=False)
    rows["id"] = rows["address"].where(~shared, rows["address"] + " (" + rows["outlet"] + ")")
    rows["outcome"] = ledger.LIST_FAILED + rows["outcome"]
    return rows.assign(month=None)[["id", "outlet", "month", "outcome", "detail"]]


def damage_lines(summary: pd.DataFrame) -> list[str]:
    """A line for each outlet whose archive holds records that cannot be read.

    >>> damage_lines(pd.DataFrame({"outlet": ["quay", "pier"], "damaged": [2, 0]}))
    ['quay.warc.gz: damaged records were passed over (2) and their pages asked for again; all others are kept']
    """
    hurt = summary[summary["damaged"] > 0] if "damaged" in summary else summary[:0]
    return [
        f"{row.outlet}.warc.gz: damaged records were passed over ({row.damaged}) and their pages asked for again; "
        "all others are kept"
        for row in hurt.itertuples()
    ]


def summary_text(summary: pd.DataFrame) -> str:
    """The summary of a run as a table in plain text: a row an outlet, only outcomes that occurred."""
    table = summary.set_index("outlet")
    table.loc["all"] = table.sum()
    always = ["found", "asked", "not_changed", "kept"]
    return table[[name for name in table if name in always or table.at["all", name]]].to_string()


def import_warc(study: Study, source: Source, taken: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pages and ledger rows of a source of kind ``warc``.

    Parameters
    ----------
    study, source : Study, Source
    taken : set of str
        Keys of pages that other sources gave; those of this source are added.

    Returns
    -------
    (DataFrame, DataFrame)
        ``pages``, and the ledger rows: one a record of an outlet, one a file for all records of other sites.  The month
        of a page is the one in which it was fetched, if that lies in the study's period.
    """
    homes = {key: outlet.home for key, outlet in study.outlets.items()}
    pages, rows = [], []
    for page in read_warc(source.path, homes=homes, outlet=source.outlet, period=(study.start, study.end)):
        key, outcome, detail = page.page_id, page.outcome, page.detail
        if outcome == ledger.KEPT and key in taken:
            key, outcome, detail = f"{key}-{page.offset}", "repeat_of_address", "another source has this page"
        elif outcome == ledger.KEPT:
            taken.add(key)
            final = page.location or page.address
            pages.append((key, page.outlet, page.address, final, page.retrieved, page.status, page.sha256, page.file,
                          page.offset))  # fmt: skip
        else:
            detail = detail or page.file
        rows.append((key, page.outlet or source.outlet or "unknown", page.retrieved, outcome, detail))
    entered = pd.DataFrame(rows, columns=["id", "outlet", "published", "outcome", "detail"])
    entered["published"] = pd.to_datetime(entered["published"], utc=True)
    days = entered["published"].dt.date
    entered["published"] = entered["published"].where((days >= study.start) & (days <= study.end))
    entered["month"] = ledger.local_months(entered, {**study.timezones, "unknown": "UTC"})
    frame = pd.DataFrame(pages, columns=PAGES)
    frame["retrieved"] = pd.to_datetime(frame["retrieved"], utc=True).astype("datetime64[us, UTC]")
    return frame, ledger.entries("collect", entered)


def check_archive_names(study: Study) -> None:
    """Raise if two WARC files would have one name in the pages table.

    Raises
    ------
    StudyError
        With the name.
    """
    own = [f"{source.outlet}.warc.gz" for source in study.sources if source.kind == "web"]
    names = [*dict.fromkeys(own)]
    for source in study.sources:
        if source.kind == "warc":
            names += warc_files(source.path)
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise StudyError(f"study {study.name!r}: two archives are called {twice[0]}; rename the imported one")


def _nothing_found(study: Study, failed: pd.DataFrame) -> str:
    """One line for a day without a network, or a study whose lists are all wrong."""
    outlets = len({source.outlet for source in study.sources if source.kind == "web"})
    outcomes = ", ".join(f"{n} {name}" for name, n in failed["outcome"].value_counts().items()) or "all empty"
    return (
        f"{study.name}: the lists of {outlets} outlet{'s'[: outlets != 1]} gave no address ({outcomes}); is this "
        f"machine on the network? `python -m helpers check {study.name}` tries each list and says what came of it"
    )


def _sources(study: Study) -> list[WebSource]:
    return [
        WebSource(
            source.outlet, home=outlet.home, hosts=outlet.hosts, feeds=source.feeds,
            sitemaps=source.sitemaps, front=source.front,
            listed=_listed(study, source, outlet.timezone),
            services=source.services, mediacloud=source.mediacloud, only_named=source.filter == "terms",
            timezone=outlet.timezone, language=outlet.language, speaks_for=outlet.speaks_for or "",
        )
        for source in study.sources
        if source.kind == "web"
        for outlet in (study.outlets[source.outlet],)
    ]  # fmt: skip


def _listed(study: Study, source: Source, timezone: str) -> tuple[Listed, ...]:
    if source.addresses is None:
        return ()
    return read_list(source.addresses, timezone=timezone, practice=study.practice)


def _terms(study: Study) -> dict[str, dict[str, tuple[str, ...]]]:
    """Names of the two states, by language."""
    return {
        language: {state: study.entities[state].get(language, ()) for state in study.pair}
        for language in study.languages
    }


def _months(study: Study, rows: pd.DataFrame) -> pd.Series:
    """The month that a list states for each address, else the one that its neighbours in the list have.

    A page that could not be fetched has no date of its own, and a gap has to lie somewhere: feeds, archives and
    sitemaps list by date, so the nearest dated address of the outlet tells the month.
    """
    stated = ledger.local_months(rows, study.timezones)
    return stated.groupby(rows["outlet"]).transform(lambda months: months.ffill().bfill())


def _progress(outlet: str, done: int, every: int, note: str) -> None:
    """Progress on a terminal; a notebook's output would differ from run to run."""
    if sys.stderr.isatty():
        words = f"{outlet}: {done} of {every}{'; ' if note else ''}{note}"
        print(f"\r{words:<{WIDTH}}", end="\n" if done == every else "", file=sys.stderr)


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
