"""Counts to keyness: which words set one outlet, or one group of outlets, apart from another of the same language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.compare.against_rest import REST
from helpers.compare.clusters import CLUSTERS
from helpers.compare.keyness import keyness as permuted_keyness
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_counts
from helpers.pipeline.names import GROUP, sided
from helpers.pipeline.rests import group_pairs_of, pairs_of, rests
from helpers.study import Study
from helpers.study.units import UNITS
from helpers.text.aliases import Aliases
from helpers.text.counts import dtm
from helpers.text.tokens import is_content

FEWEST_ARTICLES = 20  # a side with fewer has too few clusters for any word
COLUMNS = [
    "delta", "se", "z_model", "z", "p", "q", "n_target", "n_reference", "clusters_target", "clusters_reference",
    "block_weeks", "method", "note",
]  # fmt: skip
ABOUT_THESE = "said of these outlets and not of their kind, since stories and weeks are permuted and not outlets"
PRIORS = ("pooled", "background")
FROM_BACKGROUND = 0.9  # weight of the background in its prior; the rest is pooled, so that no word has none


@dataclass(frozen=True)
class Contrast:
    """Two sides of one language: the key of each, and the outlets of both."""

    language: str
    target: str
    reference: str
    outlets: dict[str, bool]  # outlet to whether it is on the target's side


def make(corpus: Corpus) -> pd.DataFrame:
    """``keyness``: log-odds of content words and listed phrases for each pair of outlets in one language.

    Groups of outlets are contrasted, too, where one of them has several outlets of the language; where outlets are
    many, each is contrasted with the rest of its group in place of pairs.  Names of the pair are left out, since every
    relevant passage has them; sides with fewer than `FEWEST_ARTICLES` analysed articles are not contrasted.  A contrast
    that cannot be judged is written without p and q, `note` giving the reason.
    """
    return keyness(corpus)


def keyness(corpus: Corpus, *, prior: str = "pooled") -> pd.DataFrame:
    """The table ``keyness`` under a prior.

    Parameters
    ----------
    corpus : Corpus
    prior : {'pooled', 'background'}
        What the pseudo-counts are shaped like: the two sides together, or everything else that their outlets wrote.

    Raises
    ------
    ValueError
        An unknown prior.
    """
    if prior not in PRIORS:
        raise ValueError(f"prior {prior!r} is not one of {', '.join(PRIORS)}")
    study, counts, articles = corpus.study, analysed_counts(corpus), analysed_articles(corpus)
    background = corpus.table("background") if prior == "background" else None
    judged = (_judge(study, counts, articles, one, background) for one in _contrasts(study, articles))
    blocks = [rows for rows in judged if rows is not None]
    return tables.stack("keyness", [sided(rows, study, ("target", "reference")) for rows in blocks])


def _contrasts(study: Study, corpus: pd.DataFrame) -> Iterator[Contrast]:
    """Pairs of outlets, or each and the rest of its group; then groups of several outlets; in a language and unit."""
    for language, unit in product(study.languages, UNITS):
        sizes = corpus.loc[(corpus["language"] == language) & (corpus["unit"] == unit), "outlet"].value_counts()
        spoken = [outlet for outlet in study.outlets if sizes.get(outlet, 0) > 0]
        enough = {o for o in spoken if sizes[o] >= FEWEST_ARTICLES}
        for one, two in pairs_of(study):
            if enough.issuperset((one, two)):
                yield Contrast(language, one, two, {one: True, two: False})
        for one, (name, members) in rests(study).items():
            others = [other for other in members if other in spoken]
            if one in enough and sizes.reindex(others).sum() >= FEWEST_ARTICLES:
                yield Contrast(language, one, f"{REST}{name}", {one: True} | dict.fromkeys(others, False))
        alike = {name: own for name, own in study.groups.items() if {unit} == {study.unit_of(one) for one in own}}
        groups = {name: [o for o in members if o in spoken] for name, members in alike.items()}
        able = [name for name, members in groups.items() if sizes.reindex(members).sum() >= FEWEST_ARTICLES]
        for one, two in group_pairs_of(study):
            if {one, two} <= set(able) and max(len(groups[one]), len(groups[two])) > 1:
                sides = dict.fromkeys(groups[one], True) | dict.fromkeys(groups[two], False)
                yield Contrast(language, f"{GROUP}{one}", f"{GROUP}{two}", sides)


def _judge(
    study: Study, counts: pd.DataFrame, corpus: pd.DataFrame, one: Contrast, background: pd.DataFrame | None
) -> pd.DataFrame | None:
    """The rows of one contrast; nothing where a side holds no word worth testing."""
    matrix, articles, terms = _matrix(study, counts, corpus, one)
    target = articles["outlet"].map(one.outlets).to_numpy(dtype=bool)
    if min(matrix[target].sum(), matrix[~target].sum()) == 0:
        return None
    shape = None if background is None else _shape(background, one, matrix, terms)
    rows = permuted_keyness(
        matrix, target, ~target, terms=terms, clusters=articles[CLUSTERS].reset_index(drop=True), prior=shape,
        alpha0=None if shape is None else 0.05 * min(matrix[target].sum(), matrix[~target].sum()),
        rng=np.random.default_rng(study.analysis.seed), day=articles["day"].reset_index(drop=True),
        outlets=articles["outlet"].to_numpy(),
    )  # fmt: skip
    rows = rows[rows["tested"] | (rows["method"] == "refused")].dropna(subset=["delta"])
    sides = {"language": one.language, "target": one.target, "reference": one.reference}
    if one.target.startswith(GROUP):
        rows["note"] = [f"{note}; {ABOUT_THESE}" if note else ABOUT_THESE for note in rows["note"]]
    return rows[COLUMNS].rename_axis("term").reset_index().assign(**sides)


def _matrix(
    study: Study, counts: pd.DataFrame, corpus: pd.DataFrame, one: Contrast
) -> tuple[sparse.csr_matrix, pd.DataFrame, list[str]]:
    """Counts of the words worth testing, the articles of its rows, and the words."""
    spoken = corpus[(corpus["language"] == one.language) & corpus["outlet"].isin(list(one.outlets))]
    articles = spoken.set_index("article_id")
    rows = counts[counts["article_id"].isin(articles.index)]
    names = Aliases({code: study.entities[code] for code in study.pair}, one.language).words
    matrix, index, terms = dtm(
        rows, min_documents=study.analysis.min_documents, singles_only=False, language=one.language, drop=names
    )
    wanted = np.array([_worth_testing(term, one.language, names) for term in terms])
    kept = [term for term, keep in zip(terms, wanted, strict=True) if keep]
    return matrix[:, wanted], articles.loc[index["article_id"]], kept


def _shape(background: pd.DataFrame, one: Contrast, matrix: sparse.csr_matrix, terms: list[str]) -> np.ndarray:
    """Shares of the terms in everything else that these outlets wrote, with a tenth of the pooled ones."""
    rows = background[(background["language"] == one.language) & background["outlet"].isin(list(one.outlets))]
    there = rows.groupby("term")["count"].sum().reindex(terms).fillna(0).to_numpy(float)
    here = np.asarray(matrix.sum(axis=0)).ravel()
    weight = FROM_BACKGROUND if there.sum() else 0.0
    return weight * there / max(there.sum(), 1.0) + (1 - weight) * here / here.sum()


def _worth_testing(term: str, language: str, names: frozenset[str]) -> bool:
    """Content words, and phrases in which more than names stands; entities are counted elsewhere."""
    if term.startswith("@"):
        return False
    return any(is_content(word, language) and word not in names for word in term.split(" "))
