"""A frame as a table of a page, the same in JupyterLab, in files of nbconvert and in the report.

Words stand to the left and numbers to the right; estimates with intervals are drawn (`intervals`).  What every row
says, and what is noted of some, is said once below.  A long table shows its first rows, a wide one its first columns,
and all of it is one click away, with a file.  Where room is short a row becomes a card of its cells under one another.

Why a template of our own: pandas' Styler marks no header's scope and escapes only what it is asked to; great_tables 1.1
takes .6 s to import, sets its title in a row instead of a caption and brings 8 kB of style with every table.
"""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

import pandas as pd
from IPython import get_ipython
from IPython.display import HTML, display
from jinja2 import Environment
from markupsafe import Markup

from helpers.show import take_along
from helpers.show.columns import NOTHING, Column, columns_of
from helpers.show.markup import NO_FORMULA
from helpers.show.plain import in_line

ON_A_PAGE = "HELPERS_QUIET"  # set where a notebook is run for its page
FIRST, SPARED = 10, 14  # rows that stand open of a long table; a table of so many is not long
MOST = 400  # rows of a folded table; the file has all
MEASURE = 43.0  # rem: the width of a page's text
SET, SMALL = 0.8, 0.72  # rem: sizes of letters
PADDING = 1.1  # em between columns
CROWDED = 1.4  # how much narrower columns of words may stand than they ask for
CARDS = (18, 21, 24, 28, 32, 36, 40, 42)  # rem of room, below which rows may become cards
ALWAYS = 999
NOTE = "note"  # the column whose words go below the table
FACES = 4  # columns of intervals, from which a row is always a card: each estimate a line of dots
_TABLE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<table class="table {{ classes }}" role="table">
<caption>{{ caption }}</caption>
<thead role="rowgroup">
<tr role="row">
{% for column in columns %}
<th scope="col" role="columnheader" class="{{ column.kind }}">{{ column.title|safe }}{{ column.axis|safe }}</th>
{% endfor %}
</tr>
</thead>
<tbody role="rowgroup">
{% for place in rows %}
<tr role="row">
{% for column in columns %}
{% if column.head %}
<th scope="row" role="rowheader" class="{{ column.kind }}">
{{- column.cells[place]|safe }}{{ marks[place]|safe if loop.first }}</th>
{% else %}
<td role="cell" data-label="{{ column.said }}" class="{{ column.kind }}
{{- ' brief' if column.brief }}{{ ' none' if not column.texts[place] }}">
{{- column.cells[place]|safe }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>""")


def table(frame: pd.DataFrame, caption: str, *, digits: int = 2) -> None:
    """Show a table with a caption; everything in it is escaped.

    Parameters
    ----------
    frame : DataFrame
        An index that has a name is shown in front, as the heads of the rows.
    caption : str
    digits : int
        After the point, of numbers that are not whole.
    """
    display(HTML(table_html(frame, caption, digits=digits)))


def folded(frame: pd.DataFrame, caption: str, *, lead: Sequence[bool], digits: int = 2) -> None:
    """Show the rows that lead, and one click away all of them, with a file to take along.

    Parameters
    ----------
    frame : DataFrame
    caption : str
    lead : sequence of bool, one a row
        Which rows stand open.
    digits : int
        As in `table`.
    """
    display(HTML(folded_html(frame, caption, lead=lead, digits=digits)))


def table_html(frame: pd.DataFrame, caption: str, *, digits: int = 2) -> str:
    """The table as a string; of no row, one line that says so.

    >>> table_html(pd.DataFrame({"outlet": []}), "Gaps")
    '<p class="nothing">Gaps: nothing to list.</p>'
    >>> page = table_html(pd.DataFrame({"outlet": ["<KCNA>"], "gap": [-0.5], "n": [1200]}), "Gaps")
    >>> "<bdi>&lt;KCNA&gt;</bdi></th>" in page, ">−0.50</td>" in page, ">1,200</td>" in page
    (True, True, True)
    """
    long = len(frame) > SPARED
    return folded_html(frame, caption, lead=[place < FIRST or not long for place in range(len(frame))], digits=digits)


def folded_html(frame: pd.DataFrame, caption: str, *, lead: Sequence[bool], digits: int = 2) -> str:
    """The table of what leads, and the folded one of everything, as a string; nothing is folded where all rows lead.

    >>> page = folded_html(pd.DataFrame({"gap": [0.5, 0.1]}), "Gaps", lead=[True, False])
    >>> page.count("<table"), "Full table, 2 rows" in page, 'download="gaps.csv"' in page
    (2, True, True)
    >>> folded_html(pd.DataFrame({"gap": [0.5]}), "Gaps", lead=[True]).count("<details")
    0
    """
    caption = in_line(caption)
    if frame.empty:
        return f'<p class="nothing">{caption}: nothing to list.</p>'
    heads = sum(name is not None for name in frame.index.names)
    flat = frame.reset_index(allow_duplicates=True) if heads else frame
    parts = _parted(columns_of(flat, digits=digits, heads=heads))
    open_rows = [place for place, leads in enumerate(lead) if leads]
    shown = _fitting(parts.columns)
    page = _set(parts, shown, open_rows, caption) if open_rows else ""
    hidden = len(parts.columns) - len(shown)
    if hidden or len(open_rows) < len(flat):
        page += _fold(frame, parts, caption, hidden=hidden, alone=not open_rows)
    return boxed(page, _cards(shown))


def as_tables() -> None:
    """From here on show a frame that ends a cell as a table too: in words on a page, as in code beside it."""
    shell = get_ipython()
    if shell is not None:
        made = partial(frame_html, as_named=not os.environ.get(ON_A_PAGE))
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, made)


def frame_html(frame: pd.DataFrame, *, as_named: bool = True) -> str:
    """A frame as it ends a cell: named as in code or in words, its size, and the index where that means something.

    >>> page = frame_html(pd.DataFrame({"n_words": [3]}, index=[7]))
    >>> "n_words" in page, "1 row of 1 column" in page, ">7<" in page
    (True, True, False)
    """
    size = f"{len(frame):,} row{'s' * (len(frame) != 1)} of {frame.shape[1]:,} column{'s' * (frame.shape[1] != 1)}"
    if frame.empty:
        return f'<p class="nothing">A frame of {size}.</p>'
    shown = frame.head(FIRST) if len(frame) > SPARED else frame
    of = f"The first {FIRST} of {size}" if len(shown) < len(frame) else size
    labelled = [name is not None for name in shown.index.names]
    if not any(labelled) and not pd.api.types.is_integer_dtype(shown.index):
        levels = shown.index.nlevels
        shown = shown.rename_axis(index=["row"] if levels == 1 else [f"row {place + 1}" for place in range(levels)])
    heads = sum(name is not None for name in shown.index.names)
    flat = shown.reset_index() if heads and not set(shown.index.names) & set(shown.columns) else shown
    columns = columns_of(flat, digits=3, heads=heads if flat is not shown else 0, as_named=as_named)
    return boxed(_set(_Parts(columns), columns, range(len(flat)), of), _cards(columns))


@dataclass(frozen=True)
class _Parts:
    """A table's columns, without what is said once below it: what every row says, and notes with a mark a row."""

    columns: list[Column]
    same: str = ""
    notes: Column | None = None

    def numbers(self, rows: Sequence[int]) -> dict[str, int]:
        """The notes of some rows, numbered as they come."""
        texts = [self.notes.texts[place] for place in rows] if self.notes else []
        return {text: n for n, text in enumerate(dict.fromkeys(t for t in texts if t not in ("", NOTHING)), start=1)}

    def below(self, rows: Sequence[int]) -> str:
        """What is said below some rows."""
        cells = dict(zip(self.notes.texts, self.notes.cells, strict=True)) if self.notes else {}
        lines = [self.same] if self.same else []
        lines += [f"<sup>{number}</sup> {cells[text]}." for text, number in self.numbers(rows).items()]
        return f'\n<p class="table-note">{"<br>".join(lines)}</p>' if lines else ""


def _parted(columns: list[Column]) -> _Parts:
    """Notes and what every row says apart from the other columns; a table of numbers alone has no head for a mark."""
    noted = next((column for column in columns if column.label == NOTE and not column.head), None)
    noted = noted if columns[0].head else None
    rest = [column for column in columns if column is not noted]
    said = [c for c in rest if not c.head and c.kind in ("words", "number") and c.constant]
    if len(said) >= len(rest) - 1:
        said = []
    same = "; ".join(f"{html.escape(c.label)} {c.cells[0] or NOTHING}" for c in said)
    return _Parts([c for c in rest if c not in said], f"In every row: {same}." if said else "", noted)


def _room(columns: Sequence[Column], size: float, *, beside: bool = False) -> float:
    """Rem that columns ask for, with drawings beside their numbers or above them."""
    drawings = 7.0 * sum(column.kind == "interval" for column in columns) if beside else 0.0
    return size * (drawings + sum(column.room + PADDING for column in columns))


def _least(columns: Sequence[Column], size: float = SMALL) -> float:
    """Rem in which columns can stand: words break between words, numbers do not."""
    return size * sum(column.room / (CROWDED if column.kind == "words" else 1) + PADDING for column in columns)


def _fitting(columns: list[Column]) -> list[Column]:
    """The columns that stand open: as many from the left as fit; where rows are cards, all."""
    kept = list(columns)
    while not _is_cards(kept) and _least(kept) > MEASURE:
        spare = [column for column in kept if not column.head and column.kind != "interval"]
        if not spare or len(kept) <= 3:
            break
        kept.remove(spare[-1])
    return kept


def _is_cards(columns: Sequence[Column]) -> bool:
    drawn = [column for column in columns if column.kind == "interval" or column.head]
    return sum(not column.head for column in drawn) >= FACES and _least(drawn) > MEASURE


def _cards(columns: Sequence[Column]) -> int:
    """Rem of room, below which rows become cards."""
    if _is_cards(columns):
        return ALWAYS
    room = _least(columns, SMALL if _is_small(columns) else SET)
    return next((step for step in CARDS if step >= room), CARDS[-1])


def _is_small(columns: Sequence[Column]) -> bool:
    return _room(columns, SET) > MEASURE and not _is_cards(columns)


def _set(parts: _Parts, columns: Sequence[Column], rows: Sequence[int], caption: str) -> str:
    """One table element, and what is said below it."""
    small = "small " if _is_small(columns) else ""
    beside = "beside " if _room(columns, SMALL if small else SET, beside=True) <= MEASURE else ""
    numbers = parts.numbers(rows)
    marks = {
        p: f" <sup>{numbers[parts.notes.texts[p]]}</sup>" for p in rows if numbers and parts.notes.texts[p] in numbers
    }
    page = _TABLE.render(
        columns=columns, rows=rows, caption=Markup(caption), marks=marks, classes=f"{small}{beside}cards"
    )
    return page + parts.below(rows)


def _fold(frame: pd.DataFrame, parts: _Parts, caption: str, *, hidden: int, alone: bool) -> str:
    """All of the table, one click away, and as a file."""
    n, columns = len(frame), parts.columns
    rows = f"{n:,} row{'s' * (n != 1)}"
    wide = f" and {hidden} more column{'s' * (hidden != 1)}" if hidden else ""
    cut = f"<p>The first {MOST:,} rows; the file has all.</p>" if n > MOST else ""
    whole = _set(parts, columns, range(min(n, MOST)), caption)
    if _least(columns) > MEASURE and not _is_cards(columns):
        label = f"{html.escape(_text_of(caption))}, all columns"
        whole = f'<div class="sideways" role="region" tabindex="0" aria-label="{label}">{whole}</div>'
    return (
        f"\n<details><summary>Full table, {rows}{wide}{f': {caption}' if alone else ''}</summary>"
        f"<p>{take_along.link(frame, _text_of(caption))}</p>{cut}\n{whole}\n</details>"
    )


def _text_of(caption: str) -> str:
    return html.unescape(caption.replace("<bdi>", "").replace("</bdi>", ""))


def boxed(page: str, cards: int = CARDS[0]) -> str:
    """HTML with tables in it, and their looks; rows become cards below `cards` rem of room."""
    return f'{style(cards)}<div class="table-box c{cards} {NO_FORMULA}">\n{page}\n</div>'


@cache
def style(cards: int) -> str:
    """The looks of tables, for outputs that stand alone: rows become cards below `cards` rem of room."""
    sheet = " ".join((files("helpers.show") / "tables.css").read_text(encoding="utf-8").split())
    looks, short = sheet.split("@container (max-width: STACK)")
    short = f"@container (max-width: STACK){short}".replace("STACK", f"{cards}rem").replace(
        ".table-box", f".table-box.c{cards}"
    )
    return f"<style>{looks}</style>\n<style>{short}</style>\n"
