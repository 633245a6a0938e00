"""Changes around events: planted effects are found, quiet series raise no alarm, gaps are no zeros."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.days import collected
from helpers.compare.event_study import event_profile, event_study, event_windows, segmented
from helpers.compare.mean_difference import difference
from helpers.compare.placebo import placebo_rank
from helpers.compare.volume import as_soon, first_report, volume_change, volume_profile

START = pd.Timestamp("2022-01-03")
EVENT = START + pd.Timedelta(days=500)


def series(jump=0.0, slope=0.0, shock=0.4, seed=1, n_days=800):
    """Two articles a day, with shocks a week and a change at the event."""
    rng = np.random.default_rng(seed)
    t = np.repeat(np.arange(n_days), 2)
    week = t // 7
    y = rng.normal(size=len(t)) + shock * rng.normal(size=week.max() + 1)[week]
    y = y + jump * (t >= 500) + slope * np.maximum(t - 500, 0)
    day = START + pd.to_timedelta(t, unit="D")
    return pd.DataFrame({"day": day, "value": y, "week": week, "outlet": np.tile(["a", "b"], n_days)})


def change(frame, **options):
    given = {"day": "day", "value": "value", "event_day": EVENT, "window_days": 84, "clusters": "week"}
    return event_study(frame, **(given | options))


def test_event_study_is_the_difference_of_the_two_windows():
    frame = series(jump=1.0)
    found = change(frame).iloc[0]
    t = (frame.day - EVENT).dt.days
    before, after = frame.value[t.between(-84, -1)], frame.value[t.between(0, 83)]
    assert found.estimate == pytest.approx(after.mean() - before.mean())
    assert (found.before, found.after) == (pytest.approx(before.mean()), pytest.approx(after.mean()))
    assert (found.n_before, found.n_after) == (168, 168)
    used = t.between(-84, 83)
    same = difference(frame.value[used], t[used] >= 0, clusters=frame.week[used])
    assert found.low == pytest.approx(same.low) and 0.5 < found.low < 1 < found.high < 1.5


def test_by_outlet_and_empty_sides():
    frame = series(jump=1.0).query("outlet == 'a' or day < @EVENT")
    table = change(frame, by="outlet")
    assert table.group.tolist() == ["a", "b"] and np.isfinite(table.low[0])
    assert np.isnan(table.low[1]) and table.note[1] == "no article after the event in the window"
    nothing = change(frame, event_day="2030-01-01").iloc[0]
    assert nothing.note == "no article in the window"


def test_false_alarms_are_few_where_days_as_independent_would_cry_often():
    wrong, naive, runs = 0, 0, 150
    for seed in range(runs):
        frame = series(seed=seed, shock=1.0)
        found = change(frame).iloc[0]
        wrong += not found.low <= 0 <= found.high
        alone = change(frame.assign(article=range(len(frame))), clusters="article").iloc[0]
        naive += not alone.low <= 0 <= alone.high
    assert wrong / runs <= 0.1 and naive / runs >= 0.25


def test_placebo_rank_finds_a_real_jump_and_only_that():
    options = {"day": "day", "value": "value", "event_day": EVENT, "window_days": 21, "listed": []}
    real = placebo_rank(series(jump=3.0), **options)
    assert real.rank == 1 and real.p < 0.02 and real.n_apart >= 14
    quiet = [placebo_rank(series(seed=seed), **options).p for seed in range(60)]
    assert np.mean(np.array(quiet) <= 0.1) <= 0.2 and 0.35 < np.mean(quiet) < 0.7


def test_p_counts_the_neighbours_that_change_as_much() -> None:
    """By hand, on days of equal size: all dates of the series, the event's neighbours with them."""
    frame = series(jump=1.0)
    found = placebo_rank(frame, day="day", value="value", event_day=EVENT, window_days=21, listed=[])
    daily = frame.groupby("day")["value"].mean()
    gap = np.array([daily[t : t + 21].mean() - daily[t - 21 : t].mean() for t in range(21, len(daily) - 20)])
    assert found.p == pytest.approx((np.abs(gap) >= abs(found.change) - 1e-12).mean())
    other = EVENT + pd.Timedelta(days=30)  # windows that reach over it are nobody's
    apart = placebo_rank(frame, day="day", value="value", event_day=EVENT, window_days=21, listed=[other])
    days = np.arange(21, len(daily) - 20) - 500
    kept = (np.abs(days - 30) >= 42) & (np.abs(days) >= 42) | (np.abs(days) < 42) & (np.abs(days - 30) >= 21)
    assert apart.p == pytest.approx((np.abs(gap[kept]) >= abs(found.change) - 1e-12).mean())


def test_a_rank_of_a_thin_time_is_not_taken_for_an_event() -> None:
    """Few articles around the event make a large change by chance; as many as elsewhere would not."""
    thin = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = np.where(np.abs(np.arange(400) - 200) < 28, 1, 6) * (rng.random(400) < 0.4)
        day = np.repeat(np.arange(400), n)
        frame = pd.DataFrame({"day": START + pd.to_timedelta(day, unit="D"), "value": rng.normal(size=len(day))})
        options = {"event_day": START + pd.Timedelta(days=200), "window_days": 28, "listed": []}
        thin.append(placebo_rank(frame, day="day", value="value", **options).p)
    assert np.mean(np.array(thin) <= 0.05) <= 0.1


def test_placebos_keep_away_from_listed_events():
    other = START + pd.Timedelta(days=300)
    options = {"day": "day", "value": "value", "event_day": EVENT, "window_days": 21}
    found = placebo_rank(series(), listed=[other], **options)
    for event in (EVENT, other):
        assert (np.abs((found.changes.index - event).days) >= 42).all()
    at = found.changes.index[10]
    by_hand = change(series(), event_day=at, window_days=21).estimate[0]
    assert found.changes.iloc[10] == pytest.approx(by_hand)
    crowded = placebo_rank(series(), listed=list(pd.date_range(START, periods=40, freq="20D")), **options)
    assert crowded.n_placebos == 0 and np.isnan(crowded.p) and "no quiet date" in crowded.note


def test_segmented_recovers_level_and_slope():
    table = segmented(series(jump=1.0, slope=0.01), day="day", value="value", event_day=EVENT, clusters="week")
    assert table.quantity.tolist() == ["level change", "slope before", "slope change"]
    for truth, found in zip([1.0, 0.0, 0.3], table.itertuples(), strict=True):
        assert found.low < truth < found.high
    assert table.low[0] > 0 and table.low[2] > 0
    few = segmented(series(), day="day", value="value", event_day=EVENT, clusters="week", window_days=10)
    assert few.low.isna().all() and "clusters on 10 days before" in few.note[0]


def test_gaps_are_masked_and_not_zero():
    days = pd.date_range(START, periods=400)
    counts, observed = np.tile([3, 5, 4, 4], 100).astype(float), np.ones(400, bool)
    observed[210:240] = False
    counts[210:240] = 0
    options = {"event_day": days[200], "window_days": 140}
    table = volume_change(days, counts, observed, **options)
    assert table.estimate.tolist() == pytest.approx([0, 1], abs=0.05)
    assert table.n_after[0] == 110 and "30 days without collection masked" in table.note[0]
    blind = volume_change(days, counts, np.ones(400, bool), **options)
    assert blind.estimate[0] < -0.5
    order = np.random.default_rng(1).permutation(400)
    again = volume_change(days[order], counts[order], observed[order], **options)
    pd.testing.assert_frame_equal(table, again)


def test_volume_intervals_allow_for_bursts():
    """Weeks with a gamma-distributed rate: variance far above the mean.  Poisson errors would fail."""
    rng, wrong, poisson, runs = np.random.default_rng(3), np.zeros(2), 0, 200
    days = pd.date_range(START, periods=280)
    for _ in range(runs):
        y = rng.poisson(np.repeat(rng.gamma(2, 2, size=40), 7))
        table = volume_change(days, y, np.ones(280, bool), event_day=days[140], window_days=140)
        wrong += ~((table.low <= [0, 1]) & (table.high >= [0, 1]))
        a, b = y[:140], y[140:]
        poisson += abs(np.log(b.sum() / a.sum())) > 1.96 * np.sqrt(1 / a.sum() + 1 / b.sum())
    assert (wrong / runs <= 0.09).all() and poisson / runs > 0.3


def test_volume_refusals_and_errors():
    days = pd.date_range(START, periods=100)
    ones, seen = np.ones(100), np.ones(100, bool)
    late = volume_change(days, ones, np.arange(100) > 60, event_day=days[50], window_days=30)
    assert late.low.isna().all() and "no observed day before" in late.note[0]
    silent = volume_change(days, np.where(np.arange(100) < 50, 0, ones), seen, event_day=days[50], window_days=50)
    assert np.isnan(silent.low[1]) and "no ratio" in silent.note[1]
    with pytest.raises(ValueError, match="2022-01-03 comes twice"):
        volume_change([days[0]] * 2, ones[:2], seen[:2], event_day=days[0], window_days=3)
    with pytest.raises(ValueError, match="is observed but its count is nan"):
        volume_change(days, ones * np.nan, seen, event_day=days[50], window_days=3)


def test_first_report_tells_silence_from_a_gap():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-06-20", "2024-06-25", "2024-06-18", "2024-06-27"]),
            "outlet": ["a", "b", "c", "a"],
            "treaty": [False, True, True, True],
        }
    )
    observed = {
        "a": [("2024-01-01", "2024-12-31")],
        "b": [("2024-06-22", "2024-12-31")],
        "c": [("2024-01-01", "2024-12-31")],
        "d": [("2023-01-01", "2023-12-31")],
    }
    options = {"day": "day", "group": "outlet", "event_day": "2024-06-19", "window_days": 14}
    table = first_report(frame, reports="treaty", observed=observed, **options).set_index("group")
    assert table.status.to_dict() == {
        "a": "reported",
        "b": "reported",
        "c": "none in the window",
        "d": "not collected",
    }
    assert table.lag_days["a"] == 8 and not table.at_most["a"]
    assert table.lag_days["b"] == 6 and table.at_most["b"] and table.n_missing_days["b"] == 3
    assert table.first_day["a"] == pd.Timestamp("2024-06-27") and pd.isna(table.first_day["d"])


def test_days_must_be_days():
    frame = series().assign(day=lambda f: f.day.dt.tz_localize("UTC"))
    with pytest.raises(ValueError, match="local_days"):
        change(frame)
    with pytest.raises(ValueError, match="no column 'when'"):
        change(series(), day="when")


def marks(gap=None, n_days=800):
    """Days of collection, with a gap between two offsets from the start."""
    seen = pd.Series(True, index=pd.date_range(START, periods=n_days))
    if gap:
        seen.iloc[slice(*gap)] = False
    return seen


def test_no_window_reaches_over_an_event_of_another_run():
    rng = np.random.default_rng(5)
    for _ in range(30):
        days = {f"e{i:02d}": START + pd.Timedelta(days=int(d)) for i, d in enumerate(rng.integers(0, 400, 9))}
        found = event_windows(days, 60)
        assert sorted(found.event) == sorted(days) and found.day.is_monotonic_increasing
        for one in found[found.window_days > 0].itertuples():
            assert 14 <= one.window_days <= 60
            others = found[found.run != one.run].day
            inside = ((others - one.day).dt.days > -one.window_days) & ((others - one.day).dt.days < one.window_days)
            assert not inside.any()
            assert (one.window_days < 60) == ("cut" in one.note)
        gaps = found.day.diff().dt.days
        assert ((gaps < 14) == (found.run == found.run.shift()))[1:].all()


def test_shares_of_days_that_were_not_collected_are_left_out_and_told():
    frame = series(jump=1.0)
    whole, masked = change(frame).iloc[0], change(frame, observed=marks((510, 540))).iloc[0]
    t = (frame.day - EVENT).dt.days
    by_hand = frame.value[t.between(0, 83) & ~t.between(10, 39)].mean() - frame.value[t.between(-84, -1)].mean()
    assert masked.estimate == pytest.approx(by_hand) and masked.n_after == whole.n_after - 60
    assert "30 of 84 days after not collected" in masked.note and np.isfinite(masked.low)
    short = change(frame, observed=marks((510, 800))).iloc[0]
    assert np.isnan(short.low) and short.note == "10 days collected after; 14 are needed"
    with pytest.raises(ValueError, match="group 'b' has no days of collection"):
        change(frame, by="outlet", observed={"a": marks()})


def test_a_window_with_a_gap_is_no_placebo():
    options = {"day": "day", "value": "value", "event_day": EVENT, "window_days": 21, "listed": []}
    gap = marks((200, 230))
    found = placebo_rank(series(), observed=gap, **options)
    assert found.n_placebos < placebo_rank(series(), **options).n_placebos
    for day in found.changes.index:
        assert collected(gap, day, -21, 20).all()
    own = placebo_rank(series(), observed=marks((505, 507)), **options)
    assert own.rank == 0 and np.isnan(own.p) and "own window" in own.note


def test_counts_are_ranked_on_the_scale_on_which_they_vary_alike():
    """A slow year, a busy one without change in it: on the plain scale the busy time looks unusual."""
    plain, rooted = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rate = np.where(np.arange(800) < 440, 0.3, 3.0)
        frame = pd.DataFrame({"day": pd.date_range(START, periods=800), "n": rng.poisson(rate).astype(float)})
        jump = [START + pd.Timedelta(days=440)]
        options = {"day": "day", "value": "n", "event_day": START + pd.Timedelta(days=600), "window_days": 21}
        plain.append(placebo_rank(frame, listed=jump, **options).p)
        rooted.append(placebo_rank(frame, listed=jump, counts=True, **options).p)
    assert np.mean(rooted) > 0.4 > np.mean(plain)


def test_the_pretrend_is_told_from_the_change():
    frame = series().assign(value=lambda f: f.value + (f.day - EVENT).dt.days * 0.02)
    assert change(frame).low[0] > 0
    level, before, _ = segmented(
        frame, day="day", value="value", event_day=EVENT, clusters="week", window_days=84, observed=marks()
    ).itertuples()
    assert level.low < 0 < level.high and before.low > 0


def test_profile_hatches_gaps_and_gives_few_articles_no_limits():
    frame = series().assign(story=lambda f: range(len(f)))
    options = {"day": "day", "value": "value", "event_day": EVENT, "window_days": 28, "clusters": "story"}
    table = event_profile(frame, by="outlet", observed={"a": marks((500, 507)), "b": marks()}, **options)
    assert table.groupby("group").size().tolist() == [8, 8]
    hidden = table[(table.group == "a") & (table.bin == 0)].iloc[0]
    assert hidden.gap and hidden.n == 0 and np.isnan(hidden.estimate)
    assert table.gap.sum() == 1 and table.n.max() == 7 and table[~table.gap].low.notna().all()
    thin = event_profile(frame.iloc[::8], by="outlet", **options)
    assert thin.low.isna().all() and not thin.gap.any()


def test_weekly_volume_limits_hold_the_rate():
    rng, held, n = np.random.default_rng(8), 0, 0
    days = pd.date_range(START, periods=112)
    for _ in range(60):
        y = rng.poisson(np.repeat(rng.gamma(3, 0.5, size=16), 7))
        table = volume_profile(days, y, np.ones(112, bool), event_day=days[56], window_days=56)
        held += int(((table.low <= 1.5) & (table.high >= 1.5)).sum())
        n += len(table)
    assert held / n >= 0.9
    seen = np.ones(112, bool)
    seen[56:63] = False
    assert volume_profile(days, y, seen, event_day=days[56], window_days=56).gap.tolist().index(True) == 8


def test_a_lag_is_worth_little_where_items_come_daily():
    days, seen = pd.date_range(START, periods=100), np.ones(100, bool)
    options = {"lag_days": 0, "listed": [], "window_days": 14}
    assert as_soon(days, np.ones(100), seen, **options) == (1.0, 100)
    rare = np.where(np.arange(100) % 10 == 0, 1, 0)
    assert as_soon(days, rare, seen, **options) == (0.1, 100)
    assert as_soon(days, rare, seen, **(options | {"listed": [days[50]]}))[1] == 85
    seen[20:30] = False
    assert as_soon(days, rare, seen, **options)[1] == 90
