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
from helpers.pipeline.estimates import LEAD
from helpers.pipeline.measures import topic_shares
from helpers.pipeline.multiverse import choices_for, comparisons, distinct, estimate, joint_p
from helpers.pipeline.multiverse_cache import Kept, computed
from helpers.pipeline.recipes import recipes_for
from helpers.pipeline.universe_rows import COMMON, KEYS, PARTS, STRATA, WHOLE, Comparison, chosen, lacking, matched
from helpers.study import Study, Universes, load_study
from helpers.study.universes import CHOICES

SMALL = Universes(
    indicators={"window": (COMMON, WHOLE), "copies": ("in", "originals only"), "min_passages": (1,),
                "measure": ("share of passages", "any passage"), "clusters": ("outlet-week", "both ways")},
    topics={"tokens": ("content words", "with phrases"), "period": ("whole", "first half"), "n_topics": (8, 6),
            "seed": (20240619,), "min_documents": (3,)},
    most=8,
)  # fmt: skip
PLACES = ["kind", "measure", "group", "reference"]
PLAIN = {"voice": "all", "copies": "in", "measure": "share of passages", "clusters": "both ways"}


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


@pytest.mark.parametrize(
    ("window", "adjustment", "told"),
    [
        (COMMON, "none", LEAD),
        (COMMON, "within topic", f"{LEAD}, within topic"),
        (COMMON, "within month", f"{LEAD}, within month"),
        (WHOLE, "none", "period"),
        (WHOLE, "within topic", "period, within topic"),
    ],
)
def test_a_universe_in_which_nothing_else_is_varied_is_the_estimate_of_that_window(
    corpus, found, window, adjustment, told
):
    rows, choices = corpus.estimates.query("voice == 'all' and items == 'all' and window == @told"), unpacked(found)
    plain = (choices[["voice", "copies", "measure", "clusters"]] == pd.Series(PLAIN)).all(axis=1)
    here = found[plain & (choices["window"] == window) & (choices["adjustment"] == adjustment)].set_index(PLACES)
    assert len(here) == len(comparisons(corpus)) == 4 and (here["main"] == (told == LEAD)).all()
    for keys, row in here.iterrows():
        theirs = rows.set_index(PLACES).loc[keys, ["estimate", "low", "high"]].to_numpy(float)
        assert row[["estimate", "low", "high"]].to_numpy(float) == pytest.approx(theirs, abs=1e-9, nan_ok=True)
    assert (here["scale"] == 1).all() and here["measure_name"].str.endswith("(indicator)").all()


def test_an_option_that_changes_nothing_is_no_universe(corpus, found):
    assert not corpus.articles.query("analysed")["doubtful"].any()
    choices = unpacked(found)
    assert set(choices["flagged"]) == {"in"} and set(choices["copies"]) == {"in", "originals only"}
    assert (
        len(found) <= 4 * 3 * 2**5 and "threshold" not in choices
    )  # adjustment; voice, copies, window, clusters, measure


def test_any_number_of_workers_gives_the_same(corpus, found):
    (corpus.study.interim / "universes.sqlite").unlink()
    pd.testing.assert_frame_equal(multiverse.universes(corpus, workers=2), found)


def test_what_is_known_is_not_computed_again(corpus, found, monkeypatch):
    monkeypatch.setattr(multiverse, "estimate", None)  # would fail in every universe
    pd.testing.assert_frame_equal(multiverse.universes(corpus), found)


def test_other_data_are_computed_and_older_results_forgotten(corpus, found, monkeypatch):
    n, whole = len(kept(corpus.study)), multiverse.materials
    keys = comparisons(corpus)[0]

    def halved(*given):
        first, *others = whole(*given)
        return [dataclasses.replace(first, rows=first.rows.assign(value=first.rows["value"] / 2)), *others]

    monkeypatch.setattr(multiverse, "materials", halved)
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
    day = np.arange(2 * n)
    rows = pd.DataFrame({
        "one_rule": True, "outlet": np.repeat([0, 1], n), "voice": "all", "first": day < n,
        "value": np.r_[rng.uniform(0.4, 1, n), rng.uniform(0, 0.6, n)], "hits": 3.0, "words": 150.0,
        "n_passages": np.tile([1, 2, 3, 4], n // 2), "part": 1 + day % 2, "topic": day % 3 - 1, "month": day // n,
        "day": pd.date_range("2024-01-01", periods=2 * n),
        "is_original": day % 5 > 0, "doubtful": day % 8 == 0, "passing": day % 10 == 0, "copy_cluster": day // 2, "outlet_week": day // 4,
    })  # fmt: skip
    both = pd.concat([rows, rows.assign(voice="outlet", value=rows["value"] / 2)], ignore_index=True)
    outside = both.iloc[:1].assign(part=0)  # of the whole period alone
    return Comparison(pd.concat([both, both.assign(one_rule=False), outside], ignore_index=True), 0.95, 1)


MAIN = {"voice": "all", "copies": "in", "flagged": "in", "genres": "in", "min_passages": 1, "window": COMMON, "adjustment": "none",
        "clusters": "both ways", "measure": "share of passages"}  # fmt: skip


@pytest.mark.parametrize(
    ("option", "n"),
    [
        ({}, 80),
        ({"copies": "originals only"}, 64),
        ({"copies": "one per story"}, 40),
        ({"flagged": "out"}, 70),
        ({"genres": "out"}, 72),
        ({"min_passages": 3}, 40),
        ({"window": WHOLE}, 80),
        ({"window": "first half"}, 40),
        ({"adjustment": "within topic"}, 53),
        ({"voice": "quoted"}, 0),
    ],
)
def test_each_option_keeps_the_articles_it_says(option, n):
    assert len(chosen(made(), MAIN | option)) == n


def test_no_analysis_counts_twice():
    material, choices = made(), {name: [option] for name, option in MAIN.items()}
    choices |= {"copies": ["in", "originals only"], "clusters": ["both ways", "outlet-week"]}
    assert len(distinct(material, grid(choices))) == 4
    half = dataclasses.replace(material, rows=material.rows.assign(is_original=material.rows["part"] == 2))
    later = distinct(half, grid(choices | {"window": ["second half"]}))
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
    few = dataclasses.replace(material, rows=material.rows[material.rows["first"]])
    keys = ("indicator", "A", "x", "y")
    row = estimate({keys: few}, MAIN | dict(zip(KEYS, keys, strict=True)))
    assert np.isnan(row["estimate"]) and row["note"] == "no article on one side in the common window"


def test_universes_without_support_stay_each_with_its_reason():
    material = made()
    alone = dataclasses.replace(material, rows=material.rows.assign(part=0))  # the sides share no time
    choices = {name: [option] for name, option in MAIN.items()} | {"copies": ["in", "originals only"]}
    choices |= {"window": [COMMON, WHOLE], "adjustment": ["none", "within topic", "within month"]}
    every = distinct(alone, grid(choices))
    assert len(every) == 2 * 2 * 3
    notes = {(one["window"], one["adjustment"]): lacking(chosen(alone, one), one) for one in every}
    assert notes == {
        (COMMON, "none"): "no article on one side in the common window",
        (COMMON, "within topic"): "no article with a topic on one side in the common window",
        (COMMON, "within month"): "no article with a month on one side in the common window",
        (WHOLE, "none"): "",
        (WHOLE, "within topic"): "",
        (WHOLE, "within month"): "no month holds articles of both sides",
    }


def test_an_adjusted_universe_compares_within_its_strata_and_so_does_its_joint_p():
    keys, within = ("indicator", "A", "x", "y"), MAIN | {"adjustment": "within topic"}
    confounded = made().rows.assign(value=made().rows["topic"] / 2, month=0)
    confounded.loc[confounded["first"] & (confounded["topic"] < 1), "part"] = 0  # the first side writes of one topic
    material = Comparison(confounded, 0.95, 1)
    plain, adjusted = (estimate({keys: material}, one | dict(zip(KEYS, keys, strict=True))) for one in (MAIN, within))
    assert plain["estimate"] > 0.2 and abs(adjusted["estimate"]) < 1e-12
    assert len(matched(chosen(material, within))) == 13 + 13
    assert np.isnan(joint_p(material, [within | {"window": "second half", "min_passages": 50}]))


def test_the_windows_and_adjustments_declared_are_those_known_here():
    assert set(CHOICES["indicators"]["window"].options) == {WHOLE, *PARTS}
    assert set(CHOICES["indicators"]["adjustment"].options) == {"none", *STRATA}
    assert CHOICES["indicators"]["window"].usual[0] == COMMON


def test_a_classifier_has_thresholds_and_others_none(study):
    whole = dataclasses.replace(study, universes=Universes())
    choices = choices_for(whole, "classifier", made())
    assert choices["threshold"] == [0.5, 0.4, 0.6] and "measure" not in choices
    assert "threshold" not in choices_for(whole, "indicator", made())
    keys = ("classifier", "A", "x", "y")
    universe = {name: options[0] for name, options in choices.items()} | dict(zip(KEYS, keys, strict=True))
    at_half = estimate({keys: made()}, universe)
    rows = made().rows.query("voice == 'all' and one_rule and part > 0")
    share = rows.assign(high=rows["value"] >= 0.5).groupby("outlet")["high"].mean()
    assert at_half["estimate"] == pytest.approx(share[0] - share[1]) and at_half["scale"] == 1


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
