"""Words that set outlets apart beside what was planted: do indicator words lean to the side that frames so more?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from practice.score import COLUMNS, GOOD, row

LEVEL = 0.05
CLEAR = 0.05  # a planted difference below this has no side to lean to


def words(keyness: pd.DataFrame, frames: Mapping[str, Mapping[str, str]], effects: pd.DataFrame) -> pd.DataFrame:
    """For each pair of outlets: the share of found indicator words that lean as planted, and how many were found.

    Parameters
    ----------
    keyness : the ``keyness`` table; groups of outlets and refused contrasts are passed over.
    frames : language to term to the one frame whose indicator it is.
    effects : the planted shares, as in ``truth_effects``.

    Returns
    -------
    DataFrame, one row a pair of outlets with a found word to judge by: columns as `score.row`

    >>> keyness = pd.DataFrame({"language": ["en"], "target": ["a"], "reference": ["b"], "term": ["kin"],
    ...                         "delta": [1.0], "q": [0.01]})
    >>> effects = pd.DataFrame({"quantity": "indicator:K", "group": ["a", "b"], "window": "all", "voice": "all",
    ...                         "scope": "all", "indicator_planted": [0.5, 0.2]})
    >>> words(keyness, {"en": {"kin": "K"}}, effects)[["recovered", "n"]].values.tolist()
    [[1.0, 1.0]]
    """
    truth = effects[(effects["window"] == "all") & (effects["voice"] == "all") & (effects["scope"] == "all")]
    share = truth.set_index(["quantity", "group"])["indicator_planted"]
    rows = []
    for (language, one, two), part in keyness.groupby(["language", "target", "reference"], sort=False):
        found = part[part["q"] <= LEVEL]
        codes = found["term"].map(frames.get(language, {}))
        keys = [[(f"indicator:{code}", side) for code in codes] for side in (one, two)]
        first, second = (np.array([share.get(key, np.nan) for key in side], dtype=float) for side in keys)
        judged = np.abs(first - second) >= CLEAR
        if not judged.any():
            continue
        agree = (np.sign(first - second) == np.sign(found["delta"].to_numpy()))[judged]
        verdict = "recovered" if agree.mean() >= GOOD else "missed in part"
        name = f"words that lean as planted, {one} − {two}"
        rows.append(row(name, 1.0, float(agree.mean()), n=int(judged.sum()), verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)
