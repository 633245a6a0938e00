"""An article belongs to the outlet on whose host it ends, whoever listed it or led to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import HTML, NOW, QUICK, Site, html

from helpers.collect.fetch import Collected, WebSource, collect_web

QUAY, PIER, FAR = "http://www.quay.invalid", "http://pier.quay.invalid", "http://www.far-quay.invalid"
XML = {"Content-Type": "application/xml"}


def gather(site: Site, folder: Path, *sources: WebSource) -> Collected:
    return collect_web(
        list(sources), folder, contact="mailto:a@b.invalid", practice=True, resolver=site.resolve, limits=QUICK,
        clock=lambda: NOW,
    )  # fmt: skip


def fates(got: Collected) -> dict[tuple[str, str], str]:
    return {(row.outlet, row.address): row.outcome for row in got.ledger.itertuples()}


def feed(*addresses: str) -> tuple[int, dict[str, str], bytes]:
    items = "".join(f"<item><link>{address}</link></item>" for address in addresses)
    return 200, XML, f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()


def sitemap(*addresses: str) -> tuple[int, dict[str, str], bytes]:
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return 200, XML, f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>".encode()


def test_a_redirect_to_another_outlet_is_one_row_and_no_page(site: Site, tmp_path: Path) -> None:
    site.pages = {"/old": (302, {"Location": f"{PIER}/story"}, b""), "/story": html(), "/list": sitemap(f"{QUAY}/old")}
    got = gather(
        site, tmp_path, WebSource("quay", home=f"{QUAY}/", addresses=(f"{QUAY}/old",)),
        WebSource("pier", home=f"{PIER}/", addresses=(f"{PIER}/story",)),
    )  # fmt: skip
    assert fates(got) == {("pier", f"{PIER}/story"): "kept", ("quay", f"{QUAY}/old"): "other_site"}
    assert f"{PIER}/story" in got.ledger["detail"].iloc[1]
    assert site.requests["/story"] == 1


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
def test_a_foreign_address_in_a_list_is_not_the_asker_s(site: Site, tmp_path: Path, kind: str) -> None:
    page = feed if kind == "feeds" else sitemap
    site.pages = {"/list": page(f"{FAR}/story", f"{QUAY}/own"), "/story": html(), "/own": html()}
    got = gather(site, tmp_path, WebSource("quay", home=f"{QUAY}/", **{kind: (f"{QUAY}/list",)}))
    assert fates(got) == {("quay", f"{FAR}/story"): "other_site", ("quay", f"{QUAY}/own"): "kept"}
    assert site.requests["/story"] == (kind == "feeds")  # a feed may name its pages by way of a service that counts
    assert got.pages.loc[got.pages["address"] == f"{FAR}/story", "offset"].isna().all()
    again = gather(site, tmp_path, WebSource("quay", home=f"{QUAY}/", **{kind: (f"{QUAY}/list",)}))
    assert fates(again) == fates(got) and site.requests["/story"] == (kind == "feeds")
    allowed = WebSource("quay", home=f"{QUAY}/", hosts=("far-quay.invalid",), **{kind: (f"{QUAY}/list",)})
    assert set(fates(gather(site, tmp_path, allowed)).values()) == {"kept"}
    assert set(fates(gather(site, tmp_path, WebSource("quay", home=f"{QUAY}/", **{kind: (f"{QUAY}/list",)}))).values()) == {
        "kept", "other_site",
    }  # fmt: skip


def test_a_feed_by_way_of_a_counting_service_leads_home(site: Site, tmp_path: Path) -> None:
    site.pages = {
        "/list": feed(f"{FAR}/~r/1"),
        "/~r/1": (301, {"Location": f"{FAR}/~r/2"}, b""),
        "/~r/2": (302, {"Location": f"{QUAY}/1"}, b""),
        "/1": html(),
    }
    got = gather(site, tmp_path, WebSource("quay", home=f"{QUAY}/", feeds=(f"{FAR}/list",)))
    assert list(fates(got).values()) == ["redirected", "redirected", "kept"]


def test_a_wall_of_another_site_is_not_ours_and_its_failures_may_pass(site: Site, tmp_path: Path) -> None:
    site.pages = {"/wall": (401, HTML, b""), "/broken": (503, HTML, b"")}
    listed = WebSource("quay", home=f"{QUAY}/", addresses=(f"{FAR}/wall", f"{FAR}/broken"))
    assert list(fates(gather(site, tmp_path, listed)).values()) == ["other_site", "server_error"]


def test_hosts_below_the_home_are_its_own_unless_they_are_another_outlet_s(site: Site, tmp_path: Path) -> None:
    site.pages = {"/1": html(), "/2": html("<p>x</p>" * 40)}
    quay = WebSource("quay", home=f"{QUAY}/", addresses=(f"{PIER}/1", f"{QUAY}/2"))
    assert set(fates(gather(site, tmp_path / "a", quay)).values()) == {"kept"}
    pier = WebSource("pier", home=f"{PIER}/", addresses=(f"{PIER}/1",))
    assert fates(gather(site, tmp_path / "b", quay, pier)) == {
        ("pier", f"{PIER}/1"): "kept", ("quay", f"{PIER}/1"): "other_site", ("quay", f"{QUAY}/2"): "kept",
    }  # fmt: skip


def test_two_outlets_never_keep_one_page(site: Site, tmp_path: Path) -> None:
    site.pages = {"/ru/1": html(), "/en/1": html(), "/1": html(), "/go": (302, {"Location": "/1"}, b"")}
    every = tuple(f"{host}{path}" for host in (QUAY, "http://quay.invalid") for path in ("/ru/1", "/en/1", "/1", "/go"))
    sources = [WebSource(f"quay-{code}", home=f"{QUAY}/{code}", addresses=every) for code in ("en", "ru")]
    got = gather(site, tmp_path, *sources, WebSource("unknown", addresses=every))
    kept = got.ledger[got.ledger["outcome"] == "kept"]
    paths = kept["address"].str.extract(r"invalid(.*)")[0]
    assert set(zip(kept["outlet"], paths, strict=True)) == {
        ("quay-en", "/en/1"), ("quay-en", "/1"), ("quay-ru", "/ru/1"),
    }  # fmt: skip
    assert not got.ledger["id"].duplicated().any()
    summary = got.summary.set_index("outlet")
    assert (summary["found"] == summary[[*got.ledger["outcome"].unique()]].sum(axis=1)).all()
