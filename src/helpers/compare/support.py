"""What two sides have in common in time, and how much of each stands behind their difference.

In: one row an article with a group and a day, and where it is known on which days each group was collected.  Out: the
rows of the common window, and numbers of articles and clusters a side.

A difference between outlets that speak at other times is as much one of times as of outlets.  The common window holds
the days on which both were collected; where that is not known, the days from the later of the two first articles to the
earlier of the two last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
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
    return frame[shared_time(frame[day].to_numpy(), frame[group].to_numpy(dtype=object), pair, collected)]


def shared_time(
    days: np.ndarray, group: np.ndarray, pair: tuple[str, str], collected: Mapping[str, pd.Series] | None = None
) -> np.ndarray:
    """Which articles are of one of two groups and lie in their common window: `in_common` on arrays.

    >>> days = np.array(["2024-01-01", "2024-03-01", "2024-02-01", "NaT"], dtype="datetime64[ns]")
    >>> shared_time(days, np.array(["a", "a", "b", "a"], dtype=object), ("a", "b")).tolist()
    [False, False, True, False]
    """
    sides = [group == side for side in pair]
    inside = (sides[0] | sides[1]) & ~pd.isna(days)
    for side, mine in zip(pair, sides, strict=True):
        if collected is not None and side in collected:
            ran = collected[side]
            inside &= np.isin(days, ran.index.to_numpy()[ran.to_numpy(bool)].astype(days.dtype))
        else:
            known = days[mine & ~pd.isna(days)]
            inside &= (days >= known.min()) & (days <= known.max()) if len(known) else False
    return inside


def support(frame: pd.DataFrame, *, group: str, pair: tuple[str, str], clusters: str | Sequence[str]) -> dict[str, int]:
    """Articles and clusters of each side of a difference; of two ways of clustering the fewer.

    >>> frame = pd.DataFrame({"outlet": list("aab"), "week": [1, 1, 2], "story": [1, 2, 3]})
    >>> support(frame, group="outlet", pair=("a", "b"), clusters=["week", "story"])
    {'n_group': 2, 'n_reference': 1, 'clusters_group': 1, 'clusters_reference': 1}
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    return support_of(frame[group].to_numpy(dtype=object), pair, [pd.factorize(frame[way])[0] for way in ways])


def support_of(group: np.ndarray, pair: tuple[str, str], ways: Sequence[np.ndarray]) -> dict[str, int]:
    """`support` on arrays: labels of groups, and codes of clusters, one array a way.

    >>> support_of(np.array(["a", "b", "b"], dtype=object), ("a", "b"), [np.array([0, 1, 1])])["clusters_reference"]
    1
    """
    counts = {}
    for name, side in zip(("group", "reference"), pair, strict=True):
        mine = group == side
        counts[f"n_{name}"] = int(mine.sum())
        counts[f"clusters_{name}"] = min(int((np.bincount(codes[mine]) > 0).sum()) for codes in ways)
    return {key: counts[key] for key in ("n_group", "n_reference", "clusters_group", "clusters_reference")}
