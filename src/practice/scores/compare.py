"""Levels and differences of indicators beside the planted ones; words that lean to the side that frames so more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from helpers.study import Study
from practice.scores.rows import GOOD, frame, interval, planted, row, table

LEVEL = 0.05
CLEAR = 0.05  # a planted difference below this has no side to lean to
SCOPES = {"all": "all", "first": "originals"}  # which planted level the items of an estimate are about


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_compare``."""
    estimates, effects = corpus.table("estimates"), corpus.table("truth_effects")
    estimates = estimates[(estimates["kind"] == "indicator") & (estimates["side"] == "outlet")]
    whole = estimates[(estimates["window"] == "period") & (estimates["voice"] == "all")]
    alone = (whole["reference"] == "") & (whole["items"] == "all")
    between = (whole["reference"] != "") & (whole["method"] != "held back")
    leaning = words(corpus.table("keyness"), indicator_words(corpus.study), effects)
    return table("07-compare", levels(whole[alone], effects), differences(whole[between], effects), leaning)


def levels(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Mean indicator rates by outlet beside the realised ones."""
    truth, rows = planted(effects, "indicator", "indicator_articles"), []
    for _, estimate in estimates.iterrows():
        key = (estimate["measure"], estimate["group"])
        if key in truth.index:
            rows.append(interval(f"indicator: {', '.join(key)}", truth[key], estimate, n=estimate["n_articles"]))
    return frame(rows)


def differences(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Differences between outlets beside the planted ones, all items and the first print of each story."""
    rows = []
    for scope, items in SCOPES.items():
        truth = planted(effects, "indicator", "indicator_planted", scope=scope)
        for _, estimate in estimates[estimates["items"] == items].iterrows():
            one, other = ((estimate["measure"], estimate[side]) for side in ("group", "reference"))
            if one in truth.index and other in truth.index:
                name = f"indicator: {', '.join(one)} − {estimate['reference']} ({items})"
                rows.append(interval(name, truth[one] - truth[other], estimate, n=estimate["n_articles"]))
    return frame(rows)


def indicator_words(study: Study) -> dict[str, dict[str, str]]:
    """By language: terms that are an indicator on their own, of one frame only, with that frame's code."""
    codes: dict[str, dict[str, str]] = {}
    for language in study.languages:
        pairs = {(one.all[0], code) for code, one in study.codebook.indicators(language) if len(one.all) == 1}
        terms = pd.Series([term for term, _ in pairs], dtype=object).value_counts()
        codes[language] = {term: code for term, code in pairs if terms[term] == 1}
    return codes


def words(keyness: pd.DataFrame, frames: Mapping[str, Mapping[str, str]], effects: pd.DataFrame) -> pd.DataFrame:
    """For each pair of outlets: the share of clear indicator words that lean as planted, and how many were clear.

    Parameters
    ----------
    keyness : the ``keyness`` table; groups of outlets and refused contrasts are passed over.
    frames : language to term to the one frame whose indicator it is.
    effects : the planted shares, as in ``truth_effects``.

    Returns
    -------
    DataFrame, one row a pair of outlets with a clear word to judge by: columns as `practice.scores.rows.row`

    >>> keyness = pd.DataFrame({"language": ["en"], "side": "outlet", "target": ["a"], "reference": ["b"],
    ...                         "term": ["kin"], "delta": [1.0], "q": [0.01]})
    >>> effects = pd.DataFrame({"kind": "indicator", "measure": "K", "group": ["a", "b"], "reference": "",
    ...                         "span": "all", "voice": "all", "scope": "all", "indicator_planted": [0.5, 0.2]})
    >>> words(keyness, {"en": {"kin": "K"}}, effects)[["recovered", "n"]].values.tolist()
    [[1.0, 1.0]]
    """
    share, rows = planted(effects, "indicator", "indicator_planted"), []
    between = keyness[keyness["side"] == "outlet"]
    for (language, one, two), part in between.groupby(["language", "target", "reference"], sort=False):
        clear = part[part["q"] <= LEVEL]
        codes = clear["term"].map(frames.get(language, {}))
        keys = [[(code, side) for code in codes] for side in (one, two)]
        first, second = (np.array([share.get(key, np.nan) for key in side], dtype=float) for side in keys)
        judged = np.abs(first - second) >= CLEAR
        if not judged.any():
            continue
        agree = (np.sign(first - second) == np.sign(clear["delta"].to_numpy()))[judged]
        verdict = "recovered" if agree.mean() >= GOOD else "missed in part"
        name = f"words that lean as planted, {one} − {two}"
        rows.append(row(name, 1.0, float(agree.mean()), n=int(judged.sum()), verdict=verdict))
    return frame(rows)
