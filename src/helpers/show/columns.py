"""The columns of a table before they are set: what each holds, how its head and cells read, how much room it takes."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.show import intervals
from helpers.show.plain import LONGEST_LABEL, breakable, isolated, plain
from helpers.show.sentences import MINUS
from helpers.text.languages import LANGUAGES, name_of

NOTHING = "–"
HEADS = {
    "n_words": "words",
    "copy_cluster": "story",
    "published": "published (UTC)",
    "date_source": "date found in",
    "is_original": "original",
}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CODED = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")  # what the house writes with underscores, such as ``no_text``
MOST_HEADS = 3  # columns of words before the first interval: what the estimate is of
HASH = re.compile(r"[0-9a-f]{12,64}")  # an id that was computed
WIDEST, LONGEST_TOKEN, BRIEF = 12.0, 9.0, 11.0  # em: room that words may ask for; what is short in a card


@dataclass(frozen=True)
class Column:
    """A column as it is set.

    Attributes
    ----------
    label : str
    kind : str
        ``number``, ``interval``, ``day`` or ``words``.
    texts, cells : tuple of str
        What each cell says, and its HTML.
    room : float
        Em that it asks for.
    head : bool
        Whether its cells are heads of rows.
    axis : str
        HTML below the label.
    """

    label: str
    kind: str
    texts: tuple[str, ...]
    cells: tuple[str, ...]
    room: float
    head: bool = False
    axis: str = ""

    @property
    def constant(self) -> bool:
        """Whether every row says the same."""
        return len(self.texts) > 2 and len(set(self.texts)) == 1

    @property
    def title(self) -> str:
        """The label as HTML."""
        return breakable(self.label or NOTHING)

    @property
    def said(self) -> str:
        """The label as an attribute."""
        return isolated(self.label)

    @property
    def brief(self) -> bool:
        """Whether cells are so short that several stand in one line."""
        return self.kind in ("number", "day") or (
            self.kind == "words" and max(map(_length, self.texts), default=0) < BRIEF
        )


def columns_of(frame: pd.DataFrame, *, digits: int, heads: int, as_named: bool = False) -> list[Column]:
    """The columns of a frame whose first `heads` columns are heads of rows; else its first column of words is.

    Parameters
    ----------
    frame : DataFrame
    digits, heads : int
    as_named : bool
        Whether columns bear the names that code calls them by.

    >>> frame = pd.DataFrame({"a": ["x"], "b": [1], "c": ["1 (0 to 2)"]})
    >>> [column.kind for column in columns_of(frame, digits=2, heads=0)]
    ['words', 'number', 'interval']
    """
    kinds = [_kind(frame.iloc[:, place]) for place in range(frame.shape[1])]
    texts = [[_text(value, digits) for value in frame.iloc[:, place]] for place in range(frame.shape[1])]
    read = {
        place: intervals_read
        for place, kind in enumerate(kinds)
        if kind == "words" and place >= heads and (intervals_read := intervals.column(texts[place])) is not None
    }
    ratios = [place for place in read if _of_ratios(frame.columns[place])]
    alike = [one for place, intervals_read in read.items() if place not in ratios for one in intervals_read]
    heading = _heads(kinds, read, heads)
    columns = []
    for place, name in enumerate(frame.columns):
        label = _verbatim(name) if as_named else label_of(name)
        if place in read:
            scale = intervals.scale(read[place], ratio=True) if place in ratios else intervals.scale(alike)
            columns.append(_of_intervals(label, texts[place], read[place], scale))
            continue
        words = texts[place] if as_named else _in_words(label, texts[place])
        cells = tuple(breakable(text) if kinds[place] == "words" else html.escape(text) for text in words)
        columns.append(
            Column(label, kinds[place], tuple(words), cells, _room(label, kinds[place], words), place in heading)
        )
    return columns


def label_of(name: object) -> str:
    """A column's head in words: no underscore, an outlet's name under "outlet"; the levels of several, joined.

    >>> label_of("outlet_name"), label_of("n_words"), label_of(("quoted", "share"))
    ('outlet', 'words', 'quoted, share')
    """
    if isinstance(name, tuple):
        return ", ".join(label_of(part) for part in name if str(part))
    text = HEADS.get(str(name)) or re.sub(r"^n_(?=[a-z])|_name$", "", str(name))
    return plain(text.replace("_", " "), LONGEST_LABEL)


def _verbatim(name: object) -> str:
    return plain(", ".join(str(part) for part in (name if isinstance(name, tuple) else (name,)) if str(part)))


def _of_ratios(name: object) -> bool:
    return any(word in str(name) for word in ("times", "ratio"))


def _heads(kinds: Sequence[str], read: Mapping[int, object], heads: int) -> set[int]:
    """Places of the columns that are heads of rows: those of the index, what estimates are of, or the first words."""
    if heads:
        return set(range(heads))
    first = min(read, default=0)
    leading = [place for place in range(min(first, MOST_HEADS)) if kinds[place] != "number"]
    worded = (place for place, kind in enumerate(kinds) if place not in read and kind != "number")
    return set(leading) or {next(worded, -1)}


def _of_intervals(
    label: str, texts: Sequence[str], intervals_read: Sequence[intervals.Interval | None], scale: intervals.Scale
) -> Column:
    """A column of dots."""
    cells = []
    for text, one in zip(texts, intervals_read, strict=True):
        number, opening, rest = text.partition(" (" if " (" in text else " [")
        written = html.escape(number) + (f" <small>{html.escape(opening.strip() + rest)}</small>" if opening else "")
        cells.append(f"<span>{intervals.drawing(one, scale)}<span>{written}</span></span>")
    room = max([7.0, *map(_length, texts)])
    label = label.removesuffix(" (interval)")  # it is drawn
    return Column(label, "interval", tuple(texts), tuple(cells), room, axis=intervals.axis(scale))


def _kind(values: pd.Series) -> str:
    """What a column holds."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return "number"
    texts = (str(value) for value in values.dropna())  # not as a Series: it holds no half of a letter
    known = [text for text in texts if text]  # a day that is told once stays blank below
    days = pd.api.types.is_datetime64_any_dtype(values) or all(DAY.fullmatch(text) for text in known)
    return "day" if days and known else "words"


def _text(value: object, digits: int) -> str:
    """One cell as a reader sees it."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return NOTHING
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if pd.api.types.is_integer(value):
        return f"{value:,}".replace("-", MINUS)
    if pd.api.types.is_float(value):
        return f"{value:,.{digits}f}".replace("-", MINUS)
    return plain(value).replace("< .", "<\u00a0.")  # a chance stays in one line


def _in_words(label: str, texts: Sequence[str]) -> list[str]:
    """Cells without codes: a language by its name, the house's own words without underscores."""
    if label.endswith("language") and set(texts) <= set(LANGUAGES):
        return [name_of(text) for text in texts]
    if texts and all(HASH.fullmatch(text) for text in texts):  # only whether it is the same says something
        return [f"{place + 1}" for place in pd.factorize(pd.Series(texts))[0]]
    if any("_" in text for text in texts) and all(CODED.fullmatch(text) for text in texts if text not in ("", NOTHING)):
        return [text.replace("_", " ") for text in texts]
    return list(texts)


def _room(label: str, kind: str, texts: Sequence[str]) -> float:
    """Em that a column asks for: numbers stay whole, words break between words."""
    tokens = max((_length(token) for token in label.split()), default=0.0)
    longest = max(map(_length, texts), default=0.0)
    if kind != "words":
        return max(longest, min(tokens, LONGEST_TOKEN))
    return max(min(longest, WIDEST), min(tokens, LONGEST_TOKEN))


def _length(text: str) -> float:
    """Em that a text takes, roughly."""
    return 0.56 * len(text) + 0.44 * sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
