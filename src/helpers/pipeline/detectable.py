"""Smallest detectable differences between outlets, before any difference is looked at."""

from __future__ import annotations

import pandas as pd

from helpers.compare.against_rest import REST, beside_rest
from helpers.compare.clusters import CLUSTERS
from helpers.compare.detectable import smallest_detectable
from helpers.compare.differences import differences
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.measure_checks import Gate
from helpers.pipeline.measures import with_articles
from helpers.pipeline.names import sided
from helpers.pipeline.rests import comparable, rests
from helpers.study import Study


def make(corpus: Corpus) -> pd.DataFrame:
    """``detectable``: of every pair of outlets in every indicator rate, or of each outlet and the rest of its group."""
    study, measures = corpus.study, corpus.table("measures")
    rows = with_articles(corpus, measures[(measures["voice"] == "all") & (measures["kind"] == "indicator")])
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": study.analysis.coverage_level}
    remembered = {"day": "day", "memory": True}
    gate, blocks = Gate(corpus.table("measure_checks")), []
    for (measure, name), part in rows.groupby(["measure", "measure_name"]):
        apart = [_beside_rest(part, outlet, group, comparable(study, gate, "indicator", measure, outlet, others))
                 for outlet, (group, others) in rests(study).items()]  # fmt: skip
        for some, pairs in apart or [(part, None)]:
            if some["outlet"].nunique() > 1:
                known = differences(some, pairs=pairs, **options, **remembered)
                stretch = known.set_index(["group", "reference"])["stretch"]
                sizes = smallest_detectable(some, pairs=pairs, stretch=stretch, **options)
                sizes = sizes if pairs else _of_one_unit(study, sizes)
                blocks.append(sided(sizes, study).assign(kind="indicator", measure=measure, measure_name=name))
    return tables.stack("detectable", blocks)


def _of_one_unit(study: Study, sizes: pd.DataFrame) -> pd.DataFrame:
    units = [sizes[side].map(study.unit_of) for side in ("group", "reference")]
    return sizes[units[0] == units[1]]


def _beside_rest(
    part: pd.DataFrame, outlet: str, group: str, others: list[str]
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Articles of an outlet and of the rest of its group, and the two sides."""
    rest = f"{REST}{group}"
    return beside_rest(part, group="outlet", name=outlet, others=others, rest=rest), [(outlet, rest)]
