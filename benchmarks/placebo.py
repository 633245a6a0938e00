"""How often does a date without an event rank as one, and one with an event?  `python benchmarks/placebo.py [DRAWS]`.

    PYTHONPATH=src python benchmarks/placebo.py [DRAWS]

One outlet, six articles a week on average, unequally; on the log-odds an article is its outlet's level, a shock of its
week (AR(1) with coefficient ρ) and its story (1.0).  The date is any whose window lies in the series.  Before: p of the
quiet dates alone, (1 + those that change as much)/(1 + all).  Ours: `compare.placebo_rank`.  Apart: quiet windows that
share no day.  `few`, `many`: around the date a third, or three times, of the articles.  `growing`: ten times as many
articles at the end as at the beginning.  `listed`: three other dates are events.  `jump`: .9 more from the date on.
The rule was chosen on other draws of the worlds shares, few, many and jump; counts, tails, growing and listed had no
part in it, nor had windows of 20 and 42 days.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from memory_worlds import World, shocks
from scipy.special import expit

from helpers.compare.placebo import placebo_rank

DRAWS, SEED, PER_WEEK, PASSAGES = 500, 20261130, 6.0, 8
RHO = (0.0, 0.3, 0.5, 0.8)
START = pd.Timestamp("2020-01-06")
LENGTHS = ((52, 28), (100, 20), (100, 42), (200, 28))  # weeks of the series, days of a side
WORLDS = {"shares": {}, "counts": {}, "tails": {"tails": True, "shocks": 1.0}, "growing": {}, "listed": {}, "few": {},
          "many": {}, "jump": {}}  # fmt: skip
MANY = {"few": 1 / 3, "many": 3.0}


def draw(name: str, weeks: int, at: int, window: int, rho: float, rng: np.random.Generator) -> pd.DataFrame:
    """One series: day and value; of counts one row a day."""
    shock = np.repeat(shocks(World("event", **WORLDS[name]), weeks, rho, rng), 7)
    day = np.arange(7 * weeks)
    if name == "counts":
        return pd.DataFrame({"day": START + pd.to_timedelta(day, "D"), "value": rng.poisson(np.exp(shock)) * 1.0})
    rate = np.repeat(PER_WEEK / 7 * rng.lognormal(-0.18, 0.6, weeks), 7)
    rate[at - window : at + window] *= MANY.get(name, 1.0)
    if name == "growing":
        rate *= np.linspace(0.2, 2.0, len(day))
    of = np.repeat(day, rng.poisson(rate))
    eta = np.log(0.25) + shock[of] + rng.normal(size=len(of)) + 0.9 * ((of >= at) & (name == "jump"))
    value = rng.binomial(PASSAGES, expit(eta)) / PASSAGES
    return pd.DataFrame({"day": START + pd.to_timedelta(of, "D"), "value": value})


def world(name: str, weeks: int, window: int, rho: float, draws: int) -> dict[str, object]:
    """Shares of draws with p ≤ .05 in one world."""
    rows, seen = [], pd.Series(True, index=pd.date_range(START, periods=7 * weeks))
    for number in range(draws):
        rng = np.random.default_rng([SEED, list(WORLDS).index(name), weeks, window, int(10 * rho), number])
        at = int(rng.integers(window, 7 * weeks - window + 1))
        others = rng.integers(0, 7 * weeks, 3 * (name == "listed"))
        others = others[np.abs(others - at) >= window]
        frame = draw(name, weeks, at, window, rho, rng)
        days = START + pd.to_timedelta(np.r_[at, others], "D")
        ours = placebo_rank(
            frame, day="day", value="value", event_day=days[0], window_days=window, listed=list(days), observed=seen,
            counts=name == "counts",
        )  # fmt: skip
        if ours.rank:
            rows.append((ours.rank / (1 + ours.n_placebos) <= 0.05, ours.p <= 0.05, ours.n_apart))
    before, after, apart = np.mean(rows, axis=0)
    about = {"world": name, "weeks": weeks, "window, days": window, "ρ": rho, "ranked": len(rows)}
    return about | {"apart": round(apart, 1), "before, p ≤ .05": before, "ours, p ≤ .05": after}


def main() -> None:
    """Every world, as a page beside this script."""
    draws, begin = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS, time.process_time()
    rows = [world(name, *length, rho, draws) for name in WORLDS for length in LENGTHS for rho in RHO]
    table = pd.DataFrame(rows)
    lines = ["# Placebo dates", "", f"`{Path(__file__).name} {draws}`: {draws} draws a row.", ""]
    lines += ["```", __doc__.strip(), "```", "", "Over all lengths, the mean and the largest share:", ""]
    names = ["before, p ≤ .05", "ours, p ≤ .05"]
    short = table.groupby(["world", "ρ"], sort=False)[names].agg(["mean", "max"])
    short.columns = [f"{name}, {what}" for name, what in short.columns]
    for part in (short.reset_index(), table):
        lines += ["| " + " | ".join(part.columns) + " |", "|" + "---|" * len(part.columns)]
        for _, row in part.iterrows():
            cells = [f"{value:.3f}" if "≤" in head else str(value) for head, value in row.items()]
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    lines.append(f"{time.process_time() - begin:.0f} s of processor time.")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
