"""A second run, a second collection, and counts in place of text: on the practice press of two languages."""

from __future__ import annotations

import dataclasses

import built
import pandas as pd
import pytest

from helpers.data import tables
from helpers.pipeline import open_corpus
from helpers.pipeline.counts import MIN_ARTICLES
from helpers.pipeline.shared import export_counts
from helpers.study import Source, load_study
from helpers.text.phrases import scan_for_runs
from helpers.text.tokens import lemmas

TO_COUNTS = ["pages", "cleaned", "boilerplate", "passages", "copies", "flags", "articles", "counts", "phrases",
             "background", "volume", "ledger"]  # fmt: skip
ANALYSED = ["topics", "topic_terms", "topic_quality", "topic_links", "topic_documents", "topic_range", "measures",
            "indicator_hits", "estimates", "keyness", "multiverse", "topic_multiverse"]  # fmt: skip


@pytest.fixture(scope="module")
def corpus(small_practice):
    """Made by processes side by side."""
    return open_corpus(small_practice, say=lambda line: None)


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The same study collected, cleaned and counted a second time, elsewhere and in one process."""
    folder = built.workshop(tmp_path_factory.mktemp("again"))
    built.make_small(folder)
    second = open_corpus(load_study("practice", root=folder), say=lambda line: None)
    for name in reversed(TO_COUNTS):
        second.table(name)
    return second


def test_a_second_run_gives_the_same_bytes(corpus, again):
    for name in TO_COUNTS:
        one, two = (each.study.processed / f"{name}.parquet" for each in (corpus, again))
        assert one.read_bytes() == two.read_bytes(), name


def test_a_second_collection_asks_for_no_page_again(again):
    warc = again.study.raw / "warc"
    before = {path.name: path.read_bytes() for path in warc.iterdir()}
    pages = again.pages
    (again.study.processed / "pages.parquet").unlink()
    second = open_corpus(again.study, say=lambda line: None)
    pd.testing.assert_frame_equal(second.pages, pages)
    assert {path.name: path.read_bytes() for path in warc.iterdir()} == before


@pytest.fixture(scope="module")
def shared(corpus, tmp_path_factory):
    """The same study from its shared counts alone."""
    folder = tmp_path_factory.mktemp("shared")
    export_counts(corpus, folder / "counts")
    study = built.copied(dataclasses.replace(corpus.study), folder)
    for path in study.processed.rglob("*"):  # nothing but the counts is taken along, and what is known of passages
        if path.is_file():
            path.unlink()
    return open_corpus(dataclasses.replace(study, sources=(Source(kind="counts", path=folder / "counts"),)))


@pytest.mark.parametrize("name", ANALYSED)
def test_counts_give_what_text_gives_to_the_last_digit(corpus, shared, name):
    pd.testing.assert_frame_equal(corpus.table(name), shared.table(name), check_exact=True)


def test_what_is_shared_holds_no_run_of_words_beyond_the_phrase_list(corpus, shared):
    folder = shared.study.sources[0].path
    phrases = tables.read(folder, "phrases")
    terms = set(tables.read(folder, "counts")["term"]) | set(tables.read(folder, "background")["term"])
    articles = corpus.articles
    for language in corpus.study.languages:
        texts = articles.loc[articles["language"] == language, "text"]
        listed = set(phrases.loc[phrases["language"] == language, "phrase"])
        others = set(phrases["phrase"]) - listed
        assert scan_for_runs(terms - others, texts, language=language, phrases=listed) == []
    assert tables.read(folder, "cleaned")[["title", "byline", "section", "text"]].isna().all().all()
    assert tables.read(folder, "passages")["text"].isna().all()
    assert tables.read(folder, "speech")[["speaker", "text"]].isna().all().all()


def test_a_shared_phrase_is_the_codebooks_or_stands_in_ten_stories(corpus, shared):
    phrases = tables.read(shared.study.sources[0].path, "phrases")
    assert (phrases["phrase"].str.count(" ") <= 3).all()
    for language, rows in phrases[phrases["origin"] == "corpus"].groupby("language"):
        part = corpus.articles[corpus.articles["language"] == language]
        runs = {
            cluster: " / " + " ".join(lemmas(" ".join(texts), str(language))) + " "
            for cluster, texts in part.groupby("copy_cluster")["text"]
        }
        for phrase in rows["phrase"]:
            assert sum(f" {phrase} " in run for run in runs.values()) >= MIN_ARTICLES, phrase


def test_what_was_planted_is_recovered_from_the_smaller_press_too(corpus):
    rows = corpus.scores.set_index("quantity")["recovered"]
    for quantity in ("articles fetched: recall", "pairs that copy one story: recall", "relevant articles: precision",
                     "passages where an indicator was planted (ko): recall"):  # fmt: skip
        assert rows[quantity] >= 0.95, quantity
