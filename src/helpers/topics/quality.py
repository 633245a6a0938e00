"""What a topic is worth: β, θ and counts in, scores and warnings by name out; `worth` gives all of them with limits.

Every score has a scale of its own and none is truth: they are to be read together (`helpers.topics.topic_number`).
Matching and stability live in `helpers.topics.matching`, rankings of words in `helpers.topics.term_ranking`.

Limits by the delete-d jackknife (Shao & Wu 1989, Annals of Statistics 17(3)): topics are fitted anew on samples of
whole clusters, each matched to the topics of all documents, and the spread about the figure of all documents is
scaled from the part left out to the whole.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import t as student
from sklearn.metrics import normalized_mutual_info_score

from helpers.topics.engine import topic_ids
from helpers.topics.matching import document_sample, match_topics, stability
from helpers.topics.term_ranking import Fitted, term_scores, top_columns, top_terms, topic_shares_of_terms
from helpers.topics.topic_model import SmallCorpusWarning, TopicModel

__all__ = [
    "coherence",
    "concentration",
    "diversity",
    "document_sample",
    "exclusivity",
    "heldout_fit",
    "match_topics",
    "normalised_mutual_information",
    "stability",
    "top_terms",
]

NPMI_EPSILON = 1e-12  # added to a pair's probability, as in Röder et al.'s reference code and in gensim
BACKGROUND = 0.05  # of every document's words in `heldout_fit` come from the corpus at large
BOUNDS = {"coherence": (-1.0, 1.0)}  # every other figure is a share
OVERALL = "all"


def coherence(topic_terms: np.ndarray, counts: sparse.csr_matrix, *, n: int = 10) -> np.ndarray:
    """NPMI of each topic's words: do they occur in the same documents?

    For words i, j with p the share of documents that contain the word (or both, ``p_ij``)::

        NPMI(i, j) = log((p_ij + ε) / (p_i p_j)) / −log(p_ij + ε),   ε = 1e-12

    averaged over the pairs of the topic's top words (Bouma 2009; Röder, Both & Hinneburg 2015, WSDM: C_NPMI
    with the window as wide as the document).  For another window give one row of `counts` a window.  A pair
    scores 0 when one of its words occurs nowhere, or both are in every document: NPMI is not defined there.

    Parameters
    ----------
    topic_terms : ndarray
        β, float, shape (n_topics, n_terms); or columns of chosen words, int, shape (n_topics, n_words).
    counts : csr matrix, shape (n_documents, n_terms)
        Only whether a count is positive is used.
    n : int
        Words taken from each row of β.

    Returns
    -------
    ndarray, shape (n_topics,)
        −1 never together, 0 as by chance, 1 always together.

    >>> counts = sparse.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]])
    >>> coherence(np.array([[0, 1], [0, 2]]), counts).round(2).tolist()
    [1.0, -0.95]
    """
    columns = _columns(topic_terms, n)
    if columns.shape[1] < 2:
        raise ValueError(f"coherence needs two words a topic, not {columns.shape[1]}")
    words, place = np.unique(columns, return_inverse=True)
    place = place.reshape(columns.shape)
    present = sparse.csr_matrix(counts)[:, words].astype(bool).astype(float)
    together = (present.T @ present).toarray() / counts.shape[0]
    alone = np.diag(together)
    defined = (np.outer(alone, alone) > 0) & (together < 1)
    expected = np.where(defined, np.outer(alone, alone), 1.0)
    observed = np.where(defined, together, 0.5) + NPMI_EPSILON
    npmi = np.where(defined, np.log(observed / expected) / -np.log(observed), 0.0)
    first, second = np.triu_indices(columns.shape[1], k=1)
    return npmi[place[:, first], place[:, second]].mean(axis=1)


def diversity(topic_terms: np.ndarray, *, n: int = 10) -> float:
    """Share of distinct words among all topics' top words (Dieng, Ruiz & Blei 2020, TACL 8), 1/K..1.

    Parameters
    ----------
    topic_terms : ndarray
        β, or columns of chosen words, as in `coherence`.
    n : int
        Words taken from each row of β; the paper takes 25.

    >>> diversity(np.array([[0, 1], [0, 2]]))
    0.75
    """
    columns = _columns(topic_terms, n)
    return len(np.unique(columns)) / columns.size


def exclusivity(topic_term: np.ndarray, *, n: int = 10) -> np.ndarray:
    """How far each topic's top words are its own: mean over its top `n` of ``β_kv / Σ_j β_jv``.

    Parameters
    ----------
    topic_term : ndarray, shape (n_topics, n_terms)
        β, rows sum to 1.
    n : int
        Words a topic.

    Returns
    -------
    ndarray, shape (n_topics,)
        About 1/K when all topics are alike, 1 when no word is shared.

    >>> exclusivity(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]), n=2).tolist()
    [0.75, 0.75]
    """
    own = topic_shares_of_terms(topic_term)
    return np.take_along_axis(own, top_columns(topic_term, n=n), axis=1).mean(axis=1)


def normalised_mutual_information(doc_topic: np.ndarray, labels: Sequence[str]) -> float:
    """Agreement of each document's largest topic with known labels, 0..1 (arithmetic normalisation).

    >>> normalised_mutual_information(np.array([[0.9, 0.1], [0.2, 0.8]]), ["trade", "war"])
    1.0
    """
    return float(normalized_mutual_info_score(labels, np.asarray(doc_topic).argmax(axis=1)))


def heldout_fit(
    model: TopicModel, train: sparse.csr_matrix, heldout: sparse.csr_matrix, *, rng: np.random.Generator
) -> float:
    """Does half a new document foretell its other half?  Nats a word gained over word frequencies alone.

    Document completion (Wallach et al. 2009, ICML): each token of a held-out document falls into either half
    by a fair coin, shares come from the first half, ``p(v|d) = .95 Σ_k θ_dk φ_kv + .05 p(v)`` is asked of the
    second.  φ is estimated from training counts by the model's own shares, so that any engine can be asked.

    Parameters
    ----------
    model : fitted model with `doc_topic` (of `train`) and `transform`
    train, heldout : csr matrices of counts, shapes (n_train, n_terms) and (n_heldout, n_terms)
    rng : numpy Generator

    Returns
    -------
    float
        0 when topics tell nothing, nan when the held-out documents have no second half.

    >>> rng = np.random.default_rng(3)
    >>> words = rng.poisson(np.repeat([[4, 4, 4, 0, 0, 0], [0, 0, 0, 4, 4, 4]], 150, axis=0))
    >>> train, heldout = sparse.csr_matrix(words[::2]), sparse.csr_matrix(words[1::2])
    >>> with_two = TopicModel(n_topics=2).fit(train)
    >>> round(heldout_fit(with_two, train, heldout, rng=rng), 1)     # log 2 is all there is to know
    0.7
    """
    heldout = sparse.csr_matrix(heldout)
    seen, unseen = heldout.astype(float), heldout.astype(float)
    seen.data = rng.binomial(heldout.data.astype(np.int64), 0.5).astype(float)
    unseen.data = heldout.data - seen.data
    total = np.asarray(train.sum(axis=0)).ravel() + 1.0
    overall = total / total.sum()
    words = np.asarray(train.T @ model.doc_topic).T
    words /= np.maximum(words.sum(axis=1, keepdims=True), 1e-300)
    row, column = unseen.nonzero()
    if not row.size:
        return float("nan")
    topical = (model.transform(seen)[row] * words.T[column]).sum(axis=1)
    gained = np.log((1 - BACKGROUND) * topical + BACKGROUND * overall[column]) - np.log(overall[column])
    n_words = np.asarray(unseen[row, column]).ravel()
    return float(np.average(gained, weights=n_words))


def concentration(
    doc_topic: np.ndarray, labels: pd.Series | Sequence[str], *, share: float = 0.5, lift: float = 2.0
) -> pd.DataFrame:
    """Which topics are really one outlet, one week or one wire story.

    Parameters
    ----------
    doc_topic : ndarray, shape (n_documents, n_topics)
        θ, rows sum to 1.
    labels : sequence, length n_documents
        Outlet, ISO week or copy cluster of each document; the name of a Series is used in ``verdict``.
    share, lift : float
        A topic is called after a label that carries at least `share` of it and at least `lift` times what the
        label carries of the corpus.

    Returns
    -------
    DataFrame, one row a topic: ``topic`` (id), ``label`` that carries most, ``share`` of the topic it
        carries, ``base`` (share of the corpus), ``lift``, ``verdict`` ('' or e.g. 'outlet: kcna')

    >>> theta = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    >>> concentration(theta, pd.Series(["a", "a", "a", "b", "c"], name="outlet"), lift=1.5).verdict.tolist()
    ['outlet: a', '']
    """
    theta = np.asarray(doc_topic, dtype=float)
    codes, names = pd.factorize(np.asarray(labels), sort=True)
    if len(codes) != len(theta):
        raise ValueError(f"{len(codes)} labels for {len(theta)} documents")
    if (codes < 0).any():
        raise ValueError(f"document in row {int(codes.argmin())} has no label; name it or leave it out")
    carried = np.zeros((len(names), theta.shape[1]))
    np.add.at(carried, codes, theta)
    of_topic = carried / np.maximum(carried.sum(axis=0), 1e-300)
    most = of_topic.argmax(axis=0)
    topic_share = of_topic[most, np.arange(theta.shape[1])]
    base = (np.bincount(codes, minlength=len(names)) / len(codes))[most]
    called = (topic_share >= share) & (topic_share >= lift * base)
    kind = getattr(labels, "name", None) or "label"
    verdict = [f"{kind}: {name}" if yes else "" for name, yes in zip(names[most], called, strict=True)]
    return pd.DataFrame(
        {
            "topic": topic_ids(theta.shape[1]),
            "label": names[most],
            "share": topic_share,
            "base": base,
            "lift": topic_share / base,
            "verdict": verdict,
        }
    )


def _columns(topic_terms: np.ndarray, n: int) -> np.ndarray:
    array = np.asarray(topic_terms)
    return array if np.issubdtype(array.dtype, np.integer) else top_columns(array, n=n)


def worth(
    fit: Callable[[sparse.csr_matrix], Fitted],
    counts: sparse.csr_matrix,
    *,
    carriers: Mapping[str, Sequence[str]],
    copied: np.ndarray | None = None,
    clusters: Sequence[str] | None = None,
    samples: int = 10,
    share: float = 0.8,
    rng: np.random.Generator,
    n: int = 10,
    level: float = 0.95,
) -> tuple[Fitted, pd.DataFrame]:
    """The topics of all documents, and every figure about them with its limits.

    Parameters
    ----------
    fit : callable (csr) -> fitted model with `doc_topic` and `topic_term`
    counts : csr matrix, shape (n_documents, n_terms)
    carriers : mapping of name to labels, each of length n_documents
        Who may carry a topic: ``{"outlet": …, "week": …}``; gives ``largest <name>``.
    copied : ndarray of bool, shape (n_documents,), optional
        Documents that copy another; gives ``copies``, the share of the topic that they carry.
    clusters, share, rng : as in `document_sample`
    samples : int, at least 2
    n : int, top terms a topic
    level : float

    Returns
    -------
    model
    DataFrame, columns ``topic`` (id, or ``all``), ``quantity``, ``value``, ``low``, ``high``
        Quantities: coherence, exclusivity, FREX (mean over top terms), diversity (share of top terms that no other
        topic shows; for all, of distinct ones), prevalence, stability over samples (mean overlap with the matched
        topic; its limits are the range of the samples), ``largest …``, copies.  For all: means over topics, but
        for diversity.

    Raises
    ------
    ValueError : with fewer than two samples

    >>> from types import SimpleNamespace
    >>> fixed = lambda csr: SimpleNamespace(topic_term=np.eye(2, 4), doc_topic=np.tile([0.75, 0.25], (csr.shape[0], 1)))
    >>> _, table = worth(fixed, sparse.csr_matrix(np.ones((10, 4))), carriers={}, samples=2,
    ...                  rng=np.random.default_rng(0), n=2)
    >>> table.query("quantity == 'prevalence'")[["topic", "value", "low", "high"]].values.tolist()
    [['00', 0.75, 0.75, 0.75], ['01', 0.25, 0.25, 0.25], ['all', 0.5, 0.5, 0.5]]
    """
    if samples < 2:
        raise ValueError(f"limits need two samples at least, not {samples}")
    model = fit(counts)
    labels_of = {name: np.asarray(labels) for name, labels in carriers.items()}
    whole = _figures(model, counts, labels_of, copied, n=n)
    again, overlap = [], []
    for _ in range(samples):
        inside = document_sample(counts.shape[0], share=share, rng=rng, clusters=clusters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallCorpusWarning)  # the fit of all documents has given it
            other = fit(counts[inside])
        pairs = match_topics(model.topic_term, other.topic_term, n=n)
        part = {name: labels[inside] for name, labels in labels_of.items()}
        figures = _figures(other, counts[inside], part, None if copied is None else copied[inside], n=n)
        again.append({name: _paired(values, pairs, len(model.topic_term)) for name, values in figures.items()})
        overlap.append(np.bincount(pairs["a"], weights=pairs["similarity"], minlength=len(model.topic_term)))
    scale = share / (1 - share)  # from what a sample leaves out to the whole
    rows = [
        row
        for name, values in whole.items()
        for row in _rows(name, values, np.array([one[name] for one in again]), scale=scale, level=level)
    ]
    return model, pd.DataFrame([*rows, *_stability_rows(np.array(overlap))])


def _figures(
    model: Fitted, counts: sparse.csr_matrix, carriers: dict[str, np.ndarray], copied: np.ndarray | None, *, n: int
) -> dict[str, np.ndarray]:
    """Each figure for each topic, and for all together in the last place: shape (n_topics + 1,)."""
    beta, theta = model.topic_term, model.doc_topic
    top = top_columns(beta, n=n)
    words, shown = np.unique(top, return_counts=True)
    own = np.isin(top, words[shown == 1]).mean(axis=1)
    frex = np.take_along_axis(term_scores(beta, "frex"), top, axis=1).mean(axis=1)
    figures = {
        "coherence": coherence(top, counts), "exclusivity": exclusivity(beta, n=n), "FREX": frex,
        "prevalence": theta.mean(axis=0),
    }  # fmt: skip
    for name, labels in carriers.items():
        figures[f"largest {name}"] = concentration(theta, labels)["share"].to_numpy()
    if copied is not None:
        figures["copies"] = (theta * np.asarray(copied)[:, None]).sum(axis=0) / np.maximum(theta.sum(axis=0), 1e-300)
    with_mean = {name: np.append(values, values.mean()) for name, values in figures.items()}
    return with_mean | {"diversity": np.append(own, diversity(top))}


def _paired(values: np.ndarray, pairs: pd.DataFrame, n_topics: int) -> np.ndarray:
    """Figures of a sample's topics in the places of the topics they were matched to; that of all stays last."""
    placed = np.full(n_topics + 1, np.nan)
    placed[pairs["a"]] = values[pairs["b"]]
    placed[-1] = values[-1]
    return placed


def _rows(name: str, values: np.ndarray, again: np.ndarray, *, scale: float, level: float) -> list[dict[str, object]]:
    known = np.isfinite(again)  # a topic that no sample knows has no limits
    squares = np.where(known, (again - values) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(
        scale * np.divide(squares, known.sum(axis=0), out=np.full(len(values), np.nan), where=known.any(axis=0))
    )
    reach = student.ppf((1 + level) / 2, len(again) - 1) * spread
    least, most = BOUNDS.get(name, (0.0, 1.0))
    ids = [*topic_ids(len(values) - 1), OVERALL]
    return [
        {
            "topic": topic, "quantity": name, "value": float(value),
            "low": float(np.maximum(least, value - half)), "high": float(np.minimum(most, value + half)),
        }
        for topic, value, half in zip(ids, values, reach, strict=True)
    ]  # fmt: skip


def _stability_rows(overlap: np.ndarray) -> list[dict[str, object]]:
    values = np.column_stack([overlap, overlap.mean(axis=1)])
    ids = [*topic_ids(values.shape[1] - 1), OVERALL]
    return [
        {
            "topic": topic, "quantity": "stability over samples", "value": float(column.mean()),
            "low": float(column.min()), "high": float(column.max()),
        }
        for topic, column in zip(ids, values.T, strict=True)
    ]  # fmt: skip
