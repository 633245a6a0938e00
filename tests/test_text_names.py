"""The names of this story in five languages: found in every form, and never inside another word."""

import pytest

from helpers.study import load_study
from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

CODES = {
    "R": "RUS", "P": "PRK", "S": "KOR", "A": "USA", "U": "UKR", "C": "CHN", "J": "JPN", "N": "UN",
    "24": "TREATY.2024", "00": "TREATY.2000", "61": "TREATY.1961", "51": "UN.ARTICLE51", "18": "UN.RESOLUTION1718",
    "70": "UN.RESOLUTION2270", "97": "UN.RESOLUTION2397", "X": "UN.PANEL1718", "M": "BODY.MSMT", "K": "PLACE.KURSK",
    "L": "PLACE.RASON", "T": "PLACE.TUMEN", "W": "PLACE.WONSAN",
}  # fmt: skip

# phrase = the signs of what it names; nothing after = when it names nobody
CASES: dict[str, str] = {
    "en": """
Kim Jong Un spoke=P|Kim Jong-un’s train=P|KIM JONG UN=P|North Korea's army=P|North Koreans came=P|the DPRK’s envoy=P|D.P.R.K. troops=P
Democratic People’s Republic of Korea=P|in Pyongyang=P|Choe Son Hui flew=P|Russia-DPRK ties=PR|Russians left=R|Putin's plane=R|Mr. Lavrov=R
the Kremlin=R|Vostochny pad=R|Shoigu landed=R|South Korea=S|Republic of Korea=S|Seoul and Tokyo=SJ|the U.S. and the US=A|White House=A
Ukrainians=U|President Xi=C|Kursk fields=K|port of Rajin=L|the Tumen River bridge=T|Wonsan beach=W|Article 51=51|resolutions 2397=97
resolution 1718=18|resolution 2270=70|the 1718 Committee=X|Panel of Experts=X|Multilateral Sanctions Monitoring Team=M
Treaty on Comprehensive Strategic Partnership=24|the 1961 treaty=61|the treaty of 2000=00|UN Security Council=N
Prussia=|Belarus=|Kim alone=|Korea=|Korean peninsula=|the Korean War=|South America=|Latin American=|they told us=|Indonesia=|Koreatown=
Moscovium=|Seoulful=|Chinatown=|japanned=|the Kurskaya cake=|Sea of Japan=|the South China Sea=|Kim Min-su=|Article 5=|Article 510=
the year 2397=|Rasonable=|Wonsandong=|strategic partnership=|Unesco=|Russet=|a putinesque tale=|panel of judges=|Ukase=|Tokyoite=
""",
    "ru": """
Ким Чен Ын=P|Ким Чен Ына=P|с Ким Чен Ыном=P|Ким Чен Ыну=P|в КНДР=P|Северной Кореи=P|Северную Корею=P|северокорейских солдат=P|в Пхеньяне=P
Цой Сон Хи=P|Корейской Народно-Демократической Республики=P|России=R|Россией=R|российскими войсками=R|Путиным=R|Путину=R|Лаврова=R|Шойгу=R
Медведева=R|в Кремле=R|московских=R|Южной Кореи=S|южнокорейцы=S|Республики Корея=S|в Сеуле=S|США=A|американцев=A|Белого дома=A
украинских=U|Зеленского=U|Китаем=C|Пекине=C|Японии=J|ООН=N|Совбез ООН=N|Курской области=K|под Курском=K|в Вонсане=W|статьи 51=51
резолюции 2397=97|резолюцию 1718=18|группы экспертов=X|Договор о всеобъемлющем стратегическом партнёрстве=24
договора 1961 года=61|река Туманная=T|порт Раджин=L|резолюцией 2270=70
Пруссия=|Белоруссия=|Беларуси=|белорусский=|Корейский полуостров=|Корейская война=|Кореи=|Ким=|москвич=|росток=|россыпь=|Южная Америка=
Латинской Америке=|Индонезии=|путина=|кремень=|пекинес=|Киевлянин=|японка=|статья 5=|год 2397=|Японское море=|курсант=|курсы=|сеульство=
расонанс=|вонсанский=|донской=|панель солнечная=|стратегическое партнёрство=|прусский=|росинка=
""",
    "uk": """
Кім Чен Ин=P|Кім Чен Ина=P|з Кім Чен Ином=P|Кім Чен Ину=P|у КНДР=P|Північної Кореї=P|Північною Кореєю=P|північнокорейських солдатів=P
у Пхеньяні=P|Чхве Сон Хі=P|Корейська Народно-Демократична Республіка=P|Росії=R|Росією=R|російськими військами=R|Путіна=R|Путіну=R|Лавров=R
Лаврова=R|Шойгу=R|Медведєва=R|Кремля=R|у Москві=R|Південної Кореї=S|південнокорейські=S|у Сеулі=S|США=A|американський=A|Білого дому=A
України=U|Україною=U|Зеленського=U|у Києві=U|Китаю=C|Японії=J|ООН=N|Радбез ООН=N|у Курську=K|на Курщині=K|Вонсан=W|резолюції 2397=97
група експертів=X|статті 51=51|договору про всеосяжне стратегічне партнерство=24|Раджин=L|Туманган=T
Пруссія=|Білорусь=|білоруський=|Корейський півострів=|Корейська війна=|Кореї=|Кім=|москвич=|росток=|Південна Америка=|Латинська Америка=
Індонезія=|кремінь=|пекінес=|київстар=|япончик=|стаття 5=|рік 2397=|Японське море=|курсант=|курси=|росинка=|прусський=|донський=|вонсанський=
стратегічне партнерство=|українка=|сеульчанка=
""",
    "ko": """
김정은이=P|김정은 국무위원장은=P|김정은의=P|북한이=P|북한은=P|북한에서=P|북한과 러시아의=PR|러시아와의=R|러시아에=R|푸틴 대통령이=R|북러 정상회담=PR
북러가=PR|조로친선=PR|라브로프 장관=R|쇼이구 서기=R|크렘린궁은=R|평양에서=P|최선희 외무상=P|조선민주주의인민공화국=P|북한군이=P|조선로동당=P
한국은=S|대한민국=S|윤석열=S|서울에서=S|남북 관계=PS|한미일=SAJ|미국은=A|백악관=A|우크라이나에=U|젤렌스키=U|중국과=C|시진핑=C|일본의=J|유엔=N
안보리=N|쿠르스크에=K|나선 경제특구=L|두만강 다리=T|원산 갈마=W|결의 2397호=97|1718위원회=X|전문가패널=X|다국적제재모니터링팀=M
포괄적 전략적 동반자 관계에 관한 조약=24|헌장 51조=51|로씨야련방=R|뿌찐=R|결의안 2270호=70
북한강=|북한강에서=|북한산=|북한산의=|조선시대=|조선족=|조선소=|조선업=|조선일보=|벨라루스=|벨로루시아=|인도네시아=|인도=|김=|김정민=|한국어=
한반도=|조선반도=|라틴아메리카=|동중국해=|일본해=|프로이센=|서울대공원 인근=|유엔젤=|2397=|원산지=|나선형=|원산지 표시는=|동반자=|조약=|한강=|남한산성=|평양냉면=
""",
    "zh": """
金正恩=P|金正恩委员长=P|朝鲜=P|朝鲜的军队=P|朝鲜外务省=P|朝方=P|朝中社=P|北韓=P|北朝鲜=P|平壤=P|崔善姬=P|朝鮮=P|朝俄签署=PR|俄朝关系=PR|俄罗斯=R
俄羅斯=R|俄方=R|普京=R|普丁=R|拉夫罗夫=R|绍伊古=R|克里姆林宫=R|莫斯科=R|俄军=R|中俄朝=CPR|俄乌=RU|韩国=S|韓國=S|韩国国防部=S|尹锡悦=S|美国=A
美國國務院=A|白宫=A|美韩=AS|美日韩=AJS|乌克兰=U|烏克蘭=U|泽连斯基=U|中国=C|习近平=C|毛宁=C|日本=J|联合国=N|安理会=N|库尔斯克=K|罗先=L|图们江=T|元山=W
第2397号决议=97|专家小组=X|1718委员会=X|全面战略伙伴关系条约=24|全面戰略夥伴關係條約=24|宪章第51条=51|第1718号决议=18
印度尼西亚=|印度=|白俄罗斯=|白俄羅斯=|朝鲜族=|朝鲜半岛=|朝鮮半島=|朝鲜战争=|朝鲜王朝=|古朝鲜=|日本海=|南中国海=|俄亥俄州=|俄勒冈=|金=|朝=|俄=|朝阳=
朝代=|元山羊=|普通=|朝鲜蓟=|东方=|条约=|战略=|伙伴=|第2398号决议=|罗马=|专家=|平壤冷面=|新俄罗斯=|普京娜=|韩愈=|美丽=
""",
}

# What still comes out wrong, listed for the eye.
KNOWN = {
    "en": {"japanned"}, "ru": set(), "uk": set(), "ko": {"유엔젤"}, "zh": {"元山羊", "普京娜"},
}  # fmt: skip


def cases(language):
    for case in CASES[language].replace("\n", "|").strip("|").split("|"):
        phrase, _, signs = case.rpartition("=")
        expected = set()
        while signs:
            size = 2 if signs[0].isdigit() else 1
            expected.add(CODES[signs[:size]])
            signs = signs[size:]
        yield phrase, expected


@pytest.fixture(scope="module")
def finders(root):
    entities = load_study("official-voices", root=root).entities
    return {language: Aliases(entities, language) for language in CASES}


@pytest.mark.parametrize("language", CASES)
def test_each_name_is_found_and_no_other(finders, language):
    wrong = {}
    for phrase, expected in cases(language):
        found = finders[language].names(lemmas(phrase, language, breaks=True))
        if found != expected:
            wrong[phrase] = sorted(found)
    assert set(wrong) == KNOWN[language], wrong


@pytest.mark.parametrize("language", CASES)
def test_there_are_at_least_25_of_each_kind(language):
    named = [bool(expected) for _, expected in cases(language)]
    assert sum(named) >= 25 and len(named) - sum(named) >= 25


def test_one_man_is_one_entity_in_five_languages(finders):
    forms = {
        "en": "Kim Jong Un",
        "ru": "Ким Чен Ыном",
        "uk": "Кім Чен Ином",
        "ko": "김정은에게",
        "zh": "金正恩",
    }
    named = {next(iter(finders[code].names(lemmas(name, code)))) for code, name in forms.items()}
    assert named == {"PRK"}
