"""Which files a study's raw data are, where each comes from and under which licence."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import pandas as pd

MANIFEST = ["address", "retrieved", "sha256", "licence", "file"]


def write_manifest(raw: Path, rows: pd.DataFrame) -> Path:
    """Name every file of a study's raw data in ``manifest.csv``, rows for other files kept.

    Parameters
    ----------
    raw : Path
        The study's raw folder.
    rows : DataFrame with columns address, retrieved, licence, file
        `file` below `raw`; its hash is taken here.

    Returns
    -------
    Path
    """
    path = raw / "manifest.csv"
    rows = rows.assign(sha256=[file_hash(raw / name) for name in rows["file"]]).astype(str)
    if path.exists():
        before = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = pd.concat([before[~before["file"].isin(rows["file"])], rows])
    text = rows[MANIFEST].sort_values("file").to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    partial = path.with_suffix(".part")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    return path


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
