"""Collect an outlet: discover, ask for each address once, archive every answer, and account for each.

Outlets run side by side, the addresses of one outlet one after the other, so that an archive holds its
records in the order of discovery whatever the network does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.clean.encoding import decode
from helpers.clean.extract import extract
from helpers.collect.addresses import Resolve
from helpers.collect.answers import Answer
from helpers.collect.archive import Archive
from helpers.collect.discover import Discovery, Found, discover
from helpers.collect.session import Clock, Limits, Session

KEPT, FETCHED = "kept", "fetched"
LEDGER = ["id", "outlet", "address", "published", "outcome", "detail"]
SLACK = dt.timedelta(days=1)  # a list's date may be a day off the outlet's own
MAX_HOPS = 5
_BARRIER_HINT = re.compile(r"isAccessibleForFree|subscri|подпис|передплат|구독|订阅|訂閱|consent|cookie", re.IGNORECASE)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class WebSource:
    """One outlet's place on the web."""

    outlet: str
    home: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    front: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    timezone: str = "UTC"


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
        Lists that could not be read.
    """

    pages: pd.DataFrame
    ledger: pd.DataFrame
    failed: pd.DataFrame


def collect_web(
    sources: list[WebSource],
    folder: Path,
    *,
    contact: str,
    period: tuple[dt.date, dt.date] | None = None,
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
    """
    limits = limits or Limits(pace=0.0 if practice else Limits.pace)

    async def _all_outlets() -> list[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
        async with Session(
            contact=contact, practice=practice, resolver=resolver, clock=clock, limits=limits
        ) as session:
            jobs = [
                _outlet(session, outlet, parts, folder, period, refresh, progress)
                for outlet, parts in sorted(_by_outlet(sources).items())
            ]
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(job) for job in jobs]
            return [task.result() for task in tasks]

    parts = _run(_all_outlets)
    pages, ledger, failed = (pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
    return Collected(pages.sort_values("page_id", ignore_index=True), ledger, failed)


def _by_outlet(sources: list[WebSource]) -> dict[str, list[WebSource]]:
    if not sources:
        raise ValueError("no source of kind web; add one to study.yml, or leave collecting out")
    found: dict[str, list[WebSource]] = {}
    for source in sources:
        found.setdefault(source.outlet, []).append(source)
    return found


def _run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run to the end, also from a notebook, whose kernel has an event loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def _outlet(
    session: Session,
    outlet: str,
    parts: list[WebSource],
    folder: Path,
    period: tuple[dt.date, dt.date] | None,
    refresh: bool,
    progress: Progress | None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    found = Discovery()
    for part in parts:
        one = await discover(
            session, home=part.home, feeds=part.feeds, sitemaps=part.sitemaps, front=part.front,
            addresses=part.addresses, timezone=part.timezone,
        )  # fmt: skip
        for entry in one.found.values():
            for source in entry.sources:
                found.add(entry.address, source, entry.stated)
        found.failed += one.failed
    with Archive(folder, outlet) as archive:
        work = _Work(session, archive, period, refresh, found)
        while work.queue:
            await work.step()
            if progress:
                progress(outlet, len(work.done), len(work.done) + len(work.queue))
        failed = [(outlet, a.address, a.outcome, a.detail) for a in found.failed]
        return archive.pages(), work.ledger(), pd.DataFrame(failed, columns=["outlet", "address", "outcome", "detail"])


class _Work:
    """The addresses of one outlet, each dealt with once."""

    def __init__(
        self,
        session: Session,
        archive: Archive,
        period: tuple[dt.date, dt.date] | None,
        refresh: bool,
        found: Discovery,
    ) -> None:
        self.session, self.archive, self.period, self.refresh = session, archive, period, refresh
        self.queue = list(found.found.values())
        self.hops: dict[str, int] = {}
        self.done: dict[str, tuple[Found, str, str]] = {}

    async def step(self) -> None:
        """Deal with the next address."""
        entry = self.queue.pop(0)
        if entry.address in self.done:
            return
        if self._is_outside(entry):
            self.done[entry.address] = entry, "outside_period", f"listed as of {entry.stated.date()}"
            return
        held = self.archive.entries.get(entry.address)
        if held is None or (self.refresh and held.outcome != "redirected"):
            answer = await self.session.get(entry.address, validators=_validators(held))
            held = self.archive.add(_judged(answer))
        outcome, detail = held.outcome, held.detail
        if outcome == "redirected":
            outcome, detail = self._follow(entry, held.location)
        self.done[entry.address] = entry, KEPT if outcome == FETCHED else outcome, detail

    def ledger(self) -> pd.DataFrame:
        """One row an address found, in the order of discovery."""
        pages = self.archive.pages().set_index("address")["page_id"]
        rows = [
            (pages.get(address, address), self.archive.outlet, address, entry.stated, outcome, detail)
            for address, (entry, outcome, detail) in self.done.items()
        ]
        frame = pd.DataFrame(rows, columns=LEDGER)
        frame["published"] = pd.to_datetime(frame["published"], utc=True).astype("datetime64[us, UTC]")
        return frame

    def _is_outside(self, entry: Found) -> bool:
        if self.period is None or entry.stated is None:
            return False
        start, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in self.period)
        if entry.stated < start - SLACK:
            return True
        return entry.stated > end + dt.timedelta(days=1) + SLACK and bool({"feed", "news"} & set(entry.sources))

    def _follow(self, entry: Found, target: str) -> tuple[str, str]:
        """A redirect's target becomes an address of its own, if it may."""
        hops = self.hops.get(entry.address, 0) + 1
        if hops > MAX_HOPS:
            return "unreachable", f"more than {MAX_HOPS} redirects"
        if target not in self.done and all(other.address != target for other in self.queue):
            self.hops[target] = hops
            self.queue.insert(0, replace(entry, address=target))
        return "redirected", target


def _validators(held: Any) -> Mapping[str, str]:
    """Conditions on which a page that is held is asked for again."""
    if held is None or held.offset is None:
        return {}
    pairs = {"If-None-Match": held.etag, "If-Modified-Since": held.modified}
    return {name: value for name, value in pairs.items() if value}


def _judged(answer: Answer) -> Answer:
    """An answer under the name it has in the ledger; a page that keeps its article back is named as such."""
    if answer.outcome == "redirect":
        return replace(answer, outcome="redirected")
    if answer.outcome != "ok":
        return answer
    kind = answer.header("Content-Type").split(";")[0].strip().lower()
    if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return replace(answer, outcome="not_html", detail=kind, body=b"")
    html = decode(answer.body, content_type=answer.header("Content-Type"))
    if _BARRIER_HINT.search(html):
        refused = extract(html, address=answer.address)
        if refused.refused in ("paywalled", "consent_page"):
            return replace(answer, outcome=refused.refused, detail=refused.flags[0][1])
    return replace(answer, outcome=FETCHED, detail="")
