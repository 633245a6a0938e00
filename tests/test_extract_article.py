"""Pages to articles: bytes, metadata and its conflicts, body by either extractor, and pages that are none."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from helpers.extract.article import EXTRACTORS, MAX_CHARACTERS, extract_article
from helpers.extract.dates import UnclearDate, parse_date, visible_date
from helpers.extract.encoding import decode

RU = "Стороны подписали договор о сотрудничестве, сообщил корреспондент из порта. " * 4
UK = "Сторони підписали угоду про співпрацю, повідомляє кореспондент із порту. Її зміст не розкрито. " * 4
KO = "양측은 항구에서 협력 조약에 서명했다고 특파원이 전했다. 똠방각하도 참석했다. " * 4
ZH = "双方在港口签署了合作条约，记者报道说，代表团出席了签字仪式。" * 4
JA = "双方は港で協力条約に署名したと特派員が伝えた。代表団も式に出席した。" * 4
DE = "Über die Verträge der Länder wird häufig gesprochen, größer als früher sind die Zölle. " * 4
PARAGRAPHS = [
    f"Paragraph {i} tells how the delegation walked along the quay, counted cranes and wrote down what it saw there."
    for i in range(8)
]


def page(body: str = "", *, head: str = "", title: str = "A long day at the quay") -> str:
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<html lang='en'><head><title>{title} | The Quay</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{text}</article><footer>All rights reserved</footer></body></html>"
    )


def jsonld(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **facts})}</script>'


@pytest.mark.parametrize("declared", [None, "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RU, "cp1251"), (RU, "koi8-r"), (RU, "utf-8"), (UK, "cp1251"), (KO, "cp949"), (ZH, "gb18030"), (ZH, "utf-8"),
        (JA, "cp932"), (JA, "euc_jp"), (DE, "cp1252"),
    ],
)  # fmt: skip
def test_bytes_become_text_whatever_is_declared(text: str, codec: str, declared: str | None) -> None:
    html = f"<html><body><p>{text}</p></body></html>"
    assert decode(html.encode(codec), content_type=declared) == html


@pytest.mark.parametrize(("declared", "codec", "text"), [("euc-kr", "cp949", KO), ("gbk", "gb18030", ZH + "㐂")])
def test_a_declared_subset_is_read_as_the_whole(declared: str, codec: str, text: str) -> None:
    html = f'<meta charset="{declared}"><p>{text}</p>'
    assert decode(html.encode(codec)) == html


def test_one_damaged_byte_does_not_spoil_a_utf8_page() -> None:
    body = bytearray(f"<p>{RU}</p>".encode())
    body[60] = 0xFF
    text = decode(bytes(body), content_type="text/html")
    assert text.count("\ufffd") <= 2
    assert "договор о сотрудничестве" in text


def test_byte_order_marks_decide() -> None:
    assert decode("\ufeffпорт".encode("utf-16-le")) == "порт"
    assert decode("\ufeffпорт".encode()) == "порт"
    assert decode(b"") == ""


def test_the_first_source_wins_and_is_named() -> None:
    head = (
        jsonld(headline="From JSON-LD", datePublished="2024-06-19T10:30:00+09:00", author=[{"name": "Ada Byron"}])
        + '<meta property="og:title" content="From OpenGraph"><meta name="author" content="Somebody Else">'
        '<meta property="article:section" content="Harbour"><link rel="canonical" href="/story">'
    )
    got = extract_article(page(head=head), address="http://quay.invalid/x?y=1")
    assert (got.title, got.byline, got.section) == ("From JSON-LD", "Ada Byron", "Harbour")
    assert got.canonical == "http://quay.invalid/story"
    assert got.published == dt.datetime(2024, 6, 19, 1, 30, tzinfo=dt.UTC)
    assert (got.date_source, got.date_precision, got.date_conflict) == ("jsonld", "time", False)
    assert got.sources == {
        "title": "jsonld", "byline": "jsonld", "published": "jsonld", "section": "meta", "canonical": "link",
        "language": "html", "text": "trafilatura",
    }  # fmt: skip
    assert got.text.split("\n\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("block", "source"),
    [
        ('<meta property="article:published_time" content="2024-06-19T10:30:00Z">', "meta"),
        ('<p>By <time datetime="2024-06-19T10:30:00Z">today</time></p>', "time"),
        ("<p>19 June 2024, 10:30</p>", "visible"),
        ("<p>19 июня 2024 года, 10:30</p>", "visible"),
        ("<p>19 червня 2024, 10:30</p>", "visible"),
        ("<p>2024년 6월 19일 10:30</p>", "visible"),
        ("<p>2024年6月19日 10:30</p>", "visible"),
    ],
)
def test_each_place_can_give_the_date(block: str, source: str) -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = page(body, head=block) if source == "meta" else page(block + body)
    got = extract_article(html, address="http://quay.invalid/x")
    assert got.published == dt.datetime(2024, 6, 19, 10, 30, tzinfo=dt.UTC)
    assert (got.date_source, got.date_conflict) == (source, False)


def test_a_date_that_readers_see_is_held_against_the_one_for_machines() -> None:
    body = "<p>18 June 2024</p>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    conflicting = extract_article(page(body, head=jsonld(datePublished="2024-06-25")), address="http://quay.invalid/x")
    assert conflicting.date_conflict
    # 23:30 UTC on the 17th is the 18th in Seoul: the same day to its readers.
    same = extract_article(
        page(body, head=jsonld(datePublished="2024-06-17T23:30:00Z")), address="http://a.invalid", timezone="Asia/Seoul"
    )
    assert not same.date_conflict
    assert same.published == dt.datetime(2024, 6, 17, 23, 30, tzinfo=dt.UTC)


def test_a_date_in_the_text_is_not_the_date_of_the_text() -> None:
    body = (
        "<p>On 4 May 1987 the first crane was raised at the quay, and 19 June 2024 was a day like any other there.</p>"
    )
    got = extract_article(page(body + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)), address="http://quay.invalid/x")
    assert got.published is None
    assert got.date_source == "none"


def test_the_future_is_flagged_against_the_time_given_and_only_then() -> None:
    html = page(head=jsonld(datePublished="2034-06-19"))
    now = dt.datetime(2024, 6, 20, tzinfo=dt.UTC)
    assert extract_article(html, address="http://quay.invalid/x", now=now).flags == (("future_date", "2034-06-19"),)
    assert extract_article(html, address="http://quay.invalid/x").flags == ()


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_either_extractor_gives_the_body_and_the_same_facts(extractor: str) -> None:
    got = extract_article(
        page(head=jsonld(headline="H", datePublished="2024-06-19")), address="http://q.invalid/x", extractor=extractor
    )
    assert all(paragraph in got.text for paragraph in PARAGRAPHS)
    assert "All rights reserved" not in got.text
    assert (got.title, got.refused) == ("H", "")


def test_an_unknown_extractor_is_named() -> None:
    with pytest.raises(ValueError, match="'boilerpipe' is not one of trafilatura, newspaper3k"):
        extract_article("<p>x</p>", address="http://q.invalid", extractor="boilerpipe")  # type: ignore[arg-type]


def test_pages_that_keep_their_article_back_are_named_and_give_no_text() -> None:
    teaser = page("<p>The first lines of it.</p><p>Subscribe to read the rest.</p>")
    assert extract_article(teaser, address="http://q.invalid").refused == "paywalled"
    stated = page("<p>The first lines.</p>", head=jsonld(isAccessibleForFree=False))
    got = extract_article(stated, address="http://q.invalid")
    assert (got.refused, got.text) == ("paywalled", "")
    assert got.flags == (("paywalled", "isAccessibleForFree: false"),)
    consent = page("<p>We value your privacy.</p><p>Accept all or manage your choices.</p>")
    assert extract_article(consent, address="http://q.invalid").refused == "consent_page"
    metered = extract_article(
        page(head=jsonld(isAccessibleForFree="False"), body="".join(f"<p>{p}</p>" for p in PARAGRAPHS)),
        address="http://q.invalid",
    )
    assert metered.refused == ""
    assert metered.flags == (("metered", "isAccessibleForFree: false"),)


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', '<div id="root"></div>'),
        ("<noscript>You need to enable JavaScript to run this app.</noscript><div id='app'></div>",
         "You need to enable JavaScript to run this app."),
        ("<nav>News Sport</nav><p>자바스크립트를 켜 주십시오.</p>", "자바스크립트를 켜 주십시오."),
        ("<p>Чтобы читать эту страницу, включите JavaScript.</p>", "Чтобы читать эту страницу, включите JavaScript."),
    ],
)  # fmt: skip
def test_a_page_that_a_script_has_to_write_is_named(body: str, evidence: str) -> None:
    found = extract_article(
        f"<html><head><title>T</title></head><body>{body}</body></html>", address="http://q.invalid"
    )
    assert (found.refused, found.text) == ("needs_javascript", "")
    assert found.flags == (("needs_javascript", evidence),)


def test_a_page_with_an_article_does_not_need_a_script_for_its_comments() -> None:
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "<noscript>Enable JavaScript to see comments.</noscript>"
    assert extract_article(page(body), address="http://q.invalid").refused == ""


STORY = {"title": "A long day at the quay", "body": [
    {"type": "paragraph", "children": [{"text": "Paragraph 0 tells how the "}, {"type": "link", "url": "/x", "children": [
        {"text": "delegation"}]}, {"text": " walked &amp; counted &lt;b&gt; cranes, one after the other, till noon."}]},
    *({"type": "paragraph", "children": [{"text": f"Paragraph {i} tells how the delegation walked along the quay, "
       "looked at the water for a while and then counted its cranes."}]} for i in range(1, 9)),
    {"type": "image", "url": "https://quay.invalid/a.jpg", "title": "A crane", "text": "Not of the article."},
]}  # fmt: skip
OTHERS = [{"title": f"Story {i}", "url": f"/{i}", "body": "Of another story altogether, told at length. " * 60}
          for i in range(3)]  # fmt: skip


def flat(value: object, out: list) -> int:
    """A value in the flat form of Nuxt."""
    place = len(out)
    out.append(None)
    if isinstance(value, dict):
        out[place] = {name: flat(inner, out) for name, inner in value.items()}
    elif isinstance(value, list):
        out[place] = [flat(inner, out) for inner in value]
    else:
        out[place] = value
    return place


@pytest.mark.parametrize("form", ["next", "nuxt", "assigned", "html"])
def test_a_body_that_stands_in_the_data_of_a_script_is_read(form: str) -> None:
    state: object = {"props": {"pageProps": {"related": OTHERS, "story": STORY}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    if form == "nuxt":
        out: list = []
        flat({"data": ["Reactive", STORY]}, out)
        script = f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(out)}</script>'
    elif form == "assigned":
        script = f"<script>window.__STATE__ = {json.dumps(state)};run(window.__STATE__)</script>"
    elif form == "html":
        lines = "".join(
            f"<p>Paragraph {i} tells how <b>the delegation</b> walked along the quay.</p>" for i in range(20)
        )
        block = json.dumps({"a": {"headline": STORY["title"], "html": lines}})
        script = f'<script type="application/json">{block}</script>'
    html = f"<html><head><title>{STORY['title']}</title></head><body><div id='__next'></div>{script}</body></html>"
    found = extract_article(html, address="http://q.invalid/x")
    assert (found.refused, found.sources["text"]) == ("", "script data")
    paragraphs = found.text.split("\n\n")
    assert len(paragraphs) == (20 if form == "html" else 9)
    assert "another story" not in found.text and "Not of the article" not in found.text
    if form != "html":
        assert paragraphs[0].startswith("Paragraph 0 tells how the delegation walked & counted <b> cranes,")


def test_a_page_that_asks_for_money_is_not_read_from_its_data() -> None:
    state = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"story": STORY})}</script>'
    asks = "<p>The first lines.</p><p>Subscribe to read the rest.</p>"
    for html in (page("<p>The first lines.</p>", head=jsonld(isAccessibleForFree=False)), page(asks)):
        found = extract_article(html.replace("</body>", state + "</body>"), address="http://q.invalid")
        assert found.refused == "paywalled"


@pytest.mark.parametrize(
    "state", ["[" * 50_000, '{"a": ', '{"body": ' * 5000 + "1", "[[[0]]]", '{"body": [1, null, {}]}']
)
def test_data_that_cannot_be_read_costs_nothing(state: str) -> None:
    html = f'<html><body><p>One.</p><script id="__NEXT_DATA__" type="application/json">{state}</script></body></html>'
    assert extract_article(html, address="http://q.invalid").text == "One."


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("", "not_html"),
        ("   ", "not_html"),
        ("%PDF-1.7 …", "not_html"),
        ("\x00\x01" * 500, "not_html"),
        ("<html><body><p>" + "x" * MAX_CHARACTERS, "too_large"),
        ("<html><body><p></p></body></html>", "not_html"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(html: str, refused: str) -> None:
    assert extract_article(html, address="http://q.invalid").refused == refused


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>',
        '<script type="application/ld+json">"' + "\\u0000" * 100 + '"</script>',
        '<script type="application/ld+json">{"@type": ["NewsArticle"], "author": [[[["x"]]]], "headline": 7}</script>',
        '<meta property="article:published_time" content="yesterday">',
    ],
)
def test_broken_metadata_costs_nothing_but_itself(head: str) -> None:
    got = extract_article(page(head=head), address="http://q.invalid")
    assert got.title == "A long day at the quay"
    assert got.text.startswith("Paragraph 0")


def test_extraction_is_a_function_of_its_arguments() -> None:
    html = page(head=jsonld(headline="H", datePublished="2024-06-19"))
    assert extract_article(html, address="http://q.invalid") == extract_article(html, address="http://q.invalid")


@pytest.mark.parametrize(
    ("value", "zone", "expected", "precision"),
    [
        ("2024-06-19T10:30:00+09:00", "UTC", "2024-06-19T01:30", "time"),
        ("2024-06-19 10:30", "Europe/Moscow", "2024-06-19T07:30", "time"),
        ("2024-06-19", "Asia/Pyongyang", "2024-06-18T15:00", "day"),
        (1718755200, "UTC", "2024-06-19T00:00", "time"),
        (1718755200000, "UTC", "2024-06-19T00:00", "time"),
        ("1718755200000", "Asia/Seoul", "2024-06-19T00:00", "time"),
        ("1718755200.0", "UTC", "2024-06-19T00:00", "time"),
        ("20240619", "UTC", "2024-06-19T00:00", "day"),
        (dt.date(2024, 6, 19), "UTC", "2024-06-19T00:00", "day"),
        ("Wed, 19 Jun 2024 10:30:00 +0900", "UTC", "2024-06-19T01:30", "time"),
        ("19 июня 2024 г. в 10:30", "Europe/Moscow", "2024-06-19T07:30", "time"),
        ("June 19th, 2024 at 3:05 p.m. EDT", "UTC", "2024-06-19T19:05", "time"),
        ("2024년 6월 19일", "Asia/Seoul", "2024-06-18T15:00", "day"),
    ],
)  # fmt: skip
def test_dates_in_every_form(value: object, zone: str, expected: str, precision: str) -> None:
    assert parse_date(value, zone) == (dt.datetime.fromisoformat(expected + ":00+00:00"), precision)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("03/04/2024", "can be read day first or month first; say which with date_format: '%d/%m/%Y' or '%m/%d/%Y'"),
        ("3-4-24", "can be read day first or month first; say which with date_format: '%d-%m-%y' or '%m-%d-%y'"),
        ("25.02.2020", "is written day first; say so with date_format: '%d.%m.%Y'"),
        ("02/25/2020", "is written month first; say so with date_format: '%m/%d/%Y'"),
        ("31/31/2020", "is not a day that exists, neither day first nor month first"),
    ],
)
def test_day_and_month_are_never_guessed(value: str, why: str) -> None:
    with pytest.raises(UnclearDate) as caught:
        parse_date(value, "UTC")
    assert str(caught.value) == f"{value!r} {why}"


def test_a_date_format_settles_it() -> None:
    assert parse_date("03/04/2024", "UTC", date_format="%d/%m/%Y") == (dt.datetime(2024, 4, 3, tzinfo=dt.UTC), "day")
    with pytest.raises(ValueError, match="not written as date_format"):
        parse_date("2024-04-03", "UTC", date_format="%d/%m/%Y")


@pytest.mark.parametrize("value", ["", None, float("nan"), "yesterday", "2024-02-31", "12", "2024-06", "31 June 2024"])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        parse_date(value, "UTC")


def test_a_line_without_a_year_has_no_date() -> None:
    assert visible_date("KARVOSK, June 19 (NEWS)", "UTC") is None
