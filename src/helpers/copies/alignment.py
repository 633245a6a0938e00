"""How much of a text stands in another in the same order, word for word: the check of a pair that shares little else.

When every third word is exchanged, few runs of words are left, but the rest still stand in order, rare words among
them; two reports of one event share names, and not their order.

Method: longest common subsequence by bits, Hyyrö (2004), "Bit-parallel LCS-length computation revisited".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.copies.shingles import Words

RARE_SHARE, RARE_LEAST = 0.03, 20  # a word is rare up to so many occurrences a text, or so many in all
RARE_ENOUGH = 5  # rare words without which they tell nothing
_MULTIPLIER = np.uint64(0xD1342543DE82EF95)
_BUCKETS = 20  # bits; words are counted by so much of their hash


@dataclass(frozen=True)
class Aligner:
    """Words of many texts, ready to be aligned two by two.

    words : Words
    rare_words : array of bool, shape (2**20,)
        Whether words whose hash starts so are rare.
    """

    words: Words
    rare_words: np.ndarray

    def rare(self, i: int, j: int) -> float:
        """Share of the rare words of the text that has fewer, which stand in the other in the same order.

        NaN where they are too few to tell, and for letters in Chinese, Japanese or Korean script.
        """
        if self.words.signs[i] and self.words.signs[j]:
            return np.nan
        first, second = (codes[self._is_rare(codes)] for codes in self._codes(i, j))
        return _share(first, second) if min(len(first), len(second)) >= RARE_ENOUGH else np.nan

    def in_order(self, i: int, j: int) -> float:
        """Share of the words of the shorter text that stand in the other in the same order.

        Letters in Chinese, Japanese or Korean script are taken two by two.
        """
        return _share(*self._codes(i, j))

    def _codes(self, i: int, j: int) -> tuple[np.ndarray, np.ndarray]:
        both = self.words.signs[i] and self.words.signs[j]
        first, second = self.words.of(i), self.words.of(j)
        return (_twos(first), _twos(second)) if both else (first, second)

    def _is_rare(self, codes: np.ndarray) -> np.ndarray:
        return self.rare_words[(codes >> np.uint64(64 - _BUCKETS)).astype(np.int64)]


def aligner(words: Words) -> Aligner:
    """Count how often each word occurs, to tell rare ones.

    Parameters
    ----------
    words : Words

    Returns
    -------
    Aligner
    """
    counts = np.zeros(1 << _BUCKETS, dtype=np.int64)
    for start in range(0, len(words.codes), 1 << _BUCKETS):
        part = words.codes[start : start + (1 << _BUCKETS)] >> np.uint64(64 - _BUCKETS)
        counts += np.bincount(part.astype(np.int64), minlength=1 << _BUCKETS)
    return Aligner(words, counts <= max(RARE_LEAST, RARE_SHARE * len(words)))


def common_subsequence(first: list[int], second: list[int]) -> int:
    """Length of the longest sequence that stands in both, in order, with gaps.

    >>> common_subsequence([1, 2, 3, 4, 5], [9, 1, 3, 9, 5])
    3
    """
    places: dict[int, int] = {}
    for i, code in enumerate(first):
        places[code] = places.get(code, 0) | (1 << i)
    full = (1 << len(first)) - 1
    state = full
    for code in second:
        mask = places.get(code)
        if mask is not None:
            hit = state & mask
            state = ((state + hit) | (state - hit)) & full
    return len(first) - state.bit_count()


def copied_share(words: Words, i: int, others: list[int], *, length: int = 3, characters: int = 6) -> float:
    """Share of a text's words that stand in runs of at least so many words that another text also holds.

    Parameters
    ----------
    words : Words
    i : int
        The text.
    others : list of int
        Texts that it may have been taken from; what stands in any of them counts.
    length, characters : int
        Shortest run in words; in letters, in Chinese, Japanese or Korean script.

    Returns
    -------
    float, 0 to 1
    """
    own = words.of(i)
    if not len(own) or not others:
        return 0.0
    size = characters if words.signs[i] else length
    if len(own) < size:
        return float(any(np.array_equal(own, words.of(k)) for k in others))
    runs = {run for k in others for run in _runs(words.of(k), size)}
    last, covered = 0, 0  # words up to here are counted
    for start, run in enumerate(_runs(own, size)):
        if run in runs:
            covered += start + size - max(last, start)
            last = start + size
    return covered / len(own)


def _runs(codes: np.ndarray, size: int) -> list[int]:
    n = max(0, len(codes) - size + 1)
    hashes = np.zeros(n, dtype=np.uint64)
    for i in range(size):
        hashes *= _MULTIPLIER
        hashes += codes[i : i + n]
    return hashes.tolist()


def _twos(codes: np.ndarray) -> np.ndarray:
    return codes[1:] * np.uint64(3) + codes[:-1]


def _share(first: np.ndarray, second: np.ndarray) -> float:
    shorter = min(len(first), len(second))
    return common_subsequence(first.tolist(), second.tolist()) / shorter if shorter else 0.0
