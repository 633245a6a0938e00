"""Means, differences, trends: known answers, refusals, and false alarms counted in simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.compare.clusters import cluster_ols
from helpers.compare.differences import benjamini_hochberg, differences, means, ratios, trend
from helpers.compare.mean_difference import difference, mean
from helpers.compare.randomisation import arrangements, randomised_difference
from helpers.compare.wild_bootstrap import wild_bootstrap


def articles(weeks=(20, 20), size=4, shift=0.0, shock=0.5, seed=1):
    """Two outlets with shocks a week; the first is higher by `shift`."""
    rng = np.random.default_rng(seed)
    rows = []
    for outlet, n, add in zip("ab", weeks, (shift, 0.0), strict=True):
        for week in range(n):
            jolt = shock * rng.normal()
            rows += [(outlet, f"{outlet}{week:02d}", week // 4, add + jolt + rng.normal()) for _ in range(size)]
    return pd.DataFrame(rows, columns=["outlet", "week", "month", "value"])


def test_means_are_means_and_sorted():
    table = means(articles(), value="value", group="outlet", clusters="week")
    assert table.group.tolist() == ["a", "b"]
    assert table.estimate.tolist() == pytest.approx(articles().groupby("outlet").value.mean().tolist())
    assert (table.low < table.estimate).all() and table.p.isna().all() and (table.n_clusters == 20).all()


def test_shares_stay_within_bounds_and_zero_has_an_upper_limit():
    y = np.zeros(60)
    y[:2] = 1
    found = mean(y, clusters=np.arange(60) // 2)
    assert 0 < found.low < found.estimate < found.high < 1 and "logit" in found.method
    none = mean(np.zeros(60), clusters=np.arange(60) // 2)
    assert none.high == pytest.approx(stats.beta.ppf(0.975, 1, 30))
    full = mean(np.ones(60), clusters=np.arange(60) // 2)
    assert (full.low, full.high) == (pytest.approx(1 - none.high), 1.0)


def test_difference_with_one_side_all_zero_is_not_overconfident():
    y, side = np.r_[np.zeros(40), np.ones(3), np.zeros(37)], np.arange(80) < 40
    found = difference(y, side, clusters=np.arange(80))
    plain = cluster_ols(y, np.column_stack([side, np.ones(80)]).astype(float), clusters=np.arange(80))[0]
    assert found.high > plain.high > 0 and found.low < plain.low and found.p > plain.p and "all 0" in found.note


def test_missing_values_are_left_out_and_told():
    frame = articles()
    frame.loc[[0, 1], "value"] = np.nan
    table = means(frame, value="value", group="outlet", clusters="week")
    assert table.n_articles.tolist() == [78, 80]
    assert table.note.tolist() == ["2 articles without a value left out", ""]
    trended = trend(frame, value="value", time="month", clusters="week")
    assert trended.note[0] == "2 articles without a value left out"


def test_difference_mirrors_and_ignores_row_order():
    frame = articles(shift=0.8)
    one = differences(frame, value="value", group="outlet", clusters="week", pairs=[("a", "b"), ("b", "a")])
    assert one.estimate[0] == pytest.approx(-one.estimate[1]) and one.low[0] == pytest.approx(-one.high[1])
    shuffled = frame.sample(frac=1, random_state=3)
    two = differences(shuffled, value="value", group="outlet", clusters="week", pairs=[("a", "b")])
    assert two.low[0] == pytest.approx(one.low[0]) and two.p[0] == pytest.approx(one.p[0])


def test_a_group_without_an_article_is_a_row_that_says_so():
    asked = {"value": "value", "group": "outlet", "clusters": "week", "pairs": [("a", "tass"), ("a", "b")]}
    for table in (differences(articles(), **asked), ratios(articles().assign(value=1.0), **asked)):
        assert table["group"].tolist() == ["a", "a"] and np.isnan(table["estimate"][0]) and np.isnan(table["p"][0])
        assert table["note"][0] == "'tass' without an article that has a value; groups: a, b"
        assert np.isfinite(table["estimate"][1])


def test_strata_may_be_given_by_one_name():
    frame = articles(weeks=(20, 20), shift=0.5)
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    one, listed = (differences(frame, **options, within=within) for within in ("month", ["month"]))
    pd.testing.assert_frame_equal(one, listed)


def test_a_ratio_within_strata_is_that_of_mantel_and_haenszel():
    """Each stratum doubles, and the first side stands more in the stratum that is high: the plain ratio is not 2."""
    rows = [("a", 0, 1.0)] * 30 + [("b", 0, 0.5)] * 60 + [("a", 1, 4.0)] * 60 + [("b", 1, 2.0)] * 30
    frame = pd.DataFrame(rows, columns=["outlet", "topic", "value"]).assign(week=range(180))
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    plain, within = (ratios(frame, **options, within=strata).iloc[0] for strata in (None, "topic"))
    assert plain.estimate == pytest.approx(3.0) and within.estimate == pytest.approx(2.0)
    # by hand, as of a table of counts: sum(a n2 / n) / sum(b n1 / n)
    uneven = frame.assign(value=np.random.default_rng(3).poisson(frame["value"]))
    cells = uneven.groupby(["topic", "outlet"])["value"].agg(["sum", "size"]).unstack()
    n = cells["size"].sum(axis=1)
    by_hand = (cells["sum"]["a"] * cells["size"]["b"] / n).sum() / (cells["sum"]["b"] * cells["size"]["a"] / n).sum()
    assert ratios(uneven, **options, within=["topic"]).estimate[0] == pytest.approx(by_hand)


def test_identical_groups_differ_by_nothing():
    half = articles().query("outlet == 'a'")
    frame = pd.concat([half, half.assign(outlet="b", week="b" + half.week)])
    table = differences(frame, value="value", group="outlet", clusters="week")
    assert table.estimate[0] == pytest.approx(0, abs=1e-12) and table.low[0] < 0 < table.high[0]


def test_method_follows_the_number_of_clusters():
    told = {}
    for n in (2, 3, 6, 12):
        found = differences(articles((n, n + 8)), value="value", group="outlet", clusters="week").iloc[0]
        told[n] = (found.method, bool(np.isnan(found.low)))
    assert told[2] == ("none", True) and told[12] == ("CR2", False)
    assert told[3] == told[6] == ("randomisation of clusters", False)


def test_three_against_three_is_refused_for_want_of_arrangements():
    table = differences(articles((3, 3)), value="value", group="outlet", clusters="week")
    assert np.isnan(table.low[0]) and "20 arrangements" in table.note[0]


def test_within_strata_removes_a_different_news_diet():
    """Both outlets treat each topic alike, but one writes more about the topic where the measure is high."""
    rng = np.random.default_rng(5)
    n = 1200
    outlet = np.where(np.arange(n) % 2, "a", "b")
    high_topic = rng.random(n) < np.where(outlet == "a", 0.8, 0.2)
    frame = pd.DataFrame({"outlet": outlet, "topic": high_topic, "value": high_topic + rng.normal(size=n)})
    frame["week"] = [f"{o}{w}" for o, w in zip(outlet, rng.integers(0, 40, n), strict=True)]
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    raw, conditioned = (differences(frame, **options, within=w).iloc[0] for w in (None, ["topic"]))
    assert raw.low > 0.3
    assert conditioned.low < 0 < conditioned.high


def test_within_strata_equals_dummies_and_tells_what_has_no_comparison():
    frame = articles(weeks=(20, 24), shift=0.5)  # outlet b alone writes in month 5
    found = differences(frame, value="value", group="outlet", clusters="week", within=["month"]).iloc[0]
    used = frame[frame.month < 5]
    x = np.column_stack([used.outlet == "a", pd.get_dummies(used.month)]).astype(float)
    plain = cluster_ols(used.value.to_numpy(), x, clusters=used.week)[0]
    assert found.estimate == pytest.approx(plain.estimate) and found.low == pytest.approx(plain.low)
    assert found.n_articles == 160 and "16 of 176 articles have no comparison" in found.note
    apart = frame.assign(month=frame.outlet)
    none = differences(apart, value="value", group="outlet", clusters="week", within=["month"]).iloc[0]
    assert np.isnan(none.estimate) and none.note.startswith("no stratum holds both")


def test_copies_of_one_story_count_once():
    """Ten copies of each article carry no more news than one."""
    frame = articles(size=1, shift=0.5).assign(story=lambda f: f.week)
    copied = pd.concat([frame] * 10, ignore_index=True)
    copied["article"] = range(len(copied))
    table = {}
    for name, data, by in (("one", frame, "story"), ("ten", copied, "story"), ("naive", copied, "article")):
        found = differences(data, value="value", group="outlet", clusters=by).iloc[0]
        table[name] = found.high - found.low
    assert table["ten"] == pytest.approx(table["one"], rel=1e-6) and table["naive"] < table["one"] / 2.5


def test_trend_recovers_a_planted_slope():
    rng = np.random.default_rng(7)
    days = pd.Timestamp("2021-01-01", tz="UTC") + pd.to_timedelta(np.arange(0, 1461, 3), unit="D")
    frame = pd.DataFrame({"published": days, "week": np.arange(len(days)) // 3})
    frame["value"] = 0.25 * np.arange(0, 1461, 3) / 365.25 + rng.normal(size=len(days)) * 0.3
    found = trend(frame, value="value", time="published", clusters="week").iloc[0]
    assert found.low < 0.25 < found.high and found.high - found.low < 0.15


def test_benjamini_hochberg_by_hand():
    # The fifteen p values of Benjamini & Hochberg (1995, section 3): four are found at .05.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = benjamini_hochberg(np.array(p))
    assert (q <= 0.05).sum() == 4 and q[0] == pytest.approx(0.0015) and q[3] == pytest.approx(0.035625)
    assert (np.diff(q) >= 0).all() and benjamini_hochberg(np.array([])).size == 0


def test_exact_randomisation_p_is_counted_right():
    y, side = np.array([9.0, 8, 10, 9.5, 1, 2, 3, 2.5, 1.5]), np.arange(9) < 4
    found = randomised_difference(y, side, np.arange(9))
    assert found.p == pytest.approx(1 / 126)  # 4 against 5: no mirror image
    inside = randomised_difference(y - (found.low + 0.01) * side, side, np.arange(9)).p
    outside = randomised_difference(y - (found.low - 0.01) * side, side, np.arange(9)).p
    assert outside <= 0.05 < inside


def test_spanning_clusters_change_places_only():
    dealt = arrangements(2, 1, 1, rng=np.random.default_rng(0))
    assert dealt.shape == (6, 5) and (dealt[:, 3] != dealt[:, 4]).all() and (dealt[:, :3].sum(axis=1) == 2).all()
    assert dealt[0].tolist() == [True, True, False, True, False]
    y = np.array([1.0, 0, 2, 1, 3, 2, 4, 3.5, 5, 4, 7, 6.2, 8, 7])
    paired = randomised_difference(y, np.arange(14) % 2 == 0, np.arange(14) // 2)
    assert paired.p == pytest.approx(2 / 128) and paired.low > 0


def test_wild_bootstrap_agrees_with_the_sandwich_when_clusters_are_many():
    frame = articles((40, 40), shift=0.6)
    x = np.column_stack([frame.outlet == "a", np.ones(len(frame))]).astype(float)
    codes = pd.factorize(frame.week)[0]
    wild = wild_bootstrap(frame.value.to_numpy(), x, np.array([1.0, 0.0]), [codes], kind="rademacher")
    cr2 = cluster_ols(frame.value.to_numpy(), x, clusters=codes)[0]
    assert wild.estimate == pytest.approx(cr2.estimate)
    assert (wild.low, wild.high) == (pytest.approx(cr2.low, abs=0.05), pytest.approx(cr2.high, abs=0.05))


def test_draws_are_the_same_for_the_same_generator():
    frame = articles((8, 12))
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    one, two = (differences(frame, **options, rng=np.random.default_rng(9)).low[0] for _ in range(2))
    assert one == two


@pytest.mark.parametrize("weeks", [(5, 5), (6, 25), (12, 12), (20, 60)])
def test_false_alarms_stay_near_five_percent(weeks):
    """No difference, strong week shocks; independent articles would be wrong a third of the time."""
    runs, wrong, naive = 200, 0, 0
    for seed in range(runs):
        frame = articles(weeks, size=6, shock=0.8, seed=seed)
        found = differences(frame, value="value", group="outlet", clusters="week").iloc[0]
        wrong += not found.low <= 0 <= found.high
        a, b = (frame.value[frame.outlet == o] for o in "ab")
        naive += stats.ttest_ind(a, b).pvalue < 0.05
    assert wrong / runs <= 0.095 and naive / runs > 0.2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "frame"}, "no column 'frame'"),
        ({"pairs": [("a", "a")]}, "with itself"),
        ({"method": "magic"}, "'magic' is not one of"),
    ],
)
def test_errors_name_the_fault(change, words):
    options = {"value": "value", "group": "outlet", "clusters": "week"} | change
    with pytest.raises(ValueError, match=words):
        differences(articles(), **options)
