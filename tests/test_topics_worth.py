"""What a topic is worth, and topics that are no subject: planted ones are called by name."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.topics.artefacts import artefacts
from helpers.topics.quality import worth
from helpers.topics.topic_model import TopicModel

SUBJECTS, WORDS = 4, 30


def corpus(n: int = 400, seed: int = 3) -> tuple[np.ndarray, pd.DataFrame]:
    """Four subjects in four outlets over twenty weeks; room for 60 more terms at the end."""
    rng = np.random.default_rng(seed)
    subject = rng.integers(SUBJECTS, size=n)
    rates = np.full((n, SUBJECTS * WORDS + 60), 0.02)
    rates[:, -60:] = 0
    for own in range(SUBJECTS):
        rates[np.ix_(subject == own, np.arange(own * WORDS, (own + 1) * WORDS))] = 0.6
    about = pd.DataFrame(
        {"outlet": rng.choice(list("abcd"), n), "week": rng.choice([f"w{i:02d}" for i in range(20)], n)}
    )
    about["story"] = [f"s{i:03d}" for i in range(n)]
    return rng.poisson(rates), about.assign(subject=subject)


def called(words: np.ndarray, about: pd.DataFrame, n_topics: int) -> pd.Series:
    counts = sparse.csr_matrix(words)
    model = TopicModel(n_topics, smoothing=0).fit(counts)  # with neighbours fewer of them become topics
    table = artefacts(model, counts, outlet=about["outlet"], week=about["week"], story=about["story"])
    return table.assign(first=model.topic_term.argmax(axis=1)).set_index("first")["called"]


def test_subjects_are_called_nothing():
    words, about = corpus()
    assert called(words, about, SUBJECTS).tolist() == [""] * SUBJECTS


def test_boilerplate_of_one_outlet_and_of_several_is_called_so():
    words, about = corpus()
    end = SUBJECTS * WORDS
    words[about["outlet"] == "b", end : end + 15] += 1
    words[about["outlet"].isin(["c", "d"]), end + 15 : end + 30] += 1
    found = called(words, about, SUBJECTS + 2)
    assert sorted(found[found.index >= end]) == ["boilerplate", "boilerplate: b"]
    assert (found[found.index < end] == "").all()


def test_a_wire_story_that_many_print_is_called_so_and_not_boilerplate():
    words, about = corpus()
    end = SUBJECTS * WORDS
    rng = np.random.default_rng(1)
    printed = rng.choice(400, 40, replace=False)
    words[printed] = 0
    words[np.ix_(printed, np.arange(end, end + 40))] = rng.uniform(size=(40, 40)) < 0.9  # each trims it a little
    about.loc[printed, "story"] = "s000-wire"
    found = called(words, about, SUBJECTS + 1)
    assert found[found.index >= end].tolist() == ["wire story: s000-wire"]


def test_a_week_and_an_outlet_of_its_own_are_called_so():
    words, about = corpus()
    rng = np.random.default_rng(8)
    end = SUBJECTS * WORDS
    inside, register = about["week"] == "w03", about["outlet"] == "a"
    words[np.ix_(inside, np.arange(end, end + 30))] += rng.poisson(1.5, (inside.sum(), 30))
    words[np.ix_(register, np.arange(end + 30, end + 60))] += rng.poisson(0.6, (register.sum(), 30))
    found = called(words, about, SUBJECTS + 2)
    assert sorted(found[found.index >= end]) == ["outlet: a", "week: w03"]


@pytest.fixture(scope="module")
def valued() -> tuple[object, pd.DataFrame, pd.DataFrame]:
    words, about = corpus()
    copied = np.zeros(400, dtype=bool)
    copied[about.index[about["subject"] == 2]] = True
    model, table = worth(
        lambda csr: TopicModel(SUBJECTS).fit(csr), sparse.csr_matrix(words),
        carriers={"outlet": about["outlet"], "week": about["week"]}, copied=copied, clusters=about["story"],
        samples=4, rng=np.random.default_rng(0),
    )  # fmt: skip
    return model, table, about


def test_every_figure_has_its_limits_and_stays_in_bounds(valued):
    model, table, _ = valued
    quantities = {"coherence", "exclusivity", "FREX", "diversity", "prevalence", "stability over samples",
                  "largest outlet", "largest week", "copies"}  # fmt: skip
    assert set(table["quantity"]) == quantities
    assert (table.groupby("quantity").size() == SUBJECTS + 1).all()
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    assert table["low"].min() >= -1 and table["high"].max() <= 1
    prevalence = table[(table["quantity"] == "prevalence") & (table["topic"] != "all")]["value"]
    np.testing.assert_allclose(prevalence, model.doc_topic.mean(axis=0))
    assert table.loc[(table["quantity"] == "diversity") & (table["topic"] == "all"), "value"].item() == 1.0


def test_what_copies_carry_is_told_of_their_topic(valued):
    model, table, about = valued
    copies = table[(table["quantity"] == "copies") & (table["topic"] != "all")].reset_index()
    theirs = int(model.doc_topic[about["subject"] == 2].mean(axis=0).argmax())
    assert copies["value"].idxmax() == theirs and copies["value"][theirs] > 0.8


def test_limits_cover_the_mean_that_other_draws_give():
    """Prevalence of a planted topic: the limits are those of a new draw of documents (nominal .95)."""
    limits = []
    for draw in range(24):
        words, about = corpus(150, seed=100 + draw)
        _, table = worth(
            lambda csr: TopicModel(SUBJECTS).fit(csr), sparse.csr_matrix(words), carriers={}, samples=5,
            rng=np.random.default_rng(draw),
        )  # fmt: skip
        rows = table[(table["quantity"] == "prevalence") & (table["topic"] != "all")]
        nearest = (rows["value"] - (about["subject"] == 0).mean()).abs().idxmin()
        limits.append(rows.loc[nearest, ["low", "high"]].to_numpy(float))
    low, high = np.array(limits).T
    assert ((low <= 0.25) & (0.25 <= high)).mean() >= 0.8
    assert np.mean(high - low) < 0.3  # they would cover anything if they were wide enough


def test_a_topic_that_no_sample_knows_has_no_limits_and_no_stability():
    beta = np.kron(np.eye(3), [1.0, 0.9])
    answers = iter([beta, beta[:2], beta[:2]])

    def fit(csr):
        found = next(answers)
        return SimpleNamespace(topic_term=found, doc_topic=np.full((csr.shape[0], len(found)), 1 / len(found)))

    with np.errstate(all="raise"):
        _, table = worth(
            fit, sparse.csr_matrix(np.ones((10, 6))), carriers={}, samples=2, rng=np.random.default_rng(0), n=2
        )
    lost = table[table["topic"] == "02"].set_index("quantity")
    assert lost.loc["stability over samples", "value"] == 0
    assert np.isnan(lost.loc["prevalence", "low"])


def test_one_sample_is_refused():
    with pytest.raises(ValueError, match="limits need two samples at least, not 1"):
        worth(lambda csr: None, sparse.csr_matrix(np.eye(4)), carriers={}, samples=1, rng=np.random.default_rng(0))
