"""What came in, was kept and was lost, step by step."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.lettering import folded
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import OKABE_ITO


@drawable
def funnel(
    rows: pd.DataFrame, *, y: str = "stage", kept: str = "kept", lost: str = "lost", label: str = "items"
) -> tuple[Figure, Axes]:
    """What was kept and what was lost at each step.

    Parameters
    ----------
    rows : DataFrame, a step a row, in order
    y, kept, lost : str
        Columns: the step in words, and how many of `label` it kept and lost.

    >>> figure, axis = funnel(pd.DataFrame({"stage": ["clean"], "kept": [7], "lost": [3]}))
    >>> [text.get_text() for text in axis.texts]
    ['7 kept, 3 lost']
    >>> plt.close(figure)
    """
    narrow = on_phone()
    figure, axis = plt.subplots(figsize=(page_width(), 0.8 + (0.5 if narrow else 0.42) * len(rows)))
    places, looks, size = np.arange(len(rows)), {"height": 0.4 if narrow else 0.6}, letters(8)
    axis.barh(places, rows[kept], color=OKABE_ITO[0], **looks)
    axis.barh(places, rows[lost], left=rows[kept], color="white", edgecolor=OKABE_ITO[0], hatch="////", **looks)
    for place, (n_kept, n_lost) in enumerate(rows[[kept, lost]].itertuples(index=False)):
        at = (0, place - 0.38) if narrow else (n_kept + n_lost, place)
        axis.annotate(
            f"{n_kept:,} kept, {n_lost:,} lost", at, xytext=(0 if narrow else 5, 0), textcoords="offset points",
            va="center", fontsize=size,
        )  # fmt: skip
    axis.set_yticks(places, [folded(figure, name, size=size, room=1.0 if narrow else 2) for name in rows[y]])
    axis.set_ylim(len(rows) - 0.5, -0.6)
    axis.set_xlim(0, (1.02 if narrow else 1.32) * max(1, (rows[kept] + rows[lost]).max()))
    axis.locator_params(axis="x", nbins=4 if narrow else 7)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.set_xlabel(label)
    note(figure, "Hatched: lost at that step.")
    axis.tick_params(axis="y", length=0)
    return figure, axis
