"""How topics go together: across languages through shared concepts, and in the articles of one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.pipeline.topic_fit import Fitted
from helpers.study import Study
from helpers.topics.align import align, concept_profiles, language_signal, strands
from helpers.topics.topic_network import cooccurrence, packages

FEWEST_TOPICS = 4  # for a network: with three, every pair is what the third leaves


@dataclass(frozen=True)
class Related:
    """Tables ``topic_links``, ``topic_languages`` and ``topic_edges``; strand and package of topics that have one."""

    tables: dict[str, pd.DataFrame]
    strand: dict[str, str]
    package: dict[str, str]


def relate(study: Study, models: Sequence[Fitted]) -> Related:
    """How the topics of some models, one a language, go together; across languages those of the study's own unit."""
    edges, package = _network(models)
    models = [one for one in models if one.unit == study.unit]
    links = _links(study, models)
    strand = strands(links) if len(links) else pd.DataFrame(columns=["language", "topic", "strand"])
    made = {"topic_links": links, "topic_languages": _languages(models, strand), "topic_edges": edges}
    return Related(made, dict(zip(strand["topic"], strand["strand"], strict=True)), package)


def concept_rates(study: Study, one: Fitted) -> pd.DataFrame:
    """Share of each article's words that name each concept: entities but for the pair, and translated seed terms.

    Returns
    -------
    DataFrame, indexed by article_id; a concept without an alias or seed term in the language has no column
    """
    counts = one.counts
    single = ~counts["term"].str.contains(" ") & ~counts["term"].str.startswith("@")
    length = counts[single].groupby("article_id")["count"].sum().reindex(one.articles.index).clip(lower=1)
    named = {
        f"@{code}": code
        for code, aliases in study.entities.items()
        if code not in study.pair and aliases.get(one.language)
    }
    seeds = {term: concept for concept, words in study.concepts.items() for term in words.get(one.language, ())}
    mentions = counts.assign(concept=counts["term"].map(named | seeds)).dropna(subset="concept")
    wide = mentions.pivot_table(index="article_id", columns="concept", values="count", aggfunc="sum", fill_value=0)
    known = sorted({*named.values(), *seeds.values()})
    return wide.reindex(index=one.articles.index, columns=known, fill_value=0).div(length, axis=0)


def _links(study: Study, models: Sequence[Fitted]) -> pd.DataFrame:
    """Topics of different languages that use the same concepts."""
    if len(models) < 2:
        return tables.empty("topic_links")
    profiles = {}
    for one in models:
        profile = concept_profiles(one.model.doc_topic, concept_rates(study, one))
        profiles[one.language] = profile.set_axis(pd.Index(one.names, name="topic"))
    return align(profiles, rng=np.random.default_rng(study.analysis.seed))


def _languages(models: Sequence[Fitted], strand: pd.DataFrame) -> pd.DataFrame:
    """How well a strand's share tells the language of its article; a topic without partner is of its language alone."""
    rows = []
    for name, members in strand[strand["strand"] != ""].groupby("strand", sort=True):
        of = dict(zip(members["language"], members["topic"], strict=True))
        spoken = [one for one in models if one.language in of]
        share = pd.concat([one.shares[of[one.language]] for one in spoken])
        about = pd.concat([one.articles for one in spoken])
        signal = language_signal(share.to_frame(str(name)), about["language"], clusters=about["copy_cluster"])
        signal = signal.rename(columns={"column": "topic"})
        rows.append(signal[["topic", "language", "auc", "low", "high", "n", "verdict"]])
    if len(models) > 1:
        sizes = {one.language: len(one.articles) for one in models}
        alone = strand[strand["strand"] == ""]
        rows.append(pd.DataFrame({
            "topic": alone["topic"], "language": alone["language"], "auc": np.nan, "low": np.nan, "high": np.nan,
            "n": alone["language"].map(sizes).astype("int64"), "verdict": "language: " + alone["language"].astype(str),
        }))  # fmt: skip
    return tables.stack("topic_languages", rows)


def _network(models: Sequence[Fitted]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Topics that are in one article more often than by chance, and the packages they make."""
    edges, package = [], {}
    for one in models:
        if len(one.names) < FEWEST_TOPICS:
            continue
        about = one.articles
        pairs = cooccurrence(
            one.model.doc_topic, clusters=about["copy_cluster"], strata=about["outlet"], topics=one.names
        )
        edges.append(pairs.assign(language=one.language))
        grouped = packages(pairs, one.names)
        package |= dict(zip(grouped["topic"], grouped["package"], strict=True))
    return tables.stack("topic_edges", edges), package
