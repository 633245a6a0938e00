"""Topics in words: which terms a topic shows, by three rankings at once.

Topics over time are in `helpers.show.charts.topic_prevalence`, their map in `helpers.show.charts.topic_map`;
shares by outlet, all months together, are drawn by `helpers.show.charts.estimates.dots`.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.lettering import cut, plain, unnumbered, width, wrapped
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import INK, OKABE_ITO

MOST_TOPICS = 12
RANKINGS = {"frex": "FREX", "relevance": "relevance"}  # beside probability, which orders the bars
ROW, LINE = 0.175, 0.135  # inches: a bar, a line of small print
TERM, SMALL, TITLE = 7.6, 7.4, 8.4  # points
WIDEST_TERM = 1.25  # inches
DISCS = (0.55, 0.18)  # inches from the right edge of a panel to the two columns of places
NUMBER = 0.3  # inches for a value at a bar's end
SIDE, BETWEEN = 0.08, 0.24  # inches beside and between panels
HEAD, FOOT = 0.06, 0.04  # inches above and below
SOFT = "#555555"


@drawable
def topic_terms(terms: pd.DataFrame, *, limit: int = 8, columns: int = 2) -> tuple[Figure, np.ndarray]:
    """First terms of every topic by probability, with their places under FREX and relevance beside them.

    A filled disc holds the term's place under the other ranking; an empty one says that it is not among the first
    `limit` there.  Below the bars stand the terms that the other rankings would show instead, each with its place.

    Parameters
    ----------
    terms : DataFrame
        Columns ``topic_name``, ``rank`` (by probability, from 1; settles ties), ``term``, ``weight`` (probability,
        β, 0..1), ``frex``, ``relevance`` (empty for a term that the topic lacks).  One row for every term that is
        among the first under any ranking.
    limit : int
        Terms a topic and ranking.
    columns : int
        Panels side by side.

    Returns
    -------
    Figure, array of Axes (one a panel)

    Raises
    ------
    ValueError
        For no topic or more than 12.

    >>> rows = pd.DataFrame({"topic_name": "00", "rank": [1, 2, 3], "term": ["state", "ally", "treaty"],
    ...     "weight": [0.3, 0.2, 0.1], "frex": [0.1, 0.9, 0.8], "relevance": [0.9, 0.5, 0.4]})
    >>> figure, (axis,) = topic_terms(rows, limit=2)
    >>> [text.get_text() for text in axis.texts if text.get_gid() == "term"]
    ['state', 'ally']
    >>> [text.get_text() for text in axis.texts if text.get_gid() == "instead"]
    ['FREX: treaty 2']
    >>> plt.close(figure)
    """
    topics = list(dict.fromkeys(terms["topic_name"]))
    if not 1 <= len(topics) <= MOST_TOPICS:
        raise ValueError(f"topic_terms draws 1 to {MOST_TOPICS} topics, not {len(topics)}; draw the others apart")
    columns = 1 if on_phone() else columns
    room = (page_width() - 2 * SIDE - (columns - 1) * BETWEEN) / columns
    figure = plt.figure(figsize=(page_width(), 1), layout="none")
    panels = [_ranked(terms[terms["topic_name"] == topic]) for topic in topics]
    titles = [wrapped(figure, unnumbered(topic).split(), size=TITLE, room=room, most=2, bold=True) for topic in topics]
    notes = [_instead(figure, panel, limit, room) for panel in panels]
    first = [panel[panel["by_weight"] <= limit] for panel in panels]
    rows, tops = [], []
    for start in range(0, len(topics), columns):  # bars of one row of panels begin at one height
        beside = slice(start, start + columns)
        tops += [_under(max(titles[beside], key=len))] * len(titles[beside])
        rows.append(tops[-1] + limit * ROW + 0.2 + max(len(below) for below in notes[beside]) * LINE)
    axes = _grid(figure, rows, room, columns)[: len(topics)]
    start = 0.06 + max(
        min(WIDEST_TERM, width(figure, term, size=letters(TERM))) for part in first for term in part["term"]
    )
    most = max(part["weight"].max() for part in first)
    scale = (room - start - DISCS[0] - 0.08 - NUMBER) / (most or 1.0)
    for axis, part, title, below, top in zip(axes, first, titles, notes, tops, strict=True):
        _headings(axis, title, room, top)
        _bars(axis, part, top=top, start=start, scale=scale)
        _discs(axis, part, top=top, room=room, limit=limit)
        _small_print(axis, below, top + limit * ROW + 0.04)
    note(
        figure,
        "Bars: probability of the term in the topic, per cent. "
        f"Filled disc: place under FREX or relevance; empty: not among the first {limit} there. "
        f"Below the bars: terms among the first {limit} by FREX or relevance but not by probability, with their place.",
    )
    return figure, np.array(axes)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Terms of one topic with their place under each ranking, by probability."""
    rows = rows.sort_values("rank", kind="stable").reset_index(drop=True)
    rows["term"] = [plain(term) for term in rows["term"]]
    for ranking in ("weight", *RANKINGS):
        places = rows[ranking].rank(method="first", ascending=False, na_option="bottom")
        rows[f"by_{ranking}"] = places.astype(int)
    return rows.sort_values("by_weight").reset_index(drop=True)


def _instead(figure: Figure, panel: pd.DataFrame, limit: int, room: float) -> list[str]:
    """Lines that name what the other rankings show and probability does not, by their place there."""
    lines = []
    for ranking, name in RANKINGS.items():
        own = panel[(panel[f"by_{ranking}"] <= limit) & (panel["by_weight"] > limit)].sort_values(f"by_{ranking}")
        if own.empty:
            continue
        # a place stays with its term: the blank between them does not break
        parts = [f"{term}\u00a0{place}" for term, place in zip(own["term"], own[f"by_{ranking}"], strict=True)]
        parts = [f"{part}," for part in parts[:-1]] + parts[-1:]
        lines += wrapped(figure, [f"{name}:", *parts], size=letters(SMALL), room=room)
    return [line.replace("\u00a0", " ") for line in lines]


def _under(title: list[str]) -> float:
    """Inches from the top of a panel to its first bar."""
    return 0.14 * len(title) + 0.17


def _grid(figure: Figure, rows: list[float], room: float, columns: int) -> list[Axes]:
    """Empty axes measured in inches from their upper left corner, row by row; the figure grows to hold them."""
    height, wide = sum(rows) + HEAD + FOOT, page_width()
    figure.set_figheight(height)
    axes, top = [], height - HEAD
    for row in rows:
        for column in range(columns):
            left = SIDE + column * (room + BETWEEN)
            axis = figure.add_axes((left / wide, (top - row) / height, room / wide, row / height))
            axis.set(xlim=(0, room), ylim=(row, 0))
            axis.axis("off")
            axes.append(axis)
        top -= row
    return axes


def _headings(axis: Axes, title: list[str], room: float, top: float) -> None:
    for place, line in enumerate(title):
        axis.text(0, 0.06 + 0.14 * place, line, fontsize=TITLE, fontweight="bold", va="center")
    bottom = top - 0.035
    axis.plot([0, room], [bottom, bottom], color="#DDDDDD", linewidth=0.6, marker="")
    for name, disc in zip(("FREX", "relev."), DISCS, strict=True):
        axis.text(room - disc, bottom - 0.07, name, fontsize=letters(7.4), color=SOFT, ha="center", va="center")


def _bars(axis: Axes, part: pd.DataFrame, *, top: float, start: float, scale: float) -> None:
    """Terms, bars, and the value at each bar's end."""
    places = top + (np.arange(len(part)) + 0.5) * ROW
    axis.barh(places, part["weight"] * scale, left=start, height=0.66 * ROW, color=OKABE_ITO[0])
    for place, row in zip(places, part.itertuples(), strict=True):
        term = cut(axis.figure, row.term, size=letters(TERM), room=WIDEST_TERM)
        axis.text(start - 0.04, place, term, fontsize=letters(TERM), ha="right", va="center", gid="term")
        value = f"{100 * row.weight:.1f}"
        axis.text(start + row.weight * scale + 0.03, place, value, fontsize=letters(7.4), color=SOFT, va="center")


def _discs(axis: Axes, part: pd.DataFrame, *, top: float, room: float, limit: int) -> None:
    """The place of each term under the other rankings: filled where it is among the first."""
    for ranking, disc in zip(RANKINGS, DISCS, strict=True):
        for row, place in enumerate(part[f"by_{ranking}"]):
            at = (room - disc, top + (row + 0.5) * ROW)
            if place <= limit:
                axis.plot(*at, marker="o", markersize=10.5, color=INK, markeredgewidth=0)
                axis.text(*at, str(place), fontsize=letters(7.4), color="white", ha="center", va="center_baseline")
            else:
                axis.plot(*at, "o", markersize=4.2, color="#8C8C8C", markerfacecolor="white", markeredgewidth=0.7)


def _small_print(axis: Axes, lines: list[str], top: float) -> None:
    for place, line in enumerate(lines):
        axis.text(0, top + (place + 0.5) * LINE, line, fontsize=letters(SMALL), color=INK, va="center", gid="instead")
