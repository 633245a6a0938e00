"""Topics as circles on a plane: near ones use the same words, large ones take up more of the articles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from helpers.show import sentences as prose
from helpers.show.charts.lettering import cut, plain, unnumbered, width, wrapped
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import HATCHES, INK, OKABE_ITO
from helpers.show.svg import HALO

TALL, SIDE, HEAD = 4.6, 0.06, 0.06  # inches: the map, beside it, above it
LARGEST, SMALLEST = 0.42, 0.05  # inches, radius
LABEL, LINE, LABEL_ROOM = 7.8, 0.138, 1.45  # points; inches from line to line; the widest label
THICKEST, THINNEST = 4.0, 0.5  # points, lines between topics
ANGLES, REACH = 24, (0.04, 0.12, 0.22, 0.36, 0.55, 0.8, 1.1)  # places tried for a label: around it, further off
LEADER = 0.1  # inches from its circle beyond which a line leads to a label
SOFT = "#555555"
NOTE = "Distances are approximate: a plane cannot keep all of them"


@dataclass(frozen=True)
class _Box:
    """A label's box, in inches."""

    left: float
    bottom: float
    right: float
    top: float

    def shared(self, other: _Box) -> float:
        """Area in both."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return max(0.0, across) * max(0.0, min(self.top, other.top) - max(self.bottom, other.bottom))

    def gap(self, x: float, y: float) -> float:
        """Distance of a point from it, 0 inside."""
        return math.hypot(max(self.left - x, x - self.right, 0.0), max(self.bottom - y, y - self.top, 0.0))


@drawable
def topic_map(
    points: pd.DataFrame,
    *,
    edges: pd.DataFrame | None = None,
    kept: float | None = None,
    edge_label: str = "similarity of two topics",
) -> tuple[Figure, Axes]:
    """Map of topics: a circle each, its area the topic's share, its hatch the package that it belongs to.

    Parameters
    ----------
    points : DataFrame
        Columns ``topic_name`` (id and first terms), ``x``, ``y`` (as from `helpers.topics.topic_map.coordinates`),
        ``share`` (0..1), ``package`` (name; empty for none).
    edges : DataFrame, optional
        Columns ``a``, ``b`` (labels of topics), ``strength`` (above 0): a grey line each, wider for more.
    kept : float, optional
        Share of the squared distances that the plane keeps, to be told below it.
    edge_label : str
        What the width of a line is.

    Raises
    ------
    ValueError
        For no topic, a place that is not known, a share below 0, or an edge to a topic that is not on the map.

    >>> points = pd.DataFrame({"topic_name": ["00 ally, treaty", "01 grain"], "x": [-1.0, 1.0], "y": 0.0,
    ...     "share": [0.6, 0.2], "package": ["alliance", ""]})
    >>> figure, axis = topic_map(points, kept=1.0)
    >>> [text.get_text() for text in axis.texts], len(axis.patches)
    (['ally, treaty\\n60\\xa0%', 'grain\\n20\\xa0%'], 2)
    >>> plt.close(figure)
    """
    points = points.reset_index(drop=True)
    _refuse(points, edges)
    figure = plt.figure(figsize=(page_width(), 1), layout="none")
    packages = [name for name in dict.fromkeys(points["package"].fillna("").map(plain)) if name]
    note(figure, _notes(kept, edges is not None and len(edges) > 0, edge_label))
    axis = _map(figure, _legend(figure, packages))
    radii = np.maximum(
        SMALLEST, (0.32 if on_phone() else LARGEST) * np.sqrt(points["share"] / (points["share"].max() or 1.0))
    ).to_numpy()
    places = _fitted(points[["x", "y"]].to_numpy(float))
    at = dict(zip(points["topic_name"], places, strict=True))
    if edges is not None and len(edges):
        for row in edges.itertuples():
            thick = max(THINNEST, THICKEST * row.strength / edges["strength"].max())
            ends = np.array([at[row.a], at[row.b]]).T
            axis.plot(*ends, color="#8C8C8C", alpha=0.6, linewidth=thick, marker="", zorder=1, solid_capstyle="round")
    order = np.argsort(-radii, kind="stable")
    for i in order:
        name = plain(points["package"].fillna("")[i])
        looks = _looks(packages.index(name) if name else None)
        axis.add_patch(Circle(places[i], radii[i], zorder=2, **looks))
    labels = [_label(figure, row) for row in points.itertuples()]
    boxes = _placed(figure, labels, places, radii)
    for lines, box, place, radius in zip(labels, boxes, places, radii, strict=True):
        _write(axis, lines, box, place, radius)
    return figure, axis


def _refuse(points: pd.DataFrame, edges: pd.DataFrame | None) -> None:
    if points.empty:
        raise ValueError("a map needs one topic at least")
    if points["topic_name"].duplicated().any():
        raise ValueError(
            f"topic {points['topic_name'][points['topic_name'].duplicated()].iloc[0]!r} is on the map twice"
        )
    numbers = points[["x", "y", "share"]].to_numpy(float)
    bad = ~np.isfinite(numbers).all(axis=1) | (numbers[:, 2] < 0)
    if bad.any():
        raise ValueError(f"topic {points['topic_name'][bad].iloc[0]!r} has no place or no share")
    if edges is not None:
        unknown = (set(edges["a"]) | set(edges["b"])) - set(points["topic_name"])
        if unknown:
            raise ValueError(f"edge to {min(unknown)!r}, which is not on the map")


def _looks(package: int | None) -> dict:
    """Of a circle: hatch and line tell packages apart in grey, colour beside them."""
    if package is None:
        return {"facecolor": "#EFEFEF", "edgecolor": "#6A6A6A", "linewidth": 0.9}
    hatch = (*HATCHES[1:], "")[package % len(HATCHES)]
    colour = OKABE_ITO[package % len(OKABE_ITO)]
    return {"facecolor": "white", "edgecolor": colour, "hatch": hatch, "linewidth": 1.4}


def _notes(kept: float | None, lined: bool, edge_label: str) -> str:
    known = "" if kept is None else f"; this one keeps {prose.share(kept)} of their squares"
    text = f"Area of a circle: mean share of the topic in the articles. {NOTE}{known}."
    return text + (f" Width of a line: {edge_label}." if lined else "")


def _legend(figure: Figure, packages: Sequence[str]) -> list[list[tuple[int, str, float]]]:
    """Rows of (number of the package, its name, inches from the left)."""
    rows: list[list[tuple[int, str, float]]] = [[]]
    left = 0.0
    for number, name in enumerate(packages):
        name = cut(figure, name, size=letters(7.4), room=2.6)
        wide = 0.36 + width(figure, name, size=letters(7.4)) + 0.22
        if rows[-1] and left + wide > page_width() - 2 * SIDE:
            rows.append([])
            left = 0.0
        rows[-1].append((number, name, left))
        left += wide
    return rows if packages else []


def _map(figure: Figure, legend: list[list[tuple[int, str, float]]]) -> Axes:
    """An axis measured in inches, with the legend below it."""
    foot = 0.06 + (0.08 + 0.2 * len(legend) if legend else 0)
    height, wide = HEAD + TALL + foot, page_width()
    figure.set_figheight(height)
    axis = figure.add_axes((SIDE / wide, foot / height, 1 - 2 * SIDE / wide, TALL / height))
    axis.set(xlim=(0, page_width() - 2 * SIDE), ylim=(0, TALL), xticks=[], yticks=[])
    axis.spines[:].set_visible(True)
    down = foot - 0.14
    for row in legend:
        for number, name, left in row:
            at = ((SIDE + left) / wide, (down - 0.07) / height)
            box = Rectangle(at, 0.28 / wide, 0.14 / height, transform=figure.transFigure, **_looks(number))
            figure.add_artist(box)
            figure.text(at[0] + 0.34 / wide, down / height, name, fontsize=letters(7.4), va="center")
        down -= 0.2
    return axis


def _fitted(places: np.ndarray) -> np.ndarray:
    """Places in inches on the map, one scale both ways, with room for circles and labels at the edges."""
    wide, tall, edge = page_width() - 2 * SIDE, TALL, LARGEST + 0.3
    low, spread = places.min(axis=0), np.ptp(places, axis=0)
    room = np.array([wide - 2 * edge - (0.3 if on_phone() else 0.9), tall - 2 * edge])
    scale = min((r / s for r, s in zip(room, spread, strict=True) if s > 0), default=1.0)
    return (places - low - spread / 2) * scale + np.array([wide, tall]) / 2


def _label(figure: Figure, row: tuple) -> list[str]:
    lines = wrapped(
        figure, unnumbered(row.topic_name).split(), size=letters(LABEL), room=1.1 if on_phone() else LABEL_ROOM, most=3
    )
    return [*lines, prose.share(row.share)]


def _placed(figure: Figure, labels: list[list[str]], places: np.ndarray, radii: np.ndarray) -> list[_Box]:
    """A box for each label: beside its circle, off other circles and labels as far as there is room.

    One after the other, those with most neighbours first, each at the best of the places tried for it.
    """
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    crowd = (np.exp(-((apart / 1.0) ** 2))).sum(axis=1)
    boxes: dict[int, _Box] = {}
    for i in np.argsort(-crowd.round(9), kind="stable"):
        size = max(width(figure, line, size=letters(LABEL)) for line in labels[i]) + 0.04, LINE * len(labels[i]) + 0.02
        tried = _candidates(places[i], radii[i], size)
        boxes[i] = min(tried, key=lambda box: _cost(box, i, places, radii, list(boxes.values())))
    return [boxes[i] for i in range(len(labels))]


def _candidates(place: np.ndarray, radius: float, size: tuple[float, float]) -> list[_Box]:
    """Boxes around a circle, kept on the map."""
    boxes = []
    for reach in REACH:
        for turn in range(ANGLES):
            across, up = math.cos(2 * math.pi * turn / ANGLES), math.sin(2 * math.pi * turn / ANGLES)
            x = place[0] + across * (radius + reach) + size[0] / 2 * max(-1.0, min(1.0, 1.6 * across))
            y = place[1] + up * (radius + reach) + size[1] / 2 * max(-1.0, min(1.0, 1.6 * up))
            x = min(max(x, size[0] / 2 + 0.03), page_width() - 2 * SIDE - size[0] / 2 - 0.03)
            y = min(max(y, size[1] / 2 + 0.03), TALL - size[1] / 2 - 0.03)
            boxes.append(_Box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2))
    return boxes


def _cost(box: _Box, own: int, places: np.ndarray, radii: np.ndarray, taken: list[_Box]) -> float:
    """How bad a place is: words on words worst, then on circles, then far from one's own or near another's."""
    cost = sum(100 * box.shared(other) + (box.shared(other) > 0) * 10 for other in taken)
    for i, (place, radius) in enumerate(zip(places, radii, strict=True)):
        gap = box.gap(*place) - radius
        cost += 8 * max(0.0, 0.02 - gap) + (2 if gap < 0 else 0)
        if i == own:
            cost += 2 * max(0.0, gap)
        elif gap < 0.1:
            cost += 0.5
    return cost


def _write(axis: Axes, lines: list[str], box: _Box, place: np.ndarray, radius: float) -> None:
    """A label in its box, and a line to its circle where it had to stand off."""
    middle = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    if box.gap(*place) - radius > LEADER:
        near = min(max(place[0], box.left), box.right), min(max(place[1], box.bottom), box.top)
        axis.plot([place[0], near[0]], [place[1], near[1]], color=INK, linewidth=0.5, marker="", zorder=3)
        axis.plot(*place, "o", color=INK, markersize=1.8, zorder=3)
    right, left = box.left >= place[0], box.right <= place[0]
    side, x = ("left", box.left + 0.02) if right else ("right", box.right - 0.02) if left else ("center", middle[0])
    axis.text(
        x, middle[1], "\n".join(lines), fontsize=letters(LABEL), color=INK, ha=side, va="center", linespacing=1.15,
        zorder=4, gid=HALO,
    )  # fmt: skip
