"""Fortnights of attention counted by hand, and who is left out of them."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.compare.attention import fortnights
from helpers.compare.intra_cluster import intra_cluster, typical_size

DAYS = pd.date_range("2024-01-01", periods=140)


def daily(**changes):
    """Outlets with 50 items a day, of which on the subject: 5 from day 60 on for a fortnight, else every tenth day 1."""
    one = pd.DataFrame({"day": DAYS, "on": [5 if 60 <= t < 74 else int(t % 10 == 0) for t in range(140)], "all": 50})
    frames = {name: one.assign(outlet=name) for name in "abc"} | changes
    return pd.concat(frames.values(), ignore_index=True), one


def asked(table, **more):
    return fortnights(table, {"summit": DAYS[60]} | more, items="on", of="all")


def test_shares_are_counted_over_outlets_and_days():
    table, one = daily()
    row = asked(table).iloc[0]
    assert (row.share, row.n_items, row.n_outlets, row.outlets_up) == (0.1, 210, 3, 1.0)
    others = one[(one.index < 60) | (one.index >= 74)]
    assert row.n_others == 3 * others["on"].sum() and row.usual == pytest.approx(
        others["on"].sum() / others["all"].sum()
    )
    assert row.busiest_else == pytest.approx(2 / (14 * 50))  # no fourteen days without the fortnight hold three tens


def test_outlets_with_gaps_or_short_lives_are_left_out():
    _, one = daily()
    gap_1, gap_2 = one.drop(index=[65]), one.drop(index=[65, 66])
    for name, extra, counted in (
        ("one day", gap_1, 4),
        ("two days", gap_2, 3),
        ("100", one[14 + 12 :], 4),
        ("99", one[14 + 13 :], 3),
    ):
        table, _ = daily(d=extra.assign(outlet="d"))
        assert asked(table).n_outlets[0] == counted, name


def test_too_few_outlets_or_items_are_no_row():
    table, _ = daily()
    assert asked(table[table.outlet != "c"]).empty
    inside = table["day"].between(DAYS[60], DAYS[73])
    few = table.assign(on=table["on"].where(~inside, 0))
    few.loc[few.index[inside][:30], "on"] = 1
    assert asked(few).n_items.tolist() == [30]
    few.loc[few.index[inside][0], "on"] = 0
    assert asked(few).empty
    assert asked(table, talks=DAYS[61]).event.tolist() == ["summit", "talks"]


def test_one_outlet_of_three_that_gave_less_is_told():
    _, one = daily()
    less = one.assign(on=[0 if 60 <= t < 74 else 1 for t in range(140)], outlet="c")
    row = asked(daily(c=less)[0]).iloc[0]
    assert row.outlets_up == pytest.approx(2 / 3)


def test_the_busiest_other_fortnight_is_found_before_and_after():
    for burst in (range(20, 34), range(100, 114)):
        _, one = daily()
        busy = one.assign(on=one["on"].where(~one.index.isin(burst), 4))
        table = pd.concat([busy.assign(outlet=name) for name in "abc"])
        assert asked(table).busiest_else[0] == pytest.approx(4 / 50)
        thin = table.assign(all=table["all"].where(~table["day"].isin(DAYS[list(burst)]), 10))
        assert asked(thin).busiest_else[0] < 0.2  # fourteen days with a fifth of what runs usually do not count


def test_likeness_in_clusters_of_unlike_sizes_is_that_of_the_table_of_variances():
    """Groups 1, 2, 3 / 4, 8 / 3: by hand, sums of squares 19.5 between and 10 within, m0 = (6 - 14/6) / 2."""
    values = pd.Series([1.0, 2.0, 3.0, 4.0, 8.0, 3.0])
    codes = pd.Series([0, 0, 0, 1, 1, 2])
    between, inside, typical = 19.5 / 2, 10.0 / 3, (6 - 14 / 6) / 2
    expected = (between - inside) / (between + (typical - 1) * inside)
    assert intra_cluster(values.to_numpy(), codes.to_numpy()) == pytest.approx(expected)
    assert typical_size(codes.to_numpy()) == pytest.approx(14 / 6)
    assert intra_cluster(values.to_numpy(), (codes * 0).to_numpy()) == 0.0  # one cluster
    assert intra_cluster((values * 0 + 2).to_numpy(), codes.to_numpy()) == 0.0  # nothing varies
