"""Rows of scores: what was planted, what was recovered, and a verdict.

A share is recovered when the truth lies inside its interval; a yes/no recovery is scored by precision and recall.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = ["quantity", "planted", "recovered", "low", "high", "n", "verdict"]
GOOD = 0.95  # precision or recall below this is told as a miss


def row(
    quantity: str,
    planted: float,
    recovered: float,
    *,
    n: int,
    verdict: str,
    low: float = np.nan,
    high: float = np.nan,
) -> dict[str, object]:
    """One row of scores."""
    return dict(zip(COLUMNS, (quantity, float(planted), float(recovered), low, high, int(n), verdict), strict=True))


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows as a frame, with its columns also where there is no row."""
    return pd.DataFrame(rows, columns=COLUMNS)


def table(notebook: str, *blocks: pd.DataFrame) -> pd.DataFrame:
    """Blocks of rows as the table of one notebook."""
    filled = [block for block in blocks if len(block)]
    rows = pd.concat(filled, ignore_index=True) if filled else frame([])
    return rows.assign(notebook=notebook)


def retrieval(quantity: str, planted: set, recovered: set) -> list[dict[str, object]]:
    """Recall and precision of a set of things found against the set planted.

    >>> [(r["quantity"], r["recovered"]) for r in retrieval("copies", {1, 2}, {2, 3})]
    [('copies: recall', 0.5), ('copies: precision', 0.5)]
    """
    rows = []
    for name, among in (("recall", planted), ("precision", recovered)):
        value = len(planted & recovered) / len(among) if among else np.nan
        verdict = "nothing to find" if not among else "recovered" if value >= GOOD else "missed in part"
        rows.append(row(f"{quantity}: {name}", 1.0, value, n=len(among), verdict=verdict))
    return rows


def share(quantity: str, right: pd.Series) -> list[dict[str, object]]:
    """The share of a yes/no series that is right, as one row."""
    value = float(right.mean()) if len(right) else np.nan
    verdict = "nothing to find" if not len(right) else "recovered" if value >= GOOD else "missed in part"
    return [row(quantity, 1.0, value, n=len(right), verdict=verdict)]


def interval(quantity: str, planted: float, estimate: pd.Series, *, n: int) -> dict[str, object]:
    """An estimate with its interval beside the truth.

    >>> interval("share", 0.2, pd.Series({"estimate": 0.25, "low": 0.1, "high": 0.4}), n=9)["verdict"]
    'inside the interval'
    """
    low, high = float(estimate["low"]), float(estimate["high"])
    if np.isnan(low):
        verdict = "no interval given"
    else:
        verdict = "inside the interval" if low <= planted <= high else "outside the interval"
    return row(quantity, planted, estimate["estimate"], n=n, low=low, high=high, verdict=verdict)


def planted(effects: pd.DataFrame, kind: str, column: str, *, voice: str = "all", scope: str = "all") -> pd.Series:
    """A column of what was planted over the whole period, by measure and outlet or group.

    Parameters
    ----------
    effects : DataFrame
        The table ``truth_effects``.
    kind : {'indicator', 'topic'}
    column : str
        Such as ``indicator_planted``, what a repeated draw would give on average: what an interval is about.
    voice, scope : str
        Whose words, and which printings: ``all`` of them, ``originals``, or the ``first`` of each story.
    """
    whole = (effects["span"] == "all") & (effects["reference"] == "")
    rows = effects[whole & (effects["kind"] == kind) & (effects["voice"] == voice) & (effects["scope"] == scope)]
    return rows.set_index(["measure", "group"])[column]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows of each verdict, by the kind of quantity before its first comma or colon."""
    kind = rows["quantity"].str.replace(r"[,:(].*$", "", regex=True).str.strip()
    counted = pd.crosstab(kind, rows["verdict"])
    counted.columns.name = None
    return counted.rename_axis("quantity").reset_index()
