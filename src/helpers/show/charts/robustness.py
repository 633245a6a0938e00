"""How strong an unseen trait would have to be to explain differences away, beside how strong known ones are."""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.lettering import folded
from helpers.show.drawing import drawable, letters, on_phone, page_width
from helpers.show.style import INK, OKABE_ITO

LOOKS = ((OKABE_ITO[1], "D"), (OKABE_ITO[2], "^"), (OKABE_ITO[3], "v"), (OKABE_ITO[4], "s"))
SPREAD = 0.34  # of a row, between marks of known traits


@drawable
def robustness(rows: pd.DataFrame, *, y: str, benchmarks: Mapping[str, str]) -> tuple[Figure, Axes]:
    """A row a difference: what would take its interval to zero, what would take it whole, and what known traits could.

    Parameters
    ----------
    rows : DataFrame
        As `helpers.compare.sensitivity` gives them: ``robustness``, ``robustness_limit`` and a column a benchmark.
    y : str
        Column with what the rows are called.
    benchmarks : mapping from column to what a reader calls it

    >>> row = pd.DataFrame({"called": ["Alliance"], "robustness": 0.3, "robustness_limit": 0.2, "topic": 0.1})
    >>> figure, axis = robustness(row, y="called", benchmarks={"topic": "main topic"})
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['until the interval holds zero', 'until nothing is left', 'as strong as: main topic']
    >>> plt.close(figure)
    """
    figure, axis = plt.subplots(figsize=(page_width(), 1))
    size, room, columns = letters(8), 1.35 if on_phone() else 2.4, 1 if on_phone() else 2
    called = [
        "\n".join(folded(figure, line, size=size, room=room) for line in str(name).split("\n")) for name in rows[y]
    ]
    lines = sum(max(2, name.count("\n") + 1) + 0.6 for name in called)
    figure.set_figheight(0.9 + 0.17 * math.ceil((2 + len(benchmarks)) / columns) + 0.135 * lines)
    places = np.arange(len(rows))
    axis.hlines(places, rows["robustness_limit"], rows["robustness"], color=INK, linewidth=1.4)
    held = {"linestyle": "", "markersize": 6, "clip_on": False}
    axis.plot(rows["robustness_limit"], places, marker="o", color=INK, label="until the interval holds zero", **held)
    axis.plot(rows["robustness"], places, marker="o", color=INK, mfc="white", label="until nothing is left", **held)
    for number, ((column, name), (colour, marker)) in enumerate(zip(benchmarks.items(), LOOKS, strict=False)):
        beside = places + SPREAD * (number - (len(benchmarks) - 1) / 2)  # two of no strength do not hide each other
        axis.plot(rows[column], beside, color=colour, marker=marker, label=f"as strong as: {name}", **held)
    axis.set_yticks(places, called, fontsize=size)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0, pad=9)
    for place in places[1:]:
        axis.axhline(place - 0.5, color="#E4E4E4", linewidth=0.8, zorder=0)
    axis.set_xlim(0, min(1.0, 1.12 * max(rows[["robustness", *benchmarks]].max().max(), 0.1)))
    axis.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axis.locator_params(axis="x", nbins=4 if on_phone() else 8)
    label = "variance explained, of the sides and of the measure alike"
    axis.set_xlabel(folded(figure, label, size=9, room=page_width() - room))
    figure.legend(loc="outside lower left", ncols=columns, fontsize=size)
    return figure, axis
