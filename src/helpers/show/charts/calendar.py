"""What was collected when: a calendar of outlets and months, weeks or days in which a gap is not a zero."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.show.charts.lettering import folded
from helpers.show.charts.strokes import uprights
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import INK, OKABE_ITO, PALE
from helpers.show.svg import SHADE, SMOOTH

MOST_NUMBERS = 30  # columns beyond which the cells hold no number
MOST_EDGES = 100  # columns beyond which no line stands between the cells
PALEST = 0.1  # how much of the colour a cell of nothing has: it was collected, and is no gap
TALL = 12  # pixels of a row where columns are averaged
COLUMNS = {"M": "month", "W": "week", "D": "day"}


@drawable
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
    figure, axis = plt.subplots(figsize=(page_width(), 0.55 + (0.22 if len(grid) > 12 else 0.3) * len(grid)))
    most = max(1.0, np.nanmax(grid.to_numpy(), initial=0.0))
    _cells(axis, grid.to_numpy(), most)
    _hatch(axis, grid.isna().to_numpy())
    if len(across) <= (10 if on_phone() else MOST_NUMBERS) and most < 1000:
        _cell_numbers(axis, grid.to_numpy(), most)
    step = max(1, math.ceil(len(across) / (5 if on_phone() else 11)))
    axis.set_xticks(np.arange(0, len(across), step) + 0.5, [_month(span.start_time) for span in across[::step]])
    size = letters(8)
    names = [folded(figure, name, size=size, room=1.15 if on_phone() else 2, most=1) for name in grid.index]
    axis.set_yticks(np.arange(len(grid)) + 0.5, names, fontsize=size)
    axis.set(xlim=(0, len(across)), ylim=(len(grid), 0))
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    strongest = f"Strongest: {most:,.0f} {label}. Faintest: none."
    note(figure, f"A column is a {COLUMNS[every]}. {strongest} Hatched: not collected.")
    return figure, axis


def _cells(axis: Axes, grid: np.ndarray, most: float) -> None:
    """One picture of all cells: the same colour everywhere, laid on thicker for more, on whatever ground there is."""
    picture = np.zeros((*grid.shape, 4))
    picture[..., :3] = to_rgb(OKABE_ITO[0])
    thick = PALEST + (1 - PALEST) * np.sqrt(np.nan_to_num(grid) / most)
    picture[..., 3] = np.where(np.isnan(grid), 0, thick)
    rows, columns = grid.shape
    if columns > SMOOTH:
        picture = np.repeat(picture, TALL, axis=0)  # days are averaged, outlets are not
    axis.imshow(picture, extent=(0, columns, rows, 0), aspect="auto", interpolation="none", gid=SHADE)
    edges = {"color": "white", "linewidth": 1.0}
    axis.hlines(np.arange(1, rows), 0, columns, **edges)
    if columns <= MOST_EDGES and not on_phone():
        uprights(axis, np.arange(1, columns), np.zeros(columns - 1), np.full(columns - 1, rows), **edges)


def _hatch(axis: Axes, gaps: np.ndarray) -> None:
    """One hatched box over each run of gaps of a row."""
    for row, missing in enumerate(gaps):
        ends = np.flatnonzero(np.diff(np.r_[0, missing.astype(int), 0]))
        for start, end in ends.reshape(-1, 2):
            box = Rectangle((start, row), end - start, 1, facecolor="#F1F1F1", edgecolor=PALE, hatch="/////", lw=0)
            axis.add_patch(box)


def _cell_numbers(axis: Axes, grid: np.ndarray, most: float) -> None:
    size = letters(7.4)
    wide = axis.figure.get_figwidth() * 0.72 / grid.shape[1]
    if wide < 0.075 * size / 7.4 * len(f"{most:.0f}"):
        return
    for (row, column), number in np.ndenumerate(grid):
        if not np.isnan(number):
            ink = "white" if math.sqrt(number / most) > 0.6 else INK
            axis.text(column + 0.5, row + 0.5, f"{number:.0f}", ha="center", va="center", fontsize=size, color=ink)


def _month(day: pd.Timestamp) -> str:
    """A day as 'Jan\\n2024'."""
    return f"{day:%b}\n{day:%Y}"
