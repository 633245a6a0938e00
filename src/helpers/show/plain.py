"""What was scraped or typed by others, as it may be shown: one line, nothing hidden in it, its direction its own.

Nothing here knows which words are whose.  Whoever shows a string of data calls `escaped` where HTML stands, `plain`
where text stands.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata

import pandas as pd

LONGEST = 400  # characters of one cell; a file to take along has the rest
LONGEST_LABEL = 120  # of a column's head
LONGEST_RUN = 200  # characters without a space in a sentence: longer is no word of any language
MOST_MARKS = 4  # marks on one letter; Vietnamese and pointed Hebrew need three
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, marks of direction, halves of letters
JOINERS = "\u200c\u200d"  # hidden too, but Persian, Hindi and families of emoji are written with them
OPEN, CLOSE = "\u2068", "\u2069"  # what <bdi> is, where no element can stand
_RIGHT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(
    rf"[{_RIGHT}]+(?:[\s\d.,'\"-]*[{_RIGHT}]+)*"
)  # letters written from right to left, and what is between
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACK = re.compile(rf"({_MARK}{{{MOST_MARKS}}}){_MARK}+")
_BREAK = re.compile(r"[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")  # a no-break space stays what it is
_TOKEN, _PIECE = re.compile(r"\S{24,}"), re.compile(r".{1,16}")
_TURNS = re.compile(
    r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]|&#(?:x0*(?:200[ef]|202[a-e]|206[6-9])|0*(?:820[67]|823[4-8]|829[4-7]));?",
    re.I,
)
_LONG = re.compile(rf"(\S{{{LONGEST_RUN}}})\S+")


def visible(words: str) -> str:
    r"""One line of what can be seen: no control, no turn of direction, no tower of marks.

    >>> visible("a\u202eb\x00 \n c\u200b"), len(visible("a" + 50 * "\u0301"))
    ('ab c', 5)
    """
    if words.isascii() and words.isprintable():
        return re.sub(r" {2,}", " ", words).strip()
    words = _BREAK.sub(" ", words)
    kept = (sign for sign in words if sign in JOINERS or unicodedata.category(sign) not in HIDDEN)
    return _STACK.sub(r"\1", "".join(kept)).strip(" " + JOINERS)


def straight(text: str) -> str:
    r"""A text, or HTML, in which nothing turns the direction of what follows; all else stays.

    >>> straight("a\u202eb \u2067c\u2069"), straight("a&#8238;b&#x202E;")
    ('ab c', 'ab')
    """
    return _TURNS.sub("", text)


def plain(value: object, most: int = LONGEST) -> str:
    """One line of at most `most` characters without anything that cannot be seen; empty for no value.

    >>> plain(None, 5), plain("a treaty", 5)
    ('', 'a tr…')
    """
    if missing(value):
        return ""
    words = visible(str(value)[: 4 * most + 1000])
    return words if len(words) <= most else words[: max(0, most - 1)].rstrip() + "…"


def escaped(words: str) -> str:
    """As HTML, and as a stretch whose direction stays its own.

    >>> escaped("a <b>")
    '<bdi>a &lt;b&gt;</bdi>'
    """
    return f"<bdi>{html.escape(words)}</bdi>"


def breakable(words: str) -> str:
    """As `escaped`; a word too long for a narrow column may break, and no other word does.

    >>> breakable("x" * 30).count("<wbr>"), breakable("a word") == escaped("a word")
    (1, True)
    """
    parted = _TOKEN.sub(lambda token: "\x00".join(_PIECE.findall(token[0])), words.replace("\x00", ""))
    return escaped(parted).replace("\x00", "<wbr>")


def isolated(words: str, *, before: str = OPEN, after: str = CLOSE) -> str:
    r"""Words in which every run of right-to-left letters keeps its direction to itself.

    The house writes from left to right, so such a run is data, whoever forgot to say so.

    >>> isolated("\u05d0\u05d1 (34 %)") == "\u2068\u05d0\u05d1\u2069 (34 %)"
    True
    """
    return _RUN.sub(lambda run: before + run[0] + after, words)


def shortened(words: str) -> str:
    """Without the rest of what has no space for `LONGEST_RUN` characters.

    >>> len(shortened("x" * 10_000))
    201
    """
    return _LONG.sub(r"\1…", words)


def in_line(words: str) -> str:
    """A sentence of ours that may quote data, as HTML: a caption, a summary.

    >>> in_line("Gaps of <KCNA>")
    'Gaps of &lt;KCNA&gt;'
    """
    return isolated(html.escape(shortened(visible(words)), quote=False), before="<bdi>", after="</bdi>")


def tidy(value: object) -> object:
    """What a template writes: text as it may be shown, in an attribute as well; anything else as it is."""
    if type(value) is not str or (value.isascii() and value.isprintable() and len(value) < LONGEST_RUN):
        return value
    words = shortened(visible(value))
    return isolated(words) if " " in words else words  # an anchor is one word, and stays as it is linked to


def missing(value: object) -> bool:
    """Whether there is no value at all."""
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
