"""What topics would be without cleaning: recurring lines and a reprinted story put back into the practice study.

Cleaning takes both out, so that no topic of a cleaned corpus can be one of them.  Here a model is fitted on counts with
them in, and every topic that it makes of them must be called by name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_counts
from helpers.pipeline.topic_fit import DISPLAYED, Fitted, warned_once, weeks
from helpers.study import Study
from helpers.text.tokens import is_content, lemmas
from helpers.topics.artefacts import artefacts
from helpers.topics.term_ranking import top_columns
from helpers.topics.topic_model import TopicModel

FEWEST_WORDS = 6  # content words of an outlet's recurring lines, before they can be a topic
REPRINTS = 0.15  # of the articles: how often the story is put back
TRIMMED = 0.9  # of its words each reprint keeps
WIRE = "put back: one story"


def uncleaned(corpus: Corpus) -> pd.DataFrame:
    """What each topic of an uncleaned corpus is called, and what was put back that it is.

    Returns
    -------
    DataFrame: language, topic, put_back ('boilerplate', 'wire story', ''), called
    """
    study, counts, articles = corpus.study, analysed_counts(corpus), analysed_articles(corpus)
    lines = corpus.table("boilerplate")
    blocks = [pd.DataFrame(columns=["language", "topic", "put_back", "called"])]
    for language in study.languages:
        one = Fitted(study, counts, articles, language)
        if not one.lacks:
            blocks.append(_put_back(study, one, lines))
    return pd.concat(blocks, ignore_index=True)


def _put_back(study: Study, one: Fitted, lines: pd.DataFrame) -> pd.DataFrame:
    words = {
        outlet: sorted({w for line in part["line"] for w in lemmas(line, one.language) if is_content(w, one.language)})
        for outlet, part in lines[lines["outlet"].isin(one.articles["outlet"])].groupby("outlet", sort=True)
    }
    words = {outlet: terms for outlet, terms in words.items() if len(terms) >= FEWEST_WORDS}
    extra = sorted({f"{outlet} {term}" for outlet, terms in words.items() for term in terms})
    column = {name: one.matrix.shape[1] + place for place, name in enumerate(extra)}
    rows = [one.matrix, sparse.csr_matrix((one.matrix.shape[0], len(extra)))]
    whole = sparse.hstack(rows, format="lil")
    outlets = one.articles["outlet"].to_numpy()
    for outlet, terms in words.items():
        places = [column[f"{outlet} {term}"] for term in terms]
        whole[np.ix_(outlets == outlet, places)] = 1.0
    rng = np.random.default_rng(study.analysis.seed)
    story, n = _longest(one), max(3, round(REPRINTS * len(outlets)))
    copies = sparse.csr_matrix(np.where(rng.uniform(size=(n, len(story))) < TRIMMED, story, 0.0))
    copies = sparse.hstack([copies, sparse.csr_matrix((n, len(extra)))])
    matrix = sparse.vstack([whole.tocsr(), copies], format="csr")
    printed = rng.integers(len(outlets), size=n)
    about = pd.concat([one.articles, one.articles.iloc[printed].assign(copy_cluster=WIRE)])
    return _called(study, one, matrix, about, n_boilerplate=len(words))


def _longest(one: Fitted) -> np.ndarray:
    """Counts of the longest article, as a story that everybody prints."""
    return one.matrix[int(np.asarray(one.matrix.sum(axis=1)).argmax())].toarray().ravel()


def _called(
    study: Study, one: Fitted, matrix: sparse.csr_matrix, about: pd.DataFrame, *, n_boilerplate: int
) -> pd.DataFrame:
    with warned_once():
        # Without neighbours, which look past most of what was put back: here it has to become a topic first.
        n_topics = study.analysis.n_topics + n_boilerplate + 1
        model = TopicModel(n_topics, smoothing=0.0, seed=study.analysis.seed).fit(matrix)
    table = artefacts(
        model, matrix, outlet=about["outlet"], week=weeks(about), story=about["copy_cluster"], n=DISPLAYED
    )
    top = top_columns(model.topic_term, n=DISPLAYED)
    lines = (top >= one.matrix.shape[1]).mean(axis=1) >= 0.5
    reprinted = model.doc_topic[(about["copy_cluster"] == WIRE).to_numpy()].sum(axis=0) / model.doc_topic.sum(axis=0)
    put_back = np.where(lines, "boilerplate", np.where(reprinted >= 0.5, "wire story", ""))
    return table[["topic", "called"]].assign(language=one.language, put_back=put_back)
