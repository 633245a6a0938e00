"""The browser of documents shows what was scraped as text, links only the web, and is bounded."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest

from helpers.report.check import check_page
from helpers.show import documents
from helpers.show.documents import document_browser


def row(**given) -> dict:
    usual = {
        "topic_name": "00 договор, союз", "topic_share": 0.31, "article_id": "a1",
        "published": pd.Timestamp("2024-06-19T10:00Z"), "outlet_name": "Вестник", "title": "Договор подписан",
        "address": "https://vestnik.invalid/1?a=1&b=2", "share": 0.9, "text": "Стороны подписали договор.", "copies": 1,
    }  # fmt: skip
    return usual | given


def page(*rows: dict, **options) -> str:
    return document_browser(pd.DataFrame(list(rows), dtype=object), **options)  # half a letter fits no other type


class Reader(HTMLParser):
    """Elements, and the addresses that they link to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links, self.attributes, self.open = set(), [], set(), []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [dict(attrs)] if tag == "a" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_topic_is_a_folded_block_with_its_documents():
    text = page(row(), row(article_id="a2", share=0.5, copies=3, title="Визит"), row(topic_name="01 зерно"))
    assert text.count("<details>") == 2
    assert "<bdi>00 договор, союз</bdi></strong> (mean share 31\xa0%, 2 most typical articles)" in text
    assert "<bdi>01 зерно</bdi>" in text
    assert text.index("Договор подписан") < text.index("Визит")
    assert "2024-06-19" in text and "and 2 copies" in text and "Стороны подписали договор." in text
    (first, *_) = Reader(text).links
    assert first == {"href": "https://vestnik.invalid/1?a=1&b=2", "rel": "noopener noreferrer nofollow"}
    assert check_page(text) == []


def test_only_the_most_typical_are_shown_and_the_others_counted():
    text = page(*[row(article_id=f"a{i:02d}", share=i / 20, title=f"Nr {i:02d}") for i in range(12)], most=3)
    assert [f"Nr {i:02d}" in text for i in (11, 10, 9, 8)] == [True, True, True, False]
    assert "3 most typical articles" in text


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</details></table>",
    "<!--", "&lt;script&gt;", "\u202e\u2066gpj.exe\u2069", "a\x00b\x1b[31m", "half \ud800 a letter", "]]><svg/onload=1>",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("column", ["topic_name", "outlet_name", "title", "text", "address"])
def test_what_was_scraped_is_text(column, words):
    text = page(row(**{column: words}))
    reader = Reader(text)
    assert reader.tags <= {"div", "p", "details", "summary", "strong", "bdi", "table", "caption", "thead", "tbody", "tr", "th", "td",
                           "a", "small", "code"}  # fmt: skip
    assert reader.attributes <= {"class", "scope", "href", "rel", "role", "data-label"}
    assert not set(text) & {"\u202e", "\u2066", "\u2069", "\x00", "\x1b", "\ud800"}
    text.encode("utf-8")
    assert check_page(text) == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " \x01javascript:alert(1)",
     "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "//evil.invalid/x", "https:evil.invalid", "https://",
     "https://good.invalid@evil.invalid/", "https://good.invalid\\@evil.invalid", "http://[broken", "mailto:a@b.invalid",
     "https://a.invalid/\u202egpj", "https://a.invalid/" + "x" * 5000, "https://a.invalid/ x", 'https://a.invalid/"x', ""],
)  # fmt: skip
def test_only_the_web_is_linked(address):
    text = page(row(address=address))
    assert Reader(text).links == []
    assert "Договор подписан" in text
    assert len(text) < 4000


@pytest.mark.parametrize("address", ["http://a.invalid", "https://북한.invalid/뉴스?id=1", "HTTPS://a.invalid/x#y"])
def test_the_web_is_linked(address):
    assert [link["href"] for link in Reader(page(row(address=address))).links] == [address]


def test_everything_is_cut():
    megabyte = "щ" * 1_000_000
    text = page(row(title=megabyte, text=megabyte, outlet_name=megabyte, address=megabyte, topic_name=megabyte))
    assert len(text) < 4000
    shown = page(row(text="я" * 401))
    assert "я" * 399 + "…" in shown and "я" * 400 not in shown
    assert "я" * 400 in page(row(text="я" * 400))


def test_a_study_without_text_says_so_once():
    told = "This study holds no text"
    for nothing in (None, float("nan"), pd.NA, "", " "):
        text = page(row(text=nothing), row(article_id="a2", text=nothing), row(topic_name="01", text=nothing))
        assert text.count(told) == 1
    assert told not in page(row(text=None), row(article_id="a2"))


def test_what_is_not_known_is_said():
    text = page(row(published=pd.NaT, title=None, address=None, outlet_name=None, copies=None, share=float("nan")))
    assert "undated" in text and "no title" in text and "unknown" in text and "cop" not in text.replace("scope", "")
    assert "undated" in page(row(published="not a date"))
    assert "No topic has documents" in document_browser(pd.DataFrame(columns=list(row())))
    with pytest.raises(ValueError, match="most must be 1 or more, not 0"):
        page(row(), most=0)


def test_the_same_documents_give_the_same_page_in_any_order():
    rows = [row(article_id=f"a{i}", topic_name=f"0{i % 2}", share=0.5) for i in range(6)]
    assert page(*rows) == page(*rows[::-1])


def test_a_notebook_shows_it(monkeypatch):
    shown = []
    monkeypatch.setattr(documents, "display", shown.append)
    documents.show_documents(pd.DataFrame([row()]), most=2)
    assert page(row(), most=2) in shown[0].data
