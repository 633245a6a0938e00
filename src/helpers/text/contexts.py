"""A term in context: the passages that hold it, found the way counts are made, with the words around it.

In: passages with text, a lemma or a listed phrase.  Out: one row a passage, short and bounded; escape it when shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.text.sentences import sentences
from helpers.text.tokens import lemma_pairs

COLUMNS = ["article_id", "position", "left", "keyword", "right"]
WIDTH = 60  # characters shown on each side
MOST = 20  # rows, however many are asked for
LONGEST = 20_000  # characters of one passage that are searched


def contexts(passages: pd.DataFrame, term: str, *, limit: int = 5, width: int = WIDTH) -> pd.DataFrame:
    """Where a term stands, the first time in each passage.

    Parameters
    ----------
    passages : DataFrame, columns ``article_id``, ``position``, ``language``, ``text``
        In the order to look in; rows without text are skipped.
    term : str
        A lemma, or lemmas joined by blanks for a listed phrase, as in `helpers.text.counts`.
    limit : int
        Rows at most; never more than `MOST`.
    width : int
        Characters on each side, cut to the sentence.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``left``, ``keyword`` (as written), ``right``.  Where the written
    form is not in the raw text (simplified characters, ``US``), the keyword is the term and stands before the sentence.

    Raises
    ------
    ValueError
        The term is empty or names an entity.

    >>> table = pd.DataFrame({"article_id": ["a", "b"], "position": [0, 0], "language": "en",
    ...                       "text": ["They met. Both signed treaties, at last.", "Rice."]})
    >>> contexts(table, "treaty")[["left", "keyword", "right"]].values.tolist()
    [['Both signed', 'treaties', ', at last.']]
    """
    wanted = tuple(term.split(" "))
    if not all(wanted) or term.startswith("@"):
        raise ValueError(f"term {term!r} is no lemma and no phrase; give one as the counts have it")
    rows: list[tuple[object, ...]] = []
    for passage in passages.dropna(subset=["text"]).itertuples():
        if len(rows) >= min(limit, MOST):
            break
        parts = next(_in_text(str(passage.text)[:LONGEST], passage.language, wanted), None)
        if parts:
            rows.append((passage.article_id, passage.position, *_cut(*parts, width=width)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _in_text(text: str, language: str, wanted: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Left, keyword and right of each sentence that holds the term."""
    for sentence in sentences(text):
        pairs = lemma_pairs(sentence, language)
        lemmas = [lemma for _, lemma in pairs]
        for start in range(len(pairs) - len(wanted) + 1):
            if tuple(lemmas[start : start + len(wanted)]) == tuple(wanted):
                written = [surface for surface, _ in pairs[: start + len(wanted)]]
                yield _split(sentence, written, start, " ".join(wanted))
                break


def _split(sentence: str, written: Sequence[str], start: int, term: str) -> tuple[str, str, str]:
    """The sentence at the term: each written word is looked for after the one before it."""
    raw = unicodedata.normalize("NFC", sentence)
    low, end, begin = raw.lower(), 0, -1
    for place, word in enumerate(written):
        at = low.find(word.lower(), end) if word else -1
        if at < 0 and place >= start:
            return "", term, raw
        if at >= 0:
            begin, end = (at if place == start else begin), at + len(word)
    return (raw[:begin], raw[begin:end], raw[end:]) if len(low) == len(raw) else ("", term, raw)


def _cut(left: str, keyword: str, right: str, *, width: int) -> tuple[str, str, str]:
    """Each part on one line, without control characters, no longer than `width`."""
    left, keyword, right = (_clean(part) for part in (left, keyword, right))
    left = left if len(left) <= width else "…" + left[-width:]
    right = right if len(right) <= width else right[:width] + "…"
    return left, keyword[:width], right


def _clean(text: str) -> str:
    """White space as single blanks; other control and format characters left out."""
    blanks = " ".join(text.split())
    return "".join(sign for sign in blanks if unicodedata.category(sign)[0] != "C")
