"""Texts as numbers: a hash for each word, and for each run of words (shingle) that a text holds.

Method: Broder (1997), "On the resemblance and containment of documents", for shingles; a word is hashed as a
polynomial over its letters by cumulative sums, so that a whole corpus is read in a few passes of numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

WORDS, CHARACTERS = 5, 9  # shingle lengths; characters for scripts that put no space between words
SCRIPT_SHARE = 0.3  # of letters in such a script
CHUNK = 1 << 18  # characters hashed at once; bounds memory
_PLANE = 1 << 16  # letters beyond it are rare, and read as gaps
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_MULTIPLIER = np.uint64(0xD1342543DE82EF95)


@dataclass(frozen=True)
class Words:
    """The words of many texts, one after the other.

    codes : array of uint64, shape (n_words,)
        The same for the same word in any case, in every run.
    bounds : array of int64, shape (n_texts + 1,)
        Text i holds the words bounds[i]:bounds[i + 1].
    signs : array of bool, shape (n_texts,)
        Whether the text is in Chinese, Japanese or Korean script: each letter is then a word.
    """

    codes: np.ndarray
    bounds: np.ndarray
    signs: np.ndarray

    def __len__(self) -> int:
        return len(self.signs)

    def of(self, i: int) -> np.ndarray:
        """The words of one text."""
        return self.codes[self.bounds[i] : self.bounds[i + 1]]

    def part(self, start: int, stop: int) -> Words:
        """The texts start:stop."""
        bounds = self.bounds[start : stop + 1]
        return Words(self.codes[bounds[0] : bounds[-1]], bounds - bounds[0], self.signs[start:stop])


def hashed_words(texts: list[str]) -> Words:
    """The words of each text as numbers.

    Parameters
    ----------
    texts : list of str, length n_texts

    Returns
    -------
    Words

    >>> words = hashed_words(["One story, one line.", "", "두 나라가"])
    >>> np.diff(words.bounds).tolist(), words.signs.tolist(), bool(words.codes[0] == words.codes[2])
    ([4, 0, 4], [False, False, True], True)
    """
    codes, counts, signs = [np.empty(0, dtype=np.uint64)], [np.zeros(1, dtype=np.int64)], [np.empty(0, dtype=bool)]
    start = 0
    while start < len(texts):
        stop, size = start + 1, len(texts[start])
        while stop < len(texts) and size + len(texts[stop]) < CHUNK:
            size += len(texts[stop])
            stop += 1
        part = _chunk(texts[start:stop])
        codes.append(part[0])
        counts.append(part[1])
        signs.append(part[2])
        start = stop
    return Words(np.concatenate(codes), np.cumsum(np.concatenate(counts)), np.concatenate(signs))


def shingle_hashes(words: Words, length: int = WORDS, characters: int = CHARACTERS) -> tuple[np.ndarray, np.ndarray]:
    """Every run of words, in order, as a number.

    Parameters
    ----------
    words : Words
    length, characters : int
        Words in a run; letters in texts of Chinese, Japanese or Korean script.

    Returns
    -------
    (array of uint64, array of int64), shape (n_shingles,) each
        The run, and the place among `words.codes` where it starts.

    >>> hashes, starts = shingle_hashes(hashed_words(["a b c d e f", "x a b c d e"]))
    >>> starts.tolist(), bool(hashes[0] == hashes[3])
    ([0, 1, 6, 7], True)
    """
    kinds = [(length, ~words.signs), (characters, words.signs)]
    runs = [_runs(words, n, chosen) for n, chosen in kinds if chosen.any()]
    if len(runs) == 1:
        return runs[0]
    if not runs:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    starts = np.concatenate([places for _, places in runs])
    order = np.argsort(starts, kind="stable")
    return np.concatenate([hashes for hashes, _ in runs])[order], starts[order]


def _runs(words: Words, length: int, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs of so many words in the chosen texts, and where they start."""
    codes = words.codes
    n = max(0, len(codes) - length + 1)
    hashes = np.zeros(n, dtype=np.uint64)
    for i in range(length):
        hashes *= _MULTIPLIER
        hashes += codes[i : i + n]
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MULTIPLIER
    hashes ^= hashes >> np.uint64(32)
    keep = np.ones(n, dtype=bool)
    ends = words.bounds[1:-1]
    for i in range(1, length):  # a run does not cross from one text to the next
        crossing = ends - i
        keep[crossing[(crossing >= 0) & (crossing < n)]] = False
    if not chosen.all():
        keep &= np.repeat(chosen, np.diff(words.bounds))[:n]
    return (hashes, np.arange(n)) if keep.all() else (hashes[keep], np.flatnonzero(keep))


def _chunk(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Word hashes, words a text, and whether a text is in a script of signs."""
    letters = np.frombuffer(("\n" + "\n".join(texts) + "\n").encode("utf-32-le", "replace"), dtype=np.uint32)
    values, is_sign = _alphabet()
    letters = np.where(letters < _PLANE, letters, 0) if letters.max() >= _PLANE else letters
    marks = values[letters]
    inside = marks != 0
    firsts = 1 + np.cumsum([0, *(len(text) + 1 for text in texts)])  # where each text starts
    signs = _in_signs(is_sign[letters], inside, firsts)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    powers, inverses = _powers(len(letters))
    sums = np.cumsum(marks * powers[: len(letters)])
    codes = (sums[ends - 1] - sums[starts - 1]) * inverses[starts]
    codes ^= codes >> np.uint64(32)
    codes *= _MULTIPLIER
    codes ^= codes >> np.uint64(29)
    if signs.any():
        by_letter = np.repeat(signs, np.diff(firsts))
        by_letter = np.concatenate([[False], by_letter, np.zeros(len(letters) - 1 - len(by_letter), dtype=bool)])
        single = np.flatnonzero(by_letter & inside)
        whole = ~by_letter[starts]
        places = np.concatenate([starts[whole], single])
        order = np.argsort(places, kind="stable")
        starts, codes = places[order], np.concatenate([codes[whole], marks[single]])[order]
    return codes, np.diff(np.searchsorted(starts, firsts)), signs


def _in_signs(is_sign: np.ndarray, inside: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Whether at least so large a share of each text's letters are signs."""
    if not is_sign.any():
        return np.zeros(len(firsts) - 1, dtype=bool)
    n_signs = np.add.reduceat(is_sign, firsts[:-1], dtype=np.int64)
    n_letters = np.add.reduceat(inside, firsts[:-1], dtype=np.int64)
    return n_signs > SCRIPT_SHARE * np.maximum(1, n_letters)


@cache
def _alphabet() -> tuple[np.ndarray, np.ndarray]:
    """A number for each letter, the same for both cases, 0 for what is no letter; and which letters are signs."""
    values = np.zeros(_PLANE, dtype=np.uint64)
    for code in range(_PLANE):
        letter = chr(code)
        if letter.isalnum() or letter == "_":
            values[code] = ord(letter.lower()[0]) + 1
    places = np.flatnonzero(values)
    mixed = values[places] * np.uint64(_BASE)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # the finaliser of splitmix64
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    values[places] = mixed ^ (mixed >> np.uint64(31))
    signs = np.zeros(_PLANE, dtype=bool)
    for first, last in ((0x3041, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3)):
        signs[first : last + 1] = True
    return values, signs & (values != 0)


def _powers(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The powers of the base and of its inverse, modulo 2**64, at least up to n."""
    return _all_powers(max(1 << (n - 1).bit_length(), 2))


@cache
def _all_powers(n: int) -> tuple[np.ndarray, np.ndarray]:
    inverse = pow(_BASE, -1, 1 << 64)
    tables = []
    for base in (_BASE, inverse):
        steps = np.full(n, base, dtype=np.uint64)
        steps[0] = 1
        tables.append(np.cumprod(steps))
    return tables[0], tables[1]
