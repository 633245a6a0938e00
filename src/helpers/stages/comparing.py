"""Measures to estimates: how outlets differ, which words set them apart, what changed around events."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.compare.plan import smallest_detectable
from helpers.compare.prevalence import benjamini_hochberg, differences, means
from helpers.stages.corpus import CLUSTERS, load_corpus
from helpers.study import Study

VOICES = ("all", "outlet", "quoted")
ITEMS = ("all", "originals", "unflagged")
TOLERANCE = 0.15  # the most by which an indicator's recall or precision may differ between languages compared


def load_measures(study: Study) -> pd.DataFrame:
    """Measures with everything that comparisons need of their articles: outlet, language, day, clusters."""
    corpus = load_corpus(study, relevant_only=True)
    columns = ["article_id", "outlet", "language", "published", "day", "is_original", "doubtful", *CLUSTERS]
    measures = tables.read(study.processed, "measures")
    return tables.join(measures, corpus[columns], "article_id")


def gate(study: Study, measure: str, languages: tuple[str, str]) -> str:
    """Why a measure may not be compared across two languages; empty when it may.

    Its error must have been measured in both languages, and its recall and precision must be within `TOLERANCE`.
    """
    if languages[0] == languages[1]:
        return ""
    if not tables.exists(study.processed, "measure_checks"):
        return "error not measured in any language"
    checks = tables.read(study.processed, "measure_checks")
    checks = checks[checks["measure"] == measure]
    for quantity in ("precision", "recall"):
        known = checks[checks["quantity"] == quantity].set_index("language")["value"]
        lacking = [language for language in languages if language not in known or np.isnan(known[language])]
        if lacking:
            return f"{quantity} not known in {' and '.join(lacking)}"
        if abs(known[languages[0]] - known[languages[1]]) > TOLERANCE:
            return f"{quantity} differs between {languages[0]} and {languages[1]} by more than {TOLERANCE}"
    return ""


def power(study: Study) -> pd.DataFrame:
    """Smallest detectable difference of every pair of outlets in every indicator rate, before any is looked at.

    Returns
    -------
    DataFrame as from `smallest_detectable`, with ``measure``
    """
    measures = load_measures(study)
    measures = measures[(measures["voice"] == "all") & measures["measure"].str.startswith("indicator:")]
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": study.analysis.coverage_level}
    tables_ = [smallest_detectable(rows, **options).assign(measure=m) for m, rows in measures.groupby("measure")]
    return pd.concat(tables_, ignore_index=True)


def compare(study: Study) -> pd.DataFrame:
    """Write ``estimates`` of every measure: by outlet, and between outlets where the gate allows.

    Returns
    -------
    DataFrame: the ``estimates`` table, as written
    """
    measures = load_measures(study)
    blocks = [tables.empty("estimates")]
    for (measure, voice), rows in measures.groupby(["measure", "voice"], sort=True):
        for items in ITEMS:
            part = _chosen(rows, items)
            if len(part):
                blocks.append(_estimates(study, part, str(measure)).assign(voice=voice, items=items))
    estimates = _adjusted(pd.concat(blocks, ignore_index=True))
    tables.write(study.processed, "estimates", estimates)
    return estimates


def _chosen(rows: pd.DataFrame, items: str) -> pd.DataFrame:
    """All items, originals only, or those without a doubtful flag; none of the last where no item has one."""
    if items == "originals":
        return rows[rows["is_original"]]
    if items == "unflagged":
        return rows[~rows["doubtful"]] if rows["doubtful"].any() else rows.iloc[:0]
    return rows


def _estimates(study: Study, part: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Means by outlet and differences between pairs of one measure."""
    level = study.analysis.coverage_level
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": level}
    levels = means(part, **options).assign(reference="", p=np.nan)
    allowed, held = _pairs(study, part, measure)
    found = differences(part, pairs=allowed, **options) if allowed else pd.DataFrame()
    if len(found):
        size = smallest_detectable(part, value="value", group="outlet", clusters=CLUSTERS, level=level)
        sizes = {frozenset(pair): s for *pair, s in size[["group", "reference", "smallest"]].to_numpy().tolist()}
        found["smallest"] = [sizes[frozenset(pair)] for pair in found[["group", "reference"]].to_numpy().tolist()]
    rows = pd.concat([levels, found, _held_back(held, level)], ignore_index=True)
    originals = part.groupby("outlet")["is_original"].sum()
    names = rows[["group", "reference"]].to_numpy()
    rows["n_originals"] = [int(sum(originals.get(name, 0) for name in pair)) for pair in names]
    planned = _planned(study)
    return pd.DataFrame(
        {
            **{
                column: rows[column]
                for column in ("group", "reference", "estimate", "low", "high", "p", "note", "method")
            },
            **{column: rows[column].astype("int64") for column in ("n_articles", "n_originals", "n_clusters")},
            "smallest": rows.get("smallest", pd.Series(np.nan, index=rows.index)),
            "quantity": measure,
            "window": "period",
            "level": level,
            "checks": "described",
            "planned": [(measure, frozenset(pair)) in planned for pair in names],
            "q": np.nan,
        }
    )


def _pairs(study: Study, part: pd.DataFrame, measure: str) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Pairs of outlets that may be compared, and the others with the reason."""
    allowed, held = [], []
    present = [outlet for outlet in study.outlets if outlet in set(part["outlet"])]
    for one, two in combinations(present, 2):
        languages = (study.outlets[one].language, study.outlets[two].language)
        reason = "a topic model of one language" if measure.startswith("topic:") else gate(study, measure, languages)
        if languages[0] == languages[1]:
            reason = ""
        if reason:
            held.append((one, two, reason))
        else:
            allowed.append((one, two))
    return allowed, held


def _held_back(held: list[tuple[str, str, str]], level: float) -> pd.DataFrame:
    nan = float("nan")
    blank = {"estimate": nan, "low": nan, "high": nan, "p": nan, "level": level, "n_articles": 0, "n_clusters": 0}
    rows = [{"group": a, "reference": b, "method": "held back", "note": reason, **blank} for a, b, reason in held]
    return pd.DataFrame(rows)


def _planned(study: Study) -> set[tuple[str, frozenset[str]]]:
    if study.plan is None:
        return set()
    return {
        (comparison.measure, frozenset(pair))
        for comparison in study.plan.comparisons
        for pair in combinations(comparison.groups, 2)
    }


def _adjusted(estimates: pd.DataFrame) -> pd.DataFrame:
    """q within each family: the differences of one kind of measure, one voice and one set of items."""
    kind = estimates["quantity"].str.split(":").str[0]
    for _, rows in estimates.groupby([kind, "voice", "items"]):
        estimates.loc[rows.index, "q"] = benjamini_hochberg(rows["p"].to_numpy())
    return estimates
