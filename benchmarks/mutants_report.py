"""The page of the mutants: how many a test saw, by room, module and operator, and which lived."""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("mutants_equivalent.csv")
OUTCOMES = ["killed", "timed out", "not covered", "survived"]


def equivalent() -> dict[tuple[str, ...], str]:
    """Mutants that change nothing a caller could see, with the reason, as they were read."""
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {tuple(row[:5]): row[5] for row in csv.reader(file)}


def page(
    rows: list[tuple[str, ...]],
    first: dict[tuple[str, ...], str],
    sizes: dict[str, int],
    rooms: dict[str, str],
    about: str,
    budget: str,
) -> str:
    """The page of results: rows of (module, function, place, operator, change, outcome), and first outcomes.

    What lived was read and tests were mended, so that the share of a sample that is dead now says too much of the rest;
    how many were dead when they were first tried, does not.
    """
    alike = equivalent()
    judged = [row for row in rows if row[:5] not in alike]
    room_of = {folder: room for room, folder in rooms.items()}
    named = {row: room_of[row[0].split("/")[0]] for row in judged}
    lines = ["# Do the tests bite?", "", "```", about.strip(), "```", "", budget, "", "## By room", ""]
    extra = {"dead when first tried": {}, "mutants there are": {}, "± at 95 %": {}, "equivalent": {}}
    for room, folder in rooms.items():
        mine = [row for row in judged if named[row] == room]
        dead = [first[row[:5]] in OUTCOMES[:2] for row in mine]
        extra["dead when first tried"][room] = f"{100 * sum(dead) / max(len(dead), 1):.0f} %"
        extra["mutants there are"][room] = str(sizes[room])
        extra["± at 95 %"][room] = margin([(*row[:5], first[row[:5]]) for row in mine], sizes[room])
        extra["equivalent"][room] = str(sum(row[0].split("/")[0] == folder and row[:5] in alike for row in rows))
    lines += [
        "A sample, of which those that lived were read and tests mended: of mutants that nobody has tried, about as",
        "many are dead as were when first tried, give or take the margin.",
        "",
    ]
    lines += table("room", [(named[row], row[5]) for row in judged], extra)
    lines += ["", "## By operator", "", *table("operator", [(row[3], row[5]) for row in judged])]
    lines += ["", "## By module", "", *table("module", [(row[0], row[5]) for row in judged])]
    lines += ["", "## Equivalent", "", "Counted apart: no caller can see them.", ""]
    known = {row[:5] for row in rows}
    lines += [f"- `{key[0]}` `{key[1]}`, {key[3]} ({key[4]}): {why}" for key, why in alike.items() if key in known]
    return "\n".join(lines) + "\n"


def margin(rows: list[tuple[str, ...]], size: int) -> str:
    """Half the width of the 95 % interval of a share, of a sample without replacement, in points."""
    if not rows or len(rows) >= size:
        return "all"
    n = len(rows) + 4  # Agresti & Coull (1998): of a few that are all dead the margin is not 0
    share = (sum(row[5] in OUTCOMES[:2] for row in rows) + 2) / n
    return f"{196 * sqrt(share * (1 - share) / n * (size - len(rows)) / (size - 1)):.0f}"


def table(name: str, rows: list[tuple[str, str]], extra: dict[str, dict[str, str]] | None = None) -> list[str]:
    """Counts of outcomes by name, worst share last, and all together.

    >>> table("room", [("a", "killed"), ("a", "survived")])[2]
    '| a | 2 | 1 | 0 | 0 | 1 | 50 % |'
    """
    extra = extra or {}
    lines = [f"| {name} | tried | " + " | ".join([*OUTCOMES, "dead", *extra]) + " |"]
    lines.append("|---" * (len(OUTCOMES) + len(extra) + 3) + "|")
    by = {key: [outcome for named, outcome in rows if named == key] for key, _ in rows}
    shares = {key: sum(one in OUTCOMES[:2] for one in mine) / len(mine) for key, mine in by.items()}
    every = [outcome for _, outcome in rows]
    for key in [*sorted(by, key=lambda key: (-shares[key], key)), "all"]:
        mine = by.get(key, every)
        dead = f"{100 * sum(one in OUTCOMES[:2] for one in mine) / max(len(mine), 1):.0f} %"
        cells = [key, str(len(mine)), *(str(mine.count(one)) for one in OUTCOMES), dead]
        lines.append("| " + " | ".join([*cells, *(column.get(key, "") for column in extra.values())]) + " |")
    return lines
