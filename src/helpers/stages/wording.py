"""Counts to keyness: which words set one outlet apart from another of the same language."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.compare.keyness import log_odds
from helpers.stages.corpus import CLUSTERS
from helpers.stages.measuring import relevant_counts
from helpers.study import Study
from helpers.text.aliases import Aliases
from helpers.text.counts import dtm
from helpers.text.tokens import is_content

FEWEST_ARTICLES = 20  # a side with fewer has too few clusters for any word
COLUMNS = ["delta", "z_model", "z", "p", "q", "n_target", "n_reference", "clusters_target", "clusters_reference"]


def keyness(study: Study) -> pd.DataFrame:
    """Write ``keyness``: log-odds of content words and listed phrases for each pair of outlets in one language.

    Names of the pair are left out, since every relevant passage has them; outlets with fewer than
    `FEWEST_ARTICLES` relevant articles are not contrasted.

    Returns
    -------
    DataFrame: the ``keyness`` table, as written; terms that could be tested
    """
    counts, corpus = relevant_counts(study)
    blocks = [tables.empty("keyness")]
    for language in study.languages:
        spoken = corpus[corpus["language"] == language]
        sizes = spoken["outlet"].value_counts()
        able = [outlet for outlet in study.outlets if sizes.get(outlet, 0) >= FEWEST_ARTICLES]
        for one, two in combinations(able, 2):
            blocks.append(_contrast(study, counts, spoken, language, (one, two)))
    table = pd.concat(blocks, ignore_index=True)
    tables.write(study.processed, "keyness", table)
    return table


def _contrast(
    study: Study, counts: pd.DataFrame, spoken: pd.DataFrame, language: str, pair: tuple[str, str]
) -> pd.DataFrame:
    articles = spoken[spoken["outlet"].isin(pair)].set_index("article_id")
    rows = counts[counts["article_id"].isin(articles.index)]
    names = Aliases({code: study.entities[code] for code in study.pair}, language).words
    matrix, index, terms = dtm(
        rows, min_documents=study.analysis.min_documents, singles_only=False, language=language, drop=names
    )
    wanted = np.array([_worth_testing(term, language, names) for term in terms])
    matrix, terms = matrix[:, wanted], [term for term, keep in zip(terms, wanted, strict=True) if keep]
    sides = articles.loc[index["article_id"]]
    target = (sides["outlet"] == pair[0]).to_numpy()
    found = log_odds(matrix, target, ~target, terms=terms, clusters=sides[CLUSTERS].reset_index(drop=True))
    found = found[found["tested"]]
    return found[COLUMNS].rename_axis("term").reset_index().assign(target=pair[0], reference=pair[1])


def _worth_testing(term: str, language: str, names: frozenset[str]) -> bool:
    """Content words, and phrases in which more than names stands; entities are counted elsewhere."""
    if term.startswith("@"):
        return False
    return any(is_content(word, language) and word not in names for word in term.split(" "))
