"""Whose story a text says it is: agency names where they are a credit, in byline, dateline or credit line
only.

A name in the body is a mention: searching whole bodies gave 14 false attributions in 25.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

HEAD, TAIL_LINES, CREDIT_LENGTH = 170, 3, 90  # characters; lines; characters

AGENCIES: Mapping[str, tuple[str, ...]] = {
    "TASS": ("TASS", "ТАСС", "ITAR-TASS", "ИТАР-ТАСС", "타스통신", "타스 통신", "塔斯社", "タス通信"),
    "RIA": ("RIA Novosti", "RIA", "РИА Новости", "РИА", "리아노보스티", "리아 노보스티", "俄新社"),
    "Interfax": (
        "Interfax", "Интерфакс", "Інтерфакс", "Interfax-Ukraine", "인테르팍스", "国际文传电讯社", "國際文傳電訊社",
    ),
    "KCNA": (
        "KCNA", "Korean Central News Agency", "ЦТАК", "조선중앙통신", "조선중앙통신사", "朝中社", "朝鲜中央通讯社",
    ),
    "Yonhap": (
        "Yonhap", "Yonhap News Agency", "Yonhap News", "Ёнхап", "Рёнхап", "Йонхап", "연합뉴스", "韩联社", "韓聯社",
        "聯合ニュース",
    ),
    "Xinhua": (
        "Xinhua", "Xinhua News Agency", "Синьхуа", "Сіньхуа", "신화통신", "신화사", "新华社", "新華社", "新华网",
    ),
    "Kyodo": ("Kyodo", "Kyodo News", "Киодо", "Кіодо", "교도통신", "共同社", "共同通信", "共同"),
    "AP": (
        "AP", "Associated Press", "The Associated Press", "Ассошиэйтед Пресс", "AP통신", "AP 통신", "美联社", "美聯社",
    ),
    "Reuters": ("Reuters", "Рейтер", "Рейтерс", "로이터", "로이터통신", "路透社", "路透"),
    "AFP": ("AFP", "Agence France-Presse", "Франс Пресс", "АФП", "AFP통신", "AFP 통신", "法新社"),
    "dpa": ("dpa", "Deutsche Presse-Agentur", "ДПА", "德新社"),
    "Ukrinform": ("Ukrinform", "Укрінформ", "Укринформ"),
}  # fmt: skip
_ANNOUNCES = (
    r"sources?|via|credit|courtesy of|with reporting (?:by|from)|(?:©|\(c\))|copyright|"
    r"источник|по (?:материалам|данным|сообщению)|джерело|за матеріалами|출처|제공|来源|來源|转自|稿源"
)
_CREDIT_SHAPE = re.compile(
    rf"^\W*(?:{_ANNOUNCES})\s*[:：]?\s*\w.{{1,50}}$|^[(\[（【/][^()\[\]]{{2,40}}[)\]）】/]\.?$", re.IGNORECASE
)


def credit(text: str, byline: str | None, *, agencies: Mapping[str, tuple[str, ...]] | None = None) -> tuple[str, str]:
    """The agency that a text credits, and the words that do.

    Parameters
    ----------
    text : str
        Normalised; the first paragraph may open with a dateline, the last three may be a credit line.
    byline : str or None
    agencies : mapping of name to forms, optional
        Added to `AGENCIES`, for a study with agencies of its own.

    Returns
    -------
    (str, str)
        Agency and evidence (``place: words``), both empty if nothing is credited.

    >>> credit("MOSCOW, June 19. /TASS/. The sides met.", None)
    ('TASS', 'dateline: MOSCOW, June 19. /TASS/')
    >>> credit("The sides met, TASS reports.", "Ada Lovelace")
    ('', '')
    """
    for place, pattern, part in _places(_forms(agencies), text, byline):
        if match := pattern.search(part):
            name = _canonical(match["agency"], agencies)
            return name, f"{place}: {match.group().strip(' -–—.')}"
    return "", ""


def is_credit_line(line: str) -> bool:
    """Whether a line has the shape of a credit, whoever it names; such lines recur and are still not
    boilerplate.

    >>> is_credit_line("Source: TASS"), is_credit_line("(Reuters)"), is_credit_line("Source link:")
    (True, True, False)
    """
    return (
        len(line) <= CREDIT_LENGTH and _CREDIT_SHAPE.match(line) is not None and not line.rstrip().endswith((":", "："))
    )


def is_agency(outlet: str, agency: str, *, agencies: Mapping[str, tuple[str, ...]] | None = None) -> bool:
    """Whether an outlet is the agency itself.

    >>> is_agency("kcna", "KCNA"), is_agency("rodong", "KCNA")
    (True, False)
    """
    forms = {agency, *AGENCIES.get(agency, ()), *(agencies or {}).get(agency, ())}
    return _bare(outlet) in {_bare(form) for form in forms}


def _bare(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _forms(agencies: Mapping[str, tuple[str, ...]] | None) -> tuple[str, ...]:
    known = {**AGENCIES, **(agencies or {})}
    return tuple(sorted({form for forms in known.values() for form in forms}, key=lambda form: (-len(form), form)))


def _canonical(form: str, agencies: Mapping[str, tuple[str, ...]] | None) -> str:
    known = {**AGENCIES, **(agencies or {})}
    bare = _bare(form)
    return next(name for name, forms in known.items() if any(_bare(f) == bare for f in forms))


def _places(forms: tuple[str, ...], text: str, byline: str | None) -> list[tuple[str, re.Pattern[str], str]]:
    """Where a credit may stand, the pattern for it there, and the words that stand there."""
    patterns = _patterns(forms)
    lines = [line for line in text.split("\n\n") if line.strip()]
    found = [("byline", patterns["byline"], byline)] if byline else []
    if lines:
        found += [
            ("dateline", pattern, lines[0][:HEAD]) for key, pattern in patterns.items() if key.startswith("dateline")
        ]
        found += [
            ("credit", patterns["credit"], line) for line in reversed(lines[-TAIL_LINES:]) if len(line) <= CREDIT_LENGTH
        ]
        found += [("credit", patterns["final"], lines[-1][-60:])]
    return found


@cache
def _patterns(forms: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    # Short acronyms are read as written (AP, not "ap"); longer names in capitals or not.
    name = "|".join(rf"{re.escape(f)}" if len(f) <= 4 else rf"(?i:{re.escape(f)})" for f in forms)
    agency = rf"(?P<agency>{name})"
    alone = rf"(?<!\w){agency}(?!\w)"
    day = r"(?:\d{1,2}\s\w{3,9}\.?|\w{3,9}\.?\s\d{1,2})"
    announced = rf"(?:(?i:{_ANNOUNCES})\s*[:：]?\s*)?"
    return {
        "byline": re.compile(alone),
        # MOSCOW, June 19 (Yonhap) --   (평양=연합뉴스)
        "dateline-round": re.compile(
            rf"^[^.!?()（]{{0,80}}[.,]?\s*[(（](?:[^()（）]{{0,20}}[=＝/ ])?{agency}(?:\s+News)?[)）]"
        ),
        # ПХЕНЬЯН, 19 июня. /ТАСС/.
        "dateline-slash": re.compile(rf"^[^/]{{0,80}}/\s*{agency}\s*/"),
        # МОСКВА, 19 июн - РИА Новости.
        "dateline-dash": re.compile(rf"^[^\W\d_a-zа-я][^!?()—–-]{{0,60}}\s[-–—]\s{alone}\s*[.,]"),
        # Москва. 19 июня. INTERFAX.RU -
        "dateline-first": re.compile(
            rf"^[^\W\d_a-zа-яё][^\W\d_]+[\s.,-]{{1,3}}(?:{day})?[.,]?\s*{alone}(?:\.\w{{2}})?\s*[-–—]"
        ),
        # 新华社平壤6月19日电
        "dateline-han": re.compile(rf"^[（(]?{agency}[^。，]{{0,20}}[电電讯訊]"),
        # 【平壌共同】
        "dateline-bracket": re.compile(rf"^[【\[][^】\]]{{0,12}}{agency}[】\]]"),
        "credit": re.compile(rf"^\W*{announced}{alone}(?i:\s+(?:news|agency|news agency))?\W*$"),
        "final": re.compile(rf"[(（/]\s*{agency}\s*[)）/]\W*$"),
    }
