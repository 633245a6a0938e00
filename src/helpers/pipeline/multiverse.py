"""The planned differences again, under every other fair choice of analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.joint_sign import joint_sign
from helpers.compare.mean_difference import difference
from helpers.compare.multiverse import grid
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_passages
from helpers.pipeline.measure_checks import Gate
from helpers.pipeline.measures import with_articles
from helpers.pipeline.multiverse_cache import computed, hash_of
from helpers.pipeline.names import measure_name, sided
from helpers.study import Study
from helpers.study.universes import declared

KEYS = ["kind", "code", "group", "reference"]  # `code` is the measure's: a choice bears the name `measure`
WAYS = {"both ways": CLUSTERS, "outlet-week": ["outlet_week"], "copy cluster": ["copy_cluster"]}
CLASSIFIER = "classifier"  # the kind of measure that has a threshold
Keys = tuple[str, str, str, str]


@dataclass(frozen=True)
class Comparison:
    """All that the universes of one comparison read.

    Attributes
    ----------
    rows : DataFrame
        One row an article and voice: article_id, outlet, first (of the side from which the other is subtracted), voice,
        value, hits, words, n_passages, day, is_original, doubtful, copy_cluster, outlet_week.
    level, seed : of intervals.
    """

    rows: pd.DataFrame
    level: float
    seed: int


def make(corpus: Corpus) -> pd.DataFrame:
    """``multiverse``: every combination of the declared choices that is an analysis of its own, of each comparison."""
    return universes(corpus)


def universes(corpus: Corpus, *, workers: int | None = None) -> pd.DataFrame:
    """The table ``multiverse``.

    Parameters
    ----------
    corpus : Corpus
    workers : int, optional
        Processes, as in `helpers.pipeline.multiverse_cache.computed`.
    """
    study, wanted = corpus.study, comparisons(corpus)
    materials = dict(zip(wanted, _materials(corpus, wanted), strict=True))
    asked, joint = [], {}
    for keys, material in materials.items():
        data = hash_of(material.rows, material.level, material.seed)
        named = dict(zip(KEYS, keys, strict=True)) | {"data": data}
        mine = distinct(material, grid(choices_for(study, keys[0], material)))
        asked += [named | universe for universe in mine]
        joint[keys] = joint_p(material, mine)
    rows = computed(study, "indicators", asked, lambda: partial(estimate, materials), workers=workers)
    if len(rows):
        rows["p_joint"] = [joint[keys] for keys in rows[KEYS].itertuples(index=False, name=None)]
    names = {keys[:2]: measure_name(study, *keys[:2]) for keys in wanted}
    return table_of(study, "indicators", "multiverse", rows, names)


def joint_p(material: Comparison, universes: Sequence[Mapping]) -> float:
    """How often so many universes would agree in sign if outlet-weeks were dealt to the sides by chance."""
    rows = [chosen(material, universe) for universe in universes]
    rng = np.random.default_rng(material.seed)
    return joint_sign(rows, value="value", first="first", cluster="outlet_week", rng=rng)[1]


def comparisons(corpus: Corpus) -> list[Keys]:
    """Kind, measure, group and reference of each planned difference that the gate lets through.

    A study without a plan gets the indicator sets of its two outlets with most relevant articles.
    """
    study, gate = corpus.study, Gate(corpus.table("measure_checks"))
    if study.plan:
        wanted = [(c.kind, c.measure, *pair) for c in study.plan.comparisons for pair in combinations(c.groups, 2)]
    else:
        articles = corpus.table("articles")
        largest = articles[articles["relevant"]]["outlet"].value_counts().sort_index().nlargest(2, keep="first").index
        pair = [outlet for outlet in study.outlets if outlet in set(largest)]
        wanted = [("indicator", code, *pair) for code in study.codebook.frames] if len(pair) == 2 else []
    return [keys for keys in wanted if _allowed(study, gate, *keys)]


def _allowed(study: Study, gate: Gate, kind: str, measure: str, group: str, reference: str) -> bool:
    """Whether the measure may be compared across the languages of the outlets on both sides."""
    sides = [[study.outlets[outlet].language for outlet in study.members(side)] for side in (group, reference)]
    spoken = dict.fromkeys([*sides[0], *sides[1]])
    return not any(gate(kind, measure, pair) for pair in combinations(spoken, 2))


def table_of(
    study: Study, kind: str, table: str, rows: pd.DataFrame, names: Mapping[tuple[str, str], str]
) -> pd.DataFrame:
    """Rows of universes as the tables ``multiverse`` and ``topic_multiverse`` have them.

    Parameters
    ----------
    study : Study
    kind : 'indicators' or 'topics'
        Of the grid.
    table : str
    rows : DataFrame
        As from `computed`.
    names : mapping from kind and measure to ``measure_name``
    """
    if rows.empty:
        return tables.empty(table)
    main = {name: options[0] for name, options in declared(kind, study.universes, study.analysis).items()}
    varied = [name for name in main if name in rows]
    chosen = [{k: v for k, v in row.items() if not pd.isna(v)} for row in rows[varied].to_dict("records")]
    for name, value in {"scale": 1.0, "overlap": np.nan, "p_joint": np.nan, "note": ""}.items():
        rows[name] = rows[name].fillna(value) if name in rows else value
    labelled = rows.assign(
        universe=[json.dumps(row, sort_keys=True, ensure_ascii=False) for row in chosen],
        main=[all(row.get(name) in (None, first) for name, first in main.items()) for row in chosen],
        measure=rows["code"],
        measure_name=[names[key] for key in zip(rows["kind"], rows["code"], strict=True)],
    )
    return tables.stack(table, [sided(labelled, study)])


def choices_for(study: Study, kind: str, material: Comparison) -> dict[str, list]:
    """The declared choices for one comparison, without the options that give the same numbers as one before them.

    Where no article carries a flag, to leave flagged ones out is no other analysis.
    """
    choices = declared("indicators", study.universes, study.analysis)
    del choices["measure" if kind == CLASSIFIER else "threshold"]
    main = {name: options[0] for name, options in choices.items()}
    lively = {}
    for name, options in choices.items():
        seen: dict[str, object] = {}
        for option in options:
            universe = main | {name: option}
            seen.setdefault(_seen(chosen(material, universe), universe["clusters"]), option)
        lively[name] = list(seen.values())
    return lively


def distinct(material: Comparison, universes: Sequence[Mapping]) -> list[dict]:
    """The universes without those that see the same numbers as one before them, before anything is estimated.

    Where one half of the period holds no copies, originals only and copies in are one analysis, and must not count as
    two that agree.
    """
    selected: dict[str, pd.DataFrame] = {}
    first: dict[str, dict] = {}
    for universe in universes:
        rule = json.dumps({name: option for name, option in universe.items() if name != "clusters"}, sort_keys=True)
        if rule not in selected:
            selected[rule] = chosen(material, universe)
        first.setdefault(_seen(selected[rule], universe["clusters"]), dict(universe))
    return list(first.values())


def _seen(rows: pd.DataFrame, clusters: str) -> str:
    """A hash of what an estimate sees of its rows: values, sides, and which of them cluster."""
    parts = [rows["value"].to_numpy(float), *(pd.factorize(rows[way])[0] for way in ("first", *WAYS[clusters]))]
    return hashlib.sha256(b"|".join([b"%d" % len(parts), *(part.tobytes() for part in parts)])).hexdigest()


def estimate(materials: Mapping[Keys, Comparison], universe: Mapping) -> dict[str, object]:
    """The difference in one universe of one comparison.

    Without interval where one side is empty or has too few clusters.  ``scale`` brings it to the spread of the main
    measure (`_scale`), so that universes of several measures can stand on one axis.
    """
    material = materials[tuple(universe[name] for name in KEYS)]
    rows = chosen(material, universe)
    first = rows["first"].to_numpy(bool)
    scaled = {"scale": _scale(material, universe)}
    if first.all() or not first.any():
        return scaled | {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "no article on one side"}
    estimated = difference(
        rows["value"].to_numpy(), first, clusters=rows[WAYS[universe["clusters"]]], level=material.level,
        rng=np.random.default_rng(material.seed),
    )  # fmt: skip
    return scaled | {
        "estimate": estimated.estimate,
        "low": estimated.low,
        "high": estimated.high,
        "note": estimated.note,
    }


def chosen(material: Comparison, universe: Mapping) -> pd.DataFrame:
    """The rows that a universe compares, their ``value`` counted as it counts."""
    rows, values = material.rows, _counted(material.rows, universe).to_numpy(float)
    keep = (rows["voice"] == universe["voice"]).to_numpy(bool) & ~np.isnan(values)
    keep &= rows["n_passages"].to_numpy() >= universe["min_passages"]
    if universe["copies"] == "originals only":
        keep &= rows["is_original"].to_numpy(bool)
    if universe["flagged"] == "out":
        keep &= ~rows["doubtful"].to_numpy(bool)
    if universe["period"] != "whole":
        middle = rows.drop_duplicates("article_id")["day"].median()
        keep &= (rows["day"] >= middle).to_numpy(bool) == (universe["period"] == "second half")
        keep &= rows["day"].notna().to_numpy()
    rows = rows[keep].assign(value=values[keep])
    if universe["copies"] == "one per story":
        keys = ["outlet", "copy_cluster"]
        stories = rows.groupby(keys, sort=False)["value"].transform("mean")
        rows = rows.assign(value=stories).drop_duplicates(keys)
    return rows


def _counted(rows: pd.DataFrame, universe: Mapping) -> pd.Series:
    """An article's value by the measure, or the threshold, of a universe."""
    if "threshold" in universe:
        return (rows["value"] >= universe["threshold"]).astype(float)
    if universe["measure"] == "any passage":
        return (rows["value"] > 0).astype(float)
    if universe["measure"] == "hits per 1,000 words":
        return 1000 * rows["hits"] / rows["words"].where(rows["words"] > 0)
    return rows["value"]


def _scale(material: Comparison, universe: Mapping) -> float:
    """Spread of the main measure over that of a universe's, within outlets, all voices and articles; 1 without one."""
    if universe.get("measure", "share of passages") == "share of passages":
        return 1.0
    rows = material.rows[material.rows["voice"] == "all"]
    spread = []
    for values in (rows["value"], _counted(rows, universe)):
        rest = values - values.groupby(rows["outlet"]).transform("mean")
        spread.append(float(np.sqrt((rest**2).mean())))
    return spread[0] / spread[1] if min(spread) > 0 else 1.0


def _materials(corpus: Corpus, wanted: list[Keys]) -> list[Comparison]:
    """What the universes of each comparison read, from the tables."""
    if not wanted:
        return []
    study, measures = corpus.study, corpus.table("measures")
    codes = {(kind, measure) for kind, measure, *_ in wanted}
    asked = [key in codes for key in zip(measures["kind"], measures["measure"], strict=True)]
    measures, passages = with_articles(corpus, measures[asked]), analysed_passages(corpus)
    sizes = passages.groupby("article_id").size()
    words = _words(passages)
    hits = corpus.table("indicator_hits").groupby(["measure", "article_id", "voice"]).size()
    columns = ["article_id", "outlet", "first", "voice", "value", "hits", "words", "n_passages", "day", "is_original",
               "doubtful", *CLUSTERS]  # fmt: skip
    materials = []
    for kind, measure, group, reference in wanted:
        outlets = [study.members(side) for side in (group, reference)]
        rows = measures[(measures["kind"] == kind) & (measures["measure"] == measure)]
        rows = rows[rows["outlet"].isin([*outlets[0], *outlets[1]])]
        places = pd.MultiIndex.from_frame(rows[["article_id", "voice"]])
        fired = hits[hits.index.get_level_values("measure") == measure].droplevel("measure")
        rows = rows.assign(
            first=rows["outlet"].isin(outlets[0]),
            hits=fired.reindex(places, fill_value=0).to_numpy(float),
            words=words.reindex(places, fill_value=0).to_numpy(float),
            n_passages=rows["article_id"].map(sizes),
        )
        rows = rows[columns].sort_values(["article_id", "voice"], ignore_index=True)
        materials.append(Comparison(rows, study.analysis.coverage_level, study.analysis.seed))
    return materials


def _words(passages: pd.DataFrame) -> pd.Series:
    """Words of relevant passages by article and voice, with ``all`` for both voices."""
    sums = passages.groupby("article_id")[["n_words", "n_words_quoted"]].sum()
    sums = sums.rename(columns={"n_words": "all", "n_words_quoted": "quoted"})
    return sums.assign(outlet=sums["all"] - sums["quoted"]).rename_axis(columns="voice").stack()
