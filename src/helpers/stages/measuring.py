"""Counts to measures: topic shares and indicator rates, article by article."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers import tables
from helpers.frames.indicators import rates, score
from helpers.stages.corpus import load_corpus
from helpers.study import Study
from helpers.text.aliases import Aliases
from helpers.text.counts import dtm
from helpers.topics.choose import as_rows, recommended_range, sheet
from helpers.topics.model import TopicModel
from helpers.topics.quality import coherence, concentration, exclusivity, stability

FEWEST_ARTICLES = 60  # below this a topic model of ours is refused: topics of so few documents are noise
DISPLAYED = 10  # terms by which a topic is shown and judged
SEEDS, SAMPLES = 3, 10


def relevant_counts(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of relevant passages in the period, with language and voice; and the corpus they belong to."""
    corpus = load_corpus(study, relevant_only=True)
    counts = tables.read(study.processed, "counts")
    counts = counts[counts["article_id"].isin(corpus["article_id"])]
    counts = tables.join(counts, corpus[["article_id", "language", "outlet"]], "article_id")
    passages = tables.read(study.processed, "passages")[["article_id", "position", "paragraph", "voice"]]
    return tables.join(counts, passages, ["article_id", "position"]), corpus


def matrix_of(study: Study, counts: pd.DataFrame, language: str) -> tuple[sparse.csr_matrix, pd.DataFrame, list[str]]:
    """Article × term matrix of one language: content words, the names of the pair left out.

    The two states stand in every relevant passage, so their names carry no topic.
    """
    names = Aliases({code: study.entities[code] for code in study.pair}, language).words
    rows = counts[counts["language"] == language]
    return dtm(rows, min_documents=study.analysis.min_documents, language=language, drop=names)


def topics(study: Study, *, n_topics: int | None = None, seed: int | None = None) -> pd.DataFrame:
    """Fit topics language by language; write ``topics``, ``topic_quality`` and the shares in ``measures``.

    A language with fewer than `FEWEST_ARTICLES` relevant articles gets none, with a row in ``topic_quality``
    (topic ``none``, quantity ``articles``) that says so.

    Returns
    -------
    DataFrame: the ``topics`` table, as written
    """
    counts, corpus = relevant_counts(study)
    terms, quality, shares = [tables.empty("topics")], [tables.empty("topic_quality")], [tables.empty("measures")]
    for language in study.languages:
        matrix, index, vocabulary = matrix_of(study, counts, language)
        if len(index) < FEWEST_ARTICLES:
            quality.append(_refused(language, len(index)))
            continue
        model = fit(matrix, n_topics or study.analysis.n_topics, study.analysis.seed if seed is None else seed)
        names = [f"{language}-{number + 1:02d}" for number in range(model.n_topics)]
        terms.append(_terms(model, vocabulary, names, language))
        shares.append(_shares(model.doc_topic, index, names))
        articles = corpus.set_index("article_id").loc[index["article_id"]]
        quality.append(_quality(study, (model, matrix, vocabulary), articles, names, language))
    tables.write(study.processed, "topics", pd.concat(terms, ignore_index=True))
    tables.write(study.processed, "topic_quality", pd.concat(quality, ignore_index=True))
    replace_measures(study, "topic:", pd.concat(shares, ignore_index=True))
    return tables.read(study.processed, "topics")


def fit(matrix: sparse.csr_matrix, n_topics: int, seed: int) -> TopicModel:
    """The house's topic model on an article × term matrix."""
    return TopicModel(n_topics, seed=seed).fit(matrix)


def _refused(language: str, n_articles: int) -> pd.DataFrame:
    row = {"language": language, "topic": "none", "quantity": "articles", "value": float(n_articles)}
    return pd.DataFrame([row | {"low": np.nan, "high": np.nan}])


def _quality(
    study: Study,
    fitted: tuple[TopicModel, sparse.csr_matrix, list[str]],
    articles: pd.DataFrame,
    names: list[str],
    language: str,
) -> pd.DataFrame:
    """What each topic is worth: coherence, exclusivity, prevalence, stability, and who carries it."""
    model, matrix, _ = fitted
    values = {
        "coherence": coherence(model.topic_term, matrix, n=DISPLAYED),
        "exclusivity": exclusivity(model.topic_term, n=DISPLAYED),
        "prevalence": model.doc_topic.mean(axis=0),
    }
    for column, called in (("outlet", "outlet"), ("outlet_week", "week"), ("copy_cluster", "copy cluster")):
        values[f"largest {called}"] = concentration(model.doc_topic, articles[column].to_numpy())["share"].to_numpy()
    rows = [
        {"topic": name, "quantity": quantity, "value": float(v), "low": np.nan, "high": np.nan}
        for quantity, numbers in values.items()
        for name, v in zip(names, numbers, strict=True)
    ]
    steady = stability(
        lambda csr, seed: fit(csr, model.n_topics, seed), matrix, seeds=[study.analysis.seed + s for s in range(SEEDS)],
        samples=SAMPLES, rng=np.random.default_rng(study.analysis.seed),
        clusters=articles["copy_cluster"].to_numpy(), n=DISPLAYED,
    )  # fmt: skip
    steady = steady[steady["topic"] != "all"]
    for source, part in steady.groupby("source"):
        for name, (_, row) in zip(names, part.iterrows(), strict=True):
            told = {"value": row["estimate"], "low": row["low"], "high": row["high"]}
            rows.append({"topic": name, "quantity": f"stability over {source}"} | told)
    return pd.DataFrame(rows).assign(language=language)


def choose_topics(study: Study) -> pd.DataFrame:
    """Diagnostics over the study's range of topic numbers; write ``topic_range``.

    Returns
    -------
    DataFrame: language, n_topics, quantity, value, low, high; the recommended range has quantity
    ``recommended`` with its limits in low and high
    """
    counts, corpus = relevant_counts(study)
    blocks = [tables.empty("topic_range")]
    fewest, most = study.analysis.topic_range
    for language in study.languages:
        matrix, index, _ = matrix_of(study, counts, language)
        if len(index) < FEWEST_ARTICLES:
            continue
        clusters = corpus.set_index("article_id").loc[index["article_id"], "copy_cluster"].to_numpy()
        table = sheet(
            matrix, range(fewest, most + 1), seeds=[study.analysis.seed + s for s in range(2)], n_samples=5,
            rng=np.random.default_rng(study.analysis.seed), clusters=clusters,
        )  # fmt: skip
        blocks.append(_sheet_rows(table).assign(language=language))
    result = pd.concat(blocks, ignore_index=True)
    tables.write(study.processed, "topic_range", result)
    return result


def _terms(model: TopicModel, vocabulary: list[str], names: list[str], language: str) -> pd.DataFrame:
    order = np.argsort(-model.topic_term, axis=1, kind="stable")[:, : 3 * DISPLAYED]
    rows = [
        {"language": language, "topic": name, "rank": rank + 1, "term": vocabulary[t], "weight": model.topic_term[k, t]}
        for k, name in enumerate(names)
        for rank, t in enumerate(order[k])
    ]
    return pd.DataFrame(rows)


def _sheet_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The sheet as rows, and the range it recommends."""
    low, high = recommended_range(table)
    advised = {"n_topics": low, "quantity": "recommended", "value": np.nan, "low": float(low), "high": float(high)}
    return pd.concat([as_rows(table), pd.DataFrame([advised])], ignore_index=True)


def _shares(doc_topic: np.ndarray, index: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    wide = pd.DataFrame(doc_topic, columns=[f"topic:{name}" for name in names], index=index["article_id"])
    long = wide.rename_axis(columns="measure").stack().rename("value").reset_index()
    return long.assign(voice="all")


def replace_measures(study: Study, prefix: str, rows: pd.DataFrame) -> None:
    """Write the measures whose names begin with `prefix` anew, leaving the others."""
    old = (
        tables.read(study.processed, "measures")
        if tables.exists(study.processed, "measures")
        else tables.empty("measures")
    )
    kept = old[~old["measure"].str.startswith(prefix)]
    tables.write(study.processed, "measures", pd.concat([kept, rows], ignore_index=True))


def indicators(study: Study) -> pd.DataFrame:
    """Score every frame's indicators; write their rates in ``measures`` and what fired where in ``evidence``.

    Returns
    -------
    DataFrame: the ``measures`` rows of indicators, as written
    """
    counts, corpus = relevant_counts(study)
    languages = corpus.set_index("article_id")["language"]
    fired = score(counts, study.codebook, languages)
    passages = tables.read(study.processed, "passages")
    passages = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    evidence = fired[fired["fired"]].rename(columns={"frame": "measure"})[
        ["article_id", "position", "measure", "indicator"]
    ]
    tables.write(study.processed, "evidence", evidence.assign(measure="indicator:" + evidence["measure"]))
    replace_measures(study, "indicator:", rates(fired, passages, codebook=study.codebook, languages=languages))
    measures = tables.read(study.processed, "measures")
    return measures[measures["measure"].str.startswith("indicator:")]


def fired(study: Study) -> pd.DataFrame:
    """What fired where: the evidence table with the columns that `helpers.frames.indicators` reads."""
    evidence = tables.read(study.processed, "evidence")
    languages = load_corpus(study).set_index("article_id")["language"]
    frame = evidence["measure"].str.removeprefix("indicator:")
    return evidence.assign(frame=frame, language=evidence["article_id"].map(languages), fired=True)


def topic_shares(study: Study) -> pd.DataFrame:
    """Topic shares, one row an article; the shares of a language add up to 1."""
    measures = tables.read(study.processed, "measures")
    rows = measures[measures["measure"].str.startswith("topic:") & (measures["voice"] == "all")]
    wide = rows.pivot(index="article_id", columns="measure", values="value")
    off = (wide.sum(axis=1) - 1).abs() > 1e-9
    if off.any():
        raise ValueError(f"topic shares of article {wide.index[off][0]!r} do not add up to 1; refit the topics")
    return wide
