"""Files of judged frames: one coder's judgements in, the same file out, every judgement at once.

``judged-<coder>.csv`` has a line for each judgement of a passage, appended: which passage, in which wording (by the
hash of its text), and what `helpers.coding.judgement` says a line says. Of a coder's judgements of one frame in one
passage the last counts; a line that says ``withdrawn`` takes back the frames that it names.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.judgement import Judgement, from_fields, to_fields
from helpers.data.append_only import MOMENT, append, coder_name, moment, read

COLUMNS = ["article_id", "position", "text", "coder", "said", "seen", "unsure", "asked", "judged"]
ROWS = ["article_id", "position", "text", "frame", "coder", "value", "start", "end", "fingerprint", "judged"]
KEY = ["article_id", "position", "coder", "frame"]
CODED, WITHDRAWN = SAID = ("coded", "withdrawn")
Passage = tuple[str, int, str]  # article, position, hash of the text


def save_judgements(
    folder: Path,
    judged: Iterable[tuple[Passage, Judgement]],
    *,
    coder: str,
    when: datetime.datetime,
    withdrawn: bool = False,
) -> Path:
    """Append judgements to the coder's file, all in one write that is on the disk when this returns.

    Raises
    ------
    ValueError
        `when` has no zone, or `coder` cannot be a file's name.
    OSError
        The disk did not take them.
    """
    name, said, at = coder_name(coder), SAID[withdrawn], moment(when)
    rows = [
        [article, str(position), text, name, said, *to_fields(judgement), at]
        for (article, position, text), judgement in judged
    ]
    return append(_path(folder, name), COLUMNS, rows)


def read_judgements(folder: Path, *, coder: str | None = None) -> pd.DataFrame:
    """The last word of each coder on each frame in each passage; what was taken back is left out.

    A line without all its fields or without a whole time is one that a power cut left unfinished, which no coder was
    told is saved; it is not read.

    Returns
    -------
    DataFrame, columns of `ROWS`

    Raises
    ------
    ValueError
        A file holds another coder's line, or a line that nobody's desk wrote; the message names file, line and value.
    """
    paths = sorted(folder.glob("judged-*.csv")) if coder is None else [_path(folder, coder_name(coder))]
    rows = [row for path in paths if path.exists() for row in _rows(path)]
    table = pd.DataFrame(rows, columns=[*ROWS, "said"]).drop_duplicates(KEY, keep="last")
    table = table[table["said"] == CODED].drop(columns="said").reset_index(drop=True)
    table = table.astype({"position": "int64", "value": "float64"})
    for column in ("start", "end"):
        table[column] = table[column].astype("Int64")
    return table.assign(judged=pd.to_datetime(table["judged"], utc=True, format="ISO8601"))


def coders_of(folder: Path) -> list[str]:
    """Who has judged passages here."""
    return [path.stem.removeprefix("judged-") for path in sorted(folder.glob("judged-*.csv"))]


def _path(folder: Path, coder: str) -> Path:
    return folder / f"judged-{coder}.csv"


def _rows(path: Path) -> Iterable[tuple]:
    """The rows of one file, a frame each."""
    owner = unicodedata.normalize("NFC", path.stem.removeprefix("judged-"))
    for line, row in enumerate(read(path), start=2):
        if len(row) != len(COLUMNS) or not re.fullmatch(MOMENT, row[-1]):
            continue
        article, position, text, coder, said, seen, unsure, asked, at = row
        if coder != owner:
            raise ValueError(f"{path.name}, line {line}: is by {coder!r}; move it to that coder's file")
        if said not in SAID or not position.isdecimal():
            raise ValueError(f"{path.name}, line {line}: {said!r} at {position!r} is no judgement of a passage")
        try:
            judgement = from_fields(seen, unsure, asked)
        except ValueError as error:
            raise ValueError(f"{path.name}, line {line}: {error}") from None
        for code, fingerprint in judgement.asked.items():
            start, end = judgement.seen.get(code) or (None, None)
            value = judgement.value(code)
            value = np.nan if said == WITHDRAWN else value
            yield article, int(position), text, code, coder, value, start, end, fingerprint, at, said
