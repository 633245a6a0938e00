"""Words on a figure: how wide they are, cut and broken to a measure that is theirs and not a number of letters.

Hangul and Han are twice as wide as Latin, and Cyrillic words are long: only the font knows what fits.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

POINTS = 72  # an inch
SLACK = 1.03  # letters are wider where a screen rounds them to its dots
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, also of direction: they are not words
TOPIC_NUMBER = re.compile(r"^(?:[a-z]{2,3}-)?\d{2}\s+(?=\S)")
LONGEST = 400  # characters of one label that are looked at


def plain(text: object) -> str:
    """One line without control characters, white space as single blanks.

    >>> plain("grain\\n\\u202edeal ")
    'grain deal'
    """
    letters = [" " if unicodedata.category(sign) in HIDDEN and sign.isspace() else sign for sign in str(text)[:LONGEST]]
    kept = "".join(sign for sign in letters if sign == " " or unicodedata.category(sign) not in HIDDEN)
    return re.sub(r"\s+", " ", kept).strip()


def unnumbered(name: object) -> str:
    """The words of a topic's name without its number, which is for tables.

    >>> unnumbered("en-01 ally, treaty"), unnumbered("alliance")
    ('ally, treaty', 'alliance')
    """
    return TOPIC_NUMBER.sub("", plain(name)) or plain(name)


def width(figure: Figure, text: str, *, size: float, bold: bool = False) -> float:
    """Width of one line, in inches.

    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure()
    >>> 1.9 < width(figure, "грань" * 2, size=8) / width(figure, "грань", size=8) < 2.1
    True
    >>> plt.close(figure)
    """
    return _inches(text, size, bold, tuple(mpl.rcParams["font.family"])) if text else 0.0


@lru_cache(maxsize=20_000)
def _inches(text: str, size: float, bold: bool, family: tuple[str, ...]) -> float:
    font = FontProperties(family=family, size=size, weight="bold" if bold else "normal")
    return SLACK * TextToPath().get_text_width_height_descent(text, font, False)[0] / POINTS


def cut(figure: Figure, text: str, *, size: float, room: float, bold: bool = False) -> str:
    """`text` as far as it fits into `room` inches, with an ellipsis where it does not.

    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure()
    >>> cut(figure, "ally", size=8, room=1), cut(figure, "ally" * 50, size=8, room=0.5)[-1]
    ('ally', '…')
    >>> plt.close(figure)
    """
    if width(figure, text, size=size, bold=bold) <= room:
        return text
    fits = bisect.bisect_left(
        range(1, len(text)), True, key=lambda n: width(figure, text[:n].rstrip() + "…", size=size, bold=bold) > room
    )
    return text[:fits].rstrip() + "…"


def folded(figure: Figure, text: object, *, size: float, room: float, most: int = 3, bold: bool = False) -> str:
    """One label broken into lines of at most `room` inches.

    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure()
    >>> folded(figure, "ally and treaty", size=8, room=0.7)
    'ally and\\ntreaty'
    >>> plt.close(figure)
    """
    return "\n".join(wrapped(figure, plain(text).split(), size=size, room=room, most=most, bold=bold))


def wrapped(
    figure: Figure, parts: Sequence[str], *, size: float, room: float, most: int | None = None, bold: bool = False
) -> list[str]:
    """Lines of at most `room` inches, broken only between parts; what is beyond `most` lines ends in an ellipsis.

    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure()
    >>> wrapped(figure, ["ally", "treaty"], size=8, room=0.4)
    ['ally', 'treaty']
    >>> plt.close(figure)
    """
    lines: list[str] = []
    for place, part in enumerate(parts):
        longer = f"{lines[-1]} {part}" if lines else part
        if lines and width(figure, longer, size=size, bold=bold) <= room:
            lines[-1] = longer
        elif most is not None and len(lines) == most:
            rest = " ".join([lines[-1], *parts[place:]])
            lines[-1] = cut(figure, rest, size=size, room=room, bold=bold)
            break
        else:
            lines.append(cut(figure, part, size=size, room=room, bold=bold))
    return lines
