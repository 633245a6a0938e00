"""What ran when: lines over time, broken where nothing was collected, between the rules of dated events."""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from helpers.show import sentences as prose
from helpers.show.charts.lettering import folded, plain
from helpers.show.drawing import Mark, drawable, key, letters, note, on_phone, page_width
from helpers.show.style import HEIGHT, OKABE_ITO, PALE, marks_for

LABEL_WIDTH = 0.2  # of the axis's width that a name at a line's end may take
LABEL_STEP = 0.16  # inches between the numbers of two events
MOST_LINES = 4  # beyond which lines cannot be followed, and each gets a lane of its own
LANE, FULL = 0.21, 0.86  # inches of a lane, and the part of it that the highest value of all fills
MOST_EVENTS = 8  # named on one time line; more cannot be read


@drawable
def timeline(
    rows: pd.DataFrame,
    *,
    y: str,
    label: str,
    x: str = "month",
    colour: str = "outlet_name",
    low: str | None = None,
    high: str | None = None,
    events: pd.DataFrame | None = None,
) -> tuple[Figure, Axes]:
    """Lines over time, one an outlet, labelled at their ends; an empty value is a gap and breaks the line.

    More than `MOST_LINES` stand in lanes below one another, on one scale, with their names before them.

    Parameters
    ----------
    rows : DataFrame, a time and an outlet a row
        Times before the first and after the last value of any outlet are not drawn.
    y, x, colour : str
        Columns: the value, the time (a month as ``2024-08`` is drawn at its middle), and the name of the line.
    label : str
        The vertical axis with its unit.
    low, high : str, optional
        Columns with the ends of the intervals.
    events : DataFrame, optional
        ``day``, ``name``: thin grey rules with numbers, whose names stand below the figure; where more than
        `MOST_EVENTS` fall into the span, only some bear one.

    >>> rows = pd.DataFrame({"month": ["2024-08", "2024-09", "2024-10"], "n": [1, None, 4], "outlet_name": "KCNA"})
    >>> figure, axis = timeline(rows, y="n", label="articles a month")
    >>> float(axis.get_ylim()[0]), [text.get_text() for text in axis.texts]
    (0.0, ['KCNA'])
    >>> plt.close(figure)
    """
    rows = rows.assign(_time=_times(rows[x]))
    series = _wide(rows, y, colour)
    events = _inside(events, series.index)
    if series.shape[1] > MOST_LINES:
        return _lanes(series, events, label)
    figure, axis = plt.subplots(figsize=(page_width(), HEIGHT - (0.6 if on_phone() else 0)))
    days, styles = series.index.to_pydatetime(), marks_for(series.columns)
    size = 4 if len(days) <= 24 else 2.6
    for name in series.columns:
        mark, values = styles[name], series[name].to_numpy(float)
        # A mark on every point: one between two gaps has no line.
        axis.plot(days, values, color=mark.colour, marker=mark.marker, markersize=size, clip_on=False)
    if low and high:
        for name in series.columns:
            ends = [_wide(rows, end, colour)[name].reindex(series.index).to_numpy(float) for end in (low, high)]
            axis.fill_between(days, *ends, color=styles[name].colour, alpha=0.18, linewidth=0)
    if on_phone():
        key(figure, styles)
    else:
        _line_labels(axis, series, days, styles)
    _event_rules(axis, events)
    axis.set_ylabel(folded(figure, label, size=9, room=HEIGHT - 1))
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]) if (series.to_numpy(float) < 0).any() else 0.0)
    _dates(axis)
    axis.grid(axis="y")
    return figure, axis


def _lanes(series: pd.DataFrame, events: pd.DataFrame, label: str) -> tuple[Figure, Axes]:
    """Every line in a lane of its own, filled to its value, those of one colour together; gaps are hatched."""
    colours = [mark.colour for mark in marks_for(series.columns).values()]
    series = series[sorted(series, key=lambda name: colours.index(marks_for(series.columns)[name].colour))]
    n, most = series.shape[1], max(float(np.nanmax(series.to_numpy(float))), 1e-9)
    figure, axis = plt.subplots(figsize=(page_width(), 0.75 + LANE * n))
    days, styles = series.index.to_pydatetime(), marks_for(series.columns)
    for place, name in enumerate(series):
        values, base = series[name].to_numpy(float), n - 1 - place
        axis.fill_between(days, base, base + FULL * values / most, color=styles[name].colour, alpha=0.8, linewidth=0.8)
        gap = np.convolve(np.isnan(values), [1, 1, 1], mode="same") > 0  # from the last value to the next
        axis.fill_between(days, base, base + FULL, where=gap, facecolor="#F1F1F1", edgecolor=PALE, hatch="////", lw=0)
        axis.axhline(base, color="#E4E4E4", linewidth=0.6, zorder=0)
        axis.annotate(f"{np.nanmax(values):,.0f}", (1.005, base + FULL / 3), xycoords=("axes fraction", "data"),
                      va="center", fontsize=letters(7), color="#555555")  # fmt: skip
    size = letters(7.6)
    called = [folded(figure, name, size=size, room=1.15 if on_phone() else 2, most=1) for name in series]
    axis.set_yticks(n - 1 - np.arange(n) + FULL / 3, called, fontsize=size)
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(-0.1, n)
    axis.spines["left"].set_visible(False)
    _dates(axis)
    note(figure, f"Height of a lane: {label}, all on one scale; at its end the highest. Hatched: not collected.")
    _event_rules(axis, events)
    return figure, axis


def _dates(axis: Axes) -> None:
    """Few dates, short ones, and the year once."""
    locator = mdates.AutoDateLocator(minticks=3, maxticks=5 if on_phone() else 9)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def _times(values: pd.Series) -> pd.Series:
    """Times to draw at; a month is drawn at its middle."""
    times = pd.to_datetime(values)
    months = values.astype(str).str.fullmatch(r"\d{4}-\d\d")
    return times + pd.to_timedelta(14 * months.astype(int), unit="D")


def _wide(rows: pd.DataFrame, y: str, colour: str) -> pd.DataFrame:
    """A column a line, those without any value left out, from the first to the last value of any."""
    wide = rows.pivot(index="_time", columns=colour, values=y)
    wide = wide[[name for name in dict.fromkeys(rows[colour]) if wide[name].notna().any()]]
    known = wide.index[wide.notna().any(axis=1)]
    return wide.loc[known.min() : known.max()] if len(known) else wide.iloc[:0]


def _inside(events: pd.DataFrame | None, times: pd.Index) -> pd.DataFrame:
    """Events inside the span in order, with names on no more of them than can be told apart."""
    if events is None or events.empty or not len(times):
        return pd.DataFrame({"day": [], "name": []})
    shown = events.assign(day=pd.to_datetime(events["day"])).sort_values("day", ignore_index=True)
    shown = shown[shown["day"].between(times[0], times[-1])].reset_index(drop=True)
    step = max(1, math.ceil(len(shown) / MOST_EVENTS))
    return shown.assign(name=shown["name"].where(shown.index % step == 0, ""))


def _line_labels(axis: Axes, series: pd.DataFrame, days: np.ndarray, styles: Mapping[str, Mark]) -> None:
    """Each line's name to the right of its own last point, moved up or down where it would cover another's."""
    last = [int(np.flatnonzero(series[name].notna())[-1]) for name in series]
    ends = pd.DataFrame({"name": list(series), "last": last})
    ends["height"] = [float(series[name].iloc[place]) for name, place in zip(series, last, strict=True)]
    far = ends["last"].sort_values().diff() > LABEL_WIDTH * max(1, len(days) - 1)
    step = 0.055 * (axis.get_ylim()[1] - min(axis.get_ylim()[0], 0))
    for _, near in ends.groupby(far.cumsum()):
        near = near.sort_values(["height", "name"])
        for row, height in zip(near.itertuples(), _apart(near["height"].to_numpy(), step), strict=True):
            axis.annotate(
                row.name, (days[row.last], height), xytext=(8, 0), textcoords="offset points", va="center",
                fontsize=8, color=styles[row.name].colour, fontweight="bold", annotation_clip=False,
            )  # fmt: skip


def _apart(heights: np.ndarray, step: float) -> np.ndarray:
    """Heights in order, at least `step` apart and moved as little as can be (least squares); none below zero.

    >>> _apart(np.array([1.0, 1.0, 5.0]), 1.0).tolist()
    [0.5, 1.5, 5.0]
    """
    ladder = step * np.arange(len(heights))
    return np.maximum(isotonic_regression(heights - ladder).x, 0) + ladder


def _event_rules(axis: Axes, events: pd.DataFrame) -> None:
    """Thin grey rules, numbered above the axis, apart where two are close; their names stand below the figure."""
    start, end = axis.get_xlim()
    last, number, names = -math.inf, 0, []
    inches = page_width() * (0.62 if on_phone() else 0.82)
    size = letters(7.4)
    for day, name in zip(events["day"], events["name"], strict=True):
        axis.axvline(day, color="#8C8C8C", linewidth=0.7 if name else 0.4, alpha=1 if name else 0.4, zorder=0)
        if not name:
            continue
        number += 1
        share = (mdates.date2num(day) - start) / (end - start)
        last = max(share, last + LABEL_STEP / inches)
        axis.annotate(
            str(number), (share, 1), xytext=(last, 1.0), xycoords="axes fraction", textcoords="axes fraction",
            fontsize=size, color="#555555", ha="center", va="bottom", annotation_clip=False,
        )  # fmt: skip
        names.append(f"{number} {plain(name)} ({prose.day(day)})")
    note(axis.figure, "Rules: " + "; ".join(names) + "." if names else "")


@drawable
def steps(rows: pd.DataFrame, *, x: str, y: str, label: str, events: pd.DataFrame | None = None) -> tuple[Figure, Axes]:
    """One quantity day by day as a filled staircase, between the numbered rules of events.

    Parameters
    ----------
    rows : DataFrame, a day a row
    x, y : str
        Columns: the day, and the value.
    label : str
        The vertical axis with its unit.
    events : DataFrame, optional
        ``day``, ``name``, as `timeline` has them.

    >>> rows = pd.DataFrame({"day": pd.date_range("2024-08-01", periods=3), "n": [1, 4, 2]})
    >>> figure, axis = steps(rows, x="day", y="n", label="items")
    >>> float(axis.get_ylim()[0]), axis.get_ylabel()
    (0.0, 'items')
    >>> plt.close(figure)
    """
    figure, axis = plt.subplots(figsize=(page_width(), 2.9))
    days, values = pd.to_datetime(rows[x]), rows[y].to_numpy(float)
    axis.fill_between(days, values, color=OKABE_ITO[0], alpha=0.25, step="mid", linewidth=0)
    axis.step(days, values, color=OKABE_ITO[0], where="mid", marker="")
    axis.set_ylim(bottom=0)
    axis.set_xlim(days.min(), days.max())
    _event_rules(axis, _inside(events, pd.Index(days)))
    axis.set_ylabel(folded(figure, label, size=9, room=2.2))
    _dates(axis)
    axis.grid(axis="y")
    return figure, axis
