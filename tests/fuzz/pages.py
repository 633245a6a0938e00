"""Pages: bytes to text, an article and all that the page says of itself, lines, paragraphs of markup."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html as entities
import json

import hostile
from fuzz.parts import (
    ADDRESS,
    ADDRESSES,
    ANY,
    DATE,
    DATES,
    HOSTILE,
    JSON,
    SENTENCE,
    WORDS,
    ZONE,
    as_bytes,
    as_json,
    damaged,
    long,
)
from fuzz.run import Target
from hypothesis import strategies as st

from helpers.collect.extraction import STATED
from helpers.extract.article import extract_article
from helpers.extract.dates import parse_date, relative_date, visible_date
from helpers.extract.encoding import decode
from helpers.extract.headlines import headline_text, one_line, without_invitation
from helpers.extract.language import detect_language
from helpers.extract.lines import visible_lines
from helpers.extract.markup import markup_text
from helpers.extract.normalise import line_key, normalise

NOW = dt.datetime(2031, 2, 1, tzinfo=dt.UTC)
TOKENS = (
    "<p>", "</p>", "<div>", "</div>", "<b>", "<br>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "<svg><style>", "<table><tr><td>",
    "<a href='", '"', "'", ">", "<", "&", "&amp;", "&lt;p&gt;", "&#0;", "&#xD800;", "\x00", "<base href='http://[' />", "<template>", "<title>",
    "<time datetime='9999-12-31T23:59:59-14:00'>", "<h1>", "<article>", "<select><option>", "<plaintext>", "<body>", "</html>", "<frameset>",
    "<meta charset=utf-7>", "<meta property='og:title' content='", "<html lang='", "{", "[", '{"a":', "\\u0000", "By Ada", "Read more", "<li>", "=",
)  # fmt: skip
KINDS = ["NewsArticle", "WebPage", "Person", "Report", ["NewsArticle", 3], None, 7, {"a": 1}]
FIELDS = ["headline", "datePublished", "dateModified", "author", "publisher", "articleBody", "articleSection", "isAccessibleForFree",
          "mainEntityOfPage", "@graph", "name", "@id", "url", "inLanguage", "alternativeHeadline", "description", "hasPart"]  # fmt: skip
META = ["og:title", "og:site_name", "article:published_time", "article:author", "author", "date", "dc.date", "citation_author", "og:locale",
        "article:section", "keywords", "description", "og:url", "parsely-pub-date", "sailthru.date", "byl", "news_keywords"]  # fmt: skip
NODE = st.fixed_dictionaries({"@type": st.sampled_from(KINDS)}, optional=dict.fromkeys(FIELDS, JSON | DATE | SENTENCE))
LINKED = (NODE | st.lists(NODE, max_size=3) | JSON).map(
    lambda value: f"<script type='application/ld+json'>{as_json(value)}</script>"
)
STATE = JSON.map(lambda value: f"<script>window.__INITIAL_STATE__ = {as_json({'title': 'A', 'body': value})};</script>")
NUXT = JSON.map(
    lambda value: (
        f"<script type='application/json' id='__NUXT_DATA__'>{as_json([1, value, {'title': 1, 'body': 2}])}</script>"
    )
)


def _said(words: str) -> str:
    return entities.escape(words)


HEAD = st.one_of(
    LINKED,
    st.tuples(st.sampled_from(META), WORDS).map(lambda d: f"<meta property='{d[0]}' name=\"{d[0]}\" content='{_said(d[1])}'>"),
    WORDS.map(lambda words: f"<title>{words}</title>"),
    ADDRESS.map(lambda words: f"<link rel=canonical href='{_said(words)}'>"),
    ADDRESS.map(lambda words: f"<base href='{_said(words)}'>"),
)  # fmt: skip
BODY = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=4).map(lambda said: f"<p>{' '.join(said)}</p>"),
    WORDS.map(lambda words: f"<h1>{words}</h1>"),
    WORDS.map(lambda words: f"<p class='byline author'>By {words}</p>"),
    DATE.map(lambda said: f"<time datetime='{said}'>{said}</time>"),
    DATE.map(lambda said: f"<span class=date itemprop=datePublished content='{said}'>{said}</span>"),
    st.tuples(ADDRESS, WORDS).map(lambda d: f"<a href='{_said(d[0])}'>{d[1]}</a>"),
    HOSTILE, STATE, NUXT, LINKED,
    st.integers(1, 40).map(lambda n: "<div>" * n),
    st.integers(1, 40).map(lambda n: "<ul>" + "<li><a href=/x>Home</a>" * n + "</ul>"),
    WORDS.map(lambda words: f"<table><tr><td>{words}<td><p>{words}</table>"),
)  # fmt: skip
PAGE = st.builds(
    lambda lang, head, body: f"<!DOCTYPE html><html lang='{_said(lang)}'><head>{''.join(head)}</head><body><article>{''.join(body)}</article></body></html>",
    st.sampled_from(["en", "ru-RU", "ko", "", "x" * 50, "zh-Hant"]) | ANY, st.lists(HEAD, max_size=5), st.lists(BODY, max_size=7),
)  # fmt: skip
HTML = damaged(PAGE, TOKENS)
CHARSET = st.sampled_from([None, "text/html", "text/html; charset=utf-8", "text/html;charset=windows-1251", "text/html; charset='euc-kr'",
                           "text/html; charset=rot13", "charset=hex", "charset=idna", "charset=undefined", "charset=punycode", "charset=utf-7",
                           "charset=unicode_escape", "charset=zip", "charset=mbcs", "charset=\x00"])  # fmt: skip


def decodes(drawn: tuple[bytes, str | None]) -> None:
    """Bytes are text, the same twice, and text in UTF-8 comes back as it was."""
    body, said = drawn
    text = decode(body, content_type=said)
    assert isinstance(text, str) and text == decode(body, content_type=said)
    text.encode("utf-8", "surrogatepass")


def utf8_comes_back(text: str) -> None:
    """A page in UTF-8 is what was written, whatever the header says."""
    whole = "<p>" + text
    for said in (None, "text/html; charset=windows-1251"):
        assert decode(whole.encode(), content_type=said) == whole


def article(drawn: tuple[str, str, str]) -> None:
    """An article has one form: each of its facts can be stored, its text is paragraphs, nothing depends on a second look."""
    html, address, zone = drawn
    read = extract_article(html, address=address, timezone=zone, now=NOW)
    assert read.text == "\n\n".join(line for line in read.text.split("\n\n") if line.strip())
    assert bool(read.text) != bool(read.refused)
    stored = {name: getattr(read, name) for name in STATED}
    json.dumps(stored, default=str).encode()
    assert read.published is None or read.published.utcoffset() == dt.timedelta(0)
    assert dataclasses.asdict(read) == dataclasses.asdict(
        extract_article(html, address=address, timezone=zone, now=NOW)
    )


def card(drawn: tuple[str, str]) -> None:
    """The other extractor differs in the body alone, or says in one line that it cannot read the page."""
    html, address = drawn
    try:
        theirs = extract_article(html, address=address, extractor="newspaper3k", now=NOW)
    except ValueError as error:
        assert str(error).startswith("newspaper3k cannot read")
        return
    ours = extract_article(html, address=address, now=NOW)
    assert (theirs.published, theirs.canonical) == (ours.published, ours.canonical)


def lines(html: str) -> None:
    """Lines are lines; paragraphs of markup hold no tag that parts them; a headline is one line."""
    assert all(line.strip() == line and line and "\n" not in line for line in visible_lines(html))
    paragraphs = markup_text(html)
    assert isinstance(paragraphs, str)
    for made in (one_line(html), without_invitation(one_line(html)), headline_text(one_line(html), "A foot")):
        assert "\n" not in made and made == made.strip()
    normal = normalise(html)
    assert normalise(normal) == normal
    line_key(html)
    assert detect_language(html[:2000], among=("en", "ko", "ru", "zh")) in (None, "en", "ko", "ru", "zh")


def dates(drawn: tuple[object, str, str | None]) -> None:
    """A value is a day in a calendar's range, or one line says why not."""
    value, zone, form = drawn
    try:
        moment, precision = parse_date(value, zone, date_format=form)
        assert moment.utcoffset() == dt.timedelta(0) and precision in ("day", "time")
    except ValueError as error:
        assert str(error)
    if isinstance(value, str):
        for read in (visible_date(value, zone), relative_date(value, NOW, zone)):
            assert read is None or read[0].utcoffset() == dt.timedelta(0)


def slow_page(html: str) -> None:
    """A long page of one piece is read in little time by everything that reads pages."""
    decode(html.encode())
    extract_article(html, address="http://quay.invalid/1", now=NOW)
    visible_lines(html)


def slow_text(text: str) -> None:
    """So is a long cell of an export."""
    one_line(text)
    markup_text(text)
    without_invitation(text)
    normalise(text)
    line_key(text)


VALUE = (
    DATE
    | SENTENCE
    | ANY
    | st.floats()
    | st.integers()
    | st.none()
    | st.dates()
    | st.datetimes()
    | st.booleans()
    | st.datetimes(timezones=st.timezones())
)
FORM = st.sampled_from([None] * 6 + ["%d/%m/%Y", "%Y", "%c", "%", "%q", "%d.%m.%Y %H:%M", "%s", "%j %U"])
MIXED = st.lists(DATE | st.sampled_from([" ", "-", ":", "/", ".", "年", "T", "+", "Z", "pm", "오후", "June", "июня"]) | st.integers(0, 99999).map(str), max_size=7).map("".join)  # fmt: skip
SLOW_DATES = (
    "1",
    "1:",
    "12.",
    "2031-",
    "年",
    "오전",
    "T",
    "+09:00",
    "pm ",
    " at ",
    ", ",
    "Jan ",
    "1月1日",
    *DATES[:12],
)


def slow_date(text: str) -> None:
    """A long line is no date, and that is seen at once."""
    visible_date(text, "UTC")
    relative_date(text, NOW, "UTC")
    try:
        parse_date(text, "UTC")
    except ValueError as error:
        assert len(str(error)) < 1000, "a complaint quotes 100,000 characters"


TARGETS = [
    Target("decode", st.tuples(as_bytes(HTML) | st.binary(max_size=300), CHARSET), decodes, 25),
    Target("decode: UTF-8 comes back", SENTENCE | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=200), utf8_comes_back, 60),
    Target("article", st.tuples(HTML, ADDRESS, ZONE), article, 6),
    Target("article of bytes", st.tuples(as_bytes(HTML).map(decode), ADDRESS, ZONE), article, 4),
    Target("article by newspaper3k", st.tuples(HTML, st.sampled_from(ADDRESSES[:3])), card, 2),
    Target("lines and markup", HTML, lines, 12),
    Target("dates", st.tuples(VALUE | MIXED, ZONE, FORM), dates, 80),
    Target("slow pages", long(TOKENS), slow_page, 1, seconds=4.0),
    Target("slow texts", long(TOKENS), slow_text, 1, seconds=1.0),
    Target("slow dates", long(SLOW_DATES), slow_date, 2, seconds=1.0),
    Target("hostile pages", st.sampled_from(sorted(hostile.HOSTILE)).map(lambda name: hostile.HOSTILE[name]()[:100_000]), lambda body: slow_page(decode(body)), 1),
]  # fmt: skip
