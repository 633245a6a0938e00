"""Term counts of passages: what topics, frames and keyness read, and what may be shared where text may not.

Three kinds of term stand in one table. A **single** is one lemma; every token is counted, function words and
the words of names included, so that the sum of a passage's singles is its length and any denominator can be
had from counts alone (what to leave out is decided at analysis, in `dtm`). A **phrase** holds spaces and
comes only from a list; none is read across punctuation, and so none across a quotation mark: the counts of a
passage's voices add up to those of the passage. An **entity** is ``@`` and its code; its words are counted as singles
too. Phrases and entities are counted on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.text.aliases import Aliases
from helpers.text.phrases import MAX_WORDS, choose_phrases, scan_for_runs
from helpers.text.tokens import is_content, lemmas

__all__ = ["background_totals", "choose_phrases", "count_terms", "dtm", "scan_for_runs"]

Entities = Mapping[str, Mapping[str, Sequence[str]]]
KEYS = {"article": ["article_id"], "passage": ["article_id", "position"]}


def count_terms(passages: pd.DataFrame, *, entities: Entities, phrases: Iterable[str] = ()) -> pd.DataFrame:
    """Count singles, listed phrases and entities in each passage.

    Parameters
    ----------
    passages : DataFrame, columns ``article_id``, ``position``, ``language``, ``text``, optional ``voice``
        One row a passage, or with ``voice`` one row a passage and voice.
    entities : mapping of code to mapping of language to aliases
    phrases : iterable of str
        Lemma phrases of two to four words, as from `choose_phrases` and `Codebook.phrases`. A phrase inside
        a longer one is counted too; none is read across punctuation.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``voice`` where it was given, ``term``, ``count`` (int64), sorted
        by all but the last

    Raises
    ------
    ValueError
        A passage without text, a key twice, or a phrase of more than four words.

    >>> table = pd.DataFrame({"article_id": ["a"], "position": [0], "language": ["en"],
    ...                       "text": ["Russia signed treaties, arms deals"]})
    >>> states = {"RUS": {"en": ("Russia",)}}
    >>> count_terms(table, entities=states, phrases=["arm deal", "treaty arm"]).term.tolist()
    ['@RUS', 'arm', 'arm deal', 'deal', 'russia', 'sign', 'treaty']
    """
    keys = [column for column in ("article_id", "position", "voice") if column in passages]
    _check_passages(passages, keys)
    bags = _bags(passages, entities=entities, phrases=phrases)
    sizes = np.fromiter((len(bag) for bag in bags), dtype=np.int64, count=len(bags))
    counts = passages[keys].iloc[np.repeat(np.arange(len(bags)), sizes)].reset_index(drop=True)
    counts["term"] = pd.Series([term for bag in bags for term in bag], dtype="str")
    counts["count"] = np.fromiter((n for bag in bags for n in bag.values()), dtype=np.int64, count=int(sizes.sum()))
    return counts.sort_values([*keys, "term"], ignore_index=True)


def background_totals(texts: pd.DataFrame, *, entities: Entities, phrases: Iterable[str] = ()) -> pd.DataFrame:
    """Term totals of everything that is not a relevant passage, by outlet, language and month.

    Parameters
    ----------
    texts : DataFrame, columns ``outlet``, ``language``, ``month`` (``'2024-08'``), ``text``
    entities, phrases : as `count_terms`

    Returns
    -------
    DataFrame, columns ``outlet``, ``language``, ``month``, ``term``, ``count``, sorted by the first four

    >>> table = pd.DataFrame({"outlet": "kcna", "language": "en", "month": "2024-08",
    ...                       "text": ["A rice farm", "farms"]})
    >>> background_totals(table, entities={}).set_index("term")["count"].to_dict()
    {'a': 1, 'farm': 2, 'rice': 1}
    """
    _check_passages(texts, None)
    keys = ["outlet", "language", "month"]
    totals: dict[tuple[str, ...], Counter[str]] = {}
    bags = _bags(texts, entities=entities, phrases=phrases)
    for key, bag in zip(texts[keys].itertuples(index=False, name=None), bags, strict=True):
        totals.setdefault(key, Counter()).update(bag)
    rows = [(*key, term, count) for key, bag in totals.items() for term, count in bag.items()]
    table = pd.DataFrame(rows, columns=[*keys, "term", "count"]).astype({"count": np.int64})
    return table.sort_values([*keys, "term"], ignore_index=True)


def dtm(
    counts: pd.DataFrame,
    *,
    unit: str = "article",
    min_documents: int = 1,
    singles_only: bool = True,
    language: str | None = None,
    drop: Collection[str] = (),
) -> tuple[sparse.csr_matrix, pd.DataFrame, list[str]]:
    """Document-term matrix of a table of counts; the same rows in any order give the same matrix.

    Parameters
    ----------
    counts : DataFrame as from `count_terms`
    unit : {'article', 'passage'}
        What a row of the matrix is.
    min_documents : int
        Terms in fewer units are left out.
    singles_only : bool
        Leave out phrases and entities, which repeat tokens already counted.
    language : str, optional
        Keep content words of this language only (`is_content`): what topics read.
    drop : collection of str
        Further terms to leave out, for example `Aliases.words`.

    Returns
    -------
    matrix : csr_matrix of float64, shape (n_documents, n_terms)
    index : DataFrame, ``article_id`` and, by passage, ``position``; one row a document, sorted
        Every unit of `counts` keeps its row, also when no term of it is left.
    vocabulary : list of str, length n_terms, sorted

    Raises
    ------
    ValueError
        An unknown unit.

    >>> table = pd.DataFrame({"article_id": ["b", "a", "a"], "position": 0,
    ...                       "term": ["x", "x", "@RUS"], "count": [1, 2, 1]})
    >>> matrix, index, vocabulary = dtm(table)
    >>> matrix.toarray().tolist(), index.article_id.tolist(), vocabulary
    ([[2.0], [1.0]], ['a', 'b'], ['x'])
    """
    if unit not in KEYS:
        raise ValueError(f"unit {unit!r} is not one of {', '.join(KEYS)}")
    index = counts[KEYS[unit]].drop_duplicates().sort_values(KEYS[unit], ignore_index=True)
    terms = pd.Index(sorted(_wanted(counts["term"].unique(), singles_only, language, drop)), dtype=object)
    columns = terms.get_indexer(counts["term"].to_numpy(dtype=object))
    rows = pd.MultiIndex.from_frame(index).get_indexer(pd.MultiIndex.from_frame(counts[KEYS[unit]]))
    kept = columns >= 0
    values = counts["count"].to_numpy(dtype=np.float64)
    shape = (len(index), len(terms))
    matrix = sparse.csr_matrix((values[kept], (rows[kept], columns[kept])), shape=shape)
    matrix.sum_duplicates()
    enough = np.flatnonzero(np.bincount(matrix.indices, minlength=len(terms)) >= max(min_documents, 1))
    matrix = matrix[:, enough].tocsr()
    matrix.sort_indices()
    return matrix, index, [str(term) for term in terms[enough]]


def _wanted(terms: Iterable[str], singles_only: bool, language: str | None, drop: Collection[str]) -> list[str]:
    left_out = frozenset(drop)

    def wanted(term: str) -> bool:
        if _is_extra(term):
            return not singles_only
        return language is None or is_content(term, language)

    return [term for term in terms if term not in left_out and wanted(term)]


def _is_extra(term: str) -> bool:
    return " " in term or term.startswith("@")


def _bags(texts: pd.DataFrame, *, entities: Entities, phrases: Iterable[str]) -> list[Counter[str]]:
    """One counter of terms for each row of columns ``language`` and ``text``."""
    starts = _phrase_starts(phrases)
    used = sorted(texts["language"].unique())
    aliases = {language: Aliases(entities, language) for language in used}
    return [
        _bag(lemmas(text, language, breaks=True), aliases=aliases[language], starts=starts)
        for language, text in zip(texts["language"], texts["text"], strict=True)
    ]


def _bag(words: Sequence[str], *, aliases: Aliases, starts: Mapping[str, list[tuple[str, ...]]]) -> Counter[str]:
    bag = Counter(word for word in words if word)
    for start, word in enumerate(words):
        for phrase in starts.get(word, ()):
            if tuple(words[start : start + len(phrase)]) == phrase:
                bag[" ".join(phrase)] += 1
    bag.update("@" + code for code, _, _ in aliases.find(words))
    return bag


def _phrase_starts(phrases: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word."""
    starts: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(set(phrases)):
        words = tuple(phrase.split(" "))
        if not 2 <= len(words) <= MAX_WORDS or not all(words):
            raise ValueError(f"phrase {phrase!r} has {len(words)} words; a listed phrase has 2 to {MAX_WORDS} lemmas")
        starts.setdefault(words[0], []).append(words)
    return starts


def _check_passages(passages: pd.DataFrame, key: list[str] | None) -> None:
    empty = passages["text"].isna()
    if empty.any():
        place = passages.loc[empty].drop(columns="text").iloc[0].to_dict()
        raise ValueError(
            f"{int(empty.sum())} rows without text cannot be counted, the first {place}; read their counts"
        )
    if key and passages.duplicated(key).any():
        row = passages.loc[passages.duplicated(key), key].iloc[0].to_dict()
        raise ValueError(f"passage {row} stands twice; a passage is counted once")
