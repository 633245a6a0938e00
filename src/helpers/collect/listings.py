"""Addresses in what an outlet publishes itself: feeds, sitemaps and front pages.

Sitemaps after sitemaps.org 0.9 (index files, gzip, plain text, feeds, the news extension); feeds by feedparser.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser
import lxml.etree
import lxml.html

from helpers.collect.addresses import canonical
from helpers.collect.services.model import site_of
from helpers.extract.dates import parse_date

MOST_BYTES = 50_000_000  # sitemaps.org: uncompressed, each
_LISTING = re.compile(
    r"^/(?:$|(?:[\w-]+/){0,2}(?:index|archives?|tags?|topics?|categor(?:y|ies)|authors?|page|search|login|register|subscribe|"
    r"rss|feeds?|about|contacts?|privacy|terms)(?:[/-]?\d*)?/?(?:\.\w{2,5})?$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|avi|zip|gz|xml|css|js|ico|docx?|xlsx?)$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANK = re.compile(rb"[ \t\r\n]{100,}")  # what feedparser takes the square of its length for
_BARE = re.compile(rb"&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|\w{1,32};)")


class Link(NamedTuple):
    """One address in a list, what dates it there (feed, updated, news, sitemap), its date, and its title and lead."""

    address: str
    source: str
    stated: dt.datetime | None = None
    words: str = ""


class Feed(NamedTuple):
    """Entries of a feed, and what is wrong with it, if anything is."""

    entries: list[Link]
    fault: str = ""


class Sitemap(NamedTuple):
    """Pages, further sitemaps with the day they last changed, and what is wrong with the file, if anything is."""

    pages: list[Link]
    inner: list[tuple[str, dt.datetime | None]]
    fault: str = ""


def read_feed(body: bytes, *, base: str, timezone: str = "UTC") -> Feed:
    """Entries of an RSS (0.9 to 2.0, RDF too) or Atom feed.

    Parameters
    ----------
    body : bytes
    base : str
        Its own address, for relative links.
    timezone : str
        IANA zone of dates without one.

    Returns
    -------
    Feed
        Dated by publication; an Atom entry that tells only when it was updated has source ``updated``.  `fault` says
        that it is no feed, or that it is damaged and was read as far as it goes.

    >>> rss = b"<rss version='2.0'><channel><item><link>/1</link><title>Pact</title></item></channel></rss>"
    >>> read_feed(rss, base="http://a.org/feed").entries
    [Link(address='http://a.org/1', source='feed', stated=None, words='Pact')]
    """
    # A stream, because feedparser opens the file or the page that bytes or text may name; the header tells it what
    # relative links are relative to.
    try:
        feed = feedparser.parse(
            io.BytesIO(_BLANK.sub(b"\n", body)), sanitize_html=False, response_headers={"content-location": base}
        )
    except (ValueError, LookupError, AssertionError, RecursionError) as error:  # what feedparser lets through
        return Feed([], f"not a feed that can be read: {type(error).__name__}: {' '.join(str(error).split())[:120]}")
    links = []
    for entry in feed.entries:
        link = _entry_link(entry)
        if not link:
            continue
        try:
            address = canonical(link, base=base)
        except ValueError:
            continue  # a link that is no address leads nowhere
        date, source = entry.get("published") or entry.get("created"), "feed"
        if not date:
            date, source = entry.get("updated"), "updated" if feed.get("version", "").startswith("atom") else "feed"
        words = " ".join(_TAG.sub(" ", f"{entry.get('title', '')} {entry.get('summary', '')[:2000]}").split())
        links.append(Link(address, source if date else "feed", _stated(date, timezone), words))
    damaged = feed.bozo and not isinstance(feed.get("bozo_exception"), feedparser.ThingsNobodyCaresAboutButMe)
    if not feed.get("version") and not links:
        return Feed(links, "not a feed")
    return Feed(links, f"damaged, read as far as it goes: {str(feed.bozo_exception)[:120]}" if damaged else "")


def _entry_link(entry: feedparser.FeedParserDict) -> str:
    """The page of an entry among its links: an alternate in HTML before another alternate, then an address as id."""
    links = [
        link for link in entry.get("links", ()) if link.get("rel", "alternate") == "alternate" and link.get("href")
    ]
    html = [link for link in links if "html" in link.get("type", "html")]
    name = str(entry.get("id") or "")
    return (html or links or [{"href": entry.get("link") or (name if name.startswith("http") else "")}])[0]["href"]


def read_sitemap(body: bytes, *, base: str, timezone: str = "UTC") -> Sitemap:
    """Pages and further sitemaps of a sitemap, packed or not.

    Parameters
    ----------
    body : bytes
    base : str
        Its own address.
    timezone : str

    Returns
    -------
    Sitemap
        Pages with source ``news`` if the news extension is there, else ``sitemap``, whose date is the last change.

    Raises
    ------
    ValueError
        Neither sitemap nor feed nor a list of addresses, or larger unpacked than sitemaps.org allows.
    """
    body, fault = _unpacked(body, base)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:4].lower() == b"http":
        lines = [line for line in body.decode("utf-8-sig", "replace").split() if line.lower().startswith("http")]
        return Sitemap(_plain_links(lines, base), [], fault)
    root, damage = _tree(body)
    if root is None:
        raise ValueError(f"{base}: not a sitemap")
    name = lxml.etree.QName(root).localname.lower()
    if name in ("rss", "feed", "rdf"):
        feed = read_feed(body, base=base, timezone=timezone)
        return Sitemap(feed.entries, [], fault or feed.fault)
    if name not in ("urlset", "sitemapindex"):
        raise ValueError(f"{base}: not a sitemap but <{name}>")
    fault = fault or damage
    pages, inner = [], []
    for node in root.iterchildren("{*}url", "{*}sitemap"):
        try:
            address = canonical((node.findtext("{*}loc") or "").strip(), base=base)
        except ValueError:
            continue  # a link that is no address leads nowhere
        changed = _stated(node.findtext("{*}lastmod"), timezone)
        if not (node.findtext("{*}loc") or "").strip():
            continue
        if lxml.etree.QName(node).localname == "sitemap":
            inner.append((address, changed))
            continue
        news = _stated(node.findtext("{*}news/{*}publication_date"), timezone)
        source = "news" if news is not None else "sitemap"
        pages.append(Link(address, source, news or changed, (node.findtext("{*}news/{*}title") or "").strip()))
    return Sitemap(pages, inner, fault)


def _tree(body: bytes) -> tuple[lxml.etree._Element | None, str]:
    """The root of a document and what is wrong with it; a bare ``&`` in an address is what it stands for."""
    for text in (body, _BARE.sub(b"&amp;", body)):
        parser = lxml.etree.XMLParser(
            resolve_entities=False, no_network=True, recover=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            root = lxml.etree.fromstring(text, parser=parser) if text.strip() else None
        except lxml.etree.XMLSyntaxError:
            return None, ""
        fault = parser.error_log[0].message.strip()[:120] if parser.error_log else ""
        if not fault or _BARE.search(body) is None:
            break
    return root, fault and f"damaged, read as far as it goes: {fault}"


def _plain_links(lines: list[str], base: str) -> list[Link]:
    links = []
    for line in lines:
        try:
            links.append(Link(canonical(line, base=base), "sitemap"))
        except ValueError:
            continue  # a link that is no address leads nowhere
    return links


def _unpacked(body: bytes, base: str) -> tuple[bytes, str]:
    """A body without its gzip, whatever it is called; all members of it, and what is there of one that is cut off."""
    if body[:2] != b"\x1f\x8b":
        return body, ""
    content = bytearray()
    while body[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        try:
            content += inflate.decompress(body, MOST_BYTES - len(content) + 1)
        except zlib.error as error:
            raise ValueError(f"{base}: damaged gzip ({error})") from error
        if inflate.unconsumed_tail or len(content) > MOST_BYTES:
            raise ValueError(f"{base}: more than {MOST_BYTES} bytes unpacked")
        if not inflate.eof:
            return bytes(content), "damaged, read as far as it goes: the gzip is cut off"
        body = inflate.unused_data
    return bytes(content), ""


def read_front(html: str, *, base: str) -> list[str]:
    """Links of a page to what may be articles of the same site, in page order.

    >>> read_front("<a href='/news/1.html'>x</a><a href='/archive/2.html'>2</a><a href='//b.org/'>y</a>",
    ...            base="http://a.org/")
    ['http://a.org/news/1.html']
    """
    if not html.strip():
        return []
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        return []  # nothing but comments, or a tag that never ends
    site, links = site_of(base), []
    base = _base_of(tree, base)
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
            and site_of(address) == site
            and not _LISTING.match(path)
            and not _FILE.search(path)
        ):
            links.append(address)
    return list(dict.fromkeys(links))


def _base_of(tree: lxml.html.HtmlElement, address: str) -> str:
    """What the relative links of a page are relative to: its own address, or the one that it names."""
    named = next((node.get("href") for node in tree.iter("base") if node.get("href")), "")
    try:
        return canonical(named, base=address) if named else address
    except ValueError:
        return address


def _stated(value: str | None, timezone: str) -> dt.datetime | None:
    """A date that a list states; one that cannot be read is none, and the page itself will tell."""
    try:
        return parse_date(value, timezone)[0] if value else None
    except ValueError:
        return None
