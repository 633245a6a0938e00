"""One language's topic model with the documents it is of: what tables of topics, their number and universes share."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.study import Study
from helpers.text.aliases import Aliases
from helpers.text.counts import dtm
from helpers.topics.quality import worth
from helpers.topics.smoothing import distinct_rows
from helpers.topics.topic_model import SmallCorpusWarning, TopicModel

FEWEST_ARTICLES = 60  # below this a topic model of ours is refused: topics of so few documents are noise
A_TOPIC = 4  # distinct articles, and terms, that a topic needs: fits on half of the stories find enough of both
DISPLAYED = 10  # terms by which a topic is shown and judged


class Fitted:
    """One language's model with the documents it is of."""

    def __init__(self, study: Study, counts: pd.DataFrame, corpus: pd.DataFrame, language: str) -> None:
        self.language, self.counts = language, counts[counts["language"] == language]
        self.matrix, index, self.vocabulary = matrix_of(study, counts, language)
        self.articles = corpus.set_index("article_id").loc[index["article_id"]]
        self.unit = self.articles["unit"].iloc[0] if len(self.articles) else study.unit
        self.lacks = lacks(self.matrix, most_topics(study))

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


def most_topics(study: Study) -> int:
    """The largest number of topics that a study asks for."""
    return max(study.analysis.n_topics, *study.analysis.topic_range)


def lacks(matrix: sparse.csr_matrix, most: int) -> tuple[str, int, int] | None:
    """What so many topics cannot be learned for want of: its name, how much there is, how much it takes.

    >>> lacks(sparse.csr_matrix(np.ones((70, 90))), 8)
    ('distinct articles', 1, 32)
    >>> lacks(sparse.csr_matrix(np.eye(70)), 8) is None
    True
    """
    there = {"articles": (matrix.shape[0], FEWEST_ARTICLES)}
    there["distinct articles"] = (len(distinct_rows(matrix, matrix.shape[0])), A_TOPIC * most)
    there["terms"] = (len(np.unique(matrix.indices)), A_TOPIC * most)
    return next(((name, n, fewest) for name, (n, fewest) in there.items() if n < fewest), None)


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
def small_corpus_told(say: Callable[[str], None], about: str) -> Iterator[None]:
    """A warning of a small corpus as a line of progress, once; the page tells it too.  Other warnings go their way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SmallCorpusWarning)
        yield
    for line in dict.fromkeys(str(one.message) for one in caught if issubclass(one.category, SmallCorpusWarning)):
        say(about + line)
    for one in caught:
        if not issubclass(one.category, SmallCorpusWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


@contextmanager
def warned_once() -> Iterator[None]:
    """Fits beside the one that is kept: `make` has warned of a small corpus, and the page tells it in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)
        yield


def weeks(articles: pd.DataFrame) -> pd.Series:
    """ISO week of each article's local day; undated ones have a week of their own."""
    calendar = articles["day"].dt.isocalendar()
    label = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    return label.where(articles["day"].notna(), "undated")
