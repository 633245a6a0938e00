"""English words: possessives, the state that is never the pronoun, peoples that the dictionary takes for lemmas."""

from __future__ import annotations

from helpers.text.languages import language


def surface(word: str) -> str:
    """A word without its possessive; ``US`` in capitals is *U.S.*

    >>> [surface(word) for word in ("Russia's", "it's", "US", "us")]
    ['Russia', "it's", 'U.S.', 'us']
    """
    if word[-2:].lower() == "'s" and word.lower() not in language("en").words.stop:
        word = word[:-2]
    return "U.S." if word == "US" else word


def settled(lemma: str) -> str:
    """Koreans, Americans: the dictionary takes them for lemmas.

    >>> settled("koreans"), settled("means")
    ('korean', 'means')
    """
    return lemma[:-1] if len(lemma) > 6 and lemma.endswith(("ians", "eans", "icans")) else lemma
