"""Headlines that name both states in passing; all of them invented."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.text.passing import EARLY, in_passing

PAIR = ("RUS", "PRK")
STATES = {
    "RUS": {"en": ("Russia", "Moscow"), "ru": ("Россия",), "ko": ("러시아", "&북러")},
    "PRK": {"en": ("North Korea", "Pyongyang"), "ru": ("КНДР",), "ko": ("북한", "&북러")},
    "CHN": {"en": ("China",), "ru": ("Китай",), "ko": ("중국",)},
}


def why(title: str, standfirst: str = "", genre: str = "", language: str = "en") -> str:
    row = {"language": [language], "title": [title], "standfirst": [standfirst], "genre": [genre]}
    return in_passing(pd.DataFrame(row, index=[7]), entities=STATES, pair=PAIR)[7]


@pytest.mark.parametrize(
    "title",
    [
        "A shield against China, Russia, North Korea and Iran",
        "Threats from Russia, Ruritania and North Korea",
        "Budget grows; China, Russia and North Korea blamed",
    ],
)
def test_a_list_of_states_is_in_passing(title: str) -> None:
    assert why(title) == "listed"


@pytest.mark.parametrize(
    "title",
    [
        "Russia and North Korea sign a forestry pact",
        "North Korea ships wheat to Russia",
        "Envoys scold North Korea; China, Russia object",
        "China, Russia, North Korea named in report; Moscow to send Pyongyang wheat",
        "Ruritania scolds China and Russia over North Korea",
    ],
)
def test_a_dealing_is_not(title: str) -> None:
    assert why(title) == ""


def test_lists_in_russian_and_none_in_korean() -> None:
    assert why("Союзники против России, Китая и КНДР", language="ru") == "listed"
    assert why("중국과 러시아, 북한 정상 한자리에", language="ko") == ""
    assert why("북러, 임업 의정서 조인", language="ko") == ""


def test_the_second_state_far_down_is_late() -> None:
    words = " ".join(["grain"] * EARLY)
    assert why("Russia sows", f"{words} for North Korea") == "late"
    assert why("Russia sows", "grain for North Korea. " + words) == ""


def test_a_round_up_must_name_both_in_its_headline() -> None:
    assert why("War at a glance: day nine", "Moscow says Pyongyang sent wheat.", "briefing") == "round-up"
    assert why("Live: Moscow thanks Pyongyang", "All news.", "live") == ""
    assert why("Day nine", "Moscow says Pyongyang sent wheat.", "opinion") == ""


def test_one_state_or_none_is_no_question() -> None:
    assert why("China, Russia and Ruritania") == why("", "") == ""
