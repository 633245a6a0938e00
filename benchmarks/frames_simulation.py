"""Do corrected shares hold the truth, whatever the classifier is worth?  `python benchmarks/frames_simulation.py`.

Draws corpora of two outlets whose difference in a frame is known (`frames_worlds.py`), codes some passages by chance,
and asks for the difference from predictions alone (raw), codes alone (coded) and both (corrected).  Writes
`frames_simulation.csv` and `frames_simulation.md`.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  the threads of its libraries are counted when they are loaded
import pandas as pd  # noqa: E402
from frames_worlds import World, draw  # noqa: E402

from helpers.compare.corrected_shares import corrected_differences  # noqa: E402

HERE = Path(__file__).parent
SEED = 20261126
GOAL = 0.93, 0.97
WORLDS = {
    "20 weeks a side, 10 % coded": World((20, 20)),
    "the same, a good classifier": World((20, 20), signal=3.0),
    "the same, a classifier worth nothing": World((20, 20), signal=0.0),
    "the same, error that differs by outlet": World((20, 20), offset=(0.8, -0.3)),
    "the same, strata coded unequally, 30 % copies": World((20, 20), copies=0.3, uneven=True),
    "40 weeks, 5 % coded, 30 % copies": World((40, 40), coded=0.05, copies=0.3),
    "40 weeks, 15 % coded, 40 % copies, error by outlet": World((40, 40), coded=0.15, copies=0.4, offset=(0.8, -0.3)),
    "12 weeks, strong shocks (1.0), 15 % coded": World((12, 12), coded=0.15, shocks=1.0),
    "a rare frame (6 and 3 %), 10 % coded": World((20, 20), level=(0.06, 0.03)),
    "6 weeks a side, 15 % coded": World((6, 6), coded=0.15),
    "6 weeks, strong shocks (1.0), 40 passages a week": World((6, 6), coded=0.15, shocks=1.0, per_week=40.0),
}
CORPUS = ("20 weeks a side, 10 % coded", "a rare frame (6 and 3 %), 10 % coded", "6 weeks a side, 15 % coded")
SETTINGS = [(name, "process") for name in WORLDS] + [(name, "corpus") for name in CORPUS]
KEPT = ["method", "estimate", "low", "high", "power", "power_reference", "r2"]


def block(task: tuple[str, str, int, int]) -> pd.DataFrame:
    """Some draws of one world: the three estimates of each, and the truth."""
    name, target, first, last = task
    world, rows = WORLDS[name], []
    for number in range(first, last):
        units = draw(world, np.random.default_rng([SEED, list(WORLDS).index(name), number]))
        means = units.groupby("outlet")["frame"].mean()
        truth = world.truth() if target == "process" else float(means["a"] - means["b"])
        options = {"group": "outlet", "clusters": ["copy_cluster", "outlet_week"], "stratum": "stratum"}
        found = corrected_differences(units, target=target, **options)[KEPT]
        rows.append(found.assign(world=name, target=target, number=number, truth=truth))
    return pd.concat(rows, ignore_index=True)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Bias, coverage and width by setting and method; widths beside the coded one's, draw by draw."""
    rows = rows.assign(
        holds=(rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"]),
        width=rows["high"] - rows["low"],
        bias=rows["estimate"] - rows["truth"],
        tuned=rows[["power", "power_reference"]].mean(axis=1),
    )
    rows["ratio"] = rows["width"] / rows.groupby(["world", "target", "number"])["width"].transform(lambda w: w.iloc[1])
    by = rows.groupby(["world", "target", "method"], sort=False)
    table = by.agg(
        n=("holds", "size"), refused=("low", lambda low: low.isna().mean()), bias=("bias", "mean"),
        coverage=("holds", "mean"), width=("width", "mean"), widest=("ratio", "max"), tuned=("tuned", "mean"),
        r2=("r2", "mean"),
    )  # fmt: skip
    return table.reset_index()


def report(table: pd.DataFrame) -> str:
    """The page."""
    n = int(table["n"].max())
    lines = [
        "# Corrected shares on made corpora\n",
        f"`python benchmarks/frames_simulation.py --draws {n}`, nominal 95 %, {n:,} corpora a setting; Monte Carlo "
        f"error of a coverage of .95: ± {2 * np.sqrt(0.95 * 0.05 / n):.3f} (two standard errors). Each figure is of "
        "the difference between two outlets. *raw*: predictions alone; *coded*: coded passages alone; *corrected*: "
        "both (`compare.correct`). About the *process* the truth is the difference of expected shares, about the "
        "*corpus* that of all passages drawn. A week has 20 passages on average unless said. Bold: outside .93 to "
        ".97. *Width* is corrected over coded, means of all draws; *most* its largest in one draw; λ and r² are "
        "means.\n",
        "| setting | about | bias raw | bias corrected | coverage raw | coded | corrected | width | most | λ | r² |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (world, target), part in table.groupby(["world", "target"], sort=False):
        raw, coded, ours = (part.set_index("method").loc[m] for m in ("raw", "coded", "corrected"))
        cells = [
            world, target, f"{raw['bias']:+.3f}", f"{ours['bias']:+.3f}", f"{raw['coverage']:.3f}",
            _cell(coded["coverage"]), _cell(ours["coverage"]), f"{ours['width'] / coded['width']:.3f}",
            f"{ours['widest']:.3f}", f"{ours['tuned']:.2f}", f"{ours['r2']:.2f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    ours = table[table["method"] == "corrected"]
    inside = ours["coverage"].round(3).between(*GOAL)
    lines.append(
        f"\nCorrected intervals hold the truth in {ours['coverage'].min():.3f} to {ours['coverage'].max():.3f} of "
        f"draws, within .93 to .97 in {int(inside.sum())} of {len(ours)} settings; none was refused more often than "
        f"{ours['refused'].max():.3f}. With fewer than ten clusters a side the degrees of freedom are those of the "
        "clusters alone, which covers too often where outlet-weeks hardly differ, and enough where they differ much. "
        "Wilson's limits are wide for a frame that is seen in a handful of coded passages."
    )
    return "\n".join(lines) + "\n"


def _cell(coverage: float) -> str:
    return f"{coverage:.3f}" if GOAL[0] <= round(coverage, 3) <= GOAL[1] else f"**{coverage:.3f}**"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--report", action="store_true", help="write the page from the figures at hand")
    asked = parser.parse_args()
    if not asked.report:
        tasks = [
            (name, target, first, min(first + 25, asked.draws))
            for name, target in SETTINGS
            for first in range(0, asked.draws, 25)
        ]
        with ProcessPoolExecutor(asked.jobs) as pool:
            table = counted(pd.concat(list(pool.map(block, tasks)), ignore_index=True))
        table.to_csv(HERE / "frames_simulation.csv", index=False, float_format="%.5f", lineterminator="\n")
    text = report(pd.read_csv(HERE / "frames_simulation.csv"))
    (HERE / "frames_simulation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
