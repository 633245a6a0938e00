"""Differences in differences: by hand where it can be done, and right where a regression with two effects is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.difference_in_differences import difference_in_differences

NAMES = {"outlet": "outlet", "period": "week", "value": "rate", "start": "start"}


def panel(starts: list[float], n_weeks: int = 10, *, effect=None, noise: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Outlets with levels of their own and weeks in common; `effect` of the weeks since an outlet began is added."""
    rng = np.random.default_rng(seed)
    levels, weeks = rng.normal(0, 1, len(starts)), rng.normal(0, 1, n_weeks)
    rows = []
    for name, start in enumerate(starts):
        for week in range(n_weeks):
            since = week - start
            added = effect(since) if effect and since >= 0 else 0.0
            rate = levels[name] + weeks[week] + added + noise * rng.normal()
            rows.append((f"o{name:02d}", week, rate, start))
    return pd.DataFrame(rows, columns=["outlet", "week", "rate", "start"])


def two_effects(frame: pd.DataFrame) -> float:
    """The coefficient of "has begun" in a regression with outlet and week effects."""
    dummies = pd.get_dummies(frame[["outlet", "week"]].astype(str), drop_first=True).to_numpy(float)
    begun = (frame["week"] >= frame["start"].fillna(np.inf)).to_numpy(float)
    design = np.column_stack([begun, np.ones(len(frame)), dummies])
    return float(np.linalg.lstsq(design, frame["rate"].to_numpy(), rcond=None)[0][0])


def test_two_sides_and_two_periods_are_the_difference_of_the_changes() -> None:
    frame = panel([1.0] * 4 + [np.nan] * 5, 2, noise=1.0)
    change = frame.pivot(index="outlet", columns="week", values="rate").diff(axis=1)[1]
    began = frame.drop_duplicates("outlet").set_index("outlet")["start"].notna()
    answer = difference_in_differences(frame, **NAMES)
    assert answer.effect.estimate == pytest.approx(change[began].mean() - change[~began].mean())
    assert answer.effect.estimate == pytest.approx(two_effects(frame))  # here both are the same
    assert (answer.n_began, answer.n_never, answer.effect.n_clusters, answer.effect.n_units) == (4, 5, 9, 18)
    assert np.isnan(answer.pretrend_p) and answer.n_leads == 0


def test_p_is_that_of_all_arrangements_by_hand() -> None:
    frame = panel([1.0] * 2 + [np.nan] * 5, 2, noise=1.0)
    change = frame.pivot(index="outlet", columns="week", values="rate").diff(axis=1)[1].to_numpy()

    def t2(pair: tuple[int, int]) -> float:
        one, rest = change[list(pair)], np.delete(change, list(pair))
        return (one.mean() - rest.mean()) ** 2 / (one.var(ddof=1) / 2 + rest.var(ddof=1) / 5)

    every = [t2((i, j)) for i in range(7) for j in range(i + 1, 7)]
    answer = difference_in_differences(frame, **NAMES)
    assert answer.effect.p == pytest.approx(np.mean(np.array(every) >= every[0] - 1e-9))
    assert answer.effect.note == "2 that began beside 5; 21 arrangements, all" and not answer.effect.refused


def test_growing_effects_of_staggered_beginnings_keep_their_sign() -> None:
    """Goodman-Bacon's case: all begin, early ones first, and effects grow; a regression takes early ones as its rule."""
    frame = panel([2.0] * 6 + [8.0] * 6, 16, effect=lambda since: (since + 1.0) ** 2 / 10)
    assert two_effects(frame) < -0.5
    answer = difference_in_differences(frame, **NAMES)
    by_hand = np.mean([(since + 1.0) ** 2 / 10 for since in range(6)])  # until the late ones begin
    assert answer.effect.estimate == pytest.approx(by_hand) and answer.effect.low > 0
    assert answer.cohorts["n_cells"].tolist() == [36, 0]


def test_cohorts_and_times_since_are_recovered_with_their_weights() -> None:
    sizes = {3.0: 2.0, 5.0: -1.0}
    frame = panel([3.0] * 3 + [5.0] * 2 + [np.nan] * 4, 9)
    frame["rate"] += [
        sizes.get(start, 0) * (week >= start) for start, week in zip(frame.start, frame.week, strict=True)
    ]
    answer = difference_in_differences(frame, **NAMES)
    cohorts = answer.cohorts.set_index("start")
    assert cohorts["estimate"].to_dict() == pytest.approx(sizes) and cohorts["n_cells"].tolist() == [18, 8]
    assert answer.effect.estimate == pytest.approx((18 * 2 - 8) / 26)
    profile = answer.profile.set_index("since")
    assert profile.loc[0, "estimate"] == pytest.approx(0.8) and profile.loc[5, "estimate"] == pytest.approx(2.0)
    assert -1 not in profile.index and profile.loc[-2, "estimate"] == pytest.approx(0.0)
    never = difference_in_differences(frame, comparison="never", **NAMES)
    assert never.effect.estimate == pytest.approx(answer.effect.estimate)


def test_a_shift_of_the_outlets_that_began_shifts_the_interval() -> None:
    frame = panel([5.0] * 5 + [np.nan] * 6, noise=0.5)
    moved = frame.assign(rate=frame["rate"] + 3.0 * (frame["week"] >= frame["start"]))
    one, two = (difference_in_differences(each, **NAMES).effect for each in (frame, moved))
    assert two.estimate == pytest.approx(one.estimate + 3) and two.low == pytest.approx(one.low + 3, abs=1e-6)
    assert one.low < 0 < one.high < two.low < 3 < two.high and two.p < 0.01


def test_a_way_that_was_under_way_is_seen_before() -> None:
    frame = panel([6.0] * 6 + [np.nan] * 6, noise=0.2)
    rising = frame.assign(rate=frame["rate"] + 0.3 * frame["week"] * frame["start"].notna())
    for base in (1, None):
        still, under_way = (difference_in_differences(each, base=base, **NAMES) for each in (frame, rising))
        assert still.pretrend_p > 0.05 > under_way.pretrend_p
        assert still.n_leads == (5 if base == 1 else 6)


def test_thin_panels_are_measured_from_all_weeks_before() -> None:
    frame = panel([5.0] * 6 + [np.nan] * 6, effect=lambda since: 1.0, noise=0.3)
    thin = frame[np.random.default_rng(3).random(len(frame)) < 0.5]
    answer = difference_in_differences(thin, base=None, **NAMES)
    assert answer.effect.low < 1.0 < answer.effect.high and answer.effect.low > 0
    assert answer.effect.n_units == len(thin)


def test_too_few_outlets_are_told_as_these_outlets() -> None:
    answer = difference_in_differences(panel([5.0] * 2 + [np.nan] * 2, noise=0.1), **NAMES).effect
    assert answer.refused and answer.p >= 1 / 6 and np.isfinite(answer.estimate)
    assert (
        answer.note
        == "these outlets: 2 that began beside 2 cannot show p ≤ .05, the smallest p of 6 arrangements is .33"
    )
    alone = difference_in_differences(panel([5.0] * 4, noise=0.1), **NAMES)
    assert alone.effect.note == "all 4 outlets began in the same period: none is left to compare with"
    assert alone.effect.refused and np.isnan(alone.effect.p)
    nobody = difference_in_differences(panel([np.nan] * 4, noise=0.1), **NAMES)
    assert nobody.effect.note == "no outlet began" and nobody.cohorts.empty and nobody.profile.empty


def test_clusters_of_outlets_begin_together() -> None:
    frame = panel([5.0] * 6 + [np.nan] * 6, noise=0.3)
    owner = frame["outlet"].str[1:].astype(int) // 2
    answer = difference_in_differences(frame.assign(owner=owner), clusters="owner", **NAMES).effect
    assert answer.n_clusters == 6 and "the smallest p of 20 arrangements is .10" in answer.note
    with pytest.raises(ValueError, match="owner '1' has 2 beginnings"):
        split = frame.assign(owner=frame["outlet"].str[1:].astype(int) // 4)
        difference_in_differences(split, clusters="owner", **NAMES)


def test_what_is_wrong_is_named() -> None:
    frame = panel([5.0] * 3 + [np.nan] * 3)
    with pytest.raises(ValueError, match="outlet 'o00' has two rows of period 0"):
        difference_in_differences(pd.concat([frame, frame.head(1)]), **NAMES)
    with pytest.raises(ValueError, match="outlet 'o00' has 2 beginnings"):
        difference_in_differences(frame.assign(start=frame["start"].mask(frame.index == 0, 4.0)), **NAMES)
    with pytest.raises(ValueError, match="no column 'began'"):
        difference_in_differences(frame, **(NAMES | {"start": "began"}))
    flat = frame.assign(rate=0.5)
    assert difference_in_differences(flat, **NAMES).effect.note == "these outlets: 3 that began beside 3 do not vary"


def test_false_alarms_keep_their_level_with_levels_of_outlets_and_weeks_that_remember() -> None:
    wrong = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = panel([4.0] * 2 + [6.0] * 3 + [np.nan] * 5, seed=seed)
        shocks = rng.normal(size=(10, 10))
        for week in range(1, 10):
            shocks[:, week] = 0.8 * shocks[:, week - 1] + 0.6 * shocks[:, week]
        frame["rate"] += shocks.ravel()
        answer = difference_in_differences(frame, rng=rng, **NAMES)
        wrong.append((answer.effect.p <= 0.05, answer.pretrend_p <= 0.05))
    assert (np.mean(wrong, axis=0) <= 0.1).all()


def test_an_interval_never_leaves_out_a_zero_that_its_p_holds() -> None:
    starts = [0.0] * 5 + [1.0, 2.0, np.nan]
    frame = pd.DataFrame(
        [(f"o{k}", week, 0.0, start) for k, start in enumerate(starts) for week in range(-2, 5)],
        columns=["outlet", "week", "rate", "start"],
    )
    frame.loc[(frame["outlet"] == "o7") & (frame["week"] == 2), "rate"] = 0.5  # nobody else has ever another rate
    effect = difference_in_differences(frame, **NAMES).effect
    assert effect.p > 0.05 and effect.estimate < 0
    assert effect.refused and "one side changed all alike" in effect.note
