"""What sites publish of themselves: feeds, sitemaps, front pages, robots.txt, and the addresses in them."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

from fuzz.parts import ADDRESS, ADDRESSES, ANY, DATE, DATES, HOSTILE, SENTENCE, WORDS, ZONE, as_bytes, damaged, long
from fuzz.run import Target, one_line
from hypothesis import strategies as st
from protego import Protego

from helpers.collect.addresses import RefusedAddress, canonical, check_address
from helpers.collect.hosts import delay_of, named_sitemaps
from helpers.collect.listings import Feed, Link, read_feed, read_front, read_sitemap

BASE = "http://quay.invalid/feeds/all.xml"
TOKENS = (
    "<item>", "</item>", "<entry>", "<link>", "</link>", "<![CDATA[", "]]>", "&amp;", "&", "&nbsp;", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<url>",
    "<loc>", "</loc>", "<?xml version='1.0' encoding='x'?>", "xmlns='y'", "<sitemap>", "<pubDate>", "<guid isPermaLink='false'>", "<", ">", "\x00", "\x0b",
    "xml:base='http://['", "<content:encoded>", "<media:thumbnail url='http://['/>", "<enclosure url=''/>", "<author>", "<georss:point>1 x</georss:point>",
    "<title type='xhtml'><div>", "<title type='text/plain' mode='base64'>", "<dc:date>", "<updated>", "<itunes:explicit>", "<source url='http://['>",
    "<cloud domain='x'/>", "<channel>", "<rdf:RDF>", "<georss:polygon>1 2 3</georss:polygon>", "<gml:pos srsName='x'>1</gml:pos>",
)  # fmt: skip
TITLE = (
    WORDS.map(lambda words: words.replace("<", "&lt;")) | HOSTILE | SENTENCE.map(lambda words: f"<![CDATA[{words}]]>")
)
DATED = st.sampled_from(
    ["pubDate", "published", "updated", "dc:date", "dcterms:created", "lastmod", "news:publication_date"]
)
ITEM = st.builds(
    lambda title, link, tag, date, more: f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><{tag}>{date}</{tag}>{more}</item>",
    TITLE, ADDRESS, DATED, DATE, TITLE.map(lambda words: f"<description>{words}</description>") | st.sampled_from(TOKENS),
)  # fmt: skip
ENTRY = st.builds(
    lambda title, link, tag, date, kind: f"<entry><title type='{kind}'>{title}</title><link rel='alternate' href='{link}'/><id>{link}</id><{tag}>{date}</{tag}></entry>",
    TITLE, ADDRESS, DATED, DATE, st.sampled_from(["text", "html", "xhtml", "x"]),
)  # fmt: skip
HEADS = (
    "<?xml version='1.0' encoding='utf-8'?>",
    "",
    "<?xml version='1.0' encoding='windows-1251'?>",
    "<?xml version='1.1'?>",
    "\ufeff",
    "<?xml encoding='idna'?>",
)
RSS = st.tuples(st.sampled_from(HEADS), st.lists(ITEM, max_size=4)).map(
    lambda d: (
        f"{d[0]}<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Quay</title>{''.join(d[1])}</channel></rss>"
    )
)
ATOM = st.tuples(st.sampled_from(HEADS), st.lists(ENTRY, max_size=4)).map(
    lambda d: f"{d[0]}<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(d[1])}</feed>"
)
PLACE = st.tuples(st.sampled_from(["url", "sitemap"]), ADDRESS, DATE, TITLE).map(
    lambda d: (
        f"<{d[0]}><loc>{d[1]}</loc><lastmod>{d[2]}</lastmod><news:news><news:publication_date>{d[2]}</news:publication_date>"
        f"<news:title>{d[3]}</news:title></news:news></{d[0]}>"
    )
)
SITEMAP = st.tuples(
    st.sampled_from(HEADS), st.sampled_from(["urlset", "sitemapindex", "html", "feed"]), st.lists(PLACE, max_size=4)
).map(
    lambda d: (
        f"{d[0]}<{d[1]} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>{''.join(d[2])}</{d[1]}>"
    )
)
LINES = st.lists(ADDRESS | ANY, max_size=5).map("\n".join)
DIRECTIVE = st.tuples(
    st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Sitemap", "Request-rate", "Visit-time", "Host", "x", ""]),
    st.sampled_from(["*", "/", "/*", "/a$", "/%", "/%zz*", "1", "1e309", "-5", "nan", "inf", "1/0s", "0/1m", "1/10s 0900-9999", "0600-0845", "*" * 60 + "a"])
    | ADDRESS | ANY,
).map(lambda d: f"{d[0]}: {d[1]}")  # fmt: skip
ROBOTS = damaged(
    st.lists(DIRECTIVE, max_size=8).map("\n".join),
    ["#", ":", "\x00", "\ufeff", "User-agent: *\n", "Crawl-delay: nan\n", "\r"],
)


def _link(link: Link) -> None:
    assert link.source in ("feed", "updated", "news", "sitemap")
    assert canonical(link.address) == link.address, "an address has one form"
    if link.stated is not None:
        assert link.stated.utcoffset() is not None and not link.stated.utcoffset()


def feed(drawn: tuple[bytes, str]) -> None:
    """Entries have addresses of one form, dates of one zone, words of one line; what is wrong is one line."""
    body, zone = drawn
    read = read_feed(body, base=BASE, timezone=zone)
    assert isinstance(read, Feed) and "\n" not in read.fault
    for link in read.entries:
        _link(link)
        assert link.words == " ".join(link.words.split())
    assert read == read_feed(body, base=BASE, timezone=zone)


def sitemap(drawn: tuple[bytes, str, bool]) -> None:
    """As a feed; what is no sitemap is told in one line; packed or not it is the same."""
    body, zone, is_packed = drawn
    try:
        read = read_sitemap(body, base=BASE, timezone=zone)
    except ValueError as error:
        one_line(error)
        return
    assert "\n" not in read.fault
    for link in read.pages:
        _link(link)
    assert all(canonical(address) == address for address, _ in read.inner)
    if is_packed:
        assert read_sitemap(gzip.compress(body), base=BASE, timezone=zone) == read


def front(drawn: tuple[str, str]) -> None:
    """Links of a front page lead to its own site, each once."""
    html, base = drawn
    links = read_front(html, base=base)
    assert len(links) == len(set(links))
    assert all(urlsplit(link).scheme in ("http", "https") for link in links)


def robots(text: str) -> None:
    """Rules of any robots.txt can be asked, and its delay is a number of seconds or none."""
    said = Protego.parse(text.encode("utf-8", "replace").decode())
    for path in ("/", "/2031/a%zz?x=1", "/" + "a" * 200):
        assert said.can_fetch(f"http://quay.invalid{path}", "quay-reader") in (True, False)
    delay = delay_of(said)
    assert delay is None or 0 <= delay < float("inf"), delay
    for address in named_sitemaps(said, "http://quay.invalid/"):
        assert isinstance(address, str)


def address(drawn: tuple[str, str | None]) -> None:
    """An address has one form, which is its own form; or it is none, in one line."""
    text, base = drawn
    try:
        once = canonical(text, base=base)
    except ValueError as error:
        one_line(error)
        return
    try:
        check_address(once)
    except RefusedAddress as error:
        one_line(error)
        return
    assert canonical(once) == once
    parts = urlsplit(once)
    assert parts.scheme in ("http", "https") and parts.hostname and parts.username is None


def slow_list(text: str) -> None:
    """A long file of one piece is read in little time, whatever it is taken for."""
    body = text.encode("utf-8", "replace")
    read_feed(body, base=BASE)
    try:
        read_sitemap(body, base=BASE)
    except ValueError as error:
        one_line(error)
    read_front(text, base=BASE)


def slow_robots(text: str) -> None:
    """So is a robots.txt, and an address."""
    said = Protego.parse(text)
    said.can_fetch("http://quay.invalid/" + "a" * 2000, "quay-reader")
    try:
        canonical(text, base=BASE)
    except ValueError as error:
        one_line(error)


FRONT = st.lists(st.tuples(ADDRESS, WORDS).map(lambda d: f"<a href='{d[0]}'>{d[1]}</a>") | st.sampled_from(TOKENS) | ADDRESS.map("<base href='{}'>".format), max_size=6).map("".join)  # fmt: skip
RULES = (
    "User-agent: *\n",
    "Disallow: /\n",
    "Disallow: /*a*a*a*a$\n",
    "Allow: /%zz\n",
    "Sitemap: http://quay.invalid/\n",
    "*",
    "/",
    "#",
    "%",
    "\n",
)

TARGETS = [
    Target("feeds", st.tuples(as_bytes(damaged(RSS | ATOM, TOKENS)) | st.binary(max_size=200), ZONE), feed, 40),
    Target(
        "sitemaps",
        st.tuples(as_bytes(damaged(SITEMAP | LINES, TOKENS)) | st.binary(max_size=200), ZONE, st.booleans()),
        sitemap,
        80,
    ),
    Target("front pages", st.tuples(damaged(FRONT, TOKENS), st.sampled_from(ADDRESSES[:2])), front, 60),
    Target("robots.txt", ROBOTS, robots, 80),
    Target(
        "addresses",
        st.tuples(
            ADDRESS
            | ANY
            | damaged(ADDRESS, ["%", "@", ":", "[", "]", "//", "\\", "?", "#", "\u2100", "xn--", ".", " "]),
            st.none() | st.just(BASE),
        ),
        address,
        150,
    ),
    Target("slow lists", long(TOKENS), slow_list, 1, seconds=4.0),
    Target("slow robots.txt", long((*RULES, *DATES[:2])), slow_robots, 3, seconds=2.0),
]
