"""Topics on real counts: every table, nothing lost, labels that stay with their words, and empty studies."""

from __future__ import annotations

import dataclasses
import warnings

import pandas as pd
import pytest

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_counts
from helpers.pipeline.measures import topic_shares
from helpers.pipeline.recipes import recipes_for
from helpers.pipeline.topic_fit import Fitted, small_corpus_told
from helpers.pipeline.topic_network import concept_rates
from helpers.pipeline.topic_range import recommended
from helpers.study import Study, load_study
from helpers.topics.labels import Label, assign_labels
from helpers.topics.topic_model import SmallCorpusWarning

TABLES = ["topics", "topic_terms", "topic_quality", "topic_documents", "topic_links", "topic_languages", "topic_edges"]


def opened(study: Study) -> Corpus:
    return Corpus(study, recipes_for(study), say=lambda line: None)


@pytest.fixture(scope="module")
def study(workshop) -> Study:
    return load_study("official-voices", root=workshop)


@pytest.fixture(scope="module")
def corpus(study) -> Corpus:
    return opened(study)


@pytest.fixture(scope="module")
def shares(corpus) -> pd.DataFrame:
    return topic_shares(corpus.topic_measures)


@pytest.fixture(scope="module")
def articles(corpus) -> pd.DataFrame:
    return analysed_articles(corpus)


def test_every_topic_stands_in_every_table(study, corpus):
    read = {name: corpus.table(name) for name in TABLES}
    names = set(read["topics"]["topic"])
    assert len(names) == study.analysis.n_topics
    assert set(read["topic_terms"]["topic"]) == set(read["topic_documents"]["topic"]) == names
    assert names <= set(read["topic_quality"]["topic"])
    n = len(names)
    assert len(read["topic_edges"]) == n * (n - 1) / 2
    assert read["topic_links"].empty and read["topic_languages"].empty  # one language alone has topics


def test_shares_of_every_article_add_up_and_their_mean_is_the_prevalence(corpus, articles, shares):
    assert set(shares.index) == set(articles.loc[articles["language"] == "en", "article_id"])
    quality = corpus.topic_quality
    told = quality[(quality["quantity"] == "prevalence") & (quality["topic"] != "all")].set_index("topic")
    for measure, mean in shares.mean().items():
        row = told.loc[measure]
        assert row["value"] == pytest.approx(mean) and row["low"] <= mean <= row["high"]


def test_unassigned_articles_are_told_by_outlet(corpus):
    quality = corpus.topic_quality
    told = quality[quality["quantity"].str.startswith("unassigned ")]
    assert set(told["quantity"]) == {"unassigned kcna", "unassigned white-house"}
    assert (told["value"] == 0).all()


def test_typical_articles_are_of_different_stories_and_hold_most(corpus, articles, shares):
    rows = corpus.topic_documents
    stories = rows["article_id"].map(articles.set_index("article_id")["copy_cluster"])
    assert not pd.DataFrame({"topic": rows["topic"], "story": stories}).duplicated().any()
    for topic, part in rows.groupby("topic"):
        assert part["share"].is_monotonic_decreasing
        assert part["share"].iloc[0] == pytest.approx(shares[topic].max())
    passages = corpus.table("passages").set_index(["article_id", "position"])
    assert all(key in passages.index for key in zip(rows["article_id"], rows["position"], strict=True))


def test_topics_that_one_outlet_carries_are_named(corpus, articles, shares):
    about, notes = articles.set_index("article_id"), corpus.topics.set_index("topic")
    outlet = about.loc[shares.index, "outlet"].to_numpy()
    for topic, called in notes["called"].items():
        if called.startswith("outlet: "):
            mine = shares[topic]
            assert mine[outlet == called.removeprefix("outlet: ")].sum() >= 0.5 * mine.sum()
    assert notes["called"].str.startswith("outlet: ").sum() >= 4  # registers, as the page says


def test_a_label_follows_its_words_when_the_topics_are_fitted_anew(study, corpus):
    terms = corpus.topic_terms
    first = tuple(terms[terms["topic"] == "en-02"].sort_values("rank")["term"].head(6))
    labels = (Label("en", "Indo-Pacific", "read", first), Label("en", "Gone", "was there", ("xylophone", "marmalade")))
    analysis = dataclasses.replace(study.analysis, n_topics=10)
    other = opened(dataclasses.replace(study, labels=labels, analysis=analysis))
    row = other.topics.query("label == 'Indo-Pacific'").iloc[0]
    again = other.topic_terms.query("topic == @row.topic").sort_values("rank")["term"].head(12)
    assert len(set(again) & set(first)) >= 3
    assert row["reason"] == "read" and row["topic_name"] == "Indo-Pacific"
    assert "'Gone' fits no topic" in assign_labels(labels, other.topic_terms)[1][0]
    names = other.measures.query("kind == 'topic'").set_index("measure")["measure_name"]
    assert set(names[row["topic"]]) == {"Indo-Pacific (topic)"}
    corpus.renew()


def test_numbers_of_topics_are_those_the_sheet_recommends(study, corpus):
    assert tuple(recommended(study, corpus.topic_range, "ru")[i] for i in (0, -1)) == study.analysis.topic_range
    advised, found = corpus.topic_range.query("quantity == 'recommended'").iloc[0], corpus.topic_range
    en = recommended(study, found, "en")
    assert (en[0], en[-1]) == (advised["low"], advised["high"])


def test_concepts_are_rates_of_words(study, corpus, articles):
    counts = analysed_counts(corpus)
    rates = concept_rates(study, Fitted(study, counts, articles, "en"))
    assert {"soldier", "treaty", "CHN"} <= set(rates.columns) and not set(study.pair) & set(rates.columns)
    assert (rates >= 0).all().all() and rates.max().max() < 1
    article = rates["soldier"].idxmax()
    mine = counts[counts["article_id"] == article]
    singles = mine[~mine["term"].str.contains("[@ ]")]
    n = mine.loc[mine["term"].isin(["soldier", "troop"]), "count"].sum()
    assert rates.loc[article, "soldier"] == pytest.approx(n / singles["count"].sum())


def test_a_study_without_topics_has_empty_tables(study, corpus):
    alone = opened(dataclasses.replace(study, languages=("ru",)))
    assert all(alone.table(name).empty for name in TABLES if name != "topic_quality")
    refused = alone.topic_quality.iloc[0]
    assert (refused["topic"], refused["quantity"], refused["value"]) == ("none", "articles", 46)
    assert alone.topic_range.empty and alone.topic_multiverse.empty
    corpus.renew()


def test_a_small_corpus_is_told_once_and_other_warnings_go_their_way():
    lines = []
    with pytest.warns(UserWarning, match="of something else"), small_corpus_told(lines.append, "topics of en: "):
        for _ in range(2):
            warnings.warn("few documents", SmallCorpusWarning, stacklevel=1)
        warnings.warn("of something else", UserWarning, stacklevel=1)
    assert lines == ["topics of en: few documents"]
