"""Quantities with a name each, as bars."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.show.charts.lettering import cut, folded, plain
from helpers.show.drawing import drawable, letters, on_phone, page_width
from helpers.show.style import OKABE_ITO


@drawable
def bars(
    rows: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    panel: str | None = None,
    limit: int = 10,
    columns: int = 4,
    colour: str = OKABE_ITO[0],
) -> tuple[Figure, np.ndarray]:
    """Named bars, longest first; with `panel`, one small chart for each of its values.

    Parameters
    ----------
    rows : DataFrame
    x, y, panel : str
        Columns: the length, the name, and what each small chart holds.
    label : str
        What the lengths mean, with their unit.
    limit : int
        Bars of a chart at most.

    Returns
    -------
    Figure, array of Axes (one a panel)

    >>> rows = pd.DataFrame({"term": ["ally", "treaty"], "weight": [1, 3]})
    >>> figure, axes = bars(rows, x="weight", y="term", label="times counted")
    >>> [text.get_text() for text in axes[0].get_yticklabels()]
    ['treaty', 'ally']
    >>> plt.close(figure)
    """
    groups = list(rows.groupby(panel, sort=False)) if panel else [("", rows)]
    columns = min(1 if on_phone() else columns, len(groups))
    tall = math.ceil(len(groups) / columns)
    longest = min(limit, max(len(group) for _, group in groups))
    figure, grid = plt.subplots(tall, columns, figsize=(page_width(), tall * (0.75 + 0.17 * longest)), squeeze=False)
    for axis, (name, group) in zip(grid.flat, groups, strict=False):
        top = group.nlargest(limit, x)
        places = np.arange(len(top))
        axis.barh(places, top[x], color=colour, height=0.66)
        axis.set_yticks(
            places, [cut(figure, plain(text), size=letters(7.5), room=1.2) for text in top[y]], fontsize=letters(7.5)
        )
        axis.set_ylim(longest - 0.4, -0.6)
        axis.set_title(
            folded(figure, name, size=8.5, room=page_width() / columns - 0.1, bold=True), fontsize=8.5, loc="left"
        )
        axis.tick_params(axis="y", length=0)
        axis.tick_params(axis="x", labelsize=letters(6.5))
        axis.locator_params(axis="x", nbins=3)
    for axis in grid.flat[len(groups) :]:
        axis.set_visible(False)
    figure.supxlabel(folded(figure, label, size=8.5, room=page_width() - 0.2), fontsize=8.5)
    return figure, grid.flat[: len(groups)]
