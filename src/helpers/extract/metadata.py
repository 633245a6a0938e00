"""What a page says about itself: JSON-LD first, then meta elements, microdata, and the page as a reader sees it.

Each field keeps the source that won and what the others said; a date shown to readers is held against the one told
to machines.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from helpers.extract.bylines import author_names
from helpers.extract.dates import parse_date, visible_date
from helpers.extract.jsonld import Linked, body, linked_data, names, plain
from helpers.extract.onpage import address_date, page_authors, page_dates
from helpers.extract.titles import choose_title, key

_META = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"),
    "byline": ("author", "article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author", "sailthru.author",
               "og:article:author", "article:author_name", "cxenseparse:author", "mediator_author", "authors",
               "dable:author", "twitter:data1"),
    "section": ("article:section", "section", "parsely-section", "og:article:section"),
    "published": ("article:published_time", "og:article:published_time", "og:published_time", "published_time",
                  "datepublished", "pubdate", "publishdate", "publish-date", "publish_date", "article.published",
                  "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created",
                  "dc.date.created", "dc.date", "dcterms.date", "cxenseparse:recs:publishtime",
                  "mediator_published_time", "article:published", "originalpublicationdate", "datecreated",
                  "article_date_original", "cxenseparse:publishtime", "publication_date", "article-date",
                  "firstcreate", "date"),
    "modified": ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified",
                 "last-modified", "dcterms.modified", "revised"),
    "language": ("og:locale", "content-language", "inlanguage", "language"),
    "site": ("og:site_name", "application-name", "publisher", "dc.publisher", "twitter:site"),
}  # fmt: skip
SAME = dt.timedelta(minutes=2)  # between two places that tell one moment, one of them rounded
CHANGES = dt.timedelta(days=14)  # an article is changed for days; a date that is months older is another story's


@dataclass
class Metadata:
    """Fields of one page.

    `sources` says where each came from, `dates` every instant found and where, `conflicts` what other places said
    where they differ; `heading` is the h1 of the article, `faults` what could not be read.
    """

    title: str = ""
    heading: str = ""
    byline: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    canonical: str = ""
    language: str = ""
    published: dt.datetime | None = None
    date_precision: str = "day"
    free: bool | None = None
    sources: dict[str, str] = field(default_factory=dict)
    dates: dict[str, dt.datetime] = field(default_factory=dict)
    conflicts: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    modified: set[dt.datetime] = field(default_factory=set)
    body: str = ""
    timezone: str = "UTC"

    @property
    def date_conflict(self) -> bool:
        """Whether two places give different days, in the outlet's zone."""
        zone = ZoneInfo(self.timezone)
        return len({moment.astimezone(zone).date() for moment in self.dates.values()}) > 1

    def offer(self, name: str, value: object, source: str) -> None:
        """Keep a value unless an earlier source gave one."""
        text = plain(value)
        if text and not getattr(self, name):
            setattr(self, name, text)
            self.sources[name] = source

    def offer_date(self, value: object, source: str) -> None:
        """Keep a date, and note its day; what cannot be read is no date."""
        if source in self.dates or not value:
            return
        dated = value if isinstance(value, tuple) else read_date(value, self.timezone)
        if dated is None:
            return
        moment, precision = dated
        self.dates[source] = moment
        if self.published is None or (precision == "time" and self._overwritten(moment)):
            # A publication date that repeats the time of the last change was overwritten by it.
            self.published, self.date_precision, self.sources["published"] = moment, precision, source
        elif self._is_day() and precision == "time" and not self.date_conflict:
            self.published, self.date_precision = moment, precision  # the same day, told more exactly

    def _overwritten(self, moment: dt.datetime) -> bool:
        clock = moment.astimezone(ZoneInfo(self.timezone)).time()
        return self.published in self.modified and SAME < self.published - moment <= CHANGES and clock != dt.time()

    def _is_day(self) -> bool:
        local = self.published.astimezone(ZoneInfo(self.timezone))
        return self.date_precision == "day" or dt.time() in (local.time(), self.published.time())


def read_date(value: object, timezone: str) -> tuple[dt.datetime, str] | None:
    """A date told to machines, in a machine's form or a reader's; None where it is none."""
    text = plain(value) if isinstance(value, str | list) else value
    if not isinstance(text, str | int | float):
        return None
    try:
        return parse_date(text, timezone)
    except (ValueError, OverflowError):
        return visible_date(text, timezone) if isinstance(text, str) and len(text) < 60 else None


def read_metadata(
    tree: HtmlElement, *, address: str, timezone: str = "UTC", retrieved: dt.datetime | None = None
) -> Metadata:
    """Everything a page says about itself.

    Parameters
    ----------
    tree : lxml element
        The whole page.
    address : str
        Where it was fetched, against which relative addresses are read.
    timezone : str
        Zone of the outlet, for dates that carry none.
    retrieved : datetime with zone, optional
        When the page was fetched, for dates that count from the moment of reading; without it those are no dates.

    Returns
    -------
    Metadata
    """
    facts = Metadata(timezone=timezone)
    linked = linked_data(tree)
    facts.faults = linked.faults
    metas = _metas(tree)
    headings = [h for element in tree.iter("h1") if (h := plain(element.text_content()))]
    articles = _own_first(linked.articles, {key(h) for h in [*headings, plain(metas.get("og:title", ""))]})
    sites = _sites(metas, articles, linked, address)
    facts.body = body(articles[:1])
    _title(facts, tree, articles, metas, headings, sites)
    _facts(facts, tree, articles, metas, address)
    _dates(facts, tree, articles, linked, metas, address, retrieved)
    _authors(facts, tree, articles, linked, metas, sites)
    return facts


def _metas(tree: HtmlElement) -> dict[str, str]:
    contents: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content") or ""
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if (name := meta.get(attribute)) and content.strip():
                contents.setdefault(name.strip().lower(), content)
    return contents


def _own_first(articles: list[dict], titles: set[str]) -> list[dict]:
    """The objects in page order, those that bear the page's own title before those of other stories."""
    return sorted(articles, key=lambda node: key(plain(node.get("headline") or node.get("name"))) not in titles)


def _sites(metas: dict[str, str], articles: list[dict], linked: Linked, address: str) -> tuple[str, ...]:
    """Names under which the site may sign: what it calls itself, its publisher, its host."""
    said = [plain(metas.get(name, "")) for name in _META["site"]]
    said += [name for node in articles for name, _ in names(node.get("publisher"), linked.named)]
    host = _host(address).removeprefix("www.")
    return tuple(dict.fromkeys(name for name in (*said, host, host.split(".")[0]) if name))


def _host(address: str) -> str:
    """The host of an address; blank for what is none, as a saved page may say of itself."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _title(
    facts: Metadata, tree: HtmlElement, articles: list[dict], metas: dict[str, str], headings: list[str],
    sites: tuple[str, ...],
) -> None:  # fmt: skip
    stated = {
        "jsonld": next((t for node in articles if (t := plain(node.get("headline") or node.get("name")))), ""),
        "meta": next((t for name in _META["title"] if (t := plain(metas.get(name, "")))), ""),
        "title": plain(tree.findtext(".//title")),
    }
    facts.title, source, candidates = choose_title(stated, headings, sites=sites)
    facts.heading = candidates.get("h1", "")
    if facts.title:
        facts.sources["title"] = source
    differing = {name: text for name, text in candidates.items() if key(text) != key(facts.title) and name != "title"}
    if differing:
        facts.conflicts["title"] = differing


def _facts(facts: Metadata, tree: HtmlElement, articles: list[dict], metas: dict[str, str], address: str) -> None:
    """Section, language, canonical address, and whether the article is free."""
    for node in articles:
        facts.offer("section", ", ".join(dict.fromkeys(n for n, _ in names(node.get("articleSection")))), "jsonld")
        facts.offer("language", node.get("inLanguage"), "jsonld")
        free = node.get("isAccessibleForFree")
        if facts.free is None and free is not None:
            facts.free = str(free).strip().lower() not in ("false", "0", "no")
    for name in ("section", "language"):
        for source in _META[name]:
            value = metas.get(source, "")
            facts.offer(name, value.replace("_", "-") if name == "language" else value, "meta")
    for link in tree.iterfind(".//link[@rel]"):
        if "canonical" in link.get("rel").lower().split():
            facts.offer("canonical", _canonical(address, link.get("href") or ""), "link")
    facts.offer("canonical", _canonical(address, metas.get("og:url", "")), "meta")
    facts.offer("language", tree.get("lang"), "html")


def _canonical(address: str, href: str) -> str:
    """The address that a page gives as its own; empty where it is none, or the front page, which templates give
    for every article."""
    if not href.strip():
        return ""
    try:
        joined = urldefrag(urljoin(address, href.strip())).url
        parts, own = urlsplit(joined), urlsplit(address)
    except ValueError:
        return ""
    front = parts.path in ("", "/") and not parts.query and (own.path not in ("", "/") or own.query)
    return "" if front or parts.scheme not in ("http", "https") else joined


def _dates(
    facts: Metadata, tree: HtmlElement, articles: list[dict], linked: Linked, metas: dict[str, str], address: str,
    retrieved: dt.datetime | None,
) -> None:  # fmt: skip
    changed = [node.get("dateModified") for node in articles] + [metas.get(name) for name in _META["modified"]]
    facts.modified = {dated[0] for value in changed if (dated := read_date(value, facts.timezone))}
    for node in articles:
        facts.offer_date(node.get("datePublished") or node.get("dateCreated"), "jsonld")
    for name in _META["published"]:
        facts.offer_date(metas.get(name), "meta")
    for source, value in page_dates(tree, facts.timezone, retrieved):
        if source != "relative" or not facts.dates:
            facts.offer_date(value, source)
    if not facts.dates or set(facts.dates) == {"relative"}:
        for node in linked.beside:
            facts.offer_date(node.get("datePublished"), "jsonld")
    if not facts.dates:
        facts.offer_date(address_date(address, facts.timezone), "address")


def _authors(
    facts: Metadata, tree: HtmlElement, articles: list[dict], linked: Linked, metas: dict[str, str],
    sites: tuple[str, ...],
) -> None:  # fmt: skip
    """Signed names; the outlet's own name only where nobody else signs."""
    own, bylines = {key(site) for site in sites}, []
    for node in articles:
        bylines.append(("jsonld", [n for n, _ in names(node.get("author") or node.get("creator"), linked.named)]))
    bylines += [("meta", [plain(metas[name])]) for name in _META["byline"] if name in metas and name != "twitter:data1"]
    bylines.append(("page", page_authors(tree)))
    bylines += [("jsonld", [n for n, _ in names(node.get("author"), linked.named)]) for node in linked.beside]
    fallback: tuple[str, tuple[str, ...]] | None = None
    for source, said in bylines:
        signed = tuple(dict.fromkeys(name for text in said for name in author_names(text)))
        people = tuple(name for name in signed if key(name) not in own)
        if people and not facts.authors:
            facts.authors, facts.sources["byline"] = people, source
        elif people and {key(n) for n in people} != {key(n) for n in facts.authors}:
            facts.conflicts.setdefault("byline", {})[source] = ", ".join(people)
        if signed and fallback is None:
            fallback = source, signed
    if not facts.authors and fallback:
        facts.sources["byline"], facts.authors = fallback
    facts.byline = ", ".join(facts.authors)
