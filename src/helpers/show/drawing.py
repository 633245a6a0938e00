"""One chart, drawn twice: for a page and for a phone; and the words that stand around it.

A chart function marked `drawable` can draw its figure again, narrower.  `helpers.show.show` asks for both drawings and
the page chooses by its width.  What would have to be broken into lines (a key, a note) stands around the figure as
text of the page, not in it.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import matplotlib as mpl
from matplotlib.figure import Figure

Given, Axes = ParamSpec("Given"), TypeVar("Axes")


@dataclass(frozen=True)
class Sheet:
    """What a figure is drawn on.

    Attributes
    ----------
    width : float
        Inches.
    smallest : float
        Points of the smallest letters.  On our pages a point of the phone's sheet is 1.35 pixels at a window of 390,
        and one of the page's sheet 1.41 pixels: both are 10 pixels or more.
    """

    name: str
    width: float
    smallest: float


PAGE, PHONE = Sheet("page", 7.2, 7.4), Sheet("phone", 3.5, 7.8)
PHONE_LETTERS = {
    "font.size": 8.4, "axes.titlesize": 8.6, "axes.labelsize": 8.2, "xtick.labelsize": 7.8, "ytick.labelsize": 8.0,
    "lines.linewidth": 1.4, "lines.markersize": 4.4,
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """How one outlet is drawn, everywhere."""

    colour: str
    marker: str
    hatch: str


@dataclass
class Around:
    """What stands around a figure: who is who, what signs mean, and how to draw it again."""

    key: list[tuple[str, Mark]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    again: Callable[[], tuple[Figure, object]] | None = None


_sheets: list[Sheet] = [PAGE]
_around: WeakKeyDictionary[Figure, Around] = WeakKeyDictionary()


def sheet() -> Sheet:
    """What is drawn on now.

    >>> sheet().name
    'page'
    """
    return _sheets[-1]


def page_width() -> float:
    """Inches from side to side."""
    return sheet().width


def on_phone() -> bool:
    """Whether the narrow drawing is being made."""
    return sheet() is PHONE


def letters(points: float) -> float:
    """Size of letters, never smaller than can be read on the sheet.

    >>> letters(6.5), letters(9)
    (7.4, 9)
    """
    return max(points, sheet().smallest)


@contextlib.contextmanager
def on(chosen: Sheet) -> Iterator[None]:
    """Draw on another sheet.

    >>> with on(PHONE):
    ...     page_width(), letters(6.5)
    (3.5, 7.8)
    """
    _sheets.append(chosen)
    try:
        with mpl.rc_context(PHONE_LETTERS if chosen is PHONE else {}):
            yield
    finally:
        _sheets.pop()


def drawable(chart: Callable[Given, tuple[Figure, Axes]]) -> Callable[Given, tuple[Figure, Axes]]:
    """A chart function whose figure remembers how it was made, so that it can be made again for a phone."""

    @functools.wraps(chart)
    def draw(*rows: Given.args, **options: Given.kwargs) -> tuple[Figure, Axes]:
        figure, axes = chart(*rows, **options)
        around(figure).again = functools.partial(chart, *rows, **options)
        return figure, axes

    return draw


def around(figure: Figure) -> Around:
    """What stands around `figure`."""
    return _around.setdefault(figure, Around())


def key(figure: Figure, marks: Mapping[str, Mark]) -> None:
    """Say once, above the figure, which mark is whose."""
    around(figure).key = list(marks.items())


def note(figure: Figure, *sentences: str) -> None:
    """Say below the figure what its signs mean or what it leaves out."""
    around(figure).notes += [text for text in sentences if text]


def few_note(rows: Iterable[tuple[str, int]], unit: str, fewest: int) -> str:
    """Who is left out for having fewer than `fewest`; empty for nobody.

    >>> few_note([("the Gazette", 3), ("TASS", 1)], "article", 10)
    'Not drawn, with fewer than 10 articles: the Gazette (3), TASS (1).'
    """
    listed = ", ".join(f"{name} ({n})" for name, n in rows)
    return f"Not drawn, with fewer than {fewest} {unit}s: {listed}." if listed else ""
