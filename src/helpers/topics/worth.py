"""What each topic is worth, with what resampling leaves of it: a fit and its documents in, one row a figure out.

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

from helpers.topics.engine import topic_ids
from helpers.topics.matching import document_sample, match_topics
from helpers.topics.quality import coherence, concentration, diversity, exclusivity
from helpers.topics.term_ranking import Fitted, term_scores, top_columns
from helpers.topics.topic_model import SmallCorpusWarning

BOUNDS = {"coherence": (-1.0, 1.0)}  # every other figure is a share
OVERALL = "all"


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
    told = {name: np.asarray(labels) for name, labels in carriers.items()}
    whole = _figures(model, counts, told, copied, n=n)
    again, overlap = [], []
    for _ in range(samples):
        inside = document_sample(counts.shape[0], share=share, rng=rng, clusters=clusters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallCorpusWarning)  # the fit of all documents has given it
            other = fit(counts[inside])
        pairs = match_topics(model.topic_term, other.topic_term, n=n)
        part = {name: labels[inside] for name, labels in told.items()}
        found = _figures(other, counts[inside], part, None if copied is None else copied[inside], n=n)
        again.append({name: _paired(values, pairs, len(model.topic_term)) for name, values in found.items()})
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
    told = {name: np.append(values, values.mean()) for name, values in figures.items()}
    return told | {"diversity": np.append(own, diversity(top))}


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
