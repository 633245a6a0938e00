"""Staggered beginnings beside the same estimate written out outlet by outlet, period by period, arrangement by arrangement."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.difference_in_differences import difference_in_differences

STARTS = (3.0, 3.0, 5.0, np.inf, np.inf, np.inf, np.inf)


def panel(seed=1, lacking=0.15):
    """Seven outlets over eight weeks; some weeks lack."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"paper {number}", week, rng.normal() + 0.8 * (week >= start), start)
        for number, start in enumerate(STARTS)
        for week in range(8)
        if rng.random() > lacking
    ]
    table = pd.DataFrame(rows, columns=["outlet", "week", "rate", "start"])
    return table.assign(start=table["start"].where(np.isfinite(table["start"])))


def by_hand(values, starts, base, never, shift=None):
    """Effect, t², effects by time since and cells of one arrangement; `values` by outlet and week."""
    total = weight = 0.0
    error, since = np.zeros(len(starts)), {}
    for begin in sorted({one for one in STARTS if np.isfinite(one)}):
        base_weeks = [week for week in range(8) if (begin - base if base else 0) <= week < begin]
        change = {}
        for outlet, own in enumerate(values):
            known = [own[week] for week in base_weeks if week in own]
            if known:
                change[outlet] = {week: own[week] - np.mean(known) for week in own}
        for week in range(8):
            if week in base_weeks and base == 1:
                continue
            ones = [o for o in change if starts[o] == begin and week in change[o]]
            later = [o for o in change if (np.isinf(starts[o]) if never else starts[o] > max(week, begin - 1))]
            zeros = [o for o in later if starts[o] != begin and week in change[o]]
            if not ones or not zeros:
                continue
            one, zero = (np.array([change[o][week] for o in side]) for side in (ones, zeros))
            gap = one.mean() - zero.mean()
            held = since.setdefault(int(week - begin), [0.0, 0])
            held[0], held[1] = held[0] + len(ones) * gap, held[1] + len(ones)
            if week >= begin:
                total, weight = total + len(ones) * gap, weight + len(ones)
                for side, centered, times in (
                    (ones, one - one.mean(), 1.0),
                    (zeros, zero.mean() - zero, len(ones) / len(zeros)),
                ):
                    error[side] += centered * times * np.sqrt(len(side) / max(len(side) - 1, 1))
    effect = total / weight
    return effect, (error**2).sum() / weight**2, {key: (sums / n, n) for key, (sums, n) in since.items()}


@pytest.mark.parametrize(("base", "comparison"), [(1, "not yet"), (1, "never"), (None, "not yet"), (2, "not yet")])
def test_effect_and_p_are_those_of_loops(base, comparison):
    table, never = panel(), comparison == "never"
    values = [part.set_index("week")["rate"].to_dict() for _, part in table.groupby("outlet")]
    found = difference_in_differences(
        table, outlet="outlet", period="week", value="rate", start="start", base=base, comparison=comparison
    )
    effect, _, since = by_hand(values, STARTS, base, never)
    assert found.effect.estimate == pytest.approx(effect)
    profile = found.profile.set_index("since")
    assert {key for key in profile.index if profile.loc[key, "n_cells"]} == set(since)
    for key, (estimate, n) in since.items():
        assert (profile.loc[key, "estimate"], profile.loc[key, "n_cells"]) == (pytest.approx(estimate), n)
    orders = sorted(set(permutations(STARTS)))
    assert found.effect.note.endswith(f"{len(orders)} arrangements, all") and len(orders) == 105

    def p_value(shift):
        moved = [
            {week: one - shift * (week >= start) for week, one in own.items()}
            for own, start in zip(values, STARTS, strict=True)
        ]
        observed = by_hand(moved, STARTS, base, never)
        own = observed[0] ** 2 / observed[1]
        each = [by_hand(moved, starts, base, never) for starts in orders]
        return np.mean([(one**2 / two if two > 0 else np.inf) >= own * (1 - 1e-9) for one, two, _ in each])

    assert found.effect.p == pytest.approx(p_value(0.0))
    if np.isfinite(found.effect.low):
        assert p_value(found.effect.low + 1e-4) > 0.05 >= p_value(found.effect.low - 1e-4)
    assert (found.n_began, found.n_never) == (3, 4) and found.effect.n_units == len(table)
    assert found.cohorts["n_outlets"].tolist() == [2, 1] and found.cohorts["start"].tolist() == [3.0, 5.0]


def test_levels_scale_and_order_do_not_matter():
    table = panel(2)
    asked = {"outlet": "outlet", "period": "week", "value": "rate", "start": "start"}
    plain = difference_in_differences(table, **asked)
    other = table.sample(frac=1, random_state=1).assign(
        rate=lambda rows: 5 * rows["rate"] + rows["outlet"].map(lambda name: int(name[-1]))
    )
    moved = difference_in_differences(other, **asked)
    for name in ("estimate", "low", "high"):
        assert getattr(moved.effect, name) == pytest.approx(5 * getattr(plain.effect, name), nan_ok=True)
    assert moved.effect.p == pytest.approx(plain.effect.p) and moved.pretrend_p == pytest.approx(plain.pretrend_p)
    common = difference_in_differences(table.assign(rate=table["rate"] + table["week"] ** 2), base=1, **asked)
    assert common.effect.estimate == pytest.approx(plain.effect.estimate)  # a way that all go has no effect
