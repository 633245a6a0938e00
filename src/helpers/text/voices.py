"""An article's text as passages, a paragraph each, and whose words stand in it.

A passage is a whole paragraph as printed; quotation splits its words, never the unit.  Its words are told by speaker:
the outlet's own, and those of each whom it quotes ("Tolen", "Oskal", or nobody by name).  In a transcript, where labels
("MS. PSAKI:", "Q", "В.Путин:") name each speaker, a label holds until the next one, and a rule says whose voice it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers.text.languages import codes, either, language, name_of, pieces
from helpers.text.lengths import n_words
from helpers.text.quotes import MIN_WORDS, quotations, speaker_of
from helpers.text.sentences import sentences
from helpers.text.study_patterns import StudyPatterns

MAX_WORDS = 250  # a longer paragraph is cut at sentence ends: White House remarks run to thousands of words
VOICES = ("outlet", "quoted")
GAP = " … "  # joins the parts of one speaker's words: a break, so that no phrase is read across another's

_CLAUSE_END = r"(?:[；，]|[;,]\s+)"
_PARAGRAPH = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_SENTENCE_ENDS = re.compile(r"[.?!…。？！](?=.)", re.DOTALL)


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


class Speech(NamedTuple):
    """What one speaker says in a passage; the outlet is one of them, nameless outside transcripts."""

    place: int
    voice: str
    speaker: str | None
    n_words: int
    text: str


class Passage(NamedTuple):
    """A paragraph, or a piece of a long one, and whose words it holds; as many as in all of its `speech`."""

    position: int
    n_words: int
    n_words_quoted: int
    text: str
    speech: tuple[Speech, ...]


def split_voices(
    text: str,
    *,
    transcript_voices: Mapping[str, str] | None = None,
    max_words: int = MAX_WORDS,
    whole: bool = False,
    patterns: StudyPatterns | None = None,
) -> list[Passage]:
    """Passages of an article, in reading order, with what each speaker says in them.

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
        at most so many words where those allow, each a passage of its own.
    whole : bool
        The text is one passage, as a headline with its standfirst is: no paragraph, label or length parts it.
    patterns : StudyPatterns, optional
        Who searches with the transcript's rules, and tells which of them take too long: these fit nobody.

    Returns
    -------
    list of Passage
        `position` and, within a passage, `place` run from 0, speakers in the order in which they come.  A label is no
        part of a passage's text; a paragraph without letters or digits is none.

    Raises
    ------
    ValueError
        A transcript rule names another voice.

    >>> for passage in split_voices("“We have signed a treaty today,” said Kim. He left.\\n\\nRain fell."):
    ...     print(passage.position, passage.n_words, passage.n_words_quoted, passage.text)
    ...     for speech in passage.speech:
    ...         print("  ", speech.voice, speech.speaker, speech.text)
    0 10 6 “We have signed a treaty today,” said Kim. He left.
       quoted Kim “We have signed a treaty today,”
       outlet None said Kim. He left.
    1 2 0 Rain fell.
       outlet None Rain fell.
    >>> briefing = "MS. PSAKI: Hello.\\n\\nQ What about Kursk?\\n\\nAnd arms?\\n\\nMS. PSAKI: No."
    >>> [(speech.voice, speech.speaker) for passage in split_voices(briefing) for speech in passage.speech]
    [('outlet', 'MS. PSAKI'), ('quoted', 'Q'), ('quoted', 'Q'), ('outlet', 'MS. PSAKI')]
    """
    rules = _checked(default_voices() if transcript_voices is None else transcript_voices)
    passages: list[Passage] = []
    turns = [(" ".join(text.split()), "outlet", None)] if whole else _turns(text, rules, patterns or StudyPatterns())
    max_words = n_words(text) if whole else max_words
    for paragraph, base, speaker in turns:
        for piece, spans in _pieces(paragraph, [] if base == "quoted" else quotations(paragraph), max_words):
            speech = _speech(piece, spans, base, speaker)
            if speech:
                n_quoted = sum(one.n_words for one in speech if one.voice == "quoted")
                n_all = sum(one.n_words for one in speech)
                passages.append(Passage(len(passages), n_all, n_quoted, piece.strip(), speech))
    return passages


def holds_voice(passages: pd.DataFrame, voice: str) -> pd.Series:
    """Which passages are asked what they say in a voice.

    In the quoted voice, those that hold a quotation.  In the outlet's, those without one, or with five words or more
    beside it, as many as make a quotation: "he said" is no passage.  In all voices together, every passage.

    Parameters
    ----------
    passages : DataFrame, columns ``n_words``, ``n_words_quoted``
    voice : {'all', 'outlet', 'quoted'}

    Returns
    -------
    Series of bool, indexed as `passages`

    >>> passages = pd.DataFrame({"n_words": [12, 12, 12, 2], "n_words_quoted": [0, 5, 10, 0]})
    >>> [holds_voice(passages, voice).astype(int).tolist() for voice in ("all", "outlet", "quoted")]
    [[1, 1, 1, 1], [1, 1, 0, 1], [0, 1, 1, 0]]
    """
    if voice not in ("all", *VOICES):
        raise ValueError(f"voice {voice!r} is not one of all, {', '.join(VOICES)}")
    quoted = passages["n_words_quoted"] > 0
    if voice == "outlet":
        return ~quoted | (passages["n_words"] - passages["n_words_quoted"] >= MIN_WORDS)
    return quoted if voice == "quoted" else pd.Series(True, index=passages.index)


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


def _turns(text: str, rules: Mapping[str, str], patterns: StudyPatterns) -> Iterator[tuple[str, str, str | None]]:
    """Paragraphs with the voice and the speaker that a transcript's labels give them."""
    paragraphs = [" ".join(part.split()) for part in _PARAGRAPH.split(_labels()[1].sub("\n\n", text))]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    labels = [_labels()[0].match(paragraph) for paragraph in paragraphs]
    is_transcript = sum(label is not None for label in labels) > 1  # one line with a colon is no transcript
    voice, speaker = "outlet", None
    for paragraph, label in zip(paragraphs, labels, strict=True):
        if is_transcript and label is not None:
            speaker = label.group("label").rstrip(" :")
            voice = next((voice for rule, voice in rules.items() if patterns.fits(rule, speaker)), "outlet")
            paragraph = paragraph[label.end() :]
        if paragraph:
            yield paragraph, voice, speaker


def _pieces(
    paragraph: str, spans: list[tuple[int, int]], max_words: int
) -> Iterator[tuple[str, list[tuple[int, int, str | None]]]]:
    """The paragraph, or its pieces when it is too long, each with the quotations that fall in it."""
    spoken = _spoken(paragraph, spans)
    start = 0
    for end in _cuts(paragraph, max_words):
        inside = [(max(a, start) - start, min(b, end) - start, who) for a, b, who in spoken if a < end and b > start]
        yield paragraph[start:end], inside
        start = end


def _spoken(paragraph: str, spans: list[tuple[int, int]]) -> list[tuple[int, int, str | None]]:
    """Quotations with their speakers; one that goes on after its speaker was named (…, said Kim. “…) is theirs too."""
    spoken: list[tuple[int, int, str | None]] = []
    for start, end in spans:
        who = speaker_of(paragraph, (start, end))
        if who is None and spoken and not _SENTENCE_ENDS.search(paragraph[spoken[-1][1] : start].rstrip(" —–")):
            who = spoken[-1][2]
        spoken.append((start, end, who))
    return spoken


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


def _speech(piece: str, spans: list[tuple[int, int, str | None]], base: str, speaker: str | None) -> tuple[Speech, ...]:
    """What each speaker says in a piece: a row the outlet or label, outside quotations, and one each who is quoted."""
    parts, at, whole = [], 0, _whole_names(who for _, _, who in spans if who)
    for start, end, who in spans:
        parts += [(base, speaker, piece[at:start]), ("quoted", whole.get(who), piece[start:end])]
        at = end - _is_particle(piece, end)
    said: dict[tuple[str, str | None], list[str]] = {}
    for voice, who, part in [*parts, (base, speaker, piece[at:])]:
        if any(character.isalnum() for character in part):
            said.setdefault((voice, who), []).append(part.strip(" ,;—–"))
    return tuple(
        Speech(place, voice, who, sum(map(n_words, words)), GAP.join(words))
        for place, ((voice, who), words) in enumerate(said.items())
    )


def _is_particle(piece: str, end: int) -> bool:
    """Whether a quotation is followed by letters without a blank: a Korean particle is read as one beside its mark."""
    return end < len(piece) and piece[end].isalnum() and not piece[end - 1].isalnum()


def _whole_names(names: Iterable[str]) -> dict[str | None, str]:
    """Each name with the one it is shown by: who is named twice, once with more of the name, stands with more of it."""
    given = list(names)
    kept: list[str] = []
    for name in given:
        other = next((i for i, one in enumerate(kept) if _is_part(name, one) or _is_part(one, name)), None)
        if other is None:
            kept.append(name)
        elif len(name) > len(kept[other]):
            kept[other] = name
    return {name: next(one for one in kept if _is_part(name, one) or _is_part(one, name)) for name in given}


def _is_part(name: str, whole: str) -> bool:
    """Whether a name is told by the words of a longer one; Chinese sets none apart."""
    return set(name.split()) <= set(whole.split()) or (name in whole and not name.isascii() and " " not in whole)


def _checked(rules: Mapping[str, str]) -> Mapping[str, str]:
    for pattern, voice in rules.items():
        if voice not in VOICES:
            raise ValueError(f"transcript rule {pattern!r} names voice {voice!r}; use one of {', '.join(VOICES)}")
    return rules
