"""Tables on the disk: written whole or not at all, checked against their schema on the way in and out, and joined.

Every table is Parquet, sorted by its key.  No pandas metadata is written, so the same rows give the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.data.schemas import SCHEMAS, TableError, conform


def write(folder: Path, name: str, frame: pd.DataFrame) -> Path:
    """Check `frame` and write it to ``folder/name.parquet``, whole or not at all.

    Raises
    ------
    TableError
        Rows are not as the schema has them; or the disk is full, or does not let us write.
    """
    table = conform(name, frame)
    path = folder / f"{name}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
        os.close(handle)
        try:
            pq.write_table(table, temporary, compression="zstd", version="2.6")
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def unwritable(path: Path, error: OSError) -> TableError:
    """What to tell when a file cannot be written.

    >>> str(unwritable(Path("data/processed/quay/counts.parquet"), OSError(28, "")))
    'quay/counts.parquet: No space left on device; what was there stands: make room, or the folder writable, and run again'
    """
    why = os.strerror(error.errno) if error.errno else " ".join(str(error).split())[:80]
    return TableError(
        f"{path.parent.name}/{path.name}: {why}; what was there stands: make room, or the folder writable, and run again"
    )


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read ``folder/name.parquet`` and check it.

    Raises
    ------
    TableError
        The file is absent or cannot be read, or its columns are not the promised ones.
    """
    path = folder / f"{name}.parquet"
    if not path.exists():
        raise TableError(f"{path.name}: not in {folder.name}")
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path.name}: cannot be read ({str(error).splitlines()[0][:80]})") from None
    if table.schema.remove_metadata() != SCHEMAS[name].arrow:
        raise TableError(f"{path.name}: columns {table.schema.names} are not those of the table {name!r}")
    return table.to_pandas()


def empty(name: str) -> pd.DataFrame:
    """The table with no row in it."""
    return SCHEMAS[name].arrow.empty_table().to_pandas()


def stack(name: str, blocks: list[pd.DataFrame]) -> pd.DataFrame:
    """Blocks of rows one below the other, in the columns of the table `name`; the empty table where there is none.

    >>> stack("phrases", []).columns.tolist()
    ['language', 'phrase', 'origin']
    """
    filled = [block for block in blocks if len(block)]
    columns = list(SCHEMAS[name].columns)
    return pd.concat(filled, ignore_index=True)[columns] if filled else empty(name)


def join(left: pd.DataFrame, right: pd.DataFrame, on: str | list[str]) -> pd.DataFrame:
    """Add `right`'s columns to `left`, row by row: none lost, none doubled.

    Raises
    ------
    TableError
        A key of `left` is not in `right`, or stands in it twice; the message names the first keys.

    >>> articles = pd.DataFrame({"article_id": ["a", "b"], "outlet": ["kcna", "kremlin"]})
    >>> origins = pd.DataFrame({"article_id": ["b", "a"], "origin": ["own", "TASS"]})
    >>> join(articles, origins, "article_id").origin.tolist()
    ['TASS', 'own']
    """
    keys = [on] if isinstance(on, str) else list(on)
    doubled = right.loc[right.duplicated(keys), keys]
    if len(doubled):
        raise TableError(f"join on {keys}: {len(doubled)} keys stand twice on the right, first {_first(doubled)}")
    merged = left.merge(right, on=keys, how="left", validate="many_to_one", indicator="_side", sort=False)
    lost = merged.loc[merged["_side"] == "left_only", keys]
    if len(lost):
        raise TableError(f"join on {keys}: {len(lost)} rows find no partner, first {_first(lost)}")
    merged.index = left.index
    return merged.drop(columns="_side")


def _first(rows: pd.DataFrame) -> str:
    return ", ".join(str(value) for value in rows.iloc[0])
