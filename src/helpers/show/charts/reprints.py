"""Who takes from whom, as lines from left to right."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from helpers.show.charts.lettering import folded
from helpers.show.drawing import drawable, letters, note, page_width
from helpers.show.style import INK, marks_for

THICKEST = 9.0  # points, the line of the largest number
MOST = 30  # lines; more cannot be followed
ROW, LINE = 0.3, 0.125  # inches at the least, a name and a number
SPREAD = 0.8  # of a name's height that the lines to it fill
LEFT, STOP, RIGHT = 0.34, 0.58, 0.64  # of the width: where the lines begin and end, and the names begin


@drawable
def reprints(
    links: pd.DataFrame,
    *,
    source: str = "source",
    kind: str = "kind",
    outlet: str = "outlet_name",
    n: str = "n_articles",
) -> tuple[Figure, Axes]:
    """Sources on the left, outlets that print them on the right; a line is as thick as the articles are many.

    Parameters
    ----------
    links : DataFrame, a source and an outlet a row
    source, kind, outlet, n : str
        Columns: who had the story, whether that is an ``agency`` (drawn whole) or whoever was ``first seen`` with it
        (dashed), who prints it (and gives the line its colour), and in how many articles.

    >>> rows = pd.DataFrame({"source": ["TASS"], "kind": ["agency"], "outlet_name": ["Post"], "n_articles": [4]})
    >>> figure, axis = reprints(rows)
    >>> [text.get_text() for text in axis.texts]
    ['TASS', 'Post', '4']
    >>> plt.close(figure)
    """
    names = {source: "source", kind: "kind", outlet: "outlet", n: "n_articles"}
    rows = links[list(names)].rename(columns=names)
    rows = rows.sort_values(["n_articles", "source", "outlet"], ascending=[False, True, True])
    rest, rows = rows.iloc[MOST:], rows.iloc[:MOST]
    left = _places(
        [("agency", s) if k == "agency" else ("first", s) for s, k in zip(rows.source, rows.kind, strict=True)]
    )
    right = _places(list(rows["outlet"]))
    most = int(rows["outlet"].value_counts().max())  # lines that arrive at one name
    height = max(ROW, LINE * most / SPREAD) * len(right)
    figure, axis = plt.subplots(figsize=(page_width(), 0.4 + max(height, ROW * len(left))))
    size, room = letters(8.2), 0.94 * page_width() * (LEFT - 0.02)
    for (_, source), height in left.items():
        called = folded(figure, source, size=size, room=room, most=2)
        axis.text(LEFT - 0.015, height, called, ha="right", va="center", fontsize=size)
    for outlet, height in right.items():
        called = folded(figure, outlet, size=size, room=room, most=2)
        axis.text(RIGHT + 0.015, height, called, ha="left", va="center", fontsize=size)
    marks = marks_for(right)
    start = [
        left["agency" if kind == "agency" else "first", source] for source, kind in rows[["source", "kind"]].values
    ]
    end = _arrivals(rows["outlet"], np.array(start), right, SPREAD / most)
    thick = np.maximum(0.8, THICKEST * rows["n_articles"] / rows["n_articles"].max())
    for row, *ends, width in zip(rows.itertuples(), start, end, thick, strict=True):
        style = "solid" if row.kind == "agency" else (0, (2, 1))
        _line(axis, *ends, width=width, colour=marks[row.outlet].colour, style=style)
        axis.text(
            RIGHT - 0.006, ends[1], f"{row.n_articles:,}", ha="right", va="center", fontsize=letters(7), color=INK
        )
    axis.set_xlim(0, 1)
    axis.set_ylim(1.04, -0.04)
    axis.axis("off")
    dashed = "Dashed: from whoever was first seen with it." if (rows["kind"] != "agency").any() else ""
    smaller = f" {len(rest)} thinner lines ({rest['n_articles'].sum():,} in all) are not drawn." if len(rest) else ""
    note(figure, f"Left: who had the story; right: who prints it, and in how many. {dashed}{smaller}".strip())
    return figure, axis


def _arrivals(outlets: pd.Series, start: np.ndarray, right: dict[str, float], apart: float) -> np.ndarray:
    """Where each line ends: lines of one outlet beneath one another, in the order in which they begin."""
    step = apart / max(1, len(right) - 1)
    frame = pd.DataFrame({"outlet": outlets.to_numpy(), "start": start})
    grouped = frame.groupby("outlet")["start"]
    place = grouped.rank(method="first") - (grouped.transform("size") + 1) / 2
    return frame["outlet"].map(right).to_numpy() + step * place.to_numpy()


def _places(keys: list) -> dict:
    """Heights from 0 to 1, in the order in which the keys come first."""
    once = list(dict.fromkeys(keys))
    return dict(zip(once, np.linspace(0, 1, len(once)) if len(once) > 1 else [0.5], strict=True))


def _line(axis: Axes, start: float, end: float, *, width: float, colour: str, style: object) -> None:
    """A curve from left to right that leaves room for its number."""
    middle = (LEFT + STOP) / 2
    path = Path([(LEFT, start), (middle, start), (middle, end), (STOP, end)], [Path.MOVETO, *[Path.CURVE4] * 3])
    axis.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width, alpha=0.6, linestyle=style))
