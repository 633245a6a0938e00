"""How a classifier of frames errs, by outlet and language, against people's codes: with numbers and intervals.

In: codes, probabilities, yes or no, chances of having been drawn, cluster labels.  Out: one row a group and quantity.

Precision, recall and F1 are weighted shares (F1 that of hits among the passages that either side names, hits counted
twice), so all have the interval of a share over clusters.  Passages weigh by one over their chance of having been
drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.compare.clusters import cluster_ols
from helpers.compare.corrected_shares import weighted_share

QUANTITIES = ("precision", "recall", "f1", "brier", "calibration")
COLUMNS = ["quantity", "value", "low", "high", "n"]


def errors(
    coded: pd.DataFrame, *, clusters: Sequence[str], by: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Precision, recall, F1, Brier score and calibration of predictions of coded passages.

    Parameters
    ----------
    coded : DataFrame, columns ``code`` (0 to 1), ``probability`` and ``label`` (predicted), ``chance`` (of having been
        drawn), those of `clusters` and of `by`.  Predictions must not have seen the codes.
    clusters : one or two columns of labels.
    by : columns of groups, such as outlet and language.
    level : of the intervals.

    Returns
    -------
    DataFrame, columns `by` and of `COLUMNS`: `n` is how many passages a row rests on (for precision those predicted to
    have the frame, for recall those coded so, for F1 either); ``calibration`` is mean prediction minus mean code, 0
    when the classifier neither over- nor understates.  Value and limits are nan where there is no passage, limits also
    below three clusters.

    >>> passages = pd.DataFrame({"code": [1.0, 1.0, 0.0, 0.0], "probability": [0.9, 0.4, 0.6, 0.1], "chance": 0.5,
    ...                          "label": [True, False, True, False], "story": range(4)})
    >>> errors(passages, clusters=["story"])[["quantity", "value", "n"]].round(3).values.tolist()
    [['precision', 0.5, 2], ['recall', 0.5, 2], ['f1', 0.5, 3], ['brier', 0.185, 4], ['calibration', 0.0, 4]]
    """
    keys = list(by)
    parts = coded.groupby(keys, sort=True) if keys else [((), coded)]
    rows = []
    for names, part in parts:
        told = dict(zip(keys, names if isinstance(names, tuple) else (names,), strict=True))
        rows += [told | row for row in _rows(part, list(clusters), level)]
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS])


def _rows(part: pd.DataFrame, clusters: list[str], level: float) -> list[dict[str, object]]:
    """The quantities of one group."""
    code, label = part["code"].to_numpy(float), part["label"].to_numpy(bool)
    load, labels = 1 / part["chance"].to_numpy(float), part[clusters].reset_index(drop=True)
    hit, named = label * code, label + code
    asked = {
        "precision": (code, label.astype(float)),
        "recall": (label.astype(float), code),
        "f1": (np.divide(2 * hit, named, out=np.zeros(len(code)), where=named > 0), named),
        "brier": ((part["probability"].to_numpy(float) - code) ** 2, np.ones(len(code))),
    }
    rows = [{"quantity": name} | _share(*one, load, labels, level) for name, one in asked.items()]
    return [*rows, {"quantity": "calibration"} | _calibration(part, load, labels, level)]


def _share(
    values: np.ndarray, counted: np.ndarray, load: np.ndarray, labels: pd.DataFrame, level: float
) -> dict[str, object]:
    """A weighted share of the passages that count."""
    kept = counted > 0
    if not kept.any():
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    found = weighted_share(values[kept], (counted * load)[kept], labels[kept].reset_index(drop=True), level=level)
    return {"value": found.estimate, "low": found.low, "high": found.high, "n": int(kept.sum())}


def _calibration(part: pd.DataFrame, load: np.ndarray, labels: pd.DataFrame, level: float) -> dict[str, object]:
    """Mean prediction minus mean code."""
    gap = (part["probability"] - part["code"]).to_numpy(float)
    value = float(load @ gap / load.sum())
    if len(gap) < 2 or np.ptp(gap) == 0:
        return {"value": value, "low": np.nan, "high": np.nan, "n": len(gap)}
    [found] = cluster_ols(gap, np.ones((len(gap), 1)), clusters=labels, weights=load, level=level)
    return {"value": value, "low": found.low, "high": found.high, "n": len(gap)}
