"""Collect an outlet: discover, ask for each address once, archive every answer, and account for each.

Outlets run side by side, and the addresses of one outlet in a window of their own (`helpers.collect.turns`), so that
an archive holds its records in the order of discovery whatever the network does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.collect.addresses import Resolve
from helpers.collect.archive import Archive, ArchiveError
from helpers.collect.discover import Discovery, Terms, WebSource, discover
from helpers.collect.services import Services
from helpers.collect.session import Clock, Limits, Session
from helpers.collect.turns import KEPT, LEDGER, Progress, Turns, Wishes

__all__ = ["KEPT", "LEDGER", "OUTCOMES", "Collected", "Progress", "WebSource", "collect_web"]

OUTCOMES = (
    "kept", "redirected", "robots_refused", "gone", "not_found", "forbidden", "paywalled", "consent_page", "challenge",
    "timed_out", "too_large", "unreachable", "server_error", "not_html", "partial", "no_content", "refused_address",
    "outside_period", "off_subject",
)  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """What a run gave.

    Attributes
    ----------
    pages : DataFrame
        The ``pages`` table: every address that was ever asked, with its latest answer.
    ledger : DataFrame with columns id, outlet, address, published, outcome, detail
        One row an address found, in the order of discovery: ``kept``, or the reason why there is no page.
        `published` is what a list states.
    failed : DataFrame with columns outlet, address, outcome, detail
        Lists and services that could not be read, or not to the end.
    files : DataFrame with columns outlet, address, published
        Archives of others that lie in the period, such as the WARC files of CC-NEWS: listed, not fetched.
    summary : DataFrame with columns outlet, found, asked, not_changed, and one for each outcome
        One row an outlet; `found` is the sum of the outcomes, `asked` is what this run sent requests for, and
        `not_changed` how many of those were told to keep what they have.
    """

    pages: pd.DataFrame
    ledger: pd.DataFrame
    failed: pd.DataFrame
    files: pd.DataFrame
    summary: pd.DataFrame


def collect_web(
    sources: list[WebSource],
    folder: Path,
    *,
    contact: str,
    period: tuple[dt.date, dt.date] | None = None,
    terms: Terms | None = None,
    services: Services | None = None,
    practice: bool = False,
    resolver: Resolve | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
    refresh: bool = False,
    progress: Progress | None = None,
) -> Collected:
    """Discover, fetch and archive; run again, it asks only for what it has no answer to.

    Parameters
    ----------
    sources : list of WebSource
        Several for one outlet are put together.
    folder : Path
        Where the WARC files go.
    contact : str
        Address in the user agent.
    period : (date, date), optional
        Addresses that a feed or news sitemap dates outside it, by more than a day, are not asked for; nor
        those last changed before it.
    terms : mapping of language to mapping of entity to names, optional
        What services are asked for, and what a source with a filter must name.
    services : Services, optional
        Where services are, and how often each may be asked.
    practice : bool
    resolver : callable ``host -> (ip, port)``, optional
        For practice hosts.
    clock : callable, optional
    limits : Limits, optional
    refresh : bool
        Ask again for pages that are held, on condition that they changed.
    progress : callable (outlet, n_done, n_all), optional

    Returns
    -------
    Collected

    Raises
    ------
    ArchiveError
        An archive cannot be written or is damaged; every other outlet stops too, and a later run goes on from there.
    """
    limits = limits or Limits(pace=0.0 if practice else Limits.pace)
    services = services or Services()  # one for all outlets, which share some of its answers
    wishes = Wishes(period, refresh)
    failures: list[BaseException] = []

    async def _all_outlets() -> list[tuple[pd.DataFrame, ...]]:
        async with Session(
            contact=contact, practice=practice, resolver=resolver, clock=clock, limits=limits
        ) as session:
            find = partial(discover, session, period=period, terms=terms, services=services)
            jobs = [
                _outlet(find, session, outlet, parts, folder, wishes, progress)
                for outlet, parts in sorted(_by_outlet(sources).items())
            ]
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(job) for job in jobs]
            except* ArchiveError as group:
                failures.extend(_leaves(group))
            return [task.result() for task in tasks] if not failures else []

    parts = run(_all_outlets)
    if failures:
        raise failures[0]
    pages, ledger, failed, files, summary = (
        pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True)
    )
    counts = summary.columns.drop("outlet")
    summary[counts] = summary[counts].fillna(0).astype(int)
    return Collected(pages.sort_values("page_id", ignore_index=True), ledger, failed, files, summary)


def _by_outlet(sources: list[WebSource]) -> dict[str, list[WebSource]]:
    if not sources:
        raise ValueError("no source of kind web; add one to study.yml, or leave collecting out")
    outlets: dict[str, list[WebSource]] = {}
    for source in sources:
        outlets.setdefault(source.outlet, []).append(source)
    return outlets


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run to the end, also from a notebook, whose kernel has an event loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def _leaves(group: BaseExceptionGroup) -> list[BaseException]:
    """The errors in a group of errors, however deep."""
    return [
        leaf for one in group.exceptions for leaf in (_leaves(one) if isinstance(one, BaseExceptionGroup) else [one])
    ]


async def _outlet(
    find: Callable[[WebSource], Coroutine[Any, Any, Discovery]],
    session: Session,
    outlet: str,
    parts: list[WebSource],
    folder: Path,
    wishes: Wishes,
    progress: Progress | None,
) -> tuple[pd.DataFrame, ...]:
    discovery = Discovery()
    for part in parts:
        discovery.merge(await find(part))
    with Archive(folder, outlet) as archive:
        work = Turns(session, archive, discovery, wishes)
        await work.run(progress)
        failed = [(outlet, a.address, a.outcome, a.detail) for a in discovery.failed]
        return (
            archive.pages(),
            work.ledger(),
            pd.DataFrame(failed, columns=["outlet", "address", "outcome", "detail"]),
            pd.DataFrame([(outlet, *file) for file in discovery.files], columns=["outlet", "address", "published"]),
            _summary(outlet, work),
        )


def _summary(outlet: str, work: Turns) -> pd.DataFrame:
    """One row: what was found, what this run asked for, and what became of it all."""
    outcomes = Counter(outcome for _, outcome, _ in work.done.values())
    n_asked = sum(n for said, n in work.news.items() if said != "held")
    row = {"outlet": outlet, "found": len(work.done), "asked": n_asked, "not_changed": work.news["not_modified"]}
    row |= {"damaged": work.n_damaged} if work.n_damaged else {}
    return pd.DataFrame([row | {name: outcomes.pop(name, 0) for name in OUTCOMES} | dict(sorted(outcomes.items()))])
