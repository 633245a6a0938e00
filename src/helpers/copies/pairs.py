"""Which texts share runs of words within a window of time, and how many: an inverted index in a few sorts.

Runs that five texts hold over more than three windows are an outlet's set phrases and tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.copies.shingles import CHARACTERS, WORDS, Words, shingle_hashes

SET_PHRASE_TEXTS = 5
SET_PHRASE_WINDOWS = 3  # a run of words seen over a longer time than this is a set phrase, not a story
NEAREST = 100  # of the texts that hold a run, each is held against so many next to it in time
AT_ONCE, PAIRS_AT_ONCE = 1_000_000, 4_000_000  # words or runs, and pairs; bounds memory


@dataclass(frozen=True)
class Postings:
    """Which text holds which run, for runs that tell and that more than one text holds.

    runs : array of int64, shape (n_postings,)
        Number of the run; ascending.
    texts : array of int64, shape (n_postings,)
        Number of the text, ascending within a run.
    telling : array of int64, shape (n_texts,)
        Distinct runs of each text that are no set phrases, shared or not.
    """

    runs: np.ndarray
    texts: np.ndarray
    telling: np.ndarray


def postings(
    words: Words, days: np.ndarray, window_days: float, *, length: int = WORDS, characters: int = CHARACTERS
) -> Postings:
    """The index of runs that tell.

    Parameters
    ----------
    words : Words
        Of texts in order of `days`.
    days : array of float, shape (n_texts,)
        Days since any start, ascending; NaN, where unknown, last.
    window_days : float
    length, characters : int
        Words in a run; letters in texts of Chinese, Japanese or Korean script.

    Returns
    -------
    Postings
    """
    bits = np.uint64(max(1, (len(words) - 1).bit_length()))
    low = (np.uint64(1) << bits) - np.uint64(1)
    keys = _keys(
        words, low, length, characters
    )  # run and text in one number: one sort orders the runs, and the texts within them
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if keys.size else keys
    sizes = np.zeros(len(words), dtype=np.int64)
    for start in range(0, keys.size, AT_ONCE):
        sizes += np.bincount((keys[start : start + AT_ONCE] & low).astype(np.int64), minlength=len(words))
    again = (keys[1:] ^ keys[:-1]) <= low  # the same run in the next text
    keys = keys[np.concatenate([again, [False]]) | np.concatenate([[False], again])] if keys.size else keys
    texts = (keys & low).astype(np.int64)
    keys >>= bits
    new = np.concatenate([[True], keys[1:] != keys[:-1]]) if keys.size else np.empty(0, dtype=bool)
    runs = np.cumsum(new) - 1
    phrase = _set_phrases(np.flatnonzero(new), texts, days, window_days)[runs] if runs.size else new
    telling = sizes - np.bincount(texts[phrase], minlength=len(words))
    return Postings(runs[~phrase], texts[~phrase], telling)


def _keys(words: Words, low: np.uint64, length: int, characters: int) -> np.ndarray:
    """Every run, with the number of its text in the low bits; some texts at a time, which bounds memory."""
    keys = np.empty(len(words.codes), dtype=np.uint64)
    filled, start = 0, 0
    while start < len(words):
        stop = max(start + 1, int(np.searchsorted(words.bounds, words.bounds[start] + AT_ONCE, side="right")) - 1)
        part = words.part(start, stop)
        hashes, places = shingle_hashes(part, length, characters)
        holder = np.repeat(np.arange(start, stop, dtype=np.uint64), np.diff(part.bounds))
        keys[filled : filled + len(hashes)] = (hashes & ~low) | holder[places]
        filled += len(hashes)
        start = stop
    return keys[:filled]


def _set_phrases(starts: np.ndarray, texts: np.ndarray, days: np.ndarray, window_days: float) -> np.ndarray:
    """Which runs recur over a time that no story lasts."""
    when = days[texts]
    held = np.add.reduceat(~np.isnan(when), starts, dtype=np.int64)
    first = np.fmin.reduceat(when, starts)
    last = np.fmax.reduceat(when, starts)
    return (held >= SET_PHRASE_TEXTS) & (last - first > SET_PHRASE_WINDOWS * max(window_days, 1.0))


def shared_pairs(index: Postings, days: np.ndarray, window_days: float, *, least: int = 3) -> pd.DataFrame:
    """Pairs of texts within the window that share telling runs.

    Parameters
    ----------
    index : Postings
    days : array of float, shape (n_texts,)
        As given to `postings`; a text without a day is compared with all.
    window_days : float
    least : int
        Shared runs from which a pair is listed.

    Returns
    -------
    DataFrame with columns first, second (numbers of texts, first < second), shared, sorted
    """
    starts = np.flatnonzero(np.diff(index.runs, prepend=-1))
    sizes = np.diff(np.append(starts, index.runs.size))
    ends = np.repeat(starts + sizes, sizes)
    parts = [_counted(part, least) for part in _parts(index, days, window_days, ends)]
    rows = np.concatenate(parts) if parts else np.empty((0, 3), dtype=np.int64)
    frame = pd.DataFrame(rows, columns=["first", "second", "shared"])
    return frame.sort_values(["first", "second"], ignore_index=True)


def _parts(index: Postings, days: np.ndarray, window_days: float, ends: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs that share a run, once for each run, as one number a pair; all of a pair are in one part."""
    reach = np.minimum(ends - np.arange(ends.size) - 1, NEAREST)
    for texts in _blocks(np.bincount(index.texts, weights=reach, minlength=len(days))):
        places = np.flatnonzero((index.texts >= texts.start) & (index.texts < texts.stop))
        pairs = [np.empty(0, dtype=np.int64)]
        for step in range(1, NEAREST + 1):
            places = places[reach[places] >= step]
            if not places.size:
                break
            first, second = index.texts[places], index.texts[places + step]
            near = ~(days[second] - days[first] > window_days)
            pairs.append((first[near] << 32) | second[near])
            # past the window only a text without a day, which stands last, can still be near
            places = places[near | np.isnan(days[index.texts[ends[places] - 1]])]
        yield np.concatenate(pairs)


def _blocks(costs: np.ndarray) -> Iterator[slice]:
    """Texts in blocks whose pairs fit into memory."""
    total, start = 0.0, 0
    for i, cost in enumerate(costs.tolist()):
        if total + cost > PAIRS_AT_ONCE and i > start:
            yield slice(start, i)
            total, start = 0.0, i
        total += cost
    if start < len(costs):
        yield slice(start, len(costs))


def _counted(pairs: np.ndarray, least: int) -> np.ndarray:
    """First, second and how often, of the pairs that occur often enough."""
    pairs.sort()
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if pairs.size else pairs
    shared = np.diff(np.append(starts, pairs.size))
    enough = shared >= least
    kept = pairs[starts[enough]]
    return np.column_stack([kept >> 32, kept & 0xFFFFFFFF, shared[enough]])
