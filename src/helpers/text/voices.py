"""An article's text as passages, the outlet's own words told from those it quotes.

A paragraph gives at most two rows: what the outlet says itself and what it quotes, with all speakers named beside it
("Tolen; Oskal"). Which words are whose is not kept: codes and truth know a passage by article, paragraph and voice.
In a transcript, where labels ("MS. PSAKI:", "Q", "В.Путин:") name each speaker, a label holds until the next one, and a
rule says whose voice it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers.text.languages import codes, either, language, name_of, pieces
from helpers.text.lengths import n_words
from helpers.text.quotes import quotations, speaker_of
from helpers.text.sentences import sentences

MAX_WORDS = 250  # a longer paragraph is cut at sentence ends: White House remarks run to thousands of words
VOICES = ("outlet", "quoted")
SPEAKERS = "; "  # between the speakers of a row
GAP = " … "  # joins the parts of a row: a break for phrases, so that none is read across a removed quotation

_CLAUSE_END = r"(?:[；，]|[;,]\s+)"
_PARAGRAPH = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


@cache
def default_voices() -> dict[str, str]:
    """The rules of `split_voices` where none are given: questions, in any language, are quoted.

    >>> any(re.fullmatch(rule, "QUESTION") for rule in default_voices())
    True
    """
    return {either("speech", "questions"): "quoted"}


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A speaker's label at the start of a paragraph, and where one stands inside it."""
    labels, inline = "|".join((*pieces("speech", "labels"), *pieces("speech", "inline_labels"))), "inline_labels"
    return (
        re.compile(
            r"(?P<label>(?:(?:[A-Z][A-Z.'’-]+)(?:\s+[A-Z][A-Z.'’-]*){0,5}(?:\s+\([^)]{1,60}\))?\s?:)"
            rf"|{labels})\s*"
        ),
        re.compile(rf"(?<=[.?!…»)\d])\s+(?={either('speech', inline)})"),
    )


class Passage(NamedTuple):
    """One row of the table `passages`: paragraph-sized text in one voice."""

    position: int
    paragraph: int
    voice: str
    speaker: str | None
    text: str


def split_voices(
    text: str, *, transcript_voices: Mapping[str, str] | None = None, max_words: int = MAX_WORDS
) -> list[Passage]:
    """Passages of an article, in reading order, the outlet's voice before the quoted one in each paragraph.

    Parameters
    ----------
    text : str
        Paragraphs separated by blank lines; a single line end is a space.
    transcript_voices : mapping of regular expression to {'outlet', 'quoted'}, optional
        Whose voice a speaker's label is, the whole label matched, first match wins; a label none matches is
        the outlet's (the press secretary speaks for the White House). Default `default_voices`: questions
        are quoted.
    max_words : int
        A longer paragraph is cut at sentence ends (a longer sentence at commas and semicolons) into pieces of
        at most so many words where those allow, each with a paragraph number of its own.

    Returns
    -------
    list of Passage
        `position` runs over rows, `paragraph` over paragraphs, both from 0.

    Raises
    ------
    ValueError
        A transcript rule names another voice.

    >>> for row in split_voices("“We have signed a treaty today,” said Kim. He left.\\n\\nRain fell."):
    ...     print(row.paragraph, row.voice, row.speaker, row.text)
    0 outlet None said Kim. He left.
    0 quoted Kim “We have signed a treaty today,”
    1 outlet None Rain fell.
    >>> briefing = "MS. PSAKI: Hello.\\n\\nQ What about Kursk?\\n\\nAnd arms?\\n\\nMS. PSAKI: No."
    >>> [row.voice for row in split_voices(briefing)]
    ['outlet', 'quoted', 'quoted', 'outlet']
    """
    rules = _compile(default_voices() if transcript_voices is None else transcript_voices)
    rows: list[Passage] = []
    number = 0
    for paragraph, base, speaker in _turns(text, rules):
        for piece, spans in _pieces(paragraph, [] if base == "quoted" else quotations(paragraph), max_words):
            for voice, who, part in _voices(piece, spans, base, speaker):
                rows.append(Passage(len(rows), number, voice, who, part))
            number += 1
    return rows


def measured_voices(languages: Iterable[str]) -> pd.DataFrame:
    """How well quoted text and speakers were found in invented paragraphs that no rule was tuned on.

    Parameters
    ----------
    languages : iterable of str
        BCP 47; a language that nothing was measured for is left out.

    Returns
    -------
    DataFrame
        One row a language, indexed by its name: paragraphs, precision and recall of quoted letters, how many of the
        paragraphs were given speakers, how many of those rightly, and the day it was measured.

    >>> list(measured_voices(["ko", "ru"]).index)
    ['Russian', 'Korean']
    """
    asked = set(languages)
    rows = {name_of(code): language(code).speech.measured for code in codes() if code in asked}
    table = pd.DataFrame({name: dict(row) for name, row in rows.items() if row}).T.rename_axis("language")
    whole, shares = ["paragraphs", "speakers", "right"], ["precision", "recall"]
    table = table.reindex(columns=["paragraphs", "precision", "recall", "speakers", "right", "date"])
    table = table.astype(dict.fromkeys(whole, int) | dict.fromkeys(shares, float))
    return table.rename(columns={"speakers": "given a speaker", "right": "rightly", "date": "measured on"})


def _turns(text: str, rules: list[tuple[re.Pattern[str], str]]) -> Iterator[tuple[str, str, str | None]]:
    """Paragraphs with the voice and the speaker that a transcript's labels give them."""
    paragraphs = [" ".join(part.split()) for part in _PARAGRAPH.split(_labels()[1].sub("\n\n", text))]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    labels = [_labels()[0].match(paragraph) for paragraph in paragraphs]
    is_transcript = sum(label is not None for label in labels) > 1  # one line with a colon is no transcript
    voice, speaker = "outlet", None
    for paragraph, label in zip(paragraphs, labels, strict=True):
        if is_transcript and label is not None:
            speaker = label.group("label").rstrip(" :")
            voice = next((voice for rule, voice in rules if rule.fullmatch(speaker)), "outlet")
            paragraph = paragraph[label.end() :]
        if paragraph:
            yield paragraph, voice, speaker


def _pieces(
    paragraph: str, spans: list[tuple[int, int]], max_words: int
) -> Iterator[tuple[str, list[tuple[int, int, str | None]]]]:
    """The paragraph, or its pieces when it is too long, each with the quotations that fall in it."""
    spoken = [(start, end, speaker_of(paragraph, (start, end))) for start, end in spans]
    start = 0
    for end in _cuts(paragraph, max_words):
        inside = [(max(a, start) - start, min(b, end) - start, who) for a, b, who in spoken if a < end and b > start]
        yield paragraph[start:end], inside
        start = end


def _cuts(paragraph: str, max_words: int) -> list[int]:
    """Offsets where pieces end; the last is the paragraph's end."""
    if n_words(paragraph) <= max_words:
        return [len(paragraph)]
    cuts, at, words = [], 0, 0
    for sentence in _clauses(paragraph, max_words):
        size = n_words(sentence)
        if words and words + size > max_words:
            cuts.append(at)
            words = 0
        at += len(sentence)
        words += size
    return [*cuts, len(paragraph)]


def _clauses(paragraph: str, max_words: int) -> Iterator[str]:
    """Sentences; one that is too long itself (Chinese may run on for a page of commas) clause by clause."""
    for sentence in sentences(paragraph):
        if n_words(sentence) <= max_words:
            yield sentence
        else:
            yield from re.findall(rf"(?:(?!{_CLAUSE_END}).)*{_CLAUSE_END}|.+", sentence)


def _voices(
    piece: str, spans: list[tuple[int, int, str | None]], base: str, speaker: str | None
) -> Iterator[tuple[str, str | None, str]]:
    """At most two rows: the piece outside its quotations, and inside them."""
    outside, inside, at = [], [], 0
    for start, end, _ in spans:
        outside.append(piece[at:start])
        inside.append(piece[start:end])
        at = end
    outside.append(piece[at:])
    own, quoted = _joined(outside), _joined(inside)
    if own:
        yield base, speaker, own
    if quoted:
        yield "quoted", _speakers(who for _, _, who in spans if who), quoted


def _speakers(names: Iterable[str]) -> str | None:
    """All who are named, in order; who is named twice, once with more of the name, stands with more of it."""
    kept: list[str] = []
    for name in names:
        other = next((i for i, one in enumerate(kept) if _is_part(name, one) or _is_part(one, name)), None)
        if other is None:
            kept.append(name)
        elif len(name) > len(kept[other]):
            kept[other] = name
    return SPEAKERS.join(kept) or None


def _is_part(name: str, whole: str) -> bool:
    """Whether a name is told by the words of a longer one; Chinese sets none apart."""
    return set(name.split()) <= set(whole.split()) or (name in whole and not name.isascii() and " " not in whole)


def _joined(parts: list[str]) -> str:
    """Parts in order; those without a letter or digit are left out."""
    kept = [part.strip(" ,;—–") for part in parts if any(character.isalnum() for character in part)]
    return GAP.join(kept)


def _compile(rules: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    for pattern, voice in rules.items():
        if voice not in VOICES:
            raise ValueError(f"transcript rule {pattern!r} names voice {voice!r}; use one of {', '.join(VOICES)}")
    return [(re.compile(pattern), voice) for pattern, voice in rules.items()]
