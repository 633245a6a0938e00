"""Which words to show for a topic: β in, ordered terms out.

Rankings: probability (β itself); FREX (Bischof & Airoldi 2012, ICML: harmonic mean of the ranks of frequency
and exclusivity); relevance (Sievert & Shirley 2014, ILLVI workshop, eq. 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from helpers.topics.engine import topic_ids
from helpers.topics.topic_model import Topic

Ranking = Literal["probability", "frex", "relevance"]
FREX_WEIGHT = 0.5  # of exclusivity against frequency
RELEVANCE_LAMBDA = 0.6  # Sievert & Shirley's reading experiment


class Fitted(Protocol):
    """What is asked of a topic model here: rows of both matrices sum to 1."""

    @property
    def doc_topic(self) -> np.ndarray: ...
    @property
    def topic_term(self) -> np.ndarray: ...


def term_scores(
    topic_term: np.ndarray, ranking: Ranking = "probability", *, share: np.ndarray | None = None
) -> np.ndarray:
    """Score of every term in every topic; higher is shown earlier.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    ranking : 'probability', 'frex' or 'relevance'
    share : ndarray, shape (n_topics,), optional
        Prevalence of each topic, which makes up the term's overall probability; equal when left out.

    Returns
    -------
    ndarray, shape (n_topics, n_terms)
        Relevance is −inf where β is 0.

    >>> beta = np.array([[0.4, 0.35, 0.25, 0.0], [0.6, 0.0, 0.0, 0.4]])
    >>> term_scores(beta, "frex")[0].argmax().item()          # the most frequent term is shared, so it yields
    1
    """
    beta = np.asarray(topic_term, dtype=float)
    if ranking == "probability":
        return beta
    if ranking == "frex":
        frequency = rankdata(beta, method="max", axis=1) / beta.shape[1]
        exclusivity = rankdata(topic_shares_of_terms(beta), method="max", axis=1) / beta.shape[1]
        return 1 / (FREX_WEIGHT / exclusivity + (1 - FREX_WEIGHT) / frequency)
    if ranking == "relevance":
        overall = np.average(beta, axis=0, weights=share)
        lift = np.divide(beta, overall, out=np.zeros_like(beta), where=overall > 0)
        with np.errstate(divide="ignore"):  # log 0 is −inf: a term the topic does not have comes last
            return RELEVANCE_LAMBDA * np.log(beta) + (1 - RELEVANCE_LAMBDA) * np.log(lift)
    raise ValueError(f"ranking {ranking!r} is not one of 'probability', 'frex', 'relevance'")


def topic_shares_of_terms(topic_term: np.ndarray) -> np.ndarray:
    """For each term, how its β divides among topics: columns sum to 1, or to 0 for a term no topic has.

    >>> topic_shares_of_terms(np.array([[0.75, 0.25], [0.25, 0.75]])).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    beta = np.asarray(topic_term, dtype=float)
    total = beta.sum(axis=0)
    return np.divide(beta, total, out=np.zeros_like(beta), where=total > 0)


def top_columns(scores: np.ndarray, *, n: int = 10) -> np.ndarray:
    """Columns of the `n` best terms of each topic, best first, ties by column: int, shape (n_topics, n).

    >>> top_columns(np.array([[0.2, 0.5, 0.2, 0.1]]), n=3).tolist()
    [[1, 0, 2]]
    """
    return np.argsort(-np.asarray(scores), axis=1, kind="stable")[:, :n]


def top_terms(model: Fitted, terms: Sequence[str], n: int = 10, ranking: Ranking = "probability") -> pd.DataFrame:
    """The words to show for each topic.

    Parameters
    ----------
    model : fitted topic model
        Anything with `doc_topic` and `topic_term`.
    terms : sequence of str, length n_terms
        Vocabulary, in the order of the columns.
    n : int
        Words a topic.
    ranking : 'probability', 'frex' or 'relevance'

    Returns
    -------
    DataFrame, columns ``topic`` (id), ``rank`` (from 1), ``term``, ``weight`` (score under the ranking)

    Raises
    ------
    ValueError
        If the vocabulary is not as long as the model's.

    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(doc_topic=np.eye(2), topic_term=np.array([[0.7, 0.3], [0.1, 0.9]]))
    >>> top_terms(model, ["ally", "grain"], n=1).to_numpy().tolist()
    [['00', 1, 'ally', 0.7], ['01', 1, 'grain', 0.9]]
    """
    if len(terms) != model.topic_term.shape[1]:
        raise ValueError(f"vocabulary has {len(terms)} terms but the model has {model.topic_term.shape[1]}")
    scores = term_scores(model.topic_term, ranking, share=model.doc_topic.mean(axis=0))
    columns = top_columns(scores, n=n)
    n_topics, n_shown = columns.shape
    return pd.DataFrame(
        {
            "topic": np.repeat(topic_ids(n_topics), n_shown),
            "rank": np.tile(np.arange(1, n_shown + 1), n_topics),
            "term": np.asarray(terms, dtype=object)[columns.ravel()],
            "weight": np.take_along_axis(scores, columns, axis=1).ravel(),
        }
    )


def describe(model: Fitted, terms: Sequence[str], *, n: int = 10, ranking: Ranking = "probability") -> list[Topic]:
    """The model's topics as `Topic` records, in the model's order.

    `Topic.share` is the mean over documents that could be assigned, where the model tells which.

    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(doc_topic=np.eye(2), topic_term=np.array([[0.7, 0.3], [0.1, 0.9]]))
    >>> describe(model, ["ally", "grain"], n=1)[0]
    Topic(id='00', terms=('ally',), weights=(0.7,), share=0.5)
    """
    assigned = getattr(model, "assigned_", np.ones(len(model.doc_topic), dtype=bool))
    share = model.doc_topic[assigned].mean(axis=0)
    shown = top_terms(model, terms, n, ranking)
    return [
        Topic(str(topic), tuple(rows.term), tuple(map(float, rows.weight)), float(share[place]))
        for place, (topic, rows) in enumerate(shown.groupby("topic", sort=False))
    ]
