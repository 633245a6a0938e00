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

from helpers.show.style import INK, OKABE_ITO, PALE, WIDTH

MAIN = "#B03A2E"  # of the rule that marks the main analysis
MANY = 200  # universes above which dots are small


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
    height = max(1.0, 0.16 * len(options))
    figure, axes = plt.subplots(
        2, 1, figsize=(WIDTH, 2.4 + height), sharex=True, height_ratios=[2.0, height], squeeze=True
    )
    _curve(axes[0], table, size=3 if len(table) <= MANY else 1.5)
    axes[0].set_ylabel(label)
    for place in np.flatnonzero(table["main"].to_numpy(bool)):
        for axis in axes:
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
        axes[0].annotate("main analysis", (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 2),
                         textcoords="offset points", ha="center", fontsize=7, color=MAIN)  # fmt: skip
    for row, (name, value) in enumerate(options):
        chosen = np.flatnonzero((table[name] == value).to_numpy())
        axes[1].plot(chosen, np.full(len(chosen), row), "|", color=INK, markersize=5, markeredgewidth=0.6)
    axes[1].set_yticks(range(len(options)), [f"{name}: {value}" for name, value in options], fontsize=7)
    axes[1].set_ylim(len(options) - 0.4, -0.6)
    axes[1].xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[1].set_xlabel(f"{len(table)} universes, smallest estimate first (open: the interval holds zero)")
    return figure, axes


def _curve(axis: Axes, table: pd.DataFrame, *, size: float) -> None:
    """Estimates in order with their intervals; filled where the interval is clear of zero."""
    places, clear = np.arange(len(table)), ((table["low"] > 0) | (table["high"] < 0)).to_numpy()
    width = min(1.0, 150 / max(1, len(table)))
    axis.vlines(places, table["low"], table["high"], color=np.where(clear, OKABE_ITO[0], PALE), linewidth=width)
    for kind, face in ((clear, OKABE_ITO[0]), (~clear, "white")):
        axis.plot(places[kind], table["estimate"][kind], "o", color=OKABE_ITO[0], markerfacecolor=face,
                  markersize=size, markeredgewidth=0.5)  # fmt: skip
    axis.axhline(0, color="#8C8C8C", linewidth=0.8, zorder=0)


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
    columns = min(columns, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, 0.5 + 1.7 * rows), sharey=True, squeeze=False)
    for axis, name in zip(grid.flat, names, strict=False):
        table = universes[(universes[panel] == name) & universes["estimate"].notna()]
        table = table.sort_values("estimate", kind="stable", ignore_index=True)
        _curve(axis, table, size=1.5)
        for place in np.flatnonzero(table["main"].to_numpy(bool)):
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
        axis.set_title(str(name), fontsize=8.5, loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axis in grid.flat[len(names) :]:
        axis.set_visible(False)
    figure.supylabel(label, fontsize=8.5)
    figure.supxlabel("universes, smallest estimate first (open: the interval holds zero; rule: main)", fontsize=8.5)
    return figure, grid.flat[: len(names)]


def _by_size(value: object) -> tuple[int, float, str]:
    """Numbers by size, before words by letter."""
    try:
        return 0, float(str(value)), ""
    except ValueError:
        return 1, 0.0, str(value)
