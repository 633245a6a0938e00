"""Intrusion tasks as a reader of a notebook sees them: how many, one blind, and what coders found."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.coding.intrusion import Task
from helpers.coding.intrusion_scores import EVERY
from helpers.show import sentences as prose

COLUMNS = ["task", "language", "coders", "tasks", "answers", "found", "precision", "low", "high", "chance", "p",
           "topics"]  # fmt: skip
LEVEL = 0.05


def intrusion_plan(plan: pd.DataFrame) -> pd.DataFrame:
    """Tasks of each kind and language, what guessing would find of them, and why there are none.

    >>> row = {"kind": "word_intrusion", "language": "ko", "n_tasks": 8, "n_options": 5, "why": ""}
    >>> intrusion_plan(pd.DataFrame([row])).values.tolist()
    [['word intrusion', 'ko', 8, '1 of 5', '']]
    """
    return pd.DataFrame(
        {
            "task": plan["kind"].map(_called),
            "language": plan["language"],
            "tasks": plan["n_tasks"],
            "guessing finds": plan["n_options"].map(lambda n: f"1 of {n}" if n else "–"),
            "remark": plan["why"],
        }
    )


def intrusion_example(examples: Mapping[str, Task]) -> list[str]:
    """One blind task as lines of Markdown, of a kind that shows words alone; or that there is nothing to ask.

    >>> intrusion_example({"word_intrusion": Task("3f0a", "word_intrusion", ("grain", "treaty"))})
    ['**Which word does not belong with the others?**', '', '1. grain', '2. treaty']
    """
    task = next((task for task in examples.values() if not task.passage), None)
    if task is None:
        return ["No language has topics of which a coder could be asked, so there is nothing to judge."]
    return [f"**{task.question}**", "", *(f"{place}. {option}" for place, option in enumerate(task.options, start=1))]


def intrusion_findings(scores: pd.DataFrame) -> list[str]:
    """In how many sets of tasks coders found the intruder more often than guessing would; or that nobody has judged."""
    if scores.empty:
        return ["Nobody has judged these topics yet: whether people see what the model put there is not known."]
    whole = _whole(scores)
    coders = prose.count(scores.loc[scores["coder"] != EVERY, "coder"].nunique(), "coder")
    clear = int((whole["p"] < LEVEL).sum())
    sentences = [
        f"{coders} gave {prose.count(int(whole['n_answers'].sum()), 'answer')}. More than guessing would was found in "
        f"{clear} of {prose.count(len(whole), 'set')} of tasks (exact test each, p < {LEVEL}, unadjusted)."
    ]
    if not whole["current"].all():
        sentences.append("Some topics were fitted anew since they were judged; their rows are about the old ones.")
    return sentences


def intrusion_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Answers of all coders by kind and language, beside chance; no coder is named.

    Returns
    -------
    DataFrame, columns of `COLUMNS`; ``low`` and ``high`` are exact limits, ``p`` is exact and one-sided
    """
    whole = _whole(scores)
    each = scores[scores["coder"] != EVERY].groupby(["kind", "model"])["coder"].nunique()
    return whole.assign(
        task=whole["kind"].map(_called),
        language=whole["model"].str.split(":").str[0],
        coders=[each[kind, model] for kind, model in zip(whole["kind"], whole["model"], strict=True)],
        p=whole["p"].map(prose.chance),
        topics=whole["current"].map({True: "as they are", False: "before the last fit"}),
    ).rename(columns={"n_tasks": "tasks", "n_answers": "answers", "n_found": "found"})[COLUMNS]


def _whole(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[(scores["coder"] == EVERY) & (scores["topic"] == EVERY)].reset_index(drop=True)


def _called(kind: str) -> str:
    return {"word_set_intrusion": "word-set intrusion"}.get(kind, kind.replace("_", " "))
