"""Agreement of universes beside what they agree on by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.joint_sign import _differences, joint_sign
from helpers.compare.mean_difference import plain_difference

ASKED = {"value": "value", "first": "first", "cluster": "week"}


def universes(shift=0.0, seed=1, weeks=12, noise=1.0):
    """Eight views of the same articles: parts of them, and their squares."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"week": np.repeat(np.arange(2 * weeks), 5)})
    rows["first"] = rows["week"] < weeks
    shock = noise * rng.normal(size=2 * weeks)
    rows["value"] = shift * rows["first"] + shock[rows["week"]] + rng.normal(size=len(rows))
    parts = [rows, rows[rows.index % 5 > 0], rows[rows.index % 5 < 4], rows[rows.index % 2 == 0]]
    return parts + [part.assign(value=part["value"] + 0.1 * part["value"] ** 2) for part in parts]


def test_all_agree_by_themselves_where_nothing_differs():
    shares, ps = np.array([joint_sign(universes(seed=seed), **ASKED, permutations=199) for seed in range(40)]).T
    assert (shares == 1).mean() > 0.5  # with no difference at all
    assert (ps <= 0.05).mean() <= 0.125
    assert ps[shares == 1].min() > 0.3  # so that agreement alone says little


def test_agreement_of_universes_that_share_nothing_is_rare_by_chance():
    rng, apart = np.random.default_rng(3), []
    for _ in range(12):
        rows = pd.DataFrame({"week": np.arange(24), "first": np.arange(24) < 12, "value": rng.normal(size=24)})
        gap = rows.loc[rows["first"], "value"].mean() - rows.loc[~rows["first"], "value"].mean()
        apart.append(rows.assign(value=rows["value"] * np.sign(gap)))
    share, p = joint_sign(apart, **ASKED)
    assert share == 1 and p < 0.02


def test_the_same_seed_gives_the_same_and_sides_may_change_names():
    one, two = (joint_sign(universes(shift=0.3), **ASKED, permutations=299) for _ in range(2))
    assert one == two
    turned = [part.assign(first=~part["first"]) for part in universes(shift=0.3)]
    assert joint_sign(turned, **ASKED, permutations=299)[0] == one[0]


def test_a_universe_without_a_side_does_not_count_and_a_cluster_on_both_is_refused():
    rows = universes(shift=2.0)[0]
    assert joint_sign([rows, rows[rows["first"]]], **ASKED)[0] == 1
    assert np.isnan(joint_sign([rows[rows["first"]]], **ASKED)).all() and np.isnan(joint_sign([], **ASKED)).all()
    with pytest.raises(ValueError, match="stands on both sides"):
        joint_sign([rows.assign(week=0)], **ASKED)


def test_within_strata_it_is_the_slope_of_least_squares_with_a_constant_for_each():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"week": np.repeat(range(12), 5), "stratum": rng.integers(0, 3, 60), "y": rng.normal(size=60)})
    rows["side"] = rows["week"] < 6
    total, size = (np.zeros((3, 12)) for _ in range(2))
    np.add.at(total, (rows["stratum"], rows["week"]), rows["y"])
    np.add.at(size, (rows["stratum"], rows["week"]), 1)
    labels = (np.arange(12) < 6).astype(float)[None]
    slope = plain_difference(rows["y"].to_numpy(), rows["side"].to_numpy(), rows["stratum"].to_numpy())
    assert _differences(labels, total, size) == pytest.approx([slope])


def test_what_differs_by_stratum_alone_is_no_agreement():
    rows = pd.DataFrame({"week": np.repeat(range(20), 4), "stratum": np.repeat([0, 1, 0, 1], [32, 8, 8, 32])})
    rows = rows.assign(y=rows["stratum"].astype(float), side=rows["week"] < 10)
    share, p = joint_sign([rows] * 3, value="y", first="side", cluster="week", stratum="stratum")
    assert share == 0 and p == 1  # every difference is zero, which has no sign
