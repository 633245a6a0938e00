"""How much of a short text its shared counts give back: with a list of texts that it may be, and without any.

Whoever has a list knows the words of each text on it; what was shared is compared with what of each would have been
shared.  Whoever has none has the words that were shared, the order of those that stand in a phrase, and the address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.text.tokens import is_content, lemmas


def candidate_ranks(
    shared: Mapping[str, Mapping[str, int]],
    texts: pd.DataFrame,
    *,
    common: Collection[str],
    lengths: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Where each text stands among the texts of its pool, ranked by how well they fit what was shared of it.

    The misfit of a candidate is the number of words by which its common words differ from those that were shared, and,
    if `lengths` were shared too, by which its length differs.

    Parameters
    ----------
    shared : mapping of key to mapping of term to count
        What was shared of each text, single terms alone; keys are the index of `texts`.
    texts : DataFrame, index of keys, columns ``pool``, ``words``
        Every candidate with its single terms in order (`helpers.text.tokens.lemmas`); a text's rivals are those of
        its pool, such as one outlet's month.
    common : collection of str
        Terms that would have been shared.
    lengths : mapping of key to int, optional
        Number of words that was shared of each text.

    Returns
    -------
    DataFrame, index of the keys of `shared`, columns ``n_candidates``, ``rank``
        Ties share their mean rank: 1.5 is one of two that fit alike.

    >>> texts = pd.DataFrame({"pool": "p", "words": [["grain", "ship", "quay"], ["choir", "sing"], ["grain", "fall"]]},
    ...                      index=[*"abc"])
    >>> candidate_ranks({"a": {"grain": 1}}, texts, common=["grain", "choir"])["rank"].tolist()
    [1.5]
    >>> candidate_ranks({"a": {"grain": 1}}, texts, common=["grain", "choir"], lengths={"a": 3})["rank"].tolist()
    [1.0]
    """
    bags = {key: Counter(word for word in words if word in common) for key, words in texts["words"].items()}
    sizes = {key: len(words) for key, words in texts["words"].items()}
    pools = texts.groupby("pool").groups
    rows = []
    for key, bag in shared.items():
        rivals = pools[texts.at[key, "pool"]]
        misfits = np.array([_apart(bag, bags[rival]) for rival in rivals], dtype=float)
        if lengths is not None:
            misfits += [abs(lengths[key] - sizes[rival]) for rival in rivals]
        own = misfits[list(rivals).index(key)]
        rows.append((key, len(rivals), 1 + (misfits < own).sum() + ((misfits == own).sum() - 1) / 2))
    return pd.DataFrame(rows, columns=["key", "n_candidates", "rank"]).set_index("key")


def released(words: Sequence[str], terms: Collection[str], *, language: str) -> dict[str, float]:
    """How much of a text can be had from the terms that were shared of it, without a list of texts.

    Parameters
    ----------
    words : sequence of str
        Its single terms in order.
    terms : collection of str
        What was shared: single terms, and phrases, which hold spaces.
    language : str

    Returns
    -------
    dict
        ``words`` and ``content``: share of the words, and of the content words, that were shared; ``whole``: 1 if all
        were; ``pairs``: share of neighbouring words whose order a phrase tells; ``run``: words of the longest run so
        told.

    >>> released(["arm", "deal", "sign", "in", "rain"], {"arm", "deal", "arm deal", "in"}, language="en")
    {'words': 0.6, 'content': 0.5, 'whole': 0.0, 'pairs': 0.25, 'run': 2}
    """
    content = [word for word in words if is_content(word, language)]
    ordered = _pairs_ordered(words, [tuple(term.split(" ")) for term in terms if " " in term])
    runs = "".join("x" if pair else " " for pair in ordered).split()
    return {
        "words": _share([word in terms for word in words]),
        "content": _share([word in terms for word in content]),
        "whole": float(all(word in terms for word in words)),
        "pairs": _share(ordered),
        "run": 1 + max(map(len, runs)) if runs else 0,
    }


def in_address(words: Sequence[str], address: str, *, language: str) -> float:
    """Share of a text's content words that stand in its address; nan without such words.

    >>> in_address(["grain", "leave", "the", "quay"], "https://herald.example/grain-leaves-quay-1.html", language="en")
    1.0
    """
    slug = set(lemmas(re.sub(r"[^\w]+|_", " ", address), language))
    return _share([word in slug for word in words if is_content(word, language)])


def _apart(one: Mapping[str, int], two: Mapping[str, int]) -> int:
    return sum(abs(one.get(term, 0) - two.get(term, 0)) for term in one.keys() | two.keys())


def _pairs_ordered(words: Sequence[str], phrases: Collection[tuple[str, ...]]) -> list[bool]:
    """For each two neighbours, whether a phrase that was shared holds both there."""
    ordered = [False] * max(len(words) - 1, 0)
    for phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if tuple(words[start : start + len(phrase)]) == phrase:
                ordered[start : start + len(phrase) - 1] = [True] * (len(phrase) - 1)
    return ordered


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
