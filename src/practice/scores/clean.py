"""Dates, copies, origins, recurring lines, flags and relevance beside what was planted."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.data.corpus import Corpus
from practice.scores.rows import frame, retrieval, row, share, table


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_clean``."""
    about = corpus.table("truth_articles").set_index("address")
    articles = corpus.table("articles")
    cleaned = articles.set_index("address")
    both = about.index.intersection(cleaned.index)
    about, cleaned = about.loc[both], cleaned.loc[both]
    rows = [
        *_dates(about, cleaned),
        *retrieval("pairs that copy one story", _pairs(about["copy_cluster"]), _pairs(cleaned["copy_cluster"])),
        *_origins(about, cleaned),
        *_boilerplate(articles, corpus.table("truth_boilerplate")),
        *retrieval("relevant articles", set(about.index[about["relevant"]]), set(cleaned.index[cleaned["relevant"]])),
        *_flags(about["flags"].str.split(), cleaned["flags"].str.split()),
    ]
    return table("02-clean", frame(rows))


def _dates(about: pd.DataFrame, cleaned: pd.DataFrame) -> list[dict[str, object]]:
    dated = about["date_fault"] == "none"
    same = (about["published"] - cleaned["published"]).abs() <= pd.Timedelta(days=1)
    conflicting = cleaned.loc[about["date_fault"].isin(["conflict", "wrong"]), "date_conflict"].astype(bool)
    return [
        *share("dates right where the page gives one", same[dated]),
        *share("conflicting dates flagged", conflicting),
    ]


def _pairs(clusters: pd.Series) -> set[tuple[str, str]]:
    """Pairs of addresses in one cluster."""
    pairs = set()
    for _, members in clusters.groupby(clusters):
        names = sorted(members.index)
        pairs |= {(a, b) for i, a in enumerate(names) for b in names[i + 1 :]}
    return pairs


def _origins(about: pd.DataFrame, cleaned: pd.DataFrame) -> list[dict[str, object]]:
    credited = about["credit"].isin(["byline", "dateline", "credit"])
    agency = about.loc[credited, "origin"] == cleaned.loc[credited, "origin"]
    own = cleaned.loc[about["origin"] == "own", "origin"].isin(["own", "unknown"])
    return [
        *share("origin of credited stories", agency),
        *share("own stories not credited to an agency", own),
    ]


def _boilerplate(articles: pd.DataFrame, lines: pd.DataFrame) -> list[dict[str, object]]:
    """Share of articles whose text still holds a planted recurring line (0 is wanted)."""
    recurring = lines.loc[lines["n_pages"] >= 3].groupby("outlet")["line"].agg(set)
    left = 0
    for outlet, text in articles[["outlet", "text"]].dropna().itertuples(index=False):
        left += not recurring.get(outlet, set()).isdisjoint(line.strip() for line in text.split("\n"))
    verdict = "recovered" if left == 0 else "missed in part"
    return [row("articles with a recurring line left in", 0.0, left, n=len(articles), verdict=verdict)]


def _flags(about: pd.Series, cleaned: pd.Series) -> Iterable[dict[str, object]]:
    """Every flag that was planted or found, article by article."""
    for flag in sorted({*about.explode().dropna(), *cleaned.explode().dropna()}):
        planted, seen = ({address for address, flags in side.items() if flag in flags} for side in (about, cleaned))
        yield from retrieval(f"flag {flag}", planted, seen)
