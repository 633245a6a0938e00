"""The topics stage on real counts: every table, nothing lost, labels that stay with their words, and empty studies."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from helpers import pipeline as stages
from helpers import views
from helpers.data import tables
from helpers.pipeline.indicator_measures import relevant_counts
from helpers.pipeline.topic_network import concept_rates
from helpers.pipeline.topics import Fitted, recommended
from helpers.study import Study, load_study
from helpers.topics.labels import Label
from practice.uncleaned import uncleaned

TABLES = ["topics", "topic_quality", "topic_notes", "topic_documents", "topic_links", "topic_languages", "topic_edges"]


@pytest.fixture(scope="module")
def study(workshop) -> Study:
    study = load_study("official-voices", root=workshop)
    stages.collect(study)
    stages.clean(study)
    stages.count(study)
    stages.topics(study)
    return study


@pytest.fixture(scope="module")
def corpus(study) -> pd.DataFrame:
    return stages.load_corpus(study, relevant_only=True)


def test_every_topic_stands_in_every_table(study):
    read = {name: tables.read(study.processed, name) for name in TABLES}
    names = set(read["topics"]["topic"])
    assert len(names) == study.analysis.n_topics
    assert set(read["topic_notes"]["topic"]) == set(read["topic_documents"]["topic"]) == names
    assert names <= set(read["topic_quality"]["topic"])
    n = len(names)
    assert len(read["topic_edges"]) == n * (n - 1) / 2
    assert read["topic_links"].empty and read["topic_languages"].empty  # one language alone has topics


def test_shares_of_every_article_add_up_and_their_mean_is_the_prevalence(study, corpus):
    shares = stages.topic_shares(study)
    assert set(shares.index) == set(corpus.loc[corpus["language"] == "en", "article_id"])
    quality = tables.read(study.processed, "topic_quality")
    told = quality[(quality["quantity"] == "prevalence") & (quality["topic"] != "all")].set_index("topic")
    for measure, mean in shares.mean().items():
        row = told.loc[measure.removeprefix("topic:")]
        assert row["value"] == pytest.approx(mean) and row["low"] <= mean <= row["high"]


def test_unassigned_articles_are_told_by_outlet(study):
    quality = tables.read(study.processed, "topic_quality")
    told = quality[quality["quantity"].str.startswith("unassigned ")]
    assert set(told["quantity"]) == {"unassigned kcna", "unassigned white-house"}
    assert (told["value"] == 0).all()
    assert "none is left out" in views.topic_languages(study)[0]


def test_typical_articles_are_of_different_stories_and_hold_most(study, corpus):
    rows = tables.read(study.processed, "topic_documents")
    stories = rows["article_id"].map(corpus.set_index("article_id")["copy_cluster"])
    assert not pd.DataFrame({"topic": rows["topic"], "story": stories}).duplicated().any()
    shares = stages.topic_shares(study)
    for topic, part in rows.groupby("topic"):
        assert part["share"].is_monotonic_decreasing
        assert part["share"].iloc[0] == pytest.approx(shares[f"topic:{topic}"].max())
    passages = tables.read(study.processed, "passages").set_index(["article_id", "position"])
    assert all(key in passages.index for key in zip(rows["article_id"], rows["position"], strict=True))


def test_topics_that_one_outlet_carries_are_named(study):
    shares, about = stages.topic_shares(study), stages.load_corpus(study).set_index("article_id")
    notes = tables.read(study.processed, "topic_notes").set_index("topic")
    outlet = about.loc[shares.index, "outlet"].to_numpy()
    for topic, called in notes["called"].items():
        if called.startswith("outlet: "):
            mine = shares[f"topic:{topic}"]
            assert mine[outlet == called.removeprefix("outlet: ")].sum() >= 0.5 * mine.sum()
    assert notes["called"].str.startswith("outlet: ").sum() >= 4  # registers, as the page says


def test_a_label_follows_its_words_when_the_topics_are_fitted_anew(study):
    terms = tables.read(study.processed, "topics")
    first = tuple(terms[terms["topic"] == "en-02"].sort_values("rank")["term"].head(6))
    labels = (Label("en", "Indo-Pacific", "read", first), Label("en", "Gone", "was there", ("xylophone", "marmalade")))
    named = dataclasses.replace(study, labels=labels)
    stages.topics(named, n_topics=10)
    notes = tables.read(study.processed, "topic_notes")
    placed = notes.loc[notes["label"] == "Indo-Pacific", "topic"].item()
    again = set(tables.read(study.processed, "topics").query("topic == @placed").sort_values("rank")["term"].head(12))
    assert len(again & set(first)) >= 3
    told = "\n".join(views.topic_labels(named))
    assert f"{placed} is *Indo-Pacific* (read)" in told and "'Gone' fits no topic" in told
    assert views.name_of(named, f"topic:{placed}") == f"topic {placed} (Indo-Pacific)"
    stages.topics(study)


def test_numbers_of_topics_are_those_the_sheet_recommends(study):
    whole = recommended(study, "ru")
    assert (whole[0], whole[-1]) == study.analysis.topic_range  # no sheet of that language
    stages.choose_topics(study)
    found = stages.topic_universes(study)
    advised = tables.read(study.processed, "topic_range").query("quantity == 'recommended'").iloc[0]
    assert (found["n_topics"].min(), found["n_topics"].max()) == (advised["low"], advised["high"])
    own = found[found["n_topics"] == study.analysis.n_topics]
    assert (own["overlap"] == 1).all()
    shares, about = stages.topic_shares(study), stages.load_corpus(study).set_index("article_id")
    outlet = about.loc[shares.index, "outlet"].to_numpy()
    for row in own.itertuples():
        mine = shares[f"topic:{row.topic}"]
        assert row.estimate == pytest.approx(mine[outlet == row.group].mean() - mine[outlet == row.reference].mean())


def test_concepts_are_rates_of_words(study):
    counts, corpus = relevant_counts(study)
    rates = concept_rates(study, Fitted(study, counts, corpus, "en"))
    assert {"soldier", "treaty", "CHN"} <= set(rates.columns) and not set(study.pair) & set(rates.columns)
    assert (rates >= 0).all().all() and rates.max().max() < 1
    article = rates["soldier"].idxmax()
    mine = counts[counts["article_id"] == article]
    singles = mine[~mine["term"].str.contains("[@ ]")]
    n = mine.loc[mine["term"].isin(["soldier", "troop"]), "count"].sum()
    assert rates.loc[article, "soldier"] == pytest.approx(n / singles["count"].sum())


def test_levels_and_months_are_means_of_the_shares_and_gaps_are_none(study, corpus):
    shares = stages.topic_shares(study)
    about = corpus.set_index("article_id").loc[shares.index]
    levels = stages.topic_levels(study, "en").set_index(["topic", "outlet"])
    months = stages.topic_months(study, "en").set_index(["topic", "outlet", "month"])
    for outlet in ("kcna", "white-house"):
        mine = shares[(about["outlet"] == outlet).to_numpy()]
        assert levels.loc[("en-01", outlet), "estimate"] == pytest.approx(mine["topic:en-01"].mean())
        cells = months.loc[("en-01", outlet)]
        assert (cells["estimate"] * cells["n"]).sum() == pytest.approx(mine["topic:en-01"].sum())
        assert cells["gap"].sum() > 0 or outlet == "white-house"
    assert months.loc[months["gap"], "estimate"].isna().all()
    assert months.loc[months["n"] < 5, "low"].isna().all() and months.loc[months["n"] >= 5, "low"].notna().any()


def test_nothing_is_put_back_into_a_real_study(study):
    with pytest.raises(ValueError, match="is not the practice study"):
        uncleaned(study)


def test_a_study_without_topics_has_empty_tables_and_sentences(study):
    alone = dataclasses.replace(study, languages=("ru",))
    stages.topics(alone)
    stages.choose_topics(alone)
    assert all(tables.read(study.processed, name).empty for name in TABLES if name != "topic_quality")
    assert "no topic model: 46 relevant articles" in "\n".join(views.topic_findings(alone))
    assert views.topics(alone).empty and views.topic_edges(alone).empty
    assert "nothing to align" in views.strand_sentences(alone)[0]
    numbers = stages.topic_universes(alone)
    assert views.universe_sentences(alone, numbers) == ["No language has enough articles for topics."]
    assert views.topic_universes(alone, numbers)["topic"].item() == "no language has enough articles"
    stages.topics(study)


def test_the_same_counts_give_the_same_bytes(study):
    before = {name: (study.processed / f"{name}.parquet").read_bytes() for name in TABLES}
    stages.topics(study)
    assert before == {name: (study.processed / f"{name}.parquet").read_bytes() for name in TABLES}
    assert np.isfinite(tables.read(study.processed, "topic_notes")[["x", "y"]].to_numpy()).all()
