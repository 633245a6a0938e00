"""Pages that break parsers: refused by a count, or read as far as they can be; and parsing opens no socket."""

from __future__ import annotations

import socket
import time

import pytest
from hostile import HOSTILE, HUGE, READABLE, article

from helpers.extract.article import EXTRACTORS, extract_article
from helpers.extract.encoding import decode

SECONDS = 5.0  # CPU; every one of them takes less than .3 on one core


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_page_is_refused_or_read_in_little_time(name: str) -> None:
    body = HOSTILE[name]()
    start = time.process_time()
    found = extract_article(decode(body), address="http://quay.invalid/x")
    assert time.process_time() - start < SECONDS
    if name in READABLE:
        assert (found.title, found.refused) == ("A long day at the quay", "")
        assert "wrote down what it saw" in found.text
    else:
        assert found.refused or len(found.text) < 5_000


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("pdf", "not_html"), ("binary", "not_html"), ("image", "not_html"), ("gzip", "not_html"),
        ("empty", "not_html"), ("200,000 sibling spans", "too_complex"), ("100,000 nested divs", "too_complex"),
        ("50,000 attributes", "too_complex"), ("a million entities", "too_large"),
    ],
)  # fmt: skip
def test_the_reason_is_named_and_what_shows_it(name: str, refused: str) -> None:
    found = extract_article(decode(HOSTILE[name]()), address="http://quay.invalid/x")
    assert found.refused == refused
    assert found.faults


def test_fifty_megabytes_are_refused_unread() -> None:
    start = time.process_time()
    assert extract_article(decode(HUGE["50 MB of words"]()), address="http://quay.invalid/x").refused == "too_large"
    assert time.process_time() - start < SECONDS


def test_a_long_page_of_the_ordinary_kind_is_read() -> None:
    found = extract_article(decode(article(body="<p>One more line.</p>" * 3_000)), address="http://quay.invalid/x")
    assert found.refused == ""
    picture = f"<img src='data:image/png;base64,{'QUJD' * 100_000}'>"
    assert extract_article(decode(article(body=picture)), address="http://quay.invalid/x").refused == ""


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_no_extractor_opens_a_socket(extractor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    head = "<meta property='og:image' content='http://quay.invalid/picture.jpg'><meta name='lang' content='ru'>"
    page = decode(article(head, "<img src='http://quay.invalid/x.png'><iframe src='http://quay.invalid/v'></iframe>"))
    assert "wrote down" in extract_article(page, address="http://quay.invalid/x", extractor=extractor).text  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="a socket was opened"):
        socket.create_connection(("127.0.0.1", 9))
