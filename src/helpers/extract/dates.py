"""Read a date as people and machines write it, in many languages; never guess, and never look at today.

A value without a zone is local time of the outlet; a value without a time is local midnight, and said to be a
day.  Relative words ("yesterday") are `helpers.extract.relative_dates`.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.extract.months import ERAS, LATE, NIGHT, month_number

Dated = tuple[dt.datetime, str]  # instant in UTC, and "day" or "time"

# Hours from UTC; abbreviations that mean two things (CST, IST, BST) are left to the outlet's zone.
# Moscow's own hour has changed twice since 2011.
ZONES: dict[str, int | str] = {
    "UTC": 0, "GMT": 0, "Z": 0, "МСК": "Europe/Moscow", "MSK": "Europe/Moscow", "KST": 9, "JST": 9, "EST": -5,
    "EDT": -4, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
}  # fmt: skip
EPOCH = {"s": (10**8, 10**11), "ms": (10**11, 10**14), "us": (10**14, 10**17)}  # 1973 to 5138 in each unit
# Where 24.06.19 is the 19th of June 2024; elsewhere it is the 24th of June 2019.
YEAR_FIRST = frozenset("Asia/Seoul Asia/Pyongyang Asia/Tokyo Asia/Shanghai Asia/Taipei Asia/Hong_Kong".split())

_HALF = r"[ap]\.?m\b\.?|오전|오후|새벽|아침|낮|저녁|밤|午前|午後|上午|下午|凌晨|清晨|早上|中午|傍晚|晚上|晚间|晚間|深夜"
_ZONE = r"(?P<zone>(?:GMT|UTC)?\s?[+-]\d{2}:?\d{2}|(?:" + "|".join(ZONES) + r")\b)"
_CLOCK = (
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})\s?(?:[:：h]|[点點時时시](?!間|间|간)|\.(?=\d\d\s?Uhr))\s?(?P<minute>\d{{2}}|\d(?=\s?[分분]))?"
    rf"(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?(?:\s?[분分])?(?:\s*Uhr)?\s*(?P<after>[ap]\.?m\b\.?)?"
    rf"\s*\(?{_ZONE}?\)?"
)
_JOIN = (
    r"(?:[,\s|·•—–-]|\bT(?=\d)|\b(?:в|о|at|um|à|a las|alle|godz\.?|saat|kl\.?)(?!\w)"
    r"|[(（][월화수목금토일月火水木金土日][)）]|[월화수목금토일]요일|[月火水木金土日]曜日?|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
    r"|(?:понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|понеділок|вівторок|середа|четвер|"
    r"п[’']ятниця|субота|неділя)(?!\w))*"
)
_TIME = rf"(?:{_JOIN}{_CLOCK})?"
TIME = re.compile(_CLOCK, re.IGNORECASE)
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_OF = r"(?:\s+(?:de|del|of))?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?", r"(?P<year>\d{4})(?![\d:])"
_YEAR_WORD = r"(?:\s*(?:года|год|г\.?|року|р\.|r\.)(?!\w))?"
_ERA = "|".join(sorted(ERAS, key=len, reverse=True))
_EAST = r"\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
_FORMS = [
    re.compile(rf"(?<!\d){_DAY}{_OF}[\s-]+(?:d['’])?{_NAME}\.?,?{_OF}[\s-]+{_YEAR}{_YEAR_WORD}{_TIME}", re.I),
    re.compile(rf"(?<!\w){_NAME}\.?\s+{_DAY},?\s+{_YEAR}{_TIME}", re.I),
    re.compile(
        rf"(?:(?:{_ERA})\s*\d{{1,3}}\s*)?[(（]?(?P<year>\d{{4}})[)）]?\s*[年년]\s*(?P<month>\d{{1,2}}){_EAST}{_TIME}",
        re.I,
    ),
    re.compile(rf"(?P<era>{_ERA})\s*(?P<count>\d{{1,3}}|元)\s*[年년]\s*(?P<month>\d{{1,2}}){_EAST}{_TIME}", re.I),
    re.compile(
        r"(?<![\d.])(?P<year>(?:19|20)\d{2})\s?(?P<mark>[-./])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})"
        rf"(?!\d)\.?{_TIME}",
        re.I,
    ),
]
_DOTTED = re.compile(rf"(?<![\d.])(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})(?!\d){_TIME}", re.I)
_SHORT = re.compile(rf"(?<![\d.:])(?P<one>\d{{2}})\.(?P<month>\d{{2}})\.(?P<two>\d{{2}})(?![\d.]){_TIME}", re.I)
_SLASHED = re.compile(rf"(?<![\d/])(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{{1,2}})/(?P<year>\d{{4}})(?!\d){_TIME}", re.I)
_SEEN = (*_FORMS, _DOTTED, _SHORT, _SLASHED)
_TIME_FIRST = re.compile(rf"(?<![\d.:]){_CLOCK}[\s,/|·•—–-]*$", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)")
_WEEKDAY = re.compile(r"[^\W\d_]{2,12}\.?,?\s+(?=\d|[^\W\d_]{3,12}\.?\s+\d)")
_HAN_DATE = re.compile(r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日")
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}


def parse_date(value: object, timezone: str, *, date_format: str | None = None) -> Dated:
    """One value of a date column.

    Parameters
    ----------
    value : str, number, date, datetime or Timestamp
        ISO 8601, RFC 2822, day month-name year in any of `months.LANGUAGES`, years of an era, or an epoch
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
    return next((found for _, _, found in _dates_in(_arabic(line), timezone)), None)


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
    for form in _SEEN:
        for match in form.finditer(line):
            if found := _from_match(match, timezone):
                clock = _TIME_FIRST.search(line[: match.start()]) if found[1] == "day" else None
                timed = _from_match(match, timezone, clock) if clock else None
                yield (clock.start() if clock and timed else match.start()), match.end(), timed or found


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
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=whole), "time"
    digits = str(int(value))
    if re.fullmatch(r"(?:19|20)\d{6}", digits):
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits, timezone), "day"
    raise ValueError(f"{value!r} is neither an epoch in seconds or milliseconds nor a day written YYYYMMDD")


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
        for form in _FORMS:
            if (match := form.match(candidate)) and not candidate[match.end() :].strip(" .)"):
                if found := _from_match(match, timezone):
                    return found
    if _AMBIGUOUS.match(text):
        raise ValueError(
            f"{text!r} can be read day first or month first; say which with date_format, as in '%d/%m/%Y' or '%m/%d/%Y'"
        )
    return _from_mail(text, timezone)


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
    found = with_time(day, clock or match, timezone)
    return found or (_utc(day, timezone), "day")


def _year_and_day(parts: dict[str, str], timezone: str) -> tuple[int, int] | None:
    if "one" in parts:  # two digits for the year
        if timezone == "UTC":
            return None  # an outlet without a place: which is the year is not known
        year, day = (parts["one"], parts["two"]) if timezone in YEAR_FIRST else (parts["two"], parts["one"])
        return 2000 + int(year), int(day)
    if "era" in parts:
        count = 1 if parts["count"] == "元" else int(parts["count"])
        return ERAS[parts["era"].lower()] + count, int(parts["day"])
    return int(parts["year"]), int(parts["day"])


def with_time(day: dt.datetime, clock: re.Match[str], timezone: str) -> Dated | None:
    """A day at the time of a match of `TIME`; None where it holds no time that exists."""
    parts = clock.groupdict()
    if parts.get("hour") is None:
        return None
    hour, half = int(parts["hour"]), (parts["before"] or parts["after"] or "").lower()
    if half:
        late = half[0] == "p" or (half in LATE and not (half in ("낮", "中午") and hour == 11))
        late = late or (half in NIGHT and 5 <= hour < 12)
        hour = hour % 12 + (12 if late else 0) if hour <= 12 else hour
    try:
        moment = day.replace(hour=hour, minute=int(parts["minute"] or 0), second=int(parts["second"] or 0))
    except ValueError:
        return None
    if zone := re.sub(r"^(?:GMT|UTC)\s?(?=[+-])", "", parts["zone"] or "", flags=re.I).strip():
        named = ZONES.get(zone.upper())
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
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
    try:
        return local.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()!r} is outside the calendar") from error
