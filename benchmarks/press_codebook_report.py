"""`press_codebook.md` from the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import sqrt

import pandas as pd

from helpers.frames.codebook import Codebook

FIRST = {"en": 420, "ko": 330}  # signs of an item that the reader read; the evening news was read whole
NAMES = {"en": "English", "ko": "Korean", "zh": "Chinese"}
Z = 1.959964
INTRO = """# Headlines and the codebook's indicators

`COVERAGE_DATA=<folder> python benchmarks/press_codebook.py`, {today}. Items that name both states: {sizes}.
English: headline and standfirst, June 2022 to March 2026, mostly 2023; Korean: the same of two newsrooms in Seoul, June
2025 to March 2026; Chinese: paragraphs of China Central Television's evening news, October 2022 to August 2026.
Identical texts count once. Nothing here is by outlet: it was read only to make an item's key.

**What the judgements are.** One machine reader (a language model) wrote the indicators, trying them on the *tuning*
half (by a hash of the address), then coded every item of the *other* half for the {frames} issue frames before any
indicator was run on it; the indicators were not changed afterwards. It read the first {en} signs of an English and {ko}
of a Korean item, and indicators are judged on the same. It did not see the outlet's name beside an item, but some items
name their outlet in their text. It is one reader, no person, and had written the rules that it judges: these figures
are a check by a machine, `model-coded`; people would find them lower, and they are no validity. Before a claim is made
on a frame, people code a sample (06-validate). Codes: `press_codebook.csv`, items by a hash, no text."""
OFTEN = """## How often each frame fires

Passages in which at least one indicator of the frame fires, whole text, both halves. English is of many newsrooms and
mostly of 2023, Korean of two and of 2025: the columns are no comparison of countries."""
JUDGED = """## Beside what the machine reader coded

*coded*: passages of the other half in which the reader saw the frame; *fired*: in which an indicator fired; precision:
of those that fired, coded; recall: of those coded, fired; Wilson's 95 % interval in brackets. A share of fewer than ten
is given as a count only. *extended*: the same of official-voices, whose indicators were written for statements of
governments; "–" where the frame is not in it."""
CHINESE = """## Chinese

{n} paragraphs of {items} items name both states, which is all there is in four years: the reader coded both halves, and
no rate is given. Coded and fired: {pairs}. The other {silent} issue frames were coded in none; they fired in {false}.
One paragraph is on another matter: 朝俄, an alias of both states, stands by chance in "towards Russia's border"."""
EACH = """## Which indicators fire

All {total} with the passages in which they fire, by half, in `press_codebook_indicators.csv`. {rows}

Korean and Chinese indicators that fire, passages of both halves:

{table}"""


def page(
    *, both: pd.DataFrame, labels: pd.DataFrame, books: Mapping[str, Codebook], fired: Mapping[str, pd.DataFrame],
    read: Mapping[str, pd.DataFrame], indicators: pd.DataFrame,
) -> str:  # fmt: skip
    """The whole page."""
    issue = [code for code, frame in books["press"].frames.items() if frame.tier == "issue"]
    halves = both.groupby(["language", "half"]).size().unstack()
    sizes = "; ".join(
        f"{NAMES[language]} {row.sum()} (tuning {row['tuning']}, other {row['other']})"
        for language, row in halves.iterrows()
    )
    parts = [
        INTRO.format(today=date.today(), sizes=sizes, frames=len(issue), **FIRST),
        OFTEN, _often(both, books["press"], fired["press"]),
        JUDGED, *(_judged(labels, issue, read, books, language) for language in FIRST),
        _chinese(both, labels, issue, read["press"]), _each(indicators),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _often(both: pd.DataFrame, book: Codebook, fired: pd.DataFrame) -> str:
    n = both.groupby("language").size()
    hits = fired.drop_duplicates(["item", "position", "frame"]).groupby(["frame", "language"]).size()
    rows = []
    for code, frame in book.frames.items():
        cells = [hits.get((code, language), 0) for language in NAMES]
        shares = [f"{hit} ({hit / n[language]:.0%})" for hit, language in zip(cells, NAMES, strict=True)]
        rows.append([frame.name, frame.tier, *shares])
    return _table(["frame", "tier", *(f"{name} (n = {n[language]})" for language, name in NAMES.items())], rows)


def _judged(
    labels: pd.DataFrame,
    issue: list[str],
    read: Mapping[str, pd.DataFrame],
    books: Mapping[str, Codebook],
    language: str,
) -> str:
    coded = labels[labels["language"] == language]
    items = coded["item"]
    rows = []
    for code in issue:
        seen = set(items[coded["frames"].str.split().map(lambda frames, code=code: code in frames)])
        cells = [str(len(seen))]
        for name, hits in read.items():
            if code not in books[name].frames:
                cells += ["–", "–"] if name != "press" else ["–", "–", "–"]
                continue
            found = set(hits.loc[(hits["frame"] == code) & hits["item"].isin(items), "item"])
            both = len(seen & found)
            cells += [str(len(found))] if name == "press" else []
            cells += [share(both, len(found)), share(both, len(seen))]
        rows.append([books["press"].frames[code].name, *cells])
    head = ["frame", "coded", "fired", "precision", "recall", "precision, extended", "recall, extended"]
    return f"**{NAMES[language]}**, {len(coded)} items\n\n" + _table(head, rows)


def share(hits: int, of: int) -> str:
    """A share with Wilson's interval; of fewer than ten, the count alone.

    >>> share(8, 10)
    '.80 [.49, .94]'
    >>> share(3, 4)
    '3 of 4'
    """
    if of < 10:
        return f"{hits} of {of}"
    centre = (hits + Z**2 / 2) / (of + Z**2)
    half = Z / (of + Z**2) * sqrt(hits * (of - hits) / of + Z**2 / 4)
    figures = (f"{value:.2f}".removeprefix("0") for value in (hits / of, centre - half, min(1.0, centre + half)))
    return "{} [{}, {}]".format(*figures)


def _chinese(both: pd.DataFrame, labels: pd.DataFrame, issue: list[str], read: pd.DataFrame) -> str:
    here = both[both["language"] == "zh"]
    coded = labels.loc[labels["language"] == "zh", "frames"].str.split().explode().value_counts()
    hits = read[read["language"] == "zh"].drop_duplicates(["item", "position", "frame"])["frame"].value_counts()
    pairs = "; ".join(f"{code} {coded[code]} and {hits.get(code, 0)}" for code in issue if code in coded)
    silent = [code for code in issue if code not in coded]
    size = {"n": len(here), "items": here["item"].nunique(), "silent": len(silent)}
    return CHINESE.format(**size, pairs=pairs, false=sum(int(hits.get(code, 0)) for code in silent))


def _each(indicators: pd.DataFrame) -> str:
    total = indicators.assign(all=indicators["tuning"] + indicators["other"])
    rows = " ".join(
        f"{NAMES[language]}: {len(some)}, of which {int((some['all'] == 0).sum())} never fire."
        for language, some in total.groupby("language", sort=False)
    )
    shown = total[(total["language"] != "en") & (total["all"] > 0)]
    lines = []
    for (language, frame), some in shown.groupby(["language", "frame"], sort=False):
        often = some.sort_values("all", ascending=False, kind="stable")
        lines.append([NAMES[language], frame, ", ".join(f"{one.indicator} {one.all}" for one in often.itertuples())])
    listed = _table(["language", "frame", "indicator and passages"], lines)
    return EACH.format(total=len(total), rows=rows, table=listed)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
