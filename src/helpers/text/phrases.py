"""Which phrases may be counted and shared, and a scan that finds any other run of words.

A phrase is listed when it recurs in many articles (copies of one story count once) and its words belong
together: its normalised pointwise mutual information (Bouma 2009, "Normalized (Pointwise) Mutual Information
in Collocation Extraction") at its weakest joint is high enough. For a phrase w and each way of cutting it
into a left part u and a right part v, npmi = ln(p(w) / (p(u) p(v))) / -ln p(w), p over all runs of that
length; the smallest is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from helpers.text.tokens import is_content, lemmas, tokens

MAX_WORDS = 4  # the longest run of words that a shared table may hold

Ngram = tuple[str, ...]


def choose_phrases(
    passages: pd.DataFrame,
    copies: pd.Series | None = None,
    *,
    min_articles: int = 10,
    max_words: int = MAX_WORDS,
    min_npmi: float = 0.3,
    at_most: int = 500,
) -> list[str]:
    """Phrases of two to four lemmas that recur in enough distinct articles.

    Parameters
    ----------
    passages : DataFrame, columns ``article_id``, ``language``, ``text``
    copies : Series of str indexed by article_id, optional
        Copy cluster of each article; a cluster counts once.  Articles it lacks count for themselves.
    min_articles : int
        Distinct articles (clusters) a phrase must stand in.
    max_words : int, 2 to 4
    min_npmi : float in [-1, 1]
        Least association at the weakest joint.
    at_most : int
        Length of the list for each language: the phrases in most articles, then the strongest, are kept.

    Returns
    -------
    list of str, sorted
        No phrase begins or ends with a function word, or holds a number at its ends.

    Raises
    ------
    ValueError
        `max_words` is not 2, 3 or 4.

    >>> table = pd.DataFrame({"article_id": list("abcd"), "language": "en",
    ...                       "text": ["Arms deals of note", "the arms deal", "an arms deal now", "rice"]})
    >>> choose_phrases(table, min_articles=3)
    ['arm deal']
    >>> choose_phrases(table, pd.Series({"a": "one", "b": "one"}), min_articles=3)
    []
    """
    if not 2 <= max_words <= MAX_WORDS:
        raise ValueError(f"max_words is {max_words}; a listed phrase has 2 to {MAX_WORDS} words")
    cluster_of = {} if copies is None else copies.to_dict()
    chosen: set[str] = set()
    for language, rows in passages.groupby("language", sort=True):
        runs = [
            (cluster_of.get(article, article), run)
            for article, text in zip(rows["article_id"], rows["text"], strict=True)
            for run in _runs(lemmas(text, str(language), breaks=True))
        ]
        table = _score(runs, str(language), min_articles=min_articles, max_words=max_words)
        kept = [row for row in table if row[1] <= -min_npmi][:at_most]
        chosen.update(" ".join(row[2]) for row in kept)
    return sorted(chosen)


def scan_for_runs(
    written: Iterable[str], texts: Iterable[str], *, language: str, phrases: Collection[str] = ()
) -> list[str]:
    """Written values that hold a run of two or more words of the texts and are no listed phrase.

    Parameters
    ----------
    written : iterable of str
        Every distinct value of the tables that are to be shared.
    texts : iterable of str
        The texts that must not be shared, all in one language.
    language : str
    phrases : collection of str
        The list, as passed to `count_terms`.

    Returns
    -------
    list of str, sorted
        Empty when nothing but single words and listed phrases got out.

    >>> written = ["treaty", "arm deal", "sign a treaty"]
    >>> scan_for_runs(written, ["They signed a treaty"], language="en", phrases=["arm deal"])
    ['sign a treaty']
    """
    pairs: set[tuple[str, str]] = set()
    for text in texts:
        for words in (tokens(text, language), lemmas(text, language)):
            pairs.update(pairwise(words))
    listed = {phrase for phrase in phrases if len(phrase.split(" ")) <= MAX_WORDS}
    leaked = []
    for value in sorted(set(written) - listed):
        words = value.lower().replace("_", " ").split()
        if len(words) == 1 and "-" not in value:
            continue
        readings = (
            words,
            tokens(value.replace("_", " "), language),
            lemmas(value.replace("_", " "), language),
        )
        if any(pair in pairs for reading in readings for pair in pairwise(reading)):
            leaked.append(value)
    return leaked


def _runs(words: Sequence[str]) -> Iterator[list[str]]:
    """Runs of words between breaks."""
    run: list[str] = []
    for word in words:
        if word:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _score(
    runs: list[tuple[str, list[str]]], language: str, *, min_articles: int, max_words: int
) -> list[tuple[int, float, Ngram]]:
    """Phrases in enough clusters as (-clusters, -npmi, words), best first."""
    counts: list[Counter[Ngram]] = [Counter(), Counter((word,) for _, run in runs for word in run)]
    totals = [0] + [sum(max(len(run) - n + 1, 0) for _, run in runs) for n in range(1, max_words + 1)]
    is_end = {word: is_content(word, language) for (word,) in counts[1]}
    clusters: dict[Ngram, set[str]] = {}
    for n in range(2, max_words + 1):
        counter: Counter[Ngram] = Counter()
        shorter = counts[n - 1]
        for cluster, run in runs:
            for start in range(len(run) - n + 1):
                ngram = tuple(run[start : start + n])
                if shorter[ngram[:-1]] < min_articles or shorter[ngram[1:]] < min_articles:
                    continue  # a phrase is never more frequent than its parts
                counter[ngram] += 1
                if is_end[ngram[0]] and is_end[ngram[-1]]:
                    clusters.setdefault(ngram, set()).add(cluster)
        counts.append(counter)
    frequent = {ngram: len(seen) for ngram, seen in clusters.items() if len(seen) >= min_articles}
    for fragment in _fragments(frequent, counts):
        del frequent[fragment]
    return sorted((-seen, -_npmi(ngram, counts, totals), ngram) for ngram, seen in frequent.items())


def _fragments(phrases: Collection[Ngram], counts: Sequence[Mapping[Ngram, int]]) -> set[Ngram]:
    """Phrases that hardly ever (one time in ten) stand outside one longer listed phrase."""
    return {
        part
        for longer in phrases
        for part in (longer[:-1], longer[1:])
        if part in phrases and counts[len(longer)][longer] >= 0.9 * counts[len(part)][part]
    }


def _npmi(ngram: Ngram, counts: Sequence[Mapping[Ngram, int]], totals: Sequence[int]) -> float:
    """Association at the weakest joint, in [-1, 1]."""

    def log_p(part: Ngram) -> float:
        return math.log(counts[len(part)][part] / totals[len(part)])

    whole = log_p(ngram)
    if whole == 0:
        return 1.0  # the only phrase there is
    joints = (log_p(ngram[:cut]) + log_p(ngram[cut:]) for cut in range(1, len(ngram)))
    return min((whole - joint) / -whole for joint in joints)
