"""Tables as a reader of the notebooks sees them, made from the tables that stages write.

Each function answers one question of a notebook; none computes an estimate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.study import Study
from helpers.views.journey import calendar


def monthly(study: Study, *, relevant_only: bool = True) -> pd.DataFrame:
    """Articles per outlet and month in local time, with months that were not observed left empty.

    Returns
    -------
    DataFrame: outlet, month, n (empty where not observed), n_originals
    """
    corpus = load_corpus(study, relevant_only=relevant_only)
    corpus = corpus[corpus["in_period"]]
    month = corpus["day"].dt.strftime("%Y-%m")
    n = corpus.groupby([corpus["outlet"], month]).size()
    originals = corpus[corpus["is_original"]].groupby([corpus["outlet"], month]).size()
    grid = calendar(study).set_index(["outlet", "month"])
    table = pd.DataFrame({"n": n, "n_originals": originals}).reindex(grid.index).fillna(0.0)
    table.loc[~grid["observed"].to_numpy()] = np.nan
    return table.rename_axis(["outlet", "month"]).reset_index()


def known_shares(study: Study) -> pd.DataFrame:
    """Relevant items as a share of all that an outlet published, where that number is known.

    An outlet whose items were all collected is its own denominator; `known_volume` gives it for others.
    """
    volume = tables.read(study.processed, "volume")
    volume = volume[volume["observed"] & volume["n_published"].notna()]
    table = volume.groupby("outlet")[["n_relevant", "n_published"]].sum().astype(int)
    table["months"] = volume.groupby("outlet").size()
    table["share"] = table["n_relevant"] / table["n_published"]
    return table.reset_index()


def corpus(study: Study) -> pd.DataFrame:
    """The corpus in numbers, an outlet a row, with its total."""
    relevant = load_corpus(study, relevant_only=True)
    everything = load_corpus(study)
    rows = []
    for outlet in study.outlets.values():
        all_of, part = everything[everything["outlet"] == outlet.id], relevant[relevant["outlet"] == outlet.id]
        days = part["day"].dropna()
        rows.append(
            {
                "outlet": outlet.name,
                "language": outlet.language,
                "articles": len(all_of),
                "relevant": len(part),
                "originals": int(part["is_original"].sum()),
                "copy clusters": part["copy_cluster"].nunique(),
                "outlet-weeks": part["outlet_week"].nunique(),
                "first": str(days.min().date()) if len(days) else "–",
                "last": str(days.max().date()) if len(days) else "–",
            }
        )
    return pd.DataFrame(rows)
