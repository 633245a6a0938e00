"""Collecting over loopback: what is found, what is asked, what is refused, and what is left when a run is killed."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import time
import zlib
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from loopback import HOST, HTML, NOW, QUICK, Reply, Site, collect, html, outcomes

from helpers.collect.addresses import is_public
from helpers.collect.fetch import WebSource, collect_web
from helpers.collect.listings import read_feed, read_front, read_sitemap


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
        "/busy": (503, {**HTML, "Retry-After": "0"}, b""),
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
        "/loop": "unreachable",
        "/absent": "not_found",
    }
    assert site.requests["/error"] == 3  # asked again, since it may pass
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
    assert read_feed(b"<rss><channel><item>", base="http://a.org").entries == []
    assert read_feed(b"", base="http://a.org").entries == []
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


@pytest.mark.parametrize("target", ["http://[bad/x", "http://a:99999999/", "", "/1", "ftp://www.quay.invalid/2"])
def test_a_redirect_that_leads_nowhere_costs_one_page_and_is_no_success(
    site: Site, tmp_path: Path, target: str
) -> None:
    site.pages = {"/1": (302, {"Location": target}, b""), "/2": html()}
    got = collect(site, tmp_path, "/1", "/2")
    assert outcomes(got)["/2"] == "kept"
    assert {"refused_address", "unreachable"} & set(got.ledger["outcome"])


def test_redirects_in_a_circle_are_named(site: Site, tmp_path: Path) -> None:
    site.pages = {"/1": (302, {"Location": "/2"}, b""), "/2": (302, {"Location": "/1"}, b"")}
    got = collect(site, tmp_path, "/1")
    assert outcomes(got) == {"/1": "redirected", "/2": "unreachable"}
    assert "in a circle" in got.ledger["detail"].iloc[1]


def test_not_modified_without_a_condition_is_a_fault_of_the_server(site: Site, tmp_path: Path) -> None:
    site.pages = {"/1": (304, {}, b"")}
    assert outcomes(collect(site, tmp_path, "/1")) == {"/1": "server_error"}


def test_a_refresh_that_is_turned_away_keeps_the_page(site: Site, tmp_path: Path) -> None:
    site.pages = {"/1": html(), "/2": html(), "/3": html()}
    first = collect(site, tmp_path, "/1", "/2", "/3")
    site.pages |= {"/1": (403, HTML, b"no"), "/2": (402, HTML, b"pay"), "/3": (410, HTML, b"")}
    later = {"refresh": True, "clock": lambda: NOW + dt.timedelta(days=1)}
    again = collect(site, tmp_path, "/1", "/2", "/3", **later)
    assert outcomes(again) == {"/1": "kept", "/2": "kept", "/3": "gone"}
    site.pages["/robots.txt"] = (503, {}, b"")
    site.requests.clear()
    assert outcomes(collect(site, tmp_path, "/1", "/2", **later)) == {"/1": "kept", "/2": "kept"}
    held = again.pages.set_index("address")["offset"]
    assert held[f"http://{HOST}/1"] == first.pages.set_index("address")["offset"][f"http://{HOST}/1"]


def test_a_robots_txt_with_a_byte_order_mark_is_obeyed(site: Site, tmp_path: Path) -> None:
    site.pages = {"/robots.txt": (200, {}, b"\xef\xbb\xbfUser-agent: *\nDisallow: /1\n"), "/1": html()}
    assert outcomes(collect(site, tmp_path, "/1")) == {"/1": "robots_refused"}
    assert "/1" not in site.requests


def test_sitemaps_that_robots_txt_names_badly_are_told(site: Site, tmp_path: Path) -> None:
    listed = f"http://{HOST}/story/1\nhttp://[bad\nhttp://{HOST}/story/2\n".encode()
    site.pages = {
        "/robots.txt": (200, {}, b"Sitemap: http://[bad\nSitemap: /map.txt\n"),
        "/map.txt": (200, {}, listed),
        "/story/1": html(), "/story/2": html(), "/": (200, HTML, b"<base href='/story/'><a href='3'>x</a>"),
    }  # fmt: skip
    got = collect(site, tmp_path, source=WebSource("quay", home=f"http://{HOST}/"))
    assert outcomes(got) == {"/story/1": "kept", "/story/2": "kept", "/story/3": "not_found"}
    assert got.failed[["address", "outcome"]].values.tolist() == [["http://[bad", "refused_address"]]


def test_a_delay_that_no_run_could_wait_for_is_named(site: Site, tmp_path: Path) -> None:
    site.pages = {"/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 86400\n"), "/1": html(), "/2": html()}
    got = collect(site, tmp_path, "/1", "/2")
    assert set(outcomes(got).values()) == {"robots_refused"} and "86400 s" in got.ledger["detail"].iloc[0]
