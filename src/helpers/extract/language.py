"""Which language a text is in: an article among a study's languages, a passage beside its article.

Script speaks first: Hangul is Korean, kana Japanese, Han without either Chinese; then letters that one language of a
script has and another has not (`helpers.text.languages`), as і ї є ґ and ы э ё ъ. Where script leaves several
candidates, langid decides (Lui & Baldwin 2012, in the port py3langid, its bundled model restricted to them).

That a text is in none of the candidates is found by `spoken_language`, which asks the model about every language it
knows and takes another one only where it is ahead by `AHEAD`, since names and headlines look like anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from helpers.text.languages import codes, read_in_pages

MIN_LETTERS = 12  # fewer letters, or Hangul and Han signs at a third of that, tell nothing
MAX_CHARACTERS = 4_000  # the start of a text is enough, and keeps the cost of a long one down
OPEN_LETTERS = 60  # a text in the script of a candidate is held to be in none of them on no less
AHEAD = 25.0  # natural logarithm of the odds, and a share of it for every letter, since words are not drawn alone
AHEAD_A_LETTER = 0.1
PASSAGE_LETTERS = 24  # a passage is held to be foreign on no less: names and slogans are not a change of language
_SCRIPTS = (
    ("kana", re.compile(r"[\u3041-\u30ff]")),
    ("hangul", re.compile(r"[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]")),
    ("han", re.compile(r"[\u3400-\u9fff]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("latin", re.compile(r"[A-Za-z\u00c0-\u024f]")),
)
ALONE = {"hangul": "ko", "kana": "ja", "han": "zh"}  # scripts that one language of news is written in
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s()<>]+|[\w.+-]+@[\w-]+\.\w+")
_LETTER, _SIGN = re.compile(r"[^\W\d_]"), re.compile(r"[\u3041-\ud7a3]")


def detect_language(text: str, *, among: Iterable[str]) -> str | None:
    """The language of a text among candidates, None if there is too little of it to say.

    Parameters
    ----------
    text : str
    among : iterable of str
        BCP 47 codes of the languages it may be; region and script subtags are ignored.

    Returns
    -------
    str or None
        One of `among`, as given there; a text in a script of none of them gets the nearest, as langid sees it.

    Raises
    ------
    ValueError
        No candidate, or one that the model does not know.

    >>> detect_language("Стороны подписали договор о сотрудничестве.", among=["en", "ru", "uk"])
    'ru'
    >>> detect_language("2024", among=["en", "ru"]) is None
    True
    """
    candidates = {code.split("-")[0]: code for code in among}
    _identifier(tuple(sorted(candidates)))  # refuses an unknown code, whatever the text
    start = text[:MAX_CHARACTERS]
    if not _reaches(start, MIN_LETTERS):
        return None
    fitting = _fitting(start, tuple(sorted(candidates)))
    if len(fitting) == 1:
        return candidates[fitting[0]]
    return candidates[_identifier(fitting).classify(start)[0]]


def spoken_language(text: str, *, among: Iterable[str]) -> str | None:
    """The language of a text, be it among the candidates or not; None if there is too little of it to say.

    Parameters
    ----------
    text : str
    among : iterable of str
        BCP 47 codes of the languages it is expected in.

    Returns
    -------
    str or None
        One of `among`, as given there; or the code of another language, when the text is in a script that none of them
        is written in, or plainly in another language of their script.

    >>> german = "Die Brücke über den Fluss wird noch vor dem ersten Schnee eröffnet, sagte der Minister den Gesandten."
    >>> spoken_language(german, among=["en"]), spoken_language("양측은 조약에 서명했다.", among=["en", "ru"])
    ('de', 'ko')
    """
    candidates = {code.split("-")[0]: code for code in among}
    start = _ADDRESS.sub(" ", text[:MAX_CHARACTERS])
    nearest = detect_language(start, among=candidates.values())
    if nearest is None:
        return None
    script = _script(start)
    if script in ALONE:
        code = ALONE[script]
        kanji = script == "han" and "ja" in candidates and "zh" not in candidates
        return nearest if kanji else candidates.get(code, code)
    if script not in {_scripts().get(code, "latin") for code in candidates} and script != "other":
        return _within(start, script)
    fitting = _fitting(start, tuple(sorted(candidates)))
    n_letters = len(_LETTER.findall(start))
    scores = dict(_open_identifier().rank(start))
    first = max(scores, key=lambda code: scores[code])
    if script == "other":
        return candidates.get(first, first)
    ahead = scores[first] - max(scores[code] for code in fitting)
    enough = n_letters >= OPEN_LETTERS and ahead >= max(AHEAD, AHEAD_A_LETTER * n_letters)
    return nearest if first in candidates or not enough else first


def passage_languages(texts: pd.Series, article_language: pd.Series | str) -> pd.Series:
    """The language of each passage: its article's, unless the passage plainly speaks another.

    Parameters
    ----------
    texts : Series of str
    article_language : Series of str with the index of `texts`, or str
        BCP 47 codes.

    Returns
    -------
    Series of str, indexed as `texts`
        The article's own code, one of `passage_codes`, or what `spoken_language` finds.  A passage of fewer than
        `PASSAGE_LETTERS` letters (Hangul, kana and Han count three) keeps its article's.

    >>> texts = pd.Series(["양측은 조약에 서명했다.", "The two sides signed a treaty of friendship.", "KCNA"])
    >>> passage_languages(texts, "ko").tolist()
    ['ko', 'en', 'ko']
    """
    if isinstance(article_language, str):
        own = pd.Series(article_language, index=texts.index)
    else:
        own = article_language.reindex(texts.index)
    languages = [_passage(text, code) for text, code in zip(texts, own, strict=True)]
    return pd.Series(languages, index=texts.index, dtype=object, name="language")


def passage_codes() -> tuple[str, ...]:
    """What a passage may be in, whatever its article is in: languages of studies, and Japanese.

    >>> passage_codes()[-1]
    'ja'
    """
    return (*codes(), *({"ja"} - set(codes())))


def _passage(text: str, own: str) -> str:
    languages = passage_codes()
    if not _reaches(text[:MAX_CHARACTERS], PASSAGE_LETTERS):
        return own
    heard = spoken_language(text, among={own, *languages} if own.split("-")[0] not in languages else
                   [own, *(code for code in languages if code != own.split("-")[0])])  # fmt: skip
    if heard == "zh" and own.split("-")[0] == "ja":
        return own  # a row of offices or names in Japanese has no kana either
    return own if heard is None else heard


def _reaches(text: str, letters: int) -> bool:
    """Whether a text has so many letters, Hangul, kana and Han signs counted three times; its start mostly tells."""
    return any(
        len(_LETTER.findall(part)) + 2 * len(_SIGN.findall(part)) >= letters for part in (text[: 4 * letters], text)
    )


def _script(text: str) -> str:
    """The script of most of a text; ``other`` for one that no candidate's languages are written in."""
    sizes = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    east = sizes["kana"] + sizes["hangul"] + sizes["han"]
    west = max(sizes["cyrillic"], sizes["latin"])
    if len(_LETTER.findall(text)) > 2 * (east + sizes["cyrillic"] + sizes["latin"]):
        return "other"
    if 3 * east < west or not east:
        return "cyrillic" if sizes["cyrillic"] >= sizes["latin"] else "latin"
    if sizes["hangul"] * 4 >= east:
        return "hangul"
    return "kana" if sizes["kana"] * 20 >= east else "han"


def _within(text: str, script: str) -> str:
    """What the model takes a text of a script for, among the languages that are written in it."""
    scores = _open_identifier().rank(text)
    cyrillic = frozenset("be bg kk ky mk mn ru sr uk".split())
    return next(code for code, _ in scores if (code in cyrillic) == (script == "cyrillic"))


def _fitting(text: str, among: tuple[str, ...]) -> tuple[str, ...]:
    """Candidates written in the script that most of the text is in; all of them if none is."""
    sizes = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    east = sizes["kana"] + sizes["hangul"] + sizes["han"]
    if 3 * east >= max(sizes["cyrillic"], sizes["latin"]):
        if sizes["hangul"] * 4 >= east:
            script = "hangul"
        else:
            script = "kana" if sizes["kana"] * 20 >= east and "ja" in among else "han"
    else:
        script = "cyrillic" if sizes["cyrillic"] >= sizes["latin"] else "latin"
    fitting = tuple(code for code in among if _scripts().get(code, "latin") == script)
    counts = {code: len(pattern.findall(text)) for code, pattern in _own_letters().items() if code in fitting}
    if len(set(counts.values())) > 1:
        fitting = tuple(code for code in fitting if counts.get(code, max(counts.values())) == max(counts.values()))
    return fitting or among


@cache
def _scripts() -> dict[str, str]:
    return {known.code: known.script for known in read_in_pages()}


@cache
def _own_letters() -> dict[str, re.Pattern[str]]:
    """Letters that tell a language from others of its script."""
    own = {known.code: known.own_letters for known in read_in_pages() if known.own_letters}
    return {code: re.compile(f"[{letters}]", re.IGNORECASE) for code, letters in own.items()}


@cache
def _open_identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)


@cache
def _identifier(codes: tuple[str, ...]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    unknown = [code for code in codes if code not in identifier.labels]
    if unknown or not codes:
        raise ValueError(
            f"language {unknown[0] if unknown else ''!r} is not one that can be told apart; use BCP 47 codes"
        )
    identifier.set_languages(list(codes))
    return identifier
