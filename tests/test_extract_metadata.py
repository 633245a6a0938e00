"""Titles, bylines and dates where pages put them, in the languages of the press, and where they contradict."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from helpers.extract.article import Extraction, extract_article
from helpers.extract.bylines import author_names
from helpers.extract.titles import choose_title

TEXT = "".join(
    f"<p>Paragraph {i} tells how the delegation walked along the quay and counted its cranes.</p>" for i in range(9)
)
AT = dt.datetime(2024, 6, 19, 10, 30, tzinfo=dt.UTC)


def page(
    head: str = "", top: str = "", *, h1: str = "A long day at the quay", title: str = "", bottom: str = ""
) -> str:
    return (
        f"<html><head><title>{title or h1}</title>{head}</head><body><article><h1>{h1}</h1>{top}{TEXT}</article>"
        f"{bottom}</body></html>"
    )


def jsonld(facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(facts)}</script>'


def got(html: str, **options: object) -> Extraction:
    return extract_article(html, address="http://www.quay.invalid/x", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Byron and Joan Clarke", ("Ada Byron", "Joan Clarke")),
        ("Ada Byron, Harbour Correspondent", ("Ada Byron",)),
        ("Ada Byron, ada@quay.invalid, @adabyron", ("Ada Byron",)),
        ("Ada Byron; ada byron; Joan Clarke", ("Ada Byron", "Joan Clarke")),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Текст: Мария Иванова и Иван Петров", ("Мария Иванова", "Иван Петров")),
        ("Иван Петров, корреспондент", ("Иван Петров",)),
        ("Кореспондент Олена Коваль", ("Олена Коваль",)),
        ("Олена Коваль та Іван Шевчук", ("Олена Коваль", "Іван Шевчук")),
        ("김철수 기자", ("김철수",)),
        ("김철수·박영희 기자 kim@quay.invalid", ("김철수", "박영희")),
        ("(서울=가나) 김철수 특파원", ("김철수",)),
        ("本报记者 张三 李四", ("张三", "李四")),
        ("记者：张三", ("张三",)),
        ("作者:張三、李四", ("張三", "李四")),
        ("山田太郎 記者", ("山田太郎",)),
        ("Von Anna Martel und Lea Wagner", ("Anna Martel", "Lea Wagner")),
        ("Par Jeanne Dupont et Paul Martin", ("Jeanne Dupont", "Paul Martin")),
        ("Reuters", ("Reuters",)),
        ("ТАСС", ("ТАСС",)),
        ("Updated 19 June 2024", ()),
        ("https://quay.invalid/authors/ada", ()),
        ("View all posts by Ada Byron", ("Ada Byron",)),
        ("More articles by Ada Byron", ("Ada Byron",)),
        ("View all posts", ()),
        ("Kontor Press April 28", ("Kontor Press",)),
        ("Posted by Ada Byron on April 28, 2031", ("Ada Byron",)),
        ("Ada Byron, 28 April 2031", ("Ada Byron",)),
        ("Theresa May", ("Theresa May",)),
        ("Ada Byron (OBE, FRS)", ("Ada Byron",)),
        ("Ada Byron (obe", ("Ada Byron",)),
        ("Ada Byron, (OBE) and Joan Clarke, Jr.", ("Ada Byron", "Joan Clarke")),
        ("Ada Byron (Reuters)", ("Ada Byron", "Reuters")),
        ("김철수ㅣ박영희 기자", ("김철수", "박영희")),
        ("Staff", ()),
        ("x" * 500, ()),
    ],
)
def test_names_come_out_of_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert author_names(line) == names


@pytest.mark.parametrize(
    ("top", "names"),
    [
        ('<div class="byline">By <a>Ada Byron</a> and <a>Joan Clarke</a></div>', ("Ada Byron", "Joan Clarke")),
        ('<span itemprop="author"><span itemprop="name">Ada Byron</span></span>', ("Ada Byron",)),
        ('<a rel="author" href="/a">Ada Byron</a>', ("Ada Byron",)),
        ("<p>Автор: Иван Петров</p>", ("Иван Петров",)),
        ("<p>김철수 기자</p>", ("김철수",)),
        ("<p>本报记者 张三</p>", ("张三",)),
        ('<div class="article-authors"><a>Олена Коваль</a>, <a>Іван Шевчук</a></div>', ("Олена Коваль", "Іван Шевчук")),
    ],
)
def test_the_byline_near_the_headline_is_found(top: str, names: tuple[str, ...]) -> None:
    found = got(page(top=top))
    assert (found.authors, found.byline, found.sources["byline"]) == (names, ", ".join(names), "page")


def test_authors_of_other_stories_are_not_taken() -> None:
    others = "".join(
        f"<div class='box'><h3>Story</h3><span class='author'>Other {n}</span></div>" for n in ("One", "Two")
    )
    assert got(page(top="<span class='author'>Ada Byron</span>", bottom=others)).authors == ("Ada Byron",)


def test_the_outlet_signs_only_where_nobody_else_does() -> None:
    house = jsonld({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "The Quay"},
                    "publisher": {"name": "The Quay"}})  # fmt: skip
    assert got(page(house, '<span class="author">Ada Byron</span>')).authors == ("Ada Byron",)
    assert got(page(house)).authors == ("The Quay",)
    agency = jsonld({"@type": "NewsArticle", "author": "Kontor News", "publisher": {"name": "The Quay"}})
    assert got(page(agency)).authors == ("Kontor News",)


def test_a_name_in_parts_is_a_name() -> None:
    people = [{"@type": "Person", "givenName": "Ada", "familyName": "Byron"},
              {"@type": "Person", "name": "Joan Clarke", "givenName": "J.", "familyName": "C."}]  # fmt: skip
    assert got(page(jsonld({"@type": "NewsArticle", "author": people}))).authors == ("Ada Byron", "Joan Clarke")


def test_linked_data_is_found_in_graphs_arrays_and_by_reference() -> None:
    person = {"@type": "Person", "@id": "#ada", "name": "Ada Byron"}
    article = {
        "@type": ["NewsArticle"],
        "headline": "H 1",
        "author": [{"@id": "#ada"}],
        "datePublished": AT.isoformat(),
    }
    for block in (
        {"@graph": [person, article]},
        [[person], article],
        {"@type": "WebPage", "mainEntity": article, "hasPart": person},
    ):
        found = got(page(jsonld(block)))
        assert (found.title, found.authors, found.published) == ("H 1", ("Ada Byron",), AT)


def test_the_object_that_bears_the_pages_title_is_the_article() -> None:
    blocks = [{"@type": "NewsArticle", "headline": text, "datePublished": day} for text, day in
              (("Another story", "2020-01-01"), ("A long day at the quay", "2024-06-19"))]  # fmt: skip
    found = got(page(jsonld(blocks)))
    assert (found.title, found.published) == ("A long day at the quay", dt.datetime(2024, 6, 19, tzinfo=dt.UTC))


def test_broken_linked_data_is_named_and_gives_what_it_can() -> None:
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H 1", "x": }</script>'
    found = got(page(broken))
    assert found.title == "H 1"
    assert found.faults[0].startswith("JSON-LD is broken")
    trailing = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H 1",}</script>'
    assert (got(page(trailing)).title, got(page(trailing)).faults) == ("H 1", ())
    deep = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert got(page(deep)).faults == ("JSON-LD nested too deep: not read",)


@pytest.mark.parametrize(
    ("stated", "headings", "sites", "title"),
    [
        ({"meta": "A long day | The Quay"}, [], ("The Quay",), "A long day"),
        ({"title": "Порт открыт с утра - РИА Порт"}, [], ("РИА Порт",), "Порт открыт с утра"),
        ({"title": "Порт открыт с утра - РИА Порт"}, ["Порт открыт с утра"], (), "Порт открыт с утра"),
        ({"title": "항구가 열렸다 | 항구일보"}, [], (), "항구가 열렸다"),
        ({"title": "港口今天开放_港口网"}, [], (), "港口今天开放"),
        ({"meta": "Quay - and what became of it"}, [], ("The Quay",), "Quay - and what became of it"),
        ({"jsonld": "A long day at the…"}, ["A long day at the quay"], (), "A long day at the quay"),
        ({"jsonld": "From JSON-LD", "meta": "From OpenGraph"}, ["Heading"], (), "From JSON-LD"),
        ({"title": "X"}, ["The Quay", "X"], (), "X"),
        ({"title": "항구에서 보낸 하루ㅣ부두일보"}, ["항구에서 보낸 하루"], (), "항구에서 보낸 하루"),
        ({"meta": "항구에서 보낸 하루 ㅣ 부두일보"}, [], ("부두일보",), "항구에서 보낸 하루"),
        ({"title": "항구에서 보낸 하루 ㅣ 부두일보"}, [], (), "항구에서 보낸 하루"),
        ({}, [], (), ""),
    ],
)
def test_the_site_is_cut_off_and_the_headline_left(
    stated: dict[str, str], headings: list[str], sites: tuple[str, ...], title: str
) -> None:
    assert choose_title(stated, headings, sites=sites)[0] == title


def test_what_other_places_say_is_kept() -> None:
    head = jsonld({"@type": "NewsArticle", "headline": "One thing", "author": "Ada Byron"})
    found = got(
        page(head + '<meta property="og:title" content="Another thing"><meta name="author" content="Joan Clarke">')
    )
    assert found.conflicts["title"] == {"meta": "Another thing", "h1": "A long day at the quay"}
    assert found.conflicts["byline"] == {"meta": "Joan Clarke"}
    assert got(page(jsonld({"@type": "NewsArticle", "headline": "“A long day” at the Quay"}))).conflicts == {}


@pytest.mark.parametrize(
    ("top", "zone", "source"),
    [
        ('<div itemprop="datePublished" content="2024-06-19T10:30:00Z">today</div>', "UTC", "itemprop"),
        ("<div>13:30 19.06.2024 (обновлено: 15:00 20.06.2024)</div>", "Europe/Moscow", "visible"),
        ("<div>Обновлено 20 июня 2024, 15:00</div><div>19 июня 2024, 13:30</div>", "Europe/Moscow", "visible"),
        ("<div>19 червня 2024, 13:30</div>", "Europe/Kyiv", "visible"),
        ("<div>입력 2024.06.19 19:30 수정 2024.06.20 10:00</div>", "Asia/Seoul", "visible"),
        ("<div>2024年06月19日18:30 来源：港口网</div>", "Asia/Shanghai", "visible"),
        ("<div>2024年6月19日 19時30分</div>", "Asia/Tokyo", "visible"),
        (
            '<time class="updated" datetime="2024-06-21"></time><time datetime="2024-06-19T10:30:00Z"></time>',
            "UTC",
            "time",
        ),
    ],
)
def test_the_date_of_publication_is_told_from_that_of_a_change(top: str, zone: str, source: str) -> None:
    found = got(page(top=top), timezone=zone)
    assert (found.published, found.date_source, found.date_precision) == (AT, source, "time")


def test_a_publication_date_overwritten_by_the_last_change_gives_way() -> None:
    head = "".join(
        f'<meta property="article:{name}_time" content="2024-06-21T09:00:00Z">' for name in ("published", "modified")
    )
    top = '<div itemprop="datePublished" content="2024-06-19T10:30:00Z">then</div>'
    found = got(page(head, top))
    assert (found.published, found.date_source, found.date_conflict) == (AT, "itemprop", True)
    assert got(page(head)).published == dt.datetime(2024, 6, 21, 9, tzinfo=dt.UTC)


def test_a_date_that_is_months_older_is_another_storys() -> None:
    head = "".join(
        f'<meta property="article:{name}_time" content="2024-06-21T09:00:00Z">' for name in ("published", "modified")
    )
    top = '<div itemprop="datePublished" content="2024-03-02T10:30:00Z">then</div>'
    found = got(page(head, top))
    assert (found.published, found.date_source) == (dt.datetime(2024, 6, 21, 9, tzinfo=dt.UTC), "meta")
    assert found.date_conflict


def test_the_address_dates_a_page_that_says_nothing() -> None:
    found = extract_article(page(), address="http://quay.invalid/20240619/long-day.html", timezone="Asia/Seoul")
    assert (found.published, found.date_source) == (dt.datetime(2024, 6, 18, 15, tzinfo=dt.UTC), "address")
    assert extract_article(page(), address="http://quay.invalid/2024/02/31/x").published is None
    assert extract_article(page(), address="http://quay.invalid/12024061912/x").published is None


def test_the_body_a_page_states_replaces_one_that_lost_most_of_it() -> None:
    sentences = " ".join(f"Sentence {i} of the delegation is told at some length here." for i in range(60))
    head = jsonld({"@type": "NewsArticle", "headline": "A long day at the quay", "articleBody": f"<p>{sentences}</p>"})
    html = f"<html><head>{head}</head><body><article><h1>A long day at the quay</h1><p>Sentence 0.</p></article></body></html>"
    found = got(html)
    assert (found.text, found.sources["text"]) == (sentences, "jsonld")
    assert got(page(head.replace("articleBody", "abstract"))).sources["text"] == "trafilatura"


def test_a_heading_repeated_above_the_body_is_not_part_of_it() -> None:
    found = got(page(top="<p>By Ada Byron</p><p>19 June 2024, 10:30</p>"))
    assert found.text.startswith("Paragraph 0")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("新华社记者 张三", ("张三", "新华社")), ("(서울=연합뉴스) 김철수 기자", ("김철수", "연합뉴스")),
        ("워싱턴=김철수 특파원", ("김철수",)), ("김철수 정치부 기자", ("김철수",)), ("記者張三／台北報導", ("張三",)),
        ("文・山田太郎", ("山田太郎",)), ("【ソウル=山田太郎】", ("山田太郎",)), ("編集委員 山田太郎", ("山田太郎",)),
        ("阿尔乔姆·伊万诺夫", ("阿尔乔姆·伊万诺夫",)),
    ],
)  # fmt: skip
def test_eastern_bylines_leave_the_name_and_the_agency(line: str, names: tuple[str, ...]) -> None:
    assert author_names(line) == names


@pytest.mark.parametrize(
    ("title", "sites", "expected"),
    [
        ("代表团抵达港口-港口网", ("港口网",), "代表团抵达港口"), ("代表团抵达港口开始访问-港口新闻", (), "代表团抵达港口开始访问"),
        ("代表団が港に到着：港新聞デジタル", ("港新聞デジタル",), "代表団が港に到着"),
        ("Делегация прибыла в порт. Вестник", ("Вестник",), "Делегация прибыла в порт"),
        ("A day at the quay — what comes next", (), "A day at the quay — what comes next"),
    ],
)  # fmt: skip
def test_a_sites_name_needs_no_space_before_it(title: str, sites: tuple[str, ...], expected: str) -> None:
    assert choose_title({"title": title}, [], sites=sites)[0] == expected


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("/a?x=1#top", "http://www.quay.invalid/a?x=1"), ("https://other.invalid/a", "https://other.invalid/a"),
        ("http://www.quay.invalid/", None), ("/", None), ("javascript:void(0)", None), ("http://[", None),
    ],
)  # fmt: skip
def test_a_canonical_address_is_one_of_an_article(link: str, canonical: str | None) -> None:
    assert got(page(f'<link rel="Canonical" href="{link}">')).canonical == canonical


def test_values_in_lists() -> None:
    facts = {"@type": "NewsArticle", "headline": ["A short day"], "datePublished": ["2024-06-19T10:30:00Z"]}
    found = got(page(jsonld(facts)))
    assert (found.title, found.published) == ("A short day", AT)
