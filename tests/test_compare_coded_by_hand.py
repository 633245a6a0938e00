"""Spread of coded shares beside dense matrices and textbook sampling; limits beside those of statsmodels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.compare.corrected_shares import Share, put_together, three, together, tuned_power, wilson
from helpers.compare.corrected_variance import Side, Spread, cluster_spread, coded_clusters, draw_spread


def side(seed=1, n=80, clusters=16, shift=0):
    rng = np.random.default_rng(seed)
    code, coded = (rng.random(n) < 0.4).astype(float), rng.random(n) < 0.5
    prediction = np.clip(0.3 + 0.4 * code + rng.normal(0, 0.2, n), 0, 1)
    ways = (np.sort(rng.integers(0, clusters, n)) + shift,)
    return Side(
        prediction,
        rng.uniform(0.5, 2, n),
        coded,
        code[coded],
        rng.uniform(0.3, 0.7, coded.sum()),
        ways,
        np.zeros(n, int),
    )


def dense(parts, n_clusters):
    """Variance and Satterthwaite's degrees of freedom from the matrix of what clusters' sums are expected to vary by."""
    scores, total = np.zeros(n_clusters), np.zeros((n_clusters, n_clusters))
    for sides in parts:
        own_scores, expected = np.zeros(n_clusters), np.zeros((n_clusters, n_clusters))
        for values, load, codes in sides:
            leverage = np.array([load[codes == g].sum() for g in range(n_clusters)])
            adjust = 1 / np.sqrt(1 - leverage)
            own_scores += adjust * np.array([(load * values)[codes == g].sum() for g in range(n_clusters)])
            scale = (load @ values**2) * (load**2).sum()
            expected += scale * (np.diag(adjust**2 * leverage) - np.outer(adjust * leverage, adjust * leverage))
        scores += own_scores
        total += expected * (own_scores @ own_scores) / np.trace(expected)
    return scores @ scores, np.trace(total) ** 2 / (total**2).sum()


@pytest.mark.parametrize("power", [0.0, 0.7])
def test_spread_over_clusters_is_that_of_dense_matrices(power):
    one, two = side(1), side(2, shift=8)  # half of the clusters hold both
    n = 24

    def pieces(part, sign=1.0):
        rest = part.code - power * part.prediction[part.coded]
        load, all_of = part.weight[part.coded] / part.chance, part.weight / part.weight.sum()
        load = load / load.sum()
        tuned = np.sqrt((len(rest) - 1) / (len(rest) - 2)) if power else 1.0
        own = (sign * tuned * (rest - load @ rest), load, part.ways[0][part.coded])
        every = (sign * power * (part.prediction - all_of @ part.prediction), all_of, part.ways[0])
        return own, every

    for sides, powers, expected in (
        ([one], [power], [[pieces(one)[0]], [pieces(one)[1]]]),
        ([one, two], [power] * 2, [[pieces(one)[0], pieces(two, -1.0)[0]], [pieces(one)[1], pieces(two, -1.0)[1]]]),
    ):
        variance, dof = dense(expected if power else expected[:1], n)
        found = cluster_spread(sides, powers)
        assert (found.variance, found.dof) == (pytest.approx(variance), pytest.approx(dof)) and not found.alone
    mirrored = cluster_spread([two, one], [power] * 2)
    assert mirrored.variance == pytest.approx(found.variance) and mirrored.dof == pytest.approx(found.dof)
    assert coded_clusters(one) == len(set(one.ways[0][one.coded]))


def test_the_draw_has_the_variance_of_stratified_sampling():
    """Cochran (1977), eq. 5.7: sum of N_h² (1 - f_h) s_h² / n_h, over N²."""
    rng = np.random.default_rng(3)
    sizes, drawn = np.array([30, 50, 20]), np.array([10, 5, 8])
    stratum = np.repeat(range(3), sizes)
    coded = np.concatenate([np.arange(size) < n for size, n in zip(sizes, drawn, strict=True)])
    code = rng.random(drawn.sum())
    held = Side(np.zeros(100), np.ones(100), coded, code, np.repeat(drawn / sizes, drawn), (np.arange(100),), stratum)
    expected = sum(
        size**2 * (1 - n / size) * code[stratum[coded] == h].var(ddof=1) / n
        for h, (size, n) in enumerate(zip(sizes, drawn, strict=True))
    )
    found = draw_spread(held, 0.0)
    assert found.variance == pytest.approx(expected / 100**2) and found.dof == 20
    everything = replace(held, chance=np.ones(23))
    assert draw_spread(everything, 0.0).variance == 0  # all were drawn: nothing is left to chance
    lone = replace(held, stratum=np.where(np.arange(100) == 0, 3, stratum))
    assert draw_spread(lone, 0.0).variance > 0 and draw_spread(lone, 0.0).dof == 22
    pair = replace(held, stratum=np.where(np.arange(100) == 0, 3, np.where(np.arange(100) == 1, 4, stratum)))
    assert draw_spread(pair, 0.0).dof == 7 + 4 + 7 + 1  # two lone ones together


def share(hits, n):
    held = side()
    return Share(held, held, 0.0, hits / n, Spread(0.01, 1e9), float(n), 99, True)


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (7, 20), (20, 20), (3, 400)])
def test_limits_are_wilsons_where_units_are_independent(hits, n):
    expected = proportion_confint(hits, n, alpha=0.1, method="wilson")
    assert wilson(share(hits, n), 1e9, 0.9) == pytest.approx(expected, abs=1e-7)
    wide = wilson(share(hits, n), 1e9, 0.9, stretch=2.0)  # a quarter of the units
    assert wide == pytest.approx(proportion_confint(hits / 4, n / 4, alpha=0.1, method="wilson"), abs=1e-7)
    few = wilson(share(hits, n), float("nan"), 0.9)  # clusters less one, where nothing else is known
    assert few == wilson(share(hits, n), 98.0, 0.9)


def test_limits_of_a_difference_are_newcombes():
    for one, two in (((7, 20), (3, 25)), ((0, 30), (9, 30)), ((10, 10), (5, 40))):
        shares = [share(*one), share(*two)]
        limits = [wilson(each, 1e9, 0.95) for each in shares]
        expected = confint_proportions_2indep(*one, *two, method="newcomb", compare="diff", alpha=0.05)
        assert put_together(*shares, limits, 0.0) == pytest.approx(expected, abs=1e-6)
        low, high = put_together(*shares, limits, 1.0)  # what moves together cancels
        (low1, high1), (low2, high2) = limits
        gap = one[0] / one[1] - two[0] / two[1]
        downs, ups = (
            (one[0] / one[1] - low1, high2 - two[0] / two[1]),
            (high1 - one[0] / one[1], two[0] / two[1] - low2),
        )
        assert gap - low == pytest.approx(abs(downs[0] - downs[1])) and high - gap == pytest.approx(
            abs(ups[0] - ups[1])
        )


def test_shares_are_worth_what_their_variance_says_and_move_together_by_what_clusters_hold():
    one, two = side(1), side(1)
    made = [three(each, "process")["coded"] for each in (one, two)]
    p = made[0].estimate
    assert made[0].n_effective == pytest.approx(p * (1 - p) / made[0].spread.variance)
    joint, correlation = together(made)
    assert correlation == pytest.approx(1.0) and joint.variance == pytest.approx(0.0, abs=1e-15)  # the same units twice
    apart = replace(two, ways=(two.ways[0] + 50,))
    joint, correlation = together([made[0], three(apart, "process")["coded"]])
    assert correlation == pytest.approx(0.0, abs=1e-12) and joint.variance == pytest.approx(2 * made[0].spread.variance)
    drawn = [three(each, "corpus")["coded"] for each in (one, two)]
    joint, correlation = together(drawn)
    assert correlation == 0.0 and joint.variance == pytest.approx(2 * drawn[0].spread.variance)
    assert joint.dof == pytest.approx(2 * drawn[0].spread.dof)


def test_the_power_is_the_slope_and_nothing_where_it_is_worth_nothing():
    held = side(5, n=400, clusters=400)
    held = replace(held, prediction=2 * held.prediction)
    x, load = held.prediction[held.coded], held.load
    slope = (load * (x - load @ x)) @ held.code / (load @ (x - load @ x) ** 2)
    assert tuned_power(held, "corpus") == pytest.approx(slope, rel=0.15) and 0 < slope < 1
    for useless in (np.full(400, 0.5), 2 - held.prediction, np.random.default_rng(1).random(400)):
        assert tuned_power(replace(held, prediction=useless)) == pytest.approx(0.0, abs=0.15)
    assert tuned_power(replace(held, prediction=2 - held.prediction)) == 0.0
    assert tuned_power(replace(held, prediction=held.prediction / 10)) == 1.0  # not more than one
