"""Where a paragraph quotes, and whom: quotation marks and reporting verbs of all languages.

Marks are those of the languages' files.  Only a quotation of at least five words (ten characters in
Chinese or Korean script) is somebody's speech; a shorter one ("special operation") is a word the outlet
chose to hold at a distance, and stays the outlet's. So does a title where a word beside it says so: a treaty «О …»,
a film, a forum, 题为“…”. 《 》 are title marks and never speech. A Russian or Ukrainian paragraph that opens with a
dash is speech up to the reporting verb that a second dash brings in; one without such a verb may be a list, and is
speech if it asks, exclaims, or says "I", "we" or "you". So is what stands before « , — сказал Толен» where the marks
were lost.

A speaker is named right before the quotation or right after it, by a name or an office; a pronoun names nobody.
Marks, verbs and patterns stand in `helpers.text.languages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from helpers.text.languages import Language, alphabet, codes, either, filled, language, pieces, read_in_pages
from helpers.text.languages.zh import simplify

MIN_WORDS = 5
MIN_CHARACTERS = 10
MIN_UNOPENED = 3  # words before « , — сказал»
HALVES = 80  # characters at most between two halves of a quotation
SENTENCE = 600  # characters before a quotation whose subject stands before it
REACH = 160  # characters beside a quotation that are looked at
_BY_APOSTROPHE = frozenset("‘'")  # their closing mark is also an apostrophe
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")
_RESUMED = re.compile(r"[.,]\s*[—–-]\s*(?=[^\W\d]|[«“„\"])")
_BEGINS_WITH_DASH = re.compile(r"(?:[—–]\s*|-\s+)(?=[^\W\d]|[«“„\"])")
_INTRODUCED = re.compile(r"[:：]\s*$")
_TAG = 140  # characters between two parts of speech: «…, — сказал он, — …»


@cache
def _closers() -> dict[str, str]:
    """Marks that open a quotation, with those that close it."""
    closers: dict[str, str] = {}
    for opener, closer in pieces("speech", "marks"):
        closers[opener] = closers.get(opener, "") + closer
    return closers


@cache
def _titles() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What stands before a title, after one, at its end, and at its start, marks included."""
    return (
        re.compile(rf"(?:{either('speech', 'title_before')})\s*$"),
        re.compile(rf"^(?:{either('speech', 'title_after')})"),
        re.compile(rf"(?:{either('speech', 'title_end')})[’'”\"」』]$"),  # a treaty between marks is its name
        re.compile(either("speech", "title_start")),
    )


class _Dashes(NamedTuple):
    """How languages whose speech is marked by dashes put a reporting verb into it."""

    inserted: re.Pattern[str]  # into a quotation: «…, — сказал он, — …»
    tagged: re.Pattern[str]  # where a dash ends speech
    named: re.Pattern[str]  # the same with a name behind, which tells speech whose opening mark is lost
    personal: re.Pattern[str]
    begins: re.Pattern[str]  # a sentence of these languages


@cache
def _dashes() -> _Dashes:
    languages = [known for known in read_in_pages() if known.speech.dashes]
    with_dashes = [known.speech for known in languages]
    said = rf"(?:{'|'.join(verb for speech in with_dashes for verb in speech.said + speech.impersonal) or '(?!)'})\b"
    capital, small = alphabet("capitals"), alphabet("letters")
    says = rf"(?:[{capital}][\w-]+\s+){{0,2}}{said}"
    words = "|".join(word for speech in with_dashes for word in speech.personal) or "(?!)"
    return _Dashes(
        inserted=re.compile(
            rf"[,.!?…]\s*[—–-]\s*(?={says})(?:[^—–«»“”„\"]|«[^«»]{{1,40}}»){{3,{_TAG}}}?"
            r"(?:[,.]\s*[—–-]\s*|\.?(?=[»”“\"]$))"
        ),
        tagged=re.compile(rf"[,.!?…]\s*[—–-]\s*(?={says})"),
        named=re.compile(rf"[,!?…]\s*[—–]\s*(?={said}\s+(?:[{small}-]+\s+){{0,5}}[{capital}])"),
        personal=re.compile(rf"\b(?:{words})\b", re.IGNORECASE),
        begins=re.compile(rf"[«“„\"]?[{''.join(known.capitals for known in languages)}]"),
    )


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
    spans = _dialogue(paragraph)
    at = spans[-1][1] if spans else 0
    short: tuple[int, int] | None = None
    while at < len(paragraph):
        if paragraph[at] in _closers() and _opens(paragraph, at):
            end = _closing(paragraph, at)
            if end is not None:
                if not _long_enough(paragraph[at:end]):
                    short = (at, end)
                elif not _is_title(paragraph, at, end) and _is_speech(paragraph, at, end, spans):
                    if short and _is_first_half(paragraph, short, at):
                        spans.append(short)
                    spans.extend(_without_insertion(paragraph, at, end))
                at = end
                continue
        at += 1
    return spans


def _is_first_half(paragraph: str, short: tuple[int, int], at: int) -> bool:
    """Whether a short quotation goes on in the next one: “The road,” Tolen said, “will stay open all year.”"""
    between = paragraph[short[1] : at]
    return (
        paragraph[short[1] - 2] in ",，"
        and len(between) < HALVES
        and re.search(r"[,，]\s?$", between) is not None
        and not re.search(r"[!?。！？]|[^\W\d_]{2}[.] ", between)
    )


def _opens(text: str, at: int) -> bool:
    """Whether a mark can open a quotation here: directional marks always, others only before a word."""
    mark = text[at]
    if mark == "“" and _joins(text[at - 1 : at]) and not text[at + 1 : at + 2].isalnum():
        return False  # it closes what a lost mark opened
    if mark not in "\"'‘»":  # » opens in German only
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or after.isspace() or _joins(before):
        return False
    return mark != "'" or after.isalpha()


def _joins(character: str) -> bool:
    """Whether a mark beside it stands inside or at the wrong end of a word; Chinese and Korean set no spaces."""
    return character.isalnum() and not _EAST_ASIAN.match(character)


def _dialogue(paragraph: str) -> list[tuple[int, int]]:
    """Speech that dashes mark: — Мы готовы, — сказал он. — И давно."""
    opened = _BEGINS_WITH_DASH.match(paragraph)
    verb = (_dashes().tagged if opened else _dashes().named).search(paragraph, opened.end() if opened else 0)
    if verb is None:
        return [(0, len(paragraph))] if opened and _is_spoken(paragraph, opened.end()) else []
    start = 0 if opened else _unopened(paragraph, verb)
    if start is None:
        return []
    spans = []
    while verb is not None:
        spans.append((start, verb.start() + 1))
        resumed = _RESUMED.search(paragraph, verb.end(), verb.end() + _TAG)
        if resumed is None:
            return spans
        start, verb = resumed.end(), _dashes().tagged.search(paragraph, resumed.end())
    return [*spans, (start, len(paragraph))]


def _is_spoken(paragraph: str, start: int) -> bool:
    """Whether a line behind a dash is spoken, and no item of a list."""
    if not _dashes().begins.match(paragraph, start) or paragraph[-1] not in ".?!…" or not _long_enough(paragraph):
        return False
    return paragraph[-1] in "?!" or _dashes().personal.search(paragraph) is not None


def _unopened(paragraph: str, verb: re.Match[str]) -> int | None:
    """Where speech begins that no mark opens: in its sentence, or before, if the first one is spoken; None for none.

    Without "I", "we" or "you", or a second dash that goes on, it may be a sentence of the outlet's own.
    """
    before = paragraph[: verb.start()]
    resumed = _RESUMED.search(paragraph, verb.end(), verb.end() + _TAG) is not None
    if any(mark in _closers() for mark in before) or not (resumed or _dashes().personal.search(before)):
        return None
    breaks = [match.end() for match in re.finditer(r"[.!?…]\s+", before)]
    first = before[: breaks[0]] if breaks else ""
    start = 0 if not breaks or _dashes().personal.search(first) else breaks[-1]
    return start if len(_WORD.findall(before[start:])) >= MIN_UNOPENED else None


def _without_insertion(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The quotation less what the outlet puts into its middle: «…, — сказал он, — …»."""
    spans = []
    for inserted in _dashes().inserted.finditer(text, start, end):
        spans.append((start, inserted.start() + 1))
        start = inserted.end()
    return [*spans, (start, end)] if end - start > 1 else spans


def _is_speech(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """What a language says of marks that hold more than speech: slogans in Chinese, names in Korean."""
    between = text[spans[-1][1] : start] if spans else None
    rules = (known.rule("is_speech") for known in map(language, codes()))
    return all(rule(text[max(0, start - REACH) : start], text[start:end], text[end : end + 40], between)
               for rule in rules if rule)  # fmt: skip


def _is_title(text: str, start: int, end: int) -> bool:
    before, after, closing, opening = _titles()
    return bool(
        before.search(text[max(0, start - 40) : start])
        or after.match(text[end : end + 24])
        or closing.search(text[start:end])
        or opening.match(text, start, end)
    )


def _closing(text: str, at: int) -> int | None:
    """Offset after the closing mark; the paragraph's end if it stays open; None for no quotation."""
    opener = text[at]
    closers = _closers()[opener]
    depth, plural, last, straight = 0, None, None, None
    for position in range(at + 1, len(text)):
        mark = text[position]
        if mark == opener == '"':
            straight = straight or position + 1
        if mark == opener and _nests(text, position):
            depth += 1
        elif mark in closers and not (opener in _BY_APOSTROPHE and _joins(text[position + 1 : position + 2])):
            if opener in _BY_APOSTROPHE and _is_plural(text, position):
                plural = plural or position + 1
            elif depth == 0:
                return position + 1
            else:
                depth -= 1
                last = last or position + 1
    if opener in _BY_APOSTROPHE:
        return plural  # nothing else closes it, so the mark after a plural did
    if last is not None and (at or re.match(r"[.,]?\s*[—–-]\s", text[last:])):
        return last  # one mark closed both: «… «…», as Russian print does
    if straight:
        return straight
    return len(text) if opener != '"' or at == 0 else None


def _nests(text: str, at: int) -> bool:
    """Whether a further opening mark opens a quotation within one; a straight one only at the start of a word."""
    if text[at] == '"':
        return text[at - 1] in " (\u00a0" and text[at + 1 : at + 2].isalnum()
    return text[at] not in _BY_APOSTROPHE


def _is_plural(text: str, at: int) -> bool:
    """A mark after *s* in mid-phrase may be a possessive (the soldiers' rights)."""
    return text[at - 1 : at] == "s" and bool(re.match(r"\s[a-z]", text[at + 1 : at + 3]))


def _long_enough(quotation: str) -> bool:
    if len(_EAST_ASIAN.findall(quotation)) >= MIN_CHARACTERS:
        return True
    return not _EAST_ASIAN.search(quotation) and len(_WORD.findall(quotation)) >= MIN_WORDS


def speaker_of(paragraph: str, span: tuple[int, int]) -> str | None:
    """Who is plainly named as the speaker of a quotation, right before or right after it; else None.

    Nobody is guessed from an earlier paragraph.

    Parameters
    ----------
    paragraph : str
    span : (start, end)
        Character offsets of the quotation, as from `quotations`.

    Returns
    -------
    str or None
        As written, in the case it stands in; with the office where Korean and Chinese join the two.

    >>> line = "«Мы не оставим наших друзей одних», — заявил глава МИД Лавров."
    >>> speaker_of(line, (0, 34))
    'Лавров'
    >>> line = "외무성 대변인은 “우리는 친구들을 버리지 않을 것이다”라고 말했다."
    >>> speaker_of(line, (line.index("“"), line.index("”") + 1))
    '외무성 대변인'
    """
    start, end = span
    after, before = paragraph[end : end + REACH], paragraph[max(0, start - REACH) : start]
    for known in map(language, codes()):
        goes_on = known.rule("goes_on_after_quotation")
        if goes_on and goes_on(after):
            return known.rule("subject_of")(paragraph[max(0, start - SENTENCE) : start]) or _first_name(
                _patterns("after"), after
            )
    if _INTRODUCED.search(before):
        return _first_name(_patterns("before"), before) or _first_name(_patterns("after"), after)
    return _first_name(_patterns("after"), after) or _first_name(_patterns("before"), before)


@cache
def _patterns(side: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of every language for one side of a quotation, their parts put in."""
    return tuple(
        re.compile(filled(template, parts))
        for known in map(language, codes())
        for parts in [_parts(known)]
        for template in getattr(known.speech, side)
    )


def _parts(known: Language) -> dict[str, str]:
    own_parts = known.rule("speech_parts")
    parts = {"said": f"(?:{'|'.join(known.speech.said)})"} | (own_parts() if own_parts else {})
    for name, template in known.speech.parts.items():
        parts[name] = filled(template, parts)
    return parts


def _first_name(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
    folded = simplify(text)  # as long as the text, so that places in one are places in the other
    for pattern in patterns:
        match = pattern.search(folded)
        if match:
            name = _plain(text[match.start("name") : match.end("name")])
            if name:
                return name
    return None


def _plain(name: str) -> str | None:
    """The name without what a sentence opens with and without the office's state; None for a pronoun."""
    for letters, speaker_name in _own_names():
        if letters.match(name):
            return speaker_name(name)
    leads, pronouns, offices, genitive = _beside_names()
    words = name.rstrip(" .,").split()
    while words and words[0] in leads:
        words = words[1:]
    while len(words) > 1 and (words[0] in offices or genitive.search(words[0])):
        words = words[1:]
    if not words or not pronouns.isdisjoint(words):
        return None
    return " ".join(words)


@cache
def _own_names() -> tuple[tuple[re.Pattern[str], Callable[[str], str | None]], ...]:
    """Letters of names that a language reads by a rule of its own, and the rule."""
    rules = ((known.rule("LETTERS"), known.rule("speaker_name")) for known in map(language, codes()))
    return tuple((letters, rule) for letters, rule in rules if letters and rule)


@cache
def _beside_names() -> tuple[frozenset[str], frozenset[str], frozenset[str], re.Pattern[str]]:
    """Words that open a sentence, pronouns, offices with their states, and how a state's name ends before a name."""
    offices = {*pieces("speech", "offices"), *pieces("speech", "states")}
    leads, pronouns = frozenset(pieces("speech", "leads")), frozenset(pieces("speech", "pronouns"))
    return leads, pronouns, frozenset(offices), re.compile(either("speech", "genitive"))
