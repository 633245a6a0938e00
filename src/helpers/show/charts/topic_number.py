"""Which number of topics: how each quality changes with it, one small chart a quality."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from helpers.show.style import OKABE_ITO, WIDTH


def topic_number(sheet: pd.DataFrame, *, chosen: int | None = None, columns: int = 2) -> tuple[Figure, np.ndarray]:
    """How each quality changes with the number of topics: one small chart a quantity, intervals where known.

    Parameters
    ----------
    sheet : DataFrame
        Columns ``n_topics``, ``quantity``, ``value``, ``low``, ``high``.
    chosen : int, optional
        The number in use, ruled in grey.

    >>> rows = pd.DataFrame({"n_topics": [5, 6], "quantity": "coherence", "value": [0.1, 0.2]})
    >>> rows = rows.assign(low=[0.0, 0.1], high=[0.2, 0.3])
    >>> figure, axes = topic_number(rows, chosen=6)
    >>> axes[0].get_title(loc="left")
    'coherence'
    >>> plt.close(figure)
    """
    quantities = list(dict.fromkeys(sheet["quantity"]))
    columns = min(columns, len(quantities))
    rows = math.ceil(len(quantities) / columns)
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, 0.5 + 1.75 * rows), sharex=True, squeeze=False)
    for axis, quantity in zip(grid.flat, quantities, strict=False):
        part = sheet[sheet["quantity"] == quantity].sort_values("n_topics")
        low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
        axis.vlines(part["n_topics"], low, high, color=OKABE_ITO[0], linewidth=1.4)
        axis.plot(part["n_topics"], part["value"].to_numpy(float), marker="o", color=OKABE_ITO[0])
        if chosen is not None:
            axis.axvline(chosen, color="#8C8C8C", linewidth=0.8, zorder=0)
        axis.set_title(str(quantity).replace("_", "-"), fontsize=8.5, loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.margins(y=0.2)
    for axis in grid.flat[len(quantities) :]:
        axis.set_visible(False)
    if chosen is not None:
        place = blended_transform_factory(grid.flat[0].transData, grid.flat[0].transAxes)
        grid.flat[0].text(chosen, 1.0, " in use", transform=place, fontsize=7, color="#555555", va="top")
    figure.supxlabel("number of topics", fontsize=8.5)
    return figure, grid.flat[: len(quantities)]
