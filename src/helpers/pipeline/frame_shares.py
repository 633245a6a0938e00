"""Codes of some passages and predictions of all to shares of frames: raw, coded and corrected, and how predictions err.

The classifier is trained in each language apart, on every passage that was coded: words of one language say nothing of
another's, and its error is asked for by language.  Copies have one code: what coders said of the printing that was
drawn holds for all.  Each article counts once, as everywhere in the house, so a passage weighs one over the relevant
passages of its article.  Intervals are about the process: what the outlets do, not only these articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.coding.sample import KEY, units
from helpers.compare.clusters import CLUSTERS
from helpers.compare.corrected_shares import corrected_differences, corrected_shares
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.frames.classify import classifier_errors, count_features, groups, predict, stacked, text_features
from helpers.pipeline.codes import current_codes, settled_codes
from helpers.pipeline.coding_sample import population
from helpers.pipeline.external_labels import Labels, given_labels
from helpers.pipeline.names import frame_name
from helpers.pipeline.rests import pairs_of
from helpers.study import Study
from helpers.text.counts import dtm

CLASSIFIER, ALL = "classifier", "all"
INDICATORS = 0.3  # how much fired indicators count beside words in the classifier's features
UNSURE = 0.5  # a code on which people differ and nobody has decided


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """``frame_shares`` and ``frame_errors``; both without rows when no passage was coded."""
    study, shares, wrong = corpus.study, [], []
    passages = coded_passages(corpus)
    if len(passages):
        brought = given_labels(study, passages)
        for language, part in passages.groupby("language", sort=True):
            for source, code, rows in _predicted(corpus, str(language), part.reset_index(drop=True), brought):
                about = {"kind": "frame", "measure": code, "measure_name": frame_name(study, code), "source": source}
                shares.append(_shares(study, rows).assign(language=language, **about))
                wrong.append(_errors(study, rows).assign(language=language, **about))
    made = {"frame_shares": shares, "frame_errors": wrong}
    return {name: tables.stack(name, blocks) for name, blocks in made.items()}


def coded_passages(corpus: Corpus) -> pd.DataFrame:
    """Every relevant passage with its code on each frame where its printing that was drawn was coded.

    A code on which coders differ, and that nobody has decided, counts as their mean: leaving such passages out would
    leave out the hard ones.  Passages that were drawn and not coded, or that no coder could tell, are taken for missing
    by chance within their stratum, and the chance of being drawn is lowered by as much.

    Returns
    -------
    DataFrame, a row a passage: keys, outlet, language, clusters, month, week, ``weight``, ``unit``, ``first``, and for
        each frame ``code:<CODE>``, ``chance:<CODE>``; no rows when the study has no codes
    """
    codes = _one_code(corpus)
    if codes.empty:
        return pd.DataFrame()
    passages = population(corpus).reset_index(drop=True)
    passages = passages.join(units(passages))
    about = corpus.table("articles")[["article_id", "outlet_week", "day"]]
    passages = tables.join(passages, about, "article_id")
    passages["weight"] = 1 / passages.groupby("article_id")["position"].transform("size")
    drawn = corpus.table("coding_sample")
    place = passages.loc[passages["first"], [*KEY, "unit"]]
    for code, rows in codes.groupby("frame", sort=True):
        known = _chances(drawn, rows).merge(place, on=KEY, how="inner", validate="one_to_one").set_index("unit")
        for column in ("code", "chance"):
            passages[f"{column}:{code}"] = passages["unit"].map(known[column]).astype(float)
    return passages


def _one_code(corpus: Corpus) -> pd.DataFrame:
    """One code a passage and frame: settled, or the mean of the people who differ."""
    settled = settled_codes(corpus)
    said = current_codes(corpus).groupby([*KEY, "frame"])["value"].mean().rename("mean").reset_index()
    table = settled.merge(said, on=[*KEY, "frame"], how="left", validate="one_to_one")
    table["code"] = table["value"].fillna(table["mean"])
    return table[table["code"].notna()]


def _chances(drawn: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Coded passages of one frame in the present draw, with the chance of having been drawn and coded."""
    known = drawn.merge(rows[[*KEY, "code"]], on=KEY, how="left", validate="one_to_one")
    answered = known["code"].notna().groupby(known["stratum"]).transform("mean")
    return known.assign(chance=known["probability"] * answered)[known["code"].notna()][[*KEY, "code", "chance"]]


Rows = tuple[str, str, pd.DataFrame]


def _predicted(corpus: Corpus, language: str, part: pd.DataFrame, brought: list[Labels]) -> Iterator[Rows]:
    """Source, frame and passages with prediction, for the classifier and each file of labels.

    Where nobody coded a frame there is no classifier of it, and labels that were brought stand alone.
    """
    frames = [name.removeprefix("code:") for name in part.columns if name.startswith("code:")]
    held = part[[*KEY, "outlet", "day", *CLUSTERS, "weight", "first"]]
    codes = part[[f"code:{code}" for code in frames]]
    sure = codes.where(codes != UNSURE).where(part["first"], axis=0).to_numpy(float)
    group = groups(part["copy_cluster"], [part["month"], _weeks(part)], np.isfinite(sure).any(axis=1))
    predictions = predict(_features(corpus, language, part), sure, group=group, seed=corpus.study.analysis.seed)
    for place, code in enumerate(frames):
        rows = held.assign(code=part[f"code:{code}"], chance=part[f"chance:{code}"])
        made = {
            "prediction": predictions.probability[:, place],
            "label": predictions.label[:, place],
            "why": predictions.notes[place],
        }
        if rows["code"].notna().any():
            yield CLASSIFIER, code, rows.assign(**made)
        for labels in brought:
            if (value := labels.of(part, code)) is not None:
                yield labels.source, code, rows.assign(prediction=value, label=value >= 0.5, why="")


def _weeks(part: pd.DataFrame) -> pd.Series:
    """Week of each passage, whatever the outlet."""
    return part["outlet_week"].str.rsplit(" ", n=1).str[-1]


def _features(corpus: Corpus, language: str, part: pd.DataFrame) -> sparse.csr_matrix:
    """Words of each passage, from text or else from counts, beside the indicators that fired in it."""
    if part["text"].notna().all():
        words = text_features(part["text"].tolist())
    else:
        counts = corpus.table("counts").merge(part[KEY], on=KEY, how="inner")
        matrix, index, _ = dtm(counts, unit="passage", language=language)
        row = pd.Series(range(len(index)), index=pd.MultiIndex.from_frame(index[KEY]))
        at = row.reindex(pd.MultiIndex.from_frame(part[KEY])).fillna(len(index)).astype(int).to_numpy()
        words = count_features(sparse.vstack([matrix, sparse.csr_matrix((1, matrix.shape[1]))]).tocsr()[at])
    fired = corpus.table("indicator_hits").query("voice == 'all'").merge(part[KEY].reset_index(), on=KEY, how="inner")
    if fired.empty:
        return words
    columns = pd.factorize(fired["measure"], sort=True)[0]
    shape = (len(part), int(columns.max()) + 1)
    hits = sparse.csr_matrix((np.ones(len(fired)), (fired["index"].to_numpy(), columns)), shape=shape)
    return stacked(words, hits, weights=[1.0, INDICATORS])


def _shares(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Shares of outlets, and differences between pairs of them (`helpers.pipeline.rests.pairs_of`)."""
    named = {"probability": "chance", "weight": "weight", "level": study.analysis.coverage_level}
    options = {"group": "outlet", "clusters": CLUSTERS, "day": "day", **named}
    blocks = [corrected_shares(rows, **options)]
    asked = {frozenset(pair) for pair in pairs_of(study)}
    if pairs := [pair for pair in combinations(sorted(rows["outlet"].unique()), 2) if frozenset(pair) in asked]:
        blocks.append(corrected_differences(rows, pairs=pairs, **options))
    table = pd.concat(blocks, ignore_index=True).rename(columns={"n_units": "n_passages"})
    if why := rows["why"].iloc[0]:
        table["note"] = [("; ".join(filter(None, [why, note]))) for note in table["note"]]
    called = {outlet: study.outlets[outlet].name for outlet in study.outlets} | {"": ""}
    names = {f"{side}_name": table[side].fillna("").map(called) for side in ("group", "reference")}
    return table.assign(**names).drop(columns=["se", "dof"])


def _errors(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Errors by outlet and of the whole language, from printings that coders read."""
    coded = rows[rows["code"].notna() & rows["first"]].rename(columns={"prediction": "probability"})
    options = {"clusters": CLUSTERS, "level": study.analysis.coverage_level}
    if coded.empty:
        return pd.DataFrame()
    whole = classifier_errors(coded, **options).assign(outlet=ALL, outlet_name=ALL)
    each = classifier_errors(coded, by=["outlet"], **options)
    each["outlet_name"] = [study.outlets[outlet].name for outlet in each["outlet"]]
    return pd.concat([each, whole], ignore_index=True)
