"""Words by which a page gives itself away: ends of articles, comment forms, machine disclosures, missing
sources.

The words were written from what sites print and stand in `helpers.text.languages`; add what you meet, with a test.
"""

from __future__ import annotations

import re
from functools import cache

from helpers.text.languages import either, filled, pieces, read_in_pages

MAX_DISCLOSURE = 240  # characters: a disclosure is a line of its own, not a paragraph about the subject


def ends_article(line: str) -> bool:
    """Whether a line is the head of a comment form, or announces a source and names none.

    >>> ends_article("Leave a reply"), ends_article("Source link:"), ends_article("Source: TASS")
    (True, True, False)
    """
    return _endings()[0].match(line) is not None


def names_no_source(line: str) -> bool:
    """Whether a line announces a source and names none.

    >>> names_no_source("Источник:"), names_no_source("Источник: ТАСС")
    (True, False)
    """
    return _endings()[1].match(line) is not None


@cache
def _endings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    forms, empty = either("page", "comment_forms"), either("page", "empty_sources")
    return (
        re.compile(rf"^\W*(?:{forms})|^\W*(?:{empty})\W*$", re.IGNORECASE),
        re.compile(rf"^\W*({empty})\W*$", re.IGNORECASE),
    )


def machine_line(line: str) -> str | None:
    """The words by which a line declares that a machine wrote the page, if it does.

    A line about machines is not one: it must speak of the text itself, or be nothing but the declaration.

    >>> machine_line("Artificial intelligence was used")
    'Artificial intelligence was used'
    >>> machine_line("Artificial intelligence was used by the army to find targets along the whole front.") is None
    True
    >>> machine_line("This text was composed by artificial intelligence and not reviewed.")
    'This text was composed by artificial intelligence and not reviewed.'
    """
    declares, bare = _disclosures()
    if len(line) > MAX_DISCLOSURE or not (declares.search(line) or bare.search(line)):
        return None
    return line.strip()


@cache
def _disclosures() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A line that says that a machine made this text, and one that says no more than that a machine was used."""
    subject = rf"(?:{either('machine', 'subject')})"
    forms = "|".join((*_spaced_forms(subject), *_joined_forms(subject)))
    bare = rf"^\W*{subject}\W+(?:was|were|has been)\W+used\b(?:\W+\w+){{0,4}}\W*$"
    return re.compile(forms, re.IGNORECASE), re.compile(bare, re.IGNORECASE)


_OPENS = r"(?:^|[.!?。]\s+)[^\w“”\"«»„‘「『]*(?:\w+[:：]\s*)?"  # a quoted declaration is somebody's speech


def _spaced_forms(subject: str) -> tuple[str, ...]:
    """Of languages that part words: this text was written with the help of a machine."""
    made, noun = rf"(?:{either('machine', 'made')})", rf"(?:{either('machine', 'noun')})"
    this = rf"(?:{either('machine', 'this')}) (?:\w+ )?{noun}"
    by = rf"(?:(?:{either('machine', 'by')})\W+){{0,5}}"
    be = rf"(?:(?:{either('machine', 'be')})\W+){{0,3}}"
    parts = {"this": this, "be": be, "by": by, "subject": subject, "made": made}
    closes = rf"(?:\W+(?:{either('machine', 'joins')})\b.*|(?:[^\w,，]+\w+){{0,2}})\W*$"
    return (
        rf"{_OPENS}{this}\W+{be}{made}\W+{by}{subject}",
        rf"{_OPENS}{this}\W+{be}{subject}\W?{made}",
        rf"{_OPENS}{subject}\W+(?:\w+\W+){{0,2}}{made}\W+(?:\w+\W+){{0,5}}?{this}\W*$",
        rf"{_OPENS}(?:(?:the )?{noun}\W+{be}{made}|{either('machine', 'alone')})\W+{by}{subject}{closes}",
        rf"{_OPENS}{noun}\W+{be}{subject}\W?{made}\W*$",
        *(_OPENS + filled(form, parts) for form in pieces("machine", "own_order")),
    )


def _joined_forms(subject: str) -> tuple[str, ...]:
    """Of scripts that join them.  A paragraph may say that machines write; only what joins the page to the machine may
    stand between the two."""
    known = [language.machine.joined for language in read_in_pages()]
    this, gap, tools, made, whole = (
        "|".join(piece for joined in known for piece in getattr(joined, key)) or "(?!)"
        for key in ("this", "gap", "tools", "made", "whole")
    )
    particles = "".join(joined.particles for joined in known)
    return (
        rf"{_OPENS}(?:{this})(?:{gap}|[ ,，、])*(?:{subject}|ai)(?:{tools}|[{particles} ])*(?:{made})",
        rf"{_OPENS}(?:{subject}|ai)(?:{whole})\W*$",
    )
