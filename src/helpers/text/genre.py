"""What kind of item a title and an address announce: a live blog, a briefing, a podcast, an opinion, …

A round-up names many states in passing, a podcast's title says what else is in it; neither is a story on a pair of
states.  Rules are those of `helpers.text.languages`: for titles the item's own language's, for addresses all of them.
What was measured on real feeds stands in `benchmarks/headlines_genre.md`.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from helpers.text.languages import codes, language

GENRES = ("video", "podcast", "newsletter", "pictures", "quiz", "live", "briefing", "opinion", "obituary")
"""In the order in which they are looked for: "Watch live: …" is a video."""
PASSING = ("podcast", "newsletter", "quiz", "live", "briefing")
"""Genres of many subjects: what they name, they may name in passing."""


def genre(title: str | None, address: str | None, code: str) -> str:
    """The genre that an item's address announces, or its title; blank for news as usual, and where nothing tells.

    Parameters
    ----------
    title, address : str or None
    code : str
        BCP 47, of the item's language.

    Returns
    -------
    str : one of `GENRES`, or blank

    >>> genre("Two ports open again", "http://quay.invalid/live/ports", "en")
    'live'
    >>> genre("Morning briefing: two ports open again", "http://quay.invalid/world/1", "en")
    'briefing'
    >>> genre("Ministers live up to a promise", "http://quay.invalid/world/how-we-live-now", "en")
    ''
    """
    path = _path(address or "")
    in_title, in_address = _rules(code)
    return next(
        (one for one in GENRES if in_address[one].search(path)),
        next((one for one in GENRES if in_title[one].search(title or "")), ""),
    )


def _path(address: str) -> str:
    """The path of an address, between strokes and in small letters."""
    try:
        path = urlsplit(address).path
    except ValueError:  # urlsplit's, of a bracket that never closes
        return "/"
    return f"/{path.lower().strip('/')}/"


@cache
def _rules(code: str) -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    """By genre what titles of a language hold, and what addresses hold."""
    own = language(code).genre.title if code in codes() else {}
    title = {one: _either(own.get(one, ())) for one in GENRES}
    paths = {
        one: [piece for known in codes() for piece in language(known).genre.address.get(one, ())] for one in GENRES
    }
    return title, {one: _either(pieces) for one, pieces in paths.items()}


def _either(pieces: tuple[str, ...] | list[str]) -> re.Pattern[str]:
    return re.compile("|".join(pieces) or "(?!)", re.IGNORECASE)
