"""Measures to estimates: how outlets, and groups of outlets, differ; as they are, and within topic and month."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.detectable import smallest_detectable
from helpers.compare.differences import benjamini_hochberg, differences, means, ratios
from helpers.data import tables
from helpers.data.corpus import CLUSTERS, load_corpus
from helpers.pipeline.indicator_measures import fits_of, topic_fits
from helpers.pipeline.measure_checks import check_state
from helpers.study import Study

VOICES = ("all", "outlet", "quoted")
ITEMS = ("all", "originals", "unflagged")
WITHIN = {"period, within topic": ["topic"], "period, within topic and month": ["topic", "month"]}
TOLERANCE = 0.15  # the most by which an indicator's recall or precision may differ between languages compared


def load_measures(study: Study) -> pd.DataFrame:
    """Measures with everything that comparisons need of their articles: outlet, language, day, clusters.

    Topic shares also have their values under other fits, in the columns that `fits_of` names.
    """
    corpus = load_corpus(study, relevant_only=True)
    columns = ["article_id", "outlet", "language", "published", "day", "is_original", "doubtful", *CLUSTERS]
    measures = tables.read(study.processed, "measures")
    if tables.exists(study.processed, "topic_fits"):
        measures = measures.join(topic_fits(study), on=["article_id", "measure"])
    joined = tables.join(measures, corpus[columns], "article_id")
    for way in CLUSTERS:  # whole numbers in the order of the labels: nothing downstream reads names
        joined[way] = pd.factorize(joined[way], sort=True)[0]
    return joined


def pooled(study: Study, measure: str, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The articles of each group of several outlets under the group's name, where the language gate allows."""
    found, may = [], gates(study)
    for name, outlets in study.groups.items():
        spoken = sorted({study.outlets[outlet].language for outlet in outlets})
        present = rows["outlet"].isin(outlets)
        if rows.loc[present, "outlet"].nunique() > 1 and not any(
            may(measure, pair) for pair in combinations(spoken, 2)
        ):
            found.append(rows[present].assign(outlet=f"group:{name}"))
    return found


Gate = Callable[[str, tuple[str, str]], str]


def gates(study: Study) -> Gate:
    """The gate of `gate`, with what is known of the measures read once."""
    known = tables.read(study.processed, "measure_checks") if tables.exists(study.processed, "measure_checks") else None
    return cache(lambda measure, languages: _reason(known, measure, languages))


def gate(study: Study, measure: str, languages: tuple[str, str]) -> str:
    """Why a measure may not be compared across two languages; empty when it may.

    Its error must have been measured in both languages, and its recall and precision must be within `TOLERANCE`.
    """
    return gates(study)(measure, languages)


def _reason(checks: pd.DataFrame | None, measure: str, languages: tuple[str, str]) -> str:
    if languages[0] == languages[1]:
        return ""
    if checks is None:
        return "error not measured in any language"
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
    measures = _placed(study, load_measures(study))
    blocks = [tables.empty("estimates")]
    for (measure, voice), rows in measures.groupby(["measure", "voice"], sort=True):
        for items in ITEMS if voice == "all" else ITEMS[:1]:  # one thing changes at a time; 09 crosses them
            part = _chosen(rows, items)
            if len(part):
                blocks.append(_estimates(study, part, str(measure), voice, items))
    estimates = _adjusted(pd.concat(blocks, ignore_index=True))
    tables.write(study.processed, "estimates", estimates)
    return estimates


def _placed(study: Study, measures: pd.DataFrame) -> pd.DataFrame:
    """Measures with each article's month and its largest topic, where its language has topics."""
    shares = measures[measures["measure"].str.startswith("topic:")]
    largest = shares.sort_values(["value", "measure"], ascending=[False, True]).drop_duplicates("article_id")
    topic = measures["article_id"].map(largest.set_index("article_id")["measure"])
    return measures.assign(topic=topic, month=measures["day"].dt.strftime("%Y-%m"))


def _chosen(rows: pd.DataFrame, items: str) -> pd.DataFrame:
    """All items, originals only, or those without a doubtful flag; none of the last where no item has one."""
    if items == "originals":
        return rows[rows["is_original"]]
    if items == "unflagged":
        return rows[~rows["doubtful"]] if rows["doubtful"].any() else rows.iloc[:0]
    return rows


def _estimates(study: Study, part: pd.DataFrame, measure: str, voice: str, items: str) -> pd.DataFrame:
    """Means by outlet and differences between pairs of one measure; of everything together, groups of outlets, too."""
    level, whole = study.analysis.coverage_level, voice == items == "all"
    groups = pooled(study, measure, part) if whole else []
    fits = fits_of(part)
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": level}
    allowed, held = _pairs(study, part, measure)
    blocks = [means(part, fits=fits, **options), _between(part, allowed, fits, options, whole)]
    if groups:
        together = pd.concat(groups, ignore_index=True)
        pairs = _group_pairs(study, measure, together)
        blocks += [means(together, fits=fits, **options), _between(together, pairs, fits, options, whole)]
    if measure.startswith("indicator:") and whole:
        blocks.append(_alike(part, allowed, options))
    rows = pd.concat([block for block in [*blocks, _held_back(held, level)] if len(block)], ignore_index=True)
    rows["reference"] = rows["reference"].fillna("") if "reference" in rows else ""
    counted = pd.Series(_originals(study, part, rows), index=rows.index)
    rows["n_originals"] = rows["n_originals"].fillna(counted) if "n_originals" in rows else counted
    rows.loc[rows["reference"] == "", "p"] = np.nan
    rows = rows.reindex(columns=[*rows.columns, *{"smallest", "ratio", "ratio_low", "ratio_high"} - {*rows.columns}])
    rows["window"] = rows["window"].fillna("period") if "window" in rows else "period"
    planned = _planned(study)
    copied = ["group", "reference", "estimate", "low", "high", "p", "note", "method", "smallest", "window"]
    names = zip(rows["group"], rows["reference"], rows["window"], strict=True)
    return pd.DataFrame(
        {
            **{column: rows[column] for column in [*copied, "ratio", "ratio_low", "ratio_high"]},
            **{column: rows[column].astype("int64") for column in ("n_articles", "n_originals", "n_clusters")},
            "quantity": measure,
            "voice": voice,
            "items": items,
            "level": level,
            "checks": check_state(study, measure, part["language"].unique()),
            "planned": [window == "period" and (measure, frozenset(pair)) in planned for *pair, window in names],
            "q": np.nan,
        }
    )


def _between(
    part: pd.DataFrame, pairs: list[tuple[str, str]], fits: list[str], options: dict[str, object], whole: bool
) -> pd.DataFrame:
    """Differences of pairs with their smallest detectable size; a ratio of what is counted, taken together."""
    if not pairs:
        return pd.DataFrame()
    found = differences(part, pairs=pairs, fits=fits, **options)
    sizes = smallest_detectable(part, **options).set_index(["group", "reference"])["smallest"]
    found["smallest"] = [sizes.get((one, two), sizes.get((two, one))) for one, two in pairs]
    if fits or not whole:  # a ratio of fitted shares would leave out what the fits add
        return found
    times = ratios(part, pairs=pairs, **options)
    return found.assign(ratio=times["estimate"], ratio_low=times["low"], ratio_high=times["high"])


def _alike(part: pd.DataFrame, pairs: list[tuple[str, str]], options: dict[str, object]) -> pd.DataFrame:
    """Differences among articles of one main topic, and of one topic and month: a news diet is no view."""
    blocks = []
    for window, within in WITHIN.items():
        rows = part.dropna(subset=within)  # a language of few articles has no topics
        cells = rows.pivot_table(index=within, columns="outlet", values="is_original", aggfunc=["size", "sum"])
        present = set(rows["outlet"])
        able = [pair for pair in pairs if present.issuperset(pair)]
        if able:
            counted = [_shared_originals(cells, list(pair)) for pair in able]
            found = differences(rows, pairs=able, within=within, **options)
            blocks.append(found.assign(window=window, n_originals=counted))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _shared_originals(cells: pd.DataFrame, pair: list[str]) -> int:
    """Originals of two outlets in the strata that hold articles of both."""
    shared = (cells["size"][pair] > 0).all(axis=1)
    return int(cells["sum"].loc[shared, pair].to_numpy().sum())


def _originals(study: Study, part: pd.DataFrame, rows: pd.DataFrame) -> list[int]:
    """Originals among the articles of both sides of each row."""
    by_outlet = part.groupby("outlet")["is_original"].sum()
    by_group = {f"group:{name}": by_outlet.reindex(outlets).sum() for name, outlets in study.groups.items()}
    known = {**by_outlet.to_dict(), **by_group, "": 0}
    return [int(known.get(one, 0) + known.get(two, 0)) for one, two in rows[["group", "reference"]].to_numpy()]


def _group_pairs(study: Study, measure: str, together: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of groups whose languages may all be compared by the measure."""
    spoken, may = together.groupby("outlet")["language"].unique(), gates(study)
    return [
        (one, two)
        for one, two in combinations(spoken.index, 2)
        if not any(may(measure, (a, b)) for a in spoken[one] for b in spoken[two])
    ]


def _pairs(study: Study, part: pd.DataFrame, measure: str) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Pairs of outlets that may be compared, and the others with the reason."""
    allowed, held, may = [], [], gates(study)
    present = [outlet for outlet in study.outlets if outlet in set(part["outlet"])]
    for one, two in combinations(present, 2):
        languages = (study.outlets[one].language, study.outlets[two].language)
        reason = may(measure, languages)
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
        (comparison.quantity, frozenset(pair))
        for comparison in study.plan.comparisons
        for pair in combinations(comparison.groups, 2)
    }


def _adjusted(estimates: pd.DataFrame) -> pd.DataFrame:
    """q within each family: the differences of one kind of measure, one window, one voice and one set of items."""
    kind = estimates["quantity"].str.split(":").str[0]
    for _, rows in estimates.groupby([kind, "window", "voice", "items"]):
        estimates.loc[rows.index, "q"] = benjamini_hochberg(rows["p"].to_numpy())
    return estimates
