"""Which topics share documents more than chance would have it, and packages of topics that do.

In: doc-topic shares.  Out: an edge for every pair of topics; topics by package.  Exploratory: a package is topics that
go together, not a frame, and nothing is tested on it.

Null model: each document keeps the number of topics it holds (fixed margins: Connor & Simberloff 1979), topics are in
it by odds of their own: the model of Rasch (1960) given the total, whose probabilities are those of conditional
Bernoulli draws (Chen, Dempster & Liu 1994).  Packages: average linkage (Sokal & Michener 1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import minimize
from scipy.spatial.distance import squareform
from scipy.special import lambertw, xlogy

from helpers.topics.engine import topic_ids

PRESENT = 0.1  # of a document, as in `helpers.coding.intrusion`: from here on a topic counts as one that belongs
FEWEST_TOPICS = 4  # with three, what each pair shares follows from how frequent the topics are
LEAST_LIFT = 1.2  # topics crowded out of the same documents meet a little more often in the others; see `packages`
HALF = 0.5  # of the pairs between two parts of a package must be edges
LARGEST_LOG_ODDS = 15.0  # a topic that company never leaves out has odds without bound
EDGES = ["topic_a", "topic_b", "together", "expected", "lift", "low", "high", "p", "q"]


def cooccurrence(
    doc_topic: np.ndarray,
    *,
    present: float = PRESENT,
    clusters: Sequence[str] | None = None,
    strata: Sequence[str] | None = None,
    topics: Sequence[str] | None = None,
    coverage: float = 0.95,
) -> pd.DataFrame:
    """How often two topics are in one document, against how often they would be by chance.

    Shares of a document sum to 1, so a larger share of one topic leaves less for the others and shares correlate
    negatively for no other reason (Aitchison 1986).  Here a topic is in a document or not, and chance keeps how many
    topics each document holds; documents that hold one topic or all tell nothing and are left out::

        P(j and k | m topics) = ω_j ω_k e_{m−2}(ω without j, k) / e_m(ω)        e: elementary symmetric sums
        expected = Σ_d P(j and k | m_d),  ω such that each topic is expected as often as it occurs
        z = sign · √(2 (O ln(O / E) − O + E) / φ),  φ = Var(O) / E by the model, ω being estimated

    Parameters
    ----------
    doc_topic : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.
    present : float in (0, 1)
        Share from which a topic is in a document.
    clusters : sequence, length n_documents, optional
        Copy cluster of each document; its copies count as one document of their mean shares.
    strata : sequence, length n_documents, optional
        Outlet of each document: chance is then reckoned within each outlet and added up, so that two topics do not go
        together merely because one outlet has both.  A cluster belongs to the outlet of its first document.
    topics : sequence of str, optional
        Names of the columns; `topic_ids` when left out.
    coverage : float

    Returns
    -------
    DataFrame, one row a pair: ``topic_a, topic_b``, ``together`` (documents), ``expected``, ``lift`` (their ratio,
        1 for chance), ``low``, ``high``, ``p`` (two-sided), ``q`` (Benjamini & Hochberg 1995).  A topic that all or
        none of the documents left hold, or a pair that its margins settle, has nan.

    Raises
    ------
    ValueError : fewer than four topics, `present` outside (0, 1), a document without a cluster

    >>> pairs = [(0, 1)] * 20 + [(2, 3)] * 20 + [(0, 2), (0, 3), (1, 2), (1, 3)] * 5      # each topic in 30 of 60
    >>> theta = np.array([[0.5 * (topic in pair) for topic in range(4)] for pair in pairs])
    >>> cooccurrence(theta).loc[0, ["together", "expected", "lift"]].astype(float).round(3).tolist()
    [20.0, 10.0, 2.0]
    """
    theta, layers = _originals(np.asarray(doc_topic, dtype=float), clusters, strata)
    n_topics = theta.shape[1]
    if n_topics < FEWEST_TOPICS:
        raise ValueError(f"{n_topics} topics: which go together can be asked of {FEWEST_TOPICS} at least")
    if not 0 < present < 1:
        raise ValueError(f"present must be between 0 and 1, not {present!r}")
    names = topic_ids(n_topics) if topics is None else [str(topic) for topic in topics]
    if len(names) != n_topics:
        raise ValueError(f"{len(names)} names for {n_topics} topics")
    pairs = np.array(list(combinations(range(n_topics), 2)))
    together, values = np.zeros(len(pairs)), np.full((len(pairs), 2), np.nan)
    for layer in np.unique(layers):
        counted, chance = _counted(theta[layers == layer] >= present - 1e-12, pairs)
        known = ~np.isnan(chance[:, 0])
        together += counted
        values[known] = np.nan_to_num(values[known]) + chance[known]
    table = pd.DataFrame(list(combinations(names, 2)), columns=EDGES[:2])
    table = table.assign(together=together.astype(int), expected=values[:, 0])
    return _judged(table, values[:, 1], coverage=coverage)[EDGES]


def _counted(holds: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Documents that hold each pair, and by chance: expectation and variance, nan where the margins settle it."""
    inside, varying = _informative(holds)
    held = inside.astype(float)
    chance = np.full((len(pairs), 2), np.nan)
    known = varying[pairs].all(axis=1)
    if len(inside) and known.any():
        chance[known] = np.column_stack(_chance(inside[:, varying]))
    return (held.T @ held)[pairs[:, 0], pairs[:, 1]], chance


def _originals(
    theta: np.ndarray, clusters: Sequence[str] | None, strata: Sequence[str] | None
) -> tuple[np.ndarray, np.ndarray]:
    """One row a copy cluster, the mean of its documents; and its stratum."""
    layers = np.zeros(len(theta), dtype=int) if strata is None else _codes(strata, len(theta), "stratum")
    if clusters is None:
        return theta, layers
    codes = _codes(clusters, len(theta), "cluster")
    first = pd.Series(layers).groupby(codes).first().to_numpy()
    return pd.DataFrame(theta).groupby(codes).mean().to_numpy(), first


def _codes(labels: Sequence[str], n_documents: int, what: str) -> np.ndarray:
    codes = pd.factorize(np.asarray(labels), sort=True)[0]
    if len(codes) != n_documents:
        raise ValueError(f"{len(codes)} {what} labels for {n_documents} documents")
    if codes.min(initial=0) < 0:
        raise ValueError(f"document in row {int(codes.argmin())} has no {what}; give each its own")
    return codes


def _informative(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Documents in which topics could have been otherwise, and topics that some of those hold and some do not."""
    varying = np.ones(inside.shape[1], dtype=bool)
    while True:
        size = inside[:, varying].sum(axis=1)
        inside = inside[(size > 1) & (size < varying.sum())]
        varies = varying & inside.any(axis=0) & ~inside.all(axis=0)
        if (varies == varying).all() or not len(inside):
            return inside, varies
        varying = varies


def _chance(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected number of documents that hold each pair, and its variance, ω estimated from the margins."""
    sizes, n_of = np.unique(inside.sum(axis=1), return_counts=True)
    odds = _odds(inside.sum(axis=0), sizes, n_of)
    n_topics = len(odds)
    one = _inclusion(odds, np.arange(n_topics)[:, None], sizes)
    pairs = np.array(list(combinations(range(n_topics), 2)))
    two = _inclusion(odds, pairs, sizes)
    information = np.diag((one * (1 - one)) @ n_of)
    for (j, k), joint in zip(pairs, two, strict=True):
        information[j, k] = information[k, j] = (joint - one[j] * one[k]) @ n_of
    inverse = np.linalg.pinv(information, hermitian=True)
    variance = (two * (1 - two)) @ n_of
    for place, (pair, joint) in enumerate(zip(pairs, two, strict=True)):
        others = np.setdiff1d(np.arange(n_topics), pair)
        three = _inclusion(odds, np.column_stack([np.tile(pair, (len(others), 1)), others]), sizes)
        shared = np.empty(n_topics)
        shared[others] = (three - joint * one[others]) @ n_of
        shared[pair] = (joint * (1 - one[pair])) @ n_of
        variance[place] -= shared @ inverse @ shared
    return two @ n_of, variance


def _odds(held: np.ndarray, sizes: np.ndarray, n_of: np.ndarray) -> np.ndarray:
    """ω by conditional maximum likelihood: each topic is expected in as many documents as hold it."""
    total, singles = n_of.sum(), np.arange(len(held))[:, None]

    def loss(log_odds: np.ndarray) -> tuple[float, np.ndarray]:
        odds = np.exp(log_odds)
        whole = _symmetric(odds[None], sizes.max())[0, sizes]
        expected = _inclusion(odds, singles, sizes) @ n_of
        return (np.log(whole) @ n_of - held @ log_odds) / total, (expected - held) / total

    share = held / total
    start = np.log(share / (1 - share))
    bounds = [(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)] * len(held)
    tight = {"gtol": 1e-9, "ftol": 1e-15, "maxiter": 1000}
    return np.exp(minimize(loss, start - start.mean(), jac=True, method="L-BFGS-B", bounds=bounds, options=tight).x)


def _inclusion(odds: np.ndarray, sets: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Chance that a document of each size holds all topics of each set: shape (n_sets, n_sizes)."""
    rest = np.tile(odds, (len(sets), 1))
    np.put_along_axis(rest, sets, 0.0, axis=1)
    n_set = sets.shape[1]
    without = _symmetric(rest, sizes.max())[:, np.maximum(sizes - n_set, 0)]
    whole = _symmetric(odds[None], sizes.max())[:, sizes]
    return np.where(sizes >= n_set, odds[sets].prod(axis=1)[:, None] * without / whole, 0.0)


def _symmetric(weights: np.ndarray, order: int) -> np.ndarray:
    """Elementary symmetric sums e_0 … e_order of each row: shape (n_rows, order + 1)."""
    sums = np.zeros((len(weights), order + 1))
    sums[:, 0] = 1.0
    for weight in weights.T:
        sums[:, 1:] = sums[:, 1:] + weight[:, None] * sums[:, :-1]
    return sums


def _judged(table: pd.DataFrame, variance: np.ndarray, *, coverage: float) -> pd.DataFrame:
    """Lift, limits, p and q from counts, expectations and variances; limits are the expectations not rejected."""
    together, expected = table["together"].to_numpy(dtype=float), table["expected"].to_numpy()
    settled = ~(variance > 1e-9 * expected)  # nan counts as settled
    expected = np.where(settled, np.nan, expected)
    spread = variance / expected
    root = np.sqrt(np.maximum(2 * (xlogy(together, together / expected) - together + expected), 0) / spread)
    p = 2 * stats.norm.sf(root)
    reach = spread * stats.norm.ppf((1 + coverage) / 2) ** 2 / 2
    some = np.where(together > 0, together, 1.0)
    limits = [-some * lambertw(-np.exp(-1 - reach / some), branch).real for branch in (0, -1)]
    low, high = np.where(together > 0, limits[0], 0.0), np.where(together > 0, limits[1], reach)
    q = np.full(len(p), np.nan)
    if (~settled).any():
        q[~settled] = stats.false_discovery_control(p[~settled])
    judged = {"lift": together / expected, "low": low / expected, "high": high / expected, "p": p, "q": q}
    return table.assign(**judged)


def packages(
    edges: pd.DataFrame, topics: Sequence[str], *, level: float = 0.05, least: float = LEAST_LIFT
) -> pd.DataFrame:
    """Topics that go together: groups in which clear positive edges are dense.

    Parts are joined from the closest on, as long as at least half of the pairs of topics between two parts are clear
    edges; among equally dense ones the larger mean lift goes first.  Nothing is drawn, so the same edges give the same
    packages.

    Parameters
    ----------
    edges : DataFrame
        As from `cooccurrence`.
    topics : sequence of str
        All topics, with those that have no edge.
    level, least : float
        An edge is clear when its ``q`` is at most `level` and the lower limit of its lift at least `least`.  Topics
        that a package crowds out of its documents meet more often in the rest; in a large corpus that is enough
        for a small q, and only the size of the lift tells it from a tie.

    Returns
    -------
    DataFrame, columns ``topic``, ``package``: ``"p01"``, … by falling size, then by first member; '' for a topic on
        its own.  In the order of `topics`.

    Raises
    ------
    ValueError : an edge of a topic that is not among `topics`

    >>> edges = pd.DataFrame({"topic_a": ["00", "02"], "topic_b": ["01", "03"], "q": [0.01, 0.01],
    ...                       "lift": [2.0, 0.4], "low": [1.5, 0.2]})
    >>> packages(edges, ["00", "01", "02", "03"]).package.tolist()
    ['p01', 'p01', '', '']
    """
    names = [str(topic) for topic in topics]
    strange = sorted((set(edges["topic_a"]) | set(edges["topic_b"])) - set(names))
    if strange:
        raise ValueError(f"edges of topic {strange[0]!r}, which is not among the topics")
    place = {name: number for number, name in enumerate(names)}
    distance = 1.0 - np.eye(len(names))
    for edge in edges[(edges["low"] >= least) & (edges["q"] <= level)].itertuples():
        a, b = place[edge.topic_a], place[edge.topic_b]
        distance[a, b] = distance[b, a] = 1e-6 / edge.lift  # 0 but for the order of ties
    labels = np.arange(len(names))
    if len(names) > 1:
        tree = linkage(squareform(distance, checks=False), method="average")
        labels = fcluster(tree, HALF + 2e-6, criterion="distance")
    groups = [[n for n, own in zip(names, labels, strict=True) if own == label] for label in np.unique(labels)]
    ranked = sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), place[group[0]]))
    called = {name: f"p{number:02d}" for number, group in enumerate(ranked, start=1) for name in group}
    return pd.DataFrame({"topic": names, "package": [called.get(name, "") for name in names]})
