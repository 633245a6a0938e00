"""Counts to topics: one model a language, what each of its topics is worth, and what each is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, counts_for_topics
from helpers.pipeline.topic_fit import DISPLAYED, Fitted, fit, small_corpus_told, warned_once, weeks
from helpers.pipeline.topic_network import Related, relate
from helpers.study import Study
from helpers.text.languages import name_of
from helpers.topics.artefacts import artefacts
from helpers.topics.labels import assign_labels, names_by_terms
from helpers.topics.matching import found_again, refit_shares
from helpers.topics.term_ranking import term_scores, top_columns
from helpers.topics.topic_map import coordinates

KEPT = 3 * DISPLAYED  # terms of a topic that are kept, by each ranking
TYPICAL = 8  # articles shown for a topic
SEEDS, SAMPLES = 3, 10
HALVES = 10  # fits on half of the stories, for the intervals of topic shares
BY_LANGUAGE = ("topic_terms", "topic_quality", "topic_documents", "topic_fits", "topic_measures")


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Topics language by language: their terms, shares and names, what each is worth, and how they go together.

    A language that lacks articles, distinct ones or terms (`helpers.pipeline.topic_fit.lacks`) gets none, with a row in
    ``topic_quality`` that says so: topic ``none``, quantity what is lacking, value how much there is.
    """
    study, counts, articles = corpus.study, counts_for_topics(corpus), analysed_articles(corpus)
    models: list[Fitted] = []
    blocks: dict[str, list[pd.DataFrame]] = {name: [] for name in BY_LANGUAGE}
    for language in study.languages:
        one = Fitted(study, counts, articles, language)
        if one.lacks:
            blocks["topic_quality"].append(_refused(language, *one.lacks[:2]))
            continue
        with small_corpus_told(corpus.say, f"topics of {language}: "):
            made_of = _tables_of(one, study.analysis.n_topics, study.analysis.seed)
        for name, rows in made_of.items():
            blocks[name].append(rows)
        blocks["topic_quality"].append(_other_unit(one, articles))
        models.append(one)
    made = {name: tables.stack(name, parts) for name, parts in blocks.items()}
    related = relate(study, models)
    return made | related.tables | {"topics": _topics(study, models, made["topic_terms"], related)}


def _tables_of(one: Fitted, n_topics: int, seed: int) -> dict[str, pd.DataFrame]:
    """The rows of one language in each of `BY_LANGUAGE`."""
    figures = one.learn(n_topics, seed, samples=SAMPLES)
    kept = {"topic": "all", "quantity": "map keeps", "value": coordinates(one.model.topic_term).kept}
    more = pd.DataFrame([*_over_seeds(one, seed), *_unassigned(one), kept])
    return {
        "topic_terms": _terms(one),
        "topic_quality": pd.concat([figures, more]).assign(language=one.language),
        "topic_documents": _typical(one),
        "topic_fits": _halves(one, seed),
        "topic_measures": _shares(one),
    }


def _topics(study: Study, models: list[Fitted], terms: pd.DataFrame, related: Related) -> pd.DataFrame:
    """What each topic is called, by us and by the researcher, and which it goes with."""
    labels = assign_labels(study.labels, terms)[0] if len(terms) else {}
    by_terms, rows = names_by_terms(terms), []
    for one in models:
        about = one.articles
        called = artefacts(
            one.model, one.matrix, outlet=about["outlet"], week=weeks(about), story=about["copy_cluster"], n=DISPLAYED
        )["called"]
        places = coordinates(one.model.topic_term).points
        label = [labels[name].text if name in labels else "" for name in one.names]
        rows.append(pd.DataFrame({
            "language": one.language, "topic": one.names, "called": called.to_numpy(),
            "topic_name": [own or by_terms[name] for name, own in zip(one.names, label, strict=True)],
            "x": places["x"].to_numpy(), "y": places["y"].to_numpy(), "label": label,
            "reason": [labels[name].reason if name in labels else "" for name in one.names],
            "strand": [related.strand.get(name, "") for name in one.names],
            "package": [related.package.get(name, "") for name in one.names],
        }))  # fmt: skip
    return _told_apart(tables.stack("topics", rows))


def _told_apart(topics: pd.DataFrame) -> pd.DataFrame:
    """Topics of several languages that bear one label, with the language; of one language, with their number, too."""
    for column in ("language", "topic"):
        again = topics["topic_name"].duplicated(keep=False)
        which = topics[column].map(name_of)
        topics.loc[again, "topic_name"] = topics["topic_name"] + " (" + which + ")"
    return topics


def _refused(language: str, lacking: str, n: int) -> pd.DataFrame:
    row = {"language": language, "topic": "none", "quantity": lacking, "value": float(n)}
    return pd.DataFrame([row | {"low": np.nan, "high": np.nan}])


def _other_unit(one: Fitted, articles: pd.DataFrame) -> pd.DataFrame:
    """How many items of the language no topic is learned from, since they are of another unit; no row without any."""
    n = int(((articles["language"] == one.language) & (articles["unit"] != one.unit)).sum())
    row = {"language": one.language, "topic": "all", "quantity": "items of another unit", "value": float(n)}
    return pd.DataFrame([row | {"low": np.nan, "high": np.nan}] if n else [], columns=[*row, "low", "high"])


def _over_seeds(one: Fitted, seed: int) -> list[dict[str, object]]:
    """Overlap of each topic's terms with its partner's under other seeds."""
    with warned_once():
        others = [fit(one.matrix, len(one.names), seed + step).topic_term for step in range(1, SEEDS)]
    overlap = found_again(one.model.topic_term, others, n=DISPLAYED)
    return [
        {"topic": name, "quantity": "stability over seeds", "value": float(column.mean()),
         "low": float(column.min()), "high": float(column.max())}
        for name, column in zip(one.names, overlap.T, strict=True)
    ]  # fmt: skip


def _unassigned(one: Fitted) -> list[dict[str, object]]:
    """Share of each outlet's articles that nothing speaks for a topic in; they keep equal shares."""
    outside = pd.Series(~one.model.assigned_, index=one.articles["outlet"].to_numpy()).groupby(level=0).mean()
    return [
        {"topic": "all", "quantity": f"unassigned {outlet}", "value": float(share), "low": np.nan, "high": np.nan}
        for outlet, share in outside.items()
    ]


def _terms(one: Fitted) -> pd.DataFrame:
    """The first terms of each topic by any ranking; ``rank`` is by probability."""
    beta, share = one.model.topic_term, one.model.doc_topic.mean(axis=0)
    frex, relevance = term_scores(beta, "frex"), term_scores(beta, "relevance", share=share)
    chosen = [top_columns(scores, n=KEPT) for scores in (beta, frex, relevance)]
    order = np.argsort(np.argsort(-beta, axis=1, kind="stable"), axis=1)
    rows = []
    for k, name in enumerate(one.names):
        columns = np.unique(np.concatenate([ranking[k] for ranking in chosen]))
        columns = columns[np.argsort(order[k, columns])]
        rows.append(pd.DataFrame({
            "language": one.language, "topic": name, "rank": order[k, columns] + 1,
            "term": [one.vocabulary[c] for c in columns], "weight": beta[k, columns], "frex": frex[k, columns],
            "relevance": np.where(np.isfinite(relevance[k, columns]), relevance[k, columns], np.nan),
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _typical(one: Fitted) -> pd.DataFrame:
    """The articles of different stories that hold most of each topic, and the passage that holds most of it."""
    index, theirs = _by_passage(one)
    rows = []
    for name in one.names:
        ordered = one.shares[name].sort_values(ascending=False, kind="stable")
        first = ordered[~one.articles.loc[ordered.index, "copy_cluster"].duplicated().to_numpy()].head(TYPICAL)
        for place, (article, share) in enumerate(first.items()):
            mine = theirs.loc[(index["article_id"] == article).to_numpy(), name]
            position = int(index.loc[mine.idxmax(), "position"]) if len(mine) else -1
            rows.append((one.language, name, place + 1, article, float(share), position))
    return pd.DataFrame(rows, columns=["language", "topic", "place", "article_id", "share", "position"])


def _by_passage(one: Fitted) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Passages that hold a term of the model, and their topic shares."""
    rows = one.counts[one.counts["term"].isin(one.vocabulary)]
    keys = ["article_id", "position"]
    index = rows[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    places = pd.MultiIndex.from_frame(index).get_indexer(pd.MultiIndex.from_frame(rows[keys]))
    columns = pd.Index(one.vocabulary).get_indexer(rows["term"])
    matrix = sparse.csr_matrix((rows["count"], (places, columns)), shape=(len(index), len(one.vocabulary)))
    return index, pd.DataFrame(one.model.transform(matrix), columns=one.names)


def _shares(one: Fitted) -> pd.DataFrame:
    long = one.shares.rename_axis(columns="measure").stack().rename("value").reset_index()
    return long.assign(kind="topic", voice="all")


def _halves(one: Fitted, seed: int) -> pd.DataFrame:
    """Shares under fits on half of the stories, long."""
    shares = refit_shares(
        lambda csr: fit(csr, len(one.names), seed), one.matrix, one.model.topic_term,
        clusters=one.articles["copy_cluster"], fits=HALVES, rng=np.random.default_rng(seed), n=DISPLAYED,
    )  # fmt: skip
    columns = [range(1, HALVES + 1), one.articles.index, one.names]
    index = pd.MultiIndex.from_product(columns, names=["fit", "article_id", "measure"])
    return pd.DataFrame({"value": shares.ravel()}, index=index).reset_index()
