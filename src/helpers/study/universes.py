"""The choices that another analyst could fairly make otherwise, and what a study says about them.

Two grids: one over choices that differences in indicators depend on, one over those that topics depend on.  What the
house offers is declared here, with the reason why each option is fair; a study may leave options out, or give other
numbers, under ``universes`` in its `study.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo

from helpers.study.analysis import Analysis
from helpers.study.fields import NAME, chosen, fault, keyed, number, read, within
from helpers.study.yaml_lines import Entry, nearest

KINDS = ("indicators", "topics")
SMOOTHING = 0.65  # that of `TopicModel`, which would cost a second to import
Option = str | int | float


@dataclass(frozen=True)
class Choice:
    """One choice: its options with the reason for each, or the numbers that it may take.

    Attributes
    ----------
    why : str
        Why somebody could choose otherwise.
    options : mapping of str to str
        Option to the reason why it is fair; empty for numbers.
    usual : tuple
        The options that are run when a study says nothing; None where they hang on the study's `analysis`.
    numbers : (type, low, high), optional
    """

    why: str
    options: Mapping[str, str] = field(default_factory=dict)
    usual: tuple[Option, ...] | None = None
    numbers: tuple[type, float, float] | None = None


_VOICE = Choice(
    "an outlet answers for what it prints, or only for its own words",
    {"all": "everything printed", "outlet": "the outlet's own words", "quoted": "what it quotes"},
    ("all", "outlet"),
)
_FLAGGED = Choice(
    "a doubtful flag is a hint, not a proof",
    {"in": "articles with a doubtful flag stay", "out": "they go"},
    ("in", "out"),
)
_COPIES = {
    "in": "to print a wire story is an outlet's choice",
    "originals only": "a story is its author's alone",
}

CHOICES: dict[str, dict[str, Choice]] = {
    "indicators": {
        "voice": _VOICE,
        "copies": Choice(
            "a reprint may count as its editors' choice, or not",
            _COPIES | {"one per story": "a story counts once an outlet, with the mean of its prints"},
            ("in", "originals only", "one per story"),
        ),
        "flagged": _FLAGGED,
        "genres": Choice(
            "a live blog or a round-up names many states in passing",
            {"in": "items of every genre", "out": "live items, round-ups and their like go"},
            ("in", "out"),
        ),
        "min_passages": Choice("the share of one passage is all or nothing", usual=(1, 2), numbers=(int, 1, 50)),
        "window": Choice(
            "a difference may be one of times, or of what is taken to bear on the pair",
            {
                "common window by one rule": "the days on which both were collected, passages by one rule for both",
                "whole period": "all articles, each outlet by its own rule",
                "first half": "the common window before its median day",
                "second half": "the common window from its median day on",
            },
            ("common window by one rule", "whole period", "first half", "second half"),
        ),
        "adjustment": Choice(
            "a difference may come of what was written about, or when",
            {
                "none": "articles beside articles",
                "within topic": "beside those of the same main topic: a news diet is no view",
                "within month": "beside those of the same month",
            },
            ("none", "within topic", "within month"),
        ),
        "clusters": Choice(
            "what makes articles alike is a judgement; moves the interval only, and would count each sign again",
            {
                "both ways": "by copy cluster and outlet-week",
                "outlet-week": "by outlet-week alone",
                "copy cluster": "by copy cluster alone",
            },
            ("both ways",),
        ),
        "measure": Choice(
            "an indicator may be counted by passage, by article or by word",
            {
                "share of passages": "mean share of an article's passages",
                "any passage": "share of articles that have it at all",
                "hits per 1,000 words": "long passages count for more",
            },
            ("share of passages", "any passage", "hits per 1,000 words"),
        ),
        "threshold": Choice(
            "from which score on an article counts; for measures of a classifier alone",
            usual=(0.5, 0.4, 0.6),
            numbers=(float, 0, 1),
        ),
    },
    "topics": {
        "voice": _VOICE,
        "copies": Choice("copies repeat words, and weigh on topics and on shares", _COPIES, ("in", "originals only")),
        "flagged": _FLAGGED,
        "period": Choice(
            "a topic may belong to one part of the period",
            {
                "whole": "all articles",
                "first half": "those before the median day",
                "second half": "those from the median day on",
            },
            ("whole", "first half", "second half"),
        ),
        "tokens": Choice(
            "which terms may carry a topic",
            {
                "content words": "single words, the pair's names left out: they stand in every passage",
                "with names": "the pair's names may tell who is spoken of",
                "with phrases": "listed phrases beside single words",
            },
            ("content words", "with names", "with phrases"),
        ),
        "stop_words": Choice(
            "what a function word is",
            {
                "house list": "the closed word classes of the language",
                "frequent only": "no list: terms of more than half of the articles go, whatever they are",
            },
            ("house list", "frequent only"),
        ),
        "min_documents": Choice("rare terms make topics of single stories", numbers=(int, 1, 10_000)),
        "smoothing": Choice(
            "texts may borrow words from their neighbours (0: plain factors)",
            usual=(SMOOTHING, 0.0),
            numbers=(float, 0, 0.99),
        ),
        "seed": Choice("the start of the decompositions is arbitrary", numbers=(int, 0, 2**32 - 1)),
        "n_topics": Choice("the diagnostics recommend a range, not a number", numbers=(int, 2, 200)),
    },
}


def main_option(kind: str, name: str, analysis: Analysis) -> Option:
    """The option of the main analysis, which the other notebooks show.

    >>> main_option("indicators", "copies", Analysis()), main_option("topics", "n_topics", Analysis(n_topics=9))
    ('in', 9)
    """
    own = getattr(analysis, name, None)
    usual = CHOICES[kind][name].usual
    return own if own is not None or usual is None else usual[0]


def declared(kind: str, given: Universes, analysis: Analysis) -> dict[str, tuple[Option, ...]]:
    """The options of each choice, the main one first: the study's own where it gives any, else the house's.

    Without numbers of topics, the main one alone stands: which others are defensible, the diagnostics say.

    >>> options = declared("topics", Universes(topics={"seed": (7, 1)}), Analysis(seed=1, min_documents=3))
    >>> options["seed"], options["min_documents"], options["n_topics"]
    ((1, 7), (3, 6), (8,))
    """
    declared = {}
    for name, choice in CHOICES[kind].items():
        main = main_option(kind, name, analysis)
        options = getattr(given, kind).get(name) or choice.usual or _beside(name, main)
        declared[name] = (main, *(option for option in options if option != main))
    return declared


def _beside(name: str, main: Option) -> tuple[Option, ...]:
    """Options beside a main one that is the study's own."""
    others = {"min_documents": 2 * main, "seed": (main + 1) % 2**32}
    return (main, others[name]) if name in others else (main,)


def _grid(value: Any, info: ValidationInfo) -> Any:
    """The options of each choice of a grid, which must hold the main analysis's."""
    if not isinstance(value, dict):
        return value
    kind, analysis = info.field_name, info.context["analysis"]
    return {name: _options(kind, name, given, analysis) for name, given in value.items()}


def _options(kind: str, name: str, given: Any, analysis: Analysis) -> tuple[Option, ...]:
    if name not in CHOICES[kind]:
        raise fault(f"unknown key {name!r}; {nearest(name, CHOICES[kind])}", name)
    if not isinstance(given, list):
        raise fault(f"{NAME} must be a list, not {given!r}", name)
    choice, main = CHOICES[kind][name], main_option(kind, name, analysis)
    options: list[Option] = []
    for place, value in enumerate(given):
        if choice.numbers:
            option = number(value, *choice.numbers, name, place)
        else:
            option = chosen(value, choice.options, f"option of {name}", name, place)
        if option in options:
            raise fault(f"option {option!r} of {name} stands twice; keep one", name, place)
        options.append(option)
    if main not in options:
        raise fault(f"{name} lacks {main!r}, the option of the main analysis; add it", name)
    return tuple(options)


Grid = Annotated[Mapping[str, tuple[Any, ...]], BeforeValidator(_grid)]


@keyed()
@dataclass(frozen=True)
class Universes:
    """Options that a study tries in place of the house's, by choice."""

    indicators: Grid = field(default_factory=dict)
    topics: Grid = field(default_factory=dict)
    most: Annotated[int, within(int, 1, 100_000)] = 160  # of topics, in each language; more are drawn from


def read_universes(entry: Entry, analysis: Analysis) -> Universes:
    """``universes``: the options that a study tries, by grid and choice, and how many universes of topics at most.

    Raises
    ------
    StudyError
        An unknown grid, choice or option, an option twice, or a choice without the option of the main analysis.
    """
    return read(entry, Universes, analysis=analysis)
