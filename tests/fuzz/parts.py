"""Pieces of which inputs are made: words of invented states, dates, addresses, JSON, and damage done to all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import hostile_words
from hypothesis import strategies as st
from odd_studies import SENTENCES

DATES = (
    "2031-01-05", "2031-01-05T10:00:00Z", "2031-02-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "Mon, 05 Jan 2031 10:00:00 GMT", "5 January 2031", "5 января 2031 г., 10:00", "2031年1月5日 10時", "주체120(2031)년 1월 5일",
    "01/02/2031", "25.02.2031", "1924858800", "1924858800000", "-1", "1e308", "NaN", "99999999999999999999", "31.12.9999 23:59",
    "昭和９９年", "Jan 1 0000", "Thu, 01 Jan 0001 00:00:00 -2400", "二〇三一年一月五日", "3 hours ago", "yesterday", "12:61 pm",
    "00010101", "2031-W01-1", "20310105T100000", "Mon, 05 Jan 99999 10:00:00 +9999", "9999999 days ago", "9" * 5000,
    "令和99999年1月1日", "٢٠٣١-٠١-٠٥", "²⁰31-01-05", "2031-01-05T10:00:00+99:99",
)  # fmt: skip
ADDRESSES = (
    "http://quay.invalid/1", "https://quay.invalid/2031/01/05/long-day?utm_source=x", "//quay.invalid/1", "/1", "1", "",
    "http://[", "http://[::1]:99999/", "javascript:ran()", "JaVaScRiPt:ran()", "data:text/html,<script>ran()</script>",
    "http://quay.invalid:port/", "http://quay.invalid/%zz%00%ff", "http://квай.invalid/é?б=ж#x", "http://a@b@c/", "http://.",
    "http://xn--/", "http://" + "a" * 300 + ".invalid/", "http://quay.invalid/" + "../" * 50, "\x00http://quay.invalid/",
    "http://quay.invalid/\ud800", "mailto:you@quay.invalid", "http:///x", "http:\\\\quay.invalid\\x", "http://ⅷ.invalid/",
    "http://quay.invalid\u2100/", "tel:1", "http://quay.invalid/9999/99/99/x", "http://quay.invalid/00000000/0001/01/01/x",
)  # fmt: skip
SENTENCE = st.sampled_from([sentence for said in SENTENCES.values() for sentence in said])
HOSTILE = st.sampled_from(hostile_words.PAYLOADS)
DATE = st.sampled_from(DATES)
ADDRESS = st.sampled_from(ADDRESSES) | SENTENCE.map(lambda words: f"http://quay.invalid/{words}")
ANY = st.text(max_size=40)  # halves of surrogate pairs too
WORDS = SENTENCE | HOSTILE | ANY | DATE | ADDRESS
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=8
)
ZONE = st.sampled_from(
    ["UTC", "Asia/Seoul", "Asia/Pyongyang", "Europe/Moscow", "America/New_York", "Pacific/Kiritimati"]
)


def as_json(value: object) -> str:
    """JSON as pages and exports write it: NaN, halves of surrogate pairs and all."""
    return json.dumps(value, ensure_ascii=False)


def damaged(whole: st.SearchStrategy[str], tokens: Sequence[str], *, most: int = 4) -> st.SearchStrategy[str]:
    """A text with some pieces cut out, doubled, moved or put in."""
    place = st.floats(0, 1)
    edit = st.tuples(
        st.sampled_from("cut double move put put".split()), place, place, st.sampled_from(tokens) | HOSTILE
    )
    return st.tuples(whole, st.lists(edit, max_size=most)).map(lambda drawn: _edited(*drawn))


def _edited(text: str, edits: list[tuple[str, float, float, str]]) -> str:
    for kind, one, two, token in edits:
        start, end = sorted((int(one * len(text)), int(two * len(text))))
        piece = text[start:end]
        if kind == "cut":
            text = text[:start] + text[min(end, start + 200) :]
        elif kind == "double":
            text = text[:end] + piece[:2000] + text[end:]
        elif kind == "move":
            text = text[:start] + text[end:] + piece
        else:
            text = text[:start] + token + text[start:]
    return text


def as_bytes(text: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """A text in one of the charsets of the web, some bytes of it wrong, whole or cut off."""
    codec = st.sampled_from(
        ["utf-8"] * 6 + ["cp1251", "koi8-r", "cp949", "gb18030", "shift_jis", "utf-16", "utf-16-be", "iso2022_jp"]
    )
    wrong = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3)
    return st.tuples(text, codec, wrong, st.sampled_from([1.0] * 5 + [0.9, 0.5])).map(lambda drawn: _packed(*drawn))


def _packed(text: str, codec: str, wrong: list[tuple[float, int]], kept: float) -> bytes:
    body = bytearray(text.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace"))
    for place, byte in wrong:
        if body:
            body[int(place * (len(body) - 1))] = byte
    return bytes(body[: int(kept * len(body))])


def long(tokens: Sequence[str], *, size: int = 100_000) -> st.SearchStrategy[str]:
    """A hundred thousand characters of one or two pieces over and over: what takes more than its length shows here."""
    piece = st.lists(
        st.sampled_from(tokens) | st.sampled_from(list(" \n\t-.'\"a1é中[]()<>&;:/,*_#|")), min_size=1, max_size=3
    )
    ends = st.sampled_from(tokens) | st.just("")
    return st.tuples(ends, piece.map("".join).filter(bool), ends).map(
        lambda drawn: drawn[0] + drawn[1] * (size // len(drawn[1])) + drawn[2]
    )
