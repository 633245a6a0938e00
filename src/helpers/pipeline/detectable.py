"""Smallest detectable differences between outlets, before any difference is looked at."""

from __future__ import annotations

import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.detectable import smallest_detectable
from helpers.compare.differences import differences
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.measures import with_articles
from helpers.pipeline.names import sided


def make(corpus: Corpus) -> pd.DataFrame:
    """``detectable``: of every pair of outlets in every indicator rate, all voices together."""
    study, measures = corpus.study, corpus.table("measures")
    rows = with_articles(corpus, measures[(measures["voice"] == "all") & (measures["kind"] == "indicator")])
    options = {"value": "value", "group": "outlet", "clusters": CLUSTERS, "level": study.analysis.coverage_level}
    remembered = {"day": "day", "memory": True}
    blocks = []
    for (measure, name), part in rows.groupby(["measure", "measure_name"]):
        stretch = differences(part, **options, **remembered).set_index(["group", "reference"])["stretch"]
        pairs = smallest_detectable(part, stretch=stretch, **options)
        units = [pairs[side].map(study.unit_of) for side in ("group", "reference")]
        pairs = pairs[units[0] == units[1]]
        blocks.append(sided(pairs, study).assign(kind="indicator", measure=measure, measure_name=name))
    return tables.stack("detectable", blocks)
