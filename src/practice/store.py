"""Keep the planted truth beside the tables that notebooks make, and read it back to score them."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from practice.build import World


def write_truth(made: World, folder: Path) -> list[Path]:
    """Write every truth table to ``folder/truth_*.parquet``, each whole or not at all.

    Parameters
    ----------
    made : World
    folder : Path
        The processed folder of the practice study; made if absent.

    Returns
    -------
    list of Path
        In the order of their names; the same world gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in sorted(made.truth.items()):
        path, partial = folder / f"{name}.parquet", folder / f".{name}.parquet"
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        pq.write_table(table, partial, compression="zstd", version="2.6")
        os.replace(partial, path)
        paths.append(path)
    return paths


def read_truth(folder: Path, name: str) -> pd.DataFrame:
    """One truth table, to score a notebook with and for nothing else.

    Raises
    ------
    FileNotFoundError
        It was not written yet: the collecting stage of the practice study does that.
    """
    path = folder / f"{name}.parquet"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in folder.glob("truth_*.parquet"))) or "no truth table at all"
        raise FileNotFoundError(
            f"{path.name} is not in {folder.name}, which holds {known}; run 01-collect for practice"
        )
    return pq.read_table(path).to_pandas()
