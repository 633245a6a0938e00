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

Lemmas: simplemma (Barbaresi, https://doi.org/10.5281/zenodo.4673264) for en, ru, uk, with the corrections below;
kiwipiepy for ko and jieba for zh. No other package changes an answer, installed or not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import simplemma

from helpers.text import segmenters
from helpers.text.stopwords import WORDS

ALPHABETIC = ("en", "ru", "uk")
LANGUAGES = (*ALPHABETIC, *segmenters.LANGUAGES)
BREAK = ""  # stands between two runs of words that punctuation separates; never a word

_PREFIXES = frozenset("co re non pre de sub multi inter counter trans".split())
_RU_CASES = (
    "ыми",
    "ым",
    "ом",
    "ой",
    "а",
    "у",
    "е",
)  # oblique endings of surnames in -ов, -ин and of given names
_RU_ADJECTIVE = re.compile("([А-Я].{2,}[сц]к)(?:ой|ую|ого|ому|им|ими|их|ие|ая|ое)")  # Курской, Зеленского
_CORRECTED = {  # forms that the dictionary leads to another word, by language; found in news on this subject
    "ru": {
        "артиллерии": "артиллерия", "артиллерией": "артиллерия", "артиллерию": "артиллерия", "боеприпасы": "боеприпас",
        "боеприпасов": "боеприпас", "боеприпасами": "боеприпас", "политики": "политика", "политику": "политика",
        "пескова": "песков", "пескову": "песков", "песковым": "песков", "байдена": "байден", "байдену": "байден",
        "байденом": "байден", "кореей": "корея", "вонсане": "вонсан", "вонсана": "вонсан", "расоне": "расон",
        "расона": "расон",
    },
    "uk": {"лаврова": "лавров", "лаврову": "лавров", "боєприпаси": "боєприпас", "боєприпасів": "боєприпас"},
}  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FOLD = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "‘": "'", "‐": "-", "‑": "-", "ё": "е", "Ё": "Е"})
_LINE_HYPHEN = re.compile(r"([^\W\d_]+)-[ \t]*\n\s*([^\W\d_]+)")
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
        One of ``en ru uk ko zh`` (BCP 47).

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
        One of ``en ru uk ko zh``.
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
    if language in segmenters.LANGUAGES:
        words = segmenters.lemmas(unicodedata.normalize("NFC", text).translate(_INVISIBLE), language)
    else:
        words = [word and lemma(word, language) for word in _words(text, language)]
    return words if breaks else [word for word in words if word]


def lemma_pairs(text: str, language: str) -> list[tuple[str, str]]:
    """Each word as written with its lemma, breaks as two empty strings: the lemmas are those of `lemmas`.

    >>> lemma_pairs("Treaties, signed", "en")
    [('Treaties', 'treaty'), ('', ''), ('signed', 'sign')]
    """
    if language in segmenters.LANGUAGES:
        return segmenters.pairs(unicodedata.normalize("NFC", text).translate(_INVISIBLE), language)
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
        One of ``en ru uk``.

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
    if corrected := _CORRECTED.get(language, {}).get(word.lower()):
        return corrected
    if language == "ru" and (name := _russian_name(word)):
        return name.lower()
    found = _settle(word, language).lower().translate(_FOLD)
    if language == "en" and len(found) > 6 and found.endswith(("ians", "eans", "icans")):
        return found[:-1]  # Koreans, Americans: the dictionary takes them for lemmas
    return found


def stop_words(language: str) -> frozenset[str]:
    """Function words of a language, as written and as lemmas (`helpers.text.stopwords` gives the source).

    >>> "the" in stop_words("en") and "быть" in stop_words("ru") and "treaty" not in stop_words("en")
    True
    """
    _check(language)
    return _stop_words(language)


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
    return len(term) > 1 or language in segmenters.LANGUAGES


@cache
def _stop_words(language: str) -> frozenset[str]:
    written = frozenset(word.translate(_FOLD) for word in WORDS[language])
    if language in segmenters.LANGUAGES:
        return written
    return written | {lemma(word, language) for word in written}


def _words(text: str, language: str) -> list[str]:
    """Words as written, capitals kept, '' for each break."""
    _check(language)
    if language in segmenters.LANGUAGES:
        return segmenters.words(unicodedata.normalize("NFC", text).translate(_INVISIBLE), language)
    clean = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_FOLD)
    clean = _STRESS.sub("", clean)
    clean = _LINE_HYPHEN.sub(lambda match: _rejoin(match.group(1), match.group(2), language), clean)
    found: list[str] = []
    for match in _WORD.finditer(clean):
        kind = match.lastgroup
        if kind == "stop":
            if found and found[-1]:
                found.append(BREAK)
        elif kind == "word":
            found.extend(_compound(match.group(), language))
        else:
            found.append(match.group())
    return found


def _rejoin(left: str, right: str, language: str) -> str:
    """A word cut by a line's end: one word if the dictionary has it, else the compound it may have been."""
    return left + right if simplemma.is_known(left + right, language) else f"{left}-{right}"


@lru_cache(maxsize=1 << 18)
def _compound(word: str, language: str) -> tuple[str, ...]:
    """Undo a possessive, then keep or split a hyphenated compound (rules in the module's docstring)."""
    if language == "en":
        if word[-2:].lower() == "'s" and word.lower() not in WORDS["en"]:
            word = word[:-2]
        if word == "US":
            return ("U.S.",)
    if "-" not in word:
        return (word,)
    parts = word.split("-")
    joined = word.replace("-", "", 1)
    if language == "en" and parts[0].lower() in _PREFIXES and simplemma.is_known(joined, language):
        return (joined,)  # co-operation and cooperation are one word
    if any(part.isdigit() for part in parts) or simplemma.is_known(word, language):
        return (word,)
    if language != "en" and parts[0][-1] in "ое" and parts[0][0].islower() == parts[-1][0].islower():
        return (word,)
    return tuple(piece for part in parts for piece in _compound(part, language))


def _settle(word: str, language: str) -> str:
    """The dictionary's lemma, looked up again until it stays; a proper name (capital) is final."""
    for _ in range(3):
        found = simplemma.lemmatize(word, language)
        if found == word or found[0].isupper():
            return found
        word = found
    return word


def _russian_name(word: str) -> str | None:
    """Base form of an inflected name: an adjective's that the dictionary lacks, or a masculine one's that it has."""
    if not word[0].isupper() or len(word) < 5:
        return None
    adjective = _RU_ADJECTIVE.fullmatch(word)
    if adjective:
        low = word.lower()
        found = simplemma.lemmatize(low, "ru")
        if found.endswith(("ский", "цкий")):
            return found  # Курской области is no form of Курск
        if not simplemma.is_known(low, "ru"):
            return adjective[1] + "ий"
    for ending in _RU_CASES:
        base = word.removesuffix(ending)
        if base != word and len(base) > 3 and simplemma.is_known(base, "ru"):
            if simplemma.lemmatize(base, "ru") == base:
                return base
    return None


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} has no tokeniser; use one of {', '.join(LANGUAGES)}")
