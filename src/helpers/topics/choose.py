"""How many topics?  A sheet of scores over K, each with what resampling leaves of it, and a range.

No score names one K (they contradict each other, and each is noisy), so none is offered: read the sheet, then
carry every conclusion over the range.  All K are judged on the same document samples, which makes them comparable.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.topics.matching import document_sample, match_topics
from helpers.topics.model import SmallCorpusWarning, TopicModel
from helpers.topics.quality import coherence, diversity, exclusivity, heldout_fit

SCORES = ("coherence", "exclusivity", "diversity", "stability", "heldout_fit")
DECIDING = ("coherence", "stability", "heldout_fit")  # the other two fall with K by construction
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
    """Scores of a topic model over the number of topics, on the same document samples for each.

    Parameters
    ----------
    csr : csr matrix of counts, shape (n_documents, n_terms)
    n_topics_range : iterable of int
        Values of K.
    seeds : sequence of int
        Used in turn, one a sample; the reference fit for stability has the first.
    n_samples : int
        Samples of documents, at least 2.
    rng : numpy Generator
        Draws samples and halves of held-out documents.
    clusters : sequence, length n_documents, optional
        Copy clusters, sampled whole.
    share : float
        Share of clusters learned from; the rest is held out.
    n : int
        Top terms a topic.
    level : float
        ``_low`` and ``_high`` enclose this part of the samples: with few samples, nearly their range.
    fit : callable (csr, n_topics, seed) -> model, optional
        `TopicModel` when left out.

    Returns
    -------
    DataFrame, indexed by ``n_topics``; for each of `SCORES` the mean over samples and ``_low``, ``_high``:
        ``coherence`` (NPMI in all documents), ``exclusivity``, ``diversity``, ``stability`` (overlap with the
        topics of all documents), ``heldout_fit`` (nats a word); and ``n_samples``

    Raises
    ------
    ValueError
        Without a K, a seed, or two samples.

    >>> rng = np.random.default_rng(0)
    >>> words = sparse.csr_matrix(rng.poisson(np.kron(np.eye(3), np.full((60, 8), 1.5))))
    >>> table = sheet(words, [2, 3], seeds=[0], n_samples=2, rng=rng, n=5)
    >>> table.heldout_fit.idxmax().item(), table.shape
    (3, (2, 16))
    """
    candidates = sorted(set(n_topics_range))
    if not candidates or not len(seeds) or n_samples < 2:
        raise ValueError(
            f"a sheet needs a number of topics, a seed and two samples; got {candidates}, {list(seeds)} "
            f"and {n_samples}"
        )
    counts = sparse.csr_matrix(csr)
    samples = [
        document_sample(counts.shape[0], share=share, rng=rng, clusters=clusters) for _ in range(n_samples)
    ]
    coins = rng.integers(2**32, size=n_samples)  # the same halves for every K
    rows = {}
    for n_topics in candidates:
        learned = _fitted(counts, n_topics, samples, seeds=seeds, fit=fit or _default_fit)
        runs = [
            _scores(model, learned[0], counts, inside, n=n, rng=np.random.default_rng(coin))
            for model, inside, coin in zip(learned[1:], samples, coins, strict=True)
        ]
        rows[n_topics] = _row(pd.DataFrame(runs, columns=list(SCORES)), level=level)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("n_topics")


def recommended_range(scores: pd.DataFrame) -> Range:
    """The range of K that the sheet supports; never a single number where it has more than one.

    Rule: on a score, K holds when its interval reaches that of the best K.  Each K has one vote for each of
    coherence, stability and held-out fit.  The range is the longest unbroken run of K with the most votes (the
    first of equals), widened to the neighbours when it would be a single K.

    Parameters
    ----------
    scores : DataFrame
        From `sheet`.

    Returns
    -------
    Range

    >>> flat = {f"{score}{end}": [0.5, 0.6, 0.6] for score in DECIDING for end in ("", "_low", "_high")}
    >>> found = recommended_range(pd.DataFrame(flat, index=[5, 6, 7]))
    >>> found.low, found.high, found.votes
    (6, 7, {5: 0, 6: 3, 7: 3})
    """
    if scores.empty:
        raise ValueError("an empty sheet recommends nothing; give it at least two numbers of topics")
    votes = pd.Series(0, index=scores.index)
    for score in DECIDING:
        if scores[score].notna().any():
            votes += (scores[f"{score}_high"] >= scores.loc[scores[score].idxmax(), f"{score}_low"]).astype(int)
    most = (votes == votes.max()).to_numpy()
    run = np.cumsum(np.diff(most, prepend=False) != 0)  # numbers stretches of equal standing
    lengths = np.bincount(run[most])
    places = np.flatnonzero((run == lengths.argmax()) & most)
    first, last = places[0], places[-1]
    if first == last:
        first, last = max(first - 1, 0), min(last + 1, len(scores) - 1)
    rule = (
        f"the longest unbroken run of numbers of topics whose intervals reach the best one's on {votes.max()} of "
        f"{len(DECIDING)} scores (coherence, stability, held-out fit), never a single number"
    )
    return Range(
        int(scores.index[first]), int(scores.index[last]), {int(k): int(v) for k, v in votes.items()}, rule
    )


def _default_fit(csr: sparse.csr_matrix, n_topics: int, seed: int) -> TopicModel:
    return TopicModel(n_topics, seed=seed).fit(csr)


def _fitted(
    counts: sparse.csr_matrix, n_topics: int, samples: list[np.ndarray], *, seeds: Sequence[int], fit: Fit
) -> list[TopicModel]:
    models = [fit(counts, n_topics, seeds[0])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)  # given once, by the fit of all documents
        for place, inside in enumerate(samples):
            models.append(fit(counts[inside], n_topics, seeds[place % len(seeds)]))
    return models


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
