"""Topics over time: how much of each outlet a topic takes up, month by month, with what is not known left open."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.show import sentences as prose
from helpers.show.charts.lettering import cut, plain, unnumbered
from helpers.show.charts.strokes import uprights
from helpers.show.drawing import Mark, drawable, key, letters, note, on_phone, page_width
from helpers.show.style import PALE, marks_for

MOST_TOPICS = 12
LONG = 24  # months, from which a panel takes the whole width
MOST_EVENTS = 8  # ruled and named on one time line; more cannot be read
FEW = 5  # articles below which a month's mean is mostly noise
LEFT, RIGHT, BETWEEN, HEAD = 0.62, 0.16, 0.3, 0.04  # inches beside, between and above panels
TITLE, TICKS = 0.43, 0.36  # inches above and below a panel
PANEL, LANE, FULL = 0.7, 0.36, 0.9  # inches: a panel and one outlet's lane in it, at least; part of a lane in use
GAP = {"facecolor": "#F1F1F1", "edgecolor": PALE, "hatch": "/////", "linewidth": 0}
SOFT = "#555555"


@drawable
def topic_prevalence(
    series: pd.DataFrame,
    *,
    events: pd.DataFrame | None = None,
    label: str = "mean share of the topic in an article",
    columns: int | None = None,
    few: int = FEW,
) -> tuple[Figure, np.ndarray]:
    """Mean share of each topic by outlet and month: a panel a topic, in it a lane an outlet, all on one scale from 0.

    A month without collection is hatched in the outlet's lane and breaks its line.  A month of fewer than `few`
    articles is a small hollow mark that no line reaches.  An interval that leaves its lane is cut there.

    Parameters
    ----------
    series : DataFrame
        Columns ``topic_name``, ``outlet_name``, ``month`` (``2024-08``, or the timestamp of any day in it),
        ``estimate``, ``low``, ``high`` (0..1), ``n`` (articles), and optionally ``gap`` (bool).  A month that is absent
        or a gap is hatched; without ``gap``, one without an estimate is too.  With it, such a month was collected and
        had no article.  Months before the first article and after the last are not drawn.
    events : DataFrame, optional
        ``day``, ``name``: ruled and numbered; the names stand below the figure.  Of more than `MOST_EVENTS` that fall
        into the span only some are ruled.
    label : str
        The vertical axis.
    columns : int, optional
        Panels side by side; one where there are more than `LONG` months, else two.
    few : int
        Articles below which a month is drawn hollow.

    Returns
    -------
    Figure, array of Axes (one a panel)

    Raises
    ------
    ValueError
        For no topic or more than 12, or two rows of one topic, outlet and month.

    >>> rows = pd.DataFrame({"topic_name": "00 ally", "outlet_name": "a", "month": ["2024-01", "2024-03"],
    ...     "estimate": [0.2, 0.3], "low": [0.1, 0.2], "high": [0.3, 0.4], "n": [9, 2]})
    >>> figure, (axis,) = topic_prevalence(rows)
    >>> axis.get_title(loc="left"), float(axis.get_ylim()[0])
    ('ally', 0.0)
    >>> plt.close(figure)
    """
    topics, outlets = (list(dict.fromkeys(series[column])) for column in ("topic_name", "outlet_name"))
    if not 1 <= len(topics) <= MOST_TOPICS:
        raise ValueError(f"topic_prevalence draws 1 to {MOST_TOPICS} topics, not {len(topics)}")
    cells, gaps = _cells(series)
    styles = marks_for(outlets)
    columns = min(columns or (1 if len(gaps) > LONG or on_phone() else 2), len(topics))
    shown = _numbered(events, gaps.index)
    figure = plt.figure(figsize=(page_width(), 1), layout="none")
    axes = _grid(figure, len(topics), columns, tall=max(PANEL, LANE * len(outlets)))
    top = min(1.0, max(series["estimate"].max(), series.loc[series["n"] >= few, "high"].max(), 0.01))
    for axis, topic in zip(axes, topics, strict=True):
        axis.set(xlim=(-0.6, len(gaps) - 0.4), ylim=(0, len(outlets)))
        for place, outlet in enumerate(reversed(outlets)):
            _lane(axis, cells[topic, outlet], place, styles[outlet], few=few, top=top)
        _rules(axis, shown)
        _dressed(axis, unnumbered(topic), gaps.index, n_lanes=len(outlets), top=top, leftmost=axis in axes[::columns])
    key(figure, styles)
    signs = f"Each lane: {label}. Hollow: fewer than {few} articles. Hatched: not collected."
    numbered = "; ".join(f"{number} {name}" for number, (_, name) in enumerate(shown, 1))
    note(figure, signs, f"Rules: {numbered}." if numbered else "")
    return figure, axes


def _cells(series: pd.DataFrame) -> tuple[dict[tuple[str, str], pd.DataFrame], pd.DataFrame]:
    """Months from first to last by topic and outlet, and which outlet-months are gaps (months by outlets)."""
    table = series.assign(month=pd.PeriodIndex(pd.DatetimeIndex(series["month"]).tz_localize(None), freq="M"))
    held = table.loc[table["n"] > 0, "month"]
    table = table[table["month"].between(held.min(), held.max())].copy()
    keys = ["topic_name", "outlet_name", "month"]
    if table.duplicated(keys).any():
        topic, outlet, month = table.loc[table.duplicated(keys), keys].iloc[0]
        raise ValueError(f"{month} of {outlet!r} stands twice under topic {topic!r}")
    if "gap" not in table:
        table["gap"] = table["estimate"].isna()
    months = pd.period_range(table["month"].min(), table["month"].max(), freq="M", name="month")
    every = [list(dict.fromkeys(series[name])) for name in keys[:2]] + [months]
    table = table.set_index(keys).reindex(pd.MultiIndex.from_product(every, names=keys))
    table["gap"] = table["gap"].isna() | table["gap"].eq(True)
    table.loc[table["gap"], ["estimate", "low", "high"]] = np.nan
    gaps = table["gap"].groupby(["month", "outlet_name"], sort=False).all().unstack("outlet_name")[every[1]]
    return dict(list(table.groupby(level=keys[:2], sort=False))), gaps


def _numbered(events: pd.DataFrame | None, months: pd.PeriodIndex) -> list[tuple[float, str]]:
    """Events inside the months shown, as (place on the axis, name); a month is 1 wide, its middle whole."""
    if events is None or events.empty:
        return []
    days = pd.to_datetime(events["day"])
    inside = (days >= months[0].start_time) & (days <= months[-1].end_time)
    shown = events[inside].assign(day=days[inside]).sort_values(["day", "name"])
    places = []
    for row in shown.iloc[:: max(1, math.ceil(len(shown) / MOST_EVENTS))].itertuples():
        month = row.day.to_period("M")
        along = (row.day.day - 1) / month.days_in_month
        places.append((months.get_loc(month) - 0.5 + along, f"{plain(row.name)} ({prose.day(row.day)})"))
    return places


def _grid(figure: Figure, n_topics: int, columns: int, *, tall: float) -> np.ndarray:
    """Panels measured in inches; the figure grows to hold them."""
    step = TITLE + tall + TICKS
    rows = math.ceil(n_topics / columns)
    height = HEAD + rows * step
    wide = (page_width() - LEFT - RIGHT - (columns - 1) * BETWEEN) / columns
    figure.set_figheight(height)
    axes = []
    for i in range(n_topics):
        row, column = divmod(i, columns)
        bottom = (rows - row) * step - TITLE - tall
        left = LEFT + column * (wide + BETWEEN)
        axes.append(figure.add_axes((left / page_width(), bottom / height, wide / page_width(), tall / height)))
    return np.array(axes)


def _lane(axis: Axes, cells: pd.DataFrame, floor: int, mark: Mark, *, few: int, top: float) -> None:
    """One outlet of one panel, drawn from `floor` up: gaps hatched, a line through months of enough articles."""
    places = np.arange(len(cells))
    value, low, high = (cells[c].to_numpy(float) / top * FULL + floor for c in ("estimate", "low", "high"))
    ceiling = floor + FULL + 0.06
    low, high = np.clip(low, floor, ceiling), np.clip(high, floor, ceiling)
    ends = np.flatnonzero(np.diff(np.r_[0, cells["gap"].to_numpy(int), 0]))
    for start, end in ends.reshape(-1, 2):
        axis.add_patch(Rectangle((start - 0.5, floor), end - start, FULL, zorder=0.2, **GAP))
    axis.axhline(floor, color=PALE, linewidth=0.7, zorder=0.4)
    enough = cells["n"].to_numpy(float) >= few
    known = ~np.isnan(value) & ~np.isnan(low) & ~np.isnan(high)
    for which, thick in ((known & enough, 1.1), (known & ~enough, 0.5)):
        uprights(axis, places[which], low[which], high[which], color=mark.colour, linewidth=thick, alpha=0.65)
    size = 4 if len(cells) <= 24 else 2.8
    looks = {"color": mark.colour, "marker": mark.marker, "clip_on": False}
    axis.plot(places, np.where(enough, value, np.nan), markersize=size, linewidth=1.0, zorder=3, **looks)
    small = np.where(enough, np.nan, np.minimum(value, ceiling))
    hollow = {"markerfacecolor": "white", "markeredgewidth": 0.6, "linestyle": ""}
    axis.plot(places, small, markersize=0.75 * size, zorder=3, **hollow, **looks)
    at = {"transform": axis.get_yaxis_transform(), "markersize": 4, "linestyle": ""}
    wide = axis.get_position().width * axis.figure.get_figwidth()
    axis.plot(1 + RIGHT / 2 / wide, floor + FULL / 2, **(looks | at))


def _rules(axis: Axes, events: list[tuple[float, str]]) -> None:
    """Events as thin rules, their numbers above the panel, pushed apart where two are close."""
    inch = (axis.get_xlim()[1] - axis.get_xlim()[0]) / (axis.get_position().width * page_width())
    last = -math.inf
    for number, (place, _) in enumerate(events, 1):
        axis.axvline(place, color="#8C8C8C", linewidth=0.7, zorder=0.5)
        last = max(place, last + (0.1 if number < 11 else 0.15) * inch)
        axis.text(
            last, 1.02, str(number), transform=axis.get_xaxis_transform(), fontsize=letters(7.4), color=SOFT,
            ha="center", va="bottom",
        )  # fmt: skip


def _dressed(axis: Axes, title: str, months: pd.PeriodIndex, *, n_lanes: int, top: float, leftmost: bool) -> None:
    """Title cut to the panel, months below, one round number for each lane at the left."""
    room = axis.get_position().width * page_width()
    axis.set_title(cut(axis.figure, title, size=8.2, room=room, bold=True), fontsize=8.2, loc="left", pad=13)
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= room / 0.45), 120)
    ticks = [i for i, month in enumerate(months) if (12 * month.year + month.month - 1) % step == 0] or [0]
    axis.set_xticks(ticks, [_month(months[i], i == ticks[0]) for i in ticks])
    axis.tick_params(axis="x", labelsize=letters(7.4), pad=2.5, length=0)
    tick = next(tick for tick in (0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.0) if tick <= 0.95 * top)
    axis.set_yticks([floor + tick / top * FULL for floor in range(n_lanes)], [f"{100 * tick:.0f} %"] * n_lanes)
    axis.tick_params(axis="y", labelsize=letters(7.4), labelleft=leftmost, length=2)


def _month(month: pd.Period, first: bool) -> str:
    """'Jan' over its year where one begins, else the month alone."""
    return f"{month.start_time:%b}\n{month.year}" if first or month.month == 1 else f"{month.start_time:%b}"
