"""A frame as a small table of a page: words to the left, numbers to the right, days in one line, everything escaped.

Why a template of our own: pandas' Styler marks no header's scope and escapes only what it is asked to; great_tables 1.1
takes .6 s to import, sets its title in a row instead of a caption and brings 8 kB of style with every table.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence

import pandas as pd
from IPython.display import HTML, display
from jinja2 import Environment

from helpers.show.sentences import MINUS

WIDE = 7  # columns from which a table is set small
NOTHING = "–"
_TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<table class="table{{ ' wide' if wide }}">
<caption>{{ caption }}</caption>
<thead>
<tr>
{% for name, kind in columns %}
<th scope="col"{% if kind %} class="{{ kind }}"{% endif %}>{{ name }}</th>
{% endfor %}
</tr>
</thead>
<tbody>
{% for row in rows %}
<tr>
{% for value, (name, kind) in row %}
{% if loop.index0 < heads %}
<th scope="row"{% if kind %} class="{{ kind }}"{% endif %}>{{ value }}</th>
{% else %}
<td{% if kind %} class="{{ kind }}"{% endif %}>{{ value }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>""")


def table(frame: pd.DataFrame, caption: str, *, digits: int = 2) -> None:
    """Show a small table with a caption; everything in it is escaped.

    Parameters
    ----------
    frame : DataFrame
        An index that has a name is shown in front, as the heads of the rows.
    caption : str
    digits : int
        After the point, of numbers that are not whole.
    """
    display(HTML(table_html(frame, caption, digits=digits)))


def table_html(frame: pd.DataFrame, caption: str, *, digits: int = 2) -> str:
    """The table as a string; of no row, one line that says so.

    >>> table_html(pd.DataFrame({"outlet": []}), "Gaps")
    '<p class="nothing">Gaps: nothing to list.</p>'
    >>> page = table_html(pd.DataFrame({"outlet": ["<KCNA>"], "gap": [-0.5], "n": [1200]}), "Gaps")
    >>> [line for line in page.splitlines() if line.startswith("<td")]
    ['<td class="words">&lt;KCNA&gt;</td>', '<td>−0.50</td>', '<td>1,200</td>']
    """
    if frame.empty:
        return f'<p class="nothing">{html.escape(caption)}: nothing to list.</p>'
    heads = sum(name is not None for name in frame.index.names)
    flat = frame.reset_index() if heads else frame
    columns = [(_label(name), _kind(flat.iloc[:, place])) for place, name in enumerate(flat.columns)]
    texts = [[_text(value, digits) for value in flat.iloc[:, place]] for place in range(flat.shape[1])]
    rows = [list(zip(row, columns, strict=True)) for row in zip(*texts, strict=True)]
    return _TEMPLATE.render(caption=caption, columns=columns, rows=rows, heads=heads, wide=flat.shape[1] >= WIDE)


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


def folded_html(frame: pd.DataFrame, caption: str, *, lead: Sequence[bool], digits: int = 2) -> str:
    """The table of what leads, and the folded one of everything, as a string; nothing is folded where all rows lead.

    >>> page = folded_html(pd.DataFrame({"gap": [0.5, 0.1]}), "Gaps", lead=[True, False])
    >>> page.count("<table"), "All 2 rows" in page, 'download="gaps.csv"' in page
    (2, True, True)
    >>> folded_html(pd.DataFrame({"gap": [0.5]}), "Gaps", lead=[True]).count("<details")
    0
    """
    shown = frame[pd.Series(list(lead), index=frame.index, dtype=bool)]
    if len(shown) == len(frame):
        return table_html(frame, caption, digits=digits)
    heads = any(name is not None for name in frame.index.names)
    written = base64.b64encode(frame.to_csv(index=heads, lineterminator="\n").encode("utf-8-sig")).decode("ascii")
    name = "-".join(re.findall(r"\w+", caption.lower())[:6])
    link = f'<a download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{written}">as CSV</a>'
    summary = f"All {len(frame):,} rows: {html.escape(caption)}"
    every = table_html(frame, caption, digits=digits)
    first = table_html(shown, caption, digits=digits) if len(shown) else ""
    return f'{first}\n<details class="all"><summary>{summary}</summary><p>{link}</p>\n{every}\n</details>'


def _label(name: object) -> str:
    """A column's head in words: no underscore, an outlet's name under "outlet"; the levels of several, joined.

    >>> _label("outlet_name"), _label("n_words"), _label(("quoted", "share"))
    ('outlet', 'n words', 'quoted, share')
    """
    if isinstance(name, tuple):
        return ", ".join(_label(part) for part in name if str(part))
    return str(name).removesuffix("_name").replace("_", " ")


def _kind(values: pd.Series) -> str:
    """What a column holds, as the page sets it: words to the left, days in one line, numbers to the right."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return ""
    known = values.dropna()
    known = known[known.astype(str) != ""]  # a day that is told once stays blank below
    days = pd.api.types.is_datetime64_any_dtype(values) or known.astype(str).str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    return "words day" if days and len(known) else "words"


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
    return str(value)
