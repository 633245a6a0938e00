"""Article objects of a page's JSON-LD (schema.org), wherever they are nested; what is broken is named, not raised."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

MAX_JSON = 1_000_000  # characters of one block
MAX_NODES = 20_000  # of one page
ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|SocialMediaPosting)$")
BESIDE = re.compile(r"(?:ClaimReview|WebPage|ItemPage|CreativeWork)$")  # asked only where no article answers
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_WRAPPING = re.compile(r"^(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/)+|(?:-->|//\s*\]\]>);?$")
_TRAILING = re.compile(r",\s*(?=[}\]])")
_PAIR = re.compile(r'"(headline|datePublished|dateModified)"\s*:\s*"((?:[^"\\\n]|\\.)*)"')


@dataclass
class Linked:
    """What the blocks of a page hold.

    `articles` and `beside` are objects in page order, `named` objects by their ``@id``, `faults` one line a block
    that could not be read.
    """

    articles: list[dict] = field(default_factory=list)
    beside: list[dict] = field(default_factory=list)
    named: dict[str, dict] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def linked_data(tree: HtmlElement) -> Linked:
    """All JSON-LD of a page.

    Parameters
    ----------
    tree : lxml element
        The whole page.

    Returns
    -------
    Linked

    >>> import lxml.html
    >>> block = '{"@graph": [{"@type": "NewsArticle", "headline": "A"}]}'
    >>> page = lxml.html.document_fromstring(f'<script type="application/ld+json">{block}</script>x')
    >>> linked_data(page).articles
    [{'@type': 'NewsArticle', 'headline': 'A'}]
    """
    linked, seen = Linked(), 0
    for script in tree.iterfind(".//script[@type]"):
        if script.get("type").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        block = _read(script.text or "", linked)
        for node in _objects(block, MAX_NODES - seen):
            seen += 1
            _keep(node, linked)
    return linked


def _read(source: str, linked: Linked) -> object:
    if len(source) > MAX_JSON:
        linked.faults.append(f"JSON-LD of {len(source)} characters: not read")
        return None
    source = _WRAPPING.sub("", source.strip()).strip().rstrip(";")
    try:
        return json.loads(source, strict=False)
    except RecursionError:
        linked.faults.append("JSON-LD nested too deep: not read")
        return None
    except ValueError as error:
        fault = f"JSON-LD is broken: {error}"[:120]
    try:
        return json.loads(_TRAILING.sub("", source), strict=False)
    except (ValueError, RecursionError):
        linked.faults.append(fault)
    return _salvage(source)


def _salvage(source: str) -> dict[str, str] | None:
    """Title and dates of a broken block that calls itself an article, the first of each."""
    if not re.search(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|BlogPosting)"', source):
        return None
    pairs: dict[str, str] = {"@type": "Article"}
    for key, value in _PAIR.findall(source):
        pairs.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    return pairs


def _objects(block: object, limit: int) -> Iterator[dict]:
    stack, seen = [block], 0
    while stack and seen < limit:
        node, seen = stack.pop(), seen + 1
        if isinstance(node, list):
            stack.extend(reversed(node[:limit]))
        elif isinstance(node, dict):
            yield node
            stack.extend(node[key] for key in reversed(_NESTED) if key in node)


def _keep(node: dict, linked: Linked) -> None:
    kinds = node.get("@type")
    kinds = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    if any(ARTICLE.search(kind) for kind in kinds):
        linked.articles.append(node)
    elif any(BESIDE.search(kind) for kind in kinds):
        linked.beside.append(node)
    if isinstance(node.get("@id"), str) and len(node) > 1:
        linked.named.setdefault(node["@id"], node)


def names(value: object, named: dict[str, dict] | None = None, *, depth: int = 0) -> list[tuple[str, str]]:
    """Names and kinds of people, organisations or sections, whatever shape the page gives them.

    >>> names([{"@type": "Person", "name": ["A", "B"]}, "C"])
    [('A', 'Person'), ('B', 'Person'), ('C', '')]
    >>> names({"@type": "Person", "givenName": "Ada", "familyName": "Byron"})
    [('Ada Byron', 'Person')]
    """
    if depth > 4:
        return []
    if isinstance(value, dict):
        if "name" not in value and isinstance(value.get("@id"), str):
            value = (named or {}).get(value["@id"], {})
        kind = value.get("@type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        inner = names(value.get("name"), named, depth=depth + 1) or names(_in_parts(value), depth=depth + 1)
        return [(name, kind if isinstance(kind, str) else "") for name, _ in inner]
    if isinstance(value, list):
        return [pair for item in value[:30] for pair in names(item, named, depth=depth + 1)]
    text = plain(value)
    return [(text, "")] if text else []


def _in_parts(person: dict) -> str:
    """The name of a person who has it in parts."""
    return " ".join(part for name in ("givenName", "additionalName", "familyName") if (part := plain(person.get(name))))


def plain(value: object, *, limit: int = 500) -> str:
    """One line of text from a value that should be one, or the first of a list of such; empty for anything else."""
    value = value[0] if isinstance(value, list) and value else value
    return " ".join(html.unescape(html.unescape(value[: 4 * limit])).split())[:limit] if isinstance(value, str) else ""


def body(nodes: Iterable[dict]) -> str:
    """The longest ``articleBody``, a paragraph a line, without markup."""
    texts = (node.get("articleBody") or node.get("text") for node in nodes)
    longest = max((text for text in texts if isinstance(text, str)), key=len, default="")
    unmarked = re.sub(
        r"<(?:br|/p|/div|/h\d|/li)\b[^>]{0,200}>", "\n", html.unescape(html.unescape(longest)), flags=re.I
    )
    return re.sub(r"<[a-zA-Z/!][^<>]{0,2000}>", " ", unmarked)
