"""The addresses of one outlet, each dealt with once, answered in any order and archived in the order of discovery.

A window of addresses is fetched ahead.  An answer that comes before its turn waits in the archive's second file, so
that of a run that is killed only the requests under way are asked again: at most `Limits.per_host` at a host, and one
where robots.txt names a delay.  Lists and robots.txt are read anew by every run.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from helpers.collect.answers import Answer
from helpers.collect.archive import DAMAGED, PASSING, Archive, Entry, page_key
from helpers.collect.barriers import barrier
from helpers.collect.discover import PUBLISHED, Discovery, Found
from helpers.collect.hosts import UNREAD
from helpers.collect.session import Session

KEPT, FETCHED = "kept", "fetched"
LEDGER = ["id", "outlet", "address", "published", "outcome", "detail"]
SLACK = dt.timedelta(days=1)  # a list's date may be a day off the outlet's own
AGAIN = dt.timedelta(hours=6)  # after which a later run asks again for what failed and may have passed
MAX_HOPS = 5
AHEAD = 4  # addresses in the window for each request that may be under way
HTML = ("text/html", "application/xhtml+xml", "text/plain")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Wishes:
    """What a run is to ask for: the period, and whether pages that are held are asked for again."""

    period: tuple[dt.date, dt.date] | None = None
    refresh: bool = False


class Turns:
    """The work on one outlet.

    Attributes
    ----------
    done : dict of address to (Found, outcome, detail)
        In the order of discovery, the target of a redirect after it.
    news : Counter
        What this run was told, by outcome; ``held`` for what an earlier run was told.
    n_damaged : int
        Records of the archive that could not be read; their pages are asked for again.
    """

    def __init__(self, session: Session, archive: Archive, discovery: Discovery, wishes: Wishes) -> None:
        self.session, self.archive, self.wishes = session, archive, wishes
        self.queue = deque(discovery.entries.values())
        self.known = set(discovery.entries)
        self.hops: dict[str, int] = {}
        self.done: dict[str, tuple[Found, str, str]] = {}
        self.news: Counter[str] = Counter()
        self._under_way: dict[str, asyncio.Task[Answer | None]] = {}
        self._head = ""
        self.n_damaged = len(archive.damaged)
        again = [one.address for one in archive.damaged if one.address and one.address not in self.known]
        self.queue += map(Found, again)  # also what no list names any more
        self.known.update(again)

    async def run(self, progress: Progress | None = None) -> None:
        """Deal with every address.

        Raises
        ------
        ArchiveError
            The archive cannot be written; whatever was written stays.
        """
        try:
            while self.queue:
                self._fetch_ahead()
                await self._step(self.queue.popleft())
                if progress:
                    progress(self.archive.outlet, len(self.done), len(self.done) + len(self.queue))
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def ledger(self) -> pd.DataFrame:
        """One row an address found, in the order of discovery, then one a damaged record that nothing tells of."""
        outlet = self.archive.outlet
        rows = [
            (page_key(outlet, address), outlet, address, entry.stated, outcome, detail)
            for address, (entry, outcome, detail) in self.done.items()
        ]
        name = self.archive.path.name
        rows += [
            (f"{name} at {one.start}", outlet, "", None, DAMAGED, f"{one.reason}; which page it held cannot be told")
            for one in self.archive.damaged
            if not one.address
        ]
        frame = pd.DataFrame(rows, columns=LEDGER)
        frame["published"] = pd.to_datetime(frame["published"], utc=True).astype("datetime64[us, UTC]")
        return frame

    def _fetch_ahead(self) -> None:
        """Start requests for the first addresses of the queue, as many as the window holds."""
        self._head = self.queue[0].address
        for entry in itertools.islice(self.queue, AHEAD * self.session.limits.per_host):
            address = entry.address
            if address not in self._under_way and self._is_asked(entry):
                self._under_way[address] = asyncio.create_task(self._ask(address))

    def _is_asked(self, entry: Found) -> bool:
        """Whether this run has to ask for an address."""
        address, held = entry.address, self.archive.entries.get(entry.address)
        if address in self.done or address in self.archive.early or self._reason(entry):
            return False
        if held is None or self.archive.is_damaged(address):
            return True
        if self.wishes.refresh:
            return held.outcome != "redirected"
        return _may_pass(held) and self.session.clock() - held.retrieved >= AGAIN

    async def _ask(self, address: str) -> Answer | None:
        """The answer for an address; None when it came early and lies in the archive's second file."""
        held = self.archive.entries.get(address)
        conditions = _validators(held)
        answer = await self.session.get(address, validators=conditions)
        if answer.outcome == "not_modified" and not conditions:  # of what, nobody knows
            answer = replace(answer, outcome="server_error", detail="304, though nothing was held")
        answer = judged(answer)
        if address != self._head:
            self.archive.add_early(answer)
            return None
        return answer

    async def _step(self, entry: Found) -> None:
        """Put the next address in its place."""
        address = entry.address
        if address in self.done:
            return
        if reason := self._reason(entry):
            self.done[address] = entry, *reason
            return
        task = self._under_way.pop(address, None)
        answer = await task if task else None
        if answer is not None:
            said, held = answer.outcome, self.archive.add(answer)
        elif address in self.archive.early:
            said, held = self.archive.early[address][0].outcome, self.archive.take(address)
        else:
            said, held = "held", self.archive.entries[address]
        self.news[said] += 1
        outcome, detail = held.outcome, held.detail
        if outcome == "redirected":
            outcome, detail = self._follow(entry, held.location)
        self.done[address] = entry, KEPT if outcome == FETCHED else outcome, detail

    def _reason(self, entry: Found) -> tuple[str, str] | None:
        """Why an address is not asked for at all."""
        if self._is_outside(entry):
            return "outside_period", f"listed as of {entry.stated.date()}"
        return entry.excluded

    def _is_outside(self, entry: Found) -> bool:
        if self.wishes.period is None or entry.stated is None:
            return False
        start, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in self.wishes.period)
        if entry.stated < start - SLACK:
            return True
        return entry.stated > end + dt.timedelta(days=1) + SLACK and entry.dated_by in PUBLISHED

    def _follow(self, entry: Found, target: str) -> tuple[str, str]:
        """A redirect's target becomes an address of its own, if it may."""
        hops = self.hops.get(entry.address, 0) + 1
        if hops > MAX_HOPS:
            return "unreachable", f"more than {MAX_HOPS} redirects"
        if not target:
            return "unreachable", "redirects to no address"
        if self._comes_back(entry.address, target):
            return "unreachable", f"redirects in a circle, by {target}"
        if target not in self.known:
            self.known.add(target)
            self.hops[target] = hops
            self.queue.appendleft(replace(entry, address=target))
        return "redirected", target

    def _comes_back(self, address: str, target: str) -> bool:
        """Whether redirects that are known lead from a target back to an address."""
        seen: set[str] = set()
        while target != address and target not in seen and target in self.done:
            seen.add(target)
            _, outcome, detail = self.done[target]
            if outcome != "redirected":
                return False
            target = detail
        return target == address


def _may_pass(held: Entry) -> bool:
    """Whether an answer may be another one by now."""
    unread = held.outcome == "robots_refused" and held.detail.startswith(UNREAD)
    return unread or held.outcome in PASSING


def _validators(held: Entry | None) -> Mapping[str, str]:
    """Conditions on which a page that is held is asked for again."""
    if held is None or held.offset is None:
        return {}
    pairs = {"If-None-Match": held.etag, "If-Modified-Since": held.modified}
    return {name: value for name, value in pairs.items() if value}


def judged(answer: Answer) -> Answer:
    """An answer under the name it has in the ledger; a page that keeps its article back is named as such."""
    obstacle = barrier(answer) if answer.status else None
    if obstacle:
        return replace(answer, outcome=obstacle[0], detail=obstacle[1])
    if answer.outcome == "redirect":
        return replace(answer, outcome="redirected")
    if answer.outcome != "ok":
        return answer
    kind = answer.header("Content-Type").split(";")[0].strip().lower()
    if kind and kind not in HTML:
        return replace(answer, outcome="not_html", detail=kind, body=b"")
    return replace(answer, outcome=FETCHED, detail="")
