"""Make text plain: one form for each character, one paragraph a line, nothing left of markup, no line of the
site.

Unicode NFC after Unicode Standard Annex 15.  Typographic quotation marks are kept, since voices are told by
them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise

from helpers.extract.glued_words import Joins, split_joins

MAX_WRAP = 110  # characters; a text with longer lines was not wrapped by hand or by a mail program
MIN_WRAPPED = 3  # full lines before a text counts as wrapped
MAX_PASSES = 5

_SPACES = dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_BREAKS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
_NOTHING = dict.fromkeys([0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
_CONTROLS = dict.fromkeys([*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xFFFD])
_WIDE = {code: chr(code - 0xFEE0) for r in ("09", "AZ", "az") for code in range(ord(r[0]) + 0xFEE0, ord(r[1]) + 0xFEE1)}
_VARIANTS = {0x2010: "-", 0x2011: "-", 0x2212: "-", 0x02BC: "’", 0x201B: "’", 0xFF07: "'"}
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_TABLE = str.maketrans(_SPACES | _BREAKS | _NOTHING | _CONTROLS | _WIDE | _VARIANTS | _LIGATURES)

_ENTITY = re.compile(
    r"&(?:nbsp|amp|quot|apos|lt|gt|laquo|raquo|mdash|ndash|hellip|[lr][sd]quo|#\d{2,5}|#x[0-9a-f]{2,4});",
    re.I,
)
_ESCAPE = re.compile(r"(?<!\\)\\++([_*\[\]()#+\-.!~`>|])")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((?:https?://|/|mailto:)[^()\s]{0,500}\)")
_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,300}\]\([^()\s]*(?: [^()\n]{0,200})?\)|</?(?:img|br|p|div|span|a|b|i|em|strong|svg|sup)\b[^<>]*>"
)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,400}?)(?<=\S)\1")
_HEADING = re.compile(r"^[ ]{0,3}(?:#{1,6} +)+", re.MULTILINE)
_BULLET = re.compile(r"(?:[-*•▪◦‣]|\d{1,3}[.)]|\(?[a-z]\)) +\S")
_LOOSE_MARK = re.compile(r"(?<=[^\W_]) +([,;.!?])(?=\s|$)(?!\.)")
_SIGN = re.compile(r"[\u3001-\u30ff\u3400-\u9fff\uff01-\uff1f]")  # Chinese and Japanese part no words
_ENDS = (".", "!", "?", ":", "…", '"', "”", "»", "。", "！", "？", ")")


def normalise(text: str, *, vocabulary: Joins | None = None) -> str:
    """Plain text with paragraphs separated by one blank line; a second pass changes nothing.

    Parameters
    ----------
    text : str
        As an extractor or an export leaves it.
    vocabulary : Joins, optional
        What `helpers.extract.glued_words.learn_joins` learned from the outlet, to split words whose join case does
        not show.

    Returns
    -------
    str

    >>> normalise("Jen\\\\_P said:\\u00a0 co\\u00adoperation\\r\\n\\r\\nA second,Ada said")
    'Jen_P said: cooperation\\n\\nA second, Ada said'
    """
    for _ in range(MAX_PASSES):
        before, text = text, _once(text, vocabulary)
        if text == before:
            break
    return text


def line_key(line: str) -> str:
    """The form in which two lines count as the same.

    >>> line_key("  Leave a  Reply: ")
    'leave a reply'
    """
    return " ".join(re.findall(r"\w+", line.casefold()))


def _once(text: str, vocabulary: Joins | None) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _ENTITY.sub(lambda m: html.unescape(m.group()), text)).translate(_TABLE)
    text = _IMAGE.sub(" ", text)
    text = _LINK.sub(r"\1", _ESCAPE.sub(r"\1", text))
    text = _HEADING.sub("", _STRONG.sub(r"\2", text).replace("**", ""))
    paragraphs = [_tidy(paragraph) for paragraph in _paragraphs(text)]
    return "\n\n".join(split_joins(paragraph, vocabulary) for paragraph in paragraphs if paragraph)


def _tidy(paragraph: str) -> str:
    return _LOOSE_MARK.sub(r"\1", re.sub(r" {2,}", " ", paragraph)).strip()


def _paragraphs(text: str) -> list[str]:
    """Lines put together where a line break is only a wrap."""
    lines = text.split("\n")
    width = _wrap_width(lines)
    paragraphs: list[str] = []
    for i, line in enumerate(lines):
        joined = i > 0 and bool(paragraphs) and _is_wrap(lines[i - 1], line, width)
        if joined:
            paragraphs[-1] = _join(paragraphs[-1], line.strip())
        elif line.strip():
            paragraphs.append(line.strip())
    return paragraphs


def _wrap_width(lines: list[str]) -> int:
    """Column at which the text was wrapped, 0 if it was not.

    A wrapped text fills its lines: where a paragraph goes on, the first word of the next line did not fit.
    """
    stripped = [line.strip() for line in lines]
    width = max(map(len, stripped), default=0)
    if width > MAX_WRAP or width < 40:
        return 0
    full = sum(_is_full(a, b, width) and not a.endswith(_ENDS) for a, b in pairwise(stripped) if a and b)
    return width if full >= MIN_WRAPPED else 0


def _is_full(line: str, following: str, width: int) -> bool:
    first = 1 if _SIGN.match(following) else 1 + len(following.split(" ", 1)[0])  # signs break anywhere
    return len(line) + first > width - (1 if first == 1 else 8)


def _is_wrap(line: str, following: str, width: int) -> bool:
    above, below = line.strip(), following.strip()
    if not above or not below or _BULLET.match(below):
        return False
    if below[0].islower() and not above.endswith(_ENDS):
        return True
    hard_break = line.endswith("  ")  # Markdown
    return bool(width) and not hard_break and _is_full(above, below, width)


def _join(above: str, below: str) -> str:
    hyphenated = above.endswith("-") and above[-2:-1].isalpha() and below[0].isalpha()
    return above + below if hyphenated or (_SIGN.match(below) and _SIGN.match(above[-1])) else f"{above} {below}"
