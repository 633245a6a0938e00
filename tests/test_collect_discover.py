"""Which addresses are found, in lists and by services that speak their documented formats over loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from services import KEY, TEXT, TOO_OFTEN, Web, World

from helpers.collect.answers import Answer
from helpers.collect.discover import Discovery, WebSource, discover
from helpers.collect.fetch import collect_web
from helpers.collect.listings import read_feed, read_sitemap
from helpers.collect.services import Query, gdelt, read_list, wayback
from helpers.collect.services.gdelt import wordings
from helpers.collect.session import Limits, Session
from helpers.study import MediaCloud

HOME = "http://www.quay.invalid/"
QUICK = Limits(seconds=5.0, pace=0.0, tries=3, wait=0.01, longest_wait=0.5)
NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
JUNE = dt.date(2024, 6, 1), dt.date(2024, 6, 3)
TERMS = {
    "en": {"XAA": ("Tarvenia", "Tarvenian"), "XBB": ("Lodmaria",)},
    "ru": {"XAA": ("Тарвения", "Тарвении"), "XBB": ("Лодмария",)},
}


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(2024, 6, day, hour, minute, second)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def web(world: World) -> Iterator[Web]:
    with Web(world) as made:
        yield made


def find(web: Web, source: WebSource | None = None, **options: object) -> Discovery:
    asked = {"home": HOME, "language": "en", **options.pop("with_", {})}
    limits = options.pop("limits", QUICK)
    settings = {"period": JUNE, "terms": TERMS, "services": web.services(), **options}

    async def _ask() -> Discovery:
        async with Session(
            contact="mailto:a@b.invalid", practice=True, resolver=web.resolve, limits=limits, clock=lambda: NOW
        ) as session:
            return await discover(session, source or WebSource("quay", **asked), **settings)

    return asyncio.run(_ask())


def failures(found: Discovery) -> list[tuple[str, str]]:
    return [(answer.outcome, answer.detail) for answer in found.failed]


def test_gdelt_is_asked_for_the_period_and_dates_what_it_saw(web: Web, world: World) -> None:
    world.gdelt = [(f"{HOME}{day}?utm_source=x", f"Tarvenia, day {day}", at(day, 5)) for day in (1, 2, 3, 4)]
    found = find(web, with_={"services": ("gdelt",)})
    assert list(found.entries) == [f"{HOME}{day}" for day in (1, 2, 3)]
    first = found.entries[HOME + "1"]
    assert (first.stated, first.sources, first.words) == (
        dt.datetime(2024, 6, 1, 5, tzinfo=dt.UTC), ("gdelt",), "Tarvenia, day 1",
    )  # fmt: skip
    assert not found.failed and world.asked["gdelt"] == 1  # robots.txt of an interface is not asked, nor obeyed
    asked = world.queries[0][1]
    assert asked["query"] == ["(Tarvenia OR Tarvenian) Lodmaria domainis:quay.invalid sourcelang:english"]
    assert asked["startdatetime"] == ["20240601000000"] and asked["enddatetime"] == ["20240603235959"]


def test_gdelt_slices_that_come_back_full_are_halved_until_nothing_is_lost(web: Web, world: World) -> None:
    world.gdelt = [(f"{HOME}{i}", "Tarvenia", at(1) + dt.timedelta(seconds=120 * i)) for i in range(700)]
    found = find(web, with_={"services": ("gdelt",)})
    assert len(found.entries) == 700 and not found.failed
    assert world.asked["gdelt"] == 1 + 2 + 2 + 2 + 4  # only slices that came back full are halved


def test_a_gdelt_slice_that_is_still_full_is_said_to_be_cut(web: Web, world: World) -> None:
    world.gdelt = [(f"{HOME}{i}", "Tarvenia", at(2, 7, 1, i % 60)) for i in range(400)]
    found = find(web, with_={"services": ("gdelt",)})
    assert len(found.entries) == 250
    [(outcome, detail)] = failures(found)
    assert outcome == "cut" and "250 rows" in detail and "2024-06-02 06:56 to 2024-06-02 07:13 UTC" in detail


def test_gdelt_is_asked_again_when_it_was_asked_too_often(web: Web, world: World) -> None:
    world.gdelt = [(f"{HOME}1", "Tarvenia", at(1, 5))]
    world.moods["gdelt"] = [(200, TEXT, TOO_OFTEN), (429, TEXT, TOO_OFTEN), (200, TEXT, TOO_OFTEN)]
    found = find(web, with_={"services": ("gdelt",)})
    assert list(found.entries) == [f"{HOME}1"] and not found.failed


@pytest.mark.parametrize(("status", "outcome"), [(200, "rate_limited"), (429, "rate_limited"), (500, "server_error")])
def test_gdelt_that_does_not_relent_is_left_alone_and_the_gap_is_told(
    web: Web, world: World, status: int, outcome: str
) -> None:
    world.moods["gdelt"] = [(status, TEXT, TOO_OFTEN)] * 99
    period = dt.date(2024, 6, 1), dt.date(2024, 12, 31)
    found = find(web, with_={"services": ("gdelt",)}, period=period)
    *failed, rest = failures(found)
    assert {name for name, _ in failed} == {outcome} and len(failed) == (3 if status == 500 else 1)
    assert rest[0] == "not_asked"
    assert f"{period[0] + len(failed) * dt.timedelta(days=32)} to 2024-12-31" in rest[1]
    assert world.asked["gdelt"] <= 9


def test_what_gdelt_says_of_a_query_is_passed_on(web: Web, world: World) -> None:
    world.moods["gdelt"] = [(200, TEXT, b"One or more of your keywords were too short, too long or too common.")]
    [(outcome, detail)] = failures(find(web, with_={"services": ("gdelt",)}))
    assert outcome == "refused_query" and "too short, too long or too common" in detail
    world.moods["gdelt"] = [(200, {}, b'{"articles": [')]
    found = find(web, with_={"services": ("gdelt",)})
    assert [name for name, _ in failures(found)] == ["unreadable"] and world.asked["gdelt"] == 2


def test_gdelt_escapes_that_json_does_not_know_are_read(web: Web, world: World) -> None:
    world.escapes, world.gdelt = True, [(f"{HOME}1", "Tarvenia~s \\ pact", at(1, 5))]
    found = find(web, with_={"services": ("gdelt",)})
    assert found.entries[f"{HOME}1"].words == "Tarvenia\\'\x01s \\ pact" and not found.failed


def test_gdelt_queries_stay_short_and_lose_no_name() -> None:
    names = tuple(f"Statesman Number{i}" for i in range(30))
    query = Query(HOME, JUNE, "ru", {"en": {"A": (*names, "RF"), "B": ("Lodmaria",)}})
    asked = wordings(query)
    assert len(asked) > 1 and all(len(text) <= 250 for text in asked)
    assert all(sum(f'"{name}"' in text for text in asked) == 1 for name in names)
    assert not any("RF" in text for text in asked)  # GDELT takes no name of two letters
    assert all("Lodmaria" in text and "sourcelang:russian" in text for text in asked)
    assert wordings(Query(HOME, JUNE, "en", TERMS, "XAA")) == ["Lodmaria domainis:quay.invalid sourcelang:english"]
    assert wordings(Query(HOME, JUNE)) == ["domainis:quay.invalid"]


def test_services_are_kept_to_the_outlets_edition(web: Web, world: World) -> None:
    world.gdelt = [
        (address, "Tarvenia", at(1, 5))
        for address in ("http://ru.quay.invalid/1", f"{HOME}en/1", f"{HOME}es/1", f"{HOME}english/1")
    ]
    found = find(web, with_={"services": ("gdelt",), "home": f"{HOME}en/"})
    excluded = {address: entry.excluded and entry.excluded[0] for address, entry in found.entries.items()}
    assert excluded == {
        "http://ru.quay.invalid/1": "other_edition",
        f"{HOME}en/1": None,
        f"{HOME}es/1": "other_edition",
        f"{HOME}english/1": "other_edition",
    }


def test_wayback_pages_are_followed_to_the_end_and_date_last(web: Web, world: World) -> None:
    world.captures = [("20240602101112", f"{HOME}{i}") for i in range(5)] + [
        ("20240615000000", f"{HOME}0"),
        ("20240702000000", f"{HOME}late"),
        ("20240704000000", f"{HOME}later"),
        ("20230101000000", f"{HOME}old"),
        ("20240602101112", "http://ru.quay.invalid/1"),
    ]
    found = find(web, with_={"services": ("wayback",)})
    assert list(found.entries) == [f"{HOME}{name}" for name in (0, 1, 2, 3, 4, "late")]
    assert world.asked["cdx"] == 3 and not found.failed
    entry = found.entries[f"{HOME}0"]
    assert (entry.stated, entry.dated_by) == (dt.datetime(2024, 6, 2, 10, 11, 12, tzinfo=dt.UTC), "wayback")
    found.add(f"{HOME}0", "sitemap", NOW)
    assert entry.stated == NOW  # any list of the outlet's own is believed before a capture


def test_wayback_keeps_to_the_path_of_an_edition(web: Web, world: World) -> None:
    world.captures = [("20240602101112", f"{HOME}{name}") for name in ("en/1", "es/1", "english/1")]
    found = find(web, with_={"services": ("wayback",), "home": f"{HOME}en/"})
    assert list(found.entries) == [f"{HOME}en/1"]
    assert world.queries[0][1]["matchType"] == ["prefix"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ((503, TEXT, b"<html>Slow Down"), "server_error"),
        ((429, TEXT, b"Too many requests"), "rate_limited"),
        ((403, TEXT, b"Blocked Site Error"), "forbidden"),
        ((200, TEXT, b"<html>An error has occurred"), "unreadable"),
        ((200, TEXT, b'{"a": 1}'), "unreadable"),
        ((200, TEXT, b'[["length"], ["3"]]'), "unreadable"),
    ],
)
def test_wayback_failures_keep_what_was_had(web: Web, world: World, reply: tuple, outcome: str) -> None:
    world.captures = [("20240602101112", f"{HOME}{i}") for i in range(5)]
    good = web.cdx
    web.cdx = lambda path, asked, request: reply if "resumeKey" in asked else good(path, asked, request)
    found = find(web, with_={"services": ("wayback",)})
    assert [name for name, _ in failures(found)] == [outcome] and len(found.entries) == 2


def test_an_empty_wayback_answer_is_no_failure(web: Web, world: World) -> None:
    for body in (b"[]", b"", b"\n"):
        world.moods["cdx"] = [(200, TEXT, body)]
        found = find(web, with_={"services": ("wayback",)})
        assert not found.entries and not found.failed


MC = {"services": ("mediacloud",), "mediacloud": MediaCloud(sources=(7,), collections=(9,), key_variable="MC_TEST_KEY")}


def test_media_cloud_is_read_page_after_page_with_its_own_client(
    web: Web, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MC_TEST_KEY", KEY)
    world.stories = [(f"{HOME}{i}", f"Story {i}", "2024-06-02") for i in range(5)] + [(f"{HOME}u", "Undated", "")]
    world.stories.append((f"{HOME}9", "After", "2024-06-09"))
    found = find(web, with_={**MC, "timezone": "Asia/Pyongyang"})
    assert list(found.entries) == [f"{HOME}{name}" for name in (0, 1, 2, 3, 4, "u")] and not found.failed
    assert found.entries[f"{HOME}0"].stated == dt.datetime(2024, 6, 1, 15, tzinfo=dt.UTC)  # midnight in Pyongyang
    assert found.entries[f"{HOME}u"].stated is None
    asked = [query for service, query in world.queries if service == "mediacloud"][1:]
    assert [query.get("pagination_token") for query in asked] == [None, ["2"], ["4"]]
    assert asked[0]["q"] == ['("Tarvenia" OR "Tarvenian") AND ("Lodmaria")']
    assert (asked[0]["ss"], asked[0]["cs"]) == (["7"], ["9"])


def test_without_a_media_cloud_key_the_rest_goes_on(web: Web, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MC_TEST_KEY", raising=False)
    world.gdelt = [(f"{HOME}1", "Tarvenia", at(1, 5))]
    found = find(web, with_={**MC, "services": ("mediacloud", "gdelt")})
    assert list(found.entries) == [f"{HOME}1"] and world.asked["mediacloud"] == 0
    assert failures(found) == [("no_key", "no Media Cloud key: set the environment variable MC_TEST_KEY to yours")]


@pytest.mark.parametrize(
    ("status", "outcome"), [(403, "forbidden"), (429, "rate_limited"), (500, "server_error"), (400, "refused_query")]
)
def test_media_cloud_refusals_have_names_and_tell_no_key(
    web: Web, world: World, monkeypatch: pytest.MonkeyPatch, status: int, outcome: str
) -> None:
    monkeypatch.setenv("MC_TEST_KEY", KEY)
    world.stories = [(f"{HOME}{i}", "Story", "2024-06-02") for i in range(4)]
    world.moods["mediacloud"] = [(status, TEXT, b'{"status": "error", "note": "not now"}')] * 3
    # One try: after a 429 or 500 the client itself waits for a minute before the next.
    found = find(web, with_=MC, limits=replace(QUICK, tries=1))
    [(name, detail)] = failures(found)
    assert name == outcome and "not now" in detail and KEY not in repr(found)


def test_a_media_cloud_that_comes_back_is_waited_for(web: Web, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MC_TEST_KEY", KEY)
    world.stories = [(f"{HOME}{i}", "Story", "2024-06-02") for i in range(4)]
    world.moods["mediacloud"] = [(503, {**TEXT, "Retry-After": "0"}, b""), (503, TEXT, b"")]
    assert len(find(web, with_=MC).entries) == 4
    world.moods["mediacloud"] = [(200, TEXT, b"<html>maintenance")]
    assert [name for name, _ in failures(find(web, with_=MC))] == ["unreadable"]


def test_the_media_cloud_key_goes_nowhere_else(web: Web, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MC_TEST_KEY", KEY)
    services = replace(web.services(), mediacloud="http://elsewhere.invalid/api/")
    assert [name for name, _ in failures(find(web, with_=MC, services=services))] == ["refused_address"]
    monkeypatch.setenv("MC_TEST_KEY", "wrong")
    [(name, detail)] = failures(find(web, with_=MC))
    assert name == "forbidden" and "refuses the key" in detail


def test_ccnews_files_of_the_period_are_listed_and_not_fetched(web: Web, world: World) -> None:
    world.warcs = {
        "2024/05": ["20240530230000", "20240531120000"],
        "2024/06": ["20240601000000", "20240604235959", "20240605000000"],
    }
    found = find(web, with_={"services": ("ccnews",)})
    assert [file[0][-26:] for file in found.files] == [
        "20240531120000-00001.warc.gz"[-26:], "20240601000000-00000.warc.gz"[-26:], "20240604235959-00001.warc.gz"[-26:],
    ]  # fmt: skip
    assert found.files[1] == (
        "http://ccnews.invalid/crawl-data/CC-NEWS/2024/06/CC-NEWS-20240601000000-00000.warc.gz",
        dt.datetime(2024, 6, 1, tzinfo=dt.UTC),
    )
    assert not found.entries and world.asked["ccnews"] == 2
    assert [name for name, _ in failures(found)] == ["listed_only"]
    late = find(web, with_={"services": ("ccnews",)}, period=(dt.date(2024, 6, 20), dt.date(2024, 7, 2)))
    assert failures(late) == [("not_found", "404")]  # July is not there, and said not to be
    world.moods["ccnews"] = [
        (200, TEXT, gzip.compress(b"crawl-data/CC-NEWS/2024/05/x.warc.gz\n")),
        (200, TEXT, b"\x1f\x8b"),
    ]
    assert [name for name, _ in failures(find(web, with_={"services": ("ccnews",)}))] == ["unreadable"] * 2


def test_ccnews_is_asked_once_for_all_outlets_and_lands_with_the_ledger(web: Web, world: World, tmp_path: Path) -> None:
    world.warcs = {"2024/05": [], "2024/06": ["20240601000000"]}
    sources = [WebSource(name, home=HOME, services=("ccnews",)) for name in ("a", "b")]
    got = collect_web(
        sources, tmp_path, contact="mailto:a@b.invalid", practice=True, resolver=web.resolve, limits=QUICK,
        period=JUNE, services=web.services(), clock=lambda: NOW,
    )  # fmt: skip
    assert world.asked["ccnews"] == 2 and set(got.files["address"].str[-28:]) == {"20240601000000-00000.warc.gz"}
    assert got.failed["outcome"].tolist() == ["listed_only"] * 2


def test_services_keep_their_own_pace(web: Web, world: World) -> None:
    begun = time.monotonic()
    world.gdelt = [(f"{HOME}{i}", "Tarvenia", at(1, i // 30)) for i in range(300)]
    find(web, with_={"services": ("gdelt",)}, services=replace(web.services(), gdelt_pace=0.15))
    assert world.asked["gdelt"] >= 3 and time.monotonic() - begun > 0.3


def test_services_need_home_and_period(web: Web) -> None:
    for options in (
        {"with_": {"services": ("gdelt",), "home": ""}},
        {"with_": {"services": ("gdelt",)}, "period": None},
    ):
        with pytest.raises(ValueError, match="outlet quay: services are asked by home page and period"):
            find(web, **options)


def feed(*items: str, extra: str = "") -> tuple[int, dict[str, str], bytes]:
    return 200, {}, f"<rss version='2.0'><channel>{''.join(items)}{extra}</channel></rss>".encode()


def item(path: str, title: str = "", lead: str = "") -> str:
    told = f"<title>{title}</title>" if title else ""
    return f"<item><link>{HOME}{path}</link>{told}<description>{lead}</description></item>"


def test_the_filter_leaves_out_only_what_names_neither_and_says_so(web: Web, world: World) -> None:
    world.pages = {
        "/feed": feed(
            item("1", "Grain prices fall"), item("2", "Lodmaria signs"), item("tarvenian-grain", "Grain"),
            item("4"), item("5", "Grain", "Sold to &lt;b>Tarvenia&lt;/b>"), item("6", "Тарвении продали зерно"),
        ),
        "/map": (200, {}, f"<urlset><url><loc>{HOME}7</loc></url><url><loc>{HOME}1</loc></url></urlset>".encode()),
    }  # fmt: skip
    world.gdelt = [(f"{HOME}8", "A pact with Lodmaria", at(1, 5)), (f"{HOME}9", "Tarvenia", at(1, 6))]
    asked = {"feeds": (HOME + "feed",), "sitemaps": (HOME + "map",), "services": ("gdelt",)}
    found = find(web, with_={**asked, "only_named": True})
    excluded = {name.removeprefix(HOME): entry.excluded for name, entry in found.entries.items() if entry.excluded}
    assert excluded == {
        "1": ("off_subject", "neither title nor address names one of the two: Grain prices fall"),
        "6": ("off_subject", "neither title nor address names one of the two: Тарвении продали зерно"),
    }
    russian = find(web, with_={**asked, "only_named": True, "language": "ru"})
    assert russian.entries[HOME + "6"].excluded is None  # in the outlet's own language, and in its cases
    assert len(russian.entries) == 9
    assert not any(entry.excluded for entry in find(web, with_=asked).entries.values())


def test_an_address_is_left_out_only_if_every_source_leaves_it_out() -> None:
    strict, free = Discovery(), Discovery()
    for name in ("both", "one"):
        strict.add(name, "feed", words="x").excluded = "off_subject", "x"
    free.add("one", "sitemap")
    for parts in ((strict, free), (free, strict)):
        found = Discovery()
        for part in parts:
            found.merge(part)
        assert {name: bool(entry.excluded) for name, entry in found.entries.items()} == {"both": True, "one": False}
        assert found.entries["one"].sources == ("feed", "sitemap")


def test_inner_sitemaps_that_changed_before_the_period_are_not_asked(web: Web, world: World) -> None:
    inner = "".join(
        f"<sitemap><loc>/{name}.xml</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for name, day in {"may": "2024-05-20", "edge": "2024-05-31", "june": "2024-06-02", "any": ""}.items()
    )
    world.pages = {"/map": (200, {}, f"<sitemapindex xmlns='http://www.google.com/x'>{inner}</sitemapindex>".encode())}
    for name in ("may", "edge", "june", "any"):
        world.pages[f"/{name}.xml"] = 200, {}, f"<urlset><url><loc>{HOME}{name}</loc></url></urlset>".encode()
    found = find(web, with_={"sitemaps": (HOME + "map",)})
    assert list(found.entries) == [HOME + name for name in ("edge", "june", "any")]
    assert failures(found) == [("outside_period", "sitemap last changed 2024-05-20, before the period")]


def test_sitemaps_that_go_too_deep_or_in_circles_end_and_say_so(web: Web, world: World) -> None:
    for depth in range(6):
        inner = f"<sitemap><loc>/{depth + 1}</loc></sitemap><sitemap><loc>/0</loc></sitemap>"
        world.pages[f"/{depth}"] = 200, {}, f"<sitemapindex>{inner}</sitemapindex>".encode()
    found = find(web, with_={"sitemaps": (HOME + "0",)})
    assert [(answer.address, answer.outcome) for answer in found.failed] == [(HOME + "3", "cut")]


def test_a_sitemap_may_be_longer_than_a_page(web: Web, world: World) -> None:
    body = "".join(f"<url><loc>{HOME}{i}</loc></url>" for i in range(3000))
    world.pages = {"/map": (200, {}, f"<urlset>{body}</urlset>".encode())}
    found = find(web, with_={"sitemaps": (HOME + "map",)}, limits=replace(QUICK, size=20_000))
    assert len(found.entries) == 3000 and not found.failed
    assert [
        name for name, _ in failures(find(web, with_={"feeds": (HOME + "map",)}, limits=replace(QUICK, size=20_000)))
    ] == ["too_large"]


def test_sitemaps_in_other_clothes_are_read() -> None:
    plain = b"<urlset><url><loc>/1</loc></url></urlset>"
    two = gzip.compress(b"<urlset><url><loc>/1</loc></url>") + gzip.compress(b"<url><loc>/2</loc></url></urlset>")
    for body, wanted in (
        (gzip.compress(plain), ["/1"]),
        (two, ["/1", "/2"]),
        (b"\xef\xbb\xbfhttp://a.org/1\r\nhttp://a.org/2\n\n", ["/1", "/2"]),
        (b"<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><sm:url><sm:loc> /1 </sm:loc></sm:url></sm:urlset>", ["/1"]),
        (feed(item("1"))[2].replace(HOME.encode(), b"http://a.org/"), ["/1"]),
    ):  # fmt: skip
        read = read_sitemap(body, base="http://a.org/s.xml")
        assert [link.address.removeprefix("http://a.org") for link in read.pages] == wanted and not read.fault


def test_what_is_damaged_is_read_as_far_as_it_goes_and_said_to_be() -> None:
    whole = "".join(f"<url><loc>http://a.org/{i}</loc></url>" for i in range(2000))
    for body in (f"<urlset>{whole}"[:-9].encode(), gzip.compress(f"<urlset>{whole}</urlset>".encode())[:-400]):
        read = read_sitemap(body, base="http://a.org/s.xml")
        assert 900 < len(read.pages) <= 2000 and read.fault.startswith("damaged, read as far as it goes")
    cut = read_feed(feed(item("1"), item("2"))[2][:-40], base=HOME)
    assert cut.entries[0].address == HOME + "1" and cut.fault.startswith("damaged")
    for page in (b"<html><body>Please log in", b"", b"{}"):
        assert read_feed(page, base=HOME) == ([], "not a feed")
    with pytest.raises(ValueError, match="not a sitemap but <html>"):
        read_sitemap(b"<html><body>Please log in</body></html>", base=HOME)


def test_feeds_of_every_kind_give_link_and_date() -> None:
    atom = """<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a.org/news/'>
    <entry><title>One</title><id>tag:1</id><link rel='self' href='/1.atom'/><link rel='enclosure' href='1.mp3'/>
    <link rel='alternate' type='application/json' href='1.json'/><link rel='alternate' type='text/html' href='1.html'/>
    <published>2024-06-19T10:00:00+03:00</published><updated>2024-06-25T00:00:00Z</updated></entry>
    <entry><id>http://a.org/2</id><updated>2024-06-20T10:00:00Z</updated></entry></feed>"""
    rdf = """<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'
    xmlns:dc='http://purl.org/dc/elements/1.1/'><item rdf:about='http://a.org/3'><link>http://a.org/3</link>
    <dc:date>2024-06-19T10:00:00+09:00</dc:date></item><item><link>/4</link></item></rdf:RDF>"""
    links = [
        *read_feed(atom.encode(), base="http://a.org/f").entries,
        *read_feed(rdf.encode(), base="http://a.org/f").entries,
    ]
    assert [(link.address, link.source, link.stated and link.stated.isoformat()[:13]) for link in links] == [
        ("http://a.org/news/1.html", "feed", "2024-06-19T07"),
        ("http://a.org/2", "updated", "2024-06-20T10"),
        ("http://a.org/3", "feed", "2024-06-19T01"),
        ("http://a.org/4", "feed", None),
    ]


def test_an_update_or_a_capture_after_the_period_does_not_put_an_article_outside_it(
    web: Web, world: World, tmp_path: Path
) -> None:
    page = 200, TEXT, b"<html><body><p>Text enough to be a page.</p></body></html>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='{HOME}1'/><updated>2024-12-01T00:00:00Z</updated></entry></feed>"
    rss = feed(f"<item><link>{HOME}2</link><pubDate>Sun, 01 Dec 2024 00:00:00 GMT</pubDate></item>")
    world.pages = {"/atom": (200, {}, atom.encode()), "/rss": rss, "/1": page, "/2": page}
    got = collect_web(
        [WebSource("quay", home=HOME, feeds=(HOME + "atom", HOME + "rss"))], tmp_path, contact="mailto:a@b.invalid",
        practice=True, resolver=web.resolve, limits=QUICK, period=JUNE, clock=lambda: NOW,
    )  # fmt: skip
    outcomes = dict(zip(got.ledger["address"].str[-1], got.ledger["outcome"], strict=True))
    assert outcomes["2"] == "outside_period" and outcomes["1"] != "outside_period"


def test_what_a_filter_takes_out_is_in_the_ledger_and_is_not_asked(web: Web, world: World, tmp_path: Path) -> None:
    world.pages = {"/feed": feed(item("1", "Grain prices fall"))}
    world.gdelt = [("http://ru.quay.invalid/2", "Tarvenia", at(1, 5))]
    source = WebSource("quay", home=HOME, language="en", feeds=(HOME + "feed",), services=("gdelt",), only_named=True)
    got = collect_web(
        [source], tmp_path, contact="mailto:a@b.invalid", practice=True, resolver=web.resolve, limits=QUICK,
        period=JUNE, terms=TERMS, services=web.services(), clock=lambda: NOW,
    )  # fmt: skip
    told = dict(zip(got.ledger["address"], got.ledger["outcome"], strict=True))
    assert told == {HOME + "1": "off_subject", "http://ru.quay.invalid/2": "other_edition"}
    assert not len(got.pages) and world.asked["ru"] == 0


def test_address_lists_are_read_with_their_dates(tmp_path: Path) -> None:
    text = tmp_path / "list.txt"
    text.write_text(
        "# mine\n\nhttps://example.org/a?utm_source=x\t2024-06-19\nhttps://example.org/b # later\nHTTPS://example.org/a\n",
        encoding="utf-8",
    )
    assert read_list(text, timezone="Asia/Seoul") == (
        ("https://example.org/a", dt.datetime(2024, 6, 18, 15, tzinfo=dt.UTC), ""),
        ("https://example.org/b", None, ""),
    )
    table = tmp_path / "list.csv"
    table.write_text("\ufefftitle,address,published\nA pact,https://example.org/a,\n,,\n", encoding="utf-8")
    assert read_list(table) == (("https://example.org/a", None, "A pact"),)


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("l.txt", b"https://example.org/a\nexample.org/b\n", r"l\.txt, line 2: example\.org/b: .*http://"),
        ("l.txt", b"https://example.org/a\tsoon\n", r"l\.txt, line 1: 'soon' is not a date; write it YYYY-MM-DD"),
        ("l.txt", b"http://10.0.0.1/\n", r"l\.txt, line 1: .*not public"),
        ("l.txt", b"https://example.org/\xff\n", r"l\.txt: not UTF-8 at byte 20"),
        ("l.csv", b"url\nhttps://example.org/a\n", r"l\.csv, line 1: no column 'address' among \['url'\]"),
        ("l.csv", b'title,address\n"two\nlines",https://example.org/a\nx,nowhere\n', r"l\.csv, line 4: nowhere"),
    ],
)
def test_a_wrong_address_list_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, wanted: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=wanted) as caught:
        read_list(tmp_path / name)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="no such file"):
        read_list(tmp_path / "absent.txt")


def test_a_feed_that_names_a_file_opens_none(tmp_path: Path) -> None:
    path = tmp_path / "secret.xml"
    path.write_text("<rss version='2.0'><channel><item><link>http://a.org/1</link></item></channel></rss>")
    assert read_feed(str(path).encode(), base="http://a.org/feed").entries == []


def test_a_sitemap_with_bare_ampersands_gives_the_addresses_that_it_means() -> None:
    body = b"<urlset><!-- c --><url><loc><!-- d -->http://a.org/?a=1&b=2&amp;c=3</loc></url></urlset>"
    found = read_sitemap(body, base="http://a.org/s.xml")
    assert [link.address for link in found.pages] == ["http://a.org/?a=1&b=2&c=3"] and not found.fault
    with pytest.raises(ValueError, match="not a sitemap"):
        read_sitemap(bytes(1000), base="http://a.org/s.xml")


def test_a_title_of_open_brackets_takes_no_time() -> None:
    body = b"<rss version='2.0'><channel><item><title>" + b"&lt;" * 100_000 + b"</title><link>/1</link></item>"
    begun = time.monotonic()
    assert len(read_feed(body + b"</channel></rss>", base="http://a.org/").entries) == 1
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("body", [b'{"articles": 5}', b'{"articles": [5]}', b"[]"])
def test_json_of_another_shape_is_no_catastrophe(body: bytes) -> None:
    answer = Answer("http://a.org/", "ok", NOW, 200, body=body)
    failure, rows = gdelt._rows(answer, body.decode())
    assert failure.outcome == "unreadable" and not rows
    with pytest.raises(ValueError, match="no JSON"):
        wayback._rows(b"[" * 100_000)
