"""Traces on a page that a reader should know of, each with the words that show it; never a verdict."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from helpers.clean.boilerplate import line_key
from helpers.clean.traces import NO_SOURCE, machine_line

TEMPLATE_WORDS = 6  # a shorter sentence that recurs is a set phrase
TEMPLATE_SHARE = 0.5

Flag = tuple[str, str]


def flags(text: str, *, byline: str | None, title: str | None = None, check_author: bool = True) -> list[Flag]:
    """Flags of one article with the words that earned them.

    Parameters
    ----------
    text : str
        Normalised, and before its trailer is cut: the trailer holds the evidence.
    byline, title : str or None
    check_author : bool
        False for outlets that never sign, where a missing author tells nothing.

    Returns
    -------
    list of (flag, evidence), sorted
        ``ai_disclosed``: a line says a machine wrote the text.  ``no_source``: a line announces a source and
        names none.  ``no_author``: nobody signs.  ``no_title``: no headline.

    >>> flags("A story.\\n\\nSource link:\\n\\nThis text was written by ChatGPT", byline=None)
    [('ai_disclosed', 'This text was written by ChatGPT'), ('no_author', ''), ('no_source', 'Source link:')]
    """
    found: dict[str, str] = {}
    lines = [line.strip() for line in text.split("\n\n")]
    for i, line in enumerate(lines):
        if said := machine_line(line):
            found.setdefault("ai_disclosed", said)
        if NO_SOURCE.match(line) and not _names_a_source(lines[i + 1 : i + 2]):
            found.setdefault("no_source", line)
    if check_author and not (byline or "").strip():
        found["no_author"] = ""
    if title is not None and not title.strip():
        found["no_title"] = ""
    return sorted(found.items())


def template_flags(texts: pd.Series, *, min_articles: int = 3) -> pd.Series:
    """Articles built from the same paragraphs with other names or numbers put in.

    Digits and capitalised words are blanked; an article more than half of whose words then stand in
    paragraphs shared by at least `min_articles` differing articles is template-like.

    Parameters
    ----------
    texts : Series of str, indexed by article_id
        Of one outlet, exact repeats left out.
    min_articles : int

    Returns
    -------
    Series of str, same index
        The blanked paragraph that most articles share, empty where there is none.
    """
    moulds = {
        article: [(_mould(p), len(p.split())) for p in text.split("\n\n")] for article, text in texts.dropna().items()
    }
    forms: dict[str, set[str]] = defaultdict(set)
    for text in texts.dropna():
        for paragraph in text.split("\n\n"):
            if len(paragraph.split()) >= TEMPLATE_WORDS:
                forms[_mould(paragraph)].add(line_key(paragraph))
    shared = {mould for mould, lines in forms.items() if len(lines) >= min_articles}
    evidence = {}
    for article, pairs in moulds.items():
        hits = [(len(forms[mould]), mould, n) for mould, n in pairs if mould in shared]
        words = sum(n for _, n in pairs)
        evidence[article] = max(hits)[1] if hits and sum(n for *_, n in hits) > TEMPLATE_SHARE * words else ""
    return pd.Series(evidence, dtype=object).reindex(texts.index).fillna("")


def _mould(paragraph: str) -> str:
    words = paragraph.split()
    kept = ["_" if any(c.isdigit() for c in word) or word[:1].isupper() else word.casefold() for word in words]
    return " ".join(word for i, word in enumerate(kept) if word != "_" or i == 0 or kept[i - 1] != "_")


def _names_a_source(following: list[str]) -> bool:
    """Whether the line after an announced source is a source: an address, or a short name."""
    if not following or machine_line(following[0]):
        return False
    line = following[0]
    return "://" in line or (len(line.split()) <= 6 and not NO_SOURCE.match(line) and not line.endswith((":", "*")))
