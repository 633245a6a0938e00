"""How many topics?  A sheet of scores over K, each with what resampling leaves of it, and a range.

No score names one K (they contradict each other, and each is noisy), so none is offered: read the sheet, then
carry every conclusion over the range.  All K are judged on the same document samples.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.topics.matching import document_sample, match_topics
from helpers.topics.quality import coherence, diversity, exclusivity, heldout_fit
from helpers.topics.topic_model import SmallCorpusWarning, TopicModel

SCORES = ("coherence", "exclusivity", "diversity", "stability", "heldout_fit")
DECIDING = ("coherence", "stability", "heldout_fit")  # the other two fall with K by their making
Fit = Callable[[sparse.csr_matrix, int, int], TopicModel]


@dataclass(frozen=True)
class Range:
    """A range of K that the sheet cannot tell from the best.

    Attributes
    ----------
    low, high : int
        First and last K of the range.
    votes : dict of int to int
        For each K, on how many of `DECIDING` it holds.
    rule : str
        The rule in words, for the caption.
    """

    low: int
    high: int
    votes: dict[int, int]
    rule: str

    def __iter__(self) -> Iterator[int]:
        """Unpack as ``low, high``."""
        return iter((self.low, self.high))


def sheet(
    csr: sparse.csr_matrix,
    n_topics_range: Iterable[int],
    *,
    seeds: Sequence[int],
    n_samples: int,
    rng: np.random.Generator,
    clusters: Sequence[str] | None = None,
    share: float = 0.8,
    n: int = 10,
    level: float = 0.95,
    fit: Fit | None = None,
) -> pd.DataFrame:
    """Scores over the number of topics, on the same samples for each; ValueError with fewer than two samples.

    Parameters
    ----------
    csr : csr matrix of counts, shape (n_documents, n_terms)
    n_topics_range : iterable of int, values of K
    seeds : sequence of int
        Used in turn, one a sample; the reference fit for stability has the first.
    n_samples : int, at least 2
    rng : numpy Generator, for samples and for halves of held-out documents
    clusters, share : as in `document_sample`
        Copy clusters are sampled whole; the share not learned from is held out.
    n : int, top terms a topic
    level : float
        ``_low`` and ``_high`` enclose this part of the samples: with few samples, nearly their range.
    fit : callable (csr, n_topics, seed) -> model; `TopicModel` when left out

    Returns
    -------
    DataFrame, indexed by ``n_topics``; for each of `SCORES` the mean over samples and ``_low``, ``_high``:
        ``coherence`` (NPMI in all documents), ``exclusivity``, ``diversity``, ``stability`` (overlap with the
        topics of all documents), ``heldout_fit`` (nats a word); and ``n_samples``

    >>> rng = np.random.default_rng(0)
    >>> words = sparse.csr_matrix(rng.poisson(np.kron(np.eye(3), np.full((60, 8), 1.5))))
    >>> table = sheet(words, [2, 3], seeds=[0], n_samples=2, rng=rng, n=5)
    >>> table.heldout_fit.idxmax().item(), table.shape
    (3, (2, 16))
    """
    counts, candidates = sparse.csr_matrix(csr), sorted(set(n_topics_range))
    if not candidates or not len(seeds) or n_samples < 2:
        raise ValueError(
            f"a sheet needs a number of topics, a seed and two samples; got {candidates}, {list(seeds)} and {n_samples}"
        )
    samples = [document_sample(counts.shape[0], share=share, rng=rng, clusters=clusters) for _ in range(n_samples)]
    coins = rng.integers(2**32, size=n_samples)  # the same halves for every K
    references = _fit_each(counts, candidates, seeds[0], fit)
    runs: dict[int, list[tuple[float, ...]]] = {n_topics: [] for n_topics in candidates}
    for place, inside in enumerate(samples):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallCorpusWarning)  # given once, by the fit of all documents
            models = _fit_each(counts[inside], candidates, seeds[place % len(seeds)], fit)
        for n_topics, model in models.items():
            coin = np.random.default_rng(coins[place])
            runs[n_topics].append(_scores(model, references[n_topics], counts, inside, n=n, rng=coin))
    rows = [_row(pd.DataFrame(of_k, columns=list(SCORES)), level=level) for of_k in runs.values()]
    return pd.DataFrame(rows, index=candidates).rename_axis("n_topics")


def as_rows(scores: pd.DataFrame) -> pd.DataFrame:
    """A sheet in long form: ``n_topics``, ``quantity``, ``value``, ``low``, ``high``, one row a score and K.

    >>> flat = {f"{score}{end}": [0.5] for score in SCORES for end in ("", "_low", "_high")}
    >>> as_rows(pd.DataFrame(flat, index=[5])).head(1).to_dict("list")
    {'n_topics': [5], 'quantity': ['coherence'], 'value': [0.5], 'low': [0.5], 'high': [0.5]}
    """
    rows = [
        (n_topics, score, row[score], row[f"{score}_low"], row[f"{score}_high"])
        for n_topics, row in scores.iterrows()
        for score in SCORES
    ]
    return pd.DataFrame(rows, columns=["n_topics", "quantity", "value", "low", "high"])


def recommended_range(scores: pd.DataFrame) -> Range:
    """The range of K that the sheet supports; never a single number where it has more than one.

    Rule: on a score, K holds when its mean falls short of the best mean by no more than the typical (median)
    width of an interval on the sheet; one interval from so few samples is too noisy a measure.  Each K has a
    vote for each of coherence, stability and held-out fit.  The range is the longest unbroken run of K with the
    most votes (the first of equals), widened to its neighbours when it would be a single K.

    Parameters
    ----------
    scores : DataFrame
        From `sheet`.

    Returns
    -------
    Range

    >>> flat = {f"{score}{end}": [0.5, 0.6, 0.6] for score in DECIDING for end in ("", "_low", "_high")}
    >>> advised = recommended_range(pd.DataFrame(flat, index=[5, 6, 7]))
    >>> advised.low, advised.high, advised.votes
    (6, 7, {5: 0, 6: 3, 7: 3})
    """
    if scores.empty:
        raise ValueError("an empty sheet recommends nothing; give it at least two numbers of topics")
    votes = pd.Series(0, index=scores.index)
    for score in DECIDING:
        noise = (scores[f"{score}_high"] - scores[f"{score}_low"]).median()
        votes += (scores[score] >= scores[score].max() - noise).astype(int)
    most = (votes == votes.max()).to_numpy()
    run = np.cumsum(np.diff(most, prepend=False) != 0)  # numbers stretches of equal standing
    lengths = np.bincount(run[most])
    places = np.flatnonzero((run == lengths.argmax()) & most)
    first, last = places[0], places[-1]
    if first == last:
        first, last = max(first - 1, 0), min(last + 1, len(scores) - 1)
    rule = (
        "longest unbroken run of numbers of topics that fall short of the best by no more than a typical "
        f"interval's width on {votes.max()} of {len(DECIDING)} scores (coherence, stability, held-out fit)"
    )
    return Range(int(scores.index[first]), int(scores.index[last]), {int(k): int(v) for k, v in votes.items()}, rule)


def _fit_each(counts: sparse.csr_matrix, numbers: Sequence[int], seed: int, fit: Fit | None) -> dict[int, TopicModel]:
    if fit is None:
        return TopicModel(seed=seed).fit_each(counts, numbers)
    return {n_topics: fit(counts, n_topics, seed) for n_topics in numbers}


def _scores(
    model: TopicModel,
    reference: TopicModel,
    counts: sparse.csr_matrix,
    inside: np.ndarray,
    *,
    n: int,
    rng: np.random.Generator,
) -> tuple[float, ...]:
    return (
        float(coherence(model.topic_term, counts, n=n).mean()),
        float(exclusivity(model.topic_term, n=n).mean()),
        diversity(model.topic_term, n=n),
        float(match_topics(reference.topic_term, model.topic_term, n=n)["similarity"].mean()),
        heldout_fit(model, counts[inside], counts[~inside], rng=rng),
    )


def _row(runs: pd.DataFrame, *, level: float) -> dict[str, float]:
    row: dict[str, float] = {}
    for score in SCORES:
        row[score] = runs[score].mean()
        row[f"{score}_low"] = runs[score].quantile((1 - level) / 2)
        row[f"{score}_high"] = runs[score].quantile((1 + level) / 2)
    return {**row, "n_samples": len(runs)}
