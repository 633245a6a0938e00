"""Where a frame's indicators fire, from term counts alone, and how often per article.

A passage fires for a frame when at least one of the frame's indicators does. In ``all`` voices the paragraph is read
as printed: terms of one indicator may stand some in the outlet's words and some in a quotation, and a guard in either
holds it back. In ``outlet`` or ``quoted`` nothing but that voice's words is read. All indicators of a language are
answered at once by two sparse products: passages x terms times terms x indicators, for wanted and for
guarding terms. A rate counts words; it is a measure of a frame, not the frame, until coders agree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.frames.codebook import Codebook, Indicator
from helpers.text.voices import VOICES as SPOKEN
from helpers.text.voices import holds_voice

COLUMNS = ["article_id", "position", "voice", "frame", "indicator", "language", "fired"]
KEY = COLUMNS[:5]
VOICES = ("all", *SPOKEN)


def score(counts: pd.DataFrame, codebook: Codebook, languages: pd.Series) -> pd.DataFrame:
    """Which indicators fire in which passages.

    Parameters
    ----------
    counts : DataFrame, columns ``article_id``, ``position``, ``term``, ``count``, optional ``voice``
        As from `helpers.text.counts.count_terms`, given the codebook's phrases.
    codebook : Codebook
    languages : Series of str, indexed by article_id
        The language of each article; it decides which indicators are asked.

    Returns
    -------
    DataFrame, columns ``article_id``, ``position``, ``voice``, ``frame``, ``indicator``, ``language``, ``fired``
        One row for each indicator that fired in a passage (``fired`` is True throughout), sorted by the
        first five. A passage that is not there fired for nothing. ``voice`` is ``all``; where `counts` have voices,
        there are rows of each of them, too.

    Raises
    ------
    ValueError
        An article of `counts` has no language.

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> book = parse_codebook(_EXAMPLE, languages=["en"])
    >>> table = pd.DataFrame({"article_id": "a", "position": [0, 0, 1, 1, 1], "count": 1,
    ...                       "term": ["@PRK", "ally", "@PRK", "ally", "exercise"]})
    >>> score(table, book, pd.Series({"a": "en"}))[["position", "frame", "indicator"]].values.tolist()
    [[0, 'ALLIANCE', 'ally + @PRK − exercise']]
    """
    articles, names = pd.factorize(counts["article_id"])
    spoken = languages.reindex(names)
    if spoken.isna().any():
        article = names[spoken.isna().to_numpy()][0]
        raise ValueError(f"article {article!r} stands in counts but has no language; add it to the articles table")
    terms, words = pd.factorize(counts["term"])
    there, places = counts["count"].to_numpy() > 0, counts["position"].to_numpy()
    heard = {"all": there}
    if "voice" in counts:
        heard |= {voice: there & (counts["voice"] == voice).to_numpy() for voice in SPOKEN}
    parts = [
        _fired(
            _Counts(articles, places, terms, present, pd.Index(names), pd.Index(words)),
            (spoken == language).to_numpy(), codebook.indicators(language), language,
        ).assign(voice=voice)
        for voice, present in heard.items()
        for language in sorted(spoken.unique())
    ]  # fmt: skip
    scores = pd.concat([part for part in parts if len(part)] or [_none()], ignore_index=True)
    return scores[COLUMNS].sort_values(KEY, ignore_index=True)


def rates(fired: pd.DataFrame, passages: pd.DataFrame, *, codebook: Codebook, languages: pd.Series) -> pd.DataFrame:
    """Share of each article's relevant passages in which each frame fires, in every voice.

    In a voice, passages are those that hold it (`helpers.text.voices.holds_voice`).

    Parameters
    ----------
    fired : DataFrame as from `score`
    passages : DataFrame, columns ``article_id``, ``position``, ``relevant``, ``n_words``, ``n_words_quoted``
        The denominators; only relevant passages count.
    codebook : Codebook
    languages : Series of str, indexed by article_id

    Returns
    -------
    DataFrame, columns ``article_id``, ``measure`` (``'indicator:CODE'``), ``voice``, ``value`` in [0, 1],
        ``n_passages`` (of which the value is the share)
        Sorted by the first three. No row where no relevant passage of an article holds that voice, or the
        codebook no indicator of that frame in its language: unknown is not zero.

    Raises
    ------
    ValueError
        A passage fired that is not among the relevant ones: counts and passages do not belong together.

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> book, spoken = parse_codebook(_EXAMPLE, languages=["en"]), pd.Series({"a": "en"})
    >>> passages = pd.DataFrame({"article_id": "a", "position": [0, 1], "relevant": True, "n_words": 20,
    ...                          "n_words_quoted": [0, 8]})
    >>> counts = pd.DataFrame({"article_id": ["a"], "position": 1, "voice": "quoted", "count": 1,
    ...                        "term": "strategic partnership"})
    >>> table = rates(score(counts, book, spoken), passages, codebook=book, languages=spoken)
    >>> table.set_index("voice")["value"].to_dict()
    {'all': 0.5, 'outlet': 0.0, 'quoted': 1.0}
    """
    units = passages[passages["relevant"]]
    hits = fired[["article_id", "position", "voice", "frame"]].drop_duplicates()
    strange = ~_places(hits).isin(_places(units))
    if strange.any():
        row = hits.loc[strange].iloc[0]
        raise ValueError(f"passage {row['position']} of {row['article_id']!r} fired but is not a relevant passage")
    spoken = languages.reindex(units["article_id"].unique())
    asked = {
        language: [frame.code for frame in codebook.frames.values() if frame.indicators.get(language)]
        for language in sorted(spoken.dropna().unique())
    }
    tables = [_voice_rates(units, hits, spoken, asked, voice) for voice in VOICES]
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["article_id", "measure", "voice"], ignore_index=True)


def carried(fired: pd.DataFrame) -> pd.DataFrame:
    """Which indicators carried each frame's number.

    Parameters
    ----------
    fired : DataFrame as from `score`, of one voice

    Returns
    -------
    DataFrame, columns ``frame``, ``language``, ``indicator``, ``n_passages``, ``n_alone``, ``n_articles``,
    ``share``
        ``n_alone``: passages in which no other indicator of the frame fired; ``share``: of all passages in
        which the frame fired in that language. Largest first within a frame and language.

    >>> table = pd.DataFrame({"article_id": "a", "position": [0, 0, 1], "frame": "ALLIANCE", "language": "en",
    ...                       "indicator": ["ally", "treaty", "ally"], "fired": True})
    >>> carried(table)[["indicator", "n_passages", "n_alone", "share"]].values.tolist()
    [['ally', 2, 1, 1.0], ['treaty', 1, 0, 0.5]]
    """
    keys = ["frame", "language", "indicator"]
    passage = ["article_id", "position", "frame"]
    rows = fired.assign(alone=fired.groupby(passage)["indicator"].transform("size") == 1)
    table = rows.groupby(keys, as_index=False).agg(
        n_passages=("alone", "size"), n_alone=("alone", "sum"), n_articles=("article_id", "nunique")
    )
    totals = rows.drop_duplicates(passage).groupby(["frame", "language"]).size().rename("total")
    table = table.merge(totals.reset_index(), on=["frame", "language"], how="left", validate="many_to_one")
    table["share"] = table["n_passages"] / table["total"]
    order = ["frame", "language", "n_passages", "indicator"]
    table = table.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    return table[[*keys, "n_passages", "n_alone", "n_articles", "share"]]


@dataclass(frozen=True)
class _Counts:
    """A table of counts with its strings looked up once: millions of rows, of which a codebook asks for few."""

    article: np.ndarray  # place in `names`
    position: np.ndarray
    term: np.ndarray  # place in `words`
    present: np.ndarray
    names: pd.Index
    words: pd.Index


def _fired(counts: _Counts, speaks: np.ndarray, asked: Sequence[tuple[str, Indicator]], language: str) -> pd.DataFrame:
    """Rows of `score` for the articles of one language."""
    terms = pd.Index(sorted({term for _, one in asked for term in (*one.all, *one.none)}), dtype=object)
    column_of = np.full(len(counts.words), -1, np.int32)
    held = counts.words.get_indexer(terms)
    column_of[held[held >= 0]] = np.flatnonzero(held >= 0)
    rows = np.flatnonzero((column_of[counts.term] >= 0) & counts.present & speaks[counts.article])
    if not len(rows):
        return _none()
    keys = np.rec.fromarrays([counts.article[rows], counts.position[rows]])
    places, row_of = np.unique(keys, return_inverse=True)
    shape = (len(places), len(terms))
    present = sparse.csr_matrix((np.ones(len(rows), np.int32), (row_of, column_of[counts.term[rows]])), shape=shape)
    present.sum_duplicates()
    present.data[:] = 1  # only whether a term is there matters
    wanted = (present @ _requirements([one.all for _, one in asked], terms)).tocoo()
    guards = (present @ _requirements([one.none for _, one in asked], terms)).tocoo()
    needs = np.array([len(set(one.all)) for _, one in asked])
    full = (wanted.data == needs[wanted.col]) & ~np.isin(_pairs(wanted), _pairs(guards))
    passage, indicator = places[wanted.row[full]], wanted.col[full]
    table = pd.DataFrame({"article_id": counts.names[passage["f0"]], "position": passage["f1"]})
    table["frame"] = np.array([code for code, _ in asked], dtype=object)[indicator]
    table["indicator"] = np.array([one.text for _, one in asked], dtype=object)[indicator]
    table["language"] = language
    table["fired"] = True
    return table.drop_duplicates(["article_id", "position", "frame", "indicator"])


def _pairs(matrix: sparse.coo_matrix) -> np.ndarray:
    """Each entry's row and column in one number."""
    return matrix.row.astype(np.int64) * matrix.shape[1] + matrix.col


def _requirements(sets: Sequence[tuple[str, ...]], terms: pd.Index) -> sparse.csc_matrix:
    """Terms x indicators, 1 where the indicator names the term."""
    pairs = [(terms.get_loc(term), number) for number, names in enumerate(sets) for term in sorted(set(names))]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return sparse.csc_matrix((np.ones(len(pairs), np.int32), (rows, columns)), shape=(len(terms), len(sets)))


def _voice_rates(
    units: pd.DataFrame, hits: pd.DataFrame, spoken: pd.Series, asked: dict[str, list[str]], voice: str
) -> pd.DataFrame:
    """Shares in one voice, for every article that has it and every frame that was asked in its language."""
    units, hits = units[holds_voice(units, voice)], hits[hits["voice"] == voice]
    hits = hits[_places(hits).isin(_places(units))]
    sizes = units.groupby("article_id").size()
    grid = pd.DataFrame({"article_id": sizes.index, "n_passages": sizes.to_numpy()})
    grid["frame"] = spoken[sizes.index].map(asked).to_numpy()
    grid = grid.explode("frame", ignore_index=True).dropna(subset="frame")
    counted = hits.groupby(["article_id", "frame"]).size().rename("hits").reset_index()
    grid = grid.merge(counted, on=["article_id", "frame"], how="left", validate="one_to_one")
    grid["value"] = grid["hits"].fillna(0.0) / grid["n_passages"].astype(float)
    grid["measure"] = "indicator:" + grid["frame"].astype(str)
    return grid.assign(voice=voice)[["article_id", "measure", "voice", "value", "n_passages"]]


def _places(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["article_id", "position"]])


def _none() -> pd.DataFrame:
    kinds = {"position": "int64", "fired": "bool"}
    return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, "str")) for column in COLUMNS})
