"""What coders are asked, and the key to it that they never see: a key's rows in, blind tasks out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

WORD, TOPIC, WORD_SET = KINDS = ("word_intrusion", "topic_intrusion", "word_set_intrusion")
QUESTIONS = {
    WORD: "Which word does not belong with the others?",
    TOPIC: "Which group of words does not fit the text?",
    WORD_SET: "Which group of words does not belong with the others?",
}
CANT_TELL = "?"  # no term is a question mark
KEY = ["task", "kind", "model", "topic", "document", "options", "intruder", "shares"]


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
