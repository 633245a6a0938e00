"""What a page says about itself: JSON-LD first, then meta elements, then the page as a reader sees it.

Each field keeps the source that won, and a date shown to readers is held against the one told to machines.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from helpers.clean.dates import date_words, parse_date, visible_date

MAX_JSON = 500_000  # characters of one JSON-LD block
MAX_NODES = 20_000  # of one JSON-LD block
MAX_DATE_LINE = 90  # characters; a longer line is text that mentions a date
ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|SocialMediaPosting)$")
_META = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "byline": ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author"),
    "section": ("article:section", "section", "parsely-section", "og:article:section"),
    "published": ("article:published_time", "og:article:published_time", "og:published_time", "pubdate", "date",
                  "publishdate", "publish-date", "dc.date", "dc.date.issued", "parsely-pub-date", "datepublished",
                  "sailthru.date", "article.published"),
    "language": ("og:locale", "content-language", "inlanguage"),
}  # fmt: skip
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author|signature|автор)(?:$|[\s_-])", re.IGNORECASE)
_DATE_CLASS = re.compile(r"date|time|publish|дата", re.IGNORECASE)
_BY = re.compile(r"^\s*(?:by|автор(?:ы)?|текст|текст подготовил[аи]?|автор|기자|记者|作者)\s*[:：]?\s+", re.IGNORECASE)
_PLACES = ("jsonld", "meta", "time", "visible")


@dataclass
class Metadata:
    """Fields of one page.

    `sources` says where each came from, `dates` every instant found and where; `heading` is the first h1.
    """

    title: str = ""
    heading: str = ""
    byline: str = ""
    section: str = ""
    canonical: str = ""
    language: str = ""
    published: dt.datetime | None = None
    date_precision: str = "day"
    free: bool | None = None
    sources: dict[str, str] = field(default_factory=dict)
    dates: dict[str, dt.datetime] = field(default_factory=dict)
    timezone: str = "UTC"

    @property
    def date_conflict(self) -> bool:
        """Whether two places give different days, in the outlet's zone."""
        zone = ZoneInfo(self.timezone)
        return len({moment.astimezone(zone).date() for moment in self.dates.values()}) > 1

    def offer(self, name: str, value: object, source: str) -> None:
        """Keep a value unless an earlier source gave one."""
        text = _text(value)
        if text and not getattr(self, name):
            setattr(self, name, text)
            self.sources[name] = source

    def offer_date(self, value: object, source: str) -> None:
        """Keep a date, and note its day; what cannot be read is no date."""
        if source in self.dates or not value:
            return
        try:
            moment, precision = value if isinstance(value, tuple) else parse_date(_text(value), self.timezone)
        except ValueError:
            return  # an unreadable date leaves the field to the next source
        self.dates[source] = moment
        if self.published is None:
            self.published, self.date_precision, self.sources["published"] = moment, precision, source
        elif self.date_precision == "day" and precision == "time" and not self.date_conflict:
            self.published, self.date_precision = moment, precision  # the same day, told more exactly


def read_metadata(tree: HtmlElement, *, address: str, timezone: str = "UTC") -> Metadata:
    """Everything a page says about itself.

    Parameters
    ----------
    tree : lxml element
        The whole page.
    address : str
        Where it was fetched, against which relative addresses are read.
    timezone : str
        Zone of the outlet, for dates that carry none.

    Returns
    -------
    Metadata
    """
    found = Metadata(timezone=timezone)
    for node in _articles(tree):
        _from_jsonld(found, node)
    _from_meta(found, tree, address)
    _from_page(found, tree)
    return found


def _articles(tree: HtmlElement) -> Iterator[dict]:
    """JSON-LD objects that describe an article, in page order; a broken block is passed over."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        source = (script.text or "").strip()[:MAX_JSON]
        source = re.sub(r"^(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>);?$", "", source).strip().rstrip(";")
        try:
            block = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue  # the page's own fault; meta elements follow
        stack, seen = [block], 0
        while stack and seen < MAX_NODES:
            node, seen = stack.pop(), seen + 1
            if isinstance(node, list):
                stack.extend(reversed(node))
            elif isinstance(node, dict):
                kinds = node.get("@type")
                if any(
                    isinstance(k, str) and ARTICLE.search(k) for k in (kinds if isinstance(kinds, list) else [kinds])
                ):
                    yield node
                stack.extend(
                    value
                    for key, value in reversed(node.items())
                    if key in ("@graph", "mainEntity", "mainEntityOfPage")
                )


def _from_jsonld(found: Metadata, node: dict) -> None:
    found.offer("title", node.get("headline") or node.get("name"), "jsonld")
    found.offer("byline", _names(node.get("author") or node.get("creator")), "jsonld")
    found.offer("section", _names(node.get("articleSection")), "jsonld")
    found.offer("language", node.get("inLanguage"), "jsonld")
    found.offer_date(node.get("datePublished"), "jsonld")
    free = node.get("isAccessibleForFree")
    if found.free is None and free is not None:
        found.free = str(free).strip().lower() not in ("false", "0", "no")


def _names(value: object) -> str:
    """Names of people or sections, whatever shape the page gives them."""
    if isinstance(value, dict):
        return _names(value.get("name"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(name for item in value[:20] if (name := _names(item))))
    return _text(value)


def _text(value: object) -> str:
    return " ".join(html.unescape(html.unescape(value)).split())[:500] if isinstance(value, str) else ""


def _from_meta(found: Metadata, tree: HtmlElement, address: str) -> None:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower()
        metas.setdefault(name, meta.get("content") or "")
    for name, keys in _META.items():
        for key in keys:
            value = metas.get(key, "")
            if name == "published":
                found.offer_date(value, "meta")
            elif not (name == "byline" and value.startswith(("http", "/"))):
                found.offer(name, value.replace("_", "-") if name == "language" else value, "meta")
    site = _text(metas.get("og:site_name", ""))
    if site and found.sources.get("title") == "meta":
        found.title = re.sub(rf"\s+[|–—·-]\s+{re.escape(site)}$", "", found.title)
    for link in tree.iterfind(".//link[@rel='canonical']"):
        found.offer("canonical", urljoin(address, link.get("href") or ""), "link")
    found.offer("canonical", metas.get("og:url", ""), "meta")
    found.offer("language", tree.get("lang"), "html")


def _from_page(found: Metadata, tree: HtmlElement) -> None:
    heading = next(iter(tree.iterfind(".//h1")), None)
    if heading is not None:
        found.heading = _text(heading.text_content())
        found.offer("title", heading.text_content(), "h1")
    found.offer("title", re.split(r"\s+[|–—»·]\s+", tree.findtext(".//title") or "")[0], "title")
    for element in tree.iterfind(".//*[@class]"):
        if _BYLINE_CLASS.search(element.get("class")) or element.get("rel") == "author":
            said = _text(element.text_content())
            if said and len(said) <= 120 and not _is_date_line(said, found.timezone):
                found.offer("byline", said, "page")
    found.byline = _BY.sub("", found.byline)
    for time in tree.iterfind(".//article//time[@datetime]"):
        found.offer_date(time.get("datetime"), "time")
    if "time" not in found.dates:
        times = tree.findall(".//time[@datetime]")
        if len(times) == 1:  # several outside the article are a list of other stories
            found.offer_date(times[0].get("datetime"), "time")
    for line in _lines_near(tree, heading):
        if _is_date_line(line, found.timezone):
            found.offer_date(visible_date(line, found.timezone), "visible")
            break


def _is_date_line(line: str, timezone: str) -> bool:
    return len(line) <= MAX_DATE_LINE and date_words(line) <= 5 and visible_date(line, timezone) is not None


def _lines_near(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[str]:
    """Short lines just after and before the headline, then any in an element named after a date."""
    if heading is not None:
        yield from _block_lines(heading, "following")
        yield from _block_lines(heading, "preceding")
    for element in tree.iterfind(".//article//*[@class]"):
        if _DATE_CLASS.search(element.get("class")):
            yield _text(element.text_content()[: 2 * MAX_DATE_LINE])


def _block_lines(heading: HtmlElement, direction: str) -> list[str]:
    path = (
        f"{direction}::*[self::p or self::span or self::time or self::div or self::li or self::small][position() <= 12]"
    )
    lines = [_text(element.text_content()[: 4 * MAX_DATE_LINE]) for element in heading.xpath(path)]
    stop = next((i for i, line in enumerate(lines) if len(line) > 3 * MAX_DATE_LINE), len(lines))
    return lines[:stop] if direction == "following" else lines
