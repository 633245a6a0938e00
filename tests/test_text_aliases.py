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


def test_a_name_with_a_stop_or_comma_in_it_is_found_as_written_and_without():
    states = {"PRK": {"en": ("N. Korea",)}, "TREATY.1961": {"en": ("treaty of friendship, cooperation and help",)}}
    finder = Aliases(states, "en")
    for text, expected in (
        ("N. Korea and N Korea", ["PRK", "PRK"]),
        ("The Treaty of Friendship, Cooperation and Help", ["TREATY.1961"]),
        ("in Article N. Korea", ["PRK"]),
        ("of friendship, trade", []),
    ):
        assert [code for code, _, _ in finder.find(lemmas(text, "en", breaks=True))] == expected
    assert "" not in finder.words


@pytest.mark.parametrize(
    ("language", "states", "text", "expected"),
    [
        ("ru", ("российский", "северокорейский"), "российско-северокорейского договора", ["PRK", "RUS"]),
        ("ru", ("российский", "американский"), "американо-российские переговоры", ["PRK", "RUS"]),
        ("ru", ("российский", "северокорейский"), "северо-восточный берег, Россия-мать", []),
        ("uk", ("російський", "північнокорейський"), "північнокорейсько-російські зв'язки", ["PRK", "RUS"]),
    ],
)
def test_a_compound_of_two_states_names_both(language, states, text, expected):
    finder = Aliases({"RUS": {language: states[:1]}, "PRK": {language: states[1:]}}, language)
    assert sorted(finder.names(lemmas(text, language, breaks=True))) == expected


@pytest.mark.parametrize("form", ["Но Кван Чхоль", "Но Кван Чхоля", "Но Кван Чхолю", "Но Кван Чхолем", "Но Кван Чхоле"])
def test_names_that_end_in_a_soft_sign_are_declined(form):
    finder = Aliases({"PRK": {"ru": ("Но Кван Чхоль",)}}, "ru")
    assert finder.names(lemmas(f"Вчера {form} видели", "ru")) == {"PRK"}


def test_chinese_titles_inside_a_name_and_states_with_dots_between_in_korean():
    law = Aliases({"LAW.1": {"zh": ("《联合国宪章》第51条",)}}, "zh")
    for text in ("根据《聯合國憲章》第51條", "根据联合国宪章第51条"):
        assert law.names(lemmas(text, "zh", breaks=True)) == {"LAW.1"}
    assert not law.names(lemmas("《联合国宪章》。第51条", "zh", breaks=True)) - {"LAW.1"}
    pairs = Aliases({"PRK": {"ko": ("&북러", "&북중러", "북한")}, "RUS": {"ko": ("&북러", "&북중러", "러시아")}}, "ko")
    for text in ("북·러 정상회담", "북ㆍ러의 조약", "북·중·러 연대", "北러 밀착, 北·러 조약"):
        assert pairs.names(lemmas(text, "ko", breaks=True)) == {"PRK", "RUS"}, text
    assert pairs.names(lemmas("중·러시아 관계", "ko", breaks=True)) == {"RUS"}
