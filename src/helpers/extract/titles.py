"""Which of a page's titles is its headline, and where the name of the site begins in it."""

from __future__ import annotations

import re
from functools import cache

from helpers.text.languages import alphabet, either

# The vowel ㅣ (U+3163) stands for a bar in Korean titles.
_SEPARATOR = re.compile(r"\s+[|–—»·•:/-]+\s+|\s*[|｜ㅣ│]\s*|\s*_(?=\S)|\s*::\s*|\s+[«<]\s+")
# Marks that stand without spaces in Chinese and Japanese titles; they divide only where what follows is known.
_TIGHT = re.compile(r"\s*(?:[-–—－_:：|｜ㅣ│·]+|\.(?=\s))\s*(?=\S)")
MIN_HEADLINE = 8  # letters; what is shorter is not told from a section's name by agreement alone
LONGEST = 1000  # letters of a title; what is longer names no site at its end
MAX_SITE = 40  # letters of a site's name after the last separator of <title>
ORDER = ("jsonld", "meta", "h1", "title")


def key(text: str) -> str:
    """A title without what typesetting changes: case, spaces, marks.

    >>> key("“A long day” – at the Quay") == key("'A long day' - at the quay")
    True
    """
    return re.sub(r"[\W_]+", "", text).casefold()


def choose_title(
    stated: dict[str, str], headings: list[str], *, sites: tuple[str, ...] = ()
) -> tuple[str, str, dict[str, str]]:
    """The headline of a page.

    Parameters
    ----------
    stated : dict
        What JSON-LD (``jsonld``), OpenGraph or a meta element (``meta``) and ``<title>`` (``title``) say.
    headings : list of str
        Every h1, in page order.
    sites : tuple of str
        Names of the site: og:site_name, publisher, host.

    Returns
    -------
    (title, its source, every candidate by source)

    >>> choose_title({"meta": "A long day at the quay | The Quay"}, ["A long day at the quay"])[:2]
    ('A long day at the quay', 'meta')
    """
    everything = [text for text in (*stated.values(), *headings) if text]
    candidates = {
        source: without_site(text, [other for other in everything if other != text], sites)
        for source, text in stated.items()
        if text
    }
    if heading := _best_heading(headings, list(candidates.values())):
        candidates["h1"] = heading
    if "title" in candidates and len(candidates) == 1:
        candidates["title"] = _alone(candidates["title"])
    source = next((name for name in ORDER if candidates.get(name)), "")
    title = candidates.get(source, "")
    return _whole(title, heading), source, candidates


def without_site(text: str, others: list[str], sites: tuple[str, ...]) -> str:
    """A title without the site's name at its end: known by name, or because another place leaves it out.

    >>> without_site("Порт открыт - Вестник порта", [], ("Вестник порта",))
    'Порт открыт'
    """
    if len(text) > LONGEST:
        return text
    known, rest = {key(site) for site in sites if key(site)}, {key(other) for other in others}
    text = _without_known(text, known, rest)
    while separators := list(_SEPARATOR.finditer(text)):
        head, tail = text[: separators[-1].start()].strip(), text[separators[-1].end() :].strip()
        agreed = next((part for part in _heads(text, separators) if key(part) in rest), None)
        if agreed is not None:
            return agreed
        if key(tail) not in known or not key(head):
            return text
        text = head
    return text


def _without_known(text: str, known: set[str], rest: set[str]) -> str:
    """A title without a site's known name after a mark that has no space about it: 平壤会谈-新华网."""
    for match in reversed(list(_TIGHT.finditer(text))):
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if key(tail) in known and len(key(head)) >= MIN_HEADLINE // 2:
            shorter = _without_known(head, known, rest)
            return next((part for part in _heads(head, list(_TIGHT.finditer(head))) if key(part) in rest), shorter)
    return text


def _heads(text: str, separators: list[re.Match[str]]) -> list[str]:
    """What stands before each separator, longest first, where it is long enough to be a headline."""
    heads = [text[: match.start()].strip() for match in reversed(separators)]
    return [head for head in heads if len(key(head)) >= MIN_HEADLINE]


def _best_heading(headings: list[str], titles: list[str]) -> str:
    """The h1 that another place repeats, else one that is part of a title, else the first."""
    keys = [key(title) for title in titles]
    same = [heading for heading in headings if key(heading) in keys and key(heading)]
    part = [h for h in headings if len(key(h)) >= MIN_HEADLINE and any(key(h) in k for k in keys)]
    return next(iter(same or part or [h for h in headings if key(h)]), "")


def _alone(title: str) -> str:
    """<title> with nothing to compare it with: a short tail is taken for the site's name."""
    parting, ends_in_site = _site_forms()
    separators = list(parting.finditer(title))
    if not separators and ends_in_site.search(title):
        separators = list(re.finditer(r"[-－—_]+", title))
    if not separators:
        return title
    head, tail = title[: separators[-1].start()].strip(), title[separators[-1].end() :].strip()
    return head if key(head) and len(tail) <= MAX_SITE and len(tail) < len(head) else title


def _whole(title: str, heading: str) -> str:
    """The heading in place of a title that was cut off at its end."""
    cut = re.sub(r"\s*(?:…|\.\.\.)$", "", title)
    return heading if cut != title and key(heading).startswith(key(cut)) and key(cut) else title


@cache
def _site_forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What parts a title from a site's name, and a Chinese title that ends in one."""
    small = alphabet("letters")
    return (
        re.compile(rf"\s+[|–—»·•-]\s+(?![{small}])|\s*[|｜ㅣ│]\s*|_(?=\S)"),
        re.compile(rf"[\u3400-\u9fff]\s*[-－—_]{{1,2}}\s*[\u3400-\u9fff]{{1,8}}(?:{either('page', 'sites')})$"),
    )
