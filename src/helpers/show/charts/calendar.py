"""What was collected when: a calendar of outlets and months in which a gap is not a zero."""

from __future__ import annotations

import datetime
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.show.style import INK, PALE, WIDTH

MOST_NUMBERS = 30  # months beyond which the cells hold no number


def calendar(
    rows: pd.DataFrame, *, value: str, label: str, y: str = "outlet_name", x: str = "month", observed: str = "observed"
) -> tuple[Figure, Axes]:
    """Coverage calendar: outlets down, months across, darker for more; months without collection are hatched.

    Parameters
    ----------
    rows : DataFrame, an outlet-month a row
        An outlet-month that is absent, empty or not `observed` is a gap, which is not zero.
    value, label : str
        The column drawn, and its unit in words.
    y, x, observed : str
        Columns: the name of the outlet, the month ("2024-08"), and whether collection worked (may be absent).

    >>> rows = pd.DataFrame({"outlet_name": ["a", "a"], "month": ["2024-08", "2024-10"], "n": [3, 0]})
    >>> figure, axis = calendar(rows, value="n", label="articles")
    >>> [text.get_text() for text in axis.texts], len(axis.patches)         # September is a gap
    (['3', '0'], 1)
    >>> plt.close(figure)
    """
    seen = rows[rows[observed]] if observed in rows else rows
    months = pd.period_range(rows[x].min(), rows[x].max(), freq="M").astype(str)
    grid = seen.pivot(index=y, columns=x, values=value).astype(float)
    grid = grid.reindex(index=list(dict.fromkeys(rows[y])), columns=months)
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.34 * len(grid)))
    most = max(1.0, np.nanmax(grid.to_numpy(), initial=0.0))
    image = axis.pcolormesh(np.sqrt(grid.to_numpy()), cmap="Blues", vmin=0, vmax=math.sqrt(most), edgecolors="white")
    for row, column in zip(*np.nonzero(grid.isna().to_numpy()), strict=True):
        axis.add_patch(Rectangle((column, row), 1, 1, facecolor="#F1F1F1", edgecolor=PALE, hatch="/////", lw=0))
    if len(months) <= MOST_NUMBERS:
        _cell_numbers(axis, grid.to_numpy(), most)
    step = max(1, math.ceil(len(months) / 12))
    axis.set_xticks(np.arange(0, len(months), step) + 0.5, [_month(m) for m in months[::step]])
    axis.set_yticks(np.arange(len(grid)) + 0.5, list(grid.index))
    axis.invert_yaxis()
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axis, pad=0.01, aspect=12)
    ticks = sorted({0, round(most / 4), round(most)})
    bar.set_ticks([math.sqrt(tick) for tick in ticks], labels=[f"{tick:,}" for tick in ticks])
    bar.set_label(label)
    bar.outline.set_visible(False)
    axis.set_xlabel("month (hatched: not collected)")
    return figure, axis


def _cell_numbers(axis: Axes, grid: np.ndarray, most: float) -> None:
    size = 7 if grid.shape[1] <= 18 else 5.5
    for (row, column), number in np.ndenumerate(grid):
        if not np.isnan(number):
            ink = "white" if math.sqrt(number / most) > 0.6 else INK
            axis.text(column + 0.5, row + 0.5, f"{number:.0f}", ha="center", va="center", fontsize=size, color=ink)


def _month(month: str) -> str:
    """'2024-01' as 'Jan\\n2024'; the year only where one begins or is needed to start with."""
    day = datetime.date.fromisoformat(month + "-01")
    return f"{day:%b}\n{day:%Y}"
