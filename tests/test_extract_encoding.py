"""Bytes to text: sentences in each language, in each encoding, declared right, wrong or not at all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from helpers.extract.encoding import decode

SENTENCES = {
    "ru": "Стороны подписали договор о сотрудничестве, сообщил корреспондент из порта.",
    "uk": "Сторони підписали угоду про співпрацю, повідомляє кореспондент із порту. Її зміст не розкрито.",
    "ko": "양측은 항구에서 협력 조약에 서명했다고 특파원이 전했다. 대표단도 참석했다.",
    "zh": "双方在港口签署了合作条约，记者报道说，代表团出席了签字仪式。",
    "zh-Hant": "雙方在港口簽署了合作條約，記者報導說，代表團出席了簽字儀式。",
    "ja": "双方は港で協力条約に署名したと特派員が伝えた。代表団も式に出席した。",
    "de": "Über die Verträge der Länder wird häufig gesprochen, größer als früher sind die Zölle.",
    "en": "The two sides signed a treaty at the quay — “a long day”, the café’s owner said.",
    "fr": "Les deux parties ont signé un traité à l'hôtel, où l'été s'achève déjà.",
}
CODECS = {
    "ru": ("cp1251", "koi8-r", "iso8859-5"), "uk": ("cp1251", "koi8-u"), "ko": ("cp949", "euc-kr"),
    "zh": ("gb18030", "gb2312"), "zh-Hant": ("big5",), "ja": ("cp932", "euc_jp"), "de": ("cp1252", "iso8859-1"),
    "en": ("cp1252",), "fr": ("cp1252",),
}  # fmt: skip
DECLARED = ("right", None, "utf-8", "iso-8859-1", "windows-1251")


def test_sentences_in_every_language_encoding_and_declaration() -> None:
    wrong, cases = [], 0
    for language, sentence in SENTENCES.items():
        for codec, times, declared in product((*CODECS[language], "utf-8", "utf-16"), (1, 4), DECLARED):
            html = f"<html><head><title>x</title></head><body><p>{(sentence + ' ') * times}</p></body></html>"
            said = codec if declared == "right" else declared
            got = decode(html.encode(codec), content_type=f"text/html; charset={said}" if said else "text/html")
            cases += 1
            if got != html:
                wrong.append((language, codec, times, said))
    print(f"{cases - len(wrong)} of {cases} cases right; wrong: {wrong}")
    assert not wrong


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_damaged_bytes_up_to_two_in_a_hundred_leave_utf8_what_it_is(language: str) -> None:
    rng = np.random.default_rng(20240619)
    html = f"<html><body><p>{(SENTENCES[language] + ' ') * 12}</p></body></html>"
    for share in (0.001, 0.005):
        body = bytearray(html.encode())
        for place in rng.choice(np.arange(20, len(body)), size=max(1, int(share * len(body))), replace=False):
            body[place] = 0xFF
        text = decode(bytes(body), content_type="text/html; charset=windows-1251")
        assert text.count("\ufffd") >= 1
        assert SENTENCES[language] in text


def test_utf16_without_its_mark_shows_in_its_zeros() -> None:
    html = f"<html><body><p>{SENTENCES['ru'] * 3}</p></body></html>"
    assert decode(html.encode("utf-16-le")) == html
    assert decode(html.encode("utf-16-be")) == html


def test_the_declaration_in_the_page_counts_like_the_one_in_the_header() -> None:
    for said, codec in (("ks_c_5601-1987", "cp949"), ("x-unheard-of", "cp949"), ("gb2312", "gb18030")):
        text = "똠방각하 " + SENTENCES["ko"] if codec == "cp949" else SENTENCES["zh"] + "㐂"
        html = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={said}"></head>{text * 3}'
        assert decode(html.encode(codec)) == html


def test_a_declaration_of_another_eastern_charset_and_seven_bit_japanese() -> None:
    for language, codec, declared in (("zh-Hant", "big5", "gb2312"), ("zh-Hant", "big5", "shift_jis"),
                                      ("ja", "cp932", "gb2312"), ("ja", "euc_jp", "gb2312"),
                                      ("ja", "iso2022_jp", "iso-2022-jp")):  # fmt: skip
        text = f'<meta charset="{declared}"><p>{SENTENCES[language] * 6}</p>'
        assert decode(text.encode(codec)) == text, (codec, declared)
