"""Items of one outlet that are one article, and items that are none: the same text again, and the teaser.

Two texts under one address may be two articles (a round-up's page, a feed without addresses of its own); one text
under many unlike titles is what a site shows in place of articles.  Own rules: `docs/methods.md` has what was measured.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import pandas as pd

from helpers.copies.shingles import hashed_words
from helpers.extract.normalise import line_key

SAME = 0.5  # of the shorter text's runs of words stand in the other: a live page again, a stub and its whole
RUN, RUN_OF_SIGNS = 3, 6  # words, or letters of a script without spaces
UNLIKE_TITLES = 3  # that share fewer than `ALIKE` of their words two by two: no article has so many names
ALIKE = 0.34
BORNE = 0.5  # of a title's words stand in the body that it is a title of
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

Runs = frozenset[tuple[int, ...]]


def first_of_same(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first text that is the same article, its own where none before it is.

    Parameters
    ----------
    texts : sequence of str
        What one outlet had under one address, in order.  A text without words is the same as the first.

    >>> first_of_same(["The bridge opened on Monday at noon.", "Wheat rose in price again this week.",
    ...                "The bridge opened on Monday at noon. Trains crossed it by night."])
    [0, 1, 0]
    """
    holders: dict[tuple[int, ...], list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    places: list[int] = []
    for place, runs in enumerate(_runs(list(texts))):
        shared = Counter(first for run in runs for first in holders.get(run, ()))
        same = [first for first, n in shared.items() if n >= SAME * min(len(runs), sizes[first])]
        first = min(same, default=place) if runs else 0
        if first == place:
            sizes[place] = len(runs)
            for run in runs:
                holders[run].append(place)
        places.append(first)
    return places


def teasers(texts: pd.Series, outlets: pd.Series, titles: pd.Series) -> pd.Series:
    """Texts that stand under unlike titles of one outlet and say nothing of what these announce.

    Parameters
    ----------
    texts, outlets, titles : Series of str, same index
        Titles may be missing; items without one tell nothing.

    Returns
    -------
    Series of int, indexed by the items whose text is a teaser
        How many items of the outlet have that text.

    >>> texts = pd.Series(["Read it in our app."] * 3 + ["The bridge opened at noon."] * 2)
    >>> titles = pd.Series(["Bridge opens", "Wheat is dear again", "Choir sings for envoys", "Bridge open", "At noon"])
    >>> teasers(texts, pd.Series("x", index=texts.index), titles).to_dict()
    {0: 3, 1: 3, 2: 3}
    """
    bodies = texts.fillna("").map(line_key)
    named = bodies[(bodies != "") & titles.fillna("").map(bool)]
    named = named[named.groupby([outlets.reindex(named.index), named]).transform("size") >= UNLIKE_TITLES]
    sizes: dict[object, int] = {}
    for (outlet, body), items in named.groupby([outlets.reindex(named.index), named]):
        if _is_teaser(body, [_title_words(title) for title in titles[items.index].unique()]):
            having = bodies.index[(bodies == body) & (outlets.reindex(bodies.index) == outlet)]
            sizes |= dict.fromkeys(having, len(having))
    return pd.Series(sizes, dtype=int).reindex([key for key in texts.index if key in sizes])


def _is_teaser(body: str, titles: list[frozenset[str]]) -> bool:
    """Whether three of its titles are unlike one another, and most are not borne out by the body."""
    words = _title_words(body)
    unlike: list[frozenset[str]] = []
    for title in titles:
        if title and all(len(title & other) < ALIKE * min(len(title), len(other)) for other in unlike):
            unlike.append(title)
    idle = sum(len(title & words) < BORNE * len(title) for title in unlike)
    return len(unlike) >= UNLIKE_TITLES and 2 * idle > len(unlike)


def _title_words(text: str) -> frozenset[str]:
    """Words of a title, cut to what case endings leave alone; two signs together where no space parts words."""
    key = line_key(text)
    signs = "".join(_SIGNS.findall(key))
    pairs = (signs[i : i + 2] for i in range(len(signs) - 1))
    return frozenset([*(word[:6] for word in _SIGNS.sub(" ", key).split() if len(word) > 1), *pairs])


def _runs(texts: list[str]) -> list[Runs]:
    """Runs of words of each text; of one with fewer words, the whole."""
    words = hashed_words(texts)
    runs = []
    for i in range(len(texts)):
        codes = words.of(i).tolist()
        n = min(RUN_OF_SIGNS if words.signs[i] else RUN, max(len(codes), 1))
        runs.append(frozenset(tuple(codes[k : k + n]) for k in range(len(codes) - n + 1)) if codes else frozenset())
    return runs
