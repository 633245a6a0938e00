"""Word shifts: parts add up to the divergence, portions to their part, and signs turn with whom they rest on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.spatial.distance import jensenshannon

from helpers.compare.word_shift import KINDS, shift_by_outlet, word_shift

TERMS = [f"t{i}" for i in range(12)]


def corpus(seed=1):
    rng = np.random.default_rng(seed)
    counts = sparse.csr_matrix(rng.poisson(rng.gamma(1, 3, 12), (40, 12)))
    outlets = np.array(list("abcd"))[rng.integers(0, 4, 40)]
    return counts, np.isin(outlets, ["a", "b"]), outlets


def test_parts_add_up_to_the_divergence():
    counts, target, outlets = corpus()
    table = word_shift(counts, target, ~target, terms=TERMS, outlets=outlets)
    p, q = (np.asarray(counts[mask].sum(axis=0)).ravel() for mask in (target, ~target))
    assert table.part.abs().sum() == pytest.approx(jensenshannon(p, q, base=2) ** 2)
    assert (np.sign(table.part) == np.sign(table.share_target - table.share_reference)).all()
    assert table.of_all.sum() == pytest.approx(1) and table.of_all.is_monotonic_decreasing


@pytest.mark.parametrize("kind", KINDS)
def test_portions_of_outlets_add_up_to_the_part(kind):
    counts, target, outlets = corpus()
    given = {"terms": TERMS, "outlets": outlets, "kind": kind}
    whole = word_shift(counts, target, ~target, **given)
    portions = shift_by_outlet(counts, target, ~target, **given)
    assert list(portions) == ["a", "b"]
    assert portions.sum(axis=1)[whole.index].to_numpy() == pytest.approx(whole.part.to_numpy())


def test_a_sign_that_rests_on_one_outlet_is_named():
    counts = sparse.csr_matrix([[9, 1], [1, 9], [2, 8], [2, 8]])
    outlets, target = np.array(["loud", "quiet", "x", "y"]), np.array([True, True, False, False])
    table = word_shift(counts, target, ~target, terms=["a", "b"], outlets=outlets)
    assert table.turned_by["a"] == "loud" and table.kept["a"] == 3 and table.n_outlets["a"] == 4


def test_one_outlet_a_side_has_nothing_to_leave_out():
    counts, target, _ = corpus()
    table = word_shift(counts, target, ~target, terms=TERMS, outlets=np.where(target, "a", "c"))
    assert (table.n_outlets == 0).all() and (table.kept == 0).all() and (table.turned_by == "").all()


def test_errors_name_the_fault():
    counts, target, outlets = corpus()
    with pytest.raises(ValueError, match="kind 'kl' is not one of"):
        word_shift(counts, target, ~target, terms=TERMS, outlets=outlets, kind="kl")
    with pytest.raises(ValueError, match="3 outlets for 40 documents"):
        word_shift(counts, target, ~target, terms=TERMS, outlets=outlets[:3])
