"""What states are called in English, by their ISO 3166 code (Unicode CLDR)."""

from __future__ import annotations

from functools import cache

WITH_ARTICLE = frozenset({"United Kingdom", "United States", "Netherlands", "Philippines", "United Arab Emirates",
                          "Maldives", "Bahamas", "Gambia", "Comoros", "Seychelles", "Central African Republic",
                          "Dominican Republic"})  # fmt: skip
OWN = "X"  # codes that ISO leaves to whoever needs one
SHORT = {"HKG": "Hong Kong", "MAC": "Macao"}  # of which CLDR says whose they are


@cache
def country_name(code: str) -> str:
    """The English name of a state, with its article where a sentence needs one; the code itself where none is known.

    Parameters
    ----------
    code : str
        ISO 3166 alpha-3, as studies have it.

    >>> country_name("GBR"), country_name("QAT"), country_name("HKG"), country_name("XTV")
    ('the United Kingdom', 'Qatar', 'Hong Kong', 'XTV')
    """
    if code.startswith(OWN):
        return code
    from babel import Locale  # slow to import
    from babel.core import get_global

    short = get_global("territory_aliases").get(code, [code])[0]
    name = SHORT.get(code) or Locale("en").territories.get(short, code)
    return f"the {name}" if name in WITH_ARTICLE else name
