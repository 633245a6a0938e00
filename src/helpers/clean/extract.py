"""A page to an article: its body, and what it says about itself.

Body by trafilatura (Barbaresi 2021) or newspaper3k, parsing only; everything else by
`helpers.clean.metadata`, so that the two differ in nothing but the body.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from dataclasses import dataclass, field
from typing import Literal

import lxml.html
import trafilatura
from lxml.etree import LxmlError

from helpers.clean.dates import date_words, visible_date
from helpers.clean.encoding import decode
from helpers.clean.metadata import Metadata, read_metadata

__all__ = ["EXTRACTORS", "Extraction", "decode", "extract", "extract_body"]

Extractor = Literal["trafilatura", "newspaper3k"]
EXTRACTORS: tuple[Extractor, ...] = ("trafilatura", "newspaper3k")
MAX_CHARACTERS = 5_000_000  # of a page; a longer one is data, or an attack
BARRIER_WORDS = 120  # a body shorter than this on a page that asks for money or consent is not the article
_PAYWALL = re.compile(
    r"(?:subscribe|sign in|log in|register) to (?:read|continue)|rest of this (?:article|story) is for subscribers|"
    r"(?:for|only to) subscribers only|продолжение (?:статьи|материала) доступно|оформите подписку|"
    r"доступно (?:только )?подписчикам|передплат\w+,? щоб|"
    r"구독(?:자|하시면)|유료 ?회원|订阅(?:后|以)|訂閱(?:後|以)|付费",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:and our partners )?(?:value your privacy|use cookies)|accept (?:all|and continue)|"
    r"consent to (?:the use of )?cookies|мы используем (?:файлы )?cookie|ми використовуємо (?:файли )?cookie|"
    r"쿠키(?:를)? 사용",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Extraction:
    """What one page holds.

    Attributes
    ----------
    text : str
        Paragraphs separated by a blank line; empty when `refused` says why.
    published : datetime or None
        In UTC; `date_source` is jsonld, meta, time, visible or none, `date_precision` day or time.
    date_conflict : bool
        Places on the page give different days.
    flags : tuple of (flag, evidence)
        ``paywalled``, ``consent_page``, ``metered``, ``future_date``.
    refused : str
        too_large, not_html, empty, paywalled, consent_page, or nothing.
    sources : dict
        Field to the place that gave it.
    """

    title: str | None = None
    byline: str | None = None
    section: str | None = None
    canonical: str | None = None
    published: dt.datetime | None = None
    date_source: str = "none"
    date_precision: str = "day"
    date_conflict: bool = False
    language: str | None = None
    text: str = ""
    flags: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    sources: dict[str, str] = field(default_factory=dict)


def extract(
    html: str,
    *,
    address: str,
    extractor: Extractor = "trafilatura",
    timezone: str = "UTC",
    now: dt.datetime | None = None,
) -> Extraction:
    """Body and metadata of a page; a function of its arguments alone.

    Parameters
    ----------
    html : str
    address : str
    extractor : {"trafilatura", "newspaper3k"}
    timezone : str
        IANA zone of the outlet, for dates without one.
    now : datetime, optional
        When the page was retrieved; a later date is flagged, and kept.

    Returns
    -------
    Extraction

    Raises
    ------
    ValueError
        No such extractor.
    """
    if extractor not in EXTRACTORS:
        raise ValueError(f"extractor {extractor!r} is not one of {', '.join(EXTRACTORS)}")
    if len(html) > MAX_CHARACTERS:
        return Extraction(refused="too_large", flags=(("too_large", f"{len(html)} characters"),))
    tree = _parse(html)
    if tree is None:
        return Extraction(refused="not_html")
    facts = read_metadata(tree, address=address, timezone=timezone)
    text = _without_heading(extract_body(html, address=address, extractor=extractor), facts)
    barrier = _barrier(tree, text, facts)
    flags = [barrier] if barrier else []
    if now is not None and facts.published and facts.published > now + dt.timedelta(days=1):
        flags.append(("future_date", facts.published.date().isoformat()))
    stopped = barrier[0] if barrier and barrier[0] != "metered" else ""
    return Extraction(
        title=facts.title or None,
        byline=facts.byline or None,
        section=facts.section or None,
        canonical=facts.canonical or None,
        published=facts.published,
        date_source=facts.sources.get("published", "none"),
        date_precision=facts.date_precision,
        date_conflict=facts.date_conflict,
        language=facts.language.split("-")[0].lower() or None,
        text="" if stopped else text,
        flags=tuple(flags),
        refused=stopped or ("" if text else "empty"),
        sources=facts.sources,
    )


def extract_body(html: str, *, address: str, extractor: Extractor = "trafilatura") -> str:
    """The body alone, as paragraphs separated by a blank line; empty if there is none."""
    body = _by_trafilatura(html, address) if extractor == "trafilatura" else _by_newspaper(html, address)
    return "\n\n".join(line.strip() for line in body.split("\n") if line.strip())


def _by_trafilatura(html: str, address: str) -> str:
    return (
        trafilatura.extract(html, url=address, favor_precision=True, include_comments=False, include_tables=False) or ""
    )


def _by_newspaper(html: str, address: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # its own source, when first compiled
        warnings.simplefilter("ignore", DeprecationWarning)
        from newspaper import Article, Config  # slow to import, and only one study in many asks for it
        from newspaper.article import ArticleException

    config = Config()
    config.fetch_images, config.memoize_articles = False, False  # nothing that reaches out of this process
    article = Article(address, config=config)
    article.set_html(html)
    try:
        article.parse()
    except (ArticleException, ValueError, AttributeError, LxmlError) as error:
        raise ValueError(f"newspaper3k cannot read {address}: {type(error).__name__} {error}") from error
    return article.text or ""


def _parse(html: str) -> lxml.html.HtmlElement | None:
    """The page as a tree, None where it is no page at all."""
    if html.lstrip("\ufeff \r\n\t")[:5] == "%PDF-" or html.count("\x00") > len(html) // 100:
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(html.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    return tree if tree.find("body") is not None and tree.find("body").text_content().strip() else None


def _without_heading(text: str, facts: Metadata) -> str:
    """The body without the headline, byline and date that stand above it."""
    lines = text.split("\n\n") if text else []
    for _ in range(4):
        if lines and _is_heading(lines[0], facts):
            lines = lines[1:]
    return "\n\n".join(lines)


def _is_heading(line: str, facts: Metadata) -> bool:
    bare = line.strip().casefold()
    if bare in (facts.title.casefold(), facts.heading.casefold()) or (
        facts.byline and bare.removeprefix("by ") == facts.byline.casefold()
    ):
        return True
    return len(line) < 60 and visible_date(line, facts.timezone) is not None and date_words(line) <= 2


def _barrier(tree: lxml.html.HtmlElement, text: str, facts: Metadata) -> tuple[str, str] | None:
    """Whether the page keeps its article back, and the words or the statement that show it."""
    short = len(text.split()) < BARRIER_WORDS
    if facts.free is False:
        return ("paywalled" if short else "metered", "isAccessibleForFree: false")
    if not short:
        return None
    seen = " ".join(tree.find("body").text_content().split())[:20_000]
    if match := _PAYWALL.search(seen):
        return "paywalled", match.group()
    if (match := _CONSENT.search(text or seen)) and len(seen.split()) < 4 * BARRIER_WORDS:
        return "consent_page", match.group()
    return None
