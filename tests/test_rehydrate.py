"""Texts fetched again over loopback: the same page, a changed one, one that moved away, dead ones, and one in the archive."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import yaml
from loopback import HOST, HTML, NOW, QUICK, Site, html

from helpers.collect.services import Services
from helpers.release.again import FILE, by_outlet, rehydrate
from helpers.study import Study, StudyError, load_study

ARCHIVE = "web.quay.invalid"
SERVICES = Services(wayback=f"http://{ARCHIVE}/cdx/search/cdx", wayback_pace=0.0)
STAMP = "20310621101500"
WORDS = ("barge crane harbour timber wagon signal ledger copper furnace orchard saddle candle basket anchor meadow thimble "
         "lantern pebble kettle ribbon acorn violin tunnel pillow mustard falcon glacier saucer bramble dial").split()  # fmt: skip


def story(number: int) -> list[str]:
    """Paragraphs of an invented article on two invented states; no two numbers share one."""
    return [
        " ".join(
            f"Averland sent Borrovia {WORDS[(number * 7 + part * 5 + step) % len(WORDS)]} {WORDS[(number + step) % len(WORDS)]}"
            f" number {number} in part {part}."
            for step in range(6)
        )
        for part in range(4)
    ]  # fmt: skip


def page(paragraphs: list[str]) -> tuple[int, dict[str, str], bytes]:
    """They as a page of the site."""
    return html("".join(f"<p>{text}</p>" for text in paragraphs))


class Archived(dict):
    """Pages of the site, and the Wayback Machine's answers, told apart by path."""

    def get(self, path: str, default: object = None) -> object:
        """A reply, or a function that gives one."""
        where = urlsplit(path)
        if where.path == "/cdx/search/cdx":
            address = parse_qs(where.query)["url"][0]
            rows = [["timestamp", "original"], [STAMP, address]] if address.endswith("/archived") else []
            return 200, {"Content-Type": "application/json"}, json.dumps(rows).encode()
        return super().get(path, default)


@pytest.fixture
def site():
    """The outlet's site as it is today, and the archive."""
    running = Site()
    running.pages = Archived(
        {
            "/same": page(story(1)),
            "/changed": page([*story(2)[:2], *(text.upper()[::-1] for text in story(2)[2:])]),
            "/dead": (410, HTML, b"gone"),
            "/away": (301, {"Location": f"http://{HOST}/"}, b""),
            "/": page(story(9)),
            "/closed": page(story(5)),
            f"/web/{STAMP}id_/http://{HOST}/archived": page(story(6)),
            "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /closed\n"),
        }
    )
    yield running
    running.close()


@pytest.fixture
def study(root: Path, tmp_path: Path) -> Study:
    """What was shared: six articles of one outlet."""
    folder = tmp_path / "studies" / "mine"
    folder.mkdir(parents=True)
    given = yaml.safe_load((root / "studies" / "template" / "study.yml").read_text())
    given |= {"period": {"start": "2031-01-01", "end": "2031-12-31"}}
    given["entities"] |= {"RUS": {"en": ["Averland"]}, "PRK": {"en": ["Borrovia"]}}
    given["outlets"] = {
        "quay": {"name": "The Quay", "country": "GBR", "language": "en", "timezone": "UTC", "home": f"http://{HOST}/",
                 "ownership": "private", "sampling": "keyword"}
    }  # fmt: skip
    given["sources"][0]["outlet"] = "quay"
    del given["sources"][0]["columns"]["outlet"]
    (folder / "study.yml").write_text(yaml.safe_dump(given))
    (folder / "codebook.yml").write_text((root / "studies" / "template" / "codebook.yml").read_text())
    (folder / "events.yml").write_text("[]\n")
    with (folder / "articles.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["url", "date", "headline", "text"])
        for number, name in enumerate(("same", "changed", "dead", "away", "closed", "archived"), start=1):
            rows.writerow([f"http://{HOST}/{name}", f"2031-06-{10 + number}", "T", "\n\n".join(story(number))])
    return load_study("mine", root=tmp_path)


def again(study: Study, site: Site, lines: list[str], **options: object) -> pd.DataFrame:
    """Fetch again, and what became of each article by the last part of its address."""
    web = {"practice": True, "resolver": site.resolve, "clock": lambda: NOW, "limits": QUICK}
    seen = rehydrate(study, say=lines.append, web=web, services=SERVICES, **options)
    return seen.assign(name=seen["address"].str.rsplit("/").str[-1]).set_index("name")


def test_match_drift_rot_and_archive_and_a_second_run_that_asks_for_nothing(study: Study, site: Site) -> None:
    lines: list[str] = []
    seen = again(study, site, lines)
    assert seen["verdict"].to_dict() == {
        "same": "match", "changed": "drift", "dead": "rot", "away": "rot", "closed": "rot", "archived": "match",
    }  # fmt: skip
    assert seen["source"].to_dict() == {
        "same": "site", "changed": "site", "dead": "", "away": "", "closed": "", "archived": "wayback",
    }  # fmt: skip
    assert seen.at["same", "similarity"] == 1 and 0.3 < seen.at["changed", "similarity"] < 0.9
    assert seen.at["dead", "reason"] == "gone; not captured"
    assert seen.at["away", "reason"] == "redirected elsewhere; not captured"
    assert seen.at["closed", "reason"] == "robots refused"  # and the archive was not asked in its place
    assert site.asked[f"http://{HOST}/closed"] == 0
    kept = pd.read_csv(study.raw / "again" / FILE)
    assert kept["verdict"].tolist() == seen["verdict"].tolist()
    assert "The Quay" in lines[-2] and "1 gone; not captured" in lines[-2]
    asked = {address: n for address, n in site.asked.items() if "robots" not in address}
    pd.testing.assert_frame_equal(again(study, site, []), seen)
    assert {address: n for address, n in site.asked.items() if "robots" not in address} == asked  # nothing twice


def test_without_the_archive_and_in_a_dry_run_less_is_asked(study: Study, site: Site) -> None:
    lines: list[str] = []
    assert again(study, site, lines, dry_run=True).empty and not site.asked
    assert lines[-1].endswith("6 addresses would be asked; nothing was")
    seen = again(study, site, [], wayback=False, most=2)
    assert len(seen) == 2 and not [address for address in site.asked if ARCHIVE in address]


def test_what_is_not_there_is_one_line(study: Study, site: Site) -> None:
    path = study.folder / "articles.csv"
    path.write_text(path.read_text().replace("http://", "id:"))
    with pytest.raises(StudyError, match="no relevant item has an address"):
        again(study, site, [])


def test_reasons_are_counted_by_outlet() -> None:
    items = pd.DataFrame({"outlet": ["a"], "outlet_name": ["A"]})
    seen = pd.DataFrame(
        {"outlet": "a", "verdict": ["rot", "rot", "match"], "reason": ["gone", "gone", ""], "source": ""}
    )
    [row] = by_outlet(seen, items).to_dict("records")
    assert row["rot"] == 2 and row["gone_because"] == "2 gone"
