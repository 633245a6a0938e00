"""Which numbers of topics are defensible: diagnostics over the study's range, and the range that they recommend."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, counts_for_topics
from helpers.pipeline.topic_fit import lacks, matrix_of, most_topics, warned_once
from helpers.study import Study
from helpers.topics.topic_number import as_rows, recommended_range, sheet


def make(corpus: Corpus) -> pd.DataFrame:
    """``topic_range``: the sheet of each language; its recommended range as quantity ``recommended``, low to high."""
    study, counts = corpus.study, counts_for_topics(corpus)
    story = analysed_articles(corpus).set_index("article_id")["copy_cluster"]
    fewest, most = study.analysis.topic_range
    seed, blocks = study.analysis.seed, []
    for language in study.languages:
        matrix, index, _ = matrix_of(study, counts, language)
        if lacks(matrix, most_topics(study)):
            continue
        with warned_once():
            table = sheet(
                matrix, range(fewest, most + 1), seeds=[seed, seed + 1], n_samples=5, rng=np.random.default_rng(seed),
                clusters=story.loc[index["article_id"]].to_numpy(),
            )  # fmt: skip
        low, high = recommended_range(table)
        advised = {"n_topics": low, "quantity": "recommended", "value": np.nan, "low": float(low), "high": float(high)}
        rows = pd.concat([as_rows(table), pd.DataFrame([advised])], ignore_index=True)
        blocks.append(rows.assign(language=language))
    return tables.stack("topic_range", blocks)


def recommended(study: Study, topic_range: pd.DataFrame, language: str) -> range:
    """The numbers of topics that the sheet cannot tell from the best; without a sheet of the language, the study's."""
    fewest, most = study.analysis.topic_range
    advised = topic_range[(topic_range["language"] == language) & (topic_range["quantity"] == "recommended")]
    if len(advised):
        fewest, most = int(advised["low"].iloc[0]), int(advised["high"].iloc[0])
    return range(fewest, most + 1)
