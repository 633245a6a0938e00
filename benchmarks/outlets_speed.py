"""Does the time of a comparison grow with outlets, or with pairs?  `python benchmarks/outlets_speed.py`.

One invented study of short items with few, a dozen and thirty outlets, every table made once in a fresh process: as the
house does it, and with every two outlets compared.  Writes `outlets_speed.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests")]

EACH = 24  # items of an outlet, about
WAYS = {"as it is": (None, (3, 13, 30)), "in pairs": (1_000, (3, 13))}  # most outlets that stand in pairs, and sizes
TABLES = ("detectable", "estimates", "keyness", "event_estimates", "event_contrasts", "multiverse", "topic_multiverse")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def measure(outlets: int, most: int | None) -> dict[str, list[float]]:
    """CPU seconds and rows of every table of one study."""
    import many_outlets

    from helpers.pipeline import open_corpus, rests

    rests.MOST_IN_PAIRS = most or rests.MOST_IN_PAIRS
    with tempfile.TemporaryDirectory() as folder:
        study = many_outlets.write_many(Path(folder), outlets=outlets, each=EACH)
        corpus, seen = open_corpus(study, say=lambda line: None), {}
        for name in corpus.recipes:
            begun = time.process_time()
            n = len(corpus.table(name))
            seen[name] = [time.process_time() - begun, n]
    return seen


def report(results: dict[tuple[str, int], dict[str, list[float]]]) -> str:
    """The page."""
    lines = [
        "# Time by number of outlets",
        "",
        f"`python benchmarks/outlets_speed.py` (Python {platform.python_version()}): CPU seconds, and rows, of the",
        f"tables that compare outlets, of an invented study with about {EACH} short items an outlet in one language,",
        "three indicators and two events; one process, one thread. *As it is*: more than six outlets are each held",
        "against the rest of their group. *In pairs*: every two outlets, as with six or fewer; thirty would be 435 of",
        "them, which were not waited for.",
        "",
        "| table | " + " | ".join(f"{outlets} outlets, {way}" for way, outlets in results) + " |",
        "|---" * (1 + len(results)) + "|",
    ]
    columns = list(results.values())
    for table in TABLES:
        cells = [f"{seen[table][0]:.1f} ({seen[table][1]:,})" for seen in columns]
        lines.append(f"| `{table}` | " + " | ".join(cells) + " |")
    sums = [f"{sum(seconds for seconds, _ in seen.values()):.0f}" for seen in columns]
    lines.append("| all tables of the study | " + " | ".join(sums) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each in a process of its own, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("OUTLETS", "WAY"), help="measure one, and print it")
    asked = parser.parse_args().one
    if asked:
        print(json.dumps(measure(int(asked[0]), WAYS[asked[1]][0])))
        return
    results = {}
    for way, (_, sizes) in WAYS.items():
        for outlets in sizes:
            call = [sys.executable, __file__, "--one", str(outlets), way]
            done = subprocess.run(call, env=os.environ | ONE_THREAD, text=True, stdout=subprocess.PIPE, check=True)
            results[way, outlets] = json.loads(done.stdout)
    (HERE / "outlets_speed.md").write_text(report(results), encoding="utf-8")


if __name__ == "__main__":
    main()
