"""Which entities a text names: alias lists matched on lemmas, whole words, longest first.

An alias never matches inside another word, and a word belongs to one entity only: in *South Korea* the
longer alias wins, so that *Korea* is not counted a second time for somebody else. Names that hold another one and
mean something else (白俄罗斯, 朝鲜族, South America) are read first and name nobody (``nobody`` in a language's
file). An alias that names two at once is listed with each and marked ``&``: ``"&북러"``. A Russian or Ukrainian
compound of two states' adjectives (российско-северокорейский) names both. Where a name is written with a comma or
title marks (《联合国宪章》第51条) its alias is, too, and is then found with them and without.

Korean and Chinese aliases are compared letter by letter with runs of whole words, spaces left out, because how
many words a name is depends on what stands around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import simplemma

from helpers.text.languages import language as known
from helpers.text.languages.zh import simplify
from helpers.text.tokens import BREAK, lemmas, tokens

SHARED = "&"  # before an alias that names more than one entity
_PAUSE = "\n"  # a break inside a run of Korean or Chinese letters


class Aliases:
    """The names of a study's entities in one language, ready to be found in sequences of lemmas.

    Parameters
    ----------
    entities : mapping of entity code to mapping of language to aliases
        As in ``study.yml``; an entity without an alias in this language is simply not found in it.
    language : str
        One of `helpers.text.languages.LANGUAGES`.

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
        self._joined = known(language).is_segmented
        self._adjectives = known(language).names.adjectives
        self._owners: dict[tuple[str, ...], tuple[str, ...]] = {}
        for code in sorted(entities):
            for alias in entities[code].get(language, ()):
                self._add(code, alias)
        self._words = frozenset(
            word for sequence in self._owners for word in sequence if word != BREAK and _PAUSE not in word
        )
        for name in known(language).names.nobody:
            for sequence in self._sequences(name):
                self._owners.setdefault(sequence, ())
        self._longest: dict[str, int] = {}  # by first word, or first letter: the most words, or letters, to look at
        for sequence in self._owners:
            size = len(sequence[0]) if self._joined else len(sequence)
            first = sequence[0][0] if self._joined else sequence[0]
            self._longest[first] = max(size, self._longest.get(first, 0))

    @property
    def words(self) -> frozenset[str]:
        """Every word of every alias, as it may stand in `counts`: what an analysis of content leaves out."""
        return self._words

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
        mentions: list[tuple[str, int, int]] = []
        end = 0
        for start, word in enumerate(words):
            if start < end or not word:
                continue
            match = None
            if (word[0] if self._joined else word) in self._longest:
                match = self._run(words, start) if self._joined else self._sequence(words, start)
            if match is None and "-" in word and self._adjectives:
                match = self._compound(word, start)
            if match is not None:
                end, owners = match
                mentions.extend((owner, start, end) for owner in owners)
        return mentions

    def _sequence(self, words: Sequence[str], start: int) -> tuple[int, tuple[str, ...]] | None:
        for size in range(min(self._longest[words[start]], len(words) - start), 0, -1):
            owners = self._owners.get(tuple(words[start : start + size]))
            if owners is not None:
                return start + size, owners
        return None

    def _compound(self, word: str, start: int) -> tuple[int, tuple[str, ...]] | None:
        """Owners of both halves of an adjective such as российско-северокорейский."""
        first, last = word.split("-")[0], word.split("-")[-1]
        forms = [(last,)]
        if first.endswith("о"):
            forms += [(first[:-1] + ending,) for ending in self._adjectives]
        owners = dict.fromkeys(owner for form in forms for owner in self._owners.get(form, ()))
        return (start + 1, tuple(owners)) if owners and last.endswith("ий") else None

    def _run(self, words: Sequence[str], start: int) -> tuple[int, tuple[str, ...]] | None:
        """The longest run of whole words that written together is an alias."""
        best, run, longest = None, "", self._longest[words[start][0]]
        for end in range(start, len(words)):
            run += words[end] or _PAUSE
            if len(run) > longest:
                break
            if (run,) in self._owners:
                best = end + 1, self._owners[run,]
        return best

    def names(self, words: Sequence[str]) -> frozenset[str]:
        """Codes of the entities named.

        >>> names = Aliases({"RUS": {"en": ("Russia", "Russian")}}, "en")
        >>> sorted(names.names(lemmas("a Russian ship", "en")))
        ['RUS']
        """
        return frozenset(code for code, _, _ in self.find(words))

    def _add(self, code: str, alias: str) -> None:
        shared = alias.startswith(SHARED)
        sequences = self._sequences(alias.removeprefix(SHARED))
        if not sequences:
            raise ValueError(f"entity {code}, language {self.language}: alias {alias!r} holds no word")
        for sequence in sequences:
            owners = self._owners.get(sequence, ())
            if code not in owners:
                if owners and not shared:
                    raise ValueError(
                        f"alias {alias!r} ({self.language}) belongs to both {owners[0]} and {code}; keep it in one, "
                        f"or mark it {SHARED!r} where it names both"
                    )
                self._owners[sequence] = (*owners, code)

    def _sequences(self, alias: str) -> list[tuple[str, ...]]:
        """What the name may look like in a text: lemmas, words as written, case forms the dictionary lacks."""
        if self._joined:
            letters = simplify(alias) if known(self.language).script == "han" else alias
            written = "".join(character for character in letters.lower() if character.isalnum())
            read = "".join(lemmas(alias, self.language))  # particles inside the name are gone from it
            paused = "".join(word or _PAUSE for word in lemmas(alias, self.language, breaks=True)).strip(_PAUSE)
            return [(form,) for form in dict.fromkeys((written, read, paused)) if form] if written else []
        by_lemma = tuple(lemmas(alias, self.language))
        if not by_lemma:
            return []
        paused = tuple(lemmas(alias, self.language, breaks=True))
        paused = paused[:-1] if paused[-1] == BREAK else paused
        return [by_lemma, paused, tuple(tokens(alias, self.language)), *_inflected(alias, self.language)]


def _inflected(alias: str, language: str) -> list[tuple[str, ...]]:
    """Case forms of a name whose last word the dictionary lacks, so that its lemma cannot undo them."""
    last = alias.split()[-1]
    base = [word for word in lemmas(alias, language) if word != BREAK]
    names = known(language).names
    if known(language).is_segmented or simplemma.is_known(last, language) or last.isupper() or not last[0].isupper():
        return []
    if names.endings:
        return [(*base[:-1], base[-1] + ending) for ending in names.endings]
    if base[-1].endswith("ь"):
        return [(*base[:-1], base[-1][:-1] + ending) for ending in names.soft_endings]
    if base[-1][-1] not in names.consonants:
        return []
    return [(*base[:-1], base[-1] + ending) for ending in names.hard_endings]
