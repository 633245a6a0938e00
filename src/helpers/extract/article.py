"""A page to an article: its body, and what it says about itself.

Body by trafilatura (Barbaresi 2021) or newspaper3k, parsing only; everything else by
`helpers.extract.metadata`, so that the two differ in nothing but the body.
"""

from __future__ import annotations

import datetime as dt
import re
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

import lxml.html
import trafilatura
from lxml.etree import LxmlError

from helpers.extract.bylines import author_names
from helpers.extract.metadata import Metadata, read_metadata
from helpers.extract.newspaper3k import newspaper_body
from helpers.extract.onpage import is_date_line
from helpers.extract.page_state import state_body
from helpers.text.languages import either
from helpers.text.lengths import n_words

Extractor = Literal["trafilatura", "newspaper3k"]
EXTRACTORS: tuple[Extractor, ...] = ("trafilatura", "newspaper3k")
SEEN = 20_000  # characters of a page that are searched for a barrier
LONG_LINE = 15  # tokens; a shorter line before or after all that a careful reading has is a link or a label
MANY_LINES = 1000  # of a reading: of longer ones a line on which every hundredth is alike joins nothing
HEAD = 3  # lines of a body among which its headline may stand
SHORT = 160  # tokens; a shorter body is held against what a looser reading finds
STATED_BODY = 100  # tokens; a shorter articleBody is a teaser
WRITTEN = 20  # tokens beside the line that asks for scripts, from which a page has text of its own
BARRIER_WORDS = 120  # a body shorter than this on a page that asks for money or consent is not the article
# One word of a spaced script, one character of Han, kana or Hangul.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
MAX_CHARACTERS = 5_000_000  # of a page; a longer one is data, or an attack
MAX_TAGS = 120_000  # "<"; a long news page has 20,000, and parsers take seconds for more than this
MAX_ATTRIBUTES = 2_000  # of one element; libxml2 compares each with each
SAMPLED = 200_000  # characters looked at for binary content
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"'/]{1,100}(?=[\s=])")
_STATE = re.compile(r"__[A-Z]{4,40}|Fusion\.globalContent|application/json")
_FRAME = re.compile(
    r"<(?P<tag>div|main|section|app-root)\b(?:[^<>]{0,200}\bid=[\"']?(?:root|app|app-root|main-app|__next|__nuxt)\b[\"']?|"
    r"(?<=app-root))[^<>]{0,200}>\s*</(?P=tag)>",
    re.IGNORECASE,
)
_SIGNATURES = (
    "%PDF-",
    "PK\x03\x04",
    "GIF8",
    "\ufffdPNG",
    "\x89PNG",
    "‰PNG",
    "Rar!",
    "\x1f\ufffd",
    "\x1f\x8b",
    "{\\rtf",
)


@dataclass(frozen=True)
class Extraction:
    """What one page holds.

    Attributes
    ----------
    text : str
        Paragraphs separated by a blank line; empty when `refused` says why.
    published : datetime or None
        In UTC; `date_source` is jsonld, meta, itemprop, time, visible, relative, address or none,
        `date_precision` day, hour or time.
    date_conflict : bool
        Places on the page give different days.
    flags : tuple of (flag, evidence)
        ``paywalled``, ``consent_page``, ``needs_javascript``, ``metered``, ``future_date``.
    refused : str
        too_large, too_complex, not_html, empty, paywalled, consent_page, needs_javascript, or nothing.
    sources : dict
        Field to the place that gave it.
    authors : tuple of str
        The names in `byline`.
    conflicts : dict
        Field to what other places said, by place, where they differ.
    faults : tuple of str
        What the page says about itself in a form that cannot be read.
    withheld : str
        What a page that keeps its article back shows of it.
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
    authors: tuple[str, ...] = ()
    conflicts: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    withheld: str = ""


def extract_article(
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
    if grounds := refusal(html):
        return Extraction(
            refused=grounds[0], flags=(grounds,) if grounds[0] == "too_large" else (), faults=(grounds[1],)
        )
    html = html.replace("\x00", "")
    tree = parse(html)
    if tree is None:
        frame = _empty_frame(html)
        return Extraction(
            refused="needs_javascript" if frame else "not_html", flags=(("needs_javascript", frame),) if frame else ()
        )
    facts = read_metadata(tree, address=address, timezone=timezone, retrieved=now)
    seen = " ".join(tree.find("body").text_content()[: 4 * SEEN].split())[:SEEN]
    is_open = facts.free is not False and not _said("paywall").search(seen)
    body, facts.sources["text"] = _body(html, tree, address, extractor, facts, is_open=is_open)
    body = _without_heading(body, facts)
    barrier = _barrier(seen, body, facts) or _unwritten(html, body)
    return _finished(barrier, body, facts, now)


def refusal(html: str) -> tuple[str, str] | None:
    """Why a page is not worth parsing, and the count that shows it; None if it is.

    >>> refusal("%PDF-1.7 ...")
    ('not_html', 'begins with %PDF-')
    >>> refusal("<p>words</p>") is None
    True
    """
    if len(html) > MAX_CHARACTERS:
        return "too_large", f"{len(html)} characters"
    start = html[:2000].lstrip("\ufeff \r\n\t\x00")
    if signature := next((mark for mark in _SIGNATURES if start.startswith(mark)), ""):
        return "not_html", f"begins with {signature}"
    bare = html[:SAMPLED].replace("\x00", "")
    if not bare.strip():
        return "not_html", "no characters"
    if (odd := len(_CONTROL.findall(bare))) > len(bare) // 50:
        return "not_html", f"{odd} of {len(bare)} characters are no text"
    if (tags := html.count("<")) > MAX_TAGS:
        return "too_complex", f"{tags} tags"
    for match in _LONG_TAG.finditer(html):
        if (attributes := len(_ATTRIBUTE.findall(match.group()))) > MAX_ATTRIBUTES and '"' not in match.group()[
            :20_000
        ]:
            return "too_complex", f"{attributes} attributes of one element"
    return None


def _finished(barrier: tuple[str, str] | None, text: str, facts: Metadata, now: dt.datetime | None) -> Extraction:
    flags = [barrier] if barrier else []
    if now is not None and facts.published and facts.published > now + dt.timedelta(days=1):
        flags.append(("future_date", facts.published.date().isoformat()))
    stopped = barrier[0] if barrier and barrier[0] != "metered" else ""
    if stopped or not text:
        del facts.sources["text"]
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
        authors=facts.authors,
        conflicts=facts.conflicts,
        faults=tuple(facts.faults),
        withheld=text if stopped else "",
    )


def extract_body(html: str, *, address: str, extractor: Extractor = "trafilatura") -> str:
    """The body alone, as paragraphs separated by a blank line; empty if there is none."""
    return _paragraphs(_by_trafilatura(html, address) if extractor == "trafilatura" else newspaper_body(html, address))


def _body(
    html: str, tree: lxml.html.HtmlElement, address: str, extractor: Extractor, facts: Metadata, *, is_open: bool
) -> tuple[str, str]:
    """The body and what gave it: two readings united, unless what the page states or the looser one is far longer.

    `tree` is used up: trafilatura takes out of it what it does not want.
    """
    if extractor != "trafilatura":
        return _paragraphs(newspaper_body(html, address)), extractor
    whole = _paragraphs(_by_trafilatura(deepcopy(tree), address, careful=False))
    careful = _paragraphs(_by_trafilatura(tree, address))
    text, source = _united(careful, whole), "trafilatura"
    if _tokens(text) < SHORT and _tokens(whole) > 2 * _tokens(text):
        text, source = whole, "trafilatura, looser"
    extracted, stated = _tokens(text), _tokens(facts.body)
    if stated > max(STATED_BODY, 2 * _tokens(careful)) and stated >= extracted:
        return _paragraphs(facts.body), "jsonld"
    if extracted < SHORT and is_open and _STATE.search(html):
        written = _paragraphs(_state(html, facts, only_titled=extracted >= WRITTEN))
        if _tokens(written) > max(STATED_BODY, 2 * extracted):
            return written, "script data"
    return text, source


def _united(careful: str, whole: str) -> str:
    """What both readings have, and of the looser one what is no short line around that.

    The careful reading drops paragraphs within an article; the looser one adds links and labels before and after it.

    >>> _united("A.\\n\\nC.", "Menu\\n\\nA.\\n\\nB.\\n\\nC.\\n\\nRead more")
    'A.\\n\\nB.\\n\\nC.'
    """
    if not careful or not whole:
        return careful or whole
    sides = [text.split("\n\n") for text in (careful, whole)]
    plain = [[_plain(line) for line in side] for side in sides]
    many = max(map(len, plain)) > MANY_LINES  # where lines that recur take the square of their number
    steps = SequenceMatcher(None, *plain, autojunk=many).get_opcodes()
    shared = [i for i, (step, *_) in enumerate(steps) if step == "equal"]
    if not shared:
        return careful if 2 * _tokens(careful) >= _tokens(whole) else whole
    lines: list[str] = []
    for i, (_, begin, end, start, stop) in enumerate(steps):
        is_inside = shared[0] < i < shared[-1]
        theirs = [line for line in sides[1][start:stop] if is_inside or i in shared or _tokens(line) >= LONG_LINE]
        # Neither has all where the two have cut a stretch in other pieces: the longer one.
        lines += max(theirs, sides[0][begin:end], key=lambda part: _tokens(" ".join(part)))
    return "\n\n".join(lines)


def _plain(line: str) -> str:
    return " ".join(line.split()).casefold()


def _state(html: str, facts: Metadata, *, only_titled: bool) -> str:
    tree = parse(html)
    return "" if tree is None else state_body(tree, (facts.title, facts.heading), only_titled=only_titled)


def _paragraphs(text: str) -> str:
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


def _tokens(text: str) -> int:
    return len(_TOKEN.findall(text))


def _by_trafilatura(html: str | lxml.html.HtmlElement, address: str, *, careful: bool = True) -> str:
    return (
        trafilatura.extract(html, url=address, favor_precision=careful, include_comments=False, include_tables=True)
        or ""
    )


def parse(html: str) -> lxml.html.HtmlElement | None:
    """The page as a tree, None where it has no words."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    return tree if tree.find("body") is not None and tree.find("body").text_content().strip() else None


def _without_heading(text: str, facts: Metadata) -> str:
    """The body without the headline, byline and date that stand above it."""
    lines = text.split("\n\n") if text else []
    for _ in range(4):
        if lines and _is_heading(lines[0], facts):
            lines = lines[1:]
    # A headline may stand below a kicker or the first line of the text.
    return "\n\n".join(line for i, line in enumerate(lines) if i >= HEAD or not _is_headline(line, facts))


def _is_heading(line: str, facts: Metadata) -> bool:
    if _is_headline(line, facts):
        return True
    if facts.authors and len(line) < 160 and set(author_names(line)) and set(author_names(line)) <= set(facts.authors):
        return True
    return len(line) < 60 and is_date_line(line, facts.timezone)


def _barrier(seen: str, text: str, facts: Metadata) -> tuple[str, str] | None:
    """Whether the page keeps its article back, and the words or the statement that show it."""
    short = _tokens(text) < BARRIER_WORDS
    if facts.free is False:
        return ("paywalled" if short else "metered", "isAccessibleForFree: false")
    if not short:
        return None
    if match := _said("paywall").search(seen):
        return "paywalled", match.group()
    if (match := _said("consent").search(text or seen)) and n_words(seen) < 4 * BARRIER_WORDS:
        return "consent_page", match.group()
    return None


def _unwritten(html: str, text: str) -> tuple[str, str] | None:
    """Whether a script had to write the page: nothing is there but a line that asks for it, or an empty frame."""
    asks = _said("scripts")
    beside = "\n\n".join(line for line in text.split("\n\n") if not asks.search(line))
    if _tokens(beside) >= WRITTEN or (tree := parse(html)) is None:
        return None
    for element in tree.xpath(".//script | .//style | .//template"):
        element.drop_tree()
    shown = [line for element in tree.xpath("./body//text()") if (line := " ".join(element.split()))]
    if sum(map(_tokens, shown)) > 4 * BARRIER_WORDS:
        return None
    evidence = next((line for line in shown if asks.search(line)), "")[:200] or _empty_frame(html)
    return ("needs_javascript", evidence) if evidence else None


def _empty_frame(html: str) -> str:
    """The empty element that a script would have filled."""
    match = _FRAME.search(html[:SAMPLED])
    return match.group() if match and "<script" in html else ""


def _is_headline(line: str, facts: Metadata) -> bool:
    return line.strip().casefold() in (facts.title.casefold(), facts.heading.casefold())


@cache
def _said(what: str) -> re.Pattern[str]:
    """How pages of any language ask for money (``paywall``), consent or ``scripts``."""
    return re.compile(either("page", what), re.IGNORECASE)
