"""What the bytes beyond ASCII of a page look like, however few they are: whose letters, read in which charset.

A page may be English but for a name or a quotation.  What tells its charset is then the words that hold such bytes, and
not their share of the page: a Western word mixes them with ASCII letters, a Cyrillic, Korean or Chinese one does not.
"""

from __future__ import annotations

import re

DENSE = 0.6  # share of such bytes in the words that hold any; Western words have fewer
ERRORS = 0.02  # share of a text's signs that may be damaged
KANA, HANGUL = 0.2, 0.92  # shares of the signs of a Japanese, a Korean text
COMMON = 0.9  # share of the signs of a Chinese text that are of the standard's common half
HALF_WIDTH = 0.1  # share of half-width kana, which other charsets read as Shift-JIS are full of
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3,}")


def foreign_chunks(words: bytes) -> bytes:
    """The stretches between blanks that hold bytes beyond ASCII, from the first of these on.

    >>> foreign_chunks("Mr. (Иван Петров) came".encode("cp1251")).decode("cp1251")
    'Иван Петров)'
    """
    chunks = (re.search(rb"[\x80-\xff].*", chunk, re.DOTALL) for chunk in words.split())
    return b" ".join(chunk.group() for chunk in chunks if chunk)


def is_dense(words: bytes) -> bool:
    """Whether words that hold bytes beyond ASCII consist of them: no Western charset then.

    >>> is_dense("Der Käse für Zoë".encode("cp1252")), is_dense("Mr. Иван came".encode("koi8-r"))
    (False, True)
    """
    held = [word for word in _WORD.findall(words) if any(byte > 0x7F for byte in word)]
    n_beyond = sum(byte > 0x7F for word in held for byte in word)
    return n_beyond > DENSE * sum(map(len, held))


def eastern(chunks: bytes) -> str | None:
    """The charset of two bytes a sign in which such stretches read as a text of its language; None for no such.

    >>> [eastern(text.encode(codec)) for text, codec in (("조약에 서명했다", "cp949"), ("签署了条约", "gb18030"))]
    ['cp949', 'gb18030']
    """
    for codec in ("cp932", "euc_jp"):
        signs = _signs(chunks, codec)
        if signs and _share(signs, "\u3041", "\u30ff") >= KANA and _share(signs, "\uff61", "\uff9f") <= HALF_WIDTH:
            return codec
    signs = _signs(chunks, "cp949")
    if signs and _share(signs, "\uac00", "\ud7a3") >= HANGUL:
        return "cp949"
    for codec in ("gb18030", "big5hkscs"):
        signs = _signs(chunks, codec)
        if signs and _common(signs, codec) >= COMMON:
            return codec
    return None


def _signs(chunks: bytes, codec: str) -> list[str]:
    """Signs beyond ASCII and punctuation, read in a charset; none where that is not how the bytes were written."""
    text = chunks.decode(codec, "replace")
    signs = [sign for sign in text if sign > "\u00ff" and (sign.isalnum() or "\uff61" <= sign <= "\uff9f")]
    return signs if text.count("\ufffd") <= ERRORS * len(signs) else []


def _share(signs: list[str], first: str, last: str) -> float:
    return sum(first <= sign <= last for sign in signs) / len(signs)


def _common(signs: list[str], codec: str) -> float:
    """Share of Chinese signs that stand in the common half of GB 2312, or of Big5."""
    narrow, first, last = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5hkscs": ("big5", 0xA4, 0xC6)}[codec]
    leads = [sign.encode(narrow, "ignore")[:1] for sign in signs if sign >= "\u2e80"]
    return sum(first <= lead[0] <= last for lead in leads if lead) / len(signs)
