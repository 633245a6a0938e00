"""What is doubtful in a codebook that parses, and what a corpus shows about its indicators.

In the codebook alone: examples that come out wrong, idle, repeated or needless indicators (`lint`).  On texts: idle
ones, quoted ones, ones that counts cut otherwise (`silent`, `quoted`, `inside_words`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from helpers.frames.codebook import Codebook, Indicator
from helpers.frames.indicators import score
from helpers.text.counts import count_terms
from helpers.text.languages import language as known_language
from helpers.text.tokens import lemmas

COLUMNS = ["frame", "language", "kind", "detail"]
ENOUGH = 5  # passages below which a share is told of no indicator
MOSTLY = 0.5
BEYOND = 0.2  # by how much the quoted share must exceed that of all words: transcripts are quoted throughout
NAMED = 3  # of the words that hold an indicator's letters
Row = tuple[str, str, str, str]


def lint(
    codebook: Codebook,
    *,
    languages: Iterable[str],
    entities: Mapping[str, Mapping[str, Sequence[str]]],
    fired: pd.DataFrame | None = None,
    passages: pd.DataFrame | None = None,
    counts: pd.DataFrame | None = None,
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
    passages : DataFrame, optional
        Columns ``article_id``, ``position``, ``language``, ``n_words``, ``n_words_quoted``, ``text``.
        Every passage that was scored; with `fired`, adds the indicators that fire mostly in quoted speech.
    counts : DataFrame as `score` was given, optional
        With `passages` that have text, adds Korean and Chinese indicators whose letters stand mostly inside
        other words.

    Returns
    -------
    DataFrame, columns ``frame``, ``language``, ``kind``, ``detail``
        ``kind`` is ``cut rule``, ``missing language``, ``missing example``, ``example``, ``repeated``,
        ``in two frames``, ``implied``, ``word form``, ``never fires``, ``mostly quoted`` or ``inside words``
        (``docs/methods.md`` explains each). Empty when all is well.

    >>> from helpers.frames.codebook import _EXAMPLE, parse_codebook
    >>> book = parse_codebook(_EXAMPLE, languages=["en", "ru"])
    >>> lint(book, languages=["en", "ru"], entities={})[["frame", "language", "kind"]].values.tolist()
    [['ALLIANCE', 'en', 'missing example'], ['ALLIANCE', 'ru', 'missing language']]
    """
    spoken = tuple(languages)
    rows = [*_cut(codebook), *_missing(codebook, spoken), *_examples(codebook, spoken, entities)]
    for language in spoken:
        asked = codebook.indicators(language)
        rows += [*_repeated(asked, language), *_implied(asked, language), *_word_forms(asked, language)]
    if fired is not None:
        rows += silent(codebook, spoken, fired)
        if passages is not None:
            rows += quoted(fired, passages)
    if passages is not None and counts is not None:
        rows += inside_words(codebook, spoken, passages, counts)
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS, ignore_index=True)


def _cut(codebook: Codebook) -> Iterator[Row]:
    """Rules that begin in the middle of a sentence: in ``[a, b]`` YAML cuts at every comma."""
    for frame in codebook.frames.values():
        for rule in (*frame.include, *frame.exclude, *frame.boundary):
            if rule[0].islower():
                yield frame.code, "–", "cut rule", f"{rule!r} looks like the rest of a rule cut at a comma: quote it"


def _missing(codebook: Codebook, languages: tuple[str, ...]) -> Iterator[Row]:
    """Languages without an indicator, and those with one but without an example of either kind."""
    for frame in codebook.frames.values():
        for language in languages:
            if not frame.indicators.get(language):
                text = "no indicator in this language: the frame is unknown there"
                yield frame.code, language, "missing language", text
                continue
            examples = frame.examples.get(language)
            lacking = [kind for kind in ("positive", "negative") if not getattr(examples, kind, ())]
            if lacking:
                yield frame.code, language, "missing example", f"no {' and no '.join(lacking)} example: add one"


def _repeated(asked: Sequence[tuple[str, Indicator]], language: str) -> Iterator[Row]:
    """The same rule twice; in two frames it makes them fire together."""
    first: dict[tuple[frozenset[str], frozenset[str]], str] = {}
    for code, one in asked:
        rule = (frozenset(one.all), frozenset(one.none))
        if rule in first:
            kind = "repeated" if first[rule] == code else "in two frames"
            yield code, language, kind, f"{one.text!r} is already an indicator of {first[rule]}"
        first.setdefault(rule, code)


def _implied(asked: Sequence[tuple[str, Indicator]], language: str) -> Iterator[Row]:
    """Indicators that can only fire where a wider one of the same frame does: they change no rate."""
    for code, one in asked:
        for other_code, wider in asked:
            same = (frozenset(one.all), frozenset(one.none)) == (frozenset(wider.all), frozenset(wider.none))
            if other_code == code and not same and _implies(one, wider):
                yield code, language, "implied", f"{one.text!r} fires only where {wider.text!r} does: keep one"
                break


def _implies(one: Indicator, wider: Indicator) -> bool:
    """Whether `wider` fires in every passage in which `one` does."""
    held = {part for term in one.all for part in _parts(term)}
    return held.issuperset(wider.all) and all(not _parts(guard).isdisjoint(one.none) for guard in wider.none)


def _parts(term: str) -> set[str]:
    """A term and every run of words inside it: where a phrase stands, they stand."""
    words = term.split(" ")
    return {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}


def _word_forms(asked: Sequence[tuple[str, Indicator]], language: str) -> Iterator[Row]:
    """Terms that the dictionary leads on to a second word, which the frame does not ask for as well."""
    if known_language(language).is_segmented:  # elsewhere a word alone is cut otherwise than in its sentence
        return
    known = {(code, term) for code, one in asked for term in (*one.all, *one.none)}
    for code, one in asked:
        for term in dict.fromkeys((*one.all, *one.none)):
            other = term if term[0] == "@" else " ".join(lemmas(term, language))
            if (code, other) not in known:
                detail = f"{one.text!r} asks for {term!r}, and other forms are counted as {other!r}: ask for both"
                yield code, language, "word form", detail


def _examples(
    codebook: Codebook, languages: tuple[str, ...], entities: Mapping[str, Mapping[str, Sequence[str]]]
) -> list[Row]:
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
    """Indicators that fire mostly within quoted speech, and clearly more than words of their language are quoted.

    Parameters
    ----------
    fired : DataFrame as from `helpers.frames.indicators.score`, of counts with voices
    passages : DataFrame, columns ``language``, ``n_words``, ``n_words_quoted``

    Returns
    -------
    list of (frame, language, kind, detail)

    >>> passages = pd.DataFrame({"language": "en", "n_words": [30, 10], "n_words_quoted": [10, 0]})
    >>> fired = pd.DataFrame({"article_id": "a", "position": [*range(6), *range(5)], "frame": "ALLIANCE",
    ...                       "voice": ["all"] * 6 + ["quoted"] * 5, "language": "en", "indicator": "ally"})
    >>> quoted(fired, passages)[0][3]
    "'ally' fires in 6 passages, in 83 % of them within quoted speech (all words: 25 %)"
    """
    words = passages.groupby("language")[["n_words", "n_words_quoted"]].sum()
    usual = words["n_words_quoted"] / words["n_words"]
    table = pd.crosstab([fired["frame"], fired["language"], fired["indicator"]], fired["voice"])
    table = table.reindex(columns=["all", "quoted"], fill_value=0)
    complaints = []
    for (code, language, indicator), (n, speech) in zip(table.index, table.to_numpy(), strict=True):
        if n >= ENOUGH and speech / n > MOSTLY and speech / n - usual[language] >= BEYOND:
            fires = f"{indicator!r} fires in {n} passages, in {speech / n:.0%} of them within quoted speech"
            detail = f"{fires} (all words: {usual[language]:.0%})".replace("%", " %")
            complaints.append((str(code), str(language), "mostly quoted", detail))
    return complaints


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
    rows = []
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
                stands = f"{term!r} stands in {len(holding)} passages and is a word of its own in {len(counted)}"
                rows.append((code, language, "inside words", f"{stands}: counts have {named}"))
    return rows


def _asked(codebook: Codebook, language: str) -> list[tuple[str, str]]:
    """Each frame's wanted terms that stand in text as they stand in counts: no entity, no Korean verb."""
    pairs = ((code, term) for code, one in codebook.indicators(language) for term in one.all)
    verb = known_language(language).words.verb_ending
    kept = (pair for pair in pairs if pair[1][0] != "@" and not (verb and pair[1].endswith(verb)))
    return list(dict.fromkeys(kept))
