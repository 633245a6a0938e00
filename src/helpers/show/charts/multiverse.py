"""All universes of a comparison in order of size: specification curves.

Method: Simonsohn, Simmons & Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.show.charts.lettering import folded
from helpers.show.charts.strokes import points, uprights
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import INK, OKABE_ITO

MAIN = "#B03A2E"  # of the rule that marks the main analysis
UNSURE = "#8C8C8C"  # of universes whose interval holds zero
READING = "Blue: the interval is clear of zero; grey: it holds zero. Red rule: the main analysis."


@drawable
def specification_curve(universes: pd.DataFrame, *, choices: Sequence[str], label: str) -> tuple[Figure, np.ndarray]:
    """Estimates of all universes in order of size, each with its interval, above the choices that made them.

    Parameters
    ----------
    universes : DataFrame
        One row a universe: columns ``estimate``, ``low``, ``high``, ``main`` (whether it is the main analysis, which is
        ruled through both parts), and a column for each choice.
    choices : sequence of str
        The columns that hold choices.
    label : str
        The vertical axis with its unit.

    Returns
    -------
    Figure, array of Axes (the curve; the choices below it)

    >>> rows = pd.DataFrame({"k": [8, 5], "estimate": [0.2, 0.1], "low": 0.0, "high": 0.3, "main": [True, False]})
    >>> figure, axes = specification_curve(rows, choices=["k"], label="difference")
    >>> [text.get_text() for text in axes[1].get_yticklabels()]
    ['k: 5', 'k: 8']
    >>> plt.close(figure)
    """
    table = universes.sort_values("estimate", kind="stable", ignore_index=True)
    options = [(name, value) for name in choices for value in sorted(table[name].unique(), key=_by_size)]
    figure = plt.figure(figsize=(page_width(), 1))
    size, room = letters(7.4), 1.5 if on_phone() else 2.6
    called = [folded(figure, f"{name}: {value}", size=size, room=room, most=2) for name, value in options]
    height = max(1.0, len(options) * (0.03 + 0.125 * max(name.count("\n") + 1 for name in called)))
    figure.set_figheight(2.5 + height)
    axes = figure.subplots(2, 1, sharex=True, height_ratios=[2.0, height])
    _curve(axes[0], table)
    axes[0].set_ylabel(label)
    for place in np.flatnonzero(table["main"].to_numpy(bool)):
        for axis in axes:
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
    for row, (name, value) in enumerate(options):
        chosen = np.flatnonzero((table[name] == value).to_numpy())
        uprights(axes[1], chosen, np.full(len(chosen), row - 0.3), np.full(len(chosen), row + 0.3), color=INK, lw=0.6)
    axes[1].set_yticks(range(len(options)), called, fontsize=size)
    axes[1].tick_params(axis="y", length=0)
    axes[1].set_ylim(len(options) - 0.4, -0.6)
    axes[1].xaxis.set_major_locator(MaxNLocator(nbins=4 if on_phone() else 9, integer=True))
    first = f"{len(table)} analyses, smallest estimate first"
    axes[1].set_xlabel(folded(figure, first, size=9, room=page_width() - room - 0.2))
    note(figure, READING)
    return figure, axes


def _curve(axis: Axes, table: pd.DataFrame) -> None:
    """Estimates in order with their intervals; blue where the interval is clear of zero."""
    places, clear = np.arange(len(table)), ((table["low"] > 0) | (table["high"] < 0)).to_numpy()
    width = min(1.0, 150 / max(1, len(table)))
    size = min(3.5, 1.4 + 60 / max(1, len(table)))
    for kind, colour in ((~clear, UNSURE), (clear, OKABE_ITO[0])):
        part = table[kind]
        uprights(axis, places[kind], part["low"], part["high"], color=colour, linewidth=width, alpha=0.55)
        points(axis, places[kind], part["estimate"], size=size, color=colour)
    axis.axhline(0, color="#8C8C8C", linewidth=0.8, zorder=0)


@drawable
def small_curves(universes: pd.DataFrame, *, panel: str, label: str, columns: int = 2) -> tuple[Figure, np.ndarray]:
    """Specification curves beside one another, one small chart a comparison, on one scale.

    Parameters
    ----------
    universes : DataFrame
        Columns `panel`, ``estimate``, ``low``, ``high``, ``main`` (whether it is the main analysis, which is ruled).
    panel : str
        The column whose values name the charts.
    label : str
        The vertical axis with its unit.

    >>> rows = pd.DataFrame({"pair": ["a", "a", "b"], "estimate": [0.2, 0.1, 0.3], "low": 0.0, "high": 0.3})
    >>> figure, axes = small_curves(rows.assign(main=[True, False, True]), panel="pair", label="difference")
    >>> [axis.get_title(loc="left") for axis in axes]
    ['a', 'b']
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(universes[panel]))
    columns = min(1 if on_phone() else columns, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = plt.subplots(rows, columns, figsize=(page_width(), 0.6 + 1.7 * rows), sharey=True, squeeze=False)
    for axis, name in zip(grid.flat, names, strict=False):
        table = universes[(universes[panel] == name) & universes["estimate"].notna()]
        table = table.sort_values("estimate", kind="stable", ignore_index=True)
        _curve(axis, table)
        for place in np.flatnonzero(table["main"].to_numpy(bool)):
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
        room = page_width() / columns - 0.5
        lines = [folded(figure, line, size=8.2, room=room, bold=True) for line in str(name).split("\n")]
        axis.set_title("\n".join(lines), fontsize=8.2, loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    for axis in grid.flat[len(names) :]:
        axis.set_visible(False)
    figure.supylabel(label, fontsize=letters(8.5))
    figure.supxlabel("analyses, smallest estimate first", fontsize=letters(8.5))
    note(figure, READING)
    return figure, grid.flat[: len(names)]


def _by_size(value: object) -> tuple[int, float, str]:
    """Numbers by size, before words by letter."""
    try:
        return 0, float(str(value)), ""
    except ValueError:
        return 1, 0.0, str(value)
