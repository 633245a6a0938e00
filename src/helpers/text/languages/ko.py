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
_CLOSES = re.compile(
    r"(?:에서|에게|에|의|을|를|와|과|로|은|는|께서|했다|서|도|후|뒤|중|일|면|,|=|\)|하며|하고|하면서|했던|지만|부터|까지)$"
    r"|^(?:관련해|관해|통해|대해|향해|위해|맞아|두고|놓고|앞두고|만나|열린|대한|위한|관한|참석한|방문한|주재한|나온|나와|따라|함께|가운데|속|간|인물인|출신인)$"
)
# Stems behind which 은 and 는 make an adjective of a verb: 격변하는 정세, 높은 물가.
_ADNOMINAL = re.compile(
    r"(?:하|되|시키|지|히|나오|오르|다루|벌이|보이|미치|이루|가리키|내리|올리|알리|늘리|줄이|열리|끝나|같|많|높|낮|받|늦|깊|넓|좁|작|적|얻|입|잃|"
    r"젊|늙|짧|굳|붉|검|옳|맞|앉|찾|쌓|남|숨|심|놓|쏟|닫|믿|묻|맡|싶)$"
)
_PARTICIPLE = re.compile(r"(?:한|던|은|는|된|낸|온|든|린|친|긴|진|힌|킨|간|난|운|인|쓴|산|할|될)$")
_OFFICES_OF_HAN = frozenset(
    "총리 대표 장관 의원 위원장 후보 원내대표 회장 대통령 총재 대변인 총장 시장 지사 씨".split()
)
_QUOTED = re.compile("[“‘「『\"'][^“”‘’「」『』\"']*[”’」』\"']")


def pairs(text: str) -> list[tuple[str, str]]:
    """Words as written beside their lemmas, two empty strings for punctuation.

    >>> pairs("조약을 체결했다.")
    [('조약', '조약'), ('체결하', '체결하다'), ('', '')]
    """
    words: list[tuple[str, str]] = []
    prefix = ""
    for morpheme in _kiwi().tokenize(_TOGETHER.sub(lambda match: match.group().translate(_STATE_SIGNS), text)):
        form, tag = morpheme.form, morpheme.tag
        if tag.startswith(_BREAKS):
            words.append(("", ""))
        elif tag.startswith("XPN"):
            prefix = form
            continue
        elif tag.startswith(("XSV", "XSA")):
            if words and words[-1][0]:  # noun + -하다, -되다: one verb
                surface, stem = words.pop()
                words.append((surface + form, stem + form + "다"))
        elif tag.startswith("XSN") and form not in _PLURALS and words and words[-1][0]:
            surface, stem = words.pop()
            words.append((surface + form, stem + form))
        elif not tag.startswith(_SKIPPED):
            ending = "다" if tag.startswith(("VV", "VA", "VX")) else ""
            words.append((prefix + form, prefix + form + ending))
        prefix = ""
    return words


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
    return re.compile(rf"^{language('ko').speech.parts['part']}(?=\s|[,.…])")


@cache
def _subject() -> re.Pattern[str]:
    return re.compile(rf"({language('ko').speech.parts['word']}?)({speech_parts()['particle']})(?=[\s,]|$)")


def goes_on_after_quotation(after: str) -> bool:
    """Whether the sentence goes on with a particle of quoting, so that its subject stands before the quotation."""
    return _goes_on().match(after) is not None


def is_speech(before: str, quotation: str, after: str, between: str | None) -> bool:
    """Whether marks hold speech: single ones hold names and thoughts too, and speech only where it is quoted on.

    >>> is_speech("", "‘강변의 작은 집들을 위한 계획’", "을", None), is_speech("", "“다리를 열겠다”", "", None)
    (False, True)
    """
    return quotation[0] not in "‘'" or not LETTERS.search(quotation) or goes_on_after_quotation(after)


def subject_of(before: str) -> str | None:
    """The topic or subject that stands before the quotation in its own sentence.

    >>> subject_of("비가 왔다. 외무성 대변인은 ")
    '외무성 대변인'
    """
    sentence = re.split(r"(?<=[.!?])\s+", _QUOTED.sub(" ", before))[-1]
    subjects = [match for match in _subject().finditer(sentence) if _is_subject(match)]
    for match in sorted(subjects, key=_rank):
        if match[1] in language("ko").speech.pronouns:
            return None
        if not match[2].startswith("께서") and _rank(match) == 3 and len(subjects) > 1:
            continue  # 소식이 전해진 뒤 …: one of several that are no office's is anybody's
        name = speaker_name(" ".join([*sentence[: match.start()].split(), match[1]]))
        if name and len(match[1]) > 1 and not re.search("(?:에|에서|에게|까지|부터)$", name):
            return name
    return None


def _is_subject(match: re.Match[str]) -> bool:
    """Whether a particle is one: 은 and 이 stand behind a consonant, 는 and 가 behind a vowel, and behind no verb."""
    word, particle = match[1], match[2]
    if particle.startswith("께서") or not LETTERS.match(word[-1]):
        return True
    behind_consonant = (ord(word[-1]) - ord("가")) % 28 > 0
    return behind_consonant == (particle in "은이") and not (particle in "은는" and _ADNOMINAL.search(word))


def _rank(match: re.Match[str]) -> int:
    """Who is honoured speaks, or the topic, or who has an office; then anybody."""
    if match[2].startswith("께서"):
        return 0
    if match[2] in "은는":
        return 1
    return 2 if match[1].endswith(language("ko").speech.offices) else 3


def speaker_name(written: str) -> str | None:
    """The last words up to one that ends in a particle or opens the sentence; None for a pronoun.

    >>> speaker_name("이날 외무성 대변인"), speaker_name("그")
    ('외무성 대변인', None)
    """
    speech, kept = language("ko").speech, []
    for word in reversed(written.split(" ")):
        closes = word not in _whole_names() and _CLOSES.search(word) if kept else None
        if closes or word in speech.leads:
            if closes and word[-1] in "을를" and len(kept) > 1 and _PARTICIPLE.search(kept[0]):
                kept.pop(0)  # 로이를 개발한 에이투지 관계자
            break
        kept.insert(0, word)
    somebody = len(kept) == 2 and kept[0] == "한" and kept[1] not in _OFFICES_OF_HAN  # a resident, but Mr. Han
    return None if not kept or somebody or kept[-1] in speech.pronouns else " ".join(kept)
