"""Smallest detectable differences: by formula, by simulation, and never by looking at the result."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.detectable import intra_cluster, smallest_detectable
from helpers.compare.differences import differences


def articles(shift=0.0, seed=1, weeks=30, size=5, shock=0.6):
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(2 * weeks), size)
    outlet = np.where(week < weeks, "a", "b")
    value = rng.normal(size=len(week)) + shock * rng.normal(size=2 * weeks)[week] + shift * (outlet == "a")
    return pd.DataFrame({"outlet": outlet, "week": week, "value": value})


def test_intra_cluster_correlation_is_recovered():
    rng = np.random.default_rng(2)
    codes = np.repeat(np.arange(800), rng.integers(1, 9, 800))
    values = rng.normal(size=len(codes)) + 0.5 * rng.normal(size=800)[codes]
    assert intra_cluster(values, codes) == pytest.approx(0.2, abs=0.04)
    assert intra_cluster(values, np.arange(len(values))) == 0.0


def test_a_real_difference_does_not_change_the_plan():
    plans = [
        smallest_detectable(articles(shift), value="value", group="outlet", clusters="week").smallest[0]
        for shift in (0.0, 5.0)
    ]
    assert plans[0] == pytest.approx(plans[1])


def test_power_at_the_smallest_difference_is_what_was_asked():
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    sizes = [smallest_detectable(articles(seed=s), **options).smallest[0] for s in range(20)]
    found = 0
    for seed in range(200):
        row = differences(articles(float(np.median(sizes)), seed=500 + seed), **options).iloc[0]
        found += row.low > 0
    assert 0.7 < found / 200 < 0.9


def test_copies_buy_nothing():
    frame = articles(size=1).assign(story=lambda f: f.week)
    ten = pd.concat([frame] * 10, ignore_index=True)
    options = {"value": "value", "group": "outlet", "clusters": "story"}
    one, many = (smallest_detectable(data, **options).smallest[0] for data in (frame, ten))
    assert many == pytest.approx(one, rel=0.05)


def test_the_worse_of_two_ways_counts_and_few_clusters_are_refused():
    frame = articles().assign(article=lambda f: range(len(f)))
    options = {"rate": 0.2, "icc": 0.3, "group": "outlet"}
    by_week = smallest_detectable(frame, clusters="week", **options).smallest[0]
    both = smallest_detectable(frame, clusters=["article", "week"], **options).smallest[0]
    assert both == by_week > smallest_detectable(frame, clusters="article", **options).smallest[0]
    few = smallest_detectable(frame[frame.week.isin([0, 1, 30, 31, 32])], clusters="week", **options).iloc[0]
    assert np.isnan(few.smallest) and few.note.startswith("2 clusters")
    supposed = smallest_detectable(frame, clusters="week", group="outlet", rate=0.2)
    assert "supposes" in supposed.note[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rate": None}, "either value"),
        ({"rate": 1.2}, "rate is 1.2"),
        ({"group": "paper"}, "no column 'paper'"),
        ({"icc": 2.0}, "icc is 2.0"),
    ],
)
def test_errors_name_the_fault(change, words):
    with pytest.raises(ValueError, match=words):
        smallest_detectable(articles(), **({"rate": 0.2, "group": "outlet", "clusters": "week"} | change))
