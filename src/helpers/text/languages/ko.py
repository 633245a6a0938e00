"""Korean: words by kiwipiepy, and the speaker whom a particle marks.

Particles and endings are not words of their own in a count of terms and are left out; a prefix or suffix stays with
its noun, and verbs and adjectives get their dictionary ending *-da*.  The analyser knows the names of ``ko.yml`` and
nothing else besides its own dictionary.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from helpers.text.languages import language

# Particles, endings, other suffixes, copula, symbols, what the analyser cannot read.
_SKIPPED = ("J", "E", "XS", "VCP", "VCN", "SW", "SO", "UNK")
_BREAKS = ("SF", "SP", "SS", "SE")
_HAN_OR_HANGUL = r"가-힣\u4e00-\u9fff"
_STATE = "[한미일북중러조로남北美中日韓露南]"
_TOGETHER = re.compile(  # 북·러, 한ㆍ미ㆍ일, 北中: states by one sign each, as the press of Seoul writes them
    rf"(?<![{_HAN_OR_HANGUL}])"
    rf"(?:{_STATE}(?:[·ㆍ‧・•]{_STATE})+(?!시아|국|본|한|조선)|[北美中日韓露南]{{2,3}}(?![{_HAN_OR_HANGUL}]))"
)
_STATE_SIGNS = str.maketrans("北美中日韓露南", "북미중일한러남", "·ㆍ‧・•")
_PLURALS = frozenset({"들", "님", "네"})
LETTERS = re.compile("[가-힣]")  # of a name that `speaker_name` reads
_CLOSES = re.compile(r"(?:에서|에게|에|의|을|를|와|과|로|은|는|께서|했다|서|도|후|뒤|중|일|면|,)$")


def pairs(text: str) -> list[tuple[str, str]]:
    """Words as written beside their lemmas, two empty strings for punctuation.

    >>> pairs("조약을 체결했다.")
    [('조약', '조약'), ('체결하', '체결하다'), ('', '')]
    """
    found: list[tuple[str, str]] = []
    prefix = ""
    for morpheme in _kiwi().tokenize(_TOGETHER.sub(lambda match: match.group().translate(_STATE_SIGNS), text)):
        form, tag = morpheme.form, morpheme.tag
        if tag.startswith(_BREAKS):
            found.append(("", ""))
        elif tag.startswith("XPN"):
            prefix = form
            continue
        elif tag.startswith(("XSV", "XSA")):
            if found and found[-1][0]:  # noun + -하다, -되다: one verb
                surface, stem = found.pop()
                found.append((surface + form, stem + form + "다"))
        elif tag.startswith("XSN") and form not in _PLURALS and found and found[-1][0]:
            surface, stem = found.pop()
            found.append((surface + form, stem + form))
        elif not tag.startswith(_SKIPPED):
            ending = "다" if tag.startswith(("VV", "VA", "VX")) else ""
            found.append((prefix + form, prefix + form + ending))
        prefix = ""
    return found


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    """The analyser, on one thread, loaded when the first Korean text comes (about three seconds)."""
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    names = language("ko").names
    for name in sorted({*names.known, *names.nobody}):
        kiwi.add_user_word(name, "NNP", 0.0)
    return kiwi


@cache
def speech_parts() -> dict[str, str]:
    """What the patterns of ``ko.yml`` cannot say: a particle that is not the end of a name.

    >>> bool(re.search(speech_parts()["particle"] + "$", "왕이")), bool(re.search(speech_parts()["particle"], "왕이는"))
    (False, True)
    """
    not_a_name = "".join(rf"(?<!(?<![가-힣]){name})" for name in _whole_names())
    return {"particle": rf"(?:께서는|께서|은|는|이|가){not_a_name}"}


@cache
def _whole_names() -> tuple[str, ...]:
    """Names that end in what is a particle elsewhere: Kim Jong Un and Wang Yi."""
    return tuple(name for name in language("ko").names.known if len(name) > 1 and name[-1] in "은는이가")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(rf"^{language('ko').speech.parts['part']}(?=\s|[,.])")


@cache
def _subject() -> re.Pattern[str]:
    return re.compile(rf"({language('ko').speech.parts['word']}?)({speech_parts()['particle']})(?=[\s,]|$)")


def goes_on_after_quotation(after: str) -> bool:
    """Whether the sentence goes on with a particle of quoting, so that its subject stands before the quotation."""
    return _goes_on().match(after) is not None


def subject_of(before: str) -> str | None:
    """The topic or subject that stands before the quotation in its own sentence.

    >>> subject_of("비가 왔다. 외무성 대변인은 ")
    '외무성 대변인'
    """
    sentence = re.split(r"(?<=[.!?])\s+", before)[-1]
    subjects = list(_subject().finditer(sentence))
    for match in sorted(subjects, key=lambda found: not found[2].startswith("께서")):  # who is honoured speaks
        words = [*sentence[: match.start()].split(), match.group(1)]
        name = speaker_name(" ".join(words))
        if name and len(match.group(1)) > 1 and not re.search("(?:에|에서|에게|까지|부터)$", name):
            return name
        if name is None and match.group(1) in language("ko").speech.pronouns:
            return None
    return None


def speaker_name(written: str) -> str | None:
    """The last words up to one that ends in a particle or opens the sentence; None for a pronoun.

    >>> speaker_name("이날 외무성 대변인"), speaker_name("그")
    ('외무성 대변인', None)
    """
    speech, kept = language("ko").speech, []
    for word in reversed(written.split(" ")):
        closes = word not in _whole_names() and _CLOSES.search(word) if kept else None
        if closes or word in speech.leads:
            break
        kept.insert(0, word)
    return None if not kept or kept[-1] in speech.pronouns else " ".join(kept)
