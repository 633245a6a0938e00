"""Text to term counts, and counts out of one checkout and into another."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.collect.manifest import file_hash
from helpers.data import ledger, tables
from helpers.data.corpus import load_corpus
from helpers.study import Study, StudyError
from helpers.text.counts import background_totals, count_terms
from helpers.text.phrases import choose_phrases

SHARED = [
    "articles", "passages", "copies", "flags", "phrases", "counts", "background", "volume", "boilerplate", "ledger",
]  # fmt: skip
WITHHELD = {"articles": ["title", "byline", "section", "text"], "passages": ["speaker", "text"]}
MIN_ARTICLES = 10  # a shared phrase stands in at least so many distinct articles
MANIFEST = ["file", "address", "retrieved", "sha256", "licence", "note"]


def count(study: Study) -> pd.DataFrame:
    """Count terms of every relevant passage, and totals of the rest by outlet and month.

    A passage in another language than its article is left out: its words belong to another vocabulary.

    Returns
    -------
    DataFrame: the ``counts`` table, as written
    """
    articles = tables.read(study.processed, "articles")
    if shared_counts(study):
        return tables.read(study.processed, "counts")
    passages = tables.read(study.processed, "passages").rename(columns={"language": "spoken"})
    passages = tables.join(passages, articles[["article_id", "outlet", "language", "published"]], "article_id")
    passages = passages[passages["spoken"] == passages["language"]]  # words of one language are counted together
    relevant = passages[passages["relevant"]]
    phrases = _phrases(study, relevant)
    listed = sorted(phrases["phrase"].unique())
    counts = count_terms(relevant, entities=study.entities, phrases=listed)
    rest = passages[~passages["relevant"]]
    rest = rest.assign(month=ledger.local_months(rest, study.timezones)).dropna(subset=["month"])
    background = background_totals(rest, entities=study.entities, phrases=listed)
    tables.write(study.processed, "phrases", phrases)
    tables.write(study.processed, "counts", counts)
    tables.write(study.processed, "background", background)
    _enter(study)
    return counts


def _phrases(study: Study, relevant: pd.DataFrame) -> pd.DataFrame:
    """The phrases that may be counted: recurring ones of this corpus, and the codebook's own."""
    clusters = tables.read(study.processed, "copies").set_index("article_id")["copy_cluster"]
    rows = []
    for language in study.languages:
        part = relevant[relevant["language"] == language]
        own = set(study.codebook.phrases(language))
        found = set(choose_phrases(part, clusters, min_articles=MIN_ARTICLES)) if len(part) else set()
        rows += [{"language": language, "phrase": p, "origin": "codebook"} for p in own]
        rows += [{"language": language, "phrase": p, "origin": "corpus"} for p in found - own]
    return pd.DataFrame(rows, columns=["language", "phrase", "origin"])


def _enter(study: Study) -> None:
    """Every article of the clean stage is analysed, or the ledger says why not."""
    books = tables.read(study.processed, "ledger")
    rows = load_corpus(study).rename(columns={"article_id": "id"})
    rows["month"] = ledger.local_months(rows, study.timezones)
    rows["outcome"] = np.select(
        [~rows["relevant"], ~rows["in_period"], rows["left_out"]],
        ["not_relevant", "outside_period", "flagged"],
        ledger.KEPT,
    )
    tables.write(study.processed, "ledger", ledger.replace(books, "count", ledger.entries("count", rows)))


def shared_counts(study: Study) -> bool:
    """Whether the study comes as counts, without text."""
    return any(source.kind == "counts" for source in study.sources)


def export_counts(study: Study, folder: Path, *, sources: list[dict[str, str]] | None = None) -> Path:
    """Write what may be shared: counts without order and metadata, never text, title, name or quotation.

    Parameters
    ----------
    study : Study
        Its count stage has run.
    folder : Path
        Where the tables and ``manifest.csv`` go.
    sources : list of rows of the manifest, optional
        The files that the counts were made from: file, address, retrieved, sha256, licence, note.

    Returns
    -------
    Path of the manifest
    """
    rows = list(sources or [])
    for name in SHARED:
        table = tables.read(study.processed, name)
        for column in WITHHELD.get(name, []):
            table[column] = None
        if name == "flags":
            table["evidence"] = ""  # words of the page
        if name == "boilerplate":  # how many lines recur, and how often, without the lines
            table["line"] = [hashlib.sha256(line.encode()).hexdigest()[:16] for line in table["line"]]
        path = tables.write(folder, name, table)
        rows.append({"file": path.name, "sha256": file_hash(path), "note": f"the table {name!r}, made by this project"})
    manifest = folder / "manifest.csv"
    temporary = folder / ".manifest.csv"
    with temporary.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, MANIFEST, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(temporary, manifest)
    return manifest


def import_counts(study: Study, folder: Path) -> None:
    """Read shared counts back as the same corpus, after checking every file against the manifest.

    Raises
    ------
    StudyError
        A file is missing or is not the one that the manifest names.
    """
    manifest = folder / "manifest.csv"
    if not manifest.exists():
        raise StudyError(f"{manifest.name}: not in {folder.name}; shared counts come with one")
    with manifest.open(encoding="utf-8", newline="") as handle:
        listed = {row["file"]: row["sha256"] for row in csv.DictReader(handle)}
    for name in SHARED:
        path = folder / f"{name}.parquet"
        if path.name not in listed or not path.exists():
            raise StudyError(f"{path.name}: missing from {folder.name} or its manifest.csv; restore it")
        if file_hash(path) != listed[path.name]:
            raise StudyError(f"{path.name}: differs from the sha256 in manifest.csv; data/raw is never edited")
        tables.write(study.processed, name, tables.read(folder, name))
    _check_outlets(study)


def _check_outlets(study: Study) -> None:
    known = set(study.outlets)
    for outlet in sorted(set(tables.read(study.processed, "articles")["outlet"]) - known):
        raise StudyError(f"counts hold outlet {outlet!r}, which study.yml does not list; add it there")
