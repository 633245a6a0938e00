"""News agencies and the forms in which five languages and their own pages write them."""

from __future__ import annotations

from collections.abc import Mapping

AGENCIES: Mapping[str, tuple[str, ...]] = {
    "TASS": (
        "TASS", "ТАСС", "ITAR-TASS", "ИТАР-ТАСС", "Russian News Agency TASS", "타스통신", "타스 통신", "타스", "塔斯社",
        "俄塔社", "タス通信", "タス",
    ),
    "RIA": (
        "RIA Novosti", "RIA", "РИА Новости", "РИА «Новости»", "РІА Новости", "РІА Новості", "РИА", "리아노보스티",
        "리아 노보스티", "스푸트니크", "俄新社", "俄罗斯卫星通讯社", "Sputnik",
    ),
    "Interfax": (
        "Interfax", "Интерфакс", "Інтерфакс", "인테르팍스", "인테르팍스통신", "国际文传电讯社", "國際文傳電訊社",
        "国际文传通讯社", "インタファクス通信",
    ),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Интерфакс-Украина", "Інтерфакс-Україна", "Interfax Ukraine"),
    "KCNA": (
        "KCNA", "Korean Central News Agency", "ЦТАК", "조선중앙통신", "조선중앙통신사", "朝中社", "朝鲜中央通讯社",
        "朝鮮中央通信", "KCNA Watch",
    ),
    "Rodong Sinmun": (
        "Rodong Sinmun", "Rodong Sinmun Online", "Нодон синмун", "Нодон Сінмун", "로동신문", "노동신문", "劳动新闻",
        "勞動新聞", "労働新聞",
    ),
    "Yonhap": (
        "Yonhap", "Yonhap News Agency", "Yonhap News", "Ёнхап", "Рёнхап", "Ренхап", "Йонхап", "연합뉴스", "연합",
        "韩联社", "韓聯社", "聯合ニュース", "聯合",
    ),
    "Newsis": ("Newsis", "뉴시스", "Ньюсис", "纽西斯通讯社", "纽西斯"),
    "News1": ("News1", "News 1", "뉴스1", "뉴스 1"),
    "Xinhua": (
        "Xinhua", "Xinhua News Agency", "Xinhuanet", "Синьхуа", "Сіньхуа", "신화통신", "신화사", "신화", "新华社",
        "新華社", "新华网", "新華網",
    ),
    "CNS": ("China News Service", "CNS", "ECNS", "中新社", "中新网", "中新網", "中国新闻网", "中国新闻社"),
    "CNA": ("中央社", "Central News Agency Taiwan", "Focus Taiwan"),
    "Kyodo": (
        "Kyodo", "Kyodo News", "Kyodo News Agency", "Киодо", "Кіодо", "교도통신", "교도", "共同社", "共同通信", "共同",
    ),
    "Jiji": ("Jiji", "Jiji Press", "Дзидзи", "Дзідзі", "지지통신", "지지", "时事社", "時事社", "時事通信", "時事"),
    "AP": (
        "AP", "Associated Press", "The Associated Press", "Ассошиэйтед Пресс", "Ассошіейтед Прес", "АП", "AP통신",
        "AP 통신", "美联社", "美聯社", "AP通信",
    ),
    "Reuters": (
        "Reuters", "Thomson Reuters", "Рейтер", "Рейтерс", "로이터", "로이터통신", "로이터 통신", "路透社", "路透",
        "ロイター", "ロイター通信",
    ),
    "AFP": (
        "AFP", "Agence France-Presse", "Agence France Presse", "Франс Пресс", "Франс-Пресс", "АФП", "AFP통신",
        "AFP 통신", "法新社", "AFP通信", "AFP時事", "AFP＝時事", "AFP=時事",
    ),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "ДПА", "德新社", "dpa통신"),
    "Ukrinform": ("Ukrinform", "Укрінформ", "Укринформ", "우크린포름", "乌克兰国家通讯社", "乌通社"),
    "UNIAN": ("UNIAN", "УНІАН", "УНИАН", "우니안", "乌克兰独立新闻社"),
    "Bloomberg": ("Bloomberg", "Bloomberg News", "Блумберг", "블룸버그", "블룸버그통신", "彭博社", "彭博"),
    "Anadolu": ("Anadolu", "Anadolu Agency", "AA", "Анадолу", "아나돌루", "아나돌루통신", "阿纳多卢通讯社"),
    "EFE": ("EFE", "Agencia EFE", "ЭФЭ", "ЕФЕ", "에페통신", "埃菲社"),
    "ANSA": ("ANSA", "АНСА", "안사통신", "안사", "安莎社"),
    "PTI": ("PTI", "Press Trust of India", "印报托", "印度报业托拉斯"),
    "UPI": ("UPI", "United Press International", "ЮПИ", "合众国际社"),
    "VNA": ("VNA", "Vietnam News Agency", "越通社", "베트남통신사"),
}  # fmt: skip
