"""Lists of others are parsed in processes that can be ended, and an outlet's sitemaps have bounds all together."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import misbehaving
import pytest
from loopback import HOST, QUICK, Site, collect, html

from helpers.collect import list_pool
from helpers.collect.fetch import Collected, WebSource
from helpers.pool import Pool

XML = {"Content-Type": "application/xml"}


def gather(site: Site, folder: Path, **source: object) -> Collected:
    limits = dataclasses.replace(QUICK, seconds=5.0, **source.pop("limits", {}))  # type: ignore[arg-type]
    listed = WebSource("quay", home=f"http://{HOST}/", **source)  # type: ignore[arg-type]
    return collect(site, folder, source=listed, limits=limits)


@pytest.mark.parametrize(("kind", "way", "outcome"), [("feeds", "hang", "timed_out"), ("sitemaps", "die", "crashed")])
def test_a_list_that_takes_its_parser_along_costs_one_list(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, way: str, outcome: str
) -> None:
    feed = f"<rss version='2.0'><channel><title>x</title><item><link>http://{HOST}/1</link></item></channel></rss>".encode()
    site.pages = {f"/{way}": (200, XML, feed), "/good": (200, XML, feed), "/1": html()}
    with Pool(misbehaving.parse_or_misbehave, processes=1, seconds=0.5) as pool:
        monkeypatch.setattr(list_pool, "_pool", lambda: pool)
        began = time.monotonic()
        got = gather(site, tmp_path, **{kind: (f"http://{HOST}/{way}", f"http://{HOST}/good")})
        assert time.monotonic() - began < 20
    assert list(got.ledger["outcome"]) == ["kept"]
    assert list(got.failed["outcome"]) == [outcome]


@pytest.mark.parametrize(
    ("limits", "n_read", "words"),
    [
        ({"lists_bytes": 1500}, 2, "beyond 1,500 bytes of sitemaps"),
        ({"addresses": 6}, 3, "beyond 6 addresses"),
        ({"lists_seconds": 0.0}, 0, "beyond 0 s for sitemaps"),
    ],
)
def test_sitemaps_have_bounds_all_together(
    site: Site, tmp_path: Path, limits: dict[str, object], n_read: int, words: str
) -> None:
    for i in range(9):
        rows = "".join(f"<url><loc>http://{HOST}/{i}-{k}</loc></url>" for k in range(2))
        site.pages[f"/s{i}"] = (200, XML, f"<urlset>{rows}{' ' * 700}</urlset>".encode())
    got = gather(site, tmp_path, sitemaps=tuple(f"http://{HOST}/s{i}" for i in range(9)), limits=limits)
    assert len(got.ledger) == 2 * n_read
    assert list(got.failed["outcome"]) == ["cut"] * (9 - n_read)
    assert got.failed["detail"].str.contains(words).all()
