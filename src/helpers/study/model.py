"""What a study is made of: frozen, and checked before they are built (see `helpers.study.read`)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpers.frames.codebook import Codebook
from helpers.topics.labels import Label


@dataclass(frozen=True)
class Outlet:
    """Who speaks: one edition of one outlet."""

    id: str
    name: str
    country: str
    language: str
    edition: str
    timezone: str
    home: str = ""
    city: str = ""
    ownership: str = "unknown"
    access: str = "unknown"
    speaks_for: str | None = None
    sampling: str = "unknown"
    collected: tuple[tuple[datetime.date, datetime.date], ...] = ()
    colour: str | None = None
    group: str = ""
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    transcript_voices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    verified: datetime.date | None = None


@dataclass(frozen=True)
class MediaCloud:
    """Where Media Cloud looks for an outlet; the key itself stands in the environment alone."""

    sources: tuple[int, ...] = ()
    collections: tuple[int, ...] = ()
    key_variable: str = "MEDIACLOUD_KEY"


@dataclass(frozen=True)
class Source:
    """Where items come from: a site, or a file that somebody exported."""

    kind: str
    path: Path | None = None
    outlet: str | None = None
    address: str = ""
    licence: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    front: tuple[str, ...] = ()
    addresses: Path | None = None
    services: tuple[str, ...] = ()
    mediacloud: MediaCloud | None = None
    filter: str = ""


@dataclass(frozen=True)
class Analysis:
    """Choices of analysis that a study may set; the defaults are the ones notebook 09 varies around."""

    n_topics: int = 8
    topic_range: tuple[int, int] = (5, 12)
    seed: int = 20240619
    min_documents: int = 3
    copies_window_days: int = 7
    copies_containment: float = 0.3
    coverage_level: float = 0.95
    event_window_days: int = 60
    extractor: str = "trafilatura"
    agencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ("ai_disclosed", "identical_elsewhere", "impossible_output", "no_source")
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """A dated, sourced event; the day is the one in the place where it happened."""

    id: str
    day: datetime.date
    title: str
    kind: str
    actors: tuple[str, ...]
    publisher: str
    source_title: str
    address: str
    checked: datetime.date


@dataclass(frozen=True)
class Comparison:
    """One comparison that was planned before its result was seen."""

    measure: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What was planned, and when."""

    dated: datetime.date
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Universes:
    """Options that a study tries in place of the house's (`helpers.study.universes`), by choice."""

    indicators: Mapping[str, tuple[str | int | float, ...]] = field(default_factory=dict)
    topics: Mapping[str, tuple[str | int | float, ...]] = field(default_factory=dict)
    most: int = 160  # universes of topics in each language; more are drawn from, see docs/methods.md


@dataclass(frozen=True)
class Study:
    """One question with everything that is needed to ask it."""

    name: str
    root: Path
    title: str
    question: str
    contact: str
    languages: tuple[str, ...]
    start: datetime.date
    end: datetime.date
    pair: tuple[str, str]
    entities: Mapping[str, Mapping[str, tuple[str, ...]]]
    outlets: Mapping[str, Outlet]
    sources: tuple[Source, ...]
    analysis: Analysis
    codebook: Codebook
    events: tuple[Event, ...]
    plan: Plan | None = None
    practice: bool = False
    known_volume: Mapping[str, Path] = field(default_factory=dict)
    shares: str = ""
    labels: tuple[Label, ...] = ()
    concepts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    universes: Universes = field(default_factory=Universes)

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Outlets by the group that the study puts them in; an outlet without one is in its country's."""
        found: dict[str, tuple[str, ...]] = {}
        for outlet in self.outlets.values():
            name = outlet.group or outlet.country
            found[name] = (*found.get(name, ()), outlet.id)
        return found

    @property
    def timezones(self) -> dict[str, str]:
        """Time zone of each outlet."""
        return {key: outlet.timezone for key, outlet in self.outlets.items()}

    def called(self, key: str) -> str:
        """What to call an outlet, or a group written ``group:<name>``."""
        kind, _, group = key.partition(":")
        return group if kind == "group" else self.outlets[key].name

    def members(self, key: str) -> tuple[str, ...]:
        """The outlets behind an outlet's id, or behind a group written ``group:<name>``."""
        kind, _, group = key.partition(":")
        return self.groups[group] if kind == "group" else (key,)

    @property
    def folder(self) -> Path:
        """The folder that a researcher edits."""
        return self.root / "studies" / self.name

    @property
    def raw(self) -> Path:
        """What was collected; never edited."""
        return self.root / "data" / "raw" / self.name

    @property
    def processed(self) -> Path:
        """What the stages make of it."""
        return self.root / "data" / "processed" / self.name

    @property
    def interim(self) -> Path:
        """What was computed and may be needed again; can be deleted at any time."""
        return self.root / "data" / "interim" / self.name

    @property
    def reports(self) -> Path:
        """Where the pages go."""
        return self.root / "reports" / self.name
