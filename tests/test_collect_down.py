"""A host that is down is left alone, told, tried once more, and asked again by the next run; a clock that is set back."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from loopback import HOST, HTML, NOW, QUICK, Reply, Site, collect, html, outcomes

from helpers.collect.hosts import HOST_DOWN
from helpers.collect.session import ROBOTS_BYTES, robots_text

ONE = replace(QUICK, per_host=1, rest=0.0)
PATHS = [f"/{i}" for i in range(60)]


def asked(site: Site) -> int:
    return sum(n for path, n in site.requests.items() if path != "/robots.txt")


def silent(_: BaseHTTPRequestHandler) -> Reply:
    time.sleep(0.2)
    return html()


@pytest.mark.parametrize(
    ("page", "n_asked", "failure"),
    [((503, HTML, b""), 5 * 3 + 3, "503"), (silent, 5 + 3, "timed_out"), ((500, HTML, b""), 5 * 3 + 3, "500")],
)
def test_a_host_that_is_down_is_left_alone(
    site: Site, tmp_path: Path, page: object, n_asked: int, failure: str
) -> None:
    site.pages = dict.fromkeys(PATHS, page)
    notes: list[str] = []
    limits = replace(ONE, seconds=0.05, wait=0.001)
    got = collect(site, tmp_path, *PATHS, limits=limits, progress=lambda *told: notes.append(told[3]))
    assert asked(site) == n_asked
    assert list(got.ledger["outcome"]).count(HOST_DOWN) == 55
    assert list(got.ledger["address"]) == [f"http://{HOST}{path}" for path in PATHS]
    assert (
        got.ledger["detail"].iloc[-1] == f"not asked: 5 addresses in a row failed at the root of the host ({failure})"
    )
    assert notes[-2:] == [
        f"{HOST} down, 55 addresses wait for one more try", "55 left for another run, for their host is down",
    ]  # fmt: skip
    site.pages = dict.fromkeys(PATHS, html())
    again = outcomes(collect(site, tmp_path, *PATHS))
    assert list(again.values()).count("kept") == 55  # at once; what failed itself is asked after six hours
    later = collect(site, tmp_path, *PATHS, clock=lambda: NOW + dt.timedelta(hours=7))
    assert set(outcomes(later).values()) == {"kept"}


def test_a_host_that_comes_back_is_asked_for_everything(site: Site, tmp_path: Path) -> None:
    n_seen = iter(range(999))
    site.pages = {path: lambda _: html() if next(n_seen) >= 15 else (503, HTML, b"") for path in PATHS}
    got = collect(site, tmp_path, *PATHS, limits=ONE)
    assert list(got.ledger["outcome"]) == ["server_error"] * 5 + ["kept"] * 55
    assert asked(site) == 15 + 55
    site.pages["/new"] = html()
    assert list(outcomes(collect(site, tmp_path, *PATHS, "/new")).values())[5:] == ["kept"] * 56


def test_a_month_that_fails_by_itself_costs_no_other(site: Site, tmp_path: Path) -> None:
    bad = PATHS[10:16]  # as a list has them: one after another
    site.pages = {path: (503, HTML, b"") if path in bad else html() for path in PATHS}
    got = outcomes(collect(site, tmp_path, *PATHS, limits=replace(ONE, tries=1)))
    assert {got[path] for path in PATHS if path not in bad} == {"kept"}
    assert {got[path] for path in bad} == {"server_error"}


def test_a_bad_section_does_not_park_its_host(site: Site, tmp_path: Path) -> None:
    bad, good = [f"/sport/{i}" for i in range(30)], [f"/news/{i}" for i in range(30)]
    site.pages = {**dict.fromkeys(bad, (500, HTML, b"")), **dict.fromkeys(good, html())}
    mixed = [path for pair in zip(bad, good, strict=True) for path in pair]
    for turn, order in enumerate((bad + good, mixed)):
        got = outcomes(collect(site, tmp_path / str(turn), *order, limits=replace(ONE, tries=1)))
        assert {got[path] for path in good} == {"kept"}
        assert sum(got[path] == HOST_DOWN for path in bad) == 25


def test_a_host_with_many_sections_is_parked_as_a_whole(site: Site, tmp_path: Path) -> None:
    paths = [f"/{i % 10}/{i}" for i in range(60)]
    site.pages = dict.fromkeys(paths, (502, HTML, b""))
    got = collect(site, tmp_path, *paths, limits=replace(ONE, tries=1))
    assert asked(site) == 5 + 3
    assert got.ledger["detail"].iloc[-1] == "not asked: 5 addresses in a row failed at the host (502)"


@pytest.mark.parametrize(
    "page", [(404, HTML, b""), (403, HTML, b""), (410, HTML, b""), (429, {"Retry-After": "0"}, b"")]
)
def test_a_host_that_answers_is_not_down(site: Site, tmp_path: Path, page: Reply) -> None:
    site.pages = dict.fromkeys(PATHS, page)
    got = collect(site, tmp_path, *PATHS, limits=replace(ONE, tries=1))
    assert HOST_DOWN not in set(got.ledger["outcome"]) and asked(site) == 60


def test_a_refresh_at_a_host_that_is_down_keeps_what_is_held(site: Site, tmp_path: Path) -> None:
    site.pages = dict.fromkeys(PATHS, html())
    first = collect(site, tmp_path, *PATHS)
    site.pages = dict.fromkeys(PATHS, (503, HTML, b""))
    again = collect(site, tmp_path, *PATHS, refresh=True, limits=replace(ONE, tries=1))
    assert set(outcomes(again).values()) == {"kept"}
    assert list(again.pages["sha256"]) == list(first.pages["sha256"])


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_robots_txt_without_end_is_obeyed_as_far_as_it_is_read(site: Site, tmp_path: Path, end: str) -> None:
    rules = f"User-agent: *{end}Disallow: /b{end}".encode()
    rules += (f"# a comment{end}".encode() * 60_000)[
        : ROBOTS_BYTES - len(rules) - 10
    ] + f"{end}Disallow: /a-and-more{end}".encode()
    site.pages = {"/robots.txt": (200, {}, rules), "/a": html(), "/b": html()}
    assert outcomes(collect(site, tmp_path, "/a", "/b")) == {"/a": "kept", "/b": "robots_refused"}
    assert robots_text(b"x" * ROBOTS_BYTES) == ""


@pytest.mark.parametrize("status", [204, 206, 300])
def test_what_is_no_answer_with_a_page_is_not_kept(site: Site, tmp_path: Path, status: int) -> None:
    site.pages = {"/a": (status, HTML, b"" if status == 204 else html()[2])}
    assert outcomes(collect(site, tmp_path, "/a")) == {"/a": "partial" if status == 206 else "no_content"}


def test_a_clock_that_was_set_back_does_not_stop_resuming(site: Site, tmp_path: Path) -> None:
    site.pages = {"/a": (503, HTML, b"")}
    assert outcomes(collect(site, tmp_path, "/a")) == {"/a": "server_error"}
    site.pages = {"/a": html()}
    assert outcomes(collect(site, tmp_path, "/a", clock=lambda: NOW - dt.timedelta(days=400))) == {"/a": "kept"}


def test_a_clock_that_runs_back_changes_neither_pace_nor_waits(site: Site, tmp_path: Path) -> None:
    hours = iter(range(10_000))
    answers = iter([(503, {"Retry-After": "Fri, 10 Jan 2031 00:00:00 GMT"}, b""), html()])
    site.pages = {**{f"/{i}": html() for i in range(6)}, "/busy": lambda _: next(answers)}
    limits = replace(ONE, pace=0.05)
    back = collect(site, tmp_path, *site.pages, limits=limits, clock=lambda: NOW - dt.timedelta(hours=next(hours)))
    assert set(outcomes(back).values()) == {"kept"}
    assert site.at[-1] - site.at[0] > 0.05 * (len(site.at) - 1) - 0.04  # the server may see one late


def test_pages_that_always_fail_keep_no_other_from_being_asked(site: Site, tmp_path: Path) -> None:
    bad, good = [f"/bad-{i}" for i in range(12)], [f"/good-{i}" for i in range(12)]
    site.pages = {**dict.fromkeys(bad, (500, HTML, b"")), **dict.fromkeys(good, html())}
    limits = replace(ONE, tries=1)
    mixed = [path for pair in zip(bad, good, strict=True) for path in pair]
    collect(site, tmp_path, *mixed, limits=limits)
    new = [f"/new-{i}" for i in range(3)]
    site.pages |= dict.fromkeys(new, html())
    for day in range(1, 4):
        got = collect(site, tmp_path, *mixed, *new, limits=limits, clock=lambda day=day: NOW + dt.timedelta(days=day))
        assert list(outcomes(got)) == [*mixed, *new]
        assert {outcomes(got)[path] for path in [*good, *new]} == {"kept"}
        assert {outcomes(got)[path] for path in bad} == {"server_error"}
    assert min(site.requests[path] for path in bad) >= 2  # each had its turn again
    assert sum(site.requests[path] for path in bad) == 12 + 3 * 5
