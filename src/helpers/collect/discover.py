"""Which addresses an outlet has, from its own lists and from services that watch it, with the date that they state.

An address is entered once, under one form, with every place it was found in.  What a filter takes out stays in, with
the reason, so that the ledger can tell; what could not be asked, or not to the end, is in `failed`.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from helpers.collect.addresses import canonical
from helpers.collect.answers import Answer
from helpers.collect.list_pool import FEED, FRONT, SITEMAP, Unread, read_list
from helpers.collect.listings import MOST_BYTES, Link
from helpers.collect.services import Listed, Listing, Query, Services, Terms
from helpers.collect.services.ccnews import ccnews_files
from helpers.collect.services.gdelt import ask_gdelt
from helpers.collect.services.wayback import ask_wayback
from helpers.collect.session import Session
from helpers.study import MediaCloud
from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

DEPTH, MOST_SITEMAPS = 3, 500
TRUST = ("list", "feed", "news", "mediacloud", "gdelt", "updated", "sitemap", "front", "wayback")  # whose date first
PUBLISHED = frozenset({"list", "feed", "news", "mediacloud"})  # whose date is that of publication
SEARCHED = frozenset({"gdelt", "mediacloud"})  # whose addresses were found by the names in the text
SLACK = dt.timedelta(days=1)  # a list's date may be a day off the outlet's own


@dataclass(frozen=True)
class WebSource:
    """One outlet's place on the web, and where else to ask for it.

    Attributes
    ----------
    outlet, home : str
    hosts : tuple of str
        Hosts of the outlet besides that of its home page.
    feeds, sitemaps, front : tuple of str
        Addresses of lists.
    addresses : tuple of str
        Articles, as they are.
    listed : tuple of Listed
        Articles of an address list, with the dates and titles that it gives.
    services : tuple of str
        Of `helpers.study.sources.SERVICES`.
    mediacloud : MediaCloud, optional
    only_named : bool
        Leave out an address whose title and path name none of the entities; one without a title stays.
    language, speaks_for, timezone : str
        Of the outlet.
    """

    outlet: str
    home: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    front: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()
    services: tuple[str, ...] = ()
    mediacloud: MediaCloud | None = None
    only_named: bool = False
    language: str = ""
    speaks_for: str = ""
    timezone: str = "UTC"
    hosts: tuple[str, ...] = ()


@dataclass
class Found:
    """One address of an outlet.

    Attributes
    ----------
    address : str
        Canonical.
    sources : tuple of str
        Of `TRUST`: where it was found.
    stated : datetime or None
        When it was published, as far as a list tells: a sitemap tells only when it last changed, the Wayback Machine
        only when it was first captured.
    dated_by : str
        The source of `stated`.
    words : str
        Title and lead, where a list gives them.
    excluded : (str, str) or None
        Outcome and detail for the ledger, if a filter takes the address out: ``off_subject``, ``other_edition``.
    """

    address: str
    sources: tuple[str, ...] = ()
    stated: dt.datetime | None = None
    dated_by: str = ""
    words: str = ""
    excluded: tuple[str, str] | None = None


@dataclass
class Discovery:
    """What was found for one outlet.

    Attributes
    ----------
    entries : dict of str to Found
        By address, in the order of discovery.
    failed : list of Answer
        Lists and services that gave nothing, or not all: outcome and detail say why.
    files : list of (str, datetime)
        WARC files of CC-NEWS that lie in the period, with the time of their beginning; listed, not fetched.
    """

    entries: dict[str, Found] = field(default_factory=dict)
    failed: list[Answer] = field(default_factory=list)
    files: list[tuple[str, dt.datetime]] = field(default_factory=list)

    def add(self, address: str, source: str, stated: dt.datetime | None = None, words: str = "") -> Found:
        """Enter an address once, with every source, the date of the most trusted one, and the first title."""
        entry = self.entries.setdefault(address, Found(address))
        best = TRUST.index(entry.dated_by) if entry.dated_by else len(TRUST)
        if stated is not None and TRUST.index(source) < best:
            entry.stated, entry.dated_by = stated, source
        entry.sources = tuple(sorted({*entry.sources, source}))
        entry.words = entry.words or words
        return entry

    def merge(self, other: Discovery) -> None:
        """Take in what another source of the outlet found; an address is excluded only if every source excludes it."""
        for entry in other.entries.values():
            known = self.entries.get(entry.address)
            excluded = entry.excluded if known is None or known.excluded else None
            for source in entry.sources:
                stated = entry.stated if source == entry.dated_by else None
                self.add(entry.address, source, stated, entry.words).excluded = excluded
        self.failed += other.failed
        self.files = sorted({*self.files, *other.files}, key=lambda file: (file[1], file[0]))


async def discover(
    session: Session,
    source: WebSource,
    *,
    period: tuple[dt.date, dt.date] | None = None,
    terms: Terms | None = None,
    services: Services | None = None,
) -> Discovery:
    """Addresses of one outlet.

    Parameters
    ----------
    session : Session
    source : WebSource
        With no list and no service, the robots.txt of `home` is asked for sitemaps and `home` is read as a front
        page.
    period : (date, date), optional
        What services are asked for; an inner sitemap that last changed before it is not read.
    terms : mapping of language to mapping of entity to names, optional
        What GDELT and Media Cloud are asked for, and what a source with `only_named` must name.
    services : Services, optional
        Where the services are.

    Returns
    -------
    Discovery

    Raises
    ------
    ValueError
        Services are to be asked, and there is no period or no home page.
    """
    result, terms = Discovery(), terms or {}
    sitemaps, front = list(source.sitemaps), list(source.front)
    given = (source.feeds, sitemaps, front, source.addresses, source.listed, source.services)
    if source.home and not any(given):
        sitemaps, front = await session.sitemaps(source.home), [source.home]
    for row in (*source.listed, *map(Listed, source.addresses)):
        result.add(canonical(row.address), "list", row.stated, row.words)
    await _feeds(session, source, result)
    await _sitemaps(session, sitemaps, result, source.timezone, period)
    await _front(session, front, result, source.timezone)
    if source.services:
        await _services(session, source, result, period, terms, services or Services())
    if source.only_named:
        _leave_out(result.entries.values(), source.language, terms)
    return result


async def _feeds(session: Session, source: WebSource, result: Discovery) -> None:
    for address in source.feeds:
        if answer := await _list(session, address, result):
            feed = await read_list(FEED, answer, source.timezone)
            if isinstance(feed, Unread):
                result.failed.append(_told(address, feed.outcome, feed.detail, answer))
            else:
                _enter(result, feed.entries, answer, feed.fault)


async def _front(session: Session, front: list[str], result: Discovery, timezone: str) -> None:
    listed = {canonical(address) for address in front}
    for address in front:
        if answer := await _list(session, address, result):
            links = await read_list(FRONT, answer, timezone)
            if isinstance(links, Unread):
                result.failed.append(_told(address, links.outcome, links.detail, answer))
                continue
            for link in links:
                if link not in listed:
                    result.add(link, "front")


async def _list(session: Session, address: str, result: Discovery, size: int | None = None) -> Answer | None:
    answer = await session.follow(canonical(address), size=size)
    if answer.outcome == "ok":
        return answer
    result.failed.append(answer)
    return None


def _enter(result: Discovery, links: Iterable[Link], answer: Answer, fault: str) -> None:
    for link in links:
        result.add(link.address, link.source, link.stated, link.words)
    if fault:
        result.failed.append(_told(answer.address, "unreadable", fault, answer))


async def _sitemaps(
    session: Session, sitemaps: list[str], result: Discovery, timezone: str, period: tuple[dt.date, dt.date] | None
) -> None:
    queue, seen, n_asked, n_bytes = deque((address, 1) for address in sitemaps), set(), 0, 0
    began, limits = time.monotonic(), session.limits
    while queue:
        address, depth = queue.popleft()
        try:
            address = canonical(address)
        except ValueError as error:  # robots.txt may name anything
            answer = Answer(address[:200], "refused_address", session.clock())
            result.failed.append(_told(address[:200], "refused_address", f"not an address ({error})", answer))
            continue
        if address in seen:
            continue
        seen.add(address)
        bounds = {
            f"{MOST_SITEMAPS} sitemaps": n_asked >= MOST_SITEMAPS,
            f"{DEPTH} levels of sitemaps": depth > DEPTH,
            f"{limits.lists_bytes:,} bytes of sitemaps": n_bytes >= limits.lists_bytes,
            f"{limits.lists_seconds:g} s for sitemaps": time.monotonic() - began >= limits.lists_seconds,
            f"{limits.addresses:,} addresses": len(result.entries) >= limits.addresses,
        }
        if beyond := next((bound for bound, is_reached in bounds.items() if is_reached), ""):
            detail = f"not read, beyond {beyond}; name it in study.yml to have it read first"
            result.failed.append(_told(address, "cut", detail, Answer(address, "cut", session.clock())))
            continue
        n_asked += 1
        answer = await _list(session, address, result, MOST_BYTES)
        if answer is None:
            continue
        n_bytes += len(answer.body)
        sitemap = await read_list(SITEMAP, answer, timezone)
        if isinstance(sitemap, Unread):
            result.failed.append(_told(address, sitemap.outcome, sitemap.detail, answer))
            continue
        _enter(result, sitemap.pages, answer, sitemap.fault)
        for link, changed in sitemap.inner:
            if period and changed and changed < dt.datetime.combine(period[0], dt.time(), dt.UTC) - SLACK:
                detail = f"sitemap last changed {changed.date()}, before the period"
                result.failed.append(_told(link, "outside_period", detail, answer))
            else:
                queue.append((link, depth + 1))


async def _services(
    session: Session,
    source: WebSource,
    result: Discovery,
    period: tuple[dt.date, dt.date] | None,
    terms: Terms,
    services: Services,
) -> None:
    if period is None or not source.home:
        raise ValueError(f"outlet {source.outlet}: services are asked by home page and period; give both")
    query = Query(source.home, period, source.language, terms, source.speaks_for, source.timezone, source.hosts)
    for name in source.services:
        if name == "ccnews":
            listing = await ccnews_files(session, period, services=services)
            result.files += [(file.address, file.stated) for file in listing.rows]
            if listing.rows:
                detail = f"{len(listing.rows)} CC-NEWS files of about 1 GB lie in the period: see ccnews.csv, "
                detail += "download those you want and import them as kind warc"
                answer = Answer(services.ccnews, "listed_only", session.clock())
                result.failed.append(_told(services.ccnews, "listed_only", detail, answer))
            listing.rows = []
        elif name == "mediacloud":
            # Its client takes half a second to import, and few studies ask for it.
            from helpers.collect.services.mediacloud import ask_mediacloud

            listing = await ask_mediacloud(session, query, services, source.mediacloud or MediaCloud())
        else:
            listing = await {"gdelt": ask_gdelt, "wayback": ask_wayback}[name](session, query, services)
        _take(result, listing, name, query)


def _take(result: Discovery, listing: Listing, name: str, query: Query) -> None:
    """Enter what a service gave; another edition of the outlet is not this one."""
    result.failed += listing.failed
    for row in listing.rows:
        try:
            address = canonical(row.address)
        except ValueError as error:
            answer = Answer(row.address[:200], "unreadable", dt.datetime.min.replace(tzinfo=dt.UTC))
            result.failed.append(_told(row.address[:200], "refused_address", f"{name}: {error}", answer))
            continue
        known = address in result.entries
        entry = result.add(address, name, row.stated, row.words)
        other = query.other_edition(address)
        if other and not known:
            entry.excluded = "other_edition", f"{name}: {other}"


def _leave_out(entries: Iterable[Found], language: str, terms: Terms) -> None:
    """Mark what names no entity in title, lead or path; what has no title, or was found by its text, stays."""
    spoken = [name for name in dict.fromkeys((language, "en")) if any(terms.get(name, {}).values())]
    names = {name: Aliases({entity: {name: words} for entity, words in terms[name].items()}, name) for name in spoken}
    for entry in entries:
        if entry.excluded or not entry.words or SEARCHED & set(entry.sources) or not names:
            continue
        path = re.sub(r"[\W_]+", " ", unquote(urlsplit(entry.address).path))
        text = f"{entry.words}\n{path}"
        if not any(alias.names(lemmas(text, name)) for name, alias in names.items()):
            entry.excluded = "off_subject", f"neither title nor address names one of the two: {entry.words[:80]}"


def _told(address: str, outcome: str, detail: str, answer: Answer) -> Answer:
    return Answer(address, outcome, answer.retrieved, answer.status, detail=detail)
