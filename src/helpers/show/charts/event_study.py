"""Around events: how a measure went week by week before and after, with what is not known left open."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.show import sentences as prose
from helpers.show.style import INK, PALE, WIDTH, Mark, marks_for

PANEL, HEAD, FOOT = 1.15, 0.75, 0.55  # inches: a row, above the rows, below them
MOST = 24  # panels, beyond which none can be read
LETTERS = 30  # of an event's name, a line above its column
LINES = 3
LEAST = 0.1  # end of a scale on which everything is 0


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
    figure, axes = plt.subplots(
        len(groups), len(events), figsize=(WIDTH, HEAD + FOOT + PANEL * len(groups)), sharex=True, sharey="row",
        squeeze=False,
    )  # fmt: skip
    for (i, group), (j, event) in _pairs(groups, events):
        part = profiles[(profiles["group"] == group) & (profiles["event"] == event)].sort_values("middle")
        _panel(axes[i, j], part, looks[group])
        if i == 0:
            name = textwrap.wrap(event, LETTERS if len(events) > 2 else 2 * LETTERS)
            shown = [*name[: LINES - 1], name[LINES - 1] + "…"] if len(name) > LINES else name
            axes[i, j].set_title("\n".join(shown), fontsize=7.2, loc="left", fontweight="normal")
    for i, group in enumerate(groups):
        top = _top(profiles[profiles["group"] == group])
        axes[i, 0].set_ylim(0, top)
        axes[i, 0].yaxis.set_major_locator(MaxNLocator(nbins=3))
        axes[i, 0].set_ylabel(textwrap.fill(group, 16), fontsize=7.5, color=looks[group].colour, fontweight="bold")
        if percent:
            axes[i, 0].yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    figure.supylabel(label, fontsize=8.5)
    figure.supxlabel("weeks since the event (hatched: not collected; hollow: too few articles for limits)", fontsize=8)
    return figure, axes


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
    axis.vlines(weeks[known], low[known], high[known], color=mark.colour, linewidth=1.1, alpha=0.7)
    for side in (weeks < 0, weeks >= 0):  # no line across the event
        line = np.where(side & ~gap, value, np.nan)
        axis.plot(weeks, line, color=mark.colour, linewidth=0.8, marker="", alpha=0.6)
    full, few = np.where(known, value, np.nan), np.where(~known & ~gap, value, np.nan)
    looks = {"color": mark.colour, "marker": mark.marker, "linestyle": "", "markersize": 3.6, "clip_on": False}
    axis.plot(weeks, full, **looks)
    axis.plot(weeks, few, markerfacecolor="white", markeredgewidth=0.7, **looks)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axis.tick_params(labelsize=6.8, length=2)
