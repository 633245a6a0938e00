"""Who is named beside a quotation as its speaker: reporting verbs of the five languages.

A speaker is named right before the quotation or right after it, by a name or an office; a pronoun names nobody.
The patterns are the project's own.
"""

from __future__ import annotations

import re

from helpers.text.han import simplify
from helpers.text.names import KOREAN_NAMES

REACH = 160  # characters beside a quotation that are looked at

_EN_SAID = (
    r"(?:said|says|told|tells|stated|states|stressed|added|adds|noted|notes|declared|announced|warned|wrote|argued|"
    r"claimed|insisted|asked|explained|emphasi[sz]ed|acknowledged|confirmed|replied|recalled|pledged|vowed|urged|"
    r"remarked|commented|responded|observed|concluded|promised|testified|reported)"
)
_EN_WORD = r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Adm|U\.S|[A-Z])\.|[A-Z][\w'’-]*)"
_EN_NAME = rf"{_EN_WORD}(?:\s+(?:(?:of|the|for|and|al)\s+)*{_EN_WORD}){{0,6}}"
_EN_NO_ROLE = r"(?!(?:on|in|at|that|to|as|during|after|before|when|while|and|but|by|with|he|she|they|it|we|i)\b)"
_EN_ROLE = rf"(?:the\s+)?(?:{_EN_NO_ROLE}[a-z][a-z-]*,?\s+){{0,6}}"
# North Korean leader Kim Jong Un, White House national security spokesman John Kirby: an office ends the description
_EN_OFFICE = (
    r"(?:leader|president|minister|premier|chairman|secretary|spokesman|spokeswoman|spokesperson|ambassador|envoy|"
    r"official|chief|head|director|adviser|advisor|general|diplomat|analyst|expert|lawmaker|commander)"
)
_EN_TITLE = rf"(?:(?:the\s+)?(?:[A-Z][\w.’'-]*\s+){{1,3}}(?:[a-z-]+\s+){{0,3}}{_EN_OFFICE},?\s+(?=[A-Z]))?"
_EN_BESIDE = r"(?:,\s[^,.“”\"]{3,70},|,)?"  # Ivan Petrov, the foreign minister, said

_CY_STEMS = (
    "сказа|заяви|отмети|подчеркну|добави|сообщи|рассказа|написа|поясни|объясни|призна|уточни|напомни|счита|ответи|"
    "предупреди|указа|пообеща|констатирова|резюмирова|заключи|подтверди|продолжи|подытожи|спроси|высказа|"
    "зазначи|дода|наголоси|повідоми|розпові|підкресли|відпові|попереди|нагада|пообіця|уточни|зауважи|запевни|"
    "воскликну|завери|вигукну|"
    "підтверди|підсумува|констатува|визна|запита|розказа|оголоси|объяви"
)
CYRILLIC_SAID = (
    rf"(?:(?:{_CY_STEMS})(?:л[аи]?|в)"
    r"|говорит|считает|отмечает|заявляет|подчёркивает|подчеркивает|сообщает|пишет|убеждён|убежден|полагает|уверен"
    r"|говорить|вважає|каже|пише|зазначає|заявляє|наголошує|переконаний|повідомляє)"
)
_CY_WORD = r"[А-ЯЁІЇЄҐ][\w'’ʼ-]*"
_CY_NAME = rf"{_CY_WORD}(?:\.\s?)?(?:\s?{_CY_WORD}(?:\.\s?)?){{0,4}}"
_CY_NO_ROLE = (
    r"(?!(?:он|она|они|мы|я|він|вона|вони|ми|в|во|на|у|о|об|про|при|по|после|після|под|з|із|с|со|до|что|що)\b)"
)
_CY_WHEN = (
    r"(?:(?:журналистам|журналістам)\s+)?"
    r"(?:(?:в|во|у)\s+(?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье|"
    r"понеділок|вівторок|середу|четвер|п['’ʼ]ятницю|суботу|неділю)\s+)?"
)
_CY_ROLE = rf"{_CY_WHEN}(?:{_CY_NO_ROLE}[а-яёіїєґ'’-]+\s+){{0,6}}"

_CY_WHERE = r"(?:\s+(?:в|во|на|у|по|после|після|під)\s+[а-яёіїєґ ]{3,40})?"  # Белоусов в ходе визита заявил

_KO_PART = r"(?:이라고|라고|이라며|라며|이라면서|라면서|이라는|라는|고|며|면서|는)"
_KO_WORD = r"[가-힣A-Za-z·0-9]+"
# Kim Jong Un and Wang Yi end in what is a particle elsewhere.
_KO_WHOLE = tuple(name for name in KOREAN_NAMES if len(name) > 1 and name[-1] in "은는이가")
_KO_NO_PARTICLE = "".join(rf"(?<!(?<![가-힣]){name})" for name in _KO_WHOLE)
_KO_PARTICLE = rf"(?:께서는|께서|은|는|이|가){_KO_NO_PARTICLE}"
_KO_NAME = rf"(?P<name>{_KO_WORD}(?:\s{_KO_WORD}){{0,5}}?){_KO_PARTICLE}"
_KO_SAID = r"(?:말|밝|전|강조|지적|주장|설명|덧붙|비난|경고|언급|발표|보도|답|평가|촉구|반박|선언|확인|당부|호소|했)"

_ZH_SAID = (
    r"(?:回应称|回答说|表示|指出|强调|宣布|声称|宣称|透露|警告|呼吁|补充说|补充道|写道|重申|承认|批评说|解释说|告诉记者"
    r"|坦言|回应|说道|说|称|曰|认为|介绍)"
)
_ZH_LINK = (
    r"(?:\d{1,2}[日号]|当天|当日|日前|今天|昨天|周[一二三四五六日]|星期.|随后|同时|此前"
    r"|如是|这样|还|也|则|再次|在|就|对|向|于|通过|接受)"
)
_ZH_NAME = r"(?P<name>[\u4e00-\u9fff·]{2,18}?)"

_AFTER = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^[\s,.—–-]*{_EN_SAID}\s+(?:{_EN_TITLE}|{_EN_ROLE})(?P<name>{_EN_NAME})",
        rf"^[\s,.—–-]*[\w\s.]{{2,40}}\s+quoted\s+(?:{_EN_TITLE}|{_EN_ROLE})(?P<name>{_EN_NAME})\s+as\s+saying\b",
        rf"^[\s,.—–-]*{_EN_TITLE}(?P<name>{_EN_NAME})\s+(?:was|were|is)\s+(?:also\s+)?quoted\b",
        rf"^[\s,.—–-]*{_EN_TITLE}(?P<name>{_EN_NAME}){_EN_BESIDE}\s+(?:also\s+|later\s+)?{_EN_SAID}\b",
        rf"^[\s,—–-]*according\s+to\s+{_EN_ROLE}(?P<name>{_EN_NAME})",
        rf"^[\s,.—–-]*{CYRILLIC_SAID}\s+{_CY_ROLE}(?P<name>{_CY_NAME})",
        rf"^[\s,.—–-]*(?P<name>{_CY_NAME})\s+{CYRILLIC_SAID}\b",
        rf"^[\s,.—–-]*(?:цитирует|передаёт слова|цитує)\s+{_CY_ROLE}(?P<name>{_CY_NAME})",
        rf"^{_KO_PART}\s+{_KO_NAME}\s+(?:[^.]{{0,40}}\s)?{_KO_SAID}",
        rf"^[，,。\s]*{_ZH_NAME}(?:{_ZH_LINK}[^。！？；“”]{{0,30}}?)?{_ZH_SAID}",
    )
)
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<name>{_EN_NAME}){_EN_BESIDE}\s+(?:also\s+|later\s+)?{_EN_SAID}(?:\s+[\w'’-]+){{0,8}}[\s,:]*$",
        rf"[Aa]ccording\s+to\s+{_EN_ROLE}(?P<name>{_EN_NAME})[\s,:]*$",
        rf"(?P<name>{_CY_NAME}){_CY_WHERE}\s+{CYRILLIC_SAID}(?:[\s,]+[а-яёіїєґ'’-]+){{0,8}}[\s,:—–-]*$",
        rf"\b{CYRILLIC_SAID}\s+{_CY_ROLE}(?P<name>{_CY_NAME})[\s,:—–-]*$",
        rf"(?:[Пп]о словам|[Зз]а словами|[Пп]о мнению|[Нн]а думку)\s+{_CY_ROLE}(?P<name>{_CY_NAME})[\s,:—–-]*$",
        rf"(?:^|[.!?]\s)(?P<name>{_CY_NAME}):\s*$",
        rf"(?:^|[。！？；，、”」\s]){_ZH_NAME}(?:{_ZH_LINK}[^。！？；“”]{{0,40}}?)?{_ZH_SAID}[道：:，,\s]*$",
    )
)
_KO_AFTER = re.compile(rf"^{_KO_PART}(?=\s|[,.])")

_LEADS = frozenset(
    "The A An But And On In As Yesterday Today Later Meanwhile Earlier Also However Но И А Как Вчера Сегодня Позже "
    "Также Ранее Однако Але Та Як Вчора Сьогодні Пізніше Також Раніше Однак".split()
)
_PRONOUNS = frozenset("He She It They We I You That This Он Она Они Мы Я Вы Ты Він Вона Вони Ми Ви Ти Это Це".split())
_OFFICES = frozenset("Глава Президент Министр Премьер Посол Лидер Голова Очільник Міністр Лідер Представитель".split())
_STATES = frozenset(
    "МИД МЗС РФ КНДР США ООН КНР СНБО РНБО ЕС ЄС НАТО МО МВД МВС Минобороны Міноборони Госдумы Кремля России Украины "
    "України Китая Китаю Японии Японії Кореи Кореї Росії".split()
)
_KO_SKIPPED = frozenset("이날 또 또한 그러나 하지만 앞서 이어 한편 특히 다만 그리고 이에 당시 전날 최근".split())
_KO_PRONOUNS = frozenset("그 그녀 그들 이들 우리 저 나 이것 그것 양측 이".split())
_ZH_NOBODY = ("他", "她", "它", "我", "你", "该", "这", "那", "此", "其", "双方", "并", "据", "有人", "但", "而")


def speaker_of(paragraph: str, span: tuple[int, int]) -> str | None:
    """Who is plainly named as the speaker of a quotation, right before or right after it; else None.

    Nobody is guessed from an earlier paragraph.

    Parameters
    ----------
    paragraph : str
    span : (start, end)
        Character offsets of the quotation, as from `helpers.text.quotes.quotations`.

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
    if _KO_AFTER.match(after):
        return _korean(before) or _found(_AFTER, after)
    return _found(_AFTER, after) or _found(_BEFORE, before)


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
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
    if "\u4e00" <= name[0] <= "\u9fff":
        return None if simplify(name).startswith(_ZH_NOBODY) else name
    if "가" <= name[0] <= "힣":
        return _korean_name(name.split(" "))
    words = name.rstrip(" .,").split()
    while words and words[0] in _LEADS:
        words = words[1:]
    while len(words) > 1 and (
        words[0] in _STATES | _OFFICES or re.search("[а-яіїє](?:ии|ії|ы|и|і|ой|ої|ого)$", words[0])
    ):
        words = words[1:]
    if not words or not _PRONOUNS.isdisjoint(words):
        return None
    return " ".join(words)


def _korean(before: str) -> str | None:
    """The topic or subject that stands before the quotation in its own sentence."""
    sentence = re.split(r"(?<=[.!?])\s+", before)[-1]
    subjects = list(re.finditer(rf"({_KO_WORD}?)({_KO_PARTICLE})(?=[\s,]|$)", sentence))
    for match in sorted(subjects, key=lambda found: not found[2].startswith("께서")):  # who is honoured speaks
        words = [*sentence[: match.start()].split(), match.group(1)]
        name = _korean_name(words)
        if name and len(match.group(1)) > 1 and not re.search("(?:에|에서|에게|까지|부터)$", name):
            return name
        if name is None and match.group(1) in _KO_PRONOUNS:
            return None
    return None


def _korean_name(words: list[str]) -> str | None:
    """The last words up to one that ends in a particle or opens the sentence; None for a pronoun."""
    kept: list[str] = []
    for word in reversed(words):
        closes = (
            word not in _KO_WHOLE
            and re.search(r"(?:에서|에게|에|의|을|를|와|과|로|은|는|께서|했다|서|도|후|뒤|중|일|면|,)$", word)
            if kept
            else None
        )
        if closes or word in _KO_SKIPPED:
            break
        kept.insert(0, word)
    return None if not kept or kept[-1] in _KO_PRONOUNS else " ".join(kept)
