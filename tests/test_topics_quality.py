"""Scores of topics against hand-worked cases and slow, plain versions of the same definition."""

from itertools import combinations
from math import log
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.topics.matching import document_sample, match_topics, stability
from helpers.topics.quality import (
    coherence,
    concentration,
    diversity,
    exclusivity,
    heldout_fit,
    normalised_mutual_information,
)
from helpers.topics.term_ranking import term_scores, top_terms
from helpers.topics.topic_model import SmallCorpusWarning, TopicModel


def test_coherence_by_hand():
    # word 0 in documents 0 1, word 1 in 0 1 2, word 2 in 3: p = 1/2, 3/4, 1/4 ; p01 = 1/2
    counts = sparse.csr_matrix([[2, 1, 0], [1, 5, 0], [0, 1, 0], [0, 0, 1]])
    by_hand = log(0.5 / (0.5 * 0.75)) / -log(0.5)
    assert coherence(np.array([[0, 1]]), counts)[0] == pytest.approx(by_hand, abs=1e-9)
    never = log(1e-12 / (0.75 * 0.25)) / -log(1e-12)
    assert coherence(np.array([[1, 2]]), counts)[0] == pytest.approx(never, abs=1e-9)


def test_coherence_equals_the_plain_loop_over_all_pairs():
    rng = np.random.default_rng(0)
    counts = sparse.csr_matrix(rng.poisson(0.4, (80, 30)))
    beta = rng.dirichlet(np.ones(30), size=4)
    present = counts.toarray() > 0
    for topic, score in zip(beta, coherence(beta, counts, n=6), strict=True):
        pairs = []
        for i, j in combinations(np.argsort(-topic)[:6], 2):
            p_i, p_j, p_ij = (
                present[:, i].mean(),
                present[:, j].mean(),
                (present[:, i] & present[:, j]).mean(),
            )
            pairs.append(log((p_ij + 1e-12) / (p_i * p_j)) / -log(p_ij + 1e-12))
        assert score == pytest.approx(np.mean(pairs), abs=1e-9)


def test_coherence_agrees_with_gensim():
    gensim_models = pytest.importorskip("gensim.models", reason="gensim is in the bench extra")
    from gensim.corpora import Dictionary

    rng = np.random.default_rng(1)
    texts = [[f"w{word:02d}" for word in rng.integers(0, 25, size=12)] for _ in range(60)]
    dictionary = Dictionary(texts)
    counts = np.zeros((60, len(dictionary)), dtype=int)
    for document, text in enumerate(texts):
        for word, times in dictionary.doc2bow(text):
            counts[document, word] = times
    chosen = np.array([[0, 3, 5, 7, 9], [1, 2, 4, 6, 8]])
    theirs = gensim_models.CoherenceModel(
        topics=[[dictionary[int(word)] for word in row] for row in chosen],
        texts=texts,
        dictionary=dictionary,
        coherence="c_npmi",
        window_size=1000,
        processes=1,
    ).get_coherence_per_topic()
    assert coherence(chosen, sparse.csr_matrix(counts)) == pytest.approx(theirs, abs=1e-6)


def test_coherence_where_npmi_is_not_defined():
    counts = sparse.csr_matrix([[1, 1, 0], [1, 1, 0]])
    assert coherence(np.array([[0, 1], [0, 2]]), counts).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="two words a topic, not 1"):
        coherence(np.array([[0]]), counts)


def test_diversity_and_exclusivity_by_hand():
    beta = np.array([[0.6, 0.3, 0.1, 0.0], [0.0, 0.3, 0.1, 0.6]])
    assert diversity(beta, n=2) == 3 / 4  # words 0 1 and 3 1
    assert diversity(np.vstack([beta[0], beta[0]]), n=2) == 1 / 2
    assert exclusivity(beta, n=2).tolist() == [0.75, 0.75]  # (1 + 1/2) / 2


def test_matching_takes_the_best_total_and_not_the_first_best():
    def uniform(*tops):
        beta = np.zeros((len(tops), 11))
        for row, top in zip(beta, tops, strict=True):
            row[list(top)] = 1 / len(top)
        return beta

    a = uniform({0, 1, 2, 3}, {1, 8, 5, 6})
    b = uniform({0, 1, 2, 8}, {0, 3, 9, 10})
    # overlaps 3/4 and 2/4, 2/4 and 0/4: the nearest pair would leave the others with nothing
    assert match_topics(a, b, n=4).to_numpy().tolist() == [[0, 1, 0.5], [1, 0, 0.5]]
    three = np.vstack([b, uniform({4, 5, 6, 7})])
    assert len(match_topics(three, a, n=4)) == 2  # one stays without a partner
    assert match_topics(a, a[::-1], on="cosine").b.tolist() == [1, 0]
    with pytest.raises(ValueError, match="11 and 4 terms"):
        match_topics(a, b[:, :4])


def test_rankings_differ_as_they_should():
    model = SimpleNamespace(
        doc_topic=np.full((4, 2), 0.5),
        topic_term=np.array([[0.5, 0.3, 0.2, 0.0, 0.0], [0.5, 0.0, 0.0, 0.3, 0.2]]),
    )
    terms = ["state", "shell", "missile", "grain", "port"]
    first = {
        ranking: top_terms(model, terms, 1, ranking).term.tolist() for ranking in ("probability", "frex", "relevance")
    }
    assert first["probability"] == ["state", "state"]
    assert first["frex"] == ["shell", "grain"]
    # λ log β + (1−λ) log(β/p): .6 log .5 + .4 log 1 = −.416 against .6 log .3 + .4 log 2 = −.445
    scores = term_scores(model.topic_term, "relevance", share=np.array([0.5, 0.5]))
    assert scores[0, :2] == pytest.approx([0.6 * log(0.5), 0.6 * log(0.3) + 0.4 * log(2)])
    assert scores[0, 3] == -np.inf
    with pytest.raises(ValueError, match="'best' is not one of"):
        top_terms(model, terms, 1, "best")
    with pytest.raises(ValueError, match="vocabulary has 4 terms but the model has 5"):
        top_terms(model, terms[:4])


def test_samples_never_split_a_cluster():
    clusters = np.repeat([f"c{i}" for i in range(20)], np.arange(1, 21))
    for seed in range(20):
        inside = document_sample(len(clusters), share=0.8, rng=np.random.default_rng(seed), clusters=clusters)
        by_cluster = pd.Series(inside).groupby(clusters).mean()
        assert set(by_cluster) <= {0.0, 1.0}
        assert by_cluster.sum() == 16
    with pytest.raises(ValueError, match="1 cluster cannot be sampled"):
        document_sample(3, rng=np.random.default_rng(0), clusters=["a"] * 3)
    with pytest.raises(ValueError, match="row 1 has no cluster"):
        document_sample(3, rng=np.random.default_rng(0), clusters=["a", None, "b"])


def blocks(n: int = 150, *, rate: float = 1.5) -> sparse.csr_matrix:
    rng = np.random.default_rng(4)
    rates = np.kron(np.eye(3), np.full((n // 3, 10), rate)) + 0.05
    return sparse.csr_matrix(rng.poisson(rates))


def test_stability_is_high_where_topics_were_planted_and_low_in_noise():
    def fit(csr, seed):
        return TopicModel(3, seed=seed).fit(csr)

    noise = sparse.csr_matrix(np.random.default_rng(5).poisson(0.4, (150, 200)))
    asked = {"seeds": [0, 1, 2], "samples": 3, "n": 8}
    planted = stability(fit, blocks(), rng=np.random.default_rng(0), **asked)
    random = stability(fit, noise, rng=np.random.default_rng(0), **asked)
    overall = planted.query("topic == 'all'").set_index("source")
    assert overall.estimate.min() > 0.75
    assert overall.loc["samples", "n_runs"] == 3 and overall.loc["seeds", "n_runs"] == 2
    assert (planted.low <= planted.estimate).all() and (planted.estimate <= planted.high).all()
    noisy = random.query("topic == 'all' and source == 'samples'").estimate.item()
    assert noisy < overall.estimate.min() - 0.2
    again = stability(fit, blocks(), rng=np.random.default_rng(0), **asked)
    pd.testing.assert_frame_equal(planted, again)
    with pytest.raises(ValueError, match="two seeds"):
        stability(fit, blocks(), seeds=[0], samples=3, rng=np.random.default_rng(0))


def test_small_corpus_warns_once_and_not_for_each_resample():
    with pytest.warns(SmallCorpusWarning) as caught:
        stability(
            lambda csr, seed: TopicModel(2, seed=seed).fit(csr),
            blocks(60),
            seeds=[0, 1],
            samples=3,
            rng=np.random.default_rng(0),
        )
    assert len(caught) == 1


def test_heldout_fit_is_worse_with_too_few_topics_and_nothing_in_noise():
    counts = blocks(300)
    train, heldout = counts[::2], counts[1::2]
    gained = {k: heldout_fit(TopicModel(k).fit(train), train, heldout, rng=np.random.default_rng(0)) for k in (2, 3)}
    assert 0 < gained[2] < gained[3] < log(3)  # log 3 nats is all that three equal subjects can tell
    noise = sparse.csr_matrix(np.random.default_rng(6).poisson(0.5, (300, 40)))
    nothing = heldout_fit(TopicModel(3).fit(noise[:150]), noise[:150], noise[150:], rng=np.random.default_rng(0))
    assert nothing < 0.02


def test_topics_that_are_an_outlet_are_called_so():
    theta = np.array([[0.9, 0.1]] * 10 + [[0.1, 0.9]] * 30)
    outlets = pd.Series(["kcna"] * 10 + ["tass", "ria", "rt"] * 10, name="outlet")
    named = concentration(theta, outlets).set_index("topic")
    assert named.loc["00", "label"] == "kcna"
    assert named.loc["00", "share"] == pytest.approx(9 / 12)
    assert named.loc["00", "lift"] == pytest.approx(3)
    assert named.verdict.tolist() == ["outlet: kcna", ""]
    with pytest.raises(ValueError, match="3 labels for 40 documents"):
        concentration(theta, ["a", "b", "c"])
    with pytest.raises(ValueError, match="row 0 has no label"):
        concentration(theta, pd.Series([None] + ["a"] * 39))


def test_agreement_with_labels():
    theta = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9]])
    assert normalised_mutual_information(theta, ["x", "x", "y", "y"]) == pytest.approx(1)
    assert normalised_mutual_information(theta, ["x", "y", "x", "y"]) == pytest.approx(0)
