"""A headline and what stands under it, as feeds and lists give them, as one paragraph.

Own rules: a standfirst may hold tags, entities, the headline again, and an invitation to read on; none of them is text.
"""

from __future__ import annotations

import html
import re
from functools import cache

from helpers.extract.markup import is_markup, markup_text
from helpers.extract.normalise import line_key
from helpers.text.languages import either

_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_CUT_TAG = re.compile(r"<[a-zA-Z/!][^<>]*$")  # a feed cuts its text where it likes
_CLOSED = re.compile(r"[.!?…:;。！？：；][\"'”’»)\]』」]*$")
_HAN = re.compile(r"[\u3400-\u9fff]$")


def one_line(text: str) -> str:
    """A headline, or what stands under it, as one line of text without tags and entities.

    >>> one_line("Two ports &amp; a bridge<br/>open <b>again</b>")
    'Two ports & a bridge open again'
    """
    if is_markup(text):
        text = markup_text(text)
    elif "<" in text:
        text = _CUT_TAG.sub(" ", _TAGS.sub(" ", text))
    return " ".join((html.unescape(text) if "&" in text else text).split())


def without_invitation(standfirst: str) -> str:
    """A standfirst without an invitation to read on at its end, in any language of the house.

    >>> without_invitation("Grain leaves on Monday. Read more…"), without_invitation("Continue reading...")
    ('Grain leaves on Monday.', '')
    """
    return _invitation().sub("", standfirst).rstrip()


def headline_text(title: str, standfirst: str) -> str:
    """A headline and what stands under it as one paragraph; what repeats the headline is left out.

    >>> headline_text("Two ports open again", "Grain leaves on Monday."), headline_text("Two ports", "two ports")
    ('Two ports open again. Grain leaves on Monday.', 'Two ports')
    >>> headline_text("Two ports open", "Two ports open: grain leaves on Monday.")
    'Two ports open: grain leaves on Monday.'
    """
    head, foot = line_key(title), line_key(standfirst)
    if not head or not foot or head == foot:
        return title or standfirst
    if foot.startswith(f"{head} "):
        return standfirst
    stop = "" if _CLOSED.search(title) else "。" if _HAN.search(title) else "."
    return f"{title}{stop}{'' if stop == '。' else ' '}{standfirst}"


def standfirst_of(title: str, text: str) -> str:
    """What stands under a headline in the paragraph that `headline_text` made of both; all where they are not parted.

    >>> standfirst_of("Two ports open", headline_text("Two ports open", "Grain leaves on Monday."))
    'Grain leaves on Monday.'
    >>> standfirst_of("Two ports open", "Two ports open"), standfirst_of("", "Grain leaves on Monday.")
    ('', 'Grain leaves on Monday.')
    """
    return text.removeprefix(title).lstrip(" .。:") if title and text.startswith(title) else text


@cache
def _invitation() -> re.Pattern[str]:
    """An invitation alone, or behind the end of a sentence."""
    return re.compile(
        rf"(?:(?<=[.!?…。！？\"”’»)\]])\s*|^\s*|\s[|–—-]\s)[\[(]?(?:{either('page', 'read_on')})"
        r"\s*(?:…|\.{1,3}|[»›→>:]+|)\s*[\])]?\s*(?:…|\.{1,3}|[»›→>]+|)\s*$",
        re.IGNORECASE,
    )
