"""What a study says about its topics: names that the researcher gave, and concepts known in several languages."""

from __future__ import annotations

from helpers.study.yaml_lines import Entry
from helpers.text.languages import LANGUAGES
from helpers.text.tokens import lemmas
from helpers.topics.labels import Label

FEWEST_TERMS = 2


def read_labels(entry: Entry, languages: tuple[str, ...]) -> tuple[Label, ...]:
    """``labels``: what a topic is called, why, and its terms when it was named.

    Raises
    ------
    StudyError
        No name or reason yet, fewer than two terms, or a language the study does not have.
    """
    found = []
    for child in entry.children():
        parts = child.mapping(["language", "label", "reason", "terms"])
        for name, wanted in (("label", "what the topic is about"), ("reason", "why it is called so")):
            if not str(parts[name].value or "").strip():
                raise parts[name].error(f"{name} is empty; write {wanted}")
        terms = tuple(term.strip() for term in parts["terms"].texts())
        if len(terms) < FEWEST_TERMS:
            raise parts["terms"].error(f"a label needs {FEWEST_TERMS} terms at least to be found again")
        language = parts["language"].choice(languages, "language")
        found.append(Label(language, parts["label"].text(), parts["reason"].text(), terms))
    return tuple(found)


def read_concepts(entry: Entry, languages: tuple[str, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
    """``concepts``: seed terms translated by hand, concept → language → lemmas as they are counted.

    Parameters
    ----------
    entry : Entry
        May hold languages that the study does not have: concepts are shared between studies, as aliases are.
    languages : tuple of str
        The study's.

    Raises
    ------
    StudyError
        An unknown language; a term of more than one word, since counts hold single words; or a term of two concepts.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    taken: dict[tuple[str, str], str] = {}
    for concept, child in entry.items():
        found[concept] = {}
        for language, words in child.items():
            if language not in LANGUAGES:
                raise words.error(f"concept {concept!r}: language {language!r} is none of {', '.join(LANGUAGES)}")
            if language in languages:
                terms = tuple(_lemma(concept, word, language, words) for word in words.texts())
                for term in terms:
                    if taken.setdefault((language, term), concept) != concept:
                        other = taken[language, term]
                        raise words.error(f"concept {concept!r}: {term!r} is a term of {other!r} too; leave it to one")
                found[concept][language] = terms
    return found


def _lemma(concept: str, word: str, language: str, words: Entry) -> str:
    units = lemmas(word, language)
    if len(units) != 1:
        told = " + ".join(units) or "no word"
        raise words.error(f"concept {concept!r}: {word!r} is counted as {told}; give single words")
    return units[0]
