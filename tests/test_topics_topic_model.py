"""Topics: planted ones are found, the same bytes come back, and no document is lost."""

import hashlib
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from helpers.topics.smoothing import standing_together
from helpers.topics.term_ranking import describe
from helpers.topics.topic_model import SmallCorpusWarning, Topic, TopicModel

BLOCK = 12  # terms a planted topic
PLANTED = (90, 60, 40)


def planted(seed: int = 0, *, noise: float = 0.1) -> tuple[sparse.csr_matrix, np.ndarray]:
    """190 documents on three subjects with twelve terms each, and background words everywhere."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(3), PLANTED)
    rates = np.full((len(subject), 3 * BLOCK + 10), noise)
    for document, own in enumerate(subject):
        rates[document, own * BLOCK : (own + 1) * BLOCK] = 1.5
    return sparse.csr_matrix(rng.poisson(rates)), subject


def as_bytes(model: TopicModel) -> bytes:
    return model.topic_term.tobytes() + model.doc_topic.tobytes()


@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_planted_topics_are_found_in_order_of_prevalence(smoothing):
    counts, subject = planted()
    model = TopicModel(3, smoothing=smoothing).fit(counts)
    for topic, row in enumerate(model.topic_term):
        assert sorted(np.argsort(-row)[:BLOCK]) == list(range(topic * BLOCK, (topic + 1) * BLOCK))
    assert (model.doc_topic.argmax(axis=1) == subject).mean() > 0.98
    assert model.doc_topic.mean(axis=0) == pytest.approx(np.array(PLANTED) / 190, abs=0.06)


def test_rows_sum_to_one_and_nothing_is_negative():
    model = TopicModel(4).fit(planted()[0])
    for matrix in (model.doc_topic, model.topic_term):
        assert matrix.min() >= 0
        assert matrix.sum(axis=1) == pytest.approx(1)


def test_order_of_documents_changes_nothing():
    counts, _ = planted()
    shuffled = np.random.default_rng(5).permutation(counts.shape[0])
    one, other = TopicModel(3).fit(counts), TopicModel(3).fit(counts[shuffled])
    assert one.topic_term.tobytes() == other.topic_term.tobytes()
    assert one.doc_topic[shuffled].tobytes() == other.doc_topic.tobytes()


def test_same_seed_same_bytes_on_any_number_of_threads():
    counts, _ = planted()
    results = set()
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            results.add(as_bytes(TopicModel(3, seed=3).fit(counts)))
    assert len(results) == 1


@pytest.mark.parametrize("threads", ["1", "2"])
def test_same_bytes_in_another_process_with_its_own_thread_setting(threads):
    program = (
        "import sys, hashlib, numpy as np; from helpers.topics.topic_model import TopicModel;"
        "model = TopicModel(6).fit(np.random.default_rng(1).poisson(0.3, (400, 300)));"
        "sys.stdout.write(hashlib.sha256(model.topic_term.tobytes() + model.doc_topic.tobytes()).hexdigest())"
    )
    settings = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    environment = {**os.environ, **settings, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    there = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    here = TopicModel(6).fit(np.random.default_rng(1).poisson(0.3, (400, 300)))
    assert there == hashlib.sha256(as_bytes(here)).hexdigest()


def test_transform_of_the_fitted_documents_is_their_fit_and_strangers_need_no_refit():
    counts, subject = planted()
    model = TopicModel(3).fit(counts)
    assert model.transform(counts) == pytest.approx(model.doc_topic, abs=1e-6)
    strangers, _ = planted(seed=9)
    assert (model.transform(strangers).argmax(axis=1) == subject).mean() > 0.98
    # one at a time or all at once
    assert model.transform(strangers[7:8])[0] == pytest.approx(model.transform(strangers)[7], abs=1e-9)


def test_empty_document_keeps_its_row_uniform_and_flagged():
    counts, _ = planted()
    with_gap = sparse.vstack([counts[:5], sparse.csr_matrix((1, counts.shape[1])), counts[5:]], format="csr")
    model = TopicModel(3).fit(with_gap)
    assert model.doc_topic.shape == (191, 3)
    assert model.doc_topic[5] == pytest.approx(1 / 3)
    assert np.flatnonzero(~model.assigned_).tolist() == [5]
    assert model.assigned(with_gap).tolist() == model.assigned_.tolist()
    without = TopicModel(3).fit(counts)
    assert model.topic_term.tobytes() == without.topic_term.tobytes()  # it does not move the others either


def test_verbatim_copies_are_not_each_others_neighbours():
    counts, _ = planted()
    copied = sparse.vstack([counts, *[counts[:1]] * 30], format="csr")
    model = TopicModel(3).fit(copied)
    borrowed = model.space_.graph(model.space_.weigh(counts[:1]))
    assert borrowed.nnz == model.space_.n_neighbours  # it still borrows from others, not thirty times from itself
    assert model.space_.lenders.shape[0] == counts.shape[0]


def test_too_small_a_corpus_is_refused_in_one_line():
    counts, _ = planted()
    with pytest.raises(ValueError, match="20 topics cannot be learned from 12 distinct documents") as caught:
        TopicModel(20).fit(counts[:12])
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="from 1 distinct documents"):
        TopicModel(2).fit(sparse.vstack([counts[:1]] * 300, format="csr"))
    with pytest.raises(ValueError, match="0 distinct documents"):
        TopicModel(2).fit(sparse.csr_matrix((200, 30)))


def test_small_corpus_is_warned_of_and_a_larger_one_is_not():
    counts, _ = planted()
    with pytest.warns(SmallCorpusWarning, match="3 topics from 60 distinct documents"):
        TopicModel(3).fit(counts[65:125])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TopicModel(3).fit(counts)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"n_topics": 0}, "n_topics must be a whole number from 1, not 0"),
        ({"smoothing": 1.0}, "smoothing must be at least 0 and below 1, not 1.0"),
        ({"exclusivity": -0.1}, "exclusivity must be from 0 to 1, not -0.1"),
        ({"fit_on": 0}, "fit_on must be a whole number from 1, not 0"),
        ({"n_neighbours": 2.5}, "n_neighbours must be a whole number from 1, not 2.5"),
        ({"n_components": -1}, "n_components must be a whole number from 1, not -1"),
    ],
)
def test_settings_out_of_range_are_named(setting, message):
    with pytest.raises(ValueError, match=message):
        TopicModel(**setting).fit(planted()[0])


def test_headlines_of_two_or_three_words_still_fit():
    rng = np.random.default_rng(2)
    words = np.zeros((150, 24), dtype=int)
    for document in range(150):
        words[document, 12 * (document % 2) + rng.choice(12, size=3, replace=False)] = 1
    model = TopicModel(2).fit(words)
    agreement = (model.doc_topic.argmax(axis=1) == np.arange(150) % 2).mean()
    assert max(agreement, 1 - agreement) > 0.9


def test_one_model_for_each_number_equals_separate_fits():
    counts, _ = planted()
    for n_topics, model in TopicModel(seed=4).fit_each(counts, [2, 5]).items():
        assert as_bytes(model) == as_bytes(TopicModel(n_topics, seed=4).fit(counts))


@pytest.mark.filterwarnings("ignore::helpers.topics.topic_model.SmallCorpusWarning")  # the checks fit tiny data
def test_scikit_learn_accepts_it():
    results = check_estimator(TopicModel(2), on_skip=None)
    assert {check["status"] for check in results} <= {"passed", "skipped"}


def test_clone_pipeline_and_names():
    texts = [f"ally treaty treaty word{i % 7}" for i in range(60)] + [
        f"grain trade port word{i % 9}" for i in range(60)
    ]
    model = TopicModel(2, smoothing=0.25, seed=8)
    assert clone(model).get_params() == model.get_params()
    with pytest.warns(SmallCorpusWarning):  # these texts repeat each other
        pipeline = make_pipeline(CountVectorizer(), model).fit(texts)
    assert pipeline.get_feature_names_out().tolist() == ["topic:00", "topic:01"]
    topics = describe(model, pipeline[0].get_feature_names_out(), n=2)
    assert all(isinstance(topic, Topic) for topic in topics)
    assert {topic.terms[0] for topic in topics} <= {"ally", "treaty", "grain", "trade", "port"}
    assert sum(topic.share for topic in topics) == pytest.approx(1)


def test_input_is_left_as_it_was():
    counts, _ = planted()
    untouched = counts.copy()
    TopicModel(3).fit(counts).transform(counts)
    assert (counts != untouched).nnz == 0 and counts.dtype == untouched.dtype


def many(n_documents: int, seed: int = 4) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Documents on four subjects, more than a model is fitted on."""
    rng = np.random.default_rng(seed)
    subject = rng.integers(4, size=n_documents)
    rates = np.full((n_documents, 60), 0.1)
    for own in range(4):
        rates[np.ix_(subject == own, np.arange(own * 15, (own + 1) * 15))] = 1.0
    return sparse.csr_matrix(rng.poisson(rates)), subject


def test_more_documents_than_it_is_fitted_on_all_have_shares_in_any_order():
    counts, subject = many(1500)
    model = TopicModel(4, fit_on=300).fit(counts)
    assert model.n_fitted_ == 300 and model.doc_topic.shape == (1500, 4)
    table = np.zeros((4, 4))
    np.add.at(table, (subject, model.doc_topic.argmax(axis=1)), 1)
    assert table.max(axis=1).sum() >= 0.97 * 1500
    other_way = np.random.default_rng(0).permutation(1500)
    turned = TopicModel(4, fit_on=300).fit(counts[other_way])
    assert turned.topic_term.tobytes() == model.topic_term.tobytes()
    np.testing.assert_allclose(turned.doc_topic, model.doc_topic[other_way], atol=1e-12)
    np.testing.assert_allclose(model.transform(counts), model.doc_topic, atol=1e-6)


def test_blocks_give_the_topics_of_the_whole_whatever_their_size():
    counts, _ = many(1500)
    whole = TopicModel(4, fit_on=300).fit(counts)
    for size in (211, 700):
        blocks = [counts[begin : begin + size] for begin in range(0, 1500, size)]
        model = TopicModel(4, fit_on=300).fit_batches(lambda blocks=blocks: reversed(blocks))
        assert model.topic_term.tobytes() == whole.topic_term.tobytes()
        np.testing.assert_allclose(np.vstack([model.transform(block) for block in blocks]), whole.doc_topic, atol=1e-6)
    with pytest.raises(ValueError, match="there was no block"):
        TopicModel(4).fit_batches(lambda: iter(()))
    with pytest.raises(ValueError, match="features"):
        TopicModel(4).fit_batches(lambda: iter([counts, counts[:, :10]]))


def test_titles_without_a_word_in_common_find_neighbours_among_vectors():
    rng = np.random.default_rng(6)
    subject = np.repeat(np.arange(3), 200)
    words = subject[:, None] * 2000 + rng.integers(2000, size=(600, 4))  # of 2,000 words a subject each title has four
    counts = sparse.csr_matrix((np.ones(2400), (np.repeat(np.arange(600), 4), words.ravel())), shape=(600, 6000))
    vectors = np.eye(3)[subject] + 0.3 * rng.normal(size=(600, 3))

    def right(model: TopicModel) -> float:
        table = np.zeros((3, 3))
        np.add.at(table, (subject, model.doc_topic.argmax(axis=1)), 1)
        return table.max(axis=1).sum() / 600

    by_vectors = TopicModel(3).fit(counts, vectors=vectors)
    assert right(by_vectors) >= 0.95
    assert right(TopicModel(3).fit(counts)) < right(by_vectors)
    assert (
        by_vectors.transform(counts[:5], vectors[:5]).argmax(axis=1).tolist()
        == by_vectors.doc_topic[:5].argmax(axis=1).tolist()
    )
    with pytest.raises(ValueError, match="give vectors of the new documents too"):
        by_vectors.transform(counts[:5])
    with pytest.raises(ValueError, match="leave vectors out, or fit it with vectors"):
        TopicModel(3).fit(counts).transform(counts[:5], vectors[:5])
    with pytest.raises(ValueError, match=r"one row for each of 600 documents, not shape \(5, 3\)"):
        TopicModel(3).fit(counts, vectors=vectors[:5])
    spoiled = vectors.copy()
    spoiled[7, 0] = np.nan
    with pytest.raises(ValueError, match="document in row 7 are not finite"):
        TopicModel(3).fit(counts, vectors=spoiled)


def test_exclusivity_turns_terms_towards_a_topic_of_their_own():
    counts, _ = planted(noise=0.4)
    plain, turned = (TopicModel(3, exclusivity=share).fit(counts) for share in (0.0, 0.5))
    np.testing.assert_allclose(plain.topic_term, plain.components_ / plain.components_.sum(axis=1, keepdims=True))
    background = slice(3 * BLOCK, None)
    assert turned.topic_term[:, background].sum() < plain.topic_term[:, background].sum()
    assert turned.doc_topic.tobytes() == plain.doc_topic.tobytes()  # shares know nothing of it


def test_signatures_do_not_make_neighbours():
    """Sixty senders with signatures of ten words each write about three subjects in few words."""
    rng = np.random.default_rng(11)
    subject, sender = rng.integers(3, size=900), rng.integers(60, size=900)
    rates = np.full((900, 3 * 40), 0.01)
    for own in range(3):
        rates[np.ix_(subject == own, np.arange(own * 40, (own + 1) * 40))] = 0.15
    signature = np.kron(np.eye(60), np.ones(10))[sender]
    counts = sparse.csr_matrix(np.hstack([rng.poisson(rates), signature]))
    model = TopicModel(3).fit(counts)
    table = np.zeros((3, 3))
    np.add.at(table, (subject, model.doc_topic.argmax(axis=1)), 1)
    assert table.max(axis=1).sum() >= 0.8 * 900


def test_terms_that_stand_together_are_counted():
    rng = np.random.default_rng(3)
    own = rng.integers(20, size=400)
    blocks = np.kron(np.eye(20), np.ones(6))[own]
    loose = rng.uniform(size=(400, 50)) < 0.05
    found = standing_together(sparse.csr_matrix(np.hstack([blocks, loose])))
    np.testing.assert_allclose(found[:120], 6, atol=0.3)
    assert found[120:].max() < 1.3
