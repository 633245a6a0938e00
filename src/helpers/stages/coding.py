"""Tasks for coders and what they answered, kept beside the study: hand-made, so never in a folder that is rebuilt.

``studies/<study>/coding/tasks/<kind>.csv`` is the key of every task that was ever drawn; a new fit of the topics adds
tasks and removes none. ``studies/<study>/coding/<kind>-<coder>.csv`` has one coder's answers, one line each, appended;
the last line of a task counts, and an empty answer takes the one before back.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import tables
from helpers.coding.desk import WITHDRAWN, Desk
from helpers.coding.intrusion import BELONG, fit_documents, topic_intrusion, word_intrusion, word_set_intrusion
from helpers.coding.intrusion_scores import precision
from helpers.coding.tasks import KEY, KINDS, TOPIC, WORD, Task, blind, one_line
from helpers.stages.measuring import topic_shares
from helpers.study import Study

COLUMNS = ["task", "kind", "coder", "answer", "judged"]
LONGEST_PASSAGE = 1500  # characters shown of an article


def intrusion_tasks(
    study: Study, kind: str, *, coder: str, language: str | None = None, per_topic: int = 1
) -> list[Task]:
    """The tasks of one kind for one coder, about the topics as they are now; drawn where they were not yet.

    Parameters
    ----------
    study : Study
        Its topics stage has run.
    kind : {'word_intrusion', 'topic_intrusion', 'word_set_intrusion'}
    coder : str
        Each coder gets an order of their own.
    language : str, optional
        Only tasks in that language.
    per_topic : int
        Tasks a topic, when they are drawn; later calls get what was drawn.

    Returns
    -------
    list of Task, as blind as `helpers.coding.tasks.blind` makes them

    Raises
    ------
    ValueError
        An unknown kind, a coder's name that cannot be a file's, no topics, or topic intrusion without text.
    """
    coder, key = _coder(coder), _key(study, kind)
    passages = _passages(study) if kind == TOPIC else {}
    now = _models(study)
    for spoken, model in now.items():
        if model not in set(key["model"]):
            key = pd.concat([key, _draw(study, kind, spoken, model, per_topic)], ignore_index=True)
            _write_key(study, kind, key)
    wanted = [model for spoken, model in now.items() if language in (None, spoken)]
    tasks = blind(key[key["model"].isin(wanted)], passages=passages)
    order = np.random.default_rng(_number(study.name, kind, coder)).permutation(len(tasks))
    return [tasks[i] for i in order]


def intrusion_desk(
    study: Study,
    kind: str,
    *,
    coder: str,
    clock: Callable[[], datetime.datetime],
    language: str | None = None,
    per_topic: int = 1,
) -> Desk:
    """The widget for one coder, going on where it stopped; `clock` gives each answer's time, with a zone."""
    tasks = intrusion_tasks(study, kind, coder=coder, language=language, per_topic=per_topic)
    so_far = read_answers(study, kind, coder=coder)
    save = partial(_save_now, study, kind, coder, clock)
    return Desk(tasks, save=save, answered=dict(zip(so_far["task"], so_far["answer"], strict=True)))


def _save_now(
    study: Study, kind: str, coder: str, clock: Callable[[], datetime.datetime], task: str, answer: str
) -> None:
    save_answer(study, kind, coder=coder, task=task, answer=answer, judged=clock())


def save_answer(study: Study, kind: str, *, coder: str, task: str, answer: str, judged: datetime.datetime) -> Path:
    """Append one answer to the coder's file, in one write that is on the disk when this returns.

    Raises
    ------
    ValueError
        `judged` has no zone, or the answer is not one line.
    """
    if judged.tzinfo is None:
        raise ValueError(f"judged {judged} has no zone; give UTC")
    if answer != one_line(answer):
        raise ValueError(f"answer {answer!r} is not one line of words")
    path = _path(study, kind, coder)
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = judged.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    line = _line([task, kind, _coder(coder), answer, moment])
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        if not size:
            line = _line(COLUMNS) + line
        elif _last_byte(handle) != b"\n":  # a line that a power cut left unfinished stays a line of its own
            line = b"\n" + line
        if os.write(handle, line) != len(line):
            raise OSError(f"{path.name}: the disk took only a part of the answer")
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


def read_answers(study: Study, kind: str, *, coder: str | None = None) -> pd.DataFrame:
    """The last answer of each coder to each task, in the order given; those taken back are left out.

    A line without five fields or without a whole time is one that a power cut left unfinished, which no coder was
    told is saved; it is not read.

    Returns
    -------
    DataFrame, columns ``task``, ``kind``, ``coder``, ``answer``, ``judged`` (UTC)
    """
    _known(kind)
    folder = study.folder / "coding"
    paths = sorted(folder.glob(f"{kind}-*.csv")) if coder is None else [_path(study, kind, coder)]
    rows = []
    for path in paths:
        if path.exists():
            owner = path.stem.removeprefix(f"{kind}-")
            rows += [row for row in _rows(path) if len(row) == len(COLUMNS) and _whole(row, kind, owner)]
    answers = pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(["task", "coder"], keep="last")
    answers = answers[answers["answer"] != WITHDRAWN]
    return answers.assign(judged=pd.to_datetime(answers["judged"], utc=True, format="ISO8601")).reset_index(drop=True)


def intrusion_scores(study: Study) -> pd.DataFrame:
    """Precision of every model that was judged, by kind, with the columns of `helpers.coding.intrusion_scores`.

    Returns
    -------
    DataFrame with ``current`` too: whether the topics are still those that were judged
    """
    now = set(_models(study).values())
    blocks = [precision(read_answers(study, kind), _key(study, kind)) for kind in KINDS]
    filled = [block for block in blocks if len(block)] or blocks[:1]
    scores = pd.concat(filled, ignore_index=True)
    return scores.assign(current=scores["model"].isin(now).astype(bool))


def intrusion_key(study: Study, kind: str) -> pd.DataFrame:
    """The key of every task of a kind that was drawn: for scoring, not for coders."""
    return _key(study, kind)


def _models(study: Study) -> dict[str, str]:
    """Name of each language's model: the language and a hash of its topics' words, which a new fit changes."""
    shown = tables.read(study.processed, "topics").sort_values(["language", "topic", "rank"])
    return {
        str(language): f"{language}:{_number(*part['topic'], *part['term']):016x}"
        for language, part in shown.groupby("language", sort=True)
    }


def _draw(study: Study, kind: str, language: str, model: str, per_topic: int) -> pd.DataFrame:
    shown = tables.read(study.processed, "topics")
    # Terms below the listed ones count as zero: they are improbable, and no reader was shown them.
    beta = shown[shown["language"] == language].pivot(index="topic", columns="term", values="weight").fillna(0.0)
    depth = int(shown.loc[shown["language"] == language, "rank"].max())
    told = {"rng": np.random.default_rng(_number(study.analysis.seed, kind, model)), "model": model}
    told |= {"names": list(beta.index), "per_topic": per_topic}
    if kind != TOPIC:
        draw = word_intrusion if kind == WORD else word_set_intrusion
        return draw(beta.to_numpy(), list(beta.columns), depth=depth, **told)
    shares = topic_shares(study)[[f"topic:{name}" for name in beta.index]].dropna()
    shares = shares[shares.index.isin(_passages(study))]
    needed = min(per_topic * len(beta), len(shares))
    theta = shares.to_numpy()
    most = min(BELONG, len(beta) - 1)
    belong = next((n for n in range(most, 1, -1) if fit_documents(theta, belong=n).sum() >= needed), 1)
    return topic_intrusion(theta, beta.to_numpy(), list(beta.columns), list(shares.index), belong=belong, **told)


def _passages(study: Study) -> dict[str, str]:
    """What is shown of each article: its title and the relevant passages its topics were found in."""
    passages = tables.read(study.processed, "passages")
    passages = passages[passages["relevant"] & passages["text"].notna()].sort_values(["article_id", "position"])
    if passages.empty:
        raise ValueError(f"study {study.name!r} holds no text; topic intrusion shows articles, word tasks need none")
    titles = tables.read(study.processed, "articles").set_index("article_id")["title"].fillna("")
    return {
        str(article): _shortened("\n\n".join([titles[article], *part]).strip())
        for article, part in passages.groupby("article_id")["text"]
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_PASSAGE else text[:LONGEST_PASSAGE].rstrip() + " …"


def _key(study: Study, kind: str) -> pd.DataFrame:
    _known(kind)
    path = study.folder / "coding" / "tasks" / f"{kind}.csv"
    if not path.exists():
        return pd.DataFrame(columns=KEY)
    key = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    lists = {column: [tuple(json.loads(value)) for value in key[column]] for column in ("options", "shares")}
    return key.assign(**lists)[KEY]


def _write_key(study: Study, kind: str, key: pd.DataFrame) -> None:
    folder = study.folder / "coding" / "tasks"
    folder.mkdir(parents=True, exist_ok=True)
    lists = {c: [json.dumps(list(v), ensure_ascii=False) for v in key[c]] for c in ("options", "shares")}
    unfinished = folder / f".{kind}.{os.getpid()}"
    try:
        key.assign(**lists).to_csv(unfinished, index=False, encoding="utf-8", lineterminator="\n")
        os.replace(unfinished, folder / f"{kind}.csv")
    finally:
        unfinished.unlink(missing_ok=True)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")


def _coder(name: str) -> str:
    """A coder's name as files have it, so that two ways to write it are one coder."""
    plain = unicodedata.normalize("NFC", name.strip()).casefold()
    if not re.fullmatch(r"\w[\w-]{0,39}", plain):
        raise ValueError(f"coder {name!r} must be one word of letters, digits, - and _, at most 40")
    return plain


def _path(study: Study, kind: str, coder: str) -> Path:
    _known(kind)
    return study.folder / "coding" / f"{kind}-{_coder(coder)}.csv"


def _rows(path: Path) -> list[list[str]]:
    """Lines below the head; each is read alone, so that an unfinished one spoils no other."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[1:]
    return [row for line in lines for row in csv.reader([line])]


def _whole(row: list[str], kind: str, owner: str) -> bool:
    if (row[1], row[2]) != (kind, unicodedata.normalize("NFC", owner)):
        raise ValueError(f"{kind}-{owner}.csv holds a line of {row[1]!r} by {row[2]!r}; move it to that coder's file")
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[4]))


def _last_byte(handle: int) -> bytes:
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1)


def _line(fields: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()


def _number(*parts: object) -> int:
    """A number below 2 ** 64 that depends on nothing but the parts."""
    return int(hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16], 16)
