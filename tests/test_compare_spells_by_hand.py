"""Lines before and after an event, windows, bins and spells: by least squares, by loops and by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.compare import bursts as face
from helpers.compare.bursts import _cuts, _dearest, _described, _kept, _looks, _root, _spread, _stretches
from helpers.compare.clusters import cluster_ols
from helpers.compare.event_study import event_profile, event_study, event_windows, segmented

START = pd.Timestamp("2024-01-01")  # a Monday


def series(seed=1):
    rng = np.random.default_rng(seed)
    t = np.sort(rng.integers(-50, 50, 160))
    value = rng.normal(size=160) + 0.02 * t + (t >= 0) * (1 + 0.03 * t)
    frame = pd.DataFrame({"day": START + pd.to_timedelta(t + 50, unit="D"), "value": value, "week": (t + 50) // 7})
    return frame, t


def test_levels_and_slopes_are_those_of_least_squares_by_month():
    frame, t = series()
    event = START + pd.Timedelta(days=50)
    asked = {"day": "day", "value": "value", "event_day": event, "clusters": "week"}
    table = segmented(frame, **asked)
    design = np.column_stack([t >= 0, t / 30, (t / 30) * (t >= 0), np.ones(160)]).astype(float)
    fit = sm.OLS(frame["value"], design).fit()
    assert table["quantity"].tolist() == ["level change", "slope before", "slope change"]
    assert table["estimate"].to_numpy() == pytest.approx(fit.params.to_numpy()[:3])
    ours = cluster_ols(frame["value"].to_numpy(), design, clusters=frame["week"])
    assert table["low"].to_numpy() == pytest.approx([one.low for one in ours[:3]])
    near = segmented(frame, window_days=20, **asked)
    inside = (t >= -20) & (t < 20)
    fit = sm.OLS(frame["value"][inside], design[inside]).fit()
    assert (
        near["estimate"].to_numpy() == pytest.approx(fit.params.to_numpy()[:3])
        and near["n_articles"][0] == inside.sum()
    )
    lost = frame.assign(value=frame["value"].where(frame.index != 80))
    assert segmented(lost, **asked)["note"][0] == "1 article without a value left out"
    assert np.isfinite(segmented(frame[t >= -14], **asked)["low"][0])  # three weeks before
    row = segmented(frame[t >= -8], **asked).iloc[0]
    assert row["note"].startswith("2 clusters on") and row["note"].endswith("days before; 3 of each are needed")
    one_day = segmented(frame[(t < 0) | (t == 3)], **asked).iloc[0]
    assert np.isnan(one_day["estimate"]) and one_day["note"].endswith("days after; 3 of each are needed")


def test_a_change_is_of_the_days_in_the_window_and_of_each_group():
    frame, t = series()
    frame["outlet"] = np.where(np.arange(160) % 2, "a", "b")
    asked = {"day": "day", "value": "value", "event_day": START + pd.Timedelta(days=50), "clusters": "week"}
    for row in event_study(frame, window_days=21, by="outlet", **asked).itertuples():
        mine = (frame["outlet"] == row.group).to_numpy()
        before, after = (frame["value"][mine & (t >= low) & (t < low + 21)] for low in (-21, 0))
        assert (row.before, row.after) == (pytest.approx(before.mean()), pytest.approx(after.mean()))
        assert (row.n_before, row.n_after, row.n_articles) == (len(before), len(after), len(before) + len(after))
        assert row.estimate == pytest.approx(after.mean() - before.mean())
    for kept, words in (
        (t < 0, "no article after the event"),
        (t >= 0, "no article before the event"),
        (t > 40, "no article in the window"),
    ):
        row = event_study(frame[kept], window_days=21, **asked).iloc[0]
        assert row["note"].startswith(words) and np.isnan(row["estimate"])


def test_bins_begin_on_the_day_and_five_articles_have_limits():
    days = START + pd.to_timedelta([7, 7, 8, 10, 13, 14, 14, 15, 20, 27], unit="D")
    frame = pd.DataFrame({"day": days, "value": np.arange(10.0), "outlet": "x", "story": range(10)})
    asked = {
        "day": "day",
        "value": "value",
        "event_day": START + pd.Timedelta(days=14),
        "clusters": "story",
        "by": "outlet",
    }
    table = event_profile(frame, window_days=10, **asked)
    assert table["bin"].tolist() == [-2, -1, 0, 1] and table["n"].tolist() == [0, 5, 4, 1]
    assert table["middle"].tolist() == [-10.5, -3.5, 3.5, 10.5]
    assert table["estimate"].tolist()[1:] == pytest.approx([2.0, 6.5, 9.0]) and np.isnan(table["estimate"][0])
    assert table["low"].notna().tolist() == [False, True, False, False] and not table["gap"].any()


def test_windows_end_where_another_event_begins():
    days = {"a": 0, "b": 13, "c": 13, "d": 27, "e": 47, "f": 200}
    table = event_windows({name: START + pd.Timedelta(days=day) for name, day in days.items()}, 60).set_index("event")
    assert table["run"].to_dict() == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e", "f": "f"}
    assert table["window_days"].to_dict() == {"a": 27, "b": 0, "c": 0, "d": 14, "e": 20, "f": 60}
    assert table["n_run"].to_dict() == {"a": 3, "b": 3, "c": 3, "d": 1, "e": 1, "f": 1}
    assert table["note"].to_dict() == {
        "a": "one run with 'b', 'c': the change is that of all; window cut to 27 days: 'd' follows",
        "b": "told together with 'a', 13 days before",
        "c": "told together with 'a', 13 days before",
        "d": "window cut to 14 days: 'c' comes before",
        "e": "window cut to 20 days: 'd' comes before",
        "f": "",
    }
    many = event_windows({name: START for name in "abcde"}, 5, shortest=1)
    assert many["note"].tolist()[:2] == ["one run with 'b', 'c', 'd' and 1 more: the change is that of all",
                                         "told together with 'a', on the same day"]  # fmt: skip
    just = event_windows({"a": START, "b": START + pd.Timedelta(days=60)}, 60)
    assert just["window_days"].tolist() == [60, 60] and just["note"].tolist() == ["", ""]


def test_spells_are_those_of_the_least_squared_error():
    for seed in range(5):
        signal = np.round(np.random.default_rng(seed).normal(size=9) * 2 + np.r_[np.zeros(4), np.full(5, 3.0)], 3)

        def cost(ends, signal=signal):
            return sum(((part - part.mean()) ** 2).sum() for part in np.split(signal, ends))

        for penalty in (1.0, 5.0, 20.0):
            every = [list(ends) for n in range(9) for ends in combinations(range(1, 9), n)]
            best = min(every, key=lambda ends: cost(ends) + penalty * len(ends))
            assert _cuts(signal, penalty) == [*best, 9]
        single = max(cost([]) - cost([at]) for at in range(1, 9))
        spells = max((cost([]) - cost(list(two))) / 2 for two in combinations(range(1, 9), 2))
        assert _dearest(signal[None, :])[0] == pytest.approx(max(single, spells))
    assert _cuts(np.full(6, 2.0), 0.1) == [6]


def test_kinds_of_spells_go_by_what_lies_beside_them():
    counts = [7, 7, 14, 14, 14, 7, 3, 7, 10]
    weeks = pd.DataFrame({"count": counts, "first": pd.date_range(START, periods=9, freq="7D")})
    rows = pd.DataFrame(_described(weeks, [2, 5, 6, 7, 8, 9], 7))
    assert rows["kind"].tolist() == ["low edge", "burst", "between", "lull", "between", "high edge"]
    assert rows["n_bins"].tolist() == [2, 3, 1, 1, 1, 1] and rows["items"].tolist() == [14, 42, 7, 3, 7, 10]
    assert rows["level"].tolist() == pytest.approx([1, 2, 1, 3 / 7, 1, 10 / 7])
    assert rows["around"].tolist() == pytest.approx([2, (7 + 7 + 7) / 3 / 7, (14 * 3 + 3) / 4 / 7, 1, 6.5 / 7, 1])
    assert rows["first_day"].tolist()[1] == START + pd.Timedelta(days=14)
    assert rows["last_day"].tolist()[1] == START + pd.Timedelta(days=34)
    assert _described(weeks.head(2), [2], 7)[0]["kind"] == "steady" and np.isnan(
        _described(weeks.head(2), [2], 7)[0]["around"]
    )


def test_bins_are_whole_weeks_from_monday_on_without_a_gap():
    days = pd.date_range(START - pd.Timedelta(days=3), periods=40)  # from a Friday
    seen = np.ones(40, bool)
    seen[20] = False  # Thursday of the third week
    one, two = _stretches(days, np.arange(40), seen, 7)
    assert one["first"].tolist() == [START, START + pd.Timedelta(days=7)] and one["count"].tolist() == [
        sum(range(3, 10)),
        sum(range(10, 17)),
    ]
    assert two["first"].tolist() == [START + pd.Timedelta(days=21), START + pd.Timedelta(days=28)]
    assert two["count"].tolist() == [sum(range(24, 31)), sum(range(31, 38))]
    assert face(days, np.ones(40), seen, draws=9)["kind"].tolist() == ["not searched"] * 2


def test_what_series_are_judged_by_is_without_their_highest_tenth():
    counts = np.array([[4.0, 9, 1, 90, 4, 4, 0, 1, 2, 5, 6]])
    kept = _kept(counts)
    assert (~kept).sum() == 2 and not kept[0, [1, 3]].any()
    stretch = np.array([0] * 6 + [1] * 5)
    root = 2 * np.sqrt(counts[0] + 3 / 8)
    steps = [(root[i] - root[i + 1]) ** 2 for i in range(10) if kept[0, i] and kept[0, i + 1] and i != 5]
    mean, variance = _spread(counts, stretch)
    assert mean[0] == pytest.approx(counts[0][kept[0]].mean()) and variance[0] == pytest.approx(np.mean(steps) / 2)
    level, log_variance, *shares = _looks(counts, stretch)[0]
    own = root[kept[0]]
    assert level == pytest.approx(own.mean()) and np.exp(log_variance) == pytest.approx(own.var(), rel=0.2)
    assert len(shares) == 2 and _root(counts)[0] == pytest.approx(root)
    assert shares[0] == pytest.approx(np.log(np.mean(steps) / 2 / own.var()), abs=0.2)
