"""Whether another defensible analysis would say the same: every combination of fair choices, run.

In: choices and a function from one combination to an estimate.  Out: one row a universe, and what they
agree on.

Method: multiverse analysis (Steegen, Tuerlinckx, Gelman & Vanpaemel 2016, Perspectives on Psychological
Science 11(5)); specification curve (Simonsohn, Simmons & Nelson 2020, Nature Human Behaviour 4).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import asdict, is_dataclass
from itertools import product

import numpy as np
import pandas as pd

RESULTS = ["estimate", "low", "high", "level", "dof", "n_units", "n_clusters", "method", "note", "p", "se"]
NEEDED = ["estimate", "low", "high"]


def grid(choices: Mapping[str, Sequence]) -> list[dict]:
    """Every combination of the choices, in a stable order: the last choice turns fastest.

    Raises
    ------
    ValueError
        A choice has no option, an option twice, or the name of a result column.

    >>> grid({"copies": ["in", "once"], "topics": [8, 12]})[1]
    {'copies': 'in', 'topics': 12}
    """
    for name, options in choices.items():
        if name in RESULTS:
            raise ValueError(f"choice {name!r} has the name of a result; call it otherwise")
        keys = [_text(option) for option in options]
        if not keys or len(set(keys)) < len(keys):
            raise ValueError(f"choice {name!r} has options {list(options)!r}; give each once, at least one")
    return [dict(zip(choices, combination, strict=True)) for combination in product(*choices.values())]


def key(universe: Mapping) -> str:
    """A name for a universe that depends on its content only: SHA-256 of its sorted JSON.

    >>> key({"a": 1, "b": 2}) == key({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(_text(dict(universe)).encode()).hexdigest()


def _text(value: object) -> str:
    """JSON with sorted keys; what JSON does not know is refused, since its text might differ between runs."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def run(
    universes: Sequence[Mapping],
    function: Callable[[Mapping], object],
    *,
    cache: MutableMapping[str, dict] | None = None,
    mapper: Callable[[Callable, Iterable], Iterable] = map,
) -> pd.DataFrame:
    """The estimate of every universe.

    Parameters
    ----------
    universes : as from `grid`.
    function : from a universe to an `Estimate`, or to a mapping with estimate, low and high (nan = refused).
    cache : mapping from `key` to result; what is in it is not run again, what is run is put in.  The caller
    names the
        data by keeping one cache for each.
    mapper : `map`, or the map of an executor with several workers; results come back in order.

    Returns
    -------
    DataFrame, one row a universe in the order given: a column a choice, then the result columns.

    Raises
    ------
    ValueError
        There are no universes, or a result lacks estimate, low or high.
    RuntimeError
        The function failed; the message names the universe.

    >>> table = run(grid({"k": [1, 2]}), lambda u: {"estimate": u["k"], "low": 0.5, "high": 3})
    >>> table.estimate.tolist()
    [1, 2]
    """
    if not universes:
        raise ValueError("no universes; give at least one combination of choices")
    cache = {} if cache is None else cache
    names = [key(universe) for universe in universes]
    todo = {name: universe for name, universe in zip(names, universes, strict=True) if name not in cache}
    for name, result in zip(todo, mapper(_Guarded(function), todo.values()), strict=True):
        cache[name] = result
    rows = [dict(universe) | cache[name] for name, universe in zip(names, universes, strict=True)]
    return pd.DataFrame(rows)


class _Guarded:
    """The function, with its result as a plain mapping and the universe named when it fails."""

    def __init__(self, function: Callable[[Mapping], object]) -> None:
        self.function = function

    def __call__(self, universe: Mapping) -> dict:
        """The result of one universe, checked."""
        try:
            result = self.function(universe)
        except Exception as fault:
            raise RuntimeError(f"universe {_text(dict(universe))} failed: {fault}") from fault
        found = asdict(result) if is_dataclass(result) else dict(result)
        missing = [name for name in NEEDED if name not in found]
        if missing:
            raise ValueError(f"universe {_text(dict(universe))} gave no {', '.join(missing)}")
        return found


def choices_of(results: pd.DataFrame) -> list[str]:
    """Columns of `run`'s table that are choices with more than one option.

    >>> choices_of(pd.DataFrame({"k": [1, 2], "seed": [3, 3], "estimate": [0.1, 0.2]}))
    ['k']
    """
    names = [name for name in results.columns if name not in RESULTS]
    return [name for name in names if results[name].map(_text).nunique() > 1]


def summarise(results: pd.DataFrame, *, choices: Sequence[str] | None = None) -> dict[str, object]:
    """What the universes agree on, and which choice matters.

    Parameters
    ----------
    results : as from `run`.
    choices : columns to look at; by default all that vary.  Name them when the function returns extra
    columns.

    Returns
    -------
    dict: n_universes, n_refused (no interval), n_missing (no estimate), median, least, most, sign (of the
    median),
        same_sign (share of the estimated universes with it), clear_of_zero (share whose interval is on that
        side of zero; a refusal is not), and by_choice: a Series, largest first, of the share of the
        estimates' variance that goes with each choice alone (main effect; what is left to 1 is
        interaction), empty when nothing varies.

    Raises
    ------
    ValueError
        No universe has an estimate.

    >>> universes = grid({"k": [1, 2], "seed": [1, 2]})
    >>> found = summarise(run(universes, lambda u: {"estimate": u["k"], "low": 0.5, "high": 3}))
    >>> found["same_sign"], found["clear_of_zero"], found["by_choice"].round(6).to_dict()
    (1.0, 1.0, {'k': 1.0, 'seed': 0.0})
    """
    known = results[results["estimate"].notna()]
    if known.empty:
        raise ValueError(f"none of {len(results)} universes has an estimate; look at their notes")
    median = float(known["estimate"].median())
    sign = int(np.sign(median))
    clear = known["low"] > 0 if sign > 0 else known["high"] < 0
    return {
        "n_universes": len(results),
        "n_refused": int((results["low"].isna() | results["high"].isna()).sum()),
        "n_missing": len(results) - len(known),
        "median": median,
        "least": float(known["estimate"].min()),
        "most": float(known["estimate"].max()),
        "sign": sign,
        "same_sign": float((np.sign(known["estimate"]) == sign).mean()),
        "clear_of_zero": float(clear.mean()) if sign else 0.0,
        "by_choice": _by_choice(known, choices_of(results) if choices is None else list(choices)),
    }


def _by_choice(known: pd.DataFrame, choices: list[str]) -> pd.Series:
    """Variance between the options' means as a share of all variance."""
    y = known["estimate"].astype(float)
    total = float(((y - y.mean()) ** 2).sum())
    if total <= 1e-24 * max(float((y**2).sum()), 1e-300):
        return pd.Series(dtype=float, name="variance_share")
    shares = {}
    for name in choices:
        fitted = y.groupby(known[name].map(_text)).transform("mean")
        shares[name] = float(((fitted - y.mean()) ** 2).sum()) / total
    found = pd.Series(shares, dtype=float, name="variance_share")
    return found.iloc[np.lexsort((found.index.to_numpy().astype(str), -found.to_numpy().round(12)))]


def specification_curve(results: pd.DataFrame) -> pd.DataFrame:
    """The universes from the smallest estimate up, with `rank` and `clear_of_zero`; ties by choices.

    Universes without an estimate come last, without rank.

    >>> table = run(grid({"k": [3, 1]}), lambda u: {"estimate": u["k"] - 2, "low": -2, "high": 2})
    >>> specification_curve(table)[["rank", "k", "estimate"]].values.tolist()
    [[1, 1, -1], [2, 3, 1]]
    """
    names = [name for name in results.columns if name not in RESULTS]
    label = results[names].map(_text).agg(" ".join, axis=1) if names else pd.Series("", index=results.index)
    order = np.lexsort((label.to_numpy().astype(str), results["estimate"].to_numpy(dtype=float)))
    curve = results.iloc[order].reset_index(drop=True)
    rank = pd.Series(np.arange(1, len(curve) + 1), dtype="Int64").where(curve["estimate"].notna())
    clear = (curve["low"] > 0) | (curve["high"] < 0)
    if rank.notna().all():
        rank = rank.astype("int64")
    curve.insert(0, "rank", rank)
    return curve.assign(clear_of_zero=clear)
