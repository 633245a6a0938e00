"""Indicators as tables that a reader sees, and what to call any measure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.frames.indicators import carried
from helpers.pipeline.estimates import gate, load_measures
from helpers.pipeline.indicator_measures import fired
from helpers.study import Study
from helpers.views.topics import label_of


def name_of(study: Study, measure: str) -> str:
    """What to call a measure in a sentence: a frame's name, or a topic by its label or its three first terms.

    The kind stays in the name: an indicator is never called a frame.
    """
    kind, _, code = measure.partition(":")
    if kind == "indicator":
        return f"{study.codebook.frames[code].name} (indicator)"
    if kind == "frame":
        return study.codebook.frames[code].name
    if kind == "topic":
        return f"topic {code} ({label_of(study, code)})"
    return measure


def codebook(study: Study) -> pd.DataFrame:
    """The codebook: what each frame holds to be the problem, its version, and how many indicators it has."""
    rows = []
    for frame in study.codebook.frames.values():
        numbers = {language: len(frame.indicators.get(language, ())) for language in study.languages}
        rows.append(
            {
                "frame": frame.name,
                "tier": frame.tier,
                "problem": frame.definition["problem"],
                "definition's version": frame.fingerprint,
            }
            | numbers
        )
    return pd.DataFrame(rows)


def indicator_rates(study: Study, voice: str = "all") -> pd.DataFrame:
    """Mean indicator rate by outlet, one row a frame."""
    measures = load_measures(study)
    rows = measures[measures["measure"].str.startswith("indicator:") & (measures["voice"] == voice)]
    table = rows.pivot_table(index="measure", columns="outlet", values="value", aggfunc="mean")
    table = table.reindex(columns=[outlet for outlet in study.outlets if outlet in table.columns])
    table.insert(0, "indicators of", [study.codebook.frames[m.split(":")[1]].name for m in table.index])
    table.columns.name = None
    return table.reset_index(drop=True)


def carrying(study: Study) -> pd.DataFrame:
    """The indicator that fires most in each frame and language, and the share of the frame's passages it is in."""
    table = carried(fired(study))
    first = table.groupby(["frame", "language"], as_index=False).first()
    first["frame"] = [study.codebook.frames[code].name for code in first["frame"]]
    return first[["frame", "language", "indicator", "n_passages", "share"]]


def indicator_voices(study: Study) -> pd.DataFrame:
    """Rates in the outlets' own voice and in quotation, over the articles that have both.

    Returns
    -------
    DataFrame: indicator, outlet, quoted, n_articles
    """
    measures = load_measures(study)
    rows = measures[measures["measure"].str.startswith("indicator:") & (measures["voice"] != "all")]
    wide = rows.pivot(index=["measure", "article_id"], columns="voice", values="value").dropna()
    table = wide.groupby("measure")[["outlet", "quoted"]].mean()
    table["n_articles"] = wide.groupby("measure").size()
    table.insert(0, "indicator", [study.codebook.frames[m.split(":")[1]].name for m in table.index])
    return table.reset_index(drop=True)


def overlaps(study: Study, n: int) -> pd.DataFrame:
    """Pairs of frames whose indicators fire in the same passages most, by phi (correlation of two yes/no columns)."""
    passages = tables.read(study.processed, "passages")
    corpus = load_corpus(study, relevant_only=True)
    relevant = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    hits = fired(study)[["article_id", "position", "frame"]].drop_duplicates()
    units = pd.MultiIndex.from_frame(relevant[["article_id", "position"]])
    wide = pd.crosstab([hits["article_id"], hits["position"]], hits["frame"]).reindex(units, fill_value=0)
    phi = wide.corr().to_numpy()
    names = list(wide.columns)
    rows = [
        {
            "one": names[i],
            "other": names[j],
            "phi": phi[i, j],
            "passages with both": int((wide.iloc[:, i] & wide.iloc[:, j]).sum()),
        }
        for i, j in zip(*np.triu_indices(len(names), 1), strict=True)
        if np.isfinite(phi[i, j])
    ]
    table = pd.DataFrame(rows, columns=["one", "other", "phi", "passages with both"])
    return table.sort_values(["phi", "one", "other"], ascending=[False, True, True]).head(n)


def specificity(study: Study) -> pd.DataFrame:
    """Terms that are indicators on their own, per 10,000 words: relevant passages beside the rest of the outlet."""
    counts, background = tables.read(study.processed, "counts"), tables.read(study.processed, "background")
    corpus = load_corpus(study)
    counts = tables.join(counts, corpus[["article_id", "outlet", "language"]], "article_id")
    rows = []
    for frame in study.codebook.frames.values():
        alone = {lang: {i.all[0] for i in found if len(i.all) == 1} for lang, found in frame.indicators.items()}
        rates = [_per_words(table, alone) for table in (counts, background)]
        rows.append({"indicators of": frame.name, "tier": frame.tier, "relevant": rates[0], "rest": rates[1]})
    table = pd.DataFrame(rows)
    table["ratio"] = table["relevant"] / table["rest"].where(table["rest"] > 0)
    return table


def _per_words(table: pd.DataFrame, alone: dict[str, set[str]]) -> float:
    """Occurrences of each language's terms in 10,000 words of that language."""
    single = ~table["term"].str.contains(" ", regex=False) & ~table["term"].str.startswith("@")
    words = table.loc[single & table["language"].isin(alone), "count"].sum()
    hits = sum(
        int(table.loc[(table["language"] == language) & table["term"].isin(terms), "count"].sum())
        for language, terms in alone.items()
    )
    return 10_000 * hits / words if words else float("nan")


def lint_counts(lint: pd.DataFrame) -> pd.DataFrame:
    """Remarks on the codebook by kind and language; one row that says so when there is none."""
    if lint.empty:
        return pd.DataFrame([{"kind": "none", "language": "–", "remarks": 0}])
    return lint.groupby(["kind", "language"]).size().rename("remarks").reset_index()


def checks(study: Study) -> pd.DataFrame:
    """What is known about each measure's error; one row that says so when nothing is."""
    table = tables.read(study.processed, "measure_checks")
    table = table[table["quantity"].isin(["precision", "recall"])]
    if table.empty:
        return pd.DataFrame(
            [{"measure": "all", "known": "nothing: no passage has been judged; every measure is `described`"}]
        )
    wide = table.pivot(index=["measure", "language"], columns="quantity", values="value")
    wide["passages judged"] = table.groupby(["measure", "language"])["n"].max()
    wide.columns.name = None
    return wide.reset_index()


def gates(study: Study) -> pd.DataFrame:
    """Measures held back from comparison across each pair of languages, with the reason."""
    pairs = [(a, b) for i, a in enumerate(study.languages) for b in study.languages[i + 1 :]]
    rows = []
    for pair in pairs:
        reasons = {code: gate(study, f"indicator:{code}", pair) for code in study.codebook.frames}
        for reason in sorted(set(reasons.values())):
            names = [study.codebook.frames[code].name for code, why in reasons.items() if why == reason]
            told = reason or "let through"
            rows.append({"languages": " and ".join(pair), "verdict": told, "indicator sets": ", ".join(names)})
    return pd.DataFrame(rows, columns=["languages", "verdict", "indicator sets"])
