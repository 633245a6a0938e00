"""Words of another language as a page writes them: escaped, with their language, and a direction that stays their own.

A screen reader pronounces by ``lang``, a browser chooses its font and breaks its lines by it (Han is drawn otherwise in
Chinese than in Korean), and ``<bdi>`` keeps what is written from right to left out of the sentence around it.
"""

from __future__ import annotations

import html
import re

from helpers.show.plain import isolated, straight, visible

PAGE = "en"  # the language of every page's own words
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, as studies write it
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_SCRIPTS = (
    (re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"), "ko"),
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"), "zh"),
    (re.compile("[\u0400-\u052f]"), "ru"),
)
_LETTERS = (
    "\u0400-\u052f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
)
RUN = re.compile(f"[{_LETTERS}](?:[\\s\\d.,:;·’'“”«»()\\-–—]*[{_LETTERS}])*")


def foreign(text: object, language: object = "") -> str:
    """What somebody else wrote, as HTML: nothing in it is markup, and its language is told.

    Parameters
    ----------
    text : str
    language : str
        BCP 47; where it is not known (empty, missing, no language), what the script tells, if it tells one.

    >>> foreign("<b>조선</b>", "ko")
    '<bdi lang="ko">&lt;b&gt;조선&lt;/b&gt;</bdi>'
    >>> foreign("Правда"), foreign("Правда і мрія"), foreign("KCNA")
    ('<bdi lang="ru">Правда</bdi>', '<bdi lang="uk">Правда і мрія</bdi>', '<bdi>KCNA</bdi>')
    >>> foreign("pact", 'en" onclick="x')
    '<bdi>pact</bdi>'
    """
    words = straight(str(text))
    known = language if isinstance(language, str) and TAG.fullmatch(language) else language_of_script(words)
    return f"<bdi{attribute(known)}>{html.escape(words)}</bdi>"


def attribute(language: str) -> str:
    """``lang`` as it stands in a tag, with a space before it; nothing for no language.

    >>> attribute("ko"), attribute("")
    (' lang="ko"', '')
    """
    return f' lang="{html.escape(language)}"' if language else ""


def language_of_script(words: str) -> str:
    """The language that a script tells, of those that read it here; empty for Latin and whatever else tells none.

    >>> language_of_script("北京"), language_of_script("平壤 평양"), language_of_script("Pyongyang")
    ('zh', 'ko', '')
    """
    known = next((code for script, code in _SCRIPTS if script.search(words)), "")
    return "uk" if known == "ru" and _UKRAINIAN.search(words) else known


def marked(text: str) -> str:
    """An English sentence as HTML in which every stretch of another script has its language.

    >>> marked("Its word for ally is 동맹, as in «союз».")
    'Its word for ally is <bdi lang="ko">동맹</bdi>, as in «<bdi lang="ru">союз</bdi>».'
    >>> marked("5 < 6")
    '5 &lt; 6'
    """
    text = isolated(visible(text))
    parts, end = [], 0
    for run in RUN.finditer(text):
        parts += [html.escape(text[end : run.start()], quote=False), foreign(run[0])]
        end = run.end()
    return "".join([*parts, html.escape(text[end:], quote=False)])
