"""Trying addresses: what answered, what kind of list it is, what robots.txt allows; politely, on loopback."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from some import some

from helpers.__main__ import main
from helpers.collect.addresses import canonical
from helpers.collect.answers import Answer
from helpers.collect.probe import Probe, Seen, probe
from helpers.collect.recognise import recognise
from helpers.collect.session import Limits
from helpers.data import tables
from helpers.pipeline import open_corpus, pages
from helpers.pipeline.address_checks import check_addresses, names_both, report_lines, summary
from helpers.pipeline.pages import collect
from helpers.study import Study, StudyError, load_study

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
QUICK = Limits(seconds=0.6, size=200_000, pace=0.0, tries=2, wait=0.01)
RSS = """<?xml version="1.0" encoding="{coding}"?><rss version="2.0"><channel><title>Верфь</title>
<item><title>Тарвения и Лодмария подписали договор</title><link>/1</link><pubDate>Thu, 09 Jan 2031 10:00:00 +0300</pubDate></item>
<item><title>Погода</title><description>Лодмария ждёт в гости Тарвению</description><link>/2</link>
<pubDate>Wed, 08 Jan 2031 10:00:00 +0300</pubDate></item>
<item><title>Спорт в Тарвении</title><link>/3</link></item></channel></rss>"""
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://b.quay.invalid/1</loc><n:news><n:publication_date>2031-01-07</n:publication_date><n:title>Pact</n:title></n:news></url>
<url><loc>http://b.quay.invalid/2</loc></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>http://b.quay.invalid/m.xml</loc><lastmod>2031-01-02</lastmod></sitemap></sitemapindex>"
PAGE = "<!doctype html><html><body><a href='/news/1'>a</a><a href='/archive'>b</a></body></html>"
Reply = tuple[int, str, bytes]


class Web:
    """Hosts below quay.invalid on one port; a page is (status, content type, body), a string where it redirects to."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | str | float] = {}
        self.requests: Counter[str] = Counter()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = f"{self.headers['Host'].split('.')[0]}{self.path}"
                web.requests[place] += 1
                page = web.pages.get(place, (404, "text/plain", b"no"))
                if isinstance(page, float):
                    time.sleep(page)
                    page = (200, "text/plain", b"late")
                status, kind, body = (302, "text/plain", b"") if isinstance(page, str) else page
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if isinstance(page, str):
                    self.send_header("Location", page)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    self.close_connection = True

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def resolve(self, host: str) -> tuple[str, int]:
        if host == "gone.quay.invalid":
            raise LookupError("no such host")
        return "127.0.0.1", self.server.server_address[1]

    def try_(self, *places: str, role: str = "feed") -> dict[str, Seen]:
        """What came of each place, by place; the outlet is the host."""
        wanted = [
            Probe(place.split("/")[0], role, f"http://{place.replace('/', '.quay.invalid/', 1)}", "Europe/Moscow")
            for place in places
        ]
        seen = probe(
            wanted, contact="mailto:a@b.invalid", practice=True, resolver=self.resolve, clock=lambda: NOW, limits=QUICK
        )
        assert [one.probe for one in seen] == wanted  # in the order asked, whichever answered first
        return dict(zip(places, seen, strict=True))


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_each_answer_is_told_by_its_name_and_kind(web: Web) -> None:
    web.pages = {
        "a/utf8": (200, "application/rss+xml", RSS.format(coding="utf-8").encode()),
        "a/1251": (200, "text/html", RSS.format(coding="windows-1251").encode("windows-1251")),  # misnamed on purpose
        "b/news.xml": (200, "text/xml", NEWS.encode()),
        "b/news.xml.gz": (200, "application/octet-stream", gzip.compress(NEWS.encode())),
        "b/index.xml": (200, "text/xml", INDEX.encode()),
        "b/": (200, "text/html", PAGE.encode()),
        "b/picture": (200, "image/png", b"\x89PNG"),
        "b/cut.gz": (200, "application/gzip", b"\x1f\x8b broken"),
        "b/moved": "/news.xml",
        "b/out": "http://169.254.169.254/latest",
        "c/late": 1.0,
        "c/large": (200, "text/xml", b"<rss>" + b"x" * 300_000),
        "c/broken": (500, "text/plain", b""),
        "c/pay": (402, "text/plain", b""),
    }
    seen = web.try_(*web.pages, "b/nothing", "gone/feed")
    told = {place: (one.outcome, one.kind, one.n_items, one.status) for place, one in seen.items()}
    assert told == {
        "a/utf8": ("ok", "feed", 3, 200),
        "a/1251": ("ok", "feed", 3, 200),
        "b/news.xml": ("ok", "sitemap", 2, 200),
        "b/news.xml.gz": ("ok", "sitemap", 2, 200),
        "b/index.xml": ("ok", "sitemap index", 1, 200),
        "b/": ("ok", "page", 1, 200),
        "b/picture": ("ok", "other", 0, 200),
        "b/cut.gz": ("ok", "other", 0, 200),
        "b/moved": ("ok", "sitemap", 2, 200),
        "b/out": ("refused_address", "", 0, 0),
        "c/late": ("timed_out", "", 0, 0),
        "c/large": ("too_large", "", 0, 0),
        "c/broken": ("server_error", "", 0, 500),
        "c/pay": ("paywalled", "", 0, 402),
        "b/nothing": ("not_found", "", 0, 404),
        "gone/feed": ("robots_refused", "", 0, 0),
    }
    for place in ("a/utf8", "a/1251"):
        assert seen[place].newest == dt.datetime(2031, 1, 9, 7, tzinfo=dt.UTC)
        assert seen[place].titles[:2] == (
            "Тарвения и Лодмария подписали договор",
            "Погода Лодмария ждёт в гости Тарвению",
        )
    assert seen["b/news.xml.gz"].titles == ("Pact",)
    assert seen["b/index.xml"].newest == dt.datetime(2031, 1, 1, 21, tzinfo=dt.UTC)  # a day begins in Moscow
    assert "gzip" in seen["b/cut.gz"].detail and "image/png" in seen["b/picture"].detail
    assert seen["gone/feed"].robots == "unreadable" and "robots.txt could not be read" in seen["gone/feed"].detail
    assert all(one.robots == "allowed" for place, one in seen.items() if place not in ("gone/feed", "b/out"))
    assert all(web.requests[place] == 1 for place in web.pages if place not in ("b/news.xml", "c/broken"))


def test_robots_are_read_told_and_kept(web: Web) -> None:
    rules = "User-agent: *\nDisallow: /members/\nCrawl-delay: 0.2\nSitemap: http://a.quay.invalid/s.xml\n"
    web.pages = {
        "a/robots.txt": (200, "text/plain", rules.encode()),
        "a/feed": (200, "text/xml", RSS.format(coding="utf-8").encode()),
        "a/members/feed": (200, "text/xml", RSS.format(coding="utf-8").encode()),
        "b/robots.txt": (503, "text/plain", b""),
        "b/feed": (200, "text/xml", RSS.format(coding="utf-8").encode()),
    }
    seen = web.try_("a/next", "a/feed", "a/members/feed", "b/feed")
    assert [(one.outcome, one.robots) for one in seen.values()] == [
        ("not_found", "allowed"),
        ("ok", "allowed"),
        ("robots_refused", "refused"),
        ("robots_refused", "unreadable"),
    ]
    assert seen["a/feed"].crawl_delay == 0.2 and seen["b/feed"].crawl_delay is None
    assert seen["a/feed"].robots_sitemaps == ("http://a.quay.invalid/s.xml",)
    assert seen["a/feed"].seconds >= 0.19  # the delay was waited for
    assert not web.requests["a/members/feed"] and not web.requests["b/feed"]
    assert web.requests["a/robots.txt"] == 1


def test_one_host_is_asked_one_address_at_a_time_whoever_shares_it(web: Web) -> None:
    web.pages = {"a/robots.txt": (200, "text/plain", b"User-agent: *\nCrawl-delay: 0.1\n")}
    wanted = [Probe(f"edition-{i}", "feed", f"http://a.quay.invalid/{i}") for i in range(4)]
    begun = time.monotonic()
    seen = probe(wanted, contact="mailto:a@b.invalid", practice=True, resolver=web.resolve, limits=QUICK)
    assert time.monotonic() - begun >= 0.29
    assert {one.outcome for one in seen} == {"not_found"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "other"),
        (b"\x00" * 5000, "other"),
        (b"\x1f\x8b" + b"\x00" * 40, "other"),
        (b"<rss", "feed"),
        (b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "feed"),
        (b"\xef\xbb\xbf<urlset/>", "sitemap"),
        (b"<html><body>" + b"<a href='/news/1.html'>" * 2000, "page"),
        (b"<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>http://a.org/&x;</loc></url></urlset>",
         "sitemap"),
    ],
)  # fmt: skip
def test_no_body_is_a_catastrophe(body: bytes, kind: str) -> None:
    found, links, _ = recognise(Answer("http://a.org/x", "ok", NOW, 200, body=body))
    assert found == kind
    assert all("hostname" not in link.address for link in links)


def test_damage_anywhere_costs_one_line_at_most() -> None:
    rng = np.random.default_rng(20310110)
    whole = [
        RSS.format(coding="utf-8").encode(),
        NEWS.encode(),
        INDEX.encode(),
        PAGE.encode(),
        gzip.compress(NEWS.encode()),
    ]
    for _ in range(400):
        body = bytearray(whole[rng.integers(len(whole))])
        for _ in range(int(rng.integers(1, 12))):
            body[rng.integers(len(body))] = rng.integers(256)
        kind, links, fault = recognise(
            Answer("http://a.org/x", "ok", NOW, 200, body=bytes(body[: rng.integers(len(body))]))
        )
        assert kind in {"feed", "sitemap", "sitemap index", "page", "other"} and "\n" not in fault
        assert all(link.address.startswith("http") or ":" in link.address for link in links)


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory, root: Path) -> tuple[Study, pd.DataFrame, list[str]]:
    """The practice study in a folder of its own, the table of its check, and what the command printed."""
    place = tmp_path_factory.mktemp("checked")
    shutil.copytree(root / "studies" / "practice", place / "studies" / "practice")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setenv("COVERAGE_ROOT", str(place))
        assert main(["check", "practice"]) == 0
    study = load_study("practice", root=place)
    return study, tables.read(study.processed, "address_checks"), printed.getvalue().splitlines()


def test_practice_is_checked_whole(practised: tuple[Study, pd.DataFrame, list[str]]) -> None:
    study, checks, lines = practised
    named = {outlet.home for outlet in study.outlets.values()}
    named |= {address for s in study.sources for address in (*s.feeds, *s.sitemaps, *s.front)}
    asked = [canonical(address) for address in checks["address"]]
    assert set(asked) == {canonical(address) for address in named} and len(set(asked)) == len(asked)
    assert checks["usable"].all(), checks.loc[~checks["usable"], ["address", "outcome", "kind"]]
    feeds = checks[checks["role"] == "feed"]
    assert (feeds["n_both"] > 0).all() and (feeds["n_both"] <= feeds["n_items"]).all()
    assert checks.loc[checks["role"].isin(["home", "front"]), "n_both"].isna().all()
    assert lines[-1] == f"{len(study.outlets)} outlets, {len(checks)} addresses: {len(checks)} answered as they should"
    for key in study.outlets:
        assert f"  {key}:    verified: {checks['retrieved'].max().date()}" in lines


def test_the_researchers_folder_is_left_alone(practised: tuple[Study, pd.DataFrame, list[str]], root: Path) -> None:
    study, _, _ = practised
    for path in some(study.folder.iterdir()):
        assert path.read_bytes() == (root / "studies" / "practice" / path.name).read_bytes()
    assert not study.raw.exists()


def test_what_cannot_be_used_says_why(practised: tuple[Study, pd.DataFrame, list[str]]) -> None:
    study, checks, _ = practised
    bad = checks.copy()
    first, second = bad.index[bad["role"] == "feed"][:2]
    bad.loc[first, ["outcome", "detail", "status", "kind", "n_items", "usable"]] = [
        "not_found",
        "404",
        404,
        "",
        0,
        False,
    ]
    bad.loc[second, ["kind", "usable"]] = ["page", False]
    bad.loc[bad.index[0], "robots_sitemaps"] = "http://www.karvosk-herald.invalid/more.xml"
    lines = report_lines(bad, study.outlets)
    owners = set(bad.loc[[first, second], "outlet"])
    assert any("not_found, 404" in line for line in lines)
    assert any("answered, but it is a page" in line for line in lines)
    assert any("more.xml" in line and "not in study.yml" in line for line in lines)
    assert not any(line.strip().startswith(f"{key}:    verified") for line in lines for key in owners)
    assert lines[-1].endswith("1 answered otherwise, 1 not_found")


def test_an_outlet_that_speaks_for_a_state_needs_name_only_the_other(
    practised: tuple[Study, pd.DataFrame, list[str]],
) -> None:
    study, _, _ = practised
    titles = ("Tarvenia and Lodmaria sign", "Tarvenia buys grain", "Weather")
    key = "karvosk-herald"
    assert names_both(study, key, titles) == 1
    speaking = {**study.outlets, key: replace(study.outlets[key], speaks_for="XLD")}
    assert names_both(replace(study, outlets=speaking), key, titles) == 2
    assert names_both(study, key, ()) is None


def test_an_unknown_command_is_refused() -> None:
    assert main(["chek", "practice"]) == 2


def test_a_world_without_a_network_ends_in_a_summary(
    practised: tuple[Study, pd.DataFrame, list[str]], tmp_path: Path
) -> None:
    study, _, _ = practised
    shutil.copytree(study.folder, tmp_path / "studies" / "deaf")
    path = tmp_path / "studies" / "deaf" / "study.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("practice: true\n", ""), encoding="utf-8")
    checks = check_addresses(load_study("deaf", root=tmp_path))  # hosts that exist in no study but practice
    assert not checks["usable"].any()
    with pytest.raises(StudyError, match=r"^deaf: the lists of 12 outlets gave no address .* check deaf"):
        collect(open_corpus(load_study("deaf", root=tmp_path)))
    assert not (tmp_path / "data" / "processed" / "deaf" / "pages.parquet").exists()
    assert (
        summary(checks)
        == f"12 outlets, {len(checks)} addresses: 0 answered as they should, {len(checks)} refused_address"
    )


def test_a_refresh_is_asked_for_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path
) -> None:
    shutil.copytree(root / "studies" / "practice", tmp_path / "studies" / "practice")
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    asked = []

    def seen(*_: object, refresh: bool, **__: object) -> None:
        asked.append(refresh)
        raise StudyError("enough")

    monkeypatch.setattr(pages, "collect_web", seen)
    assert [main(["collect", "practice"]), main(["collect", "practice", "--refresh"])] == [1, 1]
    assert asked == [False, True]
    assert main(["run", "practice", "--refresh"]) == 2
