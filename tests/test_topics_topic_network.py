"""Edges between topics against hand-worked counts, plain enumeration, planted pairs and topics without any tie."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from helpers.topics.topic_network import _inclusion, _odds, cooccurrence, packages


def documents(*sets: tuple[tuple[int, ...], int], n_topics: int = 4) -> np.ndarray:
    rows = [
        [float(topic in held) / len(held) for topic in range(n_topics)] for held, times in sets for _ in range(times)
    ]
    return np.array(rows)


TWO_PAIRS = [((0, 1), 20), ((2, 3), 20), ((0, 2), 5), ((0, 3), 5), ((1, 2), 5), ((1, 3), 5)]


def test_an_edge_by_hand():
    # each topic in 30 of 60 documents of two: by chance each of six pairs 10 times.  Given the margins only the sums of
    # disjoint pairs are free: the rest of 1(pair) is ½ · 1(it or its complement) − 1/6, with mean square 1/18
    edge = cooccurrence(documents(*TWO_PAIRS)).iloc[0]
    z = np.sqrt(2 * (20 * np.log(2) - 10) / ((60 / 18) / 10))
    assert (edge.together, edge.expected, edge.lift) == (20, pytest.approx(10), pytest.approx(2))
    assert edge.p == pytest.approx(2 * norm.sf(z), rel=1e-6)
    assert edge.q == pytest.approx(3 * edge.p, rel=1e-6)  # the second smallest of six is as small
    assert edge.low < edge.lift < edge.high
    for limit in (edge.low, edge.high):  # both are just rejected
        mu = limit * 10
        assert np.sqrt(2 * (20 * np.log(20 / mu) - 20 + mu) * 3) == pytest.approx(norm.ppf(0.975))


def test_documents_of_one_topic_or_all_tell_nothing():
    alone = cooccurrence(np.vstack([documents(*TWO_PAIRS), documents(((0,), 500), ((0, 1, 2, 3), 70))]))
    pd.testing.assert_frame_equal(alone, cooccurrence(documents(*TWO_PAIRS)))


def test_chance_equals_the_sum_over_all_sets():
    rng = np.random.default_rng(0)
    odds, n_topics = rng.lognormal(0, 1, 6), 6
    for size in (2, 3, 5):
        weight = {held: np.prod(odds[list(held)]) for held in combinations(range(n_topics), size)}
        for wanted in [(1,), (0, 4), (1, 2, 5)]:
            slow = sum(w for held, w in weight.items() if set(wanted) <= set(held)) / sum(weight.values())
            assert _inclusion(odds, np.array([wanted]), np.array([size]))[0, 0] == pytest.approx(slow)


def test_estimated_odds_give_every_topic_its_frequency():
    sizes, n_of, held = np.array([2, 3, 6]), np.array([200, 90, 10]), np.array([250, 190, 120, 80, 50, 30, 9, 1])
    assert held.sum() == sizes @ n_of
    odds = _odds(held, sizes, n_of)
    assert _inclusion(odds, np.arange(8)[:, None], sizes) @ n_of == pytest.approx(held, abs=1e-3)


def independent(seed: int, *, n: int = 400, n_topics: int = 10) -> np.ndarray:
    """Topics of unequal frequency that know nothing of one another, but for the sum."""
    return np.random.default_rng(seed).dirichlet(np.linspace(0.1, 0.5, n_topics), size=n)


def test_topics_without_a_tie_give_few_edges():
    tables = [cooccurrence(independent(seed)) for seed in range(40)]
    p = np.concatenate([table.p for table in tables])
    assert 0.025 <= (p <= 0.05).mean() <= 0.075
    flagged = np.concatenate([table.q <= 0.05 for table in tables])
    assert flagged.mean() <= 0.01
    assert 0.93 <= np.mean(np.concatenate([(table.low <= 1) & (1 <= table.high) for table in tables])) <= 0.975


def test_shares_that_sum_to_one_would_look_opposed_without_the_null_model():
    """The test above can fail: the plain comparison with independence flags many pairs, nearly all as opposed."""
    flagged = opposed = 0
    for seed in range(20):
        held = independent(seed) >= 0.1
        n = len(held)
        for j, k in combinations(range(10), 2):
            a = np.array(
                [[np.sum(held[:, j] == x) for x in (True, False)], [np.sum(held[:, k] == x) for x in (True, False)]]
            )
            expected = a[0, 0] * a[1, 0] / n
            z = (np.sum(held[:, j] & held[:, k]) - expected) / np.sqrt(expected * a[0, 1] * a[1, 1] / n**2)
            flagged, opposed = flagged + (abs(z) > 1.96), opposed + (z < -1.96)
    assert flagged / 900 > 0.15 and opposed / flagged > 0.9


def tied(seed: int, *, n: int = 1000, n_topics: int = 20) -> np.ndarray:
    """In a tenth of the documents topics 0 1 2 come together, in another tenth 3 4."""
    rng = np.random.default_rng(seed)
    mass = rng.gamma(0.15, size=(n, n_topics))
    for group in ([0, 1, 2], [3, 4]):
        chosen = np.flatnonzero(rng.random(n) < 0.1)
        mass[np.ix_(chosen, group)] += rng.gamma(2.0, size=(len(chosen), len(group)))
    return mass / mass.sum(axis=1, keepdims=True)


def test_planted_packages_are_found():
    names = [f"{topic:02d}" for topic in range(20)]
    right = 0
    for seed in range(12):
        edges = cooccurrence(tied(seed))
        right += packages(edges, names).package.tolist() == ["p01"] * 3 + ["p02"] * 2 + [""] * 15
    assert right >= 10


def test_a_small_lift_is_no_package_however_many_documents_there_are():
    edges = edges_of(("a", "b", 3.0)).assign(lift=1.15, low=1.1, q=1e-9)
    assert packages(edges, ["a", "b"]).package.tolist() == ["", ""]
    assert packages(edges, ["a", "b"], least=1.05).package.tolist() == ["p01", "p01"]


def test_copies_make_no_edge():
    theta = np.vstack([independent(1), np.tile([0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0], (60, 1))])
    clusters = [f"c{row}" for row in range(400)] + ["story"] * 60
    assert cooccurrence(theta).iloc[0].q < 0.01
    assert cooccurrence(theta, clusters=clusters).iloc[0].q > 0.05
    with pytest.raises(ValueError, match="row 0 has no cluster"):
        cooccurrence(theta, clusters=[None, *clusters[1:]])
    with pytest.raises(ValueError, match="459 cluster labels for 460"):
        cooccurrence(theta, clusters=clusters[1:])


def test_order_of_documents_and_topics_does_not_matter():
    theta, order = tied(3), np.random.default_rng(0).permutation(20)
    names = np.array([f"en-{topic:02d}" for topic in range(20)])

    def by_pair(table):
        key = [frozenset(pair) for pair in zip(table.topic_a, table.topic_b, strict=True)]
        return table.set_index(pd.Index(key))[["together", "expected", "p"]]

    straight = by_pair(cooccurrence(theta, topics=names))
    turned = by_pair(cooccurrence(theta[::-1][:, order], topics=names[order])).loc[straight.index]
    assert turned.to_numpy(dtype=float) == pytest.approx(straight.to_numpy(dtype=float), rel=1e-3, abs=1e-4)


def test_what_margins_settle_has_no_p():
    theta = np.column_stack([tied(0), np.zeros(1000)])  # one more topic that no document holds
    edges = cooccurrence(theta)
    assert edges[edges.topic_b == "20"].p.isna().all() and edges[edges.topic_b != "20"].p.notna().all()
    three = documents(((0, 1), 9), ((0, 2), 5), ((1, 2), 4))  # and a fourth column that is empty
    assert cooccurrence(three).p.isna().all() and cooccurrence(three).q.isna().all()
    assert cooccurrence(np.eye(4)).p.isna().all()  # no document holds two
    with pytest.raises(ValueError, match="3 topics"):
        cooccurrence(np.eye(3))
    with pytest.raises(ValueError, match=r"not 1\.5"):
        cooccurrence(np.eye(4), present=1.5)
    with pytest.raises(ValueError, match="2 names for 4 topics"):
        cooccurrence(np.eye(4), topics=["a", "b"])


def edges_of(*pairs: tuple[str, str, float]) -> pd.DataFrame:
    rows = [(a, b, lift, 0.8 * lift, 0.01) for a, b, lift in pairs]
    return pd.DataFrame(rows, columns=["topic_a", "topic_b", "lift", "low", "q"])


def test_a_chain_is_no_package_and_the_stronger_edge_goes_first():
    chain = edges_of(("a", "b", 3.0), ("b", "c", 2.0), ("c", "d", 4.0))
    assert packages(chain, list("abcde")).package.tolist() == ["p01", "p01", "p02", "p02", ""]
    square = pd.concat([chain, edges_of(("a", "c", 2.0), ("b", "d", 2.0))])
    assert packages(square, list("abcde")).package.tolist() == ["p01"] * 4 + [""]


def test_only_clear_positive_edges_count():
    weak = edges_of(("a", "b", 3.0), ("c", "d", 0.2)).assign(q=[0.2, 0.01])
    assert packages(weak, list("abcd")).package.tolist() == [""] * 4
    assert packages(weak.assign(q=np.nan), list("abcd")).package.tolist() == [""] * 4
    assert packages(weak.iloc[:0], ["a"]).package.tolist() == [""]
    with pytest.raises(ValueError, match="topic 'd', which is not among"):
        packages(weak, list("abc"))


def test_an_outlet_that_has_both_topics_makes_no_edge_within_strata():
    """Two outlets of other topics each: apart they tie what each has, within outlets nothing is tied."""
    rng = np.random.default_rng(12)
    outlet = np.repeat(["one", "two"], 400)
    likely = np.where((outlet == "one")[:, None], [0.45] * 4 + [0.08] * 4, [0.08] * 4 + [0.45] * 4)
    holds = rng.uniform(size=(800, 8)) < likely
    theta = np.where(holds, 0.2, 0.01)
    plain, within = cooccurrence(theta), cooccurrence(theta, strata=outlet)
    same = [(a < "04") == (b < "04") for a, b in zip(plain["topic_a"], plain["topic_b"], strict=True)]
    assert (plain["q"] <= 0.05)[same].mean() > 0.5
    assert (within["q"] <= 0.05).mean() <= 0.05
    one = cooccurrence(theta, strata=np.repeat("all", 800))
    pd.testing.assert_frame_equal(one, plain)


def test_a_document_without_an_outlet_is_named():
    with pytest.raises(ValueError, match="document in row 2 has no stratum"):
        cooccurrence(np.full((4, 4), 0.25), strata=["a", "a", None, "b"])
