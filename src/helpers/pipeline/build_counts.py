"""Shared counts of a study made anew from the texts, which the project does not hold: what each ``build.py`` calls."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
from pathlib import Path

import pandas as pd

from helpers.data.provenance import file_hash
from helpers.pipeline import open_corpus
from helpers.pipeline.known_volume import BY_DAY, outlet_names
from helpers.pipeline.shared import export_counts
from helpers.study import Source, Study, StudyError, load_study


def build(name: str, what: str, arguments: list[str] | None = None, *, by_day: str = "") -> int:
    """Import, clean, count and export: the script of a study that comes as counts.

    Parameters
    ----------
    name : str
        The study.
    what : str
        What the script says of itself.
    arguments : list of str, optional
        The folder with the files that study.yml names beside the counts, and ``--out``; those of the command line when
        left out.
    by_day : str
        Pattern of files in that folder with all items by outlet and day; they become the study's own file of
        `known_volume`.

    Returns
    -------
    int
        0 when done, 1 with one line on what is missing or wrong.
    """
    parser = argparse.ArgumentParser(description=what.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the files of texts are")
    parser.add_argument("--out", type=Path, help="where the counts go; into the project when left out")
    try:
        options = parser.parse_args(arguments)
        shipped = load_study(name)
        with tempfile.TemporaryDirectory() as workshop:
            if by_day:
                print(write_items_by_day(shipped, options.folder, by_day))
            study = with_texts(shipped, options.folder, Path(workshop))
            sources = [row for source in study.sources for row in _described(source)]
            print(export_counts(open_corpus(study), options.out or shipped.raw / "counts", sources=sources))
    except ValueError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def with_texts(study: Study, folder: Path, workshop: Path) -> Study:
    """The study reading its texts from `folder` in place of the shared counts, at work in a folder of its own.

    An archive keeps the name that study.yml gives it, under which a link leads to `folder`.
    """
    workshop.mkdir(parents=True, exist_ok=True)
    sources = []
    for source in study.sources:
        if source.kind == "counts":
            continue
        path = folder / source.path.name
        if source.kind == "archive":
            path = workshop / "data" / "raw" / study.name / source.path.name
            path.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(folder.resolve(), path)
        elif not path.exists():
            raise StudyError(f"{folder.name}: no file {path.name}; study.yml says where it comes from")
        sources.append(dataclasses.replace(source, path=path))
    return dataclasses.replace(study, root=workshop, sources=tuple(sources))


def write_items_by_day(study: Study, folder: Path, pattern: str) -> str:
    """All items of the study's outlets by day, added up from the files that others counted; and what was left out.

    Parameters
    ----------
    study : Study
        Its first file of `known_volume` is written.
    folder : Path
    pattern : str
        Of files with the columns outlet (as the sources call it), day, items.
    """
    files = sorted(folder.glob(pattern))
    if not files:
        raise StudyError(f"{folder.name}: no file {pattern}; study.yml says where it comes from")
    tables = [pd.read_csv(path) for path in files]
    for path, table in zip(files, tables, strict=True):
        if list(table.columns) != ["outlet", "day", "items"]:
            raise StudyError(f"{path.name}: columns {list(table.columns)} must be outlet, day, items")
    items = pd.concat(tables, ignore_index=True).rename(columns={"items": "n_items"})
    mine = items.assign(outlet=items["outlet"].map(outlet_names(study))).dropna(subset="outlet")
    path = study.known_volume[0].path
    totals = mine.groupby(["outlet", "day"], as_index=False)["n_items"].sum()[BY_DAY]
    totals.to_csv(path, index=False, lineterminator="\n", compression={"method": "gzip", "mtime": 0})
    others = items.drop(mine.index)
    return (
        f"{path.name}: {totals['n_items'].sum():,} items of {totals['outlet'].nunique()} outlets; left out "
        f"{others['n_items'].sum():,} of {others['outlet'].nunique()} that the study does not have"
    )


def _described(source: Source) -> list[dict[str, str]]:
    """A row of the manifest for each file that the counts were made from and that is not shipped."""
    files = sorted(source.path.glob(source.glob)) if source.kind == "archive" else [source.path]
    of = source.outlet or f"{len(set(source.outlets.values()))} outlets"
    where = {"address": source.address, "licence": source.licence, "note": f"texts of {of}; counted, not shipped"}
    return [{"file": path.name, "sha256": file_hash(path), **where} for path in files]
