"""What `compare` refuses, leaves out or borrows, at the border; and invariances where two of its parts meet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import differences, entropy_weights, event_windows, means, ratios, segmented, trend
from helpers.compare.balance import balanced_difference
from helpers.compare.clusters import cluster_codes, cluster_ols
from helpers.compare.corrected_shares import corrected_differences, corrected_shares, weighted_share
from helpers.compare.difference_in_differences import difference_in_differences
from helpers.compare.keyness import keyness
from helpers.compare.log_odds import log_odds

ASKED = {"value": "value", "group": "outlet", "clusters": "week"}


def press(seed=1, weeks=30, topics=2):
    rng = np.random.default_rng(seed)
    rows = []
    for outlet in "ab":
        shock = 0.0
        for week in range(weeks):
            shock = 0.6 * shock + rng.normal()
            day = pd.Timestamp("2031-01-06") + pd.Timedelta(weeks=week)
            rows += [(outlet, f"{outlet}{week}", day, topic, 5 + shock + rng.normal()) for topic in range(topics)]
    return pd.DataFrame(rows, columns=["outlet", "week", "day", "topic", "value"])


def test_memory_within_strata_is_blind_to_what_strata_differ_by():
    frame = press()
    asked = ASKED | {"within": "topic", "day": "day", "memory": True}
    one, two = (
        differences(table, **asked).iloc[0]
        for table in (frame, frame.assign(value=frame["value"] + 50 * frame["topic"]))
    )
    for name in ("low", "high", "block_weeks", "stretch", "p"):
        assert two[name] == pytest.approx(one[name])
    assert (
        one["block_weeks"] > 1
        and one["high"] - one["low"] > 1.01 * (differences(frame, **ASKED, within="topic").eval("high - low")[0])
    )
    ratio, scaled = (
        ratios(table, **ASKED, within="topic", day="day").iloc[0]
        for table in (frame, frame.assign(value=frame["value"] * 7))
    )
    for name in ("estimate", "low", "high", "block_weeks", "p"):
        assert scaled[name] == pytest.approx(ratio[name])
    with pytest.raises(ValueError, match="the memory of weeks needs `day`"):
        differences(frame, **ASKED, memory=True)


def test_a_stretch_is_how_many_times_as_wide_it_is():
    frame = press()
    plain = differences(frame, **ASKED).iloc[0]
    wide = differences(frame, **ASKED, day="day", memory=True).iloc[0]
    assert wide["stretch"] == pytest.approx((wide["high"] - wide["low"]) / (plain["high"] - plain["low"]))
    balanced, remembered = (
        differences(frame, **ASKED, balance="topic", **more).iloc[0] for more in ({}, {"day": "day", "memory": True})
    )
    assert remembered["stretch"] == pytest.approx(
        (remembered["high"] - remembered["low"]) / (balanced["high"] - balanced["low"])
    )


def test_originals_are_those_that_are_compared():
    frame = press().assign(
        original=lambda table: np.arange(len(table)) % 3 == 0, era=lambda table: table["outlet"] + "x"
    )
    frame.loc[frame["week"].str.len() == 3, "era"] = "both"
    part = frame[frame["era"] == "both"]
    row = differences(frame, **ASKED, originals="original", within="era").iloc[0]
    assert row["n_originals"] == part["original"].sum() and row["n_articles"] == len(part)
    assert row["note"].endswith(
        f"{len(frame) - len(part)} of {len(frame)} articles have no comparison in their stratum"
    )
    assert differences(frame, **ASKED, originals="original")["n_originals"][0] == frame["original"].sum()


def test_other_fits_widen_a_difference_of_kinds_by_their_outlets_means():
    frame = press(weeks=8).assign(kind=lambda table: np.where(table["outlet"] == "a", "x", "y"))
    frame["paper"] = frame["kind"] + (np.arange(len(frame)) % 4).astype(str)
    rng = np.random.default_rng(2)
    fits = {f"fit{n}": frame["value"] + (frame["kind"] == "x") * rng.normal() for n in range(4)}
    asked = {"value": "value", "group": "kind", "clusters": "week", "estimand": "kind of outlet", "unit": "paper"}
    plain, wide = (
        differences(frame, **asked).iloc[0],
        differences(frame.assign(**fits), fits=list(fits), **asked).iloc[0],
    )
    assert wide["estimate"] == plain["estimate"] and wide["high"] > plain["high"] and wide["low"] < plain["low"]
    gaps = [one.groupby([frame["kind"], frame["paper"]]).mean().groupby("kind").mean() for one in fits.values()]
    between = np.var([gap["x"] - gap["y"] for gap in gaps], ddof=1) * (1 + 1 / 4)
    reach = 3.182446305284263 * np.sqrt(between)  # t of 3 degrees of freedom at .975
    assert wide["high"] - wide["estimate"] == pytest.approx(np.hypot(plain["high"] - plain["estimate"], reach))


def test_what_is_left_out_is_counted_and_what_is_empty_is_named():
    frame = press(weeks=12)
    frame.loc[[0], "value"] = np.nan
    assert means(frame, **ASKED)["note"].tolist() == ["1 article without a value left out", ""]
    frame.loc[[0, 1, 30], "value"] = np.nan
    assert differences(frame, **ASKED)["note"][0] == "3 articles without a value left out"
    with pytest.raises(ValueError, match="no row has a value in 'value'"):
        means(frame.assign(value=np.nan), **ASKED)
    with pytest.raises(ValueError, match="column 'outlet' is empty in row 4"):
        means(frame.assign(outlet=frame["outlet"].where(frame.index != 4)), **ASKED)
    apart = ratios(frame.assign(era=frame["outlet"]), **ASKED, within="era").iloc[0]
    assert np.isnan(apart["estimate"]) and apart["note"].startswith("no stratum holds both groups")


def test_a_slope_is_a_year_and_needs_three_of_each():
    frame = press(weeks=40).assign(number=lambda table: (table["day"] - table["day"].min()).dt.days)
    asked = {"value": "value", "clusters": "week"}
    by_day, by_number = trend(frame, time="day", **asked).iloc[0], trend(frame, time="number", **asked).iloc[0]
    for name in ("estimate", "low", "high"):
        assert by_day[name] == pytest.approx(365.25 * by_number[name])
    assert by_day["estimate"] == pytest.approx(365.25 * np.polyfit(frame["number"], frame["value"], 1)[0])
    each = trend(frame, time="day", group="outlet", **asked)
    assert each["group"].tolist() == ["a", "b"] and each["n_articles"].tolist() == [80, 80]
    alone = trend(frame[frame["outlet"] == "b"], time="day", **asked).iloc[0]
    assert each["estimate"][1] == pytest.approx(alone["estimate"]) and alone["group"] == "all"
    three = frame[frame["week"].isin(["a0", "a1", "a2"])]
    assert np.isfinite(trend(three, time="number", **asked)["estimate"][0])
    for few in (three[three["week"] != "a1"], three.assign(number=three["number"].clip(upper=7))):
        row = trend(few, time="number", **asked).iloc[0]
        assert np.isnan(row["estimate"]) and "at least 3 of each are needed" in row["note"]
    with pytest.raises(ValueError, match="no column 'when'"):
        trend(frame, time="when", **asked)


def test_a_weighted_share_is_blind_to_the_weights_unit_and_needs_three_clusters():
    rng = np.random.default_rng(3)
    y, weights, codes = (rng.random(60) < 0.3).astype(float), rng.uniform(1, 3, 60), np.arange(60) // 3
    one, two = weighted_share(y, weights, codes), weighted_share(y, 10 * weights, codes)
    assert (one.estimate, one.low, one.high) == pytest.approx((two.estimate, two.low, two.high))
    assert one.estimate == pytest.approx(np.average(y, weights=weights)) and one.n_clusters == 20
    [plain] = cluster_ols(y, np.ones((60, 1)), clusters=codes, weights=weights)
    assert one.se == pytest.approx(plain.se, rel=0.05)  # CR2 with another working model of the weights
    other = weighted_share(1 - y, weights, codes)
    assert (other.low, other.high) == pytest.approx((1 - one.high, 1 - one.low))
    few = weighted_share(y, weights, codes // 10)
    assert few.note == "2 clusters; at least 3 are needed" and few.estimate == pytest.approx(one.estimate)
    assert np.isfinite(weighted_share(y, weights, codes // 7).low)


def coded(weeks=16, n=160):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"outlet": np.repeat(["a", "b"], n // 2), "week": np.arange(n) // (n // weeks)})
    truth = (rng.random(n) < np.where(frame["outlet"] == "a", 0.5, 0.3)).astype(float)
    return frame.assign(
        prediction=0.2 + 0.5 * truth, code=np.where(rng.random(n) < 0.5, truth, np.nan), probability=0.5
    )


CORRECTED = {"group": "outlet", "clusters": "week"}


def test_a_pair_without_units_is_three_rows_that_say_so():
    table = corrected_differences(coded(), pairs=[("a", "z"), ("a", "b")], **CORRECTED)
    assert (
        table["method"].tolist() == ["raw", "coded", "corrected"] * 2
        and table["reference"].tolist() == ["z"] * 3 + ["b"] * 3
    )
    assert (
        table["estimate"].isna().tolist() == [True] * 3 + [False] * 3
        and table["n_units"].tolist() == [0] * 3 + [160] * 3
    )
    assert (table["note"][:3] == "'z' without a unit; groups: a, b").all()
    both = corrected_differences(coded(), pairs=[("y", "z")], **CORRECTED)
    assert both["note"][0] == "'y' and 'z' without a unit; groups: a, b"
    turned = corrected_differences(coded(), pairs=[("b", "a")], **CORRECTED)
    assert turned["estimate"].to_numpy() == pytest.approx(-table["estimate"][3:].to_numpy())
    assert turned["low"].to_numpy() == pytest.approx(-table["high"][3:].to_numpy())
    shares = corrected_shares(coded(), **CORRECTED).set_index(["method", "group"])["estimate"].unstack()
    assert (shares["a"] - shares["b"]).loc[["raw", "coded", "corrected"]].to_numpy() == pytest.approx(
        table["estimate"][3:].to_numpy()
    )


def test_codes_in_two_clusters_have_no_interval_and_in_three_have():
    frame = coded()
    for n, words in ((2, "2 clusters with codes; at least 3 are needed"), (3, "degrees of freedom")):
        some = frame[frame["outlet"] == "a"].assign(code=lambda table, n=n: table["code"].where(table["week"] < n))
        row = corrected_shares(some, **CORRECTED).set_index("method").loc["coded"]
        assert np.isnan(row["low"]) == (n == 2) and words in row["note"]
    both = frame.assign(code=frame["code"].where((frame["outlet"] == "a") | (frame["week"] < 10)))
    row = corrected_differences(both, **CORRECTED).set_index("method").loc["coded"]
    assert row["note"].startswith("2 clusters with codes on the smaller side; at least 3")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prediction": np.nan}, "column 'prediction' is no number in row 40: nan"),
        ({"code": 1.5}, "column 'code' is not within 0 and 1 in row 40: 1.5"),
        ({"code": -0.1}, "column 'code' is not within 0 and 1 in row 40: -0.1"),
        ({"code": 1.0, "probability": 0.0}, "column 'probability' is not above 0 and at most 1 in row 40: 0.0"),
        ({"code": 1.0, "probability": 1.1}, "column 'probability' is not above 0 and at most 1 in row 40: 1.1"),
        ({"outlet": None}, "column 'outlet' is empty in row 40"),
        ({"load": 0.0}, "column 'load' is not positive in row 40: 0.0"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_row(change, words):
    frame = coded().assign(load=1.0)
    for name, value in change.items():
        frame.loc[40, name] = value
    with pytest.raises(ValueError, match=words):
        corrected_shares(frame, weight="load", **CORRECTED)
    fine = coded().assign(load=1.0)
    fine.loc[40, ["code", "probability"]] = [1.0, 1.0]
    fine.loc[41, ["code", "probability"]] = [np.nan, 7.0]  # not read where nothing was coded
    assert len(corrected_shares(fine, weight="load", **CORRECTED)) == 6
    with pytest.raises(ValueError, match="no column 'load'"):
        corrected_shares(coded(), weight="load", **CORRECTED)


def test_weights_leave_out_what_has_no_counterpart_and_refuse_too_few():
    side = np.arange(60) < 30
    month = np.r_[np.repeat([0, 1, 2], 10), np.repeat([1, 2, 3], 10)]
    topic = np.where(month == 1, np.where(side, 0, 1), 2)  # without months 0 and 3, topics 0 and 1 stand on one side
    made = balanced_difference(np.arange(60.0), side, [month, topic], [np.arange(60)])
    assert made.kept.sum() == 20 and set(month[made.kept]) == {2} and made.estimate.n_units == 20
    none = balanced_difference(np.arange(60.0), side, [np.where(side, 0, 1)], [np.arange(60)]).estimate
    assert none.note == "no article of either side has a counterpart" and none.n_units == 0
    far = np.r_[np.linspace(0, 1, 30), np.linspace(2, 3, 30)]
    assert balanced_difference(np.arange(60.0), side, [far], [np.arange(60)]).estimate.note.startswith(
        "no weights make"
    )
    near = np.r_[np.linspace(0, 1, 30), np.repeat([0.5, 1.5], [3, 27])]
    few = balanced_difference(np.arange(60.0), side, [near], [np.arange(60)])
    n = min(few.effective)
    assert few.estimate.refused and few.estimate.note.startswith(
        f"weights leave the smaller side worth {n:.1f} articles;"
    )
    assert entropy_weights(np.ones((4, 1)), np.array([1.0])).tolist() == [0.25] * 4
    assert entropy_weights(np.ones((4, 1)), np.array([1.1])) is None


def test_what_cannot_be_asked_is_said():
    panel = pd.DataFrame({"outlet": list("aabb"), "week": [0, 1] * 2, "start": [1.0, 1.0, np.nan, np.nan], "rate": 1.0})
    with pytest.raises(ValueError, match="comparison 'both' must be"):
        difference_in_differences(panel, outlet="outlet", period="week", value="rate", start="start", comparison="both")
    frame = press(weeks=12)
    with pytest.raises(ValueError, match="observed needs window_days"):
        segmented(
            frame,
            day="day",
            value="value",
            event_day="2031-02-10",
            clusters="week",
            observed=pd.Series(True, frame["day"].unique()),
        )
    for window, shortest in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="must be at least 1"):
            event_windows({"a": "2031-01-01"}, window, shortest=shortest)
    assert event_windows({"a": "2031-01-01"}, 1, shortest=1)["window_days"].tolist() == [1]
    with pytest.raises(ValueError, match="clusters has 3 columns"):
        cluster_codes(pd.DataFrame([[1, 2, 3]]))
    with pytest.raises(ValueError, match=r"design has shape \(3, 1\) for 2 outcomes"):
        cluster_ols(np.ones(2), np.ones((3, 1)), clusters=[1, 2])


def test_counts_that_cannot_be_compared_are_named():
    counts = pd.DataFrame([[1, 2], [3, 0], [0, 4], [2, 2]], columns=["ally", "aid"])
    first = np.array([True, True, False, False])
    with pytest.raises(ValueError, match="target holds no counts in 0 documents"):
        log_odds(counts.to_numpy(), ~first & first, ~first, terms=["ally", "aid"], clusters=range(4))
    with pytest.raises(ValueError, match="reference holds no counts in 2 documents"):
        log_odds(counts.to_numpy() * first[:, None], first, ~first, terms=["ally", "aid"], clusters=range(4))
    with pytest.raises(ValueError, match="document 1 is in target and in reference"):
        log_odds(counts.to_numpy(), first, [False, True, True, True], terms=["ally", "aid"], clusters=range(4))
    with pytest.raises(ValueError, match="counts holds -1; counts cannot be negative"):
        log_odds(np.array([[1, 5], [-1, 5], [1, 1], [1, 1]]), first, ~first, terms=["ally", "aid"], clusters=range(4))
    with pytest.raises(ValueError, match="they must agree"):
        log_odds(counts.to_numpy(), first, ~first, terms=["ally"], clusters=range(4))
    with pytest.raises(ValueError, match="terms is missing"):
        keyness(counts.to_numpy(), first, ~first, clusters=np.arange(4))
    with pytest.raises(ValueError, match="bring them into one order first"):
        keyness(counts, first, ~first, clusters=pd.Series(np.arange(4), index=[3, 2, 1, 0]))
