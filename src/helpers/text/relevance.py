"""Which paragraphs are about the pair of states a study asks about.

A paragraph is **core** when it names both states, whoever is speaking; where the outlet speaks for one of
them (its own state's agency, a government's press office), naming the other is enough. It is **adjacent**
when it stands directly before or after a core paragraph of the same article. Relevant means core or
adjacent. A quotation is never cut from the sentence that introduces it: the unit is the paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

REACHES = ("core", "adjacent", "none")


def entities_named(passages: pd.DataFrame, *, entities: Mapping[str, Mapping[str, Sequence[str]]]) -> pd.Series:
    """Codes of the entities each passage names.

    Parameters
    ----------
    passages : DataFrame, columns ``language``, ``text``
    entities : mapping of code to mapping of language to aliases

    Returns
    -------
    Series of frozenset, indexed as `passages`

    >>> table = pd.DataFrame({"language": ["en"], "text": ["Moscow and Seoul"]})
    >>> sorted(entities_named(table, entities={"RUS": {"en": ("Moscow",)}, "KOR": {"en": ("Seoul",)}})[0])
    ['KOR', 'RUS']
    """
    finders = {language: Aliases(entities, language) for language in sorted(passages["language"].unique())}
    named = [
        finders[language].names(lemmas(text, language, breaks=True))
        for language, text in zip(passages["language"], passages["text"], strict=True)
    ]
    return pd.Series(named, index=passages.index, dtype=object, name="named")


def reach(passages: pd.DataFrame, *, pair: tuple[str, str], speaks_for: Mapping[str, str] | None = None) -> pd.Series:
    """How each passage bears on the pair: ``core``, ``adjacent`` or ``none``.

    Parameters
    ----------
    passages : DataFrame, columns ``article_id``, ``position``, ``named``
        ``named`` holds sets of entity codes (`entities_named`).
    pair : (str, str)
        Codes of the two states.
    speaks_for : mapping of article_id to entity code, optional
        For articles of outlets that speak for a state; a code outside the pair changes nothing.

    Returns
    -------
    Series of str, indexed as `passages`

    >>> table = pd.DataFrame({"article_id": ["a"] * 4, "position": [0, 1, 2, 3],
    ...                       "named": [set(), {"RUS", "PRK"}, {"PRK"}, set()]})
    >>> reach(table, pair=("RUS", "PRK")).tolist()
    ['adjacent', 'core', 'adjacent', 'none']
    """
    voice_of = pd.Series(speaks_for or {}, dtype=object)
    own = passages["article_id"].map(voice_of) if len(voice_of) else pd.Series(None, index=passages.index)
    names_all = pd.Series(True, index=passages.index)
    for code in pair:
        here = pd.Series([code in named for named in passages["named"]], index=passages.index, dtype=bool)
        other = own == code
        names_all &= here | other
    core = passages.loc[names_all, ["article_id", "position"]]
    beside = pd.concat([core.assign(position=core["position"] + step) for step in (-1, 1)])
    place = pd.MultiIndex.from_frame(passages[["article_id", "position"]])
    adjacent = place.isin(pd.MultiIndex.from_frame(beside))
    chosen = np.where(names_all, "core", np.where(adjacent, "adjacent", "none"))
    return pd.Series(chosen, index=passages.index, name="reach")


def relevant(
    passages: pd.DataFrame, *, pair: tuple[str, str], speaks_for: Mapping[str, str] | None = None
) -> pd.Series:
    """Whether each passage is core or adjacent; parameters as `reach`.

    Returns
    -------
    Series of bool, indexed as `passages`

    >>> table = pd.DataFrame({"article_id": ["a", "b"], "position": [0, 0], "named": [{"RUS"}, {"RUS"}]})
    >>> relevant(table, pair=("RUS", "PRK"), speaks_for={"a": "PRK"}).tolist()
    [True, False]
    """
    return (reach(passages, pair=pair, speaks_for=speaks_for) != "none").rename("relevant")
