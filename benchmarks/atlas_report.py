"""`atlas.md` from the figures, with the part of it that `docs/methods.md` holds; the picture is `atlas_figure`'s."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from atlas_figure import MARKS, figure
from atlas_rivals import OURS
from atlas_worlds import FAMILIES, WORLDS

START, END = "<!-- atlas: benchmarks/atlas.md -->", "<!-- end of atlas -->"
GOAL = 0.93, 0.97
INTRO = """# An atlas of worlds

`python benchmarks/atlas.py`: {worlds} worlds whose truth is known, {draws} corpora each, intervals of nominal 95 %.
Coverage is of the intervals given; the share refused stands beside it. Monte Carlo error of a coverage of .95:
± {error} (two standard errors). In bold what is outside .93 to .97 by more than that error, in italics what is outside
by less.

![Small multiples: a row a world, panels of coverage, of the share called different, of width and of refusals, a mark an
estimator.](atlas.svg)

**Ours**: the house's rule (`compare.differences` and `means`) on copy cluster and outlet-week, widened for weeks that
remember; of kinds of outlet, whole outlets permuted; of topics, widened for the spread of ten fits; of coded samples
`compare.corrected_shares`; of words `compare.keyness`, whose p are of permutations and whose limits are of clustered
errors, both widened for the memory of all words together. **Ours, weeks independent**: the same without memory, which
is what `differences` and `keyness` do unless asked. **OLS, i.i.d.**: articles independent. **CR1**: the usual
cluster-robust error, t with one degree of freedom fewer than clusters. **Composition, i.i.d.**: the method of
composition (Treier & Jackman 2008). **DSL**: design-based supervised learning, rewritten from Egami, Hinck, Stewart
& Wei (2023): the design-adjusted outcome with the known chance of being coded, cross-fitted by least squares on
prediction and outlet, its variance of independent articles or by outlet-week.
**Fightin' Words**: Monroe, Colaresi & Quinn (2008), a prior of .01 a word.

Twenty weeks and fewer cannot tell whether they remember. Asked for memory, ours is then wider than need be; not asked,
it is right where nothing is remembered and too narrow where something is.

{verdict}"""
SECOND = """Share called different at .05: false where nothing differs, found where something is planted. In brackets
the mean width of intervals beside 3.92 root mean squared errors of our estimate: 1 is as wide as the draws vary."""


def write(folder: Path, rows: pd.DataFrame) -> None:
    """Write page and picture; beside `docs`, the tables of coverage between the marks of `docs/methods.md`."""
    table = summary(rows)
    n = int(rows.groupby(["world", "estimator"])["n"].sum().min())
    sizes = {"worlds": table["world"].nunique(), "draws": f"{n:,} or more" if table["n"].nunique() > 1 else f"{n:,}"}
    opening = INTRO.format(**sizes, error=_share(_error(n)), verdict=verdict(table))
    parts, quoted = [opening], [verdict(table)]
    for family in FAMILIES:
        own = table[table["family"] == family.name]
        if len(own):
            quoted += [family.about, _cells(own, _cover)]
            parts += [f"## {family.name}", family.about, _cells(own, _cover), _cells(own, _called)]
    parts.insert(1, SECOND)
    (folder / "atlas.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    (folder / "atlas.svg").write_text(figure(table), encoding="utf-8")
    methods = folder.parent / "docs" / "methods.md"
    if methods.exists():
        text = methods.read_text(encoding="utf-8")
        held = re.sub(f"{START}.*?{END}", lambda _: "\n\n".join([START, *quoted, END]), text, flags=re.DOTALL)
        methods.write_text(held, encoding="utf-8")


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a world and estimator: coverage among the given, refused, clear, width beside what our estimate varies.

    >>> rows = pd.DataFrame({"world": next(iter(WORLDS)), "first": [0, 100], "estimator": "ours", "n": 100,
    ...     "given": [100, 50], "held": [90, 50], "clear": 5, "called": 0, "width": [392.0, 196.0], "square": 100.0})
    >>> summary(rows)[["coverage", "refused", "clear", "width"]].round(3).values.tolist()
    [[0.933, 0.25, 0.05, 1.0]]
    """
    sums = rows.groupby(["world", "estimator"], sort=False).sum().reset_index()
    table = sums[["world", "estimator", "n", "given"]].copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        table["coverage"] = sums["held"] / sums["given"]
        table["refused"] = 1 - sums["given"] / sums["n"]
        table["clear"], table["called"] = sums["clear"] / sums["n"], sums["called"] / sums["n"]
        ours = sums[sums["estimator"] == OURS].set_index("world")
        varies = table["world"].map(np.sqrt(ours["square"] / ours["n"]))
        table["width"] = (sums["width"] / sums["given"]) / (3.92 * varies)
    table["width"] = table["width"].where(np.isfinite(table["width"]))
    table["family"], table["name"] = zip(*(world.split(": ", 1) for world in table["world"]), strict=True)
    table["planted"] = [bool(np.any(np.abs(WORLDS[world].truth) > 1e-9)) for world in table["world"]]
    return table


def verdict(table: pd.DataFrame) -> str:
    """In how many worlds each is inside the goal, and where ours is not."""
    given = table[(table["refused"] < 1) & table["coverage"].notna()]
    given = given.assign(state=given.apply(_state, axis=1))
    heads = [
        "",
        "worlds with an interval",
        "inside .93 to .97",
        "outside by less than the error",
        "too narrow",
        "too wide",
    ]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for name in [name for name in MARKS if name in set(given["estimator"])]:
        part = given[given["estimator"] == name]
        narrow = part["coverage"] < GOAL[0]
        counts = [len(part), *((part["state"] == state).sum() for state in (0, 1))]
        counts += [((part["state"] == 2) & side).sum() for side in (narrow, ~narrow)]
        lines.append(_line([name, *map(str, counts)]))
    parts = ["\n".join(lines)]
    for word, sign in (("Too narrow", -1), ("Wider than need be", 1)):
        rows = given[(given["estimator"] == OURS) & (given["state"] == 2) & (sign * (given["coverage"] - 0.95) > 0)]
        worlds = "; ".join(f"{row.world} ({_share(row.coverage)})" for row in rows.itertuples())
        parts.append(f"{word} of ours, by more than the error of draws: {worlds or 'none'}.")
    refused = table[(table["estimator"] == OURS) & (table["refused"] > 0.5)]["world"]
    parts.append(f"Ours refuses more often than not: {'; '.join(refused) or 'nowhere'}.")
    return "\n\n".join(parts)


def _state(row: pd.Series) -> int:
    """0 inside the goal, 1 outside by less than the error of draws, 2 outside."""
    error = _error(row["given"])
    beyond = max(GOAL[0] - row["coverage"], row["coverage"] - GOAL[1])
    return 0 if beyond <= 1e-9 else 1 if beyond <= error else 2


def _error(n: float) -> float:
    return 2 * float(np.sqrt(0.95 * 0.05 / max(n, 1)))


def _cells(own: pd.DataFrame, cell: object) -> str:
    """A table of one family: a row a world, a column an estimator."""
    names = list(dict.fromkeys(own["estimator"]))
    lines = [_line([own["family"].iloc[0], *names]), _line(["---"] * (len(names) + 1))]
    for world, rows in own.groupby("name", sort=False):
        rows = rows.set_index("estimator")
        lines.append(_line([world, *(cell(rows.loc[name]) if name in rows.index else "" for name in names)]))
    return "\n".join(lines)


def _cover(row: pd.Series) -> str:
    if row["refused"] > 0.995:
        return "refused"
    mark = ("", "*", "**")[_state(row)]
    beside = f" (refused {_share(row['refused'])})" if row["refused"] > 0.0005 else ""
    return f"{mark}{_share(row['coverage'])}{mark}{beside}"


def _called(row: pd.Series) -> str:
    clear = "–" if row["family"] == "One outlet alone" else _share(row["clear"])
    any_word = f", any {_share(row['called'])}" if row["family"] == "Words" and not row["planted"] else ""
    width = "–" if np.isnan(row["width"]) else f"{row['width']:.2f}"
    return f"{clear}{any_word} ({width})"


def _share(value: float) -> str:
    return "–" if np.isnan(value) else "1.000" if value >= 0.9995 else f"{value:.3f}"[1:]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
