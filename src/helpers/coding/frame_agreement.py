"""How far coders agree on each frame: judgements of passages in, alpha by frame, language and pair of coders out.

A passage can carry several frames, so each frame is a yes/no question of its own; alpha is `helpers.coding.agreement`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.coding.agreement import Agreement, agreement, krippendorff_alpha


def by_frame(
    codes: pd.DataFrame,
    *,
    rng: np.random.Generator,
    by: Sequence[str] = (),
    clusters: str | None = None,
    n_draws: int = 1000,
    coverage: float = 0.95,
) -> pd.DataFrame:
    """Agreement on each frame of a multi-label coding: a frame is a yes/no question of its own.

    Parameters
    ----------
    codes : DataFrame, columns ``article_id``, ``position``, ``frame``, ``coder``, ``value``
        Value 1 where the coder saw the frame, 0 where not, missing for "can't tell".
    by : sequence of str
        Further columns, such as ``language``: a row for each of their values.
    clusters : str, optional
        A column by which passages are drawn together, such as the story that their article tells.
    rng, n_draws, coverage : as `agreement`

    Returns
    -------
    DataFrame, one row a frame: ``frame``, the columns `by`, ``alpha``, ``low``, ``high``, ``n_units``, ``n_values``,
    ``share`` (of the values that are 1), ``verdict``; nan where nothing was judged twice or no value differs

    Raises
    ------
    ValueError
        A coder judged one passage twice for one frame.

    >>> rows = [("a", i, "LEGALITY", coder, i % 2) for i in range(10) for coder in ("ann", "ben")]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> by_frame(codes, rng=np.random.default_rng(1))[["frame", "alpha", "share", "verdict"]].values.tolist()
    [['LEGALITY', 1.0, 0.5, 'reliable']]
    """
    key = ["article_id", "position", "frame", "coder"]
    if codes.duplicated(key).any():
        row = codes.loc[codes.duplicated(key), key].iloc[0].to_dict()
        raise ValueError(f"{row} is coded twice; keep the coder's last judgement")
    rows = []
    for group, part in codes.groupby(["frame", *by], sort=True):
        unit = ["article_id", "position", *([clusters] if clusters else [])]
        table = part.pivot(index=unit, columns="coder", values="value")
        twice = table[table.notna().sum(axis=1) >= 2]
        labels = twice.index.get_level_values(clusters).to_series() if clusters else None
        found = _known(twice, labels, rng=rng, n_draws=n_draws, coverage=coverage)
        share = float(np.nanmean(twice)) if len(twice) else np.nan
        size = (found.n_units, found.n_values, share, found.verdict)
        rows.append((*group, found.alpha, found.low, found.high, *size))
    return pd.DataFrame(rows, columns=["frame", *by, "alpha", "low", "high", "n_units", "n_values", "share", "verdict"])


def by_pair(
    codes: pd.DataFrame, *, rng: np.random.Generator, by: Sequence[str] = (), **options: object
) -> pd.DataFrame:
    """Agreement on each frame of every two coders, so that one who reads otherwise than the rest is seen.

    Parameters
    ----------
    codes, rng, by, options : as `by_frame`

    Returns
    -------
    DataFrame as `by_frame`, with the columns ``coder`` and ``other`` first; no rows of pairs who share no passage

    >>> rows = [("a", i, "LEGALITY", coder, i % 2) for i in range(10) for coder in ("ann", "ben", "eve")]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> by_pair(codes, rng=np.random.default_rng(1))[["coder", "other", "alpha"]].values.tolist()
    [['ann', 'ben', 1.0], ['ann', 'eve', 1.0], ['ben', 'eve', 1.0]]
    """
    blocks = [by_frame(codes.iloc[:0], rng=rng, by=by).assign(coder="", other="")]
    for coder, other in itertools.combinations(sorted(codes["coder"].unique()), 2):
        found = by_frame(codes[codes["coder"].isin([coder, other])], rng=rng, by=by, **options)
        blocks.append(found[found["n_units"] > 0].assign(coder=coder, other=other))
    table = pd.concat(blocks[1:] or blocks, ignore_index=True)
    return table[["coder", "other", *(name for name in table if name not in ("coder", "other"))]]


def _known(twice: pd.DataFrame, clusters: pd.Series | None, **options: object) -> Agreement:
    """Agreement, or as much of it as there is."""
    enough = len(twice) if clusters is None else clusters.nunique()
    if enough >= 2:
        return agreement(twice, clusters=clusters, **options)
    alpha = krippendorff_alpha(twice) if len(twice) else np.nan
    return Agreement(alpha, np.nan, np.nan, "nominal", len(twice), int(twice.notna().sum().sum()))


def settled(codes: pd.DataFrame, *, adjudicated: str) -> pd.DataFrame:
    """One value a passage and frame: what was adjudicated, else what every coder says who could tell.

    Parameters
    ----------
    codes : as `by_frame`
    adjudicated : str
        The coder's name under which disagreements are settled.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``frame``, ``value`` (nan: open, nobody has settled it),
    ``n_coders`` who could tell, ``settled``: ``adjudicated``, ``agreed``, ``one coder`` or ``open``

    >>> rows = [("a", 0, "LEGALITY", "ann", 1), ("a", 0, "LEGALITY", "ben", 0), ("a", 1, "LEGALITY", "ann", 1)]
    >>> codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"])
    >>> settled(codes, adjudicated="adjudicated")[["value", "settled"]].values.tolist()
    [[nan, 'open'], [1.0, 'one coder']]
    """
    unit = ["article_id", "position", "frame"]
    last = codes["coder"] == adjudicated
    people = codes[~last].groupby(unit)["value"].agg(["min", "max", "count"])
    judge = codes[last].groupby(unit)["value"].first()
    table = people.join(judge.rename("judge"), how="outer")
    alike = table["value"] = table["min"].where(table["min"] == table["max"])
    table["value"] = table["judge"].fillna(alike)
    table["settled"] = np.select(
        [table["judge"].notna(), alike.notna() & (table["count"] > 1), alike.notna()],
        ["adjudicated", "agreed", "one coder"],
        "open",
    )
    table["n_coders"] = table["count"].fillna(0).astype("int64")
    return table.reset_index()[[*unit, "value", "n_coders", "settled"]]
