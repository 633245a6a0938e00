"""Which addresses an outlet has, from its feeds, its sitemaps and its front pages, with the date that they
state.

Sitemaps after sitemaps.org 0.9 (index files, gzip, the news extension); feeds by feedparser.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import feedparser
import lxml.etree
import lxml.html

from helpers.clean.dates import parse_date
from helpers.clean.encoding import decode
from helpers.collect.addresses import canonical
from helpers.collect.answers import Answer
from helpers.collect.session import Session

DEPTH, MOST_SITEMAPS, MOST_BYTES = 3, 500, 50_000_000  # sitemaps.org: 50 MB uncompressed each
TRUST = ("feed", "news", "sitemap", "front", "list")  # whose date is believed first
_LISTING = re.compile(
    r"^/(?:$|(?:[\w-]+/){0,2}(?:index|archives?|tags?|topics?|categor(?:y|ies)|authors?|page|search|login|register|subscribe|"
    r"rss|feeds?|about|contacts?|privacy|terms)(?:[/-]?\d*)?/?(?:\.\w{2,5})?$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|avi|zip|gz|xml|css|js|ico|docx?|xlsx?)$", re.IGNORECASE)


@dataclass
class Found:
    """One address of an outlet.

    Attributes
    ----------
    address : str
        Canonical.
    sources : tuple of str
        Of feed, news, sitemap, front, list: where it was found.
    stated : datetime or None
        When it was published, as far as a list tells; a sitemap tells only when it last changed.
    """

    address: str
    sources: tuple[str, ...] = ()
    stated: dt.datetime | None = None


@dataclass
class Discovery:
    """What was found for one outlet, and which lists could not be read."""

    found: dict[str, Found] = field(default_factory=dict)
    failed: list[Answer] = field(default_factory=list)

    def add(self, address: str, source: str, stated: dt.datetime | None = None) -> None:
        """Enter an address once, with every source, and the date of the most trusted one."""
        entry = self.found.setdefault(address, Found(address))
        best = min((TRUST.index(s) for s in entry.sources), default=len(TRUST))
        if stated is not None and (entry.stated is None or TRUST.index(source) < best):
            entry.stated = stated
        entry.sources = tuple(sorted({*entry.sources, source}))


async def discover(
    session: Session,
    *,
    home: str = "",
    feeds: Iterable[str] = (),
    sitemaps: Iterable[str] = (),
    front: Iterable[str] = (),
    addresses: Iterable[str] = (),
    timezone: str = "UTC",
) -> Discovery:
    """Addresses of one outlet.

    Parameters
    ----------
    session : Session
    home : str
        Home page of the outlet.  With none of the four lists its robots.txt is asked for sitemaps, and it is
        read as a front page.
    feeds, sitemaps, front : iterable of str
        Addresses of lists.
    addresses : iterable of str
        Articles, as they are.
    timezone : str
        IANA zone of the outlet, for dates without one.

    Returns
    -------
    Discovery
        `found` in the order of discovery; a list that cannot be had is in `failed` and stops nothing.
    """
    result = Discovery()
    feeds, sitemaps, front = list(feeds), list(sitemaps), list(front)
    if home and not (feeds or sitemaps or front or list(addresses)):
        sitemaps, front = await session.sitemaps(home), [home]
    for address in addresses:
        result.add(canonical(address), "list")
    for address in feeds:
        if answer := await _list(session, address, result):
            for link, stated in read_feed(answer.body, base=answer.address, timezone=timezone):
                result.add(link, "feed", stated)
    await _sitemaps(session, sitemaps, result, timezone)
    listed = {canonical(address) for address in front}
    for address in front:
        if answer := await _list(session, address, result):
            html = decode(answer.body, content_type=answer.header("Content-Type"))
            for link in read_front(html, base=answer.address):
                if link not in listed:
                    result.add(link, "front")
    return result


async def _list(session: Session, address: str, result: Discovery) -> Answer | None:
    answer = await session.follow(canonical(address))
    if answer.outcome == "ok":
        return answer
    result.failed.append(answer)
    return None


async def _sitemaps(session: Session, sitemaps: list[str], result: Discovery, timezone: str) -> None:
    queue, seen = [(canonical(address), 1) for address in sitemaps], set()
    while queue and len(seen) < MOST_SITEMAPS:
        address, depth = queue.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = await _list(session, address, result)
        if answer is None:
            continue
        try:
            pages, inner = read_sitemap(answer.body, base=answer.address, timezone=timezone)
        except ValueError as error:
            result.failed.append(Answer(address, "unreadable", answer.retrieved, answer.status, detail=str(error)))
            continue
        for link, source, stated in pages:
            result.add(link, source, stated)
        if depth < DEPTH:
            queue += [(link, depth + 1) for link in inner]


def read_feed(body: bytes, *, base: str, timezone: str = "UTC") -> list[tuple[str, dt.datetime | None]]:
    """(address, published) of each entry of an RSS or Atom feed.

    >>> rss = b"<rss version='2.0'><channel><item><link>http://a.org/1</link></item></channel></rss>"
    >>> read_feed(rss, base="http://a.org/feed")
    [('http://a.org/1', None)]
    """
    feed = feedparser.parse(body, sanitize_html=False)  # bytes, so that feedparser itself opens nothing
    found = []
    for entry in feed.entries:
        link = entry.get("link") or (entry.get("id") if str(entry.get("id")).startswith("http") else "")
        if link:
            found.append((canonical(link, base=base), _stated(entry.get("published"), timezone)))
    return found


def read_sitemap(
    body: bytes, *, base: str, timezone: str = "UTC"
) -> tuple[list[tuple[str, str, dt.datetime | None]], list[str]]:
    """Pages and further sitemaps of a sitemap, packed or not.

    Parameters
    ----------
    body : bytes
    base : str
        Its own address.
    timezone : str

    Returns
    -------
    (list of (address, "news" or "sitemap", datetime or None), list of str)

    Raises
    ------
    ValueError
        Not XML, or larger unpacked than sitemaps.org allows.
    """
    if body[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        try:
            body = inflate.decompress(body, MOST_BYTES)
        except zlib.error as error:
            raise ValueError(f"{base}: damaged gzip ({error})") from error
        if inflate.unconsumed_tail:
            raise ValueError(f"{base}: more than {MOST_BYTES} bytes unpacked")
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    root = lxml.etree.fromstring(body, parser=parser) if body.strip() else None
    if root is None:
        raise ValueError(f"{base}: not a sitemap")
    pages, inner = [], []
    for node in root.iterchildren("{*}url", "{*}sitemap"):
        link = (node.findtext("{*}loc") or "").strip()
        if not link:
            continue
        if lxml.etree.QName(node).localname == "sitemap":
            inner.append(canonical(link, base=base))
            continue
        news = _stated(node.findtext("{*}news/{*}publication_date"), timezone)
        source = "sitemap" if node.find("{*}news") is None else "news"
        pages.append((canonical(link, base=base), source, news or _stated(node.findtext("{*}lastmod"), timezone)))
    return pages, inner


def read_front(html: str, *, base: str) -> list[str]:
    """Links of a page to what may be articles of the same site, in page order.

    >>> read_front("<a href='/news/1.html'>x</a><a href='/archive/2.html'>2</a><a href='//b.org/'>y</a>",
    ...            base="http://a.org/")
    ['http://a.org/news/1.html']
    """
    if not html.strip():
        return []
    tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    site, found = _site(base), []
    for anchor in tree.iter("a"):
        link = (anchor.get("href") or "").strip()
        if not link or link.lower().startswith(("mailto:", "javascript:", "tel:", "data:", "#")):
            continue
        try:
            address = canonical(link, base=base)
        except ValueError:
            continue  # a link that is no address leads nowhere
        path = urlsplit(address).path
        if (
            address.startswith("http")
            and _site(address) == site
            and not _LISTING.match(path)
            and not _FILE.search(path)
        ):
            found.append(address)
    return list(dict.fromkeys(found))


def _site(address: str) -> str:
    """The host without the prefixes that a site uses for itself."""
    return re.sub(r"^(?:www|m|amp)\d?\.", "", urlsplit(address).hostname or "")


def _stated(value: str | None, timezone: str) -> dt.datetime | None:
    """A date that a list states; one that cannot be read is none, and the page itself will tell."""
    try:
        return parse_date(value, timezone)[0]
    except ValueError:
        return None
