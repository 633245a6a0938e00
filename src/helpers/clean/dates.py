"""Read a date as people and machines write it, in five languages; never guess, and never look at today.

A value without a zone is local time of the outlet; a value without a time is local midnight, and said to be a
day.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pandas as pd

Dated = tuple[dt.datetime, str]  # instant in UTC, and "day" or "time"

_MONTHS = (
    "january jan января январь янв січня січень",
    "february feb февраля февраль фев лютого лютий",
    "march mar марта март мар березня березень",
    "april apr апреля апрель апр квітня квітень",
    "may мая май травня травень",
    "june jun июня июнь июн червня червень",
    "july jul июля июль июл липня липень",
    "august aug августа август авг серпня серпень",
    "september sep sept сентября сентябрь сен сент вересня вересень",
    "october oct октября октябрь окт жовтня жовтень",
    "november nov ноября ноябрь ноя листопада листопад",
    "december dec декабря декабрь дек грудня грудень",
)
MONTHS: dict[str, int] = {name: i for i, names in enumerate(_MONTHS, 1) for name in names.split()}
# Hours from UTC; abbreviations that mean two things (CST, IST) are left out.
ZONES = {"UTC": 0, "GMT": 0, "МСК": 3, "MSK": 3, "KST": 9, "JST": 9, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7,
         "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}  # fmt: skip
EPOCH = {"s": (10**8, 10**11), "ms": (10**11, 10**14), "us": (10**14, 10**17)}  # 1973 to 5138 in each unit

_MONTH = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
_TIME = (
    r"(?:(?:,|\s|T|в|at|о|·|\||-|–)*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?"
)
_TIME += r"\s*\(?(?P<zone>" + "|".join(ZONES) + r"|[+-]\d{2}:?\d{2})?\)?)?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})\b"
_YEAR_WORD = r"(?:\s*(?:года|год|г\.?|року|р\.))?"
_FORMS = [
    re.compile(rf"\b{_DAY}\.?\s+(?P<name>{_MONTH})\.?,?\s+{_YEAR}{_YEAR_WORD}{_TIME}", re.I),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+{_DAY},?\s+{_YEAR}{_TIME}", re.I),
    re.compile(
        rf"(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]{_TIME}", re.I
    ),
    re.compile(rf"\b(?P<year>(?:19|20)\d{{2}})[-./](?P<month>\d{{1,2}})[-./](?P<day>\d{{1,2}})(?!\d)\.?{_TIME}", re.I),
]
_DOTTED = re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)" + _TIME, re.I)
_AMBIGUOUS = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)")


def parse_date(value: object, timezone: str, *, date_format: str | None = None) -> Dated:
    """One value of a date column.

    Parameters
    ----------
    value : str, number, date, datetime or Timestamp
        ISO 8601, RFC 2822, day month-name year in five languages, or an epoch in seconds, milli- or
        microseconds.
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
    """
    for form in (*_FORMS, _DOTTED):
        if (match := form.search(line)) and (found := _from_match(match, timezone)):
            return found
    return None


def date_words(line: str) -> int:
    """How many words a line has beside its date, to tell a date line from a sentence.

    >>> date_words("Updated 19 June 2024, 10:30")
    1
    """
    for form in (*_FORMS, _DOTTED):
        line = form.sub(" ", line)
    return len(re.findall(r"[^\W\d_]{2,}", line))


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
        pass_on = text  # not ISO 8601: the other forms follow
    for form in _FORMS:
        if (match := form.match(pass_on)) and match.end() >= len(pass_on.rstrip(" .")):
            if found := _from_match(match, timezone):
                return found
    if _AMBIGUOUS.match(text):
        raise ValueError(
            f"{text!r} can be read day first or month first; say which with date_format, as in '%d/%m/%Y' or '%m/%d/%Y'"
        )
    if re.match(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d", text):
        try:
            return _utc(parsedate_to_datetime(text), timezone), "time"
        except ValueError as error:
            raise ValueError(f"{text!r} is not a date that exists") from error
    raise ValueError(f"{text!r} is not a date in a known form; write it as 2024-06-19 or 2024-06-19T10:30:00+09:00")


def _from_match(match: re.Match[str], timezone: str) -> Dated | None:
    parts = match.groupdict()
    month = MONTHS[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    try:
        day = dt.datetime(int(parts["year"]), month, int(parts["day"]))
        if parts["hour"] is None:
            return _utc(day, timezone), "day"
        moment = day.replace(hour=_hour(parts), minute=int(parts["minute"]), second=int(parts["second"] or 0))
    except ValueError:
        return None
    zone = parts["zone"]
    if zone:
        named = ZONES.get(zone.upper())
        sign, hours, minutes = zone[0], zone[1:3], zone[-2:]
        offset = dt.timedelta(hours=named) if named is not None else _offset(sign, hours, minutes)
        moment = moment.replace(tzinfo=dt.timezone(offset))
    return _utc(moment, timezone), "time"


def _hour(parts: dict[str, str]) -> int:
    hour, half = int(parts["hour"]), (parts["half"] or "").lower()[:1]
    return hour % 12 + (12 if half == "p" else 0) if half else hour


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
