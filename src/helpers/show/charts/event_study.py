"""Around events: how a measure went week by week before and after, with what is not known left open."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.show import sentences as prose
from helpers.show.charts.lettering import folded
from helpers.show.charts.strokes import uprights
from helpers.show.drawing import Mark, drawable, letters, note, on_phone, page_width, sheet
from helpers.show.style import INK, PALE, marks_for

PANEL, HEAD, FOOT = 1.15, 0.55, 0.5  # inches: a row, above the rows of one block, below them
MOST = 24  # panels, beyond which none can be read
LINES = {"page": 4, "phone": 7}  # of an event's name above its column
BESIDE = 2  # events beside one another on a phone
LEAST = 0.1  # end of a scale on which everything is 0


@drawable
def event_study(profiles: pd.DataFrame, *, label: str, percent: bool = False) -> tuple[Figure, np.ndarray]:
    """A column an event, a row an outlet: a measure by weeks since the event, the event itself a rule at 0.

    The rows of one figure have scales of their own, from 0, since outlets differ in size; the panels of one row share
    theirs.  Weeks without collection are hatched and break the line.  A week without limits (few articles) is hollow.

    Parameters
    ----------
    profiles : DataFrame
        Columns ``event_name``, ``event_day``, ``group_name``, and, as from `helpers.compare.event_profile` or
        `helpers.compare.volume_profile`, ``middle`` (days since the event), ``estimate``, ``low``, ``high``, ``gap``.
    label : str
        The vertical axis with its unit.
    percent : bool
        Values are shares and are labelled per cent.

    Returns
    -------
    Figure, array of Axes, shape (n_groups, n_events)

    Raises
    ------
    ValueError
        There is nothing to draw, or more than 24 panels.

    >>> rows = pd.DataFrame({"event_name": "treaty", "event_day": pd.Timestamp("2024-06-19"), "group_name": "KCNA",
    ...                      "middle": [-3.5, 3.5], "estimate": [1, 2], "low": [0.5, 1], "high": [2, 3], "gap": False})
    >>> figure, axes = event_study(rows, label="items a day")
    >>> axes.shape, axes[0, 0].get_title(loc="left"), float(axes[0, 0].get_ylim()[0])
    ((1, 1), 'treaty (19 Jun 2024)', 0.0)
    >>> plt.close(figure)
    """
    titles = profiles["event_name"] + " (" + profiles["event_day"].map(prose.day) + ")"
    profiles = profiles.assign(event=titles, group=profiles["group_name"])
    events, groups = (list(dict.fromkeys(profiles[column])) for column in ("event", "group"))
    if not 1 <= len(events) * len(groups) <= MOST:
        raise ValueError(f"event_study draws 1 to {MOST} panels, not {len(events)} events by {len(groups)} groups")
    looks = marks_for(groups)
    columns = min(len(events), BESIDE if on_phone() else len(events))
    blocks = math.ceil(len(events) / columns)
    tall = PANEL * len(groups) + HEAD
    figure, grid = plt.subplots(
        blocks * len(groups), columns, figsize=(page_width(), FOOT + tall * blocks), sharex=True, sharey=False,
        squeeze=False,
    )  # fmt: skip
    for spare in grid.flat:
        spare.set_visible(False)
    axes = np.empty((len(groups), len(events)), dtype=object)
    for (i, group), (j, event) in _pairs(groups, events):
        axis = axes[i, j] = grid[(j // columns) * len(groups) + i, j % columns]
        axis.set_visible(True)
        rows = profiles[profiles["group"] == group]
        _panel(axis, rows[rows["event"] == event].sort_values("middle"), looks[group])
        _dressed(axis, group, looks[group], top=_top(rows), percent=percent, first=j % columns == 0)
        if i == 0:
            size = letters(7.4)
            room = page_width() / columns - (0.35 if columns > 1 else 0.8)
            called = folded(figure, event, size=size, room=room, most=LINES[sheet().name])
            axis.set_title(called, fontsize=size, loc="left", fontweight="normal")
    figure.supylabel(label if not on_phone() else "", fontsize=letters(8.5))
    figure.supxlabel("weeks since the event", fontsize=letters(8))
    note(figure, f"Upwards: {label}. Hatched: not collected. Hollow: too few articles for an interval.")
    return figure, axes


def _dressed(axis: Axes, group: str, mark: Mark, *, top: float, percent: bool, first: bool) -> None:
    """Scale and name of one panel; the scale is that of its row."""
    axis.set_ylim(0, top)
    axis.yaxis.set_major_locator(MaxNLocator(nbins=3))
    if percent:
        axis.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    if first:
        size = letters(7.5)
        called = folded(axis.figure, group, size=size, room=PANEL, most=2, bold=True)
        axis.set_ylabel(called, fontsize=size, color=mark.colour, fontweight="bold")
    else:
        axis.tick_params(axis="y", labelleft=False)


def _pairs(groups: list[str], events: list[str]) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """Every row with every column, each with its place."""
    return [(row, column) for row in enumerate(groups) for column in enumerate(events)]


def _top(rows: pd.DataFrame) -> float:
    """The end of a row's scale: the highest estimate and most of its limits."""
    known = rows["high"].dropna()
    high = float(known.quantile(0.9)) if len(known) else 0.0
    return 1.1 * max(high, float(rows["estimate"].max()) if rows["estimate"].notna().any() else 0.0, LEAST)


def _panel(axis: Axes, part: pd.DataFrame, mark: Mark) -> None:
    """One event of one outlet; a limit above the scale is cut there."""
    weeks, value = part["middle"].to_numpy(float) / 7, part["estimate"].to_numpy(float)
    low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
    gap = part["gap"].to_numpy(bool)
    for place in weeks[gap]:
        axis.axvspan(place - 0.5, place + 0.5, facecolor="#F1F1F1", edgecolor=PALE, hatch="/////", linewidth=0)
    axis.axvline(0, color=INK, linewidth=0.9, zorder=0.5)
    known = ~np.isnan(low) & ~np.isnan(high) & ~gap
    uprights(axis, weeks[known], low[known], high[known], color=mark.colour, linewidth=1.1, alpha=0.7)
    for side in (weeks < 0, weeks >= 0):  # no line across the event
        line = np.where(side & ~gap, value, np.nan)
        axis.plot(weeks, line, color=mark.colour, linewidth=0.8, marker="", alpha=0.6)
    full, few = np.where(known, value, np.nan), np.where(~known & ~gap, value, np.nan)
    looks = {"color": mark.colour, "marker": mark.marker, "linestyle": "", "markersize": 3.6, "clip_on": False}
    axis.plot(weeks, full, **looks)
    axis.plot(weeks, few, markerfacecolor="white", markeredgewidth=0.7, **looks)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axis.tick_params(labelsize=letters(7.4), length=2)
