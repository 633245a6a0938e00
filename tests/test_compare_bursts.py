"""Bursts found without dates: planted ones are found, quiet series raise few alarms, no spell bridges a gap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.bursts import _cuts, _root, bursts, near_events, share_near

WEEKS = 40
DAYS = pd.date_range("2024-01-01", periods=7 * WEEKS)
SEEN = np.ones(len(DAYS), bool)
CYCLE = np.tile([1.3, 1.2, 1.2, 1.2, 1.1, 0.6, 0.4], WEEKS)


def counts(seed, rate=1.0, shape=None):
    """Items a day with a weekday cycle; weeks of a gamma-distributed rate when a shape is given."""
    rng = np.random.default_rng(seed)
    week = rng.gamma(shape, 1 / shape, WEEKS) if shape else np.ones(WEEKS)
    return rng.poisson(rate * CYCLE * np.repeat(week, 7))


def kinds(y, seen=SEEN, **options):
    return bursts(DAYS, y, seen, draws=199, **options).kind.tolist()


@pytest.mark.parametrize("shape", [None, 3.0])
def test_series_without_change_seldom_have_a_burst(shape):
    found = [kinds(counts(seed, shape=shape)) for seed in range(60)]
    assert np.mean(["burst" in kind for kind in found]) <= 0.1


def remembering(seed, rho, rate, weeks=52):
    """Days of a year whose weekly log-rate is AR(1) with standard deviation .5."""
    rng = np.random.default_rng(seed)
    shock = rng.standard_normal(weeks)
    for place in range(1, weeks):
        shock[place] = rho * shock[place - 1] + np.sqrt(1 - rho**2) * shock[place]
    return rng.poisson(rate * np.repeat(np.exp(0.5 * shock - 0.125), 7))


def share_with_a_burst(rho, rate, draws):
    days = pd.date_range("2024-01-01", periods=364)
    found = [bursts(days, remembering(s, rho, rate), np.ones(364, bool), draws=199) for s in range(draws)]
    return np.mean([table["kind"].eq("burst").any() for table in found])


def test_quiet_years_that_remember_seldom_have_a_burst():
    assert share_with_a_burst(0.8, 1.0, 40) <= 0.1


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5, 0.8])
def test_false_bursts_at_every_memory_and_rate(rho, rate):
    assert share_with_a_burst(rho, rate, 200) <= 0.08


def test_plain_poisson_would_cry_often_where_weeks_vary():
    """The same series with the penalty of Poisson counts: the drawn overdispersion is what keeps alarms few."""
    wrong = 0
    for seed in range(30):
        y = counts(seed, shape=3.0).reshape(WEEKS, 7).sum(axis=1).astype(float)
        wrong += len(_cuts(_root(y), 2 * np.log(WEEKS))) > 1
    assert wrong / 30 >= 0.3


def test_a_planted_burst_is_found_with_its_weeks():
    y = counts(1)
    y[140:161] += 5
    found = bursts(DAYS, y, SEEN, draws=199).query("kind == 'burst'").iloc[0]
    assert (found.first_day, found.last_day) == (DAYS[140], DAYS[160])
    assert found["items"] == y[140:161].sum() and found.level > 4 * found.around


def test_one_flooded_day_does_not_hide_itself():
    y = counts(2, rate=0.15)
    y[150] += 24
    found = bursts(DAYS, y, SEEN, draws=199).query("kind == 'burst'")
    assert len(found) == 1 and found.first_day.iloc[0] <= DAYS[150] <= found.last_day.iloc[0]


def test_no_spell_bridges_a_gap_and_short_stretches_are_named():
    y, seen = counts(3), SEEN.copy()
    seen[100:110] = False
    y[100:110] = 0
    found = bursts(DAYS, y, seen, draws=199)
    assert found.kind.tolist() == ["steady", "steady"]
    assert (found.last_day.iloc[0] < DAYS[100]) and (found.first_day.iloc[1] > DAYS[109])
    assert kinds(y) != found.kind.tolist()  # as zeros the same days would be a lull
    seen[:70] = False
    short = bursts(DAYS, y, seen, draws=199).iloc[0]
    assert short.kind == "not searched" and "whole bins without a gap" in short.note
    assert bursts(DAYS, y, ~SEEN).empty


def test_a_rise_to_the_end_of_collection_is_no_burst():
    y = counts(4)
    y[210:] += 4
    assert kinds(y) == ["low edge", "high edge"]


def test_order_of_days_does_not_matter_and_draws_repeat():
    y, order = counts(5), np.random.default_rng(1).permutation(len(DAYS))
    y[140:161] += 5
    pd.testing.assert_frame_equal(bursts(DAYS, y, SEEN, draws=99), bursts(DAYS[order], y[order], SEEN[order], draws=99))


def test_events_near_a_burst_and_what_a_match_is_worth():
    table = pd.DataFrame({"first_day": [DAYS[140]], "last_day": [DAYS[160]]})
    events = {"before": DAYS[133], "too early": DAYS[132], "after": DAYS[167], "too late": DAYS[168]}
    assert near_events(table, events) == [["before", "after"]]
    table = bursts(DAYS, np.ones(len(DAYS)), SEEN, draws=99)
    assert share_near(table, {"one": DAYS[143]}) == pytest.approx(3 / WEEKS)
    assert np.isnan(share_near(table.iloc[:0], {"one": DAYS[143]}))


def test_errors_name_what_is_wrong():
    with pytest.raises(ValueError, match="2024-01-01 comes twice"):
        bursts([DAYS[0]] * 2, np.ones(2), np.ones(2, bool))
    with pytest.raises(ValueError, match="its count is -1"):
        bursts(DAYS, -np.ones(len(DAYS)), SEEN)
    with pytest.raises(ValueError, match="false_rate 5"):
        bursts(DAYS, np.ones(len(DAYS)), SEEN, false_rate=5)
