"""The two sets of pages that extraction is scored on, and what a system is reduced to."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

# Where a country's papers are read: the zone of a date without one, as an outlet of a study states it.
ZONES = {"au": "Australia/Perth", "ca": "America/Toronto", "de": "Europe/Berlin", "es": "Europe/Madrid",
         "fr": "Europe/Paris", "il": "Asia/Jerusalem", "it": "Europe/Rome", "jp": "Asia/Tokyo",
         "my": "Asia/Kuala_Lumpur", "na": "Africa/Windhoek", "no": "Europe/Oslo", "pl": "Europe/Warsaw",
         "se": "Europe/Stockholm", "tr": "Europe/Istanbul", "uk": "Europe/London", "us": "America/New_York",
         "za": "Africa/Johannesburg"}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page and its gold; the English set has a body only."""

    name: str
    country: str
    body: bytes
    address: str
    text: str
    retrieved: dt.datetime | None = None
    title: str | None = None
    published: dt.datetime | None = None
    authors: tuple[str, ...] | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(ZONES.get(self.country, "UTC"))


@dataclass(frozen=True)
class Answer:
    """What one system made of a page; `seconds` of CPU."""

    text: str = ""
    title: str = ""
    published: str = ""  # ISO 8601; ten characters where only the day is told
    authors: tuple[str, ...] = field(default_factory=tuple)
    seconds: float = 0.0


def english(folder: Path) -> list[Page]:
    gold = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Page(
            name, "english", gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
            gold[name].get("url", ""), gold[name]["articleBody"],
        )
        for name in sorted(gold)
    ]  # fmt: skip


def publishers(folder: Path) -> list[Page]:
    """Versions of a publisher's gold and its files are paired in order: both are sorted by time."""
    found = []
    for path in sorted(folder.glob("*/*.json")):
        info = json.loads((path.parent / "meta.info").read_text("utf-8"))
        files = sorted(path.parent.glob(f"{path.stem}_[0-9]*.html.gz"))
        for file, gold in zip(files, json.loads(path.read_text("utf-8")).values(), strict=True):
            crawled = dt.datetime.fromisoformat(info[file.name]["crawl_date"])
            found.append(_publisher_page(file, info[file.name]["url"], crawled, gold))
    return sorted(found, key=lambda page: page.name)


def _publisher_page(file: Path, address: str, crawled: dt.datetime, gold: dict) -> Page:
    body = gold["body"]
    blocks = body["summary"] + [p for part in body["sections"] for p in part["headline"] + part["paragraphs"]]
    published = dt.datetime.fromisoformat(gold["publishing_date"]) if gold.get("publishing_date") else None
    if published is not None and published.tzinfo is None:
        published = published.replace(tzinfo=ZoneInfo(ZONES[file.parent.name]))
    return Page(
        file.name, file.parent.name, gzip.decompress(file.read_bytes()), address, "\n".join(blocks),
        crawled.replace(tzinfo=crawled.tzinfo or dt.UTC), gold.get("title"), published,
        tuple(gold["authors"]) if "authors" in gold else None,
    )  # fmt: skip
