"""Whose story a text says it is: agency names where they are a credit, in byline, dateline or credit line
only.

A name in the body is a mention: searching whole bodies gave 14 false attributions in 25.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from helpers.text.languages import alphabet, either, filled, pieces, read_in_pages

HEAD, TAIL_LINES, CREDIT_LENGTH, PLACE_LENGTH = 170, 3, 110, 60  # characters; lines; characters; characters
EDGE = 800  # characters at either end of a text in which lines are looked for
_WORDS = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[\u3041-\ud7a3]")  # scripts that put no space between words
_LATIN = re.compile("[A-Za-z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORDS_OF_CREDITS = tuple("announces reporters year_words after_name after_signature in_brackets rights by of".split())

Agencies = Mapping[str, tuple[str, ...]]


@cache
def known_agencies() -> Agencies:
    """Agencies with the forms in which every language writes them.

    >>> {"TASS", "ТАСС", "塔斯社"} <= set(known_agencies()["TASS"])
    True
    """
    agencies: dict[str, tuple[str, ...]] = {}
    for language in read_in_pages():
        for name, forms in language.agencies.forms.items():
            agencies[name] = (*agencies.get(name, ()), *forms)
    return agencies


def credit(text: str, byline: str | None, *, agencies: Agencies | None = None) -> tuple[str, str]:
    """The agency that a text credits, and the words that do.

    Parameters
    ----------
    text : str
        Normalised; the first paragraph may open with a dateline, the last three may be a credit line.
    byline : str or None
    agencies : mapping of name to forms, optional
        Added to `known_agencies`, for a study with agencies of its own.

    Returns
    -------
    (str, str)
        Agency and evidence (``place: words``), both empty if nothing is credited.

    >>> credit("MOSCOW, June 19. /TASS/. The sides met.", None)
    ('TASS', 'dateline: MOSCOW, June 19. /TASS/')
    >>> credit("The sides met, TASS reports.", "Ada Lovelace")
    ('', '')
    """
    known = _known(tuple(sorted((agencies or {}).items())))
    head, tail = _lines(text[:EDGE]), _lines(text[-EDGE:])
    edges = [line[:HEAD] for line in head[:2]] + [line[-CREDIT_LENGTH:] for line in tail[-TAIL_LINES:]]
    if known.may_stand_in("\n".join([byline or "", *edges])):
        for place, pattern, part in _places(known, head, tail, byline):
            for match in pattern.finditer(part):
                if known.is_credit(match):
                    return known.name(match["agency"]), f"{place}: {match.group().strip(' -–—.=')}"
    if byline is None and tail and (match := _shapes()[1].search(tail[-1].rpartition("(")[2])):
        return "Reuters", f"credit: {match.group()}"
    return "", ""


def is_credit_line(line: str) -> bool:
    """Whether a line has the shape of a credit, whoever it names; such lines recur and are still not
    boilerplate.

    >>> is_credit_line("Source: TASS"), is_credit_line("(Reuters)"), is_credit_line("Source link:")
    (True, True, False)
    """
    return (
        len(line) <= CREDIT_LENGTH and _shapes()[0].match(line) is not None and not line.rstrip().endswith((":", "："))
    )


def is_agency(outlet: str, agency: str, *, agencies: Agencies | None = None) -> bool:
    """Whether an outlet is the agency itself.

    >>> is_agency("kcna", "KCNA"), is_agency("rodong", "KCNA")
    (True, False)
    """
    forms = {agency, *known_agencies().get(agency, ()), *(agencies or {}).get(agency, ())}
    return _bare(outlet) in {_bare(form) for form in forms}


def _bare(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


class _Known:
    """Agencies with the patterns of their credits."""

    def __init__(self, agencies: Agencies) -> None:
        self._names: dict[str, str] = {}
        for name, forms in agencies.items():
            for form in (name, *forms):
                self._names.setdefault(_bare(form), name)
        forms = sorted({form for forms in agencies.values() for form in forms}, key=lambda form: (-len(form), form))
        self.patterns = _patterns(forms)
        longest = [(form, max(_WORDS.findall(form), key=len)) for form in forms]
        self._short = {word for form, word in longest if len(form) <= 4}
        self._long = {word.casefold() for form, word in longest if len(form) > 4}
        self._anywhere = re.compile("|".join(re.escape(form) for form in forms if _SIGNS.search(form)))
        self._mentioned = re.compile(rf"(?<![^\W_])(?:{_either(forms)})(?![^\W_])")

    def name(self, form: str) -> str:
        """The agency that a form belongs to."""
        return self._names[_bare(form)]

    def may_stand_in(self, text: str) -> bool:
        """Whether the longest word of any form occurs; a quick look that spares most texts the patterns."""
        words = _WORDS.findall(text)
        if not self._short.isdisjoint(words) or not self._long.isdisjoint([word.casefold() for word in words]):
            return True
        if _SIGNS.search(text) is None:
            return False
        return self._anywhere.search(text) is not None or not self._short.isdisjoint(
            _LATIN.findall(text)
        )  # 【ソウルAP】

    def is_credit(self, match: re.Match[str]) -> bool:
        """Whether what stands before the name is a dateline, where the pattern has such a part."""
        parts = match.groupdict()
        head = parts.get("head") or ""
        if "after" in parts and not parts["after"] and not head.isupper() and not re.search(r"\d", head):
            return False  # with no dash after the name, only a day or capitals show that it is a dateline
        return self.is_place(head)

    def is_place(self, head: str) -> bool:
        """Whether the words before an agency's name are a place and a day, not the start of a sentence."""
        relayed = head.endswith(("=", "＝"))  # (모스크바 타스=연합뉴스): another agency's, by way of this one
        if len(head) > PLACE_LENGTH or (not relayed and self._mentioned.search(head)):
            return False
        words = _LETTERS.findall(head)
        if words and words[0] in pieces("agencies", "no_place"):
            return False
        return all(word[0].upper() == word[0] or _is_month(word) for word in words)


def _is_month(word: str) -> bool:
    known = _place_words()
    return word in known or (len(word) >= 3 and word[:3] in known)


@cache
def _place_words() -> frozenset[str]:
    """Small words of a dateline: months cut to three letters, and what stands between the names of a place."""
    return frozenset(pieces("agencies", "place_words"))


@cache
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A credit line, whoever it names, and how an agency signs off without one."""
    return (
        re.compile(
            rf"^\W*(?:{either('agencies', 'announces')})\s*[:：]?\s*\w.{{1,50}}$"
            r"|^[(\[（【/][^()\[\]]{2,40}[)\]）】/]\.?$",
            re.IGNORECASE,
        ),
        re.compile(either("agencies", "signed_off")),
    )


@lru_cache(maxsize=32)
def _known(own: tuple[tuple[str, tuple[str, ...]], ...]) -> _Known:
    known = known_agencies()
    return _Known({**known, **{name: (*known.get(name, ()), *forms) for name, forms in own}})


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line and not line.isspace()]


def _places(
    known: _Known, head: list[str], tail: list[str], byline: str | None
) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Where a credit may stand, the pattern for it there, and the words that stand there."""
    datelines = [pattern for key, pattern in known.patterns.items() if key.startswith("dateline")]
    if byline:
        yield "byline", known.patterns["byline"], byline
    for pattern in datelines if head else ():
        yield "dateline", pattern, head[0][:HEAD]
    if len(head) > 1 and len(head[0]) <= CREDIT_LENGTH:  # a byline or a title of its own stands above the text
        yield "credit", known.patterns["signed"], head[0]
        for pattern in datelines:
            yield "dateline", pattern, head[1][:HEAD]
    for line in reversed(tail[-TAIL_LINES:]):
        if len(line) <= CREDIT_LENGTH:
            yield "credit", known.patterns["credit"], line
    for key in ("final", "final-dash") if tail else ():
        yield "credit", known.patterns[key], tail[-1][-80:]


def _either(forms: list[str]) -> str:
    # Short acronyms are read as written (AP, not "ap"); longer names in capitals or not.
    return "|".join(re.escape(f) if len(f) <= 4 else rf"(?i:{re.escape(f)})" for f in forms)


def _patterns(forms: list[str]) -> dict[str, re.Pattern[str]]:
    agency = rf"(?P<agency>{_either(forms)})"
    alone = rf"(?<![^\W_]){agency}(?![^\W_])"
    words = {key: either("agencies", key) for key in _WORDS_OF_CREDITS}
    announced = rf"(?:(?i:{words['announces']})\s*[:：=]?\s*)?(?:\d{{4}}\s)?"
    named = rf"[{alphabet('capitals')}\u3040-\ud7a3][\w.-]*"
    more = rf"(?:\s*[,/&·、]\s*{named}(?:\s{named})?){{0,3}}"
    suffix = rf"(?i:\s*(?:{words['after_name']}))?"
    former = "".join(f"(?<!{word})" for word in pieces("agencies", "former"))
    own = {key: filled(form, {"agency": agency}) for language in read_in_pages()
           for key, form in language.agencies.datelines.items()}  # fmt: skip
    forms_of = {
        "byline": rf"{former}{alone}",
        **_dateline_forms(agency, alone, words),
        **{f"dateline-{key}": form for key, form in own.items()},
        # By Ada Byron, Associated Press
        "signed": rf"^\W*(?:(?:(?i:{words['by']})\s)?[^.!?:]{{3,60}}\s?[,|/·–—-]\s?|{announced}|(?i:{words['by']})\s)"
        rf"{alone}(?i:\s+(?:{words['after_signature']}))?\W*$",
        "credit": rf"^\W*{announced}(?:{alone}{suffix}{more}(?:[.,]?\s(?i:{words['rights']}))?)\W*$",
        # The sides met. (Reuters)
        "final": rf"[.!?。…»”\"'’][\s-]*(?:0-)?\s*[(（\[<〈/【]\s*"
        rf"(?:(?i:{words['announces']}|{words['of']})\s*[:：=]?\s*)?{agency}{more}\s*[)）\]>〉/】]\W*$",
        # The sides met. — AFP
        "final-dash": rf"[.!?。…»”\"]\s[-–—]{{1,2}}\s?{agency}\W*$",
    }
    return {key: re.compile(form) for key, form in forms_of.items()}


def _dateline_forms(agency: str, alone: str, words: dict[str, str]) -> dict[str, str]:
    """Datelines of many languages; those of one alone are in its file."""
    year = rf"(?:,?\s\d{{4}})?(?:\s?(?:{words['year_words']})\.?)?"
    day = rf"(?:\d{{1,2}}\s[^\W\d_]{{3,9}}\.?|[^\W\d_]{{3,9}}\.?\s\d{{1,2}}){year}"
    small = alphabet("letters")
    clause = rf"(?!\s[{small}])"  # a verb after the name makes it the subject of a sentence
    opened, closed, news = r"[(（\[［【<〈]", r"[)）\]］】>〉]", rf"(?:\s(?i:{words['in_brackets']}))?"
    return {
        # (Reuters) -   (평양=연합뉴스)   [ソウル 19日 ロイター]   【平壌共同】
        "dateline-bracket": rf"^{opened}(?P<head>[^()（）\[\]【】<>〈〉]{{0,30}}?[\s=＝/·]?){agency}{news}{closed}",
        # MOSCOW, June 19 (Yonhap) --   WASHINGTON (AP) —
        "dateline-round": rf"^(?P<head>[^!?()（）=]{{2,60}}?)\s*[(（](?:[^()（）]{{0,20}}[=＝/])?{agency}{news}[)）]"
        r"(?P<after>\s*(?:[-–—.:=]|$))?",
        # ПХЕНЬЯН, 19 июня. /ТАСС/.
        "dateline-slash": rf"^(?P<head>[^/]{{0,60}})/\s*(?:(?i:{words['reporters']})\s)?{agency}"
        r"(?:\s[^/]{2,40})?\s*/",
        # МОСКВА, 19 июн - РИА Новости.
        "dateline-dash": rf"^(?P<head>[^!?()—–]{{2,40}}[.,]?\s{day}[.,]?)\s[-–—]{{1,2}}\s{alone}"
        rf"(?:\s*[.,:]|{clause}\s|$)",
        # Москва. 19 июня. INTERFAX.RU -
        "dateline-first": rf"^(?P<head>[^!?()—–]{{2,40}}[.,]\s{day})[.,]?\s*{alone}(?:\.\w{{2,3}})?(?:\s*[-–—]|[.:])",
    }
