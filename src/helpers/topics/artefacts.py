"""Topics that are no subject: an outlet, a week, a wire story or boilerplate, called by name.

Own rules, each over what a topic model and its documents show; `docs/methods.md` says where they fail.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.topics.engine import topic_ids
from helpers.topics.quality import concentration
from helpers.topics.term_ranking import Fitted, top_columns

CARRIED, ODDS = 0.5, 4.0  # a carrier has half of the topic, and four times its odds in the corpus
TOGETHER = 0.7  # mean Jaccard of top terms: one passage printed again and again, where subjects reach some .1 to .4
ALIKE = 0.8  # of their counts are the same in each article: a subject told again is told in other words
MOST = 0.8  # of the top terms make an article one that holds them
FEWEST_STORIES = 5  # that must hold the terms before a passage counts as recurring
FEWEST_COPIES = 3  # that make a story a wire story


def artefacts(
    model: Fitted,
    counts: sparse.csr_matrix,
    *,
    outlet: Sequence[str],
    week: Sequence[str],
    story: Sequence[str],
    n: int = 10,
) -> pd.DataFrame:
    """What each topic really is, where it is no subject.

    In this order: a **wire story**, one copy cluster of three articles or more that carries half of the topic;
    **boilerplate**, when the topic's top terms stand in the same articles of different stories (mean Jaccard index,
    Jaccard 1912, of the pairs of top terms over one article a story at least .7) and as often in each (.8 of counts
    equal to the term's median), as no subject's do; a **week**; an **outlet**.  Carriers must carry half of the
    topic, at four times their odds in the corpus.

    Parameters
    ----------
    model : fitted topic model of `counts`
    counts : csr matrix, shape (n_documents, n_terms)
    outlet, week, story : sequences of str, length n_documents
        Outlet, ISO week and copy cluster of each document.
    n : int, top terms a topic

    Returns
    -------
    DataFrame, one row a topic: ``topic`` (id), ``called`` ('' for a subject, else e.g. ``'boilerplate: gazette'``),
        ``carrier``, ``share`` (of the topic that the carrier has), ``together`` (mean Jaccard index of top terms),
        ``alike`` (share of equal counts)

    >>> from types import SimpleNamespace
    >>> counts = sparse.csr_matrix(np.repeat([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [6, 3, 3], axis=0))
    >>> model = SimpleNamespace(topic_term=np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]),
    ...                         doc_topic=np.repeat(np.eye(2), 6, axis=0))
    >>> of = {"outlet": list("aaaaaabcdbcd"), "week": list("123456123456"), "story": [str(i) for i in range(12)]}
    >>> artefacts(model, counts, **of, n=2).called.tolist()
    ['boilerplate: a', '']
    """
    labels = {"wire story": story, "week": week, "outlet": outlet}
    carried = {kind: _carriers(model, values) for kind, values in labels.items()}
    sizes = pd.Series(np.asarray(story)).value_counts()
    top = top_columns(model.topic_term, n=n)
    together, alike = _recurring(top, counts, np.asarray(story))
    rows = []
    for place, topic in enumerate(topic_ids(len(model.topic_term))):
        of = {kind: table.iloc[place] for kind, table in carried.items()}
        clear = {kind: bool(row["clear"]) for kind, row in of.items()}
        clear["wire story"] &= bool(sizes[of["wire story"]["label"]] >= FEWEST_COPIES)
        kind = next((kind for kind in of if clear[kind]), "")
        carrier = of[kind or "outlet"]
        called = f"{kind}: {carrier['label']}" if kind else ""
        if kind != "wire story" and together[place] >= TOGETHER and alike[place] >= ALIKE:
            carrier = of["outlet"]
            called = f"boilerplate: {carrier['label']}" if clear["outlet"] else "boilerplate"
        shown = float(carrier["share"]), float(together[place]), float(alike[place])
        rows.append((topic, called, str(carrier["label"]), *shown))
    return pd.DataFrame(rows, columns=["topic", "called", "carrier", "share", "together", "alike"])


def _carriers(model: Fitted, labels: Sequence[str]) -> pd.DataFrame:
    """Who carries most of each topic, and whether that is more than chance and size explain."""
    table = concentration(model.doc_topic, np.asarray(labels))
    share, base = table["share"], table["base"]
    odds = share * (1 - base) >= ODDS * base * (1 - share)
    return table.assign(clear=(share >= CARRIED) & odds & (base < 1))


def _recurring(top: np.ndarray, counts: sparse.csr_matrix, story: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean Jaccard index of pairs of top terms, and share of equal counts where most of them stand.

    Over one article a story; both are 0 where too few stories hold the terms.
    """
    first = np.sort(np.unique(story, return_index=True)[1])
    rows = sparse.csr_matrix(counts)[first]
    together, alike = np.zeros(len(top)), np.zeros(len(top))
    for place, columns in enumerate(top):
        uses = rows[:, columns].toarray()
        present = (uses > 0).astype(float)
        both = present.T @ present
        alone = np.diag(both)
        either = alone[:, None] + alone[None, :] - both
        jaccard = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
        together[place] = jaccard[np.triu_indices(len(columns), k=1)].mean()
        holding = uses[present.mean(axis=1) >= MOST]
        if len(holding) < FEWEST_STORIES:
            together[place] = 0.0
        else:
            alike[place] = (holding == np.median(holding, axis=0)).mean()
    return together, alike
