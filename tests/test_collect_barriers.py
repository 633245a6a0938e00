"""Walls, questions of consent and tests for machines are named; pages that hold their article are kept."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pytest

from helpers.collect.answers import Answer
from helpers.collect.barriers import MOST, barrier, visible
from helpers.collect.turns import judged

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
FULL = {
    "en": "The harbour board met on Tuesday and agreed to buy two more cranes for the northern quay of the port. " * 12,
    "ru": "Совет порта собрался во вторник и решил купить ещё два крана для северного причала нашего города. " * 12,
    "uk": "Рада порту зібралася у вівторок і вирішила придбати ще два крани для північного причалу міста. " * 12,
    "ko": "항만 이사회는 화요일에 모여 북쪽 부두에 쓸 크레인 두 대를 더 사기로 결정했다고 밝혔다고 한다. " * 16,
    "zh": "港务局周二开会，决定为北码头再购买两台起重机，工程将于明年春天开始并持续三个月。" * 16,
}
WALLS = {
    "en": "Subscribe to continue reading", "ru": "Полный текст доступен по подписке", "uk": "Лише для передплатників",
    "ko": "유료 회원 전용 기사입니다", "zh": "订阅后继续阅读",
}  # fmt: skip
CONSENTS = {
    "en": "Before you continue: we and our 812 partners use cookies", "ru": "Мы используем файлы cookie",
    "uk": "Ми використовуємо файли cookie", "ko": "쿠키 사용에 동의", "zh": "我们使用 Cookie",
}  # fmt: skip


def page(
    body: str, head: str = "", *, status: int = 200, address: str = "http://www.quay.invalid/1", **headers: str
) -> Answer:
    html = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()
    named = (("Content-Type", "text/html; charset=utf-8"), *((k.replace("_", "-"), v) for k, v in headers.items()))
    return Answer(address, "ok" if status == 200 else "forbidden", NOW, status, named, html)


def named(answer: Answer) -> str:
    return (barrier(answer) or ("",))[0]


def article(text: str) -> str:
    return "<article>" + "".join(f"<p>{text[i : i + 300]}</p>" for i in range(0, len(text), 300)) + "</article>"


@pytest.mark.parametrize("language", FULL)
def test_a_teaser_with_an_offer_is_a_wall_and_the_whole_article_with_the_same_offer_is_not(language: str) -> None:
    offer = f"<div class='offer'>{WALLS[language]}</div>"
    assert named(page(f"<article><p>{FULL[language][:60]}…</p></article>{offer}")) == "paywalled"
    assert named(page(article(FULL[language]) + offer)) == ""
    assert named(page(article(FULL[language]))) == ""
    assert named(page(f"<article><p>{FULL[language][:90]}</p></article>")) == ""  # short news is no wall


@pytest.mark.parametrize("language", CONSENTS)
def test_a_page_that_is_nothing_but_a_question_is_named(language: str) -> None:
    question = f"<div><p>{CONSENTS[language]}</p><button>OK</button></div>"
    assert named(page(question)) == "consent_page"
    assert named(page(article(FULL[language]) + question)) == ""
    assert named(page(f"<article><p>{FULL[language][:90]}</p></article>" + question)) == ""  # a banner under short news


@pytest.mark.parametrize(
    "statement",
    [
        '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>',
        '<meta itemprop="isAccessibleForFree" content="false">',
        '<script type="application/ld+json">{"isAccessibleForFree" : "http://schema.org/False"}</script>',
    ],
)
def test_a_page_that_says_it_is_not_free_is_believed_unless_it_holds_the_article(statement: str) -> None:
    assert named(page("<p>The first line of it.</p>", statement)) == "paywalled"
    assert named(page(article(FULL["en"]), statement)) == ""
    assert named(page("<p>The first line of it.</p>", statement.replace("alse", "rue").replace("frue", "true"))) == ""


@pytest.mark.parametrize("mark", ["piano-offer", "tp-container-inner", "article-paywall", "regwall js-x"])
def test_the_frames_of_common_walls_are_known(mark: str) -> None:
    assert named(page(f"<p>The first line.</p><div class='x {mark}'></div>")) == "paywalled"
    assert named(page(article(FULL["en"]) + f"<div class='x {mark}'></div>")) == ""


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (page("<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>", status=403), "challenge"),
        (page("<p>x</p>", status=403, cf_mitigated="challenge"), "challenge"),
        (page("<script src='/cdn-cgi/challenge-platform/h/b'></script>", status=503), "challenge"),
        (page("<p>Проверка браузера перед входом</p>"), "challenge"),
        (page("<p>正在检查您的浏览器</p>"), "challenge"),
        (page("<p>No.</p>", status=403), ""),
        (page(article(FULL["en"]) + "<script src='/cdn-cgi/challenge-platform/h/b'></script>"), ""),
        (page("<p>x</p>", address="https://consent.yahoo.invalid/v2/collectConsent"), "consent_page"),
        (page("<p>x</p>", address="https://www.quay.invalid/politics/consent-of-the-governed"), ""),
    ],
)
def test_gates_are_named_by_what_shows_them(answer: Answer, name: str) -> None:
    assert named(answer) == name


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("https://consent.google.invalid/ml?continue=x", "consent_page"),
        ("https://guce.yahoo.invalid/consent?gcrumb=1", "consent_page"),
        ("https://www.quay.invalid/login?next=/1", "paywalled"),
        ("https://www.quay.invalid/subscribe", "paywalled"),
        ("https://buy.tinypass.com/x", "paywalled"),
        ("https://www.quay.invalid/2", "redirected"),
        ("https://www.quay.invalid/consent-order-of-the-court", "redirected"),
    ],
)
def test_a_redirect_to_a_gate_is_named_for_the_gate(target: str, name: str) -> None:
    answer = Answer("http://www.quay.invalid/1", "redirect", NOW, 302, (("Location", target),))
    assert judged(answer).outcome == name


def test_the_body_of_a_gate_stays_as_evidence() -> None:
    wall = page("<p>First.</p><p>Subscribe to continue reading</p>")
    assert judged(wall).body == wall.body and judged(wall).detail == "Subscribe to continue"


def test_judging_takes_time_in_proportion_whatever_the_page() -> None:
    parts = ["<", "<a ", "<script>", "<title", "</p", 'class="', "rest of this ", "isAccessibleForFree ", "продолжение ",
             "we and our 9 ", "<head", "-->", "<p>", "&#0;", "구독 ", "订阅", "\x00", " "]  # fmt: skip
    rng = np.random.default_rng(4)
    for _ in range(12):
        mix = rng.choice(parts, int(rng.integers(1, 4)), replace=False)
        body = ("".join(mix) * MOST)[:MOST]
        began = time.process_time()
        barrier(Answer("http://a.invalid/1", "ok", NOW, 200, (("Content-Type", "text/html"),), body.encode()))
        assert time.process_time() - began < 3, list(mix)


def test_what_a_reader_sees_is_text_outside_scripts_and_tags() -> None:
    assert visible("<style>p{}</style><p>a<script>b<\\/script></SCRIPT>c</p><svg><p>d</p></svg>e<script>f") == "a c\ne"
