"""Pages that are English but for some words: read right in every charset, whatever they declare, however few the words.

The rules were tuned on other texts than these.
"""

from __future__ import annotations

from itertools import product

import pytest

from helpers.extract.encoding import decode

ENGLISH = (
    "Farmers in the valley sold wheat at a higher price after the road was mended. Their union asked "
    "for a second market day; the mayor refused. Two trains left the station before noon, one of them"
    " empty. Visitors found the museum shut, its roof under scaffolding, and walked to the lake "
    "instead. A storm is expected by the weekend."
)
RUSSIAN = (
    "Рыбаки вернулись с моря поздно вечером, когда над заливом уже стоял туман. В деревне ждали "
    "хлеба, угля и новостей; почта пришла только утром, Анна Лодова читала вслух."
)
KOREAN = "어부들은 안개가 낀 만에서 저녁 늦게 돌아왔다. 마을은 빵과 석탄과 소식을 기다렸고 우편은 아침에야 왔다. 안나가 소리 내어 읽었다."
CHINESE = "渔民很晚才从海上回来，海湾里已经起了雾。村里的人等着面包、煤和消息，邮件到早晨才到，安娜大声念了出来。"
JAPANESE = "漁師たちは霧のかかった湾から夜遅くに戻った。村ではパンと石炭と知らせを待っていたが、郵便は朝になってようやく届いた。"
WESTERN = (
    "Die Fischer kehrten spät zurück, müde und frierend, während über der Küste schöner Nebel lag. "
    "Señor Muñoz escribió otra carta mañana después del almuerzo; así lo contó su hermano José."
)
CHARSETS = {  # text, and wrong declarations
    "cp1251": (RUSSIAN.split(), ("utf-8", "iso-8859-1", "koi8-r")),
    "koi8-r": (RUSSIAN.split(), ("utf-8", "iso-8859-1", "windows-1251")),
    "cp949": (KOREAN.split(), ("utf-8", "iso-8859-1", "gb2312")),
    "gb18030": ([CHINESE[i : i + 4] for i in range(0, len(CHINESE), 4)], ("utf-8", "iso-8859-1", "euc-kr")),
    "cp932": ([JAPANESE[i : i + 4] for i in range(0, len(JAPANESE), 4)], ("utf-8", "iso-8859-1", "gb2312")),
    "cp1252": (WESTERN.split(), ("utf-8", "windows-1251", "koi8-r")),
}
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of letters that are of foreign words
WORDS = 250
RUN = 3  # foreign words that stand together, as those of a name or a quotation do


def page(foreign: list[str], share: float, declared: str | None) -> str:
    """A page with foreign words among English ones."""
    english, words = ENGLISH.split(), []
    n_foreign = n_english = 0
    while len(words) < WORDS:
        if n_foreign < share * (n_foreign + n_english) or share == 1:
            words += [foreign[(len(words) + i) % len(foreign)] for i in range(RUN)]
            n_foreign += sum(map(len, words[-RUN:]))
        else:
            words.append(english[len(words) % len(english)])
            n_english += len(words[-1])
    head = f'<meta charset="{declared}">' if declared else ""
    body = "".join(f"<p>{' '.join(words[i : i + 40])}</p>\n" for i in range(0, WORDS, 40))
    return f"<html><head>{head}<script>var a = 1;</script></head><body><div>Home News Contact</div>{body}</body></html>"


@pytest.mark.parametrize("codec", CHARSETS)
def test_few_foreign_words_tell_the_charset(codec: str) -> None:
    foreign, others = CHARSETS[codec]
    wrong = []
    for share, declared in product(SHARES, (codec, None, *others)):
        text = page(foreign, share, declared)
        if decode(text.encode(codec)) != text:
            wrong.append((share, declared))
    assert not wrong
