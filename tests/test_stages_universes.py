"""Universes on real counts: the main analysis among them, no analysis twice, kept, resumed, the same for any workers."""

from __future__ import annotations

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from helpers import pipeline as stages
from helpers import views
from helpers.compare.multiverse import grid
from helpers.data import tables
from helpers.pipeline import multiverse as varying
from helpers.pipeline import multiverse_cache as keeping
from helpers.pipeline import topic_multiverse as varying_topics
from helpers.pipeline.multiverse import Comparison, choices_for, chosen, comparisons, distinct, estimate
from helpers.pipeline.multiverse_cache import Kept, computed, method
from helpers.study import Study, Universes, load_study

SMALL = Universes(
    indicators={"period": ("whole", "second half"), "copies": ("in", "originals only"), "min_passages": (1,),
                "measure": ("share of passages", "any passage"), "clusters": ("outlet-week", "both ways")},
    topics={"tokens": ("content words", "with phrases"), "period": ("whole", "first half"), "n_topics": (8, 6),
            "seed": (20240619,), "min_documents": (3,)},
    most=8,
)  # fmt: skip
PLACES = ["quantity", "group", "reference"]


@pytest.fixture(scope="module")
def study(workshop) -> Study:
    study = dataclasses.replace(load_study("official-voices", root=workshop), universes=SMALL)
    for stage in (stages.collect, stages.clean, stages.count, stages.topics, stages.indicators, stages.compare):
        stage(study)
    return study


@pytest.fixture(scope="module")
def found(study) -> pd.DataFrame:
    return stages.universes(study, workers=1)


def kept(study, kind="indicators"):
    return Kept(study.interim / "universes.sqlite", kind)


def test_the_main_universe_is_the_planned_estimate(study, found):
    planned = views.differences(tables.read(study.processed, "estimates"), planned=True).set_index(PLACES)
    main = found[found["main"]].set_index(PLACES)
    assert len(main) == len(comparisons(study)) == 4
    for keys, row in main.iterrows():
        theirs = planned.loc[keys]
        told = row[["estimate", "low", "high"]].to_numpy(float)
        assert told == pytest.approx(theirs[["estimate", "low", "high"]].to_numpy(float), abs=1e-9)
    assert (main["scale"] == 1).all()


def test_an_option_that_changes_nothing_is_no_universe(study, found):
    assert not stages.load_corpus(study, relevant_only=True)["doubtful"].any()
    told = views.unpacked(found)
    assert set(told["flagged"]) == {"in"} and set(told["copies"]) == {"in", "originals only"}
    assert len(found) <= 4 * 2**5  # voice, copies, period, clusters and measure
    table = views.universe_choices(study, "indicators", found).set_index("choice")
    assert table.loc["flagged", "changes nothing here"] == "out" and "threshold" not in table.index


def test_any_number_of_workers_gives_the_same_bytes(study, found):
    path = study.processed / "universes.parquet"
    before = path.read_bytes()
    (study.interim / "universes.sqlite").unlink()
    again = stages.universes(study, workers=2)
    assert path.read_bytes() == before
    pd.testing.assert_frame_equal(again, found)


def test_what_is_known_is_not_computed_again(study, found, monkeypatch):
    monkeypatch.setattr(varying, "estimate", None)  # would fail in every universe
    pd.testing.assert_frame_equal(stages.universes(study), found)


def test_other_data_are_computed_and_older_results_forgotten(study, found):
    n = len(kept(study))
    measures = tables.read(study.processed, "measures")
    of = measures["measure"] == comparisons(study)[0][0]
    halved = measures.assign(value=measures["value"].where(~of, measures["value"] / 2))
    tables.write(study.processed, "measures", halved)
    try:
        turned = stages.universes(study, workers=1)
        assert len(kept(study)) == n == len(turned)
    finally:
        tables.write(study.processed, "measures", measures)
        stages.universes(study)
    first = turned["quantity"] == comparisons(study)[0][0]
    share = views.unpacked(turned)["measure"] == "share of passages"
    assert turned.loc[first & share, "estimate"].to_numpy() == pytest.approx(found.loc[first & share, "estimate"] / 2)
    assert turned.loc[first & ~share, "estimate"].to_numpy() == pytest.approx(found.loc[first & ~share, "estimate"])
    pd.testing.assert_frame_equal(turned[~first], found[~first])


KILLED = """
import dataclasses, sys
from pathlib import Path
from helpers import pipeline as stages
from helpers.study import load_study
from test_stages_universes import SMALL
stages.universes(dataclasses.replace(load_study("official-voices", root=Path(sys.argv[1])), universes=SMALL), workers=2)
"""


def test_a_killed_run_is_resumed_where_it_stopped(study, found, monkeypatch):
    path = study.interim / "universes.sqlite"
    path.unlink()
    paths = os.pathsep.join(sys.path)
    work = subprocess.Popen([sys.executable, "-c", KILLED, str(study.root)], env=os.environ | {"PYTHONPATH": paths})
    until = time.monotonic() + 120
    while time.monotonic() < until and work.poll() is None and not (path.exists() and count(path) >= 5):
        time.sleep(0.01)
    work.send_signal(signal.SIGKILL)
    assert work.wait() == -signal.SIGKILL
    done, calls = len(kept(study)), []
    assert 5 <= done < len(found)

    def counted(materials, universe):
        calls.append(universe)
        return estimate(materials, universe)

    monkeypatch.setattr(varying, "estimate", counted)
    pd.testing.assert_frame_equal(stages.universes(study, workers=1), found)
    assert len(calls) == len(found) - done


def count(path) -> int:
    with sqlite3.connect(path, timeout=5) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'results'").fetchone():
            return 0
        return file.execute("SELECT COUNT(*) FROM results").fetchone()[0]


def test_a_file_that_is_no_store_is_begun_anew(tmp_path):
    path = tmp_path / "universes.sqlite"
    path.write_bytes(b"no database, but long enough to be taken for one" * 100)
    store = Kept(path, "topics")
    store["a"] = [{"estimate": float("nan")}]
    assert np.isnan(store["a"][0]["estimate"]) and list(store) == ["a"] and len(Kept(path, "indicators")) == 0
    store.keep_only([])
    assert len(store) == 0
    with pytest.raises(KeyError):
        store["a"]


def broken(universe):
    if universe["k"] == 1:
        raise ValueError("nothing to see")
    return {"estimate": universe["k"], "low": 0.0, "high": 9.0}


def test_a_failed_universe_costs_no_other_and_is_tried_again(study):
    asked = [{"k": k} for k in range(30)]
    for workers in (1, 2):
        table = computed(study, f"test {workers}", asked, lambda: broken, workers=workers)
        assert table["note"].dropna().tolist() == ["failed: ValueError: nothing to see"]
        assert table["estimate"].notna().sum() == 29 and len(kept(study, f"test {workers}")) == 29
    assert "ValueError: nothing to see" in views.universe_counts(table.assign(quantity="k", group="", reference=""))


def test_code_and_packages_are_part_of_what_is_kept(study, monkeypatch):
    assert len(method()) == 16
    before = method.__wrapped__()
    monkeypatch.setattr(keeping, "PACKAGES", ("numpy",))
    assert method.__wrapped__() != before


def made(kind: str = "indicator", n: int = 40) -> Comparison:
    """Two outlets of forty articles, some copied, flagged and short; the first has twice the rate."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({
        "article_id": [f"a{i:03d}" for i in range(2 * n)], "outlet": ["x"] * n + ["y"] * n, "voice": "all",
        "value": np.r_[rng.uniform(0.4, 1, n), rng.uniform(0, 0.6, n)], "hits": 3.0, "words": 150.0,
        "n_passages": np.tile([1, 2, 3, 4], n // 2), "day": pd.date_range("2024-01-01", periods=2 * n, freq="D"),
        "is_original": np.arange(2 * n) % 5 > 0, "doubtful": np.arange(2 * n) % 8 == 0,
        "copy_cluster": [f"c{i // 2}" for i in range(2 * n)], "outlet_week": [f"w{i // 4}" for i in range(2 * n)],
    })  # fmt: skip
    both = pd.concat([rows, rows.assign(voice="outlet", value=rows["value"] / 2)], ignore_index=True)
    return Comparison(both, "x", 0.95, 1)


MAIN = {"voice": "all", "copies": "in", "flagged": "in", "min_passages": 1, "period": "whole", "clusters": "both ways",
        "measure": "share of passages"}  # fmt: skip


@pytest.mark.parametrize(
    ("option", "n"),
    [
        ({}, 80),
        ({"copies": "originals only"}, 64),
        ({"copies": "one per story"}, 40),
        ({"flagged": "out"}, 70),
        ({"min_passages": 3}, 40),
        ({"period": "first half"}, 40),
        ({"voice": "quoted"}, 0),
    ],
)
def test_each_option_keeps_the_articles_it_says(option, n):
    assert len(chosen(made(), MAIN | option)) == n


def test_no_analysis_counts_twice():
    material, choices = made(), {name: [option] for name, option in MAIN.items()}
    choices |= {"copies": ["in", "originals only"], "clusters": ["both ways", "outlet-week"]}
    assert len(distinct(material, grid(choices))) == 4
    rows = material.rows.assign(is_original=material.rows["day"] >= material.rows["day"].median())
    half = dataclasses.replace(material, rows=rows)
    later = distinct(half, grid(choices | {"period": ["second half"]}))
    assert [universe["copies"] for universe in later] == ["in", "in"]  # no copies there: the first of each pair stays


def test_measures_count_as_they_say():
    material = made()
    rows = chosen(material, MAIN | {"measure": "hits per 1,000 words"})
    assert (rows["value"] == 20).all()
    rows = chosen(material, MAIN | {"measure": "any passage"})
    assert set(rows["value"]) == {1.0}
    story = chosen(material, MAIN | {"copies": "one per story"})
    whole = chosen(material, MAIN)
    assert story.iloc[0]["value"] == pytest.approx(whole["value"].head(2).mean())


def test_one_empty_side_is_told():
    material = made()
    few = dataclasses.replace(material, rows=material.rows[material.rows["outlet"] == "x"])
    keys = ("indicator:A", "x", "y")
    row = estimate({keys: few}, MAIN | dict(zip(PLACES, keys, strict=True)))
    assert np.isnan(row["estimate"]) and row["note"] == "no article on one side"


def test_a_classifier_has_thresholds_and_others_none(study):
    whole = dataclasses.replace(study, universes=Universes())
    choices = choices_for(whole, "classifier:A", made())
    assert choices["threshold"] == [0.5, 0.4, 0.6] and "measure" not in choices
    assert "threshold" not in choices_for(whole, "indicator:A", made())
    keys = ("classifier:A", "x", "y")
    universe = {name: options[0] for name, options in choices.items()} | dict(zip(PLACES, keys, strict=True))
    at_half = estimate({keys: made()}, universe)
    rows = made().rows.query("voice == 'all'")
    share = rows.assign(high=rows["value"] >= 0.5).groupby("outlet")["high"].mean()
    assert at_half["estimate"] == pytest.approx(share["x"] - share["y"]) and at_half["scale"] == 1
    table = pd.DataFrame({"quantity": ["classifier:A", "indicator:A"]})
    assert "1 measure of a classifier is tried" in views.threshold_sentence(table)
    assert "no threshold to vary" in views.threshold_sentence(table.tail(1))


@pytest.fixture(scope="module")
def topics(study, found) -> pd.DataFrame:
    return stages.topic_grid(study, workers=2)


def test_the_main_universe_of_topics_is_what_the_topics_stage_fitted(study, topics):
    main = topics[topics["main"]].set_index("quantity")
    shares = stages.topic_shares(study)
    outlet = stages.load_corpus(study).set_index("article_id").loc[shares.index, "outlet"].to_numpy()
    assert len(main) == study.analysis.n_topics and (main["overlap"] == 1).all()
    for quantity, row in main.iterrows():
        mine = shares[quantity]
        assert row["estimate"] == pytest.approx(
            mine[outlet == row["group"]].mean() - mine[outlet == row["reference"]].mean()
        )


def test_a_topic_that_is_not_found_agrees_with_nothing(study, topics):
    missed = topics["overlap"] < varying_topics.AGAIN
    assert missed.any() and topics.loc[missed, ["estimate", "low", "high"]].isna().all().all()
    assert (topics.loc[missed, "note"] == "topic not found").all()
    assert topics.loc[~missed, "estimate"].notna().all()
    table = views.topic_summary(study, topics)
    again = (~missed).groupby(topics["quantity"]).sum()
    assert table["found in (refused)"].tolist() == [f"{n} of 8 (0)" for n in again]


def test_topics_are_the_same_for_any_workers_and_known_afterwards(study, topics, monkeypatch):
    before = (study.processed / "universes.parquet").read_bytes()
    (study.interim / "universes.sqlite").unlink()
    stages.topic_grid(study, workers=1)
    stages.universes(study, workers=1)
    assert (study.processed / "universes.parquet").read_bytes() == before
    monkeypatch.setattr(varying_topics, "estimates", None)
    monkeypatch.setattr(varying_topics, "TopicModel", None)
    pd.testing.assert_frame_equal(stages.topic_grid(study), topics)
    narrow = stages.topic_universes(study)  # 04-topics asks for the same fits
    assert set(narrow["n_topics"]) <= {6, 8} and len(narrow)


def test_a_choice_and_the_measure_it_is_made_for_have_columns_of_their_own(study, found):
    table = views.effect_table(study, found)
    assert table["measure"].str.endswith("(indicator)").all() and table["way of counting"].gt(0).any()
    assert len(views.choice_sentences(study, found)) == len(table) == 4
    assert (table["clusters"] == 0).all()  # it moves the interval alone


def test_findings_are_worded_by_shares(study, found, topics):
    both = pd.concat([found, topics], ignore_index=True)
    told = views.robustness_findings(study, both)
    assert len(told) == 5 and all("(planned)" in line for line in told[:4]) and "(exploratory)" in told[4]
    unplanned = dataclasses.replace(study, plan=None)
    assert "(exploratory)" in views.robustness_findings(unplanned, found)[0]
    assert views.robustness_findings(study, found.head(0)) == [
        "- No planned comparison can be estimated here, so there is nothing to vary."
    ]
    up = found[found["quantity"] == found["quantity"].iloc[0]].assign(estimate=0.2, low=0.1, high=0.3)
    assert "holds;" in views.robustness_findings(study, up)[0]
    assert "most intervals hold zero" in views.robustness_findings(study, up.assign(low=-0.1))[0]
    half = up.assign(estimate=np.where(np.arange(len(up)) % 2, 0.2, -0.2))
    assert "hangs on the choices" in views.robustness_findings(study, half)[0]
