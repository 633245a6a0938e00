"""Every stretch of another script on a page has its language, whoever wrote it there.

What knows the language of what it shows says so itself (`helpers.show.foreign`); this is the net below: outlets' names,
words in prose, in code and in printed output.
"""

from __future__ import annotations

import re

from helpers.show.foreign import RUN, foreign

TOKEN = re.compile(
    r"""<!--.*?-->|<(?P<raw>script|style|title|textarea|svg|math)\b.*?</(?P=raw)\s*>"""
    r"""|<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*)>|[^<]+|<""",
    re.DOTALL | re.IGNORECASE,
)
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LANG = re.compile(r"\slang\s*=", re.IGNORECASE)


def mark_languages(page: str) -> str:
    """A page in which text of another script stands in an element with ``lang``; the page's own language is English.

    >>> mark_languages('<html lang="en"><p title="мир">Its word is 평화.</p><td lang="uk"><b>мир</b></td>')
    '<html lang="en"><p title="мир">Its word is <bdi lang="ko">평화</bdi>.</p><td lang="uk"><b>мир</b></td>'
    """
    if not RUN.search(page):
        return page
    parts: list[str] = []
    open_tags: list[tuple[str, bool]] = []  # and whether the language of what stands in it is known
    for token in TOKEN.finditer(page):
        tag = (token["tag"] or "").lower()
        if tag and token["end"]:
            _close(open_tags, tag)
        elif tag and tag not in EMPTY and not token["rest"].endswith("/"):
            known = bool(open_tags and open_tags[-1][1])
            open_tags.append((tag, known or (tag != "html" and bool(LANG.search(token["rest"])))))
        elif not token[0].startswith("<") and not (open_tags and open_tags[-1][1]):
            parts.append(RUN.sub(lambda run: foreign(run[0]), token[0]))
            continue
        parts.append(token[0])
    return "".join(parts)


def _close(open_tags: list[tuple[str, bool]], tag: str) -> None:
    """Leave an element, and those in it that were never closed."""
    for place in range(len(open_tags) - 1, -1, -1):
        if open_tags[place][0] == tag:
            del open_tags[place:]
            return
