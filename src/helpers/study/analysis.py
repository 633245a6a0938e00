"""Choices of analysis that a study may set; the defaults are the ones notebook 09 varies around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator

from helpers.extract.flags import FLAGS
from helpers.study.fields import Texts, choice, fault, keyed, within
from helpers.text.genre import GENRES, PASSING

EXTRACTORS = ("trafilatura", "newspaper3k")


def _range(value: tuple[int, ...]) -> tuple[int, ...]:
    if len(value) != 2 or value[0] > value[1]:
        raise fault(f"topic_range {list(value)} must be [fewest, most]")
    return value


Topics = Annotated[int, within(int, 2, 200)]
Genres = tuple[Annotated[str, choice("genre", GENRES)], ...]
Flags = tuple[Annotated[str, choice("flag", FLAGS)], ...]


@keyed()
@dataclass(frozen=True)
class Analysis:
    """Choices of analysis that a study may set."""

    n_topics: Topics = 8
    topic_range: Annotated[tuple[Topics, ...], AfterValidator(_range)] = (5, 12)
    seed: Annotated[int, within(int, 0, 2**32 - 1)] = 20240619
    min_documents: Annotated[int, within(int, 1, 10_000)] = 3
    copies_window_days: Annotated[int, within(int, 0, 3650)] = 7
    copies_containment: Annotated[float, within(float, 0.05, 1)] = 0.3
    coverage_level: Annotated[float, within(float, 0.5, 0.999)] = 0.95
    event_window_days: Annotated[int, within(int, 3, 730)] = 60
    extractor: Annotated[str, choice("extractor", EXTRACTORS)] = "trafilatura"
    agencies: Mapping[str, Texts] = field(default_factory=dict)
    doubtful: Flags = ("ai_disclosed", "identical_elsewhere", "impossible_output", "no_source")
    leave_out: Flags = ()
    passing_genres: Genres = PASSING
    leave_out_genres: Genres = ()
