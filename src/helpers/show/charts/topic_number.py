"""Which number of topics: how each quality changes with it, one small chart a quality."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.show.charts.lettering import folded
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import OKABE_ITO

CALLED = {"heldout_fit": "fit to articles held out"}


@drawable
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
    figure, grid = plt.subplots(rows, columns, figsize=(page_width(), 0.5 + 1.55 * rows), sharex=True, squeeze=False)
    for axis, quantity in zip(grid.flat, quantities, strict=False):
        part = sheet[sheet["quantity"] == quantity].sort_values("n_topics")
        low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
        axis.vlines(part["n_topics"], low, high, color=OKABE_ITO[0], linewidth=1.4)
        axis.plot(part["n_topics"], part["value"].to_numpy(float), marker="o", color=OKABE_ITO[0])
        if chosen is not None:
            axis.axvline(chosen, color="#8C8C8C", linewidth=0.8, zorder=0)
        called = CALLED.get(quantity, str(quantity).replace("_", " "))
        room = page_width() / columns - 0.5
        axis.set_title(folded(figure, called, size=8.5, room=room, bold=True), fontsize=letters(8.5), loc="left")
        axis.locator_params(axis="y", nbins=4)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=5 if on_phone() else 9, integer=True))
        axis.margins(y=0.2)
    for axis in grid.flat[len(quantities) :]:
        axis.set_visible(False)
    if chosen is not None:
        note(figure, f"Grey rule: the number in use, {chosen}. Upright lines: intervals.")
    figure.supxlabel("number of topics", fontsize=letters(8.5))
    return figure, grid.flat[: len(quantities)]
