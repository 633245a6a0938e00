"""Charts of estimates: every one shows its interval, or says that there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from helpers.show.style import INK, OKABE_ITO, PALE, WIDTH, Mark, marks_for

MAIN = "#B03A2E"  # of the rule that marks the main analysis
MANY = 200  # universes above which dots are small
NORMAL_95 = 1.959964  # two-sided 95 % point of the standard normal


def intervals(
    estimates: pd.DataFrame,
    *,
    label: str,
    rows: str = "quantity",
    group: str = "group",
    names: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    reference: float | None = None,
    percent: bool = False,
) -> tuple[Figure, Axes]:
    """Dots with intervals: one row for each value of `rows`, one dot in it for each `group`, named at its end.

    Parameters
    ----------
    estimates : DataFrame
        Columns `rows`, `group`, ``estimate``, ``low``, ``high``; an empty interval is drawn as an open dot.
    label : str
        The horizontal axis with its unit.
    reference : float, optional
        Where to draw a grey rule; 0 for differences.
    percent : bool
        Values are shares and are labelled per cent.

    >>> table = pd.DataFrame({"quantity": "ALLIANCE", "group": ["a", "b"], "estimate": [0.2, 0.4],
    ...                       "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> figure, axis = intervals(table, label="share of articles", percent=True)
    >>> [text.get_text() for text in axis.texts]
    ['a', 'b']
    >>> plt.close(figure)
    """
    names = names or {}
    order, groups = list(dict.fromkeys(estimates[rows])), list(dict.fromkeys(estimates[group]))
    styles = marks_for(groups, marks)
    spread = 0.7 / max(1, len(groups))
    figure, axis = plt.subplots(figsize=(WIDTH, 0.9 + len(order) * max(0.3, 0.19 * len(groups))))
    for row in estimates.itertuples():
        key, member = getattr(row, rows), getattr(row, group)
        place = order.index(key) + (groups.index(member) - (len(groups) - 1) / 2) * spread
        _dot(axis, row, place, styles[member], names.get(member, str(member)))
    axis.set_yticks(range(len(order)), [names.get(key, str(key)) for key in order])
    axis.set_ylim(len(order) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    for place in range(1, len(order)):
        axis.axhline(place - 0.5, color="#EDEDED", linewidth=0.8, zorder=0)
    if reference is not None:
        axis.axvline(reference, color="#8C8C8C", linewidth=0.8, zorder=0)
    elif (estimates[["estimate", "low"]].min().min()) >= 0:
        axis.set_xlim(left=0)
    axis.set_xlabel(label)
    axis.margins(x=0.12)
    if percent:
        axis.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %".replace("-", "\u2212"))
    return figure, axis


def _dot(axis: Axes, row: tuple, place: float, mark: Mark, name: str) -> None:
    """One estimate; open where it has no interval."""
    if math.isnan(row.estimate):
        return
    known = not (math.isnan(row.low) or math.isnan(row.high))
    if known:
        axis.plot([row.low, row.high], [place, place], color=mark.colour, linewidth=1.6, marker="")
    face = mark.colour if known else "white"
    axis.plot(row.estimate, place, marker=mark.marker, color=mark.colour, markerfacecolor=face, markersize=5)
    axis.annotate(
        name if known else f"{name} (no interval)", (row.high if known else row.estimate, place), xytext=(6, 0),
        textcoords="offset points", va="center", fontsize=7, color=mark.colour, annotation_clip=False,
    )  # fmt: skip


def keyness(
    table: pd.DataFrame, *, target: str, reference: str, limit: int = 12, level: float = 0.05
) -> tuple[Figure, Axes]:
    """Terms that set `target` apart from `reference`: log-odds with clustered intervals; open dots may be chance.

    Parameters
    ----------
    table : DataFrame
        Columns ``term``, ``delta`` (log-odds ratio), ``z`` (delta over its clustered standard error), ``q``.
    target, reference : str
        What the two sides are called.
    limit : int
        Terms a side, by size of ``z``.

    >>> rows = pd.DataFrame({"term": ["ally", "tax"], "delta": [1.0, -0.5], "z": [4.0, -1.0], "q": [0.001, 0.4]})
    >>> figure, axis = keyness(rows, target="KCNA", reference="the White House")
    >>> [text.get_text() for text in axis.get_yticklabels()]
    ['ally', 'tax']
    >>> plt.close(figure)
    """
    known = table.dropna(subset=["delta", "z"]).sort_values("z", ascending=False)
    top = pd.concat([known[known["z"] > 0].head(limit), known[known["z"] <= 0].tail(limit)])
    figure, axis = plt.subplots(figsize=(WIDTH, 1.0 + 0.19 * max(4, len(top))))
    for place, row in enumerate(top.itertuples()):
        colour = OKABE_ITO[0] if row.delta > 0 else OKABE_ITO[1]
        half = NORMAL_95 * abs(row.delta / row.z) if row.z else 0.0
        axis.plot([row.delta - half, row.delta + half], [place, place], color=colour, linewidth=1.2, marker="")
        face = colour if row.q < level else "white"
        axis.plot(row.delta, place, marker="o" if row.delta > 0 else "s", color=colour, markerfacecolor=face)
    axis.axvline(0, color="#8C8C8C", linewidth=0.8, zorder=0)
    axis.set_yticks(range(len(top)), [str(term)[:40] for term in top["term"]])
    axis.set_ylim(len(top) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(f"log-odds: left {reference}, right {target} (open: false discovery rate ≥ {100 * level:.0f} %)")
    return figure, axis


def specification_curve(
    universes: pd.DataFrame, *, label: str, choices: pd.DataFrame | None = None, main: np.ndarray | None = None
) -> tuple[Figure, np.ndarray]:
    """Estimates of all universes in order of size, each with its interval, above the choices that made them.

    Simonsohn, Simmons & Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4.

    Parameters
    ----------
    universes : DataFrame
        Columns ``universe``, ``estimate``, ``low``, ``high``.
    choices : DataFrame, optional
        One row a universe in the same order, one column a choice.  Read from ``universe`` when left out, if that
        is written ``name=value name=value``.
    main : ndarray of bool, optional
        Which universes are the main analysis, in the same order; ruled through both parts.

    Returns
    -------
    Figure, array of Axes (the curve; the choices below it)

    >>> rows = pd.DataFrame({"universe": ["k=8", "k=5"], "estimate": [0.2, 0.1], "low": 0.0, "high": 0.3})
    >>> figure, axes = specification_curve(rows, label="difference")
    >>> [text.get_text() for text in axes[1].get_yticklabels()]
    ['k: 5', 'k: 8']
    >>> plt.close(figure)
    """
    choices = _choices(universes["universe"]) if choices is None else choices.reset_index(drop=True)
    order = np.argsort(universes["estimate"].to_numpy(float), kind="stable")
    table = universes.iloc[order].reset_index(drop=True)
    options = [(name, value) for name in choices for value in sorted(choices[name].unique(), key=_by_size)]
    height = max(1.0, 0.16 * len(options))
    figure, axes = plt.subplots(
        2, 1, figsize=(WIDTH, 2.4 + height), sharex=True, height_ratios=[2.0, height], squeeze=True
    )
    places = np.arange(len(table))
    _curve(axes[0], table, size=3 if len(table) <= MANY else 1.5)
    marked = np.zeros(len(table), dtype=bool) if main is None else np.asarray(main, dtype=bool)[order]
    for place in places[marked]:
        for axis in axes:
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
        axes[0].annotate("main analysis", (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 2),
                         textcoords="offset points", ha="center", fontsize=7, color=MAIN)  # fmt: skip
    axes[0].set_ylabel(label)
    for row, (name, value) in enumerate(options):
        chosen = (choices[name] == value).to_numpy()[order]
        axes[1].plot(places[chosen], np.full(chosen.sum(), row), "|", color=INK, markersize=5, markeredgewidth=0.6)
    axes[1].set_yticks(range(len(options)), [f"{name}: {value}" for name, value in options], fontsize=7)
    axes[1].set_ylim(len(options) - 0.4, -0.6)
    axes[1].xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[1].set_xlabel(f"{len(table)} universes, smallest estimate first (open: the interval holds zero)")
    return figure, axes


def _curve(axis: Axes, table: pd.DataFrame, *, size: float) -> None:
    """Estimates in order with their intervals; filled where the interval is clear of zero."""
    places, clear = np.arange(len(table)), ((table["low"] > 0) | (table["high"] < 0)).to_numpy()
    width = min(1.0, 150 / max(1, len(table)))
    axis.vlines(places, table["low"], table["high"], color=np.where(clear, OKABE_ITO[0], PALE), linewidth=width)
    for kind, face in ((clear, OKABE_ITO[0]), (~clear, "white")):
        axis.plot(places[kind], table["estimate"][kind], "o", color=OKABE_ITO[0], markerfacecolor=face,
                  markersize=size, markeredgewidth=0.5)  # fmt: skip
    axis.axhline(0, color="#8C8C8C", linewidth=0.8, zorder=0)


def small_curves(universes: pd.DataFrame, *, panel: str, label: str, columns: int = 2) -> tuple[Figure, np.ndarray]:
    """Specification curves beside one another, one small chart a comparison, on one scale.

    Parameters
    ----------
    universes : DataFrame
        Columns `panel`, ``estimate``, ``low``, ``high``, ``main`` (whether it is the main analysis, which is ruled).
    panel : str
        The column whose values name the charts.
    label : str
        The vertical axis with its unit.

    >>> rows = pd.DataFrame({"pair": ["a", "a", "b"], "estimate": [0.2, 0.1, 0.3], "low": 0.0, "high": 0.3})
    >>> figure, axes = small_curves(rows.assign(main=[True, False, True]), panel="pair", label="difference")
    >>> [axis.get_title(loc="left") for axis in axes]
    ['a', 'b']
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(universes[panel]))
    columns = min(columns, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, 0.5 + 1.7 * rows), sharey=True, squeeze=False)
    for axis, name in zip(grid.flat, names, strict=False):
        table = universes[(universes[panel] == name) & universes["estimate"].notna()]
        table = table.sort_values("estimate", kind="stable", ignore_index=True)
        _curve(axis, table, size=1.5)
        for place in np.flatnonzero(table["main"].to_numpy(bool)):
            axis.axvline(place, color=MAIN, linewidth=1.0, zorder=0.5)
        axis.set_title(str(name), fontsize=8.5, loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axis in grid.flat[len(names) :]:
        axis.set_visible(False)
    figure.supylabel(label, fontsize=8.5)
    figure.supxlabel("universes, smallest estimate first (open: the interval holds zero; rule: main)", fontsize=8.5)
    return figure, grid.flat[: len(names)]


def _choices(universes: pd.Series) -> pd.DataFrame:
    """'k=8 voice=all' as one column a choice."""
    rows = [dict(part.split("=", 1) for part in text.split() if "=" in part) for text in universes]
    return pd.DataFrame(rows).fillna("–")


def _by_size(value: object) -> tuple[int, float, str]:
    """Numbers by size, before words by letter."""
    try:
        return 0, float(str(value)), ""
    except ValueError:
        return 1, 0.0, str(value)


def choose_k(sheet: pd.DataFrame, *, chosen: int | None = None, columns: int = 2) -> tuple[Figure, np.ndarray]:
    """How each quality changes with the number of topics: one small chart a quantity, intervals where known.

    Parameters
    ----------
    sheet : DataFrame
        Columns ``n_topics``, ``quantity``, ``value``, ``low``, ``high``.
    chosen : int, optional
        The number in use, ruled in grey.

    >>> rows = pd.DataFrame({"n_topics": [5, 6], "quantity": "coherence", "value": [0.1, 0.2]})
    >>> rows = rows.assign(low=[0.0, 0.1], high=[0.2, 0.3])
    >>> figure, axes = choose_k(rows, chosen=6)
    >>> axes[0].get_title(loc="left")
    'coherence'
    >>> plt.close(figure)
    """
    quantities = list(dict.fromkeys(sheet["quantity"]))
    columns = min(columns, len(quantities))
    rows = math.ceil(len(quantities) / columns)
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, 0.5 + 1.75 * rows), sharex=True, squeeze=False)
    for axis, quantity in zip(grid.flat, quantities, strict=False):
        part = sheet[sheet["quantity"] == quantity].sort_values("n_topics")
        low, high = part["low"].to_numpy(float), part["high"].to_numpy(float)
        axis.vlines(part["n_topics"], low, high, color=OKABE_ITO[0], linewidth=1.4)
        axis.plot(part["n_topics"], part["value"].to_numpy(float), marker="o", color=OKABE_ITO[0])
        if chosen is not None:
            axis.axvline(chosen, color="#8C8C8C", linewidth=0.8, zorder=0)
        axis.set_title(str(quantity), fontsize=8.5, loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.margins(y=0.2)
    for axis in grid.flat[len(quantities) :]:
        axis.set_visible(False)
    if chosen is not None:
        place = blended_transform_factory(grid.flat[0].transData, grid.flat[0].transAxes)
        grid.flat[0].text(chosen, 1.0, " in use", transform=place, fontsize=7, color="#555555", va="top")
    figure.supxlabel("number of topics", fontsize=8.5)
    return figure, grid.flat[: len(quantities)]
