"""Indicators confronted with passages that were judged: precision and recall, against people or planted truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.mean_difference import mean
from helpers.data import tables
from helpers.data.corpus import CLUSTERS
from helpers.frames.classify import classifier_errors
from helpers.pipeline.codes import current_codes
from helpers.pipeline.frame_shares import coded_passages
from helpers.pipeline.indicator_measures import fired
from helpers.pipeline.measure_checks import judged_passages, replace_checks
from helpers.study import Study

KEY = ["article_id", "position"]
KNOWN = ("precision", "recall")


def check_measures(study: Study) -> pd.DataFrame:
    """Write ``measure_checks``: precision and recall of each indicator set against passages that were judged.

    The practice study's passages were judged by whoever planted them.  In another study people judge a drawn sample,
    weighted to all passages; until then there are no rows.

    Returns
    -------
    DataFrame: the ``measure_checks`` table, as written; rows of other measures stay in it
    """
    rows = pd.DataFrame(_against_truth(study) if study.practice else _against_codes(study))
    for quantity in KNOWN:
        replace_checks(study, "indicator:", quantity, rows[rows["quantity"] == quantity] if len(rows) else rows)
    return tables.read(study.processed, "measure_checks")


def _against_codes(study: Study) -> list[dict[str, object]]:
    """Errors by frame and language in passages that people coded, a copied passage once."""
    passages = coded_passages(study)
    if passages.empty:
        return []
    coders = current_codes(study).groupby("frame")["coder"].nunique()
    hits = fired(study)[[*KEY, "frame"]].drop_duplicates()
    options, rows = {"clusters": CLUSTERS, "level": study.analysis.coverage_level}, []
    for code in (name.removeprefix("code:") for name in passages if name.startswith("code:")):
        known = passages[passages["first"] & passages[f"code:{code}"].notna()]
        keys = pd.MultiIndex.from_frame(hits.loc[hits["frame"] == code, KEY])
        label = pd.MultiIndex.from_frame(known[KEY]).isin(keys)
        known = known.assign(label=label, probability=label.astype(float), code=known[f"code:{code}"])
        found = classifier_errors(known.assign(chance=known[f"chance:{code}"]), by=["language"], **options)
        told = {"measure": f"indicator:{code}", "source": f"{coders[code]} coders"}
        rows += found[found["quantity"].isin(KNOWN)].assign(**told).to_dict("records")
    return rows


def _against_truth(study: Study) -> list[dict[str, object]]:
    judged = judged_passages(study)
    hits = fired(study)[["article_id", "position", "frame"]].drop_duplicates()
    rows = []
    for code in study.codebook.frames:
        keys = pd.MultiIndex.from_frame(hits.loc[hits["frame"] == code, ["article_id", "position"]])
        fires = pd.MultiIndex.from_frame(judged[["article_id", "position"]]).isin(keys)
        for language in study.languages:
            here = (judged["language"] == language).to_numpy()
            there = (judged["planted"] == code).to_numpy()
            for quantity, among, right in (("precision", fires, there), ("recall", there, fires)):
                found = _share(judged[here & among], right[here & among])
                rows.append({"measure": f"indicator:{code}", "language": language, "quantity": quantity} | found)
    return rows


def _share(rows: pd.DataFrame, right: np.ndarray) -> dict[str, object]:
    """A share of passages with an interval by copy cluster and outlet-week."""
    if rows.empty:
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0, "source": "planted truth"}
    found = mean(right.astype(float), clusters=rows[CLUSTERS].reset_index(drop=True))
    return {"value": found.estimate, "low": found.low, "high": found.high, "n": len(rows), "source": "planted truth"}
