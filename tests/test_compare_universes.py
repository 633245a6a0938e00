"""The multiverse: order, cache, agreement, and which choice matters, on answers known beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.clusters import Estimate
from helpers.compare.universes import grid, key, run, specification_curve, summarise

CHOICES = {"copies": ["in", "once"], "topics": [8, 10, 12], "voice": ["all", "outlet"]}


def planted(universe):
    """Copies move the answer by 2, topics by up to .2, voice not at all."""
    estimate = 1 + 2 * (universe["copies"] == "in") + (universe["topics"] - 10) / 20
    return Estimate(estimate, estimate - 1.5, estimate + 1.5, 0.95, 20.0, 100, 30, "CR2")


def test_grid_is_complete_and_stable():
    universes = grid(CHOICES)
    assert len(universes) == 12 and universes[0] == {"copies": "in", "topics": 8, "voice": "all"}
    assert universes == grid(CHOICES) and len({key(u) for u in universes}) == 12
    assert grid({}) == [{}]


def test_cache_spares_what_was_run_and_survives_a_failure():
    calls, cache = [], {}

    def failing(universe):
        calls.append(universe)
        if len(calls) == 5:
            raise ZeroDivisionError("no articles")
        return planted(universe)

    with pytest.raises(RuntimeError, match=r'"topics": 12.*no articles'):
        run(grid(CHOICES), failing, cache=cache)
    assert len(cache) == 4
    resumed = run(grid(CHOICES), failing, cache=cache)
    assert len(calls) == 5 + 8
    pd.testing.assert_frame_equal(resumed, run(grid(CHOICES), planted))


def test_summary_finds_the_choice_that_matters():
    found = summarise(run(grid(CHOICES), planted))
    assert found["n_universes"] == 12 and found["sign"] == 1 and found["same_sign"] == 1
    assert found["clear_of_zero"] == pytest.approx(0.5)
    assert found["by_choice"].index.tolist() == ["copies", "topics", "voice"]
    assert found["by_choice"].sum() == pytest.approx(1) and found["by_choice"]["copies"] > 0.99
    assert found["by_choice"]["voice"] == pytest.approx(0)


def test_interaction_is_left_over():
    table = run(grid({"a": [0, 1], "b": [0, 1]}), lambda u: {"estimate": float(u["a"] ^ u["b"]), "low": -1, "high": 2})
    assert summarise(table)["by_choice"].tolist() == pytest.approx([0, 0])


def test_negative_effects_and_refusals_are_counted():
    values = iter([-3.0, -2.0, 1.0, np.nan])

    def function(universe):
        y = next(values)
        refused = universe["seed"] == 2
        return {"estimate": y, "low": np.nan if refused else y - 1, "high": np.nan if refused else y + 1}

    found = summarise(run(grid({"seed": [1, 2, 3, 4]}), function))
    assert (found["sign"], found["n_refused"], found["n_missing"]) == (-1, 2, 1)
    assert found["same_sign"] == pytest.approx(2 / 3) and found["clear_of_zero"] == pytest.approx(1 / 3)


def test_curve_is_sorted_and_ranked_without_the_missing():
    table = pd.DataFrame({"k": [1, 2, 3], "estimate": [0.3, np.nan, 0.1], "low": 0.2, "high": 0.5})
    curve = specification_curve(table)
    assert curve.k.tolist() == [3, 1, 2] and curve["rank"].tolist()[:2] == [1, 2]
    assert pd.isna(curve["rank"][2])
    pd.testing.assert_frame_equal(curve, specification_curve(table.iloc[::-1]))


def test_nothing_varies():
    table = run(grid({"k": [1, 2]}), lambda u: {"estimate": 0.5, "low": 0.1, "high": 0.9})
    assert summarise(table)["by_choice"].empty


@pytest.mark.parametrize("bad", [{"k": []}, {"k": [1, 1]}, {"estimate": [1]}])
def test_bad_choices_are_refused(bad):
    with pytest.raises(ValueError, match="choice"):
        grid(bad)


def test_bad_results_are_refused():
    with pytest.raises(ValueError, match="gave no low, high"):
        run(grid({"k": [1]}), lambda u: {"estimate": 1.0})
    with pytest.raises(ValueError, match="no universes"):
        run([], planted)
    with pytest.raises(ValueError, match="none of 1"):
        summarise(run(grid({"k": [1]}), lambda u: {"estimate": np.nan, "low": np.nan, "high": np.nan}))
