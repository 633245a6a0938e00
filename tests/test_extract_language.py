"""Passages in another language than their article, by length; all sentences invented."""

import pandas as pd
import pytest

from helpers.extract.language import detect_language, passage_languages

SENTENCES = {
    "en": "The bridge over the northern river will open before the first snow, the minister of roads told the envoys, "
    "and trains will cross it as soon as both towns have agreed on the price of coal and grain for the winter.",
    "ru": "Мост через северную реку откроют раньше первого снега, сказал послам министр дорог, и поезда пойдут по нему, "
    "как только оба города договорятся о цене угля и зерна на зиму, а это будет ещё до конца осени, добавил он.",
    "uk": "Міст через північну річку відкриють раніше за перший сніг, сказав послам міністр доріг, і потяги підуть ним, "
    "щойно обидва міста домовляться про ціну вугілля й зерна на зиму, а це буде ще до кінця осені, додав він.",
    "ko": "북쪽 강을 건너는 다리는 첫눈이 내리기 전에 열릴 것이라고 도로부 장관이 사절들에게 말했다. 두 도시가 겨울에 쓸 석탄과 "
    "곡물의 값에 합의하는 대로 기차가 그 위를 지나게 될 것이며 이는 가을이 끝나기 전의 일이라고 그는 덧붙였다. 주민들은 오래 기다렸다고 한다. "
    "예전에는 배를 타고 강을 건너야 했고 겨울이면 그 배마저 다니지 못해 곡식과 약을 먼 도시에서 날라 와야 했으며 값도 다른 곳보다 훨씬 비쌌다. 시장은 다리가 열리는 날 공사에 참여한 모든 사람을 초대하겠다고 말했다.",
    "zh": "北方河上的大桥将在第一场雪之前开通，道路部长对各国使节说，只要两座城市就过冬的煤炭和粮食价格达成一致，火车就可以从桥上通过，"
    "他补充说，这将是秋天结束之前的事情。居民们为此等了很多年，他们说从前只能坐船过河，而且每到冬天船也不能走了，粮食和药品都要从很远的地方运来，价格也比别处贵得多。"
    "今年夏天工人们日夜赶工，终于把最后一段桥面铺好，只等验收。市长说，开通那天将邀请所有参加建设的人一同走过大桥，孩子们则会在桥头唱歌，老人们说他们没想到有生之年还能看到火车开进这座小城，而河对岸的亲戚从此也可以常来常往，不必再等船了。",
    "ja": "北の川にかかる橋は初雪の前に開通すると道路大臣が使節たちに語った。二つの町が冬の石炭と穀物の値段について合意すれば、すぐに列車が橋を渡ることになり、"
    "それは秋が終わる前のことだと彼は付け加えた。住民たちは長い間それを待っていた。以前は船で川を渡るしかなく、冬になると船も動かなくなったという。"
    "食べ物や薬は遠くの町から運ばれ、値段もほかの町よりずっと高かった。市長は開通の日に働いた人たちをみんな招くつもりだと話した。",
}
LENGTHS = (10, 30, 80, 200)
FLOORS = {10: 0.9, 30: 1.0, 80: 1.0, 200: 1.0}  # among six candidates, both halves of the sentence as starting points


def starts(text, length):
    """Pieces of so many characters, from every word (every third sign where words are not spaced)."""
    spaced = " " in text
    places = [0, *(i + 1 for i, c in enumerate(text) if c == " ")] if spaced else range(0, len(text), 3)
    return [text[i : i + length] for i in places if i + length <= len(text)]


def shares(length):
    told = right = total = 0
    for language, text in SENTENCES.items():
        for piece in starts(text, length):
            found = detect_language(piece, among=list(SENTENCES))
            total += 1
            told += found is not None
            right += found == language
    return right / max(told, 1), told / max(total, 1)


@pytest.mark.parametrize("length", LENGTHS)
def test_accuracy_by_length(length):
    right, told = shares(length)
    assert right >= FLOORS[length], (right, told)
    assert told == 1.0 or length == 10


@pytest.mark.parametrize("own", ["en", "ru", "uk", "ko", "zh"])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_passage_in_its_articles_own_language_stays_so(own, length):
    pieces = pd.Series(starts(SENTENCES[own], length))
    wrong = (passage_languages(pieces, own) != own).mean()
    assert wrong <= (0.05 if length < 80 else 0), pieces[passage_languages(pieces, own) != own].tolist()


def test_foreign_passages_are_marked_and_the_index_kept():
    texts = pd.Series(list(SENTENCES.values()), index=[f"p{i}" for i in range(len(SENTENCES))])
    for own in ("en", "ru", "uk", "ko", "zh"):
        found = passage_languages(texts, own)
        assert found.tolist() == list(SENTENCES) and found.index.equals(texts.index)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("KN-23", "ko"), ("KCNA, 19 June", "ru"), ("United Nations", "zh"), ("NATO", "uk"), ("", "en"), ("2024", "ko"),
        ("김정은 (Kim Jong Un) 국무위원장은 MSMT 보고서를 비난했다.", "ko"),
        ("俄罗斯总统普京（Vladimir Putin）签署了条约。", "zh"),
        ("Слово «partnership» есть в тексте договора.", "ru"),
        ("朝鲜外务省（외무성）发表了声明。", "zh"),
    ],
)  # fmt: skip
def test_names_numbers_and_single_foreign_words_change_nothing(text, own):
    assert passage_languages(pd.Series([text]), own).tolist() == [own]


def test_each_article_has_its_own_language():
    texts = pd.Series([SENTENCES["ru"], SENTENCES["ru"]])
    assert passage_languages(texts, pd.Series(["uk", "ru"])).tolist() == ["ru", "ru"]
    assert passage_languages(pd.Series(["Да"]), pd.Series(["uk"])).tolist() == ["uk"]


def test_a_row_of_offices_in_japanese_is_not_chinese():
    assert passage_languages(pd.Series(["外務省、防衛省、警察庁、総務省、経済産業省"]), "ja").tolist() == ["ja"]
