"""What a corpus shows about a codebook's indicators: idle ones, quoted ones, ones that counts cut otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from helpers.frames.codebook import Codebook
from helpers.text.languages import language as known_language

ENOUGH = 5  # passages below which a share is told of no indicator
MOSTLY = 0.5
BEYOND = 0.2  # by how much the quoted share must exceed that of all passages: transcripts are quoted throughout
NAMED = 3  # of the words that hold an indicator's letters
Row = tuple[str, str, str, str]


def silent(codebook: Codebook, languages: Sequence[str], fired: pd.DataFrame) -> list[Row]:
    """Indicators that fired nowhere.

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> fired = pd.DataFrame({"frame": ["ALLIANCE"], "language": "en", "indicator": "strategic partnership"})
    >>> silent(parse_codebook(_EXAMPLE, languages=["en"]), ["en"], fired)
    [('ALLIANCE', 'en', 'never fires', 'ally + @PRK − exercise')]
    """
    seen = set(fired[["frame", "language", "indicator"]].itertuples(index=False, name=None))
    return [
        (code, language, "never fires", one.text)
        for language in languages
        for code, one in codebook.indicators(language)
        if (code, language, one.text) not in seen
    ]


def quoted(fired: pd.DataFrame, passages: pd.DataFrame) -> list[Row]:
    """Indicators that fire mostly in quoted speech, and clearly more than passages of their language are quoted.

    Parameters
    ----------
    fired : DataFrame as from `helpers.frames.indicators.score`
    passages : DataFrame, columns ``article_id``, ``position``, ``language``, ``voice``

    Returns
    -------
    list of (frame, language, kind, detail)

    >>> passages = pd.DataFrame({"article_id": "a", "position": range(20), "language": "en",
    ...                          "voice": ["quoted"] * 5 + ["outlet"] * 15})
    >>> fired = pd.DataFrame({"article_id": "a", "position": range(6), "frame": "ALLIANCE", "language": "en",
    ...                       "indicator": "ally"})
    >>> quoted(fired, passages)[0][3]
    "'ally' fires in 6 passages, 83 % of them quoted speech (all passages: 25 %)"
    """
    speech = passages.assign(speech=passages["voice"] == "quoted")
    usual = speech.groupby("language")["speech"].mean()
    rows = fired.merge(speech[["article_id", "position", "speech"]], on=["article_id", "position"], how="left")
    table = rows.groupby(["frame", "language", "indicator"])["speech"].agg(["size", "mean"]).reset_index()
    found = []
    for code, language, indicator, n, share in table.itertuples(index=False):
        if n >= ENOUGH and share > MOSTLY and share - usual[language] >= BEYOND:
            told = f"{indicator!r} fires in {n} passages, {share:.0%} of them quoted speech"
            detail = f"{told} (all passages: {usual[language]:.0%})".replace("%", " %")
            found.append((str(code), str(language), "mostly quoted", detail))
    return found


def inside_words(
    codebook: Codebook, languages: Sequence[str], passages: pd.DataFrame, counts: pd.DataFrame
) -> list[Row]:
    """Korean and Chinese terms whose letters stand mostly inside other words, where counts do not see them.

    There a reader sees letters where the counts have words: 核 is read in 核心 and in 核武器, and counted in
    neither.  A Korean verb is passed over, for its dictionary form stands in no text.

    Parameters
    ----------
    codebook : Codebook
    languages : sequence of str
    passages : DataFrame, columns ``article_id``, ``position``, ``language``, ``text``
        Passages without text are left out.
    counts : DataFrame, columns ``article_id``, ``position``, ``term``

    Returns
    -------
    list of (frame, language, kind, detail)

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> frame = {**_EXAMPLE["frames"]["ALLIANCE"], "indicators": {"zh": ["核"]}}
    >>> book = parse_codebook({"version": 1, "frames": {"NUCLEAR": frame}}, languages=["zh"])
    >>> passages = pd.DataFrame({"article_id": "a", "position": range(6), "language": "zh", "text": "核武器"})
    >>> inside_words(book, ["zh"], passages, passages.assign(term="核武器"))[0][3]
    "'核' stands in 6 passages and is a word of its own in 0: counts have 核武器 (6)"
    """
    found = []
    for language in (one for one in languages if known_language(one).is_segmented):
        texts = passages[(passages["language"] == language) & passages["text"].notna()]
        if texts.empty:
            continue
        places = pd.MultiIndex.from_frame(texts[["article_id", "position"]])
        written = pd.Series(texts["text"].astype(str).str.replace(r"\s+", "", regex=True).to_numpy(), index=places)
        keys = pd.MultiIndex.from_frame(counts[["article_id", "position"]])
        terms = pd.Series(counts["term"].astype(str).to_numpy(), index=keys)[keys.isin(places)]
        for code, term in _asked(codebook, language):
            letters = term.replace(" ", "")
            holding = written.index[written.str.contains(letters, regex=False)]
            words = terms[terms.str.contains(letters, regex=False) | (terms == term)]
            counted = words.index[words == term].unique().intersection(holding)
            if len(holding) >= ENOUGH and len(counted) <= (1 - MOSTLY) * len(holding):
                others = Counter(word for word in words[words != term] if " " not in word)
                named = ", ".join(f"{word} ({n})" for word, n in sorted(others.most_common(NAMED))) or "other words"
                told = f"{term!r} stands in {len(holding)} passages and is a word of its own in {len(counted)}"
                found.append((code, language, "inside words", f"{told}: counts have {named}"))
    return found


def _asked(codebook: Codebook, language: str) -> list[tuple[str, str]]:
    """Each frame's wanted terms that stand in text as they stand in counts: no entity, no Korean verb."""
    pairs = ((code, term) for code, one in codebook.indicators(language) for term in one.all)
    verb = known_language(language).words.verb_ending
    kept = (pair for pair in pairs if pair[1][0] != "@" and not (verb and pair[1].endswith(verb)))
    return list(dict.fromkeys(kept))
