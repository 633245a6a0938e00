"""Where sentences end, by one fixed rule for the five languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSING = "\"'”’»)\\]"
_OPENING = "\"'“‘„«(\\[—–-"
_CAPITAL = "A-ZА-ЯЁІЇЄҐ0-9가-힣"
_END = re.compile(
    rf"[.!?…]+[{_CLOSING}]*\s+(?=[{_OPENING}]*\s?[{_CAPITAL}])"  # end mark, space, what may begin a sentence
    r"|[。！？]+[”’」』）]*"
)
_ABBREVIATION = re.compile(
    r"(?:(?<![^\W_])[A-Za-zА-Яа-яЁёІіЇїЄєҐґ]"  # an initial
    r"|(?<!\w)(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sen|Rep|Gov|Adm|Amb|St|No|vs|Jr|Sr|Inc|Ltd"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    r"|г|гг|р|рр|т\.\s?[еднчпк]|ін|обл|вул|им|ул|тыс|млн|млрд|стр|см|рис|проф|акад|ред|напр|ст))\.\s*$"
)
_DATE = re.compile(r"\b\d{4}\.\s?\d{1,2}\.(?:\s?\d{1,2}\.)?")  # 2024. 6. 19., as Korean writes a day


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
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text, start, match.end()) or any(a <= match.start() < b for a, b in dates):
            continue
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
