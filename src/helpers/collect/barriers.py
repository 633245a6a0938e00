"""Whether a page that answered keeps its article back: a wall to pay at, a question of consent, a test for machines.

Judged while pages are fetched, so without a parser: every step here takes time in proportion to the page and reads
at most `MOST` of it.  In doubt the page is kept; extraction looks again, with the article in hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from helpers.collect.answers import Answer, redirect_target
from helpers.extract.encoding import decode
from helpers.text.languages import either

MOST = 400_000  # bytes of a page that are looked at
FULL = 120  # words in running text from which a page holds its article, whatever it says of subscriptions
LOCKED = 60  # the same where only the markup speaks of a wall
LONG = 40  # characters from which a line reads like a paragraph of an article
BARE = 150  # visible words below which a page may be nothing but a question

_HIDDEN = re.compile(r"<(/?)(script|style|template|svg|head)\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|td|tr|section|article|header|footer|nav|aside|form)\b[^<>]*>", re.I
)
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[\u3400-\u9fff]{1,2}|[^\W\u3400-\u9fff]+")
_PARAGRAPH = re.compile(rf"<p(?:\s[^<>]*)?>([^<]{{{LONG},}})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_NOT_FREE = re.compile(
    r"isAccessibleForFree[\"']?\s{0,9}(?::|content\s?=)\s{0,9}[\"']?(?:https?://schema.org/)?false", re.I
)
_ARTICLE = re.compile(r"<article\b|\"articleBody\"|property=[\"']og:type[\"'] content=[\"']article", re.IGNORECASE)
_MACHINES_MARK = re.compile(
    r"/cdn-cgi/challenge-platform|_Incapsula_Resource|px-captcha|cf-turnstile|captcha-delivery", re.I
)
_PAY_MARK = re.compile(
    r"(?:class|id)=[\"'][^\"'<>]{0,200}(?:paywall|piano-(?:offer|container|inline)|tp-container-inner|tinypass|subscriber-only|"
    r"premium-lock|regwall)", re.IGNORECASE,
)  # fmt: skip
_CONSENT_PLACE = re.compile(
    r"^(?:consent|guce|privacy-?(?:mgmt|center|wall)?|cmp|choices)\.|/(?:consent|collectConsent|cookie-?wall|privacy-?wall)(?:[/?]|$)",
    re.IGNORECASE,
)
_PAY_PLACE = re.compile(
    r"(?:^|\.)(?:tinypass|piano)\.(?:com|io)/|/(?:subscribe|subscription|paywall|login|signin|sign-in|register|auth)(?:[/?.]|$)",
    re.I,
)


@cache
def _said(what: str) -> re.Pattern[str]:
    """How pages of any language ask for money (``pay``), consent, or proof of a reader (``machines``)."""
    return re.compile(either("barrier", what), re.IGNORECASE)


def barrier(answer: Answer) -> tuple[str, str] | None:
    """What keeps an article back, and the words or the mark that show it; None if nothing does.

    Parameters
    ----------
    answer : Answer
        With its body; of any status.

    Returns
    -------
    (str, str) or None
        ``paywalled``, ``consent_page`` or ``challenge``, and the evidence.

    >>> import datetime
    >>> wall = b"<html><title>T</title><p>First lines.</p><p>Subscribe to continue reading.</p></html>"
    >>> at = datetime.datetime(2031, 1, 10, tzinfo=datetime.UTC)
    >>> barrier(Answer("http://a.invalid/1", "ok", at, 200, (), wall))
    ('paywalled', 'Subscribe to continue')
    """
    if answer.outcome == "redirect":
        return _leads_to(redirect_target(answer), answer.address)
    if answer.header("cf-mitigated").lower() == "challenge":
        return "challenge", "cf-mitigated: challenge"
    if not answer.body:
        return None
    place = urlsplit(answer.address)
    if match := _CONSENT_PLACE.search(f"{place.hostname or ''}{place.path}"):
        return "consent_page", match.group()
    page = decode(answer.body[:MOST], content_type=answer.header("Content-Type"))
    if answer.status < 400 and _words_in(match.group(1) for match in _PARAGRAPH.finditer(page)) >= FULL:
        return None
    shown = visible(page)
    n_words = len(_WORD.findall(shown))
    if n_words < BARE:
        title = " ".join(_TITLE.findall(page)[:1])
        challenge = _said("machines").search(f"{title}\n{shown}") or _MACHINES_MARK.search(page)
        if challenge:
            return "challenge", challenge.group()
    return _wall(page, shown, n_words) if answer.status < 400 else None


def visible(page: str) -> str:
    """Text that a reader sees, a line a block; for judging only, no substitute for a parser.

    >>> visible("<p>One <b>two</b></p><script>if (a<b) x()</script><div>three")
    'One two\\nthree'
    """
    kept, at, inside = [], 0, ""
    for mark in _HIDDEN.finditer(page):
        closing, name = mark.group(1), mark.group(2).lower()
        if not inside and not closing:
            kept.append(page[at : mark.start()])
            inside = name
        elif inside == name and closing:
            inside, at = "", mark.start()
    if not inside:
        kept.append(page[at:])
    text = _TAG.sub("", _BLOCK.sub("\n", " ".join(kept)))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


def _leads_to(target: str, origin: str) -> tuple[str, str] | None:
    """What a redirect away from an article means, if it leads to a gate."""
    try:
        to, here = urlsplit(target), urlsplit(origin)
    except ValueError:
        return None  # no address; whoever follows it is told
    place = f"{to.hostname or ''}{to.path}"
    if match := _CONSENT_PLACE.search(place):
        return "consent_page", f"leads to {target[:200]} ({match.group()})"
    if _PAY_PLACE.search(place) and not _PAY_PLACE.search(f"{here.hostname or ''}{here.path}"):
        return "paywalled", f"leads to {target[:200]}"
    return None


def _wall(page: str, shown: str, n_words: int) -> tuple[str, str] | None:
    running = _words_in(line for line in shown.split("\n") if len(line) >= LONG)
    if running >= FULL:
        return None
    if match := _NOT_FREE.search(page):
        return "paywalled", " ".join(match.group().split())
    if match := _said("pay").search(shown):
        return "paywalled", match.group()
    if running < LOCKED and (match := _PAY_MARK.search(page)):
        return "paywalled", match.group()[-80:]
    if n_words < BARE and not _ARTICLE.search(page) and (match := _said("consent").search(shown)):
        return "consent_page", match.group()
    return None


def _words_in(lines: Iterable[str]) -> int:
    """Words of lines that read like an article and are no offer, as many as there are up to `FULL`."""
    n = 0
    for line in lines:
        if not _said("pay").search(line):
            n_spaced = line.count(" ") + 1
            n += n_spaced if len(line) < 12 * n_spaced else len(line) // 2  # Chinese has no spaces
            if n >= FULL:
                break
    return n
