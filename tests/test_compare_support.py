"""The time that two sides share, and what stands on each side of a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import differences, in_common

ASKED = {"value": "value", "group": "outlet", "clusters": "week"}


@pytest.fixture
def press():
    """Vesper falls over the year and prints early; Aurora does not differ from it and prints late."""
    days = pd.date_range("2031-01-01", "2031-12-30", freq="2D")
    rng, blocks = np.random.default_rng(4), []
    for outlet, shown in (("aurora", days[70:]), ("vesper", days[:110])):
        value = 1 - shown.day_of_year / 365 + 0.1 * rng.normal(size=len(shown))
        blocks.append(pd.DataFrame({"outlet": outlet, "day": shown, "value": value}))
    rows = pd.concat(blocks, ignore_index=True)
    return rows.assign(week=rows["outlet"] + rows["day"].dt.strftime(" %V"), month=rows["day"].dt.month)


def test_a_difference_of_times_is_gone_in_the_time_that_both_share(press):
    [whole] = differences(press, **ASKED).itertuples()
    [common] = differences(press, **ASKED, window="common", day="day").itertuples()
    assert whole.high < -0.3 and common.low < 0 < common.high
    assert (common.n_group, common.n_reference) == (40, 40) and whole.n_group == 112
    assert common.n_group + common.n_reference == common.n_articles and common.clusters_group <= 13


def test_days_of_collection_bound_the_window_where_they_are_known(press):
    days = pd.date_range("2031-01-01", "2031-12-31")
    collected = {"aurora": pd.Series(days.month >= 7, days), "vesper": pd.Series(days.month != 8, days)}
    shared = in_common(press, group="outlet", pair=("aurora", "vesper"), day="day", collected=collected)
    assert set(shared["day"].dt.month) == {7, *range(9, 13)}


def test_sides_without_a_common_time_are_not_compared(press):
    apart = press[(press["outlet"] == "vesper") == (press["month"] < 6)]
    [row] = differences(apart, **ASKED, window="common", day="day").itertuples()
    assert row.method == "no overlap" and np.isnan(row.estimate) and np.isnan(row.p)
    assert row.note == "no article of either side in the time that both share"


def test_support_is_of_the_articles_that_were_compared(press):
    [row] = differences(press, **ASKED, within=["month"]).itertuples()
    assert row.n_group + row.n_reference == row.n_articles < len(press)


def test_what_is_asked_of_a_window_must_fit(press):
    with pytest.raises(ValueError, match="not one of period, common"):
        differences(press, **ASKED, window="year")
    with pytest.raises(ValueError, match="needs `day`"):
        differences(press, **ASKED, window="common")
