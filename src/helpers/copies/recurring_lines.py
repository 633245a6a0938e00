"""Lines that belong to the site and not to the article: found across an outlet's pages, and at the end of one
page.

Runs of words inside paragraphs are `helpers.copies.recurring_runs`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable

import pandas as pd

from helpers.copies.agencies import is_credit_line
from helpers.copies.bearing import belongs
from helpers.extract.normalise import line_key
from helpers.extract.traces import ends_article, machine_line
from helpers.text.lengths import n_words

COLUMNS = ["outlet", "line", "kind", "n_articles"]
HEAD_LINES, TAIL_LINES = 4, 12  # a site's lines stand near an article's edges; a set phrase of speech does not
LINK_WORDS = 3  # a title of fewer words may also be a heading inside an article
CUT_WORDS = 5  # of a title that a list shows only the beginning of
LEAD_IN = re.compile(r"^(?:\W*[^\W\d_]++){1,4}\W*?[:：|»›→\]】—–-]\s*(?=\S)")  # "Read also: ", "Читайте также — "
EDGE_SHARE = 0.8
MAX_COMPARED = 40  # articles looked at before a line is taken to be everywhere
LABEL_WORDS = 8  # of a line that is no sentence: "Advertisement", "Story continues below"
LABEL_SHARE = 0.02  # of an outlet's articles that have a label wherever it stands
_SENTENCE = re.compile(r"""[.!?…。！？:：)\]"”»’』」–—]\s*$|^["“«„‘『「(\[–—-]|[:：] """)
TEXT_WORDS = 8  # of a line that ends in a full stop: it may be an agency's standing paragraph
_FULL_STOP = re.compile(r"[.!?。！？][\"'”’»)\]』」]*\s*$")
TRAILER_SHARE = 0.5  # an ending is looked for only after this share of the text


def recurring_lines(
    texts: pd.Series, outlets: pd.Series, *, min_documents: int = 4, titles: pd.Series | None = None
) -> pd.DataFrame:
    """Lines that an outlet repeats under unrelated addresses: near an article's edges, or, where a line is a label and
    no sentence, anywhere.

    A line counts once for each group of articles that are otherwise alike, so a body repeated under six
    addresses, or updated four times, does not make its own paragraphs boilerplate.

    Parameters
    ----------
    texts : Series of str, indexed by article_id
        Normalised; a line is a paragraph.
    outlets : Series of str, same index
    min_documents : int
        Unrelated articles that must share a line.
    titles : Series of str, same index, optional
        With it, a line that is the title of another article of the outlet is a link, however rare: whole, cut
        short with an ellipsis, or after a few words such as "Read also:".

    Returns
    -------
    DataFrame with columns outlet, line, kind, n_articles, sorted; `kind` is ``recurring`` or ``link``, `n_articles`
    counts unrelated articles of a recurring line, all articles that hold a link

    >>> pages = pd.Series([f"Story {w} ends {w}.\\n\\nLeave us a line" for w in "abcd"])
    >>> recurring_lines(pages, pd.Series(["x"] * 4)).values.tolist()
    [['x', 'Leave us a line', 'recurring', 4]]
    """
    if min_documents < 2:
        raise ValueError(f"min_documents must be at least 2, not {min_documents}: one page cannot repeat itself")
    outlets = outlets.reindex(texts.index)
    rows = []
    for outlet, group in texts.dropna().groupby(outlets, sort=True):
        lines = {article: _lines(text) for article, text in group.sort_index().items()}
        own = None if titles is None else {a: line_key(t) for a, t in titles.reindex(group.index).dropna().items()}
        rows += [(outlet, line, kind, n) for line, (kind, n) in _of_outlet(lines, min_documents, own).items()]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["outlet", "line"], ignore_index=True)


def strip_lines(text: str, lines: Iterable[str]) -> str:
    """The text without those paragraphs.

    >>> strip_lines("The story.\\n\\nLeave us a line!", ["Leave us a line"])
    'The story.'
    """
    unwanted = {line_key(line) for line in lines}
    return "\n\n".join(line for line in text.split("\n\n") if line_key(line) not in unwanted)


def strip_trailer(text: str) -> tuple[str, list[str]]:
    """Cut what follows the article on its page: comment form, empty source line, machine disclosure.

    Parameters
    ----------
    text : str
        Normalised.

    Returns
    -------
    (str, list of str)
        The text up to the first such line in its second half, and the lines cut.

    >>> strip_trailer("A story.\\n\\nIt goes on.\\n\\nSource link:\\n\\nLeave a Reply")
    ('A story.\\n\\nIt goes on.', ['Source link:', 'Leave a Reply'])
    """
    lines = text.split("\n\n")
    passed, total = 0, max(1, len(text))
    for i, line in enumerate(lines):
        late = passed / total >= TRAILER_SHARE or i >= len(lines) - 2
        if i > 0 and late and (ends_article(line) or machine_line(line)):
            return "\n\n".join(lines[:i]), lines[i:]
        passed += len(line) + 2
    return text, []


def _lines(text: str) -> list[tuple[str, str]]:
    """(key, line) of each paragraph that has a word."""
    return [(key, line) for line in text.split("\n\n") if (key := line_key(line))]


def _of_outlet(
    lines: dict[str, list[tuple[str, str]]], min_documents: int, titles: dict[str, str] | None
) -> dict[str, tuple[str, int]]:
    holders: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    at_edge: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for article, pairs in lines.items():
        for i, (key, line) in enumerate(pairs):
            holders[key].add(article)
            forms[key][line] += 1
            seen[key] += 1
            at_edge[key] += i < HEAD_LINES or i >= len(pairs) - TAIL_LINES
    common = {key for key, articles in holders.items() if len(articles) >= min_documents}
    rest = {article: {key for key, _ in pairs} - common for article, pairs in lines.items()}
    texts = {article: "\n\n".join(line for _, line in pairs) for article, pairs in lines.items()}
    every = list(texts.values())
    many = max(min_documents, LABEL_SHARE * len(lines))
    recurring: dict[str, tuple[str, int]] = {}
    for key in sorted(common):
        n, line = unrelated(sorted(holders[key]), rest), usual(forms[key])
        anywhere = n >= many and is_label(line)
        placed = anywhere or at_edge[key] >= EDGE_SHARE * seen[key]
        if n < min_documents or not placed or is_credit_line(line):
            continue
        if not (_is_text(line) and belongs(line, [texts[article] for article in sorted(holders[key])], every)):
            recurring[line] = "recurring", n
    for key in sorted(_links(holders, forms, titles or {})):
        recurring.setdefault(usual(forms[key]), ("link", len(holders[key])))
    return recurring


def is_label(line: str) -> bool:
    """Whether a line is a few words that are no sentence, no speech and nobody's name before speech.

    >>> [is_label(line) for line in ("Advertisement", "Story continues below", "Thank you.", "MR. KIRBY:", "“Yes")]
    [True, True, False, False, False]
    """
    return n_words(line) <= LABEL_WORDS and not _SENTENCE.search(line)


def _is_text(line: str) -> bool:
    """Whether a line could be a sentence of the article, as an agency's standing paragraph is."""
    return n_words(line) >= TEXT_WORDS and bool(_FULL_STOP.search(line))


def usual(forms: Counter[str]) -> str:
    """The commonest form of a line, the first in order among equals."""
    return min(forms, key=lambda line: (-forms[line], line))


def unrelated(articles: list[str], rest: dict[str, set[str]]) -> int:
    """How many of the articles share less than half of their other lines with one counted before."""
    counted: list[set[str]] = []
    bare = 0
    for article in articles:
        own = rest[article]
        if not own:
            bare = 1  # a page of nothing but common lines: any number of them tells no more than one
        elif not any(2 * len(own & other) >= min(len(own), len(other)) for other in counted):
            counted.append(own)
        if len(counted) >= MAX_COMPARED:
            return max(len(counted), len(articles))
    return len(counted) + bare


def _links(holders: dict[str, set[str]], forms: dict[str, Counter[str]], titles: dict[str, str]) -> set[str]:
    """Lines that are titles of other articles than one that holds them; a list may name the article it stands under."""
    known = sorted({title for title in titles.values() if n_words(title) >= LINK_WORDS})
    links = set()
    for key, articles in holders.items():
        title = _title_of(usual(forms[key]), key, known)
        if title and any(titles.get(article) != title for article in articles):
            links.add(key)
    return links


def _title_of(line: str, key: str, known: list[str]) -> str:
    """The title that a line shows, whole, cut short or after a lead-in; empty if it shows none."""
    bare = LEAD_IN.sub("", line)
    for form in {key: None, line_key(bare): None} if bare != line else (key,):
        place = bisect_left(known, form)
        if place == len(known):
            continue
        cut = line.rstrip().endswith(("…", "...")) and n_words(form) >= CUT_WORDS
        if known[place] == form or (cut and known[place].startswith(form)):
            return known[place]
    return ""
