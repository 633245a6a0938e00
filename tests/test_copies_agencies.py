"""Credits in each language's own form, and mentions of an agency that are none."""

from __future__ import annotations

import pytest

from helpers.copies.agencies import credit, is_agency, is_credit_line

BODY = "The sides met on the quay."
CREDITS = [
    # English
    ("MOSCOW, June 19. /TASS/. The sides met.", "TASS"),
    ("Pyongyang, June 19 (KCNA) -- The sides met.", "KCNA"),
    ("SEOUL, June 19 (Yonhap) -- The sides met.", "Yonhap"),
    ("WASHINGTON (AP) — The sides met.", "AP"),
    ("UNITED NATIONS (AP) -- The sides met.", "AP"),
    ("LONDON, June 19 (Reuters) - The sides met.", "Reuters"),
    ("June 19 (Reuters) - The sides met.", "Reuters"),
    ("(Reuters) - The sides met.", "Reuters"),
    ("SEOUL/WASHINGTON, June 19 (Reuters) - The sides met.", "Reuters"),
    ("Seoul (dpa) - The sides met.", "dpa"),
    ("(Bloomberg) -- The sides met.", "Bloomberg"),
    ("TOKYO, June 19 (Kyodo) -- The sides met.", "Kyodo"),
    ("Tokyo, June 19 (Jiji Press)--The sides met.", "Jiji"),
    ("BEIJING, June 19 (Xinhua) -- The sides met.", "Xinhua"),
    ("New Delhi, Jun 19 (PTI) The sides met.", "PTI"),
    ("Seoul, Jun 19 (EFE).- The sides met.", "EFE"),
    ("(ANSA) - ROME, JUN 19 - The sides met.", "ANSA"),
    ("KYIV. June 19. INTERFAX-UKRAINE - The sides met.", "Interfax-Ukraine"),
    ("MOSCOW. June 19. Interfax - The sides met.", "Interfax"),
    ("MOSCOW, June 19 - RIA Novosti. The sides met.", "RIA"),
    (f"{BODY}\n\nThey left again.\n\nSource: AFP", "AFP"),
    (f"{BODY}\n\n© 2024 AFP", "AFP"),
    (f"{BODY}\n\nCopyright 2024 The Associated Press. All rights reserved.", "AP"),
    (f"{BODY}\n\nAssociated Press writer Ada Byron contributed to this report.", "AP"),
    (f"{BODY}\n\nvia Anadolu Agency", "Anadolu"),
    (f"{BODY}\n\nAP", "AP"),
    ("The sides met, and left. (Reuters)", "Reuters"),
    ("The sides met. (KCNA/Yonhap)", "KCNA"),
    ("The sides met, and left. — AFP", "AFP"),
    (f"{BODY}\n\n(Reporting by Ada Byron in Seoul; Editing by Mara Lon)", "Reuters"),
    (f"By Ada Byron, Associated Press\n\n{BODY}\n\nThey left.", "AP"),
    (f"{BODY}\n\nSource: Rodong Sinmun", "Rodong Sinmun"),
    # Russian
    ("МОСКВА, 19 июня. /ТАСС/. Стороны встретились.", "TASS"),
    ("ПХЕНЬЯН, 19 июня. /Корр. ТАСС Иван Петров/. Стороны встретились.", "TASS"),
    ("МОСКВА, 19 июн - РИА Новости. Стороны встретились.", "RIA"),
    ("СЕУЛ, 19 июн — РИА Новости, Иван Петров. Стороны встретились.", "RIA"),
    ("Москва. 19 июня. INTERFAX.RU - Стороны встретились.", "Interfax"),
    ("Москва. 19 июня. ИНТЕРФАКС - Стороны встретились.", "Interfax"),
    ("Киев. 19 июня. ИНТЕРФАКС-УКРАИНА - Стороны встретились.", "Interfax-Ukraine"),
    ("Пекин, 19 июня /Синьхуа/ -- Стороны встретились.", "Xinhua"),
    ("Сеул, 19 июня (Ренхап) -- Стороны встретились.", "Yonhap"),
    ("Стороны встретились.\n\nИсточник: Интерфакс", "Interfax"),
    ("Стороны встретились.\n\nПо материалам РИА Новости", "RIA"),
    ("Стороны встретились. (ТАСС)", "TASS"),
    # Ukrainian
    ("КИЇВ, 19 червня – УНІАН. Сторони зустрілися.", "UNIAN"),
    ("КИЇВ, 19 червня /Укрінформ/. Сторони зустрілися.", "Ukrinform"),
    ("Київ. 19 червня. УНІАН. Сторони зустрілися.", "UNIAN"),
    ("Київ. 19 червня. Інтерфакс-Україна - Сторони зустрілися.", "Interfax-Ukraine"),
    ("Сторони зустрілися.\n\nДжерело: Укрінформ", "Ukrinform"),
    ("Сторони зустрілися.\n\nЗа матеріалами УНІАН", "UNIAN"),
    # Korean
    ("(서울=연합뉴스) 홍길동 기자 = 양측이 만났다.", "Yonhap"),
    ("(서울·도쿄=연합뉴스) 홍길동 성춘향 기자 = 양측이 만났다.", "Yonhap"),
    ("[서울=뉴시스] 홍길동 기자 = 양측이 만났다.", "Newsis"),
    ("(서울=뉴스1) 홍길동 기자 = 양측이 만났다.", "News1"),
    ("(모스크바 타스=연합뉴스) 양측이 만났다.", "Yonhap"),
    ("(평양 6월 19일발 조선중앙통신) 양측이 만났다.", "KCNA"),
    ("평양 6월 19일발 조선중앙통신 양측이 만났다.", "KCNA"),
    ("양측이 만났다.\n\n출처: 연합뉴스", "Yonhap"),
    ("양측이 만났다.\n\n(자료=연합뉴스)", "Yonhap"),
    ("양측이 만났다.\n\n연합뉴스 제공", "Yonhap"),
    ("양측이 만났다.\n\n<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>", "Yonhap"),
    # Chinese and Japanese
    ("新华社平壤6月19日电（记者王五）双方会晤。", "Xinhua"),
    ("据新华社平壤6月19日电 双方会晤。", "Xinhua"),
    ("中新社北京6月19日电 双方会晤。", "CNS"),
    ("中新网6月19日电 据韩联社报道，双方会晤。", "CNS"),
    ("韩联社首尔6月19日电 双方会晤。", "Yonhap"),
    ("朝中社平壤6月19日电 双方会晤。", "KCNA"),
    ("（法新社首爾19日電）雙方會晤。", "AFP"),
    ("（中央社記者王五台北19日電）雙方會晤。", "CNA"),
    ("双方会晤。\n\n来源：新华社", "Xinhua"),
    ("双方会晤。（新华社）", "Xinhua"),
    ("【平壌共同】双方が会談した。", "Kyodo"),
    ("【ソウル時事】双方が会談した。", "Jiji"),
    ("[ソウル 19日 ロイター] 双方が会談した。", "Reuters"),
]
MENTIONS = [
    # English
    "The sides met, TASS reported on Wednesday.",
    "According to KCNA, the sides met. Reuters could not confirm it.",
    "The minister told Yonhap (a Seoul agency) that nothing was signed.",
    "A map of the quay hung on the wall.\n\nThe AP exam was held in May.",
    "The Korean Central News Agency (KCNA) - the voice of the North - said the sides met.",
    "The Associated Press (AP) reported that the sides met.",
    "Associated Press (AP) — once owned by its papers — has opened an office in the harbour.",
    "In a dispatch on Monday (KCNA) the harbour was called a bridge of peace.",
    "Officials denied the report (Reuters) on Tuesday.",
    "The report was carried by the Korean Central News Agency (KCNA).",
    "A spokesman told Reuters (and AFP) that the sides met.",
    "Kyodo News, citing sources, said the sides met.",
    "Xinhua: sides met in the harbour, it said.",
    "Reuters - the agency - was founded in 1851.",
    "Seoul officials spoke to reporters - Yonhap, Newsis and News1 among them.",
    f"{BODY}\n\nPhoto: Reuters",
    f"{BODY}\n\nPhoto by Ada Byron / AP",
    f"{BODY}\n\nReuters has not been able to verify the claim.",
    f"{BODY}\n\nFollow TASS on Telegram for more of the harbour.",
    f"{BODY}\n\nThe crew was released, the state-run agency KCNA.",
    "Interfax quoted the minister as saying that the sides met.",
    "A (Bloomberg) terminal stood in the corner.",
    "The sides met in Room AP 12 of the old customs house.",
    "Sources: three officials, a diplomat, and a report by Reuters seen by this newspaper on Monday",
    # Russian
    "Стороны встретились, сообщает РИА Новости.",
    "Об этом передает ТАСС со ссылкой на посольство.",
    "Как сообщил ТАСС источник, стороны встретились.",
    "Агентство РИА Новости - одно из старейших в стране.",
    "Центральное телеграфное агентство Кореи (ЦТАК) - рупор Пхеньяна - сообщило о встрече.",
    "Стороны встретились, пишет Рейтер со ссылкой на дипломатов.",
    "Дипломат рассказал агентству Интерфакс (Москва), что стороны встретились.",
    "Стороны встретились.\n\nФото: ТАСС",
    "Стороны встретились.\n\nФото: Иван Петров / РИА Новости",
    "Стороны встретились.\n\nВ ТАСС уточнили, что переговоры продолжатся.",
    "Корреспондент ТАСС побывал в порту и поговорил с рабочими.",
    "В беседе с РИА Новости посол отметил успехи.",
    "Генеральный директор ТАСС / Москва / открыл выставку.",
    # Ukrainian
    "Сторони зустрілися, повідомляє Укрінформ.",
    "Про це УНІАН розповів посол.",
    "Як передає Інтерфакс-Україна, сторони зустрілися.",
    "Агентство УНІАН - одне з найбільших у країні.",
    "Сторони зустрілися.\n\nФото: Укрінформ",
    "Сторони зустрілися.\n\nПідписуйтеся на УНІАН у Телеграмі.",
    "За словами кореспондента Укрінформу, порт закрито.",
    # Korean
    "조선중앙통신은 양측이 만났다고 보도했다.",
    "북한 관영 조선중앙통신(KCNA)은 양측이 만났다고 전했다.",
    "연합뉴스에 따르면 양측이 만났다.",
    "타스통신에 따르면 양측이 항구에서 만났다.",
    "로이터 통신은 양측이 만났다고 보도했다.",
    "양측이 만났다.\n\n사진=연합뉴스",
    "양측이 만났다고 로이터통신이 전했다.",
    "노동신문은 이날 사설에서 항구를 다뤘다.",
    "리아노보스티 통신은 회담이 열렸다고 전했다.",
    "[앵커] 연합뉴스TV 보도에 따르면 양측이 만났습니다.",
    # Chinese and Japanese
    "据新华社报道，双方会晤。",
    "据韩联社报道，双方在港口会晤。",
    "路透社称双方会晤。",
    "朝中社说，双方在港口会晤。",
    "韩国媒体韩联社（Yonhap）报道说双方会晤。",
    "双方会晤。\n\n图片来源：新华社",
    "外交部发言人回答新华社记者提问时说，双方会晤。",
    "新华社电视台的记者来到港口。",
    "双方致电祝贺，新华社作了报道。",
    "共同通信によると、双方が会談した。",
    "朝鮮中央通信は、双方が会談したと報じた。",
    "時事問題を話し合う会が開かれた。",
]


@pytest.mark.parametrize(("text", "agency"), CREDITS)
def test_credits_in_each_languages_form(text: str, agency: str) -> None:
    name, evidence = credit(text, None)
    assert name == agency
    place, words = evidence.split(": ", 1)
    assert place in ("dateline", "credit")
    assert words in text


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_is_not_a_credit(text: str) -> None:
    assert credit(text, None) == ("", "")


def test_there_are_enough_of_both() -> None:
    assert len(CREDITS) >= 60
    assert len(MENTIONS) >= 60


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("Associated Press", "AP"), ("By Ada Byron, Reuters", "Reuters"), ("Иван Петров, ТАСС", "TASS"),
        ("연합뉴스 홍길동 기자", "Yonhap"), ("新华社", "Xinhua"), ("УНІАН", "UNIAN"), ("AFP", "AFP"),
        ("Happy Apper", ""), ("Ria Novak", ""), ("Ada Byron, former Reuters correspondent", ""), ("Anna Aasen", ""),
    ],
)  # fmt: skip
def test_bylines_credit(byline: str, agency: str) -> None:
    assert credit(BODY, byline) == ((agency, f"byline: {agency_words(byline)}") if agency else ("", ""))


def agency_words(byline: str) -> str:
    forms = ("Associated Press", "Reuters", "ТАСС", "연합뉴스", "新华社", "УНІАН", "AFP")
    return next(form for form in forms if form in byline)


def test_studies_name_their_own_agencies() -> None:
    own = {"TARVINFORM": ("TARVINFORM", "ТАРВИНФОРМ")}
    assert credit("ДОРНАВАЛ, 3 мая. /ТАРВИНФОРМ/. Речь.", None, agencies=own)[0] == "TARVINFORM"
    assert credit("ДОРНАВАЛ, 3 мая. /ТАСС/. Речь.", None, agencies=own)[0] == "TASS"
    assert credit("Речь.\n\n(ТАРВИНФОРМ)", None) == ("", "")
    assert is_credit_line("(ТАРВИНФОРМ)")
    assert is_agency("Tarvinform", "TARVINFORM", agencies=own)


def test_the_relaying_agency_has_the_credit_and_the_second_is_in_the_evidence() -> None:
    name, evidence = credit("(모스크바 타스=연합뉴스) 양측이 만났다.", None)
    assert (name, "타스" in evidence) == ("Yonhap", True)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("【ハーバーAP】双方が会談した。", "AP"), ("［ソウル 19日 ロイター］ - 双方が会談した。", "Reuters"),
        ("路透首爾6月19日 - 雙方會晤。", "Reuters"), ("（中央社台北19日綜合外電報導）雙方會晤。", "CNA"),
        ("(사진=연합뉴스) 양측이 만났다.", ""), ("共同发展小组6月19日来电", ""), ("共同社记者在电梯里遇到部长。", ""),
        ("Москва, 19 июня - Интерфакс сообщил о встрече.", ""), ("MOSCOW, June 19 - TASS reported a meeting.", ""),
    ],
)  # fmt: skip
def test_datelines_are_told_from_sentences_and_pictures(text: str, agency: str) -> None:
    assert credit(text, None)[0] == agency
