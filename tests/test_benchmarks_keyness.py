"""The plain scores that benchmarks hold keyness against: labelled, signed, and those of scipy."""

from __future__ import annotations

import doctest

import keyness_plain_scores
import pytest
from keyness_plain_scores import g_squared, plain_z, welch
from story_counts import corpus, split

from helpers.compare.log_odds import log_odds


def test_what_the_examples_show() -> None:
    results = doctest.testmod(keyness_plain_scores)
    assert results.attempted > 5 and not results.failed


def test_plain_scores_are_labelled_and_signed():
    counts, codes, terms = corpus()
    side = split(codes, 0.5, 1)
    ours = log_odds(counts, side, ~side, terms=terms, clusters=codes).loc[terms]
    plain = plain_z(counts, side, ~side, terms=terms)
    assert plain.score.to_numpy() == pytest.approx(ours.z_model.to_numpy(), nan_ok=True)
    for score in (plain_z, g_squared, welch):
        table = score(counts, side, ~side, terms=terms)
        mirror = score(counts, ~side, side, terms=terms)
        assert table.method.str.startswith("comparison").all()
        assert table.score.to_numpy() == pytest.approx(-mirror.score.to_numpy(), nan_ok=True)
        assert table.p.dropna().between(0, 1).all()


def test_welch_is_scipys_on_shares():
    from scipy import stats

    counts, codes, terms = corpus()
    side = split(codes, 0.3, 1)
    shares = counts.toarray() / counts.toarray().sum(axis=1, keepdims=True)
    known = stats.ttest_ind(shares[side], shares[~side], equal_var=False)
    table = welch(counts, side, ~side, terms=terms)
    assert table.score.to_numpy() == pytest.approx(known.statistic, nan_ok=True)
    assert table.p.to_numpy() == pytest.approx(known.pvalue, nan_ok=True)
