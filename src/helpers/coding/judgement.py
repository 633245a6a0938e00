"""What a coder says of one passage: frames seen, where, and under which definitions; and as one line of text.

A line says three things. ``seen``: codes with a space between, each with the words that show it, if any were marked
(``LEGALITY@12-40``: signs 12 to 39 of the passage). ``unsure``: codes of which the coder can't tell. ``asked``: every
code that was asked with the version of its definition (``LEGALITY:14e58eac``). A code that was asked and is neither
seen nor unsure was not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Span = tuple[int, int]
_SEEN = re.compile(r"([A-Z][A-Z0-9_]*)(?:@(\d+)-(\d+))?")
_ASKED = re.compile(r"([A-Z][A-Z0-9_]*):([0-9a-f]{8})")
ADJUDICATED = "adjudicated"  # the coder's name under which disagreements are settled


@dataclass(frozen=True)
class Judgement:
    """One coder's word on one passage.

    Raises
    ------
    ValueError
        A frame that was not asked, one both seen and unsure, or a span that holds nothing.
    """

    asked: Mapping[str, str]  # code to the fingerprint of its definition
    seen: Mapping[str, Span | None] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if unknown := sorted((set(self.seen) | self.unsure) - set(self.asked)):
            raise ValueError(f"frame {unknown[0]!r} was not asked")
        if both := sorted(set(self.seen) & self.unsure):
            raise ValueError(f"frame {both[0]!r} is both seen and unsure")
        for code, span in self.seen.items():
            if span is not None and not 0 <= span[0] < span[1]:
                raise ValueError(f"frame {code!r}: words from {span[0]} to {span[1]} are none")

    def value(self, code: str) -> float:
        """1 seen, 0 not, nan when the coder can't tell.

        >>> Judgement({"ALLIANCE": "14e58eac"}, {"ALLIANCE": (0, 4)}).value("ALLIANCE")
        1.0
        """
        return float("nan") if code in self.unsure else float(code in self.seen)


def to_fields(judgement: Judgement) -> tuple[str, str, str]:
    """``seen``, ``unsure`` and ``asked`` of a line.

    >>> to_fields(Judgement({"A": "00000000", "B": "11111111"}, {"A": (2, 5)}, frozenset({"B"})))
    ('A@2-5', 'B', 'A:00000000 B:11111111')
    """
    seen = (code if span is None else f"{code}@{span[0]}-{span[1]}" for code, span in judgement.seen.items())
    asked = (f"{code}:{fingerprint}" for code, fingerprint in judgement.asked.items())
    return " ".join(seen), " ".join(sorted(judgement.unsure)), " ".join(asked)


def from_fields(seen: str, unsure: str, asked: str) -> Judgement:
    """The judgement that a line holds.

    Raises
    ------
    ValueError
        A word of it is not of its form.

    >>> from_fields("A@2-5", "B", "A:00000000 B:11111111").seen
    {'A': (2, 5)}
    """
    spans: dict[str, Span | None] = {}
    for word in seen.split():
        code, start, end = _match(_SEEN, word).groups()
        spans[code] = None if start is None else (int(start), int(end))
    versions = dict(_match(_ASKED, word).groups() for word in asked.split())
    return Judgement(versions, spans, frozenset(unsure.split()))


def _match(pattern: re.Pattern[str], word: str) -> re.Match[str]:
    match = pattern.fullmatch(word)
    if match is None:
        raise ValueError(f"{word!r} is not of the form {'CODE or CODE@12-40' if pattern is _SEEN else 'CODE:14e58eac'}")
    return match
