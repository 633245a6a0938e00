"""Do intervals hold where weeks remember, and do quiet years have bursts?  `python benchmarks/memory.py [--quick]`.

Resumable: what `memory.csv` holds already is not drawn again.  Writes `memory.md`; `docs/methods.md` quotes its tables.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  the threads of its libraries are counted when they are loaded
import pandas as pd  # noqa: E402
from memory_report import write  # noqa: E402
from memory_worlds import World, limits  # noqa: E402

from helpers.compare.bursts import bursts  # noqa: E402

HERE = Path(__file__).parent
SEED = 20261130
RHO = (0.0, 0.3, 0.5, 0.8)
WORLDS = {  # name: world, weeks a side
    "difference": (World("own"), (20, 52, 100)),
    "shocks common to both": (World("common"), (20, 52, 100)),
    "strong shocks (1.0)": (World("own", shocks=1.0), (20, 52, 100)),
    "heavy tails": (World("own", tails=True), (20, 52, 100)),
    "half of a shock is forgotten": (World("own", shocks=0.7, white=0.5), (20, 52, 100)),
    "mean": (World("mean"), (20, 52, 100)),
    "ratio": (World("ratio"), (20, 52, 100)),
    "corrected difference": (World("corrected"), (20, 52, 100)),
    "event, window in 100 weeks": (World("event"), (4, 8, 20)),
}
RATES, TIMES = (0.1, 1.0, 5.0), (1, 3, 6)  # items a day; how many times as much in the planted weeks
DAYS = pd.date_range("2024-01-01", periods=364)
CYCLE = np.tile([1.3, 1.2, 1.2, 1.2, 1.1, 0.6, 0.4], 52)  # of a week
PLANTED = slice(20, 23)  # weeks
BLOCK, WITH_PEERS = 50, 100  # draws at a time; draws in which the other methods are asked too


def interval_block(name: str, n_weeks: int, rho: float, first: int, n: int) -> list[dict]:
    """Some draws of one world, counted by method."""
    world, place = WORLDS[name][0], list(WORLDS).index(name)
    rows = []
    for number in range(first, first + n):
        rng = np.random.default_rng([SEED, place, n_weeks, int(10 * rho), number])
        true, answers, block = limits(world, n_weeks, rho, rng, peers=name == "difference" and first < WITH_PEERS)
        rows += [
            {"method": method, "given": np.isfinite(low), "held": low <= true <= high, "width": high - low,
             "block": block}
            for method, (low, high) in answers.items()
        ]  # fmt: skip
    counted = pd.DataFrame(rows).groupby("method", sort=False)[["given", "held", "width", "block"]].sum().reset_index()
    return (counted.assign(question="interval", world=name, weeks=n_weeks, rho=rho, first=first, n=n)).to_dict(
        "records"
    )


def year(rate: float, rho: float, times: float, rng: np.random.Generator) -> np.ndarray:
    """Items a day whose weekly log-rate is AR(1) with standard deviation .5, `times` as many in three weeks."""
    shock = rng.standard_normal(52)
    for place in range(1, 52):
        shock[place] = rho * shock[place - 1] + np.sqrt(1 - rho**2) * shock[place]
    level = np.exp(0.5 * shock - 0.125)
    level[PLANTED] *= times
    return rng.poisson(rate * CYCLE * np.repeat(level, 7))


def burst_block(rate: float, rho: float, times: int, first: int, n: int) -> list[dict]:
    """Some years, and in how many a burst is called (where one is planted: one that meets it)."""
    called = 0
    for number in range(first, first + n):
        counts = year(rate, rho, times, np.random.default_rng([SEED, int(10 * rate), int(10 * rho), times, number]))
        spells = bursts(DAYS, counts, np.ones(364, bool), draws=199).query("kind == 'burst'")
        if times > 1:
            begin, end = DAYS[7 * PLANTED.start], DAYS[7 * PLANTED.stop - 1]
            spells = spells[(spells["first_day"] <= end) & (spells["last_day"] >= begin)]
        called += len(spells) > 0
    row = {"question": "burst", "world": f"{rate:g} a day", "weeks": 52, "rho": rho, "first": first, "n": n}
    return [row | {"method": f"times {times}", "held": called}]


def tasks(asked: argparse.Namespace) -> Iterator[tuple]:
    """What is to be drawn, in rounds, so that an early end leaves every world with some."""
    for first in range(0, max(asked.draws, asked.years), BLOCK):
        for name, (_, lengths) in WORLDS.items():
            if asked.world in (None, name) and first < (asked.draws if name == "difference" else asked.others):
                yield from (("interval", interval_block, name, weeks, rho, first) for weeks in lengths for rho in RHO)
        for times in TIMES:
            if first < (asked.years if times == 1 else asked.years // 2):
                yield from (("burst", burst_block, rate, rho, times, first) for rate in RATES for rho in RHO)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--others", type=int, default=200, help="draws of worlds other than the first")
    parser.add_argument("--years", type=int, default=200)
    parser.add_argument("--only", choices=["interval", "burst"])
    parser.add_argument("--world", choices=list(WORLDS), help="intervals of this world alone")
    parser.add_argument("--quick", action="store_true", help="fifty draws of everything, kept apart")
    parser.add_argument("--report", action="store_true", help="write the page from the figures at hand")
    parser.add_argument("--folder", type=Path, default=HERE)
    asked = parser.parse_args()
    if asked.quick:
        asked.draws, asked.others, asked.years = BLOCK, BLOCK, BLOCK
    kept = asked.folder / "memory.csv"
    known = pd.read_csv(kept) if kept.exists() else pd.DataFrame()
    done = set() if known.empty else set(known["task"])
    for question, ask, *place in () if asked.report else tasks(asked):
        task = " ".join(map(str, place))
        if f"{question} {task}" in done or asked.only not in (None, question):
            continue
        rows = pd.DataFrame(ask(*place, BLOCK)).assign(task=f"{question} {task}")
        known = pd.concat([known, rows], ignore_index=True)
        known.to_csv(kept, index=False, float_format="%.6g", lineterminator="\n")
    write(asked.folder, known)


if __name__ == "__main__":
    main()
