"""The memory of weeks beside the same model written out with dense matrices, and its mixture beside scipy's t."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.compare.clusters import Estimate
from helpers.compare.memory import (
    RHO,
    SHARE,
    Memory,
    blocks,
    measure,
    of_columns,
    stretched,
    tail,
    week_numbers,
    widened,
)


def articles(seed, *, shared):
    """One or two series of unlike weeks with gaps; where `shared`, the second side is the series' later part."""
    rng = np.random.default_rng(seed)
    side, week = [], []
    for one in (0, 1):
        weeks = np.sort(rng.choice(14, 8, replace=False)) + (14 * one if shared else 0)
        for number in weeks:
            n = int(rng.integers(1, 5))
            side += [one] * n
            week += [float(number)] * n
    side, week = np.array(side), np.array(week)
    series = np.zeros(len(side), int) if shared else side
    return rng.normal(size=len(side)) + rng.normal(size=28)[week.astype(int)], side, week, series


def dense(values, side, week, series, rho, share):
    """Log-likelihood, variance over what the sandwich shows, and degrees of freedom left, at one point of the grid."""
    cells = sorted(set(zip(series, week, side, strict=True)))
    members = [[i for i, own in enumerate(zip(series, week, side, strict=True)) if own == cell] for cell in cells]
    size = np.array([len(one) for one in members], float)
    mean = np.array([values[one].mean() for one in members])
    within = sum(((values[one] - values[one].mean()) ** 2).sum() for one in members)
    ratio = share / (1 - share) * (1 / size).mean()
    same = np.array([[one[0] == two[0] for two in cells] for one in cells])
    apart = np.array([[abs(one[1] - two[1]) for two in cells] for one in cells])
    shocks = np.where(same, ratio * np.where(apart == 0, 1.0, rho**apart), 0.0)
    v = shocks + np.diag(1 / size)
    x = np.array([[cell[2] == 0, cell[2] == 1] for cell in cells], float)
    inverse = np.linalg.inv(v)
    inner = x.T @ inverse @ x
    rest = mean - x @ np.linalg.solve(inner, x.T @ inverse @ mean)
    dof = len(values) - 2
    likelihood = (
        -(np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1] + dof * np.log(rest @ inverse @ rest + within)) / 2
    )
    part = x * size[:, None] / (x * size[:, None]).sum(axis=0)
    load = part**2 / (1 - part)
    contrast = part[:, 0] - part[:, 1]
    shown = below = above = 0.0
    for one in (0, 1):
        residual = np.eye(len(cells)) - np.outer(np.ones(len(cells)), part[:, one])
        shown += load[:, one] @ np.diag(residual @ v @ residual.T)
        below += load[:, one] @ v**2 @ load[:, one]
        above += load[:, one] ** 2 @ np.diag(v) ** 2
    return likelihood, contrast @ v @ contrast / shown, above / below


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_filter_and_factors_are_those_of_dense_matrices(seed, shared):
    values, side, week, series = articles(seed, shared=shared)
    found = measure(values, side, week, series=series)
    points = [(rho, share) for rho in RHO for share in SHARE]
    likelihood, factor, fewer = np.array([dense(values, side, week, series, *point) for point in points]).T
    weight = np.exp(likelihood - likelihood.max()) / np.sqrt(1 - np.array(points)[:, 0] ** 2)
    weight /= weight.sum()
    assert found.weight == pytest.approx(weight, rel=1e-6)
    assert found.factor == pytest.approx(factor, rel=1e-6) and found.fewer == pytest.approx(fewer, rel=1e-6)
    assert (found.rho, found.share) == pytest.approx(tuple(weight @ np.array(points)))
    assert found.block_weeks == pytest.approx(max(weight @ factor, 1)) and found.n_weeks == 8


def test_scale_place_and_copies_of_all_stories_change_nothing():
    values, side, week, series = articles(3, shared=False)
    plain = measure(values, side, week, series=series)
    stories = np.arange(len(values))
    four = [np.repeat(one, 4) for one in (values, side, week, series, stories)]
    for same in (
        measure(values * 1e-4, side, week, series=series),
        measure(values + 50 * side, side, week + 520, series=series),
        measure(four[0], four[1], four[2], series=four[3], stories=four[4]),
        measure(np.r_[values, 9.0, 9.0], np.r_[side, 0, 1], np.r_[week, np.nan, np.nan], series=np.r_[series, 0, 1]),
        measure(np.r_[values, np.nan], np.r_[side, 0], np.r_[week, 3.0], series=np.r_[series, 0]),
        measure(values, side, week, series=np.where(series == 1, "one", "two")),
        measure(values, side, week),
    ):
        for name in ("weight", "factor", "fewer"):
            assert getattr(same, name) == pytest.approx(getattr(plain, name), rel=1e-6)
    turned = measure(values, 1 - side, week, series=series)
    assert turned.weight == pytest.approx(plain.weight) and turned.factor == pytest.approx(plain.factor)


def test_copies_of_some_stories_are_weighed_by_their_worth():
    """Three of a week's five articles are one story: it is worth 25 / 11 stories, and has 2 degrees of freedom."""
    rng = np.random.default_rng(4)
    week = np.repeat(np.arange(12.0), 5)
    story = np.where(np.arange(60) % 5 < 3, np.arange(60) // 5 * 10, np.arange(60) + 1000)
    values = rng.normal(size=60) + rng.normal(size=12)[week.astype(int)]
    values = pd.Series(values).groupby(story).transform("mean").to_numpy()  # copies say the same
    found = measure(values, np.zeros(60, int), week, stories=story)
    mean, worth = values.reshape(12, 5).mean(axis=1), 25 / 11
    within = ((values.reshape(12, 5) - mean[:, None]) ** 2).sum() * 2 / (5 - 11 / 5)
    expected = []
    for rho in RHO:
        for share in SHARE:
            apart = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
            v = share / (1 - share) / worth * np.where(apart == 0, 1.0, rho**apart) + np.eye(12) / worth
            inverse = np.linalg.inv(v)
            rest = mean - inverse.sum(axis=0) @ mean / inverse.sum()
            squares, dof = rest @ inverse @ rest + within, 12 - 1 + 24
            likelihood = -(np.linalg.slogdet(v)[1] + np.log(inverse.sum()) + dof * np.log(squares)) / 2
            expected.append(likelihood - np.log(1 - rho**2) / 2)
    expected = np.exp(np.array(expected) - max(expected))
    assert found.weight == pytest.approx(expected / expected.sum(), rel=1e-6)


def test_two_weeks_a_side_are_measured_and_one_is_not():
    values, week = np.array([1.0, 2.0, 4.0, 3.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert measure(values, np.array([0, 0, 1, 1]), week).n_weeks == 2
    assert measure(values, np.array([0, 0, 1, 1]), np.array([0.0, 1.0, 1.0, 1.0])) is None


MIXED = Memory(0.5, 0.5, 2.5, 10, np.array([0.5, 0.3, 0.2]), np.array([1.0, 3.0, 8.0]), np.array([1.0, 0.6, 0.02]))
PLAIN = Estimate(0.3, 0.2, 0.45, 0.95, 20.0, 100, 20, "CR2", p=0.02, se=0.06, note="as it is")


def mixture(t, dof):
    """Of t distributions, by scipy; none has less than one degree of freedom."""
    kinds = zip(MIXED.weight, MIXED.factor, MIXED.fewer, strict=True)
    return sum(weight * 2 * stats.t.sf(t / factor**0.5, max(dof * fewer, 1.0)) for weight, factor, fewer in kinds)


@pytest.mark.parametrize(("level", "dof"), [(0.95, 20.0), (0.8, 5.0), (0.99, 200.0)])
def test_limits_lie_where_the_mixture_has_its_level(level, dof):
    assert tail(MIXED, 1.7, dof) == pytest.approx(mixture(1.7, dof))
    times = stretched(MIXED, dof, level)
    assert mixture(times * stats.t.ppf((1 + level) / 2, dof), dof) == pytest.approx(1 - level, rel=1e-6)
    assert stretched(replace(MIXED, factor=np.full(3, 0.5), fewer=np.ones(3)), dof, level) == 1.0  # never narrower


def test_each_kind_of_limit_is_stretched_on_its_own_scale():
    times = stretched(MIXED, 20.0, 0.95)
    plain = widened(PLAIN, MIXED)
    assert (plain.low, plain.high) == pytest.approx((0.3 - times * 0.1, 0.3 + times * 0.15))
    assert plain.se == pytest.approx(times * 0.06) and plain.method == "CR2, weeks that remember"
    assert plain.p == pytest.approx(mixture(stats.t.ppf(0.99, 20), 20)) and plain.note == "as it is"
    share = widened(replace(PLAIN, method="CR2, logit"), MIXED)
    odds = [np.log(one / (1 - one)) for one in (0.3, 0.2, 0.45)]
    expected = [1 / (1 + np.exp(-(odds[0] + times * (one - odds[0])))) for one in odds[1:]]
    assert (share.low, share.high) == pytest.approx(tuple(expected))
    ratio = widened(replace(PLAIN, method="CR2, log"), MIXED)
    assert (ratio.low, ratio.high) == pytest.approx((0.3 * (0.2 / 0.3) ** times, 0.3 * (0.45 / 0.3) ** times))
    edge = widened(replace(PLAIN, estimate=1.0, low=0.9, high=1.1, method="CR2, logit"), MIXED)
    assert (edge.low, edge.high) == pytest.approx((1 - times * 0.1, 1 + times * 0.1))


def test_p_is_never_smaller_and_few_blocks_are_refused():
    narrow = replace(MIXED, factor=np.full(3, 0.5), fewer=np.ones(3))
    assert widened(PLAIN, narrow).p == 0.02 and widened(PLAIN, narrow).low == 0.2
    for p in (0.0, 1.0):
        assert widened(replace(PLAIN, p=p), MIXED).p == p
    drawn = widened(replace(PLAIN, dof=float("nan")), MIXED)  # permuted: two sides of ten weeks
    assert drawn.high - 0.3 == pytest.approx(0.15 * stretched(MIXED, 18.0, 0.95))
    assert not widened(PLAIN, replace(MIXED, block_weeks=5.0)).refused
    few = widened(PLAIN, replace(MIXED, block_weeks=5.01))
    assert few.refused and few.note.startswith("as it is; weeks remember: the 10 of the smaller side count as 2.0")
    assert widened(PLAIN, None) == PLAIN and widened(few, MIXED) == few


def test_blocks_are_counted_from_the_first_week_and_the_undated_stand_apart():
    days = pd.date_range("2024-01-03", periods=70)  # a Wednesday
    shock = np.repeat(np.tile([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2), 7)[2:72]
    frame = pd.DataFrame({"outlet": "b", "day": days, "rate": shock + np.tile([-0.1, 0.1], 35)})
    frame = pd.concat([frame, frame.head(1).assign(day=pd.NaT), frame.head(3).assign(outlet="a")], ignore_index=True)
    labels, facts = blocks(frame, value="rate", outlet="outlet", day="day")
    one, two = facts.itertuples()
    assert (one.outlet, one.n_weeks, one.n_blocks) == ("a", 1, 1) and np.isnan(one.rho)
    length = int(np.ceil(two.block_weeks))
    week = (week_numbers(frame["day"]) - week_numbers(frame["day"])[0])[:70]
    assert length > 1 and two.n_weeks == 11 and labels[70] == "b block undated"
    assert labels[:70].tolist() == [f"b block {int(number // length)}" for number in week]
    assert two.n_blocks == len(set(labels[:71])) and (labels[71:] == "a block 0").all()


def test_of_two_ways_the_first_tells_the_stories():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=30).repeat(4), "story": np.arange(120) // 3})
    frame = frame.assign(week=np.arange(120) // 28, rate=rng.normal(size=120))
    side = np.zeros(120, int)
    asked = {"value": "rate", "side": side, "day": "day"}
    plain, stories, weeks = (
        measure(frame["rate"].to_numpy(), side, week_numbers(frame["day"]), stories=one)
        for one in (None, frame["story"].to_numpy(), frame["week"].to_numpy())
    )
    for ways, expected in ((["story", "week"], stories), (["week", "story"], weeks), (["story"], plain)):
        assert of_columns(frame, ways=ways, **asked).weight == pytest.approx(expected.weight)
    assert stories.weight != pytest.approx(weeks.weight) and stories.weight != pytest.approx(plain.weight)
