"""A side that does not vary: always a p, limits that hold, and no loss from more data."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.compare.constant_side import METHOD, constant_side_difference, is_constant
from helpers.compare.differences import differences
from helpers.compare.event_study import event_study
from helpers.compare.mean_difference import ENOUGH, difference
from helpers.compare.randomisation import permuted_p


def week_rates(rng, rate, weeks, likeness):
    """A rate for each week, alike within by `likeness` (the correlation of two articles of a week)."""
    if rate in (0.0, 1.0) or likeness == 0:
        return np.full(weeks, rate)
    return rng.beta(rate * (1 - likeness) / likeness, (1 - rate) * (1 - likeness) / likeness, weeks)


def world(rng, rates, weeks, sizes=((4, 4), (4, 4)), likeness=(0.1, 0.1), copies=0.0, shares=False):
    """Yes or no (or a share) for each article of two sides, in weeks of unlike sizes, some of them copies.

    A copy has the value of its original, whatever the side; `sizes` are the least and the most articles a week.
    """
    y, first, week = [], [], []
    for side in (0, 1):
        size = rng.integers(sizes[side][0], sizes[side][1] + 1, weeks[side])
        rate = np.repeat(week_rates(rng, rates[side], weeks[side], likeness[side]), size)
        y.append(rng.random(len(rate)) < rate)
        first.append(np.full(len(rate), side == 0))
        week.append(np.repeat(np.arange(weeks[side]), size) + 1000 * side)
    y, first, week = np.concatenate(y).astype(float), np.concatenate(first), np.concatenate(week)
    if shares:
        y *= rng.beta(2, 4, len(y))
    story = np.arange(len(y))
    copied = np.flatnonzero(rng.random(len(y)) < copies)
    story[copied] = rng.integers(0, len(y), len(copied))
    story = story[story]  # a copy of a copy is of the first
    return y[story], first, pd.DataFrame({"story": story, "week": week})


def flagged(rng, draws, **options):
    """Share of draws in which no difference is called clear, by interval and by p; refusals are not."""
    clear, low_p = 0, 0
    for _ in range(draws):
        y, first, table = world(rng, **options)
        found = difference(y, first, clusters=table)
        clear += not found.low <= 0 <= found.high if not found.refused else 0
        low_p += found.p <= 0.05
    return clear / draws, low_p / draws


def covered(rng, draws, truth, **options):
    """Share of draws whose interval holds the truth, and the median of their lengths."""
    held, length = [], []
    for _ in range(draws):
        y, first, table = world(rng, **options)
        found = difference(y, first, clusters=table)
        held.append(found.low <= truth <= found.high)
        length.append(found.high - found.low)
    return float(np.mean(held)), float(np.median(length))


def nothing_of_111():
    """As many articles and weeks as two real outlets had: 0 of 111 beside 74 of 159."""
    y = np.r_[np.zeros(111), np.tile([0.0, 0.31], 80)[:159]]
    week = np.r_[np.arange(111) % 17, 100 + np.arange(159) % 75]
    return y, np.arange(270) < 111, week


def test_none_of_111_beside_half_of_159_is_the_clearest_difference_there_is():
    y, first, week = nothing_of_111()
    found = difference(y, first, clusters=week)
    assert (found.p, found.method) == (0.0005, METHOD) and "one side is all 0" in found.note
    assert found.low > -0.22 and found.high < -0.10


def test_the_score_limits_are_those_of_miettinen_and_nurminen_where_articles_are_independent():
    """Both limits solve z(difference) = ± t; here checked with the closed form of a share of 0 against itself."""
    y, first = np.r_[np.zeros(40), np.ones(10), np.zeros(30)], np.arange(80) < 40
    found = constant_side_difference(y, first, [np.arange(80)])
    worth, dof = 0.25 * 0.75 / (y[~first].var(ddof=1) / 40), 39
    likeness = 40 * worth / 40  # clusters of one article: both sides cost the same
    for limit in (found.low, found.high):
        grid = np.linspace(max(0, -limit), min(1, 1 - limit), 400_001)[1:-1]
        fit = (
            0.25 * np.log(grid)
            + 0.75 * np.log(1 - grid)
            + likeness / worth * np.log(1 - (grid + limit).clip(0, 1 - 1e-12))
        )
        two = grid[fit.argmax()]
        one = two + limit
        error = np.sqrt(one * (1 - one) / likeness + two * (1 - two) / worth)
        assert abs(-0.25 - limit) / error == pytest.approx(stats.t.ppf(0.975, dof), rel=0.01)


def test_mirrored_sides_give_mirrored_limits_and_the_order_of_articles_says_nothing():
    y, first, table = world(np.random.default_rng(1), (0.0, 0.3), (8, 14))
    one, two = (difference(y, side, clusters=table) for side in (first, ~first))
    assert (one.low, one.p) == (pytest.approx(-two.high), pytest.approx(two.p, abs=0.02))
    order = np.random.default_rng(2).permutation(len(y))
    again = difference(y[order], first[order], clusters=table.iloc[order])
    assert (again.low, again.high, again.p) == pytest.approx((one.low, one.high, one.p))
    ones = difference(1 - y, first, clusters=table)
    assert (ones.low, ones.high) == pytest.approx((-one.high, -one.low), abs=1e-6) and "all 1" in ones.note


def test_zero_lies_inside_exactly_where_p_is_above_the_level():
    rng = np.random.default_rng(3)
    for _ in range(60):
        n = tuple(rng.integers(3, 12, 2))
        y, first, table = world(rng, (0.0, rng.choice([0.1, 0.3, 0.8])), n)
        found = difference(y, first, clusters=table)
        assert not found.refused and np.isfinite(found.p)
        assert (found.low <= 1e-9 and found.high >= -1e-9) == (found.p > 0.05), found


def test_every_row_has_a_p_and_enters_its_family():
    y, first, week = nothing_of_111()
    frame = pd.DataFrame({"value": y, "outlet": np.where(first, "a", "b"), "week": week})
    more = frame[~first].assign(outlet="c", week=lambda t: t["week"] + 500, value=0.0)
    few = more.assign(outlet="d", week=lambda t: 5000 + t["week"] % 3)
    options = {"value": "value", "group": "outlet", "clusters": "week"}
    table = differences(pd.concat([frame, more, few]), **options)
    assert table["p"].notna().all() and table["q"].notna().all() and table["low"].notna().all()
    nothing = table.set_index(["group", "reference"]).loc[("a", "c")]
    assert nothing["p"] == 1.0 and nothing["low"] < 0 < nothing["high"]


def test_all_against_none_and_clusters_that_are_all_alike():
    y, first = np.r_[np.ones(12), np.zeros(12)], np.arange(24) < 12
    found = difference(y, first, clusters=np.arange(24) // 3)
    assert found.estimate == found.high == 1.0 and 0 < found.low and 2 / 70 <= found.p < 0.05
    level = np.r_[np.tile([0.0, 1.0], 6), np.zeros(12)]  # each cluster of the first side has the same mean
    found = difference(level, first, clusters=np.arange(24) // 4)
    assert found.p >= 0.1 and found.low < 0 < found.estimate < found.high  # 3 against 3


def test_counts_have_limits_and_other_constants_those_of_a_shift():
    rng = np.random.default_rng(4)
    y, first = np.r_[np.zeros(15), rng.poisson(2.0, 15)].astype(float), np.arange(30) < 15
    counts = difference(y, first, clusters=np.arange(30))
    assert counts.method == METHOD and counts.low < counts.estimate < counts.high < 0
    tens = difference(10 * y, first, clusters=np.arange(30))
    assert (tens.low, tens.high) == pytest.approx((10 * counts.low, 10 * counts.high))
    shifted = difference(y - 7, first, clusters=np.arange(30))
    assert shifted.method == "randomisation of clusters" and shifted.high < 0 and shifted.p == counts.p
    assert is_constant(y, first) and not is_constant(y, np.arange(30) % 2 == 0)


def test_three_against_three_has_a_p_without_an_interval():
    rng = np.random.default_rng(5)
    found = difference(rng.normal(size=18), np.arange(18) < 9, clusters=np.arange(18) // 3)
    assert found.refused and 0.1 <= found.p <= 1


def test_permuting_in_batches_is_permuting(monkeypatch):
    y, first, table = world(np.random.default_rng(6), (0.0, 0.2), (30, 40), copies=0.3)
    codes = pd.factorize(table["story"])[0]
    whole = permuted_p(y, first, codes)
    monkeypatch.setattr("helpers.compare.randomisation.BATCH", 5000)
    assert permuted_p(y, first, codes) == whole


def test_an_event_after_which_something_is_never_said_again_has_a_p():
    days = pd.date_range("2024-06-03", periods=56)
    value = np.r_[np.tile([0.0, 0.4], 14), np.zeros(28)]
    frame = pd.DataFrame({"day": days, "share": value, "week": np.arange(56) // 7})
    options = {"event_day": "2024-07-01", "window_days": 28, "clusters": "week"}
    found = event_study(frame, day="day", value="share", **options).iloc[0]
    assert found["p"] == pytest.approx(2 / 70) and found["high"] < 0
    none = event_study(frame.assign(share=0.0), day="day", value="share", **options).iloc[0]
    assert none["p"] == 1.0 and none["low"] < 0 < none["high"]


def by_weeks(draws, numbers, seed=11):
    """Power of 0 against .15, coverage and median length at each number of weeks a side, four articles a week."""
    rng, rows = np.random.default_rng(seed), []
    for weeks in numbers:
        found = [
            difference(y, first, clusters=table)
            for y, first, table in (world(rng, (0.0, 0.15), (weeks, weeks)) for _ in range(draws))
        ]
        clear = np.mean([one.high < 0 for one in found])
        held = np.mean([one.low <= -0.15 <= one.high for one in found])
        rows.append((weeks, clear, held, float(np.median([one.high - one.low for one in found]))))
    return pd.DataFrame(rows, columns=["weeks", "power", "held", "length"]).set_index("weeks")


def test_more_weeks_drawn_alike_never_cost_power_or_width():
    """The limit between methods, ten clusters a side, is not seen in a side that is all 0."""
    table = by_weeks(60, (6, ENOUGH - 1, ENOUGH, 20))
    assert all(after >= before - 0.15 for before, after in pairwise(table["power"]))
    assert all(after <= before * 1.15 for before, after in pairwise(table["length"]))
    assert table["power"].iloc[-1] >= 0.95 and table["held"].min() >= 0.85


@pytest.mark.long
def test_more_weeks_never_cost_power_or_width_at_length():
    table = by_weeks(500, (6, 9, 10, 12, 20, 40))
    assert all(after >= before - 0.04 for before, after in pairwise(table["power"]))
    assert all(after <= before * 1.04 for before, after in pairwise(table["length"]))
    assert table["power"].iloc[-1] >= 0.99 and table["held"].min() >= 0.92


NULLS = {
    "2 %, 20 and 20 weeks of 4": {"rates": (0.02, 0.02), "weeks": (20, 20)},
    "5 %, 12 and 40 weeks of 1 to 8": {"rates": (0.05, 0.05), "weeks": (12, 40), "sizes": ((1, 8), (1, 8))},
    "10 %, 10 and 10 weeks of 3": {"rates": (0.1, 0.1), "weeks": (10, 10), "sizes": ((3, 3), (3, 3))},
    "3 %, 10 weeks of 10 and 60 of 1": {"rates": (0.03, 0.03), "weeks": (10, 60), "sizes": ((10, 10), (1, 1))},
    "3 %, 20 weeks of 10 and 20 of 1": {"rates": (0.03, 0.03), "weeks": (20, 20), "sizes": ((10, 10), (1, 1))},
    "5 %, half of them copies": {"rates": (0.05, 0.05), "weeks": (15, 25), "copies": 0.5},
    "3 %, bursts on one side": {"rates": (0.03, 0.03), "weeks": (20, 20), "likeness": (0.4, 0.0)},
    "3 %, bursts on the side with fewer": {"rates": (0.03, 0.03), "weeks": (10, 40), "likeness": (0.4, 0.0)},
    "10 %, 5 and 8 weeks of 4": {"rates": (0.1, 0.1), "weeks": (5, 8)},
    "5 %, shares of articles": {"rates": (0.05, 0.05), "weeks": (12, 30), "shares": True},
    "2 %, 9 and 60 weeks of 4": {"rates": (0.02, 0.02), "weeks": (9, 60)},
}
PLANTED = {
    f"0 beside {rate:.0%}, {weeks[0]} and {weeks[1]} weeks": {"rates": (0.0, rate), "weeks": weeks}
    for rate in (0.02, 0.15, 0.4)
    for weeks in ((6, 6), (10, 10), (10, 40), (40, 10), (20, 20), (40, 40))
}


@pytest.mark.parametrize("name", ["2 %, 20 and 20 weeks of 4", "3 %, 20 weeks of 10 and 20 of 1"])
def test_rare_things_that_do_not_differ_are_rarely_called_different(name):
    assert max(flagged(np.random.default_rng(12), 100, **NULLS[name])) <= 0.1


@pytest.mark.long
@pytest.mark.parametrize("name", NULLS)
def test_rare_things_that_do_not_differ_at_length(name):
    assert max(flagged(np.random.default_rng(13), 1000, **NULLS[name])) <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / 1000)


@pytest.mark.long
@pytest.mark.parametrize("name", PLANTED)
def test_limits_of_none_beside_some_hold_at_length(name):
    held, _ = covered(np.random.default_rng(14), 500, -PLANTED[name]["rates"][1], **PLANTED[name])
    assert held >= 0.93 - 2 * np.sqrt(0.05 * 0.95 / 500)
