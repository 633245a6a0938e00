"""Files of a coding folder, which people's work is appended to: a line in, the same line on the disk when this returns.

Of intrusion tasks: ``tasks/<kind>.csv`` is the key of every task that was ever drawn; a new fit adds tasks and removes
none.  ``<kind>-<coder>.csv`` has one coder's answers, one line each; the last line of a task counts, and an empty
answer takes the one before back.

Of frames: ``judged-<coder>.csv`` has a line for each judgement of a passage: which passage, in which wording (by the
hash of its text), and what `helpers.coding.judgement` says a line says.  Of a coder's judgements of one frame in one
passage the last counts; a line that says ``withdrawn`` takes back the frames that it names.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.intrusion import KEY, KINDS, NO_ANSWER, one_line
from helpers.coding.judgement import Judgement, from_fields, to_fields

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
ANSWERS = ["task", "kind", "coder", "answer", "judged"]
LINE = ["article_id", "position", "text", "coder", "said", "seen", "unsure", "asked", "judged"]
JUDGEMENTS = ["article_id", "position", "text", "frame", "coder", "value", "start", "end", "fingerprint", "judged"]
JUDGED = ["article_id", "position", "coder", "frame"]
CODED, WITHDRAWN = SAID = ("coded", "withdrawn")
Passage = tuple[str, int, str]  # article, position, hash of the text


def append(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Append rows to a CSV file in one write that is on the disk when this returns; a new file gets its head first.

    Raises
    ------
    OSError
        The disk did not take the rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = b"".join(_line(row) for row in rows)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        if not size:
            packed = _line(columns) + packed
        elif _last_byte(handle) != b"\n":  # a line that a power cut left unfinished stays a line of its own
            packed = b"\n" + packed
        if os.write(handle, packed) != len(packed):
            raise OSError(f"{path.name}: the disk took only a part of the answer")
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


def read_lines(path: Path) -> list[list[str]]:
    """Rows below the head; each line is read alone, so that an unfinished one spoils no other."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[1:]
    return [row for line in lines for row in csv.reader([line])]


def moment(judged: datetime.datetime) -> str:
    """A time as the files have it.

    Raises
    ------
    ValueError
        It has no zone.

    >>> moment(datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC))
    '2026-01-05T12:00:00Z'
    """
    if judged.tzinfo is None:
        raise ValueError(f"judged {judged} has no zone; give UTC")
    return judged.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def coder_name(name: str) -> str:
    """A coder's name as files have it, so that two ways to write it are one coder.

    Raises
    ------
    ValueError
        It is more than one word, or has signs that a file's name may not have.

    >>> coder_name(" Anna ")
    'anna'
    """
    plain = unicodedata.normalize("NFC", name.strip()).casefold()
    if not re.fullmatch(r"\w[\w-]{0,39}", plain):
        raise ValueError(f"coder {name!r} must be one word of letters, digits, - and _, at most 40")
    return plain


def _last_byte(handle: int) -> bytes:
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1)


def _line(fields: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()


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
    return append(_answers_path(folder, kind, coder), ANSWERS, [[task, kind, coder_name(coder), answer, when]])


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
    _check_kind(kind)
    paths = sorted(folder.glob(f"{kind}-*.csv")) if coder is None else [_answers_path(folder, kind, coder)]
    rows = []
    for path in paths:
        if path.exists():
            owner = path.stem.removeprefix(f"{kind}-")
            rows += [row for row in read_lines(path) if len(row) == len(ANSWERS) and _whole(row, kind, owner)]
    answers = pd.DataFrame(rows, columns=ANSWERS).drop_duplicates(["task", "coder"], keep="last")
    answers = answers[answers["answer"] != NO_ANSWER]
    return answers.assign(judged=pd.to_datetime(answers["judged"], utc=True, format="ISO8601")).reset_index(drop=True)


def read_key(folder: Path, kind: str) -> pd.DataFrame:
    """The key of every task of a kind that was drawn, columns of `helpers.coding.intrusion.KEY`: for scoring only."""
    _check_kind(kind)
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


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")


def _answers_path(folder: Path, kind: str, coder: str) -> Path:
    _check_kind(kind)
    return folder / f"{kind}-{coder_name(coder)}.csv"


def _whole(row: list[str], kind: str, owner: str) -> bool:
    if (row[1], row[2]) != (kind, unicodedata.normalize("NFC", owner)):
        raise ValueError(f"{kind}-{owner}.csv holds a line of {row[1]!r} by {row[2]!r}; move it to that coder's file")
    return bool(re.fullmatch(MOMENT, row[4]))


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
    return append(_judged_path(folder, name), LINE, rows)


def read_judgements(folder: Path, *, coder: str | None = None) -> pd.DataFrame:
    """The last word of each coder on each frame in each passage; what was taken back is left out.

    A line without all its fields or without a whole time is one that a power cut left unfinished, which no coder was
    told is saved; it is not read.

    Returns
    -------
    DataFrame, columns of `JUDGEMENTS`

    Raises
    ------
    ValueError
        A file holds another coder's line, or a line that nobody's desk wrote; the message names file, line and value.
    """
    paths = sorted(folder.glob("judged-*.csv")) if coder is None else [_judged_path(folder, coder_name(coder))]
    rows = [row for path in paths if path.exists() for row in _judgements_in(path)]
    table = pd.DataFrame(rows, columns=[*JUDGEMENTS, "said"]).drop_duplicates(JUDGED, keep="last")
    table = table[table["said"] == CODED].drop(columns="said").reset_index(drop=True)
    table = table.astype({"position": "int64", "value": "float64"})
    for column in ("start", "end"):
        table[column] = table[column].astype("Int64")
    return table.assign(judged=pd.to_datetime(table["judged"], utc=True, format="ISO8601"))


def _judged_path(folder: Path, coder: str) -> Path:
    return folder / f"judged-{coder}.csv"


def _judgements_in(path: Path) -> Iterable[tuple]:
    """The rows of one file, a frame each."""
    owner = unicodedata.normalize("NFC", path.stem.removeprefix("judged-"))
    for line, row in enumerate(read_lines(path), start=2):
        if len(row) != len(LINE) or not re.fullmatch(MOMENT, row[-1]):
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
