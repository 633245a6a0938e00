"""How often are two kinds of outlet called different where they are not, and a shift found where there is one?

    PYTHONPATH=src python benchmarks/kinds_of_outlet.py [DRAWS]

Each outlet has a level of its own (standard deviation `spread`), each of its weeks a shock (.3), each article noise
(1); 40 articles an outlet in 20 weeks.  "dominant": one outlet has five times as many; "tied": all of the first kind
do.  These outlets: CR2 by outlet-week (`compare.differences`).  Kinds: `compare.outlet_permutation`; none of its 20
arrangements can be clear at .05 with three a side, so that its size is shown at .10, too.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.compare.mean_difference import difference
from helpers.compare.outlet_permutation import outlet_permutation

DRAWS, WEEKS, ARTICLES, SHOCK, SEED = 500, 20, 40, 0.3, 15
NULL = [(a, spread, sizes, 0.0) for sizes in ("equal", "dominant") for a in (3, 5, 8) for spread in (0.3, 0.5)]
WORLDS = [*NULL, *((a, 0.5, "tied", 0.0) for a in (5, 8)), *((a, 0.3, "equal", 0.8) for a in (5, 8))]


def draw(rng: np.random.Generator, a_side: int, spread: float, sizes: str, shift: float) -> pd.DataFrame:
    """Articles of one press: value, first (of the first kind), outlet, week (of an outlet)."""
    many = {"equal": 0, "dominant": 1, "tied": a_side}[sizes]
    n = np.where(np.arange(2 * a_side) < many, 5 * ARTICLES, ARTICLES)
    outlet = np.repeat(np.arange(2 * a_side), n)
    week = outlet * WEEKS + rng.integers(WEEKS, size=len(outlet))
    level = spread * rng.normal(size=2 * a_side) + shift * (np.arange(2 * a_side) < a_side)
    shock = SHOCK * rng.normal(size=2 * a_side * WEEKS)
    value = level[outlet] + shock[week] + rng.normal(size=len(outlet))
    return pd.DataFrame({"value": value, "first": outlet < a_side, "outlet": outlet, "week": week})


def world(a_side: int, spread: float, sizes: str, shift: float, draws: int) -> dict[str, object]:
    """Shares of draws in one world."""
    rng, rows = np.random.default_rng([SEED, a_side, int(10 * spread), len(sizes), int(10 * shift)]), []
    for _ in range(draws):
        press = draw(rng, a_side, spread, sizes, shift)
        y, first = press["value"].to_numpy(), press["first"].to_numpy()
        these = difference(y, first, clusters=press["week"])
        kinds = outlet_permutation(y, first, press["outlet"].to_numpy())
        inside = np.nan if kinds.refused else kinds.low <= shift <= kinds.high
        rows.append((these.p <= 0.05, kinds.p <= 0.05, kinds.p <= 0.1 + 1e-9, inside, kinds.high - kinds.low))
    clear, kind, ten, inside, width = np.nanmean(np.array(rows, dtype=float), axis=0) if a_side > 3 else [
        *np.array(rows, dtype=float)[:, :3].mean(axis=0), np.nan, np.nan]  # fmt: skip
    about = {"outlets a side": a_side, "spread": spread, "sizes": sizes, "shift": shift}
    return about | {"these outlets, p ≤ .05": clear, "kinds, p ≤ .05": kind, "kinds, p ≤ .10": ten,
                   "kinds, interval holds the truth": inside, "its width": width}  # fmt: skip


def main() -> None:
    """Every world, as a page beside this script."""
    draws, begin = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS, time.process_time()
    rows = []
    for one in WORLDS:
        rows.append(world(*one, draws))
        print(rows[-1], flush=True)
    rows = pd.DataFrame(rows)
    heads = list(rows.columns)
    about = f"`{Path(__file__).name} {draws}`: {draws} draws a world."
    lines = ["# Kinds of outlet", "", about, "", "```", __doc__.strip(), "```", ""]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for _, row in rows.iterrows():
        cells = [str(row[head]) for head in heads[:4]]
        cells += ["refused" if pd.isna(row[head]) else f"{row[head]:.3f}" for head in heads[4:]]
        lines.append("| " + " | ".join(cells) + " |")
    lines.append(f"\n{time.process_time() - begin:.0f} s of processor time.")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
