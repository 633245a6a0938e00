"""Where a paragraph quotes, and whom: quotation marks of the five languages, and reporting verbs.

Marks: “ ” ‘ ’ " ' « » „ “ ‹ › 「 」 『 』. Only a quotation of at least five words (ten characters in
Chinese or Korean script) is somebody's speech; a shorter one ("special operation") is a word the outlet
chose to hold at a distance, and stays the outlet's.
"""

from __future__ import annotations

import re

MIN_WORDS = 5
MIN_CHARACTERS = 10
_CLOSERS = {"“": "”", "«": "»", "„": "“”", "‹": "›", "「": "」", "『": "』", "‘": "’", '"': '"', "'": "'"}
_BY_APOSTROPHE = frozenset("‘'")  # their closing mark is also an apostrophe
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")

_EN_SAID = (
    r"(?:said|says|told|tells|stated|states|stressed|added|adds|noted|notes|declared|announced|warned|wrote|argued|claimed|"
    r"insisted|asked|explained|emphasi[sz]ed|acknowledged|confirmed)"
)
_EN_WORD = r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Adm|U\.S|[A-Z])\.|[A-Z][\w'’-]*)"
_EN_NAME = rf"{_EN_WORD}(?:\s+(?:(?:of|the|for|and|al)\s+)*{_EN_WORD}){{0,6}}"
_RU_SAID = (
    r"(?:сказа|заяви|отмети|подчеркну|добави|сообщи|рассказа|написа|поясни|объясни|призна|уточни|напомни|счита)"
    r"л[аи]?"
)
_RU_SAYS = r"(?:говорит|считает|отмечает|заявляет|подчёркивает|подчеркивает|сообщает|пишет)"
_UK_SAID = r"(?:сказа|заяви|зазначи|дода|наголоси|повідоми|розпові|підкресли|написа|поясни)(?:в|ла|ли)"
_CYRILLIC_NAME = r"[А-ЯЁІЇЄҐ][\w'’-]*(?:\.\s?)?(?:\s?[А-ЯЁІЇЄҐ][\w'’-]*){0,3}"
_CYRILLIC_SAID = rf"(?:{_RU_SAID}|{_RU_SAYS}|{_UK_SAID})"
_ROLE = r"(?:[а-яёіїєґ-]+\s+){0,5}"
_AFTER = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^[\s,.—–-]*{_EN_SAID}\s+(?:the\s+)?(?P<name>{_EN_NAME})",
        rf"^[\s,.—–-]*(?P<name>{_EN_NAME})\s+(?:also\s+)?{_EN_SAID}\b",
        rf"^[\s,.—–-]*{_CYRILLIC_SAID}\s+{_ROLE}(?P<name>{_CYRILLIC_NAME})",
    )
)
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<name>{_EN_NAME})\s+(?:also\s+)?{_EN_SAID}(?:\s+[a-z]+){{0,3}}[\s,:]*$",
        rf"(?P<name>{_CYRILLIC_NAME})\s+{_CYRILLIC_SAID}(?:\s+[а-яёіїєґ]+){{0,3}}[\s,:—–-]*$",
    )
)
_PRONOUNS = frozenset("He She It They We I You The A An But And Он Она Они Мы Я Но И Він Вона Вони Ми".split())


def quotations(paragraph: str) -> list[tuple[int, int]]:
    """Spans of quoted speech in a paragraph, marks included, in order and without overlap.

    An opening mark without its closing one quotes to the end of the paragraph, never further: the way print
    continues a quotation over several paragraphs is to open each anew. A straight mark that never closes is
    no quotation unless it opens the paragraph.

    Parameters
    ----------
    paragraph : str

    Returns
    -------
    list of (start, end)
        Character offsets; ``paragraph[start:end]`` begins with the opening mark.

    >>> line = 'The "special operation" goes on. “We will not leave our friends alone,” he said.'
    >>> [line[start:end] for start, end in quotations(line)]
    ['“We will not leave our friends alone,”']
    """
    spans = []
    at = 0
    while at < len(paragraph):
        if paragraph[at] in _CLOSERS and _opens(paragraph, at):
            end = _closing(paragraph, at)
            if end is not None:
                if _long_enough(paragraph[at:end]):
                    spans.append((at, end))
                at = end
                continue
        at += 1
    return spans


def speaker_of(paragraph: str, span: tuple[int, int]) -> str | None:
    """Who is plainly named as the speaker of a quotation, right before or right after it; else None.

    A pronoun names nobody, and nobody is guessed from an earlier paragraph.

    >>> line = "«Мы не оставим наших друзей одних», — заявил глава МИД Лавров."
    >>> speaker_of(line, quotations(line)[0])
    'МИД Лавров'
    >>> line = 'John Kirby told reporters: “We have seen these troops moving to the east.”'
    >>> speaker_of(line, quotations(line)[0])
    'John Kirby'
    """
    start, end = span
    tries = [(pattern, paragraph[end : end + 160]) for pattern in _AFTER]
    tries += [(pattern, paragraph[max(0, start - 160) : start]) for pattern in _BEFORE]
    for pattern, text in tries:
        match = pattern.search(text)
        if match and _PRONOUNS.isdisjoint(match.group("name").split()):
            return match.group("name").rstrip(" .,")
    return None


def _opens(text: str, at: int) -> bool:
    """Whether a mark can open a quotation here: directional marks always, others only before a word."""
    mark = text[at]
    if mark not in "\"'‘":
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or after.isspace() or before.isalnum():
        return False
    return mark != "'" or after.isalpha()


def _closing(text: str, at: int) -> int | None:
    """Offset after the closing mark; the paragraph's end if it stays open; None for no quotation."""
    opener = text[at]
    closers = _CLOSERS[opener]
    depth, plural = 0, None
    for position in range(at + 1, len(text)):
        mark = text[position]
        if mark in closers and not (opener in _BY_APOSTROPHE and text[position + 1 : position + 2].isalnum()):
            if opener in _BY_APOSTROPHE and _is_plural(text, position):
                plural = plural or position + 1
            elif depth == 0:
                return position + 1
            else:
                depth -= 1
        elif mark == opener and opener not in "\"'‘„":
            depth += 1
    if opener in _BY_APOSTROPHE:
        return plural  # nothing else closes it, so the mark after a plural did
    return len(text) if opener != '"' or at == 0 else None


def _is_plural(text: str, at: int) -> bool:
    """A mark after *s* in mid-phrase may be a possessive (the soldiers' rights)."""
    return text[at - 1 : at] == "s" and bool(re.match(r"\s[a-z]", text[at + 1 : at + 3]))


def _long_enough(quotation: str) -> bool:
    if len(_EAST_ASIAN.findall(quotation)) >= MIN_CHARACTERS:
        return True
    return not _EAST_ASIAN.search(quotation) and len(_WORD.findall(quotation)) >= MIN_WORDS
