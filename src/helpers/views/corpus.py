"""Tables as a reader of the notebooks sees them, made from the tables that stages write.

Each function answers one question of a notebook; none computes an estimate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import ledger, tables
from helpers.stages.corpus import load_corpus, months_of, observed_days
from helpers.study import Study


def outlets(study: Study) -> pd.DataFrame:
    """Who speaks, from where, and how their items were chosen."""
    rows = [
        {
            "outlet": outlet.name,
            "country": outlet.country,
            "language": outlet.language,
            "ownership": outlet.ownership,
            "time zone": outlet.timezone,
            "chosen by": outlet.sampling,
            "collected": "; ".join(f"{start} to {end}" for start, end in outlet.collected) or "whole period",
        }
        for outlet in study.outlets.values()
    ]
    return pd.DataFrame(rows)


def calendar(study: Study) -> pd.DataFrame:
    """Items found and kept by outlet and month, with whether collection worked (`observed`).

    Returns
    -------
    DataFrame: outlet, month, n_collected, n_lost, observed; every month of the study's period
    """
    books = tables.read(study.processed, "ledger")
    found = books[(books["stage"] == "collect") & books["month"].notna()]
    kept = found["outcome"] == ledger.KEPT
    counts = pd.DataFrame(
        {
            "n_collected": found[kept].groupby(["outlet", "month"]).size(),
            "n_lost": found[~kept].groupby(["outlet", "month"]).size(),
        }
    )
    months = months_of(study.start, study.end)
    grid = pd.MultiIndex.from_product([list(study.outlets), months], names=["outlet", "month"])
    table = counts.reindex(grid).fillna(0).astype(int).reset_index()
    worked = {
        outlet: {str(day)[:7] for day, seen in observed_days(study, outlet).items() if seen} for outlet in study.outlets
    }
    table["observed"] = [month in worked[outlet] for outlet, month in zip(table["outlet"], table["month"], strict=True)]
    return table


def boilerplate(study: Study) -> pd.DataFrame:
    """Recurring lines removed, by outlet: how many, and under how many addresses the commonest stood."""
    lines = tables.read(study.processed, "boilerplate")
    grouped = lines.groupby("outlet")["n_articles"]
    table = pd.DataFrame({"lines": grouped.size(), "commonest stood in articles": grouped.max()})
    return table.reindex(list(study.outlets)).fillna(0).astype(int).rename_axis("outlet").reset_index()


def reprints(study: Study) -> pd.DataFrame:
    """Articles by outlet and declared origin, and how many of them copy an earlier article."""
    corpus = load_corpus(study)
    grouped = corpus.groupby(["outlet", "origin"])
    table = pd.DataFrame(
        {
            "articles": grouped.size(),
            "copies": grouped["is_original"].apply(lambda original: int((~original).sum())),
            "mean share copied": grouped["share_copied"].mean(),
        }
    )
    return table.reset_index()


def dates(study: Study) -> pd.DataFrame:
    """Where each outlet's dates come from, and how many conflict or are missing."""
    articles = tables.read(study.processed, "articles")
    grouped = articles.groupby(["outlet", "date_source", "date_precision"])
    table = pd.DataFrame(
        {
            "articles": grouped.size(),
            "conflicting": grouped["date_conflict"].sum(),
            "missing": grouped["published"].apply(lambda published: int(published.isna().sum())),
        }
    )
    return table.reset_index()


def flags(study: Study) -> pd.DataFrame:
    """Articles that carry each flag, by outlet; one row that says so when there is none."""
    articles = tables.read(study.processed, "articles")
    carried = articles.assign(flag=articles["flags"].str.split()).explode("flag").dropna(subset=["flag"])
    if carried.empty:
        return pd.DataFrame([{"flag": "none", "outlet": "–", "articles": 0}])
    return carried.groupby(["flag", "outlet"]).size().rename("articles").reset_index()


def funnel(study: Study) -> pd.DataFrame:
    """From items found to relevant articles: step and number, in order."""
    books = tables.read(study.processed, "ledger")
    steps = ledger.funnel(books)
    names = {"collect": "collected", "clean": "articles", "count": "relevant articles"}
    rows = [{"step": "items found", "n": int(steps["came_in"].iloc[0])}]
    rows += [{"step": names[stage], "n": int(steps.loc[stage, "kept"])} for stage in steps.index]
    return pd.DataFrame(rows)


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


def events(study: Study) -> pd.DataFrame:
    """The register of events with the source of each."""
    rows = [
        {"day": str(e.day), "event": e.title, "kind": e.kind, "source": f"{e.publisher}: {e.source_title}"}
        for e in study.events
    ]
    return pd.DataFrame(rows, columns=["day", "event", "kind", "source"])


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
