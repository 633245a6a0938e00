"""A frame as a file inside the page: a link that gives away the whole table as CSV, whatever the page shows of it."""

from __future__ import annotations

import base64
import math
import re

import pandas as pd

from helpers.show import intervals

MOST_BYTES = 400_000  # of a file inside a page
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet takes for the start of one


def link(frame: pd.DataFrame, caption: str) -> str:
    """A link to the frame as CSV; a sentence where it is too large to stand in a page.

    >>> link(pd.DataFrame({"gap": [0.5]}), "Gaps")[:42]
    '<a download="gaps.csv" href="data:text/csv'
    """
    text = written(frame)
    if len(text) > MOST_BYTES:
        return f"{len(frame):,} rows are too many for a file inside this page; the notebook's code gives them."
    name = "-".join(re.findall(r"[a-z0-9]+", caption.lower())[:6]) or "table"
    coded = base64.b64encode(text.encode("utf-8-sig", errors="replace")).decode("ascii")
    return f'<a download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{coded}">as CSV</a>'


def written(frame: pd.DataFrame) -> str:
    """The frame as CSV: an interval as three numbers, and no cell that a spreadsheet would compute.

    >>> print(written(pd.DataFrame({"name": ["=1+1", "a"], "points (interval)": ["−1.5 (−2 to 3)", "–"]})))
    name,points,points low,points high
    '=1+1,-1.5,-2.0,3.0
    a,,,
    <BLANKLINE>
    """
    named = any(name is not None for name in frame.index.names)
    flat = frame.reset_index(allow_duplicates=True) if named else frame
    columns: list[tuple[str, object]] = []
    for place, name in enumerate(flat.columns):
        head = ", ".join(str(part) for part in (name if isinstance(name, tuple) else (name,)) if str(part))
        values = flat.iloc[:, place]
        read = (
            None
            if pd.api.types.is_numeric_dtype(values)
            else intervals.column(["" if pd.isna(v) else str(v) for v in values])
        )
        if read is None:
            columns.append((_harmless(head), [_harmless(value) for value in values]))
            continue
        head = _harmless(head.removesuffix(" (interval)"))
        for part, label in (("point", head), ("low", f"{head} low"), ("high", f"{head} high")):
            columns.append((label, [_known(getattr(one, part)) if one else None for one in read]))
    table = pd.concat([pd.Series(values, name=label, dtype=object) for label, values in columns], axis=1)
    return table.to_csv(index=False, lineterminator="\n")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _harmless(value: object) -> object:
    """Text that begins like a formula, with a sign in front that says that it is text."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA) else value
