"""Topics as tables that a reader sees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.pipeline.topics import FEWEST_ARTICLES
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.topics.topic_model import FEW_DOCUMENTS

SHOWN = 8  # terms of a topic in a table
WORTH = ("coherence", "exclusivity", "FREX", "diversity", "stability over samples")
CARRIED = ("copies", "largest outlet", "largest week", "largest story")


def topic_terms(study: Study, topic: str, n: int) -> list[str]:
    """The first `n` terms of a topic."""
    terms = tables.read(study.processed, "topics")
    return terms[terms["topic"] == topic].sort_values("rank")["term"].head(n).tolist()


def label_of(study: Study, topic: str) -> str:
    """The researcher's own label of a topic, or its three first terms."""
    notes = tables.read(study.processed, "topic_notes").set_index("topic")
    label = notes["label"].get(topic, "")
    return label or ", ".join(topic_terms(study, topic, 3))


def named(study: Study, topic: str) -> str:
    """Id and label of a topic, as figures and tables show it."""
    return f"{topic} {label_of(study, topic)}"


def modelled_languages(study: Study) -> list[str]:
    """Languages that have topics, in the study's order."""
    have = set(tables.read(study.processed, "topics")["language"])
    return [language for language in study.languages if language in have]


def topic_languages(study: Study) -> list[str]:
    """One sentence a language: how many articles were modelled, or why none; and how many have no topic at all."""
    corpus = load_corpus(study, relevant_only=True)
    topics = tables.read(study.processed, "topics")
    sentences = []
    for language in study.languages:
        n, k = int((corpus["language"] == language).sum()), topics[topics["language"] == language]["topic"].nunique()
        articles = prose.count(n, "relevant article")
        told = (
            f"{prose.count(k, 'topic')} from {articles}. {_unassigned(study, language)}{_few(n, k)}"
            if k
            else f"no topic model: {articles}, and topics of fewer than {FEWEST_ARTICLES} are noise."
        )
        sentences.append(f"- Language `{language}`: {told}")
    return sentences


def _few(n_articles: int, n_topics: int) -> str:
    """A caution where another draw of articles would give other topics."""
    if n_articles >= max(FEW_DOCUMENTS, 5 * n_topics):
        return ""
    return " These are few: another draw of articles would give other topics, so look at their stability first."


def _unassigned(study: Study, language: str) -> str:
    """Which outlets have articles that nothing speaks for a topic in."""
    rows = _quality(study, language, "all")
    rows = rows[rows["quantity"].str.startswith("unassigned ") & (rows["value"] > 0)]
    if rows.empty:
        return "Every article of every outlet has topics; none is left out."
    told = [
        f"{study.outlets[quantity.removeprefix('unassigned ')].name} {prose.share(value)}"
        for quantity, value in rows[["quantity", "value"]].itertuples(index=False)
    ]
    return f"Articles in which nothing speaks for any topic, kept with equal shares: {prose.listing(told)}."


def _quality(study: Study, language: str | None = None, topic: str | None = None) -> pd.DataFrame:
    rows = tables.read(study.processed, "topic_quality")
    rows = rows[rows["topic"] != "none"]
    if language:
        rows = rows[rows["language"] == language]
    return rows[rows["topic"] == topic] if topic else rows[rows["topic"] != "all"]


def topics(study: Study) -> pd.DataFrame:
    """Each topic with its first terms, its share with limits, and what it really is where it is no subject."""
    notes = tables.read(study.processed, "topic_notes")
    share = _quality(study)
    share = share[share["quantity"] == "prevalence"].set_index("topic")
    if notes.empty:
        return pd.DataFrame(columns=["topic", "label", "first terms", "share", "remark"])
    return pd.DataFrame(
        {
            "topic": notes["topic"],
            "label": notes["label"].replace("", "–"),
            "first terms": [", ".join(topic_terms(study, topic, SHOWN)) for topic in notes["topic"]],
            "share": [_limits(share.loc[topic], percent=True) for topic in notes["topic"]],
            "remark": [_remark(study, called) for called in notes["called"]],
        }
    )


def _remark(study: Study, called: str) -> str:
    """What a topic is instead of a subject, in words."""
    kind, _, whose = called.partition(": ")
    who = study.outlets[whose].name if whose in study.outlets else whose
    told = {
        "": "",
        "outlet": f"carried by one outlet, {who}",
        "week": f"carried by one week, {whose}",
        "wire story": "one wire story",
        "boilerplate": f"boilerplate{f' of {who}' if who else ''}",
    }
    return told[kind]


def topic_worth(study: Study, language: str) -> pd.DataFrame:
    """Scores of each topic with their limits, and of all topics of the language in the last row."""
    return _figures(study, language, WORTH)


def topic_carried(study: Study, language: str) -> pd.DataFrame:
    """What copies, one outlet, one week and one story carry of each topic, with limits."""
    return _figures(study, language, CARRIED)


def _figures(study: Study, language: str, wanted: tuple[str, ...]) -> pd.DataFrame:
    rows = pd.concat([_quality(study, language), _quality(study, language, "all")])
    rows = rows[rows["quantity"].isin(wanted)]
    rows = rows.assign(told=[_limits(row) for _, row in rows.iterrows()])
    wide = rows.pivot(index="topic", columns="quantity", values="told")
    order = [*sorted(topic for topic in wide.index if topic != "all"), "all"]
    wide = wide.reindex(index=order, columns=list(wanted))
    names = [topic if topic == "all" else named(study, topic) for topic in wide.index]
    wide = wide.set_axis(pd.Index(names, name="topic"))
    wide.columns.name = None
    return wide.reset_index()


def _limits(row: pd.Series, *, percent: bool = False) -> str:
    """A figure with its limits."""

    def shown(value: float) -> str:
        return f"{100 * value:.0f}" if percent else f"{value:.2f}"

    if np.isnan(row["low"]):
        return shown(row["value"])
    return f"{shown(row['value'])} [{shown(row['low'])}, {shown(row['high'])}]" + (" %" if percent else "")


def topic_rankings(study: Study, language: str) -> pd.DataFrame:
    """Terms of every topic under each ranking, with the topics' names."""
    rows = tables.read(study.processed, "topics")
    rows = rows[rows["language"] == language]
    names = {topic: named(study, topic) for topic in rows["topic"].unique()}
    renamed = rows.assign(topic=rows["topic"].map(names)).rename(columns={"weight": "probability"})
    lowest = renamed["relevance"].min() - 1  # a term that the topic lacks comes last
    return renamed.assign(relevance=renamed["relevance"].fillna(lowest))


def topic_places(study: Study, language: str) -> pd.DataFrame:
    """Topics on the map, with share and package."""
    notes = tables.read(study.processed, "topic_notes")
    notes = notes[notes["language"] == language]
    share = _quality(study, language)
    share = share[share["quantity"] == "prevalence"].set_index("topic")["value"]
    return pd.DataFrame(
        {
            "topic": [named(study, topic) for topic in notes["topic"]],
            "x": notes["x"].to_numpy(),
            "y": notes["y"].to_numpy(),
            "share": share.loc[notes["topic"]].to_numpy(),
            "package": notes["package"].to_numpy(),
        }
    )


def map_keeps(study: Study, language: str) -> float:
    """Share of the squared distances between topics that the map keeps."""
    rows = _quality(study, language, "all")
    return float(rows.loc[rows["quantity"] == "map keeps", "value"].iloc[0])


def topic_stability(study: Study) -> pd.DataFrame:
    """Agreement of each topic's first terms over other seeds and over samples, with its range.

    Returns
    -------
    DataFrame: topic, label, seeds, samples, low, high
    """
    quality = _quality(study)
    seeds = quality[quality["quantity"] == "stability over seeds"].set_index("topic")["value"]
    samples = quality[quality["quantity"] == "stability over samples"].set_index("topic")
    label = [label_of(study, topic) for topic in samples.index]
    table = samples[["value", "low", "high"]].rename(columns={"value": "samples"}).assign(label=label)
    return table.assign(seeds=seeds.reindex(table.index)).reset_index()


def largest_topics(study: Study, language: str) -> pd.DataFrame:
    """Mean share of each topic of a language with its limits, the largest first, indexed by topic."""
    rows = _quality(study, language)
    rows = rows[rows["quantity"] == "prevalence"].set_index("topic")[["value", "low", "high"]]
    return rows.sort_values("value", ascending=False, kind="stable")


def topic_documents(study: Study, language: str) -> pd.DataFrame:
    """The most typical articles of each topic, with the passage that holds most of it where text is present."""
    rows = tables.read(study.processed, "topic_documents")
    rows = rows[rows["language"] == language]
    corpus = load_corpus(study)
    sizes = corpus["copy_cluster"].map(corpus["copy_cluster"].value_counts())
    corpus = corpus.assign(copies=sizes).set_index("article_id").loc[rows["article_id"]]
    passages = tables.read(study.processed, "passages").set_index(["article_id", "position"])["text"]
    share = _quality(study, language)
    share = share[share["quantity"] == "prevalence"].set_index("topic")["value"]
    keys = list(zip(rows["article_id"], rows["position"], strict=True))
    return pd.DataFrame(
        {
            "topic": rows["topic"].to_numpy(),
            "label": [label_of(study, topic) for topic in rows["topic"]],
            "topic_share": share.loc[rows["topic"]].to_numpy(),
            "article_id": rows["article_id"].to_numpy(),
            "published": corpus["published"].to_numpy(),
            "outlet": [study.outlets[outlet].name for outlet in corpus["outlet"]],
            "title": corpus["title"].to_numpy(),
            "address": corpus["address"].to_numpy(),
            "share": rows["share"].to_numpy(),
            "passage": [passages.get(key) for key in keys],
            "copies": corpus["copies"].to_numpy(),
        }
    )
