"""Read a date as people and machines write it, in many languages; never guess, and never look at today.

A value without a zone is local time of the outlet; a value without a time is local midnight, and said to be a
day.  Dates told from the moment of reading ("3 hours ago", "вчера в 14:05", "2小时前") are held against the time of
retrieval: without it there is no date.

How languages write days, months, clocks and distances stands in `helpers.text.languages`; names of months are those
of Unicode CLDR through babel, and the few forms beside them that newsrooms write.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.text.languages import either, merged, pieces, read_in_pages
from helpers.text.lengths import n_words

Dated = tuple[dt.datetime, str]  # instant in UTC, and "day" or "time"

# In this order a name that two languages give to two months keeps its first meaning (listopad, srpen).
MONTH_LANGUAGES = (
    "en", "ru", "uk", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "nb", "sv", "da", "fi", "cs", "sk", "ro", "hu",
    "el", "bg", "be", "he", "ar", "id", "ms", "vi", "et", "lv", "lt", "sl", "ca", "af",
)  # fmt: skip
# Hours from UTC; abbreviations that mean two things (CST, IST, BST) are left to the outlet's zone.
ZONES: dict[str, int] = {
    "UTC": 0, "GMT": 0, "Z": 0, "KST": 9, "JST": 9, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2,
    "EET": 2, "EEST": 3,
}  # fmt: skip
EPOCH = {"s": (10**8, 10**11), "ms": (10**11, 10**14), "us": (10**14, 10**17)}  # 1973 to 5138 in each unit
SERIAL = (32_874, 73_051)  # days since 1899-12-30, by which spreadsheets count: 1990 to 2099
# Where 24.06.19 is the 19th of June 2024; elsewhere it is the 24th of June 2019.
YEAR_FIRST = frozenset("Asia/Seoul Asia/Pyongyang Asia/Tokyo Asia/Shanghai Asia/Taipei Asia/Hong_Kong".split())
MAX_LINE = 60  # characters; a longer line is text that says "yesterday"
MAX_VALUE = 300  # characters of a date column's value; a longer one is an article
MAX_BESIDE = 4  # words beside a distance that a date line has ("Published", "3 min read"); a sentence has more

_AMBIGUOUS = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})[/.-](\d{2,4})(?!\d)")
_WEEKDAY = re.compile(r"[^\W\d_]{2,12}\.?,?\s+(?=\d|[^\W\d_]{3,12}\.?\s+\d)")
_HAN_DATE = re.compile(r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日")
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_SIZE = {unit: dt.timedelta(**{f"{unit}s": 1}) for unit in ("second", "minute", "hour", "day", "week")}


class UnclearDate(ValueError):
    """A date in numbers that only other dates of its file, or a stated form, can make certain."""


@dataclass(frozen=True)
class _Forms:
    """Patterns of whole dates and of clocks, and what their words mean."""

    clock: re.Pattern[str]
    clock_first: re.Pattern[str]
    written: tuple[re.Pattern[str], ...]  # forms of a date column
    seen: tuple[re.Pattern[str], ...]  # and those that stand only before a reader
    eras: dict[str, int]
    zones: dict[str, int | str]
    late: frozenset[str]
    night: frozenset[str]
    noon: frozenset[str]


@cache
def _forms() -> _Forms:
    """Made when the first date is read, of what all languages know."""
    eras: dict[str, int] = merged("dates", "eras")
    zones = ZONES | {name: int(zone) if zone.isdigit() else zone for name, zone in merged("dates", "zones").items()}
    clock = _clock(zones)
    time = rf"(?:{_join()}{clock})?"
    written = _written_forms("|".join(sorted(eras, key=len, reverse=True)), time)
    dotted = rf"(?<![\d.])(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})(?!\d){time}"
    short = rf"(?<![\d.:])(?P<one>\d{{2}})\.(?P<month>\d{{2}})\.(?P<two>\d{{2}})(?![\d.]){time}"
    slashed = rf"(?<![\d/])(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{{1,2}})/(?P<year>\d{{4}})(?!\d){time}"
    forms = [re.compile(form, re.IGNORECASE) for form in (*written, dotted, short, slashed)]
    return _Forms(
        clock=re.compile(clock, re.IGNORECASE),
        clock_first=re.compile(rf"(?<![\d.:]){clock}[\s,/|·•—–-]*$", re.IGNORECASE),
        written=tuple(forms[: len(written)]),
        seen=tuple(forms),
        eras=eras,
        zones=zones,
        late=frozenset(pieces("dates", "late")),
        night=frozenset(pieces("dates", "night")),
        noon=frozenset(pieces("dates", "noon")),
    )


def _clock(zones: dict[str, int | str]) -> str:
    """A time of day: 2:05 p.m. KST, 오후 2시 5분, 14.05 Uhr."""
    half, word, signs = either("dates", "halves"), either("dates", "clock"), _signs()
    zone = r"(?P<zone>(?:GMT|UTC)?\s?[+-]\d{2}:?\d{2}|(?:" + "|".join(zones) + r")\b)"
    hour = rf"(?:[:：h]|[{signs['hour']}](?![{signs['not_hour']}])|\.(?=\d\d\s?(?:{word})))"
    minute = rf"(?P<minute>\d{{2}}|\d(?=\s?[{signs['minute']}]))"
    return (
        rf"(?P<before>{half})?\s*(?P<hour>\d{{1,2}})\s?{hour}\s?{minute}?"
        rf"(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?(?:\s?[{signs['minute']}])?(?:\s*(?:{word}))?"
        rf"\s*(?P<after>[ap]\.?m\b\.?)?\s*\(?{zone}?\)?"
    )


def _join() -> str:
    """What may stand between a day and its time."""
    return rf"(?:[,\s|·•—–-]|\bT(?=\d)|\b(?:{either('dates', 'at')})(?!\w)|{either('dates', 'weekdays')})*"


def _written_forms(era: str, time: str) -> list[str]:
    """Forms with a month's name, in signs, of an era, and ISO 8601 with any mark."""
    name, signs = r"(?P<name>[^\W\d_]{3,12})", _signs()
    of, elided = rf"(?:\s+(?:{either('dates', 'of')}))?", rf"(?:{either('dates', 'elided')})?"
    day = rf"(?P<day>\d{{1,2}})(?:{either('dates', 'ordinals')}|\.)?"
    year = r"(?P<year>\d{4})(?![\d:])"
    after = rf"(?:\s*(?:{either('dates', 'year_words')})(?!\w))?"
    monthday = rf"(?P<month>\d{{1,2}})\s*[{signs['month']}]\s*(?P<day>\d{{1,2}})\s*[{signs['day']}]"
    years = signs["year"]
    return [
        rf"(?<!\d){day}{of}[\s-]+{elided}{name}\.?,?{of}[\s-]+{year}{after}{time}",
        rf"(?<!\w){name}\.?\s+{day},?\s+{year}{time}",
        rf"(?:(?:{era})\s*\d{{1,3}}\s*)?[(（]?(?P<year>\d{{4}})[)）]?\s*[{years}]\s*{monthday}{time}",
        rf"(?P<era>{era})\s*(?P<count>\d{{1,3}}|元)\s*[{years}]\s*{monthday}{time}",
        r"(?<![\d.])(?P<year>(?:19|20)\d{2})\s?(?P<mark>[-./])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})"
        rf"(?!\d)\.?{time}",
    ]


@cache
def _signs() -> dict[str, str]:
    """Signs of year, month, day, hour and minute in all scripts that have them."""
    known = [language.dates.signs for language in read_in_pages()]
    return {unit: "".join(signs.get(unit, "") for signs in known)
            for unit in ("year", "month", "day", "hour", "minute", "not_hour")}  # fmt: skip


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names  # slow to import

    months: dict[str, int] = {}
    for language in MONTH_LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    plain = str(name).strip(" .").lower()
                    if len(plain) >= 3 and not any(c.isdigit() or c.isspace() for c in plain):
                        months.setdefault(plain, number)
    return merged("dates", "months") | months


def month_number(name: str) -> int | None:
    """The month that a word names, in any of `MONTH_LANGUAGES`; None if it names none.

    >>> [month_number(word) for word in ("June", "июня", "червня", "Juni", "haziran", "czerwca", "Paris")]
    [6, 6, 6, 6, 6, 6, None]
    """
    plain = name.strip(" .").lower()
    known = _months().get(plain)
    joined = (plain.removeprefix(prefix) for prefix in pieces("dates", "prefix") if prefix)
    return known or next((month for word in joined if word != plain and (month := _months().get(word))), None)


def parse_date(value: object, timezone: str, *, date_format: str | None = None) -> Dated:
    """One value of a date column.

    Parameters
    ----------
    value : str, number, date, datetime or Timestamp
        ISO 8601, RFC 2822, day month-name year in any of `MONTH_LANGUAGES`, years of an era, or an epoch
        in seconds, milli- or microseconds.
    timezone : str
        IANA name of the outlet's zone, for values that carry none.
    date_format : str, optional
        A `strptime` form for values that are written in none of these ways.

    Returns
    -------
    (datetime in UTC, "day" or "time")

    Raises
    ------
    ValueError
        With the value and what to do.

    >>> parse_date("2024-06-19", "Asia/Pyongyang")
    (datetime.datetime(2024, 6, 18, 15, 0, tzinfo=datetime.timezone.utc), 'day')
    >>> parse_date(1718755200000, "UTC")[0].isoformat()
    '2024-06-19T00:00:00+00:00'
    """
    if isinstance(value, dt.datetime | dt.date):
        return _from_object(value, timezone)
    if isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value:
        return _from_number(value, timezone)
    text = "" if value is None or value != value else str(value).strip()
    if not text:
        raise ValueError("no date")
    if len(text) > MAX_VALUE:
        raise ValueError(f"{text[:MAX_LINE]!r}… is too long for a date; name the column of the date itself")
    if date_format:
        return _from_format(text, date_format, timezone)
    if re.fullmatch(r"-?\d+(?:\.0*)?", text):
        return _from_number(float(text) if "." in text else int(text), timezone)
    return _from_text(text, timezone)


def visible_date(line: str, timezone: str) -> Dated | None:
    """The first whole date, with a year, in a line that a reader sees; None if there is none.

    >>> visible_date("Опубликовано 19 июня 2024 года, 10:30", "Europe/Moscow")
    (datetime.datetime(2024, 6, 19, 7, 30, tzinfo=datetime.timezone.utc), 'time')
    >>> visible_date("주체113(2024)년 6월 19일", "Asia/Pyongyang")
    (datetime.datetime(2024, 6, 18, 15, 0, tzinfo=datetime.timezone.utc), 'day')
    """
    return next((dated for _, _, dated in _dates_in(_arabic(line), timezone)), None)


def date_words(line: str) -> int:
    """How many words a line has beside its dates, to tell a date line from a sentence.

    >>> date_words("Updated 19 June 2024, 10:30")
    1
    """
    line = _arabic(line)
    for start, end, _ in sorted(_dates_in(line, "UTC"), reverse=True):
        line = line[:start] + " " + line[end:]
    return len(re.findall(r"[^\W\d_]{2,}", line))


def _dates_in(line: str, timezone: str) -> Iterator[tuple[int, int, Dated]]:
    """Start, end and value of every date in a line, form by form."""
    if not any(c.isdigit() for c in line):
        return
    for form in _forms().seen:
        for match in form.finditer(line):
            if dated := _in_calendar(match, timezone):
                start, whole = match.start(), dated[1] == "time"
                clock = None if whole else _forms().clock_first.search(line, max(0, start - MAX_LINE), start)
                timed = _in_calendar(match, timezone, clock) if clock else None
                yield (clock.start() if clock and timed else start), match.end(), timed or dated


def _in_calendar(match: re.Match[str], timezone: str, clock: re.Match[str] | None = None) -> Dated | None:
    """The date of a match in a line; midnight of the year 1 east of Greenwich is outside the calendar, and none."""
    try:
        return _from_match(match, timezone, clock)
    except ValueError:
        return None


def _arabic(line: str) -> str:
    """二〇二四年六月十九日 in digits; anything else as it is.

    >>> _arabic("二〇二四年六月十九日")
    '2024年6月19日'
    """
    return _HAN_DATE.sub(lambda match: re.sub(r"[^年月日]+", lambda part: _number(part.group()), match.group()), line)


def _number(word: str) -> str:
    if "十" not in word:
        return "".join(str(_HAN[c]) for c in word)
    tens, ones = word.split("十", 1)
    return str((_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0))


def _from_object(value: dt.date, timezone: str) -> Dated:
    if value is pd.NaT:
        raise ValueError("no date")
    if not isinstance(value, dt.datetime):
        return _utc(dt.datetime(value.year, value.month, value.day), timezone), "day"
    value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    bare = value.tzinfo is None and value.time() == dt.time()
    return _utc(value, timezone), "day" if bare else "time"


def _from_number(value: float, timezone: str) -> Dated:
    for unit, (low, high) in EPOCH.items():
        if low <= abs(value) < high:
            whole = round(value * {"s": 10**6, "ms": 10**3, "us": 1}[unit])
            return _since_1970(whole, value), "time"
    digits = str(int(value)) if math.isfinite(value) else ""
    if re.fullmatch(r"(?:19|20)\d{6}", digits):
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits, timezone), "day"
    if SERIAL[0] <= value < SERIAL[1]:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(value))
        raise ValueError(
            f"{value!r} is a spreadsheet's count of days ({day}); format the column as a date and save again"
        )
    raise ValueError(f"{value!r} is neither an epoch in seconds or milliseconds nor a day written YYYYMMDD")


def _since_1970(microseconds: int, value: float) -> dt.datetime:
    try:
        return _utc(dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=microseconds), "UTC")
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{value!r} is outside the calendar") from error


def _from_format(text: str, date_format: str, timezone: str) -> Dated:
    try:
        moment = dt.datetime.strptime(text, date_format)
    except ValueError as error:
        raise ValueError(f"{text!r} is not written as date_format {date_format!r} says") from error
    has_time = any(code in date_format for code in ("%H", "%I", "%s", "%c", "%X"))
    return _utc(moment, timezone), "time" if has_time else "day"


def _from_text(text: str, timezone: str) -> Dated:
    try:
        moment = dt.datetime.fromisoformat(text)
        return _utc(moment, timezone), "time" if re.search(r"\d[T ]\d", text) else "day"
    except ValueError:
        plain = _arabic(text)  # not ISO 8601: the other forms follow
    for candidate in (plain, _WEEKDAY.sub("", plain, count=1)):
        for form in _forms().written:
            if (match := form.match(candidate)) and not candidate[match.end() :].strip(" .)"):
                if dated := _from_match(match, timezone):
                    return dated
    if match := _AMBIGUOUS.match(text):
        raise UnclearDate(_unclear(text, *match.groups()))
    return _from_mail(text, timezone)


def _unclear(text: str, one: str, mark: str, two: str, year: str) -> str:
    """Why a date of numbers is not taken, and the form to say.

    >>> _unclear("25.02.2020", "25", ".", "02", "2020")
    "'25.02.2020' is written day first; say so with date_format: '%d.%m.%Y'"
    """
    code = "%Y" if len(year) > 2 else "%y"
    forms = {"day first": mark.join(("%d", "%m", code)), "month first": mark.join(("%m", "%d", code))}
    if int(two) > 12:
        forms.pop("day first")
    if int(one) > 12:
        forms.pop("month first")
    if not forms:
        return f"{text!r} is not a day that exists, neither day first nor month first"
    said = " or ".join(repr(form) for form in forms.values())
    if len(forms) == 1:
        return f"{text!r} is written {next(iter(forms))}; say so with date_format: {said}"
    return f"{text!r} can be read day first or month first; say which with date_format: {said}"


def _from_mail(text: str, timezone: str) -> Dated:
    """The form of e-mail and feeds (RFC 2822), and what JavaScript prints."""
    text = re.sub(r"^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) ", r"\1, \3 \2 \4 ", text)
    if re.match(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d", text):
        try:
            return _utc(parsedate_to_datetime(re.sub(r"\b(?:GMT|UTC)(?=[+-]\d)", "", text)), timezone), "time"
        except ValueError as error:
            raise ValueError(f"{text!r} is not a date that exists") from error
    raise ValueError(f"{text!r} is not a date in a known form; write it as 2024-06-19 or 2024-06-19T10:30:00+09:00")


def _from_match(match: re.Match[str], timezone: str, clock: re.Match[str] | None = None) -> Dated | None:
    """The date of a match, with the time found in it or in `clock`; None where no such day or time exists."""
    parts = match.groupdict()
    if (month := month_number(parts["name"]) if "name" in parts else int(parts["month"])) is None:
        return None
    if (written := _year_and_day(parts, timezone)) is None:
        return None
    try:
        day = dt.datetime(written[0], month, written[1])
    except ValueError:
        return None
    dated = with_time(day, clock or match, timezone)
    return dated or (_utc(day, timezone), "day")


def _year_and_day(parts: dict[str, str], timezone: str) -> tuple[int, int] | None:
    if "one" in parts:  # two digits for the year
        if timezone == "UTC":
            return None  # an outlet without a place: which is the year is not known
        year, day = (parts["one"], parts["two"]) if timezone in YEAR_FIRST else (parts["two"], parts["one"])
        return 2000 + int(year), int(day)
    if "era" in parts:
        count = 1 if parts["count"] == "元" else int(parts["count"])
        return _forms().eras[parts["era"].lower()] + count, int(parts["day"])
    return int(parts["year"]), int(parts["day"])


def with_time(day: dt.datetime, clock: re.Match[str], timezone: str) -> Dated | None:
    """A day at the time of a match of a clock; None where it holds no time that exists."""
    parts, forms = clock.groupdict(), _forms()
    if parts.get("hour") is None:
        return None
    hour, half = int(parts["hour"]), (parts["before"] or parts["after"] or "").lower()
    if half:
        # of the night, twelve is midnight and one early morning
        late = half in forms.late and not (half in forms.noon and hour == 11)
        late = late or (half in forms.night and 5 <= hour < 12)
        hour = hour % 12 + (12 if late else 0) if hour <= 12 else hour
    try:
        moment = day.replace(hour=hour, minute=int(parts["minute"] or 0), second=int(parts["second"] or 0))
    except ValueError:
        return None
    if zone := re.sub(r"^(?:GMT|UTC)\s?(?=[+-])", "", parts["zone"] or "", flags=re.I).strip():
        named = forms.zones.get(zone.upper())
        if isinstance(named, str):
            return _utc(moment.replace(tzinfo=ZoneInfo(named)), timezone), "time"
        offset = dt.timedelta(hours=named) if named is not None else _offset(zone[0], zone[1:3], zone[-2:])
        if abs(offset) >= dt.timedelta(hours=24):
            return None
        moment = moment.replace(tzinfo=dt.timezone(offset))
    return _utc(moment, timezone), "time"


def _offset(sign: str, hours: str, minutes: str) -> dt.timedelta:
    size = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size


def _day(year: int, month: int, day: int, text: str, timezone: str) -> dt.datetime:
    try:
        return _utc(dt.datetime(year, month, day), timezone)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day that exists") from error


def _utc(moment: dt.datetime, timezone: str) -> dt.datetime:
    """A moment in UTC; one that is outside the calendar in some zone is outside it for everybody."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
    if not 1 < moment.year < dt.MAXYEAR:
        raise ValueError(f"{moment.isoformat()!r} is outside the calendar")
    return local.astimezone(dt.UTC)


@dataclass(frozen=True)
class _Distances:
    """Patterns of dates told from the moment of reading."""

    ago: dict[str, re.Pattern[str]]
    now: re.Pattern[str]
    days: dict[int, re.Pattern[str]]
    label: re.Pattern[str]


@cache
def _distances() -> _Distances:
    days = {}
    for number in (2, 1, 0):
        words = "|".join(known for language in read_in_pages() if (known := language.dates.days.get(str(number))))
        days[number] = re.compile(rf"(?<![\w-])(?:{words})(?![a-zа-яёіїє])", re.IGNORECASE)
    return _Distances(
        ago={unit: re.compile(_ago_form(unit), re.IGNORECASE) for unit in _SIZE},
        now=re.compile(either("dates", "now"), re.IGNORECASE),
        days=days,
        label=re.compile(rf"\W*(?:(?:{either('dates', 'labels')})\W*)?", re.IGNORECASE),
    )


def _ago_form(unit: str) -> str:
    """3 hours ago; 3시간 전; vor 3 Stunden."""
    words = "|".join(known for language in read_in_pages() if (known := language.dates.units.get(unit)))
    count = rf"(?:\d{{1,3}}|{either('dates', 'one')})"
    return (
        rf"(?<!\w)(?:(?P<count>{count})?\s*(?:{words})\.?\s*(?:{either('dates', 'ago')})"
        rf"|(?P<east>\d{{1,3}})\s*(?:{words})\s*(?:{either('dates', 'joined_ago')})"
        rf"|(?:{either('dates', 'before')})\s+(?P<after>{count})?\s*(?:{words})(?!\w))"
    )


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
    for unit, pattern in _distances().ago.items():
        if match := pattern.search(line):
            return (
                _ago(match, unit, local) if _words(line[: match.start()] + line[match.end() :]) <= MAX_BESIDE else None
            )
    if _distances().now.search(line):
        return local.astimezone(dt.UTC), "time"
    for days, pattern in _distances().days.items():
        if match := pattern.search(line):
            return _on_day(line, match, local, days)
    return None


def _words(rest: str) -> int:
    """How many words a line has beside its time."""
    return n_words(" ".join(re.findall(r"\w+", rest)))


def _on_day(line: str, match: re.Match[str], local: dt.datetime, days: int) -> tuple[dt.datetime, str] | None:
    """A day told by its name: with a clock, or alone but for a label, since "USA Today" and 今日头条 are names."""
    before, after = line[: match.start()], line[match.end() :]
    clock = _forms().clock.search(after) or _forms().clock.search(before)
    day = dt.datetime.combine(local.date() - dt.timedelta(days=days), dt.time())
    timed = with_time(day, clock, str(local.tzinfo)) if clock else None
    if timed and _words(f"{before} {after}".replace(clock.group(), " ", 1)) <= MAX_BESIDE:
        return timed
    if _distances().label.fullmatch(before) and not re.search(r"\w", after):
        return day.replace(tzinfo=local.tzinfo).astimezone(dt.UTC), "day"
    return None


def _ago(match: re.Match[str], unit: str, local: dt.datetime) -> tuple[dt.datetime, str] | None:
    said = match.group("count") or match.group("east") or match.group("after") or "1"
    count = int(said) if said.isdigit() else 1
    if unit in ("day", "week"):
        day = local.date() - count * _SIZE[unit]
        return dt.datetime.combine(day, dt.time(), tzinfo=local.tzinfo).astimezone(dt.UTC), "day"
    return (local - count * _SIZE[unit]).astimezone(dt.UTC), "hour" if unit == "hour" else "time"
