"""Inputs on which something of ours once broke, by target, with what broke; each is tried before all others."""

from __future__ import annotations

import json

import pandas as pd

HEADED = "<html lang='en'><h1>Averland and Borrovia signed a treaty.</h1><p>{}</p></html>"
DATED = '<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": {}}}</script>'
PAGE_IN_A_PAGE = "<!DOCTYPE html><html lang= and Borrovia signed a treaty by the lake.</p></article></body></html>"
SECOND_PAGE = "<html><body><h1>Averland</h1><p class='byline author'>By A</p></body></html>reaty.</h1><p class='byline author'>By Ada Quay</p></body></html>"
LAST_DAY = "9999-12-31T23:59:59+00:00"
CODES = "article_id,position,frame,coder,value\n"
PASSAGE = {"article_id": "a1", "position": 0}


def _archived(**row: object) -> tuple[bytes, str, str, int, bool]:
    return json.dumps({"url": "http://quay.invalid/1", "title": "Averland"} | row).encode(), "jsonl", "", 0, False


def _front_matter(said: str) -> tuple[bytes, str, str, int, bool]:
    return f"---\n{said}\n---\n# Averland\n".encode(), "md", "", 0, False


def _task(annotation: object, data: object = PASSAGE) -> tuple[str, object, list[object]]:
    return CODES, [{"annotations": [annotation], "data": data}], []


KEPT: dict[str, tuple] = {
    "article": (
        (HEADED.format("x"), "http://[", "UTC"),  # the host of an address that is none, as a saved page may say
        (HEADED.format("x"), "http://quay.invalid\u2100/", "UTC"),
        (SECOND_PAGE, "http://quay.invalid/1", "UTC"),  # a byline without anything above it
        (HEADED.format(DATED.format('"Thu, 01 Jan 0001 00:00:00 -2400"')), "http://quay.invalid/1", "Asia/Seoul"),
        (HEADED.format(DATED.format(f'"{LAST_DAY}"')), "http://quay.invalid/1", "Asia/Seoul"),  # tomorrow in Seoul
        (HEADED.format("<p>0001年1月1日</p>"), "http://quay.invalid/1", "Asia/Seoul"),
        (HEADED.format(DATED.format("1e999")), "http://quay.invalid/1", "UTC"),
    ),
    "lines and markup": (PAGE_IN_A_PAGE,),  # a page within what is read as a piece of one
    "dates": tuple(
        (value, "Asia/Seoul", None)
        for value in (
            float("inf"),
            float("-inf"),
            -99999999999999999,
            "-99999999999999999",
            LAST_DAY,
            "0001-01-01",
            "0001年1月1日",
            "9" * 5000,
        )
    ),
    "slow dates": (" " * 100_000 + "2031-01-05", "1:" * 50_000),  # the square of the blanks; a complaint of 100 kB
    "slow pages": ('<p>"' * 12_500,),  # the square of lines that are alike
    "slow lists": ("\n" * 100_000 + "<item>",),  # 38 s
    "feeds": (
        (
            b"<rss version='2.0'><channel><item><link>/1</link><pubDate>-99999999999999999</pubDate></item></channel></rss>",
            "UTC",
        ),
    ),
    "JSON lines": ((b'{"Traceback (most recent call last):\\n  File": null}', False),),  # a column's name of two lines
    "exports nobody described": (
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"not deflated",
        b'{"text": null, "date": []}',
    ),
    "news archives": (
        _archived(date=LAST_DAY),
        _archived(date="0001-01-01T00:00:00+14:00"),
        _archived(date="0001-01-01"),
        *(_front_matter(said) for said in ("date: 2031-02-31", "a: !!timestamp x", "a: !!bool x", "[" * 3000)),
    ),
    "YAML": ("a: !!timestamp x", "a: !!bool x", "a: !!int ''", "a: !!float ''"),
    "WARC files": (([("1", "response", b"<html></html>", "200 OK", "0001-01-01T00:00:00+14:00")], False, []),),
    "codes of other tools": (
        _task(None),
        _task({"result": 3}),
        _task({"result": [None]}),
        _task({"result": [{"value": {"choices": [[]]}}]}),
        _task({}, None),
        _task({"result": [{"value": {"labels": ["PACT"], "start": 0, "end": 3, "text": 5}}]}),
        _task({}, PASSAGE | {"position": float("inf")}),
        (f"{CODES}a1,{'9' * 5000},PACT,ann,1", [], []),
        (CODES, [], [PASSAGE | {"cats": 3}]),
        (CODES, [], [PASSAGE | {"cats": [3]}]),
        (f"{CODES}{'a' * 140_000},0,PACT,ann,1", [], []),
    ),
    "tables": (
        (pd.DataFrame([["a", None]], columns=["x", "outlet"]), "", True),  # an index called as a column is
        (pd.DataFrame([["http://quay.invalid/\ud800"]], columns=["x"], dtype=object), "", False),
    ),
    "documents": (
        [
            {
                "topic_name": "a",
                "topic_share": 0.1,
                "article_id": "1",
                "published": "0001-01-01T00:00:00+14:00",
                "outlet_name": "a",
                "title": "a",
                "address": None,
                "share": 0.1,
                "text": "",
                "copies": 1,
            }
        ],
    ),  # a day in the year 0
    "statements in Markdown": (
        "$\\frac{$ and $x^2$",
        "a\u202eb",
        "a&#8238;b",
        "![x](http:evil.invalid/a.png)",
        "$a^b^c$",
    ),
}
