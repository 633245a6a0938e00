"""Who signed an article: names out of a byline as pages write it, in the languages of the press.

Agencies stay: a byline that names one is a credit.  Addresses, handles, offices and dates go.
"""

from __future__ import annotations

import re

from helpers.copies.agency_names import AGENCIES

MAX_BYLINE = 200  # characters; longer is a paragraph about an author
MAX_NAME = 60
MAX_WORDS = 7
_ADDRESS = re.compile(r"\(?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\)?|https?://\S+|www\.\S+|(?<!\w)@\w+")
_LEAD = re.compile(
    r"^\W*(?:(?:written|reported|posted|published|story|words|text|analysis|opinion|review)\s+by\b|by\b(?!-)|from\b|"
    r"von\b|par\b|por\b|de la redacción de\b|di\b(?=\s+[A-ZÀ-Ý])|door\b|av\b|af\b|autorin/autor\b|"
    r"author(?:s|\(s\))?\s*:|authors?\b|autor(?:in|en|es|a)?\b|auteurs?\s*:|text(?:e|o)?\s*:|yazan\s*:|tekst\s*:|"
    r"автор(?:ы|и|ка)?\b(?:\s+(?:статьи|материала|текста|статті|матеріалу|тексту))?|текст\b|подготовил[аи]?\b|"
    r"підготува(?:в|ла|ли)\b|(?:(?:спец|соб)\w*\.?\s+)?корреспондент(?:ы)?\b|кореспондент(?:ка|и)?\b|"
    r"журналист(?:ка|ы)?\b|журналіст(?:ка|и)?\b|글\b|기자\b)\s*[:：—–-]?\s*",
    re.IGNORECASE,
)
_LEAD_HAN = re.compile(
    r"^\W*(?:[（(【〔\[]?\s*)(?:(?:本报|本報|本网|本網|本台|本刊|新华社|新華社|新华网|中新社|中央社|特约|特約|实习|驻\w{1,6}?)*"
    r"(?:记者|記者|通讯员|特派员|特派員|评论员)|作者|编辑|編輯|责编|责任编辑|撰文|采写|文(?=\s*[:：/／丨｜・])|来源|編集委員|論説委員|(?:政治|経済|社会|国際|外信)部)"
    r"\s*[:：/／丨｜・]?\s*"
)
_DATELINE = re.compile(r"^\([^()=]{1,20}=[^()=]{1,20}\)\s*")  # of Korean agencies: place and agency
_AGENCY_NAMES = frozenset(form for forms in AGENCIES.values() for form in forms)
_AGENCY_EAST = re.compile(
    r"^\W*(新华社|新華社|中新社|中央社)[\w\s]{0,4}[记記]者|^\([^()=]{1,20}=([가-힣\d]{2,10})\)\s*[가-힣]{2}"
)
_PLACE_EAST = re.compile(
    r"^[（(【\[〔]?[가-힣ァ-ー一-鿿]{2,8}[=＝]\s*(?=[가-힣一-鿿])"
)  # 워싱턴=김철수, 【ソウル=山田太郎】
_TAIL_EAST = re.compile(
    r"\s*(?:(?:(?:정치|경제|사회|국제|외교|문화|북한)부\s*)?(?:선임|수습|인턴|전문|객원|취재)?기자|특파원|논설위원|통신원|기자단|앵커|记者|記者|特派员|特派員|编辑委员|編集委員|"
    r"論説委員|編集部員|摄|(?:综合|綜合|[\u4e00-\u9fff]{2,3})?(?:报道|報導)|報道|電|电)\s*[)）】〕\]]?$"
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/•、，；／丨｜\n]|&|(?<![\u4e00-\u9fff])·|·(?![\u4e00-\u9fff])|(?<!\w)(?:and|und|y|et|og|och|ve|и|та|і|й|with|mit)(?!\w))\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:\S+\s+){0,4}"
    r"(?:reporters?|correspondents?|writers?|editors?|journalists?|columnists?|contributors?|producers?|"
    r"photographers?|fellow|trainee|redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|autor(?:in)?|"
    r"volontär(?:in)?|journaliste|journalist(?:in)?|rédact(?:eur|rice)|correspondante?|redactor[a]?|periodista|"
    r"giornalista|muhabir|корреспондент\w*|кореспондент\w*|редактор\w*|обозреватель\w*|оглядач\w*|журналист\w*|"
    r"журналіст\w*|фото\w*|колумнист\w*|спецкор\w*|기자|특파원|记者|記者|编辑|編輯|作者)"
    r"(?:\s+(?:in|at|for|of|on|,).*)?$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"^(?:updated?|published|posted|modified|read|min|minutes?|share|follow|more|by|author|authors?|admin|unknown|"
    r"none|null|n/?a|undefined|staff|guest|anonymous|опубликовано|обновлено|оновлено|автор|입력|수정|更新|责任编辑)$|"
    r"\d{3}|\d:\d|\d+ ?min\b|https?:|[{}<>=]",
    re.IGNORECASE,
)
_HAN_NAMES = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:\s+[\u4e00-\u9fff·]{2,4})+")


def author_names(text: str) -> tuple[str, ...]:
    """The names in a byline, in order, each once.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
        Empty where the text names nobody.

    >>> author_names("By Ada Byron and Joan Clarke, Harbour Reporter | ada@quay.invalid")
    ('Ada Byron', 'Joan Clarke')
    >>> author_names("김철수·박영희 기자")
    ('김철수', '박영희')
    >>> author_names("本报记者 张三 李四")
    ('张三', '李四')
    """
    if len(text) > MAX_BYLINE:
        return ()
    text = _ADDRESS.sub(" ", text)
    found: dict[str, str] = {}
    for part in _SPLIT.split(re.sub(r"(?<=\w)\s+for\s+(?:the\s+)?[A-Z].*$", "", text)):
        for name in (*_names_of(part), *_agency_of(part)):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _agency_of(part: str) -> list[str]:
    """The agency whose reporter signs, which is a credit: 新华社记者, (서울=연합뉴스)."""
    match = _AGENCY_EAST.search(part)
    return [name for name in match.groups() if name in _AGENCY_NAMES] if match else []


def _names_of(part: str) -> list[str]:
    bare = _PLACE_EAST.sub("", _DATELINE.sub("", " ".join(part.split()))).strip(" \t:：-–—*•()（）[]【】〔〕=")
    for _ in range(2):  # "Текст: автор Иван Петров"
        bare = _LEAD.sub("", bare) if not _ROLE.match(bare) else bare
    led = _LEAD_HAN.sub("", bare)
    bare = _TAIL_EAST.sub("", led)
    if not bare or len(bare) > MAX_NAME or len(bare.split()) > MAX_WORDS:
        return []
    if _NOT_A_NAME.search(bare) or _ROLE.match(bare) or sum(c.isalpha() for c in bare) < 2:
        return []
    return bare.split() if led != part.strip() and _HAN_NAMES.fullmatch(bare) else [bare.strip(" .,:")]
