"""Who signed an article: names out of a byline as pages write it, in the languages of the press.

Agencies stay: a byline that names one is a credit.  Addresses, handles, offices and dates go.
"""

from __future__ import annotations

import re
from functools import cache

from helpers.extract.dates import month_number
from helpers.text.languages import either, pieces, read_in_pages

MAX_BYLINE = 200  # characters; longer is a paragraph about an author
MAX_NAME = 60
MAX_WORDS = 7
_ADDRESS = re.compile(r"\(?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\)?|https?://\S+|www\.\S+|(?<!\w)@\w+")
_DATELINE = re.compile(r"^\([^()=]{1,20}=[^()=]{1,20}\)\s*")  # of Korean agencies: place and agency
_PLACE_EAST = re.compile(
    r"^[（(【\[〔]?[가-힣ァ-ー一-鿿]{2,8}[=＝]\s*(?=[가-힣一-鿿])"
)  # 워싱턴=김철수, 【ソウル=山田太郎】
_BESIDE = re.compile(r"(?<=\w)\s*[(（]([^()（）=＝]{1,60})[)）]")  # Ada Byron (OBE), Ada Byron (Kontor)
_UNCLOSED = re.compile(r"(?<=\w)\s*[(（][^()（）]*$")
_DAY = re.compile(r"[\s,–—-]+(?:([^\W\d_]{3,12})\.?\s+\d{1,2}|\d{1,2}\.?\s+([^\W\d_]{3,12}))(?![\w:]).*$")
_HAN_NAMES = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:\s+[\u4e00-\u9fff·]{2,4})+")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The pattern of a part of a byline, of what all languages know."""
    words = {key: either("byline", key) for key in ("leads", "joined_leads", "tails", "joins", "roles", "no_names")}
    form, flags = {
        "lead": (rf"^\W*(?:{words['leads']})\s*[:：—–-]?\s*", re.IGNORECASE),
        "joined lead": (rf"^\W*(?:[（(【〔\[]?\s*)(?:{words['joined_leads']})\s*[:：/／丨｜・]?\s*", 0),
        "tail": (rf"\s*(?:{words['tails']})\s*[)）】〕\]]?$", 0),
        "split": (
            r"\s*(?:[,;|/•、，；／丨｜ㅣ│\n]|&|(?<![\u4e00-\u9fff])·|·(?![\u4e00-\u9fff])"
            rf"|(?<!\w)(?:{words['joins']})(?!\w))\s*",
            re.IGNORECASE,
        ),
        "role": (
            rf"^(?:\S+\s+){{0,4}}(?:{words['roles']})(?:\s+(?:{either('byline', 'role_of')}|,).*)?$",
            re.IGNORECASE,
        ),
        "no name": (rf"^(?:{words['no_names']})$|\d{{3}}|\d:\d|\d+ ?min\b|https?:|[{{}}<>=]", re.IGNORECASE),
    }[name]
    return re.compile(form, flags)


@cache
def _agencies() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Names of agencies, and how a byline names one whose reporter signs."""
    forms = (form for language in read_in_pages() for names in language.agencies.forms.values() for form in names)
    return frozenset(forms), tuple(map(re.compile, pieces("byline", "agencies")))


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
    text = _BESIDE.sub(_credit_alone, _ADDRESS.sub(" ", text))
    names: dict[str, str] = {}
    for part in _pattern("split").split(re.sub(r"(?<=\w)\s+for\s+(?:the\s+)?[A-Z].*$", "", text)):
        for name in (*_names_of(part), *_agency_of(part)):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _credit_alone(beside: re.Match[str]) -> str:
    """What stands in brackets beside a name: an agency is a credit, all else an honour, a place or an office."""
    return f", {beside.group(1)}" if beside.group(1).strip() in _agencies()[0] else " "


def _undated(part: str) -> str:
    """A part of a byline without the day at its end."""
    for match in re.finditer(r"[\s,–—-]", part):
        day = _DAY.match(part, match.start())
        if day and month_number(day.group(1) or day.group(2)):
            return re.sub(rf"\s+(?:{either('byline', 'role_of')})$", "", part[: match.start()])
    return part


def _agency_of(part: str) -> list[str]:
    """The agency whose reporter signs, which is a credit: 新华社记者, (서울=연합뉴스)."""
    names, patterns = _agencies()
    match = next(filter(None, (pattern.search(part) for pattern in patterns)), None)
    return [name for name in match.groups() if name in names] if match else []


def _names_of(part: str) -> list[str]:
    part = _UNCLOSED.sub("", _undated(" ".join(part.split())))
    bare = _PLACE_EAST.sub("", _DATELINE.sub("", part)).strip(" \t:：-–—*•()（）[]【】〔〕=")
    for _ in range(2):  # "Текст: автор Иван Петров"
        bare = _pattern("lead").sub("", bare) if not _pattern("role").match(bare) else bare
    led = _pattern("joined lead").sub("", bare)
    bare = _pattern("tail").sub("", led)
    if not bare or len(bare) > MAX_NAME or len(bare.split()) > MAX_WORDS:
        return []
    if _pattern("no name").search(bare) or _pattern("role").match(bare) or sum(c.isalpha() for c in bare) < 2:
        return []
    return bare.split() if led != part.strip() and _HAN_NAMES.fullmatch(bare) else [bare.strip(" .,:")]
