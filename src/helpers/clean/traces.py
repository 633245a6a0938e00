"""Words by which a page gives itself away: ends of articles, comment forms, machine disclosures, missing
sources.

Written here from what sites print in English, Russian, Ukrainian, Korean and Chinese; add what you meet, with
a test.
"""

from __future__ import annotations

import re

MAX_DISCLOSURE = 240  # characters: a disclosure is a line of its own, not a paragraph about the subject

_COMMENT_FORMS = (
    r"leave a (?:reply|comment)\b", r"post a comment\b", r"add a comment\b", r"your email address will not be\b",
    r"required fields are marked\b", r"добавить комментарий", r"оставить (?:комментарий|отзыв|ответ)\b",
    r"ваш (?:e-?mail|адрес)\b.{0,30}не будет", r"залишити (?:коментар|відгук)", r"додати коментар",
    r"댓글 ?(?:쓰기|달기|남기기|작성)", r"이메일 주소는 공개되지 않", r"发表(?:评论|回复)", r"發表(?:評論|回覆)",
    r"您的(?:邮箱|電子郵件)地址不会",
)  # fmt: skip
_EMPTY_SOURCE = (
    r"(?:source|original|article) link ?[:：]?", r"source ?[:：]", r"ссылка на (?:источник|оригинал) ?[:：]?",
    r"источник ?[:：]", r"посилання на джерело ?[:：]?", r"джерело ?[:：]", r"출처 ?[:：]",
    r"来源 ?[:：]", r"來源 ?[:：]",
)  # fmt: skip
_SUBJECT = (
    r"artificial intelligence|a\.?i\.?(?![a-z])|chat ?gpt|large language model|языков\w+ модел\w+|нейросет\w+|"
    r"искусственн\w+ интеллект\w*|\bии\b|штучн\w+ інтелект\w*|нейромереж\w+|인공 ?지능|생성형 ?ai|人工智能|人工智慧"
)
_MADE = (
    r"used|generated|written|composed|produced|created|assisted|translated|reviewed by|help of|using|"
    r"составлен\w*|создан\w*|написан\w*|сгенерирован\w*|подготовлен\w*|переведен\w*|использова\w*|"
    r"створен\w*|написан\w*|згенерован\w*|використан\w*|작성|생성|번역|사용|활용|生成|撰写|撰寫|翻译|翻譯|编写"
)
_ABOUT_THIS = (
    r"\bthis (?:text|article|story|post|report|content|page|summary)\b|\b(?:article|text|content|story|post)\b|"
    r"эт\w+ (?:текст\w*|стать\w+|материал\w*)|\b(?:текст|материал|статья)\b|цей текст|ця стаття|матеріал|"
    r"이 (?:글|기사)|본 (?:글|기사)|본문|本文|此文|该文|這篇"
)

ENDINGS = re.compile(
    r"^\W*(?:" + "|".join(_COMMENT_FORMS) + r")|^\W*(?:" + "|".join(_EMPTY_SOURCE) + r")\W*$", re.IGNORECASE
)
NO_SOURCE = re.compile(r"^\W*(" + "|".join(_EMPTY_SOURCE) + r")\W*$", re.IGNORECASE)
_MACHINE = re.compile(
    rf"(?:{_SUBJECT})\W+(?:was|were|is|has been|been)?\W*(?:used|{_MADE})|"
    rf"(?:{_MADE})\W+(?:\w+\W+){{0,4}}?(?:{_SUBJECT})|"
    rf"(?:{_SUBJECT})\W*(?:\w+\W*){{0,3}}?(?:作成|작성|생성|번역|生成|撰写|翻译|编写)",
    re.IGNORECASE,
)
_BARE_MACHINE = re.compile(rf"^\W*(?:{_SUBJECT})\W+(?:was|were|has been)\W+used\b(?:\W+\w+){{0,4}}\W*$", re.IGNORECASE)


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
    if len(line) > MAX_DISCLOSURE or not _MACHINE.search(line):
        return None
    if _BARE_MACHINE.search(line) or re.search(_ABOUT_THIS, line, re.IGNORECASE):
        return line.strip()
    return None
