"""What is known about a measure: remarks on its codebook, its check state, and what was planted where."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import CLUSTERS, load_corpus
from helpers.frames.lint import lint
from helpers.pipeline.indicator_measures import fired, relevant_counts
from helpers.study import Study
from practice import read_truth

STATES = (("agrees", 0.8), ("tentative", 0.667))  # Krippendorff (2004, Content Analysis, ch. 11)


def lint_codebook(study: Study) -> pd.DataFrame:
    """Remarks on the codebook, with what this corpus shows of its indicators."""
    counts, corpus = relevant_counts(study)
    passages = tables.read(study.processed, "passages").drop(columns="language")
    passages = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    return lint(
        study.codebook,
        languages=study.languages,
        entities=study.entities,
        fired=fired(study),
        passages=tables.join(passages, corpus[["article_id", "language"]], "article_id"),
        counts=counts,
    )


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
