"""What is known about each measure's error: the codebook's own examples, and passages that were judged."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import tables
from helpers.compare.contrast import mean
from helpers.frames.lint import lint
from helpers.practice import read_truth
from helpers.stages.corpus import CLUSTERS, load_corpus
from helpers.stages.measuring import fired
from helpers.study import Study

STATES = (("agrees", 0.8), ("tentative", 0.667))  # Krippendorff (2004, Content Analysis, ch. 11)


def lint_codebook(study: Study) -> pd.DataFrame:
    """Remarks on the codebook, with indicators that never fire in this corpus."""
    return lint(study.codebook, languages=study.languages, entities=study.entities, fired=fired(study))


def check_measures(study: Study) -> pd.DataFrame:
    """Write ``measure_checks``: precision and recall of each indicator set against passages that were judged.

    The practice study's passages were judged by whoever planted them.  Another study has none until people code a
    sample, and its table is empty.

    Returns
    -------
    DataFrame: the ``measure_checks`` table, as written; rows of other measures stay in it
    """
    rows = pd.DataFrame(_against_truth(study) if study.practice else [])
    for quantity in ("precision", "recall"):
        replace_checks(study, "indicator:", quantity, rows[rows["quantity"] == quantity] if len(rows) else rows)
    return tables.read(study.processed, "measure_checks")


def replace_checks(study: Study, prefix: str, quantity: str, rows: pd.DataFrame) -> None:
    """Write one quantity of the measures whose names begin with `prefix` anew, leaving all other rows."""
    old = (
        tables.read(study.processed, "measure_checks")
        if tables.exists(study.processed, "measure_checks")
        else tables.empty("measure_checks")
    )
    kept = old[~(old["measure"].str.startswith(prefix) & (old["quantity"] == quantity))]
    filled = [part for part in (kept, rows) if len(part)] or [tables.empty("measure_checks")]
    tables.write(study.processed, "measure_checks", pd.concat(filled, ignore_index=True))


def check_state(study: Study, measure: str, languages: Iterable[str]) -> str:
    """How far a measure was checked, from ``measure_checks``: agreement of coders, in the worst of its languages.

    Returns
    -------
    str : ``agrees`` (Krippendorff's α of at least .800), ``tentative`` (.667), or ``described``
    """
    if not tables.exists(study.processed, "measure_checks"):
        return "described"
    checks = tables.read(study.processed, "measure_checks")
    known = checks[(checks["measure"] == measure) & (checks["quantity"] == "alpha")].set_index("language")["value"]
    least = min((float(known.get(language, np.nan)) for language in languages), default=np.nan)
    return next((state for state, enough in STATES if least >= enough), "described")


def judged_passages(study: Study) -> pd.DataFrame:
    """Relevant passages of the practice study beside the frame that was planted in each.

    Returns
    -------
    DataFrame: article_id, position, language, outlet, voice, planted (frame or empty), and the cluster columns
    """
    corpus = load_corpus(study, relevant_only=True)
    truth = read_truth(study.processed, "truth_passages")[["address", "paragraph", "voice", "frame"]]
    passages = tables.read(study.processed, "passages").drop(columns="language")
    passages = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    passages = tables.join(passages, corpus[["article_id", "address", "outlet", "language", *CLUSTERS]], "article_id")
    judged = passages.merge(truth, on=["address", "paragraph", "voice"], how="inner", validate="many_to_one")
    return judged.rename(columns={"frame": "planted"})


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
