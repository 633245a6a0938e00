"""Numbers as a reader meets them in a sentence: counts, shares, intervals, spans, findings.

Every figure in a notebook's prose passes through here, so that rounding and wording are decided once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import pandas as pd
from IPython.display import Markdown, display

from helpers.show import markup

MINUS = "\u2212"
NBSP = "\u00a0"  # between a number and its unit, which belong on one line
UNIT = re.compile(r"(\d) (?=%|points?\b)")
EQUALS = re.compile(r"\b([pqn]) ([=<]) (?=[\d.])")
KINDS = (" (indicator)", " (classifier)", " (topic)")  # after a measure's name; said once on a page, not in each line
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
    """A share as a percentage; two digits that mean something, and no break before the sign.

    >>> share(0.344), share(0.004), share(0.0), share(float("nan"))
    ('34\\xa0%', '0.4\\xa0%', '0\\xa0%', 'unknown')
    """
    if math.isnan(value):
        return "unknown"
    percent = 100 * value
    return f"{percent:.1f}{NBSP}%" if 0 < abs(percent) < 1 else f"{percent:.0f}{NBSP}%"


def points(value: float, *, sign: bool = True) -> str:
    """A difference of shares in percentage points.

    >>> points(0.123), points(-0.05), points(0.05, sign=False)
    ('+12.3\\xa0points', '\u22125.0\\xa0points', '5.0\\xa0points')
    """
    size = f"{100 * abs(value):.1f}{NBSP}points"
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


def unbroken(text: str) -> str:
    """A text whose numbers stay on one line with their unit.

    >>> unbroken("thinned to 84 % of the words; p = .03; 5 points")
    'thinned to 84\\xa0% of the words; p\\xa0=\\xa0.03; 5\\xa0points'
    """
    return EQUALS.sub(rf"\1{NBSP}\2{NBSP}", UNIT.sub(rf"\1{NBSP}", text))


def interval(low: float, high: float, *, scale: float = 100, digits: int = 1) -> str:
    """Both ends of an interval of a difference, as they are; in points, or with ``scale=1`` in its own unit.

    >>> interval(-0.191, 0.015), interval(0.05, 0.63, scale=1, digits=2)
    ('\u221219.1 to +1.5', '+0.05 to +0.63')
    """
    ends = (f"{scale * end:+.{digits}f}" for end in (low, high))
    return " to ".join("0" if not end.strip("+-0.") else end.replace("-", MINUS) for end in ends)


def about(name: str) -> str:
    """What a measure is about, without what kind of measure it is.

    >>> about("Alliance and treaty (indicator)"), about("topic of \u2018grain, port\u2019")
    ('Alliance and treaty', 'topic of \u2018grain, port\u2019')
    """
    for kind in KINDS:
        name = name.removesuffix(kind)
    return name


def capital(sentence: str) -> str:
    """A sentence with a capital at its beginning.

    >>> capital("outlets in Qatar say less"), capital("KCNA")
    ('Outlets in Qatar say less', 'KCNA')
    """
    return sentence[:1].upper() + sentence[1:]


def span(published: pd.Series) -> str:
    """First and last day of a series of times.

    >>> span(pd.Series(pd.to_datetime(["2024-01-05T10:00Z", "2022-12-31T23:00Z", None])))
    '31\\xa0Dec\\xa02022 – 5\\xa0Jan\\xa02024'
    """
    known = published.dropna()
    if known.empty:
        return "no dated item"
    return f"{day(known.min())} – {day(known.max())}"


def day(when: pd.Timestamp) -> str:
    """A day: 5 Jan 2024, in one line.

    >>> day(pd.Timestamp("2024-01-05"))
    '5\\xa0Jan\\xa02024'
    """
    return f"{when.day}{NBSP}{when:%b}{NBSP}{when:%Y}"


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
    ('one in three', 'one in 19', '70\\xa0%', 'none')
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


def levels(row: pd.Series) -> tuple[float, float] | None:
    """The two levels whose difference a row of `estimates` is, from the difference and the ratio; None where unknown.

    A side that is all 0 has no ratio: the difference is then the other side's level.

    >>> levels(pd.Series({"estimate": 0.2, "ratio": 3.0, "note": ""}))
    (0.3, 0.1)
    >>> levels(pd.Series({"estimate": -0.2, "ratio": None, "note": "one side is all 0; 70 arrangements, all"}))
    (0.0, 0.2)
    >>> levels(pd.Series({"estimate": 0.2, "ratio": None, "note": ""}))
    """
    difference, ratio = row["estimate"], row["ratio"]
    if pd.notna(ratio) and abs(ratio - 1) > 1e-6:
        second = difference / (ratio - 1)
        return round(second * ratio, 12), round(second, 12)
    if "side is all 0" in row["note"] or "sides are all 0" in row["note"]:
        return max(float(difference), 0.0), max(float(-difference), 0.0)
    return None


def finding(row: pd.Series, *, item: str = "article", also: str = "") -> str:
    """One difference by rule: both levels, which is higher where that is clear of zero, and the interval as it is.

    Parameters
    ----------
    row : Series
        A row of `estimates`: ``measure_name``, ``group_name``, ``reference_name``, ``estimate``, ``ratio``, ``low``,
        ``high``, ``n_group``, ``n_reference``, ``note``.
    item : str
        What is counted on both sides.
    also : str
        What else a reader needs to weigh it, such as that no plan named it.

    >>> row = pd.Series({"measure_name": "Alliance (indicator)", "group_name": "KCNA", "reference_name": "TASS",
    ...                  "estimate": 0.2, "low": 0.1, "high": 0.3, "ratio": 3.0, "n_group": 60, "n_reference": 1030,
    ...                  "note": ""})
    >>> finding(row).replace(NBSP, " ")
    'Alliance: more at KCNA, 30 % against 10 % at TASS (difference +10.0 to +30.0 points; 60 and 1,030 articles).'
    >>> finding(pd.concat([row.drop("low"), pd.Series({"low": -0.1})])).replace(NBSP, " ")
    'Alliance: cannot tell; 30 % at KCNA, 10 % at TASS (difference \u221210.0 to +30.0 points; 60 and 1,030 articles).'
    """
    measure, one, two = capital(about(row["measure_name"])), row["group_name"], row["reference_name"]
    n = f"{row['n_group']:,.0f} and {row['n_reference']:,.0f} {item}s"
    if math.isnan(row["low"]):
        return f"{measure}: {one} and {two} cannot be compared, {row['note'] or 'too few to tell'} ({n})."
    gap = f"difference {interval(row['low'], row['high'])}{NBSP}points"
    rests = "; ".join(filter(None, [gap, n, also]))
    way, both = direction(row["low"], row["high"], less="less"), levels(row)
    if both is None:
        return f"{measure}: {f'{way} at {one} than at {two}' if way else f'cannot tell {one} from {two}'} ({rests})."
    first, second = map(share, both)
    if not way:
        return f"{measure}: cannot tell; {first} at {one}, {second} at {two} ({rests})."
    return f"{measure}: {way} at {one}, {first} against {second} at {two} ({rests})."
