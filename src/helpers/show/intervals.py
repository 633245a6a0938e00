"""A column of estimates with intervals, drawn as dots and bars on one scale; the numbers stand beside them.

An interval is written in one way in this house, ``+20.0 (10.0 to 30.0)``, in ``[…, …]`` where it is of a score; a
column in which half of the cells or more read so is drawn.  What is written stays as text: the drawing is for eyes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 92, 12, 4  # of a drawing, in pixels; room at its ends for half a dot
_NUMBER = r"[+−-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_INTERVAL = re.compile(
    rf"(?P<point>{_NUMBER})(?P<unit>[ \u00a0]?%)? ?[(\[](?P<low>{_NUMBER})(?:[ \u00a0]?%)?(?: to |, | – )"
    rf"(?P<high>{_NUMBER})(?:[ \u00a0]?%)?[)\]](?P<rest>.*)"
)
_OPEN = re.compile(rf"(?P<point>{_NUMBER})(?P<unit>[ \u00a0]?%)? \([^)]*\)(?P<rest>.*)")
MOST_TIMES = 50.0  # and its inverse: where a scale of ratios ends
FEWEST = 0.5  # share of cells with an interval, from which a column is drawn


@dataclass(frozen=True)
class Interval:
    """One estimate with its limits, which may be unknown, as it was written."""

    point: float
    low: float
    high: float
    text: str

    @property
    def signed(self) -> bool:
        """Whether it was written with a sign, as differences are."""
        return self.text[:1] in "+−-" or "(−" in self.text


@dataclass(frozen=True)
class Scale:
    """From a number to a place in the drawing; `mark` is where there is no difference, if that is on it."""

    low: float
    high: float
    ratio: bool
    mark: float | None

    def place(self, value: float) -> float:
        """Pixels from the left, inside the drawing.

        >>> Scale(-10, 10, ratio=False, mark=0).place(0)
        46.0
        """
        low, high = self.low, self.high
        if self.ratio:
            low, high, value = math.log(low), math.log(high), math.log(max(value, 1e-9))
        part = (value - low) / (high - low) if high > low else 0.5
        return round(EDGE + (WIDTH - 2 * EDGE) * min(max(part, 0.0), 1.0), 1)


def read(text: str) -> Interval | None:
    """The interval that a cell holds, or None.

    >>> read("−0.5 (−1.2 to 3); n = 9").low, read("30 [21, 39] %").high, read("5 of 9")
    (-1.2, 39.0, None)
    >>> read("2.0 (no interval)").low
    nan
    """
    if match := _INTERVAL.fullmatch(text):
        return Interval(*(_number(match[name]) for name in ("point", "low", "high")), text)
    if match := _OPEN.fullmatch(text):
        return Interval(_number(match["point"]), math.nan, math.nan, text)
    if re.fullmatch(_NUMBER, text):
        return Interval(_number(text), math.nan, math.nan, text)
    return None


def column(cells: Sequence[str]) -> list[Interval | None] | None:
    """The intervals of a column, or None where it is no column of intervals.

    >>> column(["0.1 (0 to 1)", "–", "0.2 (no interval)"])[1] is None, column(["0.1 (0 to 1)", "yes", "no"]) is None
    (True, True)
    """
    intervals = [read(cell) for cell in cells]
    bounded = sum(one is not None and not math.isnan(one.low) for one in intervals)
    return intervals if bounded and bounded >= FEWEST * sum(cell[:1] not in ("", "–") for cell in cells) else None


def scale(intervals: Sequence[Interval | None], *, ratio: bool = False) -> Scale:
    """One scale for a column: from zero, or as far to both sides of it as needed; of ratios in steps of times.

    >>> scale([Interval(1, 0.5, 2, "1 (0.5 to 2)")])
    Scale(low=0.0, high=2, ratio=False, mark=None)
    """
    values = [v for one in intervals if one for v in (one.point, one.low, one.high) if math.isfinite(v)]
    if ratio:
        ends = [min(max(value, 1 / MOST_TIMES), MOST_TIMES) for value in values]
        return Scale(min(*ends, 1.0), max(*ends, 1.0), True, 1.0)
    low, high = min(*values, 0.0), max(*values, 0.0)
    return Scale(low, high, False, 0.0 if any(one and one.signed for one in intervals) else None)


def drawing(interval: Interval | None, on: Scale) -> str:
    """A bar from limit to limit and a dot, as SVG of the colour of the text; of nothing, the room that it takes.

    >>> drawing(Interval(1, 0, 2, "1 (0 to 2)"), Scale(0, 2, False, None)).count("<circle")
    1
    """
    parts = []
    if on.mark is not None:
        parts.append(f'<path d="M{on.place(on.mark)} 0V{HEIGHT}" stroke-opacity=".45"/>')
    if interval is None:
        parts = []
    elif math.isfinite(interval.low) and math.isfinite(interval.high):
        bar = f"M{on.place(interval.low)} {HEIGHT // 2}H{on.place(interval.high)}"
        parts.append(f'<path d="{bar}" stroke-width="2" stroke-opacity=".6"/>')
        parts.append(f'<circle cx="{on.place(interval.point)}" cy="{HEIGHT // 2}" r="3" fill="currentColor"/>')
    else:
        parts.append(f'<circle cx="{on.place(interval.point)}" cy="{HEIGHT // 2}" r="2.5" fill="none"/>')
    return (
        f'<svg class="dot" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true" '
        f'stroke="currentColor">{"".join(parts)}</svg>'
    )


def axis(on: Scale) -> str:
    """The ends of a scale, to stand in the head of its column.

    >>> axis(Scale(-10, 5, False, 0.0))
    '<span class="axis" aria-hidden="true"><span>−10</span><span>5</span></span>'
    """
    low, high = (f"{value:.3g}".replace("-", "−") for value in (on.low, on.high))
    return f'<span class="axis" aria-hidden="true"><span>{low}</span><span>{high}</span></span>'


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))
