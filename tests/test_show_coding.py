"""What people coded, in words: nobody is named, and what does not count is said."""

from __future__ import annotations

import pandas as pd

from helpers.coding import Task
from helpers.show.coding import coding_state, intrusion_example, intrusion_findings, intrusion_results, intrusion_sizes

DRAWN = pd.DataFrame(
    {"draw": "20240619-8a", "stratum": ["a:en:2029-07", "a:en:2029-07", "b:en:2029-08"], "probability": [0.5, 0.5, 1.0]}
)
CODES = pd.DataFrame(
    [(article, 0, "AID", coder, value) for article in "xyz" for coder, value in (("ann", 1), ("ben", article == "x"))],
    columns=["article_id", "position", "frame", "coder", "value"],
)
NO_LOSS = pd.DataFrame(columns=["coder", "reason", "n_codes", "n_passages"])
NONE_APART = CODES.iloc[:0].assign(settled=True)


def state(
    codes: pd.DataFrame = CODES, losses: pd.DataFrame = NO_LOSS, apart: pd.DataFrame = NONE_APART, **given
) -> str:
    options = {"weighed": True, "with_text": True} | given
    return " ".join(coding_state(DRAWN, codes, losses, apart, **options))


def test_a_draw_is_told_with_its_chances_and_who_judged_how_much() -> None:
    told = state()
    assert "3 passages drawn by chance from 2 strata" in told and "chance of being drawn was 0.50 to 1.00." in told
    assert "2 coders judged 3 and 3 of them." in told and "ann" not in told and "changed" not in told


def test_what_waits_or_does_not_count_is_said() -> None:
    assert state(CODES.iloc[:0]).endswith("Nobody has judged them yet.")
    assert state(CODES.iloc[:0], with_text=False).endswith("who has the texts can code them.")
    assert "The passages changed since" in state(weighed=False)
    losses = pd.DataFrame({"coder": ["ann", "ben"], "reason": "the definition was edited since", "n_codes": [2, 3]})
    assert "5 codes enter no figure: the definition was edited since." in state(losses=losses)
    apart = CODES[CODES["article_id"] != "x"].assign(settled=False)
    assert state(apart=apart).endswith("Coders differ in 2 judgements of a frame in a passage; 0 are settled.")
    assert (
        "No passage has been drawn"
        in coding_state(DRAWN.iloc[:0], CODES, NO_LOSS, NONE_APART, weighed=False, with_text=True)[0]
    )


def test_a_task_is_shown_without_its_key() -> None:
    tasks = {
        "topic_intrusion": Task("1", "topic_intrusion", ("a",), "text"),
        "word_intrusion": Task("2", "word_intrusion", ("b", "c")),
    }
    assert intrusion_example(tasks) == ["**Which word does not belong with the others?**", "", "1. b", "2. c"]
    assert "nothing to judge" in intrusion_example({})[0]


def test_a_plan_says_what_guessing_finds_and_why_nothing_is_asked() -> None:
    plan = pd.DataFrame(
        {
            "kind": ["word_set_intrusion", "topic_intrusion"],
            "language": "ko",
            "n_tasks": [5, 0],
            "n_options": [4, 0],
            "why": ["", "holds no text"],
        }
    )
    assert intrusion_sizes(plan).values.tolist() == [
        ["word-set intrusion", "Korean", 5, "1 of 4", ""], ["topic intrusion", "Korean", 0, "–", "holds no text"],
    ]  # fmt: skip
    assert intrusion_sizes(plan.iloc[:0]).empty


def test_scores_stand_beside_chance_and_name_no_coder() -> None:
    one = {"kind": "word_intrusion", "model": "ko:1f", "topic": "all", "n_tasks": 5, "n_answers": 5, "n_found": 5,
           "precision": 1.0, "low": 0.5, "high": 1.0, "chance": 1 / 6, "p": 0.0001, "current": True}  # fmt: skip
    scores = pd.DataFrame(
        [one | {"coder": name} for name in ("ann", "ben")] + [one | {"coder": "all", "n_answers": 10, "n_found": 10}]
    )
    shown = intrusion_results(scores)
    assert shown[["task", "language", "coders", "tasks", "answers", "found", "p", "topics"]].values.tolist() == [
        ["word intrusion", "Korean", 2, 5, 10, 10, "< .001", "as they are"]
    ]
    told = " ".join(intrusion_findings(scores))
    assert "2 coders gave 10 answers" in told and "in 1 of 1 set" in told and "ann" not in told + shown.to_string()
    assert "fitted anew" in intrusion_findings(scores.assign(current=False))[1]
    assert "Nobody has judged" in intrusion_findings(scores.iloc[:0])[0]
