"""Intrusion tasks: balanced, blind and reproducible draws; scores of coders whose skill is known."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.coding.agreement import krippendorff_alpha
from helpers.coding.intrusion import (
    CANT_TELL,
    KINDS,
    TOPIC,
    WORD,
    WORD_SET,
    Task,
    blind,
    fit_documents,
    topic_intrusion,
    word_intrusion,
    word_set_intrusion,
)
from helpers.coding.intrusion_scores import SMALLEST_SHARE, codes, precision, proportion, topic_log_odds
from practice import coders

K, OWN = 12, 30
ALPHABETS = {"Latn": "abcdefghij", "Hang": "가나다라마바사아자차", "Hani": "米麦炮弹船网油气展馆", "Cyrl": "абвгґдеєжз"}


def made_model(script="Latn", seed=0):
    """A model whose topics have thirty terms of their own, and documents with three topics of some size."""
    rng = np.random.default_rng(seed)
    letters = ALPHABETS[script]
    terms = [
        f"{letters[t // 10]}{letters[t % 10]}{letters[w // 10]}{letters[w % 10]}" for t in range(K) for w in range(OWN)
    ]
    beta = np.full((K, K * OWN), 1e-5) * rng.random((K, K * OWN))
    for topic in range(K):
        beta[topic, topic * OWN : (topic + 1) * OWN] = np.sort(rng.random(OWN) + 0.1)[::-1]
    theta = rng.dirichlet(np.full(K, 0.3), size=600)
    return beta / beta.sum(axis=1, keepdims=True), theta, terms


BETA, THETA, TERMS = made_model()
DOCUMENTS = [f"d{i}" for i in range(len(THETA))]
DRAWS = {
    WORD: lambda rng, **told: word_intrusion(BETA, TERMS, rng=rng, **told),
    WORD_SET: lambda rng, **told: word_set_intrusion(BETA, TERMS, rng=rng, **told),
    TOPIC: lambda rng, **told: topic_intrusion(THETA, BETA, TERMS, DOCUMENTS, rng=rng, **told),
}


def topic_of(term):
    return TERMS.index(term) // OWN


def answers_of(key, skill, rng, coder="ann"):
    """A coder who sees the intruder with probability `skill` and guesses otherwise."""
    guess = [options[rng.integers(len(options))] for options in key["options"]]
    seen = rng.random(len(key)) < skill
    return pd.DataFrame({"task": key["task"], "coder": coder, "answer": np.where(seen, key["intruder"], guess)})


def everything(found):
    return found[(found["topic"] == "all") & (found["coder"] == "all")].iloc[0]


def test_a_word_task_has_five_top_terms_and_a_top_term_of_another_topic():
    key = word_intrusion(BETA, TERMS, rng=np.random.default_rng(1), per_topic=2)
    turns = Counter()
    for row in key.itertuples():
        own = [TERMS.index(word) % OWN for word in row.options if word != row.intruder]
        assert {topic_of(word) for word in row.options if word != row.intruder} == {int(row.topic)}
        assert topic_of(row.intruder) != int(row.topic) and TERMS.index(row.intruder) % OWN < 5
        assert BETA[int(row.topic), TERMS.index(row.intruder)] < np.median(BETA[int(row.topic)]) * 3
        turns[tuple(sorted(own))] += 1
    assert turns == {(0, 1, 2, 3, 4): K, (5, 6, 7, 8, 9): K}
    assert key["intruder"].is_unique


def test_an_intruder_is_never_a_listed_term_of_the_topic():
    """Two topics that share four of their five top terms: only the fifth can intrude."""
    beta = np.array([[5, 5, 5, 5, 4, 0, 3, 3, 3, 3.0], [5, 5, 5, 5, 0, 4, 3, 3, 3, 3.0]])
    key = word_intrusion(beta / beta.sum(1, keepdims=True), list("abcdefghij"), rng=np.random.default_rng(1), depth=9)
    assert dict(zip(key["topic"], key["intruder"], strict=True)) == {"00": "f", "01": "e"}
    same = np.tile(np.arange(10, 0, -1) / 55, (2, 1))
    with pytest.raises(ValueError, match="'00' has no intruder"):
        word_intrusion(same, list("abcdefghij"), rng=np.random.default_rng(1))


def test_a_word_set_task_has_three_sets_of_one_topic_and_one_of_another():
    key = word_set_intrusion(BETA, TERMS, rng=np.random.default_rng(2), per_topic=3)
    assert len(key) == 3 * K
    for row in key.itertuples():
        sets = [option.split(" · ") for option in row.options]
        words = [word for each in sets for word in each]
        assert [len(each) for each in sets] == [4] * 4 and len(set(words)) == 16
        assert all(TERMS.index(word) % OWN < 20 for word in words)
        origin = [{topic_of(word) for word in each} for each in sets]
        assert all(len(topics) == 1 for topics in origin)
        assert origin.count({int(row.topic)}) == 3 and origin[row.options.index(row.intruder)] != {int(row.topic)}


def test_a_topic_task_has_the_documents_largest_topics_and_a_small_one():
    key = topic_intrusion(THETA, BETA, TERMS, DOCUMENTS, rng=np.random.default_rng(3), per_topic=2)
    assert len(key) == 2 * K and key["document"].is_unique
    for row in key.itertuples():
        theta = THETA[DOCUMENTS.index(row.document)]
        shares = dict(zip(row.options, row.shares, strict=True))
        intruder = shares.pop(row.intruder)
        assert sorted(shares.values()) == pytest.approx(np.sort(theta)[-3:])
        assert intruder <= np.median(theta) and intruder <= min(shares.values()) / 2
        assert int(row.topic) == theta.argmax() and min(shares.values()) >= 0.1
        assert theta[topic_of(row.intruder.split(" · ")[0])] == intruder


def test_documents_that_are_about_one_topic_are_not_asked_about_three():
    single = np.full((20, K), 0.001) + np.eye(K)[np.arange(20) % K] * (1 - K * 0.001)
    assert not fit_documents(single).any() and fit_documents(single, belong=1).all()
    with pytest.raises(ValueError, match="no document has 3 topics"):
        topic_intrusion(single, BETA, TERMS, DOCUMENTS[:20], rng=np.random.default_rng(1))


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_balanced_over_topics_and_places(kind):
    key = DRAWS[kind](np.random.default_rng(4), per_topic=2)
    assert set(Counter(key["topic"]).values()) == {2}
    places = Counter(row.options.index(row.intruder) for row in key.itertuples())
    assert len(places) == len(key["options"].iloc[0]) and max(places.values()) - min(places.values()) <= 1
    assert key["topic"].tolist() != sorted(key["topic"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_draw_and_another_seed_another(kind):
    first, second = (DRAWS[kind](np.random.default_rng(5)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert DRAWS[kind](np.random.default_rng(6))["options"].tolist() != first["options"].tolist()


def test_ids_are_of_the_content_and_not_of_the_order():
    key = word_intrusion(BETA, TERMS, rng=np.random.default_rng(7))
    other = word_intrusion(BETA, TERMS, rng=np.random.default_rng(8))
    content = {(row.topic, row.intruder): row.task for row in key.itertuples()}
    both = [row for row in other.itertuples() if (row.topic, row.intruder) in content]
    assert all(content[row.topic, row.intruder] == row.task for row in both)
    renamed = word_intrusion(BETA, TERMS, rng=np.random.default_rng(7), model="another")
    assert set(key["task"]).isdisjoint(renamed["task"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_coder_sees_neither_model_nor_topic_nor_intruder(kind):
    names = [f"SECRET{topic}" for topic in range(K)]
    key = DRAWS[kind](np.random.default_rng(9), names=names, model="SECRETMODEL")
    tasks = blind(key, passages={document: "a text" for document in key["document"] if document})
    assert {field.name for field in fields(Task)} == {"id", "kind", "options", "passage"}
    assert "SECRET" not in repr(tasks) and len(tasks) == len(key)
    assert [task.id for task in tasks] == key["task"].tolist()


@pytest.mark.parametrize("script", ALPHABETS)
@pytest.mark.parametrize("kind", [WORD, WORD_SET])
def test_any_script_is_asked_and_scored(script, kind):
    beta, _, terms = made_model(script)
    draw = word_intrusion if kind == WORD else word_set_intrusion
    key = draw(beta, terms, rng=np.random.default_rng(1))
    assert all(len(set(row.options)) == len(row.options) for row in key.itertuples())
    assert everything(precision(answers_of(key, 1.0, np.random.default_rng(1)), key))["precision"] == 1.0


@pytest.mark.parametrize(("kind", "chance"), [(WORD, 1 / 6), (TOPIC, 1 / 4), (WORD_SET, 1 / 4)])
def test_perfect_random_and_mediocre_coders_score_as_they_should(kind, chance):
    rng = np.random.default_rng(10)
    key = DRAWS[kind](rng, per_topic=3)
    perfect = everything(precision(answers_of(key, 1.0, rng), key))
    assert (perfect["precision"], perfect["high"], perfect["chance"]) == (1.0, 1.0, pytest.approx(chance))
    assert perfect["p"] < 1e-12 and perfect["low"] > 0.85
    found = {skill: [everything(precision(answers_of(key, skill, rng), key)) for _ in range(40)] for skill in (0, 0.5)}
    assert np.mean([row["p"] < 0.05 for row in found[0]]) <= 0.1
    assert np.mean([row["precision"] for row in found[0]]) == pytest.approx(chance, abs=0.03)
    truth = 0.5 + 0.5 * chance
    assert np.mean([row["low"] <= truth <= row["high"] for row in found[0.5]]) >= 0.92
    assert all(chance < row["precision"] < 1 for row in found[0.5])


def test_a_topic_that_nobody_understands_is_told_from_the_others():
    rng = np.random.default_rng(11)
    key = word_intrusion(BETA, TERMS, rng=rng, per_topic=2)
    coders = [answers_of(key, 1.0, rng, coder) for coder in ("ann", "ben", "eve")]
    answers = pd.concat(coders, ignore_index=True)
    poor = key.loc[key["topic"] == "03", "task"]
    answers.loc[answers["task"].isin(poor), "answer"] = CANT_TELL
    found = precision(answers, key)
    topics = found[found["topic"] != "all"].set_index("topic")
    assert topics.loc["03", ["precision", "n_unsure", "p"]].tolist() == [0.0, 6, 1.0]
    assert (topics.drop("03")["q"] < 0.001).all() and (topics["n_tasks"] == 2).all()
    assert sorted(found.loc[found["coder"] != "all", "coder"]) == ["ann", "ben", "eve"]


def test_limits_are_those_of_the_exact_binomial():
    for hits, n in ((0, 7), (3, 7), (7, 7), (11, 40)):
        exact = stats.binomtest(hits, n).proportion_ci(method="exact")
        assert proportion(np.arange(n) < hits, np.arange(n))[1:] == pytest.approx((exact.low, exact.high))


def test_coders_who_answer_the_same_tasks_add_no_tasks():
    """Tasks differ in difficulty; the pooled binomial is too short, the limits on effective answers are not."""
    rng, covered, naive = np.random.default_rng(12), 0, 0
    for _ in range(300):
        hits = rng.random((30, 5)) < rng.beta(0.6, 0.4, size=30)[:, None]
        _, low, high = proportion(hits.ravel(), np.repeat(np.arange(30), 5))
        exact = stats.binomtest(int(hits.sum()), 150).proportion_ci(method="exact")
        covered += low <= 0.6 <= high
        naive += exact.low <= 0.6 <= exact.high
    assert naive / 300 < 0.85 and 0.92 <= covered / 300


def test_topic_log_odds_by_hand_and_between_its_bounds():
    key = topic_intrusion(THETA, BETA, TERMS, DOCUMENTS, rng=np.random.default_rng(13), per_topic=3)
    rng = np.random.default_rng(14)
    perfect, half, guess = (
        topic_log_odds(answers_of(key, skill, rng), key, rng=rng).iloc[0] for skill in (1.0, 0.5, 0.0)
    )
    assert perfect["log_odds"] == 0.0
    assert guess["log_odds"] < half["log_odds"] < 0
    assert guess["low"] <= guess["guessing"] <= guess["high"]
    shares = np.maximum(np.array([[0.7, 0.2, 0.1, 0.0]]), SMALLEST_SHARE)
    row = {"task": "t", "kind": TOPIC, "model": "m", "topic": "00", "options": tuple("abcd"), "intruder": "d"}
    one = pd.DataFrame([row | {"shares": (0.7, 0.2, 0.1, 0.0)}])
    said = pd.DataFrame({"task": "t", "coder": ["ann", "ben", "eve"], "answer": ["a", "d", CANT_TELL]})
    by_hand = np.log(shares[0, 3] / shares[0, 0]) / 2
    assert topic_log_odds(said, one, rng=rng)["log_odds"].item() == pytest.approx(by_hand)


def test_agreement_rests_on_places_and_guessers_agree_by_chance_only():
    key = word_set_intrusion(BETA, TERMS, rng=np.random.default_rng(15), per_topic=40)
    rng = np.random.default_rng(16)
    both = {s: codes(pd.concat([answers_of(key, s, rng, c) for c in ("ann", "ben")]), key) for s in (1.0, 0.0)}
    assert krippendorff_alpha(both[1.0]) == 1.0
    assert abs(krippendorff_alpha(both[0.0])) < 0.12


def test_what_cannot_be_scored_is_refused():
    key = word_intrusion(BETA, TERMS, rng=np.random.default_rng(17))
    said = answers_of(key, 1.0, np.random.default_rng(1))
    with pytest.raises(ValueError, match="twice"):
        precision(pd.concat([said, said]), key)
    with pytest.raises(ValueError, match="none of the options"):
        precision(said.assign(answer="zzz"), key)
    with pytest.raises(ValueError, match="no answers"):
        proportion(np.array([]), np.array([]))
    assert precision(said.assign(task="x" + said["task"]), key).empty
    assert topic_log_odds(said, key, rng=np.random.default_rng(1)).empty


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"topic_term": BETA[:1]}, "one topic"),
        ({"vocabulary": TERMS[:-1]}, "vocabulary has 359"),
        ({"names": ["a"]}, "1 names for 12"),
        ({"per_topic": 200}, "fewer than 1000 terms"),
    ],
)
def test_what_cannot_be_drawn_is_refused(told, words):
    with pytest.raises(ValueError, match=words):
        word_intrusion(**{"topic_term": BETA, "vocabulary": TERMS, "rng": np.random.default_rng(1)} | told)


def test_no_two_documents_of_a_draw_copy_one_story():
    """Every document ten times over: without clusters a draw meets copies, with them it never does."""
    theta, stories = np.tile(THETA[:150], (10, 1)), [f"s{i}" for i in range(150)] * 10
    documents = [f"d{i}" for i in range(len(theta))]
    story = dict(zip(documents, stories, strict=True))
    told = {"per_topic": 5, "rng": np.random.default_rng(20)}
    blindly = topic_intrusion(theta, BETA, TERMS, documents, **told)
    spread = topic_intrusion(theta, BETA, TERMS, documents, clusters=stories, **told)
    assert blindly["document"].map(story).duplicated().any()
    assert spread["document"].is_unique and spread["document"].map(story).is_unique
    with pytest.raises(ValueError, match="2 clusters for 1500 documents"):
        topic_intrusion(theta, BETA, TERMS, documents, clusters=["a", "b"], rng=np.random.default_rng(1))


def test_a_story_that_many_copied_is_drawn_no_more_often():
    theta = np.tile([0.9, 0.1], (101, 1))
    beta, terms = np.kron(np.eye(2), np.full(8, 1 / 8)), list("abcdefghABCDEFGH")
    documents, stories = [f"d{i}" for i in range(101)], ["copied"] * 100 + ["own"]
    told = {"clusters": stories, "belong": 1}
    draws = [topic_intrusion(theta, beta, terms, documents, rng=np.random.default_rng(i), **told) for i in range(400)]
    share = np.mean([draw["document"].item() == "d100" for draw in draws])
    assert 0.42 <= share <= 0.58  # four standard errors around one half


@pytest.mark.parametrize(("skill", "rate"), [(1.0, 1.0), (0.7, 0.7), (0.0, 0.0), (coders.GUESSES, 0.25)])
def test_simulated_coders_hit_as_often_as_they_should_and_err_evenly(skill, rate):
    rng, n = np.random.default_rng(21), 4000
    said = Counter(coders.answer("abcd", "c", skill=skill, rng=rng) for _ in range(n))
    assert said["c"] / n == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / n))
    wrong = [said[option] for option in "abd"]
    assert sum(wrong) == 0 or max(wrong) - min(wrong) < 6 * np.sqrt(n / 4)


def test_the_exact_test_rejects_a_guesser_as_often_as_it_says_and_the_mediocre_nearly_always():
    """At the practice study's 100 tasks, over 500 coders and for each number of options."""
    for options in ("ab", "abcd", "abcdef"):
        rng, rejected = np.random.default_rng(22), {}
        for name, skill in coders.SKILLS.items():
            hits = [
                sum(coders.answer(options, "b", skill=skill, rng=rng) == "b" for _ in range(100)) for _ in range(500)
            ]
            p = [stats.binomtest(found, 100, 1 / len(options), alternative="greater").pvalue for found in hits]
            rejected[name] = np.mean(np.array(p) < coders.LEVEL)
        assert rejected["perfect"] == 1.0 and rejected["mediocre"] >= 0.97
        assert rejected["random"] <= coders.LEVEL + 4 * np.sqrt(0.05 * 0.95 / 500)


def test_a_coder_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="skill is 2"):
        coders.answer("ab", "a", skill=2, rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match="none of"):
        coders.answer("ab", "c", skill=1.0, rng=np.random.default_rng(1))
