"""Measures to estimates: how outlets, and groups of outlets, differ, each estimand under its name.

A difference is of a window, a rule of what bears on the pair, and a population of outlets.  The one that leads is that
of the days on which both sides were collected, by one rule for both (`LEAD`); over the whole period, each by its own
rule, it stands beside it.  Groups of outlets are compared as these outlets, and as kinds of outlet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.against_rest import REST, beside_rest, collected_of
from helpers.compare.clusters import CLUSTERS
from helpers.compare.detectable import smallest_detectable
from helpers.compare.differences import (
    BALANCED,
    KIND,
    SUPPORT,
    THESE,
    benjamini_hochberg,
    differences,
    means,
    ratios,
)
from helpers.compare.support import NO_OVERLAP, in_common, support
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import MOST_OF_A_GROUP, collected_days
from helpers.pipeline.measure_checks import Gate, check_state, held_back
from helpers.pipeline.measures import fits_of, largest_topics, with_articles, with_fits
from helpers.pipeline.names import GROUP, sided
from helpers.pipeline.pooled_groups import pooled
from helpers.pipeline.rests import comparable, group_pairs_of, in_pairs, pairs_of, rests
from helpers.study import Study

PERIOD, HELD_BACK = "period", "held back"
COMMON, LEAD = "common window", "common window, one rule"
LEAD_BALANCED = f"{LEAD}, balanced"
TRAITS = ["month", "log_words"]  # in which both sides are made alike
ITEMS = ("all", "originals", "unflagged")
USED = ["kind", "measure", "outlet", "language", "value", "is_original", "doubtful", "topic", "day", "month",
        "log_words", *CLUSTERS]  # fmt: skip
WITHIN = {"period, within topic": ["topic"], "period, within topic and month": ["topic", "month"]}
WITHIN_LEAD = {f"{LEAD}, within topic": ["topic"], f"{LEAD}, within month": ["month"]}
STANDS_OUT = 0.2  # p of a difference in a study of many outlets, up to which it is asked again among like with like
FEWEST_BESIDE_REST = 10  # articles of an outlet; of fewer only the level is told
SIDES = {"outlet": "pairs", "group": "groups", "rest": "outlets beside the rest"}
PLANNED = (PERIOD, COMMON, LEAD)  # windows of the planned contrasts
UNCOMPARED = (HELD_BACK, NO_OVERLAP)
UNLESS_SAID = ("reference", "window", "estimand", "block_weeks", "smallest", "ratio", "ratio_low", "ratio_high",
               "n_originals", "n_outlets", *SUPPORT, *BALANCED)  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """What is asked of one measure: the study, what may be compared, and how."""

    study: Study
    gate: Gate
    kind: str
    measure: str
    whole: bool  # all voices and all items: groups, ratios, common windows and contrasts within topics are of these
    fits: list[str]
    one_rule: pd.DataFrame  # the measure again, by one rule for every outlet
    collected: Mapping[str, pd.Series]  # days on which each outlet, or group, was collected
    planned: Collection[tuple[str, str, frozenset[str]]]

    @property
    def options(self) -> dict[str, object]:
        """As the instruments of comparison take them."""
        level = self.study.analysis.coverage_level
        return {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": level}

    def is_planned(self, pair: tuple[str, str]) -> bool:
        """Whether the plan has the difference of two sides in this measure."""
        return (self.kind, self.measure, frozenset(pair)) in self.planned

    def worth_controls(self, pair: tuple[str, str], difference: pd.DataFrame) -> bool:
        """Whether a difference is asked again within topics and months: all where outlets are few; else what counts.

        Thirty outlets have some hundred contrasts a window, of which a reader meets those of the plan and the clearest.
        """
        return self.is_planned(pair) or in_pairs(self.study) or difference["p"].min() <= STANDS_OUT

    @property
    def remembered(self) -> dict[str, object]:
        """The same, for differences of these outlets: weeks remember."""
        return self.options | {"day": "day", "memory": True}


def make(corpus: Corpus) -> pd.DataFrame:
    """``estimates`` of every measure: means by outlet, and differences between outlets where the gate allows."""
    study, checks, shares = corpus.study, corpus.table("measure_checks"), corpus.table("frame_shares")
    gate, planned, blocks = Gate(checks), _planned(study), []
    collected = collected_days(study, corpus.table("daily_volume"), least=MOST_OF_A_GROUP)
    rows, by_one_rule = (_read(corpus, name) for name in ("measures", "one_rule_measures"))
    again = dict(iter(by_one_rule.groupby(["kind", "measure"])))
    for (kind, measure, voice), part in rows.groupby(["kind", "measure", "voice"], sort=True):
        state = check_state(checks, shares, kind, measure, part["language"].unique())
        name, fits = part["measure_name"].iloc[0], fits_of(part)
        part, one_rule = (some[[*USED, *fits]] for some in (part, again.get((kind, measure), part.iloc[:0])))
        for items in ITEMS if voice == "all" else ITEMS[:1]:  # one thing changes at a time; 09 crosses them
            if len(chosen := _chosen(part, items)):
                ask = Ask(study, gate, kind, measure, voice == items == "all", fits, one_rule, collected, planned)
                about = {"voice": voice, "items": items, "checks": state, "measure_name": name}
                blocks.append(_estimates(ask, chosen).assign(**about))
    return _adjusted(sided(tables.stack("estimates", blocks), study)) if blocks else tables.empty("estimates")


def _read(corpus: Corpus, table: str) -> pd.DataFrame:
    """Measures of articles with what comparisons need of the articles, and their largest topic."""
    return _placed(with_fits(with_articles(corpus, corpus.table(table)), corpus.table("topic_fits")))


def _placed(measures: pd.DataFrame) -> pd.DataFrame:
    """Measures with each article's largest topic, where its language has topics."""
    placed = measures.assign(
        topic=measures["article_id"].map(largest_topics(measures)),
        log_words=np.log1p(measures["n_words"].to_numpy(dtype=float)),
    )
    return placed.astype(dict.fromkeys(["outlet", "language", "topic", "month"], object))  # taken apart often


def _chosen(rows: pd.DataFrame, items: str) -> pd.DataFrame:
    """All items, originals only, or those without a doubtful flag; none of the last where no item has one."""
    if items == "originals":
        return rows[rows["is_original"]]
    if items == "unflagged":
        return rows[~rows["doubtful"]] if rows["doubtful"].any() else rows.iloc[:0]
    return rows


def _estimates(ask: Ask, part: pd.DataFrame) -> pd.DataFrame:
    """Means by outlet and differences between pairs of one measure; of everything together, groups of outlets, too."""
    allowed, held = _pairs(ask, part)
    blocks = [means(part, fits=ask.fits, day="day", **ask.options), _between(ask, part, allowed), _held_back(held)]
    if ask.whole:
        blocks += [_in_common(ask, part, ask.one_rule, allowed), _of_groups(ask, part)]
    if ask.kind == "indicator" and ask.whole:
        blocks.append(_alike(part, allowed, ask.remembered, WITHIN))
    sizes = part["outlet"].value_counts()
    enough = {outlet: rest for outlet, rest in rests(ask.study).items() if sizes.get(outlet, 0) >= FEWEST_BESIDE_REST}
    blocks += [_beside_rest(ask, part, outlet, *rest) for outlet, rest in enough.items() if ask.whole]
    rows = pd.concat([block for block in blocks if len(block)], ignore_index=True)
    rows = rows.reindex(columns=[*rows.columns, *{*UNLESS_SAID} - {*rows.columns}])
    texts = {"reference": "", "window": PERIOD, "estimand": THESE}
    rows = rows.assign(**{column: rows[column].astype(object).fillna(blank) for column, blank in texts.items()})
    counted = _counted(ask.study, part, rows)
    level = rows["reference"] == ""
    rows.loc[level, "p"] = np.nan
    rows.loc[level, "n_group"], rows.loc[level, "clusters_group"] = rows["n_articles"], rows["n_clusters"]
    rows = rows.fillna(
        {"n_originals": counted["n_originals"], "n_outlets": counted["n_outlets"], **dict.fromkeys(SUPPORT, 0)}
    )
    whole_numbers = ("n_articles", "n_originals", "n_clusters", "n_outlets", *SUPPORT)
    sides = zip(rows["group"], rows["reference"], rows["window"], strict=True)
    return rows.assign(
        **{column: rows[column].astype("int64") for column in whole_numbers}, kind=ask.kind, measure=ask.measure,
        level=ask.study.analysis.coverage_level, side="", group_name="", reference_name="", q=np.nan, family="",
        planned=[window in PLANNED and ask.is_planned(tuple(pair)) for *pair, window in sides],
    )  # fmt: skip


def _between(ask: Ask, part: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Differences of pairs with their smallest detectable size; a ratio of what is counted, taken together."""
    if not pairs:
        return pd.DataFrame()
    between = differences(part, pairs=pairs, fits=ask.fits, **ask.remembered)
    stretch = dict(zip(pairs, between.pop("stretch"), strict=True))
    if len(part) > part["outlet"].nunique():
        known = smallest_detectable(part, fits=ask.fits, stretch=stretch, **ask.options)
        sizes = {(row.group, row.reference): row.smallest for row in known.itertuples()}
        between["smallest"] = [sizes.get((one, two), sizes.get((two, one))) for one, two in pairs]
    if ask.fits or not ask.whole:  # a ratio of fitted shares would leave out what the fits add
        return between
    times = ratios(part, pairs=pairs, day="day", **ask.options)
    return between.assign(ratio=times["estimate"], ratio_low=times["low"], ratio_high=times["high"])


def _of_groups(ask: Ask, part: pd.DataFrame) -> pd.DataFrame:
    """Levels of groups of several outlets, and their differences as these outlets and as kinds of outlet."""
    groups = pooled(ask.study, ask.gate, part)
    if not groups:
        return pd.DataFrame()
    together = pd.concat(groups, ignore_index=True)
    again = pooled(ask.study, ask.gate, ask.one_rule) if len(ask.one_rule) else []
    by_one_rule = pd.concat(again, ignore_index=True) if again else together.iloc[:0]
    pairs = _group_pairs(ask, together)
    blocks = [
        means(together, fits=ask.fits, day="day", **ask.options),
        _between(ask, together, pairs),
        _in_common(ask, together, by_one_rule, pairs),
        *(_kinds(ask, together, pair).assign(window=PERIOD) for pair in pairs),
        *(_kinds(ask, _shared(ask, by_one_rule, pair), pair).assign(window=LEAD) for pair in pairs),
    ]
    return pd.concat([block for block in blocks if len(block)], ignore_index=True)


def _beside_rest(ask: Ask, part: pd.DataFrame, outlet: str, name: str, others: tuple[str, ...]) -> pd.DataFrame:
    """Differences of an outlet and the rest of its group, asked as those of a pair are."""
    others, rest = comparable(ask.study, ask.gate, ask.kind, ask.measure, outlet, others), f"{REST}{name}"
    sides = {"group": "outlet", "name": outlet, "others": others, "rest": rest}
    rows, pairs = beside_rest(part, **sides), [(outlet, rest)]
    if rows["outlet"].nunique() < 2:
        return pd.DataFrame()
    ask = replace(ask, collected=collected_of(ask.collected, others, rest))
    blocks = [_between(ask, rows, pairs)]
    if ask.whole:
        blocks.append(_in_common(ask, rows, beside_rest(ask.one_rule, **sides), pairs))
    if ask.whole and ask.kind == "indicator" and ask.worth_controls(pairs[0], blocks[0]):
        blocks.append(_alike(rows, pairs, ask.remembered, WITHIN))
    return pd.concat([block for block in blocks if len(block)], ignore_index=True)


def _kinds(ask: Ask, together: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """The difference of two kinds of outlet; outlets that are of both stand for neither."""
    rows = together[together["outlet"].isin(pair)]
    both = rows.groupby("unit")["outlet"].transform("nunique") > 1
    rows = rows[~both]
    if rows["outlet"].nunique() < 2:
        return pd.DataFrame()
    between = differences(rows, pairs=[pair], fits=ask.fits, estimand=KIND, unit="unit", **ask.options)
    about = {"estimand": KIND, "n_outlets": rows["unit"].nunique(), "n_originals": rows["is_original"].sum()}
    return between.assign(**about)


def _shared(ask: Ask, rows: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """The articles of two sides on the days on which both were collected."""
    return in_common(rows, group="outlet", pair=pair, day="day", collected=ask.collected)


def _in_common(ask: Ask, part: pd.DataFrame, by_one_rule: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Differences in the common window: each by its own rule, by one; by that within topics, months, and balanced."""
    blocks = []
    for pair in pairs:
        before, block = None, pd.DataFrame()
        for window, rows in ((COMMON, part), (LEAD, by_one_rule)):
            rows = _shared(ask, rows, pair)
            apart = rows["outlet"].nunique() < 2
            if before is None or not _same(before, rows):  # where one rule chose the same, nothing is computed again
                block = _without_overlap(rows, pair) if apart else _between(ask, rows, [pair])
                block["n_originals"], before = rows["is_original"].sum(), rows
            blocks.append(block.assign(window=window))
        if not apart and ask.worth_controls(pair, block):
            options = ask.remembered | {"fits": ask.fits}
            strata = {window: by for window, by in WITHIN_LEAD.items() if [ask.kind] != by}  # no topic within topics
            blocks.append(_alike(rows, [pair], options, strata))
            blocks.append(_adjusted_for(rows, [pair], options | {"balance": TRAITS}).assign(window=LEAD_BALANCED))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _same(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    """Whether two selections hold the same values of the same articles."""
    columns = [name for name in one.columns if name in ("outlet", "value", "day", *CLUSTERS) or name.startswith("fit ")]
    return len(one) == len(two) and all((one[name].to_numpy() == two[name].to_numpy()).all() for name in columns)


def _without_overlap(rows: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """A row for a difference that has no support, and is not told."""
    blank = dict.fromkeys(("estimate", "low", "high", "p"), float("nan"))
    note = "the two sides have no time in common from which both have an article"
    counted = support(rows, group="outlet", pair=pair, clusters=CLUSTERS) | {"n_articles": len(rows), "n_clusters": 0}
    sides = {"group": pair[0], "reference": pair[1], "method": NO_OVERLAP, "note": note}
    return pd.DataFrame([sides | blank | counted])


def _alike(
    part: pd.DataFrame, pairs: list[tuple[str, str]], options: dict[str, object], windows: Mapping[str, list[str]]
) -> pd.DataFrame:
    """Differences among articles of one main topic, or one month: a news diet is no view, nor is a busy month."""
    blocks = []
    for window, within in windows.items():
        rows = part.dropna(subset=within)  # a language of few articles has no topics
        able = [pair for pair in pairs if set(rows["outlet"]).issuperset(pair)]
        if able:
            blocks.append(_adjusted_for(rows, able, options | {"within": within}).assign(window=window))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _adjusted_for(rows: pd.DataFrame, pairs: list[tuple[str, str]], options: dict[str, object]) -> pd.DataFrame:
    """Differences within strata or under weights, with the originals of the articles that have a counterpart."""
    return differences(rows, pairs=pairs, originals="is_original", **options).drop(columns="stretch")


def _counted(study: Study, part: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Originals, and outlets, among the articles of both sides of each row; no outlet where nothing was compared."""
    originals = part.groupby("outlet")["is_original"].sum()
    sides = {outlet: (int(n), 1) for outlet, n in originals.items()}
    for name, outlets in study.groups.items():
        here = originals.reindex(outlets).dropna()
        sides[f"{GROUP}{name}"] = (int(here.sum()), len(here))
    apart, sums = rests(study), []
    for one, two, method in rows[["group", "reference", "method"]].to_numpy():
        if two.startswith(REST):
            here = originals.reindex(list(apart[one][1])).dropna()
            sides[two] = (int(here.sum()), len(here))
        both = [sides.get(side, (0, 0)) for side in (one, two)]
        sums.append((both[0][0] + both[1][0], 0 if method in UNCOMPARED else both[0][1] + both[1][1]))
    return pd.DataFrame(sums, index=rows.index, columns=["n_originals", "n_outlets"])


def _group_pairs(ask: Ask, together: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of groups whose outlets may all be compared by the measure."""
    members = together.groupby("outlet")["unit"].unique()
    asked = [{f"{GROUP}{name}" for name in pair} for pair in group_pairs_of(ask.study)]
    return [
        (one, two)
        for one, two in combinations(members.index, 2)
        if {one, two} in asked
        and not held_back(ask.study, ask.gate, ask.kind, ask.measure, [*members[one], *members[two]])
    ]


def _pairs(ask: Ask, part: pd.DataFrame) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Pairs of outlets that may be compared, and the others with the reason."""
    allowed, held = [], []
    present = set(part["outlet"])
    for one, two in [pair for pair in pairs_of(ask.study) if present.issuperset(pair)]:
        reason = held_back(ask.study, ask.gate, ask.kind, ask.measure, (one, two))
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
    """q within each family: see `family`."""
    keys = ["planned", "kind", "side", "estimand", "window", "voice", "items"]
    alone = estimates["reference"] == ""
    estimates["family"] = [family(*row) for row in estimates[keys].itertuples(index=False, name=None)]
    estimates.loc[alone, "family"] = "levels"
    for _, rows in estimates[~alone].groupby("family"):
        estimates.loc[rows.index, "q"] = benjamini_hochberg(rows["p"].to_numpy())
    return estimates


def family(planned: bool, kind: str, side: str, estimand: str, window: str, voice: str, items: str) -> str:
    """With which others a difference is counted: the plan's own, or those of one kind of measure and of side.

    Each estimand, window, voice and set of items asks all its questions once, and is counted alone.

    >>> family(True, "indicator", "outlet", "these outlets", "period", "all", "all")
    'plan, period'
    >>> family(False, "topic", "group", "kind of outlet", "period", "all", "originals")
    'topics of groups, kind of outlet, period, originals'
    """
    of = "plan" if planned else f"{kind}s of {SIDES[side]}"
    varied = [estimand if estimand == KIND else "", window]
    varied += ["" if voice == "all" else f"{voice} voice", "" if items == "all" else items]
    return ", ".join(filter(None, [of, *varied]))
