"""What a universe of a comparison compares: the articles that its choices leave, their values and their strata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.support import in_common
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_passages
from helpers.pipeline.event_windows import MOST_OF_A_GROUP, collected_days
from helpers.pipeline.measures import largest_topics, with_articles
from helpers.pipeline.one_rule_measures import indicators_by_one_rule, passages_by_one_rule

KEYS = ["kind", "code", "group", "reference"]  # `code` is the measure's: a choice bears the name `measure`
WHOLE = "whole period"
COMMON = "common window by one rule"
PARTS = {COMMON: (1, 2), "first half": (1,), "second half": (2,)}
PLACES = {WHOLE: "", COMMON: " in the common window", "first half": " in its first half",
          "second half": " in its second half"}  # fmt: skip
STRATA = {"within topic": "topic", "within month": "month"}
Keys = tuple[str, str, str, str]


@dataclass(frozen=True)
class Comparison:
    """All that the universes of one comparison read.

    Attributes
    ----------
    rows : DataFrame
        One row an article, voice and rule, labels as whole numbers: one_rule, outlet, first (of the side from which the
        other is subtracted), voice, value, hits, words, n_passages, part (of the common window: its half, 0 outside),
        topic and month (−1 without one), day, is_original, doubtful, passing, copy_cluster, outlet_week.
    level, seed : of intervals.
    """

    rows: pd.DataFrame
    level: float
    seed: int

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """The columns as arrays: every universe cuts its rows out of them."""
        return {name: self.rows[name].to_numpy() for name in self.rows}

    @cached_property
    def scales(self) -> dict[str, float]:
        """By measure: spread of the main one over its own, within outlets, all voices and articles; 1 without one."""
        rows, spread = self.rows[(self.rows["voice"] == "all") & ~self.rows["one_rule"]], {}
        for measure in ("share of passages", "any passage", "hits per 1,000 words"):
            values = counted(rows, {"measure": measure})
            rest = values - values.groupby(rows["outlet"]).transform("mean")
            spread[measure] = float(np.sqrt((rest**2).mean()))
        main = spread["share of passages"]
        return {measure: main / one if min(main, one) > 0 else 1.0 for measure, one in spread.items()}


def chosen(material: Comparison, universe: Mapping) -> pd.DataFrame:
    """The rows that a universe compares, their ``value`` counted as it counts, with the ``stratum`` they stand in.

    Returns
    -------
    DataFrame: value, first, stratum, outlet, day, and labels of clusters
    """
    columns, (keep, values) = material.columns, _kept(material, universe)
    if universe["window"] != WHOLE:
        keep &= np.isin(columns["part"], PARTS[universe["window"]])
    stratum = columns[STRATA[universe["adjustment"]]] if universe["adjustment"] in STRATA else np.zeros(len(keep), int)
    return _frame(material, universe, keep & (stratum >= 0), values, stratum)


def asked(material: Comparison, universe: Mapping) -> pd.DataFrame:
    """The rows that a universe would compare if the sides shared all their time, in one stratum."""
    keep, values = _kept(material, universe)
    return _frame(material, universe, keep, values, np.zeros(len(keep), int))


def _kept(material: Comparison, universe: Mapping) -> tuple[np.ndarray, np.ndarray]:
    """Which rows a universe keeps at any time, and the values of all."""
    columns, values = material.columns, np.asarray(counted(material.rows, universe), dtype=float)
    keep = (columns["voice"] == universe["voice"]) & ~np.isnan(values)
    keep &= columns["one_rule"] != (universe["window"] == WHOLE)
    keep &= columns["n_passages"] >= universe["min_passages"]
    if universe["copies"] == "originals only":
        keep &= columns["is_original"]
    if universe["flagged"] == "out":
        keep &= ~columns["doubtful"]
    if universe["genres"] == "out":
        keep &= ~columns["passing"]
    return keep, values


def _frame(
    material: Comparison, universe: Mapping, keep: np.ndarray, values: np.ndarray, stratum: np.ndarray
) -> pd.DataFrame:
    """The kept rows, a story once an outlet where a universe counts so."""
    some = {name: material.columns[name][keep] for name in ("first", "outlet", "day", *CLUSTERS)}
    rows = pd.DataFrame({"value": values[keep], "stratum": stratum[keep], **some})
    if universe["copies"] == "one per story":
        keys = ["outlet", "copy_cluster"]
        rows = rows.assign(value=rows.groupby(keys, sort=False)["value"].transform("mean"))[~rows.duplicated(keys)]
    return rows


def counted(rows: pd.DataFrame, universe: Mapping) -> pd.Series:
    """An article's value by the measure, or the threshold, of a universe."""
    if "threshold" in universe:
        return (rows["value"] >= universe["threshold"]).astype(float)
    if universe["measure"] == "any passage":
        return (rows["value"] > 0).astype(float)
    if universe["measure"] == "hits per 1,000 words":
        return 1000 * rows["hits"] / rows["words"].where(rows["words"] > 0)
    return rows["value"]


def matched(rows: pd.DataFrame) -> pd.DataFrame:
    """Of what a universe compares, the rows whose stratum holds both sides.

    >>> rows = pd.DataFrame({"stratum": [0, 0, 1], "first": [True, False, True]})
    >>> matched(rows)["stratum"].tolist()
    [0, 0]
    """
    first, stratum = rows["first"].to_numpy(bool), rows["stratum"].to_numpy()
    of_first, size = np.bincount(stratum, first), np.bincount(stratum)
    both = ((of_first > 0) & (of_first < size))[stratum]
    return rows if both.all() else rows[both]


def lacking(rows: pd.DataFrame, universe: Mapping) -> str:
    """Why what a universe compares has no support; blank where it has.

    >>> rows = pd.DataFrame({"stratum": [0, 1], "first": [True, False]})
    >>> lacking(rows, {"window": "whole period", "adjustment": "within month"})
    'no month holds articles of both sides'
    """
    if len(matched(rows)):
        return ""
    first = rows["first"].to_numpy(bool)
    if universe["adjustment"] in STRATA and len(first) and first.any() and not first.all():
        return f"no {STRATA[universe['adjustment']]} holds articles of both sides"
    of = f" with a {STRATA[universe['adjustment']]}" if universe["adjustment"] in STRATA else ""
    return f"no article{of} on one side{PLACES[universe['window']]}"


def materials(corpus: Corpus, wanted: list[Keys]) -> list[Comparison]:
    """What the universes of each comparison read, from the tables."""
    if not wanted:
        return []
    study, analysis = corpus.study, corpus.study.analysis
    collected, rows = (
        collected_days(study, corpus.table("daily_volume"), least=MOST_OF_A_GROUP),
        _by_rule(corpus, wanted),
    )
    made = []
    for kind, measure, group, reference in wanted:
        outlets = [study.members(side) for side in (group, reference)]
        part = rows[(rows["kind"] == kind) & (rows["measure"] == measure)]
        part = part[part["outlet"].isin([*outlets[0], *outlets[1]])]
        part = part.assign(first=part["outlet"].isin(outlets[0])).sort_values(
            ["one_rule", "article_id", "voice"], ignore_index=True
        )
        part["part"] = _parts(part, (group, reference), collected)
        made.append(Comparison(_slim(part), analysis.coverage_level, analysis.seed))
    return made


def _by_rule(corpus: Corpus, wanted: list[Keys]) -> pd.DataFrame:
    """The wanted measures of articles by each outlet's own rule and by one rule, with hits and words by voice."""
    codes, passages = {(kind, measure) for kind, measure, *_ in wanted}, passages_by_one_rule(corpus)
    hits = corpus.table("indicator_hits")
    topics, blocks = largest_topics(corpus.table("measures")), []
    both = {False: (corpus.table("measures"), analysed_passages(corpus))}
    both[True] = (indicators_by_one_rule(corpus, passages), passages[passages["one_rule"]])
    for one_rule, (measures, about) in both.items():
        known = np.array([key in codes for key in zip(measures["kind"], measures["measure"], strict=True)], dtype=bool)
        rows = with_articles(corpus, measures[known])
        places = pd.MultiIndex.from_frame(rows[["article_id", "voice"]])
        inside = hits.merge(about[["article_id", "position"]], on=["article_id", "position"])
        fired = inside.groupby(["measure", "article_id", "voice"]).size()
        of_measure = pd.MultiIndex.from_frame(rows[["measure", "article_id", "voice"]])
        words = _words(about)
        blocks.append(rows.assign(
            one_rule=one_rule, hits=fired.reindex(of_measure, fill_value=0).to_numpy(float),
            words=words.reindex(places, fill_value=0).to_numpy(float),
            n_passages=rows["article_id"].map(about.groupby("article_id").size()),
            topic=pd.factorize(rows["article_id"].map(topics), sort=True)[0],
            month=pd.factorize(rows["month"], sort=True)[0],
            passing=rows["genre"].isin(corpus.study.analysis.passing_genres),
        ))  # fmt: skip
    return pd.concat(blocks, ignore_index=True)


def _words(passages: pd.DataFrame) -> pd.Series:
    """Words of passages by article and voice, with ``all`` for both voices."""
    sums = passages.groupby("article_id")[["n_words", "n_words_quoted"]].sum()
    sums = sums.rename(columns={"n_words": "all", "n_words_quoted": "quoted"})
    return sums.assign(outlet=sums["all"] - sums["quoted"]).rename_axis(columns="voice").stack()


def _parts(rows: pd.DataFrame, pair: tuple[str, str], collected: Mapping[str, pd.Series]) -> np.ndarray:
    """Which half of the common window of articles that one rule chooses each row lies in; 0 outside of it."""
    sided = rows.assign(side=np.where(rows["first"], *pair))
    inside = in_common(sided[sided["one_rule"]], group="side", pair=pair, day="day", collected=collected)
    middle = inside.drop_duplicates("article_id")["day"].median()
    halves = pd.Series(0, index=rows.index)
    halves[inside.index] = 1 + (inside["day"] >= middle).astype(int)
    return halves.to_numpy()


def _slim(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that universes read, labels as numbers: every universe copies them."""
    rows = rows.assign(
        outlet=pd.factorize(rows["outlet"], sort=True)[0], voice=rows["voice"].astype(object),
        is_original=rows["is_original"].astype(bool), doubtful=rows["doubtful"].astype(bool),
    )  # fmt: skip
    return rows[["one_rule", "outlet", "first", "voice", "value", "hits", "words", "n_passages", "part", "topic",
                 "month", "day", "is_original", "doubtful", "passing", *CLUSTERS]]  # fmt: skip
