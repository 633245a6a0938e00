"""``one_rule_measures``: measures among the passages that name both states, by one rule for every outlet.

Which passages bear on the pair is decided by outlet: where an outlet speaks for one of the states, naming the other is
enough (`helpers.text.relevance`).  A difference between two outlets is then one of rules, too.  Here a passage bears on
the pair when it names both states, or stands beside one that does, whoever wrote it.  Names are read from
``counts``, so that a study without texts can do the same; a title that stands above it is in no counts, and
does not help it.
"""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.frames.indicators import rates
from helpers.pipeline.analysed import analysed_articles, analysed_counts, analysed_passages
from helpers.pipeline.indicator_measures import PREFIX, fired
from helpers.text.relevance import relevant

ENTITY = "@"  # begins a term of ``counts`` that is a state


def make(corpus: Corpus) -> pd.DataFrame:
    """``one_rule_measures``: indicator rates anew; topic shares, as they are, of articles that have such a passage."""
    passages = passages_by_one_rule(corpus)
    values, topics = indicators_by_one_rule(corpus, passages), corpus.table("topic_measures")
    topics = topics[topics["article_id"].isin(passages.loc[passages["one_rule"], "article_id"])]
    rows = pd.concat([values[values["voice"] == "all"], topics], ignore_index=True)
    names = corpus.table("measures")[["kind", "measure", "measure_name"]].drop_duplicates()
    return rows.merge(names, on=["kind", "measure"], validate="many_to_one")


def indicators_by_one_rule(corpus: Corpus, passages: pd.DataFrame) -> pd.DataFrame:
    """Indicator rates of articles in every voice, among the passages that one rule chooses.

    Parameters
    ----------
    corpus : Corpus
    passages : DataFrame
        As from `passages_by_one_rule`.
    """
    passages = passages[passages["one_rule"]]
    languages = analysed_articles(corpus).set_index("article_id")["language"]
    place = pd.MultiIndex.from_frame(passages[["article_id", "position"]])
    hits = fired(corpus)
    hits = hits[pd.MultiIndex.from_frame(hits[["article_id", "position"]]).isin(place)]
    values = rates(hits, passages, codebook=corpus.study.codebook, languages=languages)
    return values.assign(kind="indicator", measure=values["measure"].str.removeprefix(PREFIX))


def passages_by_one_rule(corpus: Corpus) -> pd.DataFrame:
    """Relevant passages of analysed articles with ``one_rule``: whether they would be relevant whoever wrote them."""
    counts, passages = analysed_counts(corpus), analysed_passages(corpus)
    states = {f"{ENTITY}{code}": code for code in corpus.study.pair}
    named = counts.loc[counts["term"].isin(list(states)), ["article_id", "position", "term"]].drop_duplicates()
    named = named.assign(term=named["term"].map(states)).groupby(["article_id", "position"])["term"].agg(frozenset)
    here = named.reindex(pd.MultiIndex.from_frame(passages[["article_id", "position"]]))
    passages["named"] = [names if isinstance(names, frozenset) else frozenset() for names in here]
    passages["one_rule"] = relevant(passages, pair=corpus.study.pair)
    return passages.drop(columns="named")
