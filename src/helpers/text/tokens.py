"""Text to words and lemmas, in each language of a study; lower case, nothing read from disk or network.

A word is a run of letters and digits with inner apostrophes and hyphens.  Decisions, each tested:

* ``Russia's`` gives *russia*; dotted letters stay one word (*u.s.*) and an upper-case ``US`` in English
  joins them, so that the state is never the pronoun.
* A hyphenated compound stays whole when the language's dictionary knows it, when it is built with a Cyrillic
  linking vowel (*северо-восток*) or when a part is a number (*kn-23*); otherwise its parts are words
  (*russia-dprk* gives two: each state is named).
* Soft hyphens vanish, every kind of space is a space, a hyphen at a line's end is undone when the joined
  word exists.
* ё is folded into е in terms: Russian newspapers print either, and two spellings of one lemma would split
  its counts.

Lemmas: simplemma (Barbaresi, https://doi.org/10.5281/zenodo.4673264) for languages that name it, with the corrections
in their files; kiwipiepy for ko and jieba for zh (`helpers.text.languages`). No other package changes an answer,
installed or not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import simplemma

from helpers.text.languages import Language, codes
from helpers.text.languages import language as known

BREAK = ""  # stands between two runs of words that punctuation separates; never a word

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FOLD = {"’": "'", "ʼ": "'", "`": "'", "‘": "'", "‐": "-", "‑": "-"}
_LINE_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]++)-[ \t]*\n\s*([^\W\d_]+)")
_STRESS = re.compile("(?<=[а-яА-Яіїєґ])\u0301", re.IGNORECASE)
_WORD = re.compile(
    r"(?P<dotted>(?<![^\W_])(?:[^\W\d_]\.){2,}(?![^\W\d_]{2}))"  # U.S., D.C.; not the initials of В.В.Путин
    r"|(?P<number>\d+(?:[.,:]\d+)+)"
    r"|(?P<word>[^\W_]+(?:['-][^\W_]+)*)"
    r"|(?P<stop>[.,;:!?…()\[\]{}\"“”„«»‹›—–|/<>。，、；：！？（）「」『』《》]|\s-+\s|\n\s*\n)"
)


def tokens(text: str, language: str) -> list[str]:
    """Surface words of a text, lower case, in order.

    Parameters
    ----------
    text : str
    language : str
        One of `helpers.text.languages.LANGUAGES` (BCP 47).

    Returns
    -------
    list of str, length n_tokens

    Raises
    ------
    ValueError
        The language is unknown.

    >>> tokens("Russia's envoy left the U.S. on Kim Jong\\u2011un's orders.", "en")
    ['russia', 'envoy', 'left', 'the', 'u.s.', 'on', 'kim', 'jong', 'un', 'orders']
    >>> tokens("На\\u00a0Северо-Востоке ещё ждут", "ru")
    ['на', 'северо-востоке', 'еще', 'ждут']
    """
    return [word.lower() for word in _words(text, language) if word]


def lemmas(text: str, language: str, *, breaks: bool = False) -> list[str]:
    """Lemmas of a text, lower case, in order.

    Parameters
    ----------
    text : str
    language : str
        As `tokens`.
    breaks : bool
        Keep an empty string wherever punctuation separates two words, so that no phrase is read across it.

    Returns
    -------
    list of str, length n_tokens, plus the breaks if asked for

    Raises
    ------
    ValueError
        As `tokens`.

    >>> lemmas("Путину войска и оружие, Пхеньян", "ru", breaks=True)
    ['путин', 'войско', 'и', 'оружие', '', 'пхеньян']
    >>> lemmas("Treaties were signed; troops followed.", "en")
    ['treaty', 'be', 'sign', 'troop', 'follow']
    """
    if _checked(language).is_segmented:
        words = [form.lower() for _, form in _segmented(text, language)]
    else:
        words = [word and lemma(word, language) for word in _words(text, language)]
    return words if breaks else [word for word in words if word]


def lemma_pairs(text: str, language: str) -> list[tuple[str, str]]:
    """Each word as written with its lemma, breaks as two empty strings: the lemmas are those of `lemmas`.

    >>> lemma_pairs("Treaties, signed", "en")
    [('Treaties', 'treaty'), ('', ''), ('signed', 'sign')]
    """
    if _checked(language).is_segmented:
        return [(surface, form.lower()) for surface, form in _segmented(text, language)]
    return [(word, word and lemma(word, language)) for word in _words(text, language)]


@lru_cache(maxsize=1 << 18)
def lemma(word: str, language: str) -> str:
    """Dictionary form of one word, lower case, ё folded into е; a word the dictionary lacks comes back as it
    is.

    The capital matters: *Путина* is a man, *путина* a fishing season. simplemma's own answer is applied
    until it settles, because some forms need two steps (*войск*, *войска*, *войско*).

    Parameters
    ----------
    word : str
        As written, capital letters kept.
    language : str
        One whose words simplemma reads.

    Returns
    -------
    str

    >>> [lemma(word, "ru") for word in ("Лаврова", "Путина", "войск", "северокорейских")]
    ['лавров', 'путин', 'войско', 'северокорейский']
    >>> [lemma(word, "en") for word in ("Koreans", "missiles", "us", "u.s.")]
    ['korean', 'missile', 'we', 'u.s.']
    """
    if "'" in word or (word.isupper() and len(word) <= 4):
        return word.lower()  # it's is not its; EST, DPRK and КНДР are not words of the dictionary
    if word.isupper() and len(word) > 5:
        word = word.capitalize()  # a headline in capitals
    own = known(language)
    if corrected := own.words.corrected.get(word.lower()):
        return corrected
    base_form, settled = own.rule("base_form"), own.rule("settled")
    if base_form and (name := base_form(word)):
        return name.lower()
    form = _settle(word, language).lower().translate(_fold(language))
    return settled(form) if settled else form


def stop_words(language: str) -> frozenset[str]:
    """Function words of a language, as written and as lemmas (its file gives the source).

    >>> "the" in stop_words("en") and "быть" in stop_words("ru") and "treaty" not in stop_words("en")
    True
    """
    return _stop_words(_checked(language).code)


def is_content(term: str, language: str) -> bool:
    """Whether a single term may carry a topic: no function word, no number, no lone letter, no phrase or
    entity.

    >>> terms = ("treaty", "the", "2024", "14th", "kn-23", "u.s.", "x", "@PRK", "arms deal")
    >>> [term for term in terms if is_content(term, "en")]
    ['treaty', 'kn-23', 'u.s.']
    """
    if not term or term[0] == "@" or " " in term or term[0].isdigit():
        return False
    if not any(character.isalpha() for character in term) or term in stop_words(language):
        return False
    return len(term) > 1 or known(language).is_segmented


@cache
def _stop_words(language: str) -> frozenset[str]:
    written = frozenset(word.translate(_fold(language)) for word in known(language).words.stop)
    if known(language).is_segmented:
        return written
    return written | {lemma(word, language) for word in written}


def _words(text: str, language: str) -> list[str]:
    """Words as written, capitals kept, '' for each break."""
    if _checked(language).is_segmented:
        return [surface for surface, _ in _segmented(text, language)]
    clean = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_fold(language))
    clean = _STRESS.sub("", clean)
    clean = _LINE_HYPHEN.sub(lambda match: _rejoin(match.group(1), match.group(2), language), clean)
    words: list[str] = []
    for match in _WORD.finditer(clean):
        kind = match.lastgroup
        if kind == "stop":
            if words and words[-1]:
                words.append(BREAK)
        elif kind == "word":
            words.extend(_compound(match.group(), language))
        else:
            words.append(match.group())
    return words


def _rejoin(left: str, right: str, language: str) -> str:
    """A word cut by a line's end: one word if the dictionary has it, else the compound it may have been."""
    return left + right if simplemma.is_known(left + right, language) else f"{left}-{right}"


@lru_cache(maxsize=1 << 18)
def _compound(word: str, language: str) -> tuple[str, ...]:
    """Undo a possessive, then keep or split a hyphenated compound (rules in the module's docstring)."""
    own = known(language)
    if surface := own.rule("surface"):
        word = surface(word)
    if "-" not in word:
        return (word,)
    parts = word.split("-")
    joined = word.replace("-", "", 1)
    if parts[0].lower() in own.words.prefixes and simplemma.is_known(joined, language):
        return (joined,)  # co-operation and cooperation are one word
    if any(part.isdigit() for part in parts) or simplemma.is_known(word, language):
        return (word,)
    if parts[0][-1] in own.words.linking and parts[0][0].islower() == parts[-1][0].islower():
        return (word,)
    return tuple(piece for part in parts for piece in _compound(part, language))


def _settle(word: str, language: str) -> str:
    """The dictionary's lemma, looked up again until it stays; a proper name (capital) is final."""
    for _ in range(3):
        headword = simplemma.lemmatize(word, language)
        if headword == word or headword[0].isupper():
            return headword
        word = headword
    return word


def _segmented(text: str, language: str) -> list[tuple[str, str]]:
    """Words and lemmas by the language's own analyser, never two breaks in a row."""
    pairs = known(language).rule("pairs")(unicodedata.normalize("NFC", text).translate(_INVISIBLE))
    return [pair for i, pair in enumerate(pairs) if pair[0] or (i and pairs[i - 1][0])]


@cache
def _fold(language: str) -> dict[int, str]:
    return str.maketrans(_FOLD | dict(known(language).words.fold))


def _checked(language: str) -> Language:
    if language not in codes():
        raise ValueError(f"language {language!r} has no tokeniser; use one of {', '.join(codes())}")
    return known(language)
