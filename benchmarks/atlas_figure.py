"""The atlas as small multiples: an SVG that is text, readable in light and dark and in grey."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
from atlas_rivals import OURS

ROW, HEAD, LABEL, GAP, MARGIN = 16, 62, 236, 26, 16  # pixels
STYLE = """svg { --paper: #ffffff; --ink: #1f2328; --soft: #6e7781; --rule: #d8dee4; --goal: #dff0e4; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --rule: #30363d; --goal: #17351f; } }
text { font: 11px "DejaVu Sans", Arial, sans-serif; fill: var(--ink); } .soft { fill: var(--soft); font-size: 10px; }
.family { font-size: 13px; font-weight: bold; } .title { font-size: 17px; font-weight: bold; }
.rule { stroke: var(--rule); stroke-width: 1; } .line { stroke: var(--soft); stroke-dasharray: 2 2; }
.goal { fill: var(--goal); } .ours { fill: var(--ink); stroke: none; } path { stroke-width: 1.5; fill: none; }"""
# an estimator's colour (Okabe & Ito, readable on both grounds) and shape
MARKS = {
    "ours": ("var(--ink)", "dot"),
    "ours, weeks independent": ("#0072b2", "circle"),
    "ours, within month": ("#009e73", "circle"),
    "ours, these outlets": ("#0072b2", "circle"),
    "ours, weeks permuted": ("#0072b2", "circle"),
    "ours, four weeks permuted": ("#009e73", "circle"),
    "OLS, i.i.d.": ("#d55e00", "cross"),
    "CR1 by week": ("#e69f00", "square"),
    "CR1 by outlet": ("#cc79a7", "triangle"),
    "composition, i.i.d.": ("#cc79a7", "diamond"),
    "DSL, i.i.d.": ("#cc79a7", "diamond"),
    "DSL, by week": ("#009e73", "triangle"),
    "classifier alone, i.i.d.": ("#d55e00", "cross"),
    "codes alone, i.i.d.": ("#e69f00", "square"),
    "Fightin' Words": ("#d55e00", "diamond"),
}
SHAPES = {
    "circle": "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0",
    "cross": "M-3 -3L3 3M-3 3L3 -3",
    "square": "M-2.8 -2.8h5.6v5.6h-5.6z",
    "triangle": "M0 -3.6L3.4 2.6L-3.4 2.6z",
    "diamond": "M0 -3.8L3.8 0L0 3.8L-3.8 0z",
}
PANELS = {  # column: heading, pixels, ends, ticks, where a line of reference stands
    "coverage": ("coverage (shaded: .93 to .97)", 230, (0.5, 0.999), (0.5, 0.8, 0.9, 0.95, 0.99), None),
    "clear": ("called different (line: .05)", 160, (0.0, 1.0), (0.05, 0.5, 1.0), 0.05),
    "width": ("width (1: as the estimate varies)", 190, (0.25, 4.0), (0.25, 0.5, 1.0, 2.0, 4.0), 1.0),
    "refused": ("refused", 80, (0.0, 1.0), (0.0, 0.5, 1.0), None),
}
SCALES = {"coverage": lambda value: -np.log10(np.maximum(1 - value, 1e-9)), "width": np.log2}
LEFT = dict(zip(PANELS, MARGIN + LABEL + np.cumsum([0, *(one[1] + GAP for one in PANELS.values())])[:-1], strict=True))
WIDTH = LEFT["refused"] + PANELS["refused"][1] + MARGIN
DESCRIPTION = (
    "Dot plots, one band a family of worlds, one row a world, four panels: coverage of nominal 95 % intervals with the "
    "goal shaded, share called different, width on a logarithmic scale, share refused. Ours are filled dots; marks at "
    "the left edge of coverage lie at or below .5, those at the right at or above .999."
)


def figure(table: pd.DataFrame) -> str:
    """The whole picture.

    Parameters
    ----------
    table : one row a world and estimator, as `atlas_report.summary` has it.

    >>> row = {"family": "One", "name": "a world", "estimator": "ours", "coverage": 0.95, "clear": 0.05, "width": 1.0,
    ...        "refused": 0.0, "planted": False}
    >>> picture = figure(pd.DataFrame([row]))
    >>> picture.startswith("<svg") and picture.count('class="ours"') == 5
    True
    """
    top, bands = 48, []
    for name, own in table.groupby("family", sort=False):
        bands.append(_band(str(name), own, top))
        top += HEAD + ROW * own["name"].nunique() + 26
    size = f'viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}"'
    title = f'<text class="title" x="{MARGIN}" y="28">What estimators say of worlds whose truth is known</text>'
    names = '<title id="t">An atlas of worlds</title>' + f'<desc id="d">{escape(DESCRIPTION)}</desc>'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">'
    ground = f'<rect width="{WIDTH}" height="{top}" fill="var(--paper)"/>'
    return "\n".join([opening, names, f"<style>{STYLE}</style>", ground, title, *bands, "</svg>"]) + "\n"


def _band(family: str, own: pd.DataFrame, top: int) -> str:
    """A family: its name, which mark is whose, and its panels."""
    worlds = list(dict.fromkeys(own["name"]))
    parts = [f'<text class="family" x="{MARGIN}" y="{top + 14}">{escape(family)}</text>', _key(own, top + 32)]
    begin = top + HEAD
    for row, world in enumerate(worlds):
        y = begin + ROW * row + ROW / 2
        parts.append(f'<text x="{MARGIN + LABEL - 10}" y="{y + 4:g}" text-anchor="end">{escape(world)}</text>')
    for column in PANELS:
        parts.append(_frame(column, begin, ROW * len(worlds)))
        parts += [
            _mark(row["estimator"], _place(column, row[column]), begin + ROW * worlds.index(row["name"]) + ROW / 2)
            for _, row in own.iloc[::-1].iterrows()  # ours last, above the others
            if np.isfinite(row[column]) and not (column == "clear" and family == "One outlet alone")
        ]
    return "\n".join(parts)


def _key(own: pd.DataFrame, y: float) -> str:
    """The marks of a family, by name."""
    x, parts = MARGIN + 4.0, []
    for name in dict.fromkeys(own["estimator"]):
        parts.append(_mark(name, x, y - 3.5) + f'<text class="soft" x="{x + 8:g}" y="{y}">{escape(name)}</text>')
        x += 26 + 6.1 * len(name)
    return "".join(parts)


def _frame(column: str, top: float, height: float) -> str:
    """A panel without marks: heading, goal, ticks, line of reference."""
    heading, width, _, ticks, line = PANELS[column]
    left = LEFT[column]
    parts = [f'<text class="soft" x="{left}" y="{top - 6}">{heading}</text>']
    if column == "coverage":
        begin, end = _place(column, 0.93), _place(column, 0.97)
        place = f'x="{begin:.1f}" width="{end - begin:.1f}"'
        parts.append(f'<rect class="goal" {place} y="{top}" height="{height}"/>')
    for edge in (top, top + height):
        parts.append(f'<line class="rule" x1="{left}" x2="{left + width}" y1="{edge}" y2="{edge}"/>')
    if line is not None:
        x = _place(column, line)
        parts.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + height}"/>')
    for tick in ticks:
        place = f'x="{_place(column, tick):.1f}" y="{top + height + 12}" text-anchor="middle"'
        parts.append(f'<text class="soft" {place}>{f"{tick:g}".replace("0.", ".")}</text>')
    return "".join(parts)


def _place(column: str, value: float) -> float:
    """Where a value stands, pixels from the left; beyond the ends of its panel at the end."""
    _, width, ends, _, _ = PANELS[column]
    scaled = SCALES.get(column, float)
    low, high = scaled(ends[0]), scaled(ends[1])
    return LEFT[column] + width * float((scaled(min(max(value, ends[0]), ends[1])) - low) / (high - low))


def _mark(estimator: str, x: float, y: float) -> str:
    colour, shape = MARKS.get(estimator, ("var(--soft)", "circle"))
    if estimator == OURS:
        return f'<circle class="ours" cx="{x:.1f}" cy="{y:.1f}" r="3.3"/>'
    return f'<path d="{SHAPES[shape]}" stroke="{colour}" transform="translate({x:.1f} {y:.1f})"/>'
