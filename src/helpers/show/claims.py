"""Words of a written report that hold only as long as the estimate says so.

A report that a person wrote states directions in its own words.  Each such word passes through here with the row that
it rests on; when the estimate no longer says so, the report is not built, and the error says what it says instead.
"""

from __future__ import annotations

import math

import pandas as pd

from helpers.show.sentences import MINUS


class ClaimError(ValueError):
    """A sentence that its estimate does not bear out; one line with the words and the estimate."""


def row_of(table: pd.DataFrame, **key: object) -> pd.Series:
    """The one row of a table that a sentence is about.

    Parameters
    ----------
    table : DataFrame
    key : column = value
        Together they must leave one row.

    Raises
    ------
    ClaimError
        No row, or several, are left.

    >>> rows = pd.DataFrame({"measure": ["LAW", "LAW"], "group": ["daily", "post"], "estimate": [0.2, 0.1]})
    >>> float(row_of(rows, measure="LAW", group="post")["estimate"])
    0.1
    >>> row_of(rows, measure="LAW")
    Traceback (most recent call last):
    helpers.show.claims.ClaimError: 2 rows for measure 'LAW'; say which
    """
    rows = table
    for column, value in key.items():
        rows = rows[rows[column] == value]
    if len(rows) != 1:
        asked = ", ".join(f"{column} {value!r}" for column, value in key.items())
        raise ClaimError(f"{'no row' if rows.empty else f'{len(rows)} rows'} for {asked}; say which")
    return rows.iloc[0]


def more(row: pd.Series, words: str) -> str:
    """`words`, if the whole interval of the row lies above zero.

    >>> more(pd.Series({"estimate": 0.2, "low": 0.1, "high": 0.3}), "oftener")
    'oftener'
    """
    return _said(words, row["low"] > 0, "more", row)


def less(row: pd.Series, words: str) -> str:
    """`words`, if the whole interval of the row lies below zero.

    >>> less(pd.Series({"estimate": 0.2, "low": 0.1, "high": 0.3}), "rarer")
    Traceback (most recent call last):
    helpers.show.claims.ClaimError: 'rarer' claims less, but the estimate is 0.200, 0.100 to 0.300; rewrite the sentence
    """
    return _said(words, row["high"] < 0, "less", row)


def unclear(row: pd.Series, words: str) -> str:
    """`words`, if the interval of the row holds zero, or there is none.

    >>> unclear(pd.Series({"estimate": 0.2, "low": -0.1, "high": 0.5}), "we cannot tell")
    'we cannot tell'
    """
    return _said(words, not (row["low"] > 0 or row["high"] < 0), "no direction", row)


def stands(row: pd.Series, sure: str, words: str) -> str:
    """`words`, if the finding is as sure as they say.

    Parameters
    ----------
    row : Series
        A row of `findings`.
    sure : {"clear", "hangs on choices", "cannot tell"}
    words : str

    >>> stands(pd.Series({"sure": "clear", "why": "all"}), "clear", "it is clear")
    'it is clear'
    >>> stands(pd.Series({"sure": "cannot tell", "why": "open"}), "clear", "so")
    Traceback (most recent call last):
    helpers.show.claims.ClaimError: 'so' claims 'clear', but the finding is 'cannot tell' (open); rewrite the sentence
    """
    if row["sure"] != sure:
        raise ClaimError(
            f"{words!r} claims {sure!r}, but the finding is {row['sure']!r} ({row['why']}); rewrite the sentence"
        )
    return words


def holds(condition: bool, words: str, *, because: str) -> str:
    """`words`, if a condition on what was counted is true, such as which outlet comes first.

    Parameters
    ----------
    condition : bool
    words : str
    because : str
        What was found, for the error: the values that were compared.

    >>> holds(7 > 4, "the most", because="7 beside 4")
    'the most'
    """
    if not bool(condition):
        raise ClaimError(f"{words!r} does not hold: {because}; rewrite the sentence")
    return words


def limits(row: pd.Series) -> str:
    """An interval of shares as it is read, in points.

    >>> limits(pd.Series({"low": -0.191, "high": 0.015})).replace(MINUS, "-")
    '-19.1 to +1.5'
    """
    return " to ".join(
        f"{'+' if value > 0 else MINUS if value < 0 else ''}{100 * abs(value):.1f}" for value in row[["low", "high"]]
    )


def _said(words: str, true: bool, claim: str, row: pd.Series) -> str:
    if true:
        return words
    interval = "without an interval" if math.isnan(row["low"]) else f"{row['low']:.3f} to {row['high']:.3f}"
    raise ClaimError(
        f"{words!r} claims {claim}, but the estimate is {row['estimate']:.3f}, {interval}; rewrite the sentence"
    )
