"""Universes on real counts: the main analysis among them, no analysis twice, kept, resumed, the same for any workers."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from helpers.compare.multiverse import grid
from helpers.data.corpus import Corpus
from helpers.pipeline import multiverse, topic_multiverse
from helpers.pipeline.multiverse import KEYS, Comparison, choices_for, chosen, comparisons, distinct, estimate
from helpers.pipeline.multiverse_cache import Kept, computed
from helpers.pipeline.recipes import recipes_for
from helpers.pipeline.topic_prevalence import topic_shares
from helpers.study import Study, Universes, load_study

SMALL = Universes(
    indicators={"period": ("whole", "second half"), "copies": ("in", "originals only"), "min_passages": (1,),
                "measure": ("share of passages", "any passage"), "clusters": ("outlet-week", "both ways")},
    topics={"tokens": ("content words", "with phrases"), "period": ("whole", "first half"), "n_topics": (8, 6),
            "seed": (20240619,), "min_documents": (3,)},
    most=8,
)  # fmt: skip
PLACES = ["kind", "measure", "group", "reference"]


def small(root) -> Corpus:
    """The shipped counts with few universes."""
    study = dataclasses.replace(load_study("official-voices", root=root), universes=SMALL)
    return Corpus(study, recipes_for(study), say=lambda line: None)


@pytest.fixture(scope="module")
def corpus(workshop) -> Corpus:
    return small(workshop)


@pytest.fixture(scope="module")
def study(corpus) -> Study:
    return corpus.study


@pytest.fixture(scope="module")
def found(corpus) -> pd.DataFrame:
    return multiverse.universes(corpus, workers=1)


def unpacked(universes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([json.loads(text) for text in universes["universe"]], index=universes.index)


def kept(study, kind="indicators"):
    return Kept(study.interim / "universes.sqlite", kind)


def test_the_main_universe_is_the_planned_estimate(corpus, found):
    rows = corpus.estimates.query("planned and voice == 'all' and items == 'all' and window == 'period'")
    planned, main = rows.set_index(PLACES), found[found["main"]].set_index(PLACES)
    assert len(main) == len(comparisons(corpus)) == 4
    for keys, row in main.iterrows():
        mine = row[["estimate", "low", "high"]].to_numpy(float)
        assert mine == pytest.approx(planned.loc[keys, ["estimate", "low", "high"]].to_numpy(float), abs=1e-9)
    assert (main["scale"] == 1).all() and main["measure_name"].str.endswith("(indicator)").all()


def test_an_option_that_changes_nothing_is_no_universe(corpus, found):
    assert not corpus.articles.query("analysed")["doubtful"].any()
    choices = unpacked(found)
    assert set(choices["flagged"]) == {"in"} and set(choices["copies"]) == {"in", "originals only"}
    assert len(found) <= 4 * 2**5 and "threshold" not in choices  # voice, copies, period, clusters and measure


def test_any_number_of_workers_gives_the_same(corpus, found):
    (corpus.study.interim / "universes.sqlite").unlink()
    pd.testing.assert_frame_equal(multiverse.universes(corpus, workers=2), found)


def test_what_is_known_is_not_computed_again(corpus, found, monkeypatch):
    monkeypatch.setattr(multiverse, "estimate", None)  # would fail in every universe
    pd.testing.assert_frame_equal(multiverse.universes(corpus), found)


def test_other_data_are_computed_and_older_results_forgotten(corpus, found, monkeypatch):
    n, whole = len(kept(corpus.study)), multiverse._materials
    keys = comparisons(corpus)[0]

    def halved(*given):
        first, *others = whole(*given)
        return [dataclasses.replace(first, rows=first.rows.assign(value=first.rows["value"] / 2)), *others]

    monkeypatch.setattr(multiverse, "_materials", halved)
    turned = multiverse.universes(corpus, workers=1)
    assert len(kept(corpus.study)) == n == len(turned)
    monkeypatch.undo()
    multiverse.universes(corpus)
    first = (turned["measure"] == keys[1]) & (turned["group"] == keys[2]) & (turned["reference"] == keys[3])
    share = unpacked(turned)["measure"] == "share of passages"
    assert turned.loc[first & share, "estimate"].to_numpy() == pytest.approx(found.loc[first & share, "estimate"] / 2)
    assert turned.loc[first & ~share, "estimate"].to_numpy() == pytest.approx(found.loc[first & ~share, "estimate"])
    pd.testing.assert_frame_equal(turned[~first], found[~first])


KILLED = """
import sys
from pathlib import Path
from helpers.pipeline import multiverse
from test_pipeline_multiverse import small
multiverse.universes(small(Path(sys.argv[1])), workers=2)
"""


def test_a_killed_run_is_resumed_where_it_stopped(corpus, study, found, monkeypatch):
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

    monkeypatch.setattr(multiverse, "estimate", counted)
    pd.testing.assert_frame_equal(multiverse.universes(corpus, workers=1), found)
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
    return Comparison(both.assign(first=both["outlet"] == "x"), 0.95, 1)


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
    keys = ("indicator", "A", "x", "y")
    row = estimate({keys: few}, MAIN | dict(zip(KEYS, keys, strict=True)))
    assert np.isnan(row["estimate"]) and row["note"] == "no article on one side"


def test_a_classifier_has_thresholds_and_others_none(study):
    whole = dataclasses.replace(study, universes=Universes())
    choices = choices_for(whole, "classifier", made())
    assert choices["threshold"] == [0.5, 0.4, 0.6] and "measure" not in choices
    assert "threshold" not in choices_for(whole, "indicator", made())
    keys = ("classifier", "A", "x", "y")
    universe = {name: options[0] for name, options in choices.items()} | dict(zip(KEYS, keys, strict=True))
    at_half = estimate({keys: made()}, universe)
    rows = made().rows.query("voice == 'all'")
    share = rows.assign(high=rows["value"] >= 0.5).groupby("outlet")["high"].mean()
    assert at_half["estimate"] == pytest.approx(share["x"] - share["y"]) and at_half["scale"] == 1


@pytest.fixture(scope="module")
def topics(corpus) -> pd.DataFrame:
    return topic_multiverse.universes(corpus, workers=2)


def test_the_main_universe_of_topics_is_what_was_fitted(corpus, topics):
    main = topics[topics["main"]].set_index("measure")
    shares = topic_shares(corpus.topic_measures)
    outlet = corpus.articles.set_index("article_id").loc[shares.index, "outlet"].to_numpy()
    assert len(main) == corpus.study.analysis.n_topics and (main["overlap"] == 1).all()
    for topic, row in main.iterrows():
        mine = shares[topic]
        assert row["estimate"] == pytest.approx(
            mine[outlet == row["group"]].mean() - mine[outlet == row["reference"]].mean()
        )


def test_a_topic_that_is_not_found_agrees_with_nothing(topics):
    missed = topics["overlap"] < topic_multiverse.AGAIN
    assert missed.any() and topics.loc[missed, ["estimate", "low", "high"]].isna().all().all()
    assert (topics.loc[missed, "note"] == "topic not found").all()
    assert topics.loc[~missed, "estimate"].notna().all() and (topics["measure"].value_counts() == 8).all()


def test_topics_are_the_same_for_any_workers_and_known_afterwards(corpus, topics, monkeypatch):
    (corpus.study.interim / "universes.sqlite").unlink()
    pd.testing.assert_frame_equal(topic_multiverse.universes(corpus, workers=1), topics)
    monkeypatch.setattr(topic_multiverse, "estimates", None)
    monkeypatch.setattr(topic_multiverse, "TopicModel", None)
    pd.testing.assert_frame_equal(topic_multiverse.universes(corpus), topics)


def test_numbers_of_topics_are_a_cut_in_which_nothing_else_varies(corpus, topics):
    numbers = topic_multiverse.over_numbers(topics, corpus.topic_range)
    advised = corpus.topic_range.query("quantity == 'recommended'").iloc[0]
    assert len(numbers) and numbers["n_topics"].between(advised["low"], advised["high"]).all()
    rest = unpacked(numbers).drop(columns="n_topics")
    assert len(rest.drop_duplicates()) == 1 and set(numbers["language"]) == {"en"}
    assert not numbers.duplicated(["measure", "n_topics"]).any()
