"""The atlas: what its worlds say is true of them is, its run resumes, and workers change nothing."""

from __future__ import annotations

import doctest
from dataclasses import replace

import atlas
import atlas_figure
import atlas_report
import atlas_rivals
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from atlas_rivals import cr1, fightin_words, ols, pseudo_outcome
from atlas_worlds import FAMILIES, WORLDS, Coded, Kinds, Level, Press, Topics, Words, log_odds_of
from keyness_plain_scores import plain_z
from scipy import sparse

from helpers.compare.support import in_common

PRESSES = {name: world for name, world in WORLDS.items() if isinstance(world, Press)}
SMALL = {
    "small: null": Press(weeks=(12, 12)),
    "small: planted": Press(weeks=(12, 12), level=(0.4, 0.2)),
    "small: kinds": Kinds(4),
}


def test_what_the_examples_show():
    for module in (atlas, atlas_figure, atlas_report, atlas_rivals):
        results = doctest.testmod(module)
        assert results.attempted and not results.failed


def test_every_word_of_the_question_has_a_world():
    worlds = list(WORLDS.values())
    assert len(WORLDS) == sum(len(family.worlds) for family in FAMILIES)
    presses = list(PRESSES.values())
    assert {3, 100} <= {world.weeks[0] for world in presses} and {0.0, 0.3, 0.6} <= {w.copies for w in presses}
    assert {(rho, n) for rho in (0.0, 0.3, 0.5, 0.8) for n in (20, 52, 100)} <= {(w.rho, w.weeks[0]) for w in presses}
    kinds = [world for world in worlds if isinstance(world, Kinds)]
    assert {(3, "equal"), (5, "equal"), (5, "dominant")} <= {(w.a_side, w.sizes) for w in kinds}
    assert {(0.0, 0.15), (0.0, 0.0)} <= {world.level for world in presses}
    assert any(w.tails for w in presses) and any(w.tied[0] for w in presses) and any(w.slope for w in presses)
    for family in FAMILIES:
        planted = [bool(np.any(world.truth)) for world in family.worlds.values()]
        assert any(planted) and (family.name == "One outlet alone" or not all(planted))


@pytest.mark.parametrize(
    "world",
    {
        name: next(w for w in PRESSES.values() if chosen(w))
        for name, chosen in {
            "share": lambda w: w.level == (0.3, 0.2),
            "tied": lambda w: w.tied == (1.0, 0.0),
            "tails": lambda w: w.tails,
            "rate": lambda w: w.scale == "rate" and w.level[0] == 1.5,
            "zero": lambda w: w.level == (0.0, 0.15),
            "copies": lambda w: w.copies == 0.6,
            "trend": lambda w: w.slope and w.level[0],
            "alone": lambda w: isinstance(w, Level),
            "coded": lambda w: isinstance(w, Coded) and w.level[0] == 0.45,
        }.items()
    }.items(),
    ids=lambda pair: pair[0],
)
def test_a_long_press_shows_what_is_true_of_it(world):
    name, world = world
    if name == "trend":
        frames = [world.draw(np.random.default_rng(seed)) for seed in range(150)]
        frames = [in_common(frame, group="outlet", pair=("a", "b"), day="day") for frame in frames]
        gaps = [-np.diff(frame.groupby("outlet")["value"].mean())[0] for frame in frames]
        assert np.mean(gaps) == pytest.approx(world.truth, abs=4 * np.std(gaps) / np.sqrt(len(gaps)))
        return
    long = replace(world, weeks=tuple(4000 * (n > 0) for n in world.weeks))
    frame = long.draw(np.random.default_rng(1))
    value = "code" if name == "coded" else "value"
    found = cr1(*(frame.loc[frame[value].notna(), column].to_numpy() for column in (value, "side", "outlet_week")))
    half = (found.high[0] - found.low[0]) / 2
    assert found.estimate[0] == pytest.approx(world.truth, abs=2 * half) and half < 0.12


def test_words_and_kinds_show_what_is_true_of_them():
    world = Words(weeks=1500, ratio=1.8, longer=2.0)
    counts, frame = world.draw(np.random.default_rng(1))
    target = (frame["side"] == 0).to_numpy()
    said = fightin_words(counts, target, np.ones(60, bool))
    assert said.estimate == pytest.approx(world.truth, abs=0.15) and abs(world.truth).max() > 0.5
    assert np.mean(said.estimate - world.truth) == pytest.approx(0, abs=0.02)
    press = [Kinds(8, truth=0.8).draw(np.random.default_rng(seed)) for seed in range(60)]
    gaps = [-np.diff(one.groupby(["kind", "outlet"])["value"].mean().groupby("kind").mean())[0] for one in press]
    assert np.mean(gaps) == pytest.approx(0.8, abs=4 * np.std(gaps) / np.sqrt(60))
    assert Topics(effect=0.0).truth == 0 and Topics().truth > 0.05


def test_levels_are_expected_values():
    rng = np.random.default_rng(1)
    eta = log_odds_of(0.15, 1.1) + 1.1 * rng.standard_normal(200_000)
    assert (1 / (1 + np.exp(-eta))).mean() == pytest.approx(0.15, abs=0.002)


def test_rivals_are_what_they_are_called():
    frame = Press(weeks=(9, 14)).draw(np.random.default_rng(1))
    y, side, week = (frame[name].to_numpy() for name in ("value", "side", "outlet_week"))
    design = np.column_stack([np.ones(len(y)), side == 0])
    plain = sm.OLS(y, design).fit()
    assert ols(y, side).high[0] == pytest.approx(plain.conf_int()[1][1])
    known = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": week}, use_t=True)
    assert cr1(y, side, week).p[0] == pytest.approx(known.pvalues[1])
    counts, texts = Words().draw(np.random.default_rng(2))
    target = (texts["side"] == 0).to_numpy()
    z = plain_z(sparse.csr_matrix(counts), target, ~target, terms=list(range(61)))["score"].to_numpy()[:60]
    ours = fightin_words(counts, target, np.ones(60, bool))
    score = ours.estimate / ((ours.high - ours.low) / 2 / 1.96)
    assert score == pytest.approx(z, abs=0.35)  # whose prior is another


def test_pseudo_outcomes_are_unbiased_whatever_the_classifier_is_worth():
    gaps = []
    for seed in range(80):
        frame = Coded(bias=(2.0, -2.0), level=(0.45, 0.3)).draw(np.random.default_rng(seed))
        outcome = pseudo_outcome(frame, np.random.default_rng(seed))
        gaps.append(ols(outcome, frame["side"].to_numpy()).estimate[0] - 0.15)
    assert np.mean(gaps) == pytest.approx(0, abs=4 * np.std(gaps) / np.sqrt(80))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(atlas, "WORLDS", SMALL)


def test_a_run_resumes_and_neither_its_order_nor_an_end_changes_a_byte(small, tmp_path):
    whole, parts = tmp_path / "whole.csv", tmp_path / "parts.csv"
    atlas.run(whole, 6, 1, size=3)
    atlas.run(parts, 3, 1, "kinds", size=3)
    atlas.run(parts, 6, 1, "planted", size=3)
    asked = []
    drawn = atlas.block
    atlas.block = lambda task: (asked.append(task), drawn(task))[1]
    try:
        atlas.run(parts, 6, 1, size=3)
    finally:
        atlas.block = drawn
    assert ("small: kinds", 0, 3) not in asked and len(asked) == 3
    assert whole.read_bytes() == parts.read_bytes()
    table = pd.read_csv(whole)
    assert not table.duplicated(atlas.KEYS).any() and table["world"].unique().tolist() == list(SMALL)


@pytest.mark.long  # two interpreters
def test_two_workers_write_the_same_bytes(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for path, workers in ((one, 1), (two, 2)):
        atlas.run(path, 6, workers, "0 against 0", size=3)
    assert one.read_bytes() == two.read_bytes()
