"""The planned differences again, under every other fair choice of analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import differences
from helpers.compare.joint_sign import joint_sign
from helpers.compare.multiverse import grid
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.measure_checks import Gate, held_back
from helpers.pipeline.multiverse_cache import computed, hash_of
from helpers.pipeline.names import measure_name, sided
from helpers.pipeline.universe_rows import KEYS, Comparison, Keys, asked, chosen, lacking, matched, materials
from helpers.study import Study
from helpers.study.universes import declared

WAYS = {"both ways": CLUSTERS, "outlet-week": ["outlet_week"], "copy cluster": ["copy_cluster"]}
CLASSIFIER = "classifier"  # the kind of measure that has a threshold
SIDES = ("first", "second")
KEPT = ("window", "adjustment")  # choices whose options are all told, with support or without


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
    compared = dict(zip(wanted, materials(corpus, wanted), strict=True))
    every, joint = [], {}
    for keys, material in compared.items():
        data = hash_of(material.rows, material.level, material.seed)
        named = dict(zip(KEYS, keys, strict=True)) | {"data": data}
        mine = distinct(material, grid(choices_for(study, keys[0], material)))
        every += [named | universe for universe in mine]
        joint[keys] = joint_p(material, mine)
    rows = computed(study, "indicators", every, lambda: partial(estimate, compared), workers=workers)
    if len(rows):
        rows["p_joint"] = [joint[keys] for keys in rows[KEYS].itertuples(index=False, name=None)]
    names = {keys[:2]: measure_name(study, *keys[:2]) for keys in wanted}
    return table_of(study, "indicators", "multiverse", rows, names)


def joint_p(material: Comparison, universes: Sequence[Mapping]) -> float:
    """How often so many universes would agree in sign if outlet-weeks were dealt to the sides by chance."""
    rows = [chosen(material, universe) for universe in universes]
    rng = np.random.default_rng(material.seed)
    return joint_sign(rows, value="value", first="first", cluster="outlet_week", stratum="stratum", rng=rng)[1]


def comparisons(corpus: Corpus) -> list[Keys]:
    """Kind, measure, group and reference of each planned difference that the gate lets through.

    A study without a plan gets the indicator sets of its two outlets with most relevant articles that may be compared.
    """
    study, gate = corpus.study, Gate(corpus.table("measure_checks"))
    if study.plan:
        wanted = [(c.kind, c.measure, *pair) for c in study.plan.comparisons for pair in combinations(c.groups, 2)]
        return [keys for keys in wanted if _allowed(study, gate, *keys)]
    articles, place = corpus.table("articles"), list(study.outlets).index
    sizes = (
        articles[articles["relevant"]]["outlet"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    )
    for pair in combinations(sizes.index, 2):
        one, two = sorted(pair, key=place)
        wanted = [("indicator", code, one, two) for code in study.codebook.frames]
        if able := [keys for keys in wanted if _allowed(study, gate, *keys)]:
            return able
    return []


def _allowed(study: Study, gate: Gate, kind: str, measure: str, group: str, reference: str) -> bool:
    """Whether the measure may be compared among the outlets on both sides."""
    return not held_back(study, gate, kind, measure, [*study.members(group), *study.members(reference)])


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

    Where no article carries a flag, to leave flagged ones out is no other analysis; nor is asking headlines, each one
    passage, for two.  Windows and adjustments all stay: where one has no support, that is to be told.
    """
    choices = declared("indicators", study.universes, study.analysis)
    main, *more = choices["min_passages"]
    choices["min_passages"] = (main, *(n for n in more if n <= material.rows["n_passages"].max()))
    del choices["measure" if kind == CLASSIFIER else "threshold"]
    main = {name: options[0] for name, options in choices.items()}
    lively = {}
    for name, options in choices.items():
        seen: dict[object, object] = {}
        for option in options:
            here = [main | {"window": window, name: option} for window in choices["window"]]
            sees = option if name in KEPT else tuple(_seen(material, universe) for universe in here)
            seen.setdefault(sees, option)
        lively[name] = list(seen.values())
    return lively


def distinct(material: Comparison, universes: Sequence[Mapping]) -> list[dict]:
    """The universes without those that see the same numbers as one before them, before anything is estimated.

    Where one half of the time holds no copies, originals only and copies in are one analysis, and must not count as
    two that agree.
    """
    first: dict[str, dict] = {}
    for universe in universes:
        first.setdefault(_seen(material, universe), dict(universe))
    return list(first.values())


def _seen(material: Comparison, universe: Mapping) -> str:
    """A hash of what an estimate sees of its rows: values, sides, which of them cluster, and in what strata they stand.

    Without support it is what the universe would see if the sides shared their time, and where it looked.
    """
    rows, about = matched(chosen(material, universe)), ["first", *WAYS[universe["clusters"]], "stratum"]
    label = b""
    if rows.empty:
        rows, label = asked(material, universe), f"{universe['window']} {universe['adjustment']}".encode()
    parts = [rows["value"].to_numpy(float), *(pd.factorize(rows[way])[0] for way in about)]
    return hashlib.sha256(b"|".join([label, b"%d" % len(parts), *(part.tobytes() for part in parts)])).hexdigest()


def estimate(compared: Mapping[Keys, Comparison], universe: Mapping) -> dict[str, object]:
    """The difference in one universe of one comparison.

    Without estimate where it has no support (`lacking`), without interval where a side has too few clusters.  ``scale``
    brings it to the spread of the main measure, so that universes of several measures can stand on one axis.
    """
    material = compared[tuple(universe[name] for name in KEYS)]
    rows = chosen(material, universe)
    scaled = {"scale": material.scales[universe["measure"]] if "measure" in universe else 1.0}
    if note := lacking(rows, universe):
        return scaled | dict.fromkeys(("estimate", "low", "high"), np.nan) | {"note": note}
    rows = matched(rows)
    within = None if universe["adjustment"] == "none" else ["stratum"]
    [estimated] = differences(
        rows.assign(side=np.where(rows["first"], *SIDES)), value="value", group="side", pairs=[SIDES],
        clusters=WAYS[universe["clusters"]], within=within, day="day", memory=True, level=material.level,
        rng=np.random.default_rng(material.seed),
    )[["estimate", "low", "high", "note"]].to_dict("records")  # fmt: skip
    return scaled | estimated
