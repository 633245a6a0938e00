"""Words and lemmas: inflections, spaces, hyphens, spellings, and what may carry a topic."""

import pytest

from helpers.text import segmenters
from helpers.text.sentences import sentences
from helpers.text.stopwords import SOURCE, WORDS
from helpers.text.tokens import BREAK, LANGUAGES, is_content, lemma, lemmas, stop_words, tokens


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Россией", "россия"),
        ("Путина", "путин"),
        ("Путиным", "путин"),
        ("Лавровым", "лавров"),
        ("Пхеньяне", "пхеньян"),
        ("войск", "войско"),
        ("войсками", "войско"),
        ("северокорейских", "северокорейский"),
        ("военно-технического", "военно-технический"),
        ("партнёрства", "партнерство"),
        ("партнерства", "партнерство"),
        ("подписали", "подписать"),
        ("КНДР", "кндр"),
        ("США", "сша"),
    ],
)
def test_russian_forms_meet_in_one_lemma(form, expected):
    assert lemma(form, "ru") == expected


def test_ukrainian_forms_meet_in_one_lemma():
    assert lemmas("військових України, російських військ", "uk") == [
        "військовий",
        "україна",
        "російський",
        "військо",
    ]


def test_a_capital_tells_the_man_from_the_season():
    assert lemma("Путина", "ru") != lemma("путина", "ru")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в\u00a0России за\u202fсутки", ["в", "россии", "за", "сутки"]),
        ("стра\u00adте\u00adгия", ["стратегия"]),
        ("страте-\nгия мира", ["стратегия", "мира"]),
        ("юго-\nвосток", ["юго-восток"]),
        ("Е\u0308лка ёлка", ["елка", "елка"]),
        ("за́мок", ["замок"]),
        ("Россия-КНДР", ["россия", "кндр"]),
        ("Северо-Восток", ["северо-восток"]),
        ("В.В.Путин", ["в", "в", "путин"]),
    ],
)
def test_russian_surface(text, expected):
    assert tokens(text, "ru") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia's and DPRK’s", ["russia", "and", "dprk"]),
        ("the U.S.-led U.S.", ["the", "u.s.", "led", "u.s."]),
        ("US told us", ["u.s.", "told", "us"]),
        ("Kim Jong-un", ["kim", "jong", "un"]),
        ("co-operation, non-proliferation", ["cooperation", "nonproliferation"]),
        ("KN-23 in 2024", ["kn-23", "in", "2024"]),
        ("1,000 tons", ["1,000", "tons"]),
        ("don't — it’s", ["don't", "it's"]),
        ("zero\u200bwidth", ["zerowidth"]),
    ],
)
def test_english_surface(text, expected):
    assert tokens(text, "en") == expected


def test_acronyms_and_contractions_are_not_taken_for_dictionary_words():
    assert lemmas("EST it's DPRK", "en") == ["est", "it's", "dprk"]


def test_breaks_stand_where_punctuation_does_and_nowhere_else():
    assert lemmas("War, and «peace» — now", "en", breaks=True) == [
        "war",
        BREAK,
        "and",
        BREAK,
        "peace",
        BREAK,
        "now",
    ]
    assert BREAK not in lemmas("War, and «peace» — now", "en")


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_folding_leaves_no_second_spelling_in_any_stop_list(language):
    assert all(not is_content(word, language) for word in stop_words(language))
    assert not any("ё" in word for word in stop_words(language))


def test_every_language_has_stop_words_with_a_source():
    assert set(WORDS) == set(SOURCE) == set(LANGUAGES)
    assert all(len(words) > 40 for words in WORDS.values())


def test_an_unknown_language_is_named():
    with pytest.raises(ValueError, match="'de' has no tokeniser"):
        tokens("Wort", "de")


def test_a_missing_segmenter_names_the_extra(monkeypatch):
    def missing(name):
        raise ImportError(name)

    segmenters._module.cache_clear()
    segmenters._kiwi.cache_clear()
    monkeypatch.setattr(segmenters.importlib, "import_module", missing)
    with pytest.raises(ValueError, match="kiwipiepy: install the extra 'korean'") as caught:
        lemmas("러시아", "ko")
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="jieba: install the extra 'chinese'"):
        lemmas("俄罗斯", "zh")
    segmenters._module.cache_clear()


def test_chinese_words_when_jieba_is_there():
    pytest.importorskip("jieba")
    assert lemmas("朝鲜和俄罗斯。条约", "zh", breaks=True) == ["朝鲜", "和", "俄罗斯", BREAK, "条约"]


def test_korean_words_when_kiwi_is_there():
    pytest.importorskip("kiwipiepy")
    found = lemmas("러시아와 조약을 체결했다.", "ko")
    assert found[:2] == ["러시아", "조약"]
    assert "체결하다" in found


def test_sentences_lose_nothing_and_spare_abbreviations():
    text = "Встреча прошла в 2024 г. Москва довольна. А. Белоусов уехал! 협정이 체결됐다. 끝. 条约生效。结束。"
    parts = list(sentences(text))
    assert "".join(parts) == text
    assert parts[0].startswith("Встреча") and "А. Белоусов уехал! " in parts
    assert parts[-1] == "结束。"
