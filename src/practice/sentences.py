"""Sentences as language-free plans, and their wording in each language.

A plan names a template and every choice in it; `render` says it in one language.  The same plan in two
languages is a translation, which is how the study holds each language's measures to the same truth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any

import numpy as np
import yaml

from practice.world import LANGUAGES

_CHOICE = re.compile(r"\((?:(\d):)?([^()|]*(?:\|[^()|]*)+)\)")
_SLOT = re.compile(r"<(\w+)>")
_PARTICLES = ("을를", "이가", "은는", "과와")  # of Korean: after a consonant, after a vowel
_AFTER_CHOICE = re.compile(r"(?<=\))(?=(?:[을를이가은는과와]|으로|로)[ .,])")
_LOOSE = re.compile(r"(.)\x00(으로|로|.)")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Sentence:
    """A template's place in the word files and what was chosen in it; `number` fills every ``<n>``."""

    path: Path
    choices: tuple[int, ...]
    slots: tuple[tuple[str, int], ...]
    number: int


@cache
def words(language: str) -> dict[str, Any]:
    """The word file of a language.

    Raises
    ------
    ValueError
        There is no word file for the language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"practice has no sentences in {language!r}; it has {', '.join(LANGUAGES)}")
    return yaml.safe_load(files("practice").joinpath(f"words.{language}.yml").read_text(encoding="utf-8"))


def look_up(path: Path, language: str) -> Any:
    """What stands at `path` in the word file of a language."""
    entry: Any = words(language)
    for key in path:
        entry = entry[key]
    return entry


def draw(rng: np.random.Generator, path: Path, *, keep_off: tuple[int, ...] = ()) -> Sentence:
    """Choose every alternation and slot of the template at `path`.

    Parameters
    ----------
    rng : numpy Generator
    path : tuple
        Keys into a word file; the shape is the same in each language, and English is read here.
    keep_off : tuple of int
        Places (numbers in ``slots.place``) that must not be named.

    Returns
    -------
    Sentence
    """
    template = look_up(path, LANGUAGES[0])
    choices = tuple(int(rng.integers(match.group(2).count("|") + 1)) for match in _CHOICE.finditer(template))
    slots = []
    for name in sorted({match.group(1) for match in _SLOT.finditer(template)} & set(words(LANGUAGES[0])["slots"])):
        options = [
            i for i in range(len(look_up(("slots", name), LANGUAGES[0]))) if name != "place" or i not in keep_off
        ]
        slots.append((name, int(options[int(rng.integers(len(options)))])))
    return Sentence(path, choices, tuple(slots), int(rng.integers(3, 20)) * 5)


def render(sentence: Sentence, language: str, **given: str) -> str:
    """A plan in words.

    Parameters
    ----------
    sentence : Sentence
    language : str
    **given : str
        Text for slots that are not drawn (``agency``, ``q``).

    Returns
    -------
    str
        Starts with a capital, unless the template opens with a quotation mark.

    >>> plan = Sentence(("frames", "KINSHIP", "hit", 0), (1,), (("pair_gen", 0),), 15)
    >>> render(plan, "en")
    'An age-old friendship joins the peoples of Tarvenia and Lodmaria.'
    >>> render(plan, "ru")
    'Вековая дружба соединяет народы Тарвении и Лодмарии.'
    """
    places = count()

    def chosen(match: re.Match[str]) -> str:
        here = next(places)
        return match.group(2).split("|")[sentence.choices[int(match.group(1)) - 1 if match.group(1) else here]]

    template = look_up(sentence.path, language)
    if language == "ko":
        template = _AFTER_CHOICE.sub("\x00", template)
    text = _LOOSE.sub(_agreeing, _CHOICE.sub(chosen, template))
    fill = {name: look_up(("slots", name, i), language) for name, i in sentence.slots}
    fill |= {"n": str(sentence.number), **given}
    text = _SLOT.sub(lambda match: fill[match.group(1)], text)
    return text[:1].upper() + text[1:]


def _agreeing(match: re.Match[str]) -> str:
    """A Korean particle in the form that the syllable before it asks for."""
    word, particle = match.groups()
    final = (ord(word) - 0xAC00) % 28
    if particle in ("으로", "로"):
        return word + ("로" if final in (0, 8) else "으로")  # 8: after a final l too
    pair = next(pair for pair in _PARTICLES if particle in pair)
    return word + pair[final == 0]


def quoted(sentence: Sentence, said: Sentence, language: str) -> str:
    """A plan in somebody's mouth: quotation marks, verb and speaker as the language has them.

    >>> plan = Sentence(("frames", "KINSHIP", "hit", 0), (1,), (("pair_gen", 0),), 15)
    >>> quoted(plan, Sentence(("said", 0), (), (("who", 3),), 15), "en")
    '“An age-old friendship joins the peoples of Tarvenia and Lodmaria,” said ambassador Luka Perrin.'
    """
    return render(said, language, q=render(sentence, language).rstrip(".。"))


def mismatches(language: str) -> list[str]:
    """Where a word file differs in shape from the English one (none, if all is well).

    >>> mismatches("ru")
    []
    """
    return _mismatches(words(LANGUAGES[0]), words(language), ())


def _mismatches(ours: Any, theirs: Any, path: Path) -> list[str]:
    place = ".".join(map(str, path))
    if path and (path[-1] == "terms" or (path[0] == "forms" and isinstance(ours, str))):
        return []  # how a date or a credit is written is each language's own
    if isinstance(ours, dict):
        different = sorted(map(str, set(ours) ^ set(theirs)))
        return [f"{place}: keys {different}"] if different else _all(ours, theirs, path, list(ours))
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return [f"{place}: {len(theirs)} entries for {len(ours)}"]
        return _all(ours, theirs, path, list(range(len(ours))))
    shapes = [(_sizes(text), sorted(_SLOT.findall(text))) for text in (ours, theirs)]
    return [] if shapes[0] == shapes[1] else [f"{place}: {shapes[1]} for {shapes[0]}"]


def _sizes(template: str) -> list[int]:
    """How many ways each alternation has, in the order of the English line: ``(2:a|b)`` says which it is there."""
    choices = list(_CHOICE.finditer(template))
    numbered = [(int(m.group(1) or i), m.group(2).count("|")) for i, m in enumerate(choices, 1)]
    return [n for number, n in sorted(numbered)] if len({number for number, _ in numbered}) == len(choices) else [-1]


def _all(ours: Any, theirs: Any, path: Path, keys: list[Any]) -> list[str]:
    return [place for key in keys for place in _mismatches(ours[key], theirs[key], (*path, key))]
