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
    r"(?:artificial intelligence|(?<![^\W_])a\.?i\.?(?![a-z])|chat ?gpt|large language model|языков\w+ модел\w+|"
    r"нейросет\w+|искусственн\w+ интеллект\w*|\bии\b|\bші\b|штучн\w+ інтелект\w*|нейромереж\w+|인공 ?지능|"
    r"생성형 ?ai|人工智能|人工智慧|人工知能|生成ai)"
)
_MADE = (
    r"(?:used|generated|written|composed|produced|created|assisted|translated|summari[sz]ed|edited|reviewed|"
    r"составлен\w*|создан\w*|написан\w*|сгенерирован\w*|подготовлен\w*|перевед[её]н\w*|выполнен\w*|"
    r"использова\w*|створен\w*|згенерован\w*|підготовлен\w*|перекладен\w*|виконан\w*|використан\w*)"
)
_NOUN = (
    r"(?:text|article|story|post|report|content|page|summary|translation|текст\w*|стать\w+|материал\w*|перевод\w*|"
    r"новост\w+|статт\w+|матеріал\w*|переклад\w*|новин\w+)"
)
_THIS = rf"(?:this|эт\w+|данн\w+|це\w?|ця|цю) (?:\w+ )?{_NOUN}"
_WITH = (
    r"(?:(?:by|with|using|via|the|a|an|help|use|of|assistance|entirely|partly|from|с|со|при|помощи|помощью|участием|"
    r"использованием|за|із|з|допомогою|полностью|частично|повністю|частково)\W+){0,5}"
)
_BE = r"(?:(?:is|was|were|has|been|have|being|in|part|entirely|partly|полностью|частично|был[аои]?|було?|була)\W+){0,3}"
_EAST_THIS = (
    r"(?:이|본) ?(?:글|기사|뉴스|콘텐츠|내용)|본문|(?:本|此|该|該)(?:文|稿)|(?:这|這|本)(?:篇|则|則|条)?"
    r"(?:新闻|新聞|文章|报道|報導|稿件)|"
    r"(?:以下|本|部分|全部)?(?:内容|內容)|(?:この|本)記事"
)
# A paragraph may say that machines write; only what joins the page to the machine may stand between the two.
_EAST_GAP = (
    r"(?:[은는이가을를에 ,，、]|의 일부|일부|系|是|为|為|由|均|经|經|使用|利用|借助|部分|全文|通过|透過|"
    r"内容|內容|は|の一部)*"
)
_EAST_MADE = (
    r"(?:작성|생성|번역|요약|활용|사용)(?:해|하여|되|됐|했|됨|함|한 (?:것|기사|글))|(?:作成|翻訳)(?:し|さ|で)|"
    r"(?:自动|自動|辅助|輔助)?(?:生成|撰写|撰寫|翻译|翻譯|编写|編寫|编译)(?!的)"
)

ENDINGS = re.compile(
    r"^\W*(?:" + "|".join(_COMMENT_FORMS) + r")|^\W*(?:" + "|".join(_EMPTY_SOURCE) + r")\W*$", re.IGNORECASE
)
NO_SOURCE = re.compile(r"^\W*(" + "|".join(_EMPTY_SOURCE) + r")\W*$", re.IGNORECASE)
_OPENS = r"(?:^|[.!?。]\s+)[^\w“”\"«»„‘「『]*(?:\w+[:：]\s*)?"  # a quoted declaration is somebody's speech
_CLOSES = r"(?:\W+(?:and|but|и|но|та|і|але)\b.*|(?:[^\w,，]+\w+){0,2})\W*$"
_DECLARES = re.compile(
    rf"{_OPENS}{_THIS}\W+{_BE}{_MADE}\W+{_WITH}{_SUBJECT}|{_OPENS}{_THIS}\W+{_BE}{_SUBJECT}\W?{_MADE}|"
    rf"{_OPENS}{_SUBJECT}\W+(?:\w+\W+){{0,2}}{_MADE}\W+(?:\w+\W+){{0,5}}?{_THIS}\W*$|"
    rf"{_OPENS}(?:(?:the )?{_NOUN}\W+{_BE}{_MADE}|translated|written|перевед[её]н\w*|перекладен\w*|написано)\W+{_WITH}"
    rf"{_SUBJECT}{_CLOSES}|{_OPENS}{_NOUN}\W+{_BE}{_SUBJECT}\W?{_MADE}\W*$|"
    rf"{_OPENS}(?:{_EAST_THIS}){_EAST_GAP}(?:{_SUBJECT}|ai)"
    rf"(?:기술|技术|技術|기자|模型|[가이을를로의은는이가 が를をによりで])*(?:{_EAST_MADE})|"
    rf"{_OPENS}(?:{_SUBJECT}|ai)[가이로]? ?(?:작성|생성|번역)한 (?:기사|글)(?:입니다|임|이다)?\W*$|"
    rf"{_OPENS}(?:{_SUBJECT}|ai)\W?(?:生成|翻译|翻譯|撰写|撰寫)(?:内容|內容|文章)?\W*$",
    re.IGNORECASE,
)
_BARE_MACHINE = re.compile(rf"^\W*{_SUBJECT}\W+(?:was|were|has been)\W+used\b(?:\W+\w+){{0,4}}\W*$", re.IGNORECASE)


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
    if len(line) > MAX_DISCLOSURE or not (_DECLARES.search(line) or _BARE_MACHINE.search(line)):
        return None
    return line.strip()
