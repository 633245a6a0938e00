"""Words of weeks that remember, where nothing differs: with and without days.  `python benchmarks/word_memory.py`.

Worlds are those of `atlas_worlds.Words`.  The method was settled on others (ρ .4 to .85, 16 to 60 weeks, other seeds),
but for how far p of t is mixed in, of which these were in sight as well.  Writes `word_memory.md`; some ten minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from atlas_worlds import START, Words
from scipy import sparse, stats

from helpers.compare.keyness import keyness

DRAWS, SEED, LEVEL = 200, 2026, 0.05
WORLDS = [(rho, weeks) for rho in (0.0, 0.3, 0.5, 0.8) for weeks in (20, 52)]
HEAD = """# Words of weeks that remember

`python benchmarks/word_memory.py`. Sixty words of two outlets between which nothing differs, 5 texts a week of 20, 3 of
52; {draws} corpora each. Share of words at p ≤ .05, contrasts with any q ≤ .05, coverage of 95 % intervals: by
outlet-weeks as if independent, and given days. `none` is the share of contrasts in which no memory was measured.

| ρ, weeks | p ≤ .05 | any q ≤ .05 | coverage | given days: p ≤ .05 | any | coverage | weeks as one | none |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def said(world: Words, number: int) -> list[float]:
    """Flags, any and coverage of one corpus without days, the same with days, the median block, and whether none."""
    counts, texts = world.draw(np.random.default_rng([SEED, number]))
    first, names = (texts["side"] == 0).to_numpy(), list(range(counts.shape[1]))
    day = START + pd.to_timedelta(7 * texts["week"], unit="D")
    figures = []
    for options in ({}, {"day": day}):
        asked = {"terms": names, "clusters": texts["outlet_week"]} | options
        table = keyness(sparse.csr_matrix(counts), first, ~first, **asked).loc[names[:-1]].query("tested")
        held = table["delta"].abs() <= stats.t.ppf(1 - LEVEL / 2, table["dof"]) * table["se"]
        figures += [(table["p"] <= LEVEL).mean(), (table["q"] <= LEVEL).any(), held.mean()]
    return [*figures, table["block_weeks"].median(), (table["block_weeks"] == 1).all()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS)
    asked = parser.parse_args()
    rows = []
    for rho, weeks in WORLDS:
        world = Words(rho=rho, weeks=weeks, per_week=3.0 if weeks == 52 else 5.0)
        figures = np.mean([said(world, number) for number in range(asked.draws)], axis=0)
        cells = [f"{value:.3f}".removeprefix("0") for value in figures]
        cells[6:] = [f"{figures[6]:.2f}", f"{figures[7]:.2f}"]
        rows.append(f"| {rho:.1f}, {weeks} | {' | '.join(cells)} |".replace("| 0.", "| ."))
        print(rows[-1], flush=True)
    page = HEAD.format(draws=asked.draws) + "\n".join(rows) + "\n"
    Path(__file__).with_suffix(".md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
