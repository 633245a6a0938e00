"""What a study is made of: frozen, and checked while it is read (see `helpers.study.read`)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from helpers.frames.codebook import Codebook
from helpers.study.analysis import Analysis
from helpers.study.events import Event
from helpers.study.fields import (
    Entity,
    Flag,
    OutletId,
    Span,
    Text,
    choice,
    chosen,
    fault,
    in_order,
    inside,
    keyed,
    no_way_out,
    text,
)
from helpers.study.groups import ATTRIBUTES, columns_of_groups, draw_groups, titles_of_groups, ungrouped
from helpers.study.outlets import Outlet, named
from helpers.study.plan import GROUP, Plan
from helpers.study.sources import CARRIED, TABLES, Source
from helpers.study.topics import Labels
from helpers.study.units import HEADLINE, PARAGRAPH, UNITS
from helpers.study.universes import Universes
from helpers.text.languages import LANGUAGES

# Columns that articles and passages have anyway, by which a covariate of that name could not be told.
TAKEN = frozenset(
    "article_id page_id outlet outlet_name name group groups country city ownership access sampling speaks_for edition "
    "language address title published date_source date_precision date_conflict date_format day month id text n_words "
    "sha256 traces flags covariates copy_cluster share_copied is_original origin origin_evidence outlet_week doubtful "
    "left_out in_period relevant analysed unit genre position n_words_quoted voice speaker kind measure measure_name "
    "value".split()
)


def _languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    if not languages or len(set(languages)) < len(languages):
        raise fault(f"languages {list(languages)} must be one or more of {', '.join(LANGUAGES)}, each once")
    return languages


Languages = Annotated[tuple[Annotated[str, choice("language", LANGUAGES)], ...], AfterValidator(_languages)]


def _pair(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(codes) != 2 or codes[0] == codes[1]:
        raise fault(f"pair {list(codes)} must be two different entities")
    return codes


def _covariates(given: Any) -> Any:
    """Names, or names with labels; either way a mapping of name to label."""
    if isinstance(given, list):
        given = {text(name, place): text(name, place).replace("_", " ") for place, name in enumerate(given)}
    for name in given if isinstance(given, dict) else ():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            raise fault(f"covariate {name!r}: lower-case letters, digits and underscores only", name)
        if name in TAKEN:
            raise fault(f"covariate {name!r}: articles have a {name} anyway; take it out, or call it otherwise", name)
    return given


def _columns_of_outlets(columns: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    known = [*ATTRIBUTES, *info.context["outlet_covariates"]]
    for place, column in enumerate(columns):
        if column in info.context["covariates"] and column not in known:
            raise fault(f"no outlet has {column!r} under its covariates; groups are of outlets", place)
        chosen(column, known, "column of outlets", place)
    return columns


def _volume_file(value: Any, info: ValidationInfo) -> Path:
    folder: Path = info.context["folder"]
    path = folder / inside(text(value), "path")
    if not path.is_file():
        raise fault(f"path {value!r}: no such file in the study folder")
    return no_way_out(path, folder, f"path {value!r}")


@keyed()
@dataclass(frozen=True)
class Volume:
    """A file with true numbers of items: of one outlet by month, or, without `outlet`, of many by day."""

    path: Annotated[Path, BeforeValidator(_volume_file)]
    outlet: OutletId | None = None


@keyed()
@dataclass(frozen=True)
class StudyFile:
    """What study.yml says by itself; ``Any`` stands for what is read with the rest of the study in sight."""

    title: Text
    question: Text
    contact: Text
    languages: Languages
    period: Annotated[Span, AfterValidator(lambda span: in_order(span, "period"))]
    pair: Annotated[tuple[Entity, ...], AfterValidator(_pair)]
    outlets: Annotated[Mapping[str, Outlet], AfterValidator(named)]
    sources: tuple[Source, ...]
    entities: Any = None
    shares: Text = ""
    unit: Annotated[str, choice("unit", UNITS)] = PARAGRAPH
    practice: Flag = False
    covariates: Annotated[Mapping[str, Text], BeforeValidator(_covariates)] = field(default_factory=dict)
    groups_from: Annotated[tuple[Text, ...], AfterValidator(_columns_of_outlets)] = ()
    analysis: Analysis = field(default_factory=Analysis)
    plan: Any = None
    known_volume: tuple[Volume, ...] = ()
    labels: Labels = ()
    concepts: Any = None
    universes: Any = None


@dataclass(frozen=True, kw_only=True)
class Study(StudyFile):
    """One question with everything that is needed to ask it."""

    name: str
    root: Path
    codebook: Codebook
    events: tuple[Event, ...]
    entities: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    concepts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    plan: Plan | None = None
    universes: Universes = field(default_factory=Universes)

    @property
    def start(self) -> datetime.date:
        """The first day of the period."""
        return self.period.start

    @property
    def end(self) -> datetime.date:
        """The last day of the period."""
        return self.period.end

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Ids of outlets by group: one for each value of `groups_from`, else the outlet's group or country."""
        return draw_groups(self.outlets, self.groups_from)

    @cached_property
    def group_columns(self) -> dict[str, str]:
        """The column of `groups_from` that each group is drawn from; blank without any."""
        return columns_of_groups(self.outlets, self.groups_from)

    @cached_property
    def leading_groups(self) -> dict[str, str]:
        """The one group of each outlet where there is room for one: of the first column of `groups_from`."""
        columns, groups = self.group_columns, self.groups
        first = [name for name, column in columns.items() if column == next(iter(columns.values()))]
        return {outlet: name for name in first for outlet in groups[name]}

    @property
    def ungrouped(self) -> tuple[str, ...]:
        """A sentence for each outlet that a column of `groups_from` puts in no group."""
        return ungrouped(self.outlets, self.groups_from)

    def unit_of(self, outlet: str) -> str:
        """What is counted of an outlet's items: ``paragraph`` or ``headline``."""
        return self.outlets[outlet].unit or self.unit

    @property
    def headlines(self) -> frozenset[str]:
        """Outlets whose items are headlines."""
        return frozenset(outlet for outlet in self.outlets if self.unit_of(outlet) == HEADLINE)

    @property
    def outlet_covariates(self) -> tuple[str, ...]:
        """Covariates that outlets have (`Outlet.covariates`); the others are columns of exports."""
        return tuple(name for name in self.covariates if any(name in o.covariates for o in self.outlets.values()))

    def covariate_columns(self, source: Source) -> dict[str, str]:
        """Covariate → column of an export, for each covariate that the export has and that is no field of its own.

        Parameters
        ----------
        source : Source
            Of kind csv, jsonl or parquet; others have no columns.
        """
        own = [name for name in self.covariates if name not in (*self.outlet_covariates, *CARRIED)]
        columns = {name: source.columns.get(name, name) for name in own} if source.kind in TABLES else {}
        return {name: column for name, column in columns.items() if column is not None}

    @property
    def outlets_by_name(self) -> dict[str, str]:
        """Id by name, of every outlet whose name no other one has; an export may use either."""
        names = [outlet.name for outlet in self.outlets.values()]
        return {outlet.name: key for key, outlet in self.outlets.items() if names.count(outlet.name) == 1}

    @property
    def timezones(self) -> dict[str, str]:
        """Time zone of each outlet."""
        return {key: outlet.timezone for key, outlet in self.outlets.items()}

    def called(self, key: str) -> str:
        """What a sentence calls an outlet, or a group written ``group:<name>``."""
        if key.startswith(GROUP):
            return titles_of_groups(self.outlets, self.groups_from)[key.removeprefix(GROUP)]
        return self.outlets[key].name

    def members(self, key: str) -> tuple[str, ...]:
        """The outlets behind an outlet's id, or behind a group written ``group:<name>``."""
        return self.groups[key.removeprefix(GROUP)] if key.startswith(GROUP) else (key,)

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
