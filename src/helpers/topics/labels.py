"""Names for topics: the researcher's own, kept with what a topic is about and not with its number, and those by rule.

In: labels, each with the terms its topic had when it was named, and the top terms of the topics now.  Out: which topic
each label goes to, and a sentence for each that goes nowhere.

Matching: one to one, most terms found again in total (Kuhn 1955).  Own rule for what is too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import linear_sum_assignment

LEAST = 0.5  # of a label's terms
WIDER = 2  # times as many terms of a topic are searched as the label has
N_TERMS = 10  # that a proposal writes down: as many as a topic is shown by
QUOTE, UNQUOTE = "\u2018", "\u2019"  # around the terms that stand for a name
NAMED = 3  # terms by which a topic without a label is called
INTERNAL = "@"  # before an entity's code among the terms


@dataclass(frozen=True)
class Label:
    """A name for a topic.

    Parameters
    ----------
    language : str
        BCP 47 tag of the model.
    text : str
        The name.
    reason : str
        Why it is called so.
    terms : tuple of str
        First terms of the topic when it was named, most telling first.
    """

    language: str
    text: str
    reason: str
    terms: tuple[str, ...]


def assign_labels(
    labels: Sequence[Label], top_terms: pd.DataFrame, *, least: float = LEAST
) -> tuple[dict[str, Label], list[str]]:
    """Give each label to the topic that holds most of its terms, one to one.

    A label with n terms is looked for among a topic's first 2n: in a refit terms near the n-th place come and go while
    the topic stays.  Among topics with as many, the one with more in its first n is taken.  Pairs below `least` are not
    considered, so that a label which fits nothing takes no topic from another.

    Parameters
    ----------
    labels : sequence of Label
    top_terms : DataFrame, columns ``topic, rank, term``
        As from `top_terms`, with `rank` to twice the length of the longest label.  With a column ``language``, or ids
        such as ``en-03``, a label goes only to a topic of its language; ids without either are open to all.
    least : float in (0, 1]
        Share of a label's terms that must be found.

    Returns
    -------
    topic to Label, in the order of the labels; one sentence for each label without a topic

    Raises
    ------
    ValueError : a label without terms, `least` outside (0, 1]

    >>> now = pd.DataFrame({"topic": ["en-01"] * 2 + ["en-02"] * 2, "rank": [1, 2] * 2,
    ...                     "term": ["grain", "port", "missile", "test"]})
    >>> arms = Label("en", "Arms", "missiles are tested", ("missile", "test"))
    >>> assign_labels([arms, Label("en", "Sport", "", ("match", "team"))], now)[0] == {"en-02": arms}
    True
    >>> assign_labels([Label("en", "Sport", "", ("match", "test"))], now, least=0.6)[1]
    ["label 'Sport' fits no topic any more: best is en-02 with 1 of 2 terms; look at it again"]
    """
    if not 0 < least <= 1:
        raise ValueError(f"least must be above 0 and at most 1, not {least!r}")
    topics = _topics(top_terms)
    shared = np.zeros((len(labels), len(topics), 2))  # terms found in the first 2n, and in the first n
    for row, label in enumerate(labels):
        wanted = {_plain(term) for term in label.terms}
        if not wanted:
            raise ValueError(f"label {label.text!r} has no terms; without them its topic cannot be found again")
        for column, (language, terms) in enumerate(topics.values()):
            if language in ("", label.language):
                shared[row, column] = [len(wanted & set(terms[: times * len(wanted)])) for times in (WIDER, 1)]
    n_terms = np.array([len(set(map(_plain, label.terms))) for label in labels]).reshape(-1, 1)
    fits = shared[:, :, 0] >= np.maximum(least * n_terms - 1e-9, 1)
    tie = shared[:, :, 1] / (1 + n_terms.sum())  # below 1 over all labels together: it never outweighs a term
    rows, columns = linear_sum_assignment(np.where(fits, shared[:, :, 0] + tie, 0.0), maximize=True)
    names = list(topics)
    taken = {row: column for row, column in zip(rows, columns, strict=True) if fits[row, column]}
    owner = {column: labels[row].text for row, column in taken.items()}
    given = {names[taken[row]]: labels[row] for row in sorted(taken)}
    lost = [row for row in range(len(labels)) if row not in taken]
    return given, [_sentence(labels[row], shared[row, :, 0] + tie[row], names, owner, fits[row]) for row in lost]


def _topics(top_terms: pd.DataFrame) -> dict[str, tuple[str, list[str]]]:
    """Language ('' if unknown) and terms by rank of each topic."""
    topics = {}
    for topic, rows in top_terms.sort_values("rank", kind="stable").groupby("topic"):
        language = rows["language"].iloc[0] if "language" in rows else str(topic).rpartition("-")[0]
        topics[str(topic)] = (str(language), [_plain(term) for term in rows["term"]])
    return topics


def _plain(term: str) -> str:
    """A term as it is compared: typed by hand or composed otherwise, it is the same."""
    return normalize("NFC", str(term)).casefold()


def _sentence(label: Label, score: np.ndarray, names: list[str], owner: dict[int, str], fits: np.ndarray) -> str:
    start = f"label {label.text!r} fits no topic any more: "
    if not score.size or score.max() < 1:
        return start + "none has any of its terms; look at it again"
    best = int(score.argmax())
    n_terms = len(set(map(_plain, label.terms)))
    best_fit = f"best is {names[best]} with {int(score[best])} of {n_terms} terms"
    if fits[best] and best in owner:
        best_fit += f", which goes to label {owner[best]!r}"
    return f"{start}{best_fit}; look at it again"


def names_by_terms(top_terms: pd.DataFrame) -> dict[str, str]:
    """What to call topics that nobody named: those of their first terms that are most their own, in quotes.

    Of its ten most probable terms a topic is called by the three of highest FREX, in the order of their weight.  The
    most probable ones alone (go, see, question) are often everybody's.  Codes of entities are no words and left out.
    Two topics with the same three are told apart by a fourth.

    Parameters
    ----------
    top_terms : DataFrame
        Columns ``topic, rank, term, frex``.

    >>> rows = {"topic": "en-01", "rank": range(1, 6), "term": ["go", "missile", "@RUS", "launch", "test"],
    ...         "frex": [0.1, 0.9, 1.0, 0.8, 0.7]}
    >>> names_by_terms(pd.DataFrame(rows))
    {'en-01': '‘missile, launch, test’'}
    """
    chosen = {}
    for topic, rows in top_terms[~top_terms["term"].str.startswith(INTERNAL)].groupby("topic", sort=False):
        first = rows.sort_values("rank", kind="stable").head(N_TERMS)
        own = first["frex"].rank(method="first", ascending=False)
        chosen[topic] = [first.loc[own <= n, "term"].tolist() for n in (NAMED, NAMED + 1)]
    short = [tuple(terms) for terms, _ in chosen.values()]
    return {
        topic: f"{QUOTE}{', '.join(longer if short.count(tuple(terms)) > 1 else terms)}{UNQUOTE}"
        for topic, (terms, longer) in chosen.items()
    }


def proposal(top_terms: pd.DataFrame, topic: str, language: str) -> str:
    """Lines to paste under ``labels:`` in study.yml, with name and reason left to be written.

    Parameters
    ----------
    top_terms : DataFrame, columns ``topic, rank, term``
    topic : str
    language : str

    Returns
    -------
    str : a YAML list of one entry, terms quoted where YAML would read something else

    Raises
    ------
    ValueError : a topic that is not there

    >>> now = pd.DataFrame({"topic": ["ru-01"] * 2, "rank": [2, 1], "term": ["no", "война"]})
    >>> print(proposal(now, "ru-01", "ru"))
    - language: ru
      label: ''
      reason: ''
      terms: [война, 'no']
    """
    rows = top_terms[top_terms["topic"] == topic].sort_values("rank", kind="stable")
    if rows.empty:
        raise ValueError(f"topic {topic!r} is not among {', '.join(map(str, top_terms['topic'].unique()))}")
    terms = [str(term) for term in rows["term"][:N_TERMS]]
    entry = {"language": language, "label": "", "reason": "", "terms": terms}
    return yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, default_flow_style=None, width=110).rstrip("\n")
