"""Entities: longest alias first, whole words, inflected names, no alias owned twice."""

import pytest

from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

ENTITIES = {
    "RUS": {"en": ("Russia", "Russian", "US-free Moscow"), "ru": ("Россия", "российский", "Москва", "Путин")},
    "PRK": {
        "en": ("North Korea", "Korea", "DPRK", "Kim Jong Un"),
        "ru": ("КНДР", "Северная Корея", "Ким Чен Ын"),
    },
    "KOR": {"en": ("South Korea", "ROK"), "ru": ("Южная Корея",)},
    "USA": {"en": ("U.S.", "US", "United States")},
}


def names(text, language="en"):
    return sorted(Aliases(ENTITIES, language).names(lemmas(text, language, breaks=True)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("South Korea watches", ["KOR"]),
        ("North Korea and South Korea", ["KOR", "PRK"]),
        ("Prussian Koreatown", []),
        ("Russia-DPRK ties", ["PRK", "RUS"]),
        ("Russians and Russia’s army", ["RUS"]),
        ("they told us", []),
        ("the US, the U.S.-led", ["USA"]),
        ("Kim Jong-un", ["PRK"]),
        ("the South, Korea", ["PRK"]),
    ],
)
def test_english(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("у Путина и Ким Чен Ына", ["PRK", "RUS"]),
        ("с Ким Чен Ыном", ["PRK"]),
        ("Южной Корее", ["KOR"]),
        ("в Северной Корее", ["PRK"]),
        ("российскими войсками в КНДР", ["PRK", "RUS"]),
        ("пруссия и москвич", []),
    ],
)
def test_russian(text, expected):
    assert names(text, "ru") == expected


def test_spans_are_in_order_and_never_overlap():
    words = lemmas("North Korea, South Korea and Korea", "en")
    assert Aliases(ENTITIES, "en").find(words) == [("PRK", 0, 2), ("KOR", 2, 4), ("PRK", 5, 6)]


def test_an_alias_of_two_entities_is_refused():
    with pytest.raises(ValueError, match=r"'Korea'.*both KOR and PRK"):
        Aliases({"KOR": {"en": ("Korea",)}, "PRK": {"en": ("Korea",)}}, "en")


def test_an_alias_without_a_word_is_refused():
    with pytest.raises(ValueError, match="entity RUS, language en"):
        Aliases({"RUS": {"en": ("—",)}}, "en")
