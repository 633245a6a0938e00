"""Do intervals hold the truth as often as they say?  `python benchmarks/coverage_intervals.py`.

Draws corpora whose difference between two outlets is known (`coverage_worlds.py`, `coverage_shares.py`), asks every
method for its interval, and counts.  Writes `coverage.md`, `coverage.csv`, and the table that `docs/methods.md` holds.
How often words are flagged where nothing differs is another command's: `coverage_words.py`.
"""

from __future__ import annotations

import argparse
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  the threads of its libraries are counted when they are loaded
import pandas as pd  # noqa: E402
from coverage_report import write  # noqa: E402
from coverage_shares import SHARES, Shares, share_intervals  # noqa: E402
from coverage_worlds import METHODS, World, draw  # noqa: E402

HERE = Path(__file__).parent
SEED = 20261126
EFFECT = 0.8  # log-odds of the planted difference, where power is asked
WORLDS = {
    **{
        f"{weeks} outlet-weeks a side, {100 * copies:.0f} % copies": World((weeks, weeks), copies)
        for weeks in (6, 10, 20, 40)
        for copies in (0.0, 0.3, 0.6)
    },
    **{f"6 beside 20, {100 * copies:.0f} % copies": World((6, 20), copies) for copies in (0.0, 0.3, 0.6)},
    "10 beside 40, 30 % copies": World((10, 40), 0.3),
    "3 a side, 30 % copies": World((3, 3), 0.3),
    "no shocks, 10 a side": World((10, 10), shocks=0.0),
    "strong shocks (1.0), 10 a side, 30 % copies": World((10, 10), 0.3, shocks=1.0),
    "a rare measure (3 %), 10 a side, 30 % copies": World((10, 10), 0.3, level=0.03),
    "a rare measure (3 %), 20 a side, 30 % copies": World((20, 20), 0.3, level=0.03),
    "20/80 articles, 10 a side, 30 % copies": World((10, 10), 0.3, per_week=(3.0, 12.0)),
    "articles of 4 and of 20 passages, 10 a side, 30 % copies": World((10, 10), 0.3, passages=(4, 20)),
    "standing texts, 20 a side, 30 % copies": World((20, 20), 0.3, kind="standing"),
    "standing texts, 40 a side, 60 % copies": World((40, 40), 0.6, kind="standing"),
}


def block(task: tuple[str, World | Shares, int, int]) -> pd.DataFrame:
    """Some replications of one world: limits of every method, and the truth."""
    name, world, first, last = task
    place = [*WORLDS, *SHARES].index(name)
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn of few clusters; so much is the question here
        for number in range(first, last):
            for planted in (0.0, EFFECT)[: 2 - number % 2]:  # power from every second corpus
                rng = np.random.default_rng([SEED, place, number, int(planted > 0)])
                if isinstance(world, Shares) and planted:
                    continue
                if isinstance(world, Shares):
                    truth, limits = share_intervals(world, rng)
                else:
                    here = replace(world, effect=planted)
                    one, truth = draw(here, rng), here.truth()
                    limits = {method: ask(one, np.random.default_rng(number)) for method, ask in METHODS.items()}
                rows += [
                    {"world": name, "planted": planted, "method": m, "low": a, "high": b, "truth": truth}
                    for m, (a, b) in limits.items()
                ]
    return pd.DataFrame(rows)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Coverage, refusals, width and power by world and method."""
    rows = rows.assign(
        given=rows["low"].notna(),
        holds=(rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"]),
        width=rows["high"] - rows["low"],
        clear=(rows["low"] > 0) | (rows["high"] < 0),
    )
    keys = ["world", "method"]
    null = rows[rows["planted"] == 0]
    table = pd.DataFrame({"refused": 1 - null.groupby(keys, sort=False)["given"].mean()})
    given = null[null["given"]].groupby(keys, sort=False)
    table["coverage"], table["width"], table["n"] = given["holds"].mean(), given["width"].mean(), given.size()
    planted = rows[(rows["planted"] > 0) & rows["given"]].groupby(keys, sort=False)
    table["power"], table["coverage, planted"] = planted["clear"].mean(), planted["holds"].mean()
    return table.reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--shares", type=int, default=500, help="replications of topic shares, which are fitted")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--report", action="store_true", help="write the page from the figures at hand")
    asked = parser.parse_args()
    if not asked.report:
        size = {**dict.fromkeys(WORLDS, asked.replications), **dict.fromkeys(SHARES, asked.shares)}
        tasks = [
            (name, world, first, min(first + 50, size[name]))
            for name, world in {**WORLDS, **SHARES}.items()
            for first in range(0, size[name], 50)
        ]
        with ProcessPoolExecutor(asked.jobs) as pool:
            table = counted(pd.concat(list(pool.map(block, tasks)), ignore_index=True))
        table.to_csv(HERE / "coverage.csv", index=False, float_format="%.5f", lineterminator="\n")
    write(HERE, pd.read_csv(HERE / "coverage.csv"), list(SHARES))


if __name__ == "__main__":
    main()
