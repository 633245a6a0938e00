"""Collecting over loopback: what is found, what is asked, what is refused, and what is left when a run is killed."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from warcio.archiveiterator import ArchiveIterator

from helpers.collect.addresses import is_public
from helpers.collect.discover import read_feed, read_front, read_sitemap
from helpers.collect.fetch import Collected, WebSource, collect_web
from helpers.collect.session import Limits

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
HOST = "www.quay.invalid"
QUICK = Limits(seconds=1.0, size=200_000, pace=0.0, tries=3, wait=0.01, longest_wait=0.5)
Reply = tuple[int, dict[str, str], bytes]
STORY = "".join(f"<p>Sentence {i} of a story about cranes and barges, long enough to be a body.</p>" for i in range(9))
HTML = {"Content-Type": "text/html; charset=utf-8"}


def html(text: str = STORY) -> Reply:
    return 200, HTML, f"<html><body><article><h1>T</h1>{text}</article></body></html>".encode()


class Site:
    """A small server whose pages are functions of the request; it counts what reaches it."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], Reply]] = {}
        self.requests: Counter[str] = Counter()
        self.at: list[float] = []
        self.busy = self.most_busy = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.requests[self.path] += 1
                site.at.append(time.monotonic())
                site.busy += 1
                site.most_busy = max(site.most_busy, site.busy)
                page = site.pages.get(self.path, (404, HTML, b"no"))
                try:
                    status, headers, body = page(self) if callable(page) else page
                finally:
                    site.busy -= 1
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def resolve(self, host: str) -> tuple[str, int]:
        if not host.endswith("quay.invalid"):
            raise LookupError("not here")
        return "127.0.0.1", self.server.server_address[1]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


def collect(site: Site, folder: Path, *paths: str, **options: object) -> Collected:
    source = WebSource("quay", addresses=tuple(f"http://{HOST}{path}" for path in paths))
    settings = {
        "contact": "mailto:a@b.invalid",
        "practice": True,
        "resolver": site.resolve,
        "limits": QUICK,
        "clock": lambda: NOW,
        **options,
    }
    return collect_web([settings.pop("source", source)], folder, **settings)  # type: ignore[arg-type, list-item]


def outcomes(got: Collected) -> dict[str, str]:
    return {
        address.split(".invalid", 1)[-1]: outcome
        for address, outcome in zip(got.ledger["address"], got.ledger["outcome"], strict=True)
    }


def test_each_outcome_has_its_name(site: Site, tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 50_000_000, mtime=0)
    plain = zlib.compress(html()[2])
    site.pages = {
        "/ok": html(),
        "/gone": (410, HTML, b""),
        "/forbidden": (403, HTML, b""),
        "/pay": (402, HTML, b""),
        "/teaser": html("<p>First lines.</p><p>Subscribe to read the rest.</p>"),
        "/slow": lambda _: (time.sleep(1.6), html())[1],
        "/large": (200, HTML, b"x" * 300_000),
        "/bomb": (200, {**HTML, "Content-Encoding": "gzip"}, bomb),
        "/packed": (200, {**HTML, "Content-Encoding": "deflate"}, plain),
        "/cut": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(html()[2])[:-9]),
        "/error": (500, HTML, b""),
        "/busy": (429, {**HTML, "Retry-After": "3600"}, b""),
        "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/private": (302, {**HTML, "Location": "http://169.254.169.254/latest/meta-data"}, b""),
        "/moved": (301, {**HTML, "Location": "/ok"}, b""),
        "/loop": (302, {**HTML, "Location": "/loop"}, b""),
    }
    got = outcomes(collect(site, tmp_path, *site.pages, "/absent"))
    assert got.pop("http://169.254.169.254/latest/meta-data") == "refused_address"
    assert got == {
        "/ok": "kept",
        "/gone": "gone",
        "/forbidden": "forbidden",
        "/pay": "paywalled",
        "/teaser": "paywalled",
        "/slow": "timed_out",
        "/large": "too_large",
        "/bomb": "too_large",
        "/packed": "kept",
        "/cut": "unreachable",
        "/error": "server_error",
        "/busy": "server_error",
        "/image": "not_html",
        "/private": "redirected",
        "/moved": "redirected",
        "/loop": "redirected",
        "/absent": "not_found",
    }
    assert site.requests["/error"] == 3  # asked again, since it may pass
    assert site.requests["/busy"] == 1  # an hour is more than we wait
    assert site.requests["/ok"] == 1  # although it is a redirect's target too


def test_a_gzip_bomb_never_fills_memory(site: Site, tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 200_000_000, mtime=0)
    site.pages = {"/bomb": (200, {**HTML, "Content-Encoding": "gzip"}, bomb)}
    import tracemalloc

    tracemalloc.start()
    got = collect(site, tmp_path, "/bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes(got) == {"/bomb": "too_large"}
    assert peak < 20_000_000


def test_a_failing_site_is_asked_again_after_the_time_it_names(site: Site, tmp_path: Path) -> None:
    answers = iter([(503, {**HTML, "Retry-After": "0.2"}, b""), (503, {**HTML, "Retry-After": "0"}, b""), html()])
    site.pages = {"/a": lambda _: next(answers)}
    assert outcomes(collect(site, tmp_path, "/a")) == {"/a": "kept"}


def test_robots_are_never_crossed(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /members/\nAllow: /\n"),
        "/members/1": html(),
        "/a": html(),
        "/b": (302, {**HTML, "Location": "/members/2"}, b""),
    }
    got = outcomes(collect(site, tmp_path, "/members/1", "/a", "/b"))
    assert got == {"/members/1": "robots_refused", "/a": "kept", "/b": "redirected", "/members/2": "robots_refused"}
    assert not [path for path in site.requests if path.startswith("/members")]
    assert site.requests["/robots.txt"] == 1


def test_robots_that_cannot_be_read_refuse_all(site: Site, tmp_path: Path) -> None:
    site.pages = {"/robots.txt": (503, {}, b""), "/a": html()}
    got = collect(site, tmp_path, "/a")
    assert outcomes(got) == {"/a": "robots_refused"}
    assert "server_error 503" in got.ledger["detail"].tolist()[0]
    assert "/a" not in site.requests


def test_one_host_is_asked_one_at_a_time_and_at_its_pace(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 0.15\n"),
        **{f"/{i}": html() for i in range(4)},
    }
    sources = [WebSource(f"o{k}", addresses=tuple(f"http://{HOST}/{i}" for i in range(k, 4, 2))) for k in range(2)]
    collect_web(sources, tmp_path, contact="mailto:a@b.invalid", practice=True, resolver=site.resolve, limits=QUICK)
    assert site.most_busy == 1
    assert min(np.diff(site.at[1:])) > 0.13
    assert all(site.requests[f"/{i}"] == 1 for i in range(4))


def test_the_user_agent_tells_whom_to_ask(site: Site, tmp_path: Path) -> None:
    seen = []
    site.pages = {"/a": lambda request: (seen.append(request.headers["User-Agent"]), html())[1]}
    collect(site, tmp_path, "/a", contact="mailto:ada@quay.invalid")
    assert seen == ["coverage-notebooks/1 (+mailto:ada@quay.invalid)"]


def test_a_second_run_asks_nothing_and_a_refresh_asks_on_condition(site: Site, tmp_path: Path) -> None:
    def tagged(request: BaseHTTPRequestHandler) -> Reply:
        known = request.headers["If-None-Match"] == '"1"'
        return (304, {"ETag": '"1"'}, b"") if known else (200, {**HTML, "ETag": '"1"'}, html()[2])

    site.pages = {"/a": tagged, "/b": (404, HTML, b"")}
    first = collect(site, tmp_path, "/a", "/b")
    held = (tmp_path / "quay.warc.gz").read_bytes()
    asked = site.requests.copy()
    second = collect(site, tmp_path, "/a", "/b")
    assert site.requests == asked
    assert (tmp_path / "quay.warc.gz").read_bytes() == held
    pd.testing.assert_frame_equal(second.pages, first.pages)
    pd.testing.assert_frame_equal(second.ledger, first.ledger)
    third = collect(site, tmp_path, "/a", "/b", refresh=True, clock=lambda: NOW + dt.timedelta(days=1))
    assert site.requests["/a"] == 2
    assert outcomes(third) == {"/a": "kept", "/b": "not_found"}
    row = third.pages.set_index("address").loc[f"http://{HOST}/a"]
    assert row["offset"] == first.pages.set_index("address").loc[f"http://{HOST}/a", "offset"]
    assert row["retrieved"] == NOW + dt.timedelta(days=1)


def test_lists_of_every_kind_lead_to_each_address_once(site: Site, tmp_path: Path) -> None:
    base = f"http://{HOST}"
    rss = (
        f"<rss version='2.0'><channel><item><link>{base}/1?utm_source=feed</link>"
        "<pubDate>Wed, 19 Jun 2024 10:30:00 +0900</pubDate></item>"
        f"<item><link>/old</link><pubDate>Wed, 19 Jun 2019 10:30:00 +0900</pubDate></item></channel></rss>"
    )
    sitemap = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{base}/1</loc><lastmod>2024-07-01</lastmod></url><url><loc>{base}/2</loc></url></urlset>"
    index = "".join(f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in ("m.xml.gz", "map.xml"))
    index = f"<sitemapindex>{index}</sitemapindex>"
    front = "<a href='/3#top'>3</a><a href='/1'>1</a><a href='/tag/x'>x</a>"
    front += "<a href='http://elsewhere.invalid/9'>9</a><a href='mailto:x'>m</a>"
    site.pages = {
        "/feed": (200, {}, rss.encode()),
        "/map.xml": (200, {}, index.encode()),
        "/": (200, HTML, front.encode()),
        "/m.xml.gz": (200, {}, gzip.compress(sitemap.encode())),
        **{f"/{i}": html() for i in range(1, 4)},
        "/tag/x": html(),
    }
    source = WebSource(
        "quay", feeds=(base + "/feed",), sitemaps=(base + "/map.xml", base + "/none.xml"), front=(base + "/",)
    )
    got = collect(site, tmp_path, source=source, period=(dt.date(2024, 1, 1), dt.date(2024, 12, 31)))
    assert outcomes(got) == {"/1": "kept", "/2": "kept", "/3": "kept", "/tag/x": "kept", "/old": "outside_period"}
    stated = got.ledger.set_index("address")["published"]
    assert stated[f"{base}/1"] == pd.Timestamp("2024-06-19T01:30Z")  # the feed is believed before the sitemap
    assert stated[[f"{base}/2", f"{base}/3"]].isna().all()
    assert got.failed[["address", "outcome"]].values.tolist() == [[f"{base}/none.xml", "not_found"]]
    assert site.requests["/map.xml"] == 1
    assert "/old" not in site.requests


def test_an_outlet_with_no_lists_is_found_by_robots_and_front_page(site: Site, tmp_path: Path) -> None:
    sitemap = f"<urlset><url><loc>http://{HOST}/2</loc></url></urlset>"
    site.pages = {
        "/robots.txt": (200, {}, f"Sitemap: http://{HOST}/s.xml".encode()),
        "/s.xml": (200, {}, sitemap.encode()),
        "/": html("<a href='/3'>3</a>"),
        "/2": html(),
        "/3": html(),
    }
    assert outcomes(collect(site, tmp_path, source=WebSource("quay", home=f"http://{HOST}/"))) == {
        "/2": "kept",
        "/3": "kept",
    }


def test_a_run_inside_an_event_loop_works(site: Site, tmp_path: Path) -> None:
    site.pages = {"/a": html()}

    async def notebook() -> dict[str, str]:
        return outcomes(collect(site, tmp_path, "/a"))

    assert asyncio.run(notebook()) == {"/a": "kept"}


def test_loopback_is_for_practice_alone(site: Site, tmp_path: Path) -> None:
    site.pages = {"/a": html()}
    assert set(outcomes(collect(site, tmp_path, "/a", practice=False)).values()) == {"refused_address"}
    assert not site.requests
    assert not is_public("127.0.0.1")


def test_broken_lists_are_no_catastrophe() -> None:
    assert read_feed(b"<rss><channel><item>", base="http://a.org") == []
    assert read_feed(b"", base="http://a.org") == []
    assert read_front("", base="http://a.org") == []
    assert read_front("<a href='http://[broken'>x</a><a href='/1'>y</a>", base="http://a.org/") == ["http://a.org/1"]
    entity = b"<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>http://a.org/&x;</loc></url></urlset>"
    assert all(
        "hostname" not in link and link.count("/") == 3
        for link, *_ in read_sitemap(entity, base="http://a.org/s.xml")[0]
    )
    for body in (b"", b"\x1f\x8b broken", b"plain text"):
        with pytest.raises(ValueError):
            read_sitemap(body, base="http://a.org/s.xml")


def test_a_run_that_is_killed_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    paths = [f"/{i}" for i in range(40)]
    site.pages = {path: lambda _: (time.sleep(0.01), html(STORY * 20))[1] for path in paths}
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from helpers.collect.fetch import WebSource, collect_web
        from helpers.collect.session import Limits
        port, folder, *paths = sys.argv[1:]
        collect_web([WebSource("quay", addresses=tuple(f"http://www.quay.invalid{p}" for p in paths))], Path(folder),
                    contact="mailto:a@b.invalid", practice=True, resolver=lambda h: ("127.0.0.1", int(port)),
                    limits=Limits(pace=0.0), progress=lambda *a: print(*a, flush=True))
        """
    )
    command = [sys.executable, "-c", script, str(site.server.server_address[1]), str(tmp_path), *paths]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    rng = np.random.default_rng(1)
    for _ in range(2):
        run = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        for _ in range(int(rng.integers(5, 12))):
            run.stdout.readline()
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
    got = collect(site, tmp_path, *paths)
    assert set(outcomes(got).values()) == {"kept"} and len(got.ledger) == 40
    with (tmp_path / "quay.warc.gz").open("rb") as file:
        targets = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)]
    assert sorted(targets) == sorted(f"http://{HOST}{path}" for path in paths)
    assert sum(site.requests[path] for path in paths) <= 40 + 2  # at most the one in flight at each kill
