"""Korean and Chinese words: adapters to kiwipiepy and jieba.

Korean particles and endings are not words of their own in a count of terms and are left out; a prefix or suffix
stays with its noun, and verbs and adjectives get their dictionary ending *-da*. Chinese words are their own lemmas,
in simplified characters: traditional ones are folded first, so that 條約 and 条约 are one word.

Both know the names of `helpers.text.names` and nothing else besides their packages' own dictionaries. jieba's
cache in the shared temporary folder is neither read nor written: anyone may have put it there.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

from helpers.text.han import simplify
from helpers.text.names import CHINESE_NAMES, CHINESE_STATES, KOREAN_NAMES, NOT_NAMES

LANGUAGES = ("ko", "zh")
# Particles, endings, other suffixes, copula, symbols, what the analyser cannot read.
_KOREAN_SKIPPED = ("J", "E", "XS", "VCP", "VCN", "SW", "SO", "UNK")
_KOREAN_BREAKS = ("SF", "SP", "SS", "SE")
_HAN_OR_HANGUL = r"가-힣\u4e00-\u9fff"
_STATE = "[한미일북중러조로남北美中日韓露南]"
_TOGETHER = re.compile(  # 북·러, 한ㆍ미ㆍ일, 北中: states by one sign each, as the press of Seoul writes them
    rf"(?<![{_HAN_OR_HANGUL}])"
    rf"(?:{_STATE}(?:[·ㆍ‧・•]{_STATE})+(?!시아|국|본|한|조선)|[北美中日韓露南]{{2,3}}(?![{_HAN_OR_HANGUL}]))"
)
_STATE_SIGNS = str.maketrans("北美中日韓露南", "북미중일한러남", "·ㆍ‧・•")
_PLURALS = frozenset({"들", "님", "네"})
_NAME_WEIGHT = 20_000  # as frequent as the commonest nouns of jieba's own dictionary
_KNOWN = frozenset({*CHINESE_NAMES, *NOT_NAMES["zh"]})
_HAS_LETTER = re.compile(r"[^\W_]")


def words(text: str, language: str) -> list[str]:
    """Words as written, '' where punctuation separates them.

    Parameters
    ----------
    text : str
    language : str
        ``ko`` or ``zh``; Chinese comes back in simplified characters.

    Returns
    -------
    list of str

    >>> words("朝鮮與俄羅斯簽署條約。", "zh")
    ['朝鲜', '与', '俄罗斯', '签署', '条约', '']
    """
    return [surface for surface, _ in _pairs(text, language)]


def lemmas(text: str, language: str) -> list[str]:
    """Lemmas in order, lower case, '' where punctuation separates them; parameters as `words`.

    >>> lemmas("북한이 러시아와 조약을 체결했다.", "ko")
    ['북한', '러시아', '조약', '체결하다', '']
    """
    return [found.lower() for _, found in _pairs(text, language)]


def pairs(text: str, language: str) -> list[tuple[str, str]]:
    """Words as written beside their lemmas; parameters as `words`.

    >>> pairs("签署条约。", "zh")
    [('签署', '签署'), ('条约', '条约'), ('', '')]
    """
    return [(surface, found.lower()) for surface, found in _pairs(text, language)]


def _pairs(text: str, language: str) -> list[tuple[str, str]]:
    found = _korean(text) if language == "ko" else _chinese(text)
    return [pair for i, pair in enumerate(found) if pair[0] or (i and found[i - 1][0])]


def _korean(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    prefix = ""
    for morpheme in _kiwi().tokenize(_TOGETHER.sub(lambda match: match.group().translate(_STATE_SIGNS), text)):
        form, tag = morpheme.form, morpheme.tag
        if tag.startswith(_KOREAN_BREAKS):
            pairs.append(("", ""))
        elif tag.startswith("XPN"):
            prefix = form
            continue
        elif tag.startswith(("XSV", "XSA")):
            if pairs and pairs[-1][0]:  # noun + -하다, -되다: one verb
                surface, stem = pairs.pop()
                pairs.append((surface + form, stem + form + "다"))
        elif tag.startswith("XSN") and form not in _PLURALS and pairs and pairs[-1][0]:
            surface, stem = pairs.pop()
            pairs.append((surface + form, stem + form))
        elif not tag.startswith(_KOREAN_SKIPPED):
            ending = "다" if tag.startswith(("VV", "VA", "VX")) else ""
            pairs.append((prefix + form, prefix + form + ending))
        prefix = ""
    return pairs


def _chinese(text: str) -> list[tuple[str, str]]:
    pairs = []
    for word in _jieba().cut(simplify(text)):
        if _HAS_LETTER.search(word):
            pairs.extend((part, part) for part in _parted(word))
        elif not word.isspace():
            pairs.append(("", ""))
    return pairs


@lru_cache(maxsize=1 << 16)
def _parted(word: str) -> tuple[str, ...]:
    """A state's name set free from the office that the dictionary writes together with it (韩国国防部)."""
    if word not in _KNOWN:
        for state in CHINESE_STATES:
            rest = word.removeprefix(state)
            if rest != word and len(rest) > 1 and _jieba().FREQ.get(rest):
                return (state, rest)
    return (word,)


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    """The analyser, on one thread, loaded when the first Korean text comes (about three seconds)."""
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    for name in sorted({*KOREAN_NAMES, *NOT_NAMES["ko"]}):
        kiwi.add_user_word(name, "NNP", 0.0)
    return kiwi


_MEND_JIEBA = "run: python -m pip install --no-deps --force-reinstall jieba"


@lru_cache(maxsize=1)
def _jieba() -> Any:
    """The segmenter with its dictionary read from its own package (about one second)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own source warns about its escapes when first compiled
        import jieba
    if not hasattr(jieba, "Tokenizer"):
        raise ImportError(f"jieba was overwritten by jieba3k, which newspaper3k brings; {_MEND_JIEBA}")
    segmenter = jieba.Tokenizer()
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
    segmenter.initialized = True
    for name in sorted(_KNOWN):
        segmenter.add_word(name, max(_NAME_WEIGHT, segmenter.FREQ.get(name, 0)))
    return segmenter
