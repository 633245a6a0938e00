"""Exercises at the end of each notebook, marked against what was planted: one file a notebook.

In: a notebook's name, the number of an exercise, an answer.  Out: a sentence, right or what is off.
"""

from __future__ import annotations

from importlib import import_module

from helpers.data.corpus import Corpus
from helpers.show.sentences import say
from practice.exercises.answers import OPEN, Exercise, verdict

NOTEBOOKS = (
    "01-collect", "02-clean", "03-describe", "04-topics", "05-frames", "06-validate", "07-compare", "08-events",
    "09-robustness", "10-report",
)  # fmt: skip
ELSEWHERE = (
    'This exercise is about the invented press, whose truth is known: set `study = "practice"` in the first code cell '
    "and run all cells."
)


def check(corpus: Corpus, notebook: str, number: int, answer: object) -> None:
    """Say whether an answer is right, or what is off.

    Parameters
    ----------
    corpus : Corpus
        Of any study; only an invented one can tell.
    notebook : str
        Such as ``07-compare``.
    number : int
        Of the exercise, from 1.
    answer : object
        None where there is none yet.
    """
    say(sentence(corpus, notebook, number, answer))


def sentence(corpus: Corpus, notebook: str, number: int, answer: object) -> str:
    """What `check` says."""
    exercise = exercises(notebook)[number]
    if not corpus.study.practice:
        return ELSEWHERE
    return OPEN if answer is None else verdict(exercise, corpus, answer)


def exercises(notebook: str) -> dict[int, Exercise]:
    """The exercises of a notebook by number.

    Raises
    ------
    ValueError
        No such notebook.
    """
    if notebook not in NOTEBOOKS:
        raise ValueError(f"{notebook!r} has no exercises; one of {', '.join(NOTEBOOKS)} has")
    return dict(enumerate(import_module(f"practice.exercises.{notebook[3:]}").EXERCISES, 1))
