"""Folds, constants and errors of a frame's classifier, by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score

from helpers.frames import classify
from helpers.frames.classify import classifier_errors, count_features, fold_of, groups, predict, stacked, too_few


def test_without_a_feature_that_tells_everybody_has_the_share_of_the_other_folds():
    """Laplace's rule, (k + 1) / (n + 2), of the passages that the model saw; uncoded ones have the mean of the folds."""
    codes = np.array([1.0] * 20 + [0.0] * 30 + [np.nan] * 10)
    found = predict(np.zeros((60, 3)), codes[:, None], group=np.arange(60))
    fold, p = found.fold[:, 0], found.probability[:, 0]
    assert (np.bincount(fold[:50]) == 10).all() and (fold[50:] == -1).all()
    told = []
    for one in range(5):
        seen = codes[:50][fold[:50] != one]
        told.append((seen.sum() + 1) / (len(seen) + 2))
        assert p[fold == one] == pytest.approx(told[-1])
    assert p[50:] == pytest.approx(np.mean(told)) and not found.label.any()
    mostly = predict(np.zeros((60, 3)), 1 - codes[:, None], group=np.arange(60))
    assert mostly.label.all() and mostly.probability[50:, 0] == pytest.approx(1 - np.mean(told))


def test_what_tells_in_part_has_the_share_of_its_kind():
    """A word that is right in 3 of 4 passages, and its absence in 5 of 6: p comes near, in coded and uncoded ones."""
    place = np.arange(160)
    word = place % 10 < 4
    right = np.where(word, place // 10 % 4 < 3, place // 10 % 6 < 1)
    codes = np.where(place < 120, right.astype(float), np.nan)
    found = predict(np.column_stack([word, ~word]), codes[:, None], group=place)
    for part in (slice(0, 120), slice(120, 160)):
        p = found.probability[part, 0]
        assert p[word[part]].mean() == pytest.approx(0.75, abs=0.06)
        assert p[~word[part]].mean() == pytest.approx(1 / 6, abs=0.06)
        assert (found.label[part, 0] == word[part]).all()


def test_platts_sigmoid_solves_its_equations():
    """At the optimum residuals beside Platt's targets are orthogonal to the constant and to the score."""
    rng = np.random.default_rng(1)
    frame = rng.random(200) < 0.3
    scores = rng.normal(size=200) + frame
    slope, level = classify._sigmoid(scores, frame)
    target = np.where(frame, (frame.sum() + 1) / (frame.sum() + 2), 1 / ((~frame).sum() + 2))
    rest = expit(slope * scores + level) - target
    assert abs(rest.mean()) < 1e-4 and abs((rest * scores).mean()) < 1e-4


def test_the_threshold_is_the_best_there_is():
    def f1(frame, yes):
        return 2 * (frame & yes).sum() / (frame.sum() + yes.sum())

    for seed in range(20):
        rng = np.random.default_rng(seed)
        p, frame = rng.random(15), rng.random(15) < 0.4
        frame[0] = True
        assert f1(frame, p >= classify._threshold(p, frame)) == max(f1(frame, p >= one) for one in p)
    assert classify._threshold(np.array([0.9, 0.5, 0.1]), np.array([True, False, False])) == pytest.approx(0.7)
    assert classify._threshold(np.array([0.9, 0.5]), np.array([True, True])) == 0.5


def test_groups_go_largest_first_to_the_emptiest_fold():
    group = np.repeat(np.arange(6), [7, 5, 4, 3, 3, 2])
    coded = np.ones(24, bool)
    fold = fold_of(group, coded, n_folds=3, rng=np.random.default_rng(0))
    assert sorted(np.bincount(fold)) == [7, 8, 9] and pd.Series(fold).groupby(group).nunique().max() == 1
    assert list(dict.fromkeys(fold)) == [0, 1, 2]  # named in the order of passages
    sizes = {frozenset(np.flatnonzero(np.bincount(group[fold == one], minlength=6)).tolist()) for one in range(3)}
    assert sizes in ({frozenset({0}), frozenset({1, 3}), frozenset({2, 4, 5})}, {frozenset({0, 5}), frozenset({1, 3}), frozenset({2, 4})}, {frozenset({0}), frozenset({1, 4}), frozenset({2, 3, 5})}, {frozenset({0, 5}), frozenset({1, 4}), frozenset({2, 3})})  # fmt: skip
    none = coded & (group != 1)
    fold = fold_of(group, none, n_folds=3, rng=np.random.default_rng(0))
    assert (fold[group == 1] == -1).all() and (fold[group != 1] >= 0).all()


def test_a_period_binds_with_ten_groups_none_above_a_third():
    coded = np.ones(60, bool)
    for n, whole in ((10, 10), (9, 60)):
        assert len(set(groups(range(60), [np.arange(60) % n], coded))) == whole
    third, more = np.r_[np.zeros(20), 1 + np.arange(40) % 12], np.r_[np.zeros(21), 1 + np.arange(39) % 12]
    assert len(set(groups(range(60), [third], coded))) == 13
    assert len(set(groups(range(60), [more], coded))) == 60
    assert len(set(groups(range(60), [more], coded & (np.arange(60) > 0)))) == 60  # 20 of 59 coded
    assert len(set(groups(range(60), [third], np.zeros(60, bool)))) == 60
    bound = groups(["s", "t", "s", "u"], [], np.ones(4, bool))
    assert bound[0] == bound[2] and len(set(bound)) == 3


def test_five_of_a_kind_are_enough_and_a_half_is_without():
    assert too_few(np.array([1.0] * 5 + [0.0] * 5)) == ""
    assert too_few(np.array([1.0] * 5 + [0.0] * 4 + [np.nan] * 9)).startswith("4 coded passages without")
    assert too_few(np.array([0.51] * 4 + [0.5] * 9)).startswith("4 coded passages with ")
    few = predict(
        np.ones((9, 1)), np.array([[0.5, np.nan]] * 4 + [[0.0, np.nan]] * 4 + [[np.nan] * 2]), group=np.arange(9)
    )
    assert few.probability[:, 0] == pytest.approx(0.25) and (few.probability[:, 1] == 0).all()


def test_features_have_length_one_by_kind_and_no_word_is_no_fault():
    both = stacked(np.array([[3.0, 4.0], [0.0, 2.0]]), np.array([[5.0], [0.0]]), weights=[3, 1]).toarray()
    assert both == pytest.approx(
        np.array([[0.6, 0.8, 0], [0, 1, 0]]) * np.sqrt(0.75) + np.array([[0, 0, 0.5], [0, 0, 0]])
    )
    empty = count_features(np.empty((3, 0)))
    assert empty.shape == (3, 1) and empty.nnz == 0


def errors(rows, **options):
    return classifier_errors(rows, clusters=["story"], **options).set_index("quantity")


def test_errors_are_those_of_scikit_learn_with_weights():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"code": rng.random(80) < 0.4, "label": rng.random(80) < 0.5, "probability": rng.random(80)})
    rows = rows.assign(chance=rng.choice([0.2, 0.5, 1.0], 80), story=np.arange(80) // 2)
    load = {"sample_weight": 1 / rows["chance"]}
    table = errors(rows.assign(code=rows["code"].astype(float)))
    truth = (rows["code"], rows["label"])
    assert table.loc["precision", "value"] == pytest.approx(precision_score(*truth, **load))
    assert table.loc["recall", "value"] == pytest.approx(recall_score(*truth, **load))
    assert table.loc["f1", "value"] == pytest.approx(f1_score(*truth, **load))
    assert table.loc["brier", "value"] == pytest.approx(brier_score_loss(rows["code"], rows["probability"], **load))
    gap = np.average(rows["probability"] - rows["code"], weights=load["sample_weight"])
    assert table.loc["calibration", "value"] == pytest.approx(gap)
    n = [rows["label"].sum(), rows["code"].sum(), (rows["label"] | rows["code"]).sum(), 80, 80]
    assert table["n"].tolist() == n and ((table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    narrow = errors(rows.assign(code=rows["code"].astype(float)), level=0.5)
    assert (narrow["high"] - narrow["low"] < table["high"] - table["low"]).all()


def test_codes_in_part_count_in_part_and_nothing_is_nan():
    rows = pd.DataFrame({"code": [0.5, 0.25, 1.0], "label": [True, False, True], "probability": [0.5, 0.25, 1.0]})
    table = errors(rows.assign(chance=1.0, story=range(3)))
    assert table.loc["precision", "value"] == pytest.approx(0.75)
    assert table.loc["recall", "value"] == pytest.approx(1.5 / 1.75)
    assert table.loc["f1", "value"] == pytest.approx(2 * 1.5 / (2 + 1.75))
    gap = table.loc["calibration"]
    assert gap["value"] == 0 and np.isnan(gap["low"]) and gap["n"] == 3  # all alike: nothing shows how it varies
    none = errors(rows.assign(label=False, chance=1.0, story=range(3)))
    assert np.isnan(none.loc["precision", "value"]) and none.loc["precision", "n"] == 0
    assert none.loc["recall", "value"] == 0 and none.loc["f1", "value"] == 0
    one = errors(rows.iloc[:1].assign(probability=0.9, chance=1.0, story=0)).loc["calibration"]
    assert one["value"] == pytest.approx(0.4) and np.isnan(one["low"]) and one["n"] == 1
