"""How much of one text is in another: exact shingles, compared within a window of time.

Method: Broder (1997), "On the resemblance and containment of documents": containment |A ∩ B| / |A|, here of
the smaller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

WORDS, CHARACTERS = 5, 9  # shingle lengths; characters for scripts that put no space between words
SCRIPT_SHARE = 0.3  # of letters in such a script
MIN_SHARED = 8  # shingles: twelve words in a row, or several shorter runs
SET_PHRASE_ARTICLES = 5
SET_PHRASE_WINDOWS = 3  # a run of words seen over a longer time than this is the outlet's set phrase, not a story
BLOCK = 2_000  # articles multiplied at once; bounds memory
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SIGNS = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def shingle_table(texts: list[str]) -> sparse.csr_matrix:
    """Which article holds which shingle.

    Parameters
    ----------
    texts : list of str

    Returns
    -------
    csr_matrix of int32, shape (n_articles, n_shingles)
        Ones; shingles in a single article keep their columns, since they are part of its length.

    >>> shingle_table(["a b c d e f", "x a b c d e"]).sum(axis=1).ravel().tolist()
    [[2, 2]]
    """
    ids: dict[str, int] = {}
    rows = [np.unique(_hashes(text, ids)) for text in texts]
    lengths = np.array([len(row) for row in rows])
    columns = np.concatenate(rows) if rows else np.empty(0, dtype=np.uint64)
    _, codes = np.unique(columns, return_inverse=True)
    shape = (len(texts), int(codes.max()) + 1 if codes.size else 0)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return sparse.csr_matrix((np.ones(codes.size, dtype=np.int32), codes.astype(np.int64), indptr), shape=shape)


def without_set_phrases(table: sparse.csr_matrix, days: np.ndarray, window_days: float) -> sparse.csr_matrix:
    """The table without shingles that recur over a time no story lasts.

    Parameters
    ----------
    table : csr_matrix, shape (n_articles, n_shingles)
    days : array of float, shape (n_articles,)
        Days since any start; NaN where unknown.
    window_days : float

    Returns
    -------
    csr_matrix, same shape
    """
    dated = table[~np.isnan(days)].tocsc()
    if not dated.shape[0]:
        return table
    on = days[~np.isnan(days)][dated.indices]
    held = np.diff(dated.indptr)
    occupied = np.flatnonzero(held)
    starts = dated.indptr[occupied]
    span = np.zeros(table.shape[1])
    if occupied.size:
        span[occupied] = np.maximum.reduceat(on, starts) - np.minimum.reduceat(on, starts)
    phrase = (held >= SET_PHRASE_ARTICLES) & (span > SET_PHRASE_WINDOWS * max(window_days, 1.0))
    rest = (table @ sparse.diags_array((~phrase).astype(np.int32), dtype=np.int32)).tocsr()
    rest.eliminate_zeros()
    return rest


def shared_pairs(table: sparse.csr_matrix, days: np.ndarray, window_days: float) -> pd.DataFrame:
    """Pairs of articles within the window that share shingles.

    Parameters
    ----------
    table : csr_matrix, shape (n_articles, n_shingles)
    days : array of float, shape (n_articles,)
        An article without a date is compared with all.
    window_days : float

    Returns
    -------
    DataFrame with columns first, second (row numbers, first < second), shared, smaller
        `shared` counts shingles, `smaller` those of the shorter of the two.
    """
    order = np.argsort(np.where(np.isnan(days), np.inf, days), kind="stable")
    table, when = table[order], days[order]
    lengths = np.diff(table.indptr)
    parts = [_block(table, when, window_days, start, stop) for start, stop in _blocks(when)]
    rows = np.concatenate(parts) if parts else np.empty((0, 3), dtype=np.int64)
    frame = pd.DataFrame(rows, columns=["first", "second", "shared"])
    frame["smaller"] = np.minimum(lengths[frame["first"]], lengths[frame["second"]])
    frame[["first", "second"]] = np.sort(order[frame[["first", "second"]].to_numpy()], axis=1)
    return frame.sort_values(["first", "second"], ignore_index=True)


def _blocks(when: np.ndarray) -> Iterator[tuple[int, int]]:
    for start in range(0, len(when), BLOCK):
        yield start, min(start + BLOCK, len(when))


def _block(table: sparse.csr_matrix, when: np.ndarray, window_days: float, start: int, stop: int) -> np.ndarray:
    """Pairs of rows start..stop with those at most a window later, or undated."""
    last = when[stop - 1]
    reach = len(when) if np.isnan(last) else int(np.searchsorted(when, last + window_days, side="right"))
    undated = int(np.isnan(when).sum())
    later = np.unique(np.concatenate([np.arange(start, reach), np.arange(len(when) - undated, len(when))]))
    common = (table[start:stop] @ table[later].T).tocoo()
    first, second = common.row + start, later[common.col]
    apart = when[second] - when[first]
    keep = (second > first) & (common.data >= MIN_SHARED) & ~(apart > window_days)
    return np.column_stack([first[keep], second[keep], common.data[keep]]).astype(np.int64)


def _hashes(text: str, ids: dict[str, int]) -> np.ndarray:
    """A 64-bit number for each shingle of a text, the same in every run over the same texts."""
    words = re.findall(r"\w+", text.casefold())
    letters = "".join(words)
    length = WORDS
    if len(_SIGNS.findall(letters)) > SCRIPT_SHARE * max(1, len(letters)):
        words, length = list(letters), CHARACTERS
    codes = np.array([ids.setdefault(word, len(ids) + 1) for word in words], dtype=np.uint64)
    if len(codes) < length:
        return np.empty(0, dtype=np.uint64)
    with np.errstate(over="ignore"):  # arithmetic modulo 2**64 is the hash
        out = np.zeros(len(codes) - length + 1, dtype=np.uint64)
        for i in range(length):
            out = out * _MULTIPLIER + codes[i : i + len(out)] * np.uint64(0xBF58476D1CE4E5B9)
            out ^= out >> np.uint64(29)
    return out
