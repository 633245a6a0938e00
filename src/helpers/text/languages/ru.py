"""Russian names in oblique cases, which the dictionary leads to another word or does not know."""

from __future__ import annotations

import re

import simplemma

_CASES = ("ыми", "ым", "ом", "ой", "а", "у", "е")  # of surnames in -ов, -ин and of given names
_ADJECTIVE = re.compile("([А-Я].{2,}[сц]к)(?:ой|ую|ого|ому|им|ими|их|ие|ая|ое)")  # Курской, Зеленского


def base_form(word: str) -> str | None:
    """Base form of an inflected name: an adjective's that the dictionary lacks, or a masculine one's that it has.

    >>> base_form("Лаврова"), base_form("Зеленского"), base_form("войска")
    ('Лавров', 'Зеленский', None)
    """
    if not word[0].isupper() or len(word) < 5:
        return None
    adjective = _ADJECTIVE.fullmatch(word)
    if adjective:
        low = word.lower()
        known = simplemma.lemmatize(low, "ru")
        if known.endswith(("ский", "цкий")):
            return known  # Курской области is no form of Курск
        if not simplemma.is_known(low, "ru"):
            return adjective[1] + "ий"
    for ending in _CASES:
        base = word.removesuffix(ending)
        if base != word and len(base) > 3 and simplemma.is_known(base, "ru"):
            if simplemma.lemmatize(base, "ru") == base:
                return base
    return None
