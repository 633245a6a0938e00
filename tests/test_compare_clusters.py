"""The variance everything in `compare` shares, held against dense matrices, known answers and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.compare.clusters import cluster_codes, cluster_ols, outlet_weeks


def dense_cr2(y, x, codes, c):
    """CR2 and Satterthwaite degrees of freedom written out with n × n matrices, as the papers have them."""
    n = len(y)
    bread = np.linalg.inv(x.T @ x)
    maker = np.eye(n) - x @ bread @ x.T
    e = maker @ y
    variance, columns = 0.0, []
    for g in np.unique(codes):
        rows = np.flatnonzero(codes == g)
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        root = vectors @ np.diag([v**-0.5 if v > 1e-8 else 0.0 for v in values]) @ vectors.T
        a = root @ x[rows] @ bread @ c
        variance += float(a @ e[rows]) ** 2
        columns.append(maker[:, rows] @ a)
    p = np.column_stack(columns)
    return variance, np.trace(p.T @ p) ** 2 / ((p.T @ p) ** 2).sum()


def example(k=3, n=60, n_clusters=12, seed=1):
    rng = np.random.default_rng(seed)
    codes = np.sort(rng.integers(0, n_clusters, n))
    codes = np.unique(codes, return_inverse=True)[1]
    x = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])
    return rng.normal(size=n) + rng.normal(size=codes.max() + 1)[codes], x, codes


@pytest.mark.parametrize("k", [1, 3, 18])
def test_cr2_and_dof_equal_the_dense_computation(k):
    y, x, codes = example(k)
    c = np.eye(k)[-1]
    variance, dof = dense_cr2(y, x, codes, c)
    found = cluster_ols(y, x, clusters=codes, contrasts=c)[0]
    assert found.se**2 == pytest.approx(variance, rel=1e-9)
    assert found.dof == pytest.approx(dof, rel=1e-9)


def test_weights_are_least_squares_on_scaled_rows():
    y, x, codes = example()
    w = np.random.default_rng(2).uniform(0.5, 2, len(y))
    variance, dof = dense_cr2(y * np.sqrt(w), x * np.sqrt(w)[:, None], codes, np.array([0, 1.0, 0]))
    found = cluster_ols(y, x, clusters=codes, weights=w)[1]
    assert (found.se**2, found.dof) == (pytest.approx(variance), pytest.approx(dof))
    assert found.estimate == pytest.approx(sm.WLS(y, x, weights=w).fit().params[1])


def test_one_unit_a_cluster_is_hc2():
    y, x, _ = example()
    found = cluster_ols(y, x, clusters=np.arange(len(y)))
    assert [one.se for one in found] == pytest.approx(sm.OLS(y, x).fit(cov_type="HC2").bse)


def test_two_means_with_singleton_clusters_is_welch():
    rng = np.random.default_rng(3)
    side = np.arange(30) < 8
    y = rng.normal(size=30) * np.where(side, 3, 1)
    found = cluster_ols(y, np.column_stack([side, np.ones(30)]), clusters=np.arange(30))[0]
    a, b = y[side].var(ddof=1) / 8, y[~side].var(ddof=1) / 22
    assert found.se**2 == pytest.approx(a + b)


def test_balanced_mean_is_the_t_test_of_cluster_means():
    rng = np.random.default_rng(4)
    y = rng.normal(size=(9, 5))
    [found] = cluster_ols(y.ravel(), np.ones((45, 1)), clusters=np.repeat(range(9), 5))
    assert found.se == pytest.approx(y.mean(axis=1).std(ddof=1) / 3)
    assert found.dof == pytest.approx(8)


def test_two_ways_add_up_and_never_fall_below_their_crossing():
    floors = 0
    for seed in range(30):
        y, x, codes = example(seed=seed)
        other = np.random.default_rng(seed + 100).integers(0, 15, len(y))
        c = np.array([0, 1.0, 0])
        one, two = (cluster_ols(y, x, clusters=w)[1].se ** 2 for w in (codes, other))
        crossed = cluster_ols(y, x, clusters=codes * 100 + other)[1].se ** 2
        both = cluster_ols(y, x, clusters=pd.DataFrame({"a": codes, "b": other}), contrasts=c)[0].se ** 2
        assert both == pytest.approx(max(one + two - crossed, crossed))
        floors += one + two - crossed < crossed
    assert 0 < floors < 30  # both branches were seen


def test_nested_second_way_is_the_outer_one():
    y, x, codes = example()
    nested = pd.DataFrame({"week": codes, "article": np.arange(len(y))})
    alone = [cluster_ols(y, x, clusters=way)[1].se for way in (codes, np.arange(len(y)))]
    assert cluster_ols(y, x, clusters=nested)[1].se == pytest.approx(max(alone))  # V2 = V12 when nested


def test_order_of_rows_and_names_of_clusters_do_not_matter():
    y, x, codes = example()
    order = np.random.default_rng(5).permutation(len(y))
    names = np.array([f"week {90 - c}" for c in codes])
    a, b = cluster_ols(y, x, clusters=codes)[2], cluster_ols(y[order], x[order], clusters=names[order])[2]
    assert (a.low, a.high, a.dof) == (pytest.approx(b.low), pytest.approx(b.high), pytest.approx(b.dof))


def test_refusals_say_why():
    y, x = np.array([1.0, 2, 3, 4, 5]), np.ones((5, 1))
    assert "1 cluster" in cluster_ols(y, x, clusters=[0] * 5)[0].note
    assert "do not vary" in cluster_ols(np.ones(5), x, clusters=range(5))[0].note
    side = np.column_stack([np.array([1, 1, 0, 0, 0]), np.ones(5)])
    alone = cluster_ols(y, side, clusters=[0, 0, 1, 2, 3])[0]
    assert alone.refused and "one cluster alone" in alone.note


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": np.array([1.0, np.nan, 3.0])}, "unit 1"),
        ({"design": np.column_stack([np.ones(3), np.ones(3)])}, "design column"),
        ({"clusters": [1, 2]}, "2 cluster labels for 3"),
        ({"clusters": [1, None, 2]}, "row 1"),
        ({"weights": np.array([1.0, 0.0, 1.0])}, "positive"),
    ],
)
def test_errors_name_the_fault(change, words):
    given = {"outcome": np.array([1.0, 2.0, 4.0]), "design": np.ones((3, 1)), "clusters": [1, 2, 3]} | change
    with pytest.raises(ValueError, match=words):
        cluster_ols(given.pop("outcome"), given.pop("design"), **given)


def test_coverage_with_week_shocks_where_independence_fails():
    """Two outlets, 25 weeks each, shocks a week: nominal 95 %.  Independent errors would cover far less."""
    rng = np.random.default_rng(6)
    covered, naive, runs = 0, 0, 400
    for _ in range(runs):
        sizes = rng.integers(1, 12, 50)
        codes = np.repeat(np.arange(50), sizes)
        side = codes < 25
        y = rng.normal(size=len(codes)) + 0.7 * rng.normal(size=50)[codes]
        x = np.column_stack([side, np.ones(len(y))]).astype(float)
        found = cluster_ols(y, x, clusters=codes)[0]
        covered += found.low <= 0 <= found.high
        rough = sm.OLS(y, x).fit()
        naive += rough.conf_int()[0][0] <= 0 <= rough.conf_int()[0][1]
    assert 0.92 <= covered / runs <= 0.98
    assert naive / runs < 0.85


def test_labels_keep_units_together():
    table = pd.DataFrame({"copy": ["x", "x", "y"], "week": [1, 2, 2]})
    assert [codes.tolist() for codes in cluster_codes(table)] == [[0, 0, 1], [0, 1, 1]]


def test_outlet_weeks_use_the_outlets_own_day():
    when = pd.Series(pd.to_datetime(["2024-06-16T20:00:00Z"] * 2))  # Sunday in New York, Monday in Pyongyang
    zones = {"kcna": "Asia/Pyongyang", "wh": "America/New_York"}
    assert outlet_weeks(when, pd.Series(["kcna", "wh"]), zones).tolist() == ["kcna 2024-W25", "wh 2024-W24"]
    with pytest.raises(ValueError, match="no time zone"):
        outlet_weeks(when.dt.tz_localize(None), pd.Series(["kcna", "wh"]), zones)
    with pytest.raises(ValueError, match="'rt'"):
        outlet_weeks(when, pd.Series(["kcna", "rt"]), zones)
