"""Keyness as it was: one stage, the same number of permutations for every term, all in 64 bits, p by sorting all.

Kept to be measured against by `keyness_speed.py` and `keyness_stages.py`; no study uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import scipy

from helpers.compare.differences import benjamini_hochberg
from helpers.compare.keyness import Parts, evened, parts_of, reachable
from helpers.compare.log_odds import checked_groups, log_odds, pseudo_counts, sides_of

TAIL_SHARE, TAIL_FROM = 0.1, 0.01
SIMES_CUT = 0.1
BLOCK = 2_000_000
MOST_PERMUTED = 60_000_000
LEAST = 199


def keyness_before(
    counts: scipy.sparse.csr_matrix,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    terms: Sequence[str],
    clusters: object,
    rng: np.random.Generator,
    n_permutations: int = 999,
) -> pd.DataFrame:
    """`p`, `q`, `tested` and the p of the whole contrast, by term in the given order."""
    log_odds(counts, target, reference, terms=terms, clusters=clusters)  # the description, which costs the same
    counts, target, reference = checked_groups(counts, target, reference, terms)
    ways = [evened(parts_of(*pair), rng) for pair in sides_of(counts, target, reference, clusters)[:2]]
    able = np.all([reachable(parts, 3) for parts in ways], axis=0)
    p, whole = np.where(able, 0.0, np.nan), 0.0
    for parts in ways:
        judged, of_all, _ = one_way(parts, able, None, None, n_permutations, rng)
        p[able], whole = np.maximum(p[able], judged), max(whole, of_all)
    q = np.where(able, np.fmax(benjamini_hochberg(p), whole), np.nan)
    return pd.DataFrame({"p": p, "q": q, "tested": able, "whole": whole}, index=pd.Index(terms, dtype=object))


def one_way(
    parts: Parts, able: np.ndarray, prior: np.ndarray | None, alpha0: float | None, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, float, int]:
    """p of each able term, p of the whole contrast, and how many arrangements were looked at."""
    permuted = permuted_sides(parts, n, rng)
    total = np.asarray(parts.table.sum(axis=0)).ravel()
    length = (parts.tokens[parts.first].sum(), parts.tokens[~parts.first].sum())
    alpha = pseudo_counts(total, length, prior, alpha0)
    columns, p, low = np.flatnonzero(able), np.empty(int(able.sum())), []
    size = max(1, BLOCK // permuted.shape[1])
    listed = parts.arrangements == permuted.shape[1]
    table = parts.table.tocsc()
    for begin in range(0, len(columns), size):
        block = columns[begin : begin + size]
        score = studentised(table[:, block], parts.tokens, permuted, alpha[block], float(alpha.sum())) ** 2
        p_of_all = p_values(score, listed=listed)
        p[begin : begin + size] = p_of_all[:, 0]
        rows, draws = np.nonzero(p_of_all <= SIMES_CUT)
        low.append((draws, p_of_all[rows, draws]))
    return p, whole_contrast(low, len(columns), permuted.shape[1]), permuted.shape[1]


def permuted_sides(parts: Parts, n: int, rng: np.random.Generator) -> np.ndarray:
    """Arrangements as columns of 0 and 1, shape (G, 1 + n), the observed one first; all of them where they are few."""
    size, chosen = len(parts.first), int(parts.first.sum())
    if parts.arrangements <= n + 1:
        rest = [row for row in combinations(range(size), chosen) if not parts.first[list(row)].all()]
        permuted = np.zeros((size, 1 + len(rest)))
        for column, row in enumerate(rest, start=1):
            permuted[list(row), column] = 1.0
    else:
        n = max(min(n, MOST_PERMUTED // size), min(n, LEAST))
        permuted = np.zeros((size, 1 + n))
        for column in range(1, n + 1):
            permuted[rng.permutation(size)[:chosen], column] = 1.0
    permuted[parts.first, 0] = 1.0
    return permuted


def studentised(
    table: scipy.sparse.csc_matrix, tokens: np.ndarray, permuted: np.ndarray, alpha: np.ndarray, alpha0: float
) -> np.ndarray:
    """Log-odds over its clustered error for every term and arrangement, shape (n_terms, n_arrangements).

    The sums that a side's variance needs (`log_odds.sandwich`) are linear in who belongs to it, so three sparse
    products give them for all arrangements at once; G/(G - 1) stands in for the leverage correction.
    """
    squares, weighed = table.copy(), table.copy()
    squares.data = table.data**2
    weighed.data = table.data * tokens[table.indices]
    within = [(one.T @ permuted, np.asarray(one.sum(axis=0)).reshape(-1, 1)) for one in (table, squares, weighed)]
    lengths = [(weight @ permuted, weight.sum()) for weight in (tokens, tokens**2, np.ones(len(tokens)))]
    odds, variance, model = 0.0, 0.0, 0.0
    for sign in (1.0, -1.0):
        uses, square, cross = (part if sign > 0 else whole - part for part, whole in within)
        length, length_square, parts = (part if sign > 0 else whole - part for part, whole in lengths)
        share, y = uses / length, uses + alpha[:, None]
        rest = length + alpha0 - y
        spread = np.maximum(square - 2 * share * cross + share**2 * length_square, 0.0)
        variance = variance + spread * (parts / np.maximum(parts - 1, 1)) * (1 / y + 1 / rest) ** 2
        odds, model = odds + sign * np.log(y / rest), model + 1 / y
    return odds / np.sqrt(np.maximum(variance, model))


def p_values(score: np.ndarray, *, listed: bool = False) -> np.ndarray:
    """p of every arrangement among all of them, by rank; the few most extreme by a fitted tail.

    `score` (n_terms, n_arrangements), larger is more extreme.  Below `TAIL_FROM` the rank says little; p then
    goes on as an exponential fitted to the largest tenth (in the manner of Knijnenburg et al. 2009; of a squared normal
    score that is its tail), unless all arrangements are `listed`.
    """
    score, n = np.round(score, 9), score.shape[1]
    p = (n + 1 - scipy.stats.rankdata(score, method="min", axis=1)) / n
    if listed:
        return p
    k = int(np.ceil(TAIL_SHARE * n))
    top = -np.partition(-score, k, axis=1)[:, : k + 1]
    start = top.min(axis=1, keepdims=True)
    excess = (top - start).sum(axis=1, keepdims=True) / k
    tail = k / n * np.exp(-(score - start) / np.maximum(excess, 1e-12))
    return np.where(p <= TAIL_FROM + 0.5 / n, np.minimum(p, tail), p)


def whole_contrast(low: Sequence[tuple[np.ndarray, np.ndarray]], n_terms: int, n_arrangements: int) -> float:
    """Share of arrangements whose least Benjamini–Hochberg value is as small as the observed one."""
    draws, p = (np.concatenate(parts) if parts else np.empty(0) for parts in zip(*low, strict=True))
    order = np.lexsort((p, draws))
    draws, p = draws[order].astype(int), p[order]
    begins = np.searchsorted(draws, np.arange(n_arrangements))
    rank = np.arange(len(draws)) - begins[draws] + 1
    least = np.full(n_arrangements, np.inf)
    np.minimum.at(least, draws, n_terms * p / rank)
    observed = min(least[0], SIMES_CUT * n_terms)
    return float((least <= observed * (1 + 1e-9)).mean()) if np.isfinite(least[0]) else 1.0
