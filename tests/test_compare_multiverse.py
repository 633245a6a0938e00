"""The multiverse: order, cache, agreement, and which choice matters, on answers known beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.clusters import Estimate
from helpers.compare.multiverse import draw, effects, grid, key, run, specification_curve, summarise

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


def test_a_failed_universe_keeps_its_reason_the_rest_goes_on_and_only_it_is_tried_again():
    calls, cache = [], {}

    def failing(universe):
        calls.append(universe)
        if len(calls) == 5:
            raise ZeroDivisionError("no\narticles")
        return planted(universe)

    first = run(grid(CHOICES), failing, cache=cache)
    assert len(calls) == 12 and len(cache) == 11 and len(first) == 12
    assert first["note"].tolist()[4] == "failed: ZeroDivisionError: no articles"
    assert first["estimate"].isna().tolist() == [place == 4 for place in range(12)]
    again = run(grid(CHOICES), failing, cache=cache)
    assert len(calls) == 13
    pd.testing.assert_frame_equal(again, run(grid(CHOICES), planted))


def test_what_was_computed_before_an_interruption_is_kept():
    calls, cache = [], {}

    def interrupted(universe):
        calls.append(universe)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return planted(universe)

    with pytest.raises(KeyboardInterrupt):
        run(grid(CHOICES), interrupted, cache=cache)
    assert len(cache) == 4
    run(grid(CHOICES), interrupted, cache=cache)
    assert len(calls) == 5 + 8


def test_one_universe_may_answer_several_questions():
    both = [{"estimate": 1.0, "low": 0.0, "high": 2.0, "topic": name} for name in "ab"]
    table = run(grid({"k": [1, 2]}), lambda u: both)
    assert table[["k", "topic"]].values.tolist() == [[1, "a"], [1, "b"], [2, "a"], [2, "b"]]


def test_a_draw_is_of_its_content_not_of_its_order():
    universes = grid(CHOICES)
    few = draw(universes, 5)
    assert few[0] == universes[0] and few == [u for u in universes if u in few]
    turned = draw([universes[0], *universes[:0:-1]], 5)
    assert sorted(map(key, few)) == sorted(map(key, turned))
    assert draw(universes, 100) == universes
    with pytest.raises(ValueError, match="most is 0"):
        draw(universes, 0)


def test_summary_finds_the_choice_that_matters():
    found = summarise(run(grid(CHOICES), planted))
    assert found["n_universes"] == 12 and found["sign"] == 1 and found["same_sign"] == 1
    assert found["clear_of_zero"] == pytest.approx(0.5)
    assert found["by_choice"].index.tolist() == ["copies", "topics", "voice"]
    moved = found["by_choice"]
    assert moved["variance_share"].sum() == pytest.approx(1) and moved.loc["copies", "variance_share"] > 0.99
    assert moved.loc["voice", "variance_share"] == pytest.approx(0)
    assert moved["swing"].tolist() == pytest.approx([2, 0.2, 0])
    assert moved.loc["copies", ["lowest", "highest"]].tolist() == ["once", "in"]


def test_missing_universes_do_not_let_one_choice_stand_for_another():
    table = run(grid(CHOICES), planted)
    left = table.drop(index=[0, 1, 2, 5])  # most with copies in and few topics
    assert effects(left, choices=list(CHOICES))["swing"].to_dict() == pytest.approx(
        {"copies": 2, "topics": 0.2, "voice": 0}
    )
    assert effects(table.head(3), choices=list(CHOICES)).empty  # fewer universes than options


def test_interaction_is_left_over():
    table = run(grid({"a": [0, 1], "b": [0, 1]}), lambda u: {"estimate": float(u["a"] ^ u["b"]), "low": -1, "high": 2})
    assert summarise(table)["by_choice"]["variance_share"].tolist() == pytest.approx([0, 0])


def test_negative_effects_and_refusals_are_counted():
    values = iter([-3.0, -2.0, 1.0, np.nan])

    def function(universe):
        y = next(values)
        refused = universe["seed"] == 2
        return {"estimate": y, "low": np.nan if refused else y - 1, "high": np.nan if refused else y + 1}

    found = summarise(run(grid({"seed": [1, 2, 3, 4]}), function))
    assert (found["sign"], found["n_refused"], found["n_missing"]) == (-1, 2, 1)
    assert found["same_sign"] == pytest.approx(2 / 3) and found["clear_of_zero"] == pytest.approx(1 / 3)
    assert found["refused"] == 0.5


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


def test_bad_results_are_told_and_nothing_to_run_is_refused():
    assert (
        run(grid({"k": [1]}), lambda u: {"estimate": 1.0})["note"].item()
        == "failed: ValueError: no low, high in the result"
    )
    with pytest.raises(ValueError, match="no universes"):
        run([], planted)
    with pytest.raises(ValueError, match="none of 1"):
        summarise(run(grid({"k": [1]}), lambda u: {"estimate": np.nan, "low": np.nan, "high": np.nan}))
