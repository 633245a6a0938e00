"""Spread between fits on each scale, score limits and joint signs, each beside its formula or all arrangements."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.compare import differences, outlet_permutation, sensitivity, trend
from helpers.compare.clusters import Estimate
from helpers.compare.constant_side import constant_side_difference, is_constant
from helpers.compare.joint_sign import joint_sign
from helpers.compare.measurement_error import widened

PLAIN = Estimate(0.3, 0.2, 0.5, 0.9, 12.0, 100, 14, "CR2", p=0.02, se=0.06)
FITS = [0.28, 0.33, 0.31]


def test_limits_move_by_the_squared_sum_and_p_by_as_much():
    between = np.var(FITS, ddof=1) * 4 / 3
    reach = stats.t.ppf(0.95, 2) * np.sqrt(between)
    low, high = 0.3 - np.hypot(0.1, reach), 0.3 + np.hypot(0.2, reach)
    found = widened(PLAIN, FITS)
    assert (found.low, found.high, found.se) == pytest.approx((low, high, np.sqrt(0.06**2 + between)))
    times = (high - low) / 0.3
    assert found.p == pytest.approx(2 * stats.t.sf(stats.t.ppf(0.99, 12) / times, 12))
    assert found.method == "CR2 with 3 fits"
    drawn = widened(replace(PLAIN, dof=float("nan")), FITS)
    assert drawn.p == pytest.approx(2 * stats.norm.sf(stats.norm.ppf(0.99) / times))
    assert np.isnan(widened(replace(PLAIN, p=float("nan")), FITS).p)
    turned = widened(replace(PLAIN, estimate=-0.3, low=-0.5, high=-0.2), [-one for one in FITS])
    assert (turned.low, turned.high, turned.p) == pytest.approx((-found.high, -found.low, found.p))


def test_limits_of_a_share_move_on_the_log_odds():
    reach = stats.t.ppf(0.95, 2) * np.std(FITS, ddof=1) * np.sqrt(4 / 3) / (0.3 * 0.7)
    odds = np.log(np.array([0.3, 0.2, 0.5]) / np.array([0.7, 0.8, 0.5]))
    expected = [odds[0] - np.hypot(odds[1] - odds[0], reach), odds[0] + np.hypot(odds[2] - odds[0], reach)]
    found = widened(replace(PLAIN, method="CR2, logit"), FITS)
    assert (found.low, found.high) == pytest.approx(tuple(1 / (1 + np.exp(-np.array(expected)))))


def test_where_nothing_was_wide_only_the_fits_are():
    found = widened(replace(PLAIN, low=0.3, high=0.3), FITS)
    reach = stats.t.ppf(0.95, 2) * np.std(FITS, ddof=1) * np.sqrt(4 / 3)
    assert found.high == pytest.approx(0.3 + reach) and found.p == 1.0


def score_limits(n, hits, m, level=0.95):
    """Zero of n beside hits of m: differences at which the score test of Miettinen and Nurminen just does not reject."""

    def z(d):
        grid = np.linspace(max(0.0, -d), min(1.0, 1 - d), 200_001)[1:-1]
        one = grid + d
        with np.errstate(divide="ignore", invalid="ignore"):
            fit = n * np.log(1 - one) + hits * np.log(grid) + (m - hits) * np.log(1 - grid)
        two = grid[np.nanargmax(fit)]
        return (0 - hits / m - d) / np.sqrt((two + d) * (1 - two - d) / n + two * (1 - two) / m)

    return z


def test_limits_of_none_beside_some_are_those_of_the_score_test():
    """Articles alone in their cluster: worth is m - 1 by CR2 of a mean, and n in proportion."""
    y, first = np.r_[np.zeros(40), np.ones(12), np.zeros(18)], np.arange(70) < 40
    found = constant_side_difference(y, first, [np.arange(70)])
    worth = 29.0
    z = score_limits(40 * worth / 30, 0.4 * worth, worth)
    reach = stats.t.ppf(0.975, 29)
    assert found.dof == pytest.approx(29)
    assert z(found.low) == pytest.approx(reach, abs=0.01) and z(found.high) == pytest.approx(-reach, abs=0.01)
    assert found.p == pytest.approx(max(2 * stats.t.sf(abs(z(0.0)), 29), 1 / 2000), rel=0.01)
    assert found.se == pytest.approx((found.high - found.low) / 2 / reach)
    assert found.note == "one side is all 0; 2,000 arrangements, drawn" and found.estimate == pytest.approx(-0.4)
    turned = constant_side_difference(1 - y, first, [np.arange(70)])
    assert (turned.low, turned.high, turned.p) == pytest.approx((-found.high, -found.low, found.p))
    assert turned.note.startswith("one side is all 1;")
    seen = constant_side_difference(y, ~first, [np.arange(70)])
    assert (seen.low, seen.high) == pytest.approx((-found.high, -found.low))


def test_counts_do_not_depend_on_their_unit():
    rng = np.random.default_rng(1)
    y, first = np.r_[np.zeros(20), rng.poisson(3, 25)].astype(float), np.arange(45) < 20
    one, ten = (constant_side_difference(times * y, first, [np.arange(45)]) for times in (1.0, 10.0))
    assert (ten.low, ten.high) == pytest.approx((10 * one.low, 10 * one.high)) and ten.p == pytest.approx(one.p)
    assert one.low < -y[~first].mean() < one.high < 0


def test_what_is_constant_is_said():
    for one, two, words in (
        (np.zeros(5), np.zeros(6), "both sides are all 0"),
        (np.zeros(5), np.ones(6), "all 0 against all 1"),
        (np.ones(5), np.tile([0.0, 1], 3), "one side is all 1"),
    ):
        y, first = np.r_[one, two], np.arange(11) < 5
        assert constant_side_difference(y, first, [np.arange(11)]).note.startswith(words)
        assert is_constant(y, first) and is_constant(y, ~first)
    shifted = constant_side_difference(np.r_[np.full(6, -2.0), np.arange(6.0)], np.arange(12) < 6, [np.arange(12)])
    assert shifted.note.startswith("one side is constant") and shifted.method == "randomisation of clusters"
    assert not is_constant(np.arange(4.0), np.arange(4) < 2)


def test_joint_sign_is_that_of_all_arrangements():
    """Five of ten weeks: 252 arrangements, drawn often enough to know each share to a point or two."""
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"week": np.repeat(range(10), 3), "topic": np.tile([0, 1, 1], 10)})
    rows = rows.assign(side=rows["week"] < 5, y=rng.normal(size=30) + 0.5 * (rows["week"] < 5))
    universes = [rows, rows[rows["week"] != 3], rows[rows.index % 4 > 0], rows[rows["topic"] == 1], rows.iloc[6:]]

    def share(chosen, stratum):
        signs = []
        for one in universes:
            side = one["week"].isin(chosen).to_numpy(float)
            if side.min() == side.max():
                continue
            x = np.column_stack([side, np.eye(2)[one["topic"]] if stratum else np.ones(len(one))])
            signs.append(np.sign(np.linalg.lstsq(x, one["y"], rcond=None)[0][0]))
        return max(np.mean(np.array(signs) > 0), np.mean(np.array(signs) < 0))

    for stratum in (None, "topic"):
        every = np.array([share(chosen, stratum) for chosen in combinations(range(10), 5)])
        options = {"value": "y", "first": "side", "cluster": "week", "stratum": stratum, "permutations": 4000}
        found, p = joint_sign(universes, **options)
        assert found == every[0] and p == pytest.approx((every >= every[0] - 1e-12).mean(), abs=0.03)
    one_sided = rows[rows["side"]]
    alone = joint_sign([one_sided], value="y", first="side", cluster="week")
    assert np.isnan(alone).all() and np.isnan(joint_sign([], value="y", first="side", cluster="week")).all()
    both = joint_sign([rows, one_sided], value="y", first="side", cluster="week")
    assert both[0] == 1.0  # of one that has both sides
    with pytest.raises(ValueError, match="cluster 4 stands on both sides"):
        joint_sign([rows.assign(side=rows.index < 13)], value="y", first="side", cluster="week")


def test_rows_and_clusters_are_named_as_numbers_are_written():
    """Not as numpy prints them: a row whose number is 7 is row 7."""
    frame = pd.DataFrame(
        {"y": np.arange(4.0), "side": ["a", None, "b", "b"], "t": [1.0, np.nan, 2, 3], "week": range(4)}
    )
    frame.index = [5, 7, 9, 11]
    rows = pd.DataFrame({"group": ["a"], "reference": "b", "estimate": 1.0, "low": 0.5, "high": 1.5})
    one = frame.assign(side=list("aabb"))
    asked = {"value": "y", "group": "side"}
    for words, call in (
        ("'side' is empty in row 7;", lambda: differences(frame, clusters="week", **asked)),
        ("'t' is empty in row 7;", lambda: trend(one, value="y", time="t", clusters="week")),
        ("'t' is empty in row 7;", lambda: sensitivity(one, rows=rows, benchmarks=["t"], **asked)),
        (
            "outlet 3 stands on both",
            lambda: outlet_permutation(np.arange(3.0), np.array([True, True, False]), [2, 3, 3]),
        ),
    ):
        with pytest.raises(ValueError, match=words):
            call()
