"""The page `coverage_words.md` from the rows of `coverage_words.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

OURS = "ours, permutation"
METHODS = [OURS, "sandwich", "plain z", "G²", "Welch", "document bootstrap"]
LOW, HIGH, FAMILY = 0.04, 0.06, 0.06


def write(table: pd.DataFrame, path: Path, *, given: dict[str, int], about: str, missing: list[str]) -> None:
    """Write the page."""
    null, planted = table[table["table"] == "null"], table[table["table"] == "planted"]
    parts = [HEAD.format(about=about, n=given["replications"], command=_command(given))]
    if missing:
        parts.append(f"**Not run yet (`--resume` runs them): {'; '.join(missing)}.**\n")
    parts += [_verdict(null), "## Words flagged at p ≤ .05, nothing differs\n", _grid(null, "flagged")]
    parts += ["## Contrasts with any q ≤ .05, nothing differs\n", _grid(null, "family")]
    parts += [PLANTED.format(n=given["planted"]), _grid(planted, "power")]
    parts += ["## Share of false ones among the words found\n", _grid(planted, "false_share"), FOOT]
    path.write_text("\n".join(parts), encoding="utf-8")


def _command(given: dict[str, int]) -> str:
    return "python benchmarks/coverage_words.py " + " ".join(f"--{key} {value}" for key, value in given.items())


def _verdict(null: pd.DataFrame) -> str:
    """How many settings reach what was aimed at, and which do not."""
    ours = null[null["method"] == OURS]
    known = ours[ours["n"] > 0]
    lines = ["## What was aimed at\n", "| | aim | seen settings | settings not used to choose |", "|---|---|---|---|"]
    for name, aim, good in (
        ("words flagged", ".04 – .06", known["flagged"].between(LOW - 5e-4, HIGH + 5e-4)),
        ("any q ≤ .05", "≤ .06", known["family"] <= FAMILY + 5e-4),
    ):
        cells = [f"{int(good[known['seen'] == seen].sum())} of {int((known['seen'] == seen).sum())}" for seen in (1, 0)]
        lines.append(f"| {name} | {aim} | {cells[0]} | {cells[1]} |")
    refused = ours[ours["refused"] > 0]
    lines.append("")
    lines += [
        f"Refused: {row.corpus}, {row.unit}, {row.n_units}, {row.split}: {row.refused:.0f} contrasts ({row.reason})."
        for row in refused.itertuples()
    ]
    return "\n".join(lines) + "\n"


def _grid(rows: pd.DataFrame, value: str) -> str:
    """One line a setting, one column a method."""
    lines = ["| corpus | unit | units | split | words tested | " + " | ".join(METHODS) + " |", "|---" * 11 + "|"]
    keys = ["corpus", "unit", "n_units", "split"]
    for key, part in rows.groupby(keys, sort=False):
        by_method = part.set_index("method")[value]
        mark = "" if part["seen"].iloc[0] else " *"
        cells = [_told(by_method.get(name, np.nan)) for name in METHODS]
        cells[0] = f"**{cells[0]}**"
        tested = f"{part['n_tested'].iloc[0]:.0f}"
        lines.append(f"| {key[0]}{mark} | {key[1]} | {key[2]} | {key[3]} | {tested} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _told(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}".lstrip("0") if value < 1 else "1.000"


HEAD = """# Words: what a test finds where nothing differs

Written by `{command}`; do not edit. {about}. Also in `coverage_words.csv`.

A corpus is cut at random into two groups of whole documents, outlet-weeks or copy clusters, so that no word differs
but by chance. {n} contrasts a setting, 300 words drawn for each and the rest counted as one; the same words are put
to every method, those that ours tests. "As long" settings thin the target's documents: equal shares,
unequal lengths. The Monte Carlo error of a share of .05 over 500 contrasts is .010; of words flagged it is smaller.

*Ours* deals whole units to the groups anew (`compare.keyness`, here 99 times and in one stage; in use 999 times
and, where p ≤ .1, 4,999: `keyness_stages.md`). *Sandwich* is `compare.log_odds.log_odds`, its p from a t distribution.
The other four are comparisons: they take words (plain z of Fightin' Words, G²) or documents (Welch on shares of
documents, bootstrap of documents, 99 samples) as drawn alone.

A star marks corpora on which no rule was chosen. The rules (studentised score, thinning to equal length, which words
can be tested, exponential tail) were chosen on the others with 10 to 60 contrasts each. One fault was found with all in
sight: the tail reached up to p = .1 where only 99 deals were made, and .053 to .061 of words were flagged.
"""
PLANTED = """## Power: share of planted words found, q ≤ .05

Of the words in at least 25 documents, one in eight loses 88 % of its uses on one side; {n} contrasts a setting, 299
permutations.
"""
FOOT = """## What it costs, and what it does not show

* Where the plain methods find more, they also find more that is not there: read power beside the false share.
* Thinning to equal lengths throws words away; where one side's units are far longer, power falls with the shorter side.
* Dealing units anew supposes that units of both groups would be alike if nothing differed. Real outlets differ in more
  than words: their weeks hold more or fewer articles. The unequal-length settings are a part of that, not all.
"""
