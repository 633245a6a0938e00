"""Try every address of a study, and tell a researcher which of them can be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.collect.addresses import canonical
from helpers.collect.probe import Probe, Seen, probe
from helpers.data import tables
from helpers.data.schemas import SCHEMAS
from helpers.study import Outlet, Study, StudyError
from helpers.text.relevance import entities_named

FITS = {  # what an address may turn out to be, by what the study takes it for
    "home": ("page",),
    "front": ("page",),
    "feed": ("feed",),
    "sitemap": ("sitemap", "sitemap index"),
}
HEADINGS = (
    "outlet", "role", "outcome", "status", "kind", "items", "newest", "both", "robots", "delay", "seconds", "address"
)  # fmt: skip


def check_addresses(study: Study, web: Mapping[str, object] | None = None) -> pd.DataFrame:
    """Ask each address of the study once, politely, and write ``address_checks``; its folder is left alone.

    Parameters
    ----------
    study : Study
    web : mapping, optional
        Options of `helpers.collect.probe.probe`: an address book, a clock, limits.

    Returns
    -------
    DataFrame: the ``address_checks`` table, as written

    Raises
    ------
    StudyError
        The study has no address to try.
    """
    wanted = addresses(study)
    if not wanted:
        raise StudyError(f"{study.name}: no address to try; give outlets a home, or sources of kind web their feeds")
    seen = probe(wanted, contact=study.contact, **(web or {}))
    rows = pd.DataFrame([_row(one) for one in seen])
    rows["n_both"] = pd.array([names_both(study, one.probe.outlet, one.titles) for one in seen], dtype="Int64")
    for column in ("newest", "retrieved"):
        rows[column] = pd.to_datetime(rows[column], utc=True).astype("datetime64[us, UTC]")
    tables.write(study.processed, "address_checks", rows[list(SCHEMAS["address_checks"].columns)])
    return tables.read(study.processed, "address_checks")


def addresses(study: Study) -> list[Probe]:
    """Every address that the study names, once an outlet: home pages, then feeds, sitemaps and front pages."""
    probes: dict[tuple[str, str], Probe] = {}
    for outlet in study.outlets.values():
        listed = [("home", outlet.home)] if outlet.home else []
        for source in study.sources:
            if source.kind == "web" and source.outlet == outlet.id:
                listed += [("feed", address) for address in source.feeds]
                listed += [("sitemap", address) for address in source.sitemaps]
                listed += [("front", address) for address in source.front]
        for role, address in listed:
            probes.setdefault((outlet.id, canonical(address)), Probe(outlet.id, role, address, outlet.timezone))
    return list(probes.values())


def _row(seen: Seen) -> dict[str, object]:
    names = (
        "outcome",
        "detail",
        "status",
        "kind",
        "n_items",
        "newest",
        "robots",
        "crawl_delay",
        "retrieved",
        "seconds",
    )
    fits = seen.outcome == "ok" and seen.kind in FITS[seen.probe.role]
    fits &= seen.n_items > 0 or seen.probe.role == "home"  # a home page may be all script; lists may not
    return {
        "outlet": seen.probe.outlet, "role": seen.probe.role, "address": seen.probe.address, "usable": fits,
        "robots_sitemaps": " ".join(seen.robots_sitemaps), **{name: getattr(seen, name) for name in names},
    }  # fmt: skip


def names_both(study: Study, outlet: str, titles: Sequence[str]) -> int | None:
    """How many titles name both states, or the other one where the outlet speaks for one; none without titles."""
    if not titles:
        return None
    speaker = study.outlets[outlet]
    named = entities_named(
        pd.DataFrame({"text": list(titles)}).assign(language=speaker.language), entities=study.entities
    )
    needed = set(study.pair) - {speaker.speaks_for}
    return sum(needed <= names for names in named)


def report_lines(checks: pd.DataFrame, outlets: Mapping[str, Outlet]) -> list[str]:
    """The table for a terminal, what is wrong, the lines to paste into study.yml, and a summary line.

    Parameters
    ----------
    checks : DataFrame, the ``address_checks`` table
    outlets : mapping of id to Outlet
    """
    order = {key: place for place, key in enumerate(outlets)}
    rows = checks.sort_values("outlet", key=lambda column: column.map(order), kind="stable")
    zones = {key: outlet.timezone for key, outlet in outlets.items()}
    cells = [HEADINGS, *(_cells(row, zones[row.outlet]) for row in rows.itertuples(index=False))]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return [*table, *_troubles(rows), *_seen_well(checks, outlets), "", summary(checks)]


def _cells(row: tuple, zone: str) -> tuple[str, ...]:
    newest = "-" if pd.isna(row.newest) else f"{row.newest.tz_convert(zone):%Y-%m-%d}"
    return (
        row.outlet, row.role, row.outcome, str(row.status or "-"), row.kind or "-", f"{row.n_items:,}",
        newest, "-" if pd.isna(row.n_both) else f"{row.n_both:.0f}",
        row.robots, "-" if pd.isna(row.crawl_delay) else f"{row.crawl_delay:g}", f"{row.seconds:.1f}", row.address,
    )  # fmt: skip


def _troubles(rows: pd.DataFrame) -> list[str]:
    """Why an address cannot be used, and which sitemaps a robots.txt names that the study does not."""
    lines = [
        f"{row.outlet}, {row.role} {row.address}: {_why(row)}" for row in rows[~rows["usable"]].itertuples(index=False)
    ]
    known = set(rows["address"])
    for outlet, named in rows.groupby("outlet", sort=False)["robots_sitemaps"]:
        more = sorted({address for text in named for address in text.split()} - known)
        lines += [f"{outlet}, not in study.yml: sitemap {address} (robots.txt)" for address in more]
    return ["", *lines] if lines else []


def _why(row: tuple) -> str:
    if row.outcome != "ok":
        return f"{row.outcome}{f', {row.detail}' if row.detail else ''}"
    if row.kind not in FITS[row.role]:
        return f"answered, but it is {'no list' if row.kind == 'other' else f'a {row.kind}'}"
    return "answered, but holds no item"


def _seen_well(checks: pd.DataFrame, outlets: Mapping[str, Outlet]) -> list[str]:
    """For each outlet whose addresses all answered, the line that says so in study.yml."""
    fine = checks.groupby("outlet")["usable"].all()
    days = checks.groupby("outlet")["retrieved"].max().dt.date
    lines = [
        f"  {key}:    verified: {days[key]}"
        for key, outlet in outlets.items()
        if fine.get(key, False) and (outlet.verified is None or outlet.verified < days[key])
    ]
    return ["", "All addresses answered; to paste into study.yml:", *lines] if lines else []


def summary(checks: pd.DataFrame) -> str:
    """One line: how many addresses answered as they should, and what became of the others."""
    lost = checks.loc[checks["outcome"] != "ok", "outcome"].value_counts()
    other = int((~checks["usable"] & (checks["outcome"] == "ok")).sum())
    parts = [f"{checks['usable'].sum()} answered as they should"]
    parts += [f"{other} answered otherwise"] if other else []
    parts += [f"{n} {name}" for name, n in sorted(lost.items(), key=lambda item: (-item[1], item[0]))]
    mute = int(((checks["robots"] == "unreadable") & (checks["outcome"] == "robots_refused")).sum())
    parts += [f"{mute} of these because robots.txt could not be read"] if mute else []
    n = checks["outlet"].nunique()
    return f"{n} outlet{'s'[: n != 1]}, {len(checks)} addresses: {', '.join(parts)}"
