"""How strongly an article's unseen trait would have to go with side and measure to explain a difference away.

In: articles of two groups, rows of their differences with interval, and traits that are known, as a yardstick.  Out:
one row a difference: its robustness values, and beside them the same figure for each known trait.

Method: omitted-variable bias in terms of partial R² (Cinelli & Hazlett 2020, Journal of the Royal Statistical Society B
82(1)).  A trait that explains a share r of the sides and the same share r of what sides leave of the measure moves a
difference by q times its size when r is the robustness value of q.  The bias is algebra and asks for no independence;
what clusters and weeks make of the interval enters through its nearer limit: to reach zero with it, the estimate has to
shrink by limit / estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.compare.support import in_common

APART = 0.99  # share of the sides that a trait explains, above which the two have nothing of it in common
NUMBERS = ["partial_r2", "robustness", "robustness_limit"]


def robustness_value(partial_f: float, share: float = 1.0) -> float:
    """Share of variance, of sides and of the measure alike, that a trait must explain to take `share` of an estimate.

    Parameters
    ----------
    partial_f : |t| / √dof of the estimate, or √(R² / (1 − R²)) of its partial R².
    share : of the estimate that is taken; 1 leaves nothing.

    Harm and attitudes to peace in Darfur, t 4.184 with 783 degrees of freedom (Cinelli & Hazlett 2020, table 1): 13.9
    %, and 7.6 % until the interval reaches zero.

    >>> f = 4.184 / 783**0.5
    >>> round(robustness_value(f), 3), round(robustness_value(f, 1 - 1.963 / 4.184), 3)
    (0.139, 0.076)
    """
    taken = (share * partial_f) ** 2
    return float((np.sqrt(taken**2 + 4 * taken) - taken) / 2)


def sensitivity(
    frame: pd.DataFrame,
    *,
    value: str,
    group: str,
    rows: pd.DataFrame,
    benchmarks: Sequence[str] = (),
    day: str | None = None,
    collected: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """How robust differences are against an unseen trait, and how strong known traits are.

    Parameters
    ----------
    frame : one row an article.
    value, group : names of columns.
    rows : differences of two groups, as `differences` gives them: group, reference, estimate, low, high.
    benchmarks : columns of known traits, such as topic and month: numbers, or categories, of which missing is one.
    day, collected : as in `support.in_common`, for differences of the common window; all articles without.

    Returns
    -------
    DataFrame, a row for each of `rows` and in their order: group, reference, partial_r2 (share of the measure's
    variance that lies between the sides), robustness (`robustness_value` of the whole estimate), robustness_limit
    (until the interval reaches zero; 0 where it holds zero, nan without interval), and for each benchmark a column of
    its name: the robustness value of as large a bias as a trait just as strong would make.  Where it is above the
    robustness, such a trait is enough; nan where the sides have nothing of the trait in common, as of topics in two
    languages, and it is no yardstick.  Shares that a benchmark explains are adjusted for its number of categories, at
    least 0.

    A trait that has nothing to do with the sides is no danger, however much it explains of the measure:

    >>> frame = pd.DataFrame({"outlet": list("aabb") * 8, "topic": list("xyxy") * 8})
    >>> frame["rate"] = (frame["outlet"] == "a") + 3.0 * (frame["topic"] == "x") + 0.1 * (np.arange(32) % 3)
    >>> row = pd.DataFrame({"group": ["a"], "reference": "b", "estimate": 1.0, "low": 0.5, "high": 1.5})
    >>> sensitivity(frame, value="rate", group="outlet", rows=row, benchmarks=["topic"]).round(2).iloc[0, 2:].tolist()
    [0.1, 0.28, 0.15, 0.0]
    """
    for name in [value, group, *benchmarks, *([day] if day else [])]:
        if name not in frame.columns:
            raise ValueError(f"no column {name!r}; columns: {', '.join(map(str, frame.columns))}")
    made = []
    for one in rows[["group", "reference", "estimate", "low", "high"]].itertuples(index=False):
        part = frame[frame[group].isin([one.group, one.reference]) & frame[value].notna()]
        if day is not None:
            part = in_common(part, group=group, pair=(one.group, one.reference), day=day, collected=collected)
        numbers = _numbers(part, value, (part[group] == one.group).to_numpy(float), one, benchmarks)
        made.append({"group": one.group, "reference": one.reference} | numbers)
    return pd.DataFrame(made, columns=["group", "reference", *NUMBERS, *benchmarks])


def _numbers(
    part: pd.DataFrame, value: str, side: np.ndarray, one: tuple, benchmarks: Sequence[str]
) -> dict[str, float]:
    """Robustness of one difference, and strength of each benchmark; nan where a side, or all variance, is lacking."""
    y = part[value].to_numpy(dtype=float)
    if len(y) < 4 or np.ptp(side) == 0 or np.ptp(y) == 0:
        return dict.fromkeys([*NUMBERS, *benchmarks], float("nan"))
    rest = y - np.where(side == 1, y[side == 1].mean(), y[side == 0].mean())
    between = 1 - float(rest @ rest) / float(((y - y.mean()) ** 2).sum())
    f = np.sqrt(between / max(1 - between, 1e-12))
    near = min(abs(one.low), abs(one.high)) if one.low * one.high > 0 else 0.0
    share = near / abs(one.estimate) if one.estimate else 0.0
    strengths = {name: _strength(part[name], side, rest) for name in benchmarks}
    limit = float("nan") if pd.isna(one.low) else robustness_value(f, min(share, 1.0))
    return {"partial_r2": between, "robustness": robustness_value(f), "robustness_limit": limit} | strengths


def _strength(trait: pd.Series, side: np.ndarray, rest: np.ndarray) -> float:
    """The bias that a trait as strong as this one could make, as a robustness value; nan where it tells sides apart."""
    columns = _coded(trait)
    of_side = _explained(columns, side)
    if of_side > APART:
        return float("nan")
    of_rest = _explained(np.column_stack([columns, side]), rest, given=2)
    return robustness_value(np.sqrt(of_rest * of_side / max(1 - of_side, 1e-12)))


def _coded(trait: pd.Series) -> np.ndarray:
    """A constant and the trait: numbers as they are, categories as a column each but one."""
    if pd.api.types.is_numeric_dtype(trait) and not pd.api.types.is_bool_dtype(trait):
        if trait.isna().any():
            raise ValueError(
                f"column {trait.name!r} is empty in row {trait.index[trait.isna()].tolist()[0]!r}; fill it"
            )
        return np.column_stack([np.ones(len(trait)), trait.to_numpy(dtype=float)])
    codes, once = pd.factorize(trait.astype(str), sort=True, use_na_sentinel=False)  # none is a kind of its own
    return np.column_stack([np.ones(len(trait)), np.eye(len(once))[codes][:, 1:]])


def _explained(columns: np.ndarray, outcome: np.ndarray, *, given: int = 1) -> float:
    """Adjusted share of a variable's variance about its mean that columns explain; `given` of them cost nothing."""
    fitted, _, rank, _ = np.linalg.lstsq(columns, outcome, rcond=None)
    left = outcome - columns @ fitted
    total = float(((outcome - outcome.mean()) ** 2).sum())
    dof = len(outcome) - rank
    if dof <= 0 or total <= 0:
        return 0.0
    return float(np.clip(1 - float(left @ left) / total * (len(outcome) - given) / dof, 0.0, 1.0))
