"""What a study says about its topics: names that the researcher gave, and concepts known in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from helpers.frames.codebook import Lemmas
from helpers.study.fields import Language, Text, Texts, fault, keyed, read
from helpers.study.yaml_lines import Entry
from helpers.text.languages import LANGUAGES
from helpers.topics.labels import Label

FEWEST_TERMS = 2


def _said(name: str, wanted: str) -> BeforeValidator:
    """Text that somebody has still to write."""

    def check(value: Any) -> Any:
        if not str(value or "").strip():
            raise fault(f"{name} is empty; write {wanted}")
        return value

    return BeforeValidator(check)


def _terms(terms: tuple[str, ...]) -> tuple[str, ...]:
    if len(terms) < FEWEST_TERMS:
        raise fault(f"a label needs {FEWEST_TERMS} terms at least to be found again")
    return terms


@keyed()
@dataclass(frozen=True)
class GivenLabel:
    """One of ``labels``: what a topic is called, why, and its terms when it was named."""

    language: Language
    label: Annotated[Text, _said("label", "what the topic is about")]
    reason: Annotated[Text, _said("reason", "why it is called so")]
    terms: Annotated[Texts, AfterValidator(_terms)]


Labels = Annotated[
    tuple[GivenLabel, ...],
    AfterValidator(lambda given: tuple(Label(one.language, one.label, one.reason, one.terms) for one in given)),
]


def read_concepts(entry: Entry, languages: tuple[str, ...], lemmas: Lemmas) -> dict[str, dict[str, tuple[str, ...]]]:
    """``concepts``: seed terms translated by hand, concept → language → lemmas as they are counted.

    Parameters
    ----------
    entry : Entry
        May hold languages that the study does not have: concepts are shared between studies, as aliases are.
    languages : tuple of str
        The study's.
    lemmas : callable
        From text and language to lemmas with breaks.

    Raises
    ------
    StudyError
        An unknown language; a term of more than one word, since counts hold single words; or a term of two concepts.
    """
    concepts: dict[str, dict[str, tuple[str, ...]]] = {}
    owners: dict[tuple[str, str], str] = {}
    for concept, translations in read(entry, Mapping[str, Mapping[str, Texts]]).items():
        concepts[concept] = {}
        for language, words in translations.items():
            place = entry.child(concept).child(language)
            if language not in LANGUAGES:
                raise place.error(f"concept {concept!r}: language {language!r} is none of {', '.join(LANGUAGES)}")
            if language in languages:
                terms = tuple(_lemma(concept, word, lemmas(word, language), place) for word in words)
                for term in terms:
                    if (owner := owners.setdefault((language, term), concept)) != concept:
                        raise place.error(f"concept {concept!r}: {term!r} is a term of {owner!r} too; leave it to one")
                concepts[concept][language] = terms
    return concepts


def _lemma(concept: str, word: str, with_breaks: list[str], place: Entry) -> str:
    units = [unit for unit in with_breaks if unit]
    if len(units) != 1:
        counted = " + ".join(units) or "no word"
        raise place.error(f"concept {concept!r}: {word!r} is counted as {counted}; give single words")
    return units[0]
