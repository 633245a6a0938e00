"""How often all analyses would agree in sign if nothing differed: a p for the share of universes with one sign.

In: the rows that each universe compares.  Out: the share that has the leading sign, and its p.

Universes share their data, so that they agree by themselves: a share of .95 is no rare thing where nothing differs.
Whole clusters are permuted between the sides once for all universes together, and the share is computed anew.

Method: the joint test of specification curves under shuffled labels (Simonsohn, Simmons & Nelson 2020, Nature Human
Behaviour 4), with whole clusters in place of single units.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

PERMUTATIONS = 1999
SEED = 20240619  # used when the caller gives no generator


def joint_sign(
    universes: Sequence[pd.DataFrame],
    *,
    value: str,
    first: str,
    cluster: str,
    stratum: str | None = None,
    permutations: int = PERMUTATIONS,
    rng: np.random.Generator | None = None,
) -> tuple[float, float]:
    """Share of universes whose plain difference has the leading sign, and the p of so large a share.

    Parameters
    ----------
    universes : sequence of DataFrame
        The rows that each universe compares.
    value, first, cluster : str
        Columns: what is compared; whether a row is of the first side; labels, each on one side only.
    stratum : str, optional
        A column of whole numbers from 0 on: rows are compared within these, as by least squares with a constant
        for each.
    permutations : int
        Drawn beside the observed arrangement; numbers of clusters a side stay as they are.
    rng : numpy Generator, optional

    Returns
    -------
    two floats; nan where no universe has rows on both sides

    Raises
    ------
    ValueError
        A cluster stands on both sides.

    >>> rows = pd.DataFrame({"y": range(12), "side": np.arange(12) < 6, "week": range(12)})
    >>> share, p = joint_sign([rows, rows.iloc[2:], rows.iloc[:-2]], value="y", first="side", cluster="week")
    >>> share, p > 0.5
    (1.0, True)
    """
    rows = (
        pd.concat([one[[first, cluster]] for one in universes]) if universes else pd.DataFrame({first: [], cluster: []})
    )
    sides = rows.groupby(cluster, sort=True)[first].agg(["min", "max"]).astype(bool)
    if (sides["min"] != sides["max"]).any():
        raise ValueError(f"cluster {sides.index[sides['min'] != sides['max']].tolist()[0]!r} stands on both sides")
    observed = sides["max"].to_numpy()
    rng = np.random.default_rng(SEED) if rng is None else rng
    labels = np.vstack([observed, rng.permuted(np.tile(observed, (permutations, 1)), axis=1)]).astype(float)
    signs = np.full((len(labels), len(universes)), np.nan)
    for number, one in enumerate(universes):
        strata = np.zeros(len(one), int) if stratum is None else one[stratum].to_numpy()
        place = (strata, sides.index.get_indexer(one[cluster]))
        total, size = (np.zeros((strata.max(initial=0) + 1, len(sides))) for _ in range(2))
        np.add.at(total, place, one[value].to_numpy(float))
        np.add.at(size, place, 1)
        signs[:, number] = np.sign(_differences(labels, total, size))
    known = ~np.isnan(signs[0])
    if not known.any():
        return float("nan"), float("nan")
    shares = np.maximum((signs[:, known] > 0).mean(axis=1), (signs[:, known] < 0).mean(axis=1))
    return float(shares[0]), float((shares >= shares[0] - 1e-12).mean())


def _differences(labels: np.ndarray, total: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The first side minus the second by arrangement; `total` and `size` have a row a stratum, a column a cluster.

    The slope on the side once both are taken as deviations from their stratum's mean: a stratum without one side has
    no part in it.
    """
    filled = size.sum(axis=1) > 0
    total, size = total[filled], size[filled]
    of_first = labels @ size.T
    above = (labels @ total.T - of_first * (total.sum(axis=1) / size.sum(axis=1))).sum(axis=1)
    spread = (of_first * (1 - of_first / size.sum(axis=1))).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.where(spread > 1e-9, above / spread, np.nan)
    return np.where(np.abs(difference) < 1e-12, 0.0, difference)
