"""Words judged by dealing clusters anew: held against brute force, null splits, planted words and refusals."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from story_counts import corpus, split

from helpers.compare.differences import benjamini_hochberg
from helpers.compare.keyness import (
    Parts,
    evened,
    keyness,
    p_values,
    permuted_sides,
    reachable,
    studentised,
    whole_contrast,
)
from helpers.compare.log_odds import log_odds, pseudo_counts


def one_score(table, tokens, chosen, alpha):
    """The studentised log-odds of one arrangement, term by term, from the definition."""
    found, variance, model = 0.0, 0.0, 0.0
    for mask, sign in ((chosen, 1), (~chosen, -1)):
        y, n, parts = table[mask].sum(axis=0), tokens[mask].sum(), mask.sum()
        a, rest = y + alpha, n + alpha.sum() - y - alpha
        psi = (1 / a + 1 / rest) * (table[mask] - np.outer(tokens[mask], y / n))
        variance = variance + (psi**2).sum(axis=0) * parts / (parts - 1)
        found, model = found + sign * np.log(a / rest), model + 1 / a
    return found / np.sqrt(np.maximum(variance, model))


def test_all_arrangements_at_once_equal_one_after_the_other():
    counts, _, _ = corpus(n_units=14, vocabulary=30, copies=1)
    tokens = np.asarray(counts.sum(axis=1)).ravel()
    parts = Parts(counts.astype(float), tokens, np.arange(14) < 5)
    permuted = permuted_sides(parts, 20, np.random.default_rng(3))
    alpha = pseudo_counts(np.asarray(counts.sum(axis=0)).ravel(), (300.0, 500.0))
    together = studentised(parts.table.tocsc(), tokens, permuted, alpha, float(alpha.sum()))
    for column in range(permuted.shape[1]):
        alone = one_score(counts.toarray(), tokens, permuted[:, column] > 0, alpha)
        assert together[:, column] == pytest.approx(alone, abs=1e-8)
    assert (permuted.sum(axis=0) == 5).all() and len(np.unique(permuted.T, axis=0)) > 15


@pytest.mark.parametrize("dense", [0.0, 1.0])
@pytest.mark.parametrize("exact", [0, 2**24])
@pytest.mark.parametrize("times", [1, 4000])
def test_sums_in_32_bits_in_64_as_full_and_as_sparse_matrices_are_the_same(monkeypatch, dense, exact, times):
    counts, _, _ = corpus(n_units=40, vocabulary=60, copies=1)
    counts = counts.astype(float) * times  # 4000: sums of products with lengths go far beyond 2**24
    tokens = np.asarray(counts.sum(axis=1)).ravel()
    chosen = permuted_sides(Parts(counts, tokens, np.arange(40) < 15), 30, np.random.default_rng(3))
    alpha = pseudo_counts(np.asarray(counts.sum(axis=0)).ravel(), (300.0 * times, 500.0 * times))
    module = importlib.import_module("helpers.compare.keyness")
    monkeypatch.setattr(module, "DENSE", dense)
    monkeypatch.setattr(module, "EXACT", exact)
    together = studentised(counts.tocsc(), tokens, chosen, alpha, float(alpha.sum()))
    alone = [one_score(counts.toarray(), tokens, chosen[:, column] > 0, alpha) for column in range(31)]
    assert together == pytest.approx(np.array(alone).T, abs=1e-8)


def stories(n_units=40, seed=5):
    """A contrast in which stories of both sides are equally long, as clusters cut at the border."""
    counts, codes, terms = corpus(n_units=n_units, vocabulary=90, seed=seed, copies=1)
    side = split(codes, 0.4, seed)
    order = np.r_[np.flatnonzero(side), np.flatnonzero(~side)]
    parts = Parts(counts[order].astype(float), np.asarray(counts[order].sum(axis=1)).ravel(), side[order])
    return counts, side, codes, terms, parts


def every_score(parts, chosen):
    """The squared score of each term in each arrangement, one arrangement after the other."""
    total = np.asarray(parts.table.sum(axis=0)).ravel()
    alpha = pseudo_counts(total, (parts.tokens[parts.first].sum(), parts.tokens[~parts.first].sum()))
    table = parts.table.toarray()
    score = [one_score(table, parts.tokens, column > 0, alpha) ** 2 for column in chosen.T]
    return np.round(np.array(score).T, 9)


def test_two_stages_are_what_dealing_one_after_the_other_gives():
    counts, side, codes, terms, parts = stories()
    table = keyness(counts, side, ~side, terms=terms, clusters=codes, rng=np.random.default_rng(4), n_near=2999)
    assert "thinned" not in table.note.iloc[0] and "1,000 of 40 clusters (3,000 where p was" in table.note.iloc[0]
    rng = np.random.default_rng(4)
    first = every_score(parts, permuted_sides(parts, 999, rng))
    both = np.hstack([first, every_score(parts, permuted_sides(parts, 2000, rng)[:, 1:])])
    rank = [(score >= score[:, :1]).mean(axis=1) for score in (first, both)]  # (1 + hits) / (1 + deals)
    able = reachable(parts, 3)
    small = np.where(rank[0] <= 0.01, p_values(first)[0], rank[0])
    expected = np.where(small <= 0.1, rank[1], rank[0])
    p = table.loc[terms, "p"].to_numpy()
    assert np.isnan(p[~able]).all() and (p[able] <= expected[able] + 1e-12).all()
    sure = able & (expected > 0.01)  # below, a tail is fitted
    assert sure.sum() > 40 and p[sure] == pytest.approx(expected[sure], abs=1e-12)
    assert ((expected != rank[0]) & sure).any()


def test_p_of_the_whole_contrast_is_that_of_sorting_everything():
    for seed in range(4):
        parts = stories(seed=seed)[-1]
        score = every_score(parts, permuted_sides(parts, 199, np.random.default_rng(seed)))[reachable(parts, 3)]
        m, n = score.shape
        p = (n + 1 - stats.rankdata(score, method="min", axis=1)) / n
        top = -np.sort(-score, axis=1)[:, :21]
        tail = 0.1 * np.exp(-(score - top[:, -1:]) / (top - top[:, -1:]).sum(axis=1, keepdims=True) * 20)
        p = np.where(p <= 0.0125, np.minimum(p, tail), p)
        kept = np.where(p <= 0.1, p, np.inf)
        least = (m * np.sort(kept, axis=0) / np.arange(1, m + 1)[:, None]).min(axis=0)
        observed, low = p_values(score)
        assert observed == pytest.approx(p[:, 0])
        assert whole_contrast([low], m, n) == pytest.approx((least <= least[0] * (1 + 1e-9)).mean())


def test_p_of_the_whole_contrast_by_hand():
    low = [(np.array([1, 1, 2]), np.array([0.05, 0.1, 0.02]))]  # least: 4 · .05, 4 · .02; none in the first and last
    assert whole_contrast(low, 4, 4, np.array([0.1, 0.1, 0.1, 0.5])) == 0.5  # 4 · .1 / 3: itself and the third
    assert whole_contrast(low, 4, 4, np.array([0.01, 0.9, 0.9, 0.9])) == 0.25
    assert whole_contrast(low, 4, 4, np.array([0.11, 0.9, 0.9, 0.9])) == 1.0  # none bears on a q of .1
    assert whole_contrast([], 4, 4) == whole_contrast(low, 4, 4) == 1.0


def test_neither_the_order_of_words_nor_the_number_of_threads_moves_a_p():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    counts, side, codes, terms, _ = stories()
    given = {"target": side, "reference": ~side, "clusters": codes}
    tables = []
    for threads, order in ((1, np.arange(90)), (2, np.random.default_rng(1).permutation(90))):
        with threadpoolctl.threadpool_limits(threads):
            table = keyness(counts[:, order], **given, terms=[terms[i] for i in order], rng=np.random.default_rng(4))
        tables.append(table.loc[terms, ["p", "q", "tested", "note"]])
    pd.testing.assert_frame_equal(*tables)


def test_where_clusters_are_too_many_for_more_permutations_the_note_says_so(monkeypatch):
    counts, side, codes, terms, _ = stories()
    given = {"terms": terms, "clusters": codes}
    monkeypatch.setattr(importlib.import_module("helpers.compare.keyness"), "MOST_PERMUTED", 40 * 1500)
    table = keyness(counts, side, ~side, rng=np.random.default_rng(4), **given)
    assert "(1,500 where p was at most .1), not 5,000, because the clusters are many" in table.note.iloc[0]
    assert "not" not in keyness(counts, side, ~side, rng=np.random.default_rng(4), **given, n_near=0).note.iloc[0]


def test_few_clusters_are_all_listed_and_p_is_their_share():
    parts = Parts(sparse.csr_matrix(np.eye(6)), np.ones(6), np.arange(6) < 3)
    permuted = permuted_sides(parts, 99, np.random.default_rng(0))
    assert permuted.shape == (6, 20) and len(np.unique(permuted.T, axis=0)) == 20
    assert p_values(np.arange(20.0)[None, ::-1], listed=True)[0][0] == 1 / 20


def test_the_tail_of_a_squared_normal_is_met_beyond_the_draws():
    rng = np.random.default_rng(5)
    draws = rng.normal(size=(400, 1000)) ** 2
    draws[:, 0] = 4.4**2  # p = 1.1e-5, far beyond one in a thousand
    assert 0.3 < np.median(p_values(draws)[0]) / 1.1e-5 < 6
    assert (p_values(draws)[0] < 1e-3).all()


@pytest.mark.parametrize(("share", "thin"), [(0.5, 1.0), (0.2, 1.0), (0.5, 0.33), (0.8, 0.33)])
def test_where_nothing_differs_five_percent_of_words_are_flagged_and_few_contrasts_find_any(share, thin):
    flagged, plain, found, n = [], [], 0, 40
    for seed in range(n):
        counts, codes, terms = corpus(seed=seed)
        side = split(codes, share, seed)
        rng = np.random.default_rng(seed)
        if thin < 1:
            rows = np.repeat(side, np.diff(counts.indptr))
            counts.data[rows] = rng.binomial(counts.data[rows], thin)
            counts.eliminate_zeros()
        given = {"terms": terms, "clusters": codes, "n_permutations": 99}
        table = keyness(counts, side, ~side, rng=rng, **given).query("tested")
        flagged.append((table.p <= 0.05).mean())
        plain.append((table.z_model.abs() > 1.96).mean())
        found += (table.q <= 0.05).any()
    assert 0.035 < np.mean(flagged) < 0.065
    assert np.mean(plain) > 0.08
    assert found <= 6  # 2 expected of 40 at most; seven or more come once in two hundred runs


def test_planted_words_are_found_and_little_else():
    rng = np.random.default_rng(3)
    counts, codes, terms = corpus(n_units=120, seed=3, burst=0.3)
    side = split(codes, 0.4, 3)
    planted = np.isin(np.arange(120), [4, 8, 12, 16])
    hit = np.repeat(~side, np.diff(counts.indptr)) & planted[counts.indices]
    counts.data[hit] = rng.binomial(counts.data[hit], 0.25)
    table = keyness(counts, side, ~side, terms=terms, clusters=codes, rng=rng).loc[terms]
    assert (table.q[planted] <= 0.05).all() and (table.delta[planted] > 0.7).all()
    assert (table.q[~planted] <= 0.05).sum() <= 1


def test_no_q_is_below_its_benjamini_hochberg_value_or_the_whole_contrasts_p():
    counts, codes, terms = corpus(seed=6)
    side = split(codes, 0.5, 6)
    table = keyness(counts, side, ~side, terms=terms, clusters=codes, rng=np.random.default_rng(1)).query("tested")
    assert (table.q >= benjamini_hochberg(table.p.to_numpy()) - 1e-12).all()
    assert table.q.min() >= 1 / 1000


def test_longer_clusters_are_thinned_and_it_is_said():
    counts, codes, terms = corpus()
    side = split(codes, 0.5, 1)
    long = sparse.csr_matrix(sparse.diags_array(np.where(side, 3.0, 1.0)) @ counts)
    table = keyness(long, side, ~side, terms=terms, clusters=codes, rng=np.random.default_rng(1))
    assert "thinned to" in table.note.iloc[0]
    parts = Parts(long.astype(float), np.asarray(long.sum(axis=1)).ravel(), side)
    even = evened(parts, np.random.default_rng(1))
    assert 0.9 < even.tokens[even.first].mean() / even.tokens[~even.first].mean() < 1.1


def test_two_ways_take_the_larger_p_and_a_cluster_on_both_sides_is_dealt_apart():
    counts, codes, terms = corpus()
    side, weeks = split(codes, 0.5, 1), np.arange(len(codes)) % 24
    given = {"terms": terms, "n_permutations": 399}
    rng = np.random.default_rng
    ways = pd.DataFrame({"story": codes, "week": weeks})
    both = keyness(counts, side, ~side, clusters=ways, rng=rng(1), **given).loc[terms]
    alone = [keyness(counts, side, ~side, clusters=c, rng=rng(2), **given).loc[terms] for c in (codes, weeks)]
    seen = both.tested
    larger = np.maximum(alone[0].p, alone[1].p)[seen]
    assert np.corrcoef(both.p[seen], larger)[0, 1] > 0.97
    assert both.note.iloc[0].count("of") == 2


@pytest.mark.parametrize(
    ("n_target", "words"), [(2, "2 clusters on the smaller side"), (3, "84 arrangements of 9 clusters")]
)
def test_too_few_clusters_are_refused_with_the_reason(n_target, words):
    counts, codes, terms = corpus(n_units=9)
    side = codes < n_target
    table = keyness(counts, side, ~side, terms=terms, clusters=codes, rng=np.random.default_rng(1))
    assert (table.method == "refused").all() and words in table.note.iloc[0]
    assert not table.tested.any() and table.p.isna().all() and table.q.isna().all()
    assert table.delta.notna().any()  # the words are still described


def test_words_that_no_permutation_could_find_are_described_and_not_tested():
    counts, codes = np.eye(20, dtype=int) + np.eye(20, k=1, dtype=int), np.arange(20)
    table = keyness(counts, codes < 10, codes >= 10, terms=range(20), clusters=codes)
    assert not table.tested.any() and table.p.isna().all() and table.delta.notna().all()


def test_the_same_seed_gives_the_same_table_and_z_is_that_of_all_counts():
    counts, codes, terms = corpus()
    side = split(codes, 0.3, 2)
    given = {"terms": terms, "clusters": codes}
    tables = [keyness(counts, side, ~side, rng=np.random.default_rng(4), **given) for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)
    pd.testing.assert_series_equal(tables[0].z, log_odds(counts, side, ~side, **given).z)
