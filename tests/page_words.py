"""What no page may say to a reader: codes, ids, internal tokens, a number parted from its unit.

In: a page.  Out: the offending words, with their surroundings.  Code, file names, addresses and pictures are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import html

FRAME = "//table[contains(@class, 'dataframe')]"  # a frame as pandas shows it, below the code that made it
UNREAD = f"{FRAME}|//script|//style|//svg|//nav|//pre|//code|//a[starts-with(@href, 'http')]|//*[@hidden]|//head"
AROUND = 30  # characters on each side of an offence
RULES = {
    "an internal token": r"(?<![\w.@])@[A-Z]{2,}[\w.]*",
    "a code in capitals": r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b",
    "a name with an underscore": r"\b[a-z]+(?:_[a-z0-9]+)+\b(?!\.\w)",
    "a topic by its number": r"\b[a-z]{2}-\d\d\b(?!-)",
    "not a number": r"\b(?:nan|NaN|NaT)\b",
    "an interval by half of it": r"\beither way\b",
    "a break before a unit": r"\d (?:%|points?\b)|\b[pqn] = [\d.]",
    "a hash": r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b",
    "a language by its code": r"\b[Ll]anguages? (?:en|ru|uk|ko|zh)\b|\((?:en|ru|uk|ko|zh)\)",
}


def offences(page: str, *, ids: Iterable[str] = (), allowed: Mapping[str, str] | None = None) -> list[str]:
    """Every offence on a page as ``what: …words…``, in the order of the rules.

    Parameters
    ----------
    page : str
        HTML.
    ids : iterable of str
        Ids of the study that are no words, such as those of its outlets and frames.
    allowed : mapping, optional
        Words that look like an offence and are none, with the reason.

    >>> offences("<p>34 % of ‘@RUS’</p><code>a_b</code>")
    ['an internal token: 34 % of ‘@RUS’', 'a break before a unit: 34 % of ‘@RUS’']
    """
    read = " ".join(text_of(page).split(" "))
    for word in allowed or ():
        read = read.replace(word, "")
    rules = RULES | ({"an id": rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, ids))})(?![\w/.-])"} if ids else {})
    return [
        f"{what}: {read[max(0, hit.start() - AROUND) : hit.end() + AROUND].strip()}"
        for what, pattern in rules.items()
        for hit in re.finditer(pattern, read)
    ]


def text_of(page: str) -> str:
    """What a reader reads of a page, words of neighbouring cells and paragraphs apart."""
    tree = html.fromstring(page)
    for unread in tree.xpath(UNREAD):
        unread.drop_tree()
    return re.sub(r"[ \t\n]+", " ", " ".join(tree.itertext()))
