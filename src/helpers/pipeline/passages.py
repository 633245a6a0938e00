"""Clean articles to ``passages``, paragraphs and whether each bears on the pair, and the ``speech`` in them."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.extract.language import passage_languages
from helpers.pipeline.passing import passing_headlines
from helpers.study import Study
from helpers.text.relevance import entities_named, relevant
from helpers.text.study_patterns import StudyPatterns
from helpers.text.voices import split_voices

PASSAGE = ["article_id", "language", "position", "n_words", "n_words_quoted", "text"]
SPEECH = list(SCHEMAS["speech"].columns)


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Passages of every article, with language and relevance; and a row a speaker in each, the outlet among them."""
    study, articles = corpus.study, corpus.cleaned
    rows, spoken, patterns = [], [], StudyPatterns()
    for key, outlet, language, text in articles[["article_id", "outlet", "language", "text"]].itertuples(index=False):
        labels = study.outlets[outlet].transcript_voices or None
        options = {"transcript_voices": labels, "whole": outlet in study.headlines, "patterns": patterns}
        parts = split_voices(text, **options)
        for error in dict.fromkeys(patterns.slow):
            corpus.say(f"{outlet}, article {key}: transcript_voices: {error}; its labels are taken for unknown ones")
        patterns.slow.clear()
        for passage in parts:
            rows.append((key, language, *passage[:-1]))
            spoken += [(key, passage.position, *one) for one in passage.speech]
    passages = pd.DataFrame(rows, columns=PASSAGE)
    return {"passages": _judged(study, articles, passages), "speech": pd.DataFrame(spoken, columns=SPEECH)}


def _judged(study: Study, articles: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Each passage with the language it is in, and whether it bears on the pair."""
    headline = passages["article_id"].isin(articles.loc[articles["outlet"].isin(study.headlines), "article_id"])
    spoken = passage_languages(passages.loc[~headline, "text"], passages["language"])
    spoken = spoken.reindex(passages.index).where(~headline, passages["language"])  # it is all of the item
    passages["language"] = spoken.where(spoken.isin(study.languages), passages["language"])  # names are read in it
    passages["named"] = _named(study, articles, passages)
    speaks = articles["outlet"].map({key: outlet.speaks_for for key, outlet in study.outlets.items()})
    speaks_for = dict(zip(articles.loc[speaks.notna(), "article_id"], speaks.dropna(), strict=True))
    own = passages["article_id"].map(articles.set_index("article_id")["language"])  # words of another are not counted
    in_passing = passages["article_id"].isin(passing_headlines(study, articles).index)
    passages["relevant"] = relevant(passages, pair=study.pair, speaks_for=speaks_for) & (spoken == own) & ~in_passing
    passages["language"] = spoken
    return passages[list(SCHEMAS["passages"].columns)]


def _named(study: Study, articles: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Entities that each passage names; the first is read together with the title that stands above it."""
    titles = articles.loc[articles["title"].notna(), ["article_id", "language", "title"]]
    titles = titles.rename(columns={"title": "text"})
    by_title = dict(zip(titles["article_id"], entities_named(titles, entities=study.entities), strict=True))
    named = entities_named(passages, entities=study.entities)
    first = passages["position"] == 0
    above = passages.loc[first, "article_id"].map(lambda key: by_title.get(key, frozenset()))
    named.loc[first] = [a | b for a, b in zip(named[first], above, strict=True)]
    return named
