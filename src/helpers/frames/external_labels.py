"""Labels that a researcher brings for every passage, such as a language model's, with what made them.

In: rows of a table as text.  Out: checked values, or one line that names file, row and value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = ["article_id", "position", "frame", "value"]
ABOUT = ("model", "prompt", "date")  # what must be told of labels that a machine gave


@dataclass(frozen=True)
class Given:
    """Labels of one source: a value from 0 to 1 for passages and frames, and what made them."""

    values: pd.DataFrame
    model: str
    prompt: str
    date: str


def read_given(rows: pd.DataFrame, *, file: str, frames: Collection[str], about: Mapping[str, object]) -> Given:
    """Check labels from elsewhere.

    Parameters
    ----------
    rows : DataFrame of str, columns of `COLUMNS`, and those of `ABOUT` where `about` lacks them
    file : what the file is called, for messages
    frames : codes of the codebook
    about : model, prompt and date (``2026-11-26``) of all rows; a column of the same name must then agree

    Raises
    ------
    ValueError
        One line with file, row (the header is row 1) and value: a column is missing, a frame unknown, a value not
        within 0 and 1, a position no whole number, a passage given twice, or it is not told what made the labels.

    >>> rows = pd.DataFrame([["a", "0", "LEGALITY", "0.7"]], columns=COLUMNS)
    >>> made = {"model": "m-1", "prompt": "Is it about law?", "date": "2026-11-26"}
    >>> read_given(rows, file="m.csv", frames=["LEGALITY"], about=made).values.values.tolist()
    [['a', 0, 'LEGALITY', 0.7]]
    >>> read_given(rows.assign(value="often"), file="m.csv", frames=["LEGALITY"], about=made)
    Traceback (most recent call last):
    ValueError: m.csv, row 2: value 'often' is not a number within 0 and 1
    """
    for name in COLUMNS:
        if name not in rows.columns:
            raise ValueError(f"{file}, row 1: no column {name!r}; columns: {', '.join(map(str, rows.columns))}")
    rows = rows.reset_index(drop=True)
    about_labels = {name: _described(rows, name, about, file) for name in ABOUT}
    if pd.isna(pd.to_datetime(about_labels["date"], format="%Y-%m-%d", errors="coerce")):
        raise ValueError(f"{file}: date {about_labels['date']!r} is not a day as 2026-11-26")
    position = pd.to_numeric(rows["position"], errors="coerce")
    _refuse(rows, "position", position.isna() | (position < 0) | (position % 1 != 0), "is not a whole number", file)
    unknown = ~rows["frame"].isin(list(frames))
    _refuse(rows, "frame", unknown, f"is not in the codebook; frames: {', '.join(sorted(frames))}", file)
    value = pd.to_numeric(rows["value"], errors="coerce").astype(float)
    _refuse(rows, "value", ~value.between(0, 1), "is not a number within 0 and 1", file)
    values = rows[COLUMNS].assign(position=position.astype("int64"), value=value)
    _refuse(rows, "article_id", values.duplicated(COLUMNS[:3]), "has this passage and frame twice", file)
    return Given(values, **about_labels)


def labels_of(given: Given, passages: pd.DataFrame, frame: str, *, file: str) -> np.ndarray:
    """The labels of one frame in the order of `passages` (columns ``article_id``, ``position``).

    Raises
    ------
    ValueError
        A passage has no label: predictions of some cannot correct the share of all.
    """
    mine = given.values[given.values["frame"] == frame].set_index(["article_id", "position"])["value"]
    values = mine.reindex(pd.MultiIndex.from_frame(passages[["article_id", "position"]])).to_numpy(float)
    if np.isnan(values).any():
        row = passages.iloc[int(np.isnan(values).argmax())]
        n = int(np.isnan(values).sum())
        raise ValueError(
            f"{file}: {n} passages without a value for {frame}, first {row['article_id']!r}, position {row['position']}"
        )
    return values


def _described(rows: pd.DataFrame, name: str, about: Mapping[str, object], file: str) -> str:
    """Model, prompt or date: of the whole file, or one and the same in every row."""
    said = [str(about[name]).strip()] if name in about else []
    said += [str(value).strip() for value in rows[name].unique()] if name in rows.columns else []
    if len(set(said)) > 1:
        raise ValueError(f"{file}: {name} is {said[0]!r} and {said[1]!r}; give one file for each")
    if not said or said[0] in ("", "nan", "None"):
        raise ValueError(f"{file}: no {name}; say which {', '.join(ABOUT)} made the labels")
    return said[0]


def _refuse(rows: pd.DataFrame, name: str, wrong: pd.Series, what: str, file: str) -> None:
    """One line with the first row that is wrong."""
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise ValueError(f"{file}, row {row + 2}: {name} {rows[name].iloc[row]!r} {what}")
