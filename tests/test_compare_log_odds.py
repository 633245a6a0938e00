"""Keyness held against brute force over clusters, hand-worked values and splits where nothing differs."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.compare.log_odds import log_odds, sandwich, side_of


def corpus(n=60, vocabulary=40, n_clusters=20, seed=1, burst=0.3):
    """Documents whose term rates vary from cluster to cluster, the same for both sides."""
    rng = np.random.default_rng(seed)
    base = rng.dirichlet(np.full(vocabulary, 0.5))
    rates = rng.dirichlet(base * (1 / burst) * 10, size=n_clusters)
    codes = np.sort(rng.integers(0, n_clusters, n))
    counts = np.array([rng.multinomial(rng.integers(20, 80), rates[c]) for c in codes])
    return sparse.csr_matrix(counts), codes, [f"t{i:02d}" for i in range(vocabulary)]


def brute(counts, side, codes, alpha):
    """The variance cluster by cluster and term by term, as the module's docstring has it."""
    total = np.zeros(counts.shape[1])
    scores = np.zeros((codes.max() + 1, counts.shape[1]))
    for mask, sign in ((side, 1), (~side, -1)):
        if not mask.any():
            continue
        y, n = counts[mask].sum(axis=0), counts[mask].sum()
        h = 1 / (y + alpha) + 1 / (n + alpha.sum() - y - alpha)
        for c in np.unique(codes[mask]):
            mine = counts[mask & (codes == c)]
            left = 1 - mine.sum() / n
            scores[c] += sign * h * (mine.sum(axis=0) - mine.sum() * y / n) / np.sqrt(left)
    for one in scores:
        total += one**2
    return total


@pytest.mark.parametrize("spanning", [False, True])
def test_sandwich_equals_brute_force(spanning):
    counts, codes, terms = corpus()
    side = np.arange(60) % 2 == 0 if spanning else codes < 8
    alpha = np.full(len(terms), 0.3)
    table = log_odds(counts, side, ~side, terms=terms, clusters=codes, prior=alpha).loc[terms]
    variance = brute(counts.toarray(), side, codes, alpha)
    seen = np.asarray(counts.sum(axis=0)).ravel() > 0
    expected = np.sqrt(np.maximum(variance, table.se_model**2))
    assert table.se[seen].to_numpy() == pytest.approx(expected[seen].to_numpy(), rel=1e-9)
    assert (table.se > table.se_model * 1.01).any() and (table.se >= table.se_model).all()


def test_texts_of_a_word_or_two_on_both_sides_count_as_well():
    """Clusters with one token a side have their part in the covariance; degrees of freedom are Welch's, by hand."""
    rng = np.random.default_rng(4)
    counts, codes = rng.multinomial(1, np.full(5, 0.2), size=40), np.arange(40) // 2 % 18
    counts[::7] *= 3
    side, alpha = np.arange(40) % 2 == 0, np.full(5, 0.5)
    one, two = (side_of(sparse.csr_matrix(counts).astype(float), mask, codes) for mask in (side, ~side))
    assert (one.tokens == 1).any() and (two.tokens == 1).any()
    variance, dof, by_length = sandwich(one, two, alpha)
    assert variance == pytest.approx(brute(counts, side, codes, alpha))
    parts, uses, lengths = [], [], []
    for mask in (side, ~side):
        apart = np.where(mask, codes, -1)
        parts.append(brute(counts[mask], np.ones(mask.sum(), bool), apart[mask], alpha))
        table = np.array([counts[apart == c].sum(axis=0) for c in range(18)])
        tokens = table.sum(axis=1)
        lengths.append(max(tokens.sum() ** 2 / (tokens**2).sum() - 1, 1))
        uses.append(np.minimum(np.maximum(table.sum(axis=0) ** 2 / (table**2).sum(axis=0) - 1, 1), lengths[-1]))
    for found, each in ((dof, uses), (by_length, lengths)):
        assert found == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / each[0] + parts[1] ** 2 / each[1]))


def test_delta_and_z_model_by_hand():
    counts = sparse.csr_matrix([[8, 2], [5, 5]])
    table = log_odds(counts, np.array([1, 0]), np.array([0, 1]), terms=["a", "b"], clusters=[0, 1], prior=np.ones(2))
    delta = np.log(9 / 3) - np.log(6 / 6)
    assert table.delta["a"] == pytest.approx(delta) and table.delta["b"] == pytest.approx(-delta)
    assert table.z_model["a"] == pytest.approx(delta / np.sqrt(1 / 9 + 1 / 6))
    assert not table.tested.any() and table.q.isna().all()  # one cluster a side shows nothing


def test_identical_groups_do_not_differ():
    counts, codes, terms = corpus()
    twice = sparse.vstack([counts, counts]).tocsr()
    side = np.arange(120) < 60
    table = log_odds(twice, side, ~side, terms=terms, clusters=np.r_[codes, codes + 100])
    assert table.delta.abs().max() < 1e-12


def test_sides_mirror_and_rows_may_be_permuted():
    counts, codes, terms = corpus()
    side = codes < 9
    one = log_odds(counts, side, ~side, terms=terms, clusters=codes).loc[terms]
    two = log_odds(counts, ~side, side, terms=terms, clusters=codes).loc[terms]
    pd.testing.assert_series_equal(one.delta, -two.delta)
    pd.testing.assert_series_equal(one.se, two.se)
    order = np.random.default_rng(2).permutation(60)
    three = log_odds(counts[order], side[order], ~side[order], terms=terms, clusters=codes[order]).loc[terms]
    pd.testing.assert_frame_equal(one, three)


def test_copies_of_a_story_add_no_evidence():
    counts, codes, terms = corpus(n=30, n_clusters=30)
    codes, side = np.arange(30), np.arange(30) < 15
    copied, many = sparse.vstack([counts] * 10).tocsr(), np.tile(codes, 10)
    sides = np.tile(side, 10)
    options = {"terms": terms, "prior": np.full(len(terms), 1e-6)}
    one = log_odds(counts, side, ~side, clusters=codes, **options).loc[terms]
    ten = log_odds(copied, sides, ~sides, clusters=many, **options).loc[terms]
    bursty = (one.se > one.se_model * 1.001) & (one.n_target > 0) & (one.n_reference > 0)
    assert bursty.sum() > 5
    assert ten.se[bursty].to_numpy() == pytest.approx(one.se[bursty].to_numpy(), rel=1e-3)
    naive = log_odds(copied, sides, ~sides, clusters=np.arange(300), **options).loc[terms]
    assert (naive.se[bursty] < ten.se[bursty] / 2).all()


def test_a_word_of_one_story_is_not_tested():
    counts, codes, terms = corpus()
    dense = counts.toarray()
    dense[:, 0] = 0
    dense[np.flatnonzero(codes == 1), 0] = 30
    table = log_odds(sparse.csr_matrix(dense), codes < 9, codes >= 9, terms=terms, clusters=codes)
    assert table.z_model["t00"] > 5 and not table.tested["t00"] and np.isnan(table.q["t00"])
    assert table.clusters_target["t00"] == 1


def test_two_ways_are_never_below_either():
    counts, codes, terms = corpus()
    side, weeks = codes < 9, np.arange(60) % 13
    options = {"terms": terms}
    one = log_odds(counts, side, ~side, clusters=codes, **options).se.loc[terms]
    two = log_odds(counts, side, ~side, clusters=weeks, **options).se.loc[terms]
    both = log_odds(counts, side, ~side, clusters=pd.DataFrame({"a": codes, "b": weeks}), **options).se.loc[terms]
    seen = one.notna()
    assert (both[seen] >= np.maximum(one, two)[seen] - 1e-12).all()


@pytest.mark.parametrize(("burst", "plain_at_least"), [(0.03, 0.08), (0.3, 0.35)])
def test_split_at_random_by_story_flags_about_five_percent(burst, plain_at_least):
    """Nothing differs; whole stories land on one side.  Tokens as independent draws would flag far more."""
    flagged, plain, found, tested = 0, 0, 0, 0
    for seed in range(20):
        counts, codes, terms = corpus(n=400, vocabulary=150, n_clusters=120, seed=seed, burst=burst)
        side = np.random.default_rng(seed).permutation(120)[codes] < 60
        table = log_odds(counts, side, ~side, terms=terms, clusters=codes).query("tested")
        flagged, plain = flagged + (table.p < 0.05).sum(), plain + (table.z_model.abs() > 1.96).sum()
        found, tested = found + (table.q < 0.05).any(), tested + len(table)
    assert 0.02 < flagged / tested < 0.07
    assert plain / tested > plain_at_least
    assert found <= 3


def test_planted_terms_are_found():
    rng = np.random.default_rng(4)
    base = np.full(50, 1 / 50)
    tilted = base.copy()
    tilted[:5] *= 2.5
    tilted /= tilted.sum()
    side = np.arange(200) < 100
    counts = np.array([rng.multinomial(60, rng.dirichlet((tilted if s else base) * 100)) for s in side])
    terms = [f"t{i:02d}" for i in range(50)]
    table = log_odds(sparse.csr_matrix(counts), side, ~side, terms=terms, clusters=range(200))
    assert set(table.index[:5]) == set(terms[:5]) and (table.q[:5] < 0.001).all()
    assert table.delta[:5].between(0.5, 1.2).all()


def test_a_large_contrast_takes_seconds_not_minutes():
    rng = np.random.default_rng(5)
    n, v = 20_000, 20_000
    counts = sparse.csr_matrix(sparse.random(n, v, density=0.004, random_state=rng, format="csr"))
    counts.data = np.ceil(counts.data * 3)
    start = time.process_time()
    log_odds(counts, np.arange(n) < n // 2, np.arange(n) >= n // 2, terms=range(v), clusters=np.arange(n) // 3)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": np.ones(60, bool)}, "document 28 is in target and in reference"),
        ({"terms": ["a"]}, "they must agree"),
        ({"clusters": [1, 2]}, "2 cluster labels for 60"),
        ({"prior": np.full(40, -1.0)}, "prior"),
        ({"alpha0": 0.0}, "alpha0"),
    ],
)
def test_errors_name_the_fault(change, words):
    counts, codes, terms = corpus()
    given = {"target": codes < 9, "reference": codes >= 9, "terms": terms, "clusters": codes} | change
    with pytest.raises(ValueError, match=words):
        log_odds(counts, given.pop("target"), given.pop("reference"), **given)
