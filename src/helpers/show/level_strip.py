"""Two levels as dots with intervals on one axis: a picture small enough for a card, of HTML and inline SVG.

Places are percentages of the width, so that it neither shrinks its letters on a phone nor needs a second drawing.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from helpers.show.card_words import level_text
from helpers.show.foreign import foreign

NICE = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
FROM, TO = 2.0, 96.0  # percent of the width: an axis from 0 to the end of its scale
SIDE = tuple[str, float, float, float]


def level_strip(sides: Sequence[SIDE], *, unit: str, alt: str) -> str:
    """Levels below one another, each with its name and value.

    Parameters
    ----------
    sides : sequence of (name, level, low, high)
        Limits are nan where there are none.
    unit : {"share", "feed", "a day"}
    alt : str
        What the picture tells.

    >>> nan = float("nan")
    >>> strip = level_strip([("A", 0.3, 0.2, 0.5), ("B", 0.0, nan, nan)], unit="share", alt="A more than B")
    >>> strip.count("<circle"), strip.count('class="limits"'), 'aria-label="A more than B"' in strip
    (2, 1, True)
    """
    highest = max([value for _, *values in sides for value in values if value == value], default=0.0)
    end = next((nice for nice in NICE if nice >= highest), highest) if unit != "a day" else max(highest * 1.1, 1e-9)
    rows = "".join(_row(side, end, unit, first=place == 0) for place, side in enumerate(sides))
    scale = f'<p class="scale"><span>0</span><span>{level_text(end, unit)}</span></p>'
    return f'<div class="strip" role="img" aria-label="{html.escape(alt)}">{rows}{scale}</div>'


def _row(side: SIDE, end: float, unit: str, *, first: bool) -> str:
    name, level, low, high = side
    ends = ""
    if low == low:
        where = f'x1="{_at(low, end)}" x2="{_at(high, end)}" y1="9" y2="9"'
        ends = f'<line class="limits" {where} stroke="currentColor" stroke-width="2"/>'
    dot = 'fill="currentColor"' if first else 'fill="var(--paper, Canvas)"'
    return (
        f'<p class="side"><span>{foreign(name)}</span> <b>{level_text(level, unit)}</b></p>'
        f'<svg width="100%" height="18" aria-hidden="true" style="display:block;overflow:visible">'
        f'<line x1="{FROM:g}%" x2="{TO:g}%" y1="9" y2="9" stroke="currentColor" stroke-opacity=".25"/>{ends}'
        f'<circle cx="{_at(level, end)}" cy="9" r="5.5" stroke="currentColor" stroke-width="2" {dot}/></svg>'
    )


def _at(value: float, end: float) -> str:
    """A place on the axis."""
    return f"{FROM + (TO - FROM) * min(max(value / end, 0.0), 1.0):.2f}%"
