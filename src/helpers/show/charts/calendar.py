"""What was collected when: a calendar of outlets and months, weeks or days in which a gap is not a zero."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.show.style import INK, PALE, WIDTH

MOST_NUMBERS = 30  # columns beyond which the cells hold no number
MOST_EDGES = 100  # columns beyond which no line stands between the cells
COLUMNS = {"M": "month", "W": "week", "D": "day"}


def calendar(
    rows: pd.DataFrame,
    *,
    value: str,
    label: str,
    y: str = "outlet_name",
    x: str = "month",
    observed: str = "observed",
    every: str = "M",
) -> tuple[Figure, Axes]:
    """Coverage calendar: outlets down, months across, darker for more; months without collection are hatched.

    Parameters
    ----------
    rows : DataFrame, an outlet-month a row
        An outlet-month that is absent, empty or not `observed` is a gap, which is not zero.
    value, label : str
        The column drawn, and its unit in words.
    y, x, observed : str
        Columns: the name of the outlet, the month ("2024-08") or a day in it, and whether collection worked (may be
        absent).
    every : {'M', 'W', 'D'}
        What a column is: a month, a week from Monday, or a day.

    >>> rows = pd.DataFrame({"outlet_name": ["a", "a"], "month": ["2024-08", "2024-10"], "n": [3, 0]})
    >>> figure, axis = calendar(rows, value="n", label="articles")
    >>> [text.get_text() for text in axis.texts], len(axis.patches)         # September is a gap
    (['3', '0'], 1)
    >>> plt.close(figure)
    """
    seen = rows[rows[observed]] if observed in rows else rows
    spans = pd.PeriodIndex(rows[x], freq=every)
    across = pd.period_range(spans.min(), spans.max(), freq=every)
    grid = seen.assign(_span=spans[rows.index.get_indexer(seen.index)]).pivot(index=y, columns="_span", values=value)
    grid = grid.astype(float).reindex(index=list(dict.fromkeys(rows[y])), columns=across)
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.34 * len(grid)))
    most = max(1.0, np.nanmax(grid.to_numpy(), initial=0.0))
    edges = "white" if len(across) <= MOST_EDGES else "none"
    image = axis.pcolormesh(np.sqrt(grid.to_numpy()), cmap="Blues", vmin=0, vmax=math.sqrt(most), edgecolors=edges)
    _hatch(axis, grid.isna().to_numpy())
    if len(across) <= MOST_NUMBERS:
        _cell_numbers(axis, grid.to_numpy(), most)
    step = max(1, math.ceil(len(across) / 12))
    axis.set_xticks(np.arange(0, len(across), step) + 0.5, [_month(span.start_time) for span in across[::step]])
    axis.set_yticks(np.arange(len(grid)) + 0.5, list(grid.index))
    axis.invert_yaxis()
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axis, pad=0.01, aspect=12)
    ticks = sorted({0, round(most / 4), round(most)})
    bar.set_ticks([math.sqrt(tick) for tick in ticks], labels=[f"{tick:,}" for tick in ticks])
    bar.set_label(label)
    bar.outline.set_visible(False)
    axis.set_xlabel(f"{COLUMNS[every]} (hatched: not collected)")
    return figure, axis


def _hatch(axis: Axes, gaps: np.ndarray) -> None:
    """One hatched box over each run of gaps of a row."""
    for row, missing in enumerate(gaps):
        ends = np.flatnonzero(np.diff(np.r_[0, missing.astype(int), 0]))
        for start, end in ends.reshape(-1, 2):
            box = Rectangle((start, row), end - start, 1, facecolor="#F1F1F1", edgecolor=PALE, hatch="/////", lw=0)
            axis.add_patch(box)


def _cell_numbers(axis: Axes, grid: np.ndarray, most: float) -> None:
    size = 7 if grid.shape[1] <= 18 else 5.5
    for (row, column), number in np.ndenumerate(grid):
        if not np.isnan(number):
            ink = "white" if math.sqrt(number / most) > 0.6 else INK
            axis.text(column + 0.5, row + 0.5, f"{number:.0f}", ha="center", va="center", fontsize=size, color=ink)


def _month(day: pd.Timestamp) -> str:
    """A day as 'Jan\\n2024'."""
    return f"{day:%b}\n{day:%Y}"
