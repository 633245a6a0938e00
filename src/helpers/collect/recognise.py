"""What kind of list an answer holds, whatever the server calls it."""

from __future__ import annotations

from helpers.collect.answers import Answer
from helpers.collect.listings import Link, read_feed, read_front, read_sitemap
from helpers.extract.encoding import decode

LOOKED_AT, PACKED = 4_096, b"\x1f\x8b"


def recognise(answer: Answer, *, timezone: str = "UTC") -> tuple[str, list[Link], str]:
    """What kind of list a body is, whatever the server calls it, what it lists, and what is wrong with it.

    Returns
    -------
    (str, list of Link, str)
        Kind: ``feed``, ``sitemap``, ``sitemap index``, ``page`` or ``other``.
        A page lists links to what may be articles of its site, without titles.

    >>> import datetime as dt
    >>> rss = b"<rss version='2.0'><channel><item><title>Pact</title><link>/1</link></item></channel></rss>"
    >>> kind, links, fault = recognise(Answer("http://a.org/feed", "ok", dt.datetime.now(dt.UTC), 200, body=rss))
    >>> kind, links[0].words, fault
    ('feed', 'Pact', '')
    """
    body, base = answer.body, answer.address
    head = body[:LOOKED_AT].lower()
    if body[:2] == PACKED or any(mark in head for mark in (b"<urlset", b"<sitemapindex")):
        try:
            sitemap = read_sitemap(body, base=base, timezone=timezone)
        except ValueError as error:
            return "other", [], str(error)
        if sitemap.inner and not sitemap.pages:
            inner = [Link(address, "sitemap", changed) for address, changed in sitemap.inner]
            return "sitemap index", inner, sitemap.fault
        return "sitemap", sitemap.pages, sitemap.fault
    if any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return "feed", *read_feed(body, base=base, timezone=timezone)
    kind = answer.header("Content-Type")
    if b"<html" in head or "html" in kind.lower():
        return (
            "page",
            [Link(address, "front") for address in read_front(decode(body, content_type=kind), base=base)],
            "",
        )
    return "other", [], f"neither feed nor sitemap nor page ({kind or 'no content type'})"
