"""Somebody else's study, made from a CSV as the README says, and the mistakes a new user makes most."""

import csv
import dataclasses
import shutil

import numpy as np
import pytest

from helpers.collect.imports import ImportFault
from helpers.pipeline import open_corpus
from helpers.pipeline.audit_sample import audit_sample
from helpers.show.topics import model_sentences
from helpers.study import StudyError, Universes, load_study

COLUMNS = ["url", "outlet", "date", "headline", "text"]
SAID = [
    "Russia and North Korea signed a treaty, officials said.",
    "Soldiers from North Korea went to Russia, a ministry reported.",
    "Shells from Pyongyang were loaded for Moscow by night.",
    "A resolution was broken when Moscow and Pyongyang traded arms.",
    "A rail link between Russia and the DPRK opened again.",
    "Tourists from Moscow came to Pyongyang for a festival.",
]
REST = ["Rain fell on the valley again.", "The choir sang for an hour.", "Wheat rose in price this week."]


@pytest.fixture
def rows():
    """Two hundred articles of two outlets over a year."""
    rng = np.random.default_rng(5)
    made = []
    for i in range(200):
        said = [str(rng.choice(SAID if rng.random() < 0.7 else REST)) for _ in range(6)]
        outlet = ["daily", "herald"][int(rng.integers(2))]
        day = f"2024-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
        text = "\n\n".join([" ".join(said[:3]), " ".join(said[3:]), f"Number {i} of the year."])
        made.append([f"https://{outlet}.example/{i}", outlet, day, f"Item {i}", text])
    return made


@pytest.fixture
def mine(root, tmp_path):
    """A copy of the template below a checkout of its own."""
    shutil.copytree(root / "studies" / "template", tmp_path / "studies" / "mine")
    return tmp_path / "studies" / "mine"


def put(folder, rows, columns=COLUMNS):
    with (folder / "articles.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return load_study("mine", root=folder.parents[1])


def opened(study):
    return open_corpus(study, say=lambda line: None)


def refusal(study):
    with pytest.raises((ImportFault, StudyError)) as caught:
        _ = opened(study).pages
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_two_hundred_rows_become_a_whole_study(mine, rows):
    corpus = opened(dataclasses.replace(put(mine, rows), universes=Universes(most=12)))
    for name in corpus.recipes:
        corpus.table(name)
    assert len(corpus.articles) == 200
    assert corpus.estimates.loc[corpus.estimates["reference"] == "herald", "low"].notna().any()
    assert not corpus.multiverse.empty and not corpus.topic_multiverse.empty
    sample = audit_sample(corpus, np.random.default_rng(1), n=4)
    assert [len(source) for source in sample["source"]] == [3] * 4  # the rows of the export, paragraph by paragraph


def test_a_missing_column_names_the_columns_there_are(mine, rows):
    told = refusal(put(mine, rows, ["url", "outlet", "date", "headline", "body"]))
    assert "articles.csv" in told and "'text'" in told and "body" in told


def test_an_ambiguous_date_format_says_how_to_settle_it(mine, rows):
    for row in rows:
        year, month, day = row[2].split("-")
        row[2] = f"{month}/{int(day) % 12 + 1}/{year}"
    told = refusal(put(mine, rows))
    assert "articles.csv, line 2" in told and "date_format" in told


def test_the_date_format_settles_it(mine, rows):
    for row in rows:
        row[2] = ".".join(reversed(row[2].split("-")))
    study = put(mine, rows)
    columns = study.sources[0].columns | {"date_format": "%d.%m.%Y"}
    study = dataclasses.replace(study, sources=(dataclasses.replace(study.sources[0], columns=columns),))
    assert set(opened(study).collect_ledger["outcome"]) == {"kept"}


def test_an_unknown_outlet_names_the_nearest(mine, rows):
    rows[7][1] = "Dayly"
    told = refusal(put(mine, rows))
    assert "line" in told and "'Dayly'" in told and "'daily'" in told


def test_empty_text_and_a_bad_date_cost_a_ledger_line_each(mine, rows):
    rows[3][4], rows[5][2] = "", "a day in May"
    corpus = opened(put(mine, rows))
    entries = corpus.collect_ledger
    lost = entries[entries["outcome"] != "kept"].set_index("outcome")["detail"]
    assert sorted(lost.index) == ["bad_date", "empty_text"]
    assert "articles.csv, line" in lost["bad_date"] and "a day in May" in lost["bad_date"]
    assert len(corpus.articles) == 198


def test_an_id_that_stands_for_two_texts_stops(mine, rows):
    rows[9][0] = rows[8][0]
    study = put(mine, rows)
    columns = study.sources[0].columns | {"id": "url"}
    study = dataclasses.replace(study, sources=(dataclasses.replace(study.sources[0], columns=columns),))
    told = refusal(study)
    assert "line" in told and rows[8][0] in told


def test_a_missing_file_says_where_it_was_looked_for(mine):
    told = refusal(load_study("mine", root=mine.parents[1]))
    assert "studies/mine/articles.csv" in told


def test_a_language_of_few_distinct_texts_has_no_topics_and_the_rest_goes_on(mine, rows):
    for place, row in enumerate(rows):
        row[4] = f"{SAID[place % 6]} {REST[place % 3]} Number {place} of the year."
    corpus = opened(put(mine, rows))
    refused = corpus.topic_quality.iloc[0]
    assert (refused["topic"], refused["quantity"], refused["value"]) == ("none", "distinct articles", 6)
    assert corpus.topics.empty and corpus.topic_range.empty and corpus.topic_multiverse.empty
    [told] = model_sentences(corpus.articles, corpus.topic_quality, ["en"], fewest=60)
    assert told.endswith("of which 6 distinct articles are too few to learn topics from.")
    assert len(corpus.estimates) and (corpus.multiverse["note"] == "no article with a topic on one side").any()
