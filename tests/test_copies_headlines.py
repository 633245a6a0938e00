"""Copies among headlines: invented dispatches of invented states, and reports of one event in own words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.copies.headlines import WINDOW_DAYS, aligned, bare_headline, bare_standfirst, find_headline_copies

START = pd.Timestamp("2024-06-01T08:00Z")
# other news of the same states: names are common, as they are in a study's items
NEWS = [
    f"Ruritania {a} {b} of Grandia over {c} {d}"
    for a, b, c, d in zip(
        "scolds praises courts fines hosts sues mocks hails".split(),
        "pilots judges bakers singers tailors doctors farmers bankers".split(),
        "late cheap silent golden frozen stolen broken hidden".split(),
        "ferries trams wheat bells salmon maps pianos letters".split(),
        strict=True,
    )
]


def clusters(rows: list[tuple[str, str, float, str]], *, byline: str = "") -> dict[str, str]:
    """Copy cluster of each row (title, standfirst, days after the start, outlet), ids being a, b, c, …"""
    return table(rows, byline=byline)["copy_cluster"].reindex(list("abcdefgh"[: len(rows)])).to_dict()


def table(rows: list[tuple[str, str, float, str]], *, byline: str = "") -> pd.DataFrame:
    around = [(title, "", place / 8, "other") for place, title in enumerate(NEWS)]
    frame = pd.DataFrame([*rows, *around], columns=["title", "standfirst", "days", "outlet"])
    frame.index = pd.Index([*"abcdefgh"[: len(rows)], *(f"news {k}" for k in range(len(around)))])
    when = START + pd.to_timedelta(frame["days"], unit="D")
    bylines = pd.Series(byline, index=frame.index)
    return find_headline_copies(
        frame["title"], frame["standfirst"], when, frame["outlet"], bylines
    ).set_index("article_id")  # fmt: skip


DISPATCH = (
    "Envoys of Ruritania and Grandia reopened the last bridge across the river Strel on Monday, ending a closure of nine "
    "years that had emptied two market towns."
)


def test_a_trimmed_dispatch_under_another_headline_is_a_copy() -> None:
    rows = [
        ("Ruritania and Grandia reopen last bridge", DISPATCH, 0, "herald"),
        (
            "Nine years on, a river is crossed again",
            DISPATCH.split(", ending")[0] + ", ending a closure of nine…",
            0.4,
            "post",
        ),
    ]
    assert clusters(rows) == {"a": "a", "b": "a"}


def test_a_sentence_taken_over_inside_own_words_is_a_copy() -> None:
    taken = "ending a closure of nine years that had emptied two market towns"
    rows = [
        ("Ruritania and Grandia reopen last bridge", DISPATCH, 0, "herald"),
        (
            "Markets hope for trade",
            f"Stalls will open at dawn after the crossing of the Strel was freed, {taken}.",
            1,
            "post",
        ),
    ]
    assert clusters(rows) == {"a": "a", "b": "a"}


def test_the_same_event_in_own_words_is_no_copy() -> None:
    rows = [
        ("Ruritania and Grandia reopen last bridge", DISPATCH, 0, "herald"),
        (
            "Ruritania and Grandia open the last bridge",
            "Officials cut a ribbon above the Strel; shopkeepers watched in rain.",
            0.1,
            "post",
        ),
    ]
    assert clusters(rows) == {"a": "a", "b": "b"}


def test_headlines_alone_are_compared_where_one_has_no_standfirst() -> None:
    title = "Ruritania and Grandia reopen last bridge over river Strel after nine years"
    rows = [
        (title, "", 0, "herald"),
        (title.title(), DISPATCH, 0.2, "post"),
        ("Ruritania and Grandia quarrel about last bridge over river Strel for nine more years", "", 0.3, "times"),
    ]
    joined = clusters(rows)
    assert joined["b"] == "a" and joined["c"] == "c"


def test_what_is_written_anew_each_time_is_no_copy() -> None:
    rows = [("Ruritania fires missile", "", 0, "herald"), ("Ruritania fires missile", "", 2.5, "post")]
    around = [("Ruritania fires missile", "", 10 * k, f"paper {k}") for k in range(1, 6)]
    assert clusters([*rows, *around])["b"] == "b"


def test_one_outlets_update_is_its_own_story() -> None:
    rows = [
        ("Last bridge over the river Strel reopens", DISPATCH, 0, "herald"),
        ("Last bridge over river Strel reopens as crowds cheer", DISPATCH, 0.1, "herald"),
    ]
    both = table(rows)
    assert both.loc["b", "copy_cluster"] == "a" and both.loc["b", "origin"] == "own"


def test_a_credit_says_whose_it_is() -> None:
    rows = [("Bridge reopens at last", f"(Reuters) - {DISPATCH}", 0, "herald"), ("A crossing", DISPATCH, 0.1, "post")]
    both = table(rows)
    assert both.loc["a", "origin"] == both.loc["b", "origin"] == "Reuters" and both.loc["b", "copy_cluster"] == "a"


def test_who_said_it_is_no_credit() -> None:
    rows = [
        ("Bridge reopens - KCNA", "Bridge reopens - KCNA", 0, "herald"),
        ("Bridge is open — AP", DISPATCH, 0.1, "post"),
    ]
    assert set(table(rows).loc[["a", "b"], "origin"]) == {"own"}


def test_korean_is_read_without_dateline_and_reporter() -> None:
    text = "루리타니아와 그란디아가 스트렐강의 마지막 다리를 구 년 만에 다시 열고 두 장터 마을의 상인들을 맞았다"
    rows = [
        ("[속보] 마지막 다리 다시 열려(종합)", f"(스트렐=연합뉴스) 김바다 기자 = {text}.", 0, "tongsin"),
        ("두 나라, 다리 열고 상인 맞아", f"{text}고 전해졌다.", 0.1, "ilbo"),
        (
            "마지막 다리 두고 다투는 두 나라",
            "강 건너 상인들은 스트렐강이 얼어붙기 전에 새 길이 나기를 바란다고 입을 모았다.",
            0.2,
            "ilbo",
        ),
    ]
    assert clusters(rows) == {"a": "a", "b": "a", "c": "c"}


def test_later_than_the_window_is_another_story() -> None:
    rows = [("Last bridge reopens", DISPATCH, 0, "herald"), ("Last bridge reopens", DISPATCH, WINDOW_DAYS + 1, "post")]
    assert clusters(rows) == {"a": "a", "b": "b"}


def test_order_of_rows_changes_nothing_and_blanks_are_allowed() -> None:
    rows = [
        ("Last bridge reopens", DISPATCH, 0, "herald"),
        ("A crossing", DISPATCH, 0.1, "post"),
        ("", "", 0.2, "post"),
    ]
    first = table(rows)
    frame = pd.DataFrame(rows, columns=["title", "standfirst", "days", "outlet"], index=list("abc")).iloc[::-1]
    alone = find_headline_copies(
        frame["title"], frame["standfirst"], START + pd.to_timedelta(frame["days"], unit="D"), frame["outlet"],
        pd.Series(None, index=frame.index, dtype=object),
    ).set_index("article_id")  # fmt: skip
    assert (
        alone["copy_cluster"].to_dict()
        == {"a": "a", "b": "a", "c": "c"}
        == first["copy_cluster"][list("abc")].to_dict()
    )
    empty = pd.Series(dtype=object)
    assert find_headline_copies(empty, empty, empty, empty, empty).empty


@pytest.mark.parametrize(
    ("title", "bare"),
    [("[Watch] Bridge opens", "Bridge opens"), ("Bridge opens (2nd)", "Bridge opens"), ("[Live]", "[Live]")],
)
def test_marks_of_a_headline(title: str, bare: str) -> None:
    assert bare_headline(title) == bare


def test_a_cut_dateline_is_no_standfirst() -> None:
    assert bare_standfirst("(") == "" and bare_standfirst("Grain (cheap) leaves.") == "Grain (cheap) leaves."


def test_weight_in_order_and_in_one_run() -> None:
    words, weights = np.array([5, 1, 2, 9, 3]), np.array([0.1, 1.0, 0.5, 0.2, 1.0])
    assert aligned(words, np.array([1, 2, 7, 3]), weights) == pytest.approx((2.5, 1.5))
    assert aligned(words, words[::-1], weights) == pytest.approx((1.0, 1.0))
