"""Counts to topics: one model a language, what each of its topics is worth, and what each is."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.data import tables
from helpers.pipeline.indicator_measures import relevant_counts, replace_measures
from helpers.pipeline.topic_network import relate
from helpers.study import Study
from helpers.text.aliases import Aliases
from helpers.text.counts import dtm
from helpers.topics.artefacts import artefacts
from helpers.topics.labels import assign_labels
from helpers.topics.matching import found_again, refit_shares
from helpers.topics.quality import worth
from helpers.topics.term_ranking import term_scores, top_columns
from helpers.topics.topic_map import coordinates
from helpers.topics.topic_model import SmallCorpusWarning, TopicModel
from helpers.topics.topic_number import as_rows, recommended_range, sheet

FEWEST_ARTICLES = 60  # below this a topic model of ours is refused: topics of so few documents are noise
DISPLAYED = 10  # terms by which a topic is shown and judged
KEPT = 3 * DISPLAYED  # terms of a topic that are kept, by each ranking
TYPICAL = 8  # articles shown for a topic
SEEDS, SAMPLES = 3, 10
HALVES = 10  # fits on half of the stories, for the intervals of topic shares


class Fitted:
    """One language's model with the documents it is of."""

    def __init__(self, study: Study, counts: pd.DataFrame, corpus: pd.DataFrame, language: str) -> None:
        self.language, self.counts = language, counts[counts["language"] == language]
        self.matrix, index, self.vocabulary = matrix_of(study, counts, language)
        self.articles = corpus.set_index("article_id").loc[index["article_id"]]
        self.enough = len(self.articles) >= FEWEST_ARTICLES

    def learn(self, n_topics: int, seed: int, *, samples: int) -> pd.DataFrame:
        """Fit, with every figure about the topics."""
        about = self.articles
        self.model, figures = worth(
            lambda csr: fit(csr, n_topics, seed), self.matrix,
            carriers={"outlet": about["outlet"], "week": weeks(about), "story": about["copy_cluster"]},
            copied=~about["is_original"].to_numpy(bool), clusters=about["copy_cluster"], samples=samples,
            rng=np.random.default_rng(seed), n=DISPLAYED,
        )  # fmt: skip
        self.names = [f"{self.language}-{number + 1:02d}" for number in range(n_topics)]
        return figures.assign(
            topic=figures["topic"].map({**dict(zip(self.model.topic_ids, self.names, strict=True)), "all": "all"})
        )

    @property
    def shares(self) -> pd.DataFrame:
        """θ, one row an article, a column a topic."""
        return pd.DataFrame(self.model.doc_topic, index=self.articles.index, columns=self.names)


def matrix_of(study: Study, counts: pd.DataFrame, language: str) -> tuple[sparse.csr_matrix, pd.DataFrame, list[str]]:
    """Article × term matrix of one language: content words, the names of the pair left out.

    The two states stand in every relevant passage, so their names carry no topic.
    """
    names = Aliases({code: study.entities[code] for code in study.pair}, language).words
    rows = counts[counts["language"] == language]
    return dtm(rows, min_documents=study.analysis.min_documents, language=language, drop=names)


def fit(matrix: sparse.csr_matrix, n_topics: int, seed: int) -> TopicModel:
    """The house's topic model on an article × term matrix."""
    return TopicModel(n_topics, seed=seed).fit(matrix)


@contextmanager
def warned_once() -> Iterator[None]:
    """Fits beside the one that is kept: `topics` has warned of a small corpus, and the page tells it in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)
        yield


def weeks(articles: pd.DataFrame) -> pd.Series:
    """ISO week of each article's local day; undated ones have a week of their own."""
    calendar = articles["day"].dt.isocalendar()
    told = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    return told.where(articles["day"].notna(), "undated")


def topics(study: Study, *, n_topics: int | None = None, seed: int | None = None) -> pd.DataFrame:
    """Fit topics language by language; write them, what each is worth, what it is, and the shares in ``measures``.

    Tables: ``topics``, ``topic_quality``, ``topic_notes``, ``topic_documents``, and those of `relate`.  A language with
    fewer than `FEWEST_ARTICLES` relevant articles gets none, with a row in ``topic_quality`` (topic ``none``, quantity
    ``articles``) that says so.

    Returns
    -------
    DataFrame: the ``topics`` table, as written
    """
    counts, corpus = relevant_counts(study)
    n_topics, seed = n_topics or study.analysis.n_topics, study.analysis.seed if seed is None else seed
    models, blocks = (
        [],
        {
            name: [tables.empty(name)]
            for name in ("topics", "topic_quality", "topic_documents", "topic_fits", "measures")
        },
    )
    for language in study.languages:
        one = Fitted(study, counts, corpus, language)
        if not one.enough:
            blocks["topic_quality"].append(_refused(language, len(one.articles)))
            continue
        figures = one.learn(n_topics, seed, samples=SAMPLES)
        models.append(one)
        kept = {"topic": "all", "quantity": "map keeps", "value": coordinates(one.model.topic_term).kept}
        more = pd.DataFrame([*_over_seeds(one, seed), *_unassigned(one), kept])
        blocks["topics"].append(_terms(one))
        blocks["topic_quality"].append(pd.concat([figures, more]).assign(language=language))
        blocks["topic_documents"].append(_typical(one))
        blocks["topic_fits"].append(_halves(one, seed))
        blocks["measures"].append(_shares(one))
    written = {name: pd.concat(parts, ignore_index=True) for name, parts in blocks.items()}
    replace_measures(study, "topic:", written.pop("measures"))
    for name, rows in written.items():
        tables.write(study.processed, name, rows)
    _write_notes(study, models, written["topics"])
    return tables.read(study.processed, "topics")


def _write_notes(study: Study, models: list[Fitted], terms: pd.DataFrame) -> None:
    """What each topic is called, by us and by the researcher, and which it goes with."""
    labels = assign_labels(study.labels, terms)[0] if len(terms) else {}
    relations = relate(study, models)
    rows = [tables.empty("topic_notes")]
    for one in models:
        about = one.articles
        called = artefacts(
            one.model, one.matrix, outlet=about["outlet"], week=weeks(about), story=about["copy_cluster"], n=DISPLAYED
        )["called"]
        places = coordinates(one.model.topic_term).points
        rows.append(pd.DataFrame({
            "language": one.language, "topic": one.names, "called": called.to_numpy(),
            "x": places["x"].to_numpy(), "y": places["y"].to_numpy(),
            "label": [labels[name].text if name in labels else "" for name in one.names],
            "reason": [labels[name].reason if name in labels else "" for name in one.names],
            "strand": [relations["strand"].get(name, "") for name in one.names],
            "package": [relations["package"].get(name, "") for name in one.names],
        }))  # fmt: skip
    tables.write(study.processed, "topic_notes", pd.concat(rows, ignore_index=True))


def lost_labels(study: Study) -> list[str]:
    """A sentence for each of the study's labels that fits no topic now."""
    terms = tables.read(study.processed, "topics")
    return assign_labels(study.labels, terms)[1] if len(terms) else []


def _refused(language: str, n_articles: int) -> pd.DataFrame:
    row = {"language": language, "topic": "none", "quantity": "articles", "value": float(n_articles)}
    return pd.DataFrame([row | {"low": np.nan, "high": np.nan}])


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
    wide = one.shares.rename(columns=lambda name: f"topic:{name}")
    long = wide.rename_axis(columns="measure").stack().rename("value").reset_index()
    return long.assign(voice="all")


def _halves(one: Fitted, seed: int) -> pd.DataFrame:
    """Shares under fits on half of the stories, long."""
    shares = refit_shares(
        lambda csr: fit(csr, len(one.names), seed), one.matrix, one.model.topic_term,
        clusters=one.articles["copy_cluster"], fits=HALVES, rng=np.random.default_rng(seed), n=DISPLAYED,
    )  # fmt: skip
    measures = [f"topic:{name}" for name in one.names]
    columns = [range(1, HALVES + 1), one.articles.index, measures]
    index = pd.MultiIndex.from_product(columns, names=["fit", "article_id", "measure"])
    return pd.DataFrame({"value": shares.ravel()}, index=index).reset_index()


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
        with warned_once():
            table = sheet(
                matrix, range(fewest, most + 1), seeds=[study.analysis.seed + s for s in range(2)], n_samples=5,
                rng=np.random.default_rng(study.analysis.seed), clusters=clusters,
            )  # fmt: skip
        blocks.append(_sheet_rows(table).assign(language=language))
    result = pd.concat(blocks, ignore_index=True)
    tables.write(study.processed, "topic_range", result)
    return result


def recommended(study: Study, language: str) -> range:
    """The numbers of topics that the sheet cannot tell from the best, or the study's range before it was made."""
    fewest, most = study.analysis.topic_range
    if tables.exists(study.processed, "topic_range"):
        advised = tables.read(study.processed, "topic_range")
        advised = advised[(advised["language"] == language) & (advised["quantity"] == "recommended")]
        if len(advised):
            fewest, most = int(advised["low"].iloc[0]), int(advised["high"].iloc[0])
    return range(fewest, most + 1)


def _sheet_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The sheet as rows, and the range it recommends."""
    low, high = recommended_range(table)
    advised = {"n_topics": low, "quantity": "recommended", "value": np.nan, "low": float(low), "high": float(high)}
    return pd.concat([as_rows(table), pd.DataFrame([advised])], ignore_index=True)
