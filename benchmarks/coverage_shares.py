"""Topic shares whose true difference is known, and how wide their interval has to be.

Documents are drawn from five planted topics; an outlet speaks more of the first, and every outlet-week has a shock of
its own on all of them.  Topics are then found anew in each corpus, so that shares are estimated twice over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse, stats

from helpers.compare.clusters import Estimate
from helpers.compare.mean_difference import difference, plain_difference
from helpers.compare.measurement_error import widened
from helpers.topics.matching import match_topics, refit_shares
from helpers.topics.topic_model import TopicModel

TOPICS, TERMS, WORDS, PER_WEEK, FITS = 5, 250, 80, 6, 10
EFFECT, OWN = 0.5, 1.0  # on the first topic, and standard deviation of an article's own leaning, log-odds


@dataclass(frozen=True)
class Shares:
    """Outlet-weeks a side and standard deviation of their shocks."""

    weeks: int
    shocks: float


SHARES = {
    f"topic shares, {weeks} outlet-weeks a side, shocks {shocks:g}": Shares(weeks, shocks)
    for shocks in (0.5,)
    for weeks in (6, 10, 20)
}


def share_intervals(world: Shares, rng: np.random.Generator) -> tuple[float, dict[str, tuple[float, float]]]:
    """The true difference of the first topic's share, and each method's limits, from one corpus."""
    counts, first, week, beta = corpus(world, rng)
    model = TopicModel(TOPICS, seed=1).fit(counts)
    pairs = match_topics(beta, model.topic_term).set_index("a")["b"]
    shares = refit_shares(lambda csr: TopicModel(TOPICS, seed=1).fit(csr), counts, model.topic_term, fits=FITS, rng=rng)
    topic = int(pairs[0])
    y, fits = model.doc_topic[:, topic], [plain_difference(one, first) for one in shares[:, :, topic]]
    welch = stats.ttest_ind(y[first], y[~first], equal_var=False)
    independent = welch.confidence_interval(0.95)
    se = (independent.high - independent.low) / 2 / stats.t.ppf(0.975, welch.df)
    composed = np.sqrt(se**2 + np.var(fits, ddof=1) * (1 + 1 / FITS))
    middle = float(np.mean(fits))
    clustered = difference(y, first, clusters=week, rng=np.random.default_rng(1))
    return truth(world.shocks), {
        "i.i.d.": (float(independent.low), float(independent.high)),
        "composition, i.i.d.": (middle - 1.96 * composed, middle + 1.96 * composed),
        "clustered": _limits(clustered),
        "ours": _limits(widened(clustered, fits)),
    }


def _limits(found: Estimate) -> tuple[float, float]:
    return found.low, found.high


def corpus(
    world: Shares, rng: np.random.Generator, effect: float = EFFECT
) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray, np.ndarray]:
    """Counts of words, first outlet, outlet-week, and the planted topics."""
    beta = rng.dirichlet(np.full(TERMS, 0.05), TOPICS)
    week = np.repeat(np.arange(2 * world.weeks), PER_WEEK)
    first = week < world.weeks
    eta = rng.normal(0, OWN, (len(week), TOPICS)) + rng.normal(0, world.shocks, (2 * world.weeks, TOPICS))[week]
    eta[:, 0] += effect * first
    theta = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    counts = rng.multinomial(np.maximum(rng.poisson(WORDS, len(week)), 15), theta @ beta)
    return sparse.csr_matrix(counts), first, week, beta


@cache
def truth(shocks: float) -> float:
    """Expected difference, from 400,000 draws of a seed of its own (Monte Carlo error below .0005)."""
    rng = np.random.default_rng(0)
    eta = rng.normal(0, np.hypot(OWN, shocks), (400_000, TOPICS))
    moved = eta + EFFECT * (np.arange(TOPICS) == 0)
    means = [(np.exp(part[:, 0]) / np.exp(part).sum(axis=1)).mean() for part in (moved, eta)]
    return float(means[0] - means[1])
