"""How strong what nobody saw would have to be: published figures, and traits that were there and are taken away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import differences, robustness_value, sensitivity

ASKED = {"value": "value", "group": "outlet"}


def press(seed: int, *, strength: float) -> pd.DataFrame:
    """Two outlets that differ by .8, and a trait that goes with the outlet and with the measure."""
    rng = np.random.default_rng(seed)
    outlet = np.repeat(["aurora", "vesper"], 300)
    trait = (rng.random(600) < np.where(outlet == "aurora", 0.5 + strength, 0.5 - strength)).astype(float)
    value = 0.8 * (outlet == "aurora") + 2.0 * strength * trait + rng.normal(size=600)
    return pd.DataFrame({"outlet": outlet, "trait": trait, "kind": np.where(trait, "x", "y"), "value": value}).assign(
        week=[f"{name} {n % 30}" for n, name in enumerate(outlet)], day=pd.Timestamp("2031-01-06")
    )


def asked(frame: pd.DataFrame, **more: object) -> pd.Series:
    rows = differences(frame, **ASKED, clusters="week")
    return sensitivity(frame, **ASKED, rows=rows, **more).iloc[0]


@pytest.mark.parametrize(
    ("t", "dof", "whole", "limit", "level"),
    [(4.184, 783, 0.1388, 0.0763, 1.963)],  # directly harmed, Cinelli & Hazlett (2020), table 1
)
def test_published_robustness_values(t, dof, whole, limit, level):
    assert robustness_value(t / dof**0.5) == pytest.approx(whole, abs=5e-5)
    assert robustness_value(t / dof**0.5, 1 - level / t) == pytest.approx(limit, abs=1e-4)


def test_a_trait_as_strong_as_the_robustness_value_leaves_nothing():
    """Added to the regression, a trait that explains as much of both as the robustness value says takes the estimate."""
    frame = press(1, strength=0.0)
    row = asked(frame)
    rng, r = np.random.default_rng(9), row["robustness"]
    side = (frame["outlet"] == "aurora").to_numpy(float)
    side -= side.mean()
    rest = frame["value"] - frame.groupby("outlet")["value"].transform("mean")

    def free(*of: np.ndarray) -> np.ndarray:  # noise that has nothing of what is given
        columns = np.column_stack([np.ones(600), *of])
        noise = rng.normal(size=600)
        noise -= columns @ np.linalg.lstsq(columns, noise, rcond=None)[0]
        return noise / np.linalg.norm(noise)

    one, other = side / np.linalg.norm(side), (rest / np.linalg.norm(rest)).to_numpy()
    inner = np.sqrt(r) * other + np.sqrt(1 - r) * free(side, rest.to_numpy())  # explains r of the rest, given the sides
    trait = np.sqrt(r) * one + np.sqrt(1 - r) * inner
    design = np.column_stack([side, np.ones(600), trait])
    left = np.linalg.lstsq(design, frame["value"], rcond=None)[0][0]
    assert left == pytest.approx(0.0, abs=1e-8)


def test_known_traits_are_as_strong_as_they_are_and_numbers_are_as_good_as_names():
    weak, strong = (asked(press(2, strength=s), benchmarks=["trait", "kind"]) for s in (0.0, 0.35))
    assert weak["trait"] < 0.03 < 0.2 < strong["trait"] and strong["trait"] == pytest.approx(strong["kind"])
    assert weak["robustness_limit"] < weak["robustness"]


def test_a_trait_that_tells_the_sides_apart_is_no_yardstick_and_no_interval_has_no_limit():
    frame = press(3, strength=0.0)
    row = asked(frame.assign(kind=frame["outlet"]), benchmarks=["kind"])
    assert np.isnan(row["kind"]) and row["robustness"] > 0
    rows = differences(frame, **ASKED, clusters="week").assign(low=np.nan, high=np.nan)
    assert np.isnan(sensitivity(frame, **ASKED, rows=rows)["robustness_limit"][0])
    open_ = differences(frame, **ASKED, clusters="week").assign(low=-0.1)
    assert sensitivity(frame, **ASKED, rows=open_)["robustness_limit"][0] == 0


def test_what_is_missing_is_named():
    frame = press(4, strength=0.0)
    rows = differences(frame, **ASKED, clusters="week")
    with pytest.raises(ValueError, match="no column 'genre'"):
        sensitivity(frame, **ASKED, rows=rows, benchmarks=["genre"])
    frame.loc[3, "trait"] = np.nan
    with pytest.raises(ValueError, match="'trait' is empty in row 3"):
        sensitivity(frame, **ASKED, rows=rows, benchmarks=["trait"])
    assert sensitivity(frame.assign(value=1.0), **ASKED, rows=rows)["robustness"].isna().all()


@pytest.mark.parametrize("kept", [slice(None), slice(0, 0)])
def test_a_kind_that_nobody_knows_is_a_kind_of_its_own(kept: slice) -> None:
    frame = press(3, strength=0.2)
    frame["kind"] = frame["kind"].astype("str").where(np.arange(600) % 3 > 0)
    frame.loc[frame.index[kept], "kind"] = frame["kind"].iloc[kept]
    named = frame.assign(kind=frame["kind"].astype(object).where(frame["kind"].notna(), "zz"))
    if kept == slice(0, 0):  # nobody knows any
        frame, named = frame.assign(kind=pd.Series(dtype="str")), named.assign(kind="zz")
    one, two = (asked(some, benchmarks=["kind"]) for some in (frame, named))
    pd.testing.assert_series_equal(one, two)
