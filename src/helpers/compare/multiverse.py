"""Whether another defensible analysis would say the same: every combination of fair choices, run.

In: choices and a function from one combination to an estimate.  Out: one row a universe, and what they
agree on.  `multiverse` is `grid`, `draw` and `run` in one call.

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
FAILED = "failed: "  # how the note of a universe begins whose computation raised

Results = list[dict]


def multiverse(
    choices: Mapping[str, Sequence],
    function: Callable[[Mapping], object],
    *,
    most: int | None = None,
    cache: MutableMapping[str, Results] | None = None,
    mapper: Callable[[Callable, Iterable], Iterable] = map,
) -> pd.DataFrame:
    """The same analysis under every combination of fair choices.

    Parameters
    ----------
    choices : name to options, as in `grid`.
    function, cache, mapper : as in `run`.
    most : combinations computed; more are drawn from as by `draw`.  All by default.

    Returns
    -------
    DataFrame, one row a universe: a column a choice, then the result columns.  Ask `summarise` and
    `specification_curve` what they agree on.

    >>> from helpers.compare.mean_difference import difference
    >>> shares, first = np.tile([0.1, 0.2, 0.4, 0.5], 10), np.repeat([True, False], 20)
    >>> def analysis(universe):
    ...     kept = shares >= universe["least"]
    ...     return difference(shares[kept], first[kept], clusters=np.arange(40)[kept])
    >>> table = multiverse({"least": [0.0, 0.2]}, analysis)
    >>> table[["least", "n_units", "method"]].values.tolist()
    [[0.0, 40, 'CR2'], [0.2, 30, 'CR2']]
    """
    universes = grid(choices)
    return run(universes if most is None else draw(universes, most), function, cache=cache, mapper=mapper)


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


def draw(universes: Sequence[Mapping], most: int) -> list[dict]:
    """At most so many of the universes, in their order: the first, and those whose `key` is smallest.

    A larger number holds a smaller one's draw, so what was computed for that is not computed again.

    >>> universes = grid({"k": range(6)})
    >>> few, more = draw(universes, 3), draw(universes, 4)
    >>> few[0], len(few), all(universe in more for universe in few)
    ({'k': 0}, 3, True)
    """
    if most < 1:
        raise ValueError(f"most is {most}; draw one universe at least")
    chosen = sorted(range(1, len(universes)), key=lambda place: key(universes[place]))[: most - 1]
    return [dict(universes[place]) for place in sorted([0, *chosen])] if universes else []


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
    cache: MutableMapping[str, Results] | None = None,
    mapper: Callable[[Callable, Iterable], Iterable] = map,
) -> pd.DataFrame:
    """The estimates of every universe.

    A universe that cannot be computed keeps its row, empty, its note telling why; the others go on, and a later run
    tries it again.

    Parameters
    ----------
    universes : as from `grid`.
    function : from a universe to an `Estimate`, to a mapping with estimate, low and high (nan = refused), or to a list
        of mappings where one universe answers several questions.
    cache : mapping from `key` to results; what is in it is not run again, and what is run is put in as soon as it is
        there.  What else an estimate depends on belongs into the universe, as a hash.
    mapper : `map`, or the map of several workers; results must come back in order.

    Returns
    -------
    DataFrame, in the order given, whatever the mapper: a column a choice, then the result columns.

    Raises
    ------
    ValueError
        There are no universes.

    >>> table = run(grid({"k": [0, 2]}), lambda u: {"estimate": 1 / u["k"], "low": 0.1, "high": 3})
    >>> table.estimate.tolist(), table.note.tolist()
    ([nan, 0.5], ['failed: ZeroDivisionError: division by zero', nan])
    """
    if not universes:
        raise ValueError("no universes; give at least one combination of choices")
    cache = {} if cache is None else cache
    names = [key(universe) for universe in universes]
    todo = {name: universe for name, universe in zip(names, universes, strict=True) if name not in cache}
    failed: dict[str, Results] = {}
    for name, result in zip(todo, mapper(Guarded(function), todo.values()), strict=True):
        if isinstance(result, str):
            failed[name] = [dict.fromkeys(NEEDED, float("nan")) | {"note": FAILED + result}]
        else:
            cache[name] = result
    results = [failed[name] if name in failed else cache[name] for name in names]
    return pd.DataFrame([dict(u) | row for u, rows in zip(universes, results, strict=True) for row in rows])


class Guarded:
    """The function, with its results as plain mappings, or one line that says why there are none.

    >>> Guarded(lambda universe: {"estimate": 1.0})({"k": 1})
    'ValueError: no low, high in the result'
    """

    def __init__(self, function: Callable[[Mapping], object]) -> None:
        self.function = function

    def __call__(self, universe: Mapping) -> Results | str:
        """The results of one universe, checked."""
        try:
            result = self.function(universe)
            return [_checked(row) for row in (result if isinstance(result, list) else [result])]
        except Exception as fault:  # one universe must not cost the others; what failed is told in its row
            why = " ".join(str(fault).split())
            return f"{type(fault).__name__}: {why}"[:300]


def _checked(result: object) -> dict:
    """One result as plain values."""
    row = asdict(result) if is_dataclass(result) else dict(result)
    missing = [name for name in NEEDED if name not in row]
    if missing:
        raise ValueError(f"no {', '.join(missing)} in the result")
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


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
    choices : columns to look at; by default all that vary.  Name them when the function returns extra columns.

    Returns
    -------
    dict: n_universes, n_refused (no interval), n_missing (no estimate), refused (share of all without interval),
        median, least, most, sign (of the median), same_sign (share of the estimated universes with it), clear_of_zero
        (share of them whose interval is on that side of zero; a refusal is not), and by_choice: `effects`.

    Raises
    ------
    ValueError
        No universe has an estimate.

    >>> universes = grid({"k": [1, 2], "seed": [1, 2]})
    >>> agreed = summarise(run(universes, lambda u: {"estimate": u["k"], "low": 0.5, "high": 3}))
    >>> agreed["same_sign"], agreed["clear_of_zero"], agreed["by_choice"]["swing"].round(6).to_dict()
    (1.0, 1.0, {'k': 1.0, 'seed': 0.0})
    """
    known = results[results["estimate"].notna()]
    if known.empty:
        raise ValueError(f"none of {len(results)} universes has an estimate; look at their notes")
    median = float(known["estimate"].median())
    sign = int(np.sign(median))
    clear = known["low"] > 0 if sign > 0 else known["high"] < 0
    n_refused = int((results["low"].isna() | results["high"].isna()).sum())
    return {
        "n_universes": len(results),
        "n_refused": n_refused,
        "n_missing": len(results) - len(known),
        "refused": n_refused / len(results),
        "median": median,
        "least": float(known["estimate"].min()),
        "most": float(known["estimate"].max()),
        "sign": sign,
        "same_sign": float((np.sign(known["estimate"]) == sign).mean()),
        "clear_of_zero": float(clear.mean()) if sign else 0.0,
        "by_choice": effects(known, choices=choices_of(results) if choices is None else choices),
    }


def effects(results: pd.DataFrame, *, choices: Sequence[str]) -> pd.DataFrame:
    """How far each choice alone moves the estimate, the others held as they are.

    By least squares on all options at once, so that universes that are missing, or were not drawn, do not let one
    choice stand for another.

    Parameters
    ----------
    results : as from `run`; rows without estimate are left out.
    choices : names of columns.

    Returns
    -------
    DataFrame indexed by choice, largest first: ``variance_share`` (of the estimates' variance, lost when the choice is
        left out of the fit; what a full grid leaves to 1 is interaction), ``swing`` (largest difference between two
        options, in the estimate's unit), ``lowest`` and ``highest`` (those options).  Empty when nothing varies, or
        when there are too few universes for the options.

    >>> table = pd.DataFrame({"k": [1, 1, 2, 2], "voice": ["a", "b", "a", "b"], "estimate": [0.1, 0.1, 0.4, 0.4]})
    >>> effects(table, choices=["k", "voice"]).round(3).reset_index().values.tolist()
    [['k', 1.0, 0.3, 1, 2], ['voice', 0.0, 0.0, 'a', 'a']]
    """
    columns = ["variance_share", "swing", "lowest", "highest"]
    known = results[results["estimate"].notna()]
    y = known["estimate"].to_numpy(dtype=float)
    names = [name for name in choices if known[name].map(_text).nunique() > 1]
    options = {name: sorted({_text(option) for option in known[name]}) for name in names}
    total = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    if total <= 1e-24 * max(float((y**2).sum()), 1e-300) or len(y) <= sum(len(o) - 1 for o in options.values()) + 1:
        return pd.DataFrame(columns=columns).rename_axis("choice")
    blocks = {
        name: np.stack([(known[name].map(_text) == one).to_numpy(float) for one in options[name][1:]], axis=1)
        for name in names
    }
    fitted, rest = _least_squares(y, list(blocks.values()))
    rows, place = {}, 1
    for name in names:
        heights = np.array([0.0, *fitted[place : place + blocks[name].shape[1]]]).round(12)
        place += blocks[name].shape[1]
        without = _least_squares(y, [block for other, block in blocks.items() if other != name])[1]
        ends = [json.loads(options[name][int(at)]) for at in (heights.argmin(), heights.argmax())]
        rows[name] = [max(without - rest, 0.0) / total, float(np.ptp(heights)), *ends]
    rows |= {name: [0.0, 0.0, *[known[name].iloc[0]] * 2] for name in choices if name not in names}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("choice")
    return table.iloc[np.lexsort((table.index.to_numpy().astype(str), -table["variance_share"].round(12)))]


def _least_squares(y: np.ndarray, blocks: list[np.ndarray]) -> tuple[np.ndarray, float]:
    """Coefficients after the constant, and what is left of the sum of squares."""
    design = np.column_stack([np.ones(len(y)), *blocks])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    return coefficients, float(((y - design @ coefficients) ** 2).sum())


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
