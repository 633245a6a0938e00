"""Numbers as a reader meets them in a sentence: counts, shares, intervals, spans, findings.

Every figure in a notebook's prose passes through here, so that rounding and wording are decided once.
"""

from __future__ import annotations

import math

import pandas as pd

MINUS = "\u2212"


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


def listing(names: list[str]) -> str:
    """Names joined as in a sentence.

    >>> listing(["KCNA"]), listing(["a", "b", "c"]), listing([])
    ('KCNA', 'a, b and c', 'none')
    """
    if not names:
        return "none"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def finding(row: pd.Series, *, measure: str, group: str, reference: str, rests: str = "") -> str:
    """One difference told by rule: a direction only when its interval is clear of zero.

    An interval that crosses zero is told as the largest difference it leaves possible; a refusal as its reason.
    `rests` is what else a reader needs to weigh it, such as the share of copies.

    >>> row = pd.Series({"estimate": 0.2, "low": 0.1, "high": 0.3, "level": 0.95, "n_articles": 90, "note": ""})
    >>> finding(row, measure="Alliance", group="KCNA", reference="the White House")
    'Alliance: KCNA +20.0 points beside the White House (95 % interval 10.0 to 30.0; 90 articles).'
    >>> crossing = pd.concat([row.drop("low"), pd.Series({"low": -0.1})])
    >>> finding(crossing, measure="Alliance", group="KCNA", reference="the White House")
    'Alliance: no difference between KCNA and the White House larger than 30.0 points either way (90 articles).'
    """
    if math.isnan(row["low"]):
        return f"{measure}: {group} beside {reference}: no interval ({row['note'] or 'refused'})."
    n = "; ".join(filter(None, [count(int(row["n_articles"]), "article"), rests]))
    if row["low"] <= 0 <= row["high"]:
        most = points(max(abs(row["low"]), abs(row["high"])), sign=False)
        return f"{measure}: no difference between {group} and {reference} larger than {most} either way ({n})."
    low, high = (f"{MINUS if v < 0 else ''}{100 * abs(v):.1f}" for v in (row["low"], row["high"]))
    level = f"{100 * row['level']:.0f} % interval {low} to {high}"
    return f"{measure}: {group} {points(row['estimate'])} beside {reference} ({level}; {n})."
