"""Charts of what was counted: one function a chart, a table in, ``(figure, axis)`` out.

The caller gives the finding as the title when it calls `helpers.show.evidence.show`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from textwrap import shorten

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.show.style import HEIGHT, INK, OKABE_ITO, PALE, WIDTH, Mark, marks_for

__all__ = ["bars", "calendar", "funnel", "timeline"]

LABEL_WIDTH = 0.2  # of the axis's width that a name at a line's end may take
LABEL_STEP = 0.036  # of the axis's width between two names of events
LONGEST_NAME = 28  # characters of an event's name above a timeline
MOST_NUMBERS = 30  # months beyond which the cells of a calendar hold no number


Drawn = tuple[Figure, Axes]


def calendar(
    volume: pd.DataFrame, *, value: str = "n_relevant", label: str = "articles", names: Mapping[str, str] | None = None
) -> tuple[Figure, Axes]:
    """Coverage calendar: outlets down, months across, darker for more; months without collection are hatched.

    Parameters
    ----------
    volume : DataFrame
        Columns ``outlet``, ``month`` ("2024-08"), `value`, and optionally ``observed``.  An outlet-month that is
        absent, empty or not observed is a gap, which is not zero.
    value, label : str
        The column drawn, and its unit in words.
    names : mapping, optional
        What to call each outlet.

    >>> rows = pd.DataFrame({"outlet": ["a", "a"], "month": ["2024-08", "2024-10"], "n_relevant": [3, 0]})
    >>> figure, axis = calendar(rows)
    >>> [text.get_text() for text in axis.texts], len(axis.patches)         # September is a gap
    (['3', '0'], 1)
    >>> plt.close(figure)
    """
    seen = volume[volume["observed"]] if "observed" in volume else volume
    months = pd.period_range(volume["month"].min(), volume["month"].max(), freq="M").astype(str)
    grid = seen.pivot(index="outlet", columns="month", values=value).astype(float)
    grid = grid.reindex(index=list(dict.fromkeys(volume["outlet"])), columns=months)
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.34 * len(grid)))
    most = max(1.0, np.nanmax(grid.to_numpy(), initial=0.0))
    image = axis.pcolormesh(np.sqrt(grid.to_numpy()), cmap="Blues", vmin=0, vmax=math.sqrt(most), edgecolors="white")
    for row, column in zip(*np.nonzero(grid.isna().to_numpy()), strict=True):
        axis.add_patch(Rectangle((column, row), 1, 1, facecolor="#F1F1F1", edgecolor=PALE, hatch="/////", lw=0))
    if len(months) <= MOST_NUMBERS:
        _cell_numbers(axis, grid.to_numpy(), most)
    step = max(1, math.ceil(len(months) / 12))
    axis.set_xticks(np.arange(0, len(months), step) + 0.5, [_month(m) for m in months[::step]])
    axis.set_yticks(np.arange(len(grid)) + 0.5, [(names or {}).get(outlet, outlet) for outlet in grid.index])
    axis.invert_yaxis()
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axis, pad=0.01, aspect=12)
    ticks = sorted({0, round(most / 4), round(most)})
    bar.set_ticks([math.sqrt(tick) for tick in ticks], labels=[f"{tick:,}" for tick in ticks])
    bar.set_label(label)
    bar.outline.set_visible(False)
    axis.set_xlabel("month (hatched: not collected)")
    return figure, axis


def _cell_numbers(axis: Axes, grid: np.ndarray, most: float) -> None:
    size = 7 if grid.shape[1] <= 18 else 5.5
    for (row, column), number in np.ndenumerate(grid):
        if not np.isnan(number):
            ink = "white" if math.sqrt(number / most) > 0.6 else INK
            axis.text(column + 0.5, row + 0.5, f"{number:.0f}", ha="center", va="center", fontsize=size, color=ink)


def _month(month: str) -> str:
    """'2024-01' as 'Jan\\n2024'; the year only where one begins or is needed to start with."""
    day = datetime.date.fromisoformat(month + "-01")
    return f"{day:%b}\n{day:%Y}"


def timeline(
    series: pd.DataFrame,
    *,
    label: str,
    events: Sequence[tuple[datetime.date, str]] = (),
    names: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
) -> tuple[Figure, Axes]:
    """Lines over time, one an outlet, labelled at their ends; NaN is a gap and breaks the line.

    Parameters
    ----------
    series : DataFrame, shape (n_times, n_outlets)
        Indexed by day (or anything `pandas.to_datetime` reads).
    label : str
        The vertical axis with its unit.
    events : sequence of (day, name)
        Thin grey rules, named at the top.
    low, high : DataFrame, optional
        Ends of the intervals, in the shape of `series`.

    >>> months = pd.to_datetime(["2024-08-01", "2024-09-01", "2024-10-01"])
    >>> figure, axis = timeline(pd.DataFrame({"KCNA": [1, None, 4]}, index=months), label="articles a month")
    >>> float(axis.get_ylim()[0])
    0.0
    >>> plt.close(figure)
    """
    figure, axis = plt.subplots(figsize=(WIDTH, HEIGHT + (0.7 if len(events) else 0)))
    days = pd.to_datetime(pd.Index(series.index)).to_pydatetime()
    styles = marks_for(list(series.columns), marks)
    size = 4 if len(days) <= 24 else 2.6
    for name in series.columns:
        mark, values = styles[name], series[name].to_numpy(float)
        axis.plot(
            days,
            values,
            color=mark.colour,
            marker=mark.marker,
            markersize=size,  # on every point: one between two gaps has no line
            clip_on=False,
        )
        if low is not None and high is not None:
            bounds = low[name].to_numpy(float), high[name].to_numpy(float)
            axis.fill_between(days, *bounds, color=mark.colour, alpha=0.18, linewidth=0)
    _line_labels(axis, series, days, styles, names or {})
    _event_rules(axis, events)
    axis.set_ylabel(label)
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]) if (series.to_numpy(float) < 0).any() else 0.0)
    axis.xaxis.set_major_formatter(mdates.ConciseDateFormatter(axis.xaxis.get_major_locator()))
    axis.grid(axis="y")
    return figure, axis


def _line_labels(
    axis: Axes, series: pd.DataFrame, days: np.ndarray, styles: Mapping[str, Mark], names: Mapping[str, str]
) -> None:
    """Each line's name to the right of its own last point, pushed up where it would cover another's."""
    ends = [(int(np.flatnonzero(series[name].notna())[-1]), name) for name in series if series[name].notna().any()]
    step = 0.055 * (axis.get_ylim()[1] - min(axis.get_ylim()[0], 0))
    placed: list[tuple[float, float]] = []
    for last, name in sorted(ends, key=lambda end: series[end[1]].iloc[end[0]]):
        height, along = float(series[name].iloc[last]), last / max(1, len(days) - 1)
        while any(abs(along - x) < LABEL_WIDTH and abs(height - y) < step for x, y in placed):
            height += step / 4
        placed.append((along, height))
        axis.annotate(
            names.get(name, name), (days[last], height), xytext=(8, 0), textcoords="offset points", va="center",
            fontsize=8, color=styles[name].colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _event_rules(axis: Axes, events: Sequence[tuple[datetime.date, str]]) -> None:
    """Thin grey rules; their names lean away above the axis, pushed apart where two events are close."""
    start, end = axis.get_xlim()
    shown = [(day, name) for day, name in sorted(events) if start <= mdates.date2num(day) <= end]
    last = -math.inf
    for day, name in shown:
        axis.axvline(day, color="#8C8C8C", linewidth=0.7, zorder=0)
        share = (mdates.date2num(day) - start) / (end - start)
        last = max(share, last + LABEL_STEP)
        axis.annotate(
            shorten(name, LONGEST_NAME, placeholder="…"), (share, 1), xytext=(last, 1.05),
            xycoords="axes fraction", textcoords="axes fraction", rotation=40, rotation_mode="anchor", fontsize=7,
            color="#555555", ha="left", va="bottom", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#8C8C8C", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def bars(
    terms: pd.DataFrame,
    *,
    label: str,
    value: str = "weight",
    term: str = "term",
    panel: str | None = None,
    limit: int = 10,
    columns: int = 4,
    colour: str = OKABE_ITO[0],
) -> tuple[Figure, np.ndarray]:
    """Terms with bars, longest first; with `panel`, one small chart for each of its values.

    Returns
    -------
    Figure, array of Axes (one a panel)

    >>> rows = pd.DataFrame({"term": ["ally", "treaty"], "weight": [1, 3]})
    >>> figure, axes = bars(rows, label="times counted")
    >>> [text.get_text() for text in axes[0].get_yticklabels()]
    ['treaty', 'ally']
    >>> plt.close(figure)
    """
    groups = list(terms.groupby(panel, sort=False)) if panel else [("", terms)]
    columns = min(columns, len(groups))
    rows = math.ceil(len(groups) / columns)
    longest = min(limit, max(len(group) for _, group in groups))
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, rows * (0.75 + 0.17 * longest)), squeeze=False)
    for axis, (name, group) in zip(grid.flat, groups, strict=False):
        top = group.nlargest(limit, value)
        places = np.arange(len(top))
        axis.barh(places, top[value], color=colour, height=0.66)
        axis.set_yticks(places, [str(text).replace("\n", " ")[:28] for text in top[term]], fontsize=7.5)
        axis.set_ylim(longest - 0.4, -0.6)
        axis.set_title(str(name), fontsize=8.5, loc="left")
        axis.tick_params(axis="y", length=0)
        axis.tick_params(axis="x", labelsize=6.5)
        axis.locator_params(axis="x", nbins=3)
    for axis in grid.flat[len(groups) :]:
        axis.set_visible(False)
    figure.supxlabel(label, fontsize=8.5)
    return figure, grid.flat[: len(groups)]


def funnel(stages: pd.DataFrame, *, label: str = "items") -> tuple[Figure, Axes]:
    """What came in, was kept and was lost at each stage.

    Parameters
    ----------
    stages : DataFrame indexed by stage, columns ``came_in``, ``kept``, ``lost``
        As from `helpers.data.ledger.funnel`.

    >>> figure, axis = funnel(pd.DataFrame({"came_in": [10], "kept": [7], "lost": [3]}, index=["clean"]))
    >>> [text.get_text() for text in axis.texts]
    ['7 kept, 3 lost']
    >>> plt.close(figure)
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 0.9 + 0.42 * len(stages)))
    places = np.arange(len(stages))
    axis.barh(places, stages["kept"], color=OKABE_ITO[0], height=0.6)
    axis.barh(
        places, stages["lost"], left=stages["kept"], color="white", edgecolor=OKABE_ITO[0], hatch="////", height=0.6
    )
    for place, row in zip(places, stages.itertuples(), strict=True):
        axis.annotate(
            f"{row.kept:,} kept, {row.lost:,} lost", (row.came_in, place), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=8,
        )  # fmt: skip
    axis.set_yticks(places, list(stages.index))
    axis.set_ylim(len(stages) - 0.5, -0.5)
    axis.set_xlim(0, 1.28 * max(1, stages["came_in"].max()))
    axis.set_xlabel(f"{label} (hatched: lost)")
    axis.tick_params(axis="y", length=0)
    return figure, axis
