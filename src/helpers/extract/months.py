"""Names of months in the languages of the press, and years counted from an era.

Source: Unicode CLDR through babel; the few forms that newsrooms write beside it are added here.
"""

from __future__ import annotations

from babel.dates import get_month_names

# In this order a name that two languages give to two months keeps its first meaning (listopad, srpen).
LANGUAGES = ("en", "ru", "uk", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "nb", "sv", "da", "fi", "cs", "sk", "ro",
             "hu", "el", "bg", "be", "he", "ar", "id", "ms", "vi", "et", "lv", "lt", "sl", "ca", "af")  # fmt: skip
BESIDE_CLDR = {"sept": 9, "фев": 2, "сен": 9, "сент": 9, "ноя": 11, "нояб": 11, "мая": 5, "марта": 3, "июнь": 6,
               "mrz": 3, "jänner": 1, "mär": 3, "gen": 1, "ağu": 8}  # fmt: skip
# The year before an era's first (民國 and 주체 both begin in 1912).
ERAS = {"民國": 1911, "民国": 1911, "中華民國": 1911, "주체": 1911, "主体": 1911, "主體": 1911, "juche": 1911,
        "令和": 2018, "平成": 1988, "昭和": 1925}  # fmt: skip
# Halves of the day that put a clock of twelve hours past noon; of the night, twelve is midnight and one early morning.
LATE = frozenset("오후 낮 저녁 午後 下午 中午 傍晚".split())
NIGHT = frozenset("밤 晚上 晚间 晚間 深夜".split())


def _names() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    plain = str(name).strip(" .").lower()
                    if len(plain) >= 3 and not any(c.isdigit() or c.isspace() for c in plain):
                        found.setdefault(plain, number)
    return BESIDE_CLDR | found


MONTHS: dict[str, int] = _names()


def month_number(name: str) -> int | None:
    """The month that a word names, in any of `LANGUAGES`; None if it names none.

    >>> [month_number(word) for word in ("June", "июня", "червня", "Juni", "haziran", "czerwca", "Paris")]
    [6, 6, 6, 6, 6, 6, None]
    """
    plain = name.strip(" .").lower()
    # Hebrew writes "in June" as one word.
    return MONTHS.get(plain) or (MONTHS.get(plain[1:]) if plain[:1] == "ב" else None)
