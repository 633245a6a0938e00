"""Items of the feeds that headlines are measured on, read from a folder of one's own; nothing of their text is kept.

The folder is named by PRESS_DATA or `--data` and holds `english-feeds-2022-2026.jsonl.gz` and
`seoul-feeds-2025-2026.jsonl.gz`: items that name the DPRK, and every fortieth (every eighth) of the rest.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import html
import json
import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.text.genre import genre

FILES = {"english-feeds-2022-2026.jsonl.gz": 40, "seoul-feeds-2025-2026.jsonl.gz": 8}
ENTITIES = Path(__file__).parents[1] / "studies" / "official-voices" / "study.yml"
PAIR = ("RUS", "PRK")
_TAGS = re.compile(r"<[^>]+>")
_HANGUL = re.compile("[가-힣]")
_KANA = re.compile("[ぁ-んァ-ン]")
_FRENCH = re.compile(r"\b(?:guerre en|Corée du Nord|États-Unis)\b")


def arguments(says: str) -> argparse.ArgumentParser:
    """A parser that knows where the folder is."""
    parser = argparse.ArgumentParser(description=says.split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("PRESS_DATA"), help="folder of the feeds")
    return parser


def read_items(folder: Path | str | None) -> pd.DataFrame:
    """All items in English and Korean: key, outlet, published, title, standfirst, genre, language, named, weight.

    `key` is a hash of outlet and address, `named` whether the folder's own expression says that the DPRK is named,
    `weight` how many items of the feeds an item stands for.
    """
    if folder is None or not all((Path(folder) / name).is_file() for name in FILES):
        raise SystemExit(f"{folder}: no folder with {', '.join(FILES)}; name it by --data or PRESS_DATA")
    parts = []
    for name, every in FILES.items():
        with gzip.open(Path(folder) / name, "rt", encoding="utf-8") as lines:
            rows = [_item(json.loads(line), every) for line in lines]
        parts.append(pd.DataFrame(rows))
    items = pd.concat(parts, ignore_index=True).drop_duplicates("key")
    items["published"] = pd.to_datetime(items["published"], utc=True, format="mixed")
    return items[items["language"] != ""].sort_values("key", ignore_index=True)


def entities(*, without: str = "") -> dict[str, dict[str, tuple[str, ...]]]:
    """States of the study with their English and Korean aliases, one left out if wanted."""
    given = yaml.safe_load(ENTITIES.read_text(encoding="utf-8"))["entities"]
    return {
        code: {language: tuple(name for name in names[language] if name != without) for language in ("en", "ko")}
        for code, names in given.items()
        if "." not in code
    }


def _item(row: dict[str, Any], every: int) -> dict[str, Any]:
    title, standfirst = _plain(row["title"]), _plain(row["standfirst"])
    language = "ko" if _HANGUL.search(title) else "" if _KANA.search(title) or _FRENCH.search(title) else "en"
    return {
        "key": hashlib.sha256(f"{row['outlet']} {row['url']}".encode()).hexdigest()[:16],
        "outlet": row["outlet"],
        "published": row["published"],
        "title": title,
        "genre": genre(title, row["url"], language or "en"),
        "standfirst": standfirst,
        "language": language,
        "named": row["names_dprk"],
        "weight": 1 if row["names_dprk"] else every,
    }


def _plain(text: Any) -> str:
    text = html.unescape(html.unescape(text)) if isinstance(text, str) else ""
    return " ".join(_TAGS.sub(" ", text).split())
