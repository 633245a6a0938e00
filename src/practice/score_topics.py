"""Topics recovered against planted: their terms, each article's subject, and shares by outlet with their intervals.

Pure: tables and truth tables in, rows of ``scores`` out, as `practice.score`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from practice.score import COLUMNS, interval, row, share

FOUND = 3  # of a topic's first ten terms must be planted ones
NEAR = 0.8  # a slope of differences below this is told as shrunken


def planted_for(terms: pd.DataFrame, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The planted topic that each fitted one is nearest to by its first ten terms.

    Returns
    -------
    DataFrame: language, topic, planted, hits (terms that both have)
    """
    rows = []
    for (language, topic), part in terms.groupby(["language", "topic"], sort=True):
        words = truth["truth_topics"].query("language == @language").groupby("topic")["term"].agg(set)
        first = set(part.sort_values("rank")["term"].head(10))
        hits = {planted: len(first & theirs) for planted, theirs in words.items()}
        best = max(sorted(hits), key=lambda name: hits[name])
        rows.append((language, topic, best, hits[best]))
    return pd.DataFrame(rows, columns=["language", "topic", "planted", "hits"])


def topics(
    nearest: pd.DataFrame, shares: pd.DataFrame, addresses: pd.Series, truth: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Planted topics found by their terms, and articles given to the right one.

    Parameters
    ----------
    nearest : as from `planted_for`
    shares : topic shares, one row an article_id, columns ``topic:<id>``; empty in other languages.
    addresses : Series of address by article_id.
    truth : truth tables.
    """
    rows = []
    of = truth["truth_articles"].set_index("address")["topic"]
    for language, part in nearest.groupby("language", sort=True):
        n_planted = truth["truth_topics"].query("language == @language")["topic"].nunique()
        found = part.loc[part["hits"] >= FOUND, "planted"].nunique()
        rows.append(row(f"planted topics found ({language})", n_planted, found, n=len(part),
                        verdict="recovered" if found == n_planted else "missed in part"))  # fmt: skip
        best = part.set_index("topic")["planted"]
        mine = shares[[f"topic:{name}" for name in best.index]].dropna(how="all")
        called = mine.idxmax(axis=1).str.removeprefix("topic:").map(best)
        planted = addresses[mine.index].map(of)
        right = (called.to_numpy() == planted.to_numpy())[planted.notna().to_numpy()]
        rows += share(f"articles whose largest topic is the planted one ({language})", pd.Series(right))
    return pd.DataFrame(rows, columns=COLUMNS)


def topic_shares(levels: pd.DataFrame, differences: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Shares of planted topics by outlet, and differences between outlets, beside what was planted.

    Parameters
    ----------
    levels : columns ``planted``, ``group``, estimate, low, high, n_articles
    differences : the same and ``reference``
    effects : ``truth_effects``

    Returns
    -------
    DataFrame
        A level is held against the share of articles realised, a difference against that of the planted parameters;
        and the slope of estimated on realised differences, 1 where shares are neither shrunken nor stretched.
    """
    truth = effects[(effects["window"] == "all") & (effects["voice"] == "all") & (effects["scope"] == "all")]
    truth = truth.set_index(["quantity", "group"])[["planted", "realised_articles"]]
    rows, points = [], []
    for found in levels.to_dict("records"):
        told = truth["realised_articles"].get((f"topic:{found['planted']}", found["group"]), np.nan)
        if not np.isnan(told):
            name = f"topic share, {found['planted']}, {found['group']}"
            rows.append(interval(name, told, pd.Series(found), n=found["n_articles"]))
    for found in differences.to_dict("records"):
        keys = [(f"topic:{found['planted']}", found[side]) for side in ("group", "reference")]
        if all(key in truth.index for key in keys):
            planted, realised = (truth[column][keys[0]] - truth[column][keys[1]] for column in truth)
            name = f"topic difference, {found['planted']}, {found['group']} − {found['reference']}"
            rows.append(interval(name, planted, pd.Series(found), n=found["n_articles"]))
            points.append((realised, found["estimate"]))
    if points:
        x, y = np.array(points).T
        slope = float((x @ y) / (x @ x))
        verdict = "recovered" if slope >= NEAR else "shrunken"
        rows.append(row("slope of topic differences on the realised ones", 1.0, slope, n=len(points), verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)


def artefacts(called: pd.DataFrame) -> pd.DataFrame:
    """Topics that were put back on purpose and called by name; and subjects that were called so by mistake.

    Parameters
    ----------
    called : DataFrame
        One row a topic: ``language``, ``put_back`` ('boilerplate', 'wire story' or ''), ``called``.
    """
    rows = []
    for language, part in called.groupby("language", sort=True):
        for kind in ("boilerplate", "wire story"):
            mine = part[part["put_back"] == kind]
            rows += share(f"{kind} topics called by name ({language})", mine["called"].str.startswith(kind))
        others = part[part["put_back"] == ""]
        wrong = int(others["called"].str.startswith(("boilerplate", "wire story")).sum())
        verdict = "recovered" if wrong == 0 else "missed in part"
        rows.append(row(f"subjects called boilerplate or a wire story ({language})", 0, wrong, n=len(others),
                        verdict=verdict))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
