"""Is a year of 600,000 items of a public archive read in bounded memory, and are all of them counted?

``python benchmarks/archive_year.py`` writes an invented archive in the layout of RSS-Link-Database (a folder a day, a
JSON file a feed) of some 60,000 and 600,000 items of thirty hosts into a temporary folder, reads each as a source of
kind ``archive`` in a process of its own, and prints time, memory and what became of the items.  One in 250 names the
two invented states.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

HOSTS, DAYS, PAIR = 30, 365, 250
WORDS = (
    "harbour council bridge choir sheep grain minister road winter match school river budget storm vote market".split()
)
STUDY = """
title: A year of feeds
question: Is it all counted?
contact: https://year.invalid/contact
practice: true
languages: [en]
period: {{start: 2030-01-01, end: 2030-12-31}}
pair: [XAA, XBB]
unit: headline
entities:
  XAA: {{en: [Borland, Borlander]}}
  XBB: {{en: [Tarvia, Tarvian]}}
outlets:
{outlets}
sources:
  - kind: archive
    path: feeds
    glob: "2030/*/*/*_entries.json"
    records: entries
    columns: {{address: link, title: title, standfirst: description, published: date_published, language: language}}
"""
CODEBOOK = """
version: 1
frames:
  GRAIN:
    name: Grain
    tier: issue
    definition: {problem: a, cause: b, judgement: c, remedy: d}
    include: [grain]
    exclude: [none]
    boundary: [none]
    source: invented
    indicators: {en: [grain]}
    examples: {en: {positive: [Grain is sold.], negative: [Rain falls.]}}
"""


def write(folder: Path, n_items: int, rng: np.random.Generator) -> None:
    """An archive of about `n_items`, every host on every day."""
    a_file = round(n_items / HOSTS / DAYS)
    for day in np.arange("2030-01-01", "2031-01-01", dtype="datetime64[D]").astype(str):
        for host in range(HOSTS):
            words = rng.choice(WORDS, (a_file, 24))
            named = rng.integers(PAIR, size=a_file) == 0
            rows = [
                {
                    "link": f"https://host{host}.invalid/{day}/{i}",
                    "title": ("Borland and Tarvia: " if both else "") + " ".join(line[:8]).capitalize(),
                    "description": f"<p>{' '.join(line[8:])}.</p>",
                    "date_published": f"{day} {i % 24:02}:00:00+00:00",
                    "language": "en",
                }
                for i, (line, both) in enumerate(zip(words, named, strict=True))
            ]
            path = folder / day[:4] / day[5:7] / day / f"https...host{host}.invalid.rss_entries.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"entries": rows}), encoding="utf-8")


def study(root: Path) -> None:
    """The study of the archive, in a project of its own."""
    outlets = "\n".join(
        f'  host{n}: {{name: Host {n}, country: XAA, language: en, timezone: UTC, home: "https://host{n}.invalid"}}'
        for n in range(HOSTS)
    )
    folder = root / "studies" / "year"
    folder.mkdir(parents=True)
    (folder / "study.yml").write_text(STUDY.format(outlets=outlets), encoding="utf-8")
    (folder / "codebook.yml").write_text(CODEBOOK, encoding="utf-8")
    (folder / "events.yml").write_text("[]\n", encoding="utf-8")


def measure(root: Path) -> None:
    """Read the archive of a project, and print what came of it, as JSON."""
    from helpers.pipeline.archives import open_archives
    from helpers.study import load_study

    begun = time.process_time()
    with open_archives(load_study("year", root=root)) as store:
        store.read()
        totals, kept = store.totals(), sum(1 for _ in store.records())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    outcomes = totals.groupby("outcome")["n_items"].sum().to_dict()
    used = {"cpu": time.process_time() - begun, "mb": peak}
    print(json.dumps({"items": int(totals["n_items"].sum()), "records": kept, "by": outcomes} | used))


def rows(sizes: tuple[int, ...]) -> Iterator[dict[str, object]]:
    """What was measured at each size, in a process of its own."""
    for n_items in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            study(root)
            write(root / "data" / "raw" / "year" / "feeds", n_items, np.random.default_rng(16))
            ran = subprocess.run(
                [sys.executable, __file__, "--read", folder], capture_output=True, text=True, check=True
            )
            yield json.loads(ran.stdout.splitlines()[-1])


def main() -> None:
    """Print a row a size."""
    if sys.argv[1:2] == ["--read"]:
        measure(Path(sys.argv[2]))
        return
    print("| items | outcomes | records | CPU s | peak MB |\n|---|---|---|---|---|")
    for row in rows((60_000, 600_000)):
        outcomes = ", ".join(f"{outcome} {n:,}" for outcome, n in sorted(row["by"].items()))
        print(
            f"| {row['items']:,} | {outcomes} | {row['records']:,} | {row['cpu']:.0f} | {row['mb']:.0f} |", flush=True
        )


if __name__ == "__main__":
    main()
