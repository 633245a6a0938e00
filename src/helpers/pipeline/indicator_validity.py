"""Indicators confronted with passages that were judged: precision and recall, against people or against what is known.

``data/raw/<study>/judged_passages.csv`` is for texts whose frames are known: a line a passage with ``address``,
``position``, ``frame`` (blank: none; a passage of two frames has two lines) and ``source`` (who knows).  Where it is
there, indicators are held against it; else against what people coded, weighted to all passages; until either is there,
nothing is known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.coding.sample import KEY
from helpers.compare.clusters import CLUSTERS
from helpers.compare.mean_difference import mean
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import TableError
from helpers.frames.classify import classifier_errors
from helpers.pipeline.analysed import analysed_articles, analysed_passages
from helpers.pipeline.codes import current_codes
from helpers.pipeline.frame_shares import coded_passages
from helpers.pipeline.measure_checks import ERRORS
from helpers.pipeline.names import measure_name

FILE = "judged_passages.csv"
PLACE = ["address", "position"]
COLUMNS = [*PLACE, "frame", "source"]


def make(corpus: Corpus) -> pd.DataFrame:
    """``indicator_validity``: precision and recall of each frame's indicators in each language."""
    known = (corpus.study.raw / FILE).exists()
    rows = pd.DataFrame(_against_known(corpus) if known else _against_codes(corpus))
    if rows.empty:
        return tables.empty("indicator_validity")
    names = [measure_name(corpus.study, "indicator", code) for code in rows["measure"]]
    return tables.stack("indicator_validity", [rows.assign(kind="indicator", measure_name=names)])


def _against_codes(corpus: Corpus) -> list[dict[str, object]]:
    """Errors by frame and language in passages that people coded, a copied passage once."""
    passages = coded_passages(corpus)
    if passages.empty:
        return []
    coders = current_codes(corpus).groupby("frame")["coder"].nunique()
    hits = _hits(corpus)
    options, rows = {"clusters": CLUSTERS, "level": corpus.study.analysis.coverage_level}, []
    for code in (name.removeprefix("code:") for name in passages if name.startswith("code:")):
        known = passages[passages["first"] & passages[f"code:{code}"].notna()]
        keys = pd.MultiIndex.from_frame(hits.loc[hits["measure"] == code, KEY])
        label = pd.MultiIndex.from_frame(known[KEY]).isin(keys)
        known = known.assign(label=label, probability=label.astype(float), code=known[f"code:{code}"])
        errors = classifier_errors(known.assign(chance=known[f"chance:{code}"]), by=["language"], **options)
        about = {"measure": code, "source": f"{coders[code]} coders"}
        rows += errors[errors["quantity"].isin(ERRORS)].assign(**about).to_dict("records")
    return rows


def _against_known(corpus: Corpus) -> list[dict[str, object]]:
    """Errors by frame and language in passages whose frame is known."""
    judged, hits = judged_passages(corpus), _hits(corpus)
    source, rows = ", ".join(sorted(judged["source"].unique())), []
    for code in corpus.study.codebook.frames:
        keys = pd.MultiIndex.from_frame(hits.loc[hits["measure"] == code, KEY])
        fires = pd.MultiIndex.from_frame(judged[KEY]).isin(keys)
        for language in corpus.study.languages:
            here = (judged["language"] == language).to_numpy()
            there = judged["frames"].map(lambda frames, code=code: code in frames).to_numpy(bool)
            for quantity, among, right in (("precision", fires, there), ("recall", there, fires)):
                share = _share(judged[here & among], right[here & among])
                rows.append({"measure": code, "language": language, "quantity": quantity, "source": source} | share)
    return rows


def _hits(corpus: Corpus) -> pd.DataFrame:
    """Passages in which an indicator of each frame fires, read as a whole."""
    return corpus.table("indicator_hits").query("voice == 'all'")[[*KEY, "measure"]].drop_duplicates()


def judged_passages(corpus: Corpus) -> pd.DataFrame:
    """Relevant passages of analysed articles whose frames are known.

    Returns
    -------
    DataFrame: columns of ``passages``, with ``address``, ``outlet``, the cluster columns, ``source`` and ``frames``
        (a set, empty where there is none)

    Raises
    ------
    TableError
        The file is not there, or its columns are not `COLUMNS`.
    """
    path = corpus.study.raw / FILE
    if not path.exists():
        raise TableError(f"{FILE}: not in {path.parent.name}; the frames of no passage are known")
    known = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    if sorted(known.columns) != sorted(COLUMNS):
        raise TableError(f"{FILE}: columns {known.columns.tolist()} are not {COLUMNS}")
    known["position"] = known["position"].astype("int64")
    frames = known.groupby(PLACE).agg(
        frames=("frame", lambda codes: frozenset(codes) - {""}), source=("source", "first")
    )
    about = analysed_articles(corpus)[["article_id", "address", "outlet", *CLUSTERS]]
    passages = tables.join(analysed_passages(corpus), about, "article_id")
    return passages.merge(frames.reset_index(), on=PLACE, how="inner", validate="one_to_one")


def _share(rows: pd.DataFrame, right: np.ndarray) -> dict[str, object]:
    """A share of passages with an interval by copy cluster and outlet-week."""
    if rows.empty:
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    estimate = mean(right.astype(float), clusters=rows[CLUSTERS].reset_index(drop=True))
    return {"value": estimate.estimate, "low": estimate.low, "high": estimate.high, "n": len(rows)}
