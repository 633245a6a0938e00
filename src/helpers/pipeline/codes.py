"""What coders judged, as tables: files of judgements in; ``coding_sample``, ``codes`` and agreement out.

A code counts while the definition it was made under is the present one. Codes under another definition are stale: they
stay in ``codes`` and enter no figure. Codes that no longer belong to anything are left out. `code_losses` tells both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.coding.agreement import by_frame, by_pair, settled
from helpers.coding.judgement import ADJUDICATED
from helpers.coding.sample import KEY
from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.data.frame_judgements import ROWS, read_judgements
from helpers.pipeline.coding_sample import frames_folder, present_sample, rehearsal_folder, text_hash
from helpers.pipeline.measure_checks import replace_checks
from helpers.study import Study
from practice.coding_rehearsal import simulate_coders

GONE, CHANGED, UNKNOWN, STALE = REASONS = (
    "the passage is no longer there",
    "the passage has another text now",
    "the codebook has no such frame",
    "the definition was edited since",
)
LOSSES = ["coder", "reason", "n_codes", "n_passages"]
MEASURE = "frame:"


def codes(study: Study) -> pd.DataFrame:
    """Write ``coding_sample``, the draw as it was made, and ``codes``, what coders judged.

    A draw from passages that have changed since is left out: nobody knows the chances, so codes weigh nothing until a
    new draw is made, and `views.coding_state` says so.

    In the practice study simulated coders judge a third of each language first, through the same files as people.

    Returns
    -------
    DataFrame: the ``codes`` table, as written; stale ones are in it and not ``current``
    """
    if study.practice:
        simulate_coders(study)
    drawn = present_sample(study).drop(columns="text")
    sample = pd.concat([tables.empty("coding_sample"), drawn]) if len(drawn) else tables.empty("coding_sample")
    tables.write(study.processed, "coding_sample", sample)
    rows = _judged(study)
    rows = rows[rows["lost"].isin(["", STALE])]
    table = rows.assign(current=rows["lost"] == "").drop(columns=["lost", "text"])
    tables.write(study.processed, "codes", table if len(table) else tables.empty("codes"))
    return tables.read(study.processed, "codes")


def code_losses(study: Study) -> pd.DataFrame:
    """Codes that enter no figure, by coder and reason: stale ones, and those left out of ``codes``.

    Returns
    -------
    DataFrame, columns of `LOSSES`; no rows when every code counts
    """
    rows = _judged(study)
    lost = rows[rows["lost"] != ""].assign(passage=lambda t: t["article_id"].str.cat(t["position"].astype(str), ":"))
    found = lost.groupby(["coder", "lost"])["passage"].agg(["size", "nunique"]).reset_index()
    return found.set_axis(LOSSES, axis=1)


def current_codes(study: Study) -> pd.DataFrame:
    """Codes that count, with ``language`` and ``copy_cluster`` of their article; adjudicated ones among them."""
    table = tables.read(study.processed, "codes")
    about = load_corpus(study)[["article_id", "language", "copy_cluster"]]
    return tables.join(table[table["current"]].drop(columns="current").reset_index(drop=True), about, "article_id")


def settled_codes(study: Study) -> pd.DataFrame:
    """One value a passage and frame (`helpers.coding.agreement.settled`), with its chance of being drawn.

    Returns
    -------
    DataFrame, columns of `settled`, with ``language``, ``copy_cluster``, ``stratum`` and ``probability``; the last two
        empty for a passage outside the present draw, whose code may train and may not weigh
    """
    table = settled(current_codes(study), adjudicated=ADJUDICATED)
    about = load_corpus(study)[["article_id", "language", "copy_cluster"]]
    drawn = tables.read(study.processed, "coding_sample")[[*KEY, "stratum", "probability"]]
    return tables.join(table, about, "article_id").merge(drawn, on=KEY, how="left", validate="many_to_one")


def disagreements(study: Study) -> pd.DataFrame:
    """Codes that count, of frames in passages that coders see differently: from the files as they are now.

    Returns
    -------
    DataFrame, columns of `helpers.data.frame_judgements.ROWS` with ``settled`` (was it adjudicated), a row a coder
    """
    rows = _judged(study)
    rows = rows[rows["lost"] == ""].drop(columns="lost")
    unit = [*KEY, "frame"]
    last = rows["coder"] == ADJUDICATED
    people = rows[~last]
    spread = people.groupby(unit)["value"].agg(["min", "max"])
    apart = spread.index[spread["min"] < spread["max"]]
    found = people[pd.MultiIndex.from_frame(people[unit]).isin(apart)].reset_index(drop=True)
    judged = pd.MultiIndex.from_frame(rows.loc[last, unit])
    return found.assign(settled=pd.MultiIndex.from_frame(found[unit]).isin(judged))


def check_codes(study: Study) -> pd.DataFrame:
    """Write the agreement of coders on each frame and language in ``measure_checks``, as measure ``frame:<CODE>``.

    Returns
    -------
    DataFrame: columns of `helpers.coding.agreement.by_frame` with ``language`` and ``n_coders``
    """
    found = frame_agreement(study)
    rows = pd.DataFrame(
        {
            "measure": MEASURE + found["frame"],
            "language": found["language"],
            "quantity": "alpha",
            "value": found["alpha"],
            "low": found["low"],
            "high": found["high"],
            "n": found["n_units"],
            "source": [f"{n} coders" for n in found["n_coders"]],
        }
    )
    replace_checks(study, MEASURE, "alpha", rows)
    return found


def frame_agreement(study: Study) -> pd.DataFrame:
    """Agreement of all coders by frame and language, over codes that count; intervals draw whole stories."""
    people = _people(study)
    found = by_frame(people, rng=_rng(study), **_options(study))
    n_coders = people.groupby(["frame", "language"])["coder"].nunique()
    keys = found[["frame", "language"]].itertuples(index=False, name=None)
    return found.assign(n_coders=pd.Series([int(n_coders[key]) for key in keys], index=found.index, dtype="int64"))


def pair_agreement(study: Study) -> pd.DataFrame:
    """The same for every two coders, by name: for those who train them, not for a report."""
    return by_pair(_people(study), rng=_rng(study), **_options(study))


def _people(study: Study) -> pd.DataFrame:
    table = current_codes(study)
    return table[table["coder"] != ADJUDICATED]


def _options(study: Study) -> dict[str, object]:
    return {"by": ["language"], "clusters": "copy_cluster", "coverage": study.analysis.coverage_level}


def _rng(study: Study) -> np.random.Generator:
    return np.random.default_rng([study.analysis.seed, 6])


def _judged(study: Study) -> pd.DataFrame:
    """Every judgement in the study's files, with the reason why it does not count, blank where it does."""
    folders = [rehearsal_folder(study), frames_folder(study)] if study.practice else [frames_folder(study)]
    found = [rows for folder in folders if len(rows := read_judgements(folder))]
    if not found:
        return pd.DataFrame(columns=[*ROWS, "lost"])
    rows = pd.concat(found, ignore_index=True)
    passages = tables.read(study.processed, "passages")[[*KEY, "text"]].rename(columns={"text": "now"})
    rows = rows.merge(passages, on=KEY, how="left", validate="many_to_one", indicator="there")
    now = rows["now"].map(text_hash, na_action="ignore")
    frames = study.codebook.frames
    versions = rows["frame"].map({code: frame.fingerprint for code, frame in frames.items()})
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
