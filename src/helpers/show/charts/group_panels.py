"""One measure in many outlets: a panel a group, an outlet a row, named where it stands, coloured by its group."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.style import PALE, WIDTH, marks_for

ROW, HEAD = 0.19, 0.5  # inches of an outlet, and of a panel's head and foot


def group_panels(
    levels: pd.DataFrame,
    *,
    label: str,
    panel: str = "kind_name",
    y: str = "group_name",
    whole: str = "whole",
    percent: bool = True,
) -> tuple[Figure, np.ndarray]:
    """Small multiples of dots with intervals on one scale, the highest on top of each; the group's own level is ruled.

    Parameters
    ----------
    levels : DataFrame
        One row an outlet: its name, its panel, ``estimate``, ``low``, ``high``, and the level of its group.
    label : str
        The horizontal axis with its unit.
    panel, y, whole : str
        Columns of the group, the outlet's name, and the group's level (missing where it has none).
    percent : bool
        Values are shares and are labelled per cent.

    >>> rows = pd.DataFrame({"kind_name": ["state", "state", "private"], "group_name": list("abc"), "low": 0.1,
    ...                      "estimate": [0.2, 0.3, 0.4], "high": 0.5, "whole": [0.25, 0.25, float("nan")]})
    >>> figure, axes = group_panels(rows, label="share of passages")
    >>> [tick.get_text() for tick in axes[0].get_yticklabels()], axes[1].get_title(loc="left")
    (['b', 'a'], 'private')
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(levels[panel]))
    styles = marks_for(names)
    sizes = levels[panel].value_counts()
    columns = min(2, len(names))
    lines = [names[start : start + columns] for start in range(0, len(names), columns)]
    heights = [ROW * max(sizes[name] for name in line) + HEAD for line in lines]
    figure, grid = plt.subplots(len(lines), columns, figsize=(WIDTH, sum(heights) + 0.3), squeeze=False, sharex=True,
                                gridspec_kw={"height_ratios": heights}, layout="constrained")  # fmt: skip
    for place, axis in enumerate(grid.flat):
        if place >= len(names):
            axis.set_visible(False)
            continue
        rows = levels[levels[panel] == names[place]].sort_values("estimate", ascending=False)
        _panel(axis, rows, names[place], styles[names[place]].colour, y, whole)
        axis.xaxis.set_tick_params(labelbottom=True)
    shown = grid.flat[0]
    if levels[["estimate", "low"]].min().min() >= 0:
        shown.set_xlim(left=0)
    if percent:
        shown.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %".replace("-", "\u2212"))
    figure.supxlabel(label, fontsize=9)
    return figure, grid.ravel()[: len(names)]


def _panel(axis: Axes, rows: pd.DataFrame, name: str, colour: str, y: str, whole: str) -> None:
    """The outlets of one group; those without interval are open."""
    level = rows[whole].iloc[0]
    if not math.isnan(level):
        axis.axvline(level, color=PALE, linewidth=1, zorder=0)
    for place, row in enumerate(rows.itertuples()):
        known = not math.isnan(row.low)
        if known:
            axis.plot([row.low, row.high], [place, place], color=colour, linewidth=1.4, marker="")
        axis.plot(row.estimate, place, "o", color=colour, markerfacecolor=colour if known else "white", markersize=4)
    axis.set_yticks(range(len(rows)), list(rows[y]), fontsize=7.5)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.set_title(name, loc="left", fontsize=9, color=colour, fontweight="bold")
