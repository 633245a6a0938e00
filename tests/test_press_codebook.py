"""The codebook of headlines: sound in its three languages, and alike for headlines that say the same; its events."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.frames import score
from helpers.frames.codebook import FUNCTIONS, Codebook
from helpers.frames.lint import lint
from helpers.study import load_study
from helpers.study.codebook_file import read_codebook
from helpers.study.events import read_events
from helpers.text import count_terms

STUDIES = Path(__file__).resolve().parents[1] / "studies"
LANGUAGES = ("en", "ko", "zh")
KINDS = ("positive", "negative")
Names = dict[str, dict[str, tuple[str, ...]]]


@pytest.fixture(scope="module")
def entities() -> Names:
    """The names that the study shares, from the study in five languages that shares them too."""
    return load_study("world-press", root=STUDIES.parent).entities


@pytest.fixture(scope="module")
def book(entities: Names) -> Codebook:
    return read_codebook(STUDIES / "press" / "codebook.yml", languages=LANGUAGES, entities=list(entities))


def test_two_frames_are_replaced_and_every_frame_is_whole(book: Codebook) -> None:
    assert len(book.frames) == 16
    assert {"WARNING", "PARIAHS", "SPECTACLE", "CAMPS"} <= set(book.frames)
    assert not {"REACTIONS", "DOMESTIC"} & set(book.frames)
    for code, frame in book.frames.items():
        assert set(frame.definition) == set(FUNCTIONS) and all(frame.definition.values()), code
        assert frame.include and frame.exclude and len(frame.boundary) >= 3, code
        for language in LANGUAGES:
            assert len(frame.indicators[language]) >= 2, (code, language)
            for kind in KINDS:
                texts = getattr(frame.examples[language], kind)
                assert len(texts) == len(getattr(frame.examples["en"], kind)) >= 2, (code, language)


def test_the_linter_has_nothing_to_say(book: Codebook, entities: Names) -> None:
    table = lint(book, languages=LANGUAGES, entities=entities)
    assert table.empty, table.to_string()


def test_headlines_that_say_the_same_come_out_alike_in_three_languages(book: Codebook, entities: Names) -> None:
    rows = [
        (f"{code}|{kind}|{i}|{language}", 0, language, text)
        for code, frame in book.frames.items()
        for language in LANGUAGES
        for kind in KINDS
        for i, text in enumerate(getattr(frame.examples[language], kind))
    ]
    table = pd.DataFrame(rows, columns=["article_id", "position", "language", "text"])
    assert table["text"].is_unique
    phrases = {phrase for language in LANGUAGES for phrase in book.phrases(language)}
    fired = score(
        count_terms(table, entities=entities, phrases=phrases), book, table.set_index("article_id")["language"]
    )
    frames = fired.groupby("article_id")["frame"].agg(frozenset).to_dict()
    answers: dict[str, set[frozenset[str]]] = {}
    for name in table["article_id"]:
        answers.setdefault(name.rsplit("|", 1)[0], set()).add(frames.get(name, frozenset()))
    assert not {name: by for name, by in answers.items() if len(by) > 1}


def test_an_event_that_two_studies_have_is_one_event(entities: Names) -> None:
    press, voices = (
        {event.id: event for event in read_events(STUDIES / name / "events.yml", list(entities))}
        for name in ("press", "official-voices")
    )
    assert voices.items() <= press.items()
    assert len(press) == 60 and {"vostochny-summit", "beijing-parade", "satellite-third"} <= set(press)
