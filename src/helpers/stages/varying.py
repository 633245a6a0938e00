"""The planned differences again, under every other fair choice of analysis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.compare.contrast import difference
from helpers.compare.universes import grid, run
from helpers.stages.comparing import gate, load_measures
from helpers.stages.corpus import CLUSTERS
from helpers.stages.measuring import relevant_counts
from helpers.stages.modelling import FEWEST_ARTICLES, fit, matrix_of
from helpers.study import Study

CHOICES: dict[str, list] = {
    "voice": ["all", "outlet"],
    "copies": ["in", "originals only"],
    "flagged": ["in", "out"],
    "length": ["any", "two passages or more"],
    "period": ["whole", "second half"],
    "clusters": ["both ways", "outlet-week"],
}
WHY = {
    "voice": "everything printed, or the outlet's own words",
    "copies": "every reprint counts, or each story once",
    "flagged": "articles with a doubtful flag stay in, or go",
    "length": "articles of a single relevant passage weigh as much as any, or are left out",
    "period": "the whole period, or its later half by articles",
    "clusters": "by copy cluster and outlet-week, or outlet-week alone",
}


def comparisons(study: Study) -> list[tuple[str, str, str]]:
    """Measure, group and reference of each planned difference that the gate lets through.

    A study without a plan gets the indicator sets of its two outlets with most relevant articles.
    """
    if study.plan:
        wanted = [(c.measure, *pair) for c in study.plan.comparisons for pair in combinations(c.groups, 2)]
    else:
        articles = tables.read(study.processed, "articles")
        largest = articles[articles["relevant"]]["outlet"].value_counts().sort_index().nlargest(2, keep="first").index
        pair = [outlet for outlet in study.outlets if outlet in set(largest)]
        wanted = [(f"indicator:{code}", *pair) for code in study.codebook.frames] if len(pair) == 2 else []
    language = {key: outlet.language for key, outlet in study.outlets.items()}
    return [row for row in wanted if not gate(study, row[0], (language[row[1]], language[row[2]]))]


def universes(study: Study) -> pd.DataFrame:
    """Write ``universes``: each comparison under every combination of `CHOICES`.

    Returns
    -------
    DataFrame: quantity, group, reference, one column a choice, estimate, low, high
    """
    measures = load_measures(study)
    passages = tables.read(study.processed, "passages")
    sizes = passages[passages["relevant"]].groupby("article_id").size()
    measures["n_passages"] = measures["article_id"].map(sizes)
    blocks = []
    for measure, group, reference in comparisons(study):
        part = measures[(measures["measure"] == measure) & measures["outlet"].isin([group, reference])]
        found = run(grid(CHOICES), lambda universe, part=part, group=group: _one(study, part, group, universe))
        blocks.append(found.assign(quantity=measure, group=group, reference=reference))
    if not blocks:
        tables.write(study.processed, "universes", tables.empty("universes"))
        return pd.DataFrame(columns=["quantity", "group", "reference", *CHOICES, "estimate", "low", "high"])
    results = pd.concat(blocks, ignore_index=True)
    names = [json.dumps(row, sort_keys=True) for row in results[list(CHOICES)].to_dict("records")]
    columns = ["quantity", "group", "reference", "estimate", "low", "high"]
    tables.write(study.processed, "universes", results[columns].assign(universe=names))
    return results


def _one(study: Study, part: pd.DataFrame, group: str, universe: Mapping[str, str]) -> dict[str, float]:
    """The difference in one universe; without interval where one side is empty or has too few clusters."""
    rows = part[part["voice"] == universe["voice"]]
    middle = part.drop_duplicates("article_id")["day"].median()
    if universe["copies"] != "in":
        rows = rows[rows["is_original"]]
    if universe["flagged"] == "out":
        rows = rows[~rows["doubtful"]]
    if universe["period"] != "whole":
        rows = rows[rows["day"] >= middle]
    if universe["length"] != "any":
        rows = rows[rows["n_passages"] >= 2]
    first = (rows["outlet"] == group).to_numpy()
    ways = CLUSTERS if universe["clusters"] == "both ways" else ["outlet_week"]
    if first.all() or not first.any():
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    rng = np.random.default_rng(study.analysis.seed)
    found = difference(
        rows["value"].to_numpy(), first, clusters=rows[ways], level=study.analysis.coverage_level, rng=rng
    )
    return {"estimate": found.estimate, "low": found.low, "high": found.high}


def topic_universes(study: Study) -> pd.DataFrame:
    """Over the range of topic numbers, the topic whose mean share differs most between two outlets.

    The topic is chosen for its difference, so its interval is too short to stand alone: what counts is whether
    the same subject comes out on top with the same sign whatever the number.

    Returns
    -------
    DataFrame: language, group, reference, n_topics, topic (first terms), estimate, low, high
    """
    counts, corpus = relevant_counts(study)
    rows = []
    for language in study.languages:
        matrix, index, vocabulary = matrix_of(study, counts, language)
        spoken = corpus.set_index("article_id").loc[index["article_id"]]
        able = [o for o in study.outlets if (spoken["outlet"] == o).sum() >= 20]
        if len(index) < FEWEST_ARTICLES or len(able) < 2:
            continue
        for n_topics in range(study.analysis.topic_range[0], study.analysis.topic_range[1] + 1):
            model = fit(matrix, n_topics, study.analysis.seed)
            rows.append(
                {"language": language, "n_topics": n_topics} | _widest(model, spoken, vocabulary, able[:2], study)
            )
    return pd.DataFrame(rows)


def _widest(model, spoken: pd.DataFrame, vocabulary: list[str], pair: list[str], study: Study) -> dict[str, object]:
    """The topic with the largest difference of means between two outlets, with its interval."""
    here = spoken["outlet"].isin(pair).to_numpy()
    first = (spoken["outlet"] == pair[0]).to_numpy()[here]
    shares = model.doc_topic[here]
    gaps = shares[first].mean(axis=0) - shares[~first].mean(axis=0)
    widest = int(np.argmax(np.abs(gaps)))
    found = difference(
        shares[:, widest], first, clusters=spoken.loc[here, CLUSTERS].reset_index(drop=True),
        level=study.analysis.coverage_level, rng=np.random.default_rng(study.analysis.seed),
    )  # fmt: skip
    terms = [vocabulary[t] for t in np.argsort(-model.topic_term[widest], kind="stable")[:5]]
    told = {"group": pair[0], "reference": pair[1], "topic": ", ".join(terms)}
    return told | {"estimate": found.estimate, "low": found.low, "high": found.high}
