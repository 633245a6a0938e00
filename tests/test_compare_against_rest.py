"""Each outlet beside the rest of its kind: known answers, and what the contrast is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.compare.against_rest import REST, against_rest, beside_rest
from helpers.compare.differences import differences

ASKED = {"value": "rate", "group": "outlet", "clusters": ["story", "week"]}


def articles(rates: dict[str, float], *, n: int = 60, seed: int = 4) -> pd.DataFrame:
    """So many articles of each outlet, with zeros and ones as often as told, over a year."""
    rng = np.random.default_rng(seed)
    blocks = [
        pd.DataFrame({"outlet": outlet, "rate": (rng.random(n) < rate).astype(float),
                      "day": pd.Timestamp("2031-01-01") + pd.to_timedelta(rng.integers(0, 364, n), unit="D")})
        for outlet, rate in rates.items()
    ]  # fmt: skip
    rows = pd.concat(blocks, ignore_index=True)
    weeks = rows["outlet"] + (rows["day"].dt.day_of_year // 7).astype(str)
    return rows.assign(story=range(len(rows)), week=weeks, kind=rows["outlet"].str[0])


def test_it_is_the_difference_from_the_others_under_one_label():
    rows = articles({"a1": 0.8, "a2": 0.2, "a3": 0.2, "b1": 0.9})
    [first, *_] = against_rest(rows, of="kind", day="day", memory=True, **ASKED).itertuples()
    label = f"{REST}a"
    beside = beside_rest(rows, group="outlet", name="a1", others=["a2", "a3"], rest=label)
    [plain] = differences(beside, pairs=[("a1", label)], day="day", memory=True, **ASKED).itertuples()
    assert (first.group, first.reference, first.n_others) == ("a1", "a", 2)
    assert (first.estimate, first.low, first.high, first.p) == (plain.estimate, plain.low, plain.high, plain.p)
    assert first.low > 0.3 and first.n_reference == 120


def test_there_is_one_row_an_outlet_and_none_for_who_is_alone():
    table = against_rest(articles(dict.fromkeys(["a1", "a2", "a3", "b1"], 0.4)), of="kind", **ASKED)
    assert table["group"].tolist() == ["a1", "a2", "a3"]
    assert table["q"].notna().all() and (table["q"] >= table["p"] - 1e-12).all()


def test_where_nobody_has_a_kin_the_table_is_empty():
    assert against_rest(articles({"a1": 0.4, "b1": 0.4}), of="kind", **ASKED).empty


def test_zero_beside_many_is_the_clearest_of_all():
    table = against_rest(articles({"a1": 0.0, "a2": 0.6, "a3": 0.6}), of="kind", **ASKED).set_index("group")
    assert table["p"].idxmin() == "a1" and table.loc["a1", "q"] < 0.01


def test_a_day_is_shared_when_one_of_the_others_ran():
    rows = articles({"a1": 0.5, "a2": 0.5, "a3": 0.5})
    days = pd.date_range("2031-01-01", "2031-12-31")
    spring, autumn = (pd.Series(days.month.isin(months), days) for months in ([3, 4, 5], [9, 10, 11]))
    ran = {"a1": pd.Series(True, days), "a2": spring, "a3": autumn}
    table = against_rest(rows, of="kind", window="common", day="day", collected=ran, **ASKED).set_index("group")
    inside = rows["day"].dt.month.isin([3, 4, 5, 9, 10, 11])
    assert table.loc["a1", "n_group"] == (inside & (rows["outlet"] == "a1")).sum()


def test_where_nothing_differs_few_are_clear():
    clear = [
        against_rest(articles(dict.fromkeys("abcdefgh", 0.4), n=40, seed=seed).assign(kind="all"), of="kind", **ASKED)[
            "p"
        ]
        for seed in range(12)
    ]
    assert (pd.concat(clear) < 0.05).mean() < 0.12


def test_an_outlet_of_two_kinds_is_refused():
    rows = articles({"a1": 0.5, "a2": 0.5})
    rows.loc[0, "kind"] = "b"
    with pytest.raises(ValueError, match="outlet 'a1' is of two kinds in 'kind'"):
        against_rest(rows, of="kind", **ASKED)
