"""Where a paragraph quotes, and whom: quotation marks of the five languages, and reporting verbs.

Marks: “ ” ‘ ’ " ' « » „ “ ‹ › 「 」 『 』. Only a quotation of at least five words (ten characters in
Chinese or Korean script) is somebody's speech; a shorter one ("special operation") is a word the outlet
chose to hold at a distance, and stays the outlet's. So does a title where a word beside it says so: a treaty «О …»,
a film, a forum, 题为“…”. 《 》 are title marks and never speech. A Russian or Ukrainian paragraph that opens with a
dash is speech up to the reporting verb that a second dash brings in; one without such a verb may be a list.
"""

from __future__ import annotations

import re

from helpers.text.attribution import CYRILLIC_SAID

MIN_WORDS = 5
MIN_CHARACTERS = 10
_CLOSERS = {"“": "”", "«": "»", "„": "“”", "‹": "›", "「": "」", "『": "』", "‘": "’", '"': '"', "'": "'"}
_BY_APOSTROPHE = frozenset("‘'")  # their closing mark is also an apostrophe
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")

_TITLE_BEFORE = re.compile(
    r"(?:(?<!\w)(?:titled|entitled|named|called|headlined|dubbed)"
    r"|(?<!\w)(?:[Ff]ilm|[Bb]ook|[Ss]ong|[Nn]ovel|[Ee]xhibition|[Ee]ssay|[Pp]oem|[Dd]ocumentary|[Ee]ditorial),?"
    r"|(?<!\w)(?:[Дд]огово|[Сс]оглашени|[Уу]каз|[Зз]акон|[Рр]езолюци|[Дд]екларац|[Фф]ильм|[Кк]ниг|[Гг]азет|"
    r"[Фф]орум|[Кк]онференц|[Вв]ыставк|[Сс]тать|[Дд]оклад|[Пп]есн|[Рр]оман|[Сс]пектакл|[Пп]роект|[Оо]рден|[Мм]едал|"
    r"[Дд]оговір|[Дд]огов|[Уу]год|[Пп]рограм|[Кк]ниж|[Вв]иставк|[Сс]татт|[Дд]оповід|[Пп]існ|[Фф]ільм)[а-яёіїєґ]*"
    r"|(?<!\w)(?:[Зз]аголов|[Пп]арт[иі]|[Кк]онцерн|[Кк]орабл|[Кк]орабел|[Кк]рейсер|ООО|АО)[а-яёіїєґ]*"
    r"|(?:영화|노래|소설|책|연극|드라마|다큐멘터리|사설|구호|표어)"
    r"|题为|名为|主题为|主题是|题目是|以)\s*$"
)
_TITLE_AFTER = re.compile(
    r"^(?:(?:이)?라는\s(?:제목|주제|이름|책|영화|노래|구호|표어|기사|논문|전시회|명칭)|(?:를|을)\s(?:제목|주제)로|(?:을|를)\s주제로"
    r"|为(?:题|主题|名)|的(?:报告|文章|论坛|展览|讲座|著作|电影|论文))"
)
_TITLE_END = re.compile(r"(?:조약|협정|공동선언|条约|條約|协定|協定)[’'”\"」』]$")  # a treaty between marks is its name
_TREATY = re.compile(r"[“\"‘']Treaty (?:on|of)\b")
_INSERTED = re.compile(  # «…, — сказал он, — …»
    rf"[,.!?…]\s*[—–-]\s+(?={CYRILLIC_SAID}\b)[^—–«»“”„]{{3,90}}?[,.]\s+[—–-]\s+"
)
_SPOKEN_DASH = re.compile(rf"[,!?…]\s*[—–-]\s+(?={CYRILLIC_SAID}\b)")
_RESUMED = re.compile(r"[.,]\s+[—–-]\s+")


def quotations(paragraph: str) -> list[tuple[int, int]]:
    """Spans of quoted speech in a paragraph, marks included, in order and without overlap.

    An opening mark without its closing one quotes to the end of the paragraph, never further: the way print
    continues a quotation over several paragraphs is to open each anew. A straight mark that never closes is
    no quotation unless it opens the paragraph.

    Parameters
    ----------
    paragraph : str

    Returns
    -------
    list of (start, end)
        Character offsets; ``paragraph[start:end]`` begins with the opening mark.

    >>> line = 'The "special operation" goes on. “We will not leave our friends alone,” he said.'
    >>> [line[start:end] for start, end in quotations(line)]
    ['“We will not leave our friends alone,”']
    """
    spans = _dialogue(paragraph)
    if spans:
        return spans
    at = 0
    while at < len(paragraph):
        if paragraph[at] in _CLOSERS and _opens(paragraph, at):
            end = _closing(paragraph, at)
            if end is not None:
                if _long_enough(paragraph[at:end]) and not _is_title(paragraph, at, end):
                    spans.extend(_without_insertion(paragraph, at, end))
                at = end
                continue
        at += 1
    return spans


def _opens(text: str, at: int) -> bool:
    """Whether a mark can open a quotation here: directional marks always, others only before a word."""
    mark = text[at]
    if mark not in "\"'‘":
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or after.isspace() or _joins(before):
        return False
    return mark != "'" or after.isalpha()


def _joins(character: str) -> bool:
    """Whether a mark beside it stands inside or at the wrong end of a word; Chinese and Korean set no spaces."""
    return character.isalnum() and not _EAST_ASIAN.match(character)


def _dialogue(paragraph: str) -> list[tuple[int, int]]:
    """Speech that dashes mark: — Мы готовы, — сказал он. — И давно."""
    if not re.match(r"[—–-]\s", paragraph):
        return []
    verb = _SPOKEN_DASH.search(paragraph)
    if verb is None:
        return []
    spans = [(0, verb.start() + 1)]
    resumed = _RESUMED.search(paragraph, verb.end())
    return [*spans, (resumed.end(), len(paragraph))] if resumed else spans


def _without_insertion(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The quotation less what the outlet puts into its middle: «…, — сказал он, — …»."""
    spans = []
    for inserted in _INSERTED.finditer(text, start, end):
        spans.append((start, inserted.start() + 1))
        start = inserted.end()
    return [*spans, (start, end)]


def _is_title(text: str, start: int, end: int) -> bool:
    return bool(
        _TITLE_BEFORE.search(text[max(0, start - 40) : start])
        or _TITLE_AFTER.match(text[end : end + 12])
        or _TITLE_END.search(text[start:end])
        or _TREATY.match(text, start, end)
    )


def _closing(text: str, at: int) -> int | None:
    """Offset after the closing mark; the paragraph's end if it stays open; None for no quotation."""
    opener = text[at]
    closers = _CLOSERS[opener]
    depth, plural, last = 0, None, None
    for position in range(at + 1, len(text)):
        mark = text[position]
        if mark in closers and not (opener in _BY_APOSTROPHE and _joins(text[position + 1 : position + 2])):
            if opener in _BY_APOSTROPHE and _is_plural(text, position):
                plural = plural or position + 1
            elif depth == 0:
                return position + 1
            else:
                depth -= 1
                last = last or position + 1
        elif mark == opener and opener not in "\"'‘„":
            depth += 1
    if opener in _BY_APOSTROPHE:
        return plural  # nothing else closes it, so the mark after a plural did
    if last is not None and (at or re.match(r"[.,]?\s*[—–-]\s", text[last:])):
        return last  # one mark closed both: «… «…», as Russian print does
    return len(text) if opener != '"' or at == 0 else None


def _is_plural(text: str, at: int) -> bool:
    """A mark after *s* in mid-phrase may be a possessive (the soldiers' rights)."""
    return text[at - 1 : at] == "s" and bool(re.match(r"\s[a-z]", text[at + 1 : at + 3]))


def _long_enough(quotation: str) -> bool:
    if len(_EAST_ASIAN.findall(quotation)) >= MIN_CHARACTERS:
        return True
    return not _EAST_ASIAN.search(quotation) and len(_WORD.findall(quotation)) >= MIN_WORDS
