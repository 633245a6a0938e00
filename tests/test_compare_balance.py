"""Two sides made alike by weights: known answers, what is refused, and how often intervals hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import differences
from helpers.compare.balance import balanced_difference, entropy_weights

ASKED = {"value": "value", "group": "outlet", "clusters": ["story", "week"]}


def press(seed: int, *, size: int = 5, drift: float = 0.5) -> pd.DataFrame:
    """Two outlets that tell each month and length alike; one prints more late in the year, and longer."""
    rng, rows = np.random.default_rng(seed), []
    for outlet, late in (("aurora", 0.75), ("vesper", 0.25)):
        for week in range(52):
            shock = 0.15 * rng.normal()
            for _ in range(rng.poisson(size * (late if week > 25 else 1 - late))):
                words = rng.normal(6 + 0.4 * (outlet == "aurora"), 0.5)
                month = week // 4
                value = drift * month / 12 + 0.2 * words + shock + 0.3 * rng.normal()
                rows.append((outlet, f"{outlet} {week}", month, words, value))
    rows = pd.DataFrame(rows, columns=["outlet", "week", "month", "words", "value"])
    day = pd.Timestamp("2031-01-06") + pd.to_timedelta(7 * rows["week"].str.split(" ").str[1].astype(int), unit="D")
    return rows.assign(story=range(len(rows)), month=rows["month"].astype(str), day=day)


def test_weights_hit_their_target_and_are_nearest_to_equal_ones():
    rng = np.random.default_rng(3)
    traits = rng.normal(size=(200, 3))
    target = np.array([0.3, -0.2, 0.1])
    weights = entropy_weights(traits, target)
    assert (
        weights @ traits == pytest.approx(target, abs=1e-8) and weights.min() > 0 and weights.sum() == pytest.approx(1)
    )
    # nearest: the logarithm of the weights is linear in the traits (Hainmueller 2012, eq. 8)
    left = np.log(weights) - np.column_stack([traits, np.ones(200)]) @ np.linalg.lstsq(
        np.column_stack([traits, np.ones(200)]), np.log(weights), rcond=None
    )[0]  # fmt: skip
    assert np.abs(left).max() < 1e-8


def test_of_one_category_balancing_is_weighing_its_strata():
    """Each stratum has the mean of the two sides' shares: what post-stratification gives by hand."""
    frame = press(2).drop(columns="words")
    [row] = differences(frame, **ASKED, balance="month").itertuples()
    share = frame.groupby("outlet")["month"].value_counts(normalize=True).unstack(0).mean(axis=1)
    means = frame.groupby(["month", "outlet"])["value"].mean().unstack()
    assert row.estimate == pytest.approx(float((share * (means["aurora"] - means["vesper"])).sum()))


def test_a_difference_of_months_and_lengths_is_gone_and_turns_its_sign_with_the_sides():
    frame = press(1, drift=1.0)
    options = {**ASKED, "pairs": [("aurora", "vesper"), ("vesper", "aurora")]}
    plain, made = differences(frame, **options), differences(frame, **options, balance=["month", "words"])
    assert plain["low"][0] > 0 and made["low"][0] < 0 < made["high"][0]
    assert made["estimate"][0] == pytest.approx(-made["estimate"][1]) and made["low"][0] == pytest.approx(
        -made["high"][1]
    )
    assert made["method"][0] == "balanced, CR2 two-way"
    assert (made["effective_group"] < made["n_group"]).all() and (made["effective_group"] > 30).all()
    assert made["max_weight"].between(1 / made["n_articles"], 0.2).all()


def test_intervals_hold_what_is_true():
    made = pd.concat([differences(press(seed), **ASKED, balance=["month", "words"]) for seed in range(100)])
    held = ((made["low"] < 0) & (made["high"] > 0)).mean()
    assert 0.91 <= held <= 0.99


def test_no_overlap_and_too_little_weight_are_refused():
    frame = press(4)
    apart = frame.assign(words=frame["words"] + 9 * (frame["outlet"] == "aurora"))
    [row] = differences(apart, **ASKED, balance=["month", "words"]).itertuples()
    assert np.isnan(row.estimate) and "do not overlap" in row.note and np.isnan(row.p)
    # one long article of vesper carries its side once lengths are alike
    far = frame.assign(words=frame["words"] + 2.3 * (frame["outlet"] == "aurora"))
    [row] = differences(far, **ASKED, balance=["month", "words"]).itertuples()
    assert np.isnan(row.low) and ("worth" in row.note or "overlap" in row.note)
    months = frame.assign(month=frame["outlet"] + frame["month"])
    [row] = differences(months, **ASKED, balance=["month"]).itertuples()
    assert row.note.startswith("no article of either side has a counterpart") and row.n_articles == 0


def test_articles_without_counterpart_are_left_out_and_told():
    frame = press(5)
    alone = frame.assign(month=frame["month"].where((frame["outlet"] == "aurora") | (frame["month"] != "2"), "other"))
    [row] = differences(alone, **ASKED, balance=["month"]).itertuples()
    gone = alone["month"].isin(["2", "other"]).sum()
    assert row.n_articles == len(frame) - gone and f"{gone} of {len(frame)} articles have no comparison" in row.note


def test_fits_and_weeks_that_remember_widen_it_too():
    frame = press(6).assign(
        **{f"fit {i}": lambda f, i=i: f["value"] + 0.1 * i * (f["outlet"] == "aurora") for i in range(5)}
    )
    fits = [f"fit {i}" for i in range(5)]
    plain, fitted, weeks = (
        differences(frame, **ASKED, balance=["month", "words"], **more).iloc[0]
        for more in ({}, {"fits": fits}, {"memory": True, "day": "day"})
    )
    assert fitted["high"] - fitted["low"] > 1.3 * (plain["high"] - plain["low"])
    assert weeks["block_weeks"] >= 1 and weeks["high"] - weeks["low"] >= plain["high"] - plain["low"]


def test_what_does_not_fit_together_is_said():
    frame = press(7)
    with pytest.raises(ValueError, match="either strata or what to balance"):
        differences(frame, **ASKED, balance=["words"], within=["month"])
    with pytest.raises(ValueError, match="'genre'"):
        differences(frame, **ASKED, balance=["genre"])


def test_one_article_alone_is_its_own_weight():
    made = balanced_difference(
        np.array([1.0, 0.0]), np.array([True, False]), [np.array([0, 0])], [np.array([0, 1])]
    )  # fmt: skip
    assert made.estimate.refused and made.effective == (1.0, 1.0) and made.largest == 1.0
