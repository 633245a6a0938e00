r"""The few marks that a sentence of ours may carry, turned into HTML; everything else in it is text.

A sentence is made of our words and of data: names, titles, words of articles.  By the time it is shown nobody can tell
which is which, so the marks are a closed list: ``**bold**``, ``*emphasis*``, `` `code` `` inside a line; ``- `` or
``1. `` at its start; an empty line between paragraphs.  There is no link, image, heading, table, formula or tag to be
had, by us or by anybody.  An outlet that calls itself ``*Star*`` is set in italics; that is the worst that it can do.

No Markdown parser stands between a sentence and the page: JupyterLab, VS Code and nbconvert each have another one, that
finds links in bare addresses and formulas between dollars.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from helpers.show.plain import isolated, shortened, visible

NO_FORMULA = "tex2jax_ignore mathjax_ignore"  # the classes in which no MathJax, old or new, looks for formulas
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?=\S)(?P<strong>.+?)(?<=\S)\*\*(?!\*)|(?<![\w*])\*(?=[^\s*])(?P<em>[^*]+?)(?<=\S)\*(?![\w*])"
)
_ITEM = re.compile(r"(?P<mark>-|\d{1,3}\.) +(?P<rest>.*)", re.DOTALL)
_SPECIAL = re.compile(r"[\\`*_\[\]<>&$|~@]|(?<=www)\.|(?<=:)/(?=/)|^#|^[+=]")


def as_html(sentences: Iterable[str]) -> str:
    """Sentences as HTML: lines in a row are a paragraph, lines that begin with a mark a list.

    >>> as_html(["- **Aid**: `x`", "- [a](http://b) <i>"])
    '<ul>\\n<li><strong>Aid</strong>: <code>x</code></li>\\n<li>[a](http://b) &lt;i&gt;</li>\\n</ul>'
    >>> as_html(["One", "two.", "", "Three."])
    '<p>One\\ntwo.</p>\\n<p>Three.</p>'
    """
    blocks = []
    for kind, lines in _blocks(sentences):
        if kind == "p":
            blocks.append("<p>" + "\n".join(map(_inline, lines)) + "</p>")
        else:
            items = "\n".join(f"<li>{_inline(line)}</li>" for line in lines)
            blocks.append(f"<{kind}>\n{items}\n</{kind}>")
    return "\n".join(blocks)


def as_markdown(sentences: Iterable[str]) -> str:
    r"""Sentences as Markdown in which data is dead: for files that want Markdown, and for whoever reads outputs.

    >>> as_markdown(["- **Aid**: ![a](http://b) $x$"])
    '- **Aid**: !\\[a\\](http:\\//b) \\$x\\$'
    """
    lines = []
    for sentence in sentences:
        line = _clean(sentence)
        item = _ITEM.fullmatch(line)
        start, rest = (f"{item['mark']} ", item["rest"]) if item else ("", line)
        lines.append(isolated(start + _marked(rest)))
    return "\n".join(lines)


def as_text(sentences: Iterable[str]) -> str:
    """Sentences without their marks.

    >>> as_text(["**Aid** is `described`."])
    'Aid is described.'
    """
    return "\n".join(isolated(_bare(_clean(sentence))) for sentence in sentences)


def _clean(sentence: str) -> str:
    return shortened(visible(sentence))


def _blocks(sentences: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines by the element that holds them."""
    kind, lines = "", []
    for sentence in sentences:
        line = _clean(sentence)
        item = _ITEM.fullmatch(line)
        now = "" if not line else "p" if not item else "ul" if item["mark"] == "-" else "ol"
        if now != kind and lines:
            yield kind, lines
            lines = []
        kind = now
        if line:
            lines.append(item["rest"] if item else line)
    if lines:
        yield kind, lines


def _inline(line: str) -> str:
    """One line with its marks as elements."""
    parts, place = [], 0
    for match in _INLINE.finditer(line):
        parts.append(_words(line[place : match.start()]))
        tag = match.lastgroup
        parts.append(f"<{tag}>{_words(match[tag]) if tag == 'code' else _inline(match[tag])}</{tag}>")
        place = match.end()
    return "".join(parts) + _words(line[place:])


def _words(text: str) -> str:
    return isolated(html.escape(text, quote=False), before="<bdi>", after="</bdi>")


def _marked(line: str) -> str:
    """One line with its marks as they were and everything else escaped."""
    parts, place = [], 0
    for match in _INLINE.finditer(line):
        parts.append(_SPECIAL.sub(r"\\\g<0>", line[place : match.start()]))
        tag, sign = match.lastgroup, {"code": "`", "strong": "**", "em": "*"}[match.lastgroup]
        parts.append(sign + (match[tag] if tag == "code" else _marked(match[tag])) + sign)
        place = match.end()
    return "".join(parts) + _SPECIAL.sub(r"\\\g<0>", line[place:])


def _bare(line: str) -> str:
    return _INLINE.sub(lambda match: match["code"] or _bare(match["strong"] or match["em"]), line)
