"""A corpus over tables that a test wrote itself: what these would be made from is not asked for, all others are made."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.data import store, tables
from helpers.data.corpus import Corpus
from helpers.data.store import MADE as NOTES
from helpers.pipeline.recipes import MADE


class Given(Corpus):
    """Tables that lie in the study's folder without a note of what they were made from are as given."""

    def __init__(self, study: Any) -> None:
        super().__init__(study, MADE, say=lambda line: None)

    def table(self, name: str) -> pd.DataFrame:
        self.renew()
        self._fresh(name)
        return tables.read(self.study.processed, name)

    def give(self, **frames: pd.DataFrame) -> None:
        """Write tables as if upstream had made them."""
        for name, frame in frames.items():
            tables.write(self.study.processed, name, frame)
            (self.study.processed / NOTES / f"{name}.json").unlink(missing_ok=True)

    def _fresh(self, name: str) -> None:
        folder, recipe = self.study.processed, MADE[name]
        if (folder / f"{name}.parquet").exists() and not (folder / NOTES / f"{name}.json").exists():
            return
        for need in recipe.needs:
            self._fresh(need)
        if store.stale(self, recipe):
            store.make(self, recipe)


def filled(name: str, frame: pd.DataFrame, **values: object) -> pd.DataFrame:
    """A frame with every column of a table: the values given, else blanks of the column's type."""
    schema = tables.SCHEMAS[name]
    blank = {"bool": False, "int64": 0, "double": 0.0, "string": ""}
    for column, kind in schema.columns.items():
        if column in values:
            frame = frame.assign(**{column: values[column]})
        elif column not in frame:
            empty = column in schema.nullable or str(kind) not in blank
            column_type = kind.to_pandas_dtype() if "timestamp" in str(kind) else object
            value = pd.Series(None, index=frame.index, dtype=column_type) if empty else blank[str(kind)]
            frame = frame.assign(**{column: value})
    return frame[list(schema.columns)]
