"""Servers that misbehave, each kind of fault on its own: every one costs one outcome and bounded time and memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from loopback import HOST, HTML, NOW, QUICK, Site, collect, html, outcomes

from helpers.collect.answers import Answer, Inflate, TooLarge
from helpers.collect.fetch import WebSource, collect_web
from helpers.collect.hosts import retry_after
from helpers.collect.session import Limits, Session, _name

try:  # comes with an extra; what is fetched never needs it, archives of others may
    import brotli
except ImportError:
    brotli = None

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def raw(answer: Callable[[socket.socket], None], **limits: object) -> Answer:
    """What becomes of a server that says exactly these bytes; robots.txt is absent."""
    server = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def speak(link: socket.socket) -> None:
        with link:
            link.settimeout(5)
            try:
                asked = link.recv(65536)
                if b"/robots.txt" in asked.split(b"\r\n")[0]:
                    link.sendall(b"HTTP/1.1 404 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                else:
                    answer(link)
            except OSError:
                return

    def serve() -> None:
        while not closing.is_set():
            try:
                link, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(link,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()

    async def ask() -> Answer:
        bounds = replace(QUICK, tries=1, **limits)  # type: ignore[arg-type]
        async with Session(
            contact="mailto:a@b.invalid", practice=True, limits=bounds, clock=lambda: NOW,
            resolver=lambda _: ("127.0.0.1", server.getsockname()[1]),
        ) as session:  # fmt: skip
            return await session.get(f"http://{HOST}/a")

    try:
        return asyncio.run(ask())
    finally:
        closing.set()
        server.close()


def sends(*parts: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(link: socket.socket) -> None:
        for part in parts:
            link.sendall(part)
            time.sleep(pause)

    return answer


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((HEAD, b"Content-Length: 5\r\n\r\n", b"0123456789"), "ok or unreachable"),  # longer than it says: as the bytes arrive
        ((HEAD, b"Content-Length: 50\r\n\r\n", b"0123456789"), "unreachable"),  # cut off
        ((HEAD, b"Content-Length: minus\r\n\r\n", b"01"), "unreachable"),
        ((HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n01234\r\n0\r\n\r\n"), "ok"),
        ((HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n01234\r\n5\r\n01"), "unreachable"),
        ((HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n01234\r\n"), "unreachable or timed_out"),
        ((HEAD, b"Content-Encoding: zstd\r\nContent-Length: 2\r\n\r\n", b"01"), "unreachable"),
        ((HEAD, b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n", b"01"), "unreachable"),
        ((HEAD, b"".join(b"X-%d: y\r\n" % i for i in range(20_000)), b"\r\n"), "unreachable"),
        ((HEAD, b"X: " + b"y" * 1_000_000, b"\r\n\r\n"), "unreachable"),
        ((b"\x00\xff\xfe not HTTP at all\r\n\r\n",), "unreachable"),
        ((), "unreachable"),
        ((HEAD + b"\r\n", b"x" * 300_000), "too_large"),
        ((HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 16_384 + b"\r\n", *[b"4000\r\n" + b"x" * 16_384 + b"\r\n"] * 30), "too_large"),
    ],
)  # fmt: skip
def test_what_a_server_says_wrong_costs_one_outcome(said: tuple[bytes, ...], outcome: str) -> None:
    began = time.monotonic()
    got = raw(sends(*said))
    assert got.outcome in outcome.split(" or "), got.detail
    assert len(got.detail) < 400
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("where", ["head", "body", "chunks"])
def test_a_server_that_drips_is_given_up_in_time(where: str) -> None:
    start = {"head": b"HTTP/1.1 200", "body": HEAD + b"Content-Length: 9999\r\n\r\n"}
    first = start.get(where, HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    drop = b"1\r\nx\r\n" if where == "chunks" else b" " if where == "head" else b"x"
    began = time.monotonic()
    assert raw(sends(first, *[drop] * 80, pause=0.02), seconds=0.3).outcome == "timed_out"
    assert 0.25 < time.monotonic() - began < 1.2


def test_a_location_that_is_not_utf_8_is_asked_for_byte_by_byte(site: Site, tmp_path: Path) -> None:
    got = raw(sends(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\xd1\xf2\xe0\xf2\xfc\xff?q=\xfe\r\n\r\n"))
    assert (got.outcome, got.header("Location")) == ("redirect", "/%D1%F2%E0%F2%FC%FF?q=%FE")
    target = "/%D1%F2%E0%F2%FC%FF"
    site.pages = {"/a": (302, {**HTML, "Location": target}, b""), target: html()}
    assert outcomes(collect(site, tmp_path, "/a")) == {"/a": "redirected", target: "kept"}


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw", *(["br"] if brotli else [])])
def test_a_bomb_costs_no_more_than_its_bound(coding: str) -> None:
    pack = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15, "raw": -15, "br": 15}[coding])
    bomb = b"".join(pack.compress(bytes(1 << 20)) for _ in range(200)) + pack.flush()
    if coding == "br":
        bomb = brotli.compress(bytes(100 << 20), quality=1)
    size = 1_000_000
    tracemalloc.start()
    inflate = Inflate("deflate" if coding == "raw" else coding, size)
    with pytest.raises(TooLarge):
        for at in range(0, len(bomb), 65_536):
            inflate.feed(bomb[at : at + 65_536])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(bomb) < 300_000 and peak < 4 * size


def test_any_body_in_any_coding_in_any_pieces_comes_out_whole_or_not_at_all() -> None:
    rng = np.random.default_rng(2031)
    for _ in range(60):
        body = bytes(rng.integers(97, 97 + int(rng.integers(1, 26)), int(rng.integers(1, 90_000))).astype(np.uint8))
        coding = str(rng.choice(["gzip", "deflate", "raw", "identity", "members", *(["br"] if brotli else [])]))
        packed = {
            "gzip": gzip.compress(body), "deflate": zlib.compress(body), "raw": zlib.compress(body, wbits=-15),
            "br": brotli.compress(body, quality=3) if brotli else b"", "identity": body,
            "members": gzip.compress(body[:50]) + gzip.compress(body[50:]) + bytes(int(rng.integers(0, 4))),
        }[coding]  # fmt: skip
        named = {"raw": "deflate", "members": "gzip"}.get(coding, coding)
        step = int(rng.integers(1, max(2, len(packed) // 3)))
        pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
        inflate = Inflate(named, len(body))
        assert b"".join(inflate.feed(piece) for piece in pieces) == body
        inflate.end()
        with pytest.raises(TooLarge):
            small = Inflate(named, len(body) - 1)
            for piece in pieces:
                small.feed(piece)
        if coding in ("gzip", "deflate", "br"):
            cut = Inflate(named, len(body))
            cut.feed(packed[: int(rng.integers(1, len(packed)))])
            with pytest.raises(ValueError, match="cut off"):
                cut.end()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("Fri, 10 Jan 2031 00:02:00 GMT", 120.0), ("Thu, 09 Jan 2031 00:00:00 GMT", 0.0),
        ("soon", None), ("", None), ("-5", None), ("1.5", None), ("²", None), ("9" * 400, float("inf")),
        ("Fri, 10 Jan 2031 00:02:00", None), ("Mon, 99 Foo 2031", None),
    ],
)  # fmt: skip
def test_retry_after_as_seconds_and_as_date(value: str, seconds: float | None) -> None:
    assert retry_after(Answer("http://a.invalid/", "server_error", NOW, 503, (("Retry-After", value),)), NOW) == seconds


def test_waits_grow_and_are_the_site_s_own_where_it_names_one(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    really = asyncio.sleep

    async def told(seconds: float, *rest: object) -> None:
        if seconds > 0:
            waits.append(round(seconds, 1))
        await really(0)

    monkeypatch.setattr(asyncio, "sleep", told)
    later = {"Retry-After": "Fri, 10 Jan 2031 00:00:40 GMT"}
    answers = iter([(503, {}, b""), (503, {}, b""), (429, {"Retry-After": "7"}, b""), (503, later, b""), html()])
    site.pages = {"/a": lambda _: next(answers)}
    limits = replace(QUICK, wait=2.0, longest_wait=60.0, tries=5)
    got = collect(site, tmp_path, "/a", limits=limits)
    assert outcomes(got) == {"/a": "kept"}
    named = [wait for wait in waits if wait in (2.0, 4.0, 7.0, 40.0)]
    assert list(dict.fromkeys(named)) == [2.0, 4.0, 7.0, 40.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_to_be_left_alone_is_left_alone(site: Site, tmp_path: Path, status: int) -> None:
    site.pages = {f"/{i}": html() for i in range(20)}
    site.pages["/3"] = (status, {"Retry-After": "86400"}, b"")
    got = collect(site, tmp_path, *site.pages, limits=replace(QUICK, per_host=1))
    assert sum(n for path, n in site.requests.items() if path != "/robots.txt") == 4
    assert outcomes(got)["/7"] == "server_error"
    assert "left alone for 86400 s" in got.ledger["detail"].iloc[7]
    site.pages["/3"] = html()
    again = collect(site, tmp_path, *site.pages, clock=lambda: NOW + dt.timedelta(hours=1))
    assert outcomes(again)["/7"] == "server_error"  # too soon
    later = collect(site, tmp_path, *site.pages, clock=lambda: NOW + dt.timedelta(days=2))
    assert set(outcomes(later).values()) == {"kept"}
    assert site.requests["/1"] == 1


@pytest.mark.parametrize("per_host", [1, 3, 8])
def test_a_host_is_never_asked_more_at_once_than_allowed(site: Site, tmp_path: Path, per_host: int) -> None:
    site.pages = {f"/{i}": lambda _: (time.sleep(0.01), html())[1] for i in range(40)}
    sources = [WebSource(f"o{k}", addresses=tuple(f"http://{HOST}/{i}" for i in range(k, 40, 2))) for k in range(2)]
    collect_web(
        sources, tmp_path, contact="mailto:a@b.invalid", practice=True, resolver=site.resolve,
        limits=replace(QUICK, per_host=per_host), clock=lambda: NOW,
    )  # fmt: skip
    assert min(per_host, 2) <= site.most_busy <= per_host


@pytest.mark.parametrize("line", ["Crawl-delay: 0.05", "Request-rate: 20/1"])
def test_a_delay_in_robots_txt_means_one_at_a_time_whatever_we_would_like(
    site: Site, tmp_path: Path, line: str
) -> None:
    site.pages = {f"/{i}": lambda _: (time.sleep(0.02), html())[1] for i in range(8)}
    site.pages["/robots.txt"] = (200, {}, f"User-agent: *\n{line}\nDisallow: /7\n".encode())
    collect(site, tmp_path, *site.pages, limits=replace(QUICK, per_host=8))
    assert site.most_busy == 1
    assert min(np.diff(site.at)) > 0.04
    assert "/7" not in site.requests


def test_the_archive_is_the_same_bytes_however_fast_the_answers_come(site: Site, tmp_path: Path) -> None:
    kept = []
    for turn, per_host in enumerate((1, 8, 8)):
        waits = np.random.default_rng(turn).uniform(0, 0.03, 30)
        site.pages = {f"/{i}": lambda _, i=i, waits=waits: (time.sleep(waits[i]), html())[1] for i in range(30)}
        site.pages["/4"] = (302, {"Location": "/new"}, b"")
        site.pages["/new"] = html()
        collect(site, tmp_path / str(turn), *[f"/{i}" for i in range(30)], limits=replace(QUICK, per_host=per_host))
        kept.append((tmp_path / str(turn) / "quay.warc.gz").read_bytes())
    assert kept[0] == kept[1] == kept[2]


def test_a_robots_rule_for_us_by_name_is_ours_and_the_contact_is_no_name(site: Site, tmp_path: Path) -> None:
    rules = b"User-agent: coverage-notebooks\nDisallow: /a\n\nUser-agent: robot.invalid\nDisallow: /b\n"
    site.pages = {"/robots.txt": (200, {}, rules), "/a": html(), "/b": html()}
    got = collect(site, tmp_path, "/a", "/b", contact="https://robot.invalid/")
    assert outcomes(got) == {"/a": "robots_refused", "/b": "kept"}


def test_no_coding_is_asked_for_that_could_not_be_bounded(site: Site, tmp_path: Path) -> None:
    seen = []
    site.pages = {"/a": lambda request: (seen.append(request.headers["Accept-Encoding"]), html())[1]}
    collect(site, tmp_path, "/a")
    assert seen == ["gzip, deflate"]


def test_the_summary_adds_up(site: Site, tmp_path: Path) -> None:
    site.pages = {"/a": (200, {**HTML, "ETag": '"1"'}, html()[2]), "/b": (410, HTML, b"")}
    first = collect(site, tmp_path, "/a", "/b", "/c").summary.iloc[0]
    assert (first["found"], first["asked"], first["kept"], first["gone"], first["not_found"]) == (3, 3, 1, 1, 1)
    site.pages["/a"] = (304, {}, b"")
    again = collect(site, tmp_path, "/a", "/b", "/c", refresh=True).summary.iloc[0]
    assert (again["asked"], again["not_changed"], again["kept"]) == (3, 1, 1)
    third = collect(site, tmp_path, "/a", "/b", "/c").summary.iloc[0]
    assert (third["found"], third["asked"]) == (3, 0)


def test_limits_have_no_wild_defaults() -> None:
    assert Limits().per_host <= 2 and Limits().pace >= 1 and Limits().tries <= 5


def test_http_and_https_of_a_host_share_its_pace() -> None:
    async def _hosts() -> list[object]:
        async with Session(contact="mailto:a@b.invalid") as session:
            return [session._hosts[_name(a)] for a in ("http://a.org/1", "https://A.org/2", "http://b.org/1")]

    plain, secure, other = asyncio.run(_hosts())
    assert plain is secure and plain is not other
