"""Rebuild the shared counts of this study from the texts: import, clean, count, export.

The texts are not part of the project.  Put the four files that ``study.yml`` names into a folder of your own (their
addresses are in ``study.yml``), then

    python studies/official-voices/build.py FOLDER

writes ``data/raw/official-voices/counts/``.  The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from pathlib import Path

from helpers.data.provenance import file_hash
from helpers.pipeline import open_corpus
from helpers.pipeline.shared import export_counts
from helpers.study import Source, Study, StudyError, load_study

NAME = "official-voices"


def with_texts(study: Study, folder: Path, workshop: Path) -> Study:
    """The study reading its texts from `folder` in place of the shared counts, at work in a folder of its own."""
    texts = [source for source in study.sources if source.kind != "counts"]
    sources = [dataclasses.replace(source, path=folder / source.path.name) for source in texts]
    missing = [source.path.name for source in sources if not source.path.exists()]
    if missing:
        raise StudyError(f"{folder.name}: no file {missing[0]}; study.yml says where it comes from")
    return dataclasses.replace(study, root=workshop, sources=tuple(sources))


def described(source: Source) -> dict[str, str]:
    """A row of the manifest for a file that the counts were made from and that is not shipped."""
    note = f"texts of {source.outlet}; counted, not shipped"
    where = {"address": source.address, "licence": source.licence, "note": note}
    return {"file": source.path.name, "sha256": file_hash(source.path), **where}


def main(arguments: list[str] | None = None) -> int:
    """Build; 0 when done, 1 with one line when a file is missing or wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the four files of texts are")
    parser.add_argument("--out", type=Path, help="where the counts go; into the project when left out")
    try:
        options = parser.parse_args(arguments)
        shipped = load_study(NAME)
        with tempfile.TemporaryDirectory() as workshop:
            study = with_texts(shipped, options.folder, Path(workshop))
            sources = [described(source) for source in study.sources]
            print(export_counts(open_corpus(study), options.out or shipped.raw / "counts", sources=sources))
    except ValueError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
