"""Volume around an event, against counts by hand, formulas of the papers and brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.compare.days import as_day, collected, daily, gap_notes, local_days, offsets
from helpers.compare.volume import as_soon, first_report, volume_change, volume_profile

START = pd.Timestamp("2024-01-01")  # a Monday
DAYS = pd.date_range(START, periods=112)
SEEN = np.ones(112, bool)


def around(counts, observed=SEEN, *, at=56, window_days=56, **more):
    return volume_change(DAYS, counts, observed, event_day=DAYS[at], window_days=window_days, **more)


def test_whole_weeks_give_what_weekly_means_say():
    """Eight weeks of seven days a side are balanced: a ratio's variance is that of weekly means, by the delta method."""
    counts = np.random.default_rng(1).poisson(np.repeat([3.0, 5.0], 56))
    row, times = around(counts).itertuples()
    assert (row.quantity, times.quantity) == ("items a day", "ratio")
    assert (row.before, row.after) == (counts[:56].mean(), counts[56:].mean())
    assert row.estimate == pytest.approx(row.after - row.before)
    assert (row.n_before, row.n_after, row.n_days, row.n_clusters) == (56, 56, 112, 16)
    weekly = counts.reshape(2, 8, 7).mean(axis=2) / [[row.before], [row.after]]
    parts = weekly.var(axis=1, ddof=1) / 8
    dof = 14  # of sixteen like weeks on two sides
    log_ratio, se = np.log(row.after / row.before), np.sqrt(parts.sum())
    reach = stats.t.ppf(0.975, dof) * se
    assert times.estimate == pytest.approx(np.exp(log_ratio)) and times.dof == pytest.approx(dof)
    assert (times.low, times.high) == (
        pytest.approx(np.exp(log_ratio - reach)),
        pytest.approx(np.exp(log_ratio + reach)),
    )
    assert times.p == pytest.approx(2 * stats.t.sf(log_ratio / se, dof))


def test_the_window_ends_where_it_says_and_masked_days_are_no_zeros():
    counts = np.zeros(112)
    counts[[26, 55, 56, 85]] = 100, 1, 10, 2  # 30 days a side are 26 … 55 and 56 … 85
    counts[[25, 86]] = 7_000
    row = around(counts, window_days=30).iloc[0]
    assert (row.before, row.after, row.n_before, row.n_after) == (
        pytest.approx(101 / 30),
        pytest.approx(12 / 30),
        30,
        30,
    )
    gap = SEEN.copy()
    gap[60:70] = False
    masked = around(np.where(gap, counts, 1e6), gap, window_days=30).iloc[0]
    assert (masked.after, masked.n_after) == (pytest.approx(12 / 20), 20)
    assert masked.note.endswith("10 days without collection masked")
    gap[86:] = False
    assert around(np.where(gap, counts, 1e6), gap, window_days=30).note[0].endswith("10 days without collection masked")


@pytest.mark.parametrize(("n", "side"), [(13, "before"), (13, "after")])
def test_a_side_of_thirteen_days_is_refused_and_of_fourteen_is_not(n, side):
    counts = np.random.default_rng(2).poisson(4, 112)
    for days, refused in ((n, True), (n + 1, False)):
        seen = SEEN.copy()
        hidden = slice(0, 56) if side == "before" else slice(56, 112)
        seen[hidden] = False
        seen[np.arange(112)[hidden][::4][:days]] = True
        table = around(counts, seen)
        assert table.low.isna().tolist() == [refused, refused]
        assert table.note.str.contains(f"{n} days collected {side}; 14 are needed").all() == refused
        assert table.estimate.notna().all()


def test_where_no_day_was_seen_is_told_for_both_sides():
    for hidden, where in ((slice(56), "before"), (slice(56, 112), "after"), (slice(112), "at all")):
        seen = SEEN.copy()
        seen[hidden] = False
        table = around(np.ones(112), seen)
        assert table.note.str.startswith(f"no observed day {where}").all() and table.before.isna().all()
        assert table.n_days.tolist() == [int(seen.sum())] * 2 and table.n_clusters.tolist() == [0, 0]


def test_profile_limits_are_garwoods_with_the_spread_of_weeks():
    counts = np.repeat([1, 1, 5, 1, 2, 3, 2, 4], 7)
    days = pd.date_range(START, periods=56)
    table = volume_profile(days, counts, np.ones(56, bool), event_day=days[28], window_days=28, level=0.9)
    n = 7 * np.array([1, 1, 5, 1, 2, 3, 2, 4])
    fitted = np.repeat([n[:4].mean(), n[4:].mean()], 4)
    phi = ((n - fitted) ** 2 / fitted).sum() / 6
    assert phi > 1 and table.n.tolist() == n.tolist() and table.bin.tolist() == list(range(-4, 4))
    assert table.middle.tolist() == [-24.5, -17.5, -10.5, -3.5, 3.5, 10.5, 17.5, 24.5]
    assert table.low.to_numpy() == pytest.approx(stats.gamma.ppf(0.05, n / phi) * phi / 7)
    assert table.high.to_numpy() == pytest.approx(stats.gamma.ppf(0.95, n / phi + 1) * phi / 7)


def test_profile_of_even_weeks_is_poisson_and_silence_has_an_upper_limit():
    days = pd.date_range(START, periods=28)
    table = volume_profile(days, np.repeat([0, 2], 14), np.ones(28, bool), event_day=days[14], window_days=14)
    assert table.low.tolist()[:2] == [0.0, 0.0]
    assert table.high[0] == pytest.approx(-np.log(0.025) / 7)  # of no item: ln 40, the rule of three at 95 %
    assert table.low[3] == pytest.approx(stats.chi2.ppf(0.025, 28) / 2 / 7)
    assert table.high[3] == pytest.approx(stats.chi2.ppf(0.975, 30) / 2 / 7)
    longer = volume_profile(days, np.ones(28), np.ones(28, bool), event_day=days[14], window_days=10)
    assert longer.bin.tolist() == [-2, -1, 0, 1]  # a bin that is begun is shown


def test_profile_counts_days_that_were_seen():
    days, seen = pd.date_range(START, periods=28), np.ones(28, bool)
    seen[[15, 16]] = False
    table = volume_profile(days, np.where(seen, 3, 99), seen, event_day=days[14], window_days=14)
    assert table.n.tolist() == [21, 21, 15, 21] and table.estimate.tolist() == [3, 3, 3, 3]
    assert table.low[2] == pytest.approx(stats.gamma.ppf(0.025, 15) / 5)


def test_reports_count_from_the_day_to_the_windows_last_and_gaps_before_them_tell():
    frame = pd.DataFrame({"outlet": list("abcde"), "day": START + pd.to_timedelta([0, 5, 6, -1, 3], unit="D")})
    options = {"day": "day", "group": "outlet", "event_day": START, "window_days": 5}
    table = first_report(frame, **options).set_index("group")
    assert table.status.tolist() == ["reported", "reported", "none in the window", "none in the window", "reported"]
    assert table.lag_days.tolist()[:2] == [0.0, 5.0] and table.n_reports.tolist() == [1, 1, 0, 0, 1]
    assert not table.at_most.any() and (table.n_missing_days == 0).all()
    day = [START + pd.Timedelta(days=n) for n in range(-3, 9)]  # day[3] is the event's
    spans = {"a": [(day[0], day[2])], "b": [(day[3], day[7])], "c": [(day[8], day[11])], "e": [(day[6], day[8])]}
    seen = first_report(frame, observed=spans | {"f": [(day[0], day[3])]}, **options).set_index("group")
    assert seen.n_missing_days.to_dict() == {"a": 6, "b": 1, "c": 5, "d": 6, "e": 3, "f": 5}
    assert seen.at_most.to_dict() == {"a": False, "b": False, "c": False, "d": False, "e": True, "f": False}
    assert seen.status["d"] == "not collected" and seen.status["f"] == seen.status["c"] == "none in the window"
    with pytest.raises(ValueError, match="no column 'said'"):
        first_report(frame, reports="said", **options)


def brute(counts, seen, lag_days, listed, window_days):
    """`as_soon` day by day."""
    waits = []
    for one in range(len(counts) - lag_days):
        wait = range(one, one + lag_days + 1)
        near = any(one - window_days <= day <= one + lag_days for day in listed)
        if all(seen[day] for day in wait) and not near:
            waits.append(any(counts[day] for day in wait))
    return (sum(waits) / len(waits), len(waits)) if waits else None


def test_a_lag_is_worth_what_counting_day_by_day_says():
    for seed in range(12):
        rng = np.random.default_rng(seed)
        counts, seen = rng.poisson(0.2, 60), rng.random(60) > 0.05
        listed, lag, window = rng.integers(0, 60, 2), int(rng.integers(0, 6)), int(rng.integers(2, 9))
        days = pd.date_range(START, periods=60)
        found = as_soon(days, counts, seen, lag_days=lag, listed=[days[one] for one in listed], window_days=window)
        expected = brute(counts, seen, lag, listed.tolist(), window)
        assert found == (pytest.approx(expected[0]), expected[1])
    holed = np.r_[0:20, 25:60]  # days that the table does not hold were not collected either
    found = as_soon(days[holed], counts[holed], seen[holed], lag_days=3, listed=[], window_days=2)
    whole = np.zeros(60, bool)
    whole[holed] = seen[holed]
    assert found == pytest.approx(brute(counts, whole, 3, [], 2))
    n_none = as_soon(days[:3], counts[:3], seen[:3], lag_days=5, listed=[], window_days=2)
    assert np.isnan(n_none[0]) and n_none[1] == 0
    with pytest.raises(ValueError, match="lag_days -1 is negative"):
        as_soon(days, counts, seen, lag_days=-1, listed=[], window_days=2)


def test_gaps_are_told_by_side_and_fourteen_days_do():
    marks = pd.Series(True, index=pd.date_range("2024-01-01", periods=60))
    assert gap_notes(marks, "2024-01-29", 28) == ("", "") == gap_notes(None, "2024-01-29", 28)
    assert gap_notes(marks, "2024-01-15", 28) == ("14 of 28 days before not collected", "")
    assert gap_notes(marks, "2024-01-14", 28)[1] == "13 days collected before; 14 are needed"
    assert gap_notes(marks, "2024-02-17", 28) == (
        "15 of 28 days after not collected",
        "13 days collected after; 14 are needed",
    )
    both = pd.Series(True, index=pd.date_range("2024-01-10", periods=2))
    assert gap_notes(both, "2024-01-11", 28)[1] == "1 days collected before; 14 are needed"
    assert gap_notes(both, "2024-01-11", 1) == ("", "")  # a window of one day needs one


def test_days_are_checked_and_put_in_order():
    table = daily([DAYS[1], DAYS[0]], np.array([5, -1]), np.array([True, False]))
    assert table["count"].tolist() == [-1, 5] and table["observed"].tolist() == [False, True]
    assert daily([DAYS[0]], np.array([0]), np.array([True]))["count"].tolist() == [0]
    for counts, marks in ((np.ones(1), np.ones(2)), (np.ones(2), np.ones(1))):
        with pytest.raises(ValueError, match="give one each a day"):
            daily(DAYS[:2], counts, marks)
    unsorted = pd.Series([True, False, True], index=pd.DatetimeIndex(["2024-01-03", "2024-01-01", "2024-01-02"]))
    assert collected(unsorted, "2024-01-02", -2, 2).tolist() == [False, False, True, True, False]
    with pytest.raises(ValueError, match="2024-01-02 is marked twice"):
        collected(
            pd.Series(True, index=pd.DatetimeIndex(["2024-01-02", "2024-01-01", "2024-01-02"])), "2024-01-02", 0, 1
        )
    with pytest.raises(ValueError, match="has a time zone; give the day itself"):
        as_day("2024-06-19T00:00Z")
    assert as_day("2024-06-19 23:00") == pd.Timestamp("2024-06-19")
    late = pd.DataFrame({"day": pd.to_datetime(["2024-06-19 23:00", "2024-06-20 00:00", None])})
    assert offsets(late, "day", "2024-06-19", []).tolist() == [0, 1, pd.NA]


def test_one_zone_may_serve_all_and_a_missing_time_stays_missing():
    when = pd.Series(pd.to_datetime(["2024-06-18T14:59:00Z", "2024-06-18T15:00:00Z", None]), index=[7, 3, 5])
    outlets = pd.Series(["a", "b", "a"], index=when.index)
    days = local_days(when, outlets, "Asia/Seoul")
    assert days.index.tolist() == [7, 3, 5] and days.dt.day.tolist()[:2] == [18, 19] and pd.isna(days[5])
