"""The body of a page that a script writes, out of the data that the page carries for that script.

Many sites send an empty frame and, as JSON, what a script is to put into it (``__NEXT_DATA__``, ``__NUXT_DATA__``,
``window.__STATE__ = {…}``).  JSON is read within bounds, nothing is run, and only text is taken out of it: markup goes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from helpers.extract.titles import key

MAX_JSON = 3_000_000  # characters of one block
MAX_NODES = 100_000  # of one page
MAX_DEPTH = 60
MAX_BODY = 500_000  # characters
BODIES = frozenset(
    "body articlebody article_body bodyhtml body_html bodytext body_text content contenthtml content_html contents "
    "content_elements fulltext full_text text html paragraphs blocks components richtext rich_text story".split()
)
INSIDE = BODIES | frozenset("children value data items nodes elements".split())
TITLES = ("headline", "title", "name")
PLACES = ("url", "canonical_url", "link", "href", "slug", "path", "permalink")
LINES = frozenset("p paragraph text-block block heading header h2 h3 h4 blockquote quote listitem list-item li".split())
_ASSIGNED = re.compile(r"(?:\b__[A-Z][A-Z_]{2,40}|\bFusion\.globalContent)\s{0,3}=\s{0,3}(?=\{)")
_BREAK = re.compile(r"<(?:br|/p|/div|/h\d|/li|/blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:script|style)\b[^<]*|<[a-zA-Z/!][^<>]{0,5000}>", re.IGNORECASE)
_NO_PROSE = re.compile(r"^\s*(?:https?://|data:|/[\w/-]+$|[{\[<#.])|[^\s\u3000-\u9fff\uac00-\ud7af]{120}")


def state_body(tree: HtmlElement, titles: tuple[str, ...] = (), *, only_titled: bool = False) -> str:
    """The longest body that the data of a page's scripts holds, a paragraph a line; empty if there is none.

    A body is a value with the name of one in an object that has a title.

    Parameters
    ----------
    tree : lxml element
        The whole page.
    titles : tuple of str
        What the page calls its article: an object that bears one of them goes before all others.
    only_titled : bool
        No other object is asked.

    Returns
    -------
    str

    >>> import lxml.html
    >>> block = '{"props": {"article": {"title": "T", "body": "<p>One &amp; two.</p><p>Three.</p>"}}}'
    >>> page = f'<script id="__NEXT_DATA__" type="application/json">{block}</script>x'
    >>> state_body(lxml.html.document_fromstring(page))
    'One & two.\\nThree.'
    """
    wanted = {key(title) for title in titles if key(title)}
    best, rank = "", (only_titled, 0)
    for state in _states(tree):
        for named, content in _bodies(state, wanted):
            text = "\n".join(line for line in _lines(content, 0) if not _NO_PROSE.search(line))[:MAX_BODY]
            if (named, len(text)) > rank:
                best, rank = text, (named, len(text))
    return best


def _states(tree: HtmlElement) -> Iterator[object]:
    """What the scripts of a page are given, block by block."""
    for script in tree.iter("script"):
        source, kind = script.text or "", (script.get("type") or "").partition(";")[0].strip().lower()
        if kind == "application/json" or (script.get("id") or "").startswith("__N"):
            begin = len(source) - len(source.lstrip())
        else:
            match = _ASSIGNED.search(source[:MAX_JSON]) if kind in ("", "text/javascript") else None
            begin = match.end() if match else -1
        if begin < 0 or not source or len(source) > MAX_JSON:
            continue
        try:
            state, _ = json.JSONDecoder(strict=False).raw_decode(source, begin)
        except (ValueError, RecursionError):
            continue  # a script, not JSON
        yield _joined(state) if script.get("id") == "__NUXT_DATA__" and isinstance(state, list) else state


def _joined(flat: list) -> object:
    """The object of a flat list in which each value is named by its place, as Nuxt writes it."""
    left = [MAX_NODES]

    def at(place: object, depth: int) -> object:
        left[0] -= 1
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(flat):
            return None
        value = flat[place]
        if not isinstance(value, dict | list):
            return value
        if depth > MAX_DEPTH or left[0] < 0:
            return None
        if isinstance(value, dict):
            return {name: at(inner, depth + 1) for name, inner in value.items()}
        if value and isinstance(value[0], str):  # ["Reactive", 1]
            return at(value[1], depth + 1) if len(value) == 2 else None
        return [at(inner, depth + 1) for inner in value]

    return at(0, 0)


def _bodies(state: object, wanted: set[str]) -> Iterator[tuple[bool, object]]:
    """Every value that is named like a body, and whether what holds it bears the page's title."""
    stack, n = [(state, 0)], 0
    while stack and n < MAX_NODES:
        node, depth = stack.pop()
        n += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(node, list):
            stack += [(inner, depth + 1) for inner in reversed(node) if isinstance(inner, dict | list)]
        elif isinstance(node, dict):
            titles = [key(said) for said in map(node.get, TITLES) if isinstance(said, str)]
            named = any(said in wanted for said in titles)
            yield from ((named, value) for name, value in node.items() if titles and name.lower() in BODIES)
            stack += [(inner, depth + 1) for inner in reversed(node.values()) if isinstance(inner, dict | list)]


def _lines(content: object, depth: int) -> Iterator[str]:
    """Paragraphs of a body: a string, with markup or without, or a list of blocks however deep."""
    if depth > MAX_DEPTH:
        return
    if isinstance(content, str):
        bare = html.unescape(_MARKUP.sub(" ", _BREAK.sub("\n", content[: 2 * MAX_BODY])))
        yield from (line for line in (" ".join(line.split()) for line in bare.split("\n")) if line)
    elif isinstance(content, list):
        for inner in content:
            yield from _lines(inner, depth + 1)
    elif isinstance(content, dict) and not _is_other_story(content):
        parts = (_lines(inner, depth + 1) for name, inner in content.items() if name.lower() in INSIDE)
        lines = [line for part in parts for line in part]
        if _is_line(content) and lines:
            yield " ".join(" ".join(lines).split())
        else:
            yield from dict.fromkeys(lines)


def _is_line(block: dict) -> bool:
    """Whether a block is one paragraph, its parts set apart by links and emphasis alone."""
    kinds = (block.get(name) for name in ("type", "_type", "tag", "name"))
    return any(isinstance(kind, str) and kind.lower() in LINES for kind in kinds)


def _is_other_story(block: dict) -> bool:
    return any(isinstance(block.get(name), str) for name in TITLES) and any(
        isinstance(block.get(name), str) for name in PLACES
    )
