"""Files of a coding folder: keys of tasks and coders' answers in, the same files out; every answer at once.

``tasks/<kind>.csv`` is the key of every task that was ever drawn; a new fit of the topics adds tasks and removes none.
``<kind>-<coder>.csv`` has one coder's answers, one line each, appended; the last line of a task counts, and an empty
answer takes the one before back.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import unicodedata
from pathlib import Path

import pandas as pd

from helpers.coding.intrusion import KEY, KINDS, WITHDRAWN, one_line
from helpers.data.append_only import MOMENT, append, coder_name, moment, read

COLUMNS = ["task", "kind", "coder", "answer", "judged"]


def save_answer(folder: Path, kind: str, *, coder: str, task: str, answer: str, judged: datetime.datetime) -> Path:
    """Append one answer to the coder's file, in one write that is on the disk when this returns.

    Raises
    ------
    ValueError
        `judged` has no zone, the answer is not one line, or `coder` cannot be a file's name.
    OSError
        The disk did not take the answer.
    """
    when = moment(judged)
    if answer != one_line(answer):
        raise ValueError(f"answer {answer!r} is not one line of words")
    return append(_path(folder, kind, coder), COLUMNS, [[task, kind, coder_name(coder), answer, when]])


def read_answers(folder: Path, kind: str, *, coder: str | None = None) -> pd.DataFrame:
    """The last answer of each coder to each task, in the order given; those taken back are left out.

    A line without five fields or without a whole time is one that a power cut left unfinished, which no coder was
    told is saved; it is not read.

    Returns
    -------
    DataFrame, columns ``task``, ``kind``, ``coder``, ``answer``, ``judged`` (UTC)

    Raises
    ------
    ValueError
        An unknown kind, or a file that holds another coder's line.
    """
    _known(kind)
    paths = sorted(folder.glob(f"{kind}-*.csv")) if coder is None else [_path(folder, kind, coder)]
    rows = []
    for path in paths:
        if path.exists():
            owner = path.stem.removeprefix(f"{kind}-")
            rows += [row for row in read(path) if len(row) == len(COLUMNS) and _whole(row, kind, owner)]
    answers = pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(["task", "coder"], keep="last")
    answers = answers[answers["answer"] != WITHDRAWN]
    return answers.assign(judged=pd.to_datetime(answers["judged"], utc=True, format="ISO8601")).reset_index(drop=True)


def read_key(folder: Path, kind: str) -> pd.DataFrame:
    """The key of every task of a kind that was drawn, columns of `helpers.coding.intrusion.KEY`: for scoring only."""
    _known(kind)
    path = folder / "tasks" / f"{kind}.csv"
    if not path.exists():
        return pd.DataFrame(columns=KEY)
    key = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    lists = {column: [tuple(json.loads(value)) for value in key[column]] for column in ("options", "shares")}
    return key.assign(**lists)[KEY]


def write_key(folder: Path, kind: str, key: pd.DataFrame) -> Path:
    """Write a kind's key, whole or not at all."""
    path = folder / "tasks" / f"{kind}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lists = {c: [json.dumps(list(v), ensure_ascii=False) for v in key[c]] for c in ("options", "shares")}
    unfinished = path.with_name(f".{kind}.{os.getpid()}")
    try:
        key.assign(**lists).to_csv(unfinished, index=False, encoding="utf-8", lineterminator="\n")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")


def _path(folder: Path, kind: str, coder: str) -> Path:
    _known(kind)
    return folder / f"{kind}-{coder_name(coder)}.csv"


def _whole(row: list[str], kind: str, owner: str) -> bool:
    if (row[1], row[2]) != (kind, unicodedata.normalize("NFC", owner)):
        raise ValueError(f"{kind}-{owner}.csv holds a line of {row[1]!r} by {row[2]!r}; move it to that coder's file")
    return bool(re.fullmatch(MOMENT, row[4]))
