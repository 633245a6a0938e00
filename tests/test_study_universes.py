"""The declared choices: what the house offers, what a study may set, and one line for whatever is wrong."""

import pytest
import yaml
from some import some

from helpers.study import Analysis, StudyError, Universes
from helpers.study.universes import CHOICES, KINDS, SMOOTHING, declared, read_universes
from helpers.study.yaml_lines import read_yaml


def entry(folder, text):
    """The checked entry of a ``universes:`` block."""
    path = folder / "study.yml"
    path.write_text("title: t\nuniverses:\n" + text, encoding="utf-8")
    return read_yaml(path).at().child("universes")


def test_what_is_given_replaces_the_house_and_the_main_option_comes_first(tmp_path):
    text = "  indicators: {voice: [outlet, all], min_passages: [3, 1]}\n  topics: {n_topics: [4, 5], smoothing: [0, 0.65]}\n  most: 12\n"
    found = read_universes(entry(tmp_path, text), Analysis(n_topics=5))
    assert found.most == 12
    indicators = declared("indicators", found, Analysis(n_topics=5))
    assert indicators["voice"] == ("all", "outlet") and indicators["min_passages"] == (1, 3)
    assert indicators["copies"] == ("in", "originals only", "one per story")
    topics = declared("topics", found, Analysis(n_topics=5))
    assert topics["n_topics"] == (5, 4) and topics["smoothing"] == (0.65, 0.0)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("  indicator: {}\n", 3, "unknown key 'indicator'; did you mean 'indicators'?"),
        ("  indicators:\n    voices: [all]\n", 4, "unknown key 'voices'; did you mean 'voice'?"),
        ("  indicators:\n    voice: [all,\n      outlets]\n", 5, "option of voice 'outlets' is not known; did you mean 'outlet'?"),
        ("  topics:\n    tokens: [content words, bigrams]\n", 4, "valid here: content words, with names, with phrases"),
        ("  topics:\n    seed: [20240619, x]\n", 4, "'x' must be a whole number"),
        ("  topics:\n    smoothing: [0.65, 1.2]\n", 4, "must be a number from 0 to 0.99"),
        ("  indicators:\n    voice: [all, all]\n", 4, "option 'all' of voice stands twice"),
        ("  indicators:\n    voice: [outlet]\n", 4, "voice lacks 'all', the option of the main analysis"),
        ("  indicators:\n    window: []\n", 4, "window lacks 'common window by one rule'"),
        ("  indicators:\n    windows: [whole period]\n", 4, "unknown key 'windows'; did you mean 'window'?"),
        ("  indicators:\n    window: [common window]\n", 4, "did you mean 'common window by one rule'?"),
        ("  indicators:\n    adjustment: [none, within topics]\n", 4, "did you mean 'within topic'?"),
        ("  topics:\n    n_topics: [5, 6]\n", 4, "n_topics lacks 8"),
        ("  most: 0\n", 3, "must be a whole number from 1"),
        ("  indicators:\n    voice: all\n", 4, "must be a list"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_one_line_with_its_place(tmp_path, text, line, told):
    with pytest.raises(StudyError) as caught:
        read_universes(entry(tmp_path, text), Analysis())
    message = str(caught.value)
    assert told in message and f"study.yml:{line}:" in message and "\n" not in message


def test_every_choice_and_option_has_its_reason_and_the_usual_ones_are_known():
    for kind in KINDS:
        for name, choice in CHOICES[kind].items():
            assert choice.why and bool(choice.options) != bool(choice.numbers), name
            assert all(choice.options.values()), name
            if choice.options:
                assert set(choice.usual) <= set(choice.options), name


def test_the_shipped_studies_declare_what_can_be_read(root):
    for path in some(sorted((root / "studies").glob("*/study.yml"))):
        block = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("universes")
        assert block is None or set(block) <= {*KINDS, "most"}, path


def test_the_docs_list_every_choice(root):
    text = (root / "docs" / "data.md").read_text(encoding="utf-8").partition("### Choices to vary\n")[2]
    text = text.partition("\n### ")[0]
    for kind in KINDS:
        for name, choice in CHOICES[kind].items():
            assert name in text, name
            assert all(option in text for option in choice.options), name
    assert str(Universes().most) in text


def test_the_main_smoothing_is_the_topic_models_own():
    from helpers.topics.topic_model import TopicModel

    assert SMOOTHING == TopicModel().smoothing
