"""The memory of weeks, measured of all words of a contrast: known answers, and what keyness makes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.compare.keyness import keyness
from helpers.compare.memory import measure
from helpers.compare.word_memory import WordMemory, word_memory

MONDAY = pd.Timestamp("2024-01-01")


def press(rho, *, weeks=40, per_week=4, words=30, seed=0):
    """Two outlets, nothing differs: counts with a last column of other words, and side, week, day of each text."""
    rng = np.random.default_rng(seed)
    shock = rng.standard_normal((2, weeks, words))
    for week in range(1, weeks):
        shock[:, week] = rho * shock[:, week - 1] + np.sqrt(1 - rho**2) * shock[:, week]
    side, week = np.repeat([0, 1], weeks * per_week), np.tile(np.repeat(np.arange(weeks), per_week), 2)
    rate = 2 * np.exp(0.5 * shock[side, week] + 0.4 * rng.standard_normal((len(side), words)) - 0.2)
    counts = sparse.csr_matrix(np.column_stack([rng.poisson(rate), rng.poisson(100, len(side))]))
    return counts.astype(float), pd.DataFrame(
        {"side": side, "week": week, "day": MONDAY + pd.to_timedelta(7 * week, "D")}
    )


def contrast(counts, texts, *, dated=True, **options):
    first = (texts["side"] == 0).to_numpy()
    clusters = (texts["side"] * 1000 + texts["week"]).to_numpy()
    options = (
        {"n_permutations": 199, "rng": np.random.default_rng(1)} | ({"day": texts["day"]} if dated else {}) | options
    )
    return keyness(counts, first, ~first, terms=range(counts.shape[1]), clusters=clusters, **options)


def remembered(counts, texts, **options):
    tokens = np.asarray(counts.sum(axis=1)).ravel()
    return word_memory(counts, tokens, texts["side"].to_numpy(), texts["week"].to_numpy(float), **options)


@pytest.mark.parametrize("rho", [0.4, 0.7])
def test_the_memory_that_was_planted_is_measured(rho):
    memories = [remembered(*press(rho, weeks=60, seed=seed)) for seed in range(4)]
    assert np.mean([memory.rho for memory in memories]) == pytest.approx(rho, abs=0.07)
    share = 0.25 / (0.25 + (0.16 + 0.5) / 4)  # of the shock in a week's variance
    longer = 1 + 2 * share * rho / (1 - rho)  # of an endless series
    blocks = np.mean([memory.block_weeks.mean() for memory in memories])
    assert 0.75 * longer < blocks < 1.15 * longer


def test_one_word_has_the_block_that_a_mean_of_the_same_values_has():
    counts, texts = press(0.7, words=1, weeks=60, seed=3)
    counts[:, 1] = 1000 - counts[:, [0]].toarray()  # texts of one length: a word's rate is a plain mean
    one = remembered(sparse.csr_matrix(counts), texts)
    rate = counts[:, [0]].toarray().ravel() / 1000
    other = measure(rate, texts["side"].to_numpy(), texts["week"].to_numpy(float))
    assert one.rho == pytest.approx(other.rho, abs=0.01)
    assert one.block_weeks[0] == pytest.approx(other.block_weeks, rel=0.1)  # whose shares begin at .1
    assert one.n_weeks == other.n_weeks == 60


def test_words_whose_weeks_remember_are_flagged_no_more_often_than_said():
    before, now = [], []
    for seed in range(8):
        counts, texts = press(0.8, seed=100 + seed)
        before.append((contrast(counts, texts, dated=False)["p"] <= 0.05).mean())
        now.append((contrast(counts, texts)["p"] <= 0.05).mean())
    assert np.mean(before) > 0.18 and np.mean(now) < 0.09


def test_where_weeks_do_not_remember_every_byte_is_as_without_days():
    counts, texts = press(0.0, seed=2)
    assert remembered(counts, texts) is None
    plain, dated = contrast(counts, texts, dated=False), contrast(counts, texts)
    pd.testing.assert_frame_equal(
        plain.drop(columns="block_weeks"), dated.drop(columns="block_weeks"), check_exact=True
    )
    assert plain["block_weeks"].isna().all() and (dated["block_weeks"] == 1).all()


def test_errors_and_p_grow_by_the_block_and_the_note_says_so():
    counts, texts = press(0.8, seed=4)
    plain, dated = contrast(counts, texts, dated=False), contrast(counts, texts)
    plain = plain.loc[dated.index]
    assert dated["se"].to_numpy() == pytest.approx((plain["se"] * np.sqrt(dated["block_weeks"])).to_numpy())
    assert dated["z"].to_numpy() == pytest.approx((dated["delta"] / dated["se"]).to_numpy())
    assert (
        (dated["p"] >= plain["p"]).all()
        and (dated["dof"] <= plain["dof"]).all()
        and dated["z"].abs().is_monotonic_decreasing
    )
    left = pd.Series(remembered(counts, texts).left).reindex(dated.index)
    assert dated["dof"].to_numpy() == pytest.approx(np.maximum(plain["dof"] * left, 1).to_numpy()) and left.max() < 1
    assert "weeks remember (ρ 0." in dated["note"].iloc[0] and "remember" not in plain["note"].iloc[0]


def test_a_planted_word_is_still_found():
    counts, texts = press(0.6, seed=5)
    counts = counts.tolil()
    counts[:160, 7] = counts[:160, 7].toarray() * 4
    table = contrast(sparse.csr_matrix(counts), texts)
    assert table.loc[7, "q"] <= 0.05 and table.loc[7, "block_weeks"] > 1.5


def test_weeks_that_count_as_fewer_than_two_are_refused():
    memory = WordMemory(0.9, 9, np.ones((1, 3)), np.array([6.0]), np.ones(1))
    assert memory.refusal.startswith("weeks remember: the 9 of the smaller side count as 1.5 for the median word")
    texts = press(0.0, weeks=9, words=40)[1]
    level = np.where(texts["week"] < 4, 9.0, 1.0)  # half of the time one way, half the other
    rng = np.random.default_rng(3)
    counts = np.column_stack(
        [rng.poisson(level if word % 2 else 10 - level) for word in range(40)] + [np.full(72, 100)]
    )
    table = contrast(sparse.csr_matrix(counts.astype(float)), texts)
    assert (table["method"] == "refused").all() and "count as" in table["note"].iloc[0]
    assert table["p"].isna().all() and not table["tested"].any() and (table.loc[range(40), "block_weeks"] > 4).all()


def test_undated_texts_are_compared_and_tell_nothing_of_memory():
    counts, texts = press(0.7, seed=6)
    undated = texts.assign(day=texts["day"].where(texts.index % 10 != 0))
    table = contrast(counts, undated)
    assert table["n_target"].sum() == counts[:160].sum() and (table["block_weeks"] > 1).all()
    none = contrast(counts, texts.assign(day=pd.NaT))
    assert (none["block_weeks"] == 1).all()


def test_copies_of_a_week_tell_no_more_than_one():
    counts, texts = press(0.7, seed=7)
    twice = sparse.vstack([counts, counts], format="csr")
    story = np.tile(np.arange(len(texts)), 2)
    once, copied = remembered(counts, texts), remembered(twice, pd.concat([texts, texts]), stories=story)
    assert copied.rho == pytest.approx(once.rho, abs=1e-6)
    assert copied.block_weeks == pytest.approx(once.block_weeks, rel=1e-5)


def test_the_number_of_threads_moves_nothing():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    tables = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads):
            tables.append(contrast(*press(0.7, seed=8)))
    pd.testing.assert_frame_equal(*tables, check_exact=True)
