"""Does extraction of an archive take the same memory whatever the number of pages?

``python benchmarks/extraction_scale.py 1000 10000 50000`` makes archives of invented pages (30 to 150 kB, seeded),
extracts each in a process of its own, and prints pages a second, CPU and memory, beside
`concurrent.futures.ProcessPoolExecutor`, which neither kills a page that hangs nor reads the pages as it needs them.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from helpers.collect.answers import Answer
from helpers.collect.archive import Archive
from helpers.collect.extraction import extract_page
from helpers.data import ledger, tables
from helpers.pipeline import extracted as extracting
from helpers.pool import default_processes
from helpers.study import Study, load_study

SEED = 20240619
ROOT = Path(__file__).resolve().parents[1]
WORDS = """harbour quay crane ministry delegation river valley grain bridge ferry lantern market agreement visit talks
    railway orchard winter village council engineer station signal letter coast island school rain report minister
    signed opened crossed counted promised returned carried described arrived repaired announced measured the a of
    and in to with after before near its their every""".split()
HEADERS = (("Content-Type", "text/html; charset=utf-8"),)
PEAK = re.compile(r"VmHWM:\s*(\d+)")


def invented(generator: np.random.Generator, sentences: list[str], number: int) -> bytes:
    """A news page: article, navigation, related items, and a script that makes up the rest of its size."""
    size = int(generator.uniform(30_000, 150_000))

    def some(n: int) -> list[str]:
        return [sentences[i] for i in generator.integers(len(sentences), size=n)]

    body = "".join(f"<p>{' '.join(some(3))} ({number}.{i})</p>" for i in range(int(generator.integers(6, 30))))
    links = "".join(f"<li><a href='/news/{i}'>{text[:60]}</a></li>" for i, text in enumerate(some(60)))
    blocks = "".join(
        f"<div class='card c{i}'><a href='/r/{i}'><span>{t}</span></a></div>" for i, t in enumerate(some(80))
    )
    head = (
        f"<title>{some(1)[0][:70]} {number}</title><meta property='article:published_time' content='2031-04-02T08:00Z'>"
    )
    script = f"<script>var state = '{''.join(f'{i:x}' for i in range(4000))}';</script>"
    page = (
        f"<html lang='en'><head>{head}</head><body><nav><ul>{links}</ul></nav><article><h1>{some(1)[0][:70]} {number}"
        f"</h1>{body}</article><aside>{blocks}</aside>{script}"
    )
    while len(page) < size:
        page += f"<footer class='f{len(page)}'><p><a href='/about/{len(page)}'>{some(1)[0]}</a></p></footer>"
    return (page + "</body></html>").encode()


def study_at(folder: Path) -> Study:
    """The practice study with another root, so that nothing is written into the checkout."""
    return dataclasses.replace(load_study("practice", root=ROOT), root=folder)


def build(folder: Path, n_pages: int) -> None:
    """An archive of so many pages, with the tables that collecting leaves."""
    study, generator = study_at(folder), np.random.default_rng(SEED)
    sentences = [" ".join(generator.choice(WORDS, 14)).capitalize() + "." for _ in range(3000)]
    outlet, now = next(iter(study.outlets)), dt.datetime(2031, 5, 1, tzinfo=dt.UTC)
    with Archive(study.raw / "warc", outlet) as archive:
        for i in range(n_pages):
            page = invented(generator, sentences, i)
            archive.add(Answer(f"http://{outlet}.invalid/{i}", "fetched", now, 200, HEADERS, page))
        pages = archive.pages()
    tables.write(study.processed, "pages", pages)
    rows = pages.rename(columns={"page_id": "id"}).assign(outcome=ledger.KEPT, month=None)
    tables.write(study.processed, "ledger", ledger.entries("collect", rows))


def extract(folder: Path, way: str) -> dict[str, float]:
    """Extract the archive in this process and those it starts, and measure both."""
    study, peaks, done = study_at(folder), {"workers": 0.0}, threading.Event()
    watch = threading.Thread(target=_watch, args=(peaks, done))
    start, before, began = _peak(os.getpid()), _cpu(), time.perf_counter()
    watch.start()
    if way == "peer":
        pages = [page for page, _ in extracting._jobs(study)]
        with ProcessPoolExecutor(default_processes()) as executor:
            n_pages = sum(1 for _ in executor.map(extract_page, pages))
    else:
        n_pages = extracting.pq.read_metadata(extracting.extract_archive(study)).num_rows
    seconds = time.perf_counter() - began
    done.set()
    watch.join()
    cpu = _cpu() - before
    return {"pages": n_pages, "pages a second": n_pages / seconds, "CPU ms a page": 1000 * cpu / n_pages,
            "MB at start": start, "MB at most": _peak(os.getpid()), "MB of a worker": peaks["workers"]}  # fmt: skip


def _watch(peaks: dict[str, float], done: threading.Event) -> None:
    """The most that any child holds, looked up four times a second."""
    while not done.wait(0.25):
        children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
        for pid in (pid for file in children for pid in file.read_text().split()):
            peaks["workers"] = max(peaks["workers"], _peak(int(pid)))


def _peak(pid: int) -> float:
    try:
        found = PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Measure each size in fresh processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10_000, 50_000])
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "WAY"), help="measure one archive, as JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(extract(Path(options.one[0]), options.one[1])))
        return
    print(f"{default_processes()} processes")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            build(Path(name), size)
            for way, told in (("ours", "ours"), ("ours", "ours, again"), ("peer", "ProcessPoolExecutor")):
                line = [sys.executable, __file__, "--one", name, way]
                found = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
                print(f"{told:20}", " ".join(f"{key} {value:,.1f}" for key, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
