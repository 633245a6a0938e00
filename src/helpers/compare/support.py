"""What two sides have in common in time, and how much of each stands behind their difference.

In: one row an article with a group and a day, and where it is known on which days each group was collected.  Out: the
rows of the common window, and numbers of articles and clusters a side.

A difference between outlets that speak at other times is as much one of times as of outlets.  The common window holds
the days on which both were collected; where that is not known, the days from the later of the two first articles to the
earlier of the two last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

WINDOWS = ("period", "common")
NO_OVERLAP = "no overlap"  # the method of a difference whose sides share no time


def in_common(
    frame: pd.DataFrame,
    *,
    group: str,
    pair: tuple[str, str],
    day: str,
    collected: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """The articles of two groups that lie in their common window.

    Parameters
    ----------
    frame : DataFrame
        One row an article, with the columns `group` and `day`; undated articles are in no window.
    group, day : str
        Names of columns.
    pair : (str, str)
        Two groups.
    collected : mapping from group to Series of bool indexed by day, optional
        Whether collection worked; where a side is not in it, its first and last articles bound it.

    >>> days = pd.to_datetime(["2024-01-01", "2024-03-01", "2024-02-01", "2024-04-01"])
    >>> frame = pd.DataFrame({"outlet": list("aabb"), "day": days})
    >>> in_common(frame, group="outlet", pair=("a", "b"), day="day")["day"].dt.month.tolist()
    [3, 2]
    >>> spring = pd.Series(True, pd.date_range("2024-02-15", "2024-05-01"))
    >>> in_common(frame, group="outlet", pair=("a", "b"), day="day", collected={"a": spring})["day"].dt.month.tolist()
    [3, 4]
    """
    rows = frame[frame[group].isin(pair)]
    inside = rows[day].notna()
    for side in pair:
        days = rows.loc[rows[group] == side, day]
        if collected is not None and side in collected:
            ran = collected[side]
            inside &= rows[day].isin(ran.index[ran.to_numpy(bool)])
        else:
            inside &= rows[day].between(days.min(), days.max())
    return rows[inside]


def support(frame: pd.DataFrame, *, group: str, pair: tuple[str, str], clusters: str | Sequence[str]) -> dict[str, int]:
    """Articles and clusters of each side of a difference; of two ways of clustering the fewer.

    >>> frame = pd.DataFrame({"outlet": list("aab"), "week": [1, 1, 2], "story": [1, 2, 3]})
    >>> support(frame, group="outlet", pair=("a", "b"), clusters=["week", "story"])
    {'n_group': 2, 'n_reference': 1, 'clusters_group': 1, 'clusters_reference': 1}
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    counts = {}
    for name, side in zip(("group", "reference"), pair, strict=True):
        part = frame[frame[group] == side]
        counts[f"n_{name}"] = len(part)
        counts[f"clusters_{name}"] = int(part[ways].nunique().min())
    return {key: counts[key] for key in ("n_group", "n_reference", "clusters_group", "clusters_reference")}
