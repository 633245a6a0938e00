"""Do intervals of changes around events hold where weeks remember?

    PYTHONPATH=src python benchmarks/event_memory.py [DRAWS]

The worlds of `memory_worlds.py`: one outlet, nothing happens at the date.  Series of 100 weeks with six articles a week
and of 52 with one; four and eight weeks a side.  Outlet-weeks: `compare.event_study` without memory.  Ours: with it,
measured on the whole series; near: on the window alone.  Width: beside that of outlet-weeks, the median.
"""

from __future__ import annotations

import sys
from pathlib import Path

import memory_worlds
import numpy as np
import pandas as pd
from memory_worlds import START, World, draw

from helpers.compare.event_study import event_study

DRAWS, SEED = 200, 7
WORLDS = [(*series, weeks, rho) for series in ((100, 6.0), (52, 1.0)) for weeks in (4, 8) for rho in (0, 0.3, 0.5, 0.8)]


def world(series: int, per_week: float, weeks: int, rho: float, draws: int) -> dict[str, object]:
    """Coverage and refusals in one world."""
    memory_worlds.SERIES, memory_worlds.PER_WEEK = series, per_week
    rows = []
    for number in range(draws):
        frame = draw(World("event"), weeks, rho, np.random.default_rng([SEED, series, weeks, int(rho * 10), number]))
        asked = {"day": "day", "value": "share", "clusters": "outlet_week", "window_days": 7 * weeks}
        asked["event_day"] = START + pd.Timedelta(days=7 * (series // 2))
        near = (frame["day"] - asked["event_day"]).dt.days.between(-7 * weeks, 7 * weeks - 1)
        three = [event_study(frame, **asked), event_study(frame, memory=True, **asked),
                 event_study(frame[near], memory=True, **asked)]  # fmt: skip
        rows.append([table[name].iloc[0] for table in three for name in ("low", "high")])
    limits = np.array(rows, dtype=float)
    about = {"series": series, "articles a week": per_week, "weeks a side": weeks, "ρ": rho}
    for name, low, high in zip(("outlet-weeks", "ours", "near"), limits.T[::2], limits.T[1::2], strict=True):
        given = np.isfinite(low)
        held = ((low <= 0) & (high >= 0))[given].mean()
        about[name] = f"{held:.3f}" + (f", refused {1 - given.mean():.2f}" if not given.all() else "")
    width = np.diff(limits, axis=1)[:, ::2]
    return about | {"width": f"{np.nanmedian(width[:, 1] / width[:, 0]):.2f}"}


def page(rows: list[dict[str, object]], draws: int) -> None:
    """The page beside this script."""
    lines = ["# Memory around events", "", f"`{Path(__file__).name} {draws}`: {draws} draws a row, nominal .95.", ""]
    lines += ["```", __doc__.strip(), "```", "", "| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    lines += ["| " + " | ".join(map(str, row.values())) + " |" for row in rows]
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    page([world(*one, asked) for one in WORLDS], asked)
