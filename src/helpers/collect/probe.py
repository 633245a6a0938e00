"""Try an address and tell what is there: which answer, what robots.txt allows, what kind of list, how fresh.

Nothing is archived: this is for the day on which somebody draws up or mends a list of outlets.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.collect.addresses import Resolve, canonical
from helpers.collect.fetch import run
from helpers.collect.list_pool import ANY, read_list
from helpers.collect.session import Clock, Limits, Session

POLITE = Limits(seconds=30.0, tries=2)  # one visit to each address: a site that is down now is told as such


@dataclass(frozen=True)
class Probe:
    """One address to try: whose it is, and what the study says it is (home, feed, sitemap, front)."""

    outlet: str
    role: str
    address: str
    timezone: str = "UTC"


@dataclass(frozen=True)
class Seen:
    """What came of trying one address.

    Attributes
    ----------
    outcome : str
        ``ok``, or the reason as the ledger has it.
    kind : str
        ``feed``, ``sitemap``, ``sitemap index``, ``page``, ``other``; empty without an answer.
    n_items : int
        Entries of a feed, addresses of a sitemap, links of a page to what may be articles of its site.
    newest : datetime or None
        The latest date that a feed or sitemap states.
    titles : tuple of str
        Title and summary of each item, where the list gives them.
    robots : str
        ``allowed`` (also when there is no robots.txt), ``refused``, or ``unreadable``, which refuses.
    crawl_delay : float or None
        Seconds that robots.txt asks for.
    robots_sitemaps : tuple of str
        Sitemaps that robots.txt names.
    seconds : float
        From asking to the last byte, waiting for the host's turn included.
    """

    probe: Probe
    outcome: str
    detail: str
    status: int
    kind: str
    n_items: int
    newest: dt.datetime | None
    titles: tuple[str, ...]
    robots: str
    crawl_delay: float | None
    robots_sitemaps: tuple[str, ...]
    retrieved: dt.datetime
    seconds: float


def probe(
    probes: Iterable[Probe],
    *,
    contact: str,
    practice: bool = False,
    resolver: Resolve | None = None,
    clock: Clock | None = None,
    limits: Limits = POLITE,
) -> list[Seen]:
    """Try every address once, hosts side by side, each host at its own pace.

    Parameters
    ----------
    probes : iterable of Probe
    contact : str
        Address in the user agent.
    practice, resolver, clock, limits
        As of `helpers.collect.session.Session`.

    Returns
    -------
    list of Seen
        In the order of `probes`.
    """
    wanted = list(probes)

    async def _all() -> list[Seen]:
        async with Session(
            contact=contact, practice=practice, resolver=resolver, clock=clock, limits=limits
        ) as session:
            async with asyncio.TaskGroup() as group:
                outlets = {one.outlet for one in wanted}
                tasks = [group.create_task(_outlet(session, wanted, outlet)) for outlet in sorted(outlets)]
            by_place = {place: seen for task in tasks for place, seen in task.result().items()}
            return [by_place[place] for place in range(len(wanted))]

    return run(_all)


async def _outlet(session: Session, wanted: list[Probe], outlet: str) -> dict[int, Seen]:
    """The addresses of one outlet, one after the other."""
    return {place: await _try(session, one) for place, one in enumerate(wanted) if one.outlet == outlet}


async def _try(session: Session, wanted: Probe) -> Seen:
    begun = time.monotonic()
    answer = await session.follow(canonical(wanted.address))
    seconds = time.monotonic() - begun
    rules = await session.robots(answer.address)
    kind, links, fault = "", [], ""
    if answer.outcome == "ok":
        kind, links, fault = await read_list(ANY, answer, wanted.timezone)
    return Seen(
        probe=wanted, outcome=answer.outcome, detail=answer.detail or fault, status=answer.status, kind=kind,
        n_items=len(links), newest=max((link.stated for link in links if link.stated), default=None),
        titles=tuple(link.words for link in links if link.words),
        robots="allowed" if rules.allowed else "unreadable" if rules.refusal else "refused",
        crawl_delay=rules.crawl_delay, robots_sitemaps=rules.sitemaps, retrieved=answer.retrieved, seconds=seconds,
    )  # fmt: skip
