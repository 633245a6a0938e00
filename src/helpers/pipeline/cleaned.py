"""Records to articles, passages and copies, with every record accounted for."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pandas as pd

from helpers.copies.near_duplicates import find_copies, repeated_bodies
from helpers.copies.recurring_lines import line_key, recurring_lines, strip_lines, strip_trailer
from helpers.data import ledger, tables
from helpers.extract.glued_words import learn_joins, split_joins
from helpers.extract.language import detect, passage_languages
from helpers.extract.normalise import normalise
from helpers.pipeline.counts import shared_counts
from helpers.pipeline.flags import corpus_flags, names, page_flags
from helpers.pipeline.records import read_records
from helpers.pipeline.volume import volume
from helpers.study import Study
from helpers.text.lengths import n_words
from helpers.text.relevance import entities_named, relevant
from helpers.text.voices import split

ID_LENGTH = 16  # hexadecimal digits: two articles of a million share an id with a chance below 1 in 10 million


def article_id(outlet: str, edition: str, address: str) -> str:
    """Stable key of an article: a hash of outlet, edition and canonical address.

    >>> article_id("kcna", "en", "http://www.kcna.kp/en/article/1")
    '6187a63a4c2951cb'
    """
    return hashlib.sha256(f"{outlet}\n{edition}\n{address}".encode()).hexdigest()[:ID_LENGTH]


def clean(study: Study) -> pd.DataFrame:
    """Write ``articles``, ``passages``, ``copies``, ``flags``, ``boilerplate``, ``volume`` and this stage's ledger.

    Returns
    -------
    DataFrame: the ``articles`` table, as written
    """
    if shared_counts(study):
        return tables.read(study.processed, "articles")
    records = read_records(study)
    records, outcome = _articles(study, records)
    kept = records[outcome[records.index] == ledger.KEPT].copy()
    copies = _copies(study, kept)
    passages = _passages(study, kept)
    flagged = corpus_flags(study, kept)
    kept["flags"] = names(flagged, kept["article_id"])
    kept["relevant"] = (
        kept["article_id"].map(passages.groupby("article_id")["relevant"].any()).fillna(False).astype(bool)
    )
    columns = list(tables.SCHEMAS["articles"].columns)
    tables.write(study.processed, "articles", kept[columns])
    tables.write(study.processed, "copies", copies)
    tables.write(study.processed, "passages", passages)
    tables.write(study.processed, "flags", flagged)
    _enter(study, records, outcome)
    tables.write(study.processed, "volume", volume(study))
    return tables.read(study.processed, "articles")


def _articles(study: Study, records: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Records with clean text and everything that an article has; and what became of each."""
    records = records.reset_index(drop=True)
    outcome = pd.Series(ledger.KEPT, index=records.index)
    editions = {key: outlet.edition for key, outlet in study.outlets.items()}
    keys = zip(records["outlet"], records["outlet"].map(editions), records["address"], strict=True)
    records["article_id"] = [article_id(*key) for key in keys]
    records["edition"] = records["outlet"].map(editions)
    records["text"] = _normalised(study, records)
    records["traces"] = page_flags(records)
    whole = records["text"]
    records["text"] = _stripped(study, records)
    records["language"] = _languages(study, records)
    spoken = {key: outlet.language for key, outlet in study.outlets.items()}
    outcome[records["language"] != records["outlet"].map(spoken)] = "other_language"
    bare = records["text"].str.strip() == ""
    outcome[bare] = "empty_text"
    outcome[bare & (whole.str.strip() != "")] = "only_site_lines"  # a list of links, a form: no article
    refused = records.get("refused", pd.Series("", index=records.index)).fillna("")
    outcome = outcome.where(refused == "", refused)
    alive = outcome == ledger.KEPT
    outcome[alive & records["article_id"].where(alive).duplicated()] = "repeat_of_address"
    alive = records[outcome == ledger.KEPT].set_index("article_id")
    repeats = repeated_bodies(alive["text"], alive["outlet"])
    outcome[(outcome == ledger.KEPT) & records["article_id"].isin(list(repeats))] = "repeat_of_body"
    told = records.get("refusal_detail", pd.Series("", index=records.index)).fillna("")
    records["detail"] = [repeats.get(key, why) for key, why in zip(records["article_id"], told, strict=True)]
    records["n_words"] = records["text"].map(n_words).astype(int)
    records["sha256"] = [hashlib.sha256(text.encode()).hexdigest() for text in records["text"]]
    return records, outcome


def _normalised(study: Study, records: pd.DataFrame) -> pd.Series:
    """Text in one form, words that were glued at a join set free by what their outlet's other texts know."""
    strip = {key: outlet.strip for key, outlet in study.outlets.items()}
    raw = zip(records["text"].fillna(""), records["title"].fillna(""), records["outlet"], strict=True)
    texts = pd.Series([normalise(_cut(text, title, strip[outlet])) for text, title, outlet in raw], index=records.index)
    known = {outlet: learn_joins(part.tolist()) for outlet, part in texts.groupby(records["outlet"])}
    return pd.Series(
        [split_joins(text, known[outlet]) for text, outlet in zip(texts, records["outlet"], strict=True)],
        index=texts.index,
    )


def _cut(text: str, title: str, patterns: tuple[str, ...]) -> str:
    """The text without what the study says an outlet's pages carry around it; a cut ends a paragraph.

    ``{title}`` in a pattern stands for the item's own title, however it is spaced.
    """
    heading = r"\s+".join(re.escape(word) for word in title.split())
    for pattern in patterns:
        text = re.sub(pattern.replace("{title}", heading), "\n\n", text)
    return text


def _stripped(study: Study, records: pd.DataFrame) -> list[str]:
    """Text without the outlet's recurring lines and without what follows the article on its page; all are listed."""
    ids = pd.Index([f"{i}" for i in records.index])
    texts, outlets = records["text"].set_axis(ids), records["outlet"].set_axis(ids)
    titles = records["title"].fillna("").set_axis(ids)
    lines = recurring_lines(texts, outlets, titles=titles)
    kept = {(key, line_key(line)) for key, outlet in study.outlets.items() for line in outlet.keep}
    keys = zip(lines["outlet"], lines["line"].map(line_key), strict=True)
    lines = lines[np.array([key not in kept for key in keys], dtype=bool)]
    unwanted = lines.groupby("outlet")["line"].agg(list).to_dict()
    bare = [strip_lines(t, unwanted.get(o, [])) for t, o in zip(records["text"], records["outlet"], strict=True)]
    parts = [strip_trailer(text) for text in bare]
    cut = [(outlet, line) for (_, ends), outlet in zip(parts, records["outlet"], strict=True) for line in set(ends)]
    trailers = pd.DataFrame(cut, columns=["outlet", "line"]).value_counts().rename("n_articles").reset_index()
    listed = pd.concat([lines, trailers.assign(kind="trailer")], ignore_index=True)
    tables.write(study.processed, "boilerplate", listed[list(tables.SCHEMAS["boilerplate"].columns)])
    return [text for text, _ in parts]


def _languages(study: Study, records: pd.DataFrame) -> list[str]:
    """The language each text is in; a text too short to tell is taken to be in its outlet's."""
    spoken = {key: outlet.language for key, outlet in study.outlets.items()}
    found = [detect(text, among=study.languages) for text in records["text"]]
    return [language or spoken[outlet] for language, outlet in zip(found, records["outlet"], strict=True)]


def _copies(study: Study, kept: pd.DataFrame) -> pd.DataFrame:
    rows = kept.set_index("article_id")
    return find_copies(
        rows["text"], rows["published"], rows["outlet"], rows["byline"],
        window_days=study.analysis.copies_window_days, containment=study.analysis.copies_containment,
        agencies=study.analysis.agencies or None,
    )  # fmt: skip


def _passages(study: Study, kept: pd.DataFrame) -> pd.DataFrame:
    """Passages of every article, with voice, and whether they bear on the pair."""
    rows = []
    for key, outlet, language, text in kept[["article_id", "outlet", "language", "text"]].itertuples(index=False):
        labels = study.outlets[outlet].transcript_voices or None
        for passage in split(text, transcript_voices=labels):
            told = (passage.position, passage.paragraph, passage.voice, passage.speaker, passage.text)
            rows.append((key, language, *told))
    columns = ["article_id", "language", "position", "paragraph", "voice", "speaker", "text"]
    passages = pd.DataFrame(rows, columns=columns)
    spoken = passage_languages(passages["text"], passages["language"])
    passages["language"] = spoken.where(spoken.isin(study.languages), passages["language"])  # names are read in it
    passages["named"] = _named(study, kept, passages)
    speaks = kept["outlet"].map({key: outlet.speaks_for for key, outlet in study.outlets.items()})
    speaks_for = dict(zip(kept.loc[speaks.notna(), "article_id"], speaks.dropna(), strict=True))
    own = passages["article_id"].map(kept.set_index("article_id")["language"])  # words of another are not counted
    passages["relevant"] = relevant(passages, pair=study.pair, speaks_for=speaks_for) & (spoken == own)
    passages["n_words"] = passages["text"].map(n_words).astype(int)
    passages["language"] = spoken
    return passages[list(tables.SCHEMAS["passages"].columns)]


def _named(study: Study, kept: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Entities that each passage names; the first paragraph is read together with the title that stands above it."""
    titles = kept.loc[kept["title"].notna(), ["article_id", "language", "title"]].rename(columns={"title": "text"})
    by_title = dict(zip(titles["article_id"], entities_named(titles, entities=study.entities), strict=True))
    named = entities_named(passages, entities=study.entities)
    first = passages["paragraph"] == 0
    above = passages.loc[first, "article_id"].map(lambda key: by_title.get(key, frozenset()))
    named.loc[first] = [a | b for a, b in zip(named[first], above, strict=True)]
    return named


def _enter(study: Study, records: pd.DataFrame, outcome: pd.Series) -> None:
    """Each record once: kept, with its article, or the reason it was lost."""
    rows = records.rename(columns={"page_id": "id"}).assign(outcome=outcome)
    rows["detail"] = rows["detail"].where(rows["outcome"] != ledger.KEPT, rows["article_id"])
    rows["month"] = ledger.local_months(rows, study.timezones)
    books = tables.read(study.processed, "ledger")
    tables.write(study.processed, "ledger", ledger.replace(books, "clean", ledger.entries("clean", rows)))
