"""`coverage.md` from the figures, and the part of it that `docs/methods.md` holds."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

START, END = "<!-- intervals: benchmarks/coverage.md -->", "<!-- end of intervals -->"
GOAL = 0.93, 0.97
SHOWN = ["i.i.d. OLS", "HC3", "document bootstrap", "CR2, outlet-week", "CR2, two-way", "wild, two-way",
         "randomisation", "ours"]  # fmt: skip
INTRO = """# Coverage

`python benchmarks/coverage_intervals.py`, nominal 95 %. {n:,} corpora a world for shares of articles, {shares:,} for
topic shares; Monte Carlo error of a coverage of .95: ± {error:.3f} (two standard errors). Words: `coverage_words.md`.

Two outlets, the same in expectation. An article's share of passages (level .20 unless said) is drawn on the log-odds
from its outlet, a shock of its outlet-week (standard deviation .5 unless said) and its story (1.0). An outlet-week has
six articles on average, unequally. Copies are of three stories a week of an agency, which both outlets print; standing
texts are six an outlet, printed week after week. Power: share of intervals clear of zero where the log-odds of one
outlet are .8 higher. A refusal counts neither way and is told."""
METHODS = """**i.i.d. OLS**: articles independent, one variance. **HC3**: each its own variance. **Document
bootstrap**: percentiles of {draws} draws of articles. **CR2**: Bell & McCaffrey's sandwich with Satterthwaite degrees
of freedom, by outlet-week, or by outlet-week and copy cluster. **Wild**: restricted wild cluster bootstrap-t, six-point
weights, two-way. **Randomisation**: outlet-weeks dealt anew, studentised, inverted. **Ours**: the house's rule
(`compare.contrast.difference`): two-way CR2 from ten clusters a side, randomisation from three, below that a
refusal."""
SHARED = """Five planted topics in documents of 80 words, six an outlet-week; one outlet leans to the first topic by .5
on the log-odds. Topics are found anew in each corpus. **i.i.d.**: Welch on the shares. **Composition**: the method of
composition as it is usually run: spread of the fits plus the variance of independent articles. **Clustered**: the
shares taken as observed. **Ours**: clustered, and the spread of ten fits on half of the articles
(`compare.fits.widened`). Coverage is of the true difference, so it suffers where shares are biased."""


def write(folder: Path, table: pd.DataFrame, shares: list[str]) -> None:
    """Write the page, and the same tables between the marks of `docs/methods.md`."""
    articles, topics = table[~table["world"].isin(shares)], table[table["world"].isin(shares)]
    n, n_shares = (int(part["n"].max()) for part in (articles, topics))
    told = INTRO.format(n=n, shares=n_shares, error=2 * np.sqrt(0.95 * 0.05 / n))
    intervals = "\n\n".join([_coverage(articles), _verdict(articles), _coverage(topics), _verdict(topics)])
    page = "\n\n".join([
        told, METHODS.format(draws=399), "## Coverage of 95 % intervals", _coverage(articles), _verdict(articles),
        "## Power, and what it costs", _power(articles), "## Topic shares", SHARED, _coverage(topics),
        _verdict(topics), _widths(topics),
    ])  # fmt: skip
    (folder / "coverage.md").write_text(page + "\n", encoding="utf-8")
    methods = folder.parent / "docs" / "methods.md"
    text = methods.read_text(encoding="utf-8")
    held = re.sub(f"{START}.*?{END}", lambda _: f"{START}\n\n{intervals}\n\n{END}", text, flags=re.DOTALL)
    methods.write_text(held, encoding="utf-8")


def _coverage(table: pd.DataFrame) -> str:
    """Coverage by world and method; in bold what is outside the goal; refusals beside."""
    methods = [name for name in table["method"].unique() if name in SHOWN or "topic" in table["world"].iloc[0]]
    lines = [_line(["", *methods]), _line(["---"] * (len(methods) + 1))]
    for world, rows in table.groupby("world", sort=False):
        rows = rows.set_index("method")
        lines.append(_line([world, *(_cell(rows.loc[name]) for name in methods)]))
    return "\n".join(lines)


def _cell(row: pd.Series) -> str:
    if row["refused"] > 0.5:
        return "refused" if row["refused"] == 1 else f"refused in {_share(row['refused'])}"
    told = _share(row["coverage"])
    told = told if GOAL[0] <= round(row["coverage"], 3) <= GOAL[1] else f"**{told}**"
    return told + (f" (refused {_share(row['refused'])})" if row["refused"] > 0 else "")


def _verdict(table: pd.DataFrame) -> str:
    """How many worlds each method reaches the goal in."""
    given = table[table["refused"] <= 0.5]
    inside = given["coverage"].round(3).between(*GOAL)
    parts = [f"{name} {int(part.sum())} of {len(part)}" for name, part in inside.groupby(given["method"], sort=False)]
    ours = given[given["method"] == "ours"]["coverage"]
    return (
        f"Worlds in which coverage is between {_share(GOAL[0])} and {_share(GOAL[1])}: {', '.join(parts)}. Ours is "
        f"between {_share(ours.min())} and {_share(ours.max())}. Bold: outside."
    )


def _power(table: pd.DataFrame) -> str:
    """Power and width of the methods whose coverage is not far off, beside ours."""
    methods = ["CR2, two-way", "wild, two-way", "randomisation", "ours"]
    lines = [_line(["", *(f"{name}: power (width)" for name in methods)]), _line(["---"] * (len(methods) + 1))]
    for world, rows in table.groupby("world", sort=False):
        rows = rows.set_index("method").loc[methods]
        cells = [
            f"{_share(row['power'])} ({_share(row['width'])})" if row["n"] > 0 else "–" for _, row in rows.iterrows()
        ]
        lines.append(_line([world, *cells]))
    return "\n".join(lines)


def _widths(table: pd.DataFrame) -> str:
    """Mean width beside the clustered interval's."""
    wide = table.pivot(index="world", columns="method", values="width")
    ratio = (wide["ours"] / wide["clustered"]).groupby(level=0).mean()
    return f"Ours is {ratio.min():.2f} to {ratio.max():.2f} times as wide as the clustered interval alone."


def _share(value: float) -> str:
    return "–" if np.isnan(value) else "1.000" if value >= 0.9995 else f"{value:.3f}"[1:]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
