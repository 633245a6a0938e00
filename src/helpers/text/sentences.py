"""Where sentences end, by one rule for all languages; what ends none is in their files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.text.languages import alphabet, either, pieces

_CLOSING = "\"'”’»)\\]"
LONGEST = 40  # letters of an abbreviation
_OPENING = "\"'“‘„«(\\[—–-"
_DATE = re.compile(r"\b\d{4}\.\s?\d{1,2}\.(?:\s?\d{1,2}\.)?")  # 2024. 6. 19., as Korean writes a day


@cache
def _end() -> re.Pattern[str]:
    begins = "".join(pieces("sentences", "begins"))
    return re.compile(
        rf"(?<![.!?…])[.!?…]++[{_CLOSING}]*\s+(?=[{_OPENING}]*\s?[{alphabet('capitals')}0-9{begins}])"
        r"|[。！？]+[”’」』）]*"
    )


@cache
def _abbreviation() -> re.Pattern[str]:
    initial = rf"(?<![^\W_])[{alphabet('capitals')}{alphabet('letters')}]"
    return re.compile(rf"(?:{initial}|(?<!\w)(?:{either('sentences', 'abbreviations')}))\.\s*$")


def sentences(text: str) -> Iterator[str]:
    """Sentences of a paragraph: end mark, then space, then a capital, a digit or an opening mark.

    Titles, initials and common abbreviations do not end a sentence.  The pieces joined give the text back.

    Parameters
    ----------
    text : str
        One paragraph.

    Yields
    ------
    str
        A sentence with the space that follows it.

    >>> list(sentences("Mr. Lavrov met D. Trump. They spoke. 5 pacts followed."))
    ['Mr. Lavrov met D. Trump. ', 'They spoke. ', '5 pacts followed.']
    """
    start = 0
    dates = [date.span() for date in _DATE.finditer(text)]
    for match in _end().finditer(text):
        near = max(start, match.start() - LONGEST)
        if _abbreviation().search(text, near, match.end()) or any(a <= match.start() < b for a, b in dates):
            continue
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
