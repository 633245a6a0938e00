"""Charts of estimates: every one shows its interval, or says that there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.lettering import folded, unnumbered
from helpers.show.drawing import Mark, drawable, few_note, key, letters, note, on_phone, page_width
from helpers.show.style import INK, PALE, marks_for

FEWEST = 10  # items of an outlet, below which it is named and not drawn
NAME, BETWEEN = 0.155, 0.17  # inches: a line of a row's name, and from dot to dot
ROOM = 2.1  # inches that the name of a row may take beside its dots
OPEN = "Open: no interval."


@drawable
def dots(
    estimates: pd.DataFrame,
    *,
    y: str,
    colour: str,
    label: str,
    x: str = "estimate",
    low: str = "low",
    high: str = "high",
    panel: str | None = None,
    n: str = "n_articles",
    unit: str = "article",
    marks: Mapping[str, Mark] | None = None,
    reference: float | None = None,
    percent: bool = False,
    sort: bool = True,
) -> tuple[Figure, Axes]:
    """Dots with intervals: a row for each value of `y`, a dot in it for each value of `colour`, named once in a key.

    Parameters
    ----------
    estimates : DataFrame
        One row a dot; one without interval is drawn open.
    y, colour : str
        Columns with what the rows and the dots are called.
    label : str
        The horizontal axis with its unit.
    x, low, high : str
        Columns of the estimate and of the ends of its interval.
    panel : str, optional
        Column of what may not be compared (a language): each of its values has a panel of its own.
    n, unit : str
        Column with the number of items behind a dot, where there is one, and what an item is called.  Who has fewer
        than 10 everywhere is named below the figure and not drawn, unless that would leave nobody.
    marks : mapping, optional
        Looks of each value of `colour`; outlets have theirs from `helpers.show.set_style`.
    reference : float, optional
        Where to draw a grey rule; 0 for differences.
    percent : bool
        Values are shares and are labelled per cent.
    sort : bool
        Rows from the highest mean to the lowest; else in the order in which they come.

    Returns
    -------
    Figure, Axes (of the first panel)

    >>> table = pd.DataFrame({"measure_name": "Alliance", "outlet_name": ["a", "b"], "estimate": [0.2, 0.4],
    ...                       "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> figure, axis = dots(table, y="measure_name", colour="outlet_name", label="share of passages", percent=True)
    >>> [text.get_text() for text in axis.get_yticklabels()], len(axis.lines)
    (['Alliance'], 4)
    >>> plt.close(figure)
    """
    estimates, left_out = _without_few(estimates, colour, n)
    rows = list(dict.fromkeys(estimates[y]))
    if sort:
        means = estimates.groupby(y, sort=False)[x].mean()
        rows.sort(key=lambda row: -means[row] if not math.isnan(means[row]) else math.inf)
    parts = list(estimates.groupby(panel, sort=False)) if panel else [("", estimates)]
    styles = marks_for(
        dict.fromkeys(estimates[colour]), marks if marks is not None or set(estimates[colour]) - {""} else {}
    )
    figure, axes = _panels(rows, [part for _, part in parts], y, colour)
    for axis, (name, part) in zip(axes, parts, strict=True):
        _rows(figure, axis, part, [row for row in rows if row in set(part[y])], (y, colour, x, low, high), styles)
        if reference is not None:
            axis.axvline(reference, color="#8C8C8C", linewidth=0.8, zorder=0)
        if panel:
            axis.set_title(folded(figure, name, size=9, room=page_width() - 0.2, bold=True), fontsize=9)
        if percent:
            axis.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %".replace("-", "\u2212"))
        axis.locator_params(axis="x", nbins=5 if on_phone() else 8)
    if reference is None and estimates[[x, low]].min().min() >= 0:
        axes[0].set_xlim(left=0)
    axes[-1].set_xlabel(folded(figure, label, size=9, room=page_width() - (0.3 if on_phone() else ROOM + 0.5)))
    if len(styles) > 1:
        key(figure, styles)
    open_dots = estimates[x].notna() & estimates[[low, high]].isna().any(axis=1)
    note(figure, OPEN if open_dots.any() else "", few_note(left_out, unit, FEWEST))
    return figure, axes[0]


def _without_few(estimates: pd.DataFrame, colour: str, n: str) -> tuple[pd.DataFrame, list[tuple[str, int]]]:
    """Rows of whoever has items enough, and who has not."""
    if n not in estimates:
        return estimates, []
    most = estimates.groupby(colour, sort=False)[n].max()
    few = most[most < FEWEST]
    if len(few) == len(most):
        return estimates, []
    return estimates[~estimates[colour].isin(few.index)], [(str(name), int(size)) for name, size in few.items()]


def _panels(rows: Sequence[str], parts: Sequence[pd.DataFrame], y: str, colour: str) -> tuple[Figure, list[Axes]]:
    """Empty panels below one another, each as tall as its rows need."""
    heights = []
    for part in parts:
        row = BETWEEN * part[colour].nunique() + (0.06 + NAME if on_phone() else 0.08)
        heights.append(part[y].nunique() * max(row, 0.25) + 0.1)
    tall = sum(heights) + 0.75 + 0.3 * len(parts)
    figure, grid = plt.subplots(
        len(parts), 1, figsize=(page_width(), max(tall, 1.3)), height_ratios=heights, sharex=True, squeeze=False
    )
    return figure, list(grid[:, 0])


def _rows(
    figure: Figure, axis: Axes, part: pd.DataFrame, rows: Sequence[str], columns: Sequence[str],
    styles: Mapping[str, Mark],
) -> None:  # fmt: skip
    """The dots of one panel; on a phone a row's name stands above them."""
    members = [name for name in styles if name in set(part[columns[1]])]
    spread = (0.62 if on_phone() else 0.72) / max(1, len(members))
    down = 0.14 if on_phone() else 0.0
    for row, member, *values in part[list(columns)].itertuples(index=False, name=None):
        place = rows.index(row) + down + (members.index(member) - (len(members) - 1) / 2) * spread
        _dot(axis, place, *values, mark=styles[member])
    size = letters(8)
    if on_phone():
        axis.set_yticks([])
        for place, row in enumerate(rows):
            name = folded(figure, unnumbered(row), size=size, room=page_width() - 0.2, most=1)
            axis.annotate(name, (0, place - 0.33), xycoords=("axes fraction", "data"), xytext=(1, 0),
                          textcoords="offset points", va="center", fontsize=size, color=INK)  # fmt: skip
    else:
        called = [folded(figure, unnumbered(row), size=size, room=ROOM, most=2) for row in rows]
        axis.set_yticks(range(len(rows)), called)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(not on_phone())
    axis.grid(axis="x")
    for place in range(1, len(rows)):
        axis.axhline(place - 0.5, color="#E4E4E4", linewidth=0.8, zorder=0)


def _dot(axis: Axes, place: float, value: float, low: float, high: float, *, mark: Mark) -> None:
    """One estimate; open where it has no interval."""
    if math.isnan(value):
        return
    known = not (math.isnan(low) or math.isnan(high))
    if known:
        axis.plot([low, high], [place, place], color=mark.colour, linewidth=1.6, marker="")
    face = mark.colour if known else "white"
    axis.plot(value, place, marker=mark.marker, color=mark.colour, markerfacecolor=face, markersize=5, clip_on=False)


@drawable
def dumbbells(
    rows: pd.DataFrame, *, y: str, start: str, end: str, names: tuple[str, str], label: str, sort: bool = True
) -> tuple[Figure, Axes]:
    """Two values of each row, joined by a line: hollow where it was before, full where it is now.

    Parameters
    ----------
    rows : DataFrame
    y, start, end : str
        Columns: what the row is called, and its two values.
    names : pair of str
        What `start` and `end` are.
    label : str
        The horizontal axis with its unit.
    sort : bool
        Rows from the highest `end` to the lowest; else in the order in which they come.

    >>> table = pd.DataFrame({"outlet": ["a", "b"], "before": [1, 2], "then": [3, 5]})
    >>> figure, axis = dumbbells(table, y="outlet", start="before", end="then", names=("June", "July"), label="items")
    >>> [text.get_text() for text in axis.get_yticklabels()]
    ['b', 'a']
    >>> plt.close(figure)
    """
    rows = rows.sort_values(end, ascending=False, kind="stable") if sort else rows
    size, room = letters(8), 1.3 if on_phone() else ROOM
    figure, axis = plt.subplots(figsize=(page_width(), 1))
    called = [folded(figure, row, size=size, room=room, most=2) for row in rows[y]]
    lines = sum(name.count("\n") + 1.5 for name in called)
    figure.set_figheight(0.9 + max(0.26 * len(rows), 0.13 * lines + 0.06 * len(rows)))
    places, colour = range(len(rows)), "#0072B2"
    axis.hlines(places, rows[start], rows[end], color=PALE, linewidth=1.4)
    axis.plot(rows[start], places, "o", markerfacecolor="white", color=colour)
    axis.plot(rows[end], places, "o", color=colour)
    axis.set_yticks(places, called, fontsize=size)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(left=-0.02 * float(rows[[start, end]].max().max()))
    axis.grid(axis="x")
    axis.set_xlabel(folded(figure, label, size=9, room=page_width() - room - 0.5, most=4))
    note(figure, f"Open dots: {names[0]}. Full dots: {names[1]}.")
    return figure, axis
