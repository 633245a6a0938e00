"""Planted hits of indicators beside those found; corrected shares of frames beside what coders see on average."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.frame_shares import CLASSIFIER
from practice.frame_coders import FALSE, MISS
from practice.passages import KEY, PLACE, planted_passages
from practice.scores.rows import frame, interval, planted, retrieval, row, table

HOLDS = 0.93  # share of intervals that hold, from which their 95 % are as promised


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_frames``."""
    coded = corpus.table("frame_shares")
    corrected = shares(coded[coded["source"] == CLASSIFIER], corpus.table("truth_effects"))
    return table("05-frames", frame(_hits(corpus)), corrected)


def _hits(corpus: Corpus) -> list[dict[str, object]]:
    """Planted indicator hits found, and nothing else, in passages that both know."""
    known = planted_passages(corpus)
    hits = corpus.table("indicator_hits").query("voice == 'all'").merge(known[[*KEY, "address"]], on=KEY)
    there = known.explode("indicators").dropna(subset="indicators")
    spoken = known.drop_duplicates("address").set_index("address")["language"]
    rows = []
    for language in corpus.study.languages:
        made = there[there["language"] == language]
        seen = hits[hits["address"].map(spoken) == language]
        rows += retrieval(
            f"passages where an indicator was planted ({language})",
            set(made[[*PLACE, "indicators"]].itertuples(index=False, name=None)),
            set(seen[[*PLACE, "measure"]].itertuples(index=False, name=None)),
        )
    return rows


def as_coded(planted: pd.Series) -> pd.Series:
    """What coders of the simulated skill see on average of the shares that were planted in one place.

    A corrected share is about what coders say, and these miss some passages and see frames that are not there.

    Parameters
    ----------
    planted : Series, indexed by frame
        Shares of passages; a passage may carry several.

    >>> as_coded(pd.Series({"SHIELD": 0.5, "DANGER": 0.0})).round(4).to_dict()
    {'SHIELD': 0.4767, 'DANGER': 0.0133}
    """
    by_chance = FALSE * (1 - planted) / (len(planted) - planted.sum())  # a false one is any that is not there
    return planted * (1 - MISS) + by_chance


def shares(coded: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Corrected shares and differences with their intervals; and how many intervals of predictions alone hold as much.

    Parameters
    ----------
    coded : DataFrame
        The ``frame_shares`` table, of one source.
    effects : DataFrame
        ``truth_effects``.

    Returns
    -------
    DataFrame, columns of `practice.scores.rows.COLUMNS`
    """
    wide = planted(effects[effects["side"] == "outlet"], "indicator", "planted").unstack("measure")
    truth, rows, raw = wide.apply(as_coded, axis=1).T.stack(), [], []
    for _, one in coded.iterrows():
        sides = [(one["measure"], one[side]) for side in ("group", "reference") if one[side]]
        if one["method"] == "coded" or any(side not in truth.index for side in sides):
            continue
        there = truth[sides[0]] - (truth[sides[1]] if len(sides) > 1 else 0.0)
        if one["method"] == "raw":
            raw.append(one["low"] <= there <= one["high"])
            continue
        name = f"frame: {one['measure']}, {' − '.join(side for _, side in sides)}"
        rows.append(interval(name, there, one, n=one["n_coded"]))
    if raw:
        held = sum(raw) / len(raw)
        verdict = "as often as it says" if held >= HOLDS else "less often than it says"
        rows.append(row("intervals of predictions alone that hold", 0.95, held, n=len(raw), verdict=verdict))
    return frame(rows)
