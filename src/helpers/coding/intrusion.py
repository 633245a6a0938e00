"""Tasks by which people judge topics: β, θ and a vocabulary in; blind tasks, and the key that coders never see, out.

A coder looks for what does not belong. Word and topic intrusion: Chang, Boyd-Graber, Gerrish, Wang & Blei (2009),
"Reading Tea Leaves: How Humans Interpret Topic Models", NIPS 22. Word sets (R4WSI): Ying, Montgomery & Stewart
(2022), "Topics, Concepts, and Measurement", Political Analysis 30(4); online 2021. Scores:
`helpers.coding.intrusion_scores`.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

WORDS = 5  # of the topic, beside one intruder: Chang et al. (2009), section 3.1
TOPIC_WORDS = 8  # by which a topic is shown beside a text: ibid., section 3.2
SET_WORDS, SET_POOL = 4, 20  # four words drawn from a topic's first twenty
BELONG = 3  # topics of the document, or sets of the topic, beside one intruder
LEAST_SHARE = 0.1  # own rule: a topic with less of a document cannot be expected to be seen in it
WORD, TOPIC, WORD_SET = KINDS = ("word_intrusion", "topic_intrusion", "word_set_intrusion")
QUESTIONS = {
    WORD: "Which word does not belong with the others?",
    TOPIC: "Which group of words does not fit the text?",
    WORD_SET: "Which group of words does not belong with the others?",
}
CANT_TELL = "?"  # no term is a question mark
NO_ANSWER = ""  # what is kept when an answer is taken back
KEY = ["task", "kind", "model", "topic", "document", "options", "intruder", "shares"]


@dataclass(frozen=True)
class _Topics:
    """A model as the draws need it: terms of each topic from the most probable, and which are improbable there."""

    beta: np.ndarray
    order: np.ndarray
    rank: np.ndarray
    depth: int
    terms: Sequence[str]
    names: Sequence[str]

    def words(self, columns: Sequence[int]) -> str:
        return " · ".join(one_line(self.terms[c]) for c in columns)

    def foreign(self, topic: int, other: int, n: int) -> np.ndarray:
        """Terms among the first `n` of another topic that are improbable in this one."""
        first = self.order[other, :n]
        return first[(self.rank[topic, first] >= self.depth) & (self.beta[topic, first] < self.beta[other, first])]


def word_intrusion(
    topic_term: np.ndarray,
    vocabulary: Sequence[str],
    *,
    rng: np.random.Generator,
    per_topic: int = 1,
    depth: int | None = None,
    names: Sequence[str] | None = None,
    model: str = "model",
) -> pd.DataFrame:
    """Five top terms of a topic and one that is improbable in it and a top term of another.

    A topic's second task shows its terms 6 to 10, and so on, so that no task gives another one away.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    vocabulary : sequence of str, length n_terms
    rng : numpy Generator
    per_topic : int
        Tasks a topic.
    depth : int, optional
        The first `depth` terms of a topic are no intruders there; by default the more probable half of all terms.
    names : sequence of str, optional
        Ids of the topics, for the key; ``"00"``, ``"01"``, … by default.
    model : str
        Name of the model, for the key.

    Returns
    -------
    DataFrame, one row a task in random order, columns of `helpers.coding.intrusion.KEY`: the key,
        which no coder may see; `helpers.coding.intrusion.blind` gives what they may

    Raises
    ------
    ValueError
        Arrays do not fit, or a topic has too few terms or no intruder.

    >>> beta = np.kron(np.eye(2), np.full(6, 1 / 6))
    >>> key = word_intrusion(beta, list("abcdefuvwxyz"), rng=np.random.default_rng(1))
    >>> [(row.topic, row.intruder in "uvwxyz") for row in key.sort_values("topic").itertuples()]
    [('00', True), ('01', False)]
    """
    topics = _topics(topic_term, vocabulary, depth, names, needed=WORDS * per_topic)
    rows, used = [], set()
    for topic, turn in itertools.product(range(len(topics.beta)), range(per_topic)):
        own = topics.order[topic, turn * WORDS : (turn + 1) * WORDS]
        foreign = [topics.foreign(topic, other, WORDS) for other in _others(topic, len(topics.beta), rng)]
        fresh = [part[~np.isin(part, list(used))] for part in foreign]
        intruders = next((part for part in (*fresh, *foreign) if len(part)), None)
        if intruders is None:
            raise ValueError(f"topic {topics.names[topic]!r} has no intruder: its top terms are those of all others")
        intruder = int(rng.choice(intruders))
        used.add(intruder)
        options = [one_line(vocabulary[column]) for column in (intruder, *own)]
        rows.append(key_row(WORD, model, topics.names[topic], options))
    return shuffled(rows, rng)


def word_set_intrusion(
    topic_term: np.ndarray,
    vocabulary: Sequence[str],
    *,
    rng: np.random.Generator,
    per_topic: int = 1,
    depth: int | None = None,
    names: Sequence[str] | None = None,
    model: str = "model",
) -> pd.DataFrame:
    """Three sets of four words from one topic's first twenty, drawn by β, and one set from another topic's.

    Parameters
    ----------
    topic_term, vocabulary, rng, per_topic, depth, names, model : as `word_intrusion`

    Returns
    -------
    DataFrame, as `word_intrusion`; no word stands twice in a task

    Raises
    ------
    ValueError
        Arrays do not fit, or a topic has fewer than twelve terms, or no other has four that are improbable in it.

    >>> beta = np.kron(np.eye(2), np.full(12, 1 / 12))
    >>> key = word_set_intrusion(beta, list("abcdefghijklABCDEFGHIJKL"), rng=np.random.default_rng(1))
    >>> [row.intruder.isupper() for row in key.sort_values("topic").itertuples()]
    [True, False]
    """
    topics = _topics(topic_term, vocabulary, depth, names, needed=SET_WORDS * BELONG)
    rows = []
    for topic, _ in itertools.product(range(len(topics.beta)), range(per_topic)):
        strange = None
        for other in _others(topic, len(topics.beta), rng):
            if len(pool := topics.foreign(topic, other, SET_POOL)) >= SET_WORDS:
                strange = _by_weight(pool, topics.beta[other], SET_WORDS, rng)
                break
        if strange is None:
            raise ValueError(
                f"topic {topics.names[topic]!r}: no other topic has {SET_WORDS} terms that are not its own"
            )
        belong = _by_weight(topics.order[topic, :SET_POOL], topics.beta[topic], SET_WORDS * BELONG, rng)
        sets = [strange, *belong.reshape(BELONG, SET_WORDS)]
        rows.append(key_row(WORD_SET, model, topics.names[topic], [topics.words(columns) for columns in sets]))
    return shuffled(rows, rng)


def topic_intrusion(
    doc_topic: np.ndarray,
    topic_term: np.ndarray,
    vocabulary: Sequence[str],
    documents: Sequence[str],
    *,
    rng: np.random.Generator,
    clusters: Sequence[str] | None = None,
    per_topic: int = 1,
    belong: int = BELONG,
    least_share: float = LEAST_SHARE,
    names: Sequence[str] | None = None,
    model: str = "model",
) -> pd.DataFrame:
    """A document, its highest topics by eight words each, and one topic with a low share in it.

    With ``belong = 3`` this is Chang et al.'s task, and T8WSI in Ying, Montgomery & Stewart. A document is fit when
    each topic that is to belong has at least `least_share` of it; as many are drawn for each largest topic. No two are
    copies of one story, which a coder would judge once and answer twice.

    Parameters
    ----------
    doc_topic : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.
    topic_term, vocabulary, rng, names, model : as `word_intrusion`
    documents : sequence of str, length n_documents
        Ids, by which the passage is found that is shown.
    clusters : sequence of str, length n_documents, optional
        Story that each document copies; by default each is a story of its own.
    per_topic : int
        Documents for each largest topic; fewer where fewer are fit.
    belong : int
        Topics that belong; chance is 1 / (belong + 1).
    least_share : float in (0, 1)

    Returns
    -------
    DataFrame, as `word_intrusion`; ``topic`` is the document's largest, ``shares`` are θ of the options

    Raises
    ------
    ValueError
        Arrays do not fit, too few topics, or no document is fit.

    >>> theta, beta = np.array([[0.9, 0.1], [0.2, 0.8]]), np.kron(np.eye(2), np.full(8, 1 / 8))
    >>> key = topic_intrusion(
    ...     theta, beta, list("abcdefghABCDEFGH"), ["one", "two"], rng=np.random.default_rng(1), belong=1
    ... )
    >>> sorted((row.document, row.intruder[0], min(row.shares)) for row in key.itertuples())
    [('one', 'A', 0.1), ('two', 'a', 0.2)]
    """
    theta = np.asarray(doc_topic, dtype=float)
    topics = _topics(topic_term, vocabulary, None, names, needed=1)
    if theta.shape != (len(documents), len(topics.beta)):
        raise ValueError(
            f"doc_topic is {theta.shape}, but there are {len(documents)} documents, {len(topics.beta)} topics"
        )
    if clusters is not None and len(clusters) != len(documents):
        raise ValueError(f"{len(clusters)} clusters for {len(documents)} documents")
    if not 1 <= belong < len(topics.beta):
        raise ValueError(f"{belong} topics and an intruder cannot be drawn from {len(topics.beta)} topics")
    fit = fit_documents(theta, belong=belong, least_share=least_share)
    if not fit.any():
        raise ValueError(f"no document has {belong} topics with a share of {least_share}; ask for fewer topics")
    labels = [topics.words(first) for first in topics.order[:, :TOPIC_WORDS]]
    stories = np.unique(documents if clusters is None else clusters, return_inverse=True)[1]
    rows, shown_stories = [], set()
    for topic in range(len(topics.beta)):
        own = np.flatnonzero(fit & (theta.argmax(axis=1) == topic) & ~np.isin(stories, list(shown_stories)))
        for document in _one_a_story(own, stories, rng)[:per_topic]:
            shown_stories.add(int(stories[document]))
            shown = _beside_an_intruder(theta[document], belong, rng)
            options, shares = [labels[t] for t in shown], theta[document, shown].tolist()
            rows.append(key_row(TOPIC, model, topics.names[topic], options, str(documents[document]), shares))
    return shuffled(rows, rng)


def fit_documents(doc_topic: np.ndarray, *, belong: int = BELONG, least_share: float = LEAST_SHARE) -> np.ndarray:
    """Which documents have `belong` topics of some size, and one at most half as large that can be the intruder.

    Returns
    -------
    ndarray of bool, shape (n_documents,)

    >>> fit_documents(np.array([[0.5, 0.4, 0.1], [0.9, 0.05, 0.05], [0.34, 0.33, 0.33]]), belong=2).tolist()
    [True, False, False]
    """
    ordered = -np.sort(-np.asarray(doc_topic, dtype=float), axis=1)
    return (ordered[:, belong - 1] >= least_share) & (ordered[:, -1] <= ordered[:, belong - 1] / 2)


def _topics(
    topic_term: np.ndarray, vocabulary: Sequence[str], depth: int | None, names: Sequence[str] | None, *, needed: int
) -> _Topics:
    beta = np.asarray(topic_term, dtype=float)
    if beta.ndim != 2 or beta.shape[1] != len(vocabulary):
        raise ValueError(f"vocabulary has {len(vocabulary)} terms but topic_term is {beta.shape}")
    if len(beta) < 2:
        raise ValueError("one topic has no intruders; fit two or more")
    names = [f"{topic:02d}" for topic in range(len(beta))] if names is None else list(names)
    if len(names) != len(beta):
        raise ValueError(f"{len(names)} names for {len(beta)} topics")
    short = (beta > 0).sum(axis=1) < needed
    if short.any():
        raise ValueError(f"topic {names[int(short.argmax())]!r} has fewer than {needed} terms; ask for fewer tasks")
    order = np.argsort(-beta, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return _Topics(beta, order, rank, len(vocabulary) // 2 if depth is None else depth, vocabulary, names)


def _beside_an_intruder(shares: np.ndarray, belong: int, rng: np.random.Generator) -> list[int]:
    """A topic with a low share, then the document's largest."""
    ranked = np.argsort(-shares, kind="stable")
    rest, smallest = ranked[belong:], shares[ranked[belong - 1]]
    low = rest[(shares[rest] <= np.median(shares)) & (shares[rest] <= smallest / 2)]
    return [int(rng.choice(low)), *map(int, ranked[:belong])]


def _one_a_story(documents: np.ndarray, stories: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A document at random of each story, in random order: a story that many copied is no likelier than another."""
    mixed = rng.permutation(documents)
    return rng.permutation(mixed[np.unique(stories[mixed], return_index=True)[1]])


def _others(topic: int, n_topics: int, rng: np.random.Generator) -> list[int]:
    """The other topics in random order."""
    return [int(other) for other in rng.permutation(n_topics) if other != topic]


def _by_weight(columns: np.ndarray, weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    share = weight[columns] / weight[columns].sum()
    return rng.choice(columns, size=n, replace=False, p=share)


@dataclass(frozen=True)
class Task:
    """What a coder may see: neither model nor topic nor which option is the intruder."""

    id: str
    kind: str
    options: tuple[str, ...]
    passage: str = ""

    @property
    def question(self) -> str:
        """What is asked.

        >>> Task("3f0a", WORD, ("grain", "treaty")).question
        'Which word does not belong with the others?'
        """
        return QUESTIONS[self.kind]


def blind(key: pd.DataFrame, *, passages: Mapping[str, str] | None = None) -> list[Task]:
    """What of a key a coder may see, in its order.

    Parameters
    ----------
    key : DataFrame, columns of `KEY`
    passages : mapping from document id to text, optional
        Tasks whose document is not in it are left out.

    >>> key = shuffled([key_row(WORD, "m", "00", ["treaty", "grain", "barley"])], np.random.default_rng(1))
    >>> blind(key)[0].options
    ('treaty', 'grain', 'barley')
    """
    shown = {"": "", **(passages or {})}
    return [
        Task(row.task, row.kind, tuple(row.options), shown[row.document])
        for row in key.itertuples()
        if row.document in shown
    ]


def key_row(
    kind: str, model: str, topic: str, options: list[str], document: str = "", shares: Sequence[float] = ()
) -> dict[str, object]:
    """A key's row, the intruder still first; the id is of the content, and tells nothing to who sees it."""
    if len(set(options)) < len(options):
        raise ValueError(f"topic {topic!r}: options {options} are not distinct; two topics have the same terms")
    content = "\n".join([kind, model, topic, document, options[0], *sorted(options)])
    task = hashlib.sha256(content.encode()).hexdigest()[:12]
    return dict(zip(KEY, (task, kind, model, topic, document, options, options[0], tuple(shares)), strict=True))


def shuffled(rows: list[dict], rng: np.random.Generator) -> pd.DataFrame:
    """Tasks in random order; the intruder stands as often in each place, the rest in random order."""
    places = rng.permutation(np.arange(len(rows)) % len(rows[0]["options"]))
    for row, place in zip(rows, places, strict=True):
        order = [int(i) for i in rng.permutation(np.arange(1, len(row["options"])))]
        order.insert(int(place), 0)
        row["options"] = tuple(row["options"][i] for i in order)
        row["shares"] = tuple(row["shares"][i] for i in order) if row["shares"] else ()
    key = pd.DataFrame([rows[i] for i in rng.permutation(len(rows))], columns=KEY)
    if key["task"].duplicated().any():
        raise ValueError("two tasks are the same; ask for fewer tasks a topic")
    return key


def one_line(term: str) -> str:
    """A term on one line: answers are kept in lines."""
    return " ".join(str(term).split())
