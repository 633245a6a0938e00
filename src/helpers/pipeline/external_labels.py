"""Labels that a researcher brings: ``coding/predictions/<name>.csv`` beside ``<name>.yml`` in a study's folder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import yaml

from helpers.coding.sample import KEY
from helpers.frames.external_labels import Given, labels_of, read_given
from helpers.study import Study

FOLDER = "coding/predictions"


@dataclass(frozen=True)
class Labels:
    """The labels of one file."""

    file: str
    given: Given

    @property
    def source(self) -> str:
        """The model, and the day it was asked on."""
        return f"{self.given.model} {self.given.date}"

    def of(self, passages: pd.DataFrame, frame: str) -> np.ndarray | None:
        """Labels of one frame in the order of the passages; None where the file holds none for them.

        Raises
        ------
        ValueError
            The file has labels of some of these passages and not of all.
        """
        mine = self.given.values[self.given.values["frame"] == frame]
        known = pd.MultiIndex.from_frame(passages[KEY]).isin(pd.MultiIndex.from_frame(mine[KEY]))
        return labels_of(self.given, passages, frame, file=self.file) if known.any() else None


def given_labels(study: Study, passages: pd.DataFrame) -> list[Labels]:
    """Every file of labels of a study, checked.

    Parameters
    ----------
    study : Study
    passages : DataFrame, columns ``article_id``, ``position``: what may be labelled

    Raises
    ------
    ValueError
        One line with file, row and value.
    """
    labels = []
    for path in sorted((study.folder / FOLDER).glob("*.csv")):
        about = path.with_suffix(".yml")
        given_about = yaml.safe_load(about.read_text(encoding="utf-8")) if about.exists() else {}
        if not isinstance(given_about, dict):
            raise ValueError(f"{about.name}: give model, prompt and date, each as `name: value`")
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        given = read_given(rows, file=path.name, frames=list(study.codebook.frames), about=given_about)
        strange = ~pd.MultiIndex.from_frame(given.values[KEY]).isin(pd.MultiIndex.from_frame(passages[KEY]))
        if strange.any():
            row = int(strange.argmax())
            key = given.values.iloc[row]
            raise ValueError(
                f"{path.name}, row {row + 2}: no relevant passage {key['position']} of article {key['article_id']!r}"
            )
        labels.append(Labels(path.name, given))
    return labels
