"""Is the genre that a title or an address announces right, and which is missed, on real feeds?

    PYTHONPATH=src python benchmarks/headlines_genre.py --data FOLDER > benchmarks/headlines_genre.md

The folder (or PRESS_DATA) holds `english-feeds-2022-2026.jsonl.gz` and `seoul-feeds-2025-2026.jsonl.gz`.  Rules were
written on the items whose address has an even hash; of the odd ones a hundred with a genre and a hundred without were
drawn, half of each naming the DPRK, and read by one person: title and path.  `headlines_genre.csv` keeps what was
read: a hash of outlet and address, and the genre.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.extract.headlines import one_line
from helpers.text.genre import GENRES, PASSING, genre

FILES = ("english-feeds-2022-2026.jsonl.gz", "seoul-feeds-2025-2026.jsonl.gz")
LABELS = Path(__file__).with_suffix(".csv")
_HANGUL = re.compile("[가-힣]")


def items(folder: Path) -> Iterator[tuple[str, str, bool, bool]]:
    """Key, genre, whether the DPRK is named and whether both states are, of each distinct item."""
    seen = set()
    for name in FILES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                key = hashlib.sha256(f"{row['outlet']} {row['url']}".encode()).hexdigest()[:16]
                title = one_line(row["title"] or "")
                if key not in seen:
                    seen.add(key)
                    code = "ko" if _HANGUL.search(title) else "en"
                    yield key, genre(title, row["url"], code), row["names_dprk"], row["names_both"]


def main() -> None:
    """The page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("PRESS_DATA"))
    folder = parser.parse_args().data
    if folder is None or not all((Path(folder) / name).is_file() for name in FILES):
        raise SystemExit(f"{folder}: no folder with {' and '.join(FILES)}; name it by --data or PRESS_DATA")
    rows = list(items(Path(folder)))
    told = {key: kind for key, kind, *_ in rows}
    with LABELS.open(encoding="utf-8", newline="") as file:
        read = [row for row in csv.DictReader(file) if row["key"] in told]
    print(_page(rows, told, read))


def _page(rows: list[tuple[str, str, bool, bool]], told: dict[str, str], read: list[dict[str, str]]) -> str:
    every, dprk, both = Counter(), Counter(), Counter()
    for _, kind, names_dprk, names_both in rows:
        every[kind] += 1
        dprk[kind] += names_dprk
        both[kind] += names_both
    fired = [row for row in read if told[row["key"]]]
    right = sum(told[row["key"]] == row["genre"] for row in fired)
    passing = [row for row in fired if told[row["key"]] in PASSING]
    is_passing = sum(row["genre"] in PASSING for row in passing)
    silent = [row for row in read if not told[row["key"]]]
    missed = [row["genre"] for row in silent if row["genre"]]
    lines = [
        "# Genre of items, on real feeds",
        "",
        "`PYTHONPATH=src python benchmarks/headlines_genre.py --data FOLDER`; rules and sample as the script says.",
        "Counts are of items; nothing was looked at by outlet.",
        "",
        f"- Of {len(fired)} items with a genre, {right} have the right one; of {len(passing)} of a passing genre "
        f"({', '.join(PASSING)}), {is_passing} are of one.",
        f"- Of {len(silent)} items without, {len(missed)} should have one"
        + (f" ({', '.join(missed)})." if missed else "."),
        "- Wrong: a path of games that holds reviews, a company called Live, a press briefing that is shown live, a "
        "cartoon among pictures, and columns of recipes, whose titles end as those of columnists do.",
        "- Not asked: items in languages other than English and Korean; of Russian, Ukrainian and Chinese no rule was "
        "tried on real titles. An opinion that neither address nor title tells is missed, and was not counted as such.",
        "",
        f"| genre | of {len(rows):,} items | of {dprk.total():,} naming the DPRK | of {both.total():,} naming both |",
        "|---|---|---|---|",
        *(f"| {kind or 'none'} | {every[kind]:,} | {dprk[kind]:,} | {both[kind]:,} |" for kind in ("", *GENRES)),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
