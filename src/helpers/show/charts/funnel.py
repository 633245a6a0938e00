"""What came in, was kept and was lost, step by step."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.style import OKABE_ITO, WIDTH


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
    figure, axis = plt.subplots(figsize=(WIDTH, 0.9 + 0.42 * len(rows)))
    places, looks = np.arange(len(rows)), {"height": 0.6}
    axis.barh(places, rows[kept], color=OKABE_ITO[0], **looks)
    axis.barh(places, rows[lost], left=rows[kept], color="white", edgecolor=OKABE_ITO[0], hatch="////", **looks)
    for place, (n_kept, n_lost) in enumerate(rows[[kept, lost]].itertuples(index=False)):
        axis.annotate(
            f"{n_kept:,} kept, {n_lost:,} lost", (n_kept + n_lost, place), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=8,
        )  # fmt: skip
    axis.set_yticks(places, list(rows[y]))
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlim(0, 1.28 * max(1, (rows[kept] + rows[lost]).max()))
    axis.set_xlabel(f"{label} (hatched: lost)")
    axis.tick_params(axis="y", length=0)
    return figure, axis
