"""Corrected shares of frames, and what predictions alone would have said, beside what was planted."""

from __future__ import annotations

import pandas as pd

from practice.frame_coders import FALSE, MISS
from practice.score import COLUMNS, interval, row


def as_coded(planted: pd.Series) -> pd.Series:
    """What coders of the simulated skill see on average of the shares that were planted in one place.

    A corrected share is about what coders say, and these miss some passages and see frames that are not there.

    Parameters
    ----------
    planted : Series, indexed by frame
        Shares of passages, at most one frame a passage.

    >>> as_coded(pd.Series({"SHIELD": 0.5, "DANGER": 0.0})).round(4).to_dict()
    {'SHIELD': 0.475, 'DANGER': 0.015}
    """
    n, total = len(planted), planted.sum()
    by_chance = FALSE * ((total - planted) / max(n - 1, 1) + (1 - total) / n)
    return planted * (1 - MISS) + by_chance


def shares(found: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Corrected shares and differences with their intervals; and how many intervals of predictions alone hold as much.

    Parameters
    ----------
    found : DataFrame
        The ``frame_shares`` table, of one source.
    effects : DataFrame
        ``truth_effects``.

    Returns
    -------
    DataFrame, columns of `practice.score.COLUMNS`
    """
    truth, rows, raw = _planted(effects), [], []
    for _, one in found.iterrows():
        sides = [(one["measure"].removeprefix("frame:"), one[side]) for side in ("group", "reference") if one[side]]
        if one["method"] == "coded" or any(side not in truth.index for side in sides):
            continue
        planted = truth[sides[0]] - (truth[sides[1]] if len(sides) > 1 else 0.0)
        if one["method"] == "raw":
            raw.append(one["low"] <= planted <= one["high"])
            continue
        name = f"{one['measure']}, {' − '.join(side for _, side in sides)}"
        rows.append(interval(name, planted, one, n=one["n_coded"]))
    if raw:
        held = sum(raw) / len(raw)
        told = "as often as it says" if held >= 0.93 else "less often than it says"
        rows.append(row("intervals of predictions alone that hold", 0.95, held, n=len(raw), verdict=told))
    return pd.DataFrame(rows, columns=COLUMNS)


def _planted(effects: pd.DataFrame) -> pd.Series:
    """What coders see on average, by frame and outlet."""
    whole = effects[
        (effects["window"] == "all")
        & (effects["voice"] == "all")
        & (effects["scope"] == "all")
        & effects["quantity"].str.startswith("indicator:")
    ]
    frames = whole["quantity"].str.removeprefix("indicator:")
    wide = whole.assign(frame=frames).pivot(index="group", columns="frame", values="planted")
    return wide.apply(as_coded, axis=1).T.stack()
