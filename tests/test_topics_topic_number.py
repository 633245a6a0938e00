"""The sheet over K: it holds its shape, repeats itself, and its range keeps the planted number."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.topics.topic_model import TopicModel
from helpers.topics.topic_number import DECIDING, SCORES, as_rows, recommended_range, sheet


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    return sparse.csr_matrix(rng.poisson(np.kron(np.eye(4), np.full((50, 12), 1.0)) + 0.05))


@pytest.fixture(scope="module")
def scores(counts):
    return sheet(counts, [2, 3, 4, 6], seeds=[0, 1], n_samples=3, rng=np.random.default_rng(1))


def test_every_score_has_an_interval(scores):
    assert scores.index.tolist() == [2, 3, 4, 6] and scores.index.name == "n_topics"
    for score in SCORES:
        assert (scores[f"{score}_low"] <= scores[score]).all()
        assert (scores[score] <= scores[f"{score}_high"]).all()
    assert (scores.n_samples == 3).all()


def test_the_planted_number_is_best_and_in_the_range(scores):
    assert scores.stability.idxmax() == 4
    assert scores.loc[4, "heldout_fit"] > scores.loc[3, "heldout_fit"]
    found = recommended_range(scores)
    assert found.low <= 4 <= found.high
    assert found.low < found.high  # never one number
    assert found.votes[4] == len(DECIDING)


def test_long_form_holds_the_same_numbers(scores):
    rows = as_rows(scores)
    assert len(rows) == len(scores) * len(SCORES)
    for _, row in rows.iterrows():
        assert (row["value"], row["low"]) == tuple(
            scores.loc[row["n_topics"], [row["quantity"], f"{row['quantity']}_low"]]
        )


def test_same_generator_same_sheet(counts, scores):
    again = sheet(counts, [6, 2, 3, 4], seeds=[0, 1], n_samples=3, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(again, scores)


def test_another_engine_and_clusters(counts):
    clusters = np.repeat(np.arange(100), 2)
    table = sheet(
        counts,
        [3, 4],
        seeds=[0],
        n_samples=2,
        rng=np.random.default_rng(1),
        clusters=clusters,
        fit=lambda csr, n_topics, seed: TopicModel(n_topics, smoothing=0.0, seed=seed).fit(csr),
    )
    assert np.isfinite(table.to_numpy()).all()


def test_the_rule_on_made_up_sheets():
    def made(means, width=0.1):
        columns = {}
        for score in DECIDING:
            columns[score] = means
            columns[f"{score}_low"] = [mean - width / 2 for mean in means]
            columns[f"{score}_high"] = [mean + width / 2 for mean in means]
        return pd.DataFrame(columns, index=range(5, 5 + len(means)))

    def found(means):
        return tuple(recommended_range(made(means)))

    assert found([0.1, 0.5, 0.5, 0.5, 0.1]) == (6, 8)
    assert found([0.5, 0.1, 0.5, 0.5, 0.1]) == (7, 8)  # the longest run
    assert found([0.5, 0.5, 0.1, 0.5, 0.5]) == (5, 6)  # the first of equals
    assert found([0.1, 0.1, 0.9, 0.1, 0.1]) == (6, 8)  # one alone is widened
    assert found([0.9, 0.1, 0.1]) == (5, 6)
    assert found([0.5, 0.5, 0.5]) == (5, 7)


def test_a_sheet_without_enough_to_go_on_is_refused(counts):
    with pytest.raises(ValueError, match="two samples"):
        sheet(counts, [3], seeds=[0], n_samples=1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="empty sheet"):
        recommended_range(pd.DataFrame())
