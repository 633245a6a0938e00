"""Events as events.yml has them: dated, and each with the source that somebody read."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from helpers.study.fields import Day, Text, Texts, WebAddress, choice, keyed, one_key, read
from helpers.study.yaml_lines import read_yaml
from helpers.text.languages import LANGUAGES


@dataclass(frozen=True)
class Event:
    """A dated, sourced event; the day is the one in the place where it happened.

    `names`, language to words, are those by which an article on it is told from others.
    """

    id: str
    day: datetime.date
    title: str
    kind: str
    actors: tuple[str, ...]
    publisher: str
    source_title: str
    address: str
    checked: datetime.date
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@keyed()
@dataclass(frozen=True)
class GivenSource:
    """Where an event was read of."""

    publisher: Text
    title: Text
    address: WebAddress
    checked: Day


@keyed()
@dataclass(frozen=True)
class GivenEvent:
    """An event as the file has it."""

    id: Text
    date: Day
    title: Text
    kind: Text
    actors: tuple[Annotated[str, choice("actor", "entities")], ...]
    source: GivenSource
    names: Mapping[Annotated[str, one_key(LANGUAGES)], Texts] = field(default_factory=dict)

    def event(self) -> Event:
        """The event as the house knows it."""
        source = self.source
        return Event(self.id, self.date, self.title, self.kind, self.actors, source.publisher, source.title,
                     source.address, source.checked, self.names)  # fmt: skip


def read_events(path: Path, entities: list[str]) -> tuple[Event, ...]:
    """The events of a file in the order of time; none of an empty file.

    Raises
    ------
    StudyError
        With file, line and value.
    """
    document = read_yaml(path)
    if document.data is None:
        return ()
    given = read(document.at(), tuple[GivenEvent, ...], entities=entities)
    times = Counter(event.id for event in given)
    for place in reversed(range(len(given))):
        if times[given[place].id] > 1:
            raise document.error((place, "id"), f"event id {given[place].id!r} stands twice; keep one")
    return tuple(sorted((one.event() for one in given), key=lambda event: (event.day, event.id)))
