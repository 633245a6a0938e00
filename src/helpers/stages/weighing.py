"""How often coders see each frame: codes of drawn passages in, shares of all passages out, beside agreement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.coding.agreement import verdict
from helpers.compare.clusters import cluster_ols, refusal
from helpers.stages.corpus import CLUSTERS, load_corpus
from helpers.stages.judging import settled_codes
from helpers.study import Study

COLUMNS = ["frame", "language", "share", "low", "high", "n_coded", "n_open", "n_clusters", "alpha", "verdict", "note"]
FEWEST = 3  # clusters, below which nothing shows how they vary


def coded_shares(study: Study) -> pd.DataFrame:
    """The share of passages that carry each frame by what people settled, a copied passage once, by language.

    Passages weigh what they stand for, 1 / chance of being drawn (Hájek 1971). Intervals are by story and outlet-week.
    A share is given whatever its coders' agreement is; what may be shown of it `helpers.coding.agreement.guarded` says.

    Returns
    -------
    DataFrame, columns of `COLUMNS`; ``n_open`` passages are in dispute or nobody can tell, and are left out
    """
    settled = settled_codes(study)
    settled = settled[settled["probability"].notna()]
    checks = (
        tables.read(study.processed, "measure_checks") if tables.exists(study.processed, "measure_checks") else None
    )
    agreed = {} if checks is None else _alphas(checks)
    weeks = load_corpus(study)[["article_id", "outlet_week"]]
    rows = []
    for (frame, language), part in settled.groupby(["frame", "language"], sort=True):
        known = tables.join(part[part["value"].notna()].reset_index(drop=True), weeks, "article_id")
        found = _share(known, study.analysis.coverage_level)
        alpha = agreed.get((f"frame:{frame}", language), np.nan)
        size = (len(known), len(part) - len(known), found.n_clusters)
        rows.append((frame, language, found.estimate, found.low, found.high, *size, alpha, verdict(alpha), found.note))
    return pd.DataFrame(rows, columns=COLUMNS)


def _alphas(checks: pd.DataFrame) -> dict[tuple[str, str], float]:
    known = checks[checks["quantity"] == "alpha"]
    return {(measure, language): value for measure, language, value in known[["measure", "language", "value"]].values}


def _share(known: pd.DataFrame, level: float):
    values, n = known["value"].to_numpy(dtype=float), len(known)
    weights = 1 / known["probability"].to_numpy(dtype=float)
    clusters = known[CLUSTERS]
    n_clusters = int(clusters.nunique().min()) if n else 0
    kind = {"level": level, "n_units": n, "n_clusters": n_clusters}
    if not n:
        return refusal(float("nan"), "nothing is settled", **kind)
    share = float(np.average(values, weights=weights))
    if n_clusters < FEWEST:
        return refusal(share, f"{n_clusters} clusters; at least {FEWEST} are needed", **kind)
    if np.ptp(values) == 0:
        return refusal(share, "every coded passage is alike", **kind)
    [found] = cluster_ols(values, np.ones((n, 1)), clusters=clusters, weights=weights, level=level)
    return found
