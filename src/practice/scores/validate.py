"""Recall of indicators beside the planted rate of misses; simulated coders beside the skill that they have."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.agreement import by_frame
from helpers.coding.intrusion import KEY, KINDS
from helpers.coding.intrusion_scores import EVERY, precision
from helpers.data.coding_files import ANSWERS, read_answers, read_key, save_answer
from helpers.data.corpus import Corpus
from helpers.pipeline.intrusion_tasks import intrusion_plan, intrusion_tasks
from practice import coders, frame_coders
from practice.coded import with_frames
from practice.scores.rows import frame, interval, table
from practice.world import MISS_RATE, NOW


def make(corpus: Corpus) -> pd.DataFrame:
    """``scores_validate``."""
    return table("06-validate", _recall(corpus), _agreement(corpus), rehearse(corpus))


def _recall(corpus: Corpus) -> pd.DataFrame:
    checks = corpus.table("indicator_validity")
    checks = checks[checks["quantity"] == "recall"].rename(columns={"value": "estimate"})
    return frame(
        [
            interval(f"recall, indicator {one['measure']} ({one['language']})", 1 - MISS_RATE, one, n=one["n"])
            for _, one in checks.iterrows()
        ]
    )


def _agreement(corpus: Corpus) -> pd.DataFrame:
    """Agreement of the simulated coders on each frame, all languages together, beside what their skill must give."""
    study, codes = corpus.study, corpus.table("codes")
    drawn = with_frames(corpus, corpus.table("coding_sample"))
    rng = np.random.default_rng([study.analysis.seed, 8])
    agreement = by_frame(codes[codes["coder"].isin(frame_coders.CODERS)], rng=rng)
    planted = drawn["frames"].explode().value_counts().reindex(list(study.codebook.frames), fill_value=0)
    return frame_coders.scored(agreement, planted / len(drawn))


def rehearse(corpus: Corpus) -> pd.DataFrame:
    """Let simulated coders do every kind of intrusion task as people do, file by file, and score what they answered.

    Returns
    -------
    DataFrame, columns of `practice.scores.rows.COLUMNS`; languages with the same chance are scored together; none where
        nothing can be asked
    """
    plan, _ = intrusion_plan(corpus)
    blocks = [precision(pd.DataFrame(columns=ANSWERS), pd.DataFrame(columns=KEY))]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for kind, askable in plan[plan["n_tasks"] > 0].groupby("kind", sort=False):
            for number, coder in enumerate(coders.SKILLS):
                rng = np.random.default_rng([corpus.study.analysis.seed, KINDS.index(kind), number])
                for language in askable["language"]:
                    _sit(corpus, kind, coder, language, folder, rng)
            key = read_key(folder, kind)
            by_chance = key.assign(model=key["options"].map(len).astype(str))
            scored = precision(read_answers(folder, kind), by_chance)
            blocks.append(scored[(scored["coder"] != EVERY) & (scored["topic"] == EVERY)])
    return coders.scored(pd.concat(blocks[1:] or blocks, ignore_index=True))


def _sit(corpus: Corpus, kind: str, coder: str, language: str, folder: Path, rng: np.random.Generator) -> None:
    """One coder's work in one language; the key is looked up for the coders who are to know it."""
    tasks = intrusion_tasks(corpus, kind, folder=folder, coder=coder, language=language, per_topic=coders.PER_TOPIC)
    intruders = read_key(folder, kind).set_index("task")["intruder"]
    for task in tasks:
        answer = coders.answer(task.options, intruders[task.id], skill=coders.SKILLS[coder], rng=rng)
        save_answer(folder, kind, coder=coder, task=task.id, answer=answer, judged=NOW)
