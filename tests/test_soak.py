"""Seconds of the soak, and what it would say of a loss."""

from __future__ import annotations

from pathlib import Path

import soak_collect
from soak_collect import Figures
from soak_web import DOWN, FAILING, MOST_FAILING, OUTLETS, Plan


def test_a_web_fails_no_more_often_in_a_row_than_a_live_host_may() -> None:
    plan = Plan.drawn(5, 2000)
    for ways in plan.ways.values():
        rows = "".join("x" if way in FAILING else " " for way in ways).split()
        assert max(map(len, rows)) == MOST_FAILING < soak_collect.LIMITS.failures
    assert len(plan.addresses(DOWN)) == 1000


def test_nothing_is_lost_in_a_few_seconds_under_fire(tmp_path: Path) -> None:
    figures = soak_collect.soak(1.0, 7, tmp_path, size=20, patience=0.4)
    assert not figures.faults
    numbers = figures.numbers
    assert numbers["addresses"] >= 70 and numbers["rows"] >= numbers["addresses"] and numbers["pages kept"] > 15


def test_a_loss_is_told(tmp_path: Path) -> None:
    figures, plan = Figures(), Plan.drawn(7, 4)
    columns = {name: [] for name in ("page_id", "final_address", "status", "sha256", "archive", "offset")}
    places = [(outlet, address) for outlet in (*OUTLETS, DOWN) for address in plan.addresses(outlet)]
    ledger = soak_collect.pd.DataFrame(places, columns=["outlet", "address"]).assign(outcome="kept")
    pages = soak_collect.pd.DataFrame({"outlet": [], "address": []} | columns)
    soak_collect._compare(plan, (ledger, pages), (ledger.iloc[1:], pages), tmp_path, figures, "seed 7")
    assert figures.numbers["addresses without a row"] == figures.numbers["pages lost"] == 1
    assert any("1 without a row" in fault for fault in figures.faults)
