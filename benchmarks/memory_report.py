"""`memory.md` from the figures, and the part of it that `docs/methods.md` holds."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

START, END = "<!-- memory: benchmarks/memory.md -->", "<!-- end of memory -->"
GOAL = 0.93, 0.97
INTRO = """# Weeks that remember

`python benchmarks/memory.py`, nominal 95 %, at least {draws:,} corpora a row of the first world and {others:,} of the
others, where nothing differs. Two outlets, six articles a week on average, unequally; on the log-odds an article is its
outlet's level, a shock of its outlet's week (standard deviation .5 unless said; AR(1) with coefficient ρ) and its story
(1.0). Coverage is of the intervals given; beside it the share refused. In bold what is outside .93 to .97. Weeks are
those of a side; for events, those before and after, in a series of 100. Monte Carlo error of a coverage of .95 (two
standard errors): ± {error:.3f}, others ± {more:.3f}."""
PEERS = """## Beside other ways

The first world, its first hundred corpora. **Months**: outlet-weeks joined by four. **Blocks, measured**: joined to
blocks as long as `block_weeks`, and to twice as long. **Andrews**: to the length of Bartlett's window from an AR(1) of
weekly scores. Blocks are then judged by the house's rule (CR2, permutation below ten a side, refusal below three).
**EWC**: equal-weighted cosines (Lazarus, Lewis, Stock & Watson 2018). **Pre-whitened**: AR(1) by least squares, put in
as if known. **Ours**: the mixture over memories of `compare.memory`. In brackets the mean width beside that of
outlet-weeks."""
BURSTS = """## Bursts

Years of which the weekly log-rate is AR(1) with standard deviation .5: share with a burst where none is planted
({years} years a row; goal at most .05), and share in which three planted weeks of three and six times the rate are
found ({planted} years)."""


def write(folder: Path, rows: pd.DataFrame) -> None:
    """Write the page; beside `docs`, the same tables between the marks of `docs/methods.md`."""
    keys = ["question", "world", "weeks", "rho", "method"]
    table = rows.groupby(keys, sort=False)[["given", "held", "width", "block", "n"]].sum().reset_index()
    intervals, years = table[table["question"] == "interval"], table[table["question"] == "burst"]
    parts, quoted = [], []
    if len(intervals):
        sizes = intervals[intervals["method"] == "ours"].groupby(intervals["world"] == "difference")["n"].min()
        first, others = int(sizes.get(True, 0)), int(sizes.get(False, 0))
        error, more = (2 * np.sqrt(0.95 * 0.05 / max(n, 1)) for n in (first, others))
        quoted = [_intervals(intervals)]
        parts = [INTRO.format(draws=first, others=others, error=error, more=more), *quoted, PEERS]
        parts.append(_peers(intervals[intervals["world"] == "difference"]))
    if len(years):
        size = years.groupby("method")["n"].min()
        quoted.append(_bursts(years))
        parts += [BURSTS.format(years=size.get("times 1", 0), planted=size.get("times 3", 0)), quoted[-1]]
    (folder / "memory.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    methods = folder.parent / "docs" / "methods.md"
    if methods.exists():
        text = methods.read_text(encoding="utf-8")
        held = re.sub(
            f"{START}.*?{END}", lambda _: "\n\n".join([START, *quoted, END]), text, flags=re.DOTALL
        )  # fmt: skip
        methods.write_text(held, encoding="utf-8")


def _intervals(table: pd.DataFrame) -> str:
    """Outlet-weeks and ours in every world."""
    lines = ["| | weeks | ρ | outlet-weeks | ours | refused | weeks of a block | width |", "|" + " --- |" * 8]
    for (world, weeks, rho), rows in table.groupby(["world", "weeks", "rho"], sort=False):
        plain, ours = (rows.set_index("method").loc[name] for name in ("outlet-weeks", "ours"))
        width = (ours["width"] / ours["given"]) / (plain["width"] / plain["given"]) if ours["given"] else np.nan
        refused, block = _share(1 - ours["given"] / ours["n"]), ours["block"] / ours["n"]
        cell = f"{_cover(plain)} | {_cover(ours)} | {refused} | {block:.1f} | {width:.2f}"
        lines.append(f"| {world} | {weeks} | {rho:g} | {cell} |")
    return "\n".join(lines)


def _peers(table: pd.DataFrame) -> str:
    """Every method in the first world."""
    methods = list(dict.fromkeys(table["method"]))
    lines = ["| weeks | ρ | " + " | ".join(methods) + " |", "|" + " --- |" * (len(methods) + 2)]
    for (weeks, rho), rows in table.groupby(["weeks", "rho"], sort=False):
        rows = rows.set_index("method")
        plain = rows.loc["outlet-weeks"]
        cells = []
        for name in methods:
            one = rows.loc[name]
            width = (one["width"] / one["given"]) / (plain["width"] / plain["given"]) if one["given"] else np.nan
            refused = 1 - one["given"] / one["n"]
            cells.append(f"{_cover(one)} ({width:.2f})" + (f", refused {_share(refused)}" if refused else ""))
        lines.append(f"| {weeks} | {rho:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _bursts(table: pd.DataFrame) -> str:
    """False and planted bursts."""
    lines = ["| items | ρ | false | three times | six times |", "|" + " --- |" * 5]
    for (world, rho), rows in table.groupby(["world", "rho"], sort=False):
        share = (rows.set_index("method")["held"] / rows.set_index("method")["n"]).reindex(
            ["times 1", "times 3", "times 6"]
        )
        false = share.iloc[0]
        cell = f"**{_share(false)}**" if false > 0.05 else _share(false)
        lines.append(f"| {world} | {rho:g} | {cell} | {_share(share.iloc[1])} | {_share(share.iloc[2])} |")
    return "\n".join(lines)


def _cover(row: pd.Series) -> str:
    """Coverage of the intervals given, bold outside the goal."""
    if not row["given"]:
        return "–"
    share = row["held"] / row["given"]
    return _share(share) if GOAL[0] <= round(share, 3) <= GOAL[1] else f"**{_share(share)}**"


def _share(value: float) -> str:
    return "–" if np.isnan(value) else "1.000" if value >= 0.9995 else f"{value:.3f}"[1:]
