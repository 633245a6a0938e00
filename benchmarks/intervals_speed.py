"""Are two-way cluster-robust intervals fast enough for a multiverse?  `python benchmarks/intervals_speed.py`.

The same difference of two outlets' means, on the same articles, in one process: ours, and a cluster bootstrap as it is
usually written, a Python loop that draws outlet-weeks again.  Writes `intervals_speed.md`.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.compare.mean_difference import difference

HERE = Path(__file__).parent
SIZES = 300, 3_000, 30_000
DRAWS = 999


def articles(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Values of two outlets with outlet-weeks of some ten articles and stories of some three."""
    week = rng.integers(0, max(n // 10, 20), n)
    side = week % 2
    story = rng.integers(0, max(n // 3, 20), n)
    value = 0.2 + 0.05 * side + rng.normal(0, 0.1, n) + rng.normal(0, 0.05, week.max() + 1)[week]
    return pd.DataFrame({"value": value, "first": side == 1, "week": week, "story": story})


def ours(table: pd.DataFrame) -> tuple[float, float]:
    """CR2 on story and outlet-week."""
    found = difference(table["value"], table["first"], clusters=table[["story", "week"]])
    return found.low, found.high


def loop(table: pd.DataFrame) -> tuple[float, float]:
    """Percentiles of 999 draws of whole outlet-weeks, one way only."""
    rng = np.random.default_rng(1)
    sides = [[part["value"].to_numpy() for _, part in rows.groupby("week")] for _, rows in table.groupby("first")]
    found = []
    for _ in range(DRAWS):
        means = [
            np.concatenate([weeks[place] for place in rng.integers(0, len(weeks), len(weeks))]).mean()
            for weeks in sides
        ]
        found.append(means[1] - means[0])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def seconds(ask: Callable[[pd.DataFrame], tuple[float, float]], table: pd.DataFrame, rounds: int) -> float:
    """Median CPU seconds of a call, after one that is not counted."""
    ask(table)
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        ask(table)
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    lines = ["| articles | ours, ms | loop, ms | times as fast | ours | loop |", "|---|---|---|---|---|---|"]
    for n in SIZES:
        table = articles(n, np.random.default_rng(n))
        own, theirs = seconds(ours, table, rounds), seconds(loop, table, rounds)
        limits = [f"{low:.4f} to {high:.4f}" for low, high in (ours(table), loop(table))]
        lines.append(f"| {n:,} | {1000 * own:.1f} | {1000 * theirs:.0f} | {theirs / own:.0f} | {' | '.join(limits)} |")
    head = f"""# Speed of intervals

`python benchmarks/intervals_speed.py` (Python {platform.python_version()}, numpy {np.__version__}): CPU time of one
95 % interval, medians of {rounds} calls each, in one process. Ours: CR2 on story and outlet-week, with degrees of
freedom. Loop: {DRAWS} draws of outlet-weeks alone, so it answers less."""
    (HERE / "intervals_speed.md").write_text("\n\n".join([head, "\n".join(lines)]) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
