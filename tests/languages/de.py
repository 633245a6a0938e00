"""German: genitives of names, and adjectives of states, which the dictionary lacks."""

from __future__ import annotations

import re

import simplemma

_ADJECTIVE = re.compile(r"(\w{3,}isch)e[mnrs]?")  # nordkoreanische


def base_form(word: str) -> str | None:
    """The base of a name in the genitive, or of an adjective of a state; None for any other word.

    >>> base_form("Russlands"), base_form("nordkoreanischen"), base_form("Haus")
    ('Russland', 'nordkoreanisch', None)
    """
    if simplemma.is_known(word, "de"):
        return None
    if match := _ADJECTIVE.fullmatch(word):
        return match[1]
    base = word.removesuffix("s")
    return base if base != word and word[0].isupper() and simplemma.is_known(base, "de") else None
