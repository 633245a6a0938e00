"""Dates told from the moment of reading ("3 hours ago", "вчера в 14:05", "2小时前"), against the time of retrieval.

Nothing here looks at a clock: without the time at which the page was retrieved there is no date.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from helpers.extract.dates import TIME, with_time
from helpers.text.lengths import n_words

MAX_LINE = 60  # characters; a longer line is text that says "yesterday"
MAX_BESIDE = 4  # words beside the time that a date line has ("Published", "3 min read"); a sentence has more
_UNITS = {
    "second": r"seconds?|secs?|секунд[уы]?|сек|초|秒[钟鐘]?|Sekunden?|secondes?|segundos?",
    "minute": r"minutes?|mins?|минут[уы]?|мин|хвилин[уи]?|хв|분|分[钟鐘]?|Minuten?|minutos?",
    "hour": r"hours?|hrs?|h|часа?|часов|ч|годин[уи]?|год(?=\.?\s*тому)|시간|"
    r"(?:个|個)?小[时時]|時間|Stunden?|heures?|horas?",
    "day": r"days?|d|день|дня|дней|дні|днів|일|天|日|Tag(?:e|en)?|jours?|días?",
    "week": r"weeks?|недел[юиь]|тижн[іяів]+|тиждень|주|(?:个|個)?(?:周|週|星期)|週間|Wochen?|semaines?|semanas?",
}
_SIZE = {unit: dt.timedelta(**{f"{unit}s": 1}) for unit in _UNITS}
_COUNT = r"(?P<count>\d{1,3}|an?|one|eine[rmn]?|une?|una?)?\s*"
_AGO = {
    unit: re.compile(
        rf"(?<!\w)(?:{_COUNT}(?:{words})\.?\s*(?:ago\b|назад(?!\w)|тому(?!\w))"
        rf"|(?P<east>\d{{1,3}})\s*(?:{words})\s*(?:전(?![가-힣])|[之以]?前(?![\u3400-\u9fff]))"
        rf"|(?:vor|il y a|hace)\s+{_COUNT.replace('count', 'after')}(?:{words})(?!\w))",
        re.IGNORECASE,
    )
    for unit, words in _UNITS.items()
}
_LABEL = re.compile(
    r"\W*(?:(?:published|posted|updated|date|опубликован\w*|добавлен\w*|дата|опубліковано|додано|입력|등록|게시|"
    r"发布(?:时间|于)?|發布(?:時間|於)?|时间|時間|公開(?:日時?)?|配信|掲載|veröffentlicht|publié|publicado)\W*)?",
    re.IGNORECASE,
)
_NOW = re.compile(r"just now|только что|щойно|방금|刚刚|剛剛|たった今|gerade eben", re.IGNORECASE)
_DAYS = {
    2: r"day before yesterday|позавчера|позавчора|그제|그저께|前天|一昨日|おととい|vorgestern|avant-hier|anteayer",
    1: r"yesterday|вчера|вчора|учора|어제|昨天|昨日|gestern|hier|ayer|ieri|ontem|wczoraj|dün",
    0: r"today|сегодня|сьогодні|오늘|今天|今日|heute|aujourd[’']hui|hoy|oggi|hoje|dzisiaj|dziś|bugün",
}
_DAY = {days: re.compile(rf"(?<![\w-])(?:{words})(?![a-zа-яёіїє])", re.IGNORECASE) for days, words in _DAYS.items()}


def relative_date(line: str, retrieved: dt.datetime | None, timezone: str) -> tuple[dt.datetime, str] | None:
    """The instant that a short line tells by its distance from now.

    Parameters
    ----------
    line : str
        As a reader sees it.
    retrieved : datetime with zone, or None
        When the page was fetched; None gives no date.
    timezone : str
        Zone of the outlet, in which "yesterday" is a day.

    Returns
    -------
    (datetime in UTC, precision) or None
        Precision is ``time`` (to the minute), ``hour`` or ``day``.

    >>> at = dt.datetime(2024, 6, 20, 1, 0, tzinfo=dt.UTC)
    >>> relative_date("вчера в 14:05", at, "Europe/Moscow")
    (datetime.datetime(2024, 6, 19, 11, 5, tzinfo=datetime.timezone.utc), 'time')
    >>> relative_date("2小时前", at, "Asia/Shanghai")
    (datetime.datetime(2024, 6, 19, 23, 0, tzinfo=datetime.timezone.utc), 'hour')
    >>> relative_date("yesterday", None, "UTC") is None
    True
    """
    if retrieved is None or len(line) > MAX_LINE:
        return None
    local = retrieved.astimezone(ZoneInfo(timezone))
    for unit, pattern in _AGO.items():
        if match := pattern.search(line):
            return (
                _ago(match, unit, local) if _words(line[: match.start()] + line[match.end() :]) <= MAX_BESIDE else None
            )
    if _NOW.search(line):
        return local.astimezone(dt.UTC), "time"
    for days, pattern in _DAY.items():
        if match := pattern.search(line):
            return _on_day(line, match, local, days)
    return None


def _words(rest: str) -> int:
    """How many words a line has beside its time."""
    return n_words(" ".join(re.findall(r"\w+", rest)))


def _on_day(line: str, match: re.Match[str], local: dt.datetime, days: int) -> tuple[dt.datetime, str] | None:
    """A day told by its name: with a clock, or alone but for a label, since "USA Today" and 今日头条 are names."""
    before, after = line[: match.start()], line[match.end() :]
    clock = TIME.search(after) or TIME.search(before)
    day = dt.datetime.combine(local.date() - dt.timedelta(days=days), dt.time())
    timed = with_time(day, clock, str(local.tzinfo)) if clock else None
    if timed and _words(f"{before} {after}".replace(clock.group(), " ", 1)) <= MAX_BESIDE:
        return timed
    if _LABEL.fullmatch(before) and not re.search(r"\w", after):
        return day.replace(tzinfo=local.tzinfo).astimezone(dt.UTC), "day"
    return None


def _ago(match: re.Match[str], unit: str, local: dt.datetime) -> tuple[dt.datetime, str] | None:
    said = match.group("count") or match.group("east") or match.group("after") or "1"
    count = int(said) if said.isdigit() else 1
    if unit in ("day", "week"):
        day = local.date() - count * _SIZE[unit]
        return dt.datetime.combine(day, dt.time(), tzinfo=local.tzinfo).astimezone(dt.UTC), "day"
    return (local - count * _SIZE[unit]).astimezone(dt.UTC), "hour" if unit == "hour" else "time"
