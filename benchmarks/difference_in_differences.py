"""How often is an effect of having taken a subject up called where there is none, and is one that is there recovered?

    PYTHONPATH=src python benchmarks/difference_in_differences.py [DRAWS]

Outlets have levels of their own (standard deviation .5), weeks shocks in common (.3), each outlet shocks of its weeks
(.3) that are AR(1) with coefficient ρ, and six articles a week (1).  Eight weeks before, eight after; `staggered`:
those that begin do so in three different weeks.  `thin`: half of the outlet-weeks have no article, and outlets are
measured from all weeks before.  `larger`: outlets that begin have five times as many articles.  `growing`: an effect
that grows by .15 a week.  Ours: `compare.difference_in_differences`.  Two effects: a regression with an effect of
each outlet and each week, CR2 by outlet (`compare.cluster_ols`).  The truth of a growing effect is its mean over the
outlet-weeks that have a comparison.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.compare.clusters import cluster_ols
from helpers.compare.difference_in_differences import difference_in_differences

DRAWS, WEEKS, SEED, SHOCK = 500, 16, 15, 0.3
NULL = [
    (*sides, kind, rho, 0.0)
    for sides, kind in (
        ((3, 5), "together"), ((4, 8), "together"), ((4, 8), "staggered"), ((9, 3), "staggered"), ((4, 8), "thin"),
        ((9, 3), "larger"),
    )
    for rho in (0.0, 0.5, 0.8)
]  # fmt: skip
WORLDS = [*NULL, *((*sides, kind, 0.5, 0.8) for sides in ((4, 8), (9, 3)) for kind in ("staggered", "thin")),
          (6, 0, "growing", 0.5, 0.15), (6, 3, "growing", 0.5, 0.15)]  # fmt: skip


def draw(began: int, never: int, kind: str, rho: float, effect: float, rng: np.random.Generator) -> pd.DataFrame:
    """Outlet-weeks of one press: outlet, week, rate, start, added."""
    n = began + never
    late = {"together": 0, "larger": 0, "growing": 4}.get(kind, 2)
    start = np.r_[8.0 + late * (np.arange(began) % 3), np.full(never, np.nan)]
    shock = rng.normal(size=(n, WEEKS))
    for week in range(1, WEEKS):
        shock[:, week] = rho * shock[:, week - 1] + np.sqrt(1 - rho**2) * shock[:, week]
    articles = np.where((np.arange(n) < began) & (kind == "larger"), 30, 6)[:, None]
    since = np.arange(WEEKS) - start[:, None]
    added = np.where(since >= 0, effect * ((since + 1) if kind == "growing" else 1.0), 0.0)
    rate = 0.5 * rng.normal(size=(n, 1)) + 0.3 * rng.normal(size=WEEKS) + SHOCK * shock + added
    rate = rate + rng.normal(size=(n, WEEKS)) / np.sqrt(articles)
    outlet, week = (grid.ravel() for grid in np.mgrid[:n, :WEEKS])
    frame = pd.DataFrame({"outlet": outlet, "week": week, "rate": rate.ravel(), "start": start[outlet]})
    frame["added"] = added.ravel()
    return frame[rng.random(len(frame)) < 0.5] if kind == "thin" else frame


def two_effects(frame: pd.DataFrame) -> tuple[float, float]:
    """Estimate and p of a regression with outlet and week effects."""
    dummies = pd.get_dummies(frame[["outlet", "week"]].astype(str), drop_first=True).to_numpy(float)
    begun = (frame["week"] >= frame["start"].fillna(np.inf)).to_numpy(float)
    design = np.column_stack([begun, np.ones(len(frame)), dummies])
    pick = np.eye(design.shape[1])[:1]
    [one] = cluster_ols(frame["rate"].to_numpy(), design, clusters=frame["outlet"], contrasts=pick)
    return one.estimate, one.p


def world(began: int, never: int, kind: str, rho: float, effect: float, draws: int) -> dict[str, object]:
    """Shares and means of draws in one world."""
    rows = []
    for number in range(draws):
        rng = np.random.default_rng([SEED, began, never, len(kind), int(10 * rho), int(100 * effect), number])
        frame = draw(began, never, kind, rho, effect, rng)
        base = None if kind == "thin" else 4
        ours = difference_in_differences(
            frame, outlet="outlet", period="week", value="rate", start="start", base=base, rng=rng
        )
        last = frame["start"].max() if not never else np.inf
        compared = frame[(frame["week"] >= frame["start"]) & (frame["week"] < last)]
        truth, one = float(compared["added"].mean()), ours.effect
        other, other_p = two_effects(frame)
        rows.append((one.p <= 0.05, ours.pretrend_p <= 0.05, one.low <= truth <= one.high, one.high - one.low,
                     truth, one.estimate, other, other_p <= 0.05))  # fmt: skip
    names = ["clear", "clear before", "held", "width", "truth", "ours", "two effects", "two effects clear"]
    about = {"began, never": f"{began}, {never}", "world": kind, "ρ": rho, "effect": effect}
    return about | dict(zip(names, np.array(rows, dtype=float).mean(axis=0), strict=True))


def main() -> None:
    """Every world, as a page beside this script."""
    draws, begin = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS, time.process_time()
    rows = []
    for one in WORLDS:
        rows.append(world(*one, draws))
        print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    about = (
        f"`{Path(__file__).name} {draws}`: {draws} draws a world. `clear`: p ≤ .05; `held`: by the interval, the truth."
    )
    lines = ["# Difference in differences", "", about, "", "```", __doc__.strip(), "```", ""]
    lines += ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for _, row in table.iterrows():
        cells = [f"{value:.3f}" if place > 3 else str(value) for place, value in enumerate(row)]
        lines.append("| " + " | ".join(cells) + " |")
    lines.append(f"\n{time.process_time() - begin:.0f} s of processor time.")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
