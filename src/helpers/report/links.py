"""Where the links of a report lead: to a page of the same folder, to a heading, to the web; whatever else is text.

Notebooks and data statements link to files of the project (``06-validate.ipynb#Findings``); a report is a folder that
is read without the project.  `Links.tag` turns each link of written text into one that works in that folder, and
`dead` looks at all pages together for any that does not.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

OUTSIDE = 'rel="noopener noreferrer nofollow"'
BECOMES_PAGE = {".ipynb", ".md", ".yml", ".html"}
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"]")  # browsers and parsers may read it in two ways
CARRIED = re.compile(r"data:(?:text/csv|image/(?:png|svg\+xml))[;,]")  # what a page may carry along to be saved


@dataclass(frozen=True)
class Links:
    """What the links of one written text may lead to.

    Attributes
    ----------
    pages : frozenset of str
        File names of the pages that are in the report's folder, or are being written.
    source : Path, optional
        The file that the text is from; without it no file of the project can be told from a mistyped one.
    root : Path, optional
        The project's folder.
    home : str
        The page that a bare ``#heading`` is on, where the text is shown on another.
    """

    pages: frozenset[str] = frozenset()
    source: Path | None = None
    root: Path | None = None
    home: str = ""

    def tag(self, words: str, address: str, *, output: bool = False) -> str:
        """A link as HTML, or its words alone.

        Parameters
        ----------
        words : str
            HTML.
        address : str
            As written.  A relative one that leads to no file of the project stays, so that `dead` finds it.
        output : bool
            Of what a cell said: leads to the web or to a page that is there; no data can make a dead link.

        >>> links = Links(frozenset({"06-validate.html"}))
        >>> links.tag("how", "06-validate.ipynb#What-coders-saw")
        '<a href="06-validate.html#what-coders-saw">how</a>'
        >>> links.tag("here", "https://post.invalid/?a=1&b")
        '<a href="https://post.invalid/?a=1&amp;b" rel="noopener noreferrer nofollow">here</a>'
        >>> links.tag("here", "javascript:alert(1)")
        'here'
        """
        if on_the_web(address):
            return f'<a href="{html.escape(address)}" {OUTSIDE}>{words}</a>'
        path, _, fragment = address.partition("#")
        anchor = f"#{slug(unquote(fragment))}" if fragment else ""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\", address):
            return words  # another scheme, or another host
        name = PurePosixPath(unquote(path)).with_suffix(".html").name if path.strip("/.") else ""
        if PurePosixPath(path).suffix in BECOMES_PAGE and name in self.pages and self._own(path):
            return f'<a href="{html.escape(quote(name) + ("" if output else anchor))}">{words}</a>'
        if output:
            return words
        if not path:
            return f'<a href="{html.escape(self.home + anchor)}">{words}</a>'
        if self._in_project(path):
            file = PurePosixPath(unquote(path)).name
            return words if file in html.unescape(words) else f"{words} (<code>{html.escape(file)}</code>)"
        return f'<a href="{html.escape(address)}">{words}</a>'

    def _file(self, path: str) -> Path | None:
        """The file of the project that a relative link leads to; None where that cannot be known."""
        return (self.source.parent / unquote(path)).resolve() if self.source else None

    def _own(self, path: str) -> bool:
        """Whether a file is the collection's or this study's; a page bears the name of no other study's file."""
        file = self._file(path)
        return file is None or file.parent == self.source.resolve().parent or file.parent.parent.name != "studies"

    def _in_project(self, path: str) -> bool:
        file = self._file(path)
        return file is not None and file.exists() and self.root is not None and file.is_relative_to(self.root.resolve())


def slug(words: str) -> str:
    """The id of a heading: its words, small, joined by hyphens; what JupyterLab makes of them leads to the same.

    >>> slug("How they differ, by outlet"), slug("How-they-differ,-by-outlet"), slug("Данные")
    ('how-they-differ-by-outlet', 'how-they-differ-by-outlet', 'данные')
    """
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"


def on_the_web(address: str) -> bool:
    """Whether an address is one of the web, written so that nobody reads it in two ways.

    >>> on_the_web("https://post.invalid/1"), on_the_web("file:///etc/passwd"), on_the_web("https://me@post.invalid")
    (True, False, False)
    """
    if UNSEEN.search(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


LINK = re.compile(r'<a\b(?:[^<>"]|"[^"]*")*?\shref="([^"]*)"(?:[^<>"]|"[^"]*")*>(.*?)</a>', re.DOTALL)


def for_paper(page: str) -> str:
    """A page whose links lead to itself or to the web; those to other pages of its folder name them instead.

    A browser that prints would write the whole path of those pages into the PDF, which is nobody else's.

    >>> for_paper('<a href="#x">1</a> <a href="07-compare.html#y">more</a> <a href="https://post.invalid/">3</a>')
    '<a href="#x">1</a> more (07-compare.html) <a href="https://post.invalid/">3</a>'
    """

    def plain(link: re.Match[str]) -> str:
        address, words = html.unescape(link[1]), link[2]
        if address.startswith("#") or on_the_web(address):
            return link[0]
        path = unquote(address.partition("#")[0])
        return (
            words if CARRIED.match(address) or path.removesuffix(".html") in words else f"{words} ({html.escape(path)})"
        )

    return LINK.sub(plain, page)


class _Reader(HTMLParser):
    """The links of a page and what can be linked to on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        values = dict(attrs)
        if values.get("id"):
            self.ids[values["id"]] += 1
        if tag in {"a", "area"} and "href" in values:
            self.links.append(values["href"] or "")


def dead(pages: Mapping[str, str], others: Mapping[str, str | None]) -> list[str]:
    """Links within a report that lead nowhere, each as a line that names page and link.

    Parameters
    ----------
    pages : mapping of str to str
        Name and text of every page that is looked at.
    others : mapping of str to str or None
        What else is in the folder: text of pages, None for files that are none.

    >>> dead({"a.html": '<a href="b.html#x">1</a><a href="#y">2</a><p id="y">'}, {"b.html": '<h2 id="x">'})
    []
    >>> dead({"a.html": '<a href="b.html#z">the rest</a><a href="c.html">3</a>'}, {"b.html": '<h2 id="x">'})
    ["a.html: its link to 'b.html#z' leads to no heading of b.html", "a.html: its link to 'c.html' leads to no page"]
    """
    read = {name: _Reader(text) for name, text in pages.items()}
    ids = {name: page.ids for name, page in read.items()}
    asked = {link.partition("#")[0] for page in read.values() for link in page.links}
    for name, text in others.items():
        if name not in ids:
            ids[name] = _Reader(text).ids if text is not None and name in map(unquote, asked) else Counter()
    lines = [_why(name, link, ids) for name, page in read.items() for link in dict.fromkeys(page.links)]
    return [line for line in lines if line]


def _why(page: str, link: str, ids: Mapping[str, Counter[str]]) -> str:
    """Why a link is dead; empty for one that is not, and for those that leave the report."""
    if on_the_web(link) or CARRIED.match(link):
        return ""
    path, _, fragment = link.partition("#")
    target = unquote(path) or page
    if target not in ids:
        return f"{page}: its link to {link[:80]!r} leads to no page"
    if fragment and unquote(fragment) not in ids[target]:
        return f"{page}: its link to {link[:80]!r} leads to no heading of {target}"
    if fragment and ids[target][unquote(fragment)] > 1:
        return f"{page}: its link to {link[:80]!r} leads to several places of {target}, which have one id"
    return ""
