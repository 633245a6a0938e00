"""Which headlines name both states of a pair only in passing: in a list of adversaries, far down, in a round-up.

A headline with its standfirst is short, and most of those that name both states are about the two.  The others list
them beside further states, name the second far down a long standfirst, or stand over a round-up whose title is about
something else.  Own rule; `benchmarks/headlines_relevance.md` has what was read and measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.text.aliases import Aliases
from helpers.text.genre import PASSING
from helpers.text.languages import language as known
from helpers.text.tokens import BREAK, lemmas

LISTED, LATE, ROUND_UP = "listed", "late", "round-up"
LIST = 3  # states or more in a row, each parted from the next by a comma or a conjunction
EARLY = 45  # words of headline and standfirst by which both states are named
_CLAUSES = re.compile(r"(?<=[.!?…;:])\s+|\s[–—|-]\s|(?<=[。！？；：])")

Mention = tuple[str, int, bool]  # code, words before it, whether in a list


def in_passing(
    headlines: pd.DataFrame, *, entities: Mapping[str, Mapping[str, Sequence[str]]], pair: tuple[str, str]
) -> pd.Series:
    """Why a headline that names both states is not about the two; blank where it is, or names one or none.

    Parameters
    ----------
    headlines : DataFrame, columns ``language``, ``title``, ``standfirst``, ``genre``
        Texts in one line each, blank where there is none; `genre` is blank for plain news.
    entities : mapping of code to mapping of language to aliases
    pair : (str, str)

    Returns
    -------
    Series of str, indexed as `headlines`
        ``listed``: one of the two stands only in lists of `LIST` states or more, further states or not.  ``late``:
        the second is named behind the first `EARLY` words.  ``round-up``: the genre is one of many subjects
        (`helpers.text.genre.PASSING`), and the headline itself does not name both.  Lists are not looked for in
        languages that put no word between names.

    >>> states = {"RUS": {"en": ("Russia",)}, "PRK": {"en": ("North Korea",)}, "CHN": {"en": ("China",)}}
    >>> titles = ["Russia buys shells in North Korea", "A plan against China, Russia, Iran and North Korea"]
    >>> table = pd.DataFrame({"language": "en", "title": titles, "standfirst": "", "genre": ""})
    >>> in_passing(table, entities=states, pair=("RUS", "PRK")).tolist()
    ['', 'listed']
    """
    finders = {language: Aliases(entities, language) for language in sorted(headlines["language"].unique())}
    columns = headlines[["language", "title", "standfirst", "genre"]].fillna("").itertuples(index=False, name=None)
    reasons = [
        _reason(finders[language], title, standfirst, genre, frozenset(pair))
        for language, title, standfirst, genre in columns
    ]
    return pd.Series(reasons, index=headlines.index, dtype=object, name="in_passing")


def _reason(finder: Aliases, title: str, standfirst: str, genre: str, pair: frozenset[str]) -> str:
    head, length = _mentions(finder, title, 0)
    mentions = head + _mentions(finder, standfirst, length)[0]
    if not pair <= _codes(mentions):
        return ""
    if genre in PASSING and not pair <= _codes(head):
        return ROUND_UP
    if max(min(before for code, before, _ in mentions if code == state) for state in pair) >= EARLY:
        return LATE
    return "" if pair <= _codes(mention for mention in mentions if not mention[-1]) else LISTED


def _codes(mentions: Iterable[tuple[Any, ...]]) -> set[str]:
    return {code for code, *_ in mentions}


def _mentions(finder: Aliases, text: str, before: int) -> tuple[list[Mention], int]:
    """Entities named, clause by clause, behind so many words; and the words up to the end of the text."""
    mentions: list[Mention] = []
    for clause in _CLAUSES.split(text):
        words = lemmas(clause, finder.language, breaks=True)
        here = finder.find(words)
        listed = _in_lists(words, here, finder.language)
        mentions += [(code, before + _count(words[:start]), (start, end) in listed) for code, start, end in here]
        before += _count(words)
    return mentions, before


def _count(words: Sequence[str]) -> int:
    return sum(word != BREAK for word in words)


def _in_lists(words: Sequence[str], mentions: Sequence[tuple[str, int, int]], language: str) -> set[tuple[int, int]]:
    """Names that stand in lists of `LIST` states or more; one that is no entity of the study may stand between two."""
    if known(language).is_segmented:
        return set()
    partings = {BREAK, *known(language).names.conjunctions}
    listed: set[tuple[int, int]] = set()
    row: list[tuple[str, int, int]] = []
    strangers = 0
    for mention in [*mentions, ("", len(words), len(words))]:  # the last closes the row
        gap = words[row[-1][2] : mention[1]] if row else []
        between = [word for word in gap if word not in partings]
        if mention[0] and gap and gap[0] in partings and gap[-1] in partings and len(between) <= 1:
            row.append(mention)
            strangers += len(between)
            continue
        if len(_codes(row)) + strangers >= LIST:
            listed |= {(start, end) for _, start, end in row}
        row, strangers = [mention], 0
    return listed
