"""Weeks that remember: intervals hold, are not narrower, are refused where weeks are too few, and say which block."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.corrected_shares import corrected_differences, corrected_shares
from helpers.compare.differences import COLUMNS, differences, means, ratios
from helpers.compare.event_study import event_study
from helpers.compare.memory import INFORMS, blocks, measure, stretched, week_numbers

OPTIONS = {"value": "share", "group": "outlet", "clusters": "outlet_week"}


def articles(seed, weeks=20, rho=0.8, shocks=1.0, outlets="ab"):
    """Articles of outlets alike in all, whose weekly shocks are AR(1); four to eight a week."""
    rng = np.random.default_rng(seed)
    parts = []
    for outlet in outlets:
        shock = rng.standard_normal(weeks)
        for place in range(1, weeks):
            shock[place] = rho * shock[place - 1] + np.sqrt(1 - rho**2) * shock[place]
        week = np.repeat(np.arange(weeks), rng.integers(4, 9, weeks))
        share = 5 + shocks * shock[week] + rng.standard_normal(len(week))
        parts.append(pd.DataFrame({"outlet": outlet, "week": week, "share": share}))
    frame = pd.concat(parts, ignore_index=True)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["week"] * 7 + 2, unit="D")
    return frame.assign(day=days, outlet_week=frame["outlet"] + frame["week"].astype(str))


def held(table, truth=0.0):
    return bool(table["low"].iloc[0] <= truth <= table["high"].iloc[0])


def coverage(draws, **world):
    tables = [differences(articles(seed, **world), day="day", memory=True, **OPTIONS) for seed in range(draws)]
    given = [table for table in tables if table["low"].notna().all()]
    return np.mean([held(table) for table in given]), len(given) / draws


def test_intervals_hold_where_outlet_weeks_do_not():
    plain = np.mean([held(differences(articles(seed, weeks=40), **OPTIONS)) for seed in range(60)])
    ours, given = coverage(60, weeks=40)
    assert plain < 0.8 and ours >= 0.88 and given > 0.5


@pytest.mark.long
@pytest.mark.parametrize("weeks", [20, 52])
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5, 0.8])
def test_coverage_at_every_memory(weeks, rho):
    share, given = coverage(300, weeks=weeks, rho=rho, shocks=0.5)
    most = 1.0 if weeks == 20 else 0.985  # twenty weeks can't rule a memory out: wider than need be, said in methods
    assert 0.92 <= share <= most and given > 0.5


def test_memory_is_told_and_grows_with_rho():
    short, long = (
        [measure_of(articles(seed, weeks=100, rho=rho)).block_weeks for seed in range(8)] for rho in (0.0, 0.8)
    )
    assert np.mean(short) < 1.3 and np.mean(long) > 3


def measure_of(frame):
    side = (frame["outlet"] == "b").to_numpy(int)
    return measure(frame["share"].to_numpy(), side, week_numbers(frame["day"]))


def test_nothing_changes_without_day_and_nothing_narrows_with_it():
    frame = articles(1)
    for ask in (means, differences, ratios):
        asked = {"memory": True} if ask is differences else {}  # whose `day` serves the common window too
        plain, ours = ask(frame, **OPTIONS), ask(frame, day="day", **asked, **OPTIONS)
        assert "block_weeks" not in plain and ours["block_weeks"].ge(1).all()
        more = {"block_weeks", "stretch"} if ask is differences else {"block_weeks"}
        assert set(plain.columns) | more == set(ours.columns) and set(COLUMNS) <= set(plain.columns)
        assert (ours["estimate"] == plain["estimate"]).all()
        given = ours["low"].notna()
        assert (ours["low"] <= plain["low"])[given].all() and (ours["high"] >= plain["high"])[given].all()


def test_p_and_limits_agree():
    for seed in range(12):
        table = differences(articles(seed, weeks=30, rho=0.5), day="day", memory=True, **OPTIONS).iloc[0]
        assert (table["p"] < 0.05) == (not table["low"] <= 0 <= table["high"])


def test_too_few_weeks_that_remember_are_refused_by_name():
    tables = [
        differences(articles(seed, weeks=8, rho=0.95, shocks=3.0), day="day", memory=True, **OPTIONS)
        for seed in range(10)
    ]
    refused = [table for table in tables if table["low"].isna().all()]
    assert len(refused) >= 5
    assert all("weeks remember: the 8 of the smaller side count as" in table["note"].iloc[0] for table in refused)
    assert all(table["p"].isna().all() and table["estimate"].notna().all() for table in refused)


def test_order_of_rows_gaps_and_undated_articles():
    frame = articles(3, weeks=30)
    frame = frame[~frame["week"].between(10, 14)]
    shuffled = frame.sample(frac=1, random_state=1)
    one, two = (measure_of(part) for part in (frame, shuffled))
    assert one.block_weeks == pytest.approx(two.block_weeks) and one.n_weeks == 25
    undated = pd.concat([frame, frame.head(3).assign(day=pd.NaT)])
    assert measure_of(undated).block_weeks == pytest.approx(one.block_weeks)


def test_copies_of_a_week_count_as_one_story():
    frame = articles(4, weeks=30, rho=0.0, shocks=0.0)
    printed = frame.loc[frame.index.repeat(3)]
    side, week = (printed["outlet"] == "b").to_numpy(int), week_numbers(printed["day"])
    stories = measure(printed["share"].to_numpy(), side, week, stories=printed.index.to_numpy())
    assert stories.share == pytest.approx(measure_of(frame).share)
    assert measure_of(printed).share > stories.share


def test_nothing_is_measured_where_nothing_varies_or_one_week_is_all():
    assert measure(np.ones(40), np.zeros(40, int), np.arange(40.0)) is None
    assert measure(np.arange(4.0), np.zeros(4, int), np.zeros(4)) is None
    frame = articles(1).assign(share=lambda table: (table["outlet"] == "a").astype(float))
    table = differences(frame, day="day", memory=True, **OPTIONS)
    assert table["block_weeks"].isna().all()


def test_weeks_outside_an_event_inform_about_its_memory():
    frame = articles(2, weeks=100, rho=0.0, outlets="a")
    event = frame["day"].min() + pd.Timedelta(days=50 * 7 - 2)
    options = {"day": "day", "value": "share", "event_day": event, "window_days": 28, "clusters": "outlet_week"}
    plain, ours = event_study(frame, **options), event_study(frame, memory=True, **options)
    near = frame[(frame["day"] - event).dt.days.between(-28, 27)]
    assert ours["block_weeks"].iloc[0] < event_study(near, memory=True, **options)["block_weeks"].iloc[0]
    assert held(ours) and ours["low"].iloc[0] <= plain["low"].iloc[0] and "block_weeks" not in plain


def test_before_and_after_of_one_series_share_their_shocks():
    frame = articles(5, weeks=40, outlets="a")
    side = np.where(frame["week"] < 20, 1, np.where(frame["week"] < 39, 0, INFORMS))
    week, one = week_numbers(frame["day"]), np.zeros(len(frame), int)
    together = measure(frame["share"].to_numpy(), side, week, series=one)
    apart = measure(frame["share"].to_numpy(), side, week, series=side)
    assert together.factor[-1] < apart.factor[-1]


def test_corrected_shares_widen_and_say_by_how_much():
    rng = np.random.default_rng(1)
    frame = articles(6, weeks=40)
    code = (frame["share"] > 5).astype(float)
    coded = rng.random(len(frame)) < 0.4
    frame = frame.assign(code=code.where(coded), prediction=0.2 + 0.6 * code, probability=0.4)
    options = {"group": "outlet", "clusters": "outlet_week"}
    for ask in (corrected_shares, corrected_differences):
        plain, ours = ask(frame, **options), ask(frame, day="day", **options)
        assert "block_weeks" not in plain and ours["block_weeks"].gt(1).all()
        given = ours["low"].notna()
        assert given.any() and (ours["high"] - ours["low"] >= plain["high"] - plain["low"])[given].all()
    corpus = corrected_shares(frame, day="day", target="corpus", **options)
    assert corpus.loc[corpus["method"] != "raw", "block_weeks"].isna().all()


def test_blocks_are_of_one_outlet_and_as_long_as_measured():
    frame = articles(7, weeks=60)
    labels, facts = blocks(frame, value="share", outlet="outlet", day="day")
    assert facts["outlet"].tolist() == ["a", "b"] and (facts["n_blocks"] < facts["n_weeks"]).all()
    assert frame.groupby(labels)["outlet"].nunique().eq(1).all()
    longest = frame.groupby(labels)["week"].agg(lambda week: week.max() - week.min() + 1)
    assert longest.max() == np.ceil(facts["block_weeks"]).max()


def test_a_stretch_is_one_where_nothing_is_remembered():
    memory = measure_of(articles(8, weeks=200, rho=0.0))
    assert 1.0 <= stretched(memory, 100.0, 0.95) < 1.1


def test_what_is_judged_by_permuting_few_clusters_is_widened_as_well():
    """Nine weeks a side at ρ .8: where nothing differs permuting calls half of the draws clear, widened few of them."""
    rng, clear = np.random.default_rng(5), []
    for _ in range(40):
        rows = []
        for outlet in "ab":
            shock = rng.normal()
            for week in range(9):
                shock = 0.8 * shock + 0.6 * rng.normal()
                day = pd.Timestamp("2031-01-06") + pd.Timedelta(weeks=week)
                rows += [(outlet, f"{outlet}{week}", day, 0.7 * shock + rng.normal()) for _ in range(5)]
        frame = pd.DataFrame(rows, columns=["outlet", "week", "day", "value"]).assign(story=range(90))
        asked = {"value": "value", "group": "outlet", "clusters": ["story", "week"]}
        plain, ours = (differences(frame, **asked, **more).iloc[0] for more in ({}, {"day": "day", "memory": True}))
        assert plain["method"] == "randomisation of clusters" and not ours["p"] < plain["p"]
        clear.append((plain["p"] <= 0.05, ours["p"] <= 0.05))
    permuted, widened = np.mean(clear, axis=0)
    assert permuted > 0.35 and widened < 0.2
