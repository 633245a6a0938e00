"""What coders judged, as a table: files of judgements in; codes, and which of them count, out.

A code counts while the definition it was made under is the present one. Codes under another definition are stale: they
stay in ``codes`` and enter no figure. Codes that no longer belong to anything are left out. `code_losses` tells both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.coding.agreement import settled
from helpers.coding.judgement import ADJUDICATED
from helpers.coding.sample import KEY
from helpers.data import tables
from helpers.data.coding_files import JUDGEMENTS, read_judgements
from helpers.data.corpus import Corpus
from helpers.pipeline.coding_sample import frames_folder, text_hash
from helpers.pipeline.names import frame_name
from helpers.study import Study

GONE, CHANGED, UNKNOWN, STALE = REASONS = (
    "the passage is no longer there",
    "the passage has another text now",
    "the codebook has no such frame",
    "the definition was edited since",
)
LOSSES = ["coder", "reason", "n_codes", "n_passages"]


def make(corpus: Corpus) -> pd.DataFrame:
    """``codes``, what coders judged; stale ones are in it and not ``current``."""
    return codes_of(corpus.study, judged(corpus))


def judged(corpus: Corpus) -> pd.DataFrame:
    """Every judgement in the study's files, columns of `helpers.data.coding_files.JUDGEMENTS` and ``lost``.

    ``lost`` is the reason why a judgement does not count, blank where it does.
    """
    return with_losses(corpus.study, read_judgements(frames_folder(corpus.study)), corpus.table("passages"))


def with_losses(study: Study, rows: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Judgements with ``lost``, the reason why each does not count now."""
    if rows.empty:
        return pd.DataFrame(columns=[*JUDGEMENTS, "lost"])
    held = passages[[*KEY, "text"]].rename(columns={"text": "now"})
    rows = rows.merge(held, on=KEY, how="left", validate="many_to_one", indicator="there")
    now = rows["now"].map(text_hash, na_action="ignore")
    versions = rows["frame"].map({code: frame.fingerprint for code, frame in study.codebook.frames.items()})
    lost = np.select(
        [
            rows["there"] == "left_only",
            now.notna() & (rows["text"] != "") & (now != rows["text"]),
            versions.isna(),
            versions != rows["fingerprint"],
        ],
        REASONS,
        "",
    )
    return rows.assign(lost=lost).drop(columns=["now", "there"])


def codes_of(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Judgements with ``lost`` as the table ``codes``."""
    rows = rows[rows["lost"].isin(["", STALE])]
    names = [frame_name(study, code) for code in rows["frame"]]
    return tables.stack("codes", [rows.assign(current=rows["lost"] == "", frame_name=names)])


def code_losses(corpus: Corpus) -> pd.DataFrame:
    """Codes that enter no figure, by coder and reason: stale ones, and those left out of ``codes``.

    Returns
    -------
    DataFrame, columns of `LOSSES`; no rows when every code counts
    """
    rows = judged(corpus)
    lost = rows[rows["lost"] != ""].assign(passage=lambda t: t["article_id"].str.cat(t["position"].astype(str), ":"))
    return lost.groupby(["coder", "lost"])["passage"].agg(["size", "nunique"]).reset_index().set_axis(LOSSES, axis=1)


def current_codes(corpus: Corpus) -> pd.DataFrame:
    """Codes that count, with ``language`` and ``copy_cluster`` of their article; adjudicated ones among them."""
    table = corpus.table("codes")
    about = corpus.table("articles")[["article_id", "language", "copy_cluster"]]
    return tables.join(table[table["current"]].drop(columns="current").reset_index(drop=True), about, "article_id")


def settled_codes(corpus: Corpus) -> pd.DataFrame:
    """One value a passage and frame (`helpers.coding.agreement.settled`), with its chance of being drawn.

    Returns
    -------
    DataFrame, columns of `settled`, with ``language``, ``copy_cluster``, ``stratum`` and ``probability``; the last two
        empty for a passage outside the present draw, whose code may train and may not weigh
    """
    table = settled(current_codes(corpus), adjudicated=ADJUDICATED)
    about = corpus.table("articles")[["article_id", "language", "copy_cluster"]]
    drawn = corpus.table("coding_sample")[[*KEY, "stratum", "probability"]]
    return tables.join(table, about, "article_id").merge(drawn, on=KEY, how="left", validate="many_to_one")


def disagreements(codes: pd.DataFrame) -> pd.DataFrame:
    """Codes of frames in passages that coders see differently, a row a coder.

    Parameters
    ----------
    codes : DataFrame
        Those that count: of the table ``codes`` the ``current`` ones, or of `judged` those that are not lost.

    Returns
    -------
    DataFrame: rows of `codes` with ``settled`` (was it adjudicated)
    """
    unit = [*KEY, "frame"]
    last = codes["coder"] == ADJUDICATED
    people = codes[~last]
    spread = people.groupby(unit)["value"].agg(["min", "max"])
    apart = spread.index[spread["min"] < spread["max"]]
    disputed = people[pd.MultiIndex.from_frame(people[unit]).isin(apart)].reset_index(drop=True)
    decided = pd.MultiIndex.from_frame(codes.loc[last, unit])
    return disputed.assign(settled=pd.MultiIndex.from_frame(disputed[unit]).isin(decided))
