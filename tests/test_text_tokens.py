"""Words and lemmas: inflections, spaces, hyphens, spellings, and what may carry a topic."""

import os
import subprocess
import sys
from types import ModuleType

import pytest

from helpers.text.languages import LANGUAGES, language, zh
from helpers.text.sentences import sentences
from helpers.text.tokens import BREAK, is_content, lemma, lemma_pairs, lemmas, stop_words, tokens

KOREAN, CHINESE = language("ko").names, language("zh").names


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
        ("Курской", "курский"),
        ("Херсонской", "херсонский"),
        ("Краской", "краска"),
        ("Зеленского", "зеленский"),
        ("артиллерии", "артиллерия"),
        ("Пескова", "песков"),
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
    assert all(language(code).words.source for code in LANGUAGES)
    assert all(len(set(language(code).words.stop)) > 40 for code in LANGUAGES)


def test_an_unknown_language_is_named():
    with pytest.raises(ValueError, match="'de' has no tokeniser"):
        tokens("Wort", "de")


def test_chinese_words():
    assert lemmas("朝鲜和俄罗斯。条约", "zh", breaks=True) == ["朝鲜", "和", "俄罗斯", BREAK, "条约"]


def test_traditional_and_simplified_chinese_are_one():
    traditional = "朝鮮與俄羅斯簽署全面戰略夥伴關係條約，金正恩委員長在平壤會見普京總統。"
    simplified = "朝鲜与俄罗斯签署全面战略伙伴关系条约，金正恩委员长在平壤会见普京总统。"
    assert lemmas(traditional, "zh") == lemmas(simplified, "zh")


def test_folding_keeps_places_and_leaves_simplified_text_and_other_scripts_alone():
    traditional = "朝鮮與俄羅斯簽署條約；乾隆的著作，著名的後裔。"
    assert zh.simplify(traditional) == "朝鲜与俄罗斯签署条约；乾隆的著作，著名的后裔。"
    assert len(zh.simplify(traditional)) == len(traditional)
    for text in (zh.simplify(traditional), "Путин и “Ким”", "", "조약"):
        assert zh.simplify(text) == text


def test_korean_words():
    found = lemmas("러시아와 조약을 체결했다.", "ko")
    assert found[:2] == ["러시아", "조약"]
    assert "체결하다" in found


def test_korean_prefix_and_suffix_stay_with_their_noun_and_plurals_go():
    assert lemmas("비핵화와 포괄적 노동자들", "ko") == ["비핵화", "포괄적", "노동자"]


@pytest.mark.parametrize("name", [*KOREAN.known, *KOREAN.nobody])
def test_korean_names_survive(name):
    assert [surface for surface, _ in lemma_pairs(f"{name}", "ko")] == [name]


@pytest.mark.parametrize("name", sorted({*CHINESE.known, *CHINESE.nobody}))
def test_chinese_names_survive(name):
    assert name in [surface for surface, _ in lemma_pairs(f"他们谈到{name}，然后离开", "zh")]


def test_an_office_is_parted_from_its_state():
    assert lemmas("韩国国防部和印度尼西亚", "zh") == ["韩国", "国防部", "和", "印度尼西亚"]


def test_a_segmenter_that_another_package_overwrote_is_named(monkeypatch):
    zh._jieba.cache_clear()
    monkeypatch.setitem(sys.modules, "jieba", ModuleType("jieba"))
    try:
        with pytest.raises(ImportError, match=r"overwritten by jieba3k.*run: python -m pip install .*jieba$"):
            lemmas("朝鲜和俄罗斯", "zh")
    finally:
        zh._jieba.cache_clear()


def test_segmenters_are_silent_and_read_no_cache_from_the_shared_folder(tmp_path):
    for name in ("jieba.cache", "jieba.u0.cache"):
        (tmp_path / name).write_bytes(b"hostile")
    code = "from helpers.text.tokens import lemmas; assert lemmas('朝鲜和俄罗斯', 'zh') == ['朝鲜', '和', '俄罗斯']"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (tmp_path / "jieba.cache").read_bytes() == b"hostile"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jieba.cache", "jieba.u0.cache"]


def test_sentences_lose_nothing_and_spare_abbreviations():
    text = "Встреча прошла в 2024 г. Москва довольна. А. Белоусов уехал! 협정이 체결됐다. 끝. 条约生效。结束。"
    parts = list(sentences(text))
    assert "".join(parts) == text
    assert parts[0].startswith("Встреча") and "А. Белоусов уехал! " in parts
    assert parts[-1] == "结束。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мост, т. е. дорога, готов. Поезд ушёл.", 2),
        ("Согласно ст. 4 договора, помощь обязательна. Стороны согласны.", 2),
        ("В 2024 г. Толен уехал. И. И. Осколов остался.", 2),
        ("Зерно, уголь и т. д. Поезд ушёл.", 1),
        ("У 2024 р. Толен поїхав. Міст відкрили.", 2),
        ("The U.S. Army came. It left.", 2),
        ("Gen. R. Stam spoke. No one heard.", 2),
        ("He went to the U.S. The bridge stayed.", 1),
        ("다리를 열었다. 기차가 지나갔다. “좋다”고 했다.", 3),
        ("정부는 2024. 6. 19. 조약에 서명했다. 비가 왔다.", 2),
        ("大桥开通了。火车通过！他问：“真的吗？”然后走了。", 4),
        ("“大桥开通了。”他说。雨停了。", 3),
        ("大橋開通了。「很好。」他說。", 3),
    ],
)
def test_sentences_end_where_they_do(text, expected):
    parts = list(sentences(text))
    assert "".join(parts) == text
    assert len(parts) == expected, parts
