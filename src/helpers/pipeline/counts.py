"""Passages to terms: ``counts`` of relevant ones, ``background`` of the rest, and the ``phrases`` that are counted.

A passage in another language than its article is left out: its words belong to another vocabulary.
"""

from __future__ import annotations

import pandas as pd

from helpers.data import ledger, tables
from helpers.data.corpus import Corpus
from helpers.text.counts import background_totals, count_terms
from helpers.text.phrases import choose_phrases
from helpers.text.voices import GAP

MIN_ARTICLES = 10  # a shared phrase stands in at least so many distinct articles


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Terms of every relevant passage by voice, and totals of the other passages by outlet and month."""
    study, articles = corpus.study, corpus.table("articles")
    passages = corpus.table("passages").rename(columns={"language": "spoken"})
    passages = tables.join(passages, articles[["article_id", "outlet", "language", "published"]], "article_id")
    passages = passages[passages["spoken"] == passages["language"]]
    relevant, rest = passages[passages["relevant"]], passages[~passages["relevant"]]
    phrases = _phrases(corpus, relevant, articles.set_index("article_id")["copy_cluster"])
    listed = sorted(phrases["phrase"].unique())
    rest = rest.assign(month=ledger.local_months(rest, study.timezones)).dropna(subset=["month"])
    return {
        "counts": count_terms(_by_voice(corpus.table("speech"), relevant), entities=study.entities, phrases=listed),
        "background": background_totals(rest, entities=study.entities, phrases=listed),
        "phrases": phrases,
    }


def _by_voice(speech: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """The words of each passage, a row a voice."""
    keys = ["article_id", "position"]
    rows = speech.merge(passages[[*keys, "language"]], on=keys, validate="many_to_one").sort_values([*keys, "place"])
    return rows.groupby([*keys, "language", "voice"])["text"].agg(GAP.join).reset_index()


def _phrases(corpus: Corpus, relevant: pd.DataFrame, clusters: pd.Series) -> pd.DataFrame:
    """The phrases that may be counted: recurring ones of this corpus, and the codebook's own."""
    rows = []
    for language in corpus.study.languages:
        part = relevant[relevant["language"] == language]
        own = set(corpus.study.codebook.phrases(language))
        recurring = set(choose_phrases(part, clusters, min_articles=MIN_ARTICLES)) if len(part) else set()
        rows += [{"language": language, "phrase": phrase, "origin": "codebook"} for phrase in own]
        rows += [{"language": language, "phrase": phrase, "origin": "corpus"} for phrase in recurring - own]
    return pd.DataFrame(rows, columns=["language", "phrase", "origin"])
