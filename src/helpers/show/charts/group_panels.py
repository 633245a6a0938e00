"""One measure in many outlets: a panel a group, an outlet a row, named where it stands, coloured by its group."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.estimates import FEWEST, OPEN
from helpers.show.charts.lettering import folded
from helpers.show.drawing import drawable, few_note, letters, note, on_phone, page_width
from helpers.show.style import PALE, marks_for

ROW, HEAD = 0.2, 0.5  # inches of an outlet, and of a panel's head and foot


@drawable
def group_panels(
    levels: pd.DataFrame,
    *,
    label: str,
    panel: str = "kind_name",
    y: str = "group_name",
    whole: str = "whole",
    n: str = "n_articles",
    unit: str = "article",
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
    n, unit : str
        Column with the number of items behind a dot, where there is one, and what an item is called.  Outlets with
        fewer than 10 are named below the figure and not drawn, unless that would leave none.
    percent : bool
        Values are shares and are labelled per cent.

    >>> rows = pd.DataFrame({"kind_name": ["state", "state", "private"], "group_name": list("abc"), "low": 0.1,
    ...                      "estimate": [0.2, 0.3, 0.4], "high": 0.5, "whole": [0.25, 0.25, float("nan")]})
    >>> figure, axes = group_panels(rows, label="share of passages")
    >>> [tick.get_text() for tick in axes[0].get_yticklabels()], axes[1].get_title(loc="left")
    (['b', 'a'], 'private')
    >>> plt.close(figure)
    """
    enough = levels[levels[n] >= FEWEST] if n in levels else levels
    few = levels[~levels.index.isin(enough.index)].sort_values(y) if len(enough) else levels.iloc[:0]
    levels = enough if len(enough) else levels
    names = list(dict.fromkeys(levels[panel]))
    styles = marks_for(names)
    sizes = levels[panel].value_counts()
    columns = min(1 if on_phone() else 2, len(names))
    lines = [names[start : start + columns] for start in range(0, len(names), columns)]
    heights = [ROW * max(sizes[name] for name in line) + HEAD for line in lines]
    figure, grid = plt.subplots(
        len(lines), columns, figsize=(page_width(), sum(heights) + 0.4), squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": heights},
    )  # fmt: skip
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
    shown.locator_params(axis="x", nbins=5)
    figure.supxlabel(folded(figure, label, size=9, room=page_width() - 0.2), fontsize=letters(8.5))
    open_dots = levels["low"].isna().any()
    ruled = "Grey rule: the group as a whole." if levels[whole].notna().any() else ""
    left_out = few_note([(row[y], int(row[n])) for _, row in few.iterrows()], unit, FEWEST)
    note(figure, " ".join(text for text in (ruled, OPEN if open_dots else "") if text), left_out)
    return figure, grid.ravel()[: len(names)]


def _panel(axis: Axes, rows: pd.DataFrame, name: str, colour: str, y: str, whole: str) -> None:
    """The outlets of one group; those without interval are open."""
    level = rows[whole].iloc[0]
    if not math.isnan(level):
        axis.axvline(level, color=PALE, linewidth=1.2, zorder=0)
    for place, row in enumerate(rows.itertuples()):
        known = not math.isnan(row.low)
        if known:
            axis.plot([row.low, row.high], [place, place], color=colour, linewidth=1.4, marker="")
        axis.plot(row.estimate, place, "o", color=colour, markerfacecolor=colour if known else "white", markersize=4)
    size = letters(7.6)
    called = [folded(axis.figure, row, size=size, room=1.5, most=1) for row in rows[y]]
    axis.set_yticks(range(len(rows)), called, fontsize=size)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x")
    axis.set_title(folded(axis.figure, name, size=9, room=3, bold=True), loc="left", fontsize=9, color=colour)
