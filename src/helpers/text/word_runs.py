"""Whether a run of words of some texts stands in another one: what must not happen where texts may not be shared.

Words are compared without case, accents of form and punctuation.  Chinese is written without spaces, so two of its
signs count as a word.  A name of several words counts as one: it belongs to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

LENGTH = 6  # words in a row by which a text is recognised
SIGNS = 2  # Chinese characters that count as a word
_HAN = "\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])\w)+(?:['’](?:(?![{_HAN}])\w)+)*")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
UNKNOWN = 0  # a word that none of the texts has
NO_RUN = 0


class Run(NamedTuple):
    """A run of words that stands in one of the texts: where it begins, and its words."""

    start: int
    words: str


class WordRuns:
    """Runs of words of many texts, to look for in others.

    Parameters
    ----------
    texts : iterable of str
    names : iterable of str
        Names, each of which counts as one word.
    length : int
        Words of a run.

    >>> runs = WordRuns(["The grain ships left the quay before the storm came."], names=["Grain Ships"])
    >>> runs.first("It said THE GRAIN SHIPS left, the quay – before anybody knew").words
    'THE GRAIN SHIPS left, the quay – before'
    >>> runs.first("the grain ships left the quay") is None       # five words: the name counts as one
    True
    """

    def __init__(self, texts: Iterable[str], *, names: Iterable[str] = (), length: int = LENGTH) -> None:
        self.length = length
        self._names: dict[str, set[tuple[str, ...]]] = {}
        for name in names:
            parts = tuple(word for word, _, _ in _words(name))
            if len(parts) > 1:
                self._names.setdefault(parts[0], set()).add(parts)
        self._numbers: dict[str, int] = {}
        hashes = [self._windows(*self._read(text, learn=True)[:2]) for text in texts]
        self._short, self._long = (_distinct([pair[kind] for pair in hashes]) for kind in (0, 1))

    def __bool__(self) -> bool:
        return bool(len(self._short) or len(self._long))

    def first(self, text: str) -> Run | None:
        """The first run of `text` that stands in one of the texts as well."""
        if not self:
            return None
        numbers, han, spans = self._read(text, learn=False)
        places = []
        for windows, known, length in zip(
            self._windows(numbers, han), (self._short, self._long), (self.length, self.length * SIGNS), strict=True
        ):
            if len(windows) and len(known):
                at = np.minimum(np.searchsorted(known, windows), len(known) - 1)
                places += [
                    (int(place), length) for place in np.flatnonzero((known[at] == windows) & (windows != NO_RUN))[:1]
                ]
        if not places:
            return None
        place, length = min(places)
        start, end = spans[place][0], spans[place + length - 1][1]
        return Run(start, " ".join(text[start:end].split()))

    def _read(self, text: str, *, learn: bool) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
        """Words as numbers, which of them are Chinese signs, and where each stands; names taken together."""
        words = self._with_names(_words(text))
        if learn:
            for word, _, _ in words:
                self._numbers.setdefault(word, len(self._numbers) + 1)
        numbers = np.array([self._numbers.get(word, UNKNOWN) for word, _, _ in words], dtype=np.uint64)
        han = np.array([len(word) == 1 and "\u3400" <= word <= "\u9fff" for word, _, _ in words], dtype=bool)
        return numbers, han, [(start, end) for _, start, end in words]

    def _with_names(self, words: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        joined, place = [], 0
        while place < len(words):
            word, start, end = words[place]
            fitting = [
                name
                for name in self._names.get(word, ())
                if tuple(other for other, _, _ in words[place : place + len(name)]) == name
            ]
            if fitting:
                name = max(fitting, key=len)
                word, end = " ".join(name), words[place + len(name) - 1][2]
                place += len(name) - 1
            joined.append((word, start, end))
            place += 1
        return joined

    def _windows(self, numbers: np.ndarray, han: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A hash of each run without Chinese signs, and of each of twice as many words with some; 0 for no run."""
        plain, mixed = _hashes(numbers, self.length), _hashes(numbers, self.length * SIGNS)
        with_signs = np.concatenate([[0], np.cumsum(han)])
        plain[with_signs[self.length :][: len(plain)] > with_signs[: len(plain)]] = NO_RUN
        mixed[with_signs[self.length * SIGNS :][: len(mixed)] == with_signs[: len(mixed)]] = NO_RUN
        return plain, mixed


def _distinct(hashes: list[np.ndarray]) -> np.ndarray:
    every = np.unique(np.concatenate([np.empty(0, np.uint64), *hashes]))
    return every[every != NO_RUN]


def _hashes(numbers: np.ndarray, length: int) -> np.ndarray:
    """A number for each window of `length` words, 0 where one of them is unknown."""
    n = len(numbers) - length + 1
    if n <= 0:
        return np.empty(0, np.uint64)
    total, known = np.zeros(n, np.uint64), np.ones(n, bool)
    for step in range(length):
        part = numbers[step : step + n]
        total = total * _FACTOR + part
        known &= part != UNKNOWN
    total ^= total >> np.uint64(29)
    return np.where(known, np.maximum(total, np.uint64(1)), np.uint64(NO_RUN))


def _words(text: str) -> list[tuple[str, int, int]]:
    """Words in one form, with where they stand."""
    return [
        (unicodedata.normalize("NFKC", match[0]).casefold().replace("’", "'"), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]
