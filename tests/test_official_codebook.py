"""The shipped codebook in five languages: whole, sound, and alike for passages that say the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from helpers.frames.codebook import FUNCTIONS, Codebook
from helpers.frames.indicators import score
from helpers.frames.lint import lint
from helpers.study import Study, load_study
from helpers.text.counts import count_terms
from helpers.text.tokens import lemmas

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "ru", "uk", "ko", "zh")
KINDS = ("positive", "negative")
NEEDLESS = {  # fire only where a wider one does, and are left: the shipped counts hold their phrases
    ("en", "'anti-imperialist'"), ("en", "'isolate + @RUS'"), ("en", "'sovereignty + hegemony'"),
    ("en", "'sovereignty + imperialist'"), ("ru", "'Азиатско-Тихоокеанский регион'"), ("ru", "'дружба + @PRK'"),
    ("ru", "'привлечь к ответственности'"), ("ru", "'стратегическое партнёрство + @PRK'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Study:
    """The study in five languages that shares this codebook."""
    return load_study("world-press", root=ROOT)


def found(study: Study, book: Codebook) -> dict[tuple[str, str, int], dict[str, frozenset[str]]]:
    """The frames that fire in each parallel example, by language."""
    rows = [
        (f"{code}|{kind}|{i}|{language}", 0, language, text)
        for code, frame in study.codebook.frames.items()
        for language in LANGUAGES
        for kind in KINDS
        for i, text in enumerate(getattr(frame.examples[language], kind))
    ]
    table = pd.DataFrame(rows, columns=["article_id", "position", "language", "text"])
    phrases = {phrase for language in LANGUAGES for phrase in book.phrases(language)}
    counts = count_terms(table, entities=study.entities, phrases=phrases)
    fired = score(counts, book, table.set_index("article_id")["language"])
    frames = fired.groupby("article_id")["frame"].agg(frozenset).to_dict()
    answers: dict[tuple[str, str, int], dict[str, frozenset[str]]] = {}
    for name in table["article_id"]:
        code, kind, i, language = name.split("|")
        answers.setdefault((code, kind, int(i)), {})[language] = frames.get(name, frozenset())
    return answers


def test_every_frame_is_whole_in_five_languages(world: Study) -> None:
    assert world.languages == LANGUAGES and len(world.codebook.frames) == 14
    for code, frame in world.codebook.frames.items():
        assert set(frame.definition) == set(FUNCTIONS) and all(frame.definition.values()), code
        assert frame.include and frame.exclude and len(frame.boundary) >= 3, code
        for language in LANGUAGES:
            assert len(frame.indicators[language]) >= 2, (code, language)
            examples = frame.examples[language]
            assert len(examples.positive) == len(frame.examples["en"].positive) >= 2, (code, language)
            assert len(examples.negative) == len(frame.examples["en"].negative) >= 2, (code, language)


def test_passages_that_say_the_same_come_out_alike_in_five_languages(world: Study) -> None:
    answers = found(world, world.codebook)
    assert len(answers) == 56
    unlike = {key: by for key, by in answers.items() if len(set(by.values())) > 1 or set(by) != set(LANGUAGES)}
    assert not unlike
    assert all((code in by["en"]) == (kind == "positive") for (code, kind, _), by in answers.items())


def test_a_language_that_lacks_its_words_comes_out_unlike(world: Study) -> None:
    frame = world.codebook.frames["LEGALITY"]
    poorer = dataclasses.replace(frame, indicators={**frame.indicators, "ko": frame.indicators["ko"][:1]})
    broken = dataclasses.replace(world.codebook, frames={**world.codebook.frames, "LEGALITY": poorer})
    unlike = {key for key, by in found(world, broken).items() if len(set(by.values())) > 1}
    assert unlike and {code for code, _, _ in unlike} == {"LEGALITY"}


def test_the_linter_has_nothing_to_say_but_what_is_known(world: Study) -> None:
    table = lint(world.codebook, languages=LANGUAGES, entities=world.entities)
    assert set(table["kind"]) == {"implied"}, table[table["kind"] != "implied"].to_string()
    assert {(row.language, row.detail.split(" fires only")[0]) for row in table.itertuples()} == NEEDLESS


@pytest.mark.parametrize("name", ["practice", "template"])
def test_the_linter_has_nothing_to_say_of_the_other_codebooks(name: str) -> None:
    study = load_study(name, root=ROOT)
    assert lint(study.codebook, languages=study.languages, entities=study.entities).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_an_indicator_is_so_short_that_it_was_cut_from_another(world: Study, language: str) -> None:
    """An analyser cuts a word that stands alone otherwise than in its sentence; such a term would never be met."""
    written = {text for _, one in world.codebook.indicators(language) for text in (*one.all, *one.none)}
    for term in written:
        if language == "ko" and term[0] != "@":
            assert all(len(word) > 1 or word in {"핵", "간", "탓"} for word in term.split(" ")), term
        if language in ("en", "ru", "uk") and term[0] != "@":
            assert lemmas(term, language), term


def test_examples_are_no_two_times_the_same(world: Study) -> None:
    texts = [
        text
        for frame in world.codebook.frames.values()
        for language in LANGUAGES
        for kind in KINDS
        for text in getattr(frame.examples[language], kind)
    ]
    assert len(texts) == len(set(texts)) == 280
