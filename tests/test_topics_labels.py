"""Labels stay with content: through refits, drift, rivals, and terms that YAML would read as something else."""

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import sparse

from helpers.topics.labels import Label, assign_labels, proposal
from helpers.topics.term_ranking import top_terms
from helpers.topics.topic_model import TopicModel


def table(**topics: str) -> pd.DataFrame:
    """Terms of topics, written with spaces; ``en_01`` stands for ``en-01``."""
    rows = [
        (name.replace("_", "-"), rank, term)
        for name, terms in topics.items()
        for rank, term in enumerate(terms.split(), start=1)
    ]
    return pd.DataFrame(rows, columns=["topic", "rank", "term"])


NOW = table(
    en_01="grain port ship sanction trade export",
    en_02="missile test launch range sea warn",
    ru_01="зерно порт судно санкция торговля экспорт",
)


def label(text: str, terms: str, language: str = "en") -> Label:
    return Label(language, text, "a reason", tuple(terms.split()))


def test_labels_follow_content_when_numbers_change():
    trade, arms = label("Trade", "grain port ship"), label("Arms", "missile test launch")
    given, lost = assign_labels([trade, arms], NOW)
    assert given == {"en-01": trade, "en-02": arms} and not lost
    swapped = NOW.assign(topic=NOW.topic.map({"en-01": "en-02", "en-02": "en-01", "ru-01": "ru-01"}))
    assert assign_labels([trade, arms], swapped)[0] == {"en-02": trade, "en-01": arms}


def test_labels_survive_a_refit_on_other_documents():
    rng = np.random.default_rng(0)
    vocabulary = np.array([f"w{number:02d}" for number in range(60)])
    weights = np.repeat([rng.permutation(np.geomspace(3, 0.3, 15)) for _ in range(4)], 60, axis=0)
    rates = np.full((240, 60), 0.05)
    for topic in range(4):
        rates[topic * 60 : topic * 60 + 60, topic * 15 : topic * 15 + 15] += weights[topic * 60]
    counts = rng.poisson(rates)

    def terms(rows: np.ndarray) -> pd.DataFrame:
        return top_terms(TopicModel(4, seed=0).fit(sparse.csr_matrix(counts[rows])), vocabulary, 20)

    def planted(shown: pd.DataFrame, topic: str) -> int:
        """The planted block that most of a topic's terms come from."""
        return int(shown[shown.topic == topic].term[:10].str[1:].astype(int).floordiv(15).mode()[0])

    first = terms(np.arange(0, 240, 2))
    labels = {
        topic: Label("en", f"block {planted(first, topic)}", "", tuple(rows.term[:10]))
        for topic, rows in first.groupby("topic")
    }
    again = terms(np.flatnonzero(rng.random(240) < np.repeat([0.3, 0.9, 0.5, 0.7], 60)))  # sizes turn the numbers round
    given, lost = assign_labels(list(labels.values()), again)
    assert not lost and {topic: kept.text for topic, kept in given.items()} == {
        topic: f"block {planted(again, topic)}" for topic in given
    }
    assert any(labels[topic].text != kept.text for topic, kept in given.items())


def test_a_topic_that_drifted_away_loses_its_label():
    gone = label("Summits", "summit visit leader missile plane")
    given, lost = assign_labels([gone, label("Trade", "grain port")], NOW)
    assert list(given) == ["en-01"]
    assert lost == ["label 'Summits' fits no topic any more: best is en-02 with 1 of 5 terms; look at it again"]
    nothing = label("Sport", "match team")
    assert assign_labels([nothing], NOW)[1] == [
        "label 'Sport' fits no topic any more: none has any of its terms; look at it again"
    ]
    assert assign_labels([nothing], NOW.iloc[:0])[0] == {}
    assert assign_labels([], NOW) == ({}, [])


def test_terms_are_looked_for_in_twice_as_many():
    assert assign_labels([label("Trade", "ship sanction")], NOW)[0]  # third and fourth of the topic
    assert not assign_labels([label("Trade", "trade export")], NOW)[0]  # fifth and sixth
    half = label("Trade", "grain port x y")
    assert assign_labels([half], NOW)[0] and not assign_labels([half], NOW, least=0.6)[0]


def test_two_labels_that_want_the_same_topic():
    better, worse = label("Trade", "grain port ship"), label("Ports", "port ship crane")
    given, lost = assign_labels([worse, better], NOW)
    assert given == {"en-01": better}
    assert lost == [
        "label 'Ports' fits no topic any more: best is en-01 with 2 of 3 terms, which goes to label 'Trade';"
        " look at it again"
    ]
    # with a second choice both are kept: the greatest total and not the nearest first
    two = pd.concat([NOW, table(en_03="port ship crane storm harbour pilot")])
    assert assign_labels([worse, better], two)[0] == {"en-03": worse, "en-01": better}


def test_a_label_that_fits_nothing_takes_no_topic_from_another():
    weak, good = label("Weak", "missile a b c d e"), label("Arms", "missile x")
    assert assign_labels([weak, good], NOW)[0] == {"en-02": good}


def test_languages_are_kept_apart_and_spelling_is_not():
    shared = pd.concat([table(ru_01="війна зброя мир"), table(uk_01="війна зброя мир")])
    ukrainian = label("War", "Війна ЗБРОЯ", "uk")
    assert list(assign_labels([ukrainian], shared)[0]) == ["uk-01"]
    by_column = shared.assign(language=shared.topic.str[:2], topic=["00"] * 3 + ["01"] * 3)
    assert list(assign_labels([ukrainian], by_column)[0]) == ["01"]
    decomposed = Label("ko", "State", "", ("\u1100\u1162",))  # the same syllable, in two code points
    assert list(assign_labels([decomposed], table(ko_01="개"))[0]) == ["ko-01"]


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match="'Empty' has no terms"):
        assign_labels([Label("en", "Empty", "", ())], NOW)
    with pytest.raises(ValueError, match="least must be above 0"):
        assign_labels([], NOW, least=0)
    with pytest.raises(ValueError, match="'en-09' is not among en-01, en-02, ru-01"):
        proposal(NOW, "en-09", "en")


HOSTILE = [": - #", "it's", '"quoted"', "no", "1984", "null", "[a, b]", "{a: b}", "# not a comment", "война", "조선", "&x *y",
           "2024-01-01", "a: b", "- item", "@at", "%d", "~", "", " edge ", "new\nline", "tab\t", "1e3", "核武器"]  # fmt: skip


def test_hostile_terms_come_back_as_they_went():
    for start in range(0, len(HOSTILE), 8):
        terms = HOSTILE[start : start + 8]
        rows = pd.DataFrame({"topic": "en-01", "rank": range(1, len(terms) + 1), "term": terms})
        pasted = "labels:\n" + "\n".join(
            "  " + line if line else line for line in proposal(rows, "en-01", "en").split("\n")
        )
        (entry,) = yaml.safe_load(pasted)["labels"]
        assert entry == {"language": "en", "label": "", "reason": "", "terms": terms}


def test_a_proposal_is_legible_and_round_trips_to_its_own_topic():
    rows = pd.concat([NOW, table(ko_01="조선 로씨야 협조 회담")])
    text = proposal(rows, "ko-01", "ko")
    assert "조선, 로씨야" in text and "санкция" in proposal(rows, "ru-01", "ru")
    (entry,) = yaml.safe_load(text)
    kept = Label(entry["language"], "Cooperation", "", tuple(entry["terms"]))
    assert assign_labels([kept], rows)[0] == {"ko-01": kept}
