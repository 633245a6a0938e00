"""What people coded, as sentences and small tables: how much was drawn and judged, and what coders saw in the topics.

No coder is named.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.coding.intrusion import Task
from helpers.coding.intrusion_scores import EVERY
from helpers.coding.judgement import ADJUDICATED
from helpers.show import sentences as prose
from helpers.text.languages import name_of

LEVEL = 0.05  # of the exact test by which coders found more than guessing would; the sentence says so
UNIT = ["article_id", "position", "frame"]
INTRUSION = [
    "task", "language", "coders", "tasks", "answers", "found", "precision", "low", "high", "chance", "p", "topics",
]  # fmt: skip


def coding_state(
    drawn: pd.DataFrame,
    codes: pd.DataFrame,
    losses: pd.DataFrame,
    apart: pd.DataFrame,
    *,
    weighed: bool,
    with_text: bool,
) -> list[str]:
    """What was drawn, who has judged how much of it, what does not count and why, and what is in dispute.

    Parameters
    ----------
    drawn : DataFrame
        The draw as it was kept: ``draw``, ``stratum``, ``probability``.
    codes : DataFrame
        The ``codes`` table.
    losses : DataFrame
        Codes that enter no figure: ``reason``, ``n_codes``.
    apart : DataFrame
        Codes on which coders differ: the columns `UNIT`, ``settled``.
    weighed : bool
        Whether the chances of the draw are known: the ``coding_sample`` table has rows.
    with_text : bool
        Whether the study holds text.
    """
    if drawn.empty:
        return ["No passage has been drawn for coders: what people see in these texts is not known."]
    strata = prose.count(drawn["stratum"].nunique(), "stratum", "strata")
    sentences = [
        f"{prose.count(len(drawn), 'passage')} drawn by chance from {strata} of outlet, language and month; each "
        f"passage's chance of being drawn was {drawn['probability'].min():.2f} to {drawn['probability'].max():.2f}."
    ]
    if not weighed:
        sentences.append(
            "The passages changed since: chances are not known, and no share rests on codes until a sample is drawn "
            "again; what is coded is kept."
        )
    people = codes[codes["coder"] != ADJUDICATED]
    if people.empty and not with_text:
        sentences.append("They wait: this study holds no text, and who has the texts can code them.")
    elif people.empty:
        sentences.append("Nobody has judged them yet.")
    else:
        each = people.drop_duplicates(["article_id", "position", "coder"])["coder"].value_counts(sort=False)
        sentences.append(f"{prose.count(len(each), 'coder')} judged {prose.listing([f'{n:,}' for n in each])} of them.")
    for reason, n in losses.groupby("reason", sort=True)["n_codes"].sum().items():
        sentences.append(f"{prose.count(int(n), 'code')} enter no figure: {reason}.")
    disputed = apart.drop_duplicates(UNIT)
    if len(disputed):
        what = prose.count(len(disputed), "judgement")
        n_settled = int(disputed["settled"].sum())
        sentences.append(f"Coders differ in {what} of a frame in a passage; {n_settled} are settled.")
    return sentences


def intrusion_sizes(plan: pd.DataFrame) -> pd.DataFrame:
    """Tasks of each kind and language, what guessing would find of them, and why there are none.

    >>> row = {"kind": "word_intrusion", "language": "ko", "n_tasks": 8, "n_options": 5, "why": ""}
    >>> intrusion_sizes(pd.DataFrame([row])).values.tolist()
    [['word intrusion', 'Korean', 8, '1 of 5', '']]
    """
    return pd.DataFrame(
        {
            "task": plan["kind"].map(_name_of),
            "language": plan["language"].map(name_of),
            "tasks": plan["n_tasks"],
            "guessing finds": plan["n_options"].map(lambda n: f"1 of {n}" if n else "–"),
            "remark": plan["why"].str.replace(r"^study '.*?' holds", "the study holds", regex=True),
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
    """In how many sets of tasks coders found the intruder more often than guessing would; or that nobody has judged.

    Parameters
    ----------
    scores : DataFrame
        As from `helpers.coding.precision`, with ``current``: whether the topics are those that were judged.
    """
    if scores.empty:
        return ["Nobody has judged these topics yet: whether people see what the model put there is not known."]
    whole = _whole(scores)
    coders = prose.count(scores.loc[scores["coder"] != EVERY, "coder"].nunique(), "coder")
    clear = int((whole["p"] < LEVEL).sum())
    sentences = [
        f"{coders} gave {prose.count(int(whole['n_answers'].sum()), 'answer')}. More than guessing would was found in "
        f"{clear} of {prose.count(len(whole), 'set')} of tasks (an exact test for each, "
        f"p{prose.NBSP}<{prose.NBSP}.05; not corrected for their number)."
    ]
    if not whole["current"].all():
        sentences.append("Some topics were fitted anew since they were judged; their rows are about the old ones.")
    return sentences


def intrusion_results(scores: pd.DataFrame) -> pd.DataFrame:
    """Answers of all coders by kind and language, beside chance; no coder is named.

    Returns
    -------
    DataFrame, columns of `INTRUSION`; ``low`` and ``high`` are exact limits, ``p`` is exact and one-sided
    """
    whole = _whole(scores)
    each = scores[scores["coder"] != EVERY].groupby(["kind", "model"])["coder"].nunique()
    return whole.assign(
        task=whole["kind"].map(_name_of),
        language=whole["model"].str.split(":").str[0].map(name_of),
        coders=[each[kind, model] for kind, model in zip(whole["kind"], whole["model"], strict=True)],
        p=whole["p"].map(prose.chance),
        topics=whole["current"].map({True: "as they are", False: "before the last fit"}),
    ).rename(columns={"n_tasks": "tasks", "n_answers": "answers", "n_found": "found"})[INTRUSION]


def _whole(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[(scores["coder"] == EVERY) & (scores["topic"] == EVERY)].reset_index(drop=True)


def _name_of(kind: str) -> str:
    return {"word_set_intrusion": "word-set intrusion"}.get(kind, kind.replace("_", " "))
