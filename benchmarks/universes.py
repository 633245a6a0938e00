"""How long universes take, with one worker, with two, and once they are known: `python benchmarks/universes.py`.

The study's processed tables are copied to folders of their own, so nothing known from before helps the first run and
nothing of the study is changed.  Every run is a process of its own.  Writes `benchmarks/universes.md`.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_suffix(".md")
GOAL = 600  # seconds for 300 universes on two cores
KINDS = ("indicators", "topics")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def measured(root: Path, name: str, kind: str, workers: int, most: int) -> dict[str, object]:
    """Universes, estimates and seconds of one run, and a hash of the table that it wrote."""
    from helpers.data import tables
    from helpers.pipeline import multiverse, open_corpus, topic_multiverse
    from helpers.study import load_study

    study = load_study(name, root=root)
    study = dataclasses.replace(study, universes=dataclasses.replace(study.universes, most=most))
    corpus = open_corpus(study, say=lambda line: None)
    module, table, *needed = {
        "indicators": (multiverse, "multiverse", "one_rule_measures", "measure_checks", "daily_volume"),
        "topics": (topic_multiverse, "topic_multiverse", "topics", "topic_range"),
    }[kind]
    for need in needed:  # whatever is stale is made before the clock runs
        corpus.table(need)
    begin, before = time.perf_counter(), _processor()
    rows = module.universes(corpus, workers=workers)
    seconds, processor = time.perf_counter() - begin, _processor() - before
    of = rows["measure"].str.rpartition("-")[0] if kind == "topics" else rows["measure"]
    universes = rows.assign(of=of).drop_duplicates(["of", "group", "reference", "universe"])
    written = tables.write(root / "written", table, rows).read_bytes()
    return {"universes": len(universes), "estimates": len(rows), "seconds": seconds, "processor": processor,
            "table": hashlib.sha256(written).hexdigest()[:8]}  # fmt: skip


def _processor() -> float:
    """Seconds of processor that this process and its children have had."""
    mine = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in mine)


def in_process(root: Path, name: str, kind: str, workers: int, most: int) -> dict[str, object]:
    """The same in a process of its own."""
    asked = [str(root), name, kind, str(workers), str(most)]
    done = subprocess.run(
        [sys.executable, __file__, "--one", *asked], env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE,
        check=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def everything(name: str, most: int) -> pd.DataFrame:
    """Each grid with one worker and with two, first and again."""
    rows = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for place in (Path("studies"), Path("data", "raw"), Path("data", "processed")):
                shutil.copytree(ROOT / place / name, root / place / name)
            for kind in KINDS:
                for run in ("first", "again"):
                    found = in_process(root, name, kind, workers, most)
                    rows.append({"grid": kind, "workers": workers, "run": run} | found)
                    print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def page(name: str, most: int, table: pd.DataFrame) -> str:
    """The results as Markdown."""
    lines = [
        "| grid | workers | run | universes | estimates | seconds | of processor | ms of it a universe |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in table.itertuples():
        lines.append(
            f"| {row.grid} | {row.workers} | {row.run} | {row.universes:,} | {row.estimates:,} | {row.seconds:.1f} | "
            f"{row.processor:.1f} | {1000 * row.processor / row.universes:.0f} |"
        )
    first = table[table["run"] == "first"]
    two = first[first["workers"] == 2]
    n, seconds = int(two["universes"].sum()), float(two["seconds"].sum())
    of_300 = 300 * (two["seconds"] / two["universes"]).max()
    same = all(part["table"].nunique() == 1 for _, part in table.groupby("grid"))
    ratio = first.pivot(index="grid", columns="workers", values="seconds")
    faster = ", ".join(f"{grid} {row[1] / row[2]:.1f} ×" for grid, row in ratio.iterrows())
    one = float(first.loc[first["workers"] == 1, "processor"].sum())
    return f"""# Universes

Written by `python benchmarks/universes.py --study {name} --most {most}`; do not edit. Python
{platform.python_version()}, {os.cpu_count()} cores, one thread a process. Study `{name}`: the declared grid of
indicators in full, and at most {most} universes of topics a language. Seconds are by the clock, whatever else
the machine had to do, and of processor; reading the tables and starting processes included, imports not.

{chr(10).join(lines)}

- With two workers: {n:,} universes in {seconds:.0f} s. The slower of the two grids would give 300 universes in
  {of_300:.0f} s; the goal is {GOAL} s. With one: {one:.0f} s of processor.
- Two workers beside one: {faster}.
- The table that was written is {"the same to the byte" if same else "**not the same**"} for one worker, two
  workers, the first run and the one in which everything was known.
"""


def main() -> None:
    """Measure, or one run of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", default="official-voices")
    parser.add_argument("--most", type=int, default=300, help="universes of topics a language")
    parser.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        root, name, kind, workers, most = options.one
        print(json.dumps(measured(Path(root), name, kind, int(workers), int(most))))
        return
    table = everything(options.study, options.most)
    RESULTS.write_text(page(options.study, options.most, table), encoding="utf-8")


if __name__ == "__main__":
    main()
