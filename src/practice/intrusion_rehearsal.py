"""Coders of known skill at the practice study's own tasks: its topics in, rows of ``scores`` out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.intrusion import KEY, KINDS
from helpers.coding.intrusion_scores import EVERY, precision
from helpers.data.intrusion_answers import COLUMNS, read_answers, read_key, save_answer
from helpers.pipeline.intrusion_tasks import intrusion_plan, intrusion_tasks
from helpers.study import Study
from practice import NOW, coders


def rehearse(study: Study) -> pd.DataFrame:
    """Let simulated coders do every kind of task as people do, file by file, and score what they answered.

    Their files lie in ``data/processed/<study>/coding`` and are made anew each time: they are nobody's work.

    Returns
    -------
    DataFrame, columns of `practice.score.COLUMNS`; languages with the same chance are scored together; none
        where nothing can be asked

    Raises
    ------
    ValueError
        The study is not the practice study.
    """
    if not study.practice:
        raise ValueError(f"study {study.name!r} is real; only people may answer its tasks")
    folder = study.processed / "coding"
    if folder.exists():
        shutil.rmtree(folder)
    plan, _ = intrusion_plan(study)
    blocks = [precision(pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=KEY))]
    for kind, askable in plan[plan["n_tasks"] > 0].groupby("kind", sort=False):
        for place, coder in enumerate(coders.SKILLS):
            rng = np.random.default_rng([study.analysis.seed, KINDS.index(kind), place])
            for language in askable["language"]:
                _sit(study, kind, coder, language, folder, rng)
        key = read_key(folder, kind)
        by_chance = key.assign(model=key["options"].map(len).astype(str))
        found = precision(read_answers(folder, kind), by_chance)
        blocks.append(found[(found["coder"] != EVERY) & (found["topic"] == EVERY)])
    return coders.scored(pd.concat(blocks[1:] or blocks, ignore_index=True))


def _sit(study: Study, kind: str, coder: str, language: str, folder: Path, rng: np.random.Generator) -> None:
    """One coder's work in one language; the key is looked up for the coders who are to know it."""
    told = {"coder": coder, "language": language, "per_topic": coders.PER_TOPIC}
    tasks = intrusion_tasks(study, kind, folder=folder, **told)
    intruders = read_key(folder, kind).set_index("task")["intruder"]
    for task in tasks:
        said = coders.answer(task.options, intruders[task.id], skill=coders.SKILLS[coder], rng=rng)
        save_answer(folder, kind, coder=coder, task=task.id, answer=said, judged=NOW)
