"""Classifiers of frames: no story on both sides, constants where they must be, the same bytes, honest errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.frames.classify import (
    classifier_errors,
    count_features,
    fold_of,
    groups,
    predict,
    stacked,
    text_features,
    too_few,
)
from helpers.frames.external_labels import COLUMNS, labels_of, read_given

MADE = {"model": "m-1", "prompt": "Is it about law?", "date": "2026-11-26"}


def corpus(seed: int = 0, n: int = 160):
    """Texts of which some speak of a treaty, with noise; story and month of each; codes of half."""
    rng = np.random.default_rng(seed)
    frame = rng.random(n) < 0.4
    words = np.array(["harbour", "grain", "ferry", "winter", "minister", "crowd", "storm", "bridge"])
    texts = [
        " ".join([*rng.choice(words, 6), *(["treaty pact"] if yes and rng.random() < 0.8 else [])]) for yes in frame
    ]
    story = np.arange(n)
    story[n // 2 :: 4] = story[: n // 2][::2][: len(story[n // 2 :: 4])]
    codes = np.where(rng.random(n) < 0.6, frame.astype(float), np.nan)
    return texts, codes, story, np.arange(n) // 8, frame


def test_a_copied_story_is_never_on_both_sides():
    _, codes, story, month, _ = corpus()
    coded = np.isfinite(codes)
    for periods in ([month], [month // 20, month], []):
        group = groups(story, periods, coded)
        fold = fold_of(group, coded, n_folds=5, rng=np.random.default_rng(0))
        assert pd.Series(fold).groupby(story).nunique().max() == 1
        assert set(fold[coded]) == set(range(5))


def test_months_are_kept_whole_where_enough_are_left():
    coded = np.ones(60, bool)
    month, week = np.repeat(range(12), 5), np.repeat(range(30), 2)
    for periods, whole in (([month, week], month), ([month // 3, week], week), ([month // 3], np.arange(60))):
        found = pd.Series(groups(range(60), periods, coded))
        assert found.nunique() == len(set(whole)) and found.groupby(whole).nunique().max() == 1


def test_a_story_over_months_joins_them():
    story, month = np.arange(60), np.repeat(range(12), 5)
    story[5] = 0  # the first story of January is printed in February
    found = groups(story, [month], np.ones(60, bool))
    assert len(set(found)) == 11 and found[0] == found[5] == found[9]


def test_no_prediction_saw_its_own_code():
    texts, codes, story, month, _ = corpus()
    features = text_features(texts)
    group = groups(story, [month], np.isfinite(codes))
    before = predict(features, codes[:, None], group=group)
    one = int(np.flatnonzero(np.isfinite(codes))[7])
    changed = codes.copy()
    changed[group == group[one]] = np.where(np.isfinite(codes), 1 - codes, np.nan)[group == group[one]]
    after = predict(features, changed[:, None], group=group)
    mine = group == group[one]
    assert (before.fold[mine, 0] == before.fold[one, 0]).all() and before.fold[one, 0] >= 0
    assert before.probability[mine].tobytes() == after.probability[mine].tobytes()
    assert before.probability[~mine].tobytes() != after.probability[~mine].tobytes()


def test_it_learns_and_its_probabilities_are_calibrated():
    texts, codes, story, month, frame = corpus(n=400)
    found = predict(text_features(texts), codes[:, None], group=groups(story, [month], np.isfinite(codes)))
    p, yes = found.probability[:, 0], found.label[:, 0]
    assert np.corrcoef(p, frame)[0, 1] > 0.7
    assert 2 * (yes & frame).sum() / (yes.sum() + frame.sum()) > 0.8
    assert abs(p.mean() - frame.mean()) < 0.07


def test_the_same_seed_gives_the_same_bytes():
    texts, codes, story, month, _ = corpus()
    features, group = text_features(texts), groups(story, [month], np.isfinite(codes))
    one, two = (predict(features, codes[:, None], group=group, seed=4) for _ in range(2))
    assert one.probability.tobytes() == two.probability.tobytes()
    assert one.label.tobytes() == two.label.tobytes()


def test_rare_frames_get_a_constant_and_it_is_told():
    texts, codes, story, month, _ = corpus()
    rare = np.where(np.isfinite(codes), 0.0, np.nan)
    rare[np.flatnonzero(np.isfinite(codes))[:4]] = 1.0
    both = np.column_stack([codes, rare, np.full(len(codes), np.nan)])
    found = predict(text_features(texts), both, group=groups(story, [month], np.isfinite(codes)))
    assert found.notes[0] == "" and found.notes[1].startswith("4 coded passages with the frame, 5 are needed")
    assert np.unique(found.probability[:, 1]).tolist() == [pytest.approx(np.nanmean(rare))]
    assert not found.label[:, 1:].any() and (found.fold[:, 1:] == -1).all()
    assert found.notes[2].startswith("0 coded passages")
    assert too_few(np.ones(30)).startswith("0 coded passages without the frame")


def test_counts_and_vectors_are_features_like_words():
    texts, codes, story, month, frame = corpus(n=300)
    group = groups(story, [month], np.isfinite(codes))
    vocabulary = sorted({word for text in texts for word in text.split()})
    counts = np.array([[text.split().count(word) for word in vocabulary] for text in texts])
    vectors = np.column_stack([frame + np.random.default_rng(1).normal(0, 0.5, len(frame)), np.ones(len(frame))])
    for features in (count_features(counts), vectors, stacked(count_features(counts), vectors, weights=[1, 0.5])):
        found = predict(features, codes[:, None], group=group)
        assert np.corrcoef(found.probability[:, 0], frame)[0, 1] > 0.5
    with pytest.raises(ValueError, match="300 rows of features, 299 of codes"):
        predict(vectors, codes[:-1, None], group=group)


def test_errors_by_outlet_have_intervals_and_weigh_by_chance():
    rng = np.random.default_rng(5)
    n = 300
    code = (rng.random(n) < 0.4).astype(float)
    label = np.where(rng.random(n) < 0.8, code > 0, rng.random(n) < 0.5)
    rows = pd.DataFrame({"code": code, "label": label, "probability": 0.2 + 0.6 * label, "chance": 0.5})
    rows = rows.assign(story=np.arange(n) // 2, week=np.arange(n) // 10, outlet=np.tile(["a", "b"], n // 2))
    table = classifier_errors(rows, clusters=["story", "week"], by=["outlet"]).set_index(["outlet", "quantity"])
    mine = rows[rows["outlet"] == "a"]
    hits = float((mine["label"] * mine["code"]).sum())
    assert table.loc[("a", "precision"), "value"] == pytest.approx(hits / mine["label"].sum())
    assert table.loc[("a", "f1"), "value"] == pytest.approx(2 * hits / (mine["label"].sum() + mine["code"].sum()))
    inside = (table["low"] <= table["value"]) & (table["value"] <= table["high"])
    assert inside.all() and len(table) == 10
    heavy = classifier_errors(rows.assign(chance=np.where(rows["label"], 0.1, 0.9)), clusters=["story"]).set_index(
        "quantity"
    )
    assert heavy.loc["recall", "value"] > table.loc[("a", "recall"), "value"]


def test_labels_that_a_researcher_brings():
    rows = pd.DataFrame([["a", "0", "LAW", "0.7"], ["b", "3", "LAW", "1"]], columns=COLUMNS)
    given = read_given(rows, file="m.csv", frames=["LAW"], about=MADE)
    passages = pd.DataFrame({"article_id": ["b", "a"], "position": [3, 0]})
    assert labels_of(given, passages, "LAW", file="m.csv").tolist() == [1.0, 0.7]
    more = pd.DataFrame({"article_id": ["b", "c"], "position": [3, 1]})
    with pytest.raises(ValueError, match=r"m.csv: 1 passages without a value for LAW, first 'c', position 1"):
        labels_of(given, more, "LAW", file="m.csv")
    assert read_given(rows.assign(**MADE), file="m.csv", frames=["LAW"], about={}).model == "m-1"


@pytest.mark.parametrize(
    ("change", "about", "message"),
    [
        ({"value": "1.2"}, MADE, "m.csv, row 2: value '1.2' is not a number within 0 and 1"),
        ({"frame": "LAWS"}, MADE, "m.csv, row 2: frame 'LAWS' is not in the codebook; frames: LAW"),
        ({"position": "x"}, MADE, "m.csv, row 2: position 'x' is not a whole number"),
        ({}, {"model": "m"}, "m.csv: no prompt; say which model, prompt, date made the labels"),
        ({}, MADE | {"date": "26 November"}, "m.csv: date '26 November' is not a day as 2026-11-26"),
        ({"model": "m-2"}, MADE, "m.csv: model is 'm-1' and 'm-2'; give one file for each"),
    ],
)
def test_labels_are_refused_with_file_row_and_value(change, about, message):
    rows = pd.DataFrame([["a", "0", "LAW", "0.7"]], columns=COLUMNS).assign(**change)
    with pytest.raises(ValueError) as error:
        read_given(rows, file="m.csv", frames=["LAW"], about=about)
    assert str(error.value) == message
    doubled = pd.DataFrame([["a", "0", "LAW", "0"]] * 2, columns=COLUMNS)
    with pytest.raises(ValueError, match="row 3: article_id 'a' has this passage and frame twice"):
        read_given(doubled, file="m.csv", frames=["LAW"], about=MADE)
