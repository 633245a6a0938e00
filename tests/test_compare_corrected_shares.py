"""Corrected shares: known answers, what they reduce to, that they hold the truth, and when they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.clusters import cluster_ols
from helpers.compare.corrected_shares import COLUMNS, corrected_differences, corrected_shares, tuned_power
from helpers.compare.corrected_variance import Side, Spread, _of_the_sum, cluster_spread, draw_spread


def units(seed: int = 1, *, weeks: int = 20, per_week: int = 12, rate: float = 0.25, signal: float = 2.0):
    """Units of two outlets: frame, prediction, code of some by chance."""
    rng = np.random.default_rng(seed)
    n = 2 * weeks * per_week
    week = np.repeat(np.arange(2 * weeks), per_week)
    outlet = np.where(week < weeks, "a", "b")
    shock = rng.normal(0, 0.05, 2 * weeks)[week]
    frame = (rng.random(n) < np.where(outlet == "a", 0.4, 0.25) + shock).astype(float)
    score = signal * (frame - 0.5) + rng.normal(0, 1, n) + 1.2 * (outlet == "a")
    coded = rng.permutation(n) < rate * n
    return pd.DataFrame(
        {
            "outlet": outlet,
            "week": week,
            "story": np.arange(n),
            "frame": frame,
            "prediction": 1 / (1 + np.exp(-2 * score)),
            "code": np.where(coded, frame, np.nan),
            "probability": rate,
        }
    )


def asked(frame: pd.DataFrame, **options: object) -> pd.DataFrame:
    table = corrected_shares(frame, group="outlet", clusters=["story", "week"], **options)
    return table.set_index(["group", "method"])


def test_corrected_share_by_hand():
    # predictions average .5 in all and .8 in the coded, codes .6: .6 + λ (.5 − .8)
    coded = pd.DataFrame({"prediction": [1.0] * 8 + [0.0] * 2, "code": [1.0] * 6 + [0.0] * 4})
    rest = pd.DataFrame({"prediction": [1.0] * 2 + [0.0] * 8, "code": np.nan})
    frame = pd.concat([coded, rest], ignore_index=True).assign(outlet="a", week=range(20), probability=0.5)
    table = corrected_shares(frame, group="outlet", clusters="week").set_index("method")
    slope = 0.12 / 0.16  # covariance of codes and predictions over the variance of predictions, in the coded
    assert table.loc["corrected", "power"] == pytest.approx(slope)
    assert table.loc["corrected", "estimate"] == pytest.approx(0.6 + slope * (0.5 - 0.8))
    assert table.loc["coded", "estimate"] == pytest.approx(0.6)
    assert table.loc["raw", "estimate"] == pytest.approx(0.5)
    assert table.loc["corrected", "r2"] == pytest.approx(0.12**2 / (0.16 * 0.24))


def test_unequal_chances_and_weights():
    frame = pd.DataFrame({"outlet": "a", "week": range(4), "prediction": 0.5, "code": [1.0, 0.0, 0.0, np.nan]})
    frame = frame.assign(probability=[0.5, 0.25, 1.0, 1.0], weight=[1.0, 1.0, 2.0, 1.0])
    table = corrected_shares(frame, group="outlet", clusters="week", weight="weight")
    assert table.loc[1, "estimate"] == pytest.approx(2 / (2 + 4 + 2))


def test_without_predictions_it_is_cr2_on_the_coded():
    frame = units()
    for name, part in frame.groupby("outlet"):
        coded = part[part["code"].notna()]
        design = np.ones((len(coded), 1))
        [plain] = cluster_ols(coded["code"], design, clusters=coded["week"].to_numpy())
        row = corrected_shares(part, group="outlet", clusters="week").set_index("method").loc["coded"]
        assert row["estimate"] == pytest.approx(plain.estimate), name
        assert row["se"] == pytest.approx(plain.se)
        assert row["dof"] == pytest.approx(plain.dof)


def test_perfect_predictions_give_what_coding_everything_would():
    frame = units().assign(prediction=lambda f: f["frame"])
    table = asked(frame)
    for outlet in ("a", "b"):
        raw, ours = table.loc[(outlet, "raw")], table.loc[(outlet, "corrected")]
        assert ours["power"] == 1
        assert ours[["estimate", "se"]].tolist() == pytest.approx(raw[["estimate", "se"]].tolist())
        assert ours[["low", "high"]].tolist() == pytest.approx(raw[["low", "high"]].tolist(), abs=0.01)
    about = asked(frame, target="corpus")
    assert about.loc[("a", "corrected"), "se"] == pytest.approx(0)


def test_predictions_worth_nothing_are_not_used():
    frame = units().assign(prediction=0.3)
    table = asked(frame)
    assert table.loc[("a", "corrected"), "power"] == 0
    kept = ["estimate", "low", "high", "se"]
    assert table.loc[("a", "corrected"), kept].tolist() == table.loc[("a", "coded"), kept].tolist()
    wrong = asked(units().assign(prediction=lambda f: 1 - f["frame"]))
    assert wrong.loc[("a", "corrected"), "power"] == 0


@pytest.mark.parametrize("target", ["process", "corpus"])
def test_corrected_is_never_wider_by_more_than_two_percent(target):
    for seed in range(12):
        frame = units(seed, weeks=6, signal=0.3)
        options = {"group": "outlet", "clusters": ["story", "week"], "target": target}
        for table in (corrected_shares(frame, **options), corrected_differences(frame, **options)):
            width = (table["high"] - table["low"]).to_numpy().reshape(-1, 3)
            assert (width[:, 2] <= 1.02 * width[:, 1] + 1e-12).all()


def test_a_difference_is_that_of_the_shares():
    frame = units()
    shares = asked(frame)["estimate"]
    pair = corrected_differences(frame, group="outlet", clusters=["story", "week"]).set_index("method")
    for method in ("raw", "coded", "corrected"):
        assert pair.loc[method, "estimate"] == pytest.approx(shares[("a", method)] - shares[("b", method)])
    assert list(pair.reset_index().columns) != [] and set(COLUMNS) <= {*pair.columns, "method"}


def test_stories_that_both_sides_print_cancel():
    frame = units(per_week=6)
    half = len(frame) // 2
    shared = frame.assign(story=np.tile(np.arange(half), 2))
    for column in ("frame", "prediction", "code"):
        shared[column] = np.tile(frame[column].to_numpy()[:half], 2)
    options = {"group": "outlet", "clusters": ["story", "week"]}
    together = corrected_differences(shared, **options).set_index("method").loc["coded"]
    assert together["estimate"] == pytest.approx(0)
    assert together["se"] < 0.9 * np.sqrt(2) * asked(shared).loc[("a", "coded"), "se"]


def test_intervals_hold_the_truth():
    held = dict.fromkeys(["raw", "coded", "corrected"], 0)
    for seed in range(60):
        frame = units(seed, weeks=12)
        truth = frame.groupby("outlet")["frame"].mean()
        options = {"group": "outlet", "clusters": ["story", "week"], "target": "corpus"}
        table = corrected_differences(frame, **options).set_index("method")
        inside = (table["low"] <= truth["a"] - truth["b"]) & (truth["a"] - truth["b"] <= table["high"])
        for method in held:
            held[method] += bool(inside[method])
    assert held["corrected"] >= 53 and held["coded"] >= 53
    assert held["raw"] < 45


def test_the_draw_counts_by_stratum():
    side = Side(
        np.zeros(8), np.ones(8), np.arange(8) % 2 == 0, np.array([0.0, 0.0, 1.0, 1.0]), np.full(4, 0.5),
        (np.arange(8),), np.array([0, 0, 0, 0, 1, 1, 1, 1]),
    )  # fmt: skip
    assert draw_spread(side, 0.0).variance == 0  # strata that do not vary within
    assert cluster_spread([side], [0.0]).variance == pytest.approx(1 / 12)


def test_lambda_is_lowered_where_clusters_say_so():
    rng = np.random.default_rng(3)
    week = np.repeat(np.arange(10), 6)
    code = (rng.random(60) < 0.5).astype(float)
    side = Side(
        0.6 * code + 0.4 * (week % 2), np.ones(60), np.ones(60, bool), code, np.ones(60), (week,), np.zeros(60, int)
    )
    power = tuned_power(side)
    assert 0 <= power <= 1
    assert cluster_spread([side], [power]).variance <= cluster_spread([side], [0.0]).variance


def test_refusals_tell_their_reason():
    frame = units()
    table = asked(frame.assign(code=frame["code"].where(frame["week"].isin([0, 1, 20, 21, 22, 23]))))
    assert np.isnan(table.loc[("a", "coded"), "low"]) and "2 clusters with codes" in table.loc[("a", "coded"), "note"]
    assert np.isfinite(table.loc[("b", "coded"), "low"])
    none = asked(frame.assign(code=np.nan))
    assert "no coded unit" in none.loc[("a", "corrected"), "note"] and np.isnan(
        none.loc[("a", "corrected"), "estimate"]
    )
    assert np.isfinite(none.loc[("a", "raw"), "low"])
    pairs = corrected_differences(frame.assign(code=np.nan), group="outlet", clusters=["story", "week"])
    assert pairs["low"].isna().tolist() == [False, True, True]


def test_all_codes_alike_has_an_interval():
    frame = units()
    table = asked(frame.assign(code=frame["code"].where(frame["code"].isna(), 0.0)))
    row = table.loc[("a", "corrected")]
    assert row["estimate"] == row["low"] == 0 and 0.05 < row["high"] < 0.3
    assert "all codes are alike" in row["note"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prediction": np.nan}, "column 'prediction' is no number in row 0"),
        ({"code": 2.0}, "column 'code' is not within 0 and 1 in row 0"),
        ({"probability": 0.0, "code": 1.0}, "column 'probability' is not above 0 and at most 1 in row 0"),
        ({"outlet": None}, "column 'outlet' is empty in row 0"),
    ],
)
def test_errors_name_column_and_row(change, message):
    with pytest.raises(ValueError, match=message):
        asked(units().assign(**change))
    with pytest.raises(ValueError, match="target 'world' is not one of process, corpus"):
        asked(units(), target="world")


def test_degrees_of_freedom_of_two_ways_are_satterthwaites_and_not_below_the_fewest():
    crossed = Spread(2.0, 50.0)
    assert _of_the_sum(3.0, crossed, 10.0) == pytest.approx(9 / (4 / 50 + 1 / 10))
    assert _of_the_sum(2.0, crossed, 10.0) == pytest.approx(50.0)  # clusters add nothing
    assert _of_the_sum(9.0, crossed, 30.0) == pytest.approx(81 / (4 / 50 + 49 / 30))
    assert _of_the_sum(30.0, Spread(2.0, 4.0), 30.0) == pytest.approx(900 / (1 + 28**2 / 30))
    assert _of_the_sum(3.0, Spread(2.9, 4.0), 10.0) == 10.0
    assert np.isnan(_of_the_sum(3.0, crossed, float("nan"))) and np.isnan(_of_the_sum(0.0, Spread(0.0, 50.0), 10.0))
