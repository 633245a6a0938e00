"""Counts that may be shared, out of one checkout and into another: never text, title, name or quotation.

A study that comes as counts has a source of kind ``counts``: a folder of the tables of `SHARED` with ``manifest.csv``.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.provenance import file_hash
from helpers.pipeline.recipes import OPTIONAL, SHARED
from helpers.pipeline.withheld import shareable
from helpers.study import StudyError

MANIFEST = ["file", "address", "retrieved", "sha256", "licence", "note"]


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """The shared tables, after checking every file against its manifest.

    Raises
    ------
    StudyError
        A file is missing or is not the one that the manifest names, or an outlet is not the study's.
    """
    blocks: dict[str, list[pd.DataFrame]] = {name: [] for name in SHARED}
    for source in corpus.study.sources:
        if source.kind == "counts":
            listed = _manifest(source.path)
            for name, frames in blocks.items():
                if name not in OPTIONAL or f"{name}.parquet" in listed:
                    frames.append(_checked(source.path, name, listed))
    made = {name: tables.stack(name, frames) for name, frames in blocks.items()}
    for outlet in sorted(set(made["cleaned"]["outlet"]) - set(corpus.study.outlets)):
        raise StudyError(f"counts hold outlet {outlet!r}, which study.yml does not list; add it there")
    return {"pages": tables.empty("pages")} | made


def export_counts(corpus: Corpus, folder: Path, *, sources: list[dict[str, str]] | None = None) -> Path:
    """Write what may be shared of a corpus.

    Parameters
    ----------
    corpus : Corpus
    folder : Path
        Where the tables and ``manifest.csv`` go.
    sources : list of rows of the manifest, optional
        The files that the counts were made from: file, address, retrieved, sha256, licence, note.

    Returns
    -------
    Path of the manifest
    """
    rows = list(sources or [])
    for name, table in shareable(corpus).items():
        if name in OPTIONAL and table.empty:
            continue
        path = tables.write(folder, name, table)
        rows.append({"file": path.name, "sha256": file_hash(path), "note": f"the table {name!r}, made by this project"})
    manifest, temporary = folder / "manifest.csv", folder / ".manifest.csv"
    with temporary.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, MANIFEST, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(temporary, manifest)
    return manifest


def _manifest(folder: Path) -> dict[str, str]:
    """Hash of each file that a manifest names."""
    path = folder / "manifest.csv"
    if not path.exists():
        raise StudyError(f"{path.name}: not in {folder.name}; shared counts come with one")
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["file"]: row["sha256"] for row in csv.DictReader(handle)}


def _checked(folder: Path, name: str, listed: dict[str, str]) -> pd.DataFrame:
    """One shared table, if it is the one that the manifest names."""
    path = folder / f"{name}.parquet"
    if path.name not in listed or not path.exists():
        raise StudyError(f"{path.name}: missing from {folder.name} or its manifest.csv; restore it")
    if file_hash(path) != listed[path.name]:
        raise StudyError(f"{path.name}: differs from the sha256 in manifest.csv; data/raw is never edited")
    return tables.read(folder, name)
