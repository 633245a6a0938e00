"""Other people's engines give what ours gives: planted topics, rows that sum to 1, nothing lost, same seed same topics."""

import builtins
import doctest
import pickle

import numpy as np
import pytest
import topics_peers
from scipy import sparse
from sklearn.base import clone
from topics_peers import BERTopicModel, ScikitLDA, ScikitNMF, TomotopyDMR, TomotopyLDA

from helpers.topics.engine import Engine
from helpers.topics.matching import match_topics
from helpers.topics.term_ranking import describe
from helpers.topics.topic_model import TopicModel

BLOCK = 12  # terms a planted topic
PLANTED = (90, 60, 40)
ENGINES = ("ScikitNMF", "ScikitLDA", "TomotopyLDA", "TomotopyDMR", "BERTopicModel")


class Encoder:
    """Texts whose first word names their subject, as points near that subject's corner."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rng = np.random.default_rng(len(texts))
        corners = np.eye(8)[[int(text.split()[0]) for text in texts]]
        return corners + rng.normal(0, 0.05, corners.shape)


def planted(seed: int = 0) -> tuple[sparse.csr_matrix, np.ndarray]:
    """190 documents on three subjects with twelve terms each, and background words everywhere."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(3), PLANTED)
    rates = np.full((len(subject), 3 * BLOCK + 10), 0.1)
    for document, own in enumerate(subject):
        rates[document, own * BLOCK : (own + 1) * BLOCK] = 1.5
    return sparse.csr_matrix(rng.poisson(rates)), subject


def engine(name: str, seed: int = 0) -> Engine:
    """An engine set for three topics; the test is skipped where its library is absent."""
    if name.startswith("Tomotopy"):
        pytest.importorskip("tomotopy", reason="tomotopy is in the tomotopy extra")
    if name == "BERTopicModel":
        pytest.importorskip("bertopic", reason="BERTopic is in the bertopic extra")
    made = {
        "ScikitNMF": lambda: ScikitNMF(3, seed=seed),
        "ScikitLDA": lambda: ScikitLDA(3, seed=seed),
        "TomotopyLDA": lambda: TomotopyLDA(3, iterations=200, seed=seed),
        "TomotopyDMR": lambda: TomotopyDMR(3, iterations=200, seed=seed),
        "BERTopicModel": lambda: BERTopicModel(3, encoder=Encoder(), seed=seed),
    }
    return made[name]()


def beside(name: str, subject: np.ndarray) -> dict[str, list[str]]:
    """What an engine needs beside counts."""
    words = [f"{own} text" for own in subject]
    return {"TomotopyDMR": {"metadata": words}, "BERTopicModel": {"texts": words}}.get(name, {})


@pytest.fixture(scope="module")
def fitted() -> dict[str, Engine]:
    """Engines that this module has already fitted to the planted corpus: BERTopic takes seconds each time."""
    return {}


@pytest.fixture(params=ENGINES)
def model(request: pytest.FixtureRequest, fitted: dict[str, Engine]) -> Engine:
    name = request.param
    if name not in fitted:
        counts, subject = planted()
        fitted[name] = engine(name).fit(counts, **beside(name, subject))
    return fitted[name]


def test_planted_topics_are_found(model):
    _, subject = planted()
    truth = np.zeros((3, model.topic_term.shape[1]))
    for topic in range(3):
        truth[topic, topic * BLOCK : (topic + 1) * BLOCK] = 1
    assert match_topics(model.topic_term, truth, n=BLOCK).similarity.min() > 0.9
    sure = model.assigned_
    assert sure.mean() > 0.8
    assert (model.doc_topic[sure].argmax(axis=1) == subject[sure]).mean() > 0.95  # by falling prevalence, as planted


def test_the_interface_is_that_of_our_model(model):
    ours = TopicModel(3).fit(planted()[0])
    assert model.topic_ids == ours.topic_ids
    assert model.get_feature_names_out().tolist() == ours.get_feature_names_out().tolist()
    assert model.doc_topic.shape == ours.doc_topic.shape and model.topic_term.shape == ours.topic_term.shape
    for matrix in (model.doc_topic, model.topic_term):
        assert matrix.min() >= 0 and matrix.sum(axis=1) == pytest.approx(1)
    assert "seed" in model.get_params() and clone(model).get_params().keys() == model.get_params().keys()
    terms = [f"term{column}" for column in range(model.topic_term.shape[1])]
    assert [topic.id for topic in describe(model, terms)] == ["00", "01", "02"]


def test_new_documents_get_shares(model):
    counts, subject = planted(seed=7)
    shares = model.transform(counts, **beside(type(model).__name__, subject))
    assert shares.shape == (190, 3) and shares.sum(axis=1) == pytest.approx(1)
    told = shares.max(axis=1) > 0.5
    assert told.mean() > 0.8 and (shares[told].argmax(axis=1) == subject[told]).mean() > 0.95


def test_the_same_seed_gives_the_same_topics(model):
    counts, subject = planted()
    again = clone(model).fit(counts, **beside(type(model).__name__, subject))
    assert again.topic_term.tobytes() == model.topic_term.tobytes()
    assert again.doc_topic.tobytes() == model.doc_topic.tobytes()


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "BERTopicModel"])
def test_a_document_without_words_keeps_a_uniform_row(name):
    counts, subject = planted()
    counts = sparse.vstack([counts, sparse.csr_matrix((1, counts.shape[1]), dtype=int)]).tocsr()
    model = engine(name).fit(counts, **beside(name, np.append(subject, 0)))
    assert len(model.doc_topic) == 191
    assert not model.assigned_[-1] and model.assigned_[:-1].all()
    assert model.doc_topic[-1] == pytest.approx(1 / 3)
    told = beside(name, np.array([0]))
    assert model.transform(sparse.csr_matrix((1, counts.shape[1])), **told)[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", ["TomotopyLDA", "TomotopyDMR"])
def test_a_sampler_infers_each_document_alone_and_survives_a_pickle(name):
    counts, subject = planted()
    told = beside(name, subject[:20])
    model = engine(name).fit(counts, **beside(name, subject))
    together = model.transform(counts[:20], **told)
    last = {key: values[-1:] for key, values in told.items()}
    assert model.transform(counts[19:20], **last).tobytes() == together[19:].tobytes()
    assert pickle.loads(pickle.dumps(model)).transform(counts[:20], **told).tobytes() == together.tobytes()


def test_labels_are_needed_one_a_document_and_known():
    counts, subject = planted()
    with pytest.raises(ValueError, match="metadata must have one entry for each of 190 documents"):
        TomotopyDMR(3).fit(counts)
    model = engine("TomotopyDMR").fit(counts, **beside("TomotopyDMR", subject))
    with pytest.raises(ValueError, match="label 'other' was not met in fitting"):
        model.transform(counts[:1], metadata=["other"])


def test_outliers_are_counted_and_uniform():
    model = engine("BERTopicModel")
    counts, subject = planted()
    vectors = Encoder().encode([f"{own} text" for own in subject])
    scattered = np.random.default_rng(1).normal(0, 1, (40, 8))
    counts = sparse.vstack([counts, counts[:40]]).tocsr()
    model.fit(counts, embeddings=np.vstack([vectors, scattered]))
    assert model.outlier_share_ == pytest.approx(1 - model.assigned_.mean())
    assert model.doc_topic[~model.assigned_] == pytest.approx(1 / 3)
    assert set(np.unique(model.doc_topic[model.assigned_])) == {0.0, 1.0}


def test_bertopic_with_fewer_topics_than_asked_says_so():
    model = engine("BERTopicModel").set_params(n_topics=30)
    counts, subject = planted()
    with pytest.warns(UserWarning, match="BERTopic found 3 topics, not 30"):
        model.fit(counts, **beside("BERTopicModel", subject))
    assert model.topic_ids == ["00", "01", "02"]


def test_bertopic_needs_something_to_encode():
    counts, _ = planted()
    with pytest.raises(ValueError, match="needs an encoder, or embeddings"):
        BERTopicModel(3).fit(counts)
    with pytest.raises(ValueError, match="texts must have one entry for each of 190 documents"):
        BERTopicModel(3, encoder=Encoder()).fit(counts, texts=["one"])


@pytest.mark.parametrize(
    ("model", "library", "extra"),
    [(TomotopyLDA(3), "tomotopy", "tomotopy"), (BERTopicModel(3), "bertopic", "bertopic")],
)
def test_an_absent_library_is_named_with_its_extra(model, library, extra, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    told = {"embeddings": np.ones((190, 2))} if extra == "bertopic" else {}
    with pytest.raises(ImportError, match=f"needs {library}; install the extra '{extra}'"):
        model.fit(planted()[0], **told)


def test_what_the_examples_show() -> None:
    results = doctest.testmod(topics_peers)
    assert results.attempted > 1 and not results.failed
