"""Kinds of outlet: outlets are the units, exact where few, refused where they cannot show anything."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import differences
from helpers.compare.outlet_permutation import outlet_permutation, plain_outlet_differences, smallest_p


def press(a_side=5, sizes=None, spread=0.3, shift=0.0, weeks=20, seed=1):
    """Articles of two kinds of outlet; each outlet has a level of its own."""
    rng, rows = np.random.default_rng(seed), []
    for number in range(2 * a_side):
        level = spread * rng.normal() + (shift if number < a_side else 0.0)
        for _ in range((sizes or {}).get(number, 40)):
            week = int(rng.integers(weeks))
            kind = "left" if number < a_side else "right"
            rows.append((kind, f"outlet {number}", f"{number} {week}", level + rng.normal()))
    return pd.DataFrame(rows, columns=["kind", "outlet", "week", "value"])


def of(frame, **options):
    return outlet_permutation(frame["value"], frame["kind"] == "left", frame["outlet"], **options)


def test_p_is_that_of_all_arrangements_counted_by_hand():
    y = np.array([3.0, 5.0, 4.5, 1.0, 2.5, 2.0, 0.5])
    t2 = []
    for chosen in combinations(range(7), 3):
        one, two = y[list(chosen)], np.delete(y, chosen)
        t2.append((one.mean() - two.mean()) ** 2 / (one.var(ddof=1) / 3 + two.var(ddof=1) / 4))
    estimate = outlet_permutation(y, np.arange(7) < 3, np.arange(7))
    assert estimate.p == pytest.approx(np.mean(np.array(t2) >= t2[0] - 1e-12))
    assert estimate.p >= smallest_p(3, 4) == pytest.approx(1 / 35)


def test_each_outlet_counts_once_however_much_it_prints():
    frame = press(sizes={0: 400})
    means = frame.groupby(["kind", "outlet"])["value"].mean().groupby("kind").mean()
    estimate = of(frame)
    assert estimate.estimate == pytest.approx(means["left"] - means["right"]) and estimate.n_clusters == 10
    side = (frame["kind"] == "left").to_numpy()
    [again] = plain_outlet_differences(frame[["value"]].to_numpy(), side, frame["outlet"])
    assert again == pytest.approx(estimate.estimate)


def test_three_a_side_have_a_p_and_no_interval():
    estimate = of(press(a_side=3, shift=9.0))
    assert estimate.refused and estimate.p == pytest.approx(0.1)
    assert estimate.note == "3 outlets a side cannot show p ≤ .05: the smallest p of their 20 arrangements is .10"
    assert not of(press(a_side=3, shift=9.0), level=0.9).refused


def test_the_interval_ends_where_the_test_begins_to_reject():
    frame = press(shift=1.0)
    estimate = of(frame)
    for limit, outward in ((estimate.low, -1e-6), (estimate.high, 1e-6)):
        at = [
            frame.assign(value=frame["value"] - (frame["kind"] == "left") * (limit + step))
            for step in (outward, -outward)
        ]
        assert of(at[0]).p <= 0.05 < of(at[1]).p


def test_a_side_without_variance_is_judged_and_outlets_all_alike_are_not():
    zero = outlet_permutation(np.r_[np.zeros(5), np.full(5, 0.3)], np.arange(10) < 5, np.arange(10))
    assert zero.p == pytest.approx(2 / 252) and zero.high < 0
    alike = outlet_permutation(np.ones(10), np.arange(10) < 5, np.arange(10))
    assert alike.refused and alike.p == 1


def test_an_outlet_on_both_sides_and_one_outlet_alone():
    frame = press(a_side=2)
    with pytest.raises(ValueError, match="stands on both sides"):
        outlet_permutation(frame["value"], np.arange(len(frame)) % 2 == 0, frame["outlet"])
    assert "1 outlet on the smaller side" in of(frame[frame["outlet"] != "outlet 0"]).note


def test_both_estimands_can_be_asked_for():
    frame = press(a_side=6, shift=0.4)
    asked = {"value": "value", "group": "kind", "clusters": "week"}
    these = differences(frame, **asked)
    kinds = differences(frame, estimand="kind of outlet", unit="outlet", **asked)
    assert kinds["estimate"][0] == pytest.approx(of(frame).estimate) and kinds["method"][0] == "permutation of outlets"
    assert these["high"][0] - these["low"][0] < kinds["high"][0] - kinds["low"][0]
    for wrong in ({"estimand": "outlets"}, {"estimand": "kind of outlet"},
                  {"estimand": "kind of outlet", "unit": "outlet", "within": ["week"]}):  # fmt: skip
        with pytest.raises(ValueError, match=r"estimand|kind of outlet"):
            differences(frame, **asked, **wrong)


def test_where_kinds_do_not_differ_weeks_call_it_clear_often_and_outlets_seldom():
    asked = {"value": "value", "group": "kind", "clusters": "week"}
    clear = []
    for seed in range(60):
        frame = press(sizes={0: 200}, spread=0.5, seed=seed)
        these, kinds = differences(frame, **asked), of(frame)
        clear.append([float(these["p"][0]) <= 0.05, kinds.p <= 0.05])
    weeks, outlets = np.mean(clear, axis=0)
    assert weeks >= 0.25 and outlets <= 0.15
