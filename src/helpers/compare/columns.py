"""The columns of a frame that a comparison reads, checked once and held as arrays.

In: a frame with one row an article, and names of its columns.  Out: `Columns`, from which a pair of groups, or the
articles of a window, are taken without a frame in between: a study compares thousands of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from helpers.compare.clusters import cluster_codes
from helpers.compare.memory import week_numbers


@dataclass(frozen=True)
class Columns:
    """Articles that have a value: arrays of one length n, `fits` (n, number of fits); None where nothing was named.

    `ways` are codes of clusters in the order of their labels, `strata` codes of strata, `week` numbers of weeks,
    `traits` codes of categories or numbers.
    """

    value: np.ndarray
    group: np.ndarray
    ways: tuple[np.ndarray, ...]
    fits: np.ndarray
    strata: np.ndarray | None = None
    unit: np.ndarray | None = None
    day: np.ndarray | None = None
    week: np.ndarray | None = None
    original: np.ndarray | None = None
    traits: tuple[np.ndarray, ...] = ()

    def __len__(self) -> int:
        return len(self.value)

    def of(self, mask: np.ndarray) -> Columns:
        """The articles of a mask.

        >>> some = Columns(np.array([1.0, 2.0]), np.array(["a", "b"]), (np.array([0, 1]),), np.empty((2, 0)))
        >>> some.of(some.group == "b").value.tolist()
        [2.0]
        """
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        cut = {
            name: tuple(one[mask] for one in values) if isinstance(values, tuple) else values[mask]
            for name, values in held.items()
            if values is not None
        }
        return replace(self, **cut)

    @property
    def stories(self) -> np.ndarray | None:
        """Of two ways of clustering the first, which tells the stories; None of one."""
        return self.ways[0] if len(self.ways) == 2 else None

    @property
    def values(self) -> list[np.ndarray]:
        """The value, and after it those of other fits."""
        return [self.value, *self.fits.T]


def read(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    clusters: str | Sequence[str],
    within: Sequence[str] = (),
    fits: Sequence[str] = (),
    unit: str | None = None,
    day: str | None = None,
    originals: str | None = None,
    balance: Sequence[str] = (),
) -> tuple[Columns, dict]:
    """The named columns of the rows that have a value, and how many rows of each group have none.

    Raises
    ------
    ValueError
        A column is missing, a group, unit, stratum or trait is empty, or no row has a value.

    >>> frame = pd.DataFrame({"outlet": list("aab"), "rate": [0.5, None, 1.0], "week": [1, 1, 2]})
    >>> columns, dropped = read(frame, value="rate", group="outlet", clusters="week")
    >>> columns.value.tolist(), dropped
    ([0.5, 1.0], {'a': 1})
    """
    ways = [clusters] if isinstance(clusters, str) else list(clusters)
    labels = [group, *within, *balance, *([unit] if unit else [])]
    for name in [value, *labels, *ways, *fits, *(named for named in (day, originals) if named)]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    for name in labels:
        if (empty := frame[name].isna().to_numpy()).any():
            where = frame.index[empty].tolist()[0]
            raise ValueError(f"column {name!r} is empty in row {where!r}; fill it or leave the row out")
    has = frame[value].notna().to_numpy()
    if not has.any():
        raise ValueError(f"no row has a value in {value!r}; nothing to compare")
    named = frame[group].to_numpy(dtype=object)
    dropped = {} if has.all() else pd.Series(named[~has]).value_counts().to_dict()
    kept = frame if has.all() else frame[has]
    columns = Columns(
        kept[value].to_numpy(dtype=float), named[has], tuple(cluster_codes(kept[ways])),
        kept[list(fits)].to_numpy(dtype=float) if fits else np.empty((len(kept), 0)),
        strata=kept.groupby(list(within), sort=True, observed=True).ngroup().to_numpy() if len(within) else None,
        unit=kept[unit].to_numpy(dtype=object) if unit else None,
        day=kept[day].to_numpy() if day else None, week=week_numbers(kept[day]) if day else None,
        original=kept[originals].to_numpy(dtype=bool) if originals else None,
        traits=tuple(_trait(kept[name]) for name in balance),
    )  # fmt: skip
    return columns, dropped


def _trait(values: pd.Series) -> np.ndarray:
    """Numbers as floats, everything else as codes of categories."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.to_numpy(dtype=float)
    return pd.factorize(values.astype(str), sort=True)[0]
