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

from helpers.compare.mean_difference import difference
from helpers.compare.multiverse import grid
from helpers.data import tables
from helpers.data.corpus import CLUSTERS
from helpers.pipeline.estimates import gate, load_measures
from helpers.pipeline.multiverse_cache import computed, hash_of
from helpers.study import Study
from helpers.study.universes import declared

KEYS = ["quantity", "group", "reference"]
WAYS = {"both ways": CLUSTERS, "outlet-week": ["outlet_week"], "copy cluster": ["copy_cluster"]}
CLASSIFIER = "classifier:"  # how the name of a measure begins that has a threshold


@dataclass(frozen=True)
class Comparison:
    """All that the universes of one comparison read.

    Attributes
    ----------
    rows : DataFrame
        One row an article and voice: article_id, outlet, voice, value, hits, words, n_passages, day, is_original,
        doubtful, copy_cluster, outlet_week.
    group : str
        The outlet from which the other is subtracted.
    level, seed : of intervals.
    """

    rows: pd.DataFrame
    group: str
    level: float
    seed: int


def comparisons(study: Study) -> list[tuple[str, str, str]]:
    """Measure, group and reference of each planned difference that the gate lets through.

    A study without a plan gets the indicator sets of its two outlets with most relevant articles.
    """
    if study.plan:
        wanted = [(c.quantity, *pair) for c in study.plan.comparisons for pair in combinations(c.groups, 2)]
    else:
        articles = tables.read(study.processed, "articles")
        largest = articles[articles["relevant"]]["outlet"].value_counts().sort_index().nlargest(2, keep="first").index
        pair = [outlet for outlet in study.outlets if outlet in set(largest)]
        wanted = [(f"indicator:{code}", *pair) for code in study.codebook.frames] if len(pair) == 2 else []
    language = {key: outlet.language for key, outlet in study.outlets.items()}
    return [row for row in wanted if not gate(study, row[0], (language[row[1]], language[row[2]]))]


def universes(study: Study, *, workers: int | None = None) -> pd.DataFrame:
    """Write ``universes`` of each comparison: every combination of the declared choices that is an analysis of its own.

    Parameters
    ----------
    study : Study
    workers : int, optional
        Processes, as in `helpers.pipeline.multiverse_cache.computed`.

    Returns
    -------
    DataFrame: the rows of ``universes`` that are no topics', as written
    """
    wanted = comparisons(study)
    materials = dict(zip(wanted, _materials(study, wanted), strict=True))
    asked = []
    for keys, material in materials.items():
        data = hash_of(material.rows, material.group, material.level, material.seed)
        named = dict(zip(KEYS, keys, strict=True)) | {"data": data}
        asked += [named | universe for universe in distinct(material, grid(choices_for(study, keys[0], material)))]
    found = computed(study, "indicators", asked, lambda: partial(estimate, materials), workers=workers)
    return write_universes(study, found, topics=False)


def write_universes(study: Study, found: pd.DataFrame, *, topics: bool) -> pd.DataFrame:
    """Replace the rows of ``universes`` that are of topics, or the others; give back what was written of them."""
    blocks = [tables.empty("universes"), *_others(study, topics=topics)]
    if len(found):
        kind = "topics" if topics else "indicators"
        names = [name for name in declared(kind, study.universes, study.analysis) if name in found]
        rows = [{k: v for k, v in row.items() if not pd.isna(v)} for row in found[names].to_dict("records")]
        main = [all(row.get(name) in (None, first) for name, first in _main(study, kind).items()) for row in rows]
        blank = {"scale": 1.0, "overlap": np.nan, "note": ""}
        for name, value in blank.items():
            found[name] = found[name].fillna(value) if name in found else value
        columns = [*KEYS, "estimate", "low", "high", *blank]
        texts = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows]
        blocks.append(found[columns].assign(universe=texts, main=main))
    tables.write(study.processed, "universes", pd.concat(blocks, ignore_index=True))
    written = tables.read(study.processed, "universes")
    return written[written["quantity"].str.startswith("topic:") == topics].reset_index(drop=True)


def _others(study: Study, *, topics: bool) -> list[pd.DataFrame]:
    """What stays in ``universes``; nothing of a table that older code wrote."""
    try:
        old = tables.read(study.processed, "universes")
    except tables.TableError:
        return []
    return [old[old["quantity"].str.startswith("topic:") != topics]]


def _main(study: Study, kind: str) -> dict[str, object]:
    """The main option of each choice."""
    return {name: options[0] for name, options in declared(kind, study.universes, study.analysis).items()}


def choices_for(study: Study, measure: str, material: Comparison) -> dict[str, list]:
    """The declared choices for one comparison, without the options that give the same numbers as one before them.

    Where no article carries a flag, to leave flagged ones out is no other analysis.
    """
    choices = declared("indicators", study.universes, study.analysis)
    del choices["measure" if measure.startswith(CLASSIFIER) else "threshold"]
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
    found: dict[str, dict] = {}
    for universe in universes:
        told = json.dumps({name: option for name, option in universe.items() if name != "clusters"}, sort_keys=True)
        if told not in selected:
            selected[told] = chosen(material, universe)
        found.setdefault(_seen(selected[told], universe["clusters"]), dict(universe))
    return list(found.values())


def _seen(rows: pd.DataFrame, clusters: str) -> str:
    """A hash of what an estimate sees of its rows: values, sides, and which of them cluster."""
    parts = [rows["value"].to_numpy(float), *(pd.factorize(rows[way])[0] for way in ("outlet", *WAYS[clusters]))]
    return hashlib.sha256(b"|".join([b"%d" % len(parts), *(part.tobytes() for part in parts)])).hexdigest()


def estimate(materials: Mapping[tuple[str, str, str], Comparison], universe: Mapping) -> dict[str, object]:
    """The difference in one universe of one comparison.

    Without interval where one side is empty or has too few clusters.  ``scale`` brings it to the spread of the main
    measure (`_scale`), so that universes of several measures can stand on one axis.
    """
    material = materials[tuple(universe[name] for name in KEYS)]
    rows = chosen(material, universe)
    first = (rows["outlet"] == material.group).to_numpy()
    told = {"scale": _scale(material, universe)}
    if first.all() or not first.any():
        return told | {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "no article on one side"}
    found = difference(
        rows["value"].to_numpy(), first, clusters=rows[WAYS[universe["clusters"]]], level=material.level,
        rng=np.random.default_rng(material.seed),
    )  # fmt: skip
    return told | {"estimate": found.estimate, "low": found.low, "high": found.high, "note": found.note}


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


def _materials(study: Study, wanted: list[tuple[str, str, str]]) -> list[Comparison]:
    """What the universes of each comparison read, from the tables."""
    if not wanted:
        return []
    measures, passages = load_measures(study), tables.read(study.processed, "passages")
    passages = passages[passages["relevant"] & passages["article_id"].isin(measures["article_id"])]
    sizes = passages.groupby("article_id").size()
    words = _by_voice(passages.assign(value=passages["n_words"]))
    evidence = tables.read(study.processed, "evidence").drop_duplicates()
    spoken = passages[["article_id", "position", "voice"]]
    found = []
    for measure, group, reference in wanted:
        fired = evidence[evidence["measure"] == measure].merge(spoken, on=["article_id", "position"])
        rows = measures[(measures["measure"] == measure) & measures["outlet"].isin([group, reference])]
        places = pd.MultiIndex.from_frame(rows[["article_id", "voice"]])
        rows = rows.assign(
            hits=_by_voice(fired.assign(value=1)).reindex(places, fill_value=0).to_numpy(float),
            words=words.reindex(places, fill_value=0).to_numpy(float),
            n_passages=rows["article_id"].map(sizes),
        )
        columns = ["article_id", "outlet", "voice", "value", "hits", "words", "n_passages", "day", "is_original",
                   "doubtful", *CLUSTERS]  # fmt: skip
        rows = rows[columns].sort_values(["article_id", "voice"], ignore_index=True)
        found.append(Comparison(rows, group, study.analysis.coverage_level, study.analysis.seed))
    return found


def _by_voice(rows: pd.DataFrame) -> pd.Series:
    """Sum of ``value`` by article and voice, with ``all`` for both voices."""
    both = pd.concat([rows, rows.assign(voice="all")])
    return both.groupby(["article_id", "voice"])["value"].sum()
