"""Text that is markup, as columns of exports and feeds often hold it: told, and read as paragraphs."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml.html import HTMLParser, fragment_fromstring

_BLOCKS = frozenset(
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre section article aside header footer figure figcaption "
    "table thead tbody tr td th hr main".split()
)
_UNSEEN = frozenset("script style iframe noscript template svg form button object embed video audio head".split())
_TAG = re.compile(rf"</(?:{'|'.join(sorted(_BLOCKS - {'br', 'hr'}))})\s*>|<(?:br|hr)\b[^<>]*>|<p(?:\s[^<>]*)?>", re.I)
_ESCAPED = re.compile(r"&lt;(?:/?p|/?div|br\s?/?|/?h[1-6]|/?li|/?blockquote)(?:\s[^<>]{0,200}?)?&gt;", re.I)
_BLOCK = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS))})\b[^<>]*>", re.I)
_MACHINERY = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def is_markup(text: str) -> bool:
    """Whether a text holds tags that part paragraphs, plain or escaped.

    >>> is_markup("<p>A bridge.</p>"), is_markup("One&lt;br/&gt;two"), is_markup("a < b and c > d")
    (True, True, False)
    """
    return bool(_TAG.search(text) or _ESCAPED.search(text))


def markup_text(text: str) -> str:
    """What a reader sees of markup, its paragraphs parted by a blank line; text without tags as it is.

    >>> markup_text("<p>A <b>bridge</b>&nbsp;opened.</p><script>x()</script><p>Trains<br>cross it.</p>").split("\\n\\n")
    ['A bridge\\xa0opened.', 'Trains', 'cross it.']
    """
    if not is_markup(text):
        return text
    if not _TAG.search(text):
        text = html.unescape(text)
    if len(_BLANK_LINE.findall(text)) > len(_TAG.findall(text)):
        return _BLOCK.sub("\n\n", _MACHINERY.sub("", text))  # plain paragraphs, with a tag here and there
    try:
        root = fragment_fromstring(_CONTROLS.sub(" ", text), create_parent="div", parser=HTMLParser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):  # the last: a page in a page
        return text
    pieces: list[str] = [""]
    _read(root, pieces)
    if not any(map(str.strip, pieces)):  # nested too deep to be a page, or empty
        pieces = re.sub(r"<[^<>]*>", "\n\n", text).split("\n\n")
    return "\n\n".join(piece for piece in (" ".join(re.split(r"[ \t\r\n\f]+", p)).strip() for p in pieces) if piece)


def _read(root: etree._Element, pieces: list[str]) -> None:
    """Text of a tree in order; a block begins a new piece and ends it."""
    hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces[-1] += "" if hidden else node.tail or ""
            continue
        unseen, block = node.tag in _UNSEEN, node.tag in _BLOCKS
        if event == "start":
            hidden += unseen
            if block:
                pieces.append("")
            pieces[-1] += "" if hidden else node.text or ""
            continue
        hidden -= unseen
        if block:
            pieces.append("")
        if not hidden and node is not root:
            pieces[-1] += node.tail or ""
