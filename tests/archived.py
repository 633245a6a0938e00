"""News archives in the layouts of the recipes, written for tests: invented states, outlets and headlines."""

from __future__ import annotations

import json
from pathlib import Path

from test_study import CODEBOOK, EVENTS, STUDY

from helpers.study import Study, load_study

TWO = """  herald:
    name: Herald
    country: XAA
    language: en
    timezone: Europe/London
  post:
    name: Post
    country: XBB
    language: en
    timezone: Asia/Seoul
"""
LINES = [
    "Borland and Tarvia sign for grain",
    "Choir sings in the town hall",
    "A bridge is painted blue",
    "Tarvia counts its sheep",
]


def study_of(root: Path, source: str, *, outlets: str = TWO, unit: str = "") -> Study:
    """A small study with one source, given as the lines of YAML below its dash; of headlines where it maps no text."""
    folder = root / "studies" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    unit = unit or ("paragraph" if "text:" in source else "headline")
    head = STUDY.split("outlets:")[0] + f"unit: {unit}\noutlets:\n" + outlets + "sources:\n"
    body = "".join(f"{'  - ' if n == 0 else '    '}{line}\n" for n, line in enumerate(source.strip().splitlines()))
    for name, text in {"study.yml": head + body, "codebook.yml": CODEBOOK, "events.yml": EVENTS}.items():
        (folder / name).write_text(text.strip() + "\n", encoding="utf-8")
    return load_study("small", root=root)


def write(path: Path, content: object) -> Path:
    """A file of JSON, or of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def feed_days(folder: Path, *, days: int = 3, wrapped: bool = True) -> int:
    """Folders by day with a JSON list a feed; how many items."""
    n = 0
    for day in range(1, days + 1):
        for outlet in ("herald", "post"):
            rows = [
                {
                    "source" if wrapped else "source_url": f"http://www.{outlet}.invalid/rss",
                    "link": f"http://www.{outlet}.invalid/{day}/{i}",
                    "title": f"{line} again, part {day}",
                    "date_published": f"2030-05-{day:02} 1{i}:00:00+00:00",
                    "description": "<p>Ships left at noon.</p>",
                    "language": "en-US",
                }
                for i, line in enumerate(LINES)
            ]
            n += len(rows)
            path = folder / "2030" / "05" / f"2030-05-{day:02}" / f"http...www.{outlet}.invalid.rss_entries.json"
            write(path, {"entries": rows} if wrapped else rows)
            write(path.with_suffix(".md"), "# a preview\n")
    return n


def markdown_days(folder: Path) -> int:
    """A file a day with an item under each heading, its address below it, and a note behind a rule."""
    items = "".join(
        f"### {line}\n\n<p>{line}.</p><p>So it was.</p>\n\n[more](http://www.post.invalid/{n})\n\n"
        for n, line in enumerate(LINES)
    )
    write(
        folder / "news" / "20300502.md",
        f"# Evening (20300502)\n\n## Brief\n\n\n\n## Full\n\n{items}---\n\n(updated: 1)\n",
    )
    return len(LINES)


def snapshots(folder: Path) -> int:
    """Snapshots of a growing list, each with all that the one before had; dates as epochs and as days."""
    rows = [
        {
            "topic": "News",
            "headline": line,
            "link": f"http://www.herald.invalid/{n}",
            "date": 1904083200000 + n * 86400000 if n % 2 else f"2030-05-0{n + 1}",
            "story_text": f"{line}. It was said so.",
        }
        for n, line in enumerate(LINES)
    ]
    write(folder / "data" / "archive" / "headlines_2030-05-03.json", rows[:3])
    write(folder / "data" / "archive" / "headlines_2030-05-04.json", rows)
    write(folder / "data" / "archive" / "links_2030-05-04.json", [{"link": "http://www.herald.invalid/x"}])
    return 3 + len(rows)


def country_lists(folder: Path) -> int:
    """Folders by day with a list a country, the outlet's name in a field; the first list is there twice."""
    rows = [
        {
            "id": f"{n}",
            "title": line,
            "summary": "Ships left &amp; came back.",
            "source": "hd" if n % 2 else "pst",
            "date": f"2030-05-02T0{n}:31:46+09:00",
            "url": f"http://feed.invalid/{n}",
        }
        for n, line in enumerate(LINES)
    ]
    day = folder / "news_articles" / "2030-05-02"
    write(day / "aa_articles.json", rows)
    write(day / "daily_news.json", rows[:2])
    write(day / "summary" / "0.md", "a summary\n")
    return len(rows) + 2


def pages_with_front_matter(folder: Path) -> int:
    """A Markdown file an item, with what is known of it before the text."""
    for n, line in enumerate(LINES):
        head = f"date: '2030-05-02'\npublished_time: 2030-05-02 0{n}:38:33-05:00\ntags: remarks\ntitle: \"{line}\"\n"
        head += f"source_url: http://www.herald.invalid/{n}/\n"
        path = folder / "remarks" / "2030-05" / f"2030-05-02-page-{n}.md"
        write(path, f"---\n{head}---\n \n{line}, it was said.\n\n-   One\n-   Two\n")
    write(folder / "README.md", "# About\n")
    return len(LINES)
