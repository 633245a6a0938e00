"""Headlines and the codebook's indicators: how often each fires, and beside what a reader coded.

``COVERAGE_DATA=... python benchmarks/press_codebook.py``

Reads the items of both states in the folder ``press`` (feeds in English and Korean, China Central Television's evening
news in Chinese) without the outlet: it is read only to make an item's key, and no figure is by outlet.  Indicators were
tuned on one half of the items, by a hash of the address; ``press_codebook.csv`` has, for the other half, the issue
frames that a machine reader (a language model, one, which had written the indicators) saw in each item before they were
run on it.  An item is known by a hash of outlet and address; no text is kept.  Writes ``press_codebook.md`` and
``press_codebook_indicators.csv``.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import os
import re
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))

from press_codebook_report import FIRST, page  # noqa: E402

from helpers.frames import score  # noqa: E402
from helpers.frames.codebook import Codebook  # noqa: E402
from helpers.study import load_study  # noqa: E402
from helpers.study.codebook_file import read_codebook  # noqa: E402
from helpers.text import count_terms, entities_named  # noqa: E402

DATA = Path(os.environ.get("COVERAGE_DATA", "data that nobody gave")) / "press"
FEEDS = ("english-feeds-2022-2026", "seoul-feeds-2025-2026")
EVENING = "cctv-evening-news-2022-2026"
LANGUAGES = ("en", "ko", "zh")
PAIR = frozenset({"RUS", "PRK"})
HANGUL, KANA, HAN = re.compile("[가-힣]"), re.compile("[ぁ-ヿ]"), re.compile("[一-鿿]")
# An agency's dateline names a state, and the agency: it is no part of the headline.
DATELINE = re.compile(r"\([^()]*=연합뉴스\)(?:\s*[가-힣 ]*(?:특파원|기자)\s*=)?")


def main() -> None:
    """Score both codebooks on all items and write the page and the list of indicators."""
    entities = load_study("world-press", root=HERE.parent).entities
    both = passages(entities)
    books = {
        name: read_codebook(HERE.parent / f"studies/{name}/codebook.yml", languages=LANGUAGES, entities=list(entities))
        for name in ("press", "official-voices")
    }
    fired = {name: fires(both, book, entities) for name, book in books.items()}
    cut = [text[: FIRST.get(language)] for text, language in zip(both["text"], both["language"], strict=True)]
    short = both.assign(text=cut)
    read = {name: fires(short, book, entities) for name, book in books.items()}
    labels = pd.read_csv(HERE / "press_codebook.csv", keep_default_na=False)
    missing = set(labels["item"]) - set(both["item"])
    if missing:
        raise SystemExit(f"press_codebook.csv: item {min(missing)} and {len(missing) - 1} others are not in {DATA}")
    indicators = each(books["press"], fired["press"], both)
    indicators.to_csv(HERE / "press_codebook_indicators.csv", index=False)
    text = page(both=both, labels=labels, books=books, fired=fired, read=read, indicators=indicators)
    (HERE / "press_codebook.md").write_text(text, encoding="utf-8")


def passages(entities: dict[str, dict[str, tuple[str, ...]]]) -> pd.DataFrame:
    """One row a passage that names both states: a headline with its standfirst, or a paragraph of the evening news."""
    rows = [row for name in FEEDS for row in map(headline, records(name)) if row]
    rows += [row for record in records(EVENING) for row in paragraphs(record)]
    table = (
        pd.DataFrame(rows).sort_values(["language", "item", "position", "text"]).drop_duplicates(["language", "text"])
    )
    table = table.drop_duplicates(["item", "position"])  # an address that was given another title later
    named = entities_named(table, entities=entities)
    evening = table["language"] == "zh"
    return table[~evening | named.map(PAIR.issubset)].reset_index(drop=True)


def records(name: str) -> list[dict[str, str]]:
    """The records of a file that name both states."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if record["names_both"]]


def headline(record: dict[str, str]) -> dict[str, object] | None:
    """A feed's item; none in a language that the codebook lacks, or in Chinese, which is the evening news here."""
    text = DATELINE.sub(" ", f"{plain(record['title'])}. {plain(record['standfirst'] or '')}")
    if KANA.search(text) or (HAN.search(text) and not HANGUL.search(text) and len(HAN.findall(text)) > len(text) / 4):
        return None
    language = "ko" if HANGUL.search(text) else "en"
    return {"text": text, "language": language, "position": 0} | known_as(record["outlet"], record["url"])


def paragraphs(record: dict[str, str]) -> list[dict[str, object]]:
    """The paragraphs of an item of the evening news, by the address that stands in it."""
    address = re.search(r"https://tv\.cctv\.com/\S+?\.shtml", record["text"])
    name = known_as(record["outlet"], address[0] if address else record["published"] + record["title"])
    parts = [plain(part) for part in re.split(r"</p>|<br\s*/?>|\n", html.unescape(record["text"]))]
    kept = [part for part in parts if part]
    return [{"text": part, "language": "zh", "position": place} | name for place, part in enumerate(kept)]


def known_as(outlet: str, address: str) -> dict[str, str]:
    """An item's key, and the half it is in by its address alone."""
    even = int(hashlib.sha256(address.encode()).hexdigest()[:2], 16) % 2 == 0
    key = hashlib.sha256(f"{outlet}|{address}".encode()).hexdigest()[:16]
    return {"item": key, "half": "tuning" if even else "other"}


def plain(text: str) -> str:
    """Text without tags and entities, which feeds escape once or twice."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html.unescape(html.unescape(text)))).strip()


def fires(both: pd.DataFrame, book: Codebook, entities: dict[str, dict[str, tuple[str, ...]]]) -> pd.DataFrame:
    """The indicators that fire, one row each, with the item, its half, position and language."""
    table = both.rename(columns={"item": "article_id"})
    phrases = {phrase for language in LANGUAGES for phrase in book.phrases(language)}
    counts = count_terms(table, entities=entities, phrases=phrases)
    articles = table.drop_duplicates("article_id").set_index("article_id")
    hits = score(counts, book, articles["language"])
    return hits.join(articles["half"], on="article_id").rename(columns={"article_id": "item"})


def each(book: Codebook, fired: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    """Every indicator with the passages in which it fires, by half."""
    asked = [(code, language, one.text) for language in LANGUAGES for code, one in book.indicators(language)]
    table = pd.DataFrame(asked, columns=["frame", "language", "indicator"])
    found = pd.crosstab([fired["frame"], fired["language"], fired["indicator"]], fired["half"])
    table = table.join(found.reindex(columns=["tuning", "other"], fill_value=0), on=["frame", "language", "indicator"])
    return table.fillna({"tuning": 0, "other": 0}).astype({"tuning": int, "other": int})


if __name__ == "__main__":
    main()
