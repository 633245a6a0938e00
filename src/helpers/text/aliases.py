"""Which entities a text names: alias lists matched on lemmas, whole words, longest first.

An alias never matches inside another word, and a word belongs to one entity only: in *South Korea* the
longer alias wins, so that *Korea* is not counted a second time for somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import simplemma

from helpers.text.tokens import ALPHABETIC, BREAK, lemmas, tokens

_CASE_ENDINGS = {  # of masculine names that end in a consonant: Ким Чен Ына, Кім Чен Іну
    "ru": ("а", "у", "ом", "ым", "е"),
    "uk": ("а", "у", "ові", "ом", "им", "і"),
}
_CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщ")


class Aliases:
    """The names of a study's entities in one language, ready to be found in sequences of lemmas.

    Parameters
    ----------
    entities : mapping of entity code to mapping of language to aliases
        As in ``study.yml``; an entity without an alias in this language is simply not found in it.
    language : str
        One of ``en ru uk ko zh``.

    Raises
    ------
    ValueError
        An alias holds no word, or two entities claim the same one.

    >>> states = {"KOR": {"en": ("South Korea",)}, "PRK": {"en": ("North Korea", "Korea", "Kim Jong Un")}}
    >>> names = Aliases(states, "en")
    >>> names.find(["south", "korea", "watch", "north", "korea"])
    [('KOR', 0, 2), ('PRK', 3, 5)]
    >>> sorted(names.words)
    ['jong', 'kim', 'korea', 'north', 'south', 'un']
    """

    def __init__(self, entities: Mapping[str, Mapping[str, Sequence[str]]], language: str) -> None:
        self.language = language
        self._owner: dict[tuple[str, ...], str] = {}
        for code in sorted(entities):
            for alias in entities[code].get(language, ()):
                self._add(code, alias)
        self._starts: dict[str, list[tuple[str, ...]]] = {}
        for sequence in sorted(self._owner, key=lambda words: (-len(words), words)):
            self._starts.setdefault(sequence[0], []).append(sequence)

    @property
    def words(self) -> frozenset[str]:
        """Every word of every alias, as it may stand in `counts`: what an analysis of content leaves out."""
        return frozenset(word for sequence in self._owner for word in sequence)

    def find(self, words: Sequence[str]) -> list[tuple[str, int, int]]:
        """Entities named, from left to right, without overlap.

        Parameters
        ----------
        words : sequence of str, length n
            Lemmas as from `helpers.text.tokens.lemmas`, with or without breaks.

        Returns
        -------
        list of (code, start, end)
            The alias is ``words[start:end]``.

        >>> Aliases({"PRK": {"ru": ("Ким Чен Ын", "КНДР")}}, "ru").find(lemmas("Визит Ким Чен Ына", "ru"))
        [('PRK', 1, 4)]
        """
        found: list[tuple[str, int, int]] = []
        end = 0
        for start, word in enumerate(words):
            if start < end or word not in self._starts:
                continue
            for sequence in self._starts[word]:
                if tuple(words[start : start + len(sequence)]) == sequence:
                    end = start + len(sequence)
                    found.append((self._owner[sequence], start, end))
                    break
        return found

    def names(self, words: Sequence[str]) -> frozenset[str]:
        """Codes of the entities named.

        >>> names = Aliases({"RUS": {"en": ("Russia", "Russian")}}, "en")
        >>> sorted(names.names(lemmas("a Russian ship", "en")))
        ['RUS']
        """
        return frozenset(code for code, _, _ in self.find(words))

    def _add(self, code: str, alias: str) -> None:
        by_lemma = tuple(lemmas(alias, self.language))
        if not by_lemma:
            raise ValueError(f"entity {code}, language {self.language}: alias {alias!r} holds no word")
        for sequence in (by_lemma, tuple(tokens(alias, self.language)), *_inflected(alias, self.language)):
            owner = self._owner.setdefault(sequence, code)
            if owner != code:
                raise ValueError(
                    f"alias {alias!r} ({self.language}) belongs to both {owner} and {code}; keep it in one"
                )


def _inflected(alias: str, language: str) -> list[tuple[str, ...]]:
    """Case forms of a name whose last word the dictionary lacks, so that its lemma cannot undo them."""
    last = alias.split()[-1]
    base = [word for word in lemmas(alias, language) if word != BREAK]
    known = language not in ALPHABETIC or simplemma.is_known(last, language)
    if known or last.isupper() or not last[0].isupper() or base[-1][-1] not in _CONSONANTS:
        return []
    return [(*base[:-1], base[-1] + ending) for ending in _CASE_ENDINGS.get(language, ())]
