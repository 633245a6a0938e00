"""Measures to estimates: how outlets, and groups of outlets, differ; as they are, and within topic and month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.detectable import smallest_detectable
from helpers.compare.differences import benjamini_hochberg, differences, means, ratios
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.measure_checks import Gate, check_state
from helpers.pipeline.measures import fits_of, with_articles, with_fits
from helpers.pipeline.names import GROUP, sided
from helpers.pipeline.pooled_groups import pooled
from helpers.study import Study

PERIOD, HELD_BACK = "period", "held back"
ITEMS = ("all", "originals", "unflagged")
USED = ["kind", "measure", "outlet", "language", "value", "is_original", "doubtful", "topic", "month", *CLUSTERS]
WITHIN = {"period, within topic": ["topic"], "period, within topic and month": ["topic", "month"]}


@dataclass(frozen=True)
class Ask:
    """What is asked of one measure: the study, what may be compared, and how."""

    study: Study
    gate: Gate
    kind: str
    measure: str
    whole: bool  # all voices and all items: groups, ratios and contrasts within topics are of these alone
    fits: list[str]

    @property
    def options(self) -> dict[str, object]:
        """As the instruments of comparison take them."""
        level = self.study.analysis.coverage_level
        return {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": level}


def make(corpus: Corpus) -> pd.DataFrame:
    """``estimates`` of every measure: means by outlet, and differences between outlets where the gate allows."""
    study, checks, shares = corpus.study, corpus.table("measure_checks"), corpus.table("frame_shares")
    gate, planned, blocks = Gate(checks), _planned(study), []
    rows = _placed(with_fits(with_articles(corpus), corpus.table("topic_fits")))
    for (kind, measure, voice), part in rows.groupby(["kind", "measure", "voice"], sort=True):
        state = check_state(checks, shares, kind, measure, part["language"].unique())
        name, fits = part["measure_name"].iloc[0], fits_of(part)
        part = part[[*USED, *fits]]
        for items in ITEMS if voice == "all" else ITEMS[:1]:  # one thing changes at a time; 09 crosses them
            if len(chosen := _chosen(part, items)):
                ask = Ask(study, gate, kind, measure, voice == items == "all", fits)
                about = {"voice": voice, "items": items, "checks": state, "measure_name": name}
                blocks.append(_estimates(ask, chosen, planned).assign(**about))
    return _adjusted(sided(tables.stack("estimates", blocks), study)) if blocks else tables.empty("estimates")


def _placed(measures: pd.DataFrame) -> pd.DataFrame:
    """Measures with each article's largest topic, where its language has topics."""
    shares = measures[measures["kind"] == "topic"]
    largest = shares.sort_values(["value", "measure"], ascending=[False, True]).drop_duplicates("article_id")
    return measures.assign(topic=measures["article_id"].map(largest.set_index("article_id")["measure"]))


def _chosen(rows: pd.DataFrame, items: str) -> pd.DataFrame:
    """All items, originals only, or those without a doubtful flag; none of the last where no item has one."""
    if items == "originals":
        return rows[rows["is_original"]]
    if items == "unflagged":
        return rows[~rows["doubtful"]] if rows["doubtful"].any() else rows.iloc[:0]
    return rows


def _estimates(ask: Ask, part: pd.DataFrame, planned: set[tuple]) -> pd.DataFrame:
    """Means by outlet and differences between pairs of one measure; of everything together, groups of outlets, too."""
    groups = pooled(ask.study, ask.gate, part) if ask.whole else []
    allowed, held = _pairs(ask, part)
    blocks = [means(part, fits=ask.fits, **ask.options), _between(ask, part, allowed)]
    if groups:
        together = pd.concat(groups, ignore_index=True)
        blocks += [means(together, fits=ask.fits, **ask.options), _between(ask, together, _group_pairs(ask, together))]
    if ask.kind == "indicator" and ask.whole:
        blocks.append(_alike(part, allowed, ask.options))
    rows = pd.concat([block for block in [*blocks, _held_back(held)] if len(block)], ignore_index=True)
    rows["reference"] = rows["reference"].fillna("") if "reference" in rows else ""
    counted = pd.DataFrame(_counted(ask.study, part, rows), index=rows.index, columns=["n_originals", "n_outlets"])
    rows["n_originals"] = rows["n_originals"].fillna(counted["n_originals"]) if "n_originals" in rows else (
        counted["n_originals"]
    )  # fmt: skip
    rows.loc[rows["reference"] == "", "p"] = np.nan
    rows = rows.reindex(columns=[*rows.columns, *{"smallest", "ratio", "ratio_low", "ratio_high"} - {*rows.columns}])
    rows["window"] = rows["window"].fillna(PERIOD) if "window" in rows else PERIOD
    sides = zip(rows["group"], rows["reference"], rows["window"], strict=True)
    whole_numbers = {column: rows[column].astype("int64") for column in ("n_articles", "n_originals", "n_clusters")}
    return rows.assign(
        **whole_numbers, n_outlets=counted["n_outlets"], kind=ask.kind, measure=ask.measure,
        level=ask.study.analysis.coverage_level, side="", group_name="", reference_name="", q=np.nan, family="",
        planned=[window == PERIOD and (ask.kind, ask.measure, frozenset(pair)) in planned for *pair, window in sides],
    )  # fmt: skip


def _between(ask: Ask, part: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Differences of pairs with their smallest detectable size; a ratio of what is counted, taken together."""
    if not pairs:
        return pd.DataFrame()
    found = differences(part, pairs=pairs, fits=ask.fits, **ask.options)
    sizes = smallest_detectable(part, **ask.options).set_index(["group", "reference"])["smallest"]
    found["smallest"] = [sizes.get((one, two), sizes.get((two, one))) for one, two in pairs]
    if ask.fits or not ask.whole:  # a ratio of fitted shares would leave out what the fits add
        return found
    times = ratios(part, pairs=pairs, **ask.options)
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


def _counted(study: Study, part: pd.DataFrame, rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Originals, and outlets, among the articles of both sides of each row; no outlet where nothing was compared."""
    originals = part.groupby("outlet")["is_original"].sum()
    sides = {outlet: (int(n), 1) for outlet, n in originals.items()}
    for name, outlets in study.groups.items():
        here = originals.reindex(outlets).dropna()
        sides[f"{GROUP}{name}"] = (int(here.sum()), len(here))
    sums = []
    for one, two, method in rows[["group", "reference", "method"]].to_numpy():
        both = [sides.get(side, (0, 0)) for side in (one, two)]
        sums.append((both[0][0] + both[1][0], 0 if method == HELD_BACK else both[0][1] + both[1][1]))
    return sums


def _group_pairs(ask: Ask, together: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of groups whose languages may all be compared by the measure."""
    spoken = together.groupby("outlet")["language"].unique()
    return [
        (one, two)
        for one, two in combinations(spoken.index, 2)
        if not any(ask.gate(ask.kind, ask.measure, (a, b)) for a in spoken[one] for b in spoken[two])
    ]


def _pairs(ask: Ask, part: pd.DataFrame) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Pairs of outlets that may be compared, and the others with the reason."""
    allowed, held, outlets = [], [], ask.study.outlets
    present = set(part["outlet"])
    for one, two in combinations([outlet for outlet in outlets if outlet in present], 2):
        reason = ask.gate(ask.kind, ask.measure, (outlets[one].language, outlets[two].language))
        if reason:
            held.append((one, two, reason))
        else:
            allowed.append((one, two))
    return allowed, held


def _held_back(held: list[tuple[str, str, str]]) -> pd.DataFrame:
    nan = float("nan")
    blank = {"estimate": nan, "low": nan, "high": nan, "p": nan, "n_articles": 0, "n_clusters": 0}
    rows = [{"group": a, "reference": b, "method": HELD_BACK, "note": reason, **blank} for a, b, reason in held]
    return pd.DataFrame(rows)


def _planned(study: Study) -> set[tuple[str, str, frozenset[str]]]:
    if study.plan is None:
        return set()
    return {
        (comparison.kind, comparison.measure, frozenset(pair))
        for comparison in study.plan.comparisons
        for pair in combinations(comparison.groups, 2)
    }


def _adjusted(estimates: pd.DataFrame) -> pd.DataFrame:
    """q within each family: the differences of one kind of measure, one window, one voice and one set of items."""
    for (kind, window, voice, items), rows in estimates.groupby(["kind", "window", "voice", "items"]):
        parts = [f"{kind}s", window, *([f"{voice} voice"] * (voice != "all")), *([items] * (items != "all"))]
        estimates.loc[rows.index, "family"] = ", ".join(parts)
        estimates.loc[rows.index, "q"] = benjamini_hochberg(rows["p"].to_numpy())
    return estimates
