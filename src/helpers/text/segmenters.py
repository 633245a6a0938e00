"""Korean and Chinese words: adapters to kiwipiepy and jieba, which are optional.

Korean particles and endings are not words of their own in a count of terms and are left out; verbs and
adjectives get their dictionary ending *-da*. Chinese words are their own lemmas.
"""

from __future__ import annotations

import importlib
import logging
import re
from functools import lru_cache
from types import ModuleType
from typing import Any

LANGUAGES = ("ko", "zh")
_PACKAGE = {"ko": ("kiwipiepy", "korean"), "zh": ("jieba", "chinese")}
_KOREAN_SKIPPED = (
    "J",
    "E",
    "XS",
    "VCP",
    "VCN",
    "SW",
    "SO",
    "UNK",
)  # particles, endings, suffixes, copula, symbols
_KOREAN_BREAKS = ("SF", "SP", "SS", "SE")
_HAS_LETTER = re.compile(r"[^\W_]")


def words(text: str, language: str) -> list[str]:
    """Words as written, '' where punctuation separates them.

    Parameters
    ----------
    text : str
    language : str
        ``ko`` or ``zh``.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        The package that segments this language is not installed.
    """
    return [surface for surface, _ in _pairs(text, language)]


def lemmas(text: str, language: str) -> list[str]:
    """Lemmas in order, '' where punctuation separates them; parameters and errors as `words`."""
    return [found.lower() for _, found in _pairs(text, language)]


def _pairs(text: str, language: str) -> list[tuple[str, str]]:
    found = _korean(text) if language == "ko" else _chinese(text)
    return [pair for i, pair in enumerate(found) if pair[0] or (i and found[i - 1][0])]


def _korean(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for morpheme in _kiwi().tokenize(text):
        tag = morpheme.tag
        if tag.startswith(_KOREAN_BREAKS):
            pairs.append(("", ""))
        elif tag.startswith(("XSV", "XSA")):
            if pairs and pairs[-1][0]:  # noun + -하다, -되다: one verb
                surface, stem = pairs.pop()
                pairs.append((surface + morpheme.form, stem + morpheme.form + "다"))
        elif not tag.startswith(_KOREAN_SKIPPED):
            ending = "다" if tag.startswith(("VV", "VA", "VX")) else ""
            pairs.append((morpheme.form, morpheme.form + ending))
    return pairs


def _chinese(text: str) -> list[tuple[str, str]]:
    pairs = []
    for word in _module("zh").cut(text):
        if _HAS_LETTER.search(word):
            pairs.append((word, word))
        elif not word.isspace():
            pairs.append(("", ""))
    return pairs


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    return _module("ko").Kiwi()


@lru_cache(maxsize=2)
def _module(language: str) -> ModuleType:
    package, extra = _PACKAGE[language]
    try:
        module = importlib.import_module(package)
    except ImportError:
        raise ValueError(
            f"language {language!r} needs {package}: install the extra {extra!r} (pip install '.[{extra}]')"
        ) from None
    if package == "jieba":
        module.setLogLevel(logging.WARNING)  # it reports its dictionary's loading time as a debug line on stderr
    return module
