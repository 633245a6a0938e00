"""Which terms set two groups apart, judged by permuting whole clusters between the groups.

In: counts of terms a document, two groups, cluster labels.  Out: the table of `log_odds`, with p and q from
permutations, the method and a note.

The statistic is the log-odds over its clustered error, so that groups may vary unequally (Chung & Romano 2013,
Annals of Statistics 41(2)).  Three things are added, each because a null contrast went wrong without it
(`benchmarks/coverage_words.md`):

* Clusters of one group may be longer.  A word is then missing from the short ones by length alone; so the longer
  side's counts are thinned at random to the shorter side's length first (rarefaction: Hurlbert 1971, Ecology 52(4)).
* A term in few clusters can reach no small p however the clusters fall; it is not tested (Tarone 1990,
  Biometrics 46(2)).
* No q is below the p of "nothing differs at all", for which the smallest Benjamini–Hochberg value of the contrast
  is held against those of the permutations (Simes 1986, Biometrika 73(3); Westfall & Young 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import scipy

from helpers.compare.differences import benjamini_hochberg
from helpers.compare.log_odds import Side, checked_groups, log_odds, pseudo_counts, sides_of

ENOUGH_ARRANGEMENTS = 200  # with fewer, p comes in steps of more than .01 and little can be found
REACH = 0.05  # a term that cannot get below this p is not tested
EVEN = 1.25  # sides whose clusters differ in mean length by less are left as they are
TAIL_SHARE, TAIL_FROM = 0.1, 0.01  # draws the tail is fitted to, and the p from which on it replaces the rank
SIMES_CUT = 0.1  # p values above this do not bear on a q of .1 or less
BLOCK = 2_000_000  # terms times permutations looked at at once
MOST_PERMUTED = 60_000_000  # clusters times permutations; more clusters get fewer permutations, at least LEAST
LEAST = 199
SEED = 0


@dataclass(frozen=True)
class Parts:
    """Clusters cut at the groups' border: counts (G, V), tokens (G,), and whether each part is the target's."""

    table: scipy.sparse.csr_matrix
    tokens: np.ndarray
    first: np.ndarray

    @property
    def fewer(self) -> int:
        """Parts of the side that has fewer."""
        return int(min(self.first.sum(), (~self.first).sum()))

    @property
    def arrangements(self) -> int:
        """Ways to permute the parts to sides of these sizes."""
        return comb(len(self.first), self.fewer)


def keyness(
    counts: scipy.sparse.csr_matrix | pd.DataFrame,
    target: np.ndarray | pd.Series,
    reference: np.ndarray | pd.Series,
    *,
    clusters: object,
    terms: Sequence[str] | None = None,
    rng: np.random.Generator | None = None,
    prior: np.ndarray | None = None,
    alpha0: float | None = None,
    min_clusters: int = 3,
    n_permutations: int = 999,
) -> pd.DataFrame:
    """Which terms `target` uses more than `reference`: log-odds, with p from permuting whole clusters.

    Parameters
    ----------
    counts : sparse, shape (n_documents, n_terms), or a DataFrame, one row a document and one column a term.
    target, reference : bool, one a document, in the order of `counts`; a document may be in neither, none in both.
    clusters : labels, one a document, or a DataFrame of two label columns.
        Two ways are permuted each on its own and the larger p counts.  The parts of a cluster that lies in both groups
        are permuted apart, which is the careful side: they resemble each other.
    terms : the n_terms names; the columns of a DataFrame by default.
    rng : draws permutations and thins the longer side; a fixed seed by default.
    prior, alpha0 : as `log_odds`.
    min_clusters : a group with fewer is refused, a term in fewer (of both groups) is not tested.
    n_permutations : drawn a way; fewer where clusters are very many; all arrangements where they are few.

    Returns
    -------
    DataFrame as `log_odds`; `p` by permutation, `q` by Benjamini–Hochberg and never below the p of the whole
    contrast; further columns `method` (``permutation`` or ``refused``) and `note`.  `z` and `se` are of all
    counts and rank the words; `dof` is theirs.

    Raises
    ------
    ValueError
        As `log_odds`; or `counts` is no DataFrame and `terms` are missing, or its rows and those of a Series differ.

    >>> counts = pd.DataFrame({"ally": [5, 4] * 4 + [1] * 8, "sanction": [1] * 8 + [4, 5] * 4})
    >>> outlet = pd.Series(["a"] * 8 + ["b"] * 8)
    >>> table = keyness(counts, outlet == "a", outlet == "b", clusters=[f"story {i}" for i in range(16)])
    >>> table["delta"].round(2).to_dict(), bool(table.p.max() < 0.01), table.method.unique().tolist()
    ({'ally': 2.81, 'sanction': -2.81}, True, ['permutation'])
    """
    counts, terms = _with_terms(counts, terms, target, reference, clusters)
    rng = np.random.default_rng(SEED) if rng is None else rng
    given = {"prior": prior, "alpha0": alpha0, "min_clusters": min_clusters}
    table = log_odds(counts, target, reference, terms=terms, clusters=clusters, **given)
    counts, target, reference = checked_groups(counts, target, reference, terms)
    ways = [parts_of(*pair) for pair in sides_of(counts, target, reference, clusters)[:2]]
    place = pd.Series(np.arange(len(terms)), index=list(terms)).reindex(table.index).to_numpy()
    reason = _refusal(ways, min_clusters)
    if reason:
        return _judged(table, np.full(len(terms), np.nan), 1.0, "refused", reason)
    even = [evened(parts, rng) for parts in ways]
    thinned = _thinned(ways, even)
    ways = even
    able = np.all([reachable(parts, min_clusters) for parts in ways], axis=0)
    p, whole, notes = np.where(able, 0.0, np.nan), 0.0, []
    for parts in ways:
        drawn, of_all, n_arrangements = _one_way(parts, able, prior, alpha0, n_permutations, rng)
        p[able], whole = np.maximum(p[able], drawn), max(whole, of_all)
        notes.append(f"{n_arrangements:,} of {len(parts.first):,} clusters")
    note = "; ".join(["arrangements: " + ", ".join(notes), *thinned])
    return _judged(table, p[place], whole, "permutation", note)


def _with_terms(
    counts: scipy.sparse.csr_matrix | pd.DataFrame, terms: Sequence[str] | None, *labels: object
) -> tuple[scipy.sparse.csr_matrix, Sequence[str]]:
    """The counts as a matrix and the names of its columns; labels of a frame's rows have to stand in its order."""
    if not isinstance(counts, pd.DataFrame):
        if terms is None:
            raise ValueError("terms is missing: counts is no DataFrame, whose columns would name them")
        return counts, terms
    for given in labels:
        if isinstance(given, pd.Series | pd.DataFrame) and not given.index.equals(counts.index):
            raise ValueError("rows of counts and of a group or clusters differ; bring them into one order first")
    return scipy.sparse.csr_matrix(counts.to_numpy()), list(counts.columns) if terms is None else terms


def parts_of(one: Side, two: Side) -> Parts:
    """The clusters of both sides below one another, each part once."""
    used = [side.tokens > 0 for side in (one, two)]
    table = scipy.sparse.vstack([one.table[used[0]], two.table[used[1]]], format="csr")
    tokens = np.r_[one.tokens[used[0]], two.tokens[used[1]]]
    return Parts(table, tokens, np.arange(len(tokens)) < used[0].sum())


def evened(parts: Parts, rng: np.random.Generator) -> Parts:
    """The side of longer clusters thinned at random to the mean length of the other, if they differ by a quarter.

    >>> table = scipy.sparse.csr_matrix(np.array([[40.0, 40], [40, 40], [10, 10], [10, 10]]))
    >>> parts = Parts(table, np.array([80.0, 80, 20, 20]), np.array([True, True, False, False]))
    >>> thin = evened(parts, np.random.default_rng(1))
    >>> bool(20 < thin.tokens[:2].sum() < 60), thin.tokens[2:].tolist()
    (True, [20.0, 20.0])
    """
    ratio = parts.tokens[parts.first].mean() / parts.tokens[~parts.first].mean()
    if 1 / EVEN < ratio < EVEN:
        return parts
    longer = parts.first if ratio > 1 else ~parts.first
    table = parts.table.copy()
    rows = np.repeat(longer, np.diff(table.indptr))
    table.data[rows] = rng.binomial(np.rint(table.data[rows]).astype(np.int64), min(ratio, 1 / ratio))
    table.eliminate_zeros()
    tokens = np.asarray(table.sum(axis=1)).ravel()
    kept = tokens > 0
    return Parts(table[kept], tokens[kept], parts.first[kept])


def reachable(parts: Parts, min_clusters: int) -> np.ndarray:
    """Terms whose clusters could, all on the smaller side, give a two-sided p of `REACH`.

    >>> table = scipy.sparse.csr_matrix(np.tril(np.ones((12, 12))))
    >>> able = reachable(Parts(table, np.ones(12), np.arange(12) < 6), 3)
    >>> int(able.sum()), int(table.getnnz(axis=0)[able].min())
    (8, 5)
    """
    holds, n = np.bincount(parts.table.indices, minlength=parts.table.shape[1]), len(parts.first)
    alone = scipy.stats.hypergeom.pmf(holds, n, holds, parts.fewer)  # 0 where the side is too small to hold them all
    return (holds >= min_clusters) & (2 * alone <= REACH)


def _thinned(ways: Sequence[Parts], even: Sequence[Parts]) -> list[str]:
    """How much of the words was left after thinning, where the longer side was thinned."""
    kept = min(after.tokens.sum() / before.tokens.sum() for before, after in zip(ways, even, strict=True))
    return [f"clusters of one side longer: thinned to {100 * kept:.0f} % of the words"] if kept < 1 else []


def _refusal(ways: Sequence[Parts], min_clusters: int) -> str:
    """Why no p can be given, or nothing."""
    for parts in ways:
        if parts.fewer < min_clusters:
            return f"{parts.fewer} clusters on the smaller side; at least {min_clusters} are needed"
        if parts.arrangements < ENOUGH_ARRANGEMENTS:
            n = len(parts.first)
            return f"{parts.arrangements} arrangements of {n} clusters; at least {ENOUGH_ARRANGEMENTS} are needed"
    return ""


def _one_way(
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
    return p, _of_all(low, len(columns), permuted.shape[1]), permuted.shape[1]


def permuted_sides(parts: Parts, n: int, rng: np.random.Generator) -> np.ndarray:
    """Arrangements as columns of 0 and 1, shape (G, 1 + n), the observed one first; all of them where they are few.

    >>> parts = Parts(scipy.sparse.csr_matrix(np.eye(4)), np.ones(4), np.array([True, True, False, False]))
    >>> sides = permuted_sides(parts, 99, np.random.default_rng(0))
    >>> sides.shape, sides[:, 0].tolist()
    ((4, 6), [1.0, 1.0, 0.0, 0.0])
    """
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

    >>> p_values(np.array([[3.0, 1, 2, 0]]), listed=True).tolist()
    [[0.25, 0.75, 0.5, 1.0]]
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


def _of_all(low: Sequence[tuple[np.ndarray, np.ndarray]], n_terms: int, n_arrangements: int) -> float:
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


def _judged(table: pd.DataFrame, p: np.ndarray, whole: float, method: str, note: str) -> pd.DataFrame:
    """The table of `log_odds` with p, q, what is tested, and by which method."""
    table = table.assign(p=p, tested=np.isfinite(p))
    q = np.fmax(benjamini_hochberg(table["p"].to_numpy()), whole)
    return table.assign(q=np.where(table["tested"], q, np.nan), method=method, note=note)
