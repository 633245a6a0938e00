"""Counts to measures, article by article: what every measure shares, and indicator rates."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.frames.indicators import rates, score
from helpers.study import Study


def relevant_counts(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of relevant passages in the period, with language and voice; and the corpus they belong to."""
    corpus = load_corpus(study, relevant_only=True)
    counts = tables.read(study.processed, "counts")
    counts = counts[counts["article_id"].isin(corpus["article_id"])]
    counts = tables.join(counts, corpus[["article_id", "language", "outlet"]], "article_id")
    passages = tables.read(study.processed, "passages")[["article_id", "position", "paragraph", "voice"]]
    return tables.join(counts, passages, ["article_id", "position"]), corpus


def replace_measures(study: Study, prefix: str, rows: pd.DataFrame) -> None:
    """Write the measures whose names begin with `prefix` anew, leaving the others."""
    old = (
        tables.read(study.processed, "measures")
        if tables.exists(study.processed, "measures")
        else tables.empty("measures")
    )
    kept = old[~old["measure"].str.startswith(prefix)]
    tables.write(study.processed, "measures", pd.concat([kept, rows], ignore_index=True))


def indicators(study: Study) -> pd.DataFrame:
    """Score every frame's indicators; write their rates in ``measures`` and what fired where in ``evidence``.

    Returns
    -------
    DataFrame: the ``measures`` rows of indicators, as written
    """
    counts, corpus = relevant_counts(study)
    languages = corpus.set_index("article_id")["language"]
    fired = score(counts, study.codebook, languages)
    passages = tables.read(study.processed, "passages")
    passages = passages[passages["relevant"] & passages["article_id"].isin(corpus["article_id"])]
    evidence = fired[fired["fired"]].rename(columns={"frame": "measure"})[
        ["article_id", "position", "measure", "indicator"]
    ]
    tables.write(study.processed, "evidence", evidence.assign(measure="indicator:" + evidence["measure"]))
    replace_measures(study, "indicator:", rates(fired, passages, codebook=study.codebook, languages=languages))
    measures = tables.read(study.processed, "measures")
    return measures[measures["measure"].str.startswith("indicator:")]


def fired(study: Study) -> pd.DataFrame:
    """What fired where: the evidence table with the columns that `helpers.frames.indicators` reads."""
    evidence = tables.read(study.processed, "evidence")
    languages = load_corpus(study).set_index("article_id")["language"]
    frame = evidence["measure"].str.removeprefix("indicator:")
    return evidence.assign(frame=frame, language=evidence["article_id"].map(languages), fired=True)


def topic_shares(study: Study) -> pd.DataFrame:
    """Topic shares, one row an article; the shares of a language add up to 1."""
    measures = tables.read(study.processed, "measures")
    rows = measures[measures["measure"].str.startswith("topic:") & (measures["voice"] == "all")]
    wide = rows.pivot(index="article_id", columns="measure", values="value")
    off = (wide.sum(axis=1) - 1).abs() > 1e-9
    if off.any():
        raise ValueError(f"topic shares of article {wide.index[off][0]!r} do not add up to 1; refit the topics")
    return wide


def topic_fits(study: Study) -> pd.DataFrame:
    """Topic shares under the other fits, a column each, by article and measure."""
    rows = tables.read(study.processed, "topic_fits")
    wide = rows.pivot(index=["article_id", "measure"], columns="fit", values="value")
    return wide.rename(columns=lambda number: f"fit {number}")


def fits_of(rows: pd.DataFrame) -> list[str]:
    """Columns of the values under other fits, for measures that are fitted; none for what is counted."""
    return [name for name in rows if str(name).startswith("fit ") and rows[name].notna().all()]
