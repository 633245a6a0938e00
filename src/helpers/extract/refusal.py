"""What can be told of a page by counting, before any parser reads it: too large, no HTML, too many elements."""

from __future__ import annotations

import re

MAX_CHARACTERS = 5_000_000  # of a page; a longer one is data, or an attack
MAX_TAGS = 120_000  # "<"; a long news page has 20,000, and parsers take seconds for more than this
MAX_ATTRIBUTES = 2_000  # of one element; libxml2 compares each with each
SAMPLE = 200_000  # characters looked at for binary content
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"'/]{1,100}(?=[\s=])")
_SIGNATURES = (
    "%PDF-",
    "PK\x03\x04",
    "GIF8",
    "\ufffdPNG",
    "\x89PNG",
    "‰PNG",
    "Rar!",
    "\x1f\ufffd",
    "\x1f\x8b",
    "{\\rtf",
)


def refusal(html: str) -> tuple[str, str] | None:
    """Why a page is not worth parsing, and the count that shows it; None if it is.

    >>> refusal("%PDF-1.7 ...")
    ('not_html', 'begins with %PDF-')
    >>> refusal("<p>words</p>") is None
    True
    """
    if len(html) > MAX_CHARACTERS:
        return "too_large", f"{len(html)} characters"
    start = html[:2000].lstrip("\ufeff \r\n\t\x00")
    if signature := next((mark for mark in _SIGNATURES if start.startswith(mark)), ""):
        return "not_html", f"begins with {signature}"
    bare = html[:SAMPLE].replace("\x00", "")
    if not bare.strip():
        return "not_html", "no characters"
    if (odd := len(_CONTROL.findall(bare))) > len(bare) // 50:
        return "not_html", f"{odd} of {len(bare)} characters are no text"
    if (tags := html.count("<")) > MAX_TAGS:
        return "too_complex", f"{tags} tags"
    for match in _LONG_TAG.finditer(html):
        if (attributes := len(_ATTRIBUTE.findall(match.group()))) > MAX_ATTRIBUTES and '"' not in match.group()[
            :20_000
        ]:
            return "too_complex", f"{attributes} attributes of one element"
    return None
