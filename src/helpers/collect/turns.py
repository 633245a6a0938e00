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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pandas as pd

from helpers.collect.answers import Answer
from helpers.collect.archive import DAMAGED, PASSING, Archive, Entry, page_key
from helpers.collect.barriers import barrier
from helpers.collect.discover import PUBLISHED, Discovery, Found
from helpers.collect.hosts import HOST_DOWN, UNREAD
from helpers.collect.owners import OTHER_SITE
from helpers.collect.session import Session

KEPT, FETCHED = "kept", "fetched"
LEDGER = ["id", "outlet", "address", "published", "outcome", "detail"]
SLACK = dt.timedelta(days=1)  # a list's date may be a day off the outlet's own
AGAIN = dt.timedelta(hours=6)  # after which a later run asks again for what failed and may have passed
MAX_HOPS = 5
GOLDEN = 0.6180339887498949
AHEAD = 4  # addresses in the window for each request that may be under way
HTML = ("text/html", "application/xhtml+xml", "text/plain")

Progress = Callable[[str, int, int, str], None]
MAY_LEAD_HOME = frozenset({"list", "feed", "updated"})  # sources that name pages by way of other sites
OF_NO_SITE = PASSING | {"redirected", "refused_address"}  # tells nothing of whose page it would have been


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

    def __init__(
        self,
        session: Session,
        archive: Archive,
        discovery: Discovery,
        wishes: Wishes,
        why_not: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.session, self.archive, self.wishes, self.why_not = session, archive, wishes, why_not
        fresh, again = [], []
        for entry in discovery.entries.values():
            (again if self._has_failed(entry.address) else fresh).append(entry)
        # What failed in another run comes last, and of it what was asked longest ago first: each has its turn some day.
        again.sort(key=lambda entry: archive.entries[entry.address].retrieved)
        self.queue = deque(fresh + again)
        self.order = {address: place for place, address in enumerate(discovery.entries)}
        self.known = set(discovery.entries)
        self.hops: dict[str, int] = {}
        self.done: dict[str, tuple[Found, str, str]] = {}
        self.news: Counter[str] = Counter()
        self.parked: dict[str, Found] = {}
        self.n_tried = 0
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
            while self.queue or self.parked:
                if not self.queue:
                    await self._try_parked()
                    continue
                self._fetch_ahead()
                await self._step(self.queue.popleft())
                if progress:
                    n_done = len(self.done) - len(self.parked)
                    n_all = n_done + len(self.parked) + len(self.queue)
                    progress(self.archive.outlet, n_done, n_all, self._note())
            n_left = sum(outcome == HOST_DOWN for _, outcome, _ in self.done.values())
            if progress and n_left:
                note = f"{n_left} left for another run, for their host is down"
                progress(self.archive.outlet, len(self.done), len(self.done), note)
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def ledger(self) -> pd.DataFrame:
        """One row an address found, in the order of discovery, then one a damaged record that nothing tells of."""
        outlet = self.archive.outlet
        rows = [
            (page_key(outlet, address), outlet, address, entry.stated, outcome, detail)
            for address, (entry, outcome, detail) in self._in_order()
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

    def _in_order(self) -> list[tuple[str, tuple[Found, str, str]]]:
        """What was done in the order of discovery, the target of a redirect after what led to it."""
        last = len(self.order)  # what no list names any more
        return sorted(self.done.items(), key=lambda item: self.order.get(item[0], last))

    def _note(self) -> str:
        if not self.parked:
            return ""
        hosts = sorted({urlsplit(address).hostname or "" for address in self.parked})
        return f"{', '.join(hosts)} down, {len(self.parked)} addresses wait for one more try"

    async def _try_parked(self) -> None:
        """Try a host that is down once more; what waits for it is asked, or left for another run.

        Tries, and what is asked once one is answered, lie far apart in the list: else what fails by itself, such as a
        month of an archive, would pass for its host again.
        """
        reason = self.session.is_down(next(iter(self.parked)))
        waiting = [one for one in self.parked.values() if self.session.is_down(one.address) == reason]
        entry = spread(waiting)[self.n_tried % len(waiting)]
        self.n_tried += 1
        if not self.session.is_given_up(entry.address):
            answer = await self._ask(entry.address, is_trial=True)
            if answer.outcome not in PASSING | {HOST_DOWN}:  # of a failure the next run makes another try
                self._settle(self.parked.pop(entry.address), answer)
        for one in spread(list(self.parked.values())):
            if not self.session.is_down(one.address):
                self.queue.append(self.parked.pop(one.address))
            elif self.session.is_given_up(one.address):
                del self.parked[one.address]

    def _has_failed(self, address: str) -> bool:
        held = self.archive.entries.get(address)
        return held is not None and held.outcome in PASSING

    def _is_settled(self, address: str) -> bool:
        return address in self.done and self.done[address][1] != HOST_DOWN

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
        if self._is_settled(address) or address in self.archive.early or self._reason(entry):
            return False
        if held is None or self.archive.is_damaged(address):
            return True
        if self.wishes.refresh:
            return held.outcome != "redirected"
        if held.outcome == OTHER_SITE:
            return not self.why_not(address)
        age = self.session.clock() - held.retrieved
        return _may_pass(held) and not dt.timedelta(0) <= age < AGAIN  # a clock that was set back tells no age

    async def _ask(self, address: str, *, is_trial: bool = False) -> Answer | None:
        """The answer for an address; None when it came early and lies in the archive's second file."""
        held = self.archive.entries.get(address)
        conditions = _validators(held)
        answer = await self.session.get(
            address, validators=conditions, is_trial=is_trial, is_again=self._has_failed(address)
        )
        if answer.outcome == "not_modified" and not conditions:  # of what, nobody knows
            answer = replace(answer, outcome="server_error", detail="304, though nothing was held")
        answer = judged(answer)
        if answer.outcome not in OF_NO_SITE | {HOST_DOWN} and (other := self.why_not(address)):
            answer = Answer(address, OTHER_SITE, answer.retrieved, detail=other)  # nothing of theirs is kept
        if address != self._head and not is_trial and answer.outcome != HOST_DOWN:
            self.archive.add_early(answer)
            return None
        return answer

    async def _step(self, entry: Found) -> None:
        """Put the next address in its place."""
        address = entry.address
        if self._is_settled(address):
            return
        if reason := self._reason(entry):
            self.done[address] = entry, *reason
            return
        task = self._under_way.pop(address, None)
        self._settle(entry, await task if task else None)

    def _settle(self, entry: Found, answer: Answer | None) -> None:
        """Archive what came of an address and enter its outcome."""
        address = entry.address
        if answer is not None and answer.outcome == HOST_DOWN:
            held = self.archive.entries.get(address)
            if held is None:
                self.done[address] = entry, HOST_DOWN, answer.detail
                self.parked[address] = entry
                return
            answer = None  # what came of it before stands
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
        elif outcome not in OF_NO_SITE and (other := self.why_not(address)):
            outcome, detail = OTHER_SITE, other
        self.done[address] = entry, KEPT if outcome == FETCHED else outcome, detail

    def _reason(self, entry: Found) -> tuple[str, str] | None:
        """Why an address is not asked for at all."""
        if self._is_outside(entry):
            return "outside_period", f"listed as of {entry.stated.date()}"
        if entry.excluded or MAY_LEAD_HOME & set(entry.sources) or entry.address in self.hops:
            return entry.excluded
        other = self.why_not(entry.address)
        return (OTHER_SITE, other) if other else None

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
        if not self.why_not(entry.address) and (other := self.why_not(target)) and not self.session.refuses(target):
            return OTHER_SITE, f"redirects to {target}: {other}"
        if target not in self.known:
            self.known.add(target)
            self.order[target] = self.order.get(
                entry.address, len(self.order)
            )  # sorting leaves it after what led to it
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


def spread(entries: Sequence[Found]) -> list[Found]:
    """The same, neighbours far apart: multiples of the golden ratio never fall close together.

    >>> [found.address for found in spread([Found(name) for name in "abcdefgh"])]
    ['b', 'g', 'd', 'a', 'f', 'c', 'h', 'e']
    """
    return [entries[k] for k in sorted(range(len(entries)), key=lambda k: (k * GOLDEN + 0.5) % 1)]


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
