"""Charts of estimates: every one shows its interval, or says that there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.style import WIDTH, Mark, marks_for


def dots(
    estimates: pd.DataFrame,
    *,
    y: str,
    colour: str,
    label: str,
    x: str = "estimate",
    low: str = "low",
    high: str = "high",
    marks: Mapping[str, Mark] | None = None,
    reference: float | None = None,
    percent: bool = False,
) -> tuple[Figure, Axes]:
    """Dots with intervals: a row for each value of `y`, a dot in it for each value of `colour`, named at its end.

    Parameters
    ----------
    estimates : DataFrame
        One row a dot; one without interval is drawn open and named so.
    y, colour : str
        Columns with what the rows and the dots are called, in the order in which they come.
    label : str
        The horizontal axis with its unit.
    x, low, high : str
        Columns of the estimate and of the ends of its interval.
    marks : mapping, optional
        Looks of each value of `colour`; outlets have theirs from `helpers.show.set_style`.
    reference : float, optional
        Where to draw a grey rule; 0 for differences.
    percent : bool
        Values are shares and are labelled per cent.

    >>> table = pd.DataFrame({"measure_name": "Alliance", "outlet_name": ["a", "b"], "estimate": [0.2, 0.4],
    ...                       "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> figure, axis = dots(table, y="measure_name", colour="outlet_name", label="share of passages", percent=True)
    >>> [text.get_text() for text in axis.texts]
    ['a', 'b']
    >>> plt.close(figure)
    """
    rows, members = list(dict.fromkeys(estimates[y])), list(dict.fromkeys(estimates[colour]))
    styles = marks_for(members, marks)
    spread = 0.7 / max(1, len(members))
    figure, axis = plt.subplots(figsize=(WIDTH, 0.9 + len(rows) * max(0.3, 0.19 * len(members))))
    for row, member, *values in estimates[[y, colour, x, low, high]].itertuples(index=False, name=None):
        place = rows.index(row) + (members.index(member) - (len(members) - 1) / 2) * spread
        _dot(axis, place, *values, mark=styles[member], name=str(member))
    axis.set_yticks(range(len(rows)), [str(row) for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    for place in range(1, len(rows)):
        axis.axhline(place - 0.5, color="#EDEDED", linewidth=0.8, zorder=0)
    if reference is not None:
        axis.axvline(reference, color="#8C8C8C", linewidth=0.8, zorder=0)
    elif estimates[[x, low]].min().min() >= 0:
        axis.set_xlim(left=0)
    axis.set_xlabel(label)
    axis.margins(x=0.12)
    if percent:
        axis.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %".replace("-", "\u2212"))
    return figure, axis


def _dot(axis: Axes, place: float, value: float, low: float, high: float, *, mark: Mark, name: str) -> None:
    """One estimate; open where it has no interval."""
    if math.isnan(value):
        return
    known = not (math.isnan(low) or math.isnan(high))
    if known:
        axis.plot([low, high], [place, place], color=mark.colour, linewidth=1.6, marker="")
    face = mark.colour if known else "white"
    axis.plot(value, place, marker=mark.marker, color=mark.colour, markerfacecolor=face, markersize=5)
    axis.annotate(
        name if known else f"{name} (no interval)", (high if known else value, place), xytext=(6, 0),
        textcoords="offset points", va="center", fontsize=7, color=mark.colour, annotation_clip=False,
    )  # fmt: skip
