"""Dates: any instant in many written forms comes back; distances from now need the time of retrieval."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from babel.dates import format_datetime

from helpers.extract.article import extract_article
from helpers.extract.dates import MONTH_LANGUAGES as LANGUAGES
from helpers.extract.dates import parse_date, relative_date, visible_date

AT = dt.datetime(2024, 6, 20, 1, 0, tzinfo=dt.UTC)
# Written form, in strftime; every one of them tells a minute.
FORMS = {
    "Europe/Moscow": ["%H:%M %d.%m.%Y", "%d.%m.%Y, %H:%M", "%d.%m.%Y в %H:%M МСК"],
    "Asia/Seoul": ["%Y. %m. %d. %H:%M", "입력 %Y.%m.%d %H:%M", "%Y-%m-%d %H:%M", "%Y년 %m월 %d일 %H시 %M분",
                   "%y.%m.%d %H:%M"],
    "Asia/Shanghai": ["%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分", "%Y/%m/%d %H:%M"],
    "Europe/Berlin": ["%d.%m.%Y | %H:%M Uhr", "%d.%m.%y | %H:%M Uhr", "Stand: %d.%m.%Y, %H.%M Uhr"],
    "America/New_York": ["%B %d, %Y at %I:%M %p", "%d %b %Y %H:%M", "%H:%M, %d %B %Y", "%a %b %d %Y %H:%M:%S"],
}  # fmt: skip
MACHINE = ("%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%z", "%d %b %Y %H:%M:%S %z")


def instants(n: int) -> list[dt.datetime]:
    rng = np.random.default_rng(20240619)
    start = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    return [start + dt.timedelta(minutes=int(minutes)) for minutes in rng.integers(0, 26 * 365 * 24 * 60, n)]


@pytest.mark.parametrize("zone", sorted(FORMS))
def test_an_instant_comes_back_from_every_form_a_reader_sees(zone: str) -> None:
    for moment in instants(40):
        local = moment.astimezone(ZoneInfo(zone))
        if local.fold or not local.replace(fold=1).utcoffset() == local.utcoffset():
            continue  # an hour that the clocks show twice
        for form in FORMS[zone]:
            line = local.strftime(form)
            assert visible_date(line, zone) == (moment, "time"), line


@pytest.mark.parametrize("form", MACHINE)
def test_an_instant_comes_back_from_every_form_of_machines(form: str) -> None:
    for moment in instants(40):
        for zone in ("UTC", "Asia/Seoul", "America/New_York", "Asia/Kolkata"):
            line = moment.astimezone(ZoneInfo(zone)).strftime(form)
            assert parse_date(line, "Europe/Moscow") == (moment, "time"), line


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name not in ("ar", "vi", "lt", "lv", "et", "fi")])
def test_a_day_comes_back_with_the_months_name_of_every_language(language: str) -> None:
    for month in range(1, 13):
        moment = dt.datetime(2024, month, 19, tzinfo=dt.UTC)
        line = "19 " + format_datetime(moment, "MMMM", locale=language) + " 2024"
        assert visible_date(line, "UTC") == (moment, "day"), line


@pytest.mark.parametrize(
    ("line", "zone", "expected"),
    [
        ("2024. 6. 19. 오후 3:05", "Asia/Seoul", "2024-06-19T06:05"),
        ("2024년 6월 19일 오전 12시 5분", "Asia/Seoul", "2024-06-18T15:05"),
        ("주체113(2024)년 6월 19일", "Asia/Pyongyang", "2024-06-18T15:00"),
        ("주체113년 6월 19일", "Asia/Pyongyang", "2024-06-18T15:00"),
        ("民國113年6月19日", "Asia/Taipei", "2024-06-18T16:00"),
        ("令和6年6月19日 午後3時5分", "Asia/Tokyo", "2024-06-19T06:05"),
        ("二〇二四年六月十九日", "Asia/Shanghai", "2024-06-18T16:00"),
        ("19 червня 2024 р., 14:05", "Europe/Kyiv", "2024-06-19T11:05"),
        ("19 de junio de 2024, 14:05", "Europe/Madrid", "2024-06-19T12:05"),
        ("1er juin 2024 à 14h05", "Europe/Paris", "2024-06-01T12:05"),
    ],
)
def test_local_forms_and_eras(line: str, zone: str, expected: str) -> None:
    assert visible_date(line, zone)[0] == dt.datetime.fromisoformat(expected + ":00+00:00")


@pytest.mark.parametrize("line", ["06/07/2024", "19 июня, 14:05", "June 19", "31.02.2024", "13월 2024", "24.06.19"])
def test_what_can_be_read_two_ways_or_has_no_year_is_no_date(line: str) -> None:
    assert visible_date(line, "UTC") is None


@pytest.mark.parametrize(
    ("line", "expected", "precision"),
    [
        ("3 hours ago", "2024-06-19T22:00", "hour"), ("25 minutes ago", "2024-06-20T00:35", "time"),
        ("an hour ago", "2024-06-20T00:00", "hour"), ("2 days ago", "2024-06-17T15:00", "day"),
        ("3시간 전", "2024-06-19T22:00", "hour"), ("2小时前", "2024-06-19T23:00", "hour"),
        ("30分前", "2024-06-20T00:30", "time"), ("2 часа назад", "2024-06-19T23:00", "hour"),
        ("5 хвилин тому", "2024-06-20T00:55", "time"), ("vor 3 Stunden", "2024-06-19T22:00", "hour"),
        ("вчера в 14:05", "2024-06-19T05:05", "time"), ("сьогодні, 09:30", "2024-06-20T00:30", "time"),
        ("сьогодні", "2024-06-19T15:00", "day"), ("어제 오후 3:05", "2024-06-19T06:05", "time"),
        ("昨天 14:05", "2024-06-19T05:05", "time"), ("前天", "2024-06-17T15:00", "day"),
        ("yesterday", "2024-06-18T15:00", "day"), ("позавчера", "2024-06-17T15:00", "day"),
    ],
)  # fmt: skip
def test_distances_count_from_the_retrieval_in_the_outlets_zone(line: str, expected: str, precision: str) -> None:
    assert relative_date(line, AT, "Asia/Seoul") == (dt.datetime.fromisoformat(expected + ":00+00:00"), precision)
    assert relative_date(line, None, "Asia/Seoul") is None


@pytest.mark.parametrize(
    "line", ["The day before", "вчерашний", "A talk of 3 hours", "2 часа", "", "x" * 100 + " today"]
)
def test_other_words_tell_no_distance(line: str) -> None:
    assert relative_date(line, AT, "UTC") is None


def test_a_page_with_a_distance_alone_is_dated_by_its_retrieval_or_not_at_all() -> None:
    text = "".join(
        f"<p>Paragraph {i} tells how the delegation walked along the quay and counted.</p>" for i in range(9)
    )
    html = f"<html><body><article><h1>A long day at the quay</h1><span>3 hours ago</span>{text}</article></body></html>"
    got = extract_article(html, address="http://quay.invalid/x", now=AT)
    assert (got.published, got.date_source, got.date_precision) == (AT - dt.timedelta(hours=3), "relative", "hour")
    assert extract_article(html, address="http://quay.invalid/x").published is None
    dated = html.replace("<article>", '<article><time datetime="2024-06-18T10:00:00Z"></time>')
    assert extract_article(dated, address="http://quay.invalid/x", now=AT).date_source == "time"


@pytest.mark.parametrize(
    ("line", "zone", "expected"),
    [
        ("2024年6月19日（水）10時30分", "Asia/Tokyo", "01:30"), ("2024年6月19日 水曜日 10時30分", "Asia/Tokyo", "01:30"),
        ("2024년 6월 19일 수요일 오후 3시 5분", "Asia/Seoul", "06:05"), ("2024년 6월 19일 밤 9시 5분", "Asia/Seoul", "12:05"),
        ("2024年6月19日 星期三 下午3:05", "Asia/Shanghai", "07:05"), ("2024年6月19日 中午12:05", "Asia/Taipei", "04:05"),
        ("19 июня 2024, среда, 14:05", "Europe/Moscow", "11:05"), ("14:05 / 19.06.2024", "Europe/Kyiv", "11:05"),
    ],
)  # fmt: skip
def test_a_weekday_or_a_part_of_the_day_does_not_hide_the_time(line: str, zone: str, expected: str) -> None:
    assert visible_date(line, zone) == (dt.datetime.fromisoformat(f"2024-06-19T{expected}:00+00:00"), "time")


@pytest.mark.parametrize(
    "line",
    [
        "МИА «Россия сегодня»", "USA Today", "今日头条", "今日のニュース", "오늘의 뉴스", "日前，双方签署条约", "год назад",
        "10일 전국에 비", "Сегодня в 10:30 делегация прибыла в порт на корабле",
        "What happened 3 days ago at the quay changes everything",
    ],
)  # fmt: skip
def test_names_and_sentences_with_such_words_are_no_dates(line: str) -> None:
    assert relative_date(line, AT, "Asia/Seoul") is None


@pytest.mark.parametrize("line", ["Опубликовано: вчера в 14:05", "7 minutes ago · 3 min read", "Ада Б. · 5 годин тому"])
def test_a_label_or_a_name_beside_a_distance_does_no_harm(line: str) -> None:
    assert relative_date(line, AT, "Asia/Seoul") is not None


@pytest.mark.parametrize("box", ['<aside class="x">{}</aside>', '<div class="related-news">{}</div>'])
def test_the_dates_of_other_stories_are_not_the_articles(box: str) -> None:
    text = "".join(f"<p>The delegation walked along the quay and counted {i} cranes that day.</p>" for i in range(9))
    others = box.format("<ul><li>Rain <span>2024-06-21 10:00</span></li><li>Snow <span>2024-06-22</span></li></ul>")
    html = f"<html><body><div><h1>A long day at the quay</h1>{{}}{text}</div>{others}</body></html>"
    assert extract_article(html.format(""), address="http://quay.invalid/x", now=AT).published is None
    dated = extract_article(
        html.format("<p>2024-06-19 10:30 (updated 2024-06-20 11:00)</p>"), address="http://quay.invalid/x"
    )
    assert (dated.published, dated.date_conflict) == (dt.datetime(2024, 6, 19, 10, 30, tzinfo=dt.UTC), False)
