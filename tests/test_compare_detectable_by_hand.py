"""Smallest detectable differences and robustness values, by hand from their formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.compare.clusters import cluster_ols
from helpers.compare.detectable import smallest_detectable
from helpers.compare.sensitivity import robustness_value, sensitivity


def uneven(seed=1):
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(40), rng.integers(1, 8, 40))
    frame = pd.DataFrame({"outlet": np.where(week < 15, "a", "b"), "week": week})
    frame["value"] = rng.normal(size=len(week)) + rng.normal(size=40)[week]
    return frame.assign(story=rng.integers(0, len(week) // 2, len(week)))


def pooled(*parts):
    return sum(v for v, _ in parts) ** 2 / sum(v**2 / dof for v, dof in parts)


def sides(frame, way="week"):
    """Variance and degrees of freedom of each group's mean."""
    found = []
    for name in "ab":
        part = frame[frame["outlet"] == name]
        [mean] = cluster_ols(part["value"].to_numpy(), np.ones((len(part), 1)), clusters=part[way])
        found.append((mean.se**2, mean.dof))
    return found


def test_a_supposed_share_has_the_design_effect_of_its_clusters():
    """Weeks of 2 and 6 articles: a stands in clusters of 40 / 8 = 5 on average, b in clusters of 4."""
    week = np.r_[np.repeat(range(8), [2, 6] * 4), np.repeat(range(8, 14), 4)]
    frame = pd.DataFrame({"outlet": ["a"] * 32 + ["b"] * 24, "week": week})
    row = smallest_detectable(frame, group="outlet", clusters="week", rate=0.2, icc=0.25, level=0.9, power=0.7).iloc[0]
    effective = 32 / (1 + 4 * 0.25), 24 / (1 + 3 * 0.25)
    variance = [0.16 / n for n in effective]
    dof = pooled((variance[0], 7), (variance[1], 5))
    expected = (stats.t.ppf(0.95, dof) + stats.t.ppf(0.7, dof)) * np.sqrt(sum(variance))
    assert row.smallest == pytest.approx(expected)
    assert (row.effective_group, row.effective_reference) == pytest.approx(effective)
    assert (row.n_articles, row.n_clusters, row.icc, row.level, row.power) == (56, 14, 0.25, 0.9, 0.7)
    supposed = smallest_detectable(frame, group="outlet", clusters="week", rate=0.2).iloc[0]
    assert supposed.icc == 0.1 and supposed.effective_group == pytest.approx(32 / 1.4)
    assert supposed.note == "supposes an intra-cluster correlation of 0.1" and row.note == ""


def test_an_observed_measure_has_the_errors_of_its_groups_means():
    frame = uneven()
    one, two = sides(frame)
    dof = pooled(one, two)
    reach = stats.t.ppf(0.975, dof) + stats.t.ppf(0.8, dof)
    row = smallest_detectable(frame, value="value", group="outlet", clusters="week").iloc[0]
    assert row.smallest == pytest.approx(reach * np.sqrt(one[0] + two[0]))
    own = frame[frame["outlet"] == "a"]["value"]
    assert row.effective_group == pytest.approx(own.var(ddof=1) / one[0])
    wide = smallest_detectable(frame, value="value", group="outlet", clusters="week", stretch={("b", "a"): 1.5}).iloc[0]
    assert wide.smallest == pytest.approx(1.5 * row.smallest)
    never = smallest_detectable(frame, value="value", group="outlet", clusters="week", stretch={("a", "b"): np.nan})
    assert never.note[0] == "weeks remember for too long" and np.isnan(never.smallest[0])
    turned = smallest_detectable(frame, value="value", group="outlet", clusters="week", pairs=[("b", "a")]).iloc[0]
    assert turned.smallest == pytest.approx(row.smallest) and turned.effective_reference == row.effective_group


def test_stories_that_both_print_take_their_covariance_off():
    frame = uneven()
    one, two = sides(frame, "story")
    rest = frame["value"] - frame.groupby("outlet")["value"].transform("mean")
    sums = (rest / frame.groupby("outlet")["value"].transform("size")).groupby([frame["story"], frame["outlet"]]).sum()
    shared = sums.unstack().fillna(0).prod(axis=1).sum()
    assert shared != 0
    dof = pooled(one, two)
    expected = (stats.t.ppf(0.975, dof) + stats.t.ppf(0.8, dof)) * np.sqrt(one[0] + two[0] - 2 * shared)
    row = smallest_detectable(frame, value="value", group="outlet", clusters="story").iloc[0]
    assert row.smallest == pytest.approx(expected)


def test_other_fits_add_their_variance_and_the_doubt_about_it():
    frame = uneven()
    rng = np.random.default_rng(2)
    fits = {f"fit{n}": frame["value"] + np.where(frame["outlet"] == "a", rng.normal(), rng.normal()) for n in range(5)}
    frame = frame.assign(**fits)
    means = frame.groupby("outlet")[list(fits)].mean()
    spread = (means.loc["a"] - means.loc["b"]).var(ddof=1) * (1 + 1 / 5)
    one, two = sides(frame)
    variance, dof = one[0] + two[0], pooled(one, two)
    half = np.hypot(stats.t.ppf(0.975, dof) * np.sqrt(variance), stats.t.ppf(0.975, 4) * np.sqrt(spread))
    both = pooled((variance, dof), (spread, 4))
    row = smallest_detectable(frame, value="value", group="outlet", clusters="week", fits=list(fits)).iloc[0]
    assert row.smallest == pytest.approx(half + stats.t.ppf(0.8, both) * np.sqrt(variance + spread))


def test_three_clusters_a_side_are_enough_and_numbers_have_their_bounds():
    frame = uneven()
    three = frame[frame["week"].isin([0, 1, 2, *range(15, 40)])]
    assert np.isfinite(smallest_detectable(three, value="value", group="outlet", clusters="week").smallest[0])
    two = smallest_detectable(three[three["week"] != 1], value="value", group="outlet", clusters="week").iloc[0]
    assert two.note == "2 clusters on the smaller side; at least 3 are needed"
    options = {"group": "outlet", "clusters": "week"}
    for change in ({"rate": 0.0}, {"rate": 1.0}, {"rate": 0.5, "power": 1.0}, {"rate": 0.5, "icc": -0.1}):
        with pytest.raises(ValueError, match="lies between 0 and 1"):
            smallest_detectable(frame, **options, **change)
    for icc in (0.0, 1.0):
        assert smallest_detectable(frame, rate=0.5, icc=icc, **options).icc[0] == icc
    with pytest.raises(ValueError, match="either value"):
        smallest_detectable(frame, value="value", rate=0.5, **options)
    bare = smallest_detectable(frame.iloc[[0, -1]], value="value", **options).iloc[0]
    assert np.isnan(bare.smallest) and np.isnan(bare.icc)
    missing = pd.concat([frame, frame.head(9).assign(value=np.nan, week=99)])
    pd.testing.assert_frame_equal(
        smallest_detectable(missing, value="value", **options), smallest_detectable(frame, value="value", **options)
    )


def test_robustness_is_of_the_partial_r2_that_least_squares_has():
    frame = uneven(3).assign(kind=lambda table: np.array(["x", "y", "z"])[table["week"] % 3])
    frame["value"] += 0.7 * (frame["outlet"] == "a") + 0.9 * (frame["kind"] == "x")
    side = (frame["outlet"] == "a").to_numpy(float)
    r2 = sm.OLS(frame["value"], sm.add_constant(side)).fit().rsquared
    estimate = frame["value"][side == 1].mean() - frame["value"][side == 0].mean()
    rows = pd.DataFrame({"group": ["a", "a", "a"], "reference": "b", "estimate": [estimate, -estimate, 0.0]})
    rows = rows.assign(low=[estimate / 4, -2 * estimate, -1.0], high=[2 * estimate, -estimate / 2, 1.0])
    table = sensitivity(frame, value="value", group="outlet", rows=rows, benchmarks=["kind"])
    f = np.sqrt(r2 / (1 - r2))
    assert table["partial_r2"].to_numpy() == pytest.approx(r2)
    # Cinelli & Hazlett: a trait that explains RV of both leaves nothing: RV² / (1 - RV) = f²
    for share, found in (
        (1.0, table["robustness"][0]),
        (0.25, table["robustness_limit"][0]),
        (0.5, table["robustness_limit"][1]),
    ):
        assert found**2 / (1 - found) == pytest.approx((share * f) ** 2)
        assert robustness_value(f, share) == pytest.approx(found)
    assert table["robustness_limit"][2] == 0
    dummies = pd.get_dummies(frame["kind"]).to_numpy(float)
    of_side = sm.OLS(side, dummies).fit().rsquared_adj
    rest = frame["value"] - frame.groupby("outlet")["value"].transform("mean")
    both = sm.OLS(rest, np.column_stack([dummies, side])).fit()
    n = len(frame)
    of_rest = 1 - both.ssr / (rest**2).sum() * (n - 2) / (n - 4)
    assert of_side > 0
    expected = robustness_value(np.sqrt(of_rest * of_side / (1 - of_side)))
    assert table["kind"][0] == pytest.approx(expected)
    assert sensitivity(frame.iloc[:3], value="value", group="outlet", rows=rows)["robustness"].isna().all()
