"""Numbers as a reader meets them in a sentence: counts, shares, intervals, spans, findings.

Every figure in a notebook's prose passes through here, so that rounding and wording are decided once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from IPython.display import Markdown, display

from helpers.show import markup

MINUS = "\u2212"
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def say(*sentences: str) -> None:
    """Show sentences whose numbers were computed: a paragraph, or a list where they begin with ``- ``.

    A sentence may quote what was scraped: marks are few, and none of them links, loads or computes
    (`helpers.show.markup`).
    """
    shown = f'<div class="said {markup.NO_FORMULA}">\n{markup.as_html(sentences)}\n</div>'
    data = {"text/html": shown, "text/markdown": markup.as_markdown(sentences), "text/plain": markup.as_text(sentences)}
    display(data, raw=True)


def yaml_lines(lines: str) -> None:
    """Show lines that can be copied to a study's file."""
    display(Markdown(f"```yaml\n{lines.replace('```', '')}\n```"))


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    >>> count(1204, "article"), count(1, "copy", "copies"), count(0, "copy", "copies")
    ('1,204 articles', '1 copy', '0 copies')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def share(value: float) -> str:
    """A share as a percentage; two digits that mean something.

    >>> share(0.344), share(0.004), share(0.0), share(float("nan"))
    ('34 %', '0.4 %', '0 %', 'unknown')
    """
    if math.isnan(value):
        return "unknown"
    percent = 100 * value
    return f"{percent:.1f} %" if 0 < abs(percent) < 1 else f"{percent:.0f} %"


def points(value: float, *, sign: bool = True) -> str:
    """A difference of shares in percentage points.

    >>> points(0.123), points(-0.05), points(0.05, sign=False)
    ('+12.3 points', '\u22125.0 points', '5.0 points')
    """
    size = f"{100 * abs(value):.1f} points"
    return (("+" if value >= 0 else MINUS) if sign else "") + size


def chance(p: float) -> str:
    """A p or q value.

    >>> chance(0.0004), chance(0.031), chance(0.5), chance(float("nan"))
    ('< .001', '.031', '.50', '–')
    """
    if math.isnan(p):
        return "–"
    if p < 0.001:
        return "< .001"
    return f"{p:.3f}"[1:] if p < 0.1 else f"{p:.2f}".removeprefix("0")


def span(published: pd.Series) -> str:
    """First and last day of a series of times.

    >>> span(pd.Series(pd.to_datetime(["2024-01-05T10:00Z", "2022-12-31T23:00Z", None])))
    '31 Dec 2022 – 5 Jan 2024'
    """
    known = published.dropna()
    if known.empty:
        return "no dated item"
    return f"{day(known.min())} – {day(known.max())}"


def day(when: pd.Timestamp) -> str:
    """A day: 5 Jan 2024.

    >>> day(pd.Timestamp("2024-01-05"))
    '5 Jan 2024'
    """
    return f"{when.day} {when:%b %Y}"


def listing(names: Iterable[str]) -> str:
    """Names joined as in a sentence.

    >>> listing(["KCNA"]), listing(["a", "b", "c"]), listing([])
    ('KCNA', 'a, b and c', 'none')
    """
    names = list(names)
    if not names:
        return "none"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def one_in(value: float) -> str:
    """A share as a reader says it, where it is small enough to be said so.

    >>> one_in(0.34), one_in(0.052), one_in(0.7), one_in(0.0)
    ('one in three', 'one in 19', '70 %', 'none')
    """
    if value == 0:
        return "none"
    if math.isnan(value) or value > 0.5:
        return share(value)
    n = round(1 / value)
    return f"one in {dict(enumerate(NUMBERS)).get(n, f'{n:,}')}"


def direction(low: float, high: float, *, more: str = "more", less: str = "less") -> str:
    """What an interval of a difference says in a word; empty where it crosses zero or is not known.

    >>> direction(0.1, 0.3), direction(-0.3, -0.1, less="rarer"), direction(-0.1, 0.3)
    ('more', 'rarer', '')
    """
    return more if low > 0 else less if high < 0 else ""


def finding(row: pd.Series, *, rests: str = "") -> str:
    """One difference told by rule: a direction only when its interval is clear of zero.

    An interval that crosses zero is told as the largest difference it leaves possible; a refusal as its reason.

    Parameters
    ----------
    row : Series
        A row of `estimates`: ``measure_name``, ``group_name``, ``reference_name``, ``estimate``, ``low``, ``high``,
        ``level``, ``n_articles``, ``note``.
    rests : str
        What else a reader needs to weigh it, such as the share of copies.

    >>> row = pd.Series({"measure_name": "Alliance", "group_name": "KCNA", "reference_name": "the White House",
    ...                  "estimate": 0.2, "low": 0.1, "high": 0.3, "level": 0.95, "n_articles": 90, "note": ""})
    >>> finding(row)
    'Alliance: KCNA +20.0 points beside the White House (95 % interval 10.0 to 30.0; 90 articles).'
    >>> finding(pd.concat([row.drop("low"), pd.Series({"low": -0.1})]))
    'Alliance: no difference between KCNA and the White House larger than 30.0 points either way (90 articles).'
    """
    measure, group, reference = row["measure_name"], row["group_name"], row["reference_name"]
    if math.isnan(row["low"]):
        return f"{measure}: {group} beside {reference}: no interval ({row['note'] or 'refused'})."
    n = "; ".join(filter(None, [count(int(row["n_articles"]), "article"), rests]))
    if row["low"] <= 0 <= row["high"]:
        most = points(max(abs(row["low"]), abs(row["high"])), sign=False)
        return f"{measure}: no difference between {group} and {reference} larger than {most} either way ({n})."
    low, high = (f"{MINUS if v < 0 else ''}{100 * abs(v):.1f}" for v in (row["low"], row["high"]))
    level = f"{100 * row['level']:.0f} % interval {low} to {high}"
    return f"{measure}: {group} {points(row['estimate'])} beside {reference} ({level}; {n})."
