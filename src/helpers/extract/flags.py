"""Traces on a page that a reader should know of, each with the words that show it; never a verdict."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pandas as pd

from helpers.extract.normalise import line_key
from helpers.extract.traces import machine_line, names_no_source
from helpers.text.lengths import n_words

TEMPLATE_WORDS = 6  # left unblanked; a shorter sentence that recurs is a set phrase
TEMPLATE_SHARE = 0.5
SAME_WORDS = 40  # a shorter text may be written twice by chance: a notice, a line of prices
DAY_LEAST, DAY_TIMES = 20, 10  # an output of so many items, and so many times the outlet's usual day
AUTHOR_LEAST = 15  # signed items of one person on one day

FLAGS = (
    "ai_disclosed", "future_date", "identical_elsewhere", "impossible_output", "in_passing", "metered", "no_author",
    "no_source", "no_title", "template",
)  # fmt: skip

_WORD = re.compile(r"[\u3400-\u9fff]|\d+(?:[.,:]\d+)*|[^\W\d_\u3400-\u9fff]+")  # a Han sign stands for itself

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
    evidence: dict[str, str] = {}
    lines = [line.strip() for line in text.split("\n\n")]
    for i, line in enumerate(lines):
        if said := machine_line(line):
            evidence.setdefault("ai_disclosed", said)
        if names_no_source(line) and not _names_a_source(lines[i + 1 : i + 2]):
            evidence.setdefault("no_source", line)
    if check_author and not (byline or "").strip():
        evidence["no_author"] = ""
    if title is not None and not title.strip():
        evidence["no_title"] = ""
    return sorted(evidence.items())


def template_flags(texts: pd.Series, *, min_articles: int = 3) -> pd.Series:
    """Articles built from the same paragraphs with other names or numbers put in.

    Numbers, capitalised words and words of fewer than `min_articles` articles are blanked; an article more than half
    of whose words then stand in paragraphs shared by at least `min_articles` differing articles is template-like.

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
    cut = {article: [_WORD.findall(p) for p in text.split("\n\n")] for article, text in texts.dropna().items()}
    holders = Counter(word for paragraphs in cut.values() for word in {w for words in paragraphs for w in words})
    blank = {word for word, n in holders.items() if n < min_articles or word[0].isdigit() or word[0].isupper()}
    moulds = {article: [(_mould(words, blank), len(words)) for words in cut[article]] for article in cut}
    forms: dict[str, set[str]] = defaultdict(set)
    for article, paragraphs in cut.items():
        for words, (mould, _) in zip(paragraphs, moulds[article], strict=True):
            if mould:
                forms[mould].add(" ".join(words).casefold())
    shared = {mould for mould, lines in forms.items() if len(lines) >= min_articles}
    evidence = {}
    for article, pairs in moulds.items():
        hits = [(len(forms[mould]), mould, n) for mould, n in pairs if mould in shared]
        words = sum(n for _, n in pairs)
        evidence[article] = max(hits)[1] if hits and sum(n for *_, n in hits) > TEMPLATE_SHARE * words else ""
    return pd.Series(evidence, dtype=object).reindex(texts.index).fillna("")


def _mould(words: list[str], blank: set[str]) -> str:
    """A paragraph with its names and numbers blanked; empty if too little is left to know it by."""
    kept = ["_" if word in blank and i else word.casefold() for i, word in enumerate(words)]
    if sum(word != "_" for word in kept) < TEMPLATE_WORDS:
        return ""
    return " ".join(word for i, word in enumerate(kept) if word != "_" or kept[i - 1] != "_")


def identical_elsewhere(texts: pd.Series, outlets: pd.Series, credited: pd.Series) -> pd.Series:
    """Articles whose very text stands at another outlet while neither says that it is an agency's.

    Parameters
    ----------
    texts, outlets : Series of str, indexed by article_id
        Texts cleaned; case, punctuation and spaces do not count.
    credited : Series of bool, same index
        The article credits an agency.  A story that one of its copies credits is a reprint, and no trace.

    Returns
    -------
    Series of str, same index
        ``also at`` the other outlets, empty where there is none.

    >>> text = pd.Series([" ".join(map(str, range(50)))] * 2, index=["a", "b"])
    >>> identical_elsewhere(text, pd.Series(["x", "y"], text.index), pd.Series(False, text.index)).tolist()
    ['also at y', 'also at x']
    """
    keys = texts.fillna("").map(line_key)
    keys = keys[keys.map(n_words) >= SAME_WORDS]
    evidence = pd.Series("", index=texts.index, dtype=object)
    for _, same in keys.groupby(keys, sort=False):
        where = outlets[same.index]
        if where.nunique() > 1 and not credited[same.index].any():
            for article in same.index:
                others = sorted(set(where) - {where[article]})
                evidence[article] = f"also at {', '.join(others)}"
    return evidence


def impossible_output(days: pd.Series, outlets: pd.Series, bylines: pd.Series) -> pd.Series:
    """Articles of a day on which one outlet, or one person, ran far more than people write.

    Parameters
    ----------
    days : Series of timestamps, indexed by article_id
        Day of publication in the outlet's own zone; undated articles carry no such trace.
    outlets, bylines : Series of str, same index
        A byline that signs on most of an outlet's days is a desk and not a person, and is left out.

    Returns
    -------
    Series of str, same index
        The count that earned it: at least `DAY_LEAST` items and `DAY_TIMES` the outlet's median day, or at least
        `AUTHOR_LEAST` items under one name; empty elsewhere.

    >>> days = pd.Series(pd.to_datetime(["2030-01-01"] * 20 + ["2030-01-02", "2030-01-03"]))
    >>> flagged = impossible_output(days, pd.Series(["x"] * 22), pd.Series([None] * 22))
    >>> flagged.iloc[0], flagged.iloc[-1]
    ('20 items on 2030-01-01, 1 on the median day', '')
    """
    evidence = pd.Series("", index=days.index, dtype=object)
    for _, rows in days.dropna().groupby(outlets.reindex(days.dropna().index), sort=True):
        sizes = rows.value_counts()
        usual = float(sizes.median())
        for day, n in sizes.items():
            if n >= DAY_LEAST and n >= DAY_TIMES * usual:
                evidence[rows.index[rows == day]] = f"{n} items on {day.date()}, {usual:g} on the median day"
        for name, signed in rows.groupby(bylines.reindex(rows.index).replace("", None)):
            per_day = signed.value_counts()
            if len(per_day) > len(sizes) / 2 and len(sizes) > 2:
                continue
            for day, n in per_day[per_day >= AUTHOR_LEAST].items():
                evidence[signed.index[signed == day]] = f"{n} items signed {name} on {day.date()}"
    return evidence


def _names_a_source(following: list[str]) -> bool:
    """Whether the line after an announced source is a source: an address, or a short name."""
    if not following or machine_line(following[0]):
        return False
    line = following[0]
    return "://" in line or (len(line.split()) <= 6 and not names_no_source(line) and not line.endswith((":", "*")))
