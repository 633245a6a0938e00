"""Intrusion tasks of a study: its topics in; tasks, a coder's desk and scores out.

Keys and answers are hand-made, so they lie in ``studies/<study>/coding``, never in a folder that is rebuilt; their
files are those of `helpers.data.coding_files`.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.intrusion import (
    BELONG,
    KINDS,
    TOPIC,
    WORD,
    Task,
    blind,
    fit_documents,
    topic_intrusion,
    word_intrusion,
    word_set_intrusion,
)
from helpers.coding.intrusion_desk import IntrusionDesk
from helpers.coding.intrusion_scores import precision
from helpers.data.coding_files import coder_name, read_answers, read_key, save_answer, write_key
from helpers.data.corpus import Corpus
from helpers.pipeline.measures import topic_shares
from helpers.study import Study

PLAN = ["kind", "language", "n_tasks", "n_options", "why"]
LONGEST_PASSAGE = 1500  # characters shown of an article


def coding_folder(study: Study) -> Path:
    """Where the study's coders have their files."""
    return study.folder / "coding"


def intrusion_tasks(
    corpus: Corpus,
    kind: str,
    *,
    coder: str,
    language: str | None = None,
    per_topic: int = 1,
    folder: Path | None = None,
) -> list[Task]:
    """The tasks of one kind for one coder, about the topics as they are now; drawn where they were not yet.

    Parameters
    ----------
    corpus : Corpus
    kind : {'word_intrusion', 'topic_intrusion', 'word_set_intrusion'}
    coder : str
        Each coder gets an order of their own.
    language : str, optional
        Only tasks in that language.
    per_topic : int
        Tasks a topic, when they are drawn; later calls get what was drawn.
    folder : Path, optional
        Where keys and answers lie; the study's own by default.

    Returns
    -------
    list of Task, as blind as `helpers.coding.intrusion.blind` makes them

    Raises
    ------
    ValueError
        An unknown kind, a coder's name that cannot be a file's, no topics (in that language), or topic intrusion
        without text.
    """
    coder, study, folder = coder_name(coder), corpus.study, folder or coding_folder(corpus.study)
    key, passages = read_key(folder, kind), _passages(corpus) if kind == TOPIC else {}
    now = _models(corpus)
    wanted = {spoken: model for spoken, model in now.items() if language in (None, spoken)}
    if not wanted:
        have = ", ".join(now) or "none"
        raise ValueError(f"study {study.name!r} has no topics in {language or 'any language'}; languages with: {have}")
    for spoken, model in wanted.items():
        if model not in set(key["model"]):
            key = pd.concat([key, _draw(corpus, kind, spoken, model, passages, per_topic)], ignore_index=True)
            write_key(folder, kind, key)
    tasks = blind(key[key["model"].isin(set(wanted.values()))], passages=passages)
    order = np.random.default_rng(_number(study.name, kind, coder)).permutation(len(tasks))
    return [tasks[i] for i in order]


def utc_now() -> datetime.datetime:
    """The time of an answer."""
    return datetime.datetime.now(datetime.UTC)


def intrusion_desk(
    corpus: Corpus,
    kind: str,
    *,
    coder: str,
    language: str | None = None,
    per_topic: int = 1,
    folder: Path | None = None,
    clock: Callable[[], datetime.datetime] = utc_now,
) -> IntrusionDesk:
    """The widget for one coder, going on where it stopped.

    Parameters
    ----------
    corpus, kind, coder, language, per_topic, folder : as `intrusion_tasks`
    clock : callable
        Gives each answer's time, with a zone.

    Returns
    -------
    IntrusionDesk, which a notebook shows as the last line of a cell; every answer is on the disk before the next task
    shows
    """
    folder = folder or coding_folder(corpus.study)
    tasks = intrusion_tasks(corpus, kind, coder=coder, language=language, per_topic=per_topic, folder=folder)
    so_far = read_answers(folder, kind, coder=coder)
    save = partial(_save_now, folder, kind, coder, clock)
    return IntrusionDesk(tasks, save=save, answered=dict(zip(so_far["task"], so_far["answer"], strict=True)))


def _save_now(
    folder: Path, kind: str, coder: str, clock: Callable[[], datetime.datetime], task: str, answer: str
) -> None:
    save_answer(folder, kind, coder=coder, task=task, answer=answer, judged=clock())


def intrusion_plan(corpus: Corpus) -> tuple[pd.DataFrame, dict[str, Task]]:
    """How many tasks of each kind a desk would ask, and one of each; nothing is written.

    Returns
    -------
    DataFrame, columns of `PLAN`: a row a kind and language with topics; ``why`` there are no tasks, else blank
    dict of kind to Task, as blind as a coder sees it; kinds without tasks are not in it

    """
    rows, examples = [], {}
    for kind in KINDS:
        known = read_key(coding_folder(corpus.study), kind)
        for spoken, model in _models(corpus).items():
            tasks, why = _planned(corpus, kind, spoken, known[known["model"] == model], model)
            if tasks:
                examples.setdefault(kind, tasks[0])
            rows.append((kind, spoken, len(tasks), len(tasks[0].options) if tasks else 0, why))
    return pd.DataFrame(rows, columns=PLAN), examples


def _planned(corpus: Corpus, kind: str, language: str, key: pd.DataFrame, model: str) -> tuple[list[Task], str]:
    """Tasks that were or would be drawn; or none, and why: no text, or topics too alike to have intruders."""
    try:
        passages = _passages(corpus) if kind == TOPIC else {}
        return blind(key if len(key) else _draw(corpus, kind, language, model, passages), passages=passages), ""
    except ValueError as error:
        return [], str(error)


def intrusion_scores(corpus: Corpus, *, folder: Path | None = None) -> pd.DataFrame:
    """Precision of every model that was judged, by kind, with the columns of `helpers.coding.intrusion_scores`.

    Returns
    -------
    DataFrame with ``current`` too: whether the topics are still those that were judged
    """
    folder, now = folder or coding_folder(corpus.study), set(_models(corpus).values())
    level = corpus.study.analysis.coverage_level
    blocks = [precision(read_answers(folder, kind), read_key(folder, kind), coverage=level) for kind in KINDS]
    filled = [block for block in blocks if len(block)] or blocks[:1]
    scores = pd.concat(filled, ignore_index=True)
    return scores.assign(current=scores["model"].isin(now).astype(bool))


def _models(corpus: Corpus) -> dict[str, str]:
    """Name of each language's model: the language and a hash of its topics' words, which a new fit changes."""
    shown = corpus.table("topic_terms").sort_values(["language", "topic", "rank"])
    return {
        str(language): f"{language}:{_number(*part['topic'], *part['term']):016x}"
        for language, part in shown.groupby("language", sort=True)
    }


def _draw(
    corpus: Corpus, kind: str, language: str, model: str, passages: Mapping[str, str], per_topic: int = 1
) -> pd.DataFrame:
    shown = corpus.table("topic_terms")
    # Terms below the listed ones count as zero: they are improbable, and no reader was shown them.
    beta = shown[shown["language"] == language].pivot(index="topic", columns="term", values="weight").fillna(0.0)
    depth = int(shown.loc[shown["language"] == language, "rank"].max())
    options = {"rng": np.random.default_rng(_number(corpus.study.analysis.seed, kind, model)), "model": model}
    options |= {"names": list(beta.index), "per_topic": per_topic}
    if kind != TOPIC:
        draw = word_intrusion if kind == WORD else word_set_intrusion
        return draw(beta.to_numpy(), list(beta.columns), depth=depth, **options)
    shares = topic_shares(corpus.table("topic_measures"))[list(beta.index)].dropna()
    shares = shares[shares.index.isin(passages)]
    stories = corpus.table("articles").set_index("article_id")["copy_cluster"].loc[shares.index]
    needed = min(per_topic * len(beta), stories.nunique())
    theta = shares.to_numpy()
    most = min(BELONG, len(beta) - 1)
    enough = (n for n in range(most, 1, -1) if stories[fit_documents(theta, belong=n)].nunique() >= needed)
    options |= {"belong": next(enough, 1), "clusters": list(stories)}
    return topic_intrusion(theta, beta.to_numpy(), list(beta.columns), list(shares.index), **options)


def _passages(corpus: Corpus) -> dict[str, str]:
    """What is shown of each article: its title and the relevant passages its topics were found in."""
    passages = corpus.table("passages")
    passages = passages[passages["relevant"] & passages["text"].notna()].sort_values(["article_id", "position"])
    if passages.empty:
        raise ValueError(
            f"study {corpus.study.name!r} holds no text; topic intrusion shows articles, word tasks need none"
        )
    titles = corpus.table("articles").set_index("article_id")["title"].fillna("")
    return {
        str(article): _shortened("\n\n".join([titles[article], *part]).strip())
        for article, part in passages.groupby("article_id")["text"]
    }


def _shortened(text: str) -> str:
    """A passage cut after a whole word, where its script parts words.

    >>> _shortened("word " * 400).endswith("word …"), len(_shortened("語" * 2000)) == LONGEST_PASSAGE + 2
    (True, True)
    """
    if len(text) <= LONGEST_PASSAGE:
        return text
    cut = text[:LONGEST_PASSAGE]
    return re.sub(r"(?<=\s)\S{1,30}$", "", cut).rstrip() + " …"


def _number(*parts: object) -> int:
    """A number below 2 ** 64 that depends on nothing but the parts."""
    return int(hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16], 16)
