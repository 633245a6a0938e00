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
from helpers.stages.modelling import DISPLAYED, Fitted, recommended, warned_once
from helpers.study import Study
from helpers.topics.matching import match_topics
from helpers.topics.model import TopicModel

UNIVERSE_COLUMNS = ["language", "topic", "n_topics", "overlap", "group", "reference", "estimate", "low", "high"]
FEWEST_OF_OUTLET = 20  # articles, before an outlet's topics are compared
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
    """Each topic sought at other numbers of topics, and its difference between two outlets there.

    A topic of the study's own number is matched to the topics of every number in the recommended range; the difference
    is of the matched topic's mean shares, between the two first outlets with twenty articles.

    Returns
    -------
    DataFrame: language, topic, n_topics, overlap (of the first ten terms), group, reference, estimate, low, high; the
    last five empty where fewer than two outlets have enough articles
    """
    counts, corpus = relevant_counts(study)
    blocks = [pd.DataFrame(columns=UNIVERSE_COLUMNS)]
    for language in study.languages:
        one = Fitted(study, counts, corpus, language)
        if one.enough:
            blocks.append(_over_numbers(study, one))
    return pd.concat([block for block in blocks if len(block)] or blocks, ignore_index=True)


def _over_numbers(study: Study, one: Fitted) -> pd.DataFrame:
    own, numbers = study.analysis.n_topics, recommended(study, one.language)
    with warned_once():
        models = TopicModel(seed=study.analysis.seed).fit_each(one.matrix, sorted({own, *numbers}))
    outlets = one.articles["outlet"]
    able = [outlet for outlet in study.outlets if (outlets == outlet).sum() >= FEWEST_OF_OUTLET][:2]
    rows = []
    for number in numbers:
        pairs = match_topics(models[own].topic_term, models[number].topic_term, n=DISPLAYED)
        for mine, theirs, overlap in pairs.itertuples(index=False):
            told = {"language": one.language, "topic": f"{one.language}-{mine + 1:02d}", "n_topics": number,
                    "overlap": overlap}  # fmt: skip
            rows.append(told | _between(study, one, models[number].doc_topic[:, theirs], able))
    return pd.DataFrame(rows, columns=UNIVERSE_COLUMNS)


def _between(study: Study, one: Fitted, share: np.ndarray, pair: list[str]) -> dict[str, object]:
    """Difference of a topic's mean share between two outlets, with its interval."""
    if len(pair) < 2:
        return {"group": "", "reference": "", "estimate": np.nan, "low": np.nan, "high": np.nan}
    here = one.articles["outlet"].isin(pair).to_numpy()
    first = (one.articles["outlet"] == pair[0]).to_numpy()[here]
    found = difference(
        share[here], first, clusters=one.articles.loc[here, CLUSTERS].reset_index(drop=True),
        level=study.analysis.coverage_level, rng=np.random.default_rng(study.analysis.seed),
    )  # fmt: skip
    told = {"group": pair[0], "reference": pair[1]}
    return told | {"estimate": found.estimate, "low": found.low, "high": found.high}
