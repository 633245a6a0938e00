"""Pages that break parsers, made on the spot: name to bytes, for every test that has to survive them.

`pages()` gives the small ones, quick to make and to refuse; `huge=True` adds those of tens of megabytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

SENTENCE = "The delegation walked along the quay, counted its cranes and wrote down what it saw there."


def article(head: str = "", body: str = "") -> bytes:
    """A good page, with something bad in its head or below its text."""
    text = "".join(f"<p>{i}. {SENTENCE}</p>" for i in range(12))
    return (
        f"<html lang='en'><head><title>A long day at the quay</title>{head}</head><body><article>"
        f"<h1>A long day at the quay</h1>{text}</article>{body}</body></html>"
    ).encode()


def jsonld(source: str) -> str:
    return f'<script type="application/ld+json">{source}</script>'


def entity_bomb(levels: int = 30) -> bytes:
    """Each entity is ten of the one before: 10^30 words to whoever expands it."""
    lines = ['<!ENTITY e0 "crane">'] + [f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, levels + 1)]
    return f'<?xml version="1.0"?><!DOCTYPE html [{"".join(lines)}]><html><body>&e{levels};</body></html>'.encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "white space": lambda: b" \n\t" * 1000,
    "binary": lambda: bytes(range(256)) * 400,
    "image": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "pdf": lambda: b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n" * 200,
    "gzip": lambda: gzip.compress(article(), mtime=0),
    "200,000 sibling spans": lambda: article(body="<span>x</span>" * 200_000),
    "100,000 nested divs": lambda: article(body="<div>" * 100_000 + "x" + "</div>" * 100_000),
    "100,000 open tags": lambda: b"<html><body>" + b"<b><i>" * 50_000 + b"words",
    "50,000 attributes": lambda: article(body="<p " + " ".join(f"a{i}=1" for i in range(50_000)) + ">x</p>"),
    "entity bomb": entity_bomb,
    "a million entities": lambda: article(body="<p>" + "&amp;" * 1_000_000 + "</p>"),
    "JSON-LD 100,000 deep": lambda: article(jsonld("[" * 100_000)),
    "JSON-LD 100,000 deep, closed": lambda: article(jsonld('{"@graph":' * 100_000 + "1" + "}" * 100_000)),
    "JSON-LD cut off": lambda: article(jsonld('{"@type": "NewsArticle", "headline": ')),
    "JSON-LD of wrong kinds": lambda: article(
        jsonld(json.dumps({"@type": ["NewsArticle"], "headline": 7, "author": [[[["x"]]]], "datePublished": {"a": 1}}))
    ),
    "JSON-LD with a number of 100,000 digits": lambda: article(jsonld('{"datePublished": ' + "9" * 100_000 + "}")),
    "JSON-LD with 200,000 articles": lambda: article(
        jsonld("[" + ",".join(['{"@type":"NewsArticle"}'] * 200_000) + "]")
    ),
    "null bytes": lambda: article().replace(b" ", b"\x00 "),
    "null bytes only": lambda: b"\x00" * 100_000,
    "dates beyond the calendar": lambda: article(
        '<meta property="article:published_time" content="99999-99-99T99:99:99Z">'
        '<meta name="date" content="-1">' + jsonld('{"@type":"NewsArticle","datePublished":1e308}')
    ),
    "a line of a million characters": lambda: article(body="<p class='byline date'>" + "x" * 1_000_000 + "</p>"),
    "half a surrogate": lambda: article("<meta name='author' content='&#xD800;'>", "<p>&#xDFFF;&#x110000;</p>"),
    "no root": lambda: b"<!-- only a comment -->",
    "processing instructions": lambda: b"<?php echo 1; ?>" * 20_000,
    "endless comment": lambda: article(body="<!-- " + "x" * 1_000_000),
    "frameset": lambda: b"<html><frameset><frame src='x'></frameset></html>",
}
HUGE: dict[str, Callable[[], bytes]] = {
    "50 MB of words": lambda: b"<html><body><p>" + b"crane " * 8_400_000,
    "50 MB of tags": lambda: b"<html><body>" + b"<p>x" * 12_500_000,
    "3,000,000 sibling spans": lambda: article(body="<span>x</span>" * 3_000_000),
}
READABLE = frozenset(
    name for name in HOSTILE if name.startswith(("JSON-LD", "null bytes")) and name != "null bytes only"
) | {"dates beyond the calendar", "half a surrogate", "endless comment"}  # the article in them is to be had


def pages(*, huge: bool = False) -> dict[str, bytes]:
    """Name to body of every hostile page; the huge ones (50 MB each) only when asked."""
    return {name: make() for name, make in (HOSTILE | HUGE if huge else HOSTILE).items()}
