"""What other fits add to an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.clusters import Estimate, refusal
from helpers.compare.differences import differences, means, ratios
from helpers.compare.mean_difference import difference, mean
from helpers.compare.measurement_error import widened

FOUND = Estimate(0.10, 0.06, 0.14, 0.95, 60.0, 300, 62, "CR2", p=0.001, se=0.02)


def test_fits_that_agree_change_nothing_and_spread_only_widens():
    same = widened(FOUND, [0.1, 0.1, 0.1])
    assert (same.low, same.high, same.p) == (pytest.approx(0.06), pytest.approx(0.14), pytest.approx(0.001))
    wide, wider = (widened(FOUND, 0.1 + step * np.array([-1, 0, 1, 0])) for step in (0.01, 0.05))
    assert wider.low < wide.low < FOUND.low and FOUND.high < wide.high < wider.high
    assert FOUND.p < wide.p < wider.p < 1
    assert wide.se == pytest.approx(np.sqrt(0.02**2 + (0.02 / 300) * 1.25))


def test_a_share_stays_between_0_and_1_and_a_refusal_stays_one():
    rng = np.random.default_rng(1)
    found = mean(rng.uniform(0, 0.1, 40), clusters=np.arange(40))
    wide = widened(found, [0.01, 0.09, 0.3, 0.05])
    assert 0 < wide.low < found.low < found.high < wide.high < 1
    none = refusal(0.4, "2 clusters", level=0.95, n_units=9, n_clusters=2)
    assert widened(none, [0.1, 0.2, 0.3]) is none


@pytest.mark.parametrize("fits", [[0.1, 0.2], [0.1, np.nan, 0.2]])
def test_too_few_or_missing_fits_are_an_error(fits):
    with pytest.raises(ValueError, match="finite; give 3"):
        widened(FOUND, fits)


def frame(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"outlet": np.tile(["a", "b"], n // 2), "week": np.arange(n) // 4})
    table["share"] = np.clip(rng.beta(2, 5, n) + 0.1 * (table["outlet"] == "a"), 0, 1)
    return table.assign(**{f"fit {k}": np.clip(table["share"] + rng.normal(0, 0.05), 0, 1) for k in range(5)})


def test_columns_of_other_fits_widen_means_and_differences_within_strata_too():
    table = frame().assign(topic=lambda rows: rows["week"] % 3)
    fits, options = [f"fit {k}" for k in range(5)], {"value": "share", "group": "outlet", "clusters": "week"}
    for ask, more in ((means, {}), (differences, {}), (differences, {"within": ["topic"]})):
        plain, wide = ask(table, **options, **more), ask(table, fits=fits, **options, **more)
        assert (wide["estimate"] == plain["estimate"]).all()
        assert (wide["high"] - wide["low"] >= plain["high"] - plain["low"]).all()
        assert wide["method"].str.endswith("with 5 fits").all()


def test_a_ratio_is_that_of_the_means_and_its_interval_holds_it():
    table = frame()
    [row] = ratios(table, value="share", group="outlet", clusters="week").to_dict("records")
    sides = table.groupby("outlet")["share"].mean()
    assert row["estimate"] == pytest.approx(sides["a"] / sides["b"])
    assert 1 < row["low"] < row["estimate"] < row["high"]
    few = ratios(table.assign(week=table["week"] // 10), value="share", group="outlet", clusters="week")
    assert few["low"].isna().all() and "a ratio needs 10" in few["note"][0]
    nothing = ratios(table.assign(share=0.0), value="share", group="outlet", clusters="week")
    assert "no ratio" in nothing["note"][0]


def test_stories_in_both_outlets_narrow_the_interval_and_standing_texts_widen_it():
    """The two-way variance goes both ways from that over weeks alone."""
    rng = np.random.default_rng(3)
    week, side = np.repeat(np.arange(40), 6), np.repeat(np.arange(40) % 2 == 0, 6)
    wires = (week // 2) * 3 + np.tile(np.arange(6) % 3, 40)  # the same three stories in both outlets' weeks
    standing = np.where(side, 0, 1) * 4 + rng.integers(0, 4, 240)
    widths = {}
    for name, story in (("wire", wires), ("standing", standing)):
        y = rng.normal(0, 1, story.max() + 1)[story] + rng.normal(0, 0.5, 40)[week]
        both = difference(y, side, clusters=pd.DataFrame({"story": story, "week": week}), method="sandwich")
        alone = difference(y, side, clusters=week, method="sandwich")
        widths[name] = (both.high - both.low) / (alone.high - alone.low)
    assert widths["wire"] < 0.95 and widths["standing"] > 1.1
