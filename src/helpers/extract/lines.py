"""What a reader sees of a page, line by line, and which of those lines an article's clean text holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from helpers.extract.article import parse, refusal
from helpers.extract.normalise import normalise

UNSEEN = {"script", "style", "noscript", "template", "svg", "iframe", "object", "head", "textarea", "select", "option"}
INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
          "q", "ruby", "rt", "rp", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
          "wbr"}  # fmt: skip
SHORT = 12  # letters; a shorter line is an article's only if it is one of its paragraphs


def visible_lines(html: str) -> list[str]:
    """Lines that a page shows, in the order of its source; empty for what is no page.

    >>> visible_lines("<body><nav><a>Home</a></nav><p>One <b>word</b>.</p><script>x()</script><p>Two.</p>")
    ['Home', 'One word.', 'Two.']
    """
    tree = None if refusal(html) else parse(html.replace("\x00", ""))
    return [] if tree is None else _lines(tree.find("body"))


def _lines(body: HtmlElement) -> list[str]:
    parts: list[str] = []
    walk = iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if element.tag not in INLINE:
            parts.append("\n")
        if event == "start":
            if element.tag in UNSEEN:
                walk.skip_subtree()
            else:
                parts.append(_spaced(element.text))
        elif element is not body:
            parts.append(_spaced(element.tail))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return [line for line in lines if line]


def _spaced(text: str | None) -> str:
    """Text of a page, in which the end of a line is a space."""
    return re.sub(r"\s", " ", text or "")


def held(lines: Sequence[str], text: str) -> list[bool]:
    """Which lines stand in a text, whatever their punctuation and spacing.

    Parameters
    ----------
    lines : sequence of str
    text : str
        Paragraphs separated by line ends.

    Returns
    -------
    list of bool, one a line

    >>> held(["Home", "Rain fell on the bridge.", "Rain"], "Rain fell on the bridge.\\n\\nNobody came.")
    [False, True, False]
    """
    paragraphs = [_letters(line) for line in text.split("\n")]
    whole = "\n".join(paragraphs)
    known = set(paragraphs) - {""}
    keys = [_letters(line) for line in lines]
    return [key in known or (len(key) >= SHORT and key in whole) for key in keys]


def _letters(line: str) -> str:
    return "".join(re.findall(r"\w", normalise(line).casefold()))
