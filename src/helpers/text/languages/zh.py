"""Chinese: words by jieba, traditional characters folded into simplified ones by OpenCC.

Words are their own lemmas, in simplified characters, so that 條約 and 条约 are one word.  The segmenter knows the names
of ``zh.yml`` and nothing else besides its own dictionary; its cache in the shared temporary folder is neither read nor
written: anyone may have put it there.
"""

from __future__ import annotations

import re
import warnings
from functools import cache, lru_cache
from typing import Any

from helpers.text.languages import language

_NAME_WEIGHT = 20_000  # as frequent as the commonest nouns of jieba's own dictionary
_HAS_LETTER = re.compile(r"[^\W_]")
LETTERS = re.compile(r"[\u4e00-\u9fff]")  # of a name that `speaker_name` reads
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_SPOKEN = re.compile("[。！？，：][’”」』]?$|[我你您咱]")
_LISTED = re.compile("[，,、；和及并与以]{0,3}[还又也]?(?:强调|要求|指出|提出)?[，,]?")
_ON_A_BANNER = re.compile("(?:写着|印着|标语|標語|横幅|橫幅|口号|口號)[：:，,]?\\s*$")
_NO_NAME = re.compile("[的在从被把已并而且]|[先后多一两三几][次后]")  # a clause, which the patterns took for a name
_MEND_JIEBA = "run: python -m pip install --no-deps --force-reinstall jieba"


def simplify(text: str) -> str:
    """Text with traditional characters folded into simplified ones; its length stays, so that places do.

    >>> simplify("朝鮮與俄羅斯簽署條約")
    '朝鲜与俄罗斯签署条约'
    """
    if not _HAN.search(text):
        return text
    convert = _opencc().convert
    folded = convert(text)
    return folded if len(folded) == len(text) else "".join(map(convert, text))


@lru_cache(maxsize=1)
def _opencc() -> Any:
    from opencc import OpenCC  # .04 s, and most texts have no Han

    return OpenCC("t2s")


def pairs(text: str) -> list[tuple[str, str]]:
    """Words in simplified characters beside themselves, two empty strings for punctuation.

    >>> pairs("簽署條約。")
    [('签署', '签署'), ('条约', '条约'), ('', '')]
    """
    words = []
    for word in _jieba().cut(simplify(text)):
        if _HAS_LETTER.search(word):
            words.extend((part, part) for part in _parted(word))
        elif not word.isspace():
            words.append(("", ""))
    return words


@lru_cache(maxsize=1 << 16)
def _parted(word: str) -> tuple[str, ...]:
    """A state's name set free from the office that the dictionary writes together with it (韩国国防部)."""
    names = language("zh").names
    if word not in names.known and word not in names.nobody:
        for state in names.states:
            rest = word.removeprefix(state)
            if rest != word and len(rest) > 1 and _jieba().FREQ.get(rest):
                return (state, rest)
    return (word,)


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
    names = language("zh").names
    for name in sorted({*names.known, *names.nobody}):
        segmenter.add_word(name, max(_NAME_WEIGHT, segmenter.FREQ.get(name, 0)))
    return segmenter


def is_speech(before: str, quotation: str, after: str, between: str | None) -> bool:
    """Whether marks hold speech: slogans, plans and principles stand between the same ones.

    Speech has a verb of saying right before or behind it, ends like a sentence, says "I", "we" or "you", or is listed
    behind other speech.

    >>> is_speech("托伦指出，要", "“在大雪之前修好大桥”", "", None), is_speech("坚持", "“山清水秀桥通四方”", "", None)
    (True, False)
    """
    if not _HAN.search(quotation) or _OTHER_SCRIPT.search(quotation):
        return True
    if _ON_A_BANNER.search(before):
        return False
    if quotation[0] in "\"'" or _SPOKEN.search(quotation) or (between is not None and _LISTED.fullmatch(between)):
        return True
    near, far, behind = _says()
    folded = simplify(before)
    ends = not after or after[0] in "。，；！？,.;!?"  # not 表示，此次“…”疫情
    return bool(near.search(folded) or (ends and far.search(folded)) or behind.match(simplify(after)))


@cache
def _says() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Verbs of saying right before a quotation, a few signs before it, and behind it."""
    said = "|".join(language("zh").speech.said)
    return (
        re.compile(f"(?:(?:{said}|写有|报道|看来)[道：:，,\\s]*(?:要|必须|应当|应该|应|将)?|[：:]\\s*)$"),
        re.compile(f"(?:{said})[，,：:][^，。！？；：“”]{{1,6}}$"),
        re.compile(f"^[，,]?[\u4e00-\u9fff·]{{2,14}}?(?:{said})"),
    )


def speaker_name(written: str) -> str | None:
    """The name as written, less what opens the sentence; None for a pronoun or a thing.

    >>> speaker_name("外交部发言人"), speaker_name("今天托伦"), speaker_name("他们"), speaker_name("声明")
    ('外交部发言人', '托伦', None, None)
    """
    speech, folded = language("zh").speech, simplify(written)
    start = _leads().match(folded).end()
    folded, written = folded[start:], written[start:]
    nobody = folded.startswith(speech.pronouns) or folded.endswith(speech.things) or _NO_NAME.search(folded)
    return None if len(folded) < 2 or nobody else written


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(language('zh').speech.leads)})*")
