"""What is doubtful in a codebook that parses: examples that come out wrong, idle or repeated indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from helpers.frames.codebook import Codebook
from helpers.frames.indicators import score
from helpers.text.counts import count_terms

COLUMNS = ["frame", "language", "kind", "detail"]


def lint(
    codebook: Codebook,
    *,
    languages: Iterable[str],
    entities: Mapping[str, Mapping[str, Sequence[str]]],
    fired: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Findings about a codebook, for its author to settle.

    Parameters
    ----------
    codebook : Codebook
    languages : iterable of str
        Languages of the study; a frame without indicators in one of them is a finding.
    entities : mapping of code to mapping of language to aliases
    fired : DataFrame as from `helpers.frames.indicators.score`, optional
        From the study's own counts: adds the indicators that never fired.

    Returns
    -------
    DataFrame, columns ``frame``, ``language``, ``kind``, ``detail``
        ``kind`` is ``missing language``, ``example``, ``repeated`` or ``never fires``. Empty when all is
        well.

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> book = parse_codebook(_EXAMPLE, languages=["en", "ru"])
    >>> lint(book, languages=["en", "ru"], entities={})[["frame", "language", "kind"]].values.tolist()
    [['ALLIANCE', 'ru', 'missing language']]
    """
    spoken = tuple(languages)
    rows = [*_missing(codebook, spoken), *_repeated(codebook, spoken), *_examples(codebook, spoken, entities)]
    if fired is not None:
        rows += _silent(codebook, spoken, fired)
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS, ignore_index=True)


def _missing(codebook: Codebook, languages: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    return [
        (
            frame.code,
            language,
            "missing language",
            "no indicator in this language: the frame is unknown there",
        )
        for frame in codebook.frames.values()
        for language in languages
        if not frame.indicators.get(language)
    ]


def _repeated(codebook: Codebook, languages: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    rows = []
    for language in languages:
        first: dict[tuple[frozenset[str], frozenset[str]], str] = {}
        for code, one in codebook.indicators(language):
            rule = (frozenset(one.all), frozenset(one.none))
            if rule in first:
                rows.append((code, language, "repeated", f"{one.text!r} is already an indicator of {first[rule]}"))
            first.setdefault(rule, code)
    return rows


def _examples(
    codebook: Codebook, languages: tuple[str, ...], entities: Mapping[str, Mapping[str, Sequence[str]]]
) -> list[tuple[str, str, str, str]]:
    """Examples that do not come out as they claim."""
    claims = [
        (frame.code, language, claim == "positive", text)
        for frame in codebook.frames.values()
        for language in languages
        if language in frame.examples and frame.indicators.get(language)
        for claim in ("positive", "negative")
        for text in getattr(frame.examples[language], claim)
    ]
    if not claims:
        return []
    table = pd.DataFrame(claims, columns=["frame", "language", "expected", "text"])
    table["article_id"] = [f"example {number:05d}" for number in range(len(table))]
    phrases = {phrase for language in languages for phrase in codebook.phrases(language)}
    counts = count_terms(table.assign(position=0), entities=entities, phrases=phrases)
    hits = score(counts, codebook, table.set_index("article_id")["language"])
    seen = set(zip(hits["article_id"], hits["frame"], strict=True))
    rows = []
    for article, code, language, expected, text in table[
        ["article_id", "frame", "language", "expected", "text"]
    ].itertuples(index=False):
        if ((article, code) in seen) != expected:
            claim = "positive example is not found" if expected else "negative example is found"
            rows.append((code, language, "example", f"{claim}: {text}"))
    return rows


def _silent(codebook: Codebook, languages: tuple[str, ...], fired: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    seen = set(fired[["frame", "language", "indicator"]].itertuples(index=False, name=None))
    return [
        (code, language, "never fires", one.text)
        for language in languages
        for code, one in codebook.indicators(language)
        if (code, language, one.text) not in seen
    ]
