"""Simulated coders, whose skill is known: a task and its intruder in, an answer out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from practice.scores.rows import frame, interval, row

GUESSES = None  # a coder without skill: each option is as likely as any other
SKILLS: dict[str, float | None] = {"perfect": 1.0, "mediocre": 0.7, "random": GUESSES}
# Articles about one topic make topic intrusion a choice of two. Even there 4 tasks for each of 25 topics tell the
# mediocre coder from guessing nearly always: of 100 answers 59 must be right, and P(X ≥ 59 | .7) = .99.
PER_TOPIC = 4
LEVEL = 0.05  # of the exact test


def answer(options: Sequence[str], intruder: str, *, skill: float | None, rng: np.random.Generator) -> str:
    """What a coder answers who names the intruder with probability `skill` and errs evenly otherwise.

    Parameters
    ----------
    options : sequence of str
    intruder : str
        One of the options.
    skill : float in [0, 1] or None
        None guesses: the probability is then 1 / n options.
    rng : numpy Generator

    Raises
    ------
    ValueError
        The intruder is not an option, or `skill` is no probability.

    >>> rng = np.random.default_rng(1)
    >>> [answer(["grain", "treaty"], "treaty", skill=skill, rng=rng) for skill in (1.0, 0.0)]
    ['treaty', 'grain']
    """
    if intruder not in options:
        raise ValueError(f"intruder {intruder!r} is none of {list(options)}")
    if skill is GUESSES:
        return options[int(rng.integers(len(options)))]
    if not 0 <= skill <= 1:
        raise ValueError(f"skill is {skill}; give a probability, or None for a coder who guesses")
    if rng.random() < skill:
        return intruder
    others = [option for option in options if option != intruder]
    return others[int(rng.integers(len(others)))]


def scored(precision: pd.DataFrame) -> pd.DataFrame:
    """Hit rates of the simulated coders beside their skill, and whether the exact test tells them from guessing.

    Parameters
    ----------
    precision : DataFrame
        Rows of `helpers.coding.intrusion_scores.precision`, one a kind and coder, named as in `SKILLS`.

    Returns
    -------
    DataFrame, columns of `practice.scores.rows.COLUMNS`; two rows a kind and coder

    >>> one = {"kind": "word_intrusion", "coder": "random", "n_tasks": 60, "n_answers": 60, "precision": 0.2,
    ...        "low": 0.1, "high": 0.32, "chance": 1 / 6, "p": 0.3}
    >>> scored(pd.DataFrame([one]))[["planted", "recovered", "verdict"]].values.tolist()
    [[0.16..., 0.2, 'inside the interval'], [0.0, 0.0, 'recovered']]
    """
    rows = []
    for _, one in precision.iterrows():
        skill = SKILLS[one["coder"]]
        planted = one["chance"] if skill is GUESSES else skill
        about = f"{one['kind'].replace('_', ' ')} (1 of {round(1 / one['chance'])}), {one['coder']} coder"
        n = int(one["n_answers"])
        rows.append(interval(f"intruder found, {about}", planted, one.rename({"precision": "estimate"}), n=n))
        better, apart = planted > one["chance"], one["p"] < LEVEL
        verdict = "recovered" if better == apart else "not recovered"
        rows.append(row(f"told from guessing, {about}", float(better), float(apart), n=n, verdict=verdict))
    return frame(rows)
