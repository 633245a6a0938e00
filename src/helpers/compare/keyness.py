"""Which terms set two groups apart, judged by permuting whole clusters between the groups.

In: counts of terms a document, two groups, cluster labels.  Out: the table of `log_odds`, with p and q from
permutations, the method and a note.

The statistic is the log-odds over its clustered error, so that groups may vary unequally (Chung & Romano 2013,
Annals of Statistics 41(2)).  Four things are added, each because a null contrast went wrong without it
(`benchmarks/coverage_words.md`, of weeks `benchmarks/atlas.md`):

* Clusters of one group may be longer.  A word is then missing from the short ones by length alone; so the longer
  side's counts are thinned at random to the shorter side's length first (rarefaction: Hurlbert 1971, Ecology 52(4)).
* A term in few clusters can reach no small p however the clusters fall; it is not tested (Tarone 1990,
  Biometrics 46(2)).
* No q is below the p of "nothing differs at all", for which the smallest Benjamini–Hochberg value of the contrast
  is held against those of the permutations (Simes 1986, Biometrika 73(3); Westfall & Young 1993).
* Weeks remember, which permuted weeks do not.  Given days, the memory of all words together is measured
  (`word_memory`), and p of outlet-weeks and errors grow by it.

Permutations are drawn in two stages, in the manner of Besag & Clifford (1991, Biometrika 78(2)): `n_permutations`
for every term and for the whole contrast, and `n_near` for the terms whose p is then at most `NEAR`.  The p of the last
stage that a term reached is valid: a p of at most t ≤ `NEAR` can only be one of the second stage, and one of at most
t > `NEAR` needs a first p of at most t; each of the two alone is as small with probability t or less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import scipy

from helpers.compare.clusters import cluster_codes
from helpers.compare.differences import benjamini_hochberg
from helpers.compare.log_odds import Side, checked_groups, log_odds, pseudo_counts, ranked, sides_of
from helpers.compare.memory import week_numbers
from helpers.compare.word_memory import WordMemory, word_memory

ENOUGH_ARRANGEMENTS = 200  # with fewer, p comes in steps of more than .01 and little can be found
REACH = 0.05  # a term that cannot get below this p is not tested
EVEN = 1.25  # sides whose clusters differ in mean length by less are left as they are
NEAR = 0.1  # terms whose p is at most this get more permutations
TAIL_SHARE, TAIL_MOST = 0.1, 250  # draws the tail is fitted to: a share of all, and at most so many
TAIL_FROM, TAIL_HITS = 0.01, 10  # it replaces the rank from this p on, or below so many draws as extreme
SIMES_CUT = 0.1  # p values above this do not bear on a q of .1 or less
BLOCK = 2_000_000  # terms times permutations kept at once
CHUNK, GROUP, PIECE = 250, 1024, 64  # permutations, and terms, that go through one product; terms scored at once
MOST_CHOSEN = 20_000_000  # clusters times permutations that go through one product
MOST_PERMUTED = 500_000_000  # clusters times permutations of terms near the line; with more clusters the note says so
DENSE, MOST_DENSE = 0.08, 4_000_000  # terms in more of the clusters are multiplied as full matrices, of so many cells
EXACT = 2**24  # whole numbers up to here have no rounding in 32 bits
SEED = 0
Allowance = Callable[[np.ndarray], np.ndarray]  # p of independent clusters to p of these


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
    n_near: int = 4999,
    day: pd.Series | None = None,
    outlets: object = None,
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
    rng : thins the longer side and draws permutations; a fixed seed by default.  Which clusters are drawn does not hang
        on the terms or their order, which uses are thinned does.
    prior, alpha0 : as `log_odds`.
    min_clusters : a group with fewer is refused, a term in fewer (of both groups) is not tested.
    n_permutations : drawn a way for every term.
    n_near : drawn, those included, for terms with p ≤ `NEAR`; where there are no more arrangements than that, all are
        listed, for every term.  The note tells both numbers.
    day : outlet-local days, one a document: the last way of `clusters` is of outlet-weeks, whose memory is measured and
        allowed for.  By default weeks are taken as independent.
    outlets : labels, one a document, whose weeks remember one another; by default each side is one outlet.

    Returns
    -------
    DataFrame as `log_odds`; `p` by permutation, `q` by Benjamini–Hochberg and never below the p of the whole
    contrast; further columns `block_weeks` (weeks that count as one independent; nan without `day`), `method`
    (``permutation`` or ``refused``) and `note`.  `z` and `se` are of all counts and rank the words; `dof` is theirs.

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
    counts, terms = _with_terms(counts, terms, target, reference, clusters, day, outlets)
    rng = np.random.default_rng(SEED) if rng is None else rng
    given = {"prior": prior, "alpha0": alpha0, "min_clusters": min_clusters}
    table = log_odds(counts, target, reference, terms=terms, clusters=clusters, **given)
    counts, target, reference = checked_groups(counts, target, reference, terms)
    ways = [parts_of(*pair) for pair in sides_of(counts, target, reference, clusters)[:2]]
    place = pd.Series(np.arange(len(terms)), index=list(terms)).reindex(table.index).to_numpy()
    unknown, reason = np.full(len(terms), np.nan), _refusal(ways, min_clusters)
    if reason:
        return _judged(table, unknown, 1.0, "refused", reason).assign(block_weeks=np.nan)
    even = [evened(parts, rng) for parts in ways]
    able = np.flatnonzero(np.all([reachable(parts, min_clusters) for parts in even], axis=0))
    rows, memory = np.argsort(place)[able], None  # of the table
    if day is not None:
        memory = _memory(counts, (target, reference), clusters, able, week_numbers(day), outlets)
    if memory and memory.refusal:
        return _remembered(_judged(table, unknown, 1.0, "refused", memory.refusal), rows, memory)
    scored = [_scored(parts, able, prior, alpha0) for parts in even]
    allowed = [_as_is] * (len(ways) - 1) + [_allowance(table.iloc[rows], memory)]
    p, whole, notes = _permuted(scored, allowed, n_permutations, n_near, rng)
    note = "; ".join([notes, *_thinned(ways, even), *([memory.note] if memory else [])])
    unknown[able] = p
    judged = _judged(table, unknown[place], whole, "permutation", note)
    return judged.assign(block_weeks=np.nan) if day is None else _remembered(judged, rows, memory)


def _as_is(p: np.ndarray) -> np.ndarray:
    """p of clusters that are independent."""
    return p


def _allowance(terms: pd.DataFrame, memory: WordMemory | None) -> Allowance:
    """What memory makes of p.

    Far in the tail few permutations tell of p, and memory makes much of little there; so where p of t is larger it is
    mixed in, geometrically, by the part of a block that is beyond one week.
    """
    if memory is None:
        return _as_is
    plain, dof, beyond = terms["p"].to_numpy(), terms["dof"].to_numpy(), 1 - 1 / memory.block_weeks
    return lambda p: memory.judged(p * np.fmax(plain / np.maximum(p, 1e-300), 1.0) ** beyond, dof)


def _memory(
    counts: scipy.sparse.csr_matrix,
    sides: tuple[np.ndarray, np.ndarray],
    clusters: object,
    able: np.ndarray,
    week: np.ndarray,
    outlets: object,
) -> WordMemory | None:
    """The memory of the able terms; of two ways of clustering the first tells the stories."""
    ways, used = cluster_codes(clusters), sides[0] | sides[1]
    stories = ways[0][used] if len(ways) == 2 else None
    tokens = np.asarray(counts.sum(axis=1)).ravel()[used]
    labels = None if outlets is None else np.asarray(outlets)[used]
    given = {"outlets": labels, "stories": stories}
    return word_memory(counts[used][:, able], tokens, sides[1][used].astype(int), week[used], **given)


def _remembered(table: pd.DataFrame, rows: np.ndarray, memory: WordMemory | None) -> pd.DataFrame:
    """The table with the block of each term that could be tested, and with errors as wide as it says."""
    block, left = np.full(len(table), np.nan), np.ones(len(table))
    block[rows] = 1.0 if memory is None else memory.block_weeks
    table = table.assign(block_weeks=block)
    if memory is None:
        return table
    left[rows] = memory.left
    se = table["se"] * np.sqrt(table["block_weeks"].fillna(1.0))
    table = table.assign(se=se, z=table["delta"] / se, dof=np.maximum(table["dof"] * left, 1.0))
    return ranked(table)


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
    n = len(parts.first)
    holds, of_term = np.unique(np.bincount(parts.table.indices, minlength=parts.table.shape[1]), return_inverse=True)
    alone = scipy.stats.hypergeom.pmf(holds, n, holds, parts.fewer)  # 0 where the side is too small to hold them all
    return ((holds >= min_clusters) & (2 * alone <= REACH))[of_term]


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


@dataclass(frozen=True)
class _Scored:
    """One way of clustering: what the scores of the able terms need."""

    parts: Parts
    table: scipy.sparse.csc_matrix
    alpha: np.ndarray
    alpha0: float

    def blocks(self, terms: np.ndarray, permuted: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Squared scores of some terms at a time, rounded so that equal ones are equal."""
        size = max(1, BLOCK // permuted.shape[1])
        lengths = _lengths(self.parts.tokens, permuted)
        for begin in range(0, len(terms), size):
            some = terms[begin : begin + size]
            score = _scores(self.table[:, some], self.parts.tokens, permuted, lengths, self.alpha[some], self.alpha0)
            score *= score
            yield some, np.round(score, 9, out=score)


@dataclass(frozen=True)
class _Stage:
    """What permutations said: p of each able term and of the whole contrast, and of how many arrangements."""

    p: np.ndarray
    whole: float
    n: int
    n_near: int
    listed: bool
    kept: tuple[np.ndarray, np.ndarray]  # terms that may need more, and their scores


def _scored(parts: Parts, able: np.ndarray, prior: np.ndarray | None, alpha0: float | None) -> _Scored:
    """The able terms of one way, with pseudo-counts."""
    total = np.asarray(parts.table.sum(axis=0)).ravel()
    length = (parts.tokens[parts.first].sum(), parts.tokens[~parts.first].sum())
    alpha = pseudo_counts(total, length, prior, alpha0)
    return _Scored(parts, parts.table.tocsc()[:, able], alpha[able], float(alpha.sum()))


def _permuted(
    ways: Sequence[_Scored], allowed: Sequence[Allowance], n: int, n_near: int, rng: np.random.Generator
) -> tuple[np.ndarray, float, str]:
    """p of each able term and of the whole contrast, the larger of the ways, and what was permuted."""
    stages = [_first_stage(way, n, n_near, rng, allow) for way, allow in zip(ways, allowed, strict=True)]
    near = np.flatnonzero(np.max([stage.p for stage in stages], axis=0) <= NEAR)
    stages = [_second_stage(way, stage, near, n_near, rng) for way, stage in zip(ways, stages, strict=True)]
    p = np.max([allow(stage.p) for allow, stage in zip(allowed, stages, strict=True)], axis=0)
    notes = [_note(way, stage, n_near, any_near=len(near) > 0) for way, stage in zip(ways, stages, strict=True)]
    return p, max(stage.whole for stage in stages), "arrangements: " + ", ".join(notes)


def _first_stage(way: _Scored, n: int, n_near: int, rng: np.random.Generator, allow: Allowance) -> _Stage:
    """Every able term, and the whole contrast, in which the observed p are as `allow` has them."""
    listed = way.parts.arrangements <= max(n, n_near) + 1
    permuted = permuted_sides(way.parts, max(n, n_near) if listed else n, rng)
    p, low, kept = np.empty(len(way.alpha)), [], [(np.empty(0, dtype=int), np.empty((0, permuted.shape[1])))]
    for some, score in way.blocks(np.arange(len(p)), permuted):
        p[some], smallest = p_values(score, listed=listed)
        low.append(smallest)
        if not listed:
            kept.append((some[p[some] <= NEAR], score[p[some] <= NEAR]))
    terms, scores = (np.concatenate(one) for one in zip(*kept, strict=True))
    n = permuted.shape[1]
    return _Stage(p, whole_contrast(low, len(p), n, allow(p)), n, n, listed, (terms, scores))


def _second_stage(way: _Scored, stage: _Stage, near: np.ndarray, n_near: int, rng: np.random.Generator) -> _Stage:
    """More permutations for the terms at `near`, added to those of the first stage."""
    more = min(n_near + 1, MOST_PERMUTED // len(way.parts.first)) - stage.n
    if stage.listed or more <= 0 or not len(near):
        return stage
    permuted, p = permuted_sides(way.parts, more, rng)[:, 1:], stage.p.copy()
    terms, scores = stage.kept
    for some, score in way.blocks(near, permuted):
        p[some] = p_values(np.hstack([scores[np.searchsorted(terms, some)], score]))[0]
    return replace(stage, p=p, n_near=stage.n + more)


def _note(way: _Scored, stage: _Stage, n_near: int, *, any_near: bool) -> str:
    """How many arrangements were looked at, and for which terms."""
    note = f"{stage.n:,} of {len(way.parts.first):,} clusters"
    if stage.n_near > stage.n:
        note += f" ({stage.n_near:,} where p was at most .1)"
    if any_near and not stage.listed and stage.n_near < n_near + 1 and n_near >= stage.n:
        note += f", not {n_near + 1:,}, because the clusters are many"
    return note


def permuted_sides(parts: Parts, n: int, rng: np.random.Generator) -> np.ndarray:
    """Arrangements as columns of 0 and 1, shape (G, 1 + n), the observed one first; all of them where they are few.

    >>> parts = Parts(scipy.sparse.csr_matrix(np.eye(4)), np.ones(4), np.array([True, True, False, False]))
    >>> sides = permuted_sides(parts, 99, np.random.default_rng(0))
    >>> sides.shape, sides[:, 0].tolist()
    ((4, 6), [1, 1, 0, 0])
    """
    size, chosen = len(parts.first), int(parts.first.sum())
    if parts.arrangements <= n + 1:
        rest = [row for row in combinations(range(size), chosen) if not parts.first[list(row)].all()]
        permuted = np.zeros((size, 1 + len(rest)), dtype=np.uint8)
        for column, row in enumerate(rest, start=1):
            permuted[list(row), column] = 1
    else:
        permuted = np.empty((size, 1 + n), dtype=np.uint8)
        for begin in range(1, n + 1, CHUNK):
            rows = np.tile(parts.first.astype(np.uint8), (min(CHUNK, n + 1 - begin), 1))
            permuted[:, begin : begin + CHUNK] = rng.permuted(rows, axis=1, out=rows).T
    permuted[:, 0] = parts.first
    return permuted


def studentised(
    table: scipy.sparse.csc_matrix, tokens: np.ndarray, permuted: np.ndarray, alpha: np.ndarray, alpha0: float
) -> np.ndarray:
    """Log-odds over its clustered error for every term and arrangement, shape (n_terms, n_arrangements).

    The sums that a side's variance needs (`log_odds.sandwich`) are linear in who belongs to it, so three sparse
    products give them for many arrangements at once; G/(G - 1) stands in for the leverage correction.  The products
    are of whole numbers and are made in 32 bits where no sum can reach 2²⁴, so that nothing is rounded; what follows is
    made in 64.
    """
    return _scores(table, tokens, permuted, _lengths(tokens, permuted), alpha, alpha0)


def _lengths(tokens: np.ndarray, permuted: np.ndarray) -> np.ndarray:
    """Tokens, their squares and clusters of both sides together, then of one in every arrangement: (3, 1 + n)."""
    weights = np.stack([tokens, tokens**2, np.ones(len(tokens))])
    chunks = [weights @ permuted[:, draws].astype(np.float64) for draws in _chunks(permuted)]
    return np.hstack([weights.sum(axis=1, keepdims=True), *chunks])


def _chunks(permuted: np.ndarray) -> list[slice]:
    """Arrangements that go through one product."""
    size = max(1, min(CHUNK, MOST_CHOSEN // len(permuted)))
    return [slice(begin, begin + size) for begin in range(0, permuted.shape[1], size)]


def _scores(
    table: scipy.sparse.csc_matrix,
    tokens: np.ndarray,
    permuted: np.ndarray,
    lengths: np.ndarray,
    alpha: np.ndarray,
    alpha0: float,
) -> np.ndarray:
    """As `studentised`, with the lengths of the sides at hand."""
    score = np.empty((table.shape[1], permuted.shape[1]))
    groups = [(some, _summands(table[:, some], tokens)) for some in _groups(table)]
    for draws in _chunks(permuted):
        chosen = {kind: permuted[:, draws].astype(kind) for kind in {one[0].dtype for _, one in groups}}
        sides = (lengths[:, 1:][:, draws], lengths[:, :1] - lengths[:, 1:][:, draws])
        for some, summands in groups:
            sums = [one @ chosen[one.dtype] for one in summands]
            wholes = [np.asarray(one.sum(axis=1, dtype=np.float64)).reshape(-1, 1) for one in summands]
            score[some, draws] = _in_pieces(sums, wholes, sides, alpha[some], alpha0)
    return score


def _groups(table: scipy.sparse.csc_matrix) -> list[np.ndarray]:
    """Terms that go through one product: those in few clusters together, those in many together."""
    n_clusters, n_terms = table.shape
    holds = np.diff(table.indptr)
    order = np.argsort(holds, kind="stable")
    rare = int((holds <= DENSE * n_clusters).sum())
    size = max(1, min(GROUP, MOST_DENSE // n_clusters))
    return [some for some in np.split(order, [*range(GROUP, rare, GROUP), *range(rare, n_terms, size)]) if len(some)]


def _summands(table: scipy.sparse.csc_matrix, tokens: np.ndarray) -> list[scipy.sparse.csr_matrix | np.ndarray]:
    """Counts, their squares, and twice their products with lengths, each (n_terms, G).

    Sums of whole numbers are exact in any order, so they are made in 32 bits where all stay below `EXACT`, and as
    full matrices where most terms are in many clusters.
    """
    counts = table.T.tocsr()
    made = [counts.copy() for _ in range(3)]
    made[1].data, made[2].data = counts.data**2, 2 * counts.data * tokens[counts.indices]
    if not (np.array_equal(counts.data, np.rint(counts.data)) and np.array_equal(tokens, np.rint(tokens))):
        return made
    if max(one.sum(axis=1).max() for one in made) < EXACT:
        made = [one.astype(np.float32) for one in made]
    return [one.toarray() for one in made] if counts.nnz > DENSE * np.prod(counts.shape) else made


def _in_pieces(
    sums: list[np.ndarray],
    wholes: list[np.ndarray],
    lengths: tuple[np.ndarray, np.ndarray],
    alpha: np.ndarray,
    alpha0: float,
) -> np.ndarray:
    """Scores from the sums of one side, a few terms at a time so that they stay in the processor's cache."""
    score = np.empty(sums[0].shape)
    for at in range(0, len(score), PIECE):
        rows = slice(at, at + PIECE)
        y, square, cross = (one[rows].astype(np.float64) for one in sums)
        whole_y, whole_square, whole_cross = (one[rows] for one in wholes)
        prior = alpha[rows, None]
        others = (whole_y - y, whole_square - square, whole_cross - cross)
        first = _side(y, square, cross, lengths[0], prior, alpha0)
        second = _side(*others, lengths[1], prior, alpha0)
        odds = first[0] * second[1]
        odds /= first[1] * second[0]
        np.log(odds, out=odds)
        model = (whole_y + 2 * prior) / (first[0] * second[0])
        variance = np.add(first[2], second[2], out=first[2])
        np.maximum(variance, model, out=variance)
        score[rows] = np.divide(odds, np.sqrt(variance, out=variance), out=odds)
    return score


def _side(
    uses: np.ndarray, square: np.ndarray, cross: np.ndarray, lengths: np.ndarray, prior: np.ndarray, alpha0: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One side's uses and other tokens with the prior, and its part of the variance."""
    length, length_square, parts = lengths
    y = uses + prior
    rest = (length + alpha0) - y
    share = uses / length
    spread = share * length_square
    spread -= cross
    spread *= share
    spread += square
    spread *= parts / np.maximum(parts - 1, 1) * (length + alpha0) ** 2
    np.multiply(y, rest, out=share)
    share *= share
    spread /= share  # times (1 / y + 1 / rest) squared
    return y, rest, spread


def p_values(score: np.ndarray, *, listed: bool = False) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """p of the first arrangement among all, by rank or a fitted tail; and the small p of every arrangement.

    `score` (n_terms, n_arrangements), larger is more extreme.  Where few are as extreme the rank says little; p then
    goes on as an exponential fitted to the largest (in the manner of Knijnenburg et al. 2009; of a squared normal
    score that is its tail), unless all arrangements are `listed`.  The second part are numbers of arrangements and
    their p, of all terms, as far as p is at most `SIMES_CUT`.

    >>> p_values(np.array([[3.0, 1, 2, 0], [0.0, 1, 2, 3]]), listed=True)[0].tolist()
    [0.25, 1.0]
    """
    n = score.shape[1]
    k = min(int(np.ceil(SIMES_CUT * n)), n - 1)  # the next largest has a p above the cut already, ties included
    draws = np.argpartition(score, n - k - 1, axis=1)[:, n - k - 1 :]
    order = np.argsort(-np.take_along_axis(score, draws, axis=1), axis=1, kind="stable")
    draws = np.take_along_axis(draws, order, axis=1)
    top = np.take_along_axis(score, draws, axis=1)
    last = np.where(np.diff(top, axis=1) < 0, np.arange(1, k + 1), n)  # as many are at least as large
    rank = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1] / n
    observed = (score >= score[:, :1]).sum(axis=1) / n
    if not listed:
        observed = _with_tail(observed[:, None], score[:, :1], top, n)[:, 0]
        rank = _with_tail(rank, top[:, :-1], top, n)
    low = rank <= SIMES_CUT
    return observed, (draws[:, :-1][low], rank[low])


def _with_tail(p: np.ndarray, score: np.ndarray, top: np.ndarray, n: int) -> np.ndarray:
    """`p` where it is large; the fitted tail, if smaller, where few of `n` are as extreme; `top` falls."""
    k = min(int(np.ceil(TAIL_SHARE * n)), TAIL_MOST, top.shape[1] - 1)
    start = top[:, k : k + 1]
    excess = (top[:, :k] - start).mean(axis=1, keepdims=True)
    tail = k / n * np.exp(-(score - start) / np.maximum(excess, 1e-12))
    return np.where(p <= min(TAIL_FROM, TAIL_HITS / n) + 0.5 / n, np.minimum(p, tail), p)


def whole_contrast(
    low: Sequence[tuple[np.ndarray, np.ndarray]], n_terms: int, n_arrangements: int, observed: np.ndarray | None = None
) -> float:
    """Share of arrangements whose least Benjamini–Hochberg value is as small as the observed one.

    `low` are arrangements and the p of terms in them, as `p_values` gives them, for `n_terms` terms; `observed` are the
    p of the first one where they are others.

    >>> low = [(np.array([0, 1, 1]), np.array([0.01, 0.02, 0.04]))]
    >>> whole_contrast(low, n_terms=2, n_arrangements=4)
    0.25
    """
    if not low:
        return 1.0
    draws, p = (np.concatenate(parts) for parts in zip(*low, strict=True))
    order = np.argsort(p)
    order = order[np.argsort(draws[order].astype(np.uint16 if n_arrangements < 2**16 else int), kind="stable")]
    draws, p = draws[order].astype(int), p[order]
    begins = np.searchsorted(draws, np.arange(n_arrangements))
    rank = np.arange(len(draws)) - begins[draws] + 1
    least = np.full(n_arrangements, np.inf)
    np.minimum.at(least, draws, n_terms * p / rank)
    if observed is not None:
        small = np.sort(observed[observed <= SIMES_CUT])
        least[0] = (n_terms * small / np.arange(1, len(small) + 1)).min(initial=np.inf)
    if not np.isfinite(least[0]):
        return 1.0
    return float((least <= min(least[0], SIMES_CUT * n_terms) * (1 + 1e-9)).mean())


def _judged(table: pd.DataFrame, p: np.ndarray, whole: float, method: str, note: str) -> pd.DataFrame:
    """The table of `log_odds` with p, q, what is tested, and by which method."""
    table = table.assign(p=p, tested=np.isfinite(p))
    q = np.fmax(benjamini_hochberg(table["p"].to_numpy()), whole)
    return table.assign(q=np.where(table["tested"], q, np.nan), method=method, note=note)
