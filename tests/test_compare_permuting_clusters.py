"""Whole clusters permuted, or given random signs: against the same tests written out one arrangement at a time."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from helpers.compare.clusters import cluster_ols
from helpers.compare.mean_difference import difference, mean, ratio, side_means
from helpers.compare.randomisation import DRAWS, arrangements, permuted_p, randomised_difference
from helpers.compare.wild_bootstrap import SIX_POINTS, wild_bootstrap


def welch(values, codes, first):
    """Difference of means over its CR1 error a side, G/(G-1) as in a mean's variance, from the units themselves."""
    sides, error = [], 0.0
    for mine in (first, ~first):
        center = values[mine].mean()
        sides.append(center)
        sums = [(values[mine & (codes == one)] - center).sum() / mine.sum() for one in np.unique(codes[mine])]
        error += np.square(sums).sum() * len(sums) / (len(sums) - 1)
    return (sides[0] - sides[1]) / np.sqrt(error)


def uneven(seed, n_first=4, n_second=5):
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_first + n_second), rng.integers(1, 5, n_first + n_second))
    values = rng.normal(size=len(codes)) + rng.normal(size=9)[codes] + 1.5 * (codes < n_first)
    return values, codes < n_first, codes


def exact_p(values, first, codes, shift=0.0):
    """Share of all choices of clusters whose t is as far from zero, `shift` taken off the first side."""
    moved = values - shift * first
    n, size = codes.max() + 1, len(np.unique(codes[first]))
    t = [abs(welch(moved, codes, np.isin(codes, chosen))) for chosen in combinations(range(n), size)]
    return np.mean(np.array(t) >= abs(welch(moved, codes, first)) * (1 - 1e-9))


@pytest.mark.parametrize("seed", range(3))
def test_p_of_clusters_of_unlike_sizes_is_that_of_all_arrangements(seed):
    values, first, codes = uneven(seed)
    found = randomised_difference(values, first, codes)
    assert found.estimate == pytest.approx(values[first].mean() - values[~first].mean())
    assert found.p == pytest.approx(exact_p(values, first, codes))
    assert permuted_p(values, first, codes) == (pytest.approx(found.p), 126)
    assert (found.n_units, found.n_clusters, found.note) == (len(values), 9, "126 arrangements, all")
    for limit, outward in ((found.low, -1), (found.high, 1)):  # each limit is where the test begins to reject
        assert exact_p(values, first, codes, limit - outward * 1e-6) > 0.05
        assert exact_p(values, first, codes, limit + outward * 1e-6) <= 0.05


def test_units_groups_and_scale_do_not_change_the_test():
    values, first, codes = uneven(7)
    plain = randomised_difference(values, first, codes)
    order = np.random.default_rng(1).permutation(len(values))
    names = np.random.default_rng(2).permutation(9)[codes]
    for same in (
        randomised_difference(values[order], first[order], codes[order]),
        randomised_difference(values, first, names),
        randomised_difference(values + 100, first, codes),
    ):
        assert (same.low, same.high, same.p) == (pytest.approx(plain.low), pytest.approx(plain.high), plain.p)
    scaled = randomised_difference(values * 1e-6, first, codes)
    assert (scaled.low * 1e6, scaled.p) == (pytest.approx(plain.low), plain.p)
    turned = randomised_difference(values, ~first, codes)
    assert (turned.low, turned.high, turned.p) == (pytest.approx(-plain.high), pytest.approx(-plain.low), plain.p)


def test_clusters_on_both_sides_change_their_parts_only():
    dealt = arrangements(1, 2, 2, rng=np.random.default_rng(0))
    expected = {
        (*(place == one for place in range(3)), a, not a, b, not b)
        for one, a, b in product(range(3), (True, False), (True, False))
    }
    assert {tuple(row) for row in dealt.tolist()} == expected and len(dealt) == len(expected) == 12
    assert dealt[0].tolist() == [True, False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("n_first", "n_second", "n_spanning", "n"), [(7, 7, 0, 3432), (7, 8, 0, DRAWS + 1), (5, 5, 5, DRAWS + 1)]
)
def test_all_arrangements_up_to_five_thousand_then_two_thousand_drawn(n_first, n_second, n_spanning, n):
    dealt = arrangements(n_first, n_second, n_spanning, rng=np.random.default_rng(0))
    assert dealt.shape == (n, n_first + n_second + 2 * n_spanning)
    assert (dealt[:, : n_first + n_second].sum(axis=1) == n_first).all()
    assert dealt[0].tolist() == [True] * n_first + [False] * n_second + [True, False] * n_spanning
    pairs = dealt[:, n_first + n_second :]
    assert (pairs[:, ::2] != pairs[:, 1::2]).all()
    assert abs(dealt[1:, 0].mean() - n_first / (n_first + n_second)) < 0.05
    if n_spanning:
        assert np.abs(pairs[:, ::2].mean(axis=0) - 0.5).max() < 0.05


def test_too_few_arrangements_for_an_interval_have_their_p():
    values, first, codes = np.array([5.0, 6, 7, 1, 2, 3]), np.arange(6) < 3, np.arange(6)
    found = randomised_difference(values, first, codes)
    assert np.isnan(found.low) and found.p == pytest.approx(2 / 20)
    assert found.note == "20 arrangements of 6 clusters are too few for a 95% interval"
    assert np.isfinite(randomised_difference(values, first, codes, level=0.8).low)
    same = randomised_difference(np.ones(6), first, codes)
    assert same.note == "cluster means do not vary" and np.isnan(same.p)


def restricted_t(y, x, c, codes, value, signs):
    """The wild bootstrap written out: a fit under c'beta = value, its residuals by sign, and the t of each new sample."""
    bread = np.linalg.inv(x.T @ x)

    def t_of(outcome):
        beta = bread @ x.T @ outcome
        e = outcome - x @ beta
        scores = np.array([(x[codes == g].T @ e[codes == g]) for g in np.unique(codes)])
        return (c @ beta - value) / np.sqrt(((scores @ bread @ c) ** 2).sum())

    beta = bread @ x.T @ y
    under = beta - bread @ c * (c @ beta - value) / (c @ bread @ c)
    fitted, e = x @ under, y - x @ under
    return abs(t_of(y)), np.array([abs(t_of(fitted + e * row[codes])) for row in signs])


@pytest.mark.parametrize("kind", ["rademacher", "webb"])
def test_wild_bootstrap_is_what_refitting_each_sample_gives(kind):
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(7), [3, 1, 4, 2, 5, 3, 2])
    x = np.column_stack([codes < 3, np.ones(20), rng.normal(size=20)])
    y, c = rng.normal(size=20) + 1.2 * (codes < 3), np.array([1.0, 0.0, 0.0])
    points = SIX_POINTS if kind == "webb" else np.array([-1.0, 1.0])
    signs = np.random.default_rng(5).choice(points, size=(299, 7))
    found = wild_bootstrap(y, x, c, [codes], draws=299, kind=kind, rng=np.random.default_rng(5))
    observed, drawn = restricted_t(y, x, c, codes, 0.0, signs)
    assert found.p == pytest.approx((drawn >= observed * (1 - 1e-9)).mean())
    assert found.estimate == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0][0])
    for limit, outward in ((found.low, -1), (found.high, 1)):
        p = []
        for at in (limit - outward * 1e-3, limit + outward * 1e-3):
            observed, drawn = restricted_t(y, x, c, codes, at, signs)
            p.append((drawn >= observed * (1 - 1e-9)).mean())
        assert p[0] > 0.05 >= p[1]
    assert (found.dof, found.n_units, found.n_clusters) == (6.0, 20, 7) and found.note == "299 draws"
    with pytest.raises(ValueError, match="'mammen' is neither"):
        wild_bootstrap(y, x, c, [codes], kind="mammen")


def test_webbs_six_points_have_mean_zero_and_variance_one():
    assert SIX_POINTS.mean() == pytest.approx(0) and (SIX_POINTS**2).mean() == pytest.approx(1)
    assert (SIX_POINTS**2).tolist() == pytest.approx([1.5, 1, 0.5, 0.5, 1, 1.5])


def test_two_ways_draw_by_the_way_with_fewer_clusters():
    rng = np.random.default_rng(4)
    week, story = np.arange(60) % 12, rng.integers(0, 30, 60)
    story = np.unique(story, return_inverse=True)[1]
    x = np.column_stack([week < 6, np.ones(60)]).astype(float)
    y = rng.normal(size=60)
    both = wild_bootstrap(y, x, np.array([1.0, 0.0]), [story, week], draws=199)
    assert both.n_clusters == 12 and both.dof == 11
    swapped = wild_bootstrap(y, x, np.array([1.0, 0.0]), [week, story], draws=199)
    assert (swapped.low, swapped.high, swapped.p) == (pytest.approx(both.low), pytest.approx(both.high), both.p)
    nested = wild_bootstrap(y, x, np.array([1.0, 0.0]), [np.arange(60), week], draws=199)  # an article lies in its week
    alone = wild_bootstrap(y, x, np.array([1.0, 0.0]), [week], draws=199)
    assert nested.p == pytest.approx(alone.p, abs=0.1) and nested.estimate == pytest.approx(alone.estimate)


def test_which_method_is_used_goes_by_the_smaller_side():
    rng = np.random.default_rng(6)
    for n, method in ((9, "randomisation of clusters"), (10, "CR2")):
        codes = np.arange(n + 30)
        found = difference(rng.normal(size=len(codes)), codes < n, clusters=codes)
        assert found.method == method
        assert difference(rng.normal(size=len(codes)), codes >= n, clusters=codes).method == method
        assert difference(rng.normal(size=len(codes)), codes < n, clusters=codes, method="sandwich").method == "CR2"
        assert difference(rng.normal(size=len(codes)), codes < n, clusters=codes, method="randomise").method.startswith(
            "rand"
        )
        wild = difference(rng.normal(size=len(codes)), codes < n, clusters=codes, method="wild")
        assert wild.method == "wild cluster bootstrap (webb)"
    strata = np.arange(39) % 2
    found = difference(rng.normal(size=39), np.arange(39) < 9, clusters=np.arange(39), strata=strata)
    assert found.method == "CR2" and found.note == "9 clusters on the smaller side, too few to permute within strata"
    two = difference(rng.normal(size=32), np.arange(32) < 2, clusters=np.arange(32))
    assert two.note == "2 clusters on the smaller side; at least 3 are needed" and np.isfinite(two.estimate)
    with pytest.raises(ValueError, match="5 of 5 units on the first side"):
        difference(np.arange(5.0), np.ones(5, bool), clusters=np.arange(5))


def test_a_share_on_the_log_odds_is_the_delta_method():
    y = np.random.default_rng(8).random(120) < 0.2
    codes = np.arange(120) // 3
    [plain] = cluster_ols(y.astype(float), np.ones((120, 1)), clusters=codes)
    found, straight = mean(y, clusters=codes), mean(y, clusters=codes, scale="linear")
    share = y.mean()
    half = (plain.high - plain.estimate) / (share * (1 - share))
    limits = [1 / (1 + np.exp(-(np.log(share / (1 - share)) + side * half))) for side in (-1, 1)]
    assert [found.low, found.high] == pytest.approx(limits) and found.method == "CR2, logit"
    assert (straight.low, straight.high, straight.method) == (plain.low, plain.high, "CR2")
    wide = np.where(y, 1.01, 0.0)
    assert mean(wide, clusters=codes).method == "CR2" and mean(-wide / 2, clusters=codes).method == "CR2"
    assert mean(y, clusters=codes // 20).refused and not mean(y, clusters=codes // 14).refused
    constant = mean(np.full(120, 0.5), clusters=codes)
    assert constant.refused and "do not vary" in constant.note
    assert mean(np.ones(120), clusters=codes, level=0.9).low == pytest.approx(0.05 ** (1 / 40))


def test_ratio_limits_are_the_delta_method_and_within_strata_means_weigh_alike():
    rng = np.random.default_rng(9)
    y, first = rng.gamma(2.0, size=80) * np.where(np.arange(80) < 30, 2.0, 1.0), np.arange(80) < 30
    found = ratio(y, first, clusters=np.arange(80))
    one, two = y[first], y[~first]
    se = np.sqrt(one.var(ddof=1) / 30 / one.mean() ** 2 + two.var(ddof=1) / 50 / two.mean() ** 2)
    assert found.estimate == pytest.approx(one.mean() / two.mean()) and found.se == pytest.approx(se * found.estimate)
    assert np.log(found.high / found.low) / 2 / se == pytest.approx(1.99, abs=0.02)
    assert found.high * found.low == pytest.approx(found.estimate**2)
    turned = ratio(y, ~first, clusters=np.arange(80))
    assert (1 / turned.high, turned.p) == (pytest.approx(found.low), pytest.approx(found.p))
    scaled = ratio(y * 1000, first, clusters=np.arange(80))
    assert (scaled.estimate, scaled.low) == (pytest.approx(found.estimate), pytest.approx(found.low))
    few = ratio(y[21:], first[21:], clusters=np.arange(59))
    assert few.note == "9 clusters on the smaller side; a ratio needs 10" and np.isfinite(few.estimate)
    assert np.isfinite(ratio(y[20:], first[20:], clusters=np.arange(60)).low)
    assert np.isfinite(ratio(y[21:], first[21:], clusters=np.arange(59), fewest=9).low)
    none = ratio(np.where(first, 0.0, y), first, clusters=np.arange(80))
    assert none.note == "a side has no item: no ratio" and np.isnan(none.estimate)
    strata = np.array(["x", "x", "x", "y", "y", "y", "y"])
    sides = np.array([True, False, False, True, True, True, False])
    values = np.array([1.0, 2.0, 4.0, 5.0, 6.0, 10.0, 9.0])
    weight = np.array([1 * 2 / 3, 3 * 1 / 4])
    expected = [weight @ [1.0, 7.0] / weight.sum(), weight @ [3.0, 9.0] / weight.sum()]
    assert side_means(values, sides, strata) == pytest.approx(expected)
