"""Placebo dates against a loop over days that counts what the paper counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.placebo import placebo_rank

START = pd.Timestamp("2023-01-01")
ON_DAY_60 = {"day": "day", "value": "value", "event_day": START + pd.Timedelta(days=60), "window_days": 5, "listed": []}


def by_hand(day, value, event, window, listed, counts):
    """Quiet dates, their changes, rank and p, one date after another."""
    first, last = min(day), max(day)
    others = [event, *listed]

    def change(at):
        before, after = (
            [v for d, v in zip(day, value, strict=True) if low <= d < low + window] for low in (at - window, at)
        )
        if min(len(before), len(after)) < 3:
            return None
        plain = np.mean(after) - np.mean(before)
        if counts:
            return plain, [2 * np.sqrt(sum(after) + 3 / 8) - 2 * np.sqrt(sum(before) + 3 / 8)]
        return plain, [plain, plain / np.sqrt(1 / len(before) + 1 / len(after))]

    inside = [at for at in range(first + window, last - window + 2) if change(at)]
    quiet = [at for at in inside if all(abs(at - one) >= 2 * window for one in others)]
    away = [one for one in others if abs(one - event) >= window]
    near = [at for at in inside if 0 < abs(at - event) < 2 * window and all(abs(at - one) >= window for one in away)]
    own = change(event)
    rank = 1 + sum(abs(change(at)[1][0]) >= abs(own[1][0]) - 1e-12 for at in quiet)
    among = [event, *quiet, *near]
    p = max(np.mean([abs(change(at)[1][k]) >= abs(own[1][k]) - 1e-12 for at in among]) for k in range(len(own[1])))
    apart, end = 0, -(10**9)
    for at in quiet:
        if at >= end:
            apart, end = apart + 1, at + 2 * window
    return own[0], {at: change(at)[0] for at in quiet}, rank, p, apart


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_rank_and_p_are_those_of_a_count_by_hand(seed, counts):
    rng = np.random.default_rng(seed)
    day = np.arange(160) if counts else np.sort(rng.integers(0, 160, 260))
    value = rng.poisson(2.0, len(day)).astype(float) if counts else rng.normal(size=len(day))
    listed = [60, 118] if seed % 2 else [95]
    change, changes, rank, p, apart = by_hand(day.tolist(), value.tolist(), 85, 9, listed, counts)
    frame = pd.DataFrame({"day": START + pd.to_timedelta(day, unit="D"), "value": value})
    options = {"event_day": START + pd.Timedelta(days=85), "window_days": 9, "counts": counts}
    found = placebo_rank(
        frame, day="day", value="value", listed=[START + pd.Timedelta(days=one) for one in listed], **options
    )
    assert found.change == pytest.approx(change)
    assert (found.changes.index - START).days.tolist() == list(changes)
    assert found.changes.tolist() == pytest.approx(list(changes.values()))
    assert (found.rank, found.n_placebos, found.n_apart) == (rank, len(changes), apart)
    assert found.p == pytest.approx(p)
    assert found.note == f"{len(changes)} quiet dates, {apart} with windows of their own"


def test_every_third_day_may_be_tried_and_refusals_say_why():
    frame = pd.DataFrame({"day": pd.date_range(START, periods=120), "value": np.arange(120) % 5.0})
    every, third = placebo_rank(frame, **ON_DAY_60), placebo_rank(frame, spacing=3, **ON_DAY_60)
    tried = (third.changes.index - START).days
    assert every.n_placebos == (50 - 5 + 1) + (115 - 70 + 1)
    assert third.n_placebos == sum(abs(at - 60) >= 10 for at in range(5, 116, 3)) and (np.diff(tried) % 3 == 0).all()
    few = placebo_rank(frame[(frame.index < 50) | (frame.index > 70)], **ON_DAY_60)
    assert np.isnan(few.p) and few.rank == 0 and few.note == "too few articles around the event"
    near = frame[frame.index.to_series().between(55, 64)]
    alone = placebo_rank(near, **ON_DAY_60)
    assert alone.note == "no quiet date has enough articles" and alone.n_placebos == 0 and np.isnan(alone.p)
    with pytest.raises(ValueError, match="nothing to rank"):
        placebo_rank(frame.assign(value=np.nan), **ON_DAY_60)


def test_days_of_collection_bound_the_dates_and_a_silent_day_is_a_day():
    """Articles stand on days 3 … 116; days were collected from 0 to 119: dates near both ends count too."""
    frame = pd.DataFrame({"day": pd.date_range(START, periods=120), "value": np.arange(120) % 5.0})
    inner = frame.iloc[3:117]
    seen = pd.Series(True, index=frame["day"])
    days = (placebo_rank(inner, observed=seen, **ON_DAY_60).changes.index - START).days
    assert (days.min(), days.max()) == (6, 114)  # of 1 … 5, three hold an article
    days = (placebo_rank(inner, **ON_DAY_60).changes.index - START).days
    assert (days.min(), days.max()) == (8, 112)
    seen.iloc[55] = False  # the first day of the event's own window
    assert placebo_rank(frame, observed=seen, **ON_DAY_60).note.startswith("the event's own window")
    seen.iloc[[54, 55]] = False, True
    assert placebo_rank(frame, observed=seen, **ON_DAY_60).rank > 0
    seen.iloc[[64, 54]] = False, True  # its last
    assert placebo_rank(frame, observed=seen, **ON_DAY_60).rank == 0
